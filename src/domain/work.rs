//! Long work that the workbench has done beside everything else: what is asked, how far it has come, what came of it.

use super::format::ExportFormat;
use super::id::Key;
use std::path::PathBuf;
use std::sync::Arc;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Take in a file, or a folder with all below it.
    Ingest {
        /// Where it is.
        path: PathBuf,
    },
    /// Build the search index anew.
    Reindex,
    /// Write incidents to a file.
    Export(Export),
}

/// A file to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// In which form.
    pub format: ExportFormat,
    /// Where to.
    pub path: PathBuf,
    /// Whether an existing file may be replaced.
    pub overwrite: bool,
    /// What to write, in this order.
    pub keys: Arc<Vec<Key>>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Documents, or incidents of the index or of a file, that are done.
    pub done: usize,
    /// Of how many.
    pub total: usize,
    /// Incidents that came or changed.
    pub incidents: usize,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// Documents read.
    pub documents: usize,
    /// Incidents that were added.
    pub new: usize,
    /// Incidents whose text or facts changed.
    pub updated: usize,
    /// Incidents that stayed as they were.
    pub unchanged: usize,
    /// Incidents that a file holds.
    pub written: usize,
    /// It was stopped before its end.
    pub stopped: bool,
    /// What failed, and what rules did: each what, where, what to do.
    pub messages: Vec<String>,
    /// How many of them say that something failed; these stand first.
    pub failures: usize,
}

/// What is heard of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Working {
    /// It goes on.
    Running(Progress),
    /// It has ended.
    Done(Worked),
    /// It could not be done: what, where, what to do.
    Failed(String),
    /// It would have replaced a file, which was kept: which one.
    Exists(String),
}
