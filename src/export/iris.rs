//! DFIR-IRIS: the CSV that its timeline imports, one event a row.

use super::happenings::{self, What};
use super::{Exporter, Options, words};
use crate::domain::Record;
use std::borrow::Cow;
use std::io::{self, Write};

const HEADER: [&str; 10] = [
    "event_date",
    "event_tz",
    "event_title",
    "event_category",
    "event_content",
    "event_raw",
    "event_source",
    "event_assets",
    "event_iocs",
    "event_tags",
];

/// Writes the events of a case's timeline.
pub(super) struct Iris<'w> {
    out: ::csv::Writer<&'w mut dyn Write>,
    options: Options,
    begun: bool,
}

impl<'w> Iris<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        Self { out: ::csv::WriterBuilder::new().from_writer(out), options, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.out.write_record(HEADER).map_err(super::csv::io_error)
    }
}

/// One of the categories that IRIS knows; it refuses a file that names another.
fn category(record: &Record, what: What) -> &'static str {
    let action = record.facts.actions.first().map(String::as_str).unwrap_or_default();
    match what {
        What::Occurred if action.starts_with("social.") => "Initial Access",
        What::Occurred if action == "malware.ransomware" => "Impact",
        What::Occurred if action.starts_with("malware.") => "Execution",
        What::Occurred if action.starts_with("hacking.") => "Initial Access",
        What::Discovered => "Discovery",
        What::Published => "Legitimate",
        What::Occurred | What::Dated => "Unspecified",
    }
}

impl Exporter for Iris<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        for h in happenings::of(record) {
            let about = if h.approx { "about " } else { "" };
            let stated = format!("{} ({}{}; {})", h.words(), about, h.at, words::precision(h.precision));
            let tags: Vec<String> = record.triage.tags.iter().map(ToString::to_string).collect();
            let cells: [Cow<'_, str>; 10] = [
                words::to_the_microsecond(h.from).into(),
                "+09:00".into(),
                h.headline(record).into(),
                category(record, h.what).into(),
                words::one_line(&stated).into(),
                h.quote.into(),
                record.source.url.as_deref().unwrap_or(&record.source.path).into(),
                "".into(),
                "".into(),
                tags.join("|").into(),
            ];
            let guarded = cells.iter().map(|c| self.options.cell(c));
            // The zone is no formula, and the importer takes it only as it is.
            let cells = guarded.enumerate().map(|(i, c)| if i == 1 { Cow::Borrowed("+09:00") } else { c });
            self.out.write_record(cells.map(|c| c.into_owned().into_bytes())).map_err(super::csv::io_error)?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExportFormat;
    use super::super::samples::{exported, full};
    use super::*;

    #[test]
    fn the_header_is_what_the_importer_wants() {
        let csv = exported(ExportFormat::Iris, &[full()], Options::default());
        let mut lines = csv.lines();
        assert_eq!(
            lines.next().unwrap(),
            "event_date,event_tz,event_title,event_category,event_content,event_raw,event_source,event_assets,event_iocs,event_tags"
        );
        let row = lines.nth(1).unwrap();
        assert!(row.starts_with("2024-05-21T16:20:00.000000,+09:00,鈴代市: 報告を受けた,Discovery,"), "{row}");
        assert!(row.ends_with(",,,phase/one|supply/海鳴印刷"), "{row}");
    }
}
