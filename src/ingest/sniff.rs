//! Tells the form of a document by its first characters: plain text, a page's markup, a feed, records.

use super::doc::is_space;
use super::error::IngestError;
use crate::domain::DigestFormat;

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Plain text.
    Text,
    /// HTML.
    Page,
    /// Atom or RSS.
    Feed,
}

/// Elements with which a saved page, or a piece of one, begins.
const PAGE_TAGS: [&str; 16] = [
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<!--",
    "<main",
    "<article",
    "<section",
    "<div",
    "<h1",
    "<h2",
    "<h3",
    "<p>",
    "<p ",
    "<table",
    "<ul",
];

/// Tells the form of a text.
///
/// # Errors
/// Fails for forms that are recognised but not read: JSON, and XML that is neither page nor feed.
pub fn form(text: &str) -> Result<Form, IngestError> {
    let start = text.trim_start_matches(is_space);
    let head: String = start.chars().take(4000).collect::<String>().to_lowercase();
    let feed = ["<feed", "<rss", "<rdf:rdf"].iter().any(|tag| head.contains(tag));
    let unsupported = |format, what| Err(IngestError::Unsupported { format, what });
    if head.starts_with("<feed") || head.starts_with("<rss") || head.starts_with("<rdf:rdf") {
        return Ok(Form::Feed);
    }
    if head.starts_with("<?xml") || head.starts_with("<!--") {
        if feed {
            return Ok(Form::Feed);
        }
        if !head.contains("<html") && head.starts_with("<?xml") {
            return unsupported(DigestFormat::Html, "an XML file of another kind");
        }
        return Ok(Form::Page);
    }
    if PAGE_TAGS.iter().any(|tag| head.starts_with(tag)) {
        return Ok(Form::Page);
    }
    let first_line = start.lines().next().unwrap_or_default();
    let json = start.starts_with('{') && serde_json::from_str::<serde_json::Value>(first_line).is_ok()
        || start.starts_with('[') && start.trim_start_matches('[').trim_start().starts_with(['{', ']'])
        || start.starts_with("{\n") && start.contains("\": ");
    if json {
        return unsupported(DigestFormat::Records, "JSON without records of a case book");
    }
    Ok(Form::Text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_their_beginnings() {
        let cases = [
            ("\n<!DOCTYPE html><html>", Form::Page),
            ("<html lang=\"ja\">", Form::Page),
            ("<?xml version=\"1.0\"?><!DOCTYPE html><html>", Form::Page),
            ("<!-- saved --><div>", Form::Page),
            ("<?xml version=\"1.0\"?>\n<rss version=\"2.0\">", Form::Feed),
            ("<feed xmlns=\"http://www.w3.org/2005/Atom\">", Form::Feed),
            ("<rdf:RDF>", Form::Feed),
            ("[経緯]\n1. …", Form::Text),
            ("◎青嶺市、紛失", Form::Text),
            ("{注意}", Form::Text),
            ("<個人情報>", Form::Text),
        ];
        for (text, expected) in cases {
            assert_eq!(form(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_not_read_is_refused_by_name() {
        let cases = [
            ("{\"id\":\"a\",\"kind\":\"incident\"}\n{\"id\":\"b\"}", DigestFormat::Records),
            ("[{\"id\":\"a\"}]", DigestFormat::Records),
            ("<?xml version=\"1.0\"?><note/>", DigestFormat::Html),
        ];
        for (text, expected) in cases {
            let wrong = form(text).unwrap_err();
            assert!(matches!(wrong, IngestError::Unsupported { format, .. } if format == expected), "{text}: {wrong}");
        }
    }
}
