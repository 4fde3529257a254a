//! A workbook for spreadsheets: the incidents with typed cells, their events, and counts by month and action with charts.
//!
//! Rows go to temporary files as they come, so that a selection of any size that a sheet can hold takes little memory.

use super::caught::caught;
use super::csv::COLUMNS;
use super::happenings;
use super::{Exporter, Options, words};
use crate::domain::{By, Record, Tally};
use crate::text::neutralise;
use chrono::{Datelike, NaiveDateTime};
use rust_xlsxwriter::{
    Chart, ChartType, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::collections::BTreeMap;
use std::io::{self, Seek, SeekFrom, Write};
use std::ops::RangeInclusive;

/// Rows of a sheet, the header among them.
const MOST_ROWS: u32 = 1_048_576;
/// UTF-16 units of a cell.
const LONGEST: usize = 32_767;
/// Columns that hold numbers.
const NUMBERS: [&str; 7] = ["people", "affected", "affected_lo", "affected_hi", "money", "related_total", "line"];
/// The years that a spreadsheet knows.
const YEARS: RangeInclusive<i32> = 1900..=happenings::LAST_YEAR;

const EVENTS: [(&str, f64); 10] = [
    ("incident", 15.0),
    ("org", 24.0),
    ("from", 17.0),
    ("to", 17.0),
    ("stated", 17.0),
    ("precision", 11.0),
    ("approximate", 12.0),
    ("what", 11.0),
    ("text", 60.0),
    ("quote", 24.0),
];

/// Writes one workbook.
pub(super) struct Xlsx<'w> {
    out: &'w mut dyn Write,
    book: Workbook,
    looks: Looks,
    options: Options,
    rows: u32,
    events: u32,
    months: BTreeMap<(i32, u32), u32>,
    actions: BTreeMap<String, u32>,
}

/// The formats of cells.
struct Looks {
    header: Format,
    day: Format,
    minute: Format,
    number: Format,
    top: Format,
}

/// The sheets, in their order.
#[derive(Clone, Copy)]
enum Sheet {
    Incidents,
    Events,
    Counts,
}

impl<'w> Xlsx<'w> {
    /// Makes the sheets and their headers.
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        let looks = Looks {
            header: Format::new().set_bold().set_border_bottom(FormatBorder::Thin),
            day: top().set_num_format("yyyy-mm-dd"),
            minute: top().set_num_format("yyyy-mm-dd hh:mm"),
            number: top().set_num_format("#,##0"),
            top: top(),
        };
        Self {
            out,
            book: Workbook::new(),
            looks,
            options,
            rows: 0,
            events: 0,
            months: BTreeMap::new(),
            actions: BTreeMap::new(),
        }
    }

    fn begin(&mut self) -> Result<(), XlsxError> {
        if self.rows > 0 {
            return Ok(());
        }
        let names: [(&str, Vec<(&str, f64)>); 2] =
            [("incidents", COLUMNS.iter().map(|c| (c.name, width(c.name))).collect()), ("events", EVENTS.to_vec())];
        for (name, columns) in names {
            let sheet = self.book.add_worksheet_with_constant_memory()?;
            sheet.set_name(name)?.set_freeze_panes(1, 0)?;
            for (at, (column, width)) in (0u16..).zip(&columns) {
                sheet.set_column_width(at, *width)?;
                sheet.write_string_with_format(0, at, *column, &self.looks.header)?;
            }
        }
        self.book.add_worksheet().set_name("counts")?;
        (self.rows, self.events) = (1, 1);
        Ok(())
    }

    fn sheet(&mut self, sheet: Sheet) -> Result<&mut Worksheet, XlsxError> {
        self.book.worksheet_from_index(sheet as usize)
    }

    fn incident(&mut self, record: &Record) -> Result<(), XlsxError> {
        let (row, options) = (self.rows, self.options);
        for (at, column) in (0u16..).zip(COLUMNS) {
            let cell = column.cell(record);
            if cell.is_empty() {
                continue;
            }
            let sheet = self.book.worksheet_from_index(Sheet::Incidents as usize)?;
            let number = cell.parse::<f64>().ok().filter(|_| NUMBERS.contains(&column.name));
            let day = record.facts.published.filter(|d| column.name == "published" && YEARS.contains(&d.year()));
            if let Some(day) = day {
                let day = excel(day.and_time(chrono::NaiveTime::MIN))?;
                sheet.write_datetime_with_format(row, at, &day, &self.looks.day)?;
            } else if let Some(number) = number {
                sheet.write_number_with_format(row, at, number, &self.looks.number)?;
            } else {
                sheet.write_string_with_format(row, at, text(&cell, options), &self.looks.top)?;
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn happenings(&mut self, record: &Record) -> Result<(), XlsxError> {
        let org = record.facts.org.as_deref().unwrap_or_default();
        for h in happenings::of(record) {
            let (row, options) = (self.events, self.options);
            if row >= MOST_ROWS {
                return Err(XlsxError::RowColumnLimitError);
            }
            let looks = if h.is_timed() { &self.looks.minute } else { &self.looks.day };
            let sheet = self.book.worksheet_from_index(Sheet::Events as usize)?;
            for (at, moment) in [(2, Some(h.from)), (3, h.to)] {
                let Some(moment) = moment else { continue };
                if YEARS.contains(&moment.year()) {
                    sheet.write_datetime_with_format(row, at, &excel(moment)?, looks)?;
                } else {
                    sheet.write_string_with_format(row, at, moment.date().to_string(), &self.looks.top)?;
                }
            }
            let about = if h.approx { "yes" } else { "no" };
            let words = h.words();
            let cells = [
                (0, record.id.to_string()),
                (1, org.to_owned()),
                (4, h.at.to_string()),
                (5, words::precision(h.precision).to_owned()),
                (6, about.to_owned()),
                (7, h.what.as_str().to_owned()),
                (8, words.into_owned()),
                (9, h.quote.to_owned()),
            ];
            for (at, cell) in cells {
                sheet.write_string_with_format(row, at, text(&cell, options), &self.looks.top)?;
            }
            self.events += 1;
        }
        Ok(())
    }

    fn count(&mut self, record: &Record) {
        if let Some(day) = record.facts.published {
            *self.months.entry((day.year(), day.month())).or_default() += 1;
        }
        for action in &record.facts.actions {
            *self.actions.entry(action.clone()).or_default() += 1;
        }
    }

    fn counts(&mut self) -> Result<(), XlsxError> {
        // Months without an incident have their place on the axis too.
        let months = self.months.iter().map(|((y, m), n)| (Some(format!("{y:04}-{m:02}")), *n as usize));
        let months = Tally::new(By::Month, months, 0).groups.into_iter();
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let months: Vec<(String, u32)> = months.map(|g| (g.label.unwrap_or_default(), count(g.incidents))).collect();
        let mut actions: Vec<(String, u32)> = self.actions.iter().map(|(a, n)| (a.clone(), *n)).collect();
        actions.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let (header, options) = (self.looks.header.clone(), self.options);
        let sheet = self.sheet(Sheet::Counts)?;
        for (column, name, rows, kind, place) in
            [(0u16, "month", &months, ChartType::Column, (0, 6)), (3, "action", &actions, ChartType::Bar, (18, 6))]
        {
            sheet.set_column_width(column, 26)?;
            sheet.write_string_with_format(0, column, name, &header)?;
            sheet.write_string_with_format(0, column + 1, "incidents", &header)?;
            for (row, (label, n)) in (1u32..).zip(rows) {
                sheet.write_string(row, column, text(label, options))?.write_number(row, column + 1, *n)?;
            }
            let Some(last) = u32::try_from(rows.len()).ok().filter(|n| *n > 0) else { continue };
            let mut chart = Chart::new(kind);
            chart
                .add_series()
                .set_categories(("counts", 1, column, last, column))
                .set_values(("counts", 1, column + 1, last, column + 1))
                .set_name("incidents");
            chart.title().set_name(&format!("Incidents by {name}"));
            chart.legend().set_hidden();
            chart.set_width(720).set_height(330).set_alt_text(format!("Number of incidents by {name}"));
            sheet.insert_chart(place.0, place.1, &chart)?;
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), XlsxError> {
        self.begin()?;
        let (rows, events) = (self.rows, self.events);
        for (sheet, rows, columns) in [(Sheet::Incidents, rows, COLUMNS.len()), (Sheet::Events, events, EVENTS.len())] {
            let last = u16::try_from(columns).unwrap_or(u16::MAX).saturating_sub(1);
            self.sheet(sheet)?.autofilter(0, 0, rows.saturating_sub(1), last)?;
        }
        self.counts()?;
        Ok(())
    }
}

/// A cell's text: no character that XML can't hold, no formula, no longer than a cell may be.
fn text(cell: &str, options: Options) -> String {
    let lines: Vec<_> = cell.split('\n').map(|line| neutralise(line.trim_end_matches('\r'))).collect();
    let clean = lines.join("\n");
    let guarded = options.cell(&clean).into_owned();
    if guarded.encode_utf16().count() <= LONGEST {
        return guarded;
    }
    let mut units = 0;
    let kept = guarded.chars().take_while(|c| {
        units += c.len_utf16();
        units < LONGEST
    });
    kept.chain(['…']).collect()
}

fn excel(at: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&at.format("%Y-%m-%dT%H:%M:%S").to_string())
}

fn width(column: &str) -> f64 {
    match column {
        "org" | "actions" | "third_party" => 24.0,
        "title" | "timeline" | "notes" => 48.0,
        "published" | "status" | "people" => 12.0,
        _ => 15.0,
    }
}

fn io_error(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(e) => e,
        XlsxError::RowColumnLimitError => io::Error::other(
            "a sheet holds 1,048,575 rows; export fewer incidents, or to csv or ndjson, which have no limit",
        ),
        other => io::Error::other(other),
    }
}

impl Exporter for Xlsx<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        if self.rows >= MOST_ROWS {
            return Err(io_error(XlsxError::RowColumnLimitError));
        }
        caught(|| {
            self.begin().map_err(io_error)?;
            self.incident(record).map_err(io_error)?;
            self.happenings(record).map_err(io_error)
        })?;
        self.count(record);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        // A workbook is written back and forth, which an output need not allow.
        let mut file = tempfile::tempfile()?;
        caught(|| {
            self.end().map_err(io_error)?;
            self.book.save_to_writer(&mut file).map_err(io_error)
        })?;
        file.seek(SeekFrom::Start(0))?;
        io::copy(&mut file, self.out)?;
        self.out.flush()
    }
}
