//! The synthetic case book that both benches measure on, and the line in which a figure stands beside its limit.

use chrono::{DateTime, NaiveDate, Utc};
use jikenbo::ingest::Options;
use jikenbo::jobs::{ingest, synth};
use jikenbo::query::{Query, parse};
use jikenbo::store::Store;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Digests and the case book made of them, gone with this value.
pub struct Fixture {
    folder: TempDir,
    /// Bytes of the digests.
    pub bytes: u64,
    /// How long it took to take them in.
    pub ingest: Duration,
}

impl Fixture {
    /// Makes `JIKENBO_BENCH_INCIDENTS` incidents (100,000 where it is unset), 300 for a trial run.
    pub fn new() -> Self {
        let wished = std::env::var("JIKENBO_BENCH_INCIDENTS").ok().and_then(|n| n.parse().ok());
        let incidents = if is_trial() { 300 } else { wished.unwrap_or(100_000) };
        let folder = tempfile::tempdir().unwrap();
        let digests = folder.path().join("digests");
        synth::generate(&synth::Plan { incidents, seed: 7 }, &digests).unwrap();
        let mut fixture = Self { folder, bytes: 0, ingest: Duration::ZERO };
        fixture.bytes = fixture.digests().iter().map(|p| p.metadata().unwrap().len()).sum();
        let mut store = Store::open(&fixture.db()).unwrap();
        let clock = Instant::now();
        take_in(&mut store, &fixture.digests());
        fixture.ingest = clock.elapsed();
        println!("{incidents} incidents, {:.1} MB", fixture.bytes as f64 / 1e6);
        fixture
    }

    /// The case book.
    pub fn db(&self) -> PathBuf {
        self.folder.path().join("cases.db")
    }

    /// A folder for whatever else is needed.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The digests, in order.
    pub fn digests(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.folder.path().join("digests")).unwrap();
        let mut files: Vec<_> = files.map(|f| f.unwrap().path()).collect();
        files.sort();
        files
    }
}

/// Whether `cargo test` only wants to see that the bench runs.
pub fn is_trial() -> bool {
    std::env::args().any(|a| a == "--test")
}

/// Ingests files as the command does.
pub fn take_in(store: &mut Store, files: &[PathBuf]) {
    let inputs: Vec<_> = files.iter().cloned().map(ingest::Input::File).collect();
    let mut each = |_, report: Result<ingest::Report, _>| {
        report.unwrap();
        ControlFlow::Continue(())
    };
    ingest::run(Some(store), &inputs, &Options::default(), DateTime::<Utc>::UNIX_EPOCH, &mut each).unwrap();
}

/// A query as typed.
pub fn query(text: &str) -> Query {
    parse(text, NaiveDate::default()).unwrap()
}

/// Prints a figure beside its limit.
pub fn figure(what: &str, found: f64, limit: f64, unit: &str, most: bool) {
    let kept = if most { found <= limit } else { found >= limit };
    let sign = if most { "≤" } else { "≥" };
    println!("{what:<58} {found:>10.2} {unit:<5} limit {sign} {limit:<7} {}", if kept { "kept" } else { "MISSED" });
}
