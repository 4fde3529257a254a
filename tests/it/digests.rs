//! Digests of every format, in the variations that pages really have, against what a reader would see in them.

use encoding_rs::{EUC_JP, SHIFT_JIS};
use jikenbo::domain::{Field, ParsedDocument, ParsedEntry};
use jikenbo::ingest::{IngestError, Options, parse};
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;

const NAMES: [&str; 4] = ["numbered", "plain", "news-2014", "category"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/digests")
}

fn source(name: &str) -> String {
    fs::read_to_string(folder().join(format!("{name}.txt"))).unwrap()
}

fn read(name: &str, text: &str) -> ParsedDocument {
    parse(text.as_bytes(), &format!("{name}.txt"), &Options::default()).unwrap()
}

/// One line an entry: line|kind|case number|organisation|title|day|gang. The day only where the headline prints it.
fn row(e: &ParsedEntry) -> String {
    let f = &e.facts;
    let shown = |o: &Option<String>| o.clone().unwrap_or_default();
    let printed = f.rules.get(&Field::Published).is_some_and(|r| r == "headline");
    let day = f.published.filter(|_| printed).map(|d| d.to_string()).unwrap_or_default();
    let parts = [e.line.to_string(), e.kind.to_string(), shown(&f.case_no), shown(&f.org), shown(&f.title), day];
    format!("{}|{}", parts.join("|"), shown(&f.gang))
}

fn rows(d: &ParsedDocument) -> Vec<String> {
    d.entries.iter().map(row).collect()
}

fn expected(name: &str) -> Vec<String> {
    fs::read_to_string(folder().join(format!("{name}.expected"))).unwrap().lines().map(str::to_owned).collect()
}

/// Whatever was read: entries in order, text and bytes in place, proofs inside the text.
fn check_places(d: &ParsedDocument, raw: &[u8]) {
    let mut last = (0, 0);
    for e in &d.entries {
        assert!(e.line > last.0, "line {} after {}", e.line, last.0);
        assert!(e.bytes.0 >= last.1 && e.bytes.0 <= e.bytes.1 && e.bytes.1 <= raw.len(), "{:?}", e.bytes);
        last = (e.line, e.bytes.1);
        assert_eq!(e.line, 1 + raw[..e.bytes.0].iter().filter(|b| **b == b'\n').count());
        for (field, span) in e.facts.evidence.iter().flat_map(|(f, s)| s.iter().map(move |s| (f, s))) {
            assert!(span.of(&e.text).is_some_and(|t| !t.is_empty()), "{field}: {span:?}");
        }
        if d.meta.encoding == "UTF-8" {
            let bytes = &raw[e.bytes.0..e.bytes.1];
            assert_eq!(e.text.as_bytes(), bytes.strip_suffix(b"\r").unwrap_or(bytes));
        }
    }
}

#[test]
fn every_format_is_split_as_a_reader_would() {
    for name in NAMES {
        let text = source(name);
        let d = read(name, &text);
        assert_eq!(rows(&d), expected(name), "{name}");
        check_places(&d, text.as_bytes());
    }
}

#[test]
fn line_ends_and_marks_change_nothing_but_places() {
    for name in NAMES {
        let text = source(name);
        for variant in [text.replace('\n', "\r\n"), format!("\u{FEFF}{text}"), text.trim_end().to_owned()] {
            let d = read(name, &variant);
            assert_eq!(rows(&d), expected(name), "{name}");
            check_places(&d, variant.as_bytes());
        }
    }
}

#[test]
fn other_encodings_give_the_same_entries() {
    for name in NAMES {
        let text = source(name).replace('\u{A0}', "\u{3000}").replace('•', "・");
        for encoding in [SHIFT_JIS, EUC_JP] {
            let (raw, _, lost) = encoding.encode(&text);
            assert!(!lost, "{name}");
            let d = parse(&raw, &format!("{name}.txt"), &Options::default()).unwrap();
            assert_eq!(d.meta.encoding, encoding.name());
            assert_eq!(rows(&d), expected(name), "{name}");
            check_places(&d, &raw);
            for e in &d.entries {
                let (again, _, _) = encoding.encode(&e.text);
                assert_eq!(&raw[e.bytes.0..e.bytes.1], again.as_ref(), "{name}:{}", e.line);
            }
        }
    }
}

#[test]
fn labels_addresses_and_warnings_are_kept() {
    let numbered = read("numbered", &source("numbered"));
    assert!(numbered.entries.iter().all(|e| e.label.as_deref() == Some("インシデント:設定ミス")));
    let warned = |line| numbered.entries.iter().find(|e| e.line == line).unwrap().facts.warnings.join("\n");
    assert!(warned(82).contains("2017根7月8日"), "{}", warned(82));
    assert!(warned(115).contains("2021"), "{}", warned(115));
    let news = read("news-2014", &source("news-2014"));
    assert_eq!(news.entries[0].url.as_deref(), Some("http://www.city.kirimisaki.example/20141119mail.html"));
    assert!(news.warnings[0].contains("2014"), "{:?}", news.warnings);
    let category = read("category", &source("category"));
    assert!(category.entries.iter().all(|e| e.label.as_deref() == Some("設定不備")));
}

#[test]
fn the_year_of_a_digest_comes_from_where_it_is_told() {
    let text = source("news-2014").replace("20141119mail", "mail");
    let options = |year, url: Option<&str>| Options { year, source_url: url.map(str::to_owned) };
    let notes = |o: &Options, path: &str| parse(text.as_bytes(), path, o).unwrap().warnings.join(" ");
    assert_eq!(notes(&options(Some(2014), None), "a.txt"), "");
    assert!(notes(&options(None, Some("https://a.example/2014/11/x.html")), "a.txt").contains("its address"));
    assert!(notes(&options(None, None), "a-2014.txt").contains("its path"));
    assert!(notes(&options(None, None), "a.txt").contains("--year"));
}

#[test]
fn what_cannot_be_read_says_why() {
    let wrong = |bytes: &[u8]| parse(bytes, "a", &Options::default()).unwrap_err();
    assert_eq!(wrong(b""), IngestError::Empty);
    assert_eq!(wrong("\u{FEFF} \n\u{A0}\n".as_bytes()), IngestError::Empty);
    assert_eq!(wrong("買い物の覚え書き\n\n牛乳\n卵\n".as_bytes()), IngestError::UnknownFormat);
    assert!(matches!(wrong(b"<!DOCTYPE html><html></html>"), IngestError::Unsupported { .. }));
    let (sjis, _, _) = SHIFT_JIS.encode("◎霧岬市、名簿を紛失\n霧岬市は発表した");
    let message = wrong(&sjis[..sjis.len() - 1]).to_string();
    assert!(message.contains("Shift_JIS") && message.contains("line 2"), "{message}");
}

/// A fixture with lines dropped, doubled, swapped or cut.
fn damaged() -> impl Strategy<Value = String> {
    (0..NAMES.len(), prop::collection::vec((0_usize..400, 0_u8..5, 0_usize..60), 1..12)).prop_map(|(name, acts)| {
        let mut lines: Vec<String> = source(NAMES[name]).lines().map(str::to_owned).collect();
        for (at, act, n) in acts {
            let count = lines.len();
            let at = at % count;
            match act {
                0 => lines[at].clear(),
                1 => lines.insert(at, lines[at].clone()),
                2 => lines.swap(at, n % count),
                3 => lines[at] = lines[at].chars().take(n).collect(),
                _ => lines[at].extend(
                    ["\u{A0}", "】", "2024/2/30", "\u{202E}", "、", "◎"].iter().cycle().skip(n).take(2).copied(),
                ),
            }
        }
        lines.join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(d) = parse(&bytes, "a", &Options::default()) {
            check_places(&d, &bytes);
        }
    }

    #[test]
    fn damaged_digests_keep_their_places(text in damaged()) {
        if let Ok(d) = parse(text.as_bytes(), "a", &Options::default()) {
            check_places(&d, text.as_bytes());
        }
    }
}
