//! The timeline of a case: an incident a row, the events of all of them on one scale of time. Drawn in the timeline
//! pane.

use super::canvas::Canvas;
use super::theme::Role;
use super::timeline::{keys_of, role, sign, strip};
use crate::app::App;
use crate::app::layout::Area;
use crate::app::panes::case_timeline::{CaseChart, Member};
use crate::app::panes::timeline::{Entry, Role as Part};
use crate::lang::grouped;
use crate::text::fit;
use chrono::NaiveDateTime;

/// Most columns of an organisation's name.
const NAME: u16 = 24;

/// The scale of time of all rows.
struct Scale {
    x: u16,
    columns: u16,
    from: NaiveDateTime,
    to: NaiveDateTime,
}

impl Scale {
    fn column(&self, at: NaiveDateTime) -> u16 {
        let all = (self.to - self.from).num_minutes().max(1);
        let before = (at - self.from).num_minutes().clamp(0, all);
        let columns = i64::from(self.columns.saturating_sub(1));
        self.x + u16::try_from((before * columns + all / 2) / all).unwrap_or(0)
    }
}

/// Draws the timeline of the case.
pub fn draw(app: &App, area: Area, wide: bool, canvas: &mut Canvas) {
    let look = canvas.look;
    let case = &app.case;
    let (focused, below) = keys_of(app, wide, "ui.case.keys", &look);
    let inner = area.inner();
    let end = inner.x + inner.width;
    let here = app.here();
    let shown = here.is_some_and(|key| case.is_of(key));
    let n = case.members.len() + case.more;
    let title = match (shown, n) {
        (true, 2..) => look.lang.fill("ui.case.title", &[("n", &grouped(n as u64))]),
        _ => look.lang.text("ui.case.title_alone").to_owned(),
    };
    canvas.frame(area, &title, &below, focused);
    if !shown {
        let key = if here.is_some() { "ui.case.loading" } else { "ui.case.none" };
        let text = app.group_in_words().unwrap_or_else(|| look.lang.text(key).to_owned());
        canvas.put(inner.x, inner.y, end, &text, Role::Dim);
        return;
    }
    let rows = u16::try_from(CaseChart::rows(usize::from(inner.height))).unwrap_or(inner.height);
    let name = NAME.min(inner.width / 3);
    let x = inner.x + 1 + name + 1;
    let span = case.span();
    let scale = span.map(|(from, to)| Scale { x, columns: end.saturating_sub(x), from, to });
    let visible = case.members.iter().enumerate().skip(case.scroll).take(usize::from(rows));
    for ((at, member), y) in visible.zip(inner.y..) {
        let is_cursor = at == case.cursor;
        if is_cursor {
            canvas.put(inner.x, y, end, look.signs.gutter, Role::Cursor);
        }
        let style = if is_cursor { Role::Strong } else { Role::Text };
        let org = member.org.as_deref().unwrap_or_else(|| member.id.as_str());
        let org = fit(org, usize::from(name), look.ambiguous).into_owned();
        canvas.put(inner.x + 1, y, x, &org, style);
        match &scale {
            Some(scale) if !member.entries.is_empty() => row(member, scale, y, end, canvas),
            _ => drop(canvas.put(x, y, end, look.lang.text("ui.case.undated"), Role::Dim)),
        }
    }
    let y = inner.y + rows;
    if let Some(scale) = &scale {
        axis(case, scale, y, end, canvas);
    }
    if inner.height > rows + 1 {
        chosen(app, (inner.x, y + 1), end, canvas);
    }
}

/// The events of one incident; of several in one column the one that tells most.
fn row(member: &Member, scale: &Scale, y: u16, end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let (first, last) = (member.entries.iter().map(Entry::begins).min(), member.entries.iter().map(Entry::ends).max());
    if let (Some(first), Some(last)) = (first, last) {
        let (a, b) = (scale.column(first), scale.column(last));
        canvas.put(a, y, end, &look.signs.horizontal.repeat(usize::from(b.saturating_sub(a))), Role::Dim);
    }
    let rank = |entry: &Entry| match entry.role {
        Part::Dated => 0,
        Part::Published => 1,
        Part::Discovered => 2,
        Part::Occurred => 3,
    };
    let mut entries: Vec<&Entry> = member.entries.iter().collect();
    entries.sort_by_key(|entry| rank(entry));
    for entry in &entries {
        let (a, b) = (scale.column(entry.begins()), scale.column(entry.ends()));
        let [_, goes_on, _] = look.signs.brush;
        canvas.put(a, y, end, &goes_on.repeat(usize::from(b.saturating_sub(a))), role(entry));
    }
    for entry in entries {
        canvas.put(scale.column(entry.begins()), y, end, sign(entry, &look), role(entry));
    }
}

/// The first and the last day of the scale, and how many incidents are left out.
fn axis(case: &CaseChart, scale: &Scale, y: u16, end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let mut x = canvas.put(scale.x, y, end, &scale.from.date().to_string(), Role::Dim) + 2;
    let last = scale.to.date().to_string();
    let right = end.saturating_sub(look.width(&last));
    if right > x {
        canvas.put(right, y, end, &last, Role::Dim);
    }
    if case.more > 0 {
        let more = look.lang.fill("ui.case.more", &[("n", &grouped(case.more as u64))]);
        let fits = x + look.width(&more) < right;
        let more = if fits { more } else { look.lang.fill("ui.case.more_short", &[("n", &grouped(case.more as u64))]) };
        x = x.min(right);
        canvas.put(x, y, right.saturating_sub(1), &more, Role::Dim);
    }
}

/// The cursor's incident: its title, and its milestones.
fn chosen(app: &App, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let (look, case) = (canvas.look, &app.case);
    let Some(member) = case.current() else { return };
    if case.members.len() < 2 {
        canvas.put(x, y, end, &app.setup.keymap.text(look.lang, "ui.case.alone"), Role::Dim);
    } else {
        let day = member.published.map(|d| format!("{d} ")).unwrap_or_default();
        canvas.pieces(x, y, end, &[(&day, Role::Dim), (member.title.as_deref().unwrap_or_default(), Role::Text)]);
    }
    strip(&member.entries, x, y + 1, end, canvas);
}
