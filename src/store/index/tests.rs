//! The index against a plain reading of the texts, whatever became of the case book in between.

use super::*;
use crate::domain::{Change, Field, Key, ParsedEntry, Status};
use crate::query::ast::{Expr, Place, Query, Sort, Term};
use crate::store::backup::sidecar;
use crate::store::testing::{actor, all, apply, at, document, entry, note, ready, status, tags};
use crate::store::{Store, StoreError};
use crate::text::search_fold;
use proptest::prelude::*;
use roaring::RoaringBitmap;
use std::fs;
use std::ops::ControlFlow;
use tempfile::TempDir;

const PLACES: [Place; 5] = [Place::Anywhere, Place::Org, Place::Title, Place::ThirdParty, Place::Gang];

/// A case book in a folder of its own.
struct Book {
    store: Store,
    _folder: TempDir,
}

impl Book {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { store: Store::open(&folder.path().join("cases.db")).unwrap(), _folder: folder }
    }

    fn of(entries: Vec<ParsedEntry>) -> Self {
        let mut book = Self::new();
        book.ingest("/nowhere/a.txt", entries, 0);
        book
    }

    fn ingest(&mut self, path: &str, entries: Vec<ParsedEntry>, n: u32) {
        let (parsed, raw) = document(path, entries);
        self.store.ingest(&ready(&parsed), &raw, at(n)).unwrap();
    }

    fn update(&self) -> Indexed {
        self.store.update_index(&mut |_| ControlFlow::Continue(())).unwrap()
    }

    fn db(&self) -> &Path {
        self.store.path()
    }

    /// What the index finds, with how much was pending.
    fn found(&self, place: Place, any: &[&str], window: Window) -> Option<(Vec<u32>, u64)> {
        let any: Vec<String> = any.iter().map(|w| (*w).to_owned()).collect();
        let index = Index::open(self.db(), &self.store.connection).unwrap()?;
        let snapshot = index.snapshot(&self.store.connection).unwrap()?;
        let found = snapshot.containing(place, &any, window).unwrap();
        Some((found.iter().collect(), snapshot.pending().len()))
    }

    /// What reading all texts finds.
    fn plain(&self, place: Place, any: &[&str]) -> Vec<u32> {
        let from = "SELECT i.key, s.folded, i.org_folded, i.title_folded, i.third_folded, i.gang_folded
             FROM incidents i JOIN searchable s ON s.incident = i.key ORDER BY i.key";
        let mut select = self.store.connection.prepare(from).unwrap();
        let column = 1 + PLACES.iter().position(|p| *p == place).unwrap();
        let rows = select.query_map([], |r| Ok((r.get::<_, u32>(0)?, r.get::<_, Option<String>>(column)?))).unwrap();
        rows.map(Result::unwrap)
            .filter(|(_, text)| text.as_ref().is_some_and(|t| any.iter().any(|w| t.contains(w))))
            .map(|(key, _)| key)
            .collect()
    }

    /// Every place and word gives the same by the index, by reading all texts, and by the store's two ways to search.
    fn assert_exact(&self, words: &[&str]) {
        for place in PLACES {
            for word in words {
                let found = self.found(place, &[word], Window::ALL).map(|(found, _)| found);
                assert_eq!(found, Some(self.plain(place, &[word])), "{word:?} in {place:?}");
                self.assert_search(&Expr::Is(Term::Contains { place, any: vec![(*word).to_owned()] }));
            }
        }
    }

    fn assert_search(&self, filter: &Expr) {
        let query = Query { filter: filter.clone(), sort: Sort::default() };
        let (by_index, by_scan) = (self.store.search(&query).unwrap(), self.store.search_by_scan(&query).unwrap());
        assert_eq!(by_index.keys, by_scan.keys, "{filter:?}");
        assert_eq!((by_index.triaged, by_index.in_store), (by_scan.triaged, by_scan.in_store));
        assert!(!by_index.scanned);
    }
}

fn dated(mut entry: ParsedEntry, day: &str) -> ParsedEntry {
    entry.facts.published = Some(day.parse().unwrap());
    entry
}

fn four() -> Vec<ParsedEntry> {
    let mut entries = vec![
        dated(entry("青葉市", "ＵＳＢ メモリの紛失", "職員が個人\n情報を紛失しました。"), "2024-05-28"),
        dated(entry("若宮印刷", "ransomware", "Kumori が公開しました。𠮷田様"), "2024-06-01"),
        entry("北浜大学", "メール誤送信", "か\u{3099}く割れ、Ａ社 の e\u{301} mail を送りました。"),
        dated(entry("東雲病院", "お知らせ", "Aoba City とは無関係です。"), "2023-01-15"),
    ];
    entries[1].facts.gang = Some("KUMORI".into());
    entries[2].facts.third_party = Some("メール配信社".into());
    entries
}

const WORDS: [&str; 17] = [
    "",
    "様",
    "情",
    "個人情報",
    "usbメモリ",
    "k",
    "kumori",
    "aoba city",
    "送信",
    "メール",
    "が",
    "田様",
    "𠮷",
    "𠮷田",
    "é",
    " ",
    "無い言葉がここにある",
];

#[test]
fn places_go_by_day_and_keep_the_key() {
    let day = |s: &str| Some(s.parse::<NaiveDate>().unwrap());
    let places = [place_of(None, 9), place_of(day("0001-01-01"), 3), place_of(day("2024-05-28"), 2)];
    assert!(places.is_sorted() && places[2] < place_of(day("2024-05-28"), i64::from(u32::MAX)));
    assert_eq!(places.map(key_at), [9, 3, 2]);
    assert!(place_of(day("-0044-03-15"), 1) > 0);
}

#[test]
fn a_built_index_finds_what_reading_finds() {
    let book = Book::of(four());
    assert_eq!(book.store.index_state().unwrap(), IndexState::Missing);
    assert!(book.found(Place::Anywhere, &["様"], Window::ALL).is_none());
    assert_eq!(book.update(), Indexed::Built(4));
    assert_eq!(book.store.index_state().unwrap(), IndexState::Ready);
    book.assert_exact(&WORDS);
    assert_eq!(book.found(Place::Anywhere, &["無い", "様", "紛失"], Window::ALL), Some((vec![1, 2], 0)));
    assert_eq!(book.update(), Indexed::CaughtUp(0));
    let note = Expr::Is(Term::Contains { place: Place::Note, any: vec!["様".into()] });
    let query = Query { filter: note, sort: Sort::default() };
    assert_eq!(book.store.search(&query).unwrap().keys.len(), 0);
}

#[test]
fn windows_hold_days() {
    let book = Book::of(four());
    book.update();
    let day = |s: &str, key| place_of(Some(s.parse().unwrap()), key);
    let within = |from, to| book.found(Place::Anywhere, &["。"], Window { from, to }).unwrap().0;
    assert_eq!(within(day("2024-05-28", 0), day("2024-06-01", i64::from(u32::MAX))), [1, 2]);
    assert_eq!(within(0, day("2024-05-27", 0)), [3, 4]);
    assert_eq!(within(day("2024-06-02", 0), i64::MAX), Vec::<u32>::new());
    let all = book.found(Place::Org, &[""], Window { from: day("2024-01-01", 0), to: i64::MAX });
    assert_eq!(all.unwrap().0, [1, 2]);
}

#[test]
fn long_words_are_exact_beyond_what_is_looked_up() {
    let long = "一二三四五六七八九十".repeat(3);
    let first = |n| long.chars().take(n).collect::<String>();
    let book = Book::of(vec![entry("甲", "件名", &long), entry("乙", "件名", &format!("{}外", first(28)))]);
    book.update();
    book.assert_exact(&[&long, &first(24), &first(25), &first(28)]);
    assert_eq!(book.found(Place::Anywhere, &[&long], Window::ALL).unwrap().0, [1]);
}

#[test]
fn what_changed_is_pending_until_the_index_has_caught_up() {
    let mut book = Book::of(four());
    book.update();
    let keys = all(&book.store);
    apply(&mut book.store, "kei", status(Status::Done), &keys, 1);
    apply(&mut book.store, "kei", tags(&["+様"]), &keys, 2);
    assert_eq!(book.store.index_state().unwrap(), IndexState::Ready, "what triage changes is not in it");
    let mut changed = four();
    changed[0] = dated(entry("青葉市", "USBメモリの紛失", "別の文面です。お客様へ"), "2024-05-28");
    changed.remove(3);
    changed.push(entry("白樺銀行", "誤廃棄", "書類を廃棄しました。"));
    book.ingest("/nowhere/a.txt", changed, 3);
    let org = Change::Correct { field: Field::Org, value: Some("様変わり社".into()) };
    apply(&mut book.store, "kei", org, &keys[..1], 4);
    let state = book.store.index_state().unwrap();
    assert!(matches!(state, IndexState::Behind { pending: 3..=4 }), "{state:?}");
    book.assert_exact(&WORDS);
    book.assert_exact(&["様変わり", "書類", "aoba"]);
    assert!(matches!(book.update(), Indexed::CaughtUp(3..=4)));
    assert_eq!(book.store.index_state().unwrap(), IndexState::Ready);
    book.assert_exact(&WORDS);
    book.assert_exact(&["様変わり", "書類", "aoba"]);
}

#[test]
fn what_was_forgotten_is_in_no_index() {
    let mut book = Book::of(four());
    book.ingest("/nowhere/b.txt", vec![entry("白樺銀行", "誤廃棄", "書類を廃棄しました。")], 1);
    book.update();
    let index = file::path_of(book.db());
    let before = Identity::of(&index);
    let held = fs::File::open(&index).unwrap();
    book.store.forget(2, &actor("kei"), at(2), true).unwrap();
    assert_eq!(Identity::of(&index), None);
    assert_eq!(book.update(), Indexed::Built(4));
    assert_ne!(Identity::of(&index), before);
    drop(held);
    book.assert_exact(&["書類", "白樺", "様"]);
}

#[test]
fn an_index_of_another_state_or_case_book_is_none() {
    let mut book = Book::of(four());
    book.update();
    let copy = book.db().with_file_name("old.db");
    book.store.backup(&copy, false).unwrap();
    book.ingest("/nowhere/b.txt", vec![entry("白樺銀行", "誤廃棄", "書類を廃棄しました。")], 1);
    book.update();
    // The older copy lies where the case book was, and goes on.
    fs::copy(file::path_of(book.db()), file::path_of(&copy)).unwrap();
    let mut old = Store::open(&copy).unwrap();
    assert_eq!(old.index_state().unwrap(), IndexState::Missing);
    let (parsed, raw) = document("/nowhere/c.txt", vec![entry("港湾局", "停止", "様子を見ます。")]);
    old.ingest(&ready(&parsed), &raw, at(2)).unwrap();
    assert_eq!(old.index_state().unwrap(), IndexState::Missing);
    let other = Book::of(four());
    fs::copy(file::path_of(book.db()), file::path_of(other.db())).unwrap();
    assert_eq!(other.store.index_state().unwrap(), IndexState::Missing);
    assert!(other.store.index_problem().unwrap().is_some());
    assert_eq!(other.update(), Indexed::Built(4));
    assert_eq!(other.store.index_problem().unwrap(), None);
}

#[test]
fn a_damaged_index_gives_way_to_reading_and_is_built_anew() {
    let body = "本文の言葉はここにあります。".repeat(300);
    let book = Book::of((0..60).map(|n| entry(&format!("組織{n}"), "件名", &body)).collect());
    book.update();
    let path = file::path_of(book.db());
    let word = Expr::Is(Term::Contains { place: Place::Anywhere, any: vec!["組織1".into()] });
    let query = Query { filter: word, sort: Sort::default() };
    let whole = fs::read(&path).unwrap();
    let spoilt: [(&str, Vec<u8>); 4] = [
        ("text", b"this is no database".to_vec()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("overwritten", whole.iter().enumerate().map(|(n, b)| if n > 4096 { 0x5A } else { *b }).collect()),
    ];
    for (what, bytes) in spoilt {
        fs::write(&path, bytes).unwrap();
        let store = Store::open(book.db()).unwrap();
        let found = store.search(&query).unwrap();
        assert_eq!((found.keys.len(), found.scanned), (11, true), "{what}");
        assert_eq!(store.update_index(&mut |_| ControlFlow::Continue(())).unwrap(), Indexed::Built(60), "{what}");
        let found = store.search(&query).unwrap();
        assert_eq!((found.keys.len(), found.scanned), (11, false), "{what}");
    }
}

#[test]
fn a_replaced_or_removed_index_is_seen() {
    let mut book = Book::of(four());
    book.update();
    let query = Query {
        filter: Expr::Is(Term::Contains { place: Place::Anywhere, any: vec!["様".into()] }),
        sort: Sort::default(),
    };
    assert!(!book.store.search(&query).unwrap().scanned);
    book.store.remove_index().unwrap();
    assert!(book.store.search(&query).unwrap().scanned);
    book.update();
    assert!(!book.store.search(&query).unwrap().scanned);
    let index = Index::open(book.db(), &book.store.connection).unwrap().unwrap();
    book.ingest("/nowhere/b.txt", vec![entry("白樺銀行", "誤廃棄", "お客様の書類")], 1);
    remove(book.db()).unwrap();
    assert!(!index.is_same_file());
    assert_eq!(Store::open(book.db()).unwrap().search(&query).unwrap().keys.len(), 2);
    assert_eq!(book.update(), Indexed::Built(5));
    assert!(!index.is_same_file());
    assert_eq!(book.store.search(&query).unwrap().keys.len(), 2);
}

#[test]
fn work_that_is_ended_leaves_what_there_was() {
    let mut book = Book::of(four());
    let stop = &mut |_| ControlFlow::Break(());
    assert_eq!(book.store.update_index(stop).unwrap(), Indexed::Stopped);
    let names = |book: &Book| -> Vec<String> {
        let entries = fs::read_dir(book.db().parent().unwrap()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|n| n.contains("index"));
        names.sort();
        names
    };
    assert_eq!(names(&book), ["cases.db-index.lock"]);
    book.update();
    book.ingest("/nowhere/b.txt", vec![entry("白樺銀行", "誤廃棄", "お客様の書類")], 1);
    assert_eq!(book.store.update_index(stop).unwrap(), Indexed::Stopped);
    assert_eq!(book.store.index_state().unwrap(), IndexState::Behind { pending: 1 });
    book.assert_exact(&["様", "書類"]);
    let lock = file::Lock::try_take(book.db()).unwrap().unwrap();
    assert_eq!(book.update(), Indexed::Elsewhere);
    drop(lock);
    assert_eq!(book.update(), Indexed::CaughtUp(1));
    let path = book.db().to_owned();
    book.store = Store::open_in_memory().unwrap();
    let left = |end| sidecar(&path, end).exists();
    assert!(left("-index") && !left("-index-wal") && !left("-index-shm") && !left("-index.new"));
    assert_eq!(Store::open_in_memory().unwrap().update_index(stop).unwrap(), Indexed::NoFile);
}

#[test]
fn what_is_erased_while_an_index_is_built_is_not_in_it() {
    let mut book = Book::of(four());
    book.ingest("/nowhere/b.txt", vec![entry("白樺銀行", "誤廃棄", "お客様の書類")], 1);
    let mut other = Store::open(book.db()).unwrap();
    let mut forgotten = false;
    let done = book.store.update_index(&mut |_| {
        if !std::mem::replace(&mut forgotten, true) {
            other.forget(2, &actor("kei"), at(2), true).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(done.unwrap(), Indexed::Built(4), "it was begun anew");
    book.assert_exact(&["書類", "様"]);
}

#[test]
fn a_catch_up_that_ended_half_way_is_made_up_for() {
    let mut book = Book::of(four());
    book.update();
    // The index has a new word, which the case book was never told.
    let index = connect(&file::path_of(book.db())).unwrap();
    let mut state = State::read(&index).unwrap().unwrap();
    assert!(state.previous.is_empty());
    state.previous = std::mem::replace(&mut state.token, "unheard".into());
    state.write(&index).unwrap();
    book.assert_exact(&WORDS);
    assert_eq!(book.update(), Indexed::CaughtUp(0));
    assert!(State::read(&index).unwrap().unwrap().previous.is_empty());
    book.ingest("/nowhere/b.txt", vec![entry("白樺銀行", "誤廃棄", "お客様の書類")], 1);
    book.assert_exact(&WORDS);
}

#[test]
fn an_index_that_is_far_behind_is_built_anew() {
    let mut book = Book::of(four());
    book.update();
    let entries = (0..1_100).map(|n| entry(&format!("組織{n}"), "件名", "お客様")).collect();
    book.ingest("/nowhere/b.txt", entries, 1);
    assert!(book.found(Place::Anywhere, &["様"], Window::ALL).is_none(), "reading all is faster");
    assert_eq!(book.store.index_state().unwrap(), IndexState::Behind { pending: 1_100 });
    assert_eq!(book.update(), Indexed::Built(1_104));
    book.assert_exact(&["様", "組織10"]);
}

#[test]
fn many_changes_are_caught_up_with_in_several_steps_and_old_ones_let_go() {
    let entries = |text: &str, n: usize| (0..n).map(|i| entry(&format!("組織{i}"), "件名", text)).collect::<Vec<_>>();
    let mut book = Book::of(entries("古い文面", 5_000));
    book.update();
    let mut second = entries("古い文面", 5_000);
    second
        .iter_mut()
        .step_by(2)
        .take(2_200)
        .for_each(|e| *e = entry(e.facts.org.as_deref().unwrap(), "件名", "新しい文面"));
    book.ingest("/nowhere/a.txt", second, 1);
    let mut told = Vec::new();
    let done = book.store.update_index(&mut |i| {
        told.push(i);
        ControlFlow::Continue(())
    });
    assert_eq!(done.unwrap(), Indexed::CaughtUp(2_200));
    assert!(told.len() >= 3, "{told:?}");
    book.assert_exact(&["新しい", "古い", "組織4998"]);
}

fn text(most: usize) -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "漏",
        "漏えい",
        "個人",
        "情報",
        "ＵＳＢ",
        "usb",
        " ",
        "\n",
        "　",
        "メモリ",
        "ﾒﾓﾘ",
        "か\u{3099}",
        "𠮷",
        "👩‍👧",
        "é",
        "e\u{301}",
        "ﬁ",
        "①",
        "㈱",
        "⾦",
        "ß",
        "İ",
        "\u{A000}",
        "。",
        "a b",
        "A",
        "-",
    ]);
    prop::collection::vec(pieces, 0..most).prop_map(|l| l.concat())
}

fn generated() -> impl Strategy<Value = ParsedEntry> {
    let names = (text(4), text(5), prop::option::of(text(3)), prop::option::of(text(3)));
    (names, text(14), prop::option::of(0u32..400)).prop_map(|((org, title, third, gang), body, day)| {
        let mut e = entry(&org, &title, &body);
        e.facts.third_party = third;
        e.facts.gang = gang;
        e.facts.published = day.map(|n| NaiveDate::from_ymd_opt(2024, 1, 1).unwrap() + chrono::Days::new(n.into()));
        e
    })
}

/// Something that happens to a case book.
#[derive(Clone, Debug)]
enum Act {
    Ingest(usize, Vec<ParsedEntry>),
    Forget(usize),
    Correct(usize, Field, String),
    Note(usize, String),
    Update,
    Remove,
}

fn act() -> impl Strategy<Value = Act> {
    let field = prop::sample::select(vec![Field::Org, Field::Title, Field::ThirdParty, Field::Gang]);
    prop_oneof![
        3 => (0usize..3, prop::collection::vec(generated(), 0..5)).prop_map(|(d, e)| Act::Ingest(d, e)),
        1 => (0usize..3).prop_map(Act::Forget),
        3 => (any::<usize>(), field, text(3)).prop_map(|(n, f, t)| Act::Correct(n, f, t)),
        1 => (any::<usize>(), text(3)).prop_map(|(n, t)| Act::Note(n, t)),
        3 => Just(Act::Update),
        1 => Just(Act::Remove),
    ]
}

fn perform(book: &mut Book, act: &Act, n: u32) {
    let keys = all(&book.store);
    let one = |i: usize| keys.get(i % keys.len().max(1)).copied().into_iter().collect::<Vec<Key>>();
    match act {
        Act::Ingest(document, entries) => {
            let (parsed, raw) = self::document(&format!("/nowhere/{document}.txt"), entries.clone());
            match book.store.ingest(&ready(&parsed), &raw, at(n)) {
                Ok(_) | Err(StoreError::Forgotten { .. }) => {}
                Err(e) => panic!("{e}"),
            }
        }
        Act::Forget(document) => {
            let list = book.store.document_list().unwrap();
            if let Some(info) = list.get(*document) {
                book.store.forget(info.key, &actor("kei"), at(n), false).unwrap();
            }
        }
        Act::Correct(i, field, value) => {
            let change = Change::Correct { field: *field, value: Some(value.as_str().into()) };
            let targets = book.store.ids(&one(*i)).unwrap();
            // Values of some fields may not be empty; then nothing happens.
            let _ = book.store.apply(&crate::domain::Command { change, targets }, &actor("kei"), at(n));
        }
        Act::Note(i, text) => drop(apply(&mut book.store, "kei", note(text), &one(*i), n)),
        Act::Update => drop(book.update()),
        Act::Remove => book.store.remove_index().unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_index_finds_what_reading_finds_whatever_happened(
        first in prop::collection::vec(generated(), 1..8),
        acts in prop::collection::vec(act(), 1..7),
        words in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1usize..7), 8),
        others in prop::collection::vec(text(3), 4),
    ) {
        let mut book = Book::of(first);
        book.update();
        for (n, act) in acts.iter().enumerate() {
            perform(&mut book, act, n as u32 + 1);
            let texts: Vec<String> = all(&book.store)
                .iter()
                .map(|k| search_fold(&book.store.record(*k).unwrap().text))
                .collect();
            let mut wanted: Vec<String> = others.iter().map(|w| search_fold(w)).collect();
            for (of, from, length) in words.iter().filter(|_| !texts.is_empty()) {
                let chars: Vec<char> = texts[of.index(texts.len())].chars().collect();
                let from = from.index(chars.len().max(1));
                wanted.push(chars.iter().skip(from).take(*length).collect());
            }
            for place in PLACES {
                for word in &wanted {
                    let plain = book.plain(place, &[word]);
                    if let Some((found, _)) = book.found(place, &[word], Window::ALL) {
                        prop_assert_eq!(found, plain, "{:?} in {:?} after {:?}", word, place, act);
                    }
                    let filter = Expr::Is(Term::Contains { place, any: vec![word.clone()] });
                    let query = Query { filter, sort: Sort::default() };
                    let found = book.store.search(&query).unwrap();
                    prop_assert_eq!(found.keys, book.store.search_by_scan(&query).unwrap().keys, "{:?}", word);
                }
            }
        }
        book.update();
        prop_assert_eq!(book.store.index_state().unwrap(), IndexState::Ready);
        prop_assert_eq!(book.store.check().unwrap(), Vec::<String>::new());
        prop_assert_eq!(book.store.index_problem().unwrap(), None);
    }
}

#[test]
fn bitmaps_come_in_the_order_of_keys() {
    let book =
        Book::of((0..40).map(|n| dated(entry("組", "件", "様"), &format!("2024-05-{:02}", 28 - n % 28))).collect());
    book.update();
    let index = Index::open(book.db(), &book.store.connection).unwrap().unwrap();
    let snapshot = index.snapshot(&book.store.connection).unwrap().unwrap();
    let found = snapshot.containing(Place::Anywhere, &["様".into()], Window::ALL).unwrap();
    assert_eq!(found, RoaringBitmap::from_iter(1..=40));
}
