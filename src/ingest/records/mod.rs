//! Records of another case book (`export --format ndjson` or `json`): told from other text by their first lines, taken
//! apart one at a time, and checked. Given bytes by the import of `jobs`, which holds one batch at a time.

mod check;
mod pieces;
mod reread;

pub use check::read;
pub use pieces::{Piece, Pieces};
pub use reread::reread;

use memchr::memmem;
use serde_json::Value;

/// Longest record, in bytes of JSON: one that is all short values takes some 20 times as much memory.
pub const MAX_RECORD: usize = 8 << 20;

/// Bytes at the start of a file that tell whether it holds records.
pub const HEAD: usize = 64 << 10;

/// Lines at the start of a file of which one has to be a record.
const HEAD_LINES: usize = 20;

/// Members that every record has.
const MEMBERS: [&str; 4] = ["id", "kind", "source", "text"];

/// How the records of a file follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// One a line, also inside an array: a broken one concerns no other.
    Lines,
    /// Objects over any number of lines, in an array or in a row.
    Free,
}

/// How the records of a file follow each other, if its beginning (at most [`HEAD`] bytes of it) shows that it holds some.
pub fn layout(head: &[u8]) -> Option<Layout> {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut lines = head.split(|b| *b == b'\n').map(pieces::bare).filter(|l| !l.is_empty()).take(HEAD_LINES);
    if lines.clone().any(is_record) {
        return Some(Layout::Lines);
    }
    // The first record may be longer than the head, or stand on many lines.
    let first = lines.find(|l| *l != b"[")?;
    if !opens(head) || !MEMBERS.iter().all(|m| names(head, m) || *m == "text" && head.len() >= HEAD) {
        return None;
    }
    let whole = first.starts_with(b"{\"") && head.len() >= HEAD && memchr::memchr(b'\n', head).is_none_or(|at| at < 4);
    Some(if whole { Layout::Lines } else { Layout::Free })
}

/// Tells whether a text begins like JSON: an object, or an array of objects.
fn opens(head: &[u8]) -> bool {
    let start = head.trim_ascii_start();
    start.starts_with(b"{") || start.strip_prefix(b"[").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{"))
}

/// Tells whether a member of this name is written somewhere.
fn names(text: &[u8], member: &str) -> bool {
    let name = format!("\"{member}\"");
    memmem::find_iter(text, &name)
        .any(|at| text.get(at + name.len()..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b":")))
}

fn is_record(line: &[u8]) -> bool {
    if !line.starts_with(b"{") {
        return false;
    }
    match serde_json::from_slice(line) {
        Ok(Value::Object(members)) => MEMBERS.iter().all(|m| members.contains_key(*m)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_told_by_their_first_lines() {
        let one = r#"{"id":"a","kind":"incident","source":{},"text":"x"}"#;
        let pretty = "{\n  \"id\": \"a\",\n  \"kind\": \"x\",\n  \"source\": {},\n  \"text\": \"t\"\n}";
        let long = format!("{{\"id\":\"a\",\"kind\":\"incident\",\"source\":{{}},\"text\":\"{}", "あ".repeat(HEAD));
        let long = long.as_bytes().get(..HEAD).unwrap();
        let cases: [(&[u8], Option<Layout>); 12] = [
            (one.as_bytes(), Some(Layout::Lines)),
            (&format!("\u{feff}\r\n\n{one}\r\n{{").into_bytes(), Some(Layout::Lines)),
            (&format!("[\n{one},\n{one}\n]").into_bytes(), Some(Layout::Lines)),
            (&format!("broken\n{one}\n").into_bytes(), Some(Layout::Lines)),
            (&format!("[{one},{one}]").into_bytes(), Some(Layout::Free)),
            (pretty.as_bytes(), Some(Layout::Free)),
            (&format!("[ {pretty}\n]").into_bytes(), Some(Layout::Free)),
            (long, Some(Layout::Lines)),
            (b"{\"a\":1}", None),
            (b"[1,2]", None),
            (b"", None),
            ("◎青嶺市、紛失".as_bytes(), None),
        ];
        for (head, expected) in cases {
            assert_eq!(layout(head), expected, "{}", String::from_utf8_lossy(&head[..head.len().min(90)]));
        }
    }
}
