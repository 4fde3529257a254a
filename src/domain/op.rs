//! Operations: acts of analysts on triage data. The state is the fold of the uncancelled ones in id order.

use super::id::{IncidentId, OpId};
use super::triage::{Status, Tag};
use serde::{Deserialize, Serialize};

/// Who acts: a label that people chose (no authentication) and the operating system's user number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The analyst's label (`--as`, else `$USER`).
    pub name: String,
    /// The numeric user id of the process.
    pub uid: u32,
}

/// A change of triage data, the same for every incident that it is applied to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// Adds and removes tags.
    Tag {
        /// Tags to add.
        #[serde(default)]
        add: Vec<Tag>,
        /// Tags to remove.
        #[serde(default)]
        remove: Vec<Tag>,
    },
    /// Sets the status.
    Status {
        /// The new status.
        to: Status,
    },
    /// Appends a note.
    Note {
        /// The remark.
        text: String,
    },
}

/// A change and the incidents that it was shown for: frozen, whatever the query would find later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// What to change.
    pub change: Change,
    /// What to change it on.
    pub targets: Vec<IncidentId>,
}

/// What an operation does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub enum Act {
    /// Changes triage data.
    Change {
        /// The change.
        change: Change,
    },
    /// Cancels a change.
    Undo {
        /// The operation that it cancels.
        of: OpId,
    },
    /// Cancels an undo, so that the change counts again.
    Redo {
        /// The undo that it cancels.
        of: OpId,
    },
}

/// One row of the operation log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Clock and store.
    pub id: OpId,
    /// When, RFC 3339 in UTC with milliseconds.
    pub at: String,
    /// Who: the label.
    pub by: String,
    /// Who: the user number.
    pub uid: u32,
    /// What.
    #[serde(flatten)]
    pub act: Act,
    /// The frozen incidents (of an undo or redo: those of the change that it concerns).
    pub incidents: Vec<IncidentId>,
    /// True while a later operation cancels it.
    pub cancelled: bool,
    /// One line in words, as the status line and `log` print it.
    pub summary: String,
}

/// What came of a command, an undo or a redo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The operation that was logged; `None` when nothing would have changed and nothing was logged.
    pub op: Option<OpId>,
    /// How many incidents it was applied to.
    pub targets: usize,
    /// How many of them changed.
    pub changed: usize,
    /// One line in words.
    pub summary: String,
}
