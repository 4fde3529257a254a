//! The timeline pane: an incident's events to scale, gaps told in words; and the strip that stands for it where there
//! is little room.

use super::canvas::{Canvas, Look};
use super::theme::Role;
use crate::app::App;
use crate::app::layout::{Layout, Pane};
use crate::app::timeline::{Entry, Gap, Line, Role as Part, end_label, label};
use crate::domain::{Moment, era};
use chrono::Datelike;

/// Draws the timeline.
pub fn draw(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(area) = layout.timeline else { return };
    let look = canvas.look;
    let focused = app.focus == Pane::Timeline && !app.query.active;
    let below = if layout.wide { "" } else { look.lang.text("ui.timeline.keys_narrow") };
    canvas.frame(area, look.lang.text("ui.pane.timeline"), below, focused);
    let inner = area.inner();
    let (x, end) = (inner.x, inner.x + inner.width);
    let entries = &app.timeline.entries;
    if entries.is_empty() {
        if app.detail.key.is_some() {
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
    let names: Vec<&str> = part_name(entry.role, look).into_iter().chain(also).collect();
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

fn sign(entry: &Entry, look: &Look) -> &'static str {
    match entry.role {
        Part::Published => look.signs.published,
        // The words beside it tell that it occurred; how sure the time is, only the sign tells.
        _ if entry.rough => look.signs.rough,
        Part::Occurred => look.signs.occurred,
        Part::Discovered | Part::Dated => look.signs.dated,
    }
}

fn role(entry: &Entry) -> Role {
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

/// The milestones on one line, gaps to scale: `occurred 05-26 ■──2 d──● 05-28 discovered ────9 d────◆ 06-06 published`.
pub fn strip(entries: &[Entry], x: u16, y: u16, end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let stones: Vec<&Entry> = entries.iter().filter(|e| e.role != Part::Dated).collect();
    let with_year = spans_years(entries);
    let date = |e: &Entry| label(e, None, with_year, look.lang);
    let texts: Vec<String> = stones.iter().map(|e| format!(" {} {}", date(e), part_names(e, &look))).collect();
    let gaps: Vec<Gap> = stones.iter().zip(stones.iter().skip(1)).map(|(a, b)| a.until_entry(b)).collect();
    let words: Vec<String> = gaps.iter().map(|g| g.words(look.lang)).collect();
    let fixed: u16 =
        texts.iter().map(|t| look.width(t) + 1).sum::<u16>() + words.iter().map(|w| look.width(w) + 3).sum::<u16>();
    let spare = i64::from(end.saturating_sub(x).saturating_sub(fixed).min(30));
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
