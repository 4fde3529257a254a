//! The store's SQL, with the search index and by reading all texts, finds what the plain reading of the query finds, in the
//! order that the query promises: random case books, random triage, random queries.

use crate::support::book::{actor, at, entry, ids, ingest, records};
use chrono::{Datelike, NaiveDate, TimeDelta};
use jikenbo::domain::{
    Affected, Change, Command, Event, Exposure, Facts, Field, Key, Kind, Moment, ParsedEntry, Period, Precision,
    Record, Span, Status, Tag, Unit, Verdict,
};
use jikenbo::query::ast::{Sort, SortField};
use jikenbo::query::{self, matches_at};
use jikenbo::store::Store;
use jikenbo::text::search_fold;
use proptest::prelude::*;
use proptest::sample::Index;
use std::cmp::Ordering;
use std::ops::ControlFlow;
use tempfile::TempDir;

/// Pieces of text in the spellings that fold to one another, and what is special to SQL or to the query language.
const PIECES: &[&str] = &[
    "USBメモリ",
    "ＵＳＢ メモリ",
    "usb\nメモリ",
    "ﾒﾓﾘ",
    "漏えい",
    "漏洩",
    "漏 洩",
    "サーバー",
    "サーバ",
    "ｻｰﾊﾞｰ",
    "問合せ",
    "問い合わせ",
    "個人情報",
    "個人\r\n情報",
    "⺠間",
    "民間",
    "紛失",
    "Ransomware",
    "RANSOM WARE",
    "ransom  ware",
    "ランサムウェア",
    "ランサムウエア",
    "メール",
    "ﾒｰﾙ",
    "㈱若宮",
    "(株)若宮",
    "①",
    "1,660",
    "１６６０",
    "ﬁle",
    "FILE",
    "é",
    "e\u{301}",
    " \u{301}x",
    "ß",
    "SS",
    "İ",
    "%",
    "_",
    "'",
    "\"",
    "\\",
    "*",
    "--",
    "\u{3000}",
    "a b",
    "A　B",
    "\u{200b}",
    "\u{0}z",
    "OR",
    "NOT",
    "org:青",
    "青嶺市",
    "https://例.jp/a?b=c",
    "葛\u{e0100}城",
    "𠮷野家",
    "が",
    "か\u{3099}",
    "㍿",
];

const TAGS: &[&str] = &["supply", "Supply/若宮", "supplyX", "漏えい", "ﾒｰﾙ", "a/b/c", "a/b", "再_確認", "İ/x"];
const ACTIONS: &[&str] = &["error.loss", "error.misdelivery", "error", "errors.x", "hacking.brute_force", "malware.%"];
const DATA: &[&str] = &["name", "address", "card"];
const CASES: &[&str] = &["2024-9", "2024-99", "2024-100", "2023-100", "2024-12a", "2024-12B", "2024-"];
const NUMBERS: &[u64] = &[0, 1, 30, 999, 1000, 1001, 50_000, u64::MAX];

fn pick(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(str::to_owned)
}

fn text(most: usize) -> impl Strategy<Value = String> {
    let gap = prop::sample::select(vec!["", " ", "\n", "、", "\t", "\u{3000}"]);
    prop::collection::vec((pick(PIECES), gap), 1..most).prop_map(|l| l.into_iter().map(|(p, g)| p + g).collect())
}

fn day() -> impl Strategy<Value = NaiveDate> {
    // Few days, so that many incidents share one.
    let first = NaiveDate::from_ymd_opt(2024, 5, 25).unwrap();
    prop_oneof![
        4 => (0i64..12).prop_map(move |n| first + TimeDelta::days(n)),
        1 => (0i64..3000).prop_map(move |n| first - TimeDelta::days(n)),
    ]
}

fn number() -> impl Strategy<Value = Option<u64>> {
    prop::option::of(prop::sample::select(NUMBERS))
}

fn affected() -> impl Strategy<Value = Option<Affected>> {
    let unit = prop::sample::select(vec![Unit::People, Unit::People, Unit::Records, Unit::Other]);
    let some = (unit, number(), number(), number(), any::<bool>()).prop_map(|(unit, count, lo, hi, approx)| {
        // An interval never ends before it begins.
        let (lo, hi) = if lo.zip(hi).is_some_and(|(l, h)| l > h) { (hi, lo) } else { (lo, hi) };
        Affected { count, unit, lo, hi, modifier: None, approx }
    });
    prop::option::weighted(0.7, some)
}

/// A moment of any fineness, mostly in the days that queries name.
fn moment() -> impl Strategy<Value = Moment> {
    (day(), 0u32..8, 0u32..24).prop_map(|(day, fineness, hour)| match fineness {
        0 => Moment::Year(day.year()),
        1 | 2 => Moment::Month(day.year(), day.month()),
        3 | 4 => Moment::Minute(day.and_hms_opt(hour, 59, 0).unwrap()),
        _ => Moment::Day(day),
    })
}

/// Two moments of which the second does not end before the first begins; the end may be open.
fn stretch() -> impl Strategy<Value = (Moment, Option<Moment>)> {
    (moment(), moment(), 0u32..4).prop_map(|(a, b, shape)| match shape {
        0 => (a, None),
        1 => (a, Some(a)),
        _ if a.first_day() <= b.last_day() => (a, Some(b)),
        _ => (b, Some(a)),
    })
}

fn event() -> impl Strategy<Value = Event> {
    (stretch(), any::<bool>()).prop_map(|((lo, hi), approx)| {
        let (precision, span) = (Precision::Month, Span::new(0, 0));
        Event { at: lo, until: None, lo, hi, precision, approx, span, text: "紛失".into() }
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let names = (prop::option::of(text(3)), prop::option::of(text(4)), prop::option::of(text(2)));
    let lists = (prop::collection::vec(pick(ACTIONS), 0..3), prop::collection::vec(pick(DATA), 0..3));
    let exposure =
        prop::sample::select(vec![None, Some(Exposure::Confirmed), Some(Exposure::Suspected), Some(Exposure::None)]);
    let rest = (prop::option::of(pick(CASES)), prop::option::of(day()), affected(), prop::option::of(text(2)));
    let traits = (any::<bool>(), any::<bool>(), any::<bool>());
    let days = (prop::option::of(stretch()), prop::option::of(moment()), prop::collection::vec(event(), 0..3));
    (names, lists, exposure, rest, traits, days).prop_map(|(names, lists, exposure, rest, traits, days)| Facts {
        org: names.0,
        title: names.1,
        third_party: names.2,
        actions: lists.0,
        data_types: lists.1,
        exposure,
        case_no: rest.0,
        published: rest.1,
        affected: rest.2,
        gang: rest.3,
        warnings: if traits.0 { vec!["weekday".into()] } else { Vec::new() },
        occurred: days.0.map(|(from, to)| Period { from, to }),
        discovered: days.1,
        timeline: if traits.1 { days.2 } else { Vec::new() },
        follows: if traits.2 { vec![NaiveDate::from_ymd_opt(2024, 5, 1).unwrap()] } else { Vec::new() },
        ..Facts::default()
    })
}

pub fn parsed_entry() -> impl Strategy<Value = ParsedEntry> {
    let kind = prop::sample::select(vec![Kind::Incident, Kind::Incident, Kind::Claim, Kind::Other]);
    (text(12), facts(), kind).prop_map(|(text, facts, kind)| ParsedEntry { kind, ..entry(text, facts) })
}

fn tag(name: &str) -> Tag {
    Tag::new(name).unwrap()
}

/// A field of some incident's facts with its value, for another incident.
fn correction() -> impl Strategy<Value = Change> {
    let fields = vec![
        Field::Kind,
        Field::Org,
        Field::Title,
        Field::ThirdParty,
        Field::Actions,
        Field::DataTypes,
        Field::Exposure,
        Field::CaseNo,
        Field::Published,
        Field::Affected,
        Field::Gang,
        Field::Timeline,
        Field::Occurred,
        Field::Discovered,
        Field::Follows,
    ];
    (facts(), prop::sample::select(fields)).prop_map(|(facts, field)| {
        let value = if field == Field::Kind { "claim".into() } else { facts.get(field).unwrap() };
        Change::Correct { field, value: Some(value) }
    })
}

fn review() -> impl Strategy<Value = Change> {
    let fields = vec![
        Field::Org,
        Field::Title,
        Field::Affected,
        Field::Published,
        Field::Actions,
        Field::Timeline,
        Field::Occurred,
        Field::Discovered,
    ];
    let verdict = prop::sample::select(vec![Verdict::Accepted, Verdict::Rejected, Verdict::Rejected]);
    (prop::sample::select(fields), verdict).prop_map(|(field, v)| Change::Review { field, verdict: Some(v) })
}

pub fn change() -> impl Strategy<Value = (Change, Vec<Index>)> {
    let change = prop_oneof![
        4 => pick(TAGS).prop_map(|t| Change::Tag { add: vec![tag(&t)], remove: Vec::new() }),
        1 => pick(TAGS).prop_map(|t| Change::Tag { add: Vec::new(), remove: vec![tag(&t)] }),
        3 => prop::sample::select(Status::ALL.to_vec()).prop_map(|to| Change::Status { to }),
        2 => text(3).prop_map(|text| Change::Note { text }),
        3 => correction(),
        2 => review(),
        1 => (pick(TAGS), pick(TAGS)).prop_map(|(a, b)| Change::Rename { from: tag(&a), to: tag(&b), merge: true }),
    ];
    (change, prop::collection::vec(any::<Index>(), 1..4))
}

/// A query before it is written down.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// A piece of the pool, or any text.
    Word(String),
    /// Some characters of some entry's text, organisation, title or note.
    Quoted(Index, Index, usize),
    /// A field with its value.
    Field(String),
    /// Side by side, or with `AND`.
    All(Vec<Wanted>, bool),
    Any(Vec<Wanted>),
    Not(Box<Wanted>, bool),
}

/// A year, a month or a day as a query writes it.
fn written_day() -> impl Strategy<Value = String> {
    (day(), 0u32..5).prop_map(|(day, form)| match form {
        0 => day.format("%Y").to_string(),
        1 | 2 => day.format("%Y-%m").to_string(),
        _ => day.to_string(),
    })
}

fn field() -> impl Strategy<Value = String> {
    let fixed = prop::sample::select(vec![
        "status:new",
        "status:open",
        "status:done",
        "status:any",
        "kind:any",
        "kind:claim",
        "kind:other",
        "exposure:none",
        "exposure:suspected",
        "is:untagged",
        "is:followup",
        "is:corrected",
        "is:reviewed",
        "is:marked",
        "by:kei",
        "by:rule",
        "by:rule:lost",
        "by:k",
        "has:note",
        "has:warning",
        "has:timeline",
        "has:third",
        "action:error",
        "action:error.*",
        "action:ERROR.loss",
        "data:name",
        "data:NAME",
        "case:2024",
        "case:#2024-9",
        "case:2024-12A",
        "case:2024-12b",
        "case:%",
        "tag:supply",
        "tag:SUPPLY/若宮",
        "tag:a/b",
        "tag:a/b/",
        "tag:漏えい",
        "tag:İ",
        "published:2024",
        "published:2024-05",
        "published:2024-05-28..2024-05-30",
        "published:..2024-05-28",
        "published:2024-05-28~",
        "published:30d",
        "since:2024-05-28",
        "since:20d",
        "since:999999d",
        "until:2024-05-28",
        "until:2023",
        "until:999999d",
        "id:0",
        "id:7",
        "id:a",
        "id:Z",
        "reading:rouei",
        "reading:ろうえい",
        "reading:me-ru",
        "reading:\"ｋｏｊｉｎ\"",
        "reading:ran",
        "reading:usb",
        "-reading:FUNSITU",
        // These are read only where words are.
        "rouei",
        "funshi",
        "saaba",
        "org:kojin",
        "title:me-ru",
        "note:rouei",
    ]);
    let compare = (
        prop::sample::select(vec!["people", "count"]),
        prop::sample::select(vec!["<", "<=", "=", ">=", ">", "≧", "＜"]),
        prop_oneof![
            prop::sample::select(vec![0u64, 1, 30, 999, 1000, 1001, 50_000, 1_000_000_000_000_000_000]),
            0u64..2000
        ],
    )
        .prop_map(|(name, sign, n)| format!("{name}{sign}{n}"));
    let place = prop::sample::select(vec!["org", "title", "third", "gang", "note"]);
    let within = (place, pick(PIECES)).prop_filter_map("a quote can't stand in a phrase", |(place, piece)| {
        let plain = !piece.contains('"') && !piece.trim().is_empty();
        plain.then(|| format!("{place}:\"{piece}\""))
    });
    let name = prop::sample::select(vec!["published", "occurred", "discovered", "event"]);
    let form = prop::sample::select(vec![
        "A",
        "A",
        "A..B",
        "..A",
        "A..",
        "A〜B",
        "30d",
        "20d",
        "30d..",
        "..9999d",
        "2024年5月",
    ]);
    let days = (name, form, written_day(), written_day()).prop_map(|(name, form, a, b)| {
        // Texts of one length stand as their days do.
        let (a, b) = if a.len() == b.len() && a > b { (b, a) } else { (a, b) };
        let form = if a.len() == b.len() { form } else { form.split_once("..").map_or("A", |_| "A..") };
        format!("{name}:{}", form.replace('A', &a).replace('B', &b))
    });
    prop_oneof![4 => fixed.prop_map(str::to_owned), 2 => compare, 3 => within, 3 => days]
}

pub fn wanted() -> impl Strategy<Value = Wanted> {
    let leaf = prop_oneof![
        3 => pick(PIECES).prop_map(Wanted::Word),
        1 => "\\PC{1,3}".prop_map(Wanted::Word),
        4 => (any::<Index>(), any::<Index>(), 1usize..6).prop_map(|(e, c, n)| Wanted::Quoted(e, c, n)),
        5 => field().prop_map(Wanted::Field),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            2 => (prop::collection::vec(inner.clone(), 1..4), any::<bool>()).prop_map(|(l, s)| Wanted::All(l, s)),
            2 => prop::collection::vec(inner.clone(), 2..4).prop_map(Wanted::Any),
            2 => (inner, any::<bool>()).prop_map(|(e, s)| Wanted::Not(Box::new(e), s)),
        ]
    })
}

pub fn order() -> impl Strategy<Value = String> {
    let name = prop::sample::select(SortField::ALL.map(|(_, name)| name).to_vec());
    let named = (name, any::<bool>()).prop_map(|(name, down)| format!(" sort:{}{name}", if down { "-" } else { "" }));
    prop_oneof![1 => Just(String::new()), 2 => named]
}

/// Writes a query down; a word that no phrase can hold becomes one that it can.
pub fn written(w: &Wanted, texts: &[String]) -> String {
    let phrase = |s: &str| {
        let s: String = s.chars().filter(|c| !matches!(c, '"' | '＂' | '“' | '”' | '„' | '‟')).collect();
        if search_fold(&s).is_empty() { "\"紛失\"".to_owned() } else { format!("\"{s}\"") }
    };
    let list = |l: &[Wanted], by: &str| l.iter().map(|e| written(e, texts)).collect::<Vec<_>>().join(by);
    match w {
        Wanted::Word(s) => phrase(s),
        Wanted::Quoted(text, from, n) => {
            let text: Vec<char> = texts[text.index(texts.len())].chars().collect();
            let from = from.index(text.len().max(1));
            phrase(&text.iter().skip(from).take(*n).collect::<String>())
        }
        Wanted::Field(s) => s.clone(),
        Wanted::All(l, spelt) => format!("({})", list(l, if *spelt { " AND " } else { "　" })),
        Wanted::Any(l) => format!("（{}）", list(l, " OR ")),
        Wanted::Not(e, dash) => format!("{}{}", if *dash { "-" } else { "NOT " }, written(e, texts)),
    }
}

/// A case book of these entries and changes, in a folder of its own. Its search index is of before the changes; half of
/// the time it catches up with them.
fn filled(entries: Vec<ParsedEntry>, changes: &[(Change, Vec<Index>)]) -> (Store, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("cases.db")).unwrap();
    ingest(&mut store, "/nowhere/digest.txt", entries);
    let update = |store: &Store| store.update_index(&mut |_| ControlFlow::Continue(())).unwrap();
    update(&store);
    let ids = ids(&store);
    for (n, (change, on)) in changes.iter().enumerate() {
        let targets = on.iter().map(|i| ids[i.index(ids.len())].clone()).collect();
        let command = Command { change: change.clone(), targets };
        let by = ["kei", "rule:lost", "aya"][n % 3];
        store.apply(&command, &actor(by), at(n as u32 + 1)).unwrap();
        if n % 5 == 4 {
            store.undo(&actor(by), at(n as u32 + 1)).unwrap();
        }
    }
    if changes.len().is_multiple_of(2) {
        update(&store);
    }
    (store, folder)
}

/// Every text that a search may look into.
pub fn searchable(records: &[(Key, Record)]) -> Vec<String> {
    let mut out = Vec::new();
    for (_, r) in records {
        out.push(r.text.clone());
        out.extend([&r.facts.org, &r.facts.title].into_iter().flatten().cloned());
        out.extend(r.triage.notes.iter().map(|n| n.text.clone()));
        out.extend(r.triage.corrections.values().filter_map(|c| c.value.as_str().map(str::to_owned)));
        out.extend(r.triage.tags.iter().map(ToString::to_string));
    }
    out
}

/// The value that an order goes by; `None` where the record has none.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Day(NaiveDate),
    Number(u64),
    Text(String),
    Case(String, u64, String),
}

fn rank(r: &Record, by: SortField) -> Option<Rank> {
    let folded = |s: &Option<String>| s.as_deref().map(|s| Rank::Text(search_fold(s)));
    match by {
        SortField::Published => r.facts.published.map(Rank::Day),
        SortField::People => {
            let people = r.facts.affected.filter(|a| a.unit == Unit::People)?;
            people.count.or(people.lo).or(people.hi).map(Rank::Number)
        }
        SortField::Org => folded(&r.facts.org),
        SortField::Title => folded(&r.facts.title),
        SortField::Action => r.facts.actions.first().cloned().map(Rank::Text),
        SortField::Status => Some(Rank::Number(Status::ALL.iter().position(|s| *s == r.triage.status)? as u64)),
        SortField::Case => r.facts.case_no.as_ref().map(|c| {
            let (year, serial) = c.split_at(5);
            let digits: String = serial.chars().take_while(char::is_ascii_digit).collect();
            Rank::Case(year.to_owned(), digits.parse().unwrap_or(0), c.clone())
        }),
    }
}

/// How two incidents stand: those without a value last, equal ones newest first, then as they came.
pub fn compare(sort: Sort, a: &(Key, Record), b: &(Key, Record)) -> Ordering {
    let none_last = |a: Option<Rank>, b: Option<Rank>, down: bool| match (a, b) {
        (Some(a), Some(b)) if down => b.cmp(&a),
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    let day = |r: &Record| rank(r, SortField::Published);
    none_last(rank(&a.1, sort.field), rank(&b.1, sort.field), sort.descending)
        .then_with(|| none_last(day(&a.1), day(&b.1), true))
        .then_with(|| a.0.cmp(&b.0))
}

fn check(store: &Store, records: &[(Key, Record)], text: &str) -> Result<(), TestCaseError> {
    let today = NaiveDate::from_ymd_opt(2024, 6, 20).unwrap();
    for parse in [query::parse, query::parse_without_default, |text: &str, today| query::parse_typed(text, today, true)]
    {
        let query = parse(text, today);
        let query = query.map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        // Every third incident is marked.
        let query = query.with_marks(&records.iter().map(|(k, _)| *k).step_by(3).collect());
        let mut expected: Vec<&(Key, Record)> = records.iter().filter(|(k, r)| matches_at(&query, *k, r)).collect();
        expected.sort_by(|a, b| compare(query.sort, a, b));
        let keys: Vec<Key> = expected.iter().map(|(k, _)| *k).collect();
        for (way, found) in [("index", store.search(&query)), ("scan", store.search_by_scan(&query))] {
            let found = found.map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
            prop_assert_eq!(&*found.keys, &keys, "{} with {:?} by {}", text, query.sort, way);
            prop_assert_eq!(found.triaged, expected.iter().filter(|(_, r)| r.triage.status.is_triaged()).count());
            prop_assert_eq!(found.in_store, records.len());
            prop_assert!(way == "scan" || !found.scanned);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_way_to_search_finds_what_the_plain_reading_finds(
        entries in prop::collection::vec(parsed_entry(), 1..10),
        changes in prop::collection::vec(change(), 0..10),
        queries in prop::collection::vec((wanted(), order()), 40),
    ) {
        let (store, _folder) = filled(entries, &changes);
        let records = records(&store);
        let texts = searchable(&records);
        for (wanted, order) in &queries {
            check(&store, &records, &(written(wanted, &texts) + order))?;
        }
    }
}

#[test]
fn the_generated_queries_find_some_and_not_all() {
    // The property says little if every query finds nothing, or everything.
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let entries = prop::collection::vec(parsed_entry(), 10).new_tree(&mut runner).unwrap().current();
    let changes = prop::collection::vec(change(), 10).new_tree(&mut runner).unwrap().current();
    let (store, _folder) = filled(entries, &changes);
    let records = records(&store);
    let texts = searchable(&records);
    let today = NaiveDate::from_ymd_opt(2024, 6, 20).unwrap();
    let telling = (0..200)
        .filter(|_| {
            let text = written(&wanted().new_tree(&mut runner).unwrap().current(), &texts);
            let query = query::parse_without_default(&text, today).unwrap();
            (1..records.len()).contains(&store.search(&query).unwrap().keys.len())
        })
        .count();
    assert!(telling > 80, "only {telling} of 200 queries tell the incidents apart");
}
