//! Case books that are merged: in whatever order, with whatever histories, the same comes out, and nothing that anyone
//! did is lost.

use crate::support::book::{actor, all, at, document, entry, ids};
use jikenbo::analysis::links;
use jikenbo::domain::ExportFormat;
use jikenbo::domain::{Change, Command, Facts, OpId, ParsedEntry, Status, Tag};
use jikenbo::export::{self, Options};
use jikenbo::op;
use jikenbo::store::{LogFilter, Ready, Store};
use proptest::prelude::*;
use proptest::sample::Index;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What happens in one case book.
#[derive(Clone, Debug)]
pub enum Step {
    Change(Change, Vec<Index>),
    Undo,
    Redo,
    /// A version of one of two digests is taken in at one of two places: entries with bits set, each with one of three
    /// bodies, and with one of two headlines.
    Ingest {
        digest: u8,
        place: u8,
        set: u8,
        body: u8,
        headline: u8,
        reversed: bool,
    },
    Forget(Index),
}

fn tag(name: &str) -> Tag {
    Tag::new(name).unwrap()
}

pub fn step() -> impl Strategy<Value = Step> {
    let name = || prop::sample::select(vec!["a", "b", "a/b"]);
    let change = prop_oneof![
        3 => name().prop_map(|t| Change::Tag { add: vec![tag(t)], remove: Vec::new() }),
        1 => name().prop_map(|t| Change::Tag { add: Vec::new(), remove: vec![tag(t)] }),
        2 => prop::sample::select(Status::ALL.to_vec()).prop_map(|to| Change::Status { to }),
        2 => "[xyz]{1,2}".prop_map(|text| Change::Note { text }),
        2 => "[pq]".prop_map(|v| Change::Correct { field: jikenbo::domain::Field::Org, value: Some(v.into()) }),
        1 => (name(), name()).prop_map(|(a, b)| Change::Rename { from: tag(a), to: tag(b), merge: true }),
        1 => name().prop_map(|t| Change::Describe { tag: tag(t), text: Some("何".into()), colour: None }),
    ];
    let change = (change, prop::collection::vec(any::<Index>(), 1..4)).prop_map(|(c, on)| Step::Change(c, on));
    let ingest = (0u8..2, 0u8..2, 1u8..16, 0u8..3, 0u8..2, any::<bool>()).prop_map(
        |(digest, place, set, body, headline, reversed)| Step::Ingest { digest, place, set, body, headline, reversed },
    );
    prop_oneof![6 => change, 2 => Just(Step::Undo), 1 => Just(Step::Redo), 5 => ingest, 1 => any::<Index>().prop_map(Step::Forget)]
}

fn entries(digest: u8, set: u8, body: u8, headline: u8, reversed: bool) -> Vec<ParsedEntry> {
    let made = |n: u8| {
        // The last entry of both digests has the same first lines.
        let org = if n == 3 { "共通組合".to_owned() } else { format!("第{digest}の組織{n}") };
        let title = if n == 1 { format!("件名{headline}") } else { "件名".to_owned() };
        let own = if n == 3 { format!("\n末尾{digest}の{body}\n") } else { String::new() };
        let said = if n == 0 { format!("本文{n}") } else { format!("本文{n}の{body}") };
        let text = format!("{org} {title}\n\n経緯\n\n対応{n}\n\n連絡先\n\n宛先\n\n{said}\n{own}");
        entry(text, Facts { org: Some(org), title: Some(title), ..Facts::default() })
    };
    let mut all: Vec<_> = (0..4).filter(|n| set >> n & 1 == 1).map(made).collect();
    if reversed {
        all.reverse();
    }
    all
}

pub fn act(store: &mut Store, by: &str, step: &Step, n: u32, forgets: bool) -> Option<OpId> {
    match step {
        Step::Change(change, on) => {
            let ids = ids(store);
            if ids.is_empty() {
                return None;
            }
            let targets = on.iter().map(|i| ids[i.index(ids.len())].clone()).collect();
            store.apply(&Command { change: change.clone(), targets }, &actor(by), at(n)).unwrap().op
        }
        Step::Undo => store.undo(&actor(by), at(n)).unwrap().and_then(|(a, _)| a.op),
        Step::Redo => store.redo(&actor(by), at(n)).unwrap().and_then(|(a, _)| a.op),
        Step::Ingest { digest, place, set, body, headline, reversed } => {
            let path = format!("/nowhere/{}", if *place == 0 { *digest } else { 9 });
            let (parsed, raw) = document(&path, entries(*digest, *set, *body, *headline, *reversed));
            // What was forgotten is refused.
            let _ = store.ingest(&Ready::new(parsed).unwrap().linked(links::keys), &raw, at(n));
            None
        }
        Step::Forget(which) => {
            let known = store.document_list().unwrap();
            if forgets && !known.is_empty() {
                store.forget(known[which.index(known.len())].key, &actor(by), at(n), n.is_multiple_of(2)).unwrap();
            }
            None
        }
    }
}

/// All that is to be seen of a case book: sorted records, the log, the tags.
pub fn seen(store: &Store) -> (Vec<String>, String, String) {
    let keys = all(store);
    let mut out = Vec::new();
    let mut exporter = export::exporter(ExportFormat::Ndjson, &mut out, Options::default());
    store
        .each_record::<jikenbo::jobs::JobError>(&keys, &mut |r| {
            exporter.record(&r)?;
            Ok(())
        })
        .unwrap();
    exporter.finish().unwrap();
    drop(exporter);
    let mut lines: Vec<String> = String::from_utf8(out).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    let log = store.log(&LogFilter::default()).unwrap();
    (lines, serde_json::to_string_pretty(&log).unwrap(), format!("{:?}", store.tags().unwrap()))
}

/// Fails with the first line in which two case books differ.
fn same(a: &(Vec<String>, String, String), b: &(Vec<String>, String, String), what: &str) -> Result<(), TestCaseError> {
    let lines = |s: &(Vec<String>, String, String)| -> Vec<String> {
        s.0.iter().cloned().chain(s.1.lines().map(str::to_owned)).chain([s.2.clone()]).collect()
    };
    let (x, y) = (lines(a), lines(b));
    let differs = x.iter().zip(&y).find(|(x, y)| x != y);
    prop_assert!(differs.is_none() && x.len() == y.len(), "{what}: {} and {} lines, {differs:#?}", x.len(), y.len());
    Ok(())
}

/// Case books in a folder, each with a history of its own.
struct Shelf {
    folder: TempDir,
    copies: usize,
}

impl Shelf {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A new case book of what these hold, merged in this order.
    fn merged(&mut self, order: &[&Path]) -> PathBuf {
        self.copies += 1;
        let path = self.path(&format!("m{}.db", self.copies));
        let first = Store::open_existing(order[0]).unwrap();
        first.backup(&path, false).unwrap();
        let mut store = Store::open_existing(&path).unwrap();
        for other in &order[1..] {
            store.merge(other, links::keys).unwrap();
        }
        path
    }
}

/// A step of one of the three.
type Turn = (usize, usize, Step);

fn shelf(turns: &[Turn], forgets: bool) -> (Shelf, Vec<PathBuf>, BTreeSet<OpId>) {
    // In memory where that can be: hundreds of files that nobody is to keep.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    let shelf = Shelf { folder: folder.unwrap(), copies: 0 };
    let paths: Vec<PathBuf> = ["a.db", "b.db", "c.db"].iter().map(|n| shelf.path(n)).collect();
    let mut stores: Vec<Store> = paths.iter().map(|p| Store::open(p).unwrap()).collect();
    let mut done = BTreeSet::new();
    for (n, (which, who, step)) in turns.iter().enumerate() {
        // Clocks of three machines, which now and then agree.
        let second = n as u32 / 2 + (*which as u32);
        done.extend(act(&mut stores[*which], ["kei", "aya"][*who], step, second, forgets));
    }
    (shelf, paths, done)
}

/// Holds a case book to its log and to every operation that was acknowledged.
fn sound(store: &Store, done: &BTreeSet<OpId>) -> Result<(), TestCaseError> {
    prop_assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let log = store.log(&LogFilter::default()).unwrap();
    let logged: BTreeSet<OpId> = log.iter().map(|o| o.id.clone()).collect();
    prop_assert!(done.is_subset(&logged), "an operation is lost");
    let cancelled = op::cancelled(log.iter());
    prop_assert!(log.iter().all(|o| o.cancelled == cancelled.contains(&o.id)));
    Ok(())
}

fn every_order_is_one(turns: &[Turn], forgets: bool) -> Result<(), TestCaseError> {
    let (mut shelf, paths, done) = shelf(turns, forgets);
    let [a, b, c] = [0, 1, 2].map(|i| paths[i].as_path());
    let ab = shelf.merged(&[a, b]);
    let ba = shelf.merged(&[b, a]);
    let expected = seen(&Store::open_existing(&ab).unwrap());
    same(&seen(&Store::open_existing(&ba).unwrap()), &expected, "two orders of two")?;
    // Once more changes nothing, from either side.
    for other in [a, b, ba.as_path()] {
        let again = shelf.merged(&[&ab, other]);
        same(&seen(&Store::open_existing(&again).unwrap()), &expected, "once more")?;
    }
    let bc = shelf.merged(&[b, c]);
    let all = [
        shelf.merged(&[a, b, c]),
        shelf.merged(&[c, b, a]),
        shelf.merged(&[b, c, a]),
        shelf.merged(&[a, c, b]),
        shelf.merged(&[a, &bc]),
        shelf.merged(&[&bc, a]),
        shelf.merged(&[c, &ab]),
        shelf.merged(&[&ba, &bc]),
    ];
    let expected = seen(&Store::open_existing(&all[0]).unwrap());
    for path in &all {
        let store = Store::open_existing(path).unwrap();
        same(&seen(&store), &expected, &path.file_name().unwrap().to_string_lossy())?;
        sound(&store, &done)?;
    }
    // An undo after the merge takes the same back whatever the order was.
    let undone: Vec<_> = [&all[0], &all[6]]
        .into_iter()
        .map(|path| {
            let mut store = Store::open_existing(path).unwrap();
            let words = store.undo(&actor("kei"), at(999)).unwrap().map(|(a, _)| a.summary);
            assert_eq!(store.check().unwrap(), Vec::<String>::new());
            (words, seen(&store).0)
        })
        .collect();
    prop_assert_eq!(&undone[0], &undone[1]);
    Ok(())
}

/// How many histories are tried: `JIKENBO_MERGES` says it for a longer run.
fn cases() -> u32 {
    std::env::var("JIKENBO_MERGES").ok().and_then(|n| n.parse().ok()).unwrap_or(100)
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    prop::collection::vec((0usize..3, 0usize..2, step()), 1..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_order_of_merges_makes_no_difference(turns in turns()) {
        every_order_is_one(&turns, false)?;
    }

    #[test]
    fn nor_does_it_where_documents_were_forgotten(turns in turns()) {
        every_order_is_one(&turns, true)?;
    }
}
