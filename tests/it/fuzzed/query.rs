//! Any text as a query: read, completed, narrowed and run, by the search index, by the store's SQL and by the plain
//! reading of it.

use super::{folder, in_time};
use chrono::{DateTime, NaiveDate};
use jikenbo::analysis::links;
use jikenbo::domain::{Actor, Change, Command, Field, IncidentId, Key, Record, Status, Tag, Verdict};
use jikenbo::ingest::{Options, parse as read};
use jikenbo::query::{self, Known, QueryError, matches_at};
use jikenbo::store::{Ready, Store};
use jikenbo::text::neutral::is_unsafe;
use std::ops::ControlFlow;
use tempfile::TempDir;

const DIGEST: &str = include_str!("../../fixtures/digests/numbered.txt");
const CLAIMS: &str = include_str!("../../fixtures/digests/plain.txt");

/// A small case book and its records by row number.
struct Book {
    store: Store,
    /// Where it stands, with its search index.
    _folder: TempDir,
    records: Vec<(Key, Record)>,
}

thread_local! {
    static BOOK: Book = book();
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 7, 1).unwrap()
}

/// What the query line may ask of a case book.
struct Names;

impl Known for Names {
    fn today(&self) -> NaiveDate {
        day()
    }
    fn text(&self, _: &str) -> Option<&'static str> {
        Some("a word")
    }
    fn tags(&self, _: &str, _: usize) -> Vec<String> {
        ["漏えい", "supply/若宮", "a b", "\""].map(str::to_owned).to_vec()
    }
    fn orgs(&self, _: &str, _: usize) -> Vec<String> {
        ["若草市", "霧岬 (市)", "a\u{202e}b"].map(str::to_owned).to_vec()
    }
    fn third_parties(&self, _: &str, _: usize) -> Vec<String> {
        vec!["海鳴印刷".to_owned()]
    }
    fn gangs(&self, _: &str, _: usize) -> Vec<String> {
        vec!["Lock\u{3000}Out".to_owned()]
    }
    fn analysts(&self, _: &str, _: usize) -> Vec<String> {
        vec!["kei".to_owned(), "rule:lost".to_owned()]
    }
    fn cases(&self, _: &str, _: usize) -> Vec<String> {
        vec!["2024-217".to_owned()]
    }
}

fn book() -> Book {
    let folder = folder();
    let mut store = Store::open(&folder.path().join("cases.db")).unwrap();
    let at = |n: i64| DateTime::from_timestamp(1_720_000_000 + n, 0).unwrap();
    for (n, text) in [DIGEST, CLAIMS].into_iter().enumerate() {
        let document = read(text.as_bytes(), &format!("{n}-2024.txt"), &Options::default()).unwrap();
        let ready = Ready::new(document).unwrap().linked(links::keys);
        store.ingest(&ready, text.as_bytes(), at(n as i64)).unwrap();
    }
    let all = query::parse_without_default("", day()).unwrap();
    let keys = store.search(&all).unwrap().keys.to_vec();
    let ids = store.ids(&keys).unwrap();
    let tag = |name: &str| Change::Tag { add: vec![Tag::new(name).unwrap()], remove: Vec::new() };
    let correct = Change::Correct { field: Field::Org, value: Some("霧岬ＵＳＢ市".into()) };
    let changes = [
        ("kei", tag("漏えい")),
        ("kei", tag("Supply/若宮")),
        ("rule:lost", tag("supply")),
        ("aya", Change::Status { to: Status::Open }),
        ("aya", Change::Status { to: Status::Dismissed }),
        ("aya", Change::Note { text: "再 確認\nOR (a)".to_owned() }),
        ("kei", correct),
        ("kei", Change::Review { field: Field::Published, verdict: Some(Verdict::Rejected) }),
        ("kei", Change::Review { field: Field::Title, verdict: Some(Verdict::Accepted) }),
    ];
    for (n, (by, change)) in changes.into_iter().enumerate() {
        let by = Actor { name: by.to_owned(), uid: 1000 };
        let targets: Vec<IncidentId> = ids.iter().skip(n % 4).step_by(2 + n % 3).cloned().collect();
        store.apply(&Command { change, targets }, &by, at(10 + n as i64)).unwrap();
    }
    store.update_index(&mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(store.index_problem().unwrap(), None);
    let records = keys.into_iter().map(|k| (k, store.record(k).unwrap())).collect();
    Book { store, _folder: folder, records }
}

/// Reads the text as a query; what is wrong is shown where it is, what is right finds the same by SQL and by reading.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let text = text.as_ref();
    completes(text);
    // Only words of letters are read as something else.
    let letters = text.contains(|c: char| c.is_ascii_lowercase());
    for reads in [false, true].into_iter().take(1 + usize::from(letters)) {
        match in_time(text.len(), || query::parse_typed(text, day(), reads)) {
            Err(e) => is_shown(&e, text),
            Ok(q) => BOOK.with(|book| finds_the_same(book, &q, text)),
        }
    }
    if let Ok(q) = query::parse_without_default(text, day()) {
        BOOK.with(|book| keeps_its_meaning(book, &q, text));
    }
}

/// An error stands at a place of the text and can be printed.
fn is_shown(e: &QueryError, text: &str) {
    assert!(text.get(e.at.clone()).is_some(), "{e:?} stands nowhere in {text:?}");
    for shown in [e.to_string(), e.pointed(text)] {
        let bad = shown.chars().find(|c| is_unsafe(*c) && *c != '\n');
        assert!(bad.is_none(), "{bad:?} in {shown:?}");
    }
}

/// Completions take the place of what stands at the cursor.
fn completes(text: &str) {
    let cursors = text.char_indices().map(|(at, _)| at).rev().step_by(5).take(3).chain([text.len()]);
    for cursor in cursors {
        for c in in_time(text.len(), || query::complete(text, cursor, &Names)) {
            let (from, to) = (c.replaces.start, c.replaces.end);
            assert!(text.get(from..to).is_some() && from <= cursor && cursor <= to, "{c:?} at {cursor} of {text:?}");
        }
    }
}

fn keys_of(book: &Book, q: &query::Query) -> Vec<Key> {
    let mut keys: Vec<Key> = book.records.iter().filter(|(k, r)| matches_at(q, *k, r)).map(|(k, _)| *k).collect();
    keys.sort();
    keys
}

fn finds_the_same(book: &Book, q: &query::Query, text: &str) {
    let expected = keys_of(book, q);
    let mut found =
        in_time(text.len(), || book.store.search(q)).unwrap_or_else(|e| panic!("{text:?}: {e}")).keys.to_vec();
    found.sort();
    assert_eq!(found, expected, "{text:?}");
    let mut read = in_time(text.len(), || book.store.search_by_scan(q)).unwrap().keys.to_vec();
    read.sort();
    assert_eq!(read, expected, "{text:?} without the index");
    if q.asks_for_marks() {
        let marked = q.clone().with_marks(&book.records.iter().map(|(k, _)| *k).take(2).collect());
        assert!(!marked.asks_for_marks(), "{text:?}");
        let mut found = book.store.search(&marked).unwrap_or_else(|e| panic!("{text:?}: {e}")).keys.to_vec();
        found.sort();
        assert_eq!(found, keys_of(book, &marked), "{text:?} with marks");
    }
}

/// Brackets change nothing, a negation finds the rest, and a stretch of days takes away what lies outside.
fn keeps_its_meaning(book: &Book, q: &query::Query, text: &str) {
    let found = keys_of(book, q);
    if let Ok(again) = query::parse_without_default(&format!("({text})"), day()) {
        assert_eq!(keys_of(book, &again), found, "({text})");
    }
    if let Ok(other) = query::parse_without_default(&format!("NOT ({text})"), day()) {
        let rest = keys_of(book, &other);
        assert!(rest.iter().all(|k| !found.contains(k)), "NOT ({text})");
        assert_eq!(rest.len() + found.len(), book.records.len(), "NOT ({text})");
    }
    let (from, to) = (NaiveDate::from_ymd_opt(2024, 5, 1).unwrap(), NaiveDate::from_ymd_opt(2024, 6, 10).unwrap());
    let narrow = query::narrowed(text, from, to);
    match query::parse_without_default(&narrow, day()) {
        Ok(q) => {
            let within = |r: &Record| r.facts.published.is_some_and(|d| from <= d && d <= to);
            let outside = book.records.iter().find(|(k, r)| matches_at(&q, *k, r) && !within(r));
            assert!(outside.is_none(), "{narrow:?} finds what was published on other days");
        }
        Err(e) => assert!(narrow.len() > query::MAX_LENGTH, "{narrow:?} of {text:?}: {e}"),
    }
}
