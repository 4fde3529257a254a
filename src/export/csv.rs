//! CSV (RFC 4180): one row an incident, the columns that `assets/docs/csv.md` documents.

use super::{Exporter, Options, words};
use crate::domain::{Affected, Event, Exposure, Field, Note, Record, SecondaryDamage, Unit, Verdict};
use std::io::{self, Write};

/// One column: its name and what stands in it.
pub struct Column {
    /// The name in the header row.
    pub name: &'static str,
    /// What stands in it.
    pub about: &'static str,
    cell: fn(&Record) -> String,
}

impl Column {
    /// The cell of a record.
    pub(super) fn cell(&self, record: &Record) -> String {
        (self.cell)(record)
    }
}

macro_rules! columns {
    ($($name:literal, $about:literal, $cell:expr;)*) => {
        /// All columns, in the order of the header row.
        pub const COLUMNS: &[Column] = &[$(Column { name: $name, about: $about, cell: $cell }),*];
    };
}

columns! {
    "id", "id of the incident", |r| r.id.to_string();
    "kind", "`incident`, `claim` or `other`", |r| r.kind.to_string();
    "status", "`new`, `open`, `done` or `dismissed`", |r| r.triage.status.to_string();
    "published", "day of publication", |r| shown(r.facts.published);
    "case_no", "the blog's case number", |r| shown(r.facts.case_no.as_ref());
    "case", "id of the case that it belongs to", |r| shown(r.case.as_ref());
    "org", "the organisation that reports", |r| shown(r.facts.org.as_ref());
    "title", "the headline", |r| shown(r.facts.title.as_ref());
    "actions", "VERIS action varieties, most important first, joined by `;`", |r| r.facts.actions.join(";");
    "people", "the stated number of people affected", |r| shown(of_people(r).and_then(|a| a.count));
    "affected", "the stated number of whatever is affected", |r| shown(r.facts.affected.and_then(|a| a.count));
    "unit", "what is counted", |r| shown(r.facts.affected.map(|a| a.unit));
    "affected_lo", "least that the number may mean", |r| shown(r.facts.affected.and_then(|a| a.lo));
    "affected_hi", "most that the number may mean", |r| shown(r.facts.affected.and_then(|a| a.hi));
    "affected_words", "the number as it is meant, in words", |r| shown(r.facts.affected.as_ref().map(words::affected));
    "money", "value stolen", |r| shown(r.facts.money.as_ref().map(|m| m.amount));
    "currency", "its currency", |r| shown(r.facts.money.as_ref().map(|m| &m.currency));
    "third_party", "contractor, vendor, subsidiary or platform where it happened", |r| shown(r.facts.third_party.as_ref());
    "exposure", "`confirmed`, `suspected` or `none`", |r| shown(r.facts.exposure.map(Exposure::as_str));
    "secondary_damage", "`none_found` or `found`", |r| shown(r.facts.secondary_damage.map(SecondaryDamage::as_str));
    "data_types", "kinds of data, joined by `;`", |r| r.facts.data_types.join(";");
    "ppc", "`true` where a report to the 個人情報保護委員会 is stated", |r| r.facts.ppc.to_string();
    "police", "`true` where it is stated that the police were told", |r| r.facts.police.to_string();
    "occurred_from", "when it began", |r| shown(r.facts.occurred.map(|p| p.from));
    "occurred_to", "when it ended", |r| shown(r.facts.occurred.and_then(|p| p.to));
    "discovered", "when it was noticed", |r| shown(r.facts.discovered);
    "timeline", "the chronology: `MOMENT TEXT`, joined by vertical bars; a range is `FROM/TO`, `~` marks an approximate moment",
        |r| joined(&r.facts.timeline, " | ", event);
    "follows", "days of earlier releases, joined by `;`", |r| joined(&r.facts.follows, ";", ToString::to_string);
    "gang", "the gang of a claim", |r| shown(r.facts.gang.as_ref());
    "related", "ids of the closest incidents, joined by `;`, at most 50", |r| joined(&r.related, ";", |o| o.id.to_string());
    "related_total", "how many related incidents there are in all", |r| r.related_total.to_string();
    "tags", "tags, joined by `;`", |r| joined(&r.triage.tags, ";", ToString::to_string);
    "notes", "notes: `TIME NAME: TEXT`, joined by vertical bars", |r| joined(&r.triage.notes, " | ", note);
    "corrected", "fields that analysts corrected, joined by `;`", |r| fields(r.triage.corrections.keys());
    "accepted", "fields whose parsed value analysts accepted, joined by `;`", |r| judged(r, Verdict::Accepted);
    "rejected", "fields whose parsed value analysts rejected, joined by `;`", |r| judged(r, Verdict::Rejected);
    "warnings", "what to look at twice, joined by vertical bars", |r| r.facts.warnings.join(" | ");
    "path", "path of the document", |r| r.source.path.clone();
    "line", "line of the headline in the document", |r| r.source.line.to_string();
    "url", "address of the source", |r| shown(r.source.url.as_ref());
}

fn shown(value: Option<impl ToString>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

fn joined<T>(items: &[T], by: &str, show: impl Fn(&T) -> String) -> String {
    items.iter().map(show).collect::<Vec<_>>().join(by)
}

fn fields<'f>(list: impl Iterator<Item = &'f Field>) -> String {
    list.map(|f| f.as_str()).collect::<Vec<_>>().join(";")
}

fn judged(record: &Record, verdict: Verdict) -> String {
    fields(record.triage.reviewed.iter().filter(|(_, v)| **v == verdict).map(|(f, _)| f))
}

fn of_people(record: &Record) -> Option<Affected> {
    record.facts.affected.filter(|a| a.unit == Unit::People)
}

fn event(e: &Event) -> String {
    let until = e.until.map(|u| format!("/{u}")).unwrap_or_default();
    format!("{}{until}{} {}", e.at, if e.approx { "~" } else { "" }, e.text)
}

fn note(n: &Note) -> String {
    format!("{} {}: {}", n.at, n.by, n.text)
}

/// Writes the header row and a row a record.
pub(super) struct Csv<'w> {
    out: ::csv::Writer<&'w mut dyn Write>,
    options: Options,
    begun: bool,
}

impl<'w> Csv<'w> {
    /// Comma-separated values.
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        let out = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
        Self { out, options, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let names = COLUMNS.iter().map(|c| c.name);
        let mark = if self.options.bom { "\u{feff}" } else { "" };
        let first = names.clone().take(1).map(|n| format!("{mark}{n}"));
        self.out.write_record(first.chain(names.skip(1).map(str::to_owned))).map_err(io_error)
    }
}

impl Exporter for Csv<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        for column in COLUMNS {
            let cell = (column.cell)(record);
            self.out.write_field(self.options.cell(&cell).as_bytes()).map_err(io_error)?;
        }
        self.out.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        self.out.flush()
    }
}

/// The I/O error inside, so that a closed pipe is still known as one.
pub(super) fn io_error(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(e) => e,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bare, exported, full, of_org};
    use super::*;
    use crate::domain::ExportFormat;

    fn cell(csv: &str, row: usize, column: &str) -> String {
        let at = COLUMNS.iter().position(|c| c.name == column).unwrap();
        let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
        reader.records().nth(row).unwrap().unwrap()[at].to_owned()
    }

    #[test]
    fn a_row_an_incident_under_the_header() {
        let csv = exported(ExportFormat::Csv, &[bare(), full()], Options::default());
        assert_eq!(cell(&csv, 0, "id"), "id");
        assert_eq!(cell(&csv, 1, "people"), "");
        assert_eq!(cell(&csv, 2, "tags"), "phase/one;supply/海鳴印刷");
        assert_eq!(cell(&csv, 2, "people"), "1512");
        assert_eq!(cell(&csv, 2, "timeline"), "2024-05-19/2024-05-20~ 停止 | 2024-05-21T16:20 報告を受けた");
        assert!(csv.ends_with("\r\n"));
    }

    #[test]
    fn nothing_to_write_still_gives_a_header() {
        let csv = exported(ExportFormat::Csv, &[], Options { bom: true, ..Options::default() });
        assert!(csv.starts_with("\u{feff}id,kind,"), "{csv}");
        assert_eq!(csv.lines().count(), 1);
    }

    #[test]
    fn a_formula_is_guarded_unless_raw() {
        for org in ["=HYPERLINK(\"http://x\")", "＝1+1", "@x", "-1"] {
            let records = [of_org(org)];
            let guarded = exported(ExportFormat::Csv, &records, Options::default());
            assert_eq!(cell(&guarded, 1, "org"), format!("'{org}"));
            let raw = exported(ExportFormat::Csv, &records, Options { raw: true, ..Options::default() });
            assert_eq!(cell(&raw, 1, "org"), org);
        }
    }

    #[test]
    fn the_documentation_lists_the_columns() {
        let page = include_str!("../../assets/docs/csv.md");
        let rows: Vec<String> = COLUMNS.iter().map(|c| format!("| `{}` | {} |", c.name, c.about)).collect();
        let listed: Vec<&str> = page.lines().filter(|l| l.starts_with("| `")).collect();
        assert_eq!(listed, rows);
    }
}
