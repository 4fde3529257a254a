//! The line that looks for words in the text of the incident that is shown, while they are typed.

use super::deed::{Deed, Outcome};
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::layout::Area;
use crate::app::typed::input::InputLine;

/// The line's state.
#[derive(Debug, Default)]
pub struct FindLine {
    /// What is typed.
    pub input: InputLine,
    /// Places found.
    pub found: usize,
    /// The one that is looked at.
    pub at: Option<usize>,
    before: String,
}

impl FindLine {
    /// An empty line; `before` was looked for until now.
    pub fn new(before: &str) -> Self {
        Self { before: before.to_owned(), ..Self::default() }
    }

    /// Where the line stands on a screen of this size: in the place of the status line.
    pub(super) fn area(width: u16, height: u16) -> Area {
        Area { x: 0, y: height.saturating_sub(2), width, height: 1 }
    }

    /// Leaves it: what was looked for before is looked for again.
    pub(super) fn leave(&self) -> Outcome {
        Outcome::Do(Deed::Find(self.before.clone()))
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        match key.code {
            KeyCode::Enter => Outcome::Do(Deed::Find(self.input.text().to_owned())),
            KeyCode::Backspace if self.input.is_empty() => self.leave(),
            _ if self.input.press(key) == Some(true) => Outcome::Try(Deed::Find(self.input.text().to_owned())),
            _ => Outcome::Stay,
        }
    }
}
