//! `jikenbo list`: the incidents that a query finds.

use super::context::Context;
use super::index;
use super::out::Out;
use super::query_words::{QueryWords, help};
use super::table::{Column, Row, Table};
use crate::domain::{ExportFormat, Key};
use crate::export::{Options, guard, tsv_cell};
use crate::jobs;
use crate::query::ast::{Sort, SortField};
use crate::store::Store;
use crate::text::json;
use std::io::{self, Write};

/// Incidents that are fetched from the store at once.
const PAGE: usize = 1000;

/// Lists the incidents that a query finds
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// What to show, separated by commas
    #[arg(long, value_name = "NAMES", value_enum, value_delimiter = ',')]
    columns: Option<Vec<Column>>,
    /// The order: published people org title action status case; `-` before it turns it round
    #[arg(long, value_name = "FIELD", value_parser = sort, allow_hyphen_values = true)]
    sort: Option<Sort>,
    /// Most incidents to show
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// The form; json and ndjson give whole records unless columns are named
    #[arg(long, value_name = "FORM", value_enum, default_value = "table")]
    format: Format,
}

/// The forms of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Aligned, for people
    Table,
    /// One array
    Json,
    /// One object a line
    Ndjson,
    /// Comma-separated, with a header
    Csv,
    /// Tab-separated, with a header
    Tsv,
    /// One id a line
    Ids,
}

fn sort(text: &str) -> Result<Sort, String> {
    let (descending, name) = match text.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, text),
    };
    let found = SortField::ALL.into_iter().find(|(_, n)| *n == name);
    found.map(|(field, _)| Sort { field, descending }).ok_or_else(|| {
        let names: Vec<&str> = SortField::ALL.iter().map(|(_, n)| *n).collect();
        format!("a list is sorted by one of {}, with `-` before it from the greatest down", names.join(" "))
    })
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let mut query = args.query.query(cx)?;
    if let Some(sort) = args.sort {
        query.sort = sort;
    }
    let store = cx.open()?;
    let found = index::search(&store, &query, cx)?;
    let keys = found.keys.get(..args.limit.unwrap_or(usize::MAX)).unwrap_or(&found.keys);
    let columns = args.columns.as_deref();
    let chosen = columns.unwrap_or(&Column::DEFAULT);
    match (args.format, columns) {
        (Format::Table, _) => table(&store, keys, chosen, cx),
        (Format::Ids, _) => ids(&store, keys, &mut cx.out),
        (Format::Csv, _) => separated(&store, keys, chosen, csv_line, &mut cx.out),
        (Format::Tsv, _) => separated(&store, keys, chosen, tsv_line, &mut cx.out),
        (Format::Json, None) => records(&store, keys, ExportFormat::Json, &mut cx.out),
        (Format::Ndjson, None) => records(&store, keys, ExportFormat::Ndjson, &mut cx.out),
        (Format::Json, Some(columns)) => objects(&store, keys, columns, true, cx.out.raw()),
        (Format::Ndjson, Some(columns)) => objects(&store, keys, columns, false, cx.out.raw()),
    }
}

/// Hands the rows of the incidents on in pages, in order; none at all is one empty page.
fn each_page(
    store: &Store,
    keys: &[Key],
    columns: &[Column],
    page: &mut dyn FnMut(&[Row]) -> io::Result<()>,
) -> anyhow::Result<()> {
    if keys.is_empty() {
        page(&[])?;
    }
    for keys in keys.chunks(PAGE) {
        let rows: Vec<Row> = if columns.iter().all(|c| c.is_in_row()) {
            store.rows(keys)?.into_iter().map(Row::from).collect()
        } else {
            let mut rows = Vec::with_capacity(keys.len());
            store.each_record::<anyhow::Error>(keys, &mut |record| {
                rows.push(Row::of_record(record));
                Ok(())
            })?;
            rows
        };
        page(&rows)?;
    }
    Ok(())
}

/// Writes the table for people.
pub(super) fn table(store: &Store, keys: &[Key], columns: &[Column], cx: &mut Context) -> anyhow::Result<()> {
    let mut table = Table::new(columns, cx.ambiguous(), cx.out.columns());
    each_page(store, keys, columns, &mut |rows| table.page(rows, &mut cx.out))
}

fn ids(store: &Store, keys: &[Key], out: &mut Out) -> anyhow::Result<()> {
    for keys in keys.chunks(PAGE) {
        for id in store.ids(keys)? {
            writeln!(out.raw(), "{id}")?;
        }
    }
    Ok(())
}

fn records(store: &Store, keys: &[Key], format: ExportFormat, out: &mut Out) -> anyhow::Result<()> {
    jobs::export::to_writer(store, format, out.raw(), keys, Options::default())?;
    Ok(())
}

fn objects(store: &Store, keys: &[Key], columns: &[Column], array: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut begun = false;
    each_page(store, keys, columns, &mut |rows| {
        for row in rows {
            let before: &[u8] = match (array, std::mem::replace(&mut begun, true)) {
                (true, false) => b"[\n",
                (true, true) => b",\n",
                (false, false) => b"",
                (false, true) => b"\n",
            };
            out.write_all(before)?;
            let object = columns.iter().map(|c| (c.field().to_owned(), row.value(*c)));
            json::write_compact(&mut *out, &object.collect::<serde_json::Map<_, _>>())?;
        }
        Ok(())
    })?;
    out.write_all(match (array, begun) {
        (true, true) => b"\n]\n".as_slice(),
        (true, false) => b"[]\n",
        (false, true) => b"\n",
        (false, false) => b"",
    })?;
    Ok(())
}

/// Writes CSV or TSV, with a header.
fn separated(store: &Store, keys: &[Key], columns: &[Column], line: Line, out: &mut Out) -> anyhow::Result<()> {
    let mut out = out.plain();
    out.write_all(&line(&columns.iter().map(|c| c.field().to_owned()).collect::<Vec<_>>())?)?;
    each_page(store, keys, columns, &mut |rows| {
        for row in rows {
            out.write_all(&line(&columns.iter().map(|c| row.cell(*c)).collect::<Vec<_>>())?)?;
        }
        Ok(())
    })?;
    Ok(out.flush()?)
}

/// Makes a line of cells, with its end.
type Line = fn(&[String]) -> io::Result<Vec<u8>>;

fn csv_line(cells: &[String]) -> io::Result<Vec<u8>> {
    let mut line = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    line.write_record(cells.iter().map(|c| guard(c).into_owned())).map_err(io::Error::other)?;
    line.into_inner().map_err(|e| io::Error::other(e.to_string()))
}

fn tsv_line(cells: &[String]) -> io::Result<Vec<u8>> {
    let cells: Vec<String> = cells.iter().map(|c| tsv_cell(&guard(c))).collect();
    Ok((cells.join("\t") + "\n").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_cells_stays_one_line() {
        let cells = ["a\tb\nc".to_owned(), "=1".to_owned(), "d\"e".to_owned()];
        assert_eq!(tsv_line(&cells).unwrap(), b"a b c\t'=1\td\"e\n");
        assert_eq!(csv_line(&cells).unwrap(), b"\"a\tb\nc\",'=1,\"d\"\"e\"\r\n");
    }

    #[test]
    fn an_order_has_a_name_and_a_direction() {
        assert_eq!(sort("people"), Ok(Sort { field: SortField::People, descending: false }));
        assert_eq!(sort("-org"), Ok(Sort { field: SortField::Org, descending: true }));
        assert!(sort("size").unwrap_err().contains("published people org"));
    }
}
