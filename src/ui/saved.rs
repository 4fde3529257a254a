//! The dialogs of saved views and of the filter stack.

use super::canvas::Canvas;
use super::dialogs::{first_shown, foot, input_line, row_start};
use super::theme::Role;
use crate::app::keys::keymap::Keymap;
use crate::app::layers::views::{Count, Mode, Row};
use crate::app::layers::{Filters, Views};
use crate::app::layout::Area;
use crate::app::search::query_line::order_of;
use crate::config::state::SavedView;
use crate::lang::{Lang, grouped};

/// A view's query as one line: its filters, its query, its order.
fn told(view: &SavedView, canvas: &Canvas) -> String {
    let lang = canvas.look.lang;
    let parts = view.filters.iter().map(String::as_str).chain([view.query.as_str()]).filter(|t| !t.is_empty());
    let mut text = parts.collect::<Vec<_>>().join(&format!(" {} ", canvas.look.signs.into));
    if text.is_empty() {
        lang.text("ui.top.all").clone_into(&mut text);
    }
    if let Some((key, falling)) = view.sort.as_deref().and_then(order_of) {
        let sign = if falling { canvas.look.signs.falling } else { canvas.look.signs.rising };
        let label = lang.get(&format!("sort.{key}")).unwrap_or(key);
        text.push_str(&format!("  {} {label} {sign}", lang.text("ui.query.sort")));
    }
    text
}

/// Draws the saved views.
pub fn views(d: &Views, map: &Keymap, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    let (text, role) = views_foot(d, map, lang);
    let rows = inner.height.saturating_sub(1 + foot(inner, &text, role, canvas));
    let mut top = inner.y;
    if d.is_typing() {
        input_line(&d.input, inner, lang.text("ui.views.name_hint"), canvas);
        top += 2;
    } else if d.examples {
        canvas.put(inner.x, top, end, lang.text("ui.views.examples"), Role::Dim);
        top += 2;
    }
    let bottom = inner.y + rows;
    let first = first_shown(d.selected, bottom.saturating_sub(top));
    for ((index, row), y) in d.rows.iter().enumerate().skip(first).zip(top..bottom) {
        view_row(row, index == d.selected, (inner.x, y), end, canvas);
    }
}

fn view_row(row: &Row, selected: bool, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let (x, role) = row_start(selected, x, y, canvas);
    if let Some(key) = row.view.key {
        canvas.put(x, y, x + 2, &key.to_string(), Role::Key);
    }
    let count = match row.count {
        Count::Unknown => String::new(),
        Count::Known(n) => grouped(n as u64),
        Count::Wrong => canvas.look.lang.text("ui.views.wrong").to_owned(),
    };
    let role_of_count = if row.count == Count::Wrong { Role::Error } else { Role::Dim };
    let count_at = canvas.put_left_of(end.saturating_sub(1), y, &count, role_of_count).saturating_sub(1);
    let name_end = (x + 3 + (end.saturating_sub(x)) / 3).min(count_at);
    canvas.put(x + 3, y, name_end, &row.view.name, role);
    let text = told(&row.view, canvas);
    canvas.put(name_end + 2, y, count_at, &text, Role::Dim);
}

fn views_foot(d: &Views, map: &Keymap, lang: Lang) -> (String, Role) {
    if let Some(error) = &d.error {
        return (error.clone(), Role::Error);
    }
    let text = match &d.mode {
        Mode::Choosing => lang.text(if d.examples { "ui.views.foot_examples" } else { "ui.views.foot" }).to_owned(),
        Mode::Naming if d.is_saved(d.input.text().trim()) => lang.text("ui.views.replaces").to_owned(),
        Mode::Naming | Mode::Renaming(_) => lang.text("ui.views.foot_name").to_owned(),
        Mode::Keying { name, before } => {
            let had = d.key_of(before.as_ref().unwrap_or(name)).map(|c| c.to_string());
            let key = if had.is_some() { "ui.views.foot_key_kept" } else { "ui.views.foot_key" };
            map.fill(lang, key, &[("name", name), ("key", &had.unwrap_or_default())])
        }
    };
    (text, Role::Hint)
}

/// Draws the filter stack.
pub fn filters(d: &Filters, map: &Keymap, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    let text = if d.line.is_empty() {
        map.text(lang, "ui.filters.foot_empty")
    } else {
        lang.fill("ui.filters.foot", &[("query", &d.line)])
    };
    let rows = inner.height.saturating_sub(1 + foot(inner, &text, Role::Hint, canvas));
    if d.list.is_empty() {
        canvas.put(inner.x + 2, inner.y, end, lang.text("ui.filters.none"), Role::Dim);
    }
    let [on, _, off] = canvas.look.signs.carried;
    let first = first_shown(d.selected, rows);
    for ((index, filter), y) in d.list.iter().enumerate().skip(first).zip(inner.y..inner.y + rows) {
        let (x, role) = row_start(index == d.selected, inner.x, y, canvas);
        let x = canvas.put(x, y, end, if filter.on { on } else { off }, Role::Tag) + 1;
        let word = lang.text(if filter.on { "ui.filters.on" } else { "ui.filters.off" });
        let at = canvas.put_left_of(end.saturating_sub(1), y, word, Role::Dim);
        canvas.put(x, y, at.saturating_sub(1), &filter.text, if filter.on { role } else { Role::Dim });
    }
}
