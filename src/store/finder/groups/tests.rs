//! Groups hold what records that are read one by one add up to, in the query's order.

use super::*;
use crate::domain::protocol::Found;
use crate::domain::{Affected, Generation, Record, Unit};
use crate::query::ast::Query;
use crate::query::parse;
use crate::store::testing::{all, apply, at, document, entry, ready, status, tags};
use crate::store::{Finder, Store};
use proptest::prelude::*;
use tempfile::TempDir;

fn query(text: &str) -> Query {
    parse(text, NaiveDate::default()).unwrap()
}

fn ingest(store: &mut Store, path: &str, numbers: std::ops::Range<u64>) {
    let entries = numbers.map(|n| {
        let mut e = entry(&format!("組織{}", n % 7), &format!("件名{}", n % 5), &format!("本文{n}"));
        let first = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        e.facts.published = (n % 6 != 0).then(|| first - chrono::TimeDelta::days((n * 37 % 700) as i64));
        e.facts.actions =
            ["error.loss", "error.other", "malware.other"].iter().take(n as usize % 3).map(|a| (*a).into()).collect();
        e.facts.third_party = (n % 4 == 0).then(|| ["丙社", "ﾍｲ社", "ヘイ社"][n as usize % 3].to_owned());
        e.facts.case_no = (n % 5 == 0).then(|| format!("2024-{}", n / 15));
        let people = |count| Affected { count, unit: Unit::People, lo: count, hi: None, modifier: None, approx: false };
        e.facts.affected =
            [None, Some(people(Some(n * 11))), Some(Affected { unit: Unit::Mails, ..people(Some(9)) })][n as usize % 3];
        e
    });
    let (parsed, raw) = document(path, entries.collect());
    store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
}

fn filled(n: u64) -> (TempDir, Store, Finder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let mut store = Store::open(&path).unwrap();
    ingest(&mut store, "d", 0..n);
    let finder = Finder::open(&path).unwrap();
    (folder, store, finder)
}

fn first(n: Option<&str>) -> Option<String> {
    n.map(str::to_owned)
}

/// What a record stands under.
fn label(record: &Record, by: GroupBy) -> Option<String> {
    let facts = &record.facts;
    match by {
        GroupBy::Case => record.case.clone(),
        GroupBy::Month => facts.published.map(|d| d.format("%Y-%m").to_string()),
        GroupBy::Year => facts.published.map(|d| d.format("%Y").to_string()),
        GroupBy::Action => first(facts.actions.first().map(String::as_str)),
        GroupBy::ThirdParty => facts.third_party.as_deref().map(crate::text::search_fold),
        GroupBy::Org => facts.org.as_deref().map(crate::text::search_fold),
        GroupBy::Status => Some(record.triage.status.as_str().to_owned()),
        GroupBy::Tag => first(record.triage.tags.first().map(crate::domain::Tag::as_str)),
    }
}

/// Groups by the records, the slow way.
fn by_records(store: &Store, hits: &[Key], grouping: Grouping) -> (Vec<Key>, Vec<GroupSpan>) {
    let mut groups: Vec<(GroupSpan, Vec<Key>)> = Vec::new();
    for key in hits {
        let record = store.record(*key).unwrap();
        let label = label(&record, grouping.by);
        let place = groups.iter().position(|(g, _)| g.label == label).unwrap_or_else(|| {
            let span = GroupSpan { label, start: 0, len: 0, people: 0, counted: 0, triaged: 0 };
            groups.push((span, Vec::new()));
            groups.len() - 1
        });
        let (span, keys) = &mut groups[place];
        keys.push(*key);
        span.len += 1;
        span.triaged += usize::from(record.triage.status.is_triaged());
        if let Some(n) = record.facts.affected.filter(|a| a.unit == Unit::People).and_then(|a| a.count) {
            span.people += n;
            span.counted += 1;
        }
    }
    if grouping.by_size {
        groups.sort_by_key(|(g, _)| Reverse(g.len));
    }
    groups.sort_by_key(|(g, _)| g.label.is_none());
    let (mut keys, mut spans) = (Vec::new(), Vec::new());
    for (span, of) in groups {
        spans.push(GroupSpan { start: keys.len(), ..span });
        keys.extend(of);
    }
    (keys, spans)
}

fn compare(finder: &mut Finder, store: &Store, text: &str, grouping: Grouping) -> Found {
    let hits = store.search(&query(text)).unwrap();
    let found = finder.search_grouped(Generation(1), &query(text), grouping).unwrap();
    let (keys, spans) = by_records(store, &hits.keys, grouping);
    assert_eq!(found.groups.to_vec(), spans, "{text} {grouping:?}");
    assert_eq!(*found.keys, keys, "{text} {grouping:?}");
    assert_eq!((found.triaged, found.in_store, found.early), (hits.triaged, hits.in_store, false));
    found
}

#[test]
fn groups_are_what_the_records_add_up_to_before_and_after_changes() {
    let (_folder, mut store, mut finder) = filled(90);
    let keys = all(&store);
    for round in 0..3u32 {
        for by in GroupBy::ALL {
            for by_size in [false, true] {
                for text in ["kind:any status:any", "sort:org status:any", "組織3 sort:-people", "無い語"] {
                    compare(&mut finder, &store, text, Grouping { by, by_size });
                }
            }
        }
        match round {
            0 => {
                apply(&mut store, "kei", tags(&["+見直し", "+a/b"]), &keys[10..40], 1);
                apply(&mut store, "kei", tags(&["+後で"]), &keys[30..60], 2);
                apply(&mut store, "kei", status(Status::Done), &keys[..25], 3);
            }
            _ => ingest(&mut store, "e", 200..260),
        }
    }
}

#[test]
fn groups_are_told_once_and_whole() {
    let (_folder, store, mut finder) = filled(300);
    let mut told = Vec::new();
    let group = Some(Grouping { by: GroupBy::Month, by_size: false });
    let mut hear = |found: Found, rows: Vec<crate::domain::ListRow>| told.push((found, rows));
    finder.search_with_rows(Generation(1), &query("status:any"), group, 20, &mut hear).unwrap();
    assert_eq!(told.len(), 1);
    let (found, rows) = told.remove(0);
    assert_eq!((found.early, rows.len(), found.keys.len()), (false, 20, store.counts().unwrap().incidents));
    assert_eq!(found.groups.iter().map(|g| g.len).sum::<usize>(), found.keys.len());
}

#[test]
fn a_case_book_that_does_not_fit_is_not_grouped() {
    let (_folder, store, mut finder) = filled(30);
    store.connection.execute("UPDATE incidents SET published = 'MMXXIV' WHERE key = 3", []).unwrap();
    let found =
        finder.search_grouped(Generation(1), &query(""), Grouping { by: GroupBy::Year, by_size: true }).unwrap();
    assert_eq!((found.keys.len(), found.groups.len()), (30, 0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn grouped_hits_are_the_ungrouped_ones_in_their_order_within_each_group(
        n in 1u64..120,
        by in proptest::sample::select(GroupBy::ALL.to_vec()),
        by_size in any::<bool>(),
        text in proptest::sample::select(vec!["status:any", "sort:title", "sort:-people", "組織2", "sort:-case kind:any"]),
        done in 0usize..120,
    ) {
        let (_folder, mut store, mut finder) = filled(n);
        let keys = all(&store);
        apply(&mut store, "kei", status(Status::Done), &keys[..done.min(keys.len())], 1);
        let found = compare(&mut finder, &store, text, Grouping { by, by_size });
        let plain = finder.search(Generation(1), &query(text), &mut |_| ()).unwrap();
        let place: HashMap<Key, usize> = plain.keys.iter().enumerate().map(|(i, k)| (*k, i)).collect();
        prop_assert_eq!(place.len(), found.keys.len());
        let mut end = 0;
        for span in found.groups.iter() {
            prop_assert_eq!(span.start, end);
            end += span.len;
            let places: Vec<usize> = found.keys[span.start..end].iter().map(|k| place[k]).collect();
            prop_assert!(places.is_sorted());
        }
        prop_assert_eq!(end, found.keys.len());
    }
}
