//! A report to read, in Markdown: a summary table, then one section an incident.
//!
//! The sections wait in a spool (in memory while small, else in an unnamed temporary file), because the table that
//! stands before them is known only at the end.

use super::{Exporter, words};
use crate::domain::{Confidence, Event, Field, Record, in_time_order};
use crate::lang::grouped;
use crate::text::neutralise;
use std::io::{self, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// Bytes of sections that are kept in memory.
const IN_MEMORY: usize = 4 << 20;

/// Gathers sections and writes the report at the end.
pub(super) struct Report<'w> {
    out: &'w mut dyn Write,
    sections: SpooledTempFile,
    summary: SpooledTempFile,
    count: usize,
}

impl<'w> Report<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        let spool = || SpooledTempFile::new(IN_MEMORY);
        Self { out, sections: spool(), summary: spool(), count: 0 }
    }
}

impl Exporter for Report<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.count += 1;
        write_summary_row(&mut self.summary, record)?;
        write_section(&mut self.sections, record)
    }

    fn finish(&mut self) -> io::Result<()> {
        let incidents = if self.count == 1 { "incident" } else { "incidents" };
        writeln!(self.out, "# Incident report\n\n{} {incidents}\n", grouped(self.count as u64))?;
        if self.count > 0 {
            writeln!(self.out, "| id | published | organisation | title | action | affected | status | tags |")?;
            writeln!(self.out, "|---|---|---|---|---|---:|---|---|")?;
            copy_all(&mut self.summary, self.out)?;
            copy_all(&mut self.sections, self.out)?;
        }
        self.out.flush()
    }
}

fn copy_all(from: &mut SpooledTempFile, to: &mut dyn Write) -> io::Result<()> {
    from.seek(SeekFrom::Start(0))?;
    let mut chunk = [0; 1 << 14];
    loop {
        match from.read(&mut chunk)? {
            0 => return Ok(()),
            n => to.write_all(chunk.get(..n).unwrap_or_default())?,
        }
    }
}

fn write_summary_row(out: &mut dyn Write, r: &Record) -> io::Result<()> {
    let field = |f: Field| inline(&words::value(r, f).unwrap_or_default());
    writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {} | {} |",
        r.id,
        field(Field::Published),
        field(Field::Org),
        field(Field::Title),
        inline(r.facts.actions.first().map_or("", String::as_str)),
        field(Field::Affected),
        r.triage.status,
        inline(&tags(r)),
    )
}

fn tags(r: &Record) -> String {
    r.triage.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn write_section(out: &mut dyn Write, r: &Record) -> io::Result<()> {
    let name = |f: &Option<String>| f.as_deref().map(inline);
    let heading: Vec<String> = [name(&r.facts.org), name(&r.facts.title)].into_iter().flatten().collect();
    let heading = if heading.is_empty() { "(no headline)".to_owned() } else { heading.join(" — ") };
    writeln!(out, "\n## {heading}\n")?;
    writeln!(out, "- id: {} ({}, {})", r.id, r.kind, r.triage.status)?;
    if let Some(case) = &r.case {
        writeln!(out, "- case: {}", inline(case))?;
    }
    writeln!(out, "- source: {}, line {}", inline(&r.source.path), r.source.line)?;
    if let Some(url) = &r.source.url {
        writeln!(out, "- address: {}", inline(url))?;
    }
    if !r.triage.tags.is_empty() {
        writeln!(out, "- tags: {}", inline(&tags(r)))?;
    }
    write_facts(out, r)?;
    write_list(out, "Timeline", in_time_order(&r.facts.timeline).into_iter().map(event))?;
    let notes = r.triage.notes.iter();
    write_list(out, "Notes", notes.map(|n| format!("{} {}: {}", inline(&n.at), inline(&n.by), inline(&n.text))))?;
    write_list(out, "Look twice", r.facts.warnings.iter().map(|w| inline(w)))?;
    let shown = r.related.iter().take(Record::SHOWN_RELATED);
    let more = r.related_total.saturating_sub(shown.len());
    let more = (more > 0).then(|| format!("and {} more", grouped(more as u64)));
    let lines: Vec<String> = shown.map(|o| format!("{}: {}", o.id, inline(&o.why))).chain(more).collect();
    write_list(out, "Related", lines.into_iter())
}

fn write_facts(out: &mut dyn Write, r: &Record) -> io::Result<()> {
    // Organisation and title head the section; they are told again where an analyst had a say.
    let shown = |f: &Field| {
        !matches!(f, Field::Org | Field::Title)
            || r.triage.corrections.contains_key(f)
            || r.triage.reviewed.contains_key(f)
    };
    let told = |f: Field| {
        let judged = r.triage.corrections.contains_key(&f) || r.triage.rejected.contains_key(&f);
        words::value(r, f).or_else(|| (judged && f != Field::Timeline).then(|| "unknown".to_owned())).map(|v| (f, v))
    };
    let facts: Vec<(Field, String)> = Field::ALL.into_iter().filter(shown).filter_map(told).collect();
    if facts.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n| fact | value | confidence |\n|---|---|---|")?;
    for (field, value) in facts {
        let sure = match (r.triage.corrections.get(&field), r.triage.reviewed.get(&field)) {
            (Some(c), _) => format!("corrected by {}", inline(&c.by)),
            (None, verdict) => {
                let sure = r.facts.confidence.get(&field).map(|c: &Confidence| c.as_str().to_owned());
                let sure = sure.filter(|_| !r.triage.rejected.contains_key(&field));
                sure.into_iter().chain(verdict.map(ToString::to_string)).collect::<Vec<_>>().join(", ")
            }
        };
        writeln!(out, "| {} | {} | {sure} |", words::label(field), inline(&value))?;
    }
    Ok(())
}

fn event(e: &Event) -> String {
    format!("{}: {}", words::when(e), inline(&e.text))
}

fn write_list(out: &mut dyn Write, heading: &str, items: impl ExactSizeIterator<Item = String>) -> io::Result<()> {
    if items.len() == 0 {
        return Ok(());
    }
    writeln!(out, "\n### {heading}\n")?;
    items.into_iter().try_for_each(|item| writeln!(out, "- {item}"))
}

/// One line of text in which nothing is Markdown or HTML any more: white space collapsed, unsafe characters shown,
/// signs of Markdown escaped. It never begins a line, so that the signs of lists and headings need no escape.
fn inline(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(line.len());
    for c in neutralise(&line).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bare, exported, full, of_org};
    use super::super::{ExportFormat, Options};
    use super::*;

    fn report(records: &[Record]) -> String {
        exported(ExportFormat::Markdown, records, Options::default())
    }

    #[test]
    fn the_summary_stands_before_the_sections() {
        let text = report(&[full(), bare()]);
        let row = text.find("| 4k7v0m2xq9hd | 2024-05-31 | 鈴代市 |").unwrap();
        let section = text.find("## 鈴代市 — 印刷の委託先が止まった件").unwrap();
        assert!(text.starts_with("# Incident report\n\n2 incidents\n"));
        assert!(row < section);
        assert!(text.contains("- about 2024-05-19 … 2024-05-20: 停止"), "{text}");
        assert!(text.contains("| affected | about 1,512 people | medium, accepted |"), "{text}");
        assert!(text.contains("## (no headline)"));
    }

    #[test]
    fn hostile_text_is_no_markup() {
        let text = report(&[of_org("<script>x</script> | [a](b) *c* `d`\n# e \u{1b}[31m\u{202e}")]);
        assert!(
            text.contains("\\<script\\>x\\</script\\> \\| \\[a\\](b) \\*c\\* \\`d\\` \\# e ␛\\[31m⟦U+202E⟧"),
            "{text}"
        );
        assert!(!text.contains("\n# e"));
    }

    #[test]
    fn no_incident_is_a_report_too() {
        assert_eq!(report(&[]), "# Incident report\n\n0 incidents\n\n");
    }
}
