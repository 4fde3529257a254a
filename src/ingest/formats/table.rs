//! A table that somebody keeps by hand or copied from a page: a row names the columns (`公表日 | 組織 | 件名`), cells are
//! parted by bars or tabs, and every row below is an entry; the cells behind its headline are its body.

use super::news_digest::address;
use super::{Draft, Split, Sure};
use crate::domain::{Confidence, Kind};
use crate::ingest::day;
use crate::ingest::doc::{Doc, trimmed_range};
use crate::ingest::extract::Head;
use crate::ingest::headline::Part;
use crate::ingest::year;
use crate::lexicon::headlines::headlines;
use crate::text::fold;

/// Signs that part cells.
const BARS: [char; 4] = ['|', '｜', '│', '\t'];

/// In how many of a document's first lines the columns have to be named.
const OPENING: usize = 60;

/// Which cells hold what.
#[derive(Clone, Copy, Debug)]
struct Columns {
    bar: char,
    org: usize,
    title: usize,
    day: Option<usize>,
}

/// How well a document fits: its columns are named, and most of its lines are the table's.
pub fn fits(doc: &Doc) -> f32 {
    let named = (0..doc.count().min(OPENING)).any(|i| columns(doc.line(i)).is_some());
    if !named {
        return 0.0;
    }
    let rows = rows(doc).len();
    let drawn = |i: &usize| is_rule(doc.line(*i)) || columns(doc.line(*i)).is_some();
    let lines = (0..doc.count()).filter(|i| doc.is_text(*i) && !drawn(i)).count();
    if rows >= 2 && rows * 2 > lines { 0.97 } else { 0.0 }
}

/// Takes a table apart.
pub fn split(doc: &Doc) -> Split {
    let mut drafts: Vec<Draft> = rows(doc).into_iter().map(|(i, columns)| entry(doc, i, columns)).collect();
    year::settle(doc, &mut drafts);
    let drawn = |i: &usize| is_rule(doc.line(*i)) || columns(doc.line(*i)).is_some();
    let known = (0..doc.count()).filter(drawn).map(|i| (i, i + 1)).collect();
    Split { drafts, known, ..Split::default() }
}

/// The lines that are rows, each with the columns named above it. A line without cells ends a table.
fn rows(doc: &Doc) -> Vec<(usize, Columns)> {
    let (mut named, mut rows): (Option<Columns>, _) = (None, Vec::new());
    for i in (0..doc.count()).filter(|i| doc.is_text(*i)) {
        let line = doc.line(i);
        if let Some(columns) = columns(line) {
            named = Some(columns);
            continue;
        }
        named = named.filter(|n| line.contains(n.bar));
        let Some(columns) = named else { continue };
        let cells = cells(line, columns.bar);
        let holds = |n: usize| cells.get(n).is_some_and(|(from, to)| from < to);
        if holds(columns.org) && holds(columns.title) && !is_rule(line) {
            rows.push((i, columns));
        }
    }
    rows
}

/// The columns that a line names, if it is the row that does.
fn columns(line: &str) -> Option<Columns> {
    let bar = line.chars().find(|c| BARS.contains(c))?;
    let names: Vec<String> =
        cells(line, bar).into_iter().map(|(a, b)| fold(line.get(a..b).unwrap_or_default()).text).collect();
    // Of several columns that may hold it, the word that stands first in the list says which does.
    let column = |words: &[String]| words.iter().find_map(|w| names.iter().position(|n| n == w));
    let words = headlines();
    let (org, title) = (column(&words.org_columns)?, column(&words.title_columns)?);
    Some(Columns { bar, org, title, day: column(&words.day_columns) })
}

/// The cells of a line, as bytes of it without the white space around them. Bars around the row part nothing.
fn cells(line: &str, bar: char) -> Vec<Part> {
    let (start, end) = match bar {
        '\t' => (0, line.len()),
        _ => trimmed_range(line),
    };
    let whole = line.get(start..end).unwrap_or_default();
    let inner = if bar == '\t' { whole } else { whole.strip_prefix(bar).unwrap_or(whole) };
    let mut at = start + whole.len() - inner.len();
    let mut cells = Vec::new();
    for cell in inner.split(bar) {
        let (from, to) = trimmed_range(cell);
        cells.push((at + from, at + to));
        at += cell.len() + bar.len_utf8();
    }
    cells
}

/// Tells whether a line only draws the table.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || BARS.contains(&c) || matches!(c, '-' | ':' | '─' | '┼' | '+' | '=' | '―'))
}

fn entry(doc: &Doc, i: usize, columns: Columns) -> Draft {
    let line = doc.line(i);
    let cells = cells(line, columns.bar);
    let cell = |n: usize| cells.get(n).copied().unwrap_or_default();
    let text = |(from, to): Part| line.get(from..to).unwrap_or_default();
    let take = |part: Part| Some((text(part).to_owned(), doc.span(i, part)));
    let last = columns.org.max(columns.title).max(columns.day.unwrap_or_default());
    let body = cells.get(last + 1).map_or(doc.end(i), |(from, _)| doc.start(i) + from);
    let mut head = Head { org: take(cell(columns.org)), title: take(cell(columns.title)), ..Head::default() };
    (head.body, head.body_end) = (body, doc.end(i));
    let dated = columns.day.map(cell).filter(|(from, to)| from < to);
    if let Some(part) = dated {
        match day::whole_line(text(part)).and_then(|printed| Some((printed.day?, printed))) {
            Some((day, p)) => head.published = Some((day, doc.span(i, (part.0 + p.start, part.0 + p.end)))),
            None => head.warnings.push(format!("the date cell {} is no date", text(part))),
        }
    }
    let sure = Sure { org: Confidence::Medium, title: Confidence::Medium, day: Confidence::High };
    let url = address(line).map(str::to_owned);
    Draft { kind: Kind::Incident, first: i, headline: i, after: i + 1, head, sure, label: None, url, year: None }
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_found_with_and_without_bars_around() {
        let told =
            |line: &str, bar| cells(line, bar).into_iter().map(|(a, b)| line[a..b].to_owned()).collect::<Vec<_>>();
        assert_eq!(told("2024/6/6 | 青嶺市 | 名簿", '|'), ["2024/6/6", "青嶺市", "名簿"]);
        assert_eq!(told(" ｜2024/6/6｜青嶺市｜｜", '｜'), ["2024/6/6", "青嶺市", "", ""]);
        assert_eq!(told("\t青嶺市\t名簿 の件", '\t'), ["", "青嶺市", "名簿 の件"]);
    }

    #[test]
    fn a_row_that_names_organisation_and_title_names_the_columns() {
        let at = |line: &str| columns(line).map(|c| (c.org, c.title, c.day));
        assert_eq!(at("| 公表日 | 団体名 | 概要 | 件名 |"), Some((1, 3, Some(0))));
        assert_eq!(at("会社名\tタイトル"), Some((0, 1, None)));
        assert_eq!(at("日付 | 便名 | 行先"), None);
        assert_eq!(at("団体名 件名"), None);
    }
}
