//! Records that hold anything at all, in every format: written whole, and in the form that the format promises.

use super::in_time;
use jikenbo::domain::{ExportFormat, IncidentId, Kind, Record, Source, Span, Triage};
use jikenbo::export::{Options, TimesketchForm, exporter};
use jikenbo::ingest::{Options as Reading, Reading as As, parse};
use jikenbo::lang::Lang;
use jikenbo::text::neutral::is_unsafe;
use std::collections::BTreeSet;

/// Exports the bytes: lines that are records as these, anything else as the one notice that it is read as.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    let mut records: Vec<Record> =
        bytes.split(|b| *b == b'\n').take(8).filter_map(|line| serde_json::from_slice(line).ok()).collect();
    if records.is_empty() {
        records.extend(notice(bytes));
    }
    if records.is_empty() {
        return;
    }
    let n = bytes.len();
    for format in ExportFormat::ALL {
        // A workbook takes as long as all others together.
        if format == ExportFormat::Xlsx && !n.is_multiple_of(16) {
            continue;
        }
        let options = Options {
            raw: n % 2 == 1,
            bom: n % 3 == 1,
            timesketch: if n % 5 < 2 { TimesketchForm::Jsonl } else { TimesketchForm::Csv },
            now: chrono::DateTime::from_timestamp(1_720_000_000, 0).unwrap(),
            lang: if n % 7 < 3 { Lang::Ja } else { Lang::En },
        };
        let out = in_time(n, || exported(format, &records, options));
        is_sound(format, &out, &records, options);
    }
}

/// The bytes read as one notice, with what analysts add.
fn notice(bytes: &[u8]) -> Option<Record> {
    let document = parse(bytes, "n.txt", &Reading { reading: As::Notice, ..Reading::default() }).ok()?;
    let entry = document.entries.into_iter().next()?;
    let source = Source {
        path: entry.facts.title.clone().unwrap_or_default(),
        line: entry.line,
        url: entry.facts.org.clone(),
        label: entry.facts.org.clone(),
        sha256: document.meta.sha256,
        bytes: Span::new(entry.bytes.0, entry.bytes.1),
    };
    let (id, facts, text) = (IncidentId::from_hash(7), entry.facts, entry.text);
    let case = facts.case_no.clone();
    let triage = Triage { by: vec![text.chars().take(9).collect()], ..Triage::default() };
    Some(Record { id, kind: Kind::Incident, source, text, case, facts, related: Vec::new(), related_total: 0, triage })
}

fn exported(format: ExportFormat, records: &[Record], options: Options) -> Vec<u8> {
    let mut out = Vec::new();
    let mut exporter = exporter(format, &mut out, options);
    for record in records {
        exporter.record(record).unwrap_or_else(|e| panic!("{format}: {e}"));
    }
    exporter.finish().unwrap_or_else(|e| panic!("{format}: {e}"));
    drop(exporter);
    out
}

fn is_sound(format: ExportFormat, out: &[u8], records: &[Record], options: Options) {
    if format == ExportFormat::Xlsx {
        return assert!(out.starts_with(b"PK"), "{format}");
    }
    let text = std::str::from_utf8(out).unwrap_or_else(|e| panic!("{format}: {e}"));
    let each = |lines: &str| lines.lines().for_each(|l| drop(is_json(format, l)));
    match format {
        ExportFormat::Json | ExportFormat::Veris | ExportFormat::Misp => {
            let list = is_json(format, text);
            assert_eq!(list.as_array().map(Vec::len), Some(records.len()), "{format}");
        }
        ExportFormat::Stix => drop(is_json(format, text)),
        ExportFormat::Ndjson => {
            each(text);
            assert_eq!(text.lines().count(), records.len(), "{format}");
        }
        ExportFormat::Timesketch if options.timesketch == TimesketchForm::Jsonl => each(text),
        ExportFormat::Csv => assert_eq!(rows(format, text), records.len(), "{format}"),
        ExportFormat::Timesketch | ExportFormat::Iris => drop(rows(format, text)),
        ExportFormat::Tsv => {
            let columns: BTreeSet<usize> = text.lines().map(|l| l.matches('\t').count()).collect();
            assert_eq!((columns.len(), text.lines().count()), (1, records.len() + 1), "{format}: {text:?}");
        }
        ExportFormat::Ics => is_calendar(text),
        ExportFormat::Html => {
            let lower = text.to_ascii_lowercase();
            assert!(!lower.contains("<script") && lower.trim_end().ends_with("</html>"), "{format}");
        }
        ExportFormat::Markdown | ExportFormat::Mermaid | ExportFormat::Xlsx => {}
    }
}

/// The value of a text that has to be JSON without any character that a terminal obeys.
fn is_json(format: ExportFormat, text: &str) -> serde_json::Value {
    let bad = text.chars().find(|c| is_unsafe(*c) && *c != '\n');
    assert!(bad.is_none(), "{format}: {bad:?}");
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{format}: {e}: {text}"))
}

/// How many rows a table has below its head; all have as many cells.
fn rows(format: ExportFormat, text: &str) -> usize {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let rows: Vec<_> = reader.records().map(|r| r.unwrap_or_else(|e| panic!("{format}: {e}: {text:?}"))).collect();
    rows.len()
}

/// Lines end in CR LF, hold at most 75 bytes, and blocks close in the order in which they open.
fn is_calendar(text: &str) {
    assert!(text.ends_with("\r\n"), "{text:?}");
    let mut open = Vec::new();
    for line in text.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75 && !line.is_empty(), "{line:?}");
        assert!(!line.contains(|c: char| c.is_control() && c != '\t'), "{line:?}");
        if let Some(block) = line.strip_prefix("BEGIN:") {
            open.push(block);
        } else if let Some(block) = line.strip_prefix("END:") {
            assert_eq!(open.pop(), Some(block), "{text:?}");
        }
    }
    assert!(open.is_empty(), "{open:?}");
}
