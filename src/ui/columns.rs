//! The columns dialog: a line a column, with its width and whether the list is sorted by it. Drawn by `dialogs`.

use super::canvas::Canvas;
use super::dialogs::{first_shown, foot, row_start};
use super::list::column_name;
use super::theme::Role;
use crate::app::layers::ColumnsDialog;
use crate::app::layout::Area;
use crate::config::Column;

/// Draws the dialog's inside.
pub fn draw(d: &ColumnsDialog, inner: Area, canvas: &mut Canvas) {
    let look = canvas.look;
    let lang = look.lang;
    let end = inner.x + inner.width;
    let rows = inner.height.saturating_sub(1 + foot(inner, lang.text("ui.columns.keys"), Role::Hint, canvas));
    let first = first_shown(d.selected, rows);
    let [all, _, none] = look.signs.carried;
    for ((index, offer), y) in d.offers.iter().enumerate().skip(first).zip(inner.y..inner.y + rows) {
        let (x, role) = row_start(index == d.selected, inner.x, y, canvas);
        let x = canvas.put(x, y, end, if offer.shown { all } else { none }, Role::Tag) + 1;
        let role = if offer.shown { role } else { Role::Dim };
        let widths_at = end.saturating_sub(18);
        canvas.put(x, y, widths_at, column_name(offer.column, lang), role);
        if offer.shown {
            let takes_rest = offer.width.is_none() && offer.column == Column::Title;
            let width = if takes_rest { lang.text("ui.columns.rest").to_owned() } else { d.width(offer).to_string() };
            let role = if offer.width.is_some() { Role::Strong } else { Role::Dim };
            canvas.put_left_of(end.saturating_sub(6), y, &width, role);
        }
        if let Some(falling) = d.sorted_by(offer.column) {
            let sign = if falling { look.signs.falling } else { look.signs.rising };
            canvas.put(end.saturating_sub(3), y, end, sign, Role::Mark);
        }
    }
}
