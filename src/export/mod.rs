//! How a selection leaves the case book: one file a format.
//!
//! Given records one at a time by `jobs`, so that a selection of any size takes no more memory than its largest record;
//! writes to whatever it is handed and knows nothing of files or the store.

mod csv;
mod guard;
pub mod happenings;
mod html;
mod ics;
mod iris;
mod json;
mod markdown;
mod markup;
mod mermaid;
mod misp;
mod overview;
mod picture;
mod spool;
pub mod standards;
mod stix;
mod timesketch;
mod told;
mod tsv;
mod veris;
pub mod words;
mod xlsx;

pub use csv::COLUMNS;
pub use guard::guard;
pub use timesketch::Form as TimesketchForm;
pub use tsv::tsv_cell;

use crate::domain::{ExportFormat, IncidentId, ListRow, Record};
use crate::lang::Lang;
use crate::text::json::write_compact;
use chrono::{DateTime, Utc};
use std::borrow::Cow;
use std::io::{self, Write};

/// What can be chosen about an export beside its format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Leaves cells that a spreadsheet would run as a formula as they are.
    pub raw: bool,
    /// Begins CSV with a byte order mark, by which Excel knows UTF-8.
    pub bom: bool,
    /// The form of a Timesketch file.
    pub timesketch: TimesketchForm,
    /// When the export is made, for formats that tell.
    pub now: DateTime<Utc>,
    /// The language of reports.
    pub lang: Lang,
}

impl Options {
    /// A cell for a spreadsheet: guarded, unless it is to be left as it is.
    fn cell<'c>(&self, cell: &'c str) -> Cow<'c, str> {
        if self.raw { Cow::Borrowed(cell) } else { guard(cell) }
    }
}

/// A related incident, as a report names it.
#[derive(Clone, Debug)]
pub struct Beside {
    /// What the list shows of it.
    pub row: ListRow,
    /// It is in the same report.
    pub reported: bool,
}

impl Beside {
    /// Day, organisation and title of one of these, as far as they are known; its id where there is nothing else.
    fn name(all: &[Self], id: &IncidentId) -> (String, bool) {
        let Some(Self { row, reported }) = all.iter().find(|b| b.row.id == *id) else { return (id.to_string(), false) };
        let day = row.published.map(|day| day.to_string());
        let parts: Vec<String> = day.into_iter().chain(row.org.clone()).chain(row.title.clone()).collect();
        (if parts.is_empty() { id.to_string() } else { parts.join(" ") }, *reported)
    }
}

/// Takes records one after the other and writes them in one format.
pub trait Exporter {
    /// How many related incidents of a record it names; these are told before the record itself.
    fn names_related(&self) -> usize {
        0
    }

    /// Hears what is related to the next record, closest first.
    fn related(&mut self, _beside: Vec<Beside>) {}

    /// Writes one record.
    ///
    /// # Errors
    /// Fails when writing fails.
    fn record(&mut self, record: &Record) -> io::Result<()>;

    /// Writes what comes after the last record and flushes.
    ///
    /// # Errors
    /// Fails when writing fails.
    fn finish(&mut self) -> io::Result<()>;
}

/// Makes the writer of a format; what comes before the first record is written by the first record or by the end.
pub fn exporter<'w>(format: ExportFormat, out: &'w mut dyn Write, options: Options) -> Box<dyn Exporter + 'w> {
    match format {
        ExportFormat::Csv => Box::new(csv::Csv::new(out, options)),
        ExportFormat::Tsv => Box::new(tsv::Tsv::new(out, options)),
        ExportFormat::Json => Box::new(json::Array::new(out, options, |out, r, _| write_compact(out, r))),
        ExportFormat::Ndjson => Box::new(json::Lines::new(out)),
        ExportFormat::Markdown => Box::new(markdown::Report::new(out, options)),
        ExportFormat::Html => Box::new(html::Html::new(out, options)),
        ExportFormat::Xlsx => Box::new(xlsx::Xlsx::new(out, options)),
        ExportFormat::Veris => {
            Box::new(json::Array::new(out, options, |out, r, now| write_compact(out, &veris::incident(r, now))))
        }
        ExportFormat::Stix => Box::new(stix::Stix::new(out, options)),
        ExportFormat::Misp => {
            Box::new(json::Array::new(out, options, |out, r, now| write_compact(out, &misp::event(r, now))))
        }
        ExportFormat::Timesketch => Box::new(timesketch::Timesketch::new(out, options)),
        ExportFormat::Iris => Box::new(iris::Iris::new(out, options)),
        ExportFormat::Mermaid => Box::new(mermaid::Mermaid::new(out)),
        ExportFormat::Ics => Box::new(ics::Ics::new(out, options)),
    }
}

/// Makes records to export, whole and hostile ones.
#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use crate::domain::{Confidence, Facts, Field, IncidentId, Kind, Source, Span, Triage};

    /// A record that holds nothing but its text.
    pub(crate) fn bare() -> Record {
        Record {
            id: IncidentId::from_hash(7),
            kind: Kind::Incident,
            source: Source {
                path: "a.txt".into(),
                line: 3,
                url: None,
                label: None,
                sha256: "0".repeat(64),
                bytes: Span::new(0, 5),
            },
            text: "entry".into(),
            case: None,
            facts: Facts::default(),
            related: Vec::new(),
            related_total: 0,
            triage: Triage::default(),
        }
    }

    /// A record in which every field of the schema has a value.
    pub(crate) fn full() -> Record {
        let json = include_str!("../../assets/schema/incident.example.json");
        serde_json::from_str(json).unwrap()
    }

    /// A record whose organisation is `org`, proved by its text.
    pub(crate) fn of_org(org: &str) -> Record {
        let mut r = bare();
        r.text = org.to_owned();
        r.facts.org = Some(org.to_owned());
        r.facts.prove(Field::Org, [Span::new(0, org.len())], Confidence::High, "test");
        r
    }

    /// What an export of these records is.
    pub(crate) fn exported(format: ExportFormat, records: &[Record], options: Options) -> String {
        let mut out = Vec::new();
        let mut exporter = exporter(format, &mut out, options);
        records.iter().for_each(|r| exporter.record(r).unwrap());
        exporter.finish().unwrap();
        drop(exporter);
        String::from_utf8(out).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::samples::full;
    use super::*;
    use std::cell::Cell;

    /// Counts what is written.
    struct Counted<'c>(&'c Cell<usize>);

    impl Write for Counted<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.set(self.0.get() + bytes.len());
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Bytes that a writer may hold back.
    const HELD: usize = 20_000;

    #[test]
    fn what_has_no_summary_keeps_no_record() {
        use ExportFormat::{Csv, Ics, Iris, Json, Misp, Ndjson, Timesketch, Tsv, Veris};
        for format in [Ndjson, Json, Csv, Tsv, Veris, Misp, Timesketch, Iris, Ics] {
            let written = Cell::new(0);
            let mut out = Counted(&written);
            let mut exporter = exporter(format, &mut out, Options::default());
            let (mut before, record) = (0, full());
            for _ in 0..3 {
                // Of each hundred records no more than at first is held back.
                (0..100).for_each(|_| exporter.record(&record).unwrap());
                assert!(written.get() > before, "{format}");
                before = written.get();
            }
            exporter.finish().unwrap();
            assert!(written.get() - before < HELD, "{format}: {} of {}", written.get() - before, written.get());
        }
    }
}
