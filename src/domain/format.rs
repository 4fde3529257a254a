//! The list of export formats: what commands, the export dialog and the help offer.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A form in which a selection leaves the case book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Comma-separated values, one incident a row.
    Csv,
    /// One JSON array of records.
    Json,
    /// One JSON record a line.
    Ndjson,
    /// A report to read, in Markdown.
    Markdown,
}

impl ExportFormat {
    /// All formats, in the order in which they are offered.
    pub const ALL: [ExportFormat; 4] = [Self::Csv, Self::Json, Self::Ndjson, Self::Markdown];

    /// The format's name, as `--format` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "markdown",
        }
    }

    /// The usual ending of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            other => other.as_str(),
        }
    }

    /// One line on what it is for.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Csv => "a row an incident, for spreadsheets",
            Self::Json => "one array of whole records",
            Self::Ndjson => "a whole record a line, for scripts and for import",
            Self::Markdown => "a report to read, with facts and timeline",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == name)
    }
}

impl fmt::Display for ExportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
