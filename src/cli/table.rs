//! The columns that `list` shows, and the table that people read.

use super::out::Out;
use crate::domain::{Affected, Exposure, ListRow, Record, Unit};
use crate::export::words::affected_short;
use crate::text::{AmbiguousWidth, fit, pad_left, pad_right, width};
use serde_json::{Value, json};
use std::io;

/// What a list can show of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Column {
    /// Id
    Id,
    /// `incident`, `claim` or `other`
    Kind,
    /// Status
    Status,
    /// Day of publication
    Published,
    /// The total affected
    People,
    /// The first action
    Action,
    /// Organisation
    Org,
    /// Title
    Title,
    /// Tags
    Tags,
    /// The blog's case number
    #[value(alias = "case_no")]
    Case,
    /// Line of the headline in the document
    Line,
    /// Path of the document
    Path,
    /// The third party
    Third,
    /// Exposure
    Exposure,
}

impl Column {
    /// What is shown when nothing is chosen.
    pub(super) const DEFAULT: [Column; 8] =
        [Self::Id, Self::Status, Self::Published, Self::People, Self::Action, Self::Org, Self::Title, Self::Tags];

    /// The name in a header and in `--columns`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Kind => "kind",
            Self::Status => "status",
            Self::Published => "published",
            Self::People => "people",
            Self::Action => "action",
            Self::Org => "org",
            Self::Title => "title",
            Self::Tags => "tags",
            Self::Case => "case",
            Self::Line => "line",
            Self::Path => "path",
            Self::Third => "third",
            Self::Exposure => "exposure",
        }
    }

    /// The name in JSON and CSV, where `case` is the id of the case that an incident belongs to.
    pub(super) fn field(self) -> &'static str {
        if self == Self::Case { "case_no" } else { self.name() }
    }

    /// Tells whether a list row holds it; else the whole record is needed.
    pub(super) fn is_in_row(self) -> bool {
        !matches!(self, Self::Line | Self::Path | Self::Third | Self::Exposure)
    }

    /// Most columns of the terminal that it takes in a table on a screen.
    fn widest(self) -> usize {
        match self {
            Self::Org => 24,
            Self::Title => 50,
            Self::Third | Self::Path => 30,
            Self::Action => 26,
            _ => 40,
        }
    }

    fn is_number(self) -> bool {
        matches!(self, Self::People | Self::Line)
    }
}

/// The values of an incident that a list can show.
pub(super) struct Row {
    row: ListRow,
    /// Line, path, third party and exposure, where the record was fetched.
    more: Option<(usize, String, Option<String>, Option<&'static str>)>,
}

impl From<ListRow> for Row {
    fn from(row: ListRow) -> Self {
        Self { row, more: None }
    }
}

impl Row {
    /// Makes the row of a whole record.
    pub(super) fn of_record(record: Record) -> Self {
        let third_party = record.facts.third_party.clone();
        let more = Some((
            record.source.line,
            record.source.path,
            record.facts.third_party,
            record.facts.exposure.map(Exposure::as_str),
        ));
        let row = ListRow {
            key: crate::domain::Key(0),
            id: record.id,
            kind: record.kind,
            status: record.triage.status,
            published: record.facts.published,
            case_no: record.facts.case_no,
            affected: record.facts.affected,
            action: record.facts.actions.into_iter().next(),
            org: record.facts.org,
            title: record.facts.title,
            tags: record.triage.tags,
            third_party,
            exposure: record.facts.exposure,
            gang: record.facts.gang,
            noted: !record.triage.notes.is_empty(),
            warned: !record.facts.warnings.is_empty(),
        };
        Self { row, more }
    }

    /// The value for machines: null where the text does not say, `people` a number only when people are counted.
    pub(super) fn value(&self, column: Column) -> Value {
        let more = self.more.as_ref();
        match column {
            Column::Id => json!(self.row.id),
            Column::Kind => json!(self.row.kind),
            Column::Status => json!(self.row.status),
            Column::Published => json!(self.row.published),
            Column::People => json!(self.row.affected.filter(|a| a.unit == Unit::People).and_then(|a| a.count)),
            Column::Action => json!(self.row.action),
            Column::Org => json!(self.row.org),
            Column::Title => json!(self.row.title),
            Column::Tags => json!(self.row.tags),
            Column::Case => json!(self.row.case_no),
            Column::Line => json!(more.map(|m| m.0)),
            Column::Path => json!(more.map(|m| &m.1)),
            Column::Third => json!(more.and_then(|m| m.2.as_ref())),
            Column::Exposure => json!(more.and_then(|m| m.3)),
        }
    }

    /// The value as a cell of CSV or TSV: empty for null, tags joined by `;`.
    pub(super) fn cell(&self, column: Column) -> String {
        match self.value(column) {
            Value::Null => String::new(),
            Value::String(s) => s,
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(";"),
            other => other.to_string(),
        }
    }

    /// The value for people.
    fn shown(&self, column: Column) -> String {
        match column {
            Column::People => self.row.affected.as_ref().map(|a: &Affected| affected_short(a)).unwrap_or_default(),
            Column::Tags => self.cell(column).replace(';', " "),
            other => self.cell(other),
        }
    }
}

/// How a table that is too wide for the terminal becomes narrower: each step in turn takes a column down to so many
/// columns of the terminal, as far as it is needed; nought takes it out.
const STEPS: [(Column, usize); 22] = [
    (Column::Tags, 10),
    (Column::Title, 24),
    (Column::Path, 16),
    (Column::Third, 16),
    (Column::Tags, 0),
    (Column::Org, 16),
    (Column::Action, 16),
    (Column::Title, 16),
    (Column::Status, 0),
    (Column::Action, 10),
    (Column::Org, 10),
    (Column::Title, 12),
    (Column::Third, 0),
    (Column::Path, 0),
    (Column::Action, 0),
    (Column::Title, 0),
    (Column::Exposure, 0),
    (Column::Case, 0),
    (Column::Kind, 0),
    (Column::Line, 0),
    (Column::Org, 6),
    (Column::People, 0),
];

/// Between two columns.
const GAP: usize = 2;

/// Columns that a line of these cells takes; a cell of no width is not there.
fn line_width(widths: &[usize]) -> usize {
    let shown = widths.iter().filter(|w| **w > 0);
    shown.map(|w| w + GAP).sum::<usize>().saturating_sub(GAP)
}

/// Makes the widths fit into `room`. What is named in [`STEPS`] and still too wide is cut at the line's end.
fn shrink(columns: &[Column], widths: &mut [usize], room: usize) {
    for (column, least) in STEPS {
        let over = line_width(widths).saturating_sub(room);
        if over == 0 {
            return;
        }
        for (_, w) in columns.iter().zip(widths.iter_mut()).filter(|(c, w)| **c == column && **w > least) {
            *w = if least == 0 { 0 } else { w.saturating_sub(over).max(least) };
        }
    }
}

/// Gives the room that a dropped column left back to those that were shrunk.
fn grow(columns: &[Column], widths: &mut [usize], natural: &[usize], room: usize) {
    for wanted in [Column::Org, Column::Title, Column::Action] {
        let spare = room.saturating_sub(line_width(widths));
        let cells = columns.iter().zip(widths.iter_mut()).zip(natural);
        for ((_, w), n) in cells.filter(|((c, w), _)| **c == wanted && **w > 0) {
            *w = (*w + spare).min((*n).max(*w));
        }
    }
}

/// A table whose columns are as wide as the first page of rows needs; later cells that are wider push their line.
pub(super) struct Table {
    columns: Vec<Column>,
    ambiguous: AmbiguousWidth,
    /// Columns of the terminal, into which the lines have to fit; a file or pipe gets every cell whole.
    room: Option<usize>,
    widths: Option<Vec<usize>>,
}

impl Table {
    /// A table of these columns.
    pub(super) fn new(columns: &[Column], ambiguous: AmbiguousWidth, room: Option<usize>) -> Self {
        Self { columns: columns.to_vec(), ambiguous, room, widths: None }
    }

    /// Writes a page of rows; the first one settles the widths and has the header above it.
    pub(super) fn page(&mut self, rows: &[Row], out: &mut Out) -> io::Result<()> {
        let lines: Vec<Vec<String>> = rows.iter().map(|r| self.columns.iter().map(|c| r.shown(*c)).collect()).collect();
        let widths = match self.widths.take() {
            Some(widths) => widths,
            None => {
                let names: Vec<String> = self.columns.iter().map(|c| c.name().to_owned()).collect();
                let widths = self.measure(&names, &lines);
                out.bold(&self.line(&names, &widths))?;
                widths
            }
        };
        for line in &lines {
            out.line(&self.line(line, &widths))?;
        }
        self.widths = Some(widths);
        Ok(())
    }

    fn measure(&self, names: &[String], lines: &[Vec<String>]) -> Vec<usize> {
        let widest = |(i, column): (usize, &Column)| {
            let cells = lines.iter().map(Vec::as_slice).chain([names]).filter_map(|l| l.get(i));
            let room = cells.map(|c| width(c, self.ambiguous)).max().unwrap_or(0);
            if self.room.is_some() { room.min(column.widest()) } else { room }
        };
        let mut widths: Vec<usize> = self.columns.iter().enumerate().map(widest).collect();
        if let Some(room) = self.room {
            let natural = widths.clone();
            shrink(&self.columns, &mut widths, room);
            grow(&self.columns, &mut widths, &natural, room);
        }
        widths
    }

    fn line(&self, cells: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, column), room) in cells.iter().zip(&self.columns).zip(widths) {
            if self.room.is_some() && *room == 0 {
                continue;
            }
            if !line.is_empty() {
                line.push_str("  ");
            }
            let room = if self.room.is_some() { *room } else { (*room).max(width(cell, self.ambiguous)) };
            line.push_str(&match column.is_number() {
                true => pad_left(cell, room, self.ambiguous),
                false if column == &Column::Tags => fit(cell, room, self.ambiguous).into_owned(),
                false => pad_right(cell, room, self.ambiguous),
            });
        }
        line.truncate(line.trim_end().len());
        match self.room {
            Some(room) => fit(&line, room, self.ambiguous).into_owned(),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shrunk(widths: &[usize], room: usize) -> Vec<usize> {
        let mut out = widths.to_vec();
        shrink(&Column::DEFAULT, &mut out, room);
        grow(&Column::DEFAULT, &mut out, widths, room);
        out
    }

    #[test]
    fn a_table_fits_the_terminal_and_loses_tags_first() {
        let natural = [12, 9, 10, 14, 26, 24, 50, 16];
        for room in 40..200 {
            let widths = shrunk(&natural, room);
            assert!(line_width(&widths) <= room, "{room}: {widths:?}");
            assert!(widths[7] == 0 || widths[6] > 0, "tags go before titles: {widths:?}");
            assert!(widths[6] == 0 || widths[5] > 0, "titles go before organisations: {widths:?}");
            assert!(widths.iter().zip(&natural).all(|(w, n)| w <= n), "{widths:?}");
        }
        assert_eq!(shrunk(&natural, 200), natural);
        assert_eq!(shrunk(&natural, 170), [12, 9, 10, 14, 26, 24, 50, 11]);
        assert_eq!(shrunk(&[12, 6, 10, 8, 17, 24, 50, 16], 80), [12, 0, 10, 8, 10, 14, 16, 0]);
    }

    #[test]
    fn no_step_is_for_the_columns_that_name_an_incident() {
        assert!(STEPS.iter().all(|(c, _)| !matches!(c, Column::Id | Column::Published)));
    }
}
