//! Every condition and every order, by the tables alone.

use super::*;
use crate::domain::{Affected, Exposure, Kind, ParsedEntry, Status, Unit};
use crate::store::testing::{all, apply, entry, note, status, store_of, tags};
use crate::store::{Store, StoreError};
use chrono::NaiveDate;

fn day(s: &str) -> NaiveDate {
    s.parse().unwrap()
}

fn affected(unit: Unit, lo: Option<u64>, hi: Option<u64>) -> Option<Affected> {
    Some(Affected { count: lo.or(hi), unit, lo, hi, modifier: None, approx: false })
}

/// Four incidents; which ones a query finds is told by their numbers.
fn sample() -> Store {
    let mut e: Vec<ParsedEntry> = vec![
        entry("青葉市", "ＵＳＢ メモリの紛失", "職員が個人\n情報を紛失しました。"),
        entry("若宮印刷", "ransomware", "Kumori が公開しました。"),
        entry("北浜大学", "メール誤送信", "宛先を誤りました。"),
        entry("東雲病院", "お知らせ", "Aoba City とは無関係です。"),
    ];
    e[0].facts.published = Some(day("2024-05-28"));
    e[0].facts.case_no = Some("2024-99".into());
    e[0].facts.actions = vec!["error.loss".into(), "hacking.brute_force".into()];
    e[0].facts.affected = affected(Unit::People, Some(1000), Some(1000));
    e[0].facts.data_types = vec!["name".into()];
    e[0].facts.exposure = Some(Exposure::Suspected);
    e[1].kind = Kind::Claim;
    e[1].facts.gang = Some("KUMORI".into());
    e[1].facts.published = Some(day("2024-06-01"));
    e[1].facts.case_no = Some("2024-100".into());
    e[1].facts.affected = affected(Unit::Files, Some(5), None);
    e[1].facts.exposure = Some(Exposure::None);
    e[2].facts.published = Some(day("2023-01-15"));
    e[2].facts.third_party = Some("メール配信社".into());
    e[2].facts.affected = affected(Unit::People, None, Some(400));
    e[2].facts.follows = vec![day("2023-01-01")];
    e[2].facts.warnings = vec!["w".into()];
    e[3].kind = Kind::Other;
    let mut store = store_of(e);
    let keys: Vec<Key> = by_number(&store);
    apply(&mut store, "kei", tags(&["+Supply/A", "+見直し"]), &keys[..1], 1);
    apply(&mut store, "kei", tags(&["+supplyX"]), &keys[1..2], 2);
    apply(&mut store, "kei", note("Ｃａｌｌ back"), &keys[2..3], 3);
    apply(&mut store, "kei", status(Status::Done), &keys[..1], 4);
    apply(&mut store, "kei", status(Status::Dismissed), &keys[3..], 5);
    store
}

fn by_number(store: &Store) -> Vec<Key> {
    let mut keys = all(store);
    keys.sort();
    keys
}

fn hits(store: &Store, filter: Expr, sort: Sort) -> Vec<usize> {
    let keys = by_number(store);
    let found = store.search(&Query { filter, sort }).unwrap();
    assert_eq!(found.in_store, 4);
    found.keys.iter().map(|k| keys.iter().position(|x| x == k).unwrap()).collect()
}

fn contains(place: Place, any: &[&str]) -> Term {
    Term::Contains { place, any: any.iter().map(|w| (*w).into()).collect() }
}

fn people(compare: Compare, number: u64) -> Term {
    Term::Affected { people: true, compare, number }
}

fn published(from: Option<&str>, to: Option<&str>) -> Term {
    Term::Published { from: from.map(day), to: to.map(day) }
}

#[test]
fn every_term_finds_what_it_says_and_not_finds_the_rest() {
    let store = sample();
    let any = Place::Anywhere;
    let cases: Vec<(Term, &[usize])> = vec![
        (contains(any, &["usbメモリ"]), &[0]),
        (contains(any, &["個人情報"]), &[0]),
        (contains(any, &["漏"]), &[]),
        (contains(any, &["漏", "aoba city"]), &[3]),
        (contains(any, &["見直"]), &[0]),
        (contains(any, &["supply"]), &[0, 1]),
        (contains(any, &["call b"]), &[2]),
        (contains(any, &["した"]), &[0, 1, 2]),
        (contains(any, &[""]), &[0, 1, 2, 3]),
        (contains(Place::Org, &["印刷"]), &[1]),
        (contains(Place::Title, &["usb"]), &[0]),
        (contains(Place::ThirdParty, &["配信"]), &[2]),
        (contains(Place::Gang, &["kumori"]), &[1]),
        (contains(Place::Note, &["call"]), &[2]),
        (Term::Tag("supply".into()), &[0]),
        (Term::Tag("SUPPLY/a".into()), &[0]),
        (Term::Tag("supplyx".into()), &[1]),
        (Term::Status(Status::Done), &[0]),
        (Term::Status(Status::New), &[1, 2]),
        (Term::Kind(Kind::Claim), &[1]),
        (Term::Case("2024-9".into()), &[0]),
        (Term::Case("2024".into()), &[0, 1]),
        (Term::Action("error".into()), &[0]),
        (Term::Action("hacking.brute_force".into()), &[0]),
        (Term::Action("err".into()), &[]),
        (Term::Data("name".into()), &[0]),
        (Term::Exposure(Exposure::Suspected), &[0]),
        (Term::Exposure(Exposure::None), &[1]),
        (Term::Id(String::new()), &[0, 1, 2, 3]),
        (published(None, None), &[0, 1, 2]),
        (published(Some("2024-05-28"), None), &[0, 1]),
        (published(Some("2024-05-28"), Some("2024-05-28")), &[0]),
        (published(None, Some("2024-05-27")), &[2]),
        (people(Compare::More, 999), &[0]),
        (people(Compare::More, 1000), &[]),
        (people(Compare::AtLeast, 400), &[0, 2]),
        (people(Compare::Less, 1), &[2]),
        (people(Compare::AtMost, 1000), &[0, 2]),
        (people(Compare::Equal, 400), &[2]),
        (people(Compare::Less, u64::MAX), &[0, 2]),
        (Term::Affected { people: false, compare: Compare::More, number: 100_000 }, &[1]),
        (Term::Has(Trait::Untagged), &[2, 3]),
        (Term::Has(Trait::Note), &[2]),
        (Term::Has(Trait::Warning), &[2]),
        (Term::Has(Trait::Timeline), &[]),
        (Term::Has(Trait::ThirdParty), &[2]),
        (Term::Has(Trait::FollowUp), &[2]),
        (Term::Has(Trait::Corrected), &[]),
        (Term::Has(Trait::Reviewed), &[]),
        (Term::Has(Trait::Marked), &[]),
        (Term::By("kei".into()), &[0, 1, 2, 3]),
        (Term::By("ke".into()), &[]),
    ];
    for (term, expected) in cases {
        let mut found = hits(&store, Expr::Is(term.clone()), Sort::default());
        found.sort_unstable();
        assert_eq!(found, expected, "{term:?}");
        let mut rest = hits(&store, Expr::Not(Box::new(Expr::Is(term.clone()))), Sort::default());
        rest.sort_unstable();
        let others: Vec<usize> = (0..4).filter(|n| !expected.contains(n)).collect();
        assert_eq!(rest, others, "NOT {term:?}");
    }
}

#[test]
fn an_id_is_found_by_its_beginning() {
    let store = sample();
    let key = by_number(&store)[2];
    let id = store.ids(&[key]).unwrap().remove(0).0;
    let start: String = id.chars().take(8).collect();
    assert_eq!(hits(&store, Expr::Is(Term::Id(start.clone())), Sort::default()), [2]);
    assert_eq!(store.key_of(&start).unwrap(), key);
    assert_eq!(store.key_of(&id.to_uppercase()).unwrap(), key);
    assert!(matches!(store.key_of("zzzzzzzzzzzz"), Err(StoreError::NotFound { .. })));
    assert!(matches!(store.key_of("?"), Err(StoreError::NotFound { .. })));
    assert!(matches!(store.key_of(""), Err(StoreError::NotFound { .. })));
}

#[test]
fn an_ambiguous_beginning_names_the_candidates() {
    let store = store_of((0..60).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect());
    // Sixty ids over thirty-two letters: some letter begins two.
    let ids = store.ids(&all(&store)).unwrap();
    let first = |id: &crate::domain::IncidentId| id.as_str().chars().next().unwrap().to_string();
    let start = ids.iter().map(first).find(|f| ids.iter().filter(|i| first(i) == *f).count() > 1).unwrap();
    match store.key_of(&start) {
        Err(StoreError::Ambiguous { candidates, .. }) => assert!(candidates.len() > 1),
        other => panic!("{other:?}"),
    }
}

#[test]
fn conditions_combine() {
    let store = sample();
    let is = |t: Term| Expr::Is(t);
    let not = |e: Expr| Expr::Not(Box::new(e));
    let word = |w| is(contains(Place::Anywhere, &[w]));
    let default = Sort::default();
    assert_eq!(hits(&store, Expr::And(Vec::new()), default), [1, 0, 2, 3]);
    assert_eq!(hits(&store, Expr::Or(Vec::new()), default), Vec::<usize>::new());
    assert_eq!(hits(&store, Expr::And(vec![word("した"), not(word("紛失"))]), default), [1, 2]);
    let or = Expr::Or(vec![word("紛失"), is(Term::Kind(Kind::Other)), is(Term::Status(Status::New))]);
    assert_eq!(hits(&store, Expr::And(vec![or, not(is(Term::Tag("supplyx".into())))]), default), [0, 2, 3]);
    let found = store.search(&Query { filter: Expr::And(Vec::new()), sort: default }).unwrap();
    assert_eq!(found.triaged, 2);
    let many = Expr::Or((0..3_000).map(|n| word(if n == 2_999 { "紛失" } else { "無" })).collect());
    assert_eq!(hits(&store, many, default), [0, 3]);
    let deep = (0..500).fold(word("紛失"), |e, _| not(e));
    assert!(matches!(store.search(&Query { filter: deep, sort: default }), Err(StoreError::TooDeep)));
}

#[test]
fn orders_put_what_has_no_value_last() {
    let store = sample();
    let sorted = |field, descending| hits(&store, Expr::And(Vec::new()), Sort { field, descending });
    assert_eq!(sorted(SortField::Published, true), [1, 0, 2, 3]);
    assert_eq!(sorted(SortField::Published, false), [2, 0, 1, 3]);
    assert_eq!(sorted(SortField::People, true), [0, 2, 1, 3]);
    assert_eq!(sorted(SortField::People, false), [2, 0, 1, 3]);
    assert_eq!(sorted(SortField::Case, false), [0, 1, 2, 3]);
    assert_eq!(sorted(SortField::Case, true), [1, 0, 2, 3]);
    assert_eq!(sorted(SortField::Status, false), [1, 2, 0, 3]);
    assert_eq!(sorted(SortField::Status, true), [3, 0, 1, 2]);
    assert_eq!(sorted(SortField::Action, true), [0, 1, 2, 3]);
    let mut by_org = sorted(SortField::Org, false);
    by_org.reverse();
    assert_eq!(by_org, sorted(SortField::Org, true));
    assert_eq!(sorted(SortField::Title, false)[0], 1);
}

#[test]
fn the_default_view_is_read_off_an_index() {
    let store = sample();
    let is = |t: Term| Expr::Is(t);
    let kinds = Expr::Or(vec![is(Term::Kind(Kind::Incident)), is(Term::Kind(Kind::Claim))]);
    let open = Expr::Not(Box::new(is(Term::Status(Status::Dismissed))));
    let mut compiler = Compiler::default();
    let condition = compiler.expr(&Expr::And(vec![kinds, open]), 0).unwrap();
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT i.key, i.status FROM incidents i WHERE {condition} ORDER BY {}",
        order(Sort::default())
    );
    let mut select = store.connection.prepare(&sql).unwrap();
    let plan: Vec<String> =
        select.query_map(params_from_iter(compiler.values), |r| r.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
    assert_eq!(plan, ["SCAN i USING COVERING INDEX incidents_newest"]);
}

#[test]
fn an_interrupted_query_says_so() {
    let mut store = store_of((0..300).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect());
    let handle = store.interrupt_handle();
    fn assert_shared<T: Send + Sync>(_: &T) {}
    assert_shared(&handle);
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let stop = move || {
        if calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 3 {
            handle.interrupt();
        }
        false
    };
    store.connection.progress_handler(100, Some(stop)).unwrap();
    let filter = Expr::Is(contains(Place::Anywhere, &["本文"]));
    let query = Query { filter, sort: Sort::default() };
    assert!(matches!(store.search(&query), Err(StoreError::Interrupted)));
    assert_eq!(store.search(&query).unwrap().keys.len(), 300);
}
