//! `jikenbo show`: incidents whole, with their facts, timeline, tags and notes.

use super::context::Context;
use super::out::Out;
use crate::domain::{Field, Key, ListRow, Moment, Record, Span, Tag, in_time_order};
use crate::export::words;
use crate::ingest::form::BY_HAND;
use crate::lang::grouped;
use crate::op::written;
use crate::store::Revision;
use crate::text::{AmbiguousWidth, json, neutralise, pad_right, wrap};
use std::io;
use std::path::Path;

/// Shows incidents whole: facts, timeline, tags and notes
#[derive(clap::Args)]
pub(super) struct Args {
    /// An id, or its beginning where no other id begins so
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// One record a line, as JSON
    #[arg(long)]
    json: bool,
    /// The words that prove each fact, and their line
    #[arg(long)]
    evidence: bool,
}

/// Columns of a fact's name.
const NAME: usize = 18;

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let store = cx.open()?;
    let keys = args.ids.iter().map(|id| store.key_of(id)).collect::<Result<Vec<Key>, _>>()?;
    for (i, key) in keys.into_iter().enumerate() {
        let record = store.record(key)?;
        if args.json {
            json::write_compact(cx.out.raw(), &record)?;
            cx.out.raw().write_all(b"\n")?;
            continue;
        }
        if i > 0 {
            cx.out.line("")?;
        }
        write_record(&record, &store.revisions(key)?, args.evidence, &mut cx.out)?;
        write_related(&record, &store.closest(&record, Record::SHOWN_RELATED)?, &mut cx.out)?;
    }
    Ok(())
}

fn write_record(r: &Record, revisions: &[Revision], evidence: bool, out: &mut Out) -> io::Result<()> {
    let heading = [r.facts.org.as_deref(), r.facts.title.as_deref()];
    let heading: Vec<&str> = heading.into_iter().flatten().collect();
    out.bold(&if heading.is_empty() { "(no headline)".to_owned() } else { heading.join(" ") })?;
    out.line(&row("id", &format!("{}  {}  {}", r.id, r.kind, r.triage.status)))?;
    let gone = r.facts.warnings.iter().any(|w| w == Record::GONE);
    let still = if gone { "  (the document no longer holds it)" } else { "" };
    out.line(&row("source", &format!("{}:{}{still}", r.source.path, r.source.line)))?;
    for (name, value) in [("address", &r.source.url), ("label", &r.source.label)] {
        if let Some(value) = value {
            out.line(&row(name, value))?;
        }
    }
    if !r.triage.tags.is_empty() {
        let tags: Vec<&str> = r.triage.tags.iter().map(Tag::as_str).collect();
        out.line(&row("tags", &tags.join(" ")))?;
    }
    out.line("")?;
    for field in Field::ALL {
        let judged = r.triage.corrections.contains_key(&field) || r.triage.rejected.contains_key(&field);
        match words::value(r, field) {
            Some(value) => write_fact(r, field, &value, evidence, out)?,
            None if judged && field != Field::Timeline => write_fact(r, field, "unknown", evidence, out)?,
            None => {}
        }
    }
    let revised = |v: &Revision| format!("{}  {} until {}", words::label(v.field), written(v.field, &v.was), v.at);
    write_block("revised", revisions.iter().map(|v| neutralise(&revised(v)).into_owned()), out)?;
    write_timeline(r, evidence, out)?;
    let notes = r.triage.notes.iter().map(|n| format!("{} {}: {}", n.at, n.by, indented(&n.text)));
    write_block("notes", notes, out)?;
    write_block("look twice", r.facts.warnings.iter().map(|w| neutralise(w).into_owned()), out)
}

/// The closest incidents, a line each, and how many more there are.
fn write_related(r: &Record, closest: &[ListRow], out: &mut Out) -> io::Result<()> {
    let pad = |s: &str, width| pad_right(s, width, AmbiguousWidth::Narrow);
    let why = |row: &ListRow| r.related.iter().find(|o| o.id == row.id).map_or("", |o| o.why.as_str());
    let widest = closest.iter().map(|row| why(row).len()).max().unwrap_or(0);
    let line = |row: &ListRow| {
        let day = row.published.map(|d| Moment::Day(d).to_string()).unwrap_or_default();
        let name = [row.org.as_deref(), row.title.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        format!("{}  {}  {}  {}", row.id, pad(why(row), widest), pad(&day, 10), neutralise(&name)).trim_end().to_owned()
    };
    let more = r.related_total.saturating_sub(closest.len());
    let more = (more > 0).then(|| format!("and {} more", grouped(more as u64)));
    write_block("related", closest.iter().map(line).chain(more), out)
}

/// A name and its value on one line, whatever the value holds.
fn row(name: &str, value: &str) -> String {
    format!("{}{}", pad_right(name, NAME, AmbiguousWidth::Narrow), neutralise(value))
}

/// Later lines of a text under its first.
fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

fn write_fact(r: &Record, field: Field, value: &str, evidence: bool, out: &mut Out) -> io::Result<()> {
    let sure = sure(r, field).map(|s| format!("  ({s})")).unwrap_or_default();
    out.line(&row(&words::label(field), &format!("{value}{sure}")))?;
    if !evidence {
        return Ok(());
    }
    let spans = r.facts.evidence.get(&field).map(Vec::as_slice).unwrap_or_default();
    spans.iter().try_for_each(|span| write_proof(r, *span, out))
}

/// Who stands for a field's value: the parser with its confidence and the verdict on it, or an analyst.
fn sure(r: &Record, field: Field) -> Option<String> {
    let verdict = r.triage.reviewed.get(&field).map(ToString::to_string);
    let words = if let Some(c) = r.triage.corrections.get(&field) {
        let parsed = written(field, &c.parsed);
        vec![Some(format!("corrected by {}, parsed was {parsed}", c.by)), verdict.map(|v| format!("parsed {v}"))]
    } else if let Some(parsed) = r.triage.rejected.get(&field) {
        vec![Some(format!("rejected, parsed was {}", written(field, parsed)))]
    } else {
        vec![r.facts.confidence.get(&field).map(|c| c.as_str().to_owned()), verdict]
    };
    let words: Vec<String> = words.into_iter().flatten().collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// A quotation of the entry and the line where it begins.
fn write_proof(r: &Record, span: Span, out: &mut Out) -> io::Result<()> {
    let Some(quoted) = span.of(&r.text) else { return Ok(()) };
    let quoted = quoted.split_whitespace().collect::<Vec<_>>().join(" ");
    out.line(&row("", &format!("「{quoted}」 {}", place(r, span))))
}

/// The line of a span: of the raw file where the text has the file's lines, of the text where it was reduced from HTML.
fn place(r: &Record, span: Span) -> String {
    let before = r.text.as_bytes().iter().take(span.start).filter(|b| **b == b'\n').count();
    let ending = Path::new(&r.source.path).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    // A form's text has a headline of its own above the notice.
    let by_hand = r.facts.rules.values().any(|rule| rule == BY_HAND);
    match ending.as_deref() {
        _ if by_hand => format!("line {} of the text", before + 1),
        Some("html" | "htm" | "xhtml" | "xml" | "atom" | "rss") => format!("line {} of the text", before + 1),
        _ => format!("{}:{}", r.source.path, r.source.line + before),
    }
}

fn write_timeline(r: &Record, evidence: bool, out: &mut Out) -> io::Result<()> {
    let judged =
        r.triage.corrections.contains_key(&Field::Timeline) || r.triage.reviewed.contains_key(&Field::Timeline);
    let sure = sure(r, Field::Timeline).filter(|_| judged).map(|s| format!("  ({s})")).unwrap_or_default();
    if r.facts.timeline.is_empty() && sure.is_empty() {
        return Ok(());
    }
    out.line(&format!("\ntimeline{sure}"))?;
    let events = in_time_order(&r.facts.timeline);
    let dates: Vec<String> = events.iter().map(|e| words::when(e)).collect();
    let widest = dates.iter().map(|d| d.chars().count()).max().unwrap_or(0);
    let indent = widest + 4;
    let room = out.columns().map_or(usize::MAX, |c| c.saturating_sub(indent).max(16));
    for (e, date) in events.into_iter().zip(&dates) {
        let text = neutralise(&e.text);
        let mut margin = format!("  {}  ", pad_right(date, widest, AmbiguousWidth::Narrow));
        for (start, end) in wrap(&text, room, AmbiguousWidth::Narrow) {
            let line = format!("{margin}{}", text.get(start..end).unwrap_or_default());
            out.line(line.trim_end())?;
            margin = " ".repeat(indent);
        }
        if evidence {
            write_proof(r, e.span, out)?;
        }
    }
    Ok(())
}

fn write_block(name: &str, items: impl Iterator<Item = String>, out: &mut Out) -> io::Result<()> {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return Ok(());
    }
    out.line(&format!("\n{name}"))?;
    items.try_for_each(|item| out.line(&format!("  {item}")))
}
