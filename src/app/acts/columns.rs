//! Columns as the analyst chooses them: their dialog, and what follows from a choice.

use crate::app::App;
use crate::app::layers::{ColumnsDialog, Layer};
use crate::app::panes::columns::order_of;
use crate::app::status::Tone;
use crate::config::{Column, Columns};
use crate::query::ast::SortField;

impl App {
    /// Tells whether the list is sorted by a column, and whether from the greatest down; `None` is the status.
    pub fn sorted_by(&self, column: Option<Column>) -> Option<bool> {
        let sort = self.query.sort();
        let field = column.map_or(Some(SortField::Status), order_of);
        (field == Some(sort.field)).then_some(sort.descending)
    }

    pub(super) fn open_columns(&mut self) {
        let room = self.layout.list.map_or(self.size.0, |a| a.inner().width);
        self.layers.push(Layer::Columns(ColumnsDialog::new(&self.columns, room, self.query.sort())));
    }

    /// Takes a choice of columns.
    pub(super) fn choose_columns(&mut self, columns: &Columns) {
        self.columns = columns.sound();
        let key = if columns.shown.is_empty() { "ui.columns.by_itself" } else { "ui.columns.chosen" };
        let text = self.words(key);
        self.status.say(Tone::Done, text);
        self.columns_changed();
    }

    /// What has to follow from another choice of columns.
    fn columns_changed(&mut self) {
        self.state.arrangement.columns = self.columns.clone();
        self.remember();
        self.dirty = true;
    }
}
