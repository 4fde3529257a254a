//! Texts that would break out of a format of export, in every field of a record, through every format: the structure of
//! what is written is that of harmless records, and nothing in it is a formula, markup or a line of the reader's own.

use super::ways_out::sheets;
use crate::support::payloads::{INJECTIONS, texts};
use crate::support::terminal::{Own, leak};
use jikenbo::domain::{ExportFormat, IncidentId, Note, Record, Related, Span, Tag};
use jikenbo::export::{COLUMNS, Options, TimesketchForm, exporter};
use jikenbo::text::{fold, is_invisible};
use regex::Regex;
use serde_json::Value;
use std::collections::BTreeSet;

/// A record with a text wherever text can stand.
fn record(number: usize, text: &str) -> Record {
    let mut r: Record = serde_json::from_str(include_str!("../../../assets/schema/incident.example.json")).unwrap();
    let some = || Some(text.to_owned());
    r.id = IncidentId::from_hash(number as u64 + 1);
    r.text = format!("{text}\n{text}");
    r.source.path = text.to_owned();
    r.source.url = some();
    r.source.label = some();
    r.case = some();
    let facts = &mut r.facts;
    (facts.org, facts.title, facts.third_party, facts.gang, facts.case_no) = (some(), some(), some(), some(), some());
    facts.actions = vec![text.to_owned()];
    facts.data_types = vec![text.to_owned()];
    facts.warnings = vec![text.to_owned()];
    facts.timeline.iter_mut().for_each(|e| (e.text, e.span) = (text.to_owned(), Span::new(0, text.len())));
    facts.evidence.values_mut().for_each(|spans| *spans = vec![Span::new(0, text.len())]);
    r.related = vec![Related { id: IncidentId::from_hash(1), why: text.to_owned() }];
    r.triage.tags = Tag::new(text.trim()).into_iter().collect();
    r.triage.notes =
        vec![Note { by: text.to_owned(), at: "2024-06-01T00:00:00.000Z".to_owned(), text: text.to_owned() }];
    r.triage.corrections.clear();
    r
}

fn injected() -> Vec<Record> {
    let all = INJECTIONS.iter().map(|(_, text)| (*text).to_owned()).chain(texts().into_iter().map(|(_, text)| text));
    all.enumerate().map(|(n, text)| record(n, &text)).collect()
}

fn exported(format: ExportFormat, records: &[Record], options: Options) -> Vec<u8> {
    let mut out = Vec::new();
    let mut exporter = exporter(format, &mut out, options);
    records.iter().for_each(|r| exporter.record(r).unwrap());
    exporter.finish().unwrap();
    drop(exporter);
    out
}

fn text_of(format: ExportFormat, records: &[Record]) -> String {
    String::from_utf8(exported(format, records, Options::default())).unwrap()
}

/// Whether a spreadsheet may take a cell for a formula: said anew here, not by the guard itself.
fn is_formula(cell: &str) -> bool {
    let begins = |s: &str| s.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let skipped = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c) || c == '"' || c == '\u{ff02}';
    begins(cell) || begins(&fold(cell.trim_start_matches(skipped)).text)
}

fn rows(csv: &[u8]) -> Vec<csv::StringRecord> {
    csv::ReaderBuilder::new().has_headers(false).from_reader(csv).records().map(Result::unwrap).collect()
}

#[test]
fn tables_keep_their_rows_and_run_nothing() {
    let records = injected();
    let csv = rows(&exported(ExportFormat::Csv, &records, Options::default()));
    assert_eq!(csv.len(), records.len() + 1);
    let raw = rows(&exported(ExportFormat::Csv, &records, Options { raw: true, ..Options::default() }));
    let org = COLUMNS.iter().position(|c| c.name == "org").unwrap();
    for (n, r) in records.iter().enumerate() {
        let of = |rows: &[csv::StringRecord]| rows[n + 1][org].to_owned();
        let text = r.facts.org.clone().unwrap();
        assert_eq!(of(&raw), text);
        assert!(of(&csv) == text || of(&csv) == format!("'{text}"), "{text:?}");
    }
    // The zone of an event is what the importer wants it to be.
    for format in [ExportFormat::Csv, ExportFormat::Timesketch, ExportFormat::Iris] {
        let all = rows(&exported(format, &records, Options::default()));
        assert!(all.len() > records.len(), "{format}");
        let cells = all.iter().flat_map(|row| row.iter());
        let formula = cells.filter(|c| *c != "+09:00").find(|c| is_formula(c));
        assert_eq!(formula, None, "{format}");
    }
    for cell in ["=1", "＝1", " -1", "\"=1\"", "\u{200b}@x", "\t1"] {
        assert!(is_formula(cell), "{cell:?}");
    }
}

#[test]
fn rows_without_quotes_are_rows_to_every_reader() {
    let records = injected();
    let tsv = text_of(ExportFormat::Tsv, &records);
    // What Python calls line ends, which are the most.
    let ends = ['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}', '\u{2028}', '\u{2029}'];
    let lines: Vec<&str> = tsv.strip_suffix('\n').unwrap().split(ends).collect();
    assert_eq!(lines.len(), records.len() + 1);
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), COLUMNS.len(), "{line}");
        assert_eq!(cells.iter().find(|c| is_formula(c)), None);
    }
}

#[test]
fn json_of_every_kind_is_json_with_nothing_but_its_own_types() {
    let records = injected();
    let lines = text_of(ExportFormat::Ndjson, &records);
    let read: Vec<Record> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(read, records, "nothing is lost");
    let array: Vec<Record> = serde_json::from_str(&text_of(ExportFormat::Json, &records)).unwrap();
    assert_eq!(array, records);
    for format in [ExportFormat::Veris, ExportFormat::Misp] {
        let all: Vec<Value> = serde_json::from_str(&text_of(format, &records)).unwrap();
        assert_eq!(all.len(), records.len(), "{format}");
    }
    let stix: Value = serde_json::from_str(&text_of(ExportFormat::Stix, &records)).unwrap();
    let types: BTreeSet<&str> =
        stix["objects"].as_array().unwrap().iter().map(|o| o["type"].as_str().unwrap()).collect();
    assert_eq!(types, BTreeSet::from(["identity", "incident", "relationship", "report"]));
    let jsonl = Options { timesketch: TimesketchForm::Jsonl, ..Options::default() };
    let jsonl = String::from_utf8(exported(ExportFormat::Timesketch, &records, jsonl)).unwrap();
    assert!(jsonl.lines().all(|l| serde_json::from_str::<Value>(l).unwrap()["message"].is_string()));
    for format in
        [ExportFormat::Json, ExportFormat::Ndjson, ExportFormat::Veris, ExportFormat::Misp, ExportFormat::Stix]
    {
        assert_eq!(leak(text_of(format, &records).as_bytes(), Own::Nothing), None, "{format}");
    }
}

#[test]
fn a_report_in_markdown_holds_no_markup_of_others() {
    let markdown = text_of(ExportFormat::Markdown, &injected());
    assert_eq!(leak(markdown.as_bytes(), Own::Nothing), None);
    let escape = Regex::new(r"\\[!-/:-@\[-`{-~]").unwrap();
    let begins = Regex::new(r"^($|# |##+ |- [^\s>+#*-]|\||[^\s#>|+*`~=_-])").unwrap();
    let numbered = Regex::new(r"^(- )?[0-9]+[.)]( |$)").unwrap();
    let mut columns = 0;
    for line in markdown.lines() {
        let bare = escape.replace_all(line, "x");
        assert!(!bare.contains(['<', '>', '[', ']', '`', '*', '~', '$', '&']), "{line}");
        assert!(begins.is_match(&bare) && !numbered.is_match(&bare), "{line}");
        if bare.starts_with('|') {
            let bars = bare.matches('|').count();
            assert!(columns == 0 || columns == bars, "{line}");
            columns = bars;
        } else {
            assert!(!bare.contains('|'), "{line}");
            columns = 0;
        }
    }
}

#[test]
fn a_report_in_html_holds_its_own_elements_only() {
    let html = text_of(ExportFormat::Html, &injected());
    assert_eq!(leak(html.as_bytes(), Own::Nothing), None);
    let element = Regex::new(r#"^/?([a-z0-9]+)((?: [a-zA-Z0-9-]+="[^"<>]*")*)/?$"#).unwrap();
    let attribute = Regex::new(r#" ([a-zA-Z0-9-]+)="([^"]*)""#).unwrap();
    let (_, body) = html.split_once("</style>").unwrap();
    let allowed = "a article body b caption circle details div figcaption figure h1 h2 h3 head header html i li line main ol p path \
                   pre q rect section span summary svg table tbody td text th thead time title tr ul";
    let allowed: BTreeSet<&str> = allowed.split_whitespace().collect();
    for piece in body.split('<').skip(1) {
        let (inside, after) = piece.split_once('>').unwrap();
        let found = element.captures(inside).unwrap_or_else(|| panic!("<{inside}>"));
        assert!(allowed.contains(&found[1]), "<{inside}>");
        assert!(!after.contains('>'), "{after}");
        for a in attribute.captures_iter(&found[2]) {
            assert!(!a[1].starts_with("on") && &a[1] != "src", "<{inside}>");
            let web = |v: &str| v.starts_with('#') || v.starts_with("http://") || v.starts_with("https://");
            assert!(&a[1] != "href" || web(&a[2]), "<{inside}>");
            assert!(&a[1] != "style" || a[2].starts_with("width:"), "<{inside}>");
        }
    }
    // Ampersands begin entities of the writer's own.
    let entity = Regex::new("^(amp|lt|gt|quot|#39);").unwrap();
    assert!(body.split('&').skip(1).all(|rest| entity.is_match(rest)));
}

#[test]
fn a_calendar_holds_its_own_lines_only() {
    let ics = text_of(ExportFormat::Ics, &injected());
    assert_eq!(leak(ics.as_bytes(), Own::Nothing), None);
    let lines: Vec<&str> = ics.split("\r\n").collect();
    assert!(lines.iter().all(|l| l.len() <= 75 && !l.contains(['\r', '\n'])));
    let names =
        "BEGIN CALSCALE CATEGORIES DESCRIPTION DTEND DTSTAMP DTSTART END METHOD PRODID SUMMARY TRANSP UID URL VERSION";
    let names: BTreeSet<&str> =
        names.split_whitespace().chain(["X-WR-CALNAME", "STATUS", "CLASS", "LAST-MODIFIED"]).collect();
    let unfolded = ics.replace("\r\n ", "");
    let mut open = Vec::new();
    for line in unfolded.split("\r\n").filter(|l| !l.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("{line}"));
        let (name, _) = name.split_once(';').unwrap_or((name, ""));
        assert!(names.contains(name), "{line}");
        match name {
            "BEGIN" => open.push(value),
            "END" => assert_eq!(open.pop(), Some(value)),
            "SUMMARY" | "DESCRIPTION" => {
                let bare = value.replace("\\\\", "").replace("\\;", "").replace("\\,", "").replace("\\n", "");
                assert!(!bare.contains(['\\', ';', ',']), "{line}");
            }
            _ => {}
        }
        assert!(name != "BEGIN" || matches!(value, "VCALENDAR" | "VEVENT"), "{line}");
    }
    assert!(open.is_empty());
}

#[test]
fn a_diagram_holds_its_own_lines_only() {
    let diagram = text_of(ExportFormat::Mermaid, &injected());
    assert_eq!(leak(diagram.as_bytes(), Own::Nothing), None);
    let own = "^(timeline|    title [A-Za-z ]+|    section [0-9]{4}-[0-9]{2}|        [0-9]{4}-[0-9]{2}-[0-9]{2} : [^:;#%<>\"{}&`\\\\]+| {19}: [^:;#%<>\"{}&`\\\\]+)$";
    let own = Regex::new(own).unwrap();
    for line in diagram.lines() {
        assert!(own.is_match(line), "{line}");
    }
}

#[test]
fn a_workbook_is_xml_without_formulas() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.xlsx");
    std::fs::write(&file, exported(ExportFormat::Xlsx, &injected(), Options::default())).unwrap();
    let Some(sheets) = sheets(&file) else { return };
    assert_eq!(leak(sheets.as_bytes(), Own::Nothing), None);
    assert!(!sheets.contains("<f>") && !sheets.contains("<f "), "a formula");
    let text = Regex::new("(?s)<(?:t|v)(?: [^>]*)?>(.*?)</(?:t|v)>").unwrap();
    let mut cells = 0;
    for cell in text.captures_iter(&sheets) {
        let text = quick_xml::escape::unescape(&cell[1]).unwrap();
        assert!(text.parse::<f64>().is_ok() || !is_formula(&text), "{text}");
        cells += 1;
    }
    assert!(cells > 1_000, "{cells}");
    // A cell that looks like an escape of the format is one no more.
    assert!(sheets.contains("_x005F_x0041_"), "an escape is read as what it stands for");
}
