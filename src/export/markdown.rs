//! A report to read, in Markdown, in English or Japanese: counts, the largest cases, a table, then one section an incident
//! with the text that proves its facts.
//!
//! The sections wait in a spool, because what stands before them is known only at the end.

use super::overview::Overview;
use super::spool::Spool;
use super::{Beside, Exporter, Options, told, words};
use crate::domain::{Event, Field, Record, in_time_order};
use crate::lang::{Lang, grouped};
use crate::text::neutralise;
use std::io::{self, Write};

/// Months, quarters or years counted.
const PERIODS: usize = 24;
/// Quotes of a fact.
const QUOTES: usize = 3;

/// Gathers sections and writes the report at the end.
pub(super) struct Report<'w> {
    out: &'w mut dyn Write,
    lang: Lang,
    sections: Spool,
    summary: Spool,
    overview: Overview,
    beside: Vec<Beside>,
}

impl<'w> Report<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        let (sections, summary, overview) = (Spool::new(), Spool::new(), Overview::default());
        Self { out, lang: options.lang, sections, summary, overview, beside: Vec::new() }
    }
}

impl Exporter for Report<'_> {
    fn names_related(&self) -> usize {
        Record::SHOWN_RELATED
    }

    fn related(&mut self, beside: Vec<Beside>) {
        self.beside = beside;
    }

    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.overview.add(record);
        write_summary_row(&mut self.summary, record, self.lang)?;
        write_section(&mut self.sections, record, &std::mem::take(&mut self.beside), self.lang)
    }

    fn finish(&mut self) -> io::Result<()> {
        let lang = self.lang;
        let incidents = self.overview.measures().incidents;
        let lead = lang.count("report.count", "report.count_one", incidents, &[]);
        writeln!(self.out, "# {}\n\n{lead}\n", lang.text("report.title"))?;
        if incidents > 0 {
            write_overview(self.out, &self.overview, lang)?;
            let names = ["published", "org", "title", "actions", "affected"].map(|f| told::word("field", f, lang));
            writeln!(self.out, "## {}\n", lang.text("report.all"))?;
            let (status, tags) = (lang.text("report.status"), lang.text("report.tags"));
            writeln!(
                self.out,
                "| id | {} | {status} | {tags} |\n|---|---|---|---|---|---:|---|---|",
                names.join(" | ")
            )?;
            self.summary.copy_to(self.out)?;
            self.sections.copy_to(self.out)?;
        }
        self.out.flush()
    }
}

fn write_overview(out: &mut dyn Write, all: &Overview, lang: Lang) -> io::Result<()> {
    let incidents = lang.text("report.incidents");
    let spread = all.measures().to_publication;
    if let (Some(median), Some(p90)) = (spread.median, spread.p90) {
        let days = |n: u32| lang.fill("report.days", &[("n", &grouped(n.into()))]);
        let label = lang.fill("report.delay", &[("p90", &days(p90)), ("n", &grouped(spread.stated as u64))]);
        writeln!(out, "{}: {label}\n", days(median))?;
    }
    let periods = all.periods(PERIODS);
    if !periods.counts.is_empty() {
        writeln!(out, "## {}\n\n| | {incidents} |\n|---|---:|", lang.text(periods.heading()))?;
        if periods.earlier > 0 {
            writeln!(out, "| {} | {} |", lang.text("stats.earlier"), grouped(periods.earlier as u64))?;
        }
        periods.counts.iter().try_for_each(|(label, n)| writeln!(out, "| {label} | {} |", grouped(*n as u64)))?;
        writeln!(out)?;
    }
    writeln!(out, "## {}\n\n| | {incidents} |\n|---|---:|", lang.text("report.by_action"))?;
    let row =
        |(action, n): &(&str, usize)| format!("| {} | {} |", inline(&told::action(action, lang)), grouped(*n as u64));
    all.by_action().iter().try_for_each(|a| writeln!(out, "{}", row(a)))?;
    writeln!(out)?;
    if !all.largest.is_empty() {
        let names = ["org", "title"].map(|f| told::word("field", f, lang)).join(" | ");
        let people = told::word("unit", "people", lang);
        writeln!(out, "## {}\n\n| {people} | {names} | id |\n|---:|---|---|---|", lang.text("report.largest"))?;
        for l in &all.largest {
            writeln!(
                out,
                "| {} | {} | {} | {} |",
                inline(&told::affected(&l.affected, lang)),
                inline(&l.org),
                inline(&l.title),
                l.id
            )?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn write_summary_row(out: &mut dyn Write, r: &Record, lang: Lang) -> io::Result<()> {
    let field = |f: Field| inline(&told::value(r, f, lang).unwrap_or_default());
    let action = r.facts.actions.first().map(|a| told::action(a, lang)).unwrap_or_default();
    let status = told::word("status", r.triage.status.as_str(), lang);
    writeln!(
        out,
        "| {} | {} | {} | {} | {} | {} | {status} | {} |",
        r.id,
        field(Field::Published),
        field(Field::Org),
        field(Field::Title),
        inline(&action),
        field(Field::Affected),
        inline(&tags(r)),
    )
}

fn tags(r: &Record) -> String {
    r.triage.tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn write_section(out: &mut dyn Write, r: &Record, beside: &[Beside], lang: Lang) -> io::Result<()> {
    let name = |f: &Option<String>| f.as_deref().map(inline);
    let heading: Vec<String> = [name(&r.facts.org), name(&r.facts.title)].into_iter().flatten().collect();
    let heading = if heading.is_empty() { lang.text("report.no_headline").to_owned() } else { heading.join(" — ") };
    let (kind, status) =
        (told::word("kind", r.kind.as_str(), lang), told::word("status", r.triage.status.as_str(), lang));
    writeln!(out, "\n## {heading}\n\n- id: {} ({kind}, {status})", r.id)?;
    if let Some(case) = &r.case {
        writeln!(out, "- {}: {}", lang.text("report.case"), inline(case))?;
    }
    writeln!(out, "- {}: {}:{}", lang.text("report.source"), inline(&r.source.path), r.source.line)?;
    if let Some(url) = &r.source.url {
        writeln!(out, "- URL: {}", inline(url))?;
    }
    if !r.triage.tags.is_empty() {
        writeln!(out, "- {}: {}", lang.text("report.tags"), inline(&tags(r)))?;
    }
    write_facts(out, r, lang)?;
    let events = in_time_order(&r.facts.timeline);
    write_list(out, lang.text("report.timeline"), events.into_iter().map(|e| event(e, lang)))?;
    let note = |n: &crate::domain::Note| format!("{} {}: {}", inline(&n.at), inline(&n.by), inline(&n.text));
    write_list(out, lang.text("report.notes"), r.triage.notes.iter().map(note))?;
    write_list(out, lang.text("report.warnings"), r.facts.warnings.iter().map(|w| inline(w)))?;
    let shown = r.related.iter().take(Record::SHOWN_RELATED);
    let more = r.related_total.saturating_sub(shown.len());
    let more = (more > 0).then(|| lang.fill("report.more", &[("n", &grouped(more as u64))]));
    let why = |o: &crate::domain::Related| {
        format!("{} ({})", inline(&Beside::name(beside, &o.id).0), inline(&told::word("why", &o.why, lang)))
    };
    let lines: Vec<String> = shown.map(why).chain(more).collect();
    write_list(out, lang.text("report.related"), lines.into_iter())
}

fn write_facts(out: &mut dyn Write, r: &Record, lang: Lang) -> io::Result<()> {
    // Organisation and title head the section; they are told again where an analyst had a say.
    let shown = |f: &Field| {
        !matches!(f, Field::Org | Field::Title)
            || r.triage.corrections.contains_key(f)
            || r.triage.reviewed.contains_key(f)
    };
    let value = |f: Field| told::value_or_unknown(r, f, lang).map(|v| (f, v));
    let facts: Vec<(Field, String)> = Field::ALL.into_iter().filter(shown).filter_map(value).collect();
    if facts.is_empty() {
        return Ok(());
    }
    let heads = ["report.fact", "report.value", "report.standing", "report.evidence"].map(|k| lang.text(k));
    writeln!(out, "\n| {} |\n|---|---|---|---|", heads.join(" | "))?;
    for (field, value) in facts {
        let name = told::word("field", field.as_str(), lang);
        let quotes: Vec<String> = words::quotes(r, field).take(QUOTES).map(|q| format!("「{}」", inline(q))).collect();
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            inline(&name),
            inline(&value),
            inline(&told::standing(r, field, lang)),
            quotes.concat()
        )?;
    }
    Ok(())
}

fn event(e: &Event, lang: Lang) -> String {
    let when = words::when(e);
    let when = match when.strip_prefix("about ") {
        Some(rest) => format!("{}{rest}", lang.text("report.about")),
        None => when,
    };
    format!("{}: {}", inline(&when), inline(&e.text))
}

fn write_list(out: &mut dyn Write, heading: &str, items: impl ExactSizeIterator<Item = String>) -> io::Result<()> {
    if items.len() == 0 {
        return Ok(());
    }
    writeln!(out, "\n### {heading}\n")?;
    items.into_iter().try_for_each(|item| writeln!(out, "- {item}"))
}

/// One line of text in which nothing is Markdown or HTML any more: white space collapsed, unsafe characters shown,
/// signs of Markdown escaped, at its beginning those of lists and rules too: an item may begin with it.
fn inline(text: &str) -> String {
    let line = words::one_line(text);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::with_capacity(line.len());
    for (i, c) in neutralise(&line).chars().enumerate() {
        let begins_item =
            i == digits && (if digits > 0 { matches!(c, '.' | ')') } else { matches!(c, '-' | '+' | '=') });
        if begins_item || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$') {
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
