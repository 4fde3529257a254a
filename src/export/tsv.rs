//! TSV: the rows of CSV, cells between tabs. There is no quoting, as the tools that read it expect: tabs and line ends
//! within a cell become spaces.

use super::csv::COLUMNS;
use super::{Exporter, Options};
use crate::domain::Record;
use std::io::{self, Write};

/// A cell without anything that some reader takes for the end of a cell or of a row.
pub fn tsv_cell(cell: &str) -> String {
    let ends = ['\t', '\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    cell.replace(ends, " ")
}

/// Writes one row an incident.
pub(super) struct Tsv<'w> {
    out: &'w mut dyn Write,
    options: Options,
    begun: bool,
}

impl<'w> Tsv<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        Self { out, options, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
        let mark = if self.options.bom { "\u{feff}" } else { "" };
        writeln!(self.out, "{mark}{}", names.join("\t"))
    }
}

impl Exporter for Tsv<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        for (i, column) in COLUMNS.iter().enumerate() {
            let cell = column.cell(record);
            let guarded = self.options.cell(&cell);
            let before = if i > 0 { "\t" } else { "" };
            write!(self.out, "{before}{}", tsv_cell(&guarded))?;
        }
        writeln!(self.out)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExportFormat;
    use super::super::samples::{exported, full, of_org};
    use super::*;

    #[test]
    fn every_row_has_every_cell() {
        let records = [full(), of_org("=a\tb\r\nc"), of_org("\tx")];
        let tsv = exported(ExportFormat::Tsv, &records, Options::default());
        let rows: Vec<Vec<&str>> = tsv.lines().map(|l| l.split('\t').collect()).collect();
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|r| r.len() == COLUMNS.len()));
        let org = rows[0].iter().position(|c| *c == "org").unwrap();
        assert_eq!((rows[2][org], rows[3][org]), ("'=a b  c", "' x"));
    }
}
