//! The timeline of the view: bars by date of publication with their scale, the cursor's counts in words, the brushed
//! range. Drawn in the timeline pane.

use super::canvas::{Canvas, Look};
use super::theme::Role;
use super::timeline::keys_of;
use crate::app::App;
use crate::app::layout::Area;
use crate::app::panes::histogram::{Bar, Chart, Step};
use crate::domain::Split;
use crate::domain::histogram::{Histogram, Part, PartCounts, sum};
use crate::lang::grouped;
use chrono::Datelike;
use std::collections::HashSet;

/// Styles of the parts of a bar, as [`super::signs::Signs::parts`].
const PART_ROLES: [Role; 4] = [Role::Error, Role::Hint, Role::Chosen, Role::Dim];

/// Where the rows of the pane stand: what there is no room for goes, the legend first.
struct Rows {
    legend: Option<u16>,
    bars: Area,
    axis: Option<u16>,
    labels: Option<u16>,
    told: Option<u16>,
}

impl Rows {
    fn of(inner: Area, axis: u16, split: bool) -> Self {
        let height = inner.height;
        let (mut top, mut bottom) = (inner.y, inner.y + height);
        let mut below = |fits: bool| {
            bottom -= u16::from(fits);
            fits.then_some(bottom)
        };
        let told = below(height >= 2);
        let labels = below(height >= 5);
        let axis_row = below(height >= 4);
        let legend = (split && height >= 7).then_some(top);
        top += u16::from(legend.is_some());
        let (x, width) = (inner.x + axis.min(inner.width), inner.width.saturating_sub(axis));
        Self { legend, bars: Area { x, y: top, width, height: bottom - top }, axis: axis_row, labels, told }
    }
}

/// Draws the timeline of the view.
pub fn draw(app: &App, area: Area, wide: bool, canvas: &mut Canvas) {
    let look = canvas.look;
    let chart = &app.chart;
    let fits = |key| look.width(&app.setup.keymap.text(look.lang, key)) + 6 < area.width;
    let own = match chart.brush {
        Some(_) if fits("ui.chart.keys_brush") => "ui.chart.keys_brush",
        Some(_) => "ui.chart.keys_brush_short",
        None if fits("ui.chart.keys") => "ui.chart.keys",
        None => "ui.chart.keys_short",
    };
    let (focused, below) = keys_of(app, wide, own, &look);
    let inner = area.inner();
    let end = inner.x + inner.width;
    let Some(data) = &chart.data else {
        canvas.frame(area, look.lang.text("ui.pane.timeline"), &below, focused);
        canvas.put(inner.x, inner.y, end, look.lang.text("ui.chart.loading"), Role::Dim);
        return;
    };
    canvas.frame(area, &title(chart, data, &look), &below, focused);
    if chart.ends().is_none() {
        canvas.put(inner.x, inner.y, end, look.lang.text("ui.chart.empty"), Role::Dim);
        canvas.put(inner.x, inner.y + 1, end, &undated(data, &look), Role::Dim);
        return;
    }
    let axis = u16::try_from(chart.axis()).unwrap_or(u16::MAX);
    let rows = Rows::of(inner, axis, !data.parts.is_empty());
    scale(chart, inner.x, &rows, canvas);
    for bar in chart.shown() {
        draw_bar(chart, &bar, &rows, canvas);
    }
    if let Some(y) = rows.axis {
        base(chart, &rows, y, end, canvas);
    }
    if let Some(y) = rows.labels {
        labels(chart, rows.bars.x, y, end, canvas);
    }
    if let Some(y) = rows.legend {
        legend(data, rows.bars.x, y, end, canvas);
    }
    if let Some(y) = rows.told {
        told(app, data, (inner.x, y), end, canvas);
    }
}

fn title(chart: &Chart, data: &Histogram, look: &Look) -> String {
    let step = look.lang.text(match chart.step {
        Step::Day => "ui.chart.day",
        Step::Week => "ui.chart.week",
        Step::Month => "ui.chart.month",
        Step::Quarter => "ui.chart.quarter",
        Step::Year => "ui.chart.year",
    });
    let n = usize::try_from(data.incidents()).unwrap_or(usize::MAX);
    let title = look.lang.count("ui.chart.title", "ui.chart.title_one", n, &[("step", step)]);
    let split = match data.split {
        Split::Nothing => return title,
        Split::Action => look.lang.text("ui.chart.by_action"),
        Split::Tag => look.lang.text("ui.chart.by_tag"),
    };
    look.lang.fill("ui.chart.split_title", &[("title", &title), ("split", split)])
}

/// How many have no day; nothing where all have one.
fn undated(data: &Histogram, look: &Look) -> String {
    if sum(&data.undated) == 0 {
        return String::new();
    }
    look.lang.fill("ui.chart.undated", &[("n", &grouped(sum(&data.undated)))])
}

/// The upright scale: its greatest count, its half, and nothing.
fn scale(chart: &Chart, x: u16, rows: &Rows, canvas: &mut Canvas) {
    let [tick, origin] = canvas.look.signs.ticks;
    let Area { x: end, y, height, .. } = rows.bars;
    let mut mark = |count: u64, y: u16, sign: &str| {
        let at = end.saturating_sub(1).max(x);
        canvas.put(at, y, end, sign, Role::Dim);
        canvas.put_left_of(at, y, &grouped(count), Role::Dim);
    };
    let top = chart.top();
    if height > 0 {
        mark(top, y, tick);
    }
    if height >= 4 && top >= 2 {
        mark(top / 2, y + height / 2, tick);
    }
    if let Some(y) = rows.axis {
        mark(0, y, origin);
    }
}

/// The first column of a bar, where it is drawn at all.
fn column(chart: &Chart, x: u16, bar: i64) -> Option<u16> {
    let place = usize::try_from(bar - chart.left).ok().filter(|place| *place < chart.fits)?;
    x.checked_add(u16::try_from(place * chart.columns).ok()?)
}

fn draw_bar(chart: &Chart, bar: &Bar, rows: &Rows, canvas: &mut Canvas) {
    let look = canvas.look;
    let Area { x, y, width, height } = rows.bars;
    let Some(at) = column(chart, x, bar.number) else { return };
    let thick = chart.columns.saturating_sub(1).max(1);
    let (top, incidents) = (chart.top().max(1), bar.incidents());
    let right = x + width;
    let split = chart.data.as_ref().is_some_and(|d| !d.parts.is_empty());
    let cells = u64::from(height);
    // Whole cells where parts are told by signs, else eighths of one. What is there is seen.
    let unit = if split { 1 } else { 8 };
    let tall = ((incidents * cells * unit * 2 + top) / (top * 2)).clamp(u64::from(incidents > 0), cells * unit);
    for (cell, row) in (0..tall.div_ceil(unit)).zip((y..y + height).rev()) {
        let (sign, role) = if split {
            // The part in the middle of what the cell stands for.
            let part = part_at(&bar.counts, (cell * 2 + 1) * incidents, tall * 2);
            (
                look.signs.parts.get(part).copied().unwrap_or_default(),
                PART_ROLES.get(part).copied().unwrap_or(Role::Bar),
            )
        } else {
            let eighths = usize::try_from((tall - cell * 8).min(8)).unwrap_or(8);
            (look.signs.eighths.get(eighths.saturating_sub(1)).copied().unwrap_or_default(), Role::Bar)
        };
        canvas.put(at, row, right, &sign.repeat(thick), role);
    }
}

/// The sign of the part that holds the incident number `of / by` of a bar.
fn part_at(counts: &PartCounts, of: u64, by: u64) -> usize {
    let mut upto = 0;
    for (part, n) in counts.iter().enumerate() {
        upto += u64::from(*n);
        if of < upto * by {
            return part.min(3);
        }
    }
    3
}

/// The line below the bars: the brushed range, and where the cursor is.
fn base(chart: &Chart, rows: &Rows, y: u16, end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let x = rows.bars.x;
    let columns = usize::from(end.saturating_sub(x));
    canvas.put(x, y, end, &look.signs.horizontal.repeat(columns), Role::Dim);
    let wide = u16::try_from(chart.columns.saturating_sub(1).max(1)).unwrap_or(1);
    if let Some(brush) = chart.brush {
        let right = chart.left.saturating_add(i64::try_from(chart.fits).unwrap_or(i64::MAX)) - 1;
        let (from, to) = (chart.step.bar(brush.from), chart.step.bar(brush.to));
        let (first, last) = (from.max(chart.left), to.min(right));
        if let (Some(a), Some(b)) = (column(chart, x, first), column(chart, x, last)) {
            let b = (b + wide).min(end);
            let [begin, goes_on, finish] = look.signs.brush;
            canvas.put(a, y, b, &goes_on.repeat(usize::from(b.saturating_sub(a))), Role::Mark);
            if from == first {
                canvas.put(a, y, b, begin, Role::Mark);
            }
            if to == last && (b > a + 1 || from != first) {
                canvas.put(b.saturating_sub(1), y, b, finish, Role::Mark);
            }
        }
    }
    if let Some(at) = chart.cursor().and_then(|bar| column(chart, x, bar)) {
        canvas.put(at + wide.saturating_sub(1) / 2, y, end, look.signs.below, Role::Cursor);
    }
}

/// Names below the bars: the first and those where a year begins (else the first there is room for), then where a month
/// does, then as many as there is room for. A short name stands only where its year is told before it.
fn labels(chart: &Chart, x: u16, y: u16, end: u16, canvas: &mut Canvas) {
    let Some((_, last)) = chart.ends() else { return };
    let right = chart.left.saturating_add(i64::try_from(chart.fits).unwrap_or(i64::MAX)).min(last.saturating_add(1));
    let mut taken: Vec<(u16, u16)> = Vec::new();
    let mut put = |at: u16, name: &str| {
        let till = at.saturating_add(u16::try_from(name.len()).unwrap_or(u16::MAX));
        let fits = till <= end && taken.iter().all(|(a, b)| till < *a || at > *b);
        if fits {
            canvas.put(at, y, end, name, Role::Dim);
            taken.push((at, till));
        }
        fits
    };
    let year = |bar: i64| chart.step.first_day(bar).map(|day| day.year());
    let all: Vec<(u16, i64)> = (chart.left..right).filter_map(|bar| Some((column(chart, x, bar)?, bar))).collect();
    let begins = |bar: i64| bar == chart.left || chart.step.name(bar) == chart.step.short_name(bar);
    let mut told: HashSet<Option<i32>> = HashSet::new();
    for wanted in [true, false] {
        for (at, bar) in all.iter().filter(|(_, bar)| begins(*bar) == wanted) {
            if (wanted || !told.contains(&year(*bar))) && put(*at, &chart.step.name(*bar)) {
                told.insert(year(*bar));
            }
        }
    }
    for months in [true, false] {
        for (at, bar) in all.iter().filter(|(_, bar)| told.contains(&year(*bar)) && !begins(*bar)) {
            let short = chart.step.short_name(*bar);
            if short.contains('-') == months {
                put(*at, &short);
            }
        }
    }
}

/// What a part is called.
fn name<'n>(part: &'n Part, split: Split, look: &Look) -> &'n str {
    match (part, split) {
        (Part::Named(group), Split::Action) => look.lang.get(&format!("action_group.{group}")).unwrap_or(group),
        (Part::Named(name), _) => name,
        (Part::Others, _) => look.lang.text("ui.chart.others"),
        (Part::Without, Split::Tag) => look.lang.text("ui.chart.no_tag"),
        (Part::Without, _) => look.lang.text("ui.chart.no_action"),
    }
}

fn legend(data: &Histogram, x: u16, y: u16, end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let mut x = x + 1;
    for ((at, sign), role) in look.signs.parts.into_iter().enumerate().zip(PART_ROLES) {
        let Some(part) = data.parts.get(at) else { break };
        let several = at == 3 && data.parts.len() > 4;
        let name = if several { look.lang.text("ui.chart.others") } else { name(part, data.split, &look) };
        x = canvas.put(x, y, end, sign, role);
        x = canvas.put(x + 1, y, end, name, Role::Dim) + 2;
    }
}

/// The counts of the brushed range, else of the cursor's bar.
fn told(app: &App, data: &Histogram, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let (look, chart) = (canvas.look, &app.chart);
    let (named, counts, right, role) = match (chart.brush, chart.cursor_days(), chart.cursor()) {
        (Some(brush), ..) => {
            let word = brush.word();
            let days = word.split_once(':').map_or(word.as_str(), |(_, days)| days).to_owned();
            let keep = app.setup.keymap.fill(look.lang, "ui.chart.keep", &[("word", &word)]);
            (days, chart.counts(brush.from, brush.to), keep, Role::Hint)
        }
        (None, Some((from, to)), Some(bar)) => {
            (chart.step.name(bar), chart.counts(from, to), undated(data, &look), Role::Dim)
        }
        _ => return,
    };
    let n = usize::try_from(sum(&counts)).unwrap_or(usize::MAX);
    let mut text = look.lang.count("ui.chart.bar", "ui.chart.bar_one", n, &[("name", &named)]);
    for (part, n) in data.parts.iter().zip(counts).filter(|(_, n)| *n > 0) {
        text.push_str(&format!(", {} {}", grouped(u64::from(n)), name(part, data.split, &look)));
    }
    // Where both don't fit, what Enter does is told rather than the least of the parts.
    let room = end.saturating_sub(x);
    let right_from = if look.width(&right) + 20 < room { canvas.put_left_of(end, y, &right, role) } else { end };
    canvas.put(x, y, right_from.saturating_sub(1), &text, Role::Text);
}
