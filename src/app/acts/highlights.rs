//! Has the list's highlights ready before its rows are drawn.

use crate::app::App;

impl App {
    /// Works out the matches of the rows on the screen, so that drawing only looks them up.
    pub(super) fn prepare_highlights(&mut self) {
        let list = &self.list;
        let shown = list.top..(list.top + list.page).min(list.len());
        let rows = shown.filter_map(|index| list.row(list.key_at(index)?));
        self.highlights.prepare(rows);
    }
}
