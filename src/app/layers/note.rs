//! The box for a note on one or many incidents, where the analyst has no editor.

use super::deed::{Advance, Deed, Outcome};
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::layout::Area;
use crate::app::panes::list::Targets;
use crate::app::typed::textbox::TextBox;
use crate::domain::Change;

/// The box's state.
#[derive(Debug)]
pub struct NoteBox {
    /// Whom it concerns.
    pub targets: Targets,
    /// What is typed.
    pub text: TextBox,
    /// An empty note was to be saved.
    pub empty: bool,
}

impl NoteBox {
    /// A note on these targets that begins with `text`.
    pub fn new(targets: Targets, text: &str) -> Self {
        Self { targets, text: TextBox::new(text), empty: false }
    }

    /// Columns and rows for the text within the frame: a column is the cursor's at a line's end.
    pub fn room(inner: Area) -> (u16, u16) {
        (inner.width.saturating_sub(2), inner.height.saturating_sub(2))
    }

    /// Tells whether leaving it would lose something.
    pub(super) fn holds_text(&self) -> bool {
        !self.text.text().trim().is_empty()
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.text.insert(text);
        self.empty = false;
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        if (key.code == KeyCode::Char('s') && key.ctrl) || (key.code == KeyCode::Enter && key.alt) {
            let text = self.text.text().trim().to_owned();
            self.empty = text.is_empty();
            if self.empty {
                return Outcome::Stay;
            }
            let targets = self.targets.clone();
            return Outcome::Do(Deed::Apply { change: Change::Note { text }, targets, advance: Advance::Stay });
        }
        if self.text.press(key) == Some(true) {
            self.empty = false;
        }
        Outcome::Stay
    }
}
