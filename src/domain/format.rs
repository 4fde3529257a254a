//! The list of export formats: what commands, the export dialog and the help offer.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A form in which a selection leaves the case book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// Comma-separated values, one incident a row.
    Csv,
    /// Values between tabs, one incident a row.
    Tsv,
    /// One JSON array of records.
    Json,
    /// One JSON record a line.
    Ndjson,
    /// A report to read, in Markdown.
    Markdown,
    /// A report in one HTML file.
    Html,
    /// A workbook for spreadsheets.
    Xlsx,
    /// Incidents by the VERIS schema, as a JSON array.
    Veris,
    /// A STIX 2.1 bundle.
    Stix,
    /// MISP events, as a JSON array.
    Misp,
    /// Events for Timesketch.
    Timesketch,
    /// Events for the timeline of DFIR-IRIS.
    Iris,
    /// A timeline as a Mermaid diagram.
    Mermaid,
    /// Events for calendars.
    Ics,
}

impl ExportFormat {
    /// All formats, in the order in which they are offered.
    pub const ALL: [ExportFormat; 14] = [
        Self::Csv,
        Self::Tsv,
        Self::Json,
        Self::Ndjson,
        Self::Markdown,
        Self::Html,
        Self::Xlsx,
        Self::Veris,
        Self::Stix,
        Self::Misp,
        Self::Timesketch,
        Self::Iris,
        Self::Mermaid,
        Self::Ics,
    ];

    /// The format's name, as `--format` takes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Veris => "veris",
            Self::Stix => "stix",
            Self::Misp => "misp",
            Self::Timesketch => "timesketch",
            Self::Iris => "iris",
            Self::Mermaid => "mermaid",
            Self::Ics => "ics",
        }
    }

    /// The usual ending of a file's name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Veris => "veris.json",
            Self::Stix => "stix.json",
            Self::Misp => "misp.json",
            Self::Timesketch => "timesketch.csv",
            Self::Iris => "iris.csv",
            Self::Mermaid => "mmd",
            other => other.as_str(),
        }
    }

    /// One line on what it is for.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Csv => "a row an incident, for spreadsheets",
            Self::Tsv => "the rows of csv between tabs, for text tools",
            Self::Json => "one array of whole records",
            Self::Ndjson => "a whole record a line, for scripts and for import",
            Self::Markdown => "a report to read, with facts and timeline",
            Self::Html => "a report in one file, with timelines as pictures",
            Self::Xlsx => "a workbook: incidents, events, counts with charts",
            Self::Veris => "incidents by the VERIS 1.4.1 schema (JSON)",
            Self::Stix => "a STIX 2.1 bundle: incidents, organisations, a report",
            Self::Misp => "MISP events with objects and tags (JSON)",
            Self::Timesketch => "the events, for a Timesketch timeline",
            Self::Iris => "the events, for the timeline of a DFIR-IRIS case",
            Self::Mermaid => "the events as a Mermaid timeline diagram",
            Self::Ics => "the events, for calendars (iCalendar)",
        }
    }

    /// Its output is JSON, safe to print as it is.
    pub fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson | Self::Veris | Self::Stix | Self::Misp)
    }

    /// It is no text: nothing for a terminal.
    pub fn is_binary(self) -> bool {
        self == Self::Xlsx
    }

    /// Its cells may be read by a spreadsheet, so that formulas are guarded.
    pub fn is_for_spreadsheets(self) -> bool {
        matches!(self, Self::Csv | Self::Tsv | Self::Xlsx | Self::Timesketch | Self::Iris)
    }

    /// The format that a file's name ends like: the longest of their endings.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let fits = |f: &Self| name.strip_suffix(f.extension()).is_some_and(|stem| stem.ends_with('.'));
        Self::ALL.into_iter().filter(fits).max_by_key(|f| f.extension().len())
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
