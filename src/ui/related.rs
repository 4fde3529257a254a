//! The dialog of related incidents, drawn: status, day, reason, organisation and title, a row each.

use super::canvas::Canvas;
use super::dialogs::{first_shown, foot, row_start};
use super::list::status_role;
use super::theme::Role;
use crate::app::keys::keymap::Keymap;
use crate::app::layers::related::RelatedBox;
use crate::app::layout::Area;
use crate::lang::grouped;

/// Draws the dialog inside its frame.
pub fn draw(d: &RelatedBox, map: &Keymap, inner: Area, canvas: &mut Canvas) {
    let look = canvas.look;
    let lang = look.lang;
    let end = inner.x + inner.width;
    let why = |name: &str| lang.get(&format!("why.{name}")).unwrap_or_default();
    let width = d.links.iter().map(|(name, _)| look.width(why(name))).max().unwrap_or(0).min(inner.width / 3);
    let more = d.total.saturating_sub(d.links.len());
    let mut below = map.text(lang, "ui.related.enter");
    if more > 0 {
        let told = lang.fill("ui.detail.more_related", &[("n", &grouped(more as u64))]);
        below = format!("{told} {} {below}", look.signs.dot);
    }
    let rows = inner.height.saturating_sub(1 + foot(inner, &below, Role::Hint, canvas));
    let first = first_shown(d.selected, rows);
    for ((index, (name, row)), y) in d.links.iter().enumerate().skip(first).zip(inner.y..inner.y + rows) {
        let (x, role) = row_start(index == d.selected, inner.x, y, canvas);
        let x = canvas.put(x, y, end, look.signs.of_status(row.status), status_role(row.status)) + 1;
        let undated = || lang.text("ui.detail.undated").to_owned();
        let day = row.published.map_or_else(undated, |d| d.to_string());
        canvas.put(x, y, x + 10, &day, Role::Text);
        let x = x + 12;
        canvas.put(x, y, x + width, why(name), Role::Hint);
        let names = [row.org.as_deref(), row.title.as_deref()];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        canvas.put(x + width + 2, y, end, &name, role);
    }
}
