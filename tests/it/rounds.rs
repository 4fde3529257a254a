//! Case books of random histories, exported and imported: every line comes back, and nothing is there twice however
//! imports and merges follow each other.

use crate::merge::{Step, act, seen, step};
use crate::support::book::{actor, at};
use jikenbo::analysis::links;
use jikenbo::ingest::Options;
use jikenbo::jobs::ingest::{self, Heard, Taker};
use jikenbo::store::Store;
use proptest::prelude::*;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// Imports lines as the command does; fails with what could not be taken in.
fn import(store: &mut Store, file: &Path, lines: &[String]) -> Result<ingest::Report, TestCaseError> {
    fs::write(file, lines.join("\n") + "\n").unwrap();
    let inputs = [ingest::Input::File(file.to_owned())];
    let mio = actor("mio");
    let mut report = None;
    let mut each = |_, heard| {
        if let Heard::Whole(done) = heard {
            report = Some(done.unwrap());
        }
        ControlFlow::Continue(())
    };
    let taker = Taker { actor: &mio, at: at(500), stop: None };
    ingest::run(Some(store), &inputs, &Options::default(), taker, &mut each).unwrap();
    let report = report.unwrap();
    prop_assert!(report.bad.is_empty(), "{:?}", report.bad);
    Ok(report)
}

fn store_of(path: &Path, steps: &[(usize, Step)]) -> Store {
    let mut store = Store::open(path).unwrap();
    store.complete_links(links::keys).unwrap();
    for (n, (who, step)) in (1..).zip(steps) {
        act(&mut store, ["kei", "aya"][*who], step, n, true);
    }
    store
}

fn round_trip(steps: &[(usize, Step)], merges: bool) -> Result<(), TestCaseError> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap();
    let [a, b, file] = ["a.db", "b.db", "all.ndjson"].map(|n| folder.path().join(n));
    let mut old = store_of(&a, steps);
    let lines = seen(&old).0;
    if lines.is_empty() {
        return Ok(());
    }
    let mut new = Store::open(&b).unwrap();
    new.complete_links(links::keys).unwrap();
    let report = import(&mut new, &file, &lines)?;
    prop_assert_eq!(report.ingested.map(|i| i.new), Some(lines.len()));
    prop_assert_eq!(&seen(&new).0, &lines);
    prop_assert_eq!(new.check().unwrap(), Vec::<String>::new());
    // Made anew from the log, the tables are what they were.
    new.rebuild_triage().unwrap();
    let whole = seen(&new);
    prop_assert_eq!(&whole.0, &lines);
    let again = import(&mut new, &file, &lines)?;
    prop_assert_eq!(again.ingested.map(|i| i.unchanged), Some(lines.len()));
    prop_assert_eq!(&seen(&new), &whole);
    if merges {
        new.merge(&a, links::keys).unwrap();
        prop_assert_eq!(&seen(&new).0, &lines);
        prop_assert_eq!(new.check().unwrap(), Vec::<String>::new());
        old.merge(&b, links::keys).unwrap();
        prop_assert_eq!(&seen(&old), &seen(&new));
        prop_assert_eq!(old.check().unwrap(), Vec::<String>::new());
    }
    Ok(())
}

/// How many histories are tried: `JIKENBO_ROUNDS` says it for a longer run.
fn cases() -> u32 {
    std::env::var("JIKENBO_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(24)
}

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    prop::collection::vec((0usize..2, step()), 1..20)
}

/// Digests that come once and are not changed, and work on them: an incident that its document no longer holds has a
/// past that no record tells.
fn once(steps: Vec<(usize, Step)>) -> Vec<(usize, Step)> {
    let mut digests = 0;
    let mut keep = |step: &Step| match step {
        Step::Ingest { .. } => {
            digests += 1;
            digests < 2
        }
        Step::Forget(_) => false,
        _ => true,
    };
    steps.into_iter().filter(|(_, step)| keep(step)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn every_line_comes_back(steps in steps()) {
        round_trip(&steps, false)?;
    }

    #[test]
    fn an_import_and_a_merge_bring_one_incident(steps in steps()) {
        round_trip(&once(steps), true)?;
    }
}
