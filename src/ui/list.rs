//! The list pane: a line an incident, in columns that follow the width. Only the gutter tells the cursor's row, so that
//! a move costs few bytes.

use super::canvas::{Canvas, Look};
use super::groups::head;
use super::highlights;
use super::theme::Role;
use crate::app::App;
use crate::app::layout::{Area, Layout, Pane};
use crate::app::panes::columns::{SIGNS, solve};
use crate::app::panes::highlights::{Cell, tags_text};
use crate::config::Column;
use crate::domain::{Affected, Bound, Exposure, Key, Kind, ListRow, Status, Unit};
use crate::lang::{Lang, grouped};
use std::borrow::Cow;

/// Draws the list.
pub fn draw(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(area) = layout.list else { return };
    let lang = canvas.look.lang;
    let inner = area.inner();
    let list = &app.list;
    let page = usize::from(inner.height.saturating_sub(1));
    let last = (list.top + page).min(list.len());
    let below = match list.len() {
        0 => String::new(),
        _ => {
            let n = if list.is_grouped() { grouped(list.len() as u64) } else { list.count() };
            let (a, b) = (grouped(list.top as u64 + 1), grouped(last as u64));
            let key = if list.is_grouped() { "ui.list.rows" } else { "ui.list.range" };
            lang.fill(key, &[("a", &a), ("b", &b), ("n", &n)])
        }
    };
    canvas.frame(area, lang.text("ui.pane.list"), &below, app.focus == Pane::List && !app.query.active);
    let columns = solve(&app.columns, inner.width);
    header(app, &columns, inner, canvas);
    if list.loaded && list.is_empty() {
        return nothing_matches(app, inner, canvas);
    }
    for (index, y) in (list.top..last).zip(inner.y + 1..) {
        let Some(key) = list.key_at(index) else {
            head(app, index, y, inner, canvas);
            continue;
        };
        signs(app, key, index, (inner.x, y), canvas);
        if let Some(row) = list.row(key) {
            line(app, row, &columns, (inner.x, y), inner.x + inner.width, canvas);
        }
    }
}

fn nothing_matches(app: &App, inner: Area, canvas: &mut Canvas) {
    const KEYS: [&str; 3] = ["ui.list.nothing", "ui.list.nothing_hint", "ui.list.nothing_reading"];
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    for (key, y) in KEYS.into_iter().zip(inner.y + 1..inner.y + inner.height) {
        canvas.put(inner.x + SIGNS, y, end, &app.setup.keymap.text(lang, key), Role::Dim);
    }
}

fn header(app: &App, columns: &[(Column, u16)], inner: Area, canvas: &mut Canvas) {
    let (lang, signs) = (canvas.look.lang, canvas.look.signs);
    let sign = |falling: Option<bool>| falling.map_or("", |falling| if falling { signs.falling } else { signs.rising });
    canvas.put(inner.x + 2, inner.y, inner.x + SIGNS, sign(app.sorted_by(None)), Role::Mark);
    let mut x = inner.x + SIGNS;
    let end = inner.x + inner.width;
    for (column, width) in columns {
        let limit = (x + width).min(end);
        let (name, sorted) = (column_name(*column, lang), sign(app.sorted_by(Some(*column))));
        match column {
            Column::People => {
                let figures = limit.saturating_sub(2);
                canvas.put_left_of(figures.max(x), inner.y, name, Role::Dim);
                canvas.put(limit.saturating_sub(1).max(x), inner.y, limit, sorted, Role::Mark);
            }
            Column::Signs => {}
            _ => {
                let room = limit.saturating_sub(if sorted.is_empty() { 0 } else { 1 });
                let after = canvas.put(x, inner.y, room, name, Role::Dim);
                canvas.put((after + 1).min(limit.saturating_sub(1)), inner.y, limit, sorted, Role::Mark);
            }
        }
        x += width + 1;
    }
}

/// What a column is called.
pub fn column_name(column: Column, lang: Lang) -> &'static str {
    lang.text(match column {
        Column::Published => "column.date",
        Column::People => "column.people",
        Column::Action => "column.action",
        Column::Org => "column.org",
        Column::Title => "column.title",
        Column::Third => "field.third_party",
        Column::Case => "field.case_no",
        Column::Tags => "column.tags",
        Column::Exposure => "field.exposure",
        Column::Kind => "column.kind",
        Column::Signs => "column.signs",
        Column::Id => "column.id",
    })
}

/// The cursor, or that the row is of the visual range.
pub fn gutter(app: &App, index: usize, (x, y): (u16, u16), canvas: &mut Canvas) {
    let s = canvas.look.signs;
    let in_range = app.list.range().is_some_and(|(a, b)| (a..=b).contains(&index));
    if index == app.list.cursor {
        canvas.put(x, y, x + 1, s.gutter, Role::Cursor);
    } else if in_range {
        canvas.put(x, y, x + 1, s.range, Role::Mark);
    }
}

/// Gutter, mark and status.
fn signs(app: &App, key: Key, index: usize, (x, y): (u16, u16), canvas: &mut Canvas) {
    let s = canvas.look.signs;
    gutter(app, index, (x, y), canvas);
    if app.list.marks.contains(&key) {
        canvas.put(x + 1, y, x + 2, s.mark, Role::Mark);
    }
    if let Some(row) = app.list.row(key) {
        canvas.put(x + 2, y, x + 3, s.of_status(row.status), status_role(row.status));
    }
}

/// The role of a status.
pub fn status_role(status: Status) -> Role {
    match status {
        Status::New => Role::New,
        Status::Open => Role::Open,
        Status::Done => Role::Done,
        Status::Dismissed => Role::Dismissed,
    }
}

fn line(app: &App, row: &ListRow, columns: &[(Column, u16)], (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let text = if row.status == Status::Dismissed { Role::Dim } else { Role::Text };
    let apart = columns.iter().any(|(c, _)| *c == Column::Signs);
    let mut x = x + SIGNS;
    for (column, width) in columns {
        let limit = (x + width).min(end);
        match column {
            Column::People => people(row.affected.as_ref(), (x, y), limit, text, canvas),
            Column::Signs => {
                row_signs(row, (x, y), limit, canvas);
            }
            Column::Title if !apart => {
                let x = row_signs(row, (x, y), limit, canvas);
                cell(app, *column, row.title.as_deref().unwrap_or("-"), (x, y), limit, text, canvas);
            }
            Column::Tags => {
                let told = tags_text(&row.tags);
                // What was searched for is set off before colours are told.
                if app.highlights.of(Cell::Tags, &told).is_empty() {
                    canvas.tags(x, y, limit, &row.tags, &app.tag_colours);
                } else {
                    cell(app, *column, &told, (x, y), limit, Role::Tag, canvas);
                }
            }
            _ => cell(app, *column, &value(row, *column, *width, look.lang), (x, y), limit, text, canvas),
        }
        x += width + 1;
    }
}

/// The text of a cell that is nothing but text.
fn value(row: &ListRow, column: Column, width: u16, lang: Lang) -> Cow<'_, str> {
    match column {
        Column::Published => row.published.map_or_else(|| "-".into(), |day| day.to_string().into()),
        Column::Action => action(row, width, lang).into(),
        Column::Org => row.org.as_deref().unwrap_or("-").into(),
        Column::Title => row.title.as_deref().unwrap_or("-").into(),
        Column::Third => row.third_party.as_deref().unwrap_or_default().into(),
        Column::Case => row.case_no.as_deref().unwrap_or_default().into(),
        Column::Exposure => row.exposure.map_or("", |e| exposure_name(e, lang)).into(),
        Column::Kind => kind(row, lang).into(),
        Column::Id => row.id.as_str().into(),
        Column::People | Column::Signs | Column::Tags => Cow::default(),
    }
}

/// Writes the text of a cell, cut to its room, with what the query's words match set off.
fn cell(app: &App, column: Column, text: &str, at: (u16, u16), limit: u16, role: Role, canvas: &mut Canvas) {
    let searched = match column {
        Column::Org => Some(Cell::Org),
        Column::Title => Some(Cell::Title),
        Column::Third => Some(Cell::ThirdParty),
        Column::Tags => Some(Cell::Tags),
        _ => None,
    };
    let spans = searched.map(|cell| app.highlights.of(cell, text)).unwrap_or_default();
    highlights::put(text, &spans, at, limit, role, canvas);
}

/// Warning and notes; gives the column after them.
fn row_signs(row: &ListRow, (x, y): (u16, u16), limit: u16, canvas: &mut Canvas) -> u16 {
    let s = canvas.look.signs;
    let x = if row.warned { canvas.put(x, y, limit, s.warning, Role::Error) + 1 } else { x };
    if row.noted { canvas.put(x, y, limit, s.noted, Role::Mark) + 1 } else { x }
}

fn people(affected: Option<&Affected>, (x, y): (u16, u16), limit: u16, role: Role, canvas: &mut Canvas) {
    let Some(affected) = affected else { return };
    let number = number(affected, &canvas.look, limit.saturating_sub(x + 2));
    canvas.put_left_of(limit.saturating_sub(2), y, &number, role);
    canvas.put(limit.saturating_sub(1), y, limit, unit_letter(affected.unit), Role::Dim);
}

/// The number with its bound's sign, in thousands or millions where it would not fit.
fn number(a: &Affected, look: &Look, room: u16) -> String {
    let s = look.signs;
    let sign = match a.bound() {
        Bound::AtMost => s.at_most,
        Bound::AtLeast => s.at_least,
        bound => bound.sign(),
    };
    let told = match (a.count, a.lo, a.hi) {
        (Some(n), ..) => grouped(n),
        (None, Some(lo), Some(hi)) => format!("{lo}-{hi}"),
        (None, Some(lo), None) => format!("{}+", grouped(lo)),
        (None, None, Some(hi)) => format!("{}{}", s.at_most, grouped(hi)),
        (None, None, None) => "?".to_owned(),
    };
    let told = format!("{sign}{told}");
    if look.width(&told) <= room {
        return told;
    }
    let n = a.count.or(a.lo).or(a.hi).unwrap_or(0);
    let scaled = [(1_000, "k"), (1_000_000, "M"), (1_000_000_000, "G"), (1_000_000_000_000, "T")];
    let short = |(by, letter): (u64, &str)| format!("{sign}{}{letter}", grouped(n / by));
    let fits = scaled.into_iter().map(short).find(|t| look.width(t) <= room);
    fits.unwrap_or_else(|| "?".to_owned())
}

/// The letter after the number: none for people.
fn unit_letter(unit: Unit) -> &'static str {
    match unit {
        Unit::People => "",
        Unit::Records => "r",
        Unit::Accounts => "a",
        Unit::Households => "h",
        Unit::Companies => "c",
        Unit::Schools => "s",
        Unit::Files => "f",
        Unit::Documents | Unit::Sheets => "d",
        Unit::Mails => "m",
        _ => "*",
    }
}

/// The first action; of a claim its gang; else what kind of entry it is.
fn action(row: &ListRow, width: u16, lang: Lang) -> &str {
    let gang = row.gang.as_deref().filter(|_| row.kind == Kind::Claim);
    let action = || row.action.as_deref().map(|a| short_action(a, width, lang));
    gang.or_else(action).or_else(|| kind_name(row.kind, lang)).unwrap_or("-")
}

/// What kind of entry it is; of a claim its gang.
fn kind(row: &ListRow, lang: Lang) -> &str {
    let gang = row.gang.as_deref().filter(|_| row.kind == Kind::Claim);
    gang.or_else(|| kind_name(row.kind, lang)).unwrap_or_else(|| lang.text("ui.list.incident"))
}

/// What stands in words for an exposure.
fn exposure_name(exposure: Exposure, lang: Lang) -> &'static str {
    lang.get(&format!("exposure.{}", exposure.as_str())).unwrap_or(exposure.as_str())
}

/// What stands for the action of an entry that is no plain incident.
fn kind_name(kind: Kind, lang: Lang) -> Option<&'static str> {
    match kind {
        Kind::Incident => None,
        Kind::Claim => Some(lang.text("ui.list.claim")),
        Kind::Other => Some(lang.text("ui.list.other")),
    }
}

/// An action in few letters, as the language file shortens it; whole where there is room.
pub fn short_action(action: &str, width: u16, lang: Lang) -> &str {
    let name = action.rsplit('.').next().unwrap_or(action);
    let told = |group: &str| lang.get(&format!("{group}.{action}")).or_else(|| lang.get(&format!("{group}.{name}")));
    if width >= 20 { told("action_name").unwrap_or(action) } else { told("action_short").unwrap_or(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::AmbiguousWidth;
    use crate::ui::{signs::FULL, theme::Theme};

    fn look() -> Look {
        let theme = Theme::of(crate::config::Theme::Monochrome);
        let ambiguous = AmbiguousWidth::Narrow;
        Look { signs: &FULL, theme, ambiguous, lang: Lang::En, plain: false, linear: false, brackets: false }
    }

    #[test]
    fn a_number_never_loses_its_front() {
        let a = |n| Affected { count: Some(n), unit: Unit::People, lo: None, hi: None, modifier: None, approx: true };
        assert_eq!(number(&a(30), &look(), 9), "~30");
        assert_eq!(number(&a(2_150_000), &look(), 10), "~2,150,000");
        assert_eq!(number(&a(2_150_000), &look(), 9), "~2,150k");
        assert_eq!(number(&a(u64::MAX), &look(), 9), "?");
    }
}
