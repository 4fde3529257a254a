//! The finder finds what the scan finds, early hits first, and ends what nobody waits for.

use super::*;
use crate::domain::histogram::{Part, sum};
use crate::domain::{Split, Status};
use crate::query::ast::{Dated, Expr, Place, Sort, SortField, Term, Trait};
use crate::query::parse;
use crate::store::testing::{all, apply, at, document, entry, note, ready, status, tags};
use chrono::NaiveDate;
use std::ops::ControlFlow;
use tempfile::TempDir;

fn filled(n: usize) -> (TempDir, Store, Finder) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let mut store = Store::open(&path).unwrap();
    ingest(&mut store, "d", 0..n);
    let finder = Finder::open(&path).unwrap();
    (folder, store, finder)
}

fn ingest(store: &mut Store, path: &str, numbers: std::ops::Range<usize>) {
    let entries = numbers.map(|n| {
        let mut e = entry(&format!("組織{}", n % 40), &format!("件名{n}"), &format!("本文{}です", n % 9));
        let first = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        e.facts.published = (n % 6 != 0).then(|| first - chrono::TimeDelta::days(n as i64 % 50));
        e.facts.actions = vec![["error.loss", "error.disposal", "error.publishing"][n % 3].into(), "unknown".into()];
        e
    });
    let (parsed, raw) = document(path, entries.collect());
    store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
}

fn query(text: &str) -> Query {
    parse(text, NaiveDate::default()).unwrap()
}

/// Asks both, and gives what the finder told early.
fn compare(finder: &mut Finder, store: &Store, text: &str) -> Vec<Found> {
    let query = query(text);
    let mut early = Vec::new();
    let found = finder.search(Generation(1), &query, &mut |f| early.push(f)).unwrap();
    assert_eq!(Found { scanned: found.scanned, ..store.search_by_scan(&query).unwrap() }, found, "{text}");
    for first in &early {
        assert!(first.early && found.keys.starts_with(&first.keys), "{text}");
    }
    early
}

#[test]
fn the_first_hits_come_first_and_superseded_searches_end() {
    let (_folder, _store, mut finder) = filled(300);
    let query = query("");
    let mut early = Vec::new();
    let found = finder.search(Generation(2), &query, &mut |f| early.push(f)).unwrap();
    assert_eq!((found.keys.len(), found.in_store, found.early), (300, 300, false));
    assert_eq!(early.len(), 1);
    assert!(early[0].early && early[0].keys[..] == found.keys[..200]);
    finder.superseder().supersede(Generation(4));
    assert!(matches!(finder.search(Generation(3), &query, &mut |_| ()), Err(StoreError::Interrupted)));
    assert_eq!(finder.search(Generation(4), &query, &mut |_| ()).unwrap().keys.len(), 300);
}

#[test]
fn it_finds_what_the_scan_finds_before_and_after_changes() {
    let (_folder, mut store, mut finder) = filled(1_600);
    while finder.idle().unwrap() {}
    let texts = [
        "",
        "本文3",
        "本文3 組織7",
        "本文3 OR 本文4 sort:org",
        "-本文3 -本文4 sort:-title",
        "NOT (本文3 OR status:done)",
        "tag:見直し",
        "見直し",
        "折り返し電話",
        "is:untagged 件名12",
        "status:done OR (status:open 本文1)",
        "action:error.disposal published:2024-04..2024-05 sort:-action",
        "action:error -action:error.publishing",
        "org:組織12 sort:published",
        "title:件名88 sort:case",
        "kind:other",
        "by:kei sort:status",
        "has:note",
        "id:a OR id:b",
        // Words that are looked up together, some of them beside the texts too.
        "本文3 です 組織1",
        "本文3 です -組織1 -見直し",
        "見直し です",
        "折り返し 電話 本文",
        "org:組織1 title:件名1 本文 -折り返し",
        "(本文1 です -組織3) OR (本文2 です title:件名9)",
        "本文 本 title:名1 sort:title",
        "存在しない 本文",
    ];
    let keys = all(&store);
    let index = |store: &Store| assert!(store.update_index(&mut |_| ControlFlow::Continue(())).is_ok());
    for round in 0..8u32 {
        for text in texts {
            let early = compare(&mut finder, &store, text);
            assert!(round == 0 || !early.iter().any(|found| found.scanned), "{text}");
        }
        let at = round as usize * 150;
        match round {
            0 | 6 => index(&store),
            // Another title, of others too; and a document that comes to hold less.
            4 => ingest(&mut store, "e", 20_000..20_090),
            5 => ingest(&mut store, "f", 100..140),
            1 => drop(apply(&mut store, "kei", tags(&["+見直し/急"]), &keys[at..at + 120], 1)),
            2 => drop(apply(&mut store, "kei", status(Status::Done), &keys[at..at + 120], 2)),
            _ => {
                drop(apply(&mut store, "aya", note("折り返し電話"), &keys[at..at + 40], 3));
                ingest(&mut store, "e", 20_000..20_010 + at);
            }
        }
    }
    assert_eq!(finder.in_store().unwrap(), store.counts().unwrap().incidents);
}

#[test]
fn costly_queries_tell_the_first_hits() {
    let (_folder, store, mut finder) = filled(5_000);
    while finder.idle().unwrap() {}
    assert_eq!(compare(&mut finder, &store, "本文").len(), 1);
    assert_eq!(compare(&mut finder, &store, "action:error").len(), 1);
    // All are known at once, are too few, or stand in another order.
    for text in ["", "status:new", "件名777", "本文 sort:org"] {
        assert_eq!(compare(&mut finder, &store, text).len(), 0, "{text}");
    }
}

#[test]
fn a_case_book_that_does_not_fit_is_searched_all_the_same() {
    let (_folder, store, mut finder) = filled(50);
    store.connection.execute("UPDATE incidents SET published = 'MMXXIV' WHERE key = 3", []).unwrap();
    for text in ["", "本文3", "sort:org"] {
        compare(&mut finder, &store, text);
    }
    assert!(!finder.idle().unwrap());
    assert_eq!(finder.in_store().unwrap(), 50);
    assert_eq!(finder.tally(&query(""), By::Kind).unwrap(), store.tally(&query(""), By::Kind).unwrap());
}

#[test]
fn a_query_nested_too_deeply_is_refused_before_anything_is_asked() {
    let (_folder, _store, mut finder) = filled(3);
    let filter = (0..500).fold(Expr::Or(Vec::new()), |e, _| Expr::And(vec![e]));
    let query = Query { filter, sort: Sort::default() };
    assert!(matches!(finder.search(Generation(1), &query, &mut |_| ()), Err(StoreError::TooDeep)));
}

#[test]
fn hits_are_counted() {
    let (_folder, mut store, mut finder) = filled(100);
    let keys = all(&store);
    apply(&mut store, "kei", tags(&["+見直し", "+supply/a"]), &keys[..10], 1);
    apply(&mut store, "kei", tags(&["+見直し"]), &keys[10..15], 2);
    apply(&mut store, "kei", status(Status::Done), &keys[..30], 3);
    let mut groups = |text: &str, by| -> Vec<(String, usize)> {
        let tally = finder.tally(&query(text), by).unwrap();
        assert_eq!((tally.by, tally.incidents), (by, store.search(&query(text)).unwrap().keys.len()));
        tally.groups.into_iter().map(|g| (g.label.unwrap_or("?".into()), g.incidents)).collect()
    };
    let named =
        |list: &[(&str, usize)]| -> Vec<(String, usize)> { list.iter().map(|(l, n)| ((*l).to_owned(), *n)).collect() };
    assert_eq!(groups("", By::Tag), named(&[("見直し", 15), ("supply/a", 10), ("?", 85)]));
    assert_eq!(groups("tag:supply", By::Tag), named(&[("supply/a", 10), ("見直し", 10)]));
    assert_eq!(groups("", By::Status), named(&[("new", 70), ("done", 30)]));
    assert_eq!(groups("", By::Kind), named(&[("incident", 100)]));
    assert_eq!(groups("", By::Exposure), named(&[("?", 100)]));
    assert_eq!(groups("", By::ThirdParty), named(&[("?", 100)]));
    assert_eq!(groups("", By::Year), named(&[("2024", 83), ("?", 17)]));
    let actions = [("unknown", 100), ("error.loss", 34), ("error.disposal", 33), ("error.publishing", 33)];
    assert_eq!(groups("", By::Action), named(&actions));
    assert_eq!(groups("org:組織39", By::Org), named(&[("組織39", 2)]));
    let months = groups("", By::Month);
    assert_eq!(months.iter().map(|(m, _)| m.as_str()).collect::<Vec<_>>(), ["2024-03", "2024-04", "2024-05", "?"]);
    assert_eq!(months.iter().map(|(_, n)| n).sum::<usize>(), 100);
}

#[test]
fn hits_are_counted_by_day_as_their_rows_say() {
    for n in [300, 5_000] {
        let (_folder, mut store, mut finder) = filled(n);
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+見直し", "+supply/a"]), &keys[..10], 1);
        apply(&mut store, "kei", tags(&["+見直し"]), &keys[10..15], 2);
        for round in 0..2 {
            for text in ["", "tag:見直し", "本文3 組織7", "action:error.disposal since:2024-04-20", "無い語"]
            {
                for split in [Split::Nothing, Split::Action, Split::Tag] {
                    let counted = finder.histogram(Generation(1), &query(text), split).unwrap();
                    assert_eq!(counted, store.histogram(&query(text), split).unwrap(), "{text} {split:?}");
                    let hits = store.search(&query(text)).unwrap().keys.len() as u64;
                    assert_eq!((counted.split, counted.incidents()), (split, hits), "{text} {split:?}");
                }
            }
            let by_sql = "SELECT published, count(*) FROM incidents WHERE published IS NOT NULL GROUP BY 1 ORDER BY 1";
            let mut select = store.connection.prepare(by_sql).unwrap();
            let days = select.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, u32>(1)?.into()))).unwrap();
            let days: Vec<(String, u64)> = days.map(Result::unwrap).collect();
            let counted = finder.histogram(Generation(1), &query(""), Split::Tag).unwrap();
            let told: Vec<(String, u64)> = counted.days.iter().map(|(d, n)| (d.to_string(), sum(n))).collect();
            assert_eq!(told, days);
            assert_eq!(counted.parts[..2], [Part::Named("見直し".into()), Part::Without]);
            drop(select);
            if round == 0 {
                ingest(&mut store, "e", 30_000..30_040);
                apply(&mut store, "kei", tags(&["-supply/a"]), &keys[..10], 3);
            }
        }
        finder.superseder().supersede(Generation(9));
        let late = finder.histogram(Generation(8), &query(""), Split::Action);
        assert!(matches!(late, Err(StoreError::Interrupted)));
    }
}

/// How SQLite finds the whole set of a condition.
fn plan(store: &Store, term: &Term) -> String {
    sets::explained(&store.connection, term).unwrap().join("; ")
}

#[test]
fn whole_sets_are_read_off_indexes() {
    let (_folder, store, _finder) = filled(50);
    let affected = |people| Term::Affected { people, compare: crate::query::ast::Compare::More, number: 5 };
    let cases = [
        (affected(true), "SEARCH i USING COVERING INDEX incidents_affected (affected_unit=?"),
        (affected(false), "COVERING INDEX incidents_affected"),
        (Term::Exposure(crate::domain::Exposure::None), "COVERING INDEX incidents_exposure (exposure=?)"),
        (Term::Has(Trait::ThirdParty), "COVERING INDEX incidents_third"),
        (Term::Has(Trait::FollowUp), "COVERING INDEX incidents_follows"),
        (Term::Has(Trait::Timeline), "COVERING INDEX events_first"),
        (Term::Case("2024-1".into()), "COVERING INDEX incidents_case"),
        (Term::Id("7m".into()), "INDEX sqlite_autoindex_incidents_1 (id>? AND id<?)"),
        (Term::Data("name".into()), "INDEX data_types_name (name=?)"),
        (Term::Action("error".into()), "INDEX actions_name (name>? AND name<?)"),
        (Term::Tag("a".into()), "INDEX tags_tag (tag=?)"),
        (Term::Dated { what: Dated::Occurred, from: None, to: None }, "COVERING INDEX facts_days (field=?"),
    ];
    for (term, wanted) in cases {
        let plan = plan(&store, &term);
        assert!(plan.contains(wanted), "{term:?}: {plan}");
    }
}

#[test]
fn what_was_found_is_remembered_until_something_is_written() {
    let (_folder, mut store, mut finder) = filled(100);
    let keys = all(&store);
    let tagged =
        Query { filter: Expr::Is(Term::Tag("a".into())), sort: Sort { field: SortField::Org, descending: false } };
    for n in 1..4 {
        assert_eq!(finder.search(Generation(1), &tagged, &mut |_| ()).unwrap().keys.len(), n - 1);
        apply(&mut store, "kei", tags(&["+a/b"]), &keys[n..=n], 1);
    }
    assert_eq!(finder.search(Generation(1), &tagged, &mut |_| ()).unwrap().keys.len(), 3);
    let noted = Term::Contains { place: Place::Note, any: vec!["電話".into()] };
    let noted = Query { filter: Expr::Is(noted), sort: Sort::default() };
    assert_eq!(finder.search(Generation(1), &noted, &mut |_| ()).unwrap().keys.len(), 0);
}
