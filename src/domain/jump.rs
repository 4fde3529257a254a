//! What the fuzzy jump of the workbench asks for and finds: names of the present view, and the case book's tags.

use super::id::Key;
use super::span::Span;
use chrono::NaiveDate;
use std::sync::Arc;

/// What is looked for among names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JumpWanted {
    /// What was typed; with nothing the names are only read.
    pub text: String,
    /// The incidents whose names count, in the list's order.
    pub view: Arc<Vec<Key>>,
    /// Words of letters match what they are read as too.
    pub readings: bool,
}

/// The names of one incident, as the store keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Which incident.
    pub key: Key,
    /// The organisation, search-folded.
    pub org_folded: Option<String>,
    /// The title, search-folded.
    pub title_folded: Option<String>,
}

/// Where a hit leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JumpTo {
    /// To this incident.
    Incident(Key),
    /// To the incidents of this organisation.
    Organisation(String),
    /// To the incidents that carry this tag.
    Tag(String),
}

/// A name that matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JumpHit {
    /// Where it leads.
    pub to: JumpTo,
    /// The name: of an incident its organisation and its title.
    pub name: String,
    /// The bytes of the name that match.
    pub spans: Vec<Span>,
    /// The day of an incident.
    pub day: Option<NaiveDate>,
    /// How many incidents it leads to.
    pub count: usize,
}

/// The names that match best.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JumpFound {
    /// Best first.
    pub hits: Vec<JumpHit>,
    /// How many match in all, as far as names have been read.
    pub matching: usize,
    /// Names that have been read.
    pub names: usize,
    /// All names have been read and matched.
    pub done: bool,
    /// The view is too large for all its titles: those of so many of its newest incidents were looked at.
    pub newest: Option<usize>,
}
