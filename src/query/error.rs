//! What is wrong with a query, and where.

use crate::text::{AmbiguousWidth, fit, neutralise, width};
use std::fmt;
use std::ops::Range;

/// A wrong query: what is wrong, which bytes of its text say so, and what was probably meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// What is wrong and what to write instead, in words.
    pub message: String,
    /// Where: a range of bytes of the query's text, at character boundaries.
    pub at: Range<usize>,
    /// The nearest valid word, where one is near.
    pub suggestion: Option<String>,
}

impl QueryError {
    /// An error at a place, without a suggestion.
    pub(super) fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        Self { message: message.into(), at, suggestion: None }
    }

    /// Adds what was probably meant.
    pub(super) fn or_rather(mut self, suggestion: Option<String>) -> Self {
        self.suggestion = suggestion;
        self
    }

    /// The query on one line and, on the next, carets under the wrong place. `text` is the query that was parsed;
    /// control characters are shown as pictures.
    pub fn pointed(&self, text: &str) -> String {
        let columns = |s: &str| width(&neutralise(s), AmbiguousWidth::Narrow);
        let before = columns(text.get(..self.at.start).unwrap_or(text));
        let under = columns(text.get(self.at.clone()).unwrap_or_default()).max(1);
        format!("{}\n{}{}", neutralise(text), " ".repeat(before), "^".repeat(under))
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.suggestion {
            Some(s) => write!(f, "; did you mean `{s}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

/// A piece of a query as a message quotes it: short, and harmless to a terminal.
pub(super) fn quoted(piece: &str) -> String {
    format!("`{}`", fit(piece, 40, AmbiguousWidth::Narrow))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carets_stand_under_the_place_by_display_width() {
        let text = "漏えい kidn:x";
        let error = QueryError::new("unknown", 10..15).or_rather(Some("kind:".into()));
        assert_eq!(error.pointed(text), "漏えい kidn:x\n       ^^^^^");
        assert_eq!(error.to_string(), "unknown; did you mean `kind:`?");
        assert_eq!(QueryError::new("end", 15..15).pointed("a"), "a\n ^");
        assert_eq!(QueryError::new("wide", 1..4).pointed("\u{1b}あ"), "␛あ\n ^^");
    }
}
