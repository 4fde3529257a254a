//! Recognises what is no plain-text digest by its first characters: markup, feeds, records.

use super::doc::is_space;
use super::error::IngestError;
use crate::domain::DigestFormat;

/// Refuses text in a form that is recognised but not read.
///
/// # Errors
/// Fails for HTML, XML, feeds and JSON.
pub fn refuse_unread(text: &str) -> Result<(), IngestError> {
    let start = text.trim_start_matches(is_space);
    let head: String = start.chars().take(2000).collect::<String>().to_lowercase();
    let feed = ["<feed", "<rss", "<rdf:rdf"].iter().any(|tag| head.contains(tag));
    let unsupported = |format, what| Err(IngestError::Unsupported { format, what });
    if head.starts_with("<feed") || head.starts_with("<rss") || head.starts_with("<?xml") && feed {
        return unsupported(DigestFormat::Feed, "a feed file");
    }
    if ["<!doctype", "<html", "<head", "<body", "<?xml", "<!--"].iter().any(|tag| head.starts_with(tag)) {
        return unsupported(DigestFormat::Html, "an HTML or XML page");
    }
    let first_line = start.lines().next().unwrap_or_default();
    let json = start.starts_with('{') && serde_json::from_str::<serde_json::Value>(first_line).is_ok()
        || start.starts_with('[') && start.trim_start_matches('[').trim_start().starts_with(['{', ']'])
        || start.starts_with("{\n") && start.contains("\": ");
    if json {
        return unsupported(DigestFormat::Records, "JSON records");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_records_are_refused_by_name() {
        let cases = [
            ("\n<!DOCTYPE html><html>", DigestFormat::Html),
            ("<html lang=\"ja\">", DigestFormat::Html),
            ("<?xml version=\"1.0\"?>\n<rss version=\"2.0\">", DigestFormat::Feed),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", DigestFormat::Feed),
            ("{\"id\":\"a\",\"kind\":\"incident\"}\n{\"id\":\"b\"}", DigestFormat::Records),
            ("[{\"id\":\"a\"}]", DigestFormat::Records),
        ];
        for (text, expected) in cases {
            let wrong = refuse_unread(text).unwrap_err();
            assert!(matches!(wrong, IngestError::Unsupported { format, .. } if format == expected), "{text}: {wrong}");
        }
        for text in ["[経緯]\n1. …", "◎青嶺市、紛失", "{注意}"] {
            assert!(refuse_unread(text).is_ok(), "{text}");
        }
    }
}
