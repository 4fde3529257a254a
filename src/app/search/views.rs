//! Saved views: queries with their order, grouping and filters under a name. What is done to them, how they are written,
//! and the one whose incidents are being counted.

use crate::config::state::SavedView;
use crate::domain::Generation;
use crate::domain::grouping::{GroupBy, Grouping};

/// A grouping as it is saved: its name, after `-` where the largest group comes first.
pub(in crate::app) fn in_words(grouping: Grouping) -> String {
    format!("{}{}", if grouping.by_size { "-" } else { "" }, grouping.by.as_str())
}

/// A grouping that was saved; none where the name is unknown.
pub(in crate::app) fn grouping_of(words: &str) -> Option<Grouping> {
    let name = words.strip_prefix('-').unwrap_or(words);
    Some(Grouping { by: GroupBy::from_name(name)?, by_size: name.len() < words.len() })
}

/// What is done to saved views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewAct {
    /// Shows one.
    Open(SavedView),
    /// Saves what the list shows.
    Save {
        /// Under this name; a view that has it is replaced.
        name: String,
        /// The key that opens it.
        key: Option<char>,
    },
    /// Gives one another name and key.
    Rename {
        /// Its name.
        before: String,
        /// Its new one.
        name: String,
        /// Its new key.
        key: Option<char>,
    },
    /// Asks whether one is to be deleted.
    AskDelete(String),
    /// Deletes one.
    Delete(String),
}

/// A view's incidents being counted.
#[derive(Debug)]
pub(in crate::app) struct Counting {
    pub(in crate::app) generation: Generation,
    pub(in crate::app) row: usize,
}

/// A view's query line: its query and its order.
pub(in crate::app) fn line_of(view: &SavedView) -> String {
    let order = view.sort.as_ref().map(|s| format!("sort:{s}"));
    [Some(view.query.clone()), order].into_iter().flatten().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
}
