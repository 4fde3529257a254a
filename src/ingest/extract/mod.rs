//! Facts of one entry, each with its proof: one file a kind of fact.
//!
//! Called by the formats with an entry's text and what its headline says; returns [`Facts`] whose spans are byte
//! ranges of that text.

use crate::domain::{Facts, Kind, Span};
use chrono::NaiveDate;

/// What a format read from an entry's headline lines; spans are byte ranges of the entry's text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Serial number of the case, `2024-217`.
    pub case_no: Option<(String, Span)>,
    /// The organisation.
    pub org: Option<(String, Span)>,
    /// The title.
    pub title: Option<(String, Span)>,
    /// The day of publication that the headline prints.
    pub published: Option<(NaiveDate, Span)>,
    /// The ransomware gang of a claim.
    pub gang: Option<(String, Span)>,
    /// Byte offset at which the body begins, after headline and caption lines.
    pub body: usize,
    /// Byte offset at which the body ends, before closing lines (`リリース文アーカイブ`, the repeated title).
    pub body_end: usize,
    /// What the format noticed (a year that does not fit the case number, for example).
    pub warnings: Vec<String>,
}

/// What is known beside an entry's text.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings {
    /// What the entry is.
    pub kind: Kind,
    /// The year to assume where the entry's own text and headline name none (`--year`, or from the path or address).
    pub year: Option<i32>,
}

/// Extracts every fact of one entry. `text` is the whole entry, headline included.
pub fn extract(_text: &str, head: &Head, _around: Surroundings) -> Facts {
    Facts { warnings: head.warnings.clone(), ..Facts::default() }
}
