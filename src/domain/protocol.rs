//! What the workbench asks of the store's thread, and what it hears back.

use super::count::Affected;
use super::document::Kind;
use super::facts::{Exposure, Facts};
use super::grouping::{GroupSpan, Grouping};
use super::histogram::{Histogram, Split};
use super::id::{IncidentId, Key, OpId};
use super::jump::{JumpFound, JumpWanted};
use super::op::{Applied, Change, Operation};
use super::record::Record;
use super::triage::{Colour, Status, Tag};
use super::work::{Task, Working};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Counts the queries of a workbench, so that answers to superseded ones are dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(pub u64);

/// What the list draws of one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct ListRow {
    /// The row number.
    pub key: Key,
    /// The id.
    pub id: IncidentId,
    /// What the entry is.
    pub kind: Kind,
    /// How far its triage has come.
    pub status: Status,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// Case number of the blog.
    pub case_no: Option<String>,
    /// The total affected.
    pub affected: Option<Affected>,
    /// The first action.
    pub action: Option<String>,
    /// The organisation.
    pub org: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Sorted tags.
    pub tags: Vec<Tag>,
    /// Where it happened, if elsewhere: contractor, vendor, platform.
    pub third_party: Option<String>,
    /// Whether data got out.
    pub exposure: Option<Exposure>,
    /// The gang (claims only).
    pub gang: Option<String>,
    /// Analysts left notes on it.
    pub noted: bool,
    /// Something in it should be looked at twice.
    pub warned: bool,
}

/// How often a tag stands, in the store and on a set of targets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagCount {
    /// The tag.
    pub tag: Tag,
    /// Incidents of the store that carry it.
    pub total: usize,
    /// Targets that carry it.
    pub on_targets: usize,
}

/// A tag that a key sets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagKey {
    /// The key.
    pub key: char,
    /// The tag.
    pub tag: Tag,
}

/// The incidents that a query found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The hits in the query's order; where they are grouped, group by group.
    pub keys: Arc<Vec<Key>>,
    /// The groups, one behind the other, where they were asked for: together they hold every hit once.
    pub groups: Arc<[GroupSpan]>,
    /// How many of them are triaged (done or dismissed).
    pub triaged: usize,
    /// Incidents of the store, whatever the query.
    pub in_store: usize,
    /// These are the first hits only; all of them, and the counts, follow.
    pub early: bool,
    /// Words were looked for by reading the texts: the search index is not there, or far behind.
    pub scanned: bool,
}

/// How far the search index has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Indexing {
    /// It is being built or brought up to date: incidents done, of how many.
    Running {
        /// Incidents done.
        done: usize,
        /// Incidents to do in all.
        total: usize,
    },
    /// It knows every text.
    Ready,
    /// It can't be built: why, in words. Words are found by reading the texts.
    Failed(String),
}

/// What a workbench looks for: a query, and what only the workbench knows of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The query's text.
    pub query: String,
    /// The marked incidents, ascending, where the query asks for them; else none.
    pub marks: Arc<[Key]>,
    /// Words of letters stand for what they are read as too.
    pub readings: bool,
    /// How the hits are to be grouped.
    pub group: Option<Grouping>,
}

impl From<&str> for Wanted {
    fn from(query: &str) -> Self {
        Self { query: query.to_owned(), ..Self::default() }
    }
}

/// An incident of a case, with what its chronology is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseMember {
    /// The row number.
    pub key: Key,
    /// The id.
    pub id: IncidentId,
    /// Its facts.
    pub facts: Facts,
}

/// The incidents of one case.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseMembers {
    /// The newest of them and the one that was asked for, ascending by day; the undated last.
    pub members: Vec<CaseMember>,
    /// How many more there are.
    pub more: usize,
}

/// What the workbench asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Runs a query; a newer one interrupts it.
    Search {
        /// Which query this is.
        generation: Generation,
        /// What is looked for.
        wanted: Wanted,
    },
    /// Looks for names that resemble what was typed; a newer one ends it.
    Jump {
        /// Which of these searches it is.
        generation: Generation,
        /// What is looked for, and among whose names.
        wanted: JumpWanted,
    },
    /// Forgets the names that were read for [`Request::Jump`].
    JumpDone,
    /// Counts a query's hits by day; a newer search interrupts it.
    Histogram {
        /// The search whose hits are counted.
        generation: Generation,
        /// What was looked for.
        wanted: Wanted,
        /// What the days are split by.
        split: Split,
    },
    /// Fetches rows to draw.
    Rows {
        /// Which incidents.
        keys: Vec<Key>,
    },
    /// Fetches one incident whole, with the newest operations on it.
    Detail {
        /// Which incident.
        key: Key,
    },
    /// Fetches rows of all that is related to an incident, as many as its record names.
    Related {
        /// Which incident.
        key: Key,
    },
    /// Fetches the incidents of a case with their chronologies.
    Case {
        /// An incident of it.
        key: Key,
    },
    /// Counts tags, in the store and on targets.
    TagCounts {
        /// The targets.
        keys: Vec<Key>,
    },
    /// Fetches the tags that a key sets.
    TagKeys,
    /// Changes triage data.
    Apply {
        /// What to change.
        change: Change,
        /// The frozen targets.
        keys: Vec<Key>,
    },
    /// Begins long work beside everything else; one at a time.
    Work(Task),
    /// Stops the work that is under way, after its next step.
    StopWork,
    /// Takes back the analyst's newest uncancelled change.
    Undo,
    /// Brings back the analyst's newest undone change.
    Redo,
}

/// The kind of act that an answer tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Acted {
    /// A change.
    Change,
    /// An undo.
    Undo,
    /// A redo.
    Redo,
}

/// What somebody else did to the case book while the workbench was open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The row of the log.
    pub op: OpId,
    /// Who: the label.
    pub by: String,
    /// Whether the change was made, taken back or brought back.
    pub acted: Acted,
    /// The change.
    pub change: Change,
    /// How many incidents it was made to.
    pub targets: usize,
    /// How many of them it changed.
    pub changed: usize,
    /// The incident, where it was made to one that is still there.
    pub key: Option<Key>,
}

/// What failed, so that the workbench says so in the right place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// A fetch.
    Read,
    /// A search.
    Search,
    /// A change, undo or redo: it is not stored.
    Change,
    /// A copy to the clipboard.
    Copy,
}

/// What the store's thread answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// A query's hits.
    Found {
        /// The query that this answers.
        generation: Generation,
        /// The hits.
        found: Found,
        /// Rows of the first of them, where they are at hand: no more has to be asked for to draw a page.
        rows: Vec<ListRow>,
    },
    /// A wrong query: what and where.
    QueryError {
        /// The query that this answers.
        generation: Generation,
        /// What is wrong, in words.
        message: String,
        /// Byte range of the query's text.
        at: (usize, usize),
    },
    /// Names that resemble what was typed: perhaps the best so far, and the best of all in the end.
    Jumped {
        /// The search that this answers.
        generation: Generation,
        /// What was found.
        found: JumpFound,
    },
    /// A query's hits by day.
    Histogram {
        /// The search whose hits were counted.
        generation: Generation,
        /// The counts.
        histogram: Arc<Histogram>,
    },
    /// Rows to draw.
    Rows(Vec<ListRow>),
    /// One incident whole.
    Detail {
        /// Its row number.
        key: Key,
        /// The record.
        record: Box<Record>,
        /// Rows of the incidents closest to it, at most [`Record::SHOWN_RELATED`], in the record's order.
        related: Vec<ListRow>,
        /// The newest operations on it, newest first.
        log: Vec<Operation>,
    },
    /// Rows of all that is related to an incident, in its record's order.
    Related {
        /// Its row number.
        key: Key,
        /// The others' rows.
        rows: Vec<ListRow>,
    },
    /// The incidents of a case.
    Case {
        /// The incident that was asked for.
        key: Key,
        /// The case.
        case: CaseMembers,
    },
    /// Tags, most used first.
    TagCounts(Vec<TagCount>),
    /// The tags that a key sets, by their keys.
    TagKeys(Vec<TagKey>),
    /// A change, undo or redo was logged (or was found to change nothing).
    Applied {
        /// Which of them.
        acted: Acted,
        /// What came of it.
        applied: Applied,
        /// The incidents concerned.
        keys: Vec<Key>,
    },
    /// The colours of the tags that have one of their own; told at the beginning and whenever they have changed.
    TagColours(BTreeMap<Tag, Colour>),
    /// Long work has come further, or to its end.
    Work(Working),
    /// What was copied is in a file, since the terminal has no clipboard for it.
    Copied {
        /// The file.
        path: PathBuf,
    },
    /// What others did, newest first; [`Reply::Changed`] follows.
    Others(Vec<Heard>),
    /// Another process changed the store.
    Changed,
    /// The search index has come further.
    Indexing(Indexing),
    /// A request failed: what, where, what to do.
    Failed {
        /// What failed.
        failure: Failure,
        /// In words.
        message: String,
    },
}
