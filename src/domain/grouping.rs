//! Groups of a list: by what, and what each holds. The workbench asks for them with a search; the store computes them.

use serde::{Deserialize, Serialize};

/// What a list is grouped by. Every incident stands in one group only: under its first action, its first tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// Case: what belongs together.
    Case,
    /// Month of publication.
    Month,
    /// Year of publication.
    Year,
    /// First action.
    Action,
    /// Third party; spellings that fold to one another are one.
    ThirdParty,
    /// Organisation; spellings that fold to one another are one.
    Org,
    /// Status.
    Status,
    /// First tag, in the order of their names.
    Tag,
}

impl GroupBy {
    /// All, in the order in which they are offered.
    pub const ALL: [GroupBy; 8] =
        [Self::Case, Self::Month, Self::Year, Self::Action, Self::ThirdParty, Self::Org, Self::Status, Self::Tag];

    /// The name, as files and language files spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Month => "month",
            Self::Year => "year",
            Self::Action => "action",
            Self::ThirdParty => "third_party",
            Self::Org => "org",
            Self::Status => "status",
            Self::Tag => "tag",
        }
    }

    /// What has that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == name)
    }
}

/// How a list is grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Grouping {
    /// By what.
    pub by: GroupBy,
    /// The largest group comes first; else the one whose first hit comes first in the query's order.
    #[serde(default)]
    pub by_size: bool,
}

/// Hits that stand together: a stretch of the hits' keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSpan {
    /// What they have in common: `2024-05`, `2024`, `error.loss`, a folded name, a status, a tag, a case's id; `None` for
    /// those that have no such value, which come last.
    pub label: Option<String>,
    /// Index of the first key.
    pub start: usize,
    /// How many there are; at least one.
    pub len: usize,
    /// The people affected, added up.
    pub people: u64,
    /// How many of the incidents tell a number of people.
    pub counted: usize,
    /// How many are triaged (done or dismissed).
    pub triaged: usize,
}
