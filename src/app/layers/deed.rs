//! What a key comes to in a dialog: it stays, it closes, or something is to be done, which the workbench does for it.

use crate::app::commands::verbs::Verb;
use crate::app::keys::actions::Action;
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::panes::list::Targets;
use crate::app::search::filters::FilterAct;
use crate::app::search::views::ViewAct;
use crate::app::typed::paths::Look;
use crate::config::Columns;
use crate::domain::grouping::Grouping;
use crate::domain::jump::JumpTo;
use crate::domain::{Change, ExportFormat, Key, Tag};
use crate::query::ast::SortField;
use std::path::PathBuf;

/// A file to write.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// In which form.
    pub format: ExportFormat,
    /// Where to.
    pub path: PathBuf,
    /// The path as it was typed.
    pub typed: String,
    /// An existing file may be replaced.
    pub overwrite: bool,
    /// What to write.
    pub targets: Targets,
}

/// What a dialog wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// Change triage data; `advance` goes on to the next row that needs work.
    Apply {
        /// What to change.
        change: Change,
        /// On which incidents.
        targets: Targets,
        /// How the cursor moves afterwards.
        advance: Advance,
    },
    /// Write a file.
    Export(Job),
    /// Look into a folder, so that a path can be completed.
    Look(Look),
    /// Go where a name leads.
    Jump(JumpTo),
    /// Order the list.
    Sort(SortField),
    /// Group the list, or no longer.
    Group(Option<Grouping>),
    /// Show these columns.
    Columns(Columns),
    /// Say something.
    Hint(&'static str),
    /// Do what a key does.
    Perform(Action),
    /// Look for a text in the incident's.
    Find(String),
    /// Ask whether what was typed is to be thrown away.
    AskToDrop,
    /// Close the dialog below, with what was typed in it.
    Drop,
    /// Go to an incident.
    Visit(Key),
    /// Do what was typed.
    Run(Verb),
    /// Change the filter stack.
    Filter(FilterAct),
    /// Open, save, rename or delete a saved view.
    View(ViewAct),
    /// Add a tag, or take it off the one incident that carries it.
    QuickTag {
        /// The tag.
        tag: Tag,
        /// On which incidents.
        targets: Targets,
        /// How the cursor moves afterwards.
        advance: Advance,
    },
    /// Give keys to tags; the targets are those of the dialog that leads there.
    GiveKeys(Targets),
}

/// How the cursor moves after a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advance {
    /// It stays.
    Stay,
    /// One row down.
    Down,
    /// To the next row that is not triaged.
    Untriaged,
}

/// What a key did to a dialog.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It stays open.
    Stay,
    /// It closes.
    Close,
    /// It closes, and this is done.
    Do(Deed),
    /// It stays open while this is done.
    Try(Deed),
}

/// Where a selection goes by a key, if it is one that moves; `page` rows at a time.
pub(super) fn moved(key: KeyPress, at: usize, len: usize, page: usize) -> Option<usize> {
    let last = len.saturating_sub(1);
    Some(match (key.code, key.ctrl) {
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) if at >= last => 0,
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) => at + 1,
        (KeyCode::Up, _) | (KeyCode::Char('p'), true) => at.checked_sub(1).unwrap_or(last),
        (KeyCode::PageDown, _) => (at + page).min(last),
        (KeyCode::PageUp, _) => at.saturating_sub(page),
        _ => return None,
    })
}
