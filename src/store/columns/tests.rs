//! The columns hold what the tables hold, however they got there.

use super::*;
use crate::domain::Key;
use crate::query::ast::{Expr, Query, Sort, SortField};
use crate::store::Store;
use crate::store::testing::{all, apply, at, document, entry, ready, status};
use rusqlite::Connection;

fn loaded(store: &Connection) -> Columns {
    let mut loader = Loader::default();
    loop {
        match loader.slice(store).unwrap() {
            Slice::More => (),
            Slice::Done(columns) => return *columns,
            Slice::Unfit => panic!("unfit"),
        }
    }
}

fn ranked(store: &Connection) -> Ranks {
    let mut loader = RankLoader::default();
    loop {
        if let Some(ranks) = loader.slice(store).unwrap() {
            return ranks;
        }
    }
}

fn titled(store: &Connection) -> Titles {
    let mut loader = TitleLoader::default();
    loop {
        if let Some(titles) = loader.slice(store).unwrap() {
            return titles;
        }
    }
}

fn filled(n: u32) -> Store {
    let mut store = Store::open_in_memory().unwrap();
    ingest(&mut store, "/nowhere/a.txt", 0..n);
    store
}

/// Incidents of few days, names and numbers, some without.
fn ingest(store: &mut Store, path: &str, numbers: std::ops::Range<u32>) {
    let entries = numbers.map(|n| {
        let mut e = entry(&format!("組織{}", n % 5), &format!("件名{}", n % 7), &format!("本文{n}"));
        let first = NaiveDate::from_ymd_opt(2024, 5, 1).unwrap();
        e.facts.published = (n % 6 != 0).then(|| first - chrono::TimeDelta::days(i64::from(n * 7 % 11)));
        e.facts.case_no = (n % 3 == 0).then(|| format!("2024-{}", n * 13 % 200));
        e.facts.actions = if n % 4 == 0 { Vec::new() } else { vec![format!("error.kind{}", n % 3)] };
        e.kind = [Kind::Incident, Kind::Claim, Kind::Other][n as usize % 3];
        e
    });
    let (parsed, raw) = document(path, entries.collect());
    store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
}

/// Every order, as the columns and as SQL have it.
fn assert_same(columns: &Columns, ranks: &Ranks, titles: &Titles, store: &Store) {
    for (field, name) in SortField::ALL {
        for descending in [false, true] {
            let sort = Sort { field, descending };
            let by_sql = store.search(&Query { filter: Expr::And(Vec::new()), sort }).unwrap();
            let by = By::of(field, Some(ranks), Some(titles)).unwrap();
            let sorted = columns.sorted(columns.present(), &by, descending);
            let keys: Vec<Key> = sorted.into_iter().map(|key| Key(key.into())).collect();
            assert_eq!(keys, *by_sql.keys, "{name} {descending}");
            assert_eq!(columns.triaged(columns.present()), by_sql.triaged);
            if sort == Sort::default() {
                let order: Vec<Key> = columns.order.iter().map(|key| Key((*key).into())).collect();
                assert_eq!(order, *by_sql.keys);
            }
        }
    }
}

#[test]
fn columns_have_the_orders_of_the_sql() {
    let store = filled(60);
    let read = &store.connection;
    assert_same(&loaded(read), &ranked(read), &titled(read), &store);
}

#[test]
fn an_empty_case_book_has_empty_columns() {
    let store = Store::open_in_memory().unwrap();
    let mut columns = loaded(&store.connection);
    assert_eq!(columns.len(), 0);
    assert_eq!(columns.follow(&store.connection).unwrap(), Followed::UpToDate);
}

#[test]
fn what_changes_is_followed() {
    let mut store = filled(40);
    let (mut columns, mut ranks) = (loaded(&store.connection), ranked(&store.connection));
    let mut titles = titled(&store.connection);
    let keys = all(&store);
    apply(&mut store, "kei", status(Status::Done), &keys[3..9], 1);
    ingest(&mut store, "/nowhere/b.txt", 50..70);
    // Some are no longer in their document, some are gone altogether, some get another day.
    ingest(&mut store, "/nowhere/a.txt", 0..30);
    store
        .connection
        .execute("UPDATE incidents SET published = '2031-01-01', org_folded = 'zz' WHERE key = 7", [])
        .unwrap();
    store.connection.execute("UPDATE incidents SET published = NULL, case_no = '2025-1' WHERE key = 8", []).unwrap();
    store.connection.execute("DELETE FROM incidents WHERE key IN (2, 50)", []).unwrap();
    // Titles before all others, behind them, between them twice, as another one, and none.
    for (key, title) in
        [(9, "あ"), (10, "鯨"), (11, "件名3の"), (12, "件名3に"), (13, "件名3に"), (14, "件名0"), (15, "")]
    {
        let sql = "UPDATE incidents SET title_folded = nullif(?2, '') WHERE key = ?1";
        store.connection.execute(sql, (key, title)).unwrap();
    }
    assert_eq!(columns.follow(&store.connection).unwrap(), Followed::UpToDate);
    assert_eq!(ranks.follow(&store.connection, 60).unwrap(), Followed::UpToDate);
    assert_eq!(titles.follow(&store.connection, 60).unwrap(), Followed::UpToDate);
    assert_same(&columns, &ranks, &titles, &store);
    // No title of an incident that is there stands where it stood any more.
    store.connection.execute("UPDATE incidents SET title_folded = 'z' || key % 3", []).unwrap();
    assert_eq!(titles.follow(&store.connection, 60).unwrap(), Followed::UpToDate);
    assert_same(&columns, &ranks, &titles, &store);
    assert_eq!(ranks.shared(), ranked(&store.connection).shared());
    let anew = loaded(&store.connection);
    assert_eq!((&columns.kinds, &columns.gone), (&anew.kinds, &anew.gone));
    let sql = "SELECT count(*), sum(gone) FROM incidents";
    let counted: (i64, i64) = store.connection.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
    assert_eq!((columns.len() as i64, columns.gone().len() as i64), counted);
    assert!(counted.1 > 0 && columns.present() == &anew.present);
}

#[test]
fn what_can_not_be_followed_is_read_anew() {
    let mut store = filled(10);
    let mut columns = loaded(&store.connection);
    ingest(&mut store, "/nowhere/b.txt", 20..30);
    store.connection.execute("DELETE FROM changes WHERE seq < (SELECT max(seq) FROM changes)", []).unwrap();
    assert_eq!(columns.follow(&store.connection).unwrap(), Followed::Anew);
    let mut columns = loaded(&store.connection);
    assert_eq!(columns.follow(&store.connection).unwrap(), Followed::UpToDate);
    store.connection.execute("DELETE FROM changes", []).unwrap();
    assert_eq!(columns.follow(&store.connection).unwrap(), Followed::Anew);
}

#[test]
fn slices_between_changes_make_one_whole() {
    let mut store = filled(300);
    let mut loader = Loader::of(7);
    let mut pause = 0;
    let mut columns = loop {
        let slice = loader.slice(&store.connection).unwrap();
        pause += 1;
        let sql = "UPDATE incidents SET published = ?1 WHERE key % 101 = ?2";
        store.connection.execute(sql, (format!("20{:02}-04-25", pause * 7 % 30), pause)).unwrap();
        store.connection.execute("DELETE FROM incidents WHERE key = ?1 * 17", [pause]).unwrap();
        ingest(&mut store, &format!("/nowhere/{pause}.txt"), 30_000 + pause * 10..30_000 + pause * 10 + 2);
        if let Slice::Done(columns) = slice {
            break columns;
        }
    };
    assert!(pause > 20);
    assert_eq!(columns.follow(&store.connection).unwrap(), Followed::UpToDate);
    let read = &store.connection;
    assert_same(&columns, &ranked(read), &titled(read), &store);
}

#[test]
fn an_interrupted_slice_is_read_again() {
    let mut store = filled(600);
    let mut loader = Loader::default();
    let calls = std::sync::atomic::AtomicUsize::new(0);
    let stop = move || calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 3;
    store.connection.progress_handler(500, Some(stop)).unwrap();
    assert!(matches!(loader.slice(&store.connection), Err(crate::store::StoreError::Interrupted)));
    let columns = loop {
        match loader.slice(&store.connection) {
            Ok(Slice::Done(columns)) => break columns,
            Ok(Slice::Unfit) => panic!("unfit"),
            Ok(Slice::More) | Err(_) => (),
        }
    };
    let read = &store.connection;
    assert_same(&columns, &ranked(read), &titled(read), &store);
}

#[test]
fn days_of_another_form_and_keys_far_apart_do_not_fit() {
    for sql in [
        "UPDATE incidents SET published = '2024-5-1' WHERE key = 3",
        "UPDATE incidents SET key = 1 << 30 WHERE key = 3",
    ] {
        let store = filled(10);
        store.connection.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        let mut followed = loaded(&store.connection);
        store.connection.execute(sql, []).unwrap();
        store.connection.execute("INSERT INTO changes (incident, what) VALUES (3, 2), (1 << 30, 3)", []).unwrap();
        assert_eq!(followed.follow(&store.connection).unwrap(), Followed::Anew);
        let mut loader = Loader::default();
        let last = loop {
            match loader.slice(&store.connection).unwrap() {
                Slice::More => (),
                other => break other,
            }
        };
        assert!(matches!(last, Slice::Unfit), "{sql}");
    }
}

#[test]
fn days_between_others_are_found_from_either_side() {
    let store = filled(60);
    let columns = loaded(&store.connection);
    let day = |s: &str| s.parse::<NaiveDate>().ok();
    for (from, to) in
        [("2024-04-25", "2024-04-28"), ("", "2024-04-25"), ("2024-04-29", ""), ("", ""), ("2030-01-01", "")]
    {
        let sql = "SELECT count(*) FROM incidents WHERE published >= ?1 AND published <= coalesce(nullif(?2, ''), '9')";
        let expected: i64 = store.connection.query_row(sql, (from, to), |r| r.get(0)).unwrap();
        assert_eq!(
            columns.published(day(from), day(to), columns.present()).len(),
            expected.unsigned_abs(),
            "{from}..{to}"
        );
    }
}
