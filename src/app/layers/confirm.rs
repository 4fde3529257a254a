//! A question before an act that touches many incidents or cannot be taken back.

use super::deed::{Deed, Outcome};
use crate::app::keys::{KeyCode, KeyPress, normalise};

/// The question's state.
#[derive(Debug)]
pub struct Confirm {
    /// What would be done, in words.
    pub question: String,
    /// What follows from it, and how it is taken back.
    pub remark: String,
    /// Enter says yes too; else only `y` does.
    pub lightly: bool,
    /// What is done on yes.
    pub deed: Deed,
}

impl Confirm {
    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        match normalise(key).code {
            KeyCode::Char('y') => Outcome::Do(self.deed.clone()),
            KeyCode::Enter if self.lightly => Outcome::Do(self.deed.clone()),
            KeyCode::Char('n' | 'q') => Outcome::Close,
            _ => Outcome::Stay,
        }
    }
}
