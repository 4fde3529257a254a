//! The box for a note on one or many incidents.

use super::{Advance, Deed, Outcome};
use crate::app::event::{KeyCode, KeyPress};
use crate::app::input::InputLine;
use crate::app::list::Targets;
use crate::domain::Change;

/// The box's state.
#[derive(Debug)]
pub struct NoteBox {
    /// Whom it concerns.
    pub targets: Targets,
    /// What is typed.
    pub input: InputLine,
    /// Enter was pressed on an empty note.
    pub empty: bool,
}

impl NoteBox {
    /// An empty note on these targets.
    pub fn new(targets: Targets) -> Self {
        Self { targets, input: InputLine::default(), empty: false }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.input.insert(text);
        self.empty = false;
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        if key.code == KeyCode::Enter {
            let text = self.input.text().trim().to_owned();
            self.empty = text.is_empty();
            if self.empty {
                return Outcome::Stay;
            }
            let targets = self.targets.clone();
            return Outcome::Do(Deed::Apply { change: Change::Note { text }, targets, advance: Advance::Stay });
        }
        if self.input.press(key) == Some(true) {
            self.empty = false;
        }
        Outcome::Stay
    }
}
