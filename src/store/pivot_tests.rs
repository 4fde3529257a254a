//! Tables against a count that is made of whole records.

use crate::domain::{
    Affected, By, Gathered, Head, Kind, Layout, Measures, Moment, Period, Pivot, Record, Status, Told, Unit,
};
use crate::query::parse;
use crate::store::testing::{all, apply, at, document, entry, ready, status, store_of, tags};
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use std::collections::BTreeMap;

fn sample() -> Store {
    let mut store = store_of(Vec::new());
    let entries = (0..160usize).map(|n| {
        let org = [format!("組織{}", n % 7), format!("ＮＯＲＴＨ{}", n % 3), format!("north{}", n % 3)];
        let mut e = entry(&org[n % 3], "紛失", &format!("本文{n}"));
        let day = |n: usize| NaiveDate::from_yo_opt(2021 + (n % 3) as i32, 1 + (n * 37 % 365) as u32).unwrap();
        e.facts.published = (n % 11 > 0).then(|| day(n));
        e.facts.discovered = match n % 5 {
            0 => None,
            1 => Some(Moment::Month(2021, 3)),
            2 => Some(Moment::Minute((day(n) - chrono::Days::new(n as u64)).and_hms_opt(9, 30, 0).unwrap())),
            _ => Some(Moment::Day(day(n) - chrono::Days::new(3))),
        };
        let from = if n % 6 == 0 { Moment::Year(2020) } else { Moment::Day(day(n) - chrono::Days::new(9)) };
        e.facts.occurred = (n % 4 > 0).then_some(Period { from, to: None });
        let unit = [Unit::People, Unit::Mails, Unit::People][n % 3];
        let count = (n % 9 > 0).then_some(n as u64 * 10);
        let affected = Affected { count, unit, lo: Some(1), hi: None, modifier: None, approx: false };
        e.facts.affected = (n % 2 == 0).then_some(affected);
        let actions = ["error.loss", "error.other", "malware.other"];
        e.facts.actions = actions.iter().take(n % 4).map(|a| (*a).to_owned()).collect();
        e.facts.data_types = ["email", "name"].iter().take(n % 3).map(|d| (*d).to_owned()).collect();
        e.kind = [Kind::Incident, Kind::Claim, Kind::Other][n % 13 % 3];
        e.facts.gang = (e.kind == Kind::Claim).then(|| format!("Gang{}", n % 2));
        e
    });
    let (parsed, raw) = document("d", entries.collect());
    store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
    let keys = all(&store);
    apply(&mut store, "kei", tags(&["+a", "+b/c"]), &keys[20..90], 1);
    apply(&mut store, "aya", tags(&["+d"]), &keys[60..120], 2);
    apply(&mut store, "aya", status(Status::Done), &keys[100..], 3);
    store
}

/// What stands in a record that hits are counted by.
fn values(r: &Record, by: By) -> Vec<String> {
    let published = |form: &str| r.facts.published.map(|d| d.format(form).to_string());
    let folded = |name: &Option<String>| name.as_deref().map(crate::text::search_fold);
    match by {
        By::Month => published("%Y-%m").into_iter().collect(),
        By::Quarter => {
            let quarter = |d: NaiveDate| format!("{}-Q{}", d.format("%Y"), chrono::Datelike::month0(&d) / 3 + 1);
            r.facts.published.map(quarter).into_iter().collect()
        }
        By::Year => published("%Y").into_iter().collect(),
        By::Action => r.facts.actions.clone(),
        By::Org => folded(&r.facts.org).into_iter().collect(),
        By::Tag => r.triage.tags.iter().map(ToString::to_string).collect(),
        By::ThirdParty => folded(&r.facts.third_party).into_iter().collect(),
        By::Exposure => r.facts.exposure.map(|e| e.as_str().to_owned()).into_iter().collect(),
        By::Data => r.facts.data_types.clone(),
        By::Gang => folded(&r.facts.gang).into_iter().collect(),
        By::Status => vec![r.triage.status.as_str().to_owned()],
        By::Kind => vec![r.kind.as_str().to_owned()],
    }
}

fn records(store: &Store, query: &str) -> Vec<Record> {
    let keys = store.search(&parse(query, NaiveDate::default()).unwrap()).unwrap().keys;
    let mut out = Vec::new();
    let mut keep = |record| -> Result<(), StoreError> {
        out.push(record);
        Ok(())
    };
    store.each_record(&keys, &mut keep).unwrap();
    out
}

fn of<'r>(records: impl Iterator<Item = &'r Record>) -> Measures {
    let mut gathered = Gathered::default();
    records.for_each(|r| gathered.add(&Told::of(&r.facts)));
    gathered.measures()
}

fn pivot(store: &Store, query: &str, by: By, across: Option<By>, most: usize) -> Pivot {
    let layout = Layout { by, rows: most, across, columns: most };
    store.pivot(&parse(query, NaiveDate::default()).unwrap(), layout).unwrap()
}

fn name(head: &Head) -> Option<String> {
    match head {
        Head::Named(name) => Some(crate::text::search_fold(name)),
        Head::Without => Some(String::new()),
        Head::Others(_) => None,
    }
}

/// Tells whether a record stands under a head; `heads` are all there are.
fn stands(r: &Record, by: By, head: &Head, heads: &[Head]) -> bool {
    let values = values(r, by);
    match head {
        Head::Named(_) => values.iter().any(|v| Some(crate::text::search_fold(v)) == name(head)),
        Head::Without => values.is_empty(),
        Head::Others(_) => values.iter().any(|v| !heads.iter().any(|h| name(h) == Some(crate::text::search_fold(v)))),
    }
}

#[test]
fn tables_agree_with_the_records_of_the_same_query() {
    let store = sample();
    for (query, most) in
        [("", 99), ("kind:any status:any", 99), ("kind:any tag:a", 2), ("status:any", 1), ("無い語", 3)]
    {
        let records = records(&store, query);
        for by in By::ALL {
            let across = if by == By::Action { By::Tag } else { By::Action };
            let table = pivot(&store, query, by, Some(across), most);
            assert_eq!(table.total, of(records.iter()), "{query} {by:?}");
            let heads: Vec<Head> = table.rows.iter().map(|row| row.head.clone()).collect();
            let columns: Vec<Head> = table.columns.iter().map(|(head, _)| head.clone()).collect();
            let mut seen = BTreeMap::new();
            for row in &table.rows {
                let within: Vec<&Record> = records.iter().filter(|r| stands(r, by, &row.head, &heads)).collect();
                assert_eq!(row.measures, of(within.iter().copied()), "{query} {by:?} {:?}", row.head);
                for (at, head) in columns.iter().enumerate() {
                    let cell = within.iter().filter(|r| stands(r, across, head, &columns)).count();
                    assert_eq!(row.cell(at), cell, "{query} {by:?} {:?} {head:?}", row.head);
                }
                within.iter().for_each(|r| *seen.entry(r.id.clone()).or_insert(0) += 1);
            }
            assert_eq!(seen.len(), records.len(), "every hit stands somewhere: {query} {by:?}");
            for (head, incidents) in &table.columns {
                assert_eq!(*incidents, records.iter().filter(|r| stands(r, across, head, &columns)).count());
            }
            // Rows are those of a tally, in its order.
            if most == 99 {
                let tally = store.tally(&parse(query, NaiveDate::default()).unwrap(), by).unwrap();
                let told = |row: &crate::domain::PivotRow| match &row.head {
                    Head::Named(name) => (Some(name.clone()), row.measures.incidents),
                    _ => (None, row.measures.incidents),
                };
                let groups: Vec<_> = tally.groups.into_iter().map(|g| (g.label, g.incidents)).collect();
                assert_eq!(table.rows.iter().map(told).collect::<Vec<_>>(), groups, "{query} {by:?}");
            }
        }
    }
}

#[test]
fn the_rest_is_one_row_and_the_latest_months_stay() {
    let store = sample();
    let by_action = pivot(&store, "kind:any status:any", By::Action, None, 1);
    let heads: Vec<&Head> = by_action.rows.iter().map(|r| &r.head).collect();
    assert_eq!(heads, [&Head::Named("error.loss".into()), &Head::Others(2), &Head::Without]);
    // 80 incidents have a second action, 40 of them a third: each stands among the others once.
    assert_eq!(by_action.rows[1].measures.incidents, 80);
    let by_year = pivot(&store, "kind:any status:any", By::Year, None, 1);
    let heads: Vec<&Head> = by_year.rows.iter().map(|r| &r.head).collect();
    assert_eq!(heads, [&Head::Others(2), &Head::Named("2023".into()), &Head::Without]);
}
