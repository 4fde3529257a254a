//! JSON: one array of whole records, or one record a line.

use super::{Exporter, Options};
use crate::domain::Record;
use crate::text::json::write_compact;
use chrono::{DateTime, Utc};
use std::io::{self, Write};

/// Writes what a record is in an array; the time is when the export is made.
type Item = fn(&mut dyn Write, &Record, DateTime<Utc>) -> serde_json::Result<()>;

/// Writes one array, a record a line.
pub(super) struct Array<'w> {
    out: &'w mut dyn Write,
    item: Item,
    now: DateTime<Utc>,
    begun: bool,
}

impl<'w> Array<'w> {
    /// Writes each record as `item` does.
    pub(super) fn new(out: &'w mut dyn Write, options: Options, item: Item) -> Self {
        Self { out, item, now: options.now, begun: false }
    }
}

impl Exporter for Array<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        let before: &[u8] = if std::mem::replace(&mut self.begun, true) { b",\n" } else { b"[\n" };
        self.out.write_all(before)?;
        Ok((self.item)(self.out, record, self.now)?)
    }

    fn finish(&mut self) -> io::Result<()> {
        let end: &[u8] = if self.begun { b"\n]\n" } else { b"[]\n" };
        self.out.write_all(end)?;
        self.out.flush()
    }
}

/// Writes one record a line.
pub(super) struct Lines<'w> {
    out: &'w mut dyn Write,
}

impl<'w> Lines<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        Self { out }
    }
}

impl Exporter for Lines<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        write_compact(&mut self.out, record)?;
        self.out.write_all(b"\n")
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bare, exported, full, of_org};
    use super::super::{ExportFormat, Options};
    use crate::domain::Record;

    #[test]
    fn both_forms_hold_the_same_records() {
        let records = [bare(), full(), of_org("a\u{202e}b\u{1b}")];
        for n in 0..=records.len() {
            let some = &records[..n];
            let array = exported(ExportFormat::Json, some, Options::default());
            let lines = exported(ExportFormat::Ndjson, some, Options::default());
            assert_eq!(serde_json::from_str::<Vec<Record>>(&array).unwrap(), some);
            let read: Vec<Record> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
            assert_eq!(read, some);
            assert!(!array.contains('\u{202e}') && !lines.contains('\u{1b}'));
        }
    }
}
