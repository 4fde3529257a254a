//! Dialogs: small, in the middle, one over the other; the top one takes the keys and leaves on Esc.

pub mod columns;
pub mod confirm;
pub mod correct;
mod deed;
pub mod export;
pub mod filters;
pub mod find;
pub mod help;
pub mod jump;
pub mod leader;
pub mod menu;
pub mod note;
pub mod offers;
pub mod palette;
pub mod related;
pub mod tags;
pub mod views;

pub use columns::ColumnsDialog;
pub use confirm::Confirm;
pub use correct::CorrectBox;
pub use deed::{Advance, Deed, Job, Outcome};
pub use export::ExportDialog;
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

use crate::app::keys::{KeyCode, KeyPress};
use crate::app::layout::Area;
use crate::app::typed::input::InputLine;
use crate::domain::ExportFormat;
use crate::lang::Lang;

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
