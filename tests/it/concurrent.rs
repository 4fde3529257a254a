//! Several who work on one case book: whatever they interleave, nothing is lost, and the tables of tags, status and
//! notes are what the log adds up to.

use crate::support::book::{actor, all, at, document, entry, ids, ingest, records};
use jikenbo::domain::op::Act;
use jikenbo::domain::{Change, Command, Facts, IncidentId, OpId, Operation, ParsedEntry, Status, Tag};
use jikenbo::op;
use jikenbo::store::{LogFilter, Ready, Store};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::thread;

/// What one of them does next.
#[derive(Clone, Debug)]
enum Step {
    Change(Change, Vec<Index>),
    Undo,
    Redo,
    /// Closes the file and opens it again.
    Reopen,
    /// Ingests another version of the digest: entries with bits set are in it, and its body is of this number.
    Ingest(u8, u8),
}

fn tag(name: &str) -> Tag {
    Tag::new(name).unwrap()
}

fn step() -> impl Strategy<Value = Step> {
    let name = || prop::sample::select(vec!["a", "b", "a/b"]);
    let change = prop_oneof![
        3 => name().prop_map(|t| Change::Tag { add: vec![tag(t)], remove: Vec::new() }),
        1 => name().prop_map(|t| Change::Tag { add: Vec::new(), remove: vec![tag(t)] }),
        1 => (name(), name()).prop_map(|(a, r)| Change::Tag { add: vec![tag(a)], remove: vec![tag(r)] }),
        2 => prop::sample::select(Status::ALL.to_vec()).prop_map(|to| Change::Status { to }),
        2 => "[xyz]{1,2}".prop_map(|text| Change::Note { text }),
    ];
    let change = (change, prop::collection::vec(any::<Index>(), 1..4)).prop_map(|(c, on)| Step::Change(c, on));
    prop_oneof![
        8 => change,
        4 => Just(Step::Undo),
        3 => Just(Step::Redo),
        1 => Just(Step::Reopen),
        1 => (1u8..32, 0u8..3).prop_map(|(set, body)| Step::Ingest(set, body)),
    ]
}

/// The entries of the digest whose bits are set.
fn entries(set: u8, body: u8) -> Vec<ParsedEntry> {
    let made = |n: u8| {
        let org = format!("組織{n}");
        let text = format!("{org} 件名\n\n経緯\n\n対応\n\n連絡先\n\n本文その{body}\n");
        entry(text, Facts { org: Some(org), title: Some("件名".into()), ..Facts::default() })
    };
    (0..5).filter(|n| set >> n & 1 == 1).map(made).collect()
}

fn log(store: &Store) -> Vec<Operation> {
    store.log(&LogFilter::default()).unwrap()
}

/// Holds a store to its log: the same state, and every operation that was acknowledged.
fn check(store: &Store, acknowledged: &BTreeSet<OpId>) -> Result<(), TestCaseError> {
    let log = log(store);
    let logged: BTreeSet<OpId> = log.iter().map(|o| o.id.clone()).collect();
    prop_assert_eq!(&logged, acknowledged);
    let cancelled = op::cancelled(log.iter());
    prop_assert!(log.iter().all(|o| o.cancelled == cancelled.contains(&o.id)));
    let folded = op::fold(log.iter());
    for (_, record) in records(store) {
        prop_assert_eq!(folded.get(&record.id).cloned().unwrap_or_default(), record.triage);
    }
    Ok(())
}

/// The incidents that the log speaks of.
fn named(log: &[Operation]) -> BTreeSet<IncidentId> {
    log.iter().flat_map(|o| o.incidents.iter().cloned()).collect()
}

fn act(
    store: &mut Store,
    path: &Path,
    by: &str,
    step: &Step,
    n: u32,
    acknowledged: &mut BTreeSet<OpId>,
) -> Result<(), TestCaseError> {
    let done = match step {
        Step::Change(change, on) => {
            let ids = ids(store);
            let targets = on.iter().map(|i| ids[i.index(ids.len())].clone()).collect();
            store.apply(&Command { change: change.clone(), targets }, &actor(by), at(n)).unwrap().op
        }
        Step::Undo => store.undo(&actor(by), at(n)).unwrap().and_then(|(a, _)| a.op),
        Step::Redo => store.redo(&actor(by), at(n)).unwrap().and_then(|(a, _)| a.op),
        Step::Reopen => {
            *store = Store::open_existing(path).unwrap();
            None
        }
        Step::Ingest(set, body) => {
            let kept = named(&log(store));
            let (parsed, raw) = document("/nowhere/digest.txt", entries(*set, *body));
            store.ingest(&Ready::new(parsed).unwrap().linked(jikenbo::analysis::links::keys), &raw, at(n)).unwrap();
            let after: BTreeSet<IncidentId> = ids(store).into_iter().collect();
            prop_assert!(kept.is_subset(&after), "an incident that the log speaks of is gone");
            None
        }
    };
    if let Some(op) = done {
        prop_assert!(acknowledged.insert(op), "an id was given twice");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn two_who_take_turns_lose_nothing(steps in prop::collection::vec((0usize..2, 0usize..2, step()), 1..30)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut stores = [Store::open(&path).unwrap(), Store::open(&path).unwrap()];
        ingest(&mut stores[0], "/nowhere/digest.txt", entries(31, 0));
        let mut acknowledged = BTreeSet::new();
        for (n, (which, who, step)) in steps.iter().enumerate() {
            // The clock stands still for three steps and once goes back.
            let seconds = if n == 7 { 0 } else { n as u32 / 3 };
            act(&mut stores[*which], &path, ["kei", "aya"][*who], step, seconds, &mut acknowledged)?;
            check(&stores[1 - which], &acknowledged)?;
        }
        prop_assert_eq!(log(&stores[0]), log(&stores[1]));
        prop_assert_eq!(stores[0].check().unwrap(), Vec::<String>::new());
        drop(stores);
        let again = Store::open_existing(&path).unwrap();
        check(&again, &acknowledged)?;
        prop_assert_eq!(again.check().unwrap(), Vec::<String>::new());
    }
}

/// Works as one analyst: tags, takes back, brings back, and gives the ids of what was logged.
fn work(path: &Path, who: usize) -> Vec<OpId> {
    let by = actor(&format!("analyst{who}"));
    let mut store = Store::open_existing(path).unwrap();
    let ids = ids(&store);
    let mut logged = Vec::new();
    for n in 0..24u32 {
        if n == 12 {
            store = Store::open_existing(path).unwrap();
        }
        let done = match n % 4 {
            2 => store.undo(&by, at(n)).unwrap().unwrap().0,
            3 => store.redo(&by, at(n)).unwrap().unwrap().0,
            _ => {
                let change = Change::Tag { add: vec![tag(&format!("w{who}/{n}"))], remove: Vec::new() };
                let targets = ids.iter().skip(who).cloned().collect();
                store.apply(&Command { change, targets }, &by, at(n)).unwrap()
            }
        };
        logged.push(done.op.unwrap());
    }
    logged
}

#[test]
fn four_who_work_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cases.db");
    let mut store = Store::open(&path).unwrap();
    ingest(&mut store, "/nowhere/digest.txt", entries(31, 0));
    let logged: Vec<OpId> = thread::scope(|scope| {
        let path = &path;
        let all: Vec<_> = (0..4).map(|who| scope.spawn(move || work(path, who))).collect();
        all.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    let acknowledged: BTreeSet<OpId> = logged.iter().cloned().collect();
    assert_eq!(acknowledged.len(), logged.len());
    check(&store, &acknowledged).unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    // What each undid is redone: the last incident carries all twelve tags of each of the four.
    let last = *all(&store).last().unwrap();
    assert_eq!(store.record(last).unwrap().triage.tags.len(), 48);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let log = log(&store);
    for o in &log {
        let kind = match o.act {
            Act::Change { .. } => "change",
            Act::Undo { .. } => "undo",
            Act::Redo { .. } => "redo",
        };
        *kinds.entry(kind).or_default() += 1;
    }
    assert_eq!(kinds, BTreeMap::from([("change", 48), ("undo", 24), ("redo", 24)]));
}
