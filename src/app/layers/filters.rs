//! The filter stack as a dialog: each filter switched on and off, the query line's text put on top.

use super::deed::{Deed, Outcome, moved};
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::search::filters::FilterAct;
use crate::config::sitting::Filter;

/// The dialog's state.
#[derive(Debug)]
pub struct Filters {
    /// The stack.
    pub list: Vec<Filter>,
    /// Index of the one under the cursor.
    pub selected: usize,
    /// The query line's text without its order: what `a` would put on the stack.
    pub line: String,
}

impl Filters {
    /// The dialog on a stack, beside a query line that holds `line`.
    pub fn new(list: Vec<Filter>, line: &str) -> Self {
        Self { list, selected: 0, line: line.to_owned() }
    }

    /// Shows the stack as it is now.
    pub fn load(&mut self, list: Vec<Filter>, line: &str) {
        if list.len() > self.list.len() {
            self.selected = list.len() - 1;
        }
        self.selected = self.selected.min(list.len().saturating_sub(1));
        (self.list, self.line) = (list, line.to_owned());
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        if let Some(at) = moved(key, self.selected, self.list.len(), 5) {
            self.selected = at;
            return Outcome::Stay;
        }
        let act = |act| Outcome::Try(Deed::Filter(act));
        match key.code {
            KeyCode::Char('j') => self.press(KeyPress::plain(KeyCode::Down)),
            KeyCode::Char('k') => self.press(KeyPress::plain(KeyCode::Up)),
            KeyCode::Char(' ') => act(FilterAct::Switch(self.selected)),
            KeyCode::Char('a' | '+') => act(FilterAct::Push),
            KeyCode::Char('d') | KeyCode::Delete => act(FilterAct::Delete(self.selected)),
            KeyCode::Enter | KeyCode::Char('q') => Outcome::Close,
            _ => Outcome::Stay,
        }
    }
}
