//! Operations: acts of analysts on triage data. The state is the fold of the uncancelled ones in id order.

use super::facts::Field;
use super::id::{IncidentId, OpId};
use super::triage::{Colour, Status, Tag, Verdict};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

/// Who acts: a label that people chose (no authentication) and the operating system's user number.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The analyst's label (`--as`, else `$USER`).
    pub name: String,
    /// The numeric user id of the process.
    pub uid: u32,
}

impl Actor {
    /// The longest label, in bytes: longer ones are refused by the command line and by imports.
    pub const LONGEST_NAME: usize = 200;
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
    /// Puts an analyst's value in the place of the parser's, or takes it back.
    Correct {
        /// Which field.
        field: Field,
        /// The value in the record's form, null for "the text does not say"; `None` takes the correction back. In JSON
        /// the member is left out then.
        #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
        value: Option<Value>,
    },
    /// Judges the parser's value of a field.
    Review {
        /// Which field.
        field: Field,
        /// The verdict; `None` takes an earlier one back.
        #[serde(default)]
        verdict: Option<Verdict>,
    },
    /// Puts a tag and all below it under another name: `a/x` becomes `b/x`.
    Rename {
        /// The old name.
        from: Tag,
        /// The new name.
        to: Tag,
        /// The new name was in use: both become one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        merge: bool,
    },
    /// Takes a tag and all below it off the incidents, and drops what was said of them.
    Delete {
        /// The tag.
        tag: Tag,
    },
    /// Says what a tag is for and how it is coloured; what is `None` stays as it is.
    Describe {
        /// The tag.
        tag: Tag,
        /// What it is for; empty for nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        /// Its colour.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        colour: Option<Colour>,
    },
    /// Binds a key to a tag, which another tag loses by it.
    Key {
        /// The tag.
        tag: Tag,
        /// The key; `None` frees it.
        key: Option<char>,
    },
}

/// A member that is there, whatever it holds: null is a value.
fn present<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(d).map(Some)
}

impl Change {
    /// Tells whether it concerns tags as such, on whatever incident they stand.
    pub fn is_of_tags(&self) -> bool {
        matches!(self, Self::Rename { .. } | Self::Delete { .. } | Self::Describe { .. } | Self::Key { .. })
    }

    /// Tells whether it names this tag or one below it.
    pub fn names_tag(&self, wanted: &Tag) -> bool {
        let within = |tag: &Tag| tag.is_within(wanted.as_str());
        match self {
            Self::Tag { add, remove } => add.iter().chain(remove).any(within),
            Self::Rename { from, to, .. } => within(from) || within(to),
            Self::Delete { tag } | Self::Describe { tag, .. } | Self::Key { tag, .. } => within(tag),
            Self::Status { .. } | Self::Note { .. } | Self::Correct { .. } | Self::Review { .. } => false,
        }
    }
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

/// A value that a change replaced, and on how many incidents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Was {
    /// The old value: a status, a verdict, or a field's value in the record's form; null for none.
    pub value: Value,
    /// On how many of the changed incidents it stood.
    pub incidents: usize,
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
    /// What stood there before, most often first; of a change of status, a correction or a review.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Was>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_is_a_value_and_no_value_takes_a_correction_back() {
        for (value, json) in [
            (None, r#"{"kind":"correct","field":"org"}"#),
            (Some(Value::Null), r#"{"kind":"correct","field":"org","value":null}"#),
            (Some("青葉市".into()), r#"{"kind":"correct","field":"org","value":"青葉市"}"#),
        ] {
            let change = Change::Correct { field: Field::Org, value };
            assert_eq!(serde_json::to_string(&change).unwrap(), json);
            assert_eq!(serde_json::from_str::<Change>(json).unwrap(), change);
        }
    }
}
