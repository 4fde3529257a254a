//! What the program itself changes (saved views, the history of queries, hints learnt, the layout), as plain structs:
//! it goes to the state file, never into the configuration.
//!
//! `cli` reads the file before the workbench opens, `runtime` writes it; [`super::state_file`] does both. Several
//! workbenches share it: what one of them changed is merged into what the others wrote meanwhile.

use super::columns::Columns;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Queries that are kept.
pub const HISTORY: usize = 200;

/// A query saved under a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedView {
    /// Its name, unique among views.
    pub name: String,
    /// The key that opens it after `'`, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<char>,
    /// The query line's text without its order.
    pub query: String,
    /// The order as a query writes it after `sort:`; the default order where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// What the list is grouped by, where it is; after `-` where the largest group comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The filters that are switched on beside the query.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
}

/// How the panes were last arranged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// The lower pane that a narrow screen shows: `detail` or `timeline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower: Option<String>,
    /// The list's columns.
    #[serde(skip_serializing_if = "Columns::is_usual")]
    pub columns: Columns,
}

/// All that is remembered from one run to the next, whatever the case book.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// Saved views, in the analyst's order.
    pub views: Vec<SavedView>,
    /// Queries that were kept, the newest last, at most [`HISTORY`].
    pub history: Vec<String>,
    /// Names of the hints that need not be shown any more.
    pub hints: BTreeSet<String>,
    /// The panes.
    pub arrangement: Arrangement,
}

impl State {
    /// What the file is to hold when this workbench made `now` of `base` while the file came to hold `self`: what was
    /// added, changed or taken away since `base` is done to `self`, the rest of it stays.
    #[must_use]
    pub fn merged(self, base: &Self, now: &Self) -> Self {
        let removed = |view: &SavedView| {
            base.views.iter().any(|b| b.name == view.name) && !now.views.iter().any(|n| n.name == view.name)
        };
        let mut views: Vec<SavedView> = self.views.into_iter().filter(|v| !removed(v)).collect();
        for view in now.views.iter().filter(|v| !base.views.contains(v)) {
            if let Some(key) = view.key {
                views.iter_mut().filter(|v| v.key == Some(key)).for_each(|v| v.key = None);
            }
            match views.iter_mut().find(|v| v.name == view.name) {
                Some(theirs) => theirs.clone_from(view),
                None => views.push(view.clone()),
            }
        }
        let mut history = self.history;
        for query in added(&base.history, &now.history) {
            push_query(&mut history, query);
        }
        let mut hints = self.hints;
        hints.retain(|h| now.hints.contains(h) || !base.hints.contains(h));
        hints.extend(now.hints.difference(&base.hints).cloned());
        let mut arrangement = self.arrangement;
        if now.arrangement.lower != base.arrangement.lower {
            arrangement.lower.clone_from(&now.arrangement.lower);
        }
        if now.arrangement.columns != base.arrangement.columns {
            arrangement.columns.clone_from(&now.arrangement.columns);
        }
        Self { views, history, hints, arrangement }
    }
}

/// Makes a query the newest of a history, which forgets its oldest.
pub fn push_query(history: &mut Vec<String>, query: &str) {
    history.retain(|h| h != query);
    history.push(query.to_owned());
    let extra = history.len().saturating_sub(HISTORY);
    history.drain(..extra);
}

/// The queries of `now` that were kept after `base`, also those that were kept once more.
fn added<'n>(base: &[String], now: &'n [String]) -> &'n [String] {
    let mut rest = base.iter();
    let old = now.iter().take_while(|query| rest.any(|b| b == *query)).count();
    now.get(old..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(name: &str, key: Option<char>, query: &str) -> SavedView {
        SavedView { name: name.into(), key, query: query.into(), ..SavedView::default() }
    }

    fn texts(list: &[&str]) -> Vec<String> {
        list.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn two_workbenches_do_not_undo_each_other() {
        let base = State { views: vec![view("a", Some('1'), "x"), view("b", None, "y")], ..State::default() };
        // The other one has added c and taken a's key for it; this one changes b, adds d and takes a away.
        let theirs = State {
            views: vec![view("a", None, "x"), view("b", None, "y"), view("c", Some('1'), "z")],
            ..base.clone()
        };
        let now = State { views: vec![view("b", Some('2'), "y"), view("d", Some('1'), "w")], ..base.clone() };
        let merged = theirs.merged(&base, &now);
        assert_eq!(merged.views, [view("b", Some('2'), "y"), view("c", None, "z"), view("d", Some('1'), "w")]);
    }

    #[test]
    fn histories_grow_together() {
        let state = |history: &[&str]| State { history: texts(history), ..State::default() };
        let base = state(&["a", "b", "c"]);
        let merged = state(&["a", "b", "c", "x"]).merged(&base, &state(&["b", "c", "a", "d"]));
        assert_eq!(merged.history, texts(&["b", "c", "x", "a", "d"]));
        assert_eq!(state(&["q"]).merged(&base, &base).history, texts(&["q"]));
        let many: Vec<String> = (0..HISTORY).map(|i| i.to_string()).collect();
        let full = State { history: many, ..State::default() };
        let merged = full.merged(&base, &state(&["a", "b", "c", "new"]));
        assert_eq!((merged.history.len(), merged.history.last().unwrap().as_str()), (HISTORY, "new"));
    }

    #[test]
    fn hints_and_panes_are_taken_over_where_they_changed() {
        let hints = |list: &[&str]| list.iter().map(|s| (*s).to_owned()).collect::<BTreeSet<_>>();
        let lower = |name: &str| Arrangement { lower: Some(name.into()), ..Arrangement::default() };
        let base = State { hints: hints(&["a", "b"]), arrangement: lower("detail"), ..State::default() };
        let theirs = State { hints: hints(&["a", "b", "t"]), arrangement: lower("timeline"), ..State::default() };
        let now = State { hints: hints(&["b", "c"]), ..base.clone() };
        let merged = theirs.merged(&base, &now);
        assert_eq!((merged.hints, merged.arrangement), (hints(&["b", "c", "t"]), lower("timeline")));
    }
}
