//! The detail pane: header, facts with their confidence, and the text with the chosen fact's evidence highlighted.

use super::canvas::{Canvas, Look, Piece};
use super::list::status_role;
use super::theme::Role;
use super::timeline::strip;
use crate::app::App;
use crate::app::layout::{Area, Layout, Pane};
use crate::app::panes::body::BodyLine;
use crate::app::panes::detail::Detail;
use crate::app::panes::facts::FactRow;
use crate::domain::{Field, Record, Span, Verdict, era};
use crate::lang::grouped;
use ratatui::style::Style;
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;

/// Columns for what a fact's value rests on: `● ✓ accepted [13/14]`.
const TAIL: u16 = 21;

/// Draws the detail.
pub fn draw(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(area) = layout.detail else { return };
    let lang = canvas.look.lang;
    let focused = app.focus == Pane::Detail && !app.query.active;
    let Some(record) = app.detail.record.as_deref() else {
        canvas.frame(area, lang.text("ui.pane.detail"), "", focused);
        if app.list.loaded {
            let inner = area.inner();
            let text = app.setup.keymap.text(lang, "ui.detail.empty");
            canvas.put(inner.x + 1, inner.y, inner.x + inner.width, &text, Role::Dim);
        }
        return;
    };
    let org = record.facts.org.as_deref().unwrap_or_default();
    let title = record.facts.title.as_deref().unwrap_or_default();
    let both = format!("{org} {title}");
    let beside = beside_title(app, &canvas.look);
    let taken = if beside.is_empty() { 8 } else { canvas.look.width(&beside) + 11 };
    let room = usize::from(area.width.saturating_sub(taken));
    let name = crate::text::fit(both.trim(), room, canvas.look.ambiguous).into_owned();
    let map = &app.setup.keymap;
    let mut keys = map.text(lang, if layout.wide || focused { "ui.detail.keys" } else { "ui.detail.keys_narrow" });
    let dot = format!(" {} ", canvas.look.signs.dot);
    if record.related_total > 0 {
        let n = grouped(record.related_total as u64);
        keys.extend([dot.as_str(), &map.fill(lang, "ui.detail.keys_related", &[("n", &n)])]);
    }
    let below = if focused { format!("{}{dot}{keys}", place(&app.detail, &canvas.look)) } else { keys };
    canvas.frame(area, &name, &below, focused);
    if !beside.is_empty() && area.width > taken {
        let role = if app.jumps.visited().is_some() { Role::Hint } else { Role::Dim };
        canvas.put_left_of((area.x + area.width).saturating_sub(2), area.y, &format!(" {beside} "), role);
    }
    let inner = area.inner();
    let head = app.detail.head();
    let rows = |n: usize| u16::try_from(n).unwrap_or(inner.height).min(inner.height);
    header(app, record, inner, canvas);
    let mut y = inner.y + 1;
    let end = inner.x + inner.width;
    if head.compact && head.height > 1 {
        summary(app, (inner.x, y), end, canvas);
        y += 1;
    }
    if head.strip && rows(head.height) > y - inner.y {
        strip(&app.timeline.entries, inner.x, y, end, canvas);
        y += 1;
    }
    if !head.compact {
        facts(app, Area { y: y + 1, height: rows(head.facts), ..inner }, canvas);
    }
    let top = inner.y + rows(head.height);
    let pinned = rows(head.warnings);
    warnings(&app.detail, Area { y: top.saturating_sub(pinned), height: pinned, ..inner }, canvas);
    body(&app.detail, record, Area { y: top, height: (inner.y + inner.height).saturating_sub(top), ..inner }, canvas);
}

/// What stands beside the title: that the view does not hold the incident, and how many of its facts were judged.
fn beside_title(app: &App, look: &Look) -> String {
    let detail = &app.detail;
    let lang = look.lang;
    let mut told = Vec::new();
    if app.jumps.visited().is_some() {
        told.push(app.setup.keymap.text(lang, "ui.detail.not_in_view"));
    }
    if detail.reviewed() > 0 {
        let (n, all) = (detail.reviewed().to_string(), detail.facts.len().to_string());
        told.push(lang.fill("ui.detail.reviewed", &[("n", &n), ("all", &all)]));
    }
    told.join(&format!(" {} ", look.signs.dot))
}

/// Which lines of how many are seen.
fn place(detail: &Detail, look: &Look) -> String {
    let last = (detail.top() + detail.page()).min(detail.body.len());
    let numbers = [detail.top() + 1, last, detail.body.len()].map(|n| grouped(n as u64));
    let [a, b, n] = &numbers;
    look.lang.fill("ui.list.range", &[("a", a), ("b", b), ("n", n)])
}

/// Case number, day, status, warnings, tags.
fn header(app: &App, record: &Record, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let dot = format!(" {} ", canvas.look.signs.dot);
    let case = record.facts.case_no.as_ref().map(|c| format!("#{c}{dot}")).unwrap_or_default();
    let day = record.facts.published.map_or_else(|| lang.text("ui.detail.undated").to_owned(), |d| d.to_string());
    let day = if app.setup.display.era { era::beside(&day) } else { day };
    let status = record.triage.status;
    let name = lang.get(&format!("status.{status}")).unwrap_or(status.as_str());
    let sign = format!("{} {name}", canvas.look.signs.of_status(status));
    let tags = &record.triage.tags;
    let mut pieces: Vec<Piece> =
        vec![(&case, Role::Dim), (&day, Role::Text), (&dot, Role::Dim), (&sign, status_role(status))];
    let n = record.facts.warnings.len();
    let told = lang.count("ui.detail.warnings", "ui.detail.warnings_one", n, &[]);
    let warned = format!("{} {told}", canvas.look.signs.warning);
    if n > 0 {
        pieces.extend([(dot.as_str(), Role::Dim), (warned.as_str(), Role::Hint)]);
    }
    if !tags.is_empty() {
        pieces.push((dot.as_str(), Role::Dim));
    }
    let end = inner.x + inner.width;
    let x = canvas.pieces(inner.x, inner.y, end, &pieces);
    canvas.tags(x, inner.y, end, tags, &app.tag_colours);
}

/// In little room: the facts in one line, the chosen one first.
fn summary(app: &App, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let detail = &app.detail;
    let dot = format!(" {} ", canvas.look.signs.dot);
    let chosen = detail.chosen.unwrap_or(usize::MAX);
    let mut x = x;
    if let Some(fact) = detail.facts.get(chosen) {
        let value = told(app, fact);
        let verdict = fact.verdict.map(|v| format!(" {}", canvas.look.signs.of_verdict(v))).unwrap_or_default();
        let text = format!("{} {value} {}{verdict}{dot}", fact.label, place_of(detail, chosen));
        x = canvas.put(x, y, end, &text, Role::Chosen);
    }
    let rest = detail.facts.iter().enumerate().filter(|(i, _)| *i != chosen);
    let values: Vec<Cow<'_, str>> = rest.map(|(_, f)| told(app, f)).collect();
    canvas.put(x, y, end, &values.join(&dot), Role::Text);
}

/// What to look at twice, right above the text; of more than there is room for, the last line tells.
fn warnings(detail: &Detail, area: Area, canvas: &mut Canvas) {
    let (x, end) = (area.x, area.x + area.width);
    let sign = canvas.look.signs.warning;
    let gutter = u16::try_from(Detail::GUTTER).unwrap_or(2);
    for (text, y) in detail.warnings().iter().take(usize::from(area.height)).zip(area.y..) {
        canvas.put(x, y, end, sign, Role::Error);
        canvas.put(x + gutter, y, end, text, Role::Hint);
    }
}

/// `[3/14]`: the chosen fact among all.
fn place_of(detail: &Detail, index: usize) -> String {
    format!("[{}/{}]", index + 1, detail.facts.len())
}

/// How sure the parser is, that a value was corrected, the verdict: signs with their words, of which a verdict's stand
/// for the others.
fn standing(fact: &FactRow, look: &Look) -> String {
    let lang = look.lang;
    let (sign, word) = match fact.confidence {
        _ if fact.corrected => (look.signs.corrected, lang.text("ui.fact.corrected")),
        Some(confidence) => {
            let name = lang.get(&format!("confidence.{}", confidence.as_str())).unwrap_or_default();
            (look.signs.of_confidence(confidence), name)
        }
        None => ("", ""),
    };
    let verdict = fact.verdict.map(|verdict| {
        let accepted = verdict == Verdict::Accepted;
        let word = lang.text(if accepted { "ui.fact.accepted" } else { "ui.fact.rejected" });
        format!("{} {word}", look.signs.of_verdict(verdict))
    });
    let words = [sign, verdict.as_deref().unwrap_or(word)];
    words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A fact's value, with the era beside its dates where that is wanted.
fn told<'f>(app: &App, fact: &'f FactRow) -> Cow<'f, str> {
    let dated = matches!(fact.field, Field::Occurred | Field::Discovered | Field::Published | Field::Follows);
    if dated && app.setup.display.era { era::beside(&fact.value).into() } else { fact.value.as_str().into() }
}

/// The facts, scrolled so that the chosen one is seen.
fn facts(app: &App, area: Area, canvas: &mut Canvas) {
    let detail = &app.detail;
    let look = canvas.look;
    let label = detail.facts.iter().map(|f| look.width(f.label)).max().unwrap_or(0).min(area.width / 3);
    let value = detail.facts.iter().map(|f| look.width(&told(app, f))).max().unwrap_or(0).clamp(24, 48);
    let rows = usize::from(area.height);
    let chosen = detail.chosen.unwrap_or(0);
    let first = (chosen + 1).saturating_sub(rows).min(detail.facts.len().saturating_sub(rows));
    for ((index, fact), y) in detail.facts.iter().enumerate().skip(first).take(rows).zip(area.y..) {
        fact_line(app, index, fact, (label, value), Area { y, height: 1, ..area }, canvas);
    }
    let lang = canvas.look.lang;
    let hidden = [("ui.detail.above", first), ("ui.detail.more", detail.facts.len().saturating_sub(first + rows))];
    let told = hidden
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(key, n)| app.setup.keymap.fill(lang, key, &[("n", &n.to_string())]));
    let told: Vec<String> = told.collect();
    let dot = format!(" {} ", canvas.look.signs.dot);
    canvas.put(area.x, area.y + area.height, area.x + area.width, &told.join(&dot), Role::Dim);
}

fn fact_line(app: &App, index: usize, fact: &FactRow, widths: (u16, u16), line: Area, canvas: &mut Canvas) {
    let detail = &app.detail;
    let (label, value_width) = widths;
    let look = canvas.look;
    let (end, y) = (line.x + line.width, line.y);
    let is_chosen = detail.chosen == Some(index);
    let tail = standing(fact, &look);
    let place = if is_chosen { format!(" {}", place_of(detail, index)) } else { String::new() };
    let tail_width = TAIL.min(line.width / 3);
    let tail_at = end.saturating_sub(tail_width).min(line.x + label + value_width + 4);
    let role = if is_chosen { Role::Chosen } else { Role::Dim };
    canvas.put(line.x, y, line.x + label, fact.label, role);
    let value = if is_chosen { Role::Strong } else { Role::Text };
    canvas.put(line.x + label + 2, y, tail_at.saturating_sub(1), &told(app, fact), value);
    let x = canvas.put(tail_at, y, end, &tail, Role::Dim);
    canvas.put(x, y, end, &place, Role::Chosen);
}

/// Text, notes, operations; the evidence's lines are pointed at.
fn body(detail: &Detail, record: &Record, area: Area, canvas: &mut Canvas) {
    let look = canvas.look;
    let gutter = u16::try_from(Detail::GUTTER).unwrap_or(2);
    let (x, end) = (area.x + gutter, area.x + area.width);
    for (line, y) in detail.body.iter().skip(detail.top()).take(usize::from(area.height)).zip(area.y..) {
        match line {
            BodyLine::Text(start, stop) => {
                let span = Span::new(*start, *stop);
                if detail.evidence().iter().any(|e| e.overlaps(&span)) {
                    canvas.put(area.x, y, end, look.signs.pointer, Role::Chosen);
                }
                text_line(detail, record, span, (x, y), end, canvas);
            }
            BodyLine::Heading(key) => {
                canvas.put(x, y, end, look.lang.text(key), Role::Heading);
            }
            BodyLine::Plain(text) => {
                canvas.put(x, y, end, text, Role::Text);
            }
            BodyLine::Struck(text) => {
                canvas.put(x, y, end, text, Role::Struck);
            }
            BodyLine::Blank => {}
        }
    }
}

/// One line of the text, its evidence and matches in their styles.
fn text_line(detail: &Detail, record: &Record, line: Span, at: (u16, u16), end: u16, canvas: &mut Canvas) {
    let look = canvas.look;
    let text = line.of(&record.text).unwrap_or_default();
    let evidence = detail.evidence();
    let (mut x, y) = at;
    let [open, close] = look.signs.brackets;
    for (offset, cluster) in text.grapheme_indices(true) {
        let byte = line.start + offset;
        // Only where evidence begins and ends, not where a line does.
        if look.brackets && evidence.iter().any(|e| (byte..byte + cluster.len()).contains(&e.start)) {
            x = canvas.put(x, y, end, open, Role::Evidence);
        }
        let inside = evidence.iter().any(|e| e.start <= byte && byte < e.end);
        x = canvas.raw(x, y, end, cluster, style_at(detail, byte, inside, canvas));
        if look.brackets && evidence.iter().any(|e| (byte + 1..=byte + cluster.len()).contains(&e.end)) {
            x = canvas.put(x, y, end, close, Role::Evidence);
        }
    }
}

fn style_at(detail: &Detail, byte: usize, evidence: bool, canvas: &Canvas) -> Style {
    let covers = |s: &Span| s.start <= byte && byte < s.end;
    let style = canvas.look.style(if evidence { Role::Evidence } else { Role::Text });
    // Matches are sorted and don't overlap.
    let index = detail.matches.partition_point(|m| m.end <= byte);
    match detail.matches.get(index) {
        Some(m) if covers(m) => {
            let role = if detail.at_match == Some(index) { Role::MatchHere } else { Role::Match };
            style.patch(canvas.look.style(role))
        }
        _ => style,
    }
}
