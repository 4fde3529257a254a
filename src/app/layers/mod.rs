//! Dialogs: small, in the middle, one over the other; the top one takes the keys and leaves on Esc.

pub mod arguments;
pub mod columns;
pub mod confirm;
pub mod correct;
pub mod export;
pub mod filters;
pub mod find;
pub mod help;
pub mod jump;
pub mod leader;
pub mod menu;
pub mod note;
pub mod offers;
pub mod pages;
pub mod palette;
pub mod related;
pub mod tags;
pub mod views;

pub use columns::ColumnsDialog;
pub use confirm::Confirm;
pub use correct::CorrectBox;
pub use export::{ExportDialog, Job};
pub use filters::Filters;
pub use find::FindLine;
pub use help::Help;
pub use jump::JumpBox;
pub use leader::Leader;
pub use menu::Menu;
pub use note::NoteBox;
pub use palette::Palette;
pub use related::RelatedBox;
pub use tags::TagPalette;
pub use views::Views;

use super::actions::Action;
use super::event::{KeyCode, KeyPress};
use super::filters::FilterAct;
use super::input::InputLine;
use super::layout::Area;
use super::list::{Chosen, Targets};
use super::paths::Look;
use super::verbs::Verb;
use super::views::ViewAct;
use crate::config::Columns;
use crate::domain::grouping::Grouping;
use crate::domain::jump::JumpTo;
use crate::domain::{Change, ExportFormat, Key, Tag};
use crate::lang::Lang;
use crate::query::ast::SortField;

/// One dialog.
#[derive(Debug)]
pub enum Layer {
    /// Adding and removing tags.
    Tags(TagPalette),
    /// Choosing one of a few (status, order).
    Menu(Menu),
    /// Choosing the list's columns.
    Columns(ColumnsDialog),
    /// Writing a selection to a file.
    Export(ExportDialog),
    /// Writing a note.
    Note(NoteBox),
    /// Going to what resembles what is typed.
    Jump(JumpBox),
    /// Correcting a fact.
    Correct(Box<CorrectBox>),
    /// Going to a related incident.
    Related(RelatedBox),
    /// Looking for words in a text.
    Find(FindLine),
    /// Commands by name, and verbs with arguments.
    Palette(Palette),
    /// Saved views.
    Views(Views),
    /// The filter stack.
    Filters(Filters),
    /// What the keys do.
    Help(Help),
    /// A question before a bulk or destructive act.
    Confirm(Confirm),
    /// Tags by one key.
    Leader(Leader),
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

impl Layer {
    /// Takes a key.
    pub fn press(&mut self, key: KeyPress, lang: Lang) -> Outcome {
        if key.code == KeyCode::Esc
            && let Self::Views(views) = self
            && views.step_back()
        {
            return Outcome::Stay;
        }
        if key.code == KeyCode::Esc
            && let Self::Help(help) = self
            && help.step_back()
        {
            return Outcome::Stay;
        }
        if key.code == KeyCode::Esc || (key.ctrl && key.code == KeyCode::Char('c')) {
            return match self {
                Self::Find(d) => d.leave(),
                Self::Note(d) if d.holds_text() => Outcome::Try(Deed::AskToDrop),
                _ => Outcome::Close,
            };
        }
        match self {
            Self::Tags(d) => d.press(key, lang),
            Self::Menu(d) => d.press(key),
            Self::Columns(d) => d.press(key),
            Self::Export(d) => d.press(key, lang),
            Self::Note(d) => d.press(key),
            Self::Jump(d) => d.press(key),
            Self::Palette(d) => d.press(key, lang),
            Self::Views(d) => d.press(key, lang),
            Self::Filters(d) => d.press(key),
            Self::Find(d) => d.press(key),
            Self::Related(d) => d.press(key),
            Self::Correct(d) => d.press(key, lang),
            Self::Help(d) => d.press(key),
            Self::Confirm(d) => d.press(key),
            Self::Leader(d) => d.press(key),
        }
    }

    /// Takes pasted text; false if it has no input.
    pub fn paste(&mut self, text: &str, lang: Lang) -> bool {
        match self {
            Self::Tags(d) => d.paste(text, lang),
            Self::Export(d) => d.paste(text),
            Self::Note(d) => d.paste(text),
            Self::Jump(d) => d.paste(text),
            Self::Palette(d) => d.paste(text, lang),
            Self::Views(d) => return d.paste(text),
            Self::Find(d) => d.input.insert(text),
            Self::Correct(d) => d.paste(text, lang),
            _ => return false,
        }
        true
    }

    /// The input that the cursor stands in.
    pub fn input(&self) -> Option<&InputLine> {
        match self {
            Self::Tags(d) => Some(&d.input),
            Self::Export(d) => Some(&d.input),
            Self::Jump(d) => Some(&d.input),
            Self::Palette(d) => Some(&d.input),
            Self::Views(d) => d.is_typing().then_some(&d.input),
            Self::Find(d) => Some(&d.input),
            Self::Correct(d) => Some(&d.input),
            _ => None,
        }
    }

    /// The dialog's place on a screen of this size, frame included.
    pub fn area(&self, width: u16, height: u16) -> Area {
        let (columns, rows) = match self {
            Self::Find(_) => return FindLine::area(width, height),
            // As high as all tags need, so that it keeps its size while one types.
            Self::Tags(d) => (76, (d.tags.len() + 7).clamp(10, 18)),
            Self::Menu(d) => (d.columns(), d.items.len() + 4),
            Self::Columns(d) => (ColumnsDialog::COLUMNS, d.offers.len() + 6),
            Self::Export(_) => (76, ExportFormat::ALL.len() + 7),
            Self::Note(_) => (76, 12),
            Self::Jump(_) => (100, 20),
            Self::Palette(_) => (88, 20),
            // Room for what is typed above them.
            Self::Views(d) => (76, (d.rows.len() + 6).clamp(10, 20)),
            Self::Filters(d) => (76, (d.list.len() + 5).clamp(7, 18)),
            Self::Correct(_) => (76, 12),
            Self::Related(d) => (100, (d.links.len() + 4).clamp(8, 20)),
            Self::Help(d) => (Help::COLUMNS, d.lines.len() + 2),
            Self::Confirm(_) => (64, 8),
            Self::Leader(d) => return d.area(width, height),
        };
        let width_of = u16::try_from(columns).unwrap_or(u16::MAX).min(width.saturating_sub(4));
        let height_of = u16::try_from(rows).unwrap_or(u16::MAX).min(height.saturating_sub(2));
        let (x, y) = ((width - width_of) / 2, (height - height_of) / 3);
        Area { x, y, width: width_of, height: height_of }
    }
}

/// Who a dialog is about, in words.
pub fn told(targets: &Targets, lang: Lang) -> String {
    let n = targets.keys.len();
    match targets.from {
        Chosen::Marks => lang.count("ui.targets.marks", "ui.targets.marks_one", n, &[]),
        Chosen::Range => lang.count("ui.targets.range", "ui.targets.range_one", n, &[]),
        Chosen::Next => lang.count("ui.targets.next", "ui.targets.next_one", n, &[]),
        Chosen::Cursor => lang.text("ui.targets.cursor").to_owned(),
        Chosen::Group => lang.count("ui.targets.group", "ui.targets.group_one", n, &[]),
        Chosen::View => lang.count("ui.targets.view", "ui.targets.view_one", n, &[]),
    }
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
