//! Timesketch: one event a row, as CSV or JSON Lines; `message`, `datetime` and `timestamp_desc` are what its importer
//! requires, the other columns become attributes of the event.

use super::happenings::{self, Happening};
use super::{Exporter, Options, words};
use crate::domain::Record;
use crate::text::json::write_compact;
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// The form of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values.
    #[default]
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// One event. Timesketch reads `tag` as a list of tags; in CSV they are joined by commas.
#[derive(Serialize)]
struct Row<'r> {
    message: String,
    datetime: String,
    timestamp_desc: &'static str,
    tag: Vec<String>,
    incident: String,
    organisation: &'r str,
    title: &'r str,
    action: &'r str,
    third_party: &'r str,
    stated: String,
    precision: &'static str,
    approximate: bool,
    until: String,
    quote: &'r str,
    status: &'static str,
    source: &'r str,
}

/// The columns, in the order of [`Row`].
const HEADER: [&str; 16] = [
    "message",
    "datetime",
    "timestamp_desc",
    "tag",
    "incident",
    "organisation",
    "title",
    "action",
    "third_party",
    "stated",
    "precision",
    "approximate",
    "until",
    "quote",
    "status",
    "source",
];

impl<'r> Row<'r> {
    fn new(record: &'r Record, h: &Happening<'r>) -> Self {
        let text = |value: &'r Option<String>| value.as_deref().unwrap_or_default();
        let facts = &record.facts;
        Self {
            message: h.headline(record),
            datetime: words::with_offset(h.from),
            timestamp_desc: description(h),
            tag: record.triage.tags.iter().map(ToString::to_string).collect(),
            incident: record.id.to_string(),
            organisation: text(&facts.org),
            title: text(&facts.title),
            action: facts.actions.first().map(String::as_str).unwrap_or_default(),
            third_party: text(&facts.third_party),
            stated: h.at.to_string(),
            precision: words::precision(h.precision),
            approximate: h.approx,
            until: h.to.map(words::with_offset).unwrap_or_default(),
            quote: h.quote,
            status: record.triage.status.as_str(),
            source: record.source.url.as_deref().unwrap_or(&record.source.path),
        }
    }

    fn cells(&self) -> [Cow<'_, str>; 16] {
        [
            Cow::Borrowed(self.message.as_str()),
            self.datetime.as_str().into(),
            self.timestamp_desc.into(),
            self.tag.join(",").into(),
            self.incident.as_str().into(),
            self.organisation.into(),
            self.title.into(),
            self.action.into(),
            self.third_party.into(),
            self.stated.as_str().into(),
            self.precision.into(),
            self.approximate.to_string().into(),
            self.until.as_str().into(),
            self.quote.into(),
            self.status.into(),
            self.source.into(),
        ]
    }
}

/// What the point in time is, in the way Timesketch words it.
fn description(h: &Happening<'_>) -> &'static str {
    match h.what {
        happenings::What::Occurred => "Incident Occurred",
        happenings::What::Discovered => "Incident Discovered",
        happenings::What::Dated => "Incident Event",
        happenings::What::Published => "Notice Published",
    }
}

enum Out<'w> {
    Csv(Box<::csv::Writer<&'w mut dyn Write>>),
    Jsonl(&'w mut dyn Write),
}

/// Writes one row an event.
pub(super) struct Timesketch<'w> {
    out: Out<'w>,
    options: Options,
    begun: bool,
}

impl<'w> Timesketch<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        let out = match options.timesketch {
            Form::Csv => Out::Csv(Box::new(::csv::WriterBuilder::new().from_writer(out))),
            Form::Jsonl => Out::Jsonl(out),
        };
        Self { out, options, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Csv(csv) if !std::mem::replace(&mut self.begun, true) => {
                csv.write_record(HEADER).map_err(super::csv::io_error)
            }
            _ => Ok(()),
        }
    }
}

impl Exporter for Timesketch<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        for happening in happenings::of(record) {
            let row = Row::new(record, &happening);
            match &mut self.out {
                Out::Csv(csv) => {
                    let cells = row.cells();
                    let guarded = cells.iter().map(|c| self.options.cell(c));
                    csv.write_record(guarded.map(|c| c.into_owned().into_bytes())).map_err(super::csv::io_error)?;
                }
                Out::Jsonl(out) => {
                    write_compact(&mut **out, &row)?;
                    out.write_all(b"\n")?;
                }
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        match &mut self.out {
            Out::Csv(csv) => csv.flush(),
            Out::Jsonl(out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExportFormat;
    use super::super::samples::{exported, full, of_org};
    use super::*;

    #[test]
    fn every_event_is_a_row_with_what_the_importer_requires() {
        let csv = exported(ExportFormat::Timesketch, &[full()], Options::default());
        let mut lines = csv.lines();
        assert!(lines.next().unwrap().starts_with("message,datetime,timestamp_desc,"));
        assert_eq!(lines.clone().count(), 3);
        let second = lines.nth(1).unwrap();
        assert!(second.starts_with("鈴代市: 報告を受けた,2024-05-21T16:20:00+09:00,Incident Discovered,"), "{second}");
        let jsonl = Options { timesketch: Form::Jsonl, ..Options::default() };
        let jsonl = exported(ExportFormat::Timesketch, &[full()], jsonl);
        let first: serde_json::Value = serde_json::from_str(jsonl.lines().next().unwrap()).unwrap();
        assert_eq!(first["datetime"], "2024-05-19T00:00:00+09:00");
        assert_eq!(first["tag"][1], "supply/海鳴印刷");
        let names: Vec<&String> = first.as_object().unwrap().keys().collect();
        let mut header = HEADER;
        header.sort_unstable();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, header);
    }

    #[test]
    fn a_formula_does_not_run() {
        let mut record = of_org("=1+1");
        record.facts.published = "2024-05-01".parse().ok();
        let csv = exported(ExportFormat::Timesketch, &[record], Options::default());
        assert!(csv.lines().nth(1).unwrap().starts_with("'=1+1: "), "{csv}");
    }
}
