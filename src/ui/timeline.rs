//! The timeline pane: an incident's events to scale, gaps told in words; and the strip that stands for it where there
//! is little room.

use super::canvas::{Canvas, Look};
use super::theme::Role;
use super::{case_timeline, histogram};
use crate::app::App;
use crate::app::layout::{Area, Layout, Pane};
use crate::app::panes::scenes::Scene;
use crate::app::panes::timeline::{Entry, Gap, Line, Role as Part, end_label, label};
use crate::domain::{Moment, era};
use crate::lang::grouped;
use chrono::Datelike;

/// Draws the timeline.
pub fn draw(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(area) = layout.timeline else { return };
    match app.scene {
        Scene::Incident => incident(app, area, layout.wide, canvas),
        Scene::View => histogram::draw(app, area, layout.wide, canvas),
        Scene::Case => case_timeline::draw(app, area, layout.wide, canvas),
    }
}

/// Tells whether the pane has the focus, and which keys its frame names: those of its own where it has.
pub fn keys_of(app: &App, wide: bool, own: &'static str, look: &Look) -> (bool, String) {
    let focused = app.focus == Pane::Timeline && !app.query.active;
    let key = match (focused, wide) {
        (true, _) => own,
        (false, true) => "ui.timeline.keys_from",
        (false, false) => "ui.timeline.keys_narrow",
    };
    (focused, app.setup.keymap.text(look.lang, key))
}

/// Which lines of how many are seen, where that is not all.
fn place(app: &App, area: Area, look: &Look) -> Option<String> {
    let (lines, rows, top) = (app.timeline.lines.len(), usize::from(area.inner().height), app.timeline.scroll);
    let numbers = [top + 1, (top + rows).min(lines), lines].map(|n| grouped(n as u64));
    let [a, b, n] = &numbers;
    (lines > rows).then(|| look.lang.fill("ui.list.range", &[("a", a), ("b", b), ("n", n)]))
}

fn incident(app: &App, area: Area, wide: bool, canvas: &mut Canvas) {
    let look = canvas.look;
    let (focused, keys) = keys_of(app, wide, "ui.timeline.keys", &look);
    let placed = place(app, area, &look).map(|place| format!("{place} {} {keys}", look.signs.dot));
    let below = placed.filter(|text| look.width(text) + 6 < area.width).unwrap_or(keys);
    canvas.frame(area, look.lang.text("ui.pane.timeline"), &below, focused);
    let inner = area.inner();
    let (x, end) = (inner.x, inner.x + inner.width);
    let entries = &app.timeline.entries;
    if entries.is_empty() {
        if let Some(group) = app.group_in_words() {
            canvas.put(x, inner.y, end, &group, Role::Dim);
        } else if app.detail.key.is_some() {
            canvas.put(x, inner.y, end, look.lang.text("ui.timeline.nothing"), Role::Dim);
        }
        return;
    }
    let with_year = spans_years(entries);
    let before = std::iter::once(None).chain(entries.iter().map(Some));
    let dates = entries.iter().zip(before).map(|(e, b)| label(e, b, with_year, look.lang));
    let era = app.setup.display.era;
    let in_era = |(text, entry): (String, &Entry)| if era { in_era(&text, entry, with_year) } else { text };
    let dates: Vec<String> = dates.zip(entries).map(in_era).collect();
    let width = dates.iter().map(|d| look.width(d)).max().unwrap_or(0);
    let rows = usize::from(inner.height);
    for (line, y) in app.timeline.lines.iter().skip(app.timeline.scroll).take(rows).zip(inner.y..) {
        match line {
            Line::Entry(index) => {
                if let (Some(entry), Some(date)) = (entries.get(*index), dates.get(*index)) {
                    entry_line(entry, date, width, (x, y), end, canvas);
                }
            }
            Line::Range(index, told) => {
                let after = canvas.put(x + width + 1, y, end, look.signs.range, Role::Error);
                if let Some(entry) = entries.get(*index).filter(|_| *told) {
                    canvas.put(after + 1, y, end, &lasting(entry, with_year, &look), Role::Dim);
                }
            }
            Line::Between(gap, within) => {
                let (bar, role) =
                    if *within { (look.signs.range, Role::Error) } else { (look.signs.vertical, Role::Dim) };
                let after = canvas.put(x + width + 1, y, end, bar, role);
                if let Some(gap) = gap {
                    let sign = if gap.rough { "~" } else { "+" };
                    canvas.put(after + 1, y, end, &format!("{sign}{}", gap.words(look.lang)), Role::Dim);
                }
            }
            Line::Sum(key, gap) => {
                let text = look.lang.fill(key, &[("days", &gap.words(look.lang))]);
                canvas.put(x, y, end, &text, Role::Strong);
            }
            Line::Blank => {}
        }
    }
}

/// A label with its date counted in the era: `R6-05-26 19:30`; a date that is left out stays so.
fn in_era(label: &str, entry: &Entry, with_year: bool) -> String {
    let Some(date) = era::short(&entry.at) else { return label.to_owned() };
    let columns = match entry.at {
        Moment::Day(_) | Moment::Minute(_) if with_year => "YYYY-MM-DD".len(),
        Moment::Day(_) | Moment::Minute(_) => "MM-DD".len(),
        coarse => coarse.to_string().len(),
    };
    let (Some(day), Some(rest)) = (label.get(..columns), label.get(columns..)) else { return label.to_owned() };
    let date = if day.trim().is_empty() { " ".repeat(date.len()) } else { date };
    format!("{date}{rest}")
}

/// How long a range lasts, and until when where its label does not say so.
fn lasting(entry: &Entry, with_year: bool, look: &Look) -> String {
    let days = entry.length().map(|g| g.words(look.lang)).unwrap_or_default();
    match end_label(entry, with_year, look.lang) {
        Some(until) => look.lang.fill("ui.timeline.lasts", &[("end", &until), ("days", &days)]),
        None => look.lang.fill("ui.timeline.lasts_short", &[("days", &days)]),
    }
}

fn entry_line(entry: &Entry, date: &str, width: u16, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    canvas.put(x, y, end, date, Role::Text);
    let sign_at = x + width + 1;
    let text_at = canvas.put(sign_at, y, end, sign(entry, &look), role(entry)) + 1;
    let names = part_names(entry, &look);
    let label = Some(names.as_str()).filter(|name| !name.is_empty() && *name != entry.text);
    let label_width = label.map_or(0, |l| look.width(l) + 1);
    let roomy = end.saturating_sub(text_at) > label_width + 12;
    let limit = if roomy { end - label_width } else { end };
    canvas.put(text_at, y, limit, &entry.text, Role::Text);
    if let (Some(label), true) = (label, roomy) {
        canvas.put_left_of(end, y, label, Role::Dim);
    }
}

/// What an entry is, in words.
fn part_names(entry: &Entry, look: &Look) -> String {
    let also = entry.noticed_too.then(|| look.lang.text("ui.role.discovered"));
    let open = entry.open.then(|| look.lang.text("ui.timeline.open"));
    let names: Vec<&str> = part_name(entry.role, look).into_iter().chain(also).chain(open).collect();
    names.join(" ")
}

fn part_name(part: Part, look: &Look) -> Option<&'static str> {
    Some(match part {
        Part::Occurred => look.lang.text("ui.role.occurred"),
        Part::Discovered => look.lang.text("ui.role.discovered"),
        Part::Published => look.lang.text("ui.role.published"),
        Part::Dated => return None,
    })
}

/// The sign of an entry.
pub fn sign(entry: &Entry, look: &Look) -> &'static str {
    match entry.role {
        Part::Published => look.signs.published,
        // The words beside it tell that it occurred; how sure the time is, only the sign tells.
        _ if entry.open => look.signs.open,
        _ if entry.rough => look.signs.rough,
        Part::Occurred => look.signs.occurred,
        Part::Discovered | Part::Dated => look.signs.dated,
    }
}

/// The style of an entry's sign.
pub fn role(entry: &Entry) -> Role {
    match entry.role {
        Part::Occurred => Role::Error,
        Part::Discovered => Role::Chosen,
        Part::Published => Role::Good,
        Part::Dated => Role::Text,
    }
}

fn spans_years(entries: &[Entry]) -> bool {
    let year = |e: Option<&Entry>| e.map(|e| e.day.year());
    year(entries.first()) != year(entries.last())
}

/// The milestones on one line, gaps to scale: `■ 05-26 19:30 occurred ──2 d── ● 05-28 discovered ────9 d──── ◆ 06-06
/// published`. What has no room loses its clock times, then its names.
pub fn strip(entries: &[Entry], x: u16, y: u16, end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let stones: Vec<&Entry> = entries.iter().filter(|e| e.role != Part::Dated).collect();
    let with_year = spans_years(entries);
    let gaps: Vec<Gap> = stones.iter().zip(stones.iter().skip(1)).map(|(a, b)| a.until_entry(b)).collect();
    let words: Vec<String> = gaps.iter().map(|g| g.words(look.lang)).collect();
    let room = end.saturating_sub(x);
    let fixed = |texts: &[String]| {
        let signs = texts.iter().map(|t| look.width(t).saturating_add(1));
        signs.chain(words.iter().map(|w| look.width(w).saturating_add(3))).fold(0, u16::saturating_add)
    };
    let mut texts = Vec::new();
    for (clock, names) in [(true, true), (false, true), (false, false)] {
        let date = |e: &Entry| if clock { label(e, None, with_year, look.lang) } else { day_of(e, with_year) };
        let name = |e: &Entry| if names { part_names(e, &look) } else { String::new() };
        texts = stones.iter().map(|e| format!(" {} {}", date(e), name(e)).trim_end().to_owned()).collect();
        if fixed(&texts) <= room {
            break;
        }
    }
    let spare = i64::from(room.saturating_sub(fixed(&texts)).min(30));
    let total = gaps.iter().map(|g| g.minutes).sum::<i64>().max(1);
    let mut x = x;
    for (index, (stone, text)) in stones.iter().zip(&texts).enumerate() {
        x = canvas.put(x, y, end, sign(stone, &look), role(stone));
        x = canvas.put(x, y, end, text, Role::Text);
        if let (Some(gap), Some(word)) = (gaps.get(index), words.get(index)) {
            let dashes = usize::try_from(spare.saturating_mul(gap.minutes) / total).unwrap_or(0) / 2 + 1;
            let line = look.signs.horizontal.repeat(dashes);
            x = canvas.put(x, y, end, &format!(" {line}{word}{line}"), Role::Dim);
        }
    }
}

/// The day of an entry without its clock time.
fn day_of(entry: &Entry, with_year: bool) -> String {
    match entry.at {
        Moment::Minute(_) | Moment::Day(_) => {
            entry.day.format(if with_year { "%Y-%m-%d" } else { "%m-%d" }).to_string()
        }
        coarse => coarse.to_string(),
    }
}
