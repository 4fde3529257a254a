//! Tables of `stats`: for people on a terminal, as CSV, JSON and Markdown. What no notice states is an empty cell, a dash or
//! null, never 0.

use super::{chart, label, name, told};
use crate::domain::{By, Head, Measures, Pivot, PivotRow, Spread};
use crate::export::guard;
use crate::lang::{Lang, grouped};
use crate::text::{AmbiguousWidth, fit, json, neutralise, pad_left, pad_right, width};
use serde_json::{Value, json};
use std::io::{self, Write};

/// Most columns of the terminal that a row's label takes.
const WIDEST_LABEL: usize = 30;

/// Most columns of the terminal that a cell takes.
const WIDEST_CELL: usize = 12;

/// Columns of the terminal between two cells.
const GAP: usize = 2;

/// Named columns that a terminal has room for.
pub(super) fn columns(across: By, room: Option<usize>) -> Option<usize> {
    let column = GAP + if across.is_time() { 7 } else { WIDEST_CELL };
    // A label, the sum of the row, the others and those without a value stand there too.
    let taken = WIDEST_LABEL + 3 * (GAP + WIDEST_CELL);
    room.map(|room| (room.saturating_sub(taken) / column).max(1))
}

/// A table as text: the head, the rows, the sum.
struct Grid {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Lays a table out in words; of a table without columns the cells tell people and days.
fn grid(table: &Pivot, lang: Lang, parted: bool) -> Grid {
    let mut head = vec![name(table.layout.by, lang).to_owned(), lang.text("stats.head.incidents").to_owned()];
    let number = |n: usize| grouped(n as u64);
    let row = |label: String, measures: &Measures, cells: &dyn Fn(usize) -> usize| {
        let mut row = vec![label, number(measures.incidents)];
        match table.layout.across {
            Some(_) => row.extend((0..table.columns.len()).map(|at| number(cells(at)))),
            None => row.extend(measured(measures, parted)),
        }
        row
    };
    match table.layout.across {
        Some(across) => head.extend(table.columns.iter().map(|(head, _)| label(head, across, lang))),
        None if parted => head.extend(PARTED.map(|key| lang.text(key).to_owned())),
        None => head.extend(WHOLE.map(|key| lang.text(key).to_owned())),
    }
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(table.rows.len() + 1);
    for run in table.rows.chunk_by(|a, b| a.measures.incidents == 0 && b.measures.incidents == 0) {
        let is_empty = run.iter().all(|r| r.measures.incidents == 0);
        if let Some(words) = chart::gap(run.len(), table.layout.by, lang).filter(|_| is_empty) {
            rows.push(std::iter::once(words).chain(std::iter::repeat_n(String::new(), head.len() - 1)).collect());
            continue;
        }
        rows.extend(run.iter().map(|r| row(label(&r.head, table.layout.by, lang), &r.measures, &|at| r.cell(at))));
    }
    let sum = |at: usize| table.columns.get(at).map_or(0, |(_, n)| *n);
    rows.push(row(lang.text("stats.head.total").to_owned(), &table.total, &sum));
    Grid { head, rows }
}

/// What a column of days is called, median and percentile in one cell.
const WHOLE: [&str; 4] =
    ["stats.head.people", "stats.head.stated", "stats.head.to_discovery", "stats.head.to_publication"];

/// What they are called in cells of their own.
const PARTED: [&str; 8] = [
    "stats.head.people",
    "stats.head.stated",
    "stats.head.to_discovery_median",
    "stats.head.p90",
    "stats.head.of",
    "stats.head.to_publication_median",
    "stats.head.p90",
    "stats.head.of",
];

/// What stands where nothing is stated.
const NOTHING: &str = "-";

fn measured(m: &Measures, parted: bool) -> Vec<String> {
    let days = |n: Option<u32>| n.map_or_else(|| NOTHING.to_owned(), |n| grouped(n.into()));
    let mut out = vec![m.people.map_or_else(|| NOTHING.to_owned(), grouped), grouped(m.people_stated as u64)];
    for Spread { stated, median, p90 } in [m.to_discovery, m.to_publication] {
        match (parted, stated) {
            (true, _) => out.extend([days(median), days(p90), grouped(stated as u64)]),
            (false, 0) => out.push(NOTHING.to_owned()),
            (false, _) => out.push(format!("{} / {} ({})", days(median), days(p90), grouped(stated as u64))),
        }
    }
    out
}

/// Tells whether an incident stands in several rows or columns.
fn is_several(table: &Pivot) -> bool {
    let sum = |numbers: &mut dyn Iterator<Item = usize>| numbers.sum::<usize>() > table.total.incidents;
    sum(&mut table.rows.iter().map(|r| r.measures.incidents)) || sum(&mut table.columns.iter().map(|(_, n)| *n))
}

/// What has to be said of a table.
fn notes(table: &Pivot, lang: Lang) -> Vec<String> {
    let mut out = Vec::new();
    if is_several(table) {
        out.push(lang.text("stats.several").to_owned());
    }
    if table.layout.across.is_none() {
        out.push(lang.text("stats.spread").to_owned());
    } else {
        out.extend(told(&table.total, lang));
    }
    out
}

/// The lines of a table for people; without a width nothing is cut.
pub(super) fn table(table: &Pivot, lang: Lang, room: Option<usize>, ambiguous: AmbiguousWidth) -> Vec<String> {
    let Grid { head, rows } = grid(table, lang, false);
    let cut = |at: usize, cell: &str| match (room, at) {
        (None, _) => neutralise(cell).into_owned(),
        (Some(_), 0) => fit(cell, WIDEST_LABEL, ambiguous).into_owned(),
        // Only heads of columns can be longer: numbers are never cut.
        (Some(_), _) if cell.starts_with(|c: char| c.is_ascii_digit()) => cell.to_owned(),
        (Some(_), _) if table.layout.across.is_none() => cell.to_owned(),
        (Some(_), _) => fit(cell, WIDEST_CELL, ambiguous).into_owned(),
    };
    let all: Vec<Vec<String>> = std::iter::once(&head)
        .chain(&rows)
        .map(|row| row.iter().enumerate().map(|(at, cell)| cut(at, cell)).collect())
        .collect();
    let mut widths = vec![0; head.len()];
    for row in &all {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = width(cell, ambiguous).max(*widest);
        }
    }
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate().map(|(at, (cell, columns))| match at {
            0 => pad_right(cell, *columns, ambiguous),
            _ => pad_left(cell, *columns, ambiguous),
        });
        cells.collect::<Vec<_>>().join(&" ".repeat(GAP)).trim_end().to_owned()
    };
    all.iter().map(line).chain(notes(table, lang)).collect()
}

/// Writes a table for a report.
pub(super) fn markdown(table: &Pivot, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let Grid { head, rows } = grid(table, lang, true);
    let line = |row: &[String]| format!("| {} |", row.iter().map(|cell| escape(cell)).collect::<Vec<_>>().join(" | "));
    writeln!(out, "{}", line(&head))?;
    writeln!(out, "|---|{}", "---:|".repeat(head.len().saturating_sub(1)))?;
    for row in &rows {
        writeln!(out, "{}", line(row))?;
    }
    let notes = notes(table, lang);
    if !notes.is_empty() {
        writeln!(out)?;
    }
    notes.iter().try_for_each(|note| writeln!(out, "- {}", escape(note)))?;
    out.flush()
}

/// Text that is no markup, on one line.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in neutralise(text).chars() {
        match c {
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' => out.extend(['\\', c]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            _ => out.push(c),
        }
    }
    out
}

/// What a row is: names could be called like the sum.
fn kind(head: &Head) -> &'static str {
    match head {
        Head::Named(_) => "group",
        Head::Without => "without",
        Head::Others(_) => "other",
    }
}

/// Columns of CSV that tell people and days.
const NAMES: [&str; 8] = [
    "people",
    "people_stated",
    "days_to_discovery_median",
    "days_to_discovery_p90",
    "days_to_discovery_stated",
    "days_to_publication_median",
    "days_to_publication_p90",
    "days_to_publication_stated",
];

/// Writes CSV: what a row is, its value, its incidents, then people and days, or a cell a column.
pub(super) fn csv(table: &Pivot, out: &mut dyn Write) -> io::Result<()> {
    let mut csv = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(&mut *out);
    let named = |head: &Head| match head {
        Head::Named(name) => guard(name).into_owned(),
        Head::Without => "(none)".to_owned(),
        Head::Others(_) => "(other)".to_owned(),
    };
    let mut head = vec!["row".to_owned(), table.layout.by.as_str().to_owned(), "incidents".to_owned()];
    match table.layout.across {
        Some(_) => head.extend(table.columns.iter().map(|(head, _)| named(head))),
        None => head.extend(NAMES.map(str::to_owned)),
    }
    csv.write_record(&head).map_err(io::Error::other)?;
    let cells = |m: &Measures, cell: &dyn Fn(usize) -> usize| -> Vec<String> {
        if table.layout.across.is_some() {
            return (0..table.columns.len()).map(|at| cell(at).to_string()).collect();
        }
        let shown = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
        let mut out = vec![shown(m.people), m.people_stated.to_string()];
        for spread in [m.to_discovery, m.to_publication] {
            out.extend([
                shown(spread.median.map(u64::from)),
                shown(spread.p90.map(u64::from)),
                spread.stated.to_string(),
            ]);
        }
        out
    };
    let mut write = |kind: &str, label: &str, m: &Measures, cell: &dyn Fn(usize) -> usize| {
        let row = [kind.to_owned(), label.to_owned(), m.incidents.to_string()];
        csv.write_record(row.into_iter().chain(cells(m, cell))).map_err(io::Error::other)
    };
    for row in &table.rows {
        let label = if let Head::Named(name) = &row.head { guard(name) } else { "".into() };
        write(kind(&row.head), &label, &row.measures, &|at| row.cell(at))?;
    }
    write("total", "", &table.total, &|at| table.columns.get(at).map_or(0, |(_, n)| *n))?;
    csv.flush()?;
    drop(csv);
    out.flush()
}

/// Writes one object: what goes for all hits, then a row a line.
pub(super) fn json(table: &Pivot, out: &mut dyn Write) -> io::Result<()> {
    let by: Vec<&str> = [Some(table.layout.by), table.layout.across].into_iter().flatten().map(By::as_str).collect();
    out.write_all(b"{\"by\":")?;
    json::write_compact(&mut *out, &by)?;
    out.write_all(b",\n\"total\":")?;
    json::write_compact(&mut *out, &measures(&table.total))?;
    if table.layout.across.is_some() {
        let column = |(head, incidents): &(Head, usize)| {
            let mut column = headed(head);
            column.insert("incidents".into(), json!(incidents));
            column
        };
        out.write_all(b",\n\"columns\":")?;
        json::write_compact(&mut *out, &table.columns.iter().map(column).collect::<Vec<_>>())?;
    }
    out.write_all(b",\n\"rows\":[")?;
    for (at, row) in table.rows.iter().enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        json::write_compact(&mut *out, &object(table, row))?;
    }
    out.write_all(b"\n]}\n")?;
    out.flush()
}

fn object(table: &Pivot, row: &PivotRow) -> serde_json::Map<String, Value> {
    let mut object = headed(&row.head);
    object.extend(measures(&row.measures));
    if table.layout.across.is_some() {
        object.insert("cells".into(), (0..table.columns.len()).map(|at| json!(row.cell(at))).collect());
    }
    object
}

/// What a row or column is, its value, and of how many values the others are.
fn headed(head: &Head) -> serde_json::Map<String, Value> {
    let mut object = serde_json::Map::new();
    object.insert("row".into(), json!(kind(head)));
    object.insert("label".into(), if let Head::Named(name) = head { json!(name) } else { Value::Null });
    if let Head::Others(n) = head {
        object.insert("groups".into(), json!(n));
    }
    object
}

fn measures(m: &Measures) -> serde_json::Map<String, Value> {
    let days = |s: &Spread| json!({ "stated": s.stated, "median": s.median, "p90": s.p90 });
    let told = [
        ("incidents", json!(m.incidents)),
        ("people", json!(m.people)),
        ("people_stated", json!(m.people_stated)),
        ("days_to_discovery", days(&m.to_discovery)),
        ("days_to_publication", days(&m.to_publication)),
    ];
    told.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
