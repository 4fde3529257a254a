//! A finder that stays open while everything around it changes finds what the plain reading of the query finds, as do the
//! other ways to search: incidents come, change and go, triage goes on, the search index is missing, behind or up to date.
//!
//! `JIKENBO_CASES` sets the number of random case books.

use crate::oracle::{Wanted, change, compare, order, parsed_entry, searchable, wanted, written};
use crate::support::book::{actor, at, ids, ingest, records};
use chrono::NaiveDate;
use jikenbo::domain::histogram::sum;
use jikenbo::domain::protocol::Found;
use jikenbo::domain::{By, Change, Command, Generation, Key, ParsedEntry, Record, Split};
use jikenbo::query::ast::Query;
use jikenbo::query::{self, matches_at};
use jikenbo::store::{Finder, Store};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

/// Something that happens to a case book.
#[derive(Clone, Debug)]
enum Step {
    Triage(Vec<(Change, Vec<Index>)>),
    /// The document comes anew: some of its entries are gone, others have come.
    Ingest(Vec<ParsedEntry>, usize),
    /// Another document comes.
    More(Vec<ParsedEntry>),
    Forget,
    /// The search index is brought up to date, which prunes what is known of changes.
    Index,
    DropIndex,
    /// The finder reads ahead, to the end or a few slices.
    Idle(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let entries = |n| prop::collection::vec(parsed_entry(), n);
    prop_oneof![
        4 => prop::collection::vec(change(), 1..6).prop_map(Step::Triage),
        2 => (entries(1..4), 0usize..6).prop_map(|(new, kept)| Step::Ingest(new, kept)),
        2 => entries(1..4).prop_map(Step::More),
        1 => Just(Step::Forget),
        3 => Just(Step::Index),
        1 => Just(Step::DropIndex),
        1 => prop_oneof![Just(9), 0usize..3].prop_map(Step::Idle),
    ]
}

struct Books {
    store: Store,
    finder: Finder,
    /// What the first document holds.
    entries: Vec<ParsedEntry>,
    steps: u32,
}

impl Books {
    fn take(&mut self, step: &Step) {
        self.steps += 1;
        let n = self.steps;
        match step {
            Step::Triage(changes) => {
                let ids = ids(&self.store);
                for (i, (change, on)) in changes.iter().enumerate().filter(|_| !ids.is_empty()) {
                    let targets = on.iter().map(|at| ids[at.index(ids.len())].clone()).collect();
                    let by = actor(["kei", "rule:lost", "aya"][i % 3]);
                    let command = Command { change: change.clone(), targets };
                    self.store.apply(&command, &by, at(n * 100 + i as u32)).unwrap();
                    if i % 4 == 3 {
                        self.store.undo(&by, at(n * 100 + i as u32)).unwrap();
                    }
                }
            }
            Step::Ingest(new, kept) => {
                self.entries.truncate(*kept);
                self.entries.extend(new.iter().cloned());
                ingest(&mut self.store, "/nowhere/digest.txt", self.entries.clone());
            }
            Step::More(entries) => ingest(&mut self.store, &format!("/nowhere/{n}.txt"), entries.clone()),
            Step::Forget => {
                let documents = self.store.document_list().unwrap();
                if let Some(last) = documents.last().filter(|_| documents.len() > 1) {
                    self.store.forget(last.key, &actor("kei"), at(n * 100), false).unwrap();
                }
            }
            Step::Index => {
                self.store.update_index(&mut |_| ControlFlow::Continue(())).unwrap();
            }
            Step::DropIndex => self.store.remove_index().unwrap(),
            Step::Idle(slices) => {
                for _ in 0..*slices {
                    self.finder.idle().unwrap();
                }
            }
        }
    }

    fn check(&mut self, records: &[(Key, Record)], query: &Query, text: &str) -> Result<(), TestCaseError> {
        let mut expected: Vec<&(Key, Record)> = records.iter().filter(|(k, r)| matches_at(query, *k, r)).collect();
        expected.sort_by(|a, b| compare(query.sort, a, b));
        let keys: Vec<Key> = expected.iter().map(|(k, _)| *k).collect();
        let triaged = expected.iter().filter(|(_, r)| r.triage.status.is_triaged()).count();
        let mut early: Vec<Found> = Vec::new();
        let ways = [
            ("scan", self.store.search_by_scan(query)),
            ("index", self.store.search(query)),
            ("finder", self.finder.search(Generation(1), query, &mut |found| early.push(found))),
        ];
        for (way, found) in ways {
            let found = found.map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
            prop_assert_eq!(&*found.keys, &keys, "{} with {:?} by {}", text, query.sort, way);
            prop_assert_eq!((found.triaged, found.in_store), (triaged, records.len()), "{} by {}", text, way);
        }
        prop_assert!(early.iter().all(|first| keys.starts_with(&first.keys)), "{} early", text);
        let by = By::ALL[text.len() % By::ALL.len()];
        let tallies = (self.finder.tally(query, by).unwrap(), self.store.tally(query, by).unwrap());
        prop_assert_eq!(&tallies.0, &tallies.1, "{} by {:?}", text, by);
        let split = [Split::Nothing, Split::Action, Split::Tag][text.len() % 3];
        let ways = (self.finder.histogram(Generation(1), query, split), self.store.histogram(query, split));
        let counted = ways.0.unwrap();
        prop_assert_eq!(&counted, &ways.1.unwrap(), "{} by day and {:?}", text, split);
        let mut days: BTreeMap<Option<NaiveDate>, u64> = BTreeMap::new();
        for (_, record) in &expected {
            *days.entry(record.facts.published).or_default() += 1;
        }
        prop_assert_eq!(sum(&counted.undated), days.remove(&None).unwrap_or_default(), "{} undated", text);
        let told: Vec<_> = counted.days.iter().map(|(day, n)| (Some(*day), sum(n))).collect();
        prop_assert_eq!(told, days.into_iter().collect::<Vec<_>>(), "{} by day", text);
        Ok(())
    }
}

fn opened(path: &Path, entries: Vec<ParsedEntry>) -> Books {
    let mut store = Store::open(path).unwrap();
    ingest(&mut store, "/nowhere/digest.txt", entries.clone());
    Books { store, finder: Finder::open(path).unwrap(), entries, steps: 0 }
}

fn run(entries: Vec<ParsedEntry>, rounds: &[(Step, Vec<(Wanted, String)>)]) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let mut books = opened(&folder.path().join("cases.db"), entries);
    let today = NaiveDate::from_ymd_opt(2024, 6, 20).unwrap();
    for (step, queries) in rounds {
        books.take(step);
        let records = records(&books.store);
        let mut texts = searchable(&records);
        texts.push("紛失".into());
        let marks = records.iter().map(|(k, _)| *k).step_by(3).collect();
        for (n, (wanted, order)) in queries.iter().enumerate() {
            let text = written(wanted, &texts) + order;
            let parse = if n % 3 == 0 { query::parse } else { query::parse_without_default };
            let query = parse(&text, today).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
            books.check(&records, &query.with_marks(&marks), &text)?;
        }
    }
    prop_assert_eq!(books.store.check().unwrap(), Vec::<String>::new());
    Ok(())
}

fn cases() -> u32 {
    std::env::var("JIKENBO_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(160)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_finder_that_stays_open_finds_what_the_plain_reading_finds(
        entries in prop::collection::vec(parsed_entry(), 1..10),
        rounds in prop::collection::vec((step(), prop::collection::vec((wanted(), order()), 8)), 5),
    ) {
        run(entries, &rounds)?;
    }
}
