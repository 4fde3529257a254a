//! What stands below an incident's facts, line by line: its text, notes, links, operations, source. The detail pane
//! asks for it anew when its width changes.

use crate::app::wording::changed;
use crate::domain::date::in_tokyo;
use crate::domain::op::Act;
use crate::domain::{ListRow, Moment, Note, Operation, Record, Span};
use crate::lang::{Lang, grouped};
use crate::text::{AmbiguousWidth, neutralise, wrap};
use chrono::DateTime;

/// One line below the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyLine {
    /// A byte range of the incident's text.
    Text(usize, usize),
    /// A heading of our own.
    Heading(&'static str),
    /// A note, an operation, a link.
    Plain(String),
    /// An operation that was taken back.
    Struck(String),
    /// Free room.
    Blank,
}

/// Adds what is told of an incident below its text: notes and operations newest first, between them what is related.
pub(super) fn add_history(
    out: &mut Vec<BodyLine>,
    record: &Record,
    (related_rows, log): (&[ListRow], &[Operation]),
    (columns, ambiguous, lang): (usize, AmbiguousWidth, Lang),
) {
    let mut section = |key: &'static str, lines: Vec<(String, Make)>| {
        if !lines.is_empty() {
            out.extend([BodyLine::Blank, BodyLine::Heading(key)]);
        }
        for (text, make) in lines {
            push(out, &text, make, columns, ambiguous);
        }
    };
    let plain = |text: String| (text, BodyLine::Plain as Make);
    let mut notes: Vec<&Note> = record.triage.notes.iter().collect();
    notes.sort_by(|a, b| b.at.cmp(&a.at));
    let note = |n: &Note| plain(format!("{} {}: {}", when(&n.at), n.by, n.text));
    section("ui.detail.notes", notes.into_iter().map(note).collect());
    section("ui.detail.related", related(record, related_rows, lang).into_iter().map(plain).collect());
    section("ui.detail.log", log.iter().map(|op| operation(op, lang)).collect());
    let s = &record.source;
    let mut source = vec![plain(format!("{}:{}", s.path, s.line))];
    source.extend(s.url.iter().map(|u| plain(u.clone())));
    source.push(plain(lang.fill("ui.detail.id", &[("id", record.id.as_str())])));
    section("ui.detail.source", source);
}

/// Wraps a text with room for a sign before and after each span of evidence.
pub(super) fn wrap_signed(
    text: &str,
    spans: &[Span],
    sign: usize,
    columns: usize,
    ambiguous: AmbiguousWidth,
) -> Vec<(usize, usize)> {
    const SIGNS: [[&str; 2]; 2] = [["⟪", "⟫"], ["《", "》"]];
    let Some([open, close]) = SIGNS.get(sign.wrapping_sub(1)) else {
        return wrap(text, columns, ambiguous);
    };
    let mut places: Vec<(usize, &str)> = spans.iter().flat_map(|s| [(s.start, *open), (s.end, *close)]).collect();
    places.sort_by_key(|(at, _)| *at);
    let mut signed = String::with_capacity(text.len() + places.len() * 3);
    let mut from = 0;
    for (at, sign) in &places {
        signed.push_str(text.get(from..*at).unwrap_or_default());
        signed.push_str(sign);
        from = *at;
    }
    signed.push_str(text.get(from..).unwrap_or_default());
    // Every sign is three bytes long; what stands before an offset is what it has to go back by.
    let back = |offset: usize| {
        let before = places.iter().enumerate().take_while(|(i, (at, _))| at + i * 3 < offset).count();
        offset - before * 3
    };
    wrap(&signed, columns, ambiguous).into_iter().map(|(a, b)| (back(a), back(b))).collect()
}

/// Makes a line of its text.
pub(super) type Make = fn(String) -> BodyLine;

pub(super) fn push(out: &mut Vec<BodyLine>, text: &str, make: Make, columns: usize, ambiguous: AmbiguousWidth) {
    let text = text.trim_end().split('\n').map(neutralise).collect::<Vec<_>>().join("\n");
    for (start, end) in wrap(&text, columns, ambiguous) {
        out.push(make(text.get(start..end).unwrap_or_default().to_owned()));
    }
}

/// The closest incidents, a line each, and how many more there are.
fn related(record: &Record, rows: &[ListRow], lang: Lang) -> Vec<String> {
    let line = |row: &ListRow| {
        let link = record.related.iter().find(|r| r.id == row.id)?;
        let why = lang.get(&format!("why.{}", link.why)).unwrap_or(&link.why);
        let day = row.published.map(|d| Moment::Day(d).to_string());
        let day = day.as_deref().unwrap_or_else(|| lang.text("ui.detail.undated"));
        let name = [row.org.as_deref(), row.title.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some(format!("{day} {why}: {name} ({})", row.id))
    };
    let mut lines: Vec<String> = rows.iter().filter_map(line).collect();
    let more = record.related_total.saturating_sub(lines.len());
    if more > 0 {
        lines.push(lang.fill("ui.detail.more_related", &[("n", &grouped(more as u64))]));
    }
    lines
}

fn operation(op: &Operation, lang: Lang) -> (String, Make) {
    let told = match &op.act {
        // The store's own line is English.
        Act::Change { change } if lang != Lang::En => changed(change, op.incidents.len(), op.incidents.len(), lang),
        _ => op.summary.clone(),
    };
    let undone = if op.cancelled { lang.text("ui.detail.undone") } else { "" };
    let text = format!("{} {}: {}{undone}", when(&op.at), op.by, told);
    (text, if op.cancelled { BodyLine::Struck } else { BodyLine::Plain })
}

/// The day and minute of an RFC 3339 time, in Tokyo; what is none stays as it is.
fn when(at: &str) -> String {
    match DateTime::parse_from_rfc3339(at) {
        Ok(time) => in_tokyo(&time).format("%Y-%m-%d %H:%M").to_string(),
        Err(_) => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_around_evidence_have_their_room() {
        let text = "宛名、住所、電話番号が漏えい";
        let at = |part: &str| Span::new(text.find(part).unwrap(), text.find(part).unwrap() + part.len());
        let spans = [at("宛名"), at("住所"), at("電話番号")];
        for (sign, columns) in [(1, 12), (2, 12), (1, 20), (2, 24)] {
            let lines = wrap_signed(text, &spans, sign, columns, AmbiguousWidth::Narrow);
            let joined: String = lines.iter().map(|(a, b)| text.get(*a..*b).unwrap()).collect();
            assert_eq!(joined, text);
            for (a, b) in lines {
                let signs = spans
                    .iter()
                    .flat_map(|s| [(s.start, a <= s.start && s.start < b), (s.end, a < s.end && s.end <= b)]);
                let drawn = signs.filter(|(_, here)| *here).count() * sign;
                let width = crate::text::width(text.get(a..b).unwrap(), AmbiguousWidth::Narrow);
                assert!(width + drawn <= columns, "{sign} {columns} {a}..{b}");
            }
        }
    }
}
