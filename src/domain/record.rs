//! The incident record: what `export --format ndjson` and `show --json` print, one object an incident.

use super::document::Kind;
use super::facts::Facts;
use super::id::IncidentId;
use super::span::Span;
use super::triage::Triage;
use serde::{Deserialize, Serialize};

/// Where an entry stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The document's path as it was ingested.
    pub path: String,
    /// 1-based line of the headline in the raw file.
    pub line: usize,
    /// Address of the source, where known.
    pub url: Option<String>,
    /// The blog's label, where the page names one.
    pub label: Option<String>,
    /// SHA-256 of the document's raw bytes.
    pub sha256: String,
    /// The entry's byte range in the raw file.
    pub bytes: Span,
}

/// Another incident that belongs to this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// The other incident.
    pub id: IncidentId,
    /// Why, one of [`Related::WHYS`].
    pub why: String,
}

impl Related {
    /// Every reason, strongest first.
    pub const WHYS: [&str; 12] = [
        "same case number",
        "near duplicate",
        "later release",
        "earlier release",
        "notice of the third party",
        "names it as third party",
        "same third party",
        "claim of a gang",
        "notice of the victim",
        "same case",
        "same subject",
        "same organisation",
    ];
}

/// One incident whole: the parser's facts with their proof, and what analysts added.
///
/// Every span is a byte range of `text`. Times are Asia/Tokyo. Corrected values stand in the facts, the parser's in
/// `triage.corrections`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The id.
    pub id: IncidentId,
    /// What the entry is.
    pub kind: Kind,
    /// Where it stands.
    pub source: Source,
    /// The entry, headline included.
    pub text: String,
    /// Id of the case that the incident belongs to.
    pub case: Option<String>,
    /// What the text states.
    #[serde(flatten)]
    pub facts: Facts,
    /// Other incidents, closest first, at most [`Record::MAX_RELATED`].
    pub related: Vec<Related>,
    /// How many there are in all.
    pub related_total: usize,
    /// What analysts added.
    #[serde(flatten)]
    pub triage: Triage,
}

impl Record {
    /// Most entries of `related`.
    pub const MAX_RELATED: usize = 50;
    /// How many of them a page of one incident shows.
    pub const SHOWN_RELATED: usize = 5;

    /// The warning of an incident that its document no longer holds.
    pub const GONE: &str = "no longer in its document";
}
