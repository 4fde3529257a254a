//! The list pane: a line an incident, in columns that follow the width. Only the gutter tells the cursor's row, so that
//! a move costs few bytes.

use super::canvas::{Canvas, Look};
use super::theme::Role;
use crate::app::App;
use crate::app::layout::{Area, Layout, Pane};
use crate::domain::{Affected, Bound, Key, Kind, ListRow, Status, Unit};
use crate::lang::{Lang, grouped};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Date,
    People,
    Action,
    Org,
    Title,
    Third,
    Case,
    Tags,
}

/// Columns of the gutter, the mark, the status and the blank after them.
const SIGNS: u16 = 4;

/// The columns with their widths, for the room inside the frame; one blank stands between them.
fn columns(room: u16) -> Vec<(Column, u16)> {
    use Column::{Action, Case, Date, Org, People, Tags, Third, Title};
    let (action, org, third, case, tags) = match room {
        0..46 => (0, 9, 0, 0, 0),
        46..66 => (0, 12, 0, 0, 0),
        66..98 => (8, 14, 0, 0, 0),
        98..150 => (9, 18, 0, 0, 18),
        150..190 => (12, 32, 18, 9, 18),
        190.. => (20, 40, 24, 9, 24),
    };
    let fixed = [(Date, 10), (People, if room < 46 { 0 } else { 11 }), (Action, action), (Org, org)];
    let mut out: Vec<(Column, u16)> = fixed.into_iter().filter(|(_, w)| *w > 0).collect();
    let last = [(Third, third), (Case, case), (Tags, tags)];
    let last = last.into_iter().filter(|(_, w)| *w > 0);
    let used: u16 = SIGNS + out.iter().copied().chain(last.clone()).map(|(_, w)| w + 1).sum::<u16>();
    out.push((Title, room.saturating_sub(used)));
    out.extend(last);
    out
}

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
            let (a, b, n) = (grouped(list.top as u64 + 1), grouped(last as u64), list.count());
            lang.fill("ui.list.range", &[("a", &a), ("b", &b), ("n", &n)])
        }
    };
    canvas.frame(area, lang.text("ui.pane.list"), &below, app.focus == Pane::List && !app.query.active);
    let columns = columns(inner.width);
    header(&columns, inner, canvas);
    if list.loaded && list.is_empty() {
        return nothing_matches(inner, canvas);
    }
    for (index, y) in (list.top..last).zip(inner.y + 1..) {
        let Some(key) = list.key_at(index) else { break };
        signs(app, key, index, (inner.x, y), canvas);
        if let Some(row) = list.row(key) {
            line(app, row, &columns, (inner.x, y), canvas);
        }
    }
}

fn nothing_matches(inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    for (key, y) in ["ui.list.nothing", "ui.list.nothing_hint"].into_iter().zip(inner.y + 1..inner.y + inner.height) {
        canvas.put(inner.x + SIGNS, y, end, lang.text(key), Role::Dim);
    }
}

fn header(columns: &[(Column, u16)], inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let mut x = inner.x + SIGNS;
    for (column, width) in columns {
        let name = match column {
            Column::Date => lang.text("column.date"),
            Column::People => lang.text("column.people"),
            Column::Action => lang.text("column.action"),
            Column::Org => lang.text("column.org"),
            Column::Title => lang.text("column.title"),
            Column::Third => lang.text("field.third_party"),
            Column::Case => lang.text("field.case_no"),
            Column::Tags => lang.text("column.tags"),
        };
        if *column == Column::People {
            canvas.put_left_of(x + width.saturating_sub(2), inner.y, name, Role::Dim);
        } else {
            canvas.put(x, inner.y, x + width, name, Role::Dim);
        }
        x += width + 1;
    }
}

/// Gutter, mark and status.
fn signs(app: &App, key: Key, index: usize, (x, y): (u16, u16), canvas: &mut Canvas) {
    let s = canvas.look.signs;
    let in_range = app.list.range().is_some_and(|(a, b)| (a..=b).contains(&index));
    if index == app.list.cursor {
        canvas.put(x, y, x + 1, s.gutter, Role::Cursor);
    } else if in_range {
        canvas.put(x, y, x + 1, s.range, Role::Mark);
    }
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

fn line(app: &App, row: &ListRow, columns: &[(Column, u16)], (x, y): (u16, u16), canvas: &mut Canvas) {
    let look = canvas.look;
    let end = x + SIGNS + columns.iter().map(|(_, w)| w + 1).sum::<u16>();
    let text = if row.status == Status::Dismissed { Role::Dim } else { Role::Text };
    let mut x = x + SIGNS;
    for (column, width) in columns {
        let limit = (x + width).min(end);
        match column {
            Column::Date => {
                let day = row.published.map(|d| d.to_string());
                canvas.put(x, y, limit, day.as_deref().unwrap_or("-"), text);
            }
            Column::People => people(row.affected.as_ref(), (x, y), limit, text, canvas),
            Column::Action => {
                canvas.put(x, y, limit, action(row, *width, look.lang), text);
            }
            Column::Org => {
                canvas.put(x, y, limit, row.org.as_deref().unwrap_or("-"), text);
            }
            Column::Title => {
                let s = look.signs;
                let x = if row.warned { canvas.put(x, y, limit, s.warning, Role::Error) + 1 } else { x };
                let x = if row.noted { canvas.put(x, y, limit, s.noted, Role::Mark) + 1 } else { x };
                canvas.put(x, y, limit, row.title.as_deref().unwrap_or("-"), text);
            }
            Column::Third => {
                canvas.put(x, y, limit, row.third_party.as_deref().unwrap_or(""), text);
            }
            Column::Case => {
                canvas.put(x, y, limit, row.case_no.as_deref().unwrap_or(""), text);
            }
            Column::Tags => {
                canvas.tags(x, y, limit, &row.tags, &app.tag_colours);
            }
        }
        x += width + 1;
    }
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

/// What stands for the action of an entry that is no plain incident.
fn kind_name(kind: Kind, lang: Lang) -> Option<&'static str> {
    match kind {
        Kind::Incident => None,
        Kind::Claim => Some(lang.text("ui.list.claim")),
        Kind::Other => Some(lang.text("ui.list.other")),
    }
}

/// An action in few letters, as the language file shortens it; whole where there is room.
fn short_action(action: &str, width: u16, lang: Lang) -> &str {
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
    fn columns_fill_the_room_exactly() {
        for room in 38..300 {
            let columns = columns(room);
            let used: u16 = SIGNS + columns.iter().map(|(_, w)| w).sum::<u16>() + columns.len() as u16 - 1;
            assert_eq!(used, room, "{columns:?}");
        }
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
