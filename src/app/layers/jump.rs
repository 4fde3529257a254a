//! The fuzzy jump: what is typed, and the titles, organisations and tags that resemble it.

use super::deed::{Deed, Outcome, moved};
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::typed::input::InputLine;
use crate::domain::jump::{JumpFound, JumpHit, JumpTo};
use crate::domain::{Generation, Key};
use std::sync::Arc;

/// The dialog's state.
#[derive(Debug, Default)]
pub struct JumpBox {
    /// What is typed.
    pub input: InputLine,
    /// What was found for it, or for what was typed a moment ago.
    pub found: JumpFound,
    /// Index of the hit under the cursor.
    pub selected: usize,
    /// The newest search.
    pub generation: Generation,
    /// What the newest search was for.
    pub(in crate::app) asked: Option<(String, Arc<Vec<Key>>, bool)>,
    /// What the hits were found for.
    pub(in crate::app) told: String,
}

impl JumpBox {
    /// Rows that PgUp and PgDn move by.
    const PAGE: usize = 10;

    pub(super) fn paste(&mut self, text: &str) {
        self.input.insert(text);
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        if let Some(at) = moved(key, self.selected, self.found.hits.len(), Self::PAGE) {
            self.selected = at;
            return Outcome::Stay;
        }
        match key.code {
            KeyCode::Enter => return self.go(),
            KeyCode::Backspace if self.input.is_empty() => return Outcome::Close,
            _ => {
                self.input.press(key);
            }
        }
        Outcome::Stay
    }

    /// Goes where the hit under the cursor leads; not before the hits are those of what is typed.
    fn go(&self) -> Outcome {
        match self.under_cursor() {
            Some(hit) if !self.is_behind() => Outcome::Do(Deed::Jump(hit.to.clone())),
            _ => Outcome::Stay,
        }
    }

    /// The hit under the cursor.
    pub fn under_cursor(&self) -> Option<&JumpHit> {
        self.found.hits.get(self.selected)
    }

    /// Tells whether the hits are of what was typed before.
    pub fn is_behind(&self) -> bool {
        self.told.trim() != self.input.text().trim()
    }

    /// Takes what was found; the cursor stays on its hit where more of the same search arrives.
    pub(in crate::app) fn take(&mut self, found: JumpFound) {
        let typed = self.asked.as_ref().map(|(text, ..)| text.clone()).unwrap_or_default();
        let same = typed == self.told;
        let here = self.under_cursor().map(|hit| hit.to.clone()).filter(|_| same && self.selected > 0);
        let again = here.and_then(|to: JumpTo| found.hits.iter().position(|hit| hit.to == to));
        self.selected = again.unwrap_or(0);
        (self.found, self.told) = (found, typed);
    }
}
