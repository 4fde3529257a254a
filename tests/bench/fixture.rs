//! The synthetic case books that the benches measure on, made once and kept where that is asked for.
//!
//! `JIKENBO_BENCH_SIZES=10000,100000` (or `JIKENBO_BENCH_INCIDENTS=100000`) says how many incidents,
//! `JIKENBO_BENCH_DIR` where corpora are kept between runs, `JIKENBO_BENCH_DB` and `JIKENBO_BENCH_DIGESTS` name a case
//! book that is there already and the digests that it was made of.
#![allow(dead_code)] // each bench uses its part

use chrono::{DateTime, NaiveDate, Utc};
use jikenbo::domain::Actor;
use jikenbo::ingest::Options;
use jikenbo::jobs::{ingest, synth};
use jikenbo::query::{Query, parse};
use jikenbo::store::Store;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;
use tempfile::TempDir;

/// The most incidents of a case book that is copied where something has to be changed.
const COPIED: usize = 200_000;

/// Incidents from which the stamp is made.
const STAMPED: usize = 200;

/// What is known of a kept corpus.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Tells what the generator, the parser and the schema were; empty where the case book was given.
    stamp: String,
    /// Bytes of the digests.
    pub bytes: u64,
    /// How long it took to take them in.
    pub ingest_seconds: Option<f64>,
    /// How long the search index took afterwards.
    pub index_seconds: Option<f64>,
}

/// A case book and the digests it was made of.
pub struct Fixture {
    /// Incidents of kind `incident` that were asked for.
    pub incidents: usize,
    db: PathBuf,
    digests: PathBuf,
    /// What is known of it.
    pub made: Made,
    /// Gone with this value; holds the corpus too where none is kept.
    scratch: TempDir,
}

/// How many incidents each corpus is to have.
pub fn sizes() -> Vec<usize> {
    if is_trial() {
        return vec![300];
    }
    let wished = env::var("JIKENBO_BENCH_SIZES").or_else(|_| env::var("JIKENBO_BENCH_INCIDENTS")).unwrap_or_default();
    let sizes: Vec<usize> = wished.split(',').filter_map(|n| n.trim().parse().ok()).collect();
    if sizes.is_empty() { vec![100_000] } else { sizes }
}

impl Fixture {
    /// Every corpus that is asked for, one after the other.
    pub fn all() -> impl Iterator<Item = Self> {
        let given = env::var_os("JIKENBO_BENCH_DB").filter(|_| !is_trial());
        let made = if given.is_some() { Vec::new() } else { sizes() };
        given.into_iter().filter_map(Self::given).chain(made.into_iter().map(Self::sized))
    }

    /// The first corpus that is asked for.
    pub fn first() -> Self {
        Self::all().next().unwrap()
    }

    /// A case book that is there already. One of another schema is left alone: bringing it up to date would copy it.
    fn given(db: OsString) -> Option<Self> {
        let db = PathBuf::from(db);
        let scratch = tempfile::tempdir().unwrap();
        let fresh = scratch.path().join("fresh.db");
        drop(Store::open(&fresh).unwrap());
        let (theirs, ours) = (schema(&db), schema(&fresh));
        if theirs != ours {
            println!(
                "{}: schema {theirs}, this program has {ours}; open it once with this program, which makes a backup first",
                db.display()
            );
            return None;
        }
        let incidents = Store::open_existing(&db).unwrap().counts().unwrap().incidents;
        let digests = env::var_os("JIKENBO_BENCH_DIGESTS").map_or_else(|| scratch.path().join("digests"), Into::into);
        if !digests.is_dir() {
            synth::generate(&synth::Plan { incidents: 4_000, seed: 7 }, &digests).unwrap();
        }
        let made = read_made(&db).unwrap_or_else(|| Made { bytes: size_of(&digests), ..Made::default() });
        Some(Self { incidents, db, digests, made, scratch })
    }

    /// A corpus of that many incidents: the kept one where it is still what would be made, else a new one.
    pub fn sized(incidents: usize) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let kept = env::var_os("JIKENBO_BENCH_DIR").filter(|_| !is_trial());
        let folder = kept.map_or_else(|| scratch.path().to_owned(), PathBuf::from).join(incidents.to_string());
        let (db, digests) = (folder.join("cases.db"), folder.join("digests"));
        let stamp = stamp(scratch.path());
        if let Some(made) = read_made(&db).filter(|made| made.stamp == stamp) {
            return Self { incidents, db, digests, made, scratch };
        }
        // Only what an earlier run has made is taken away.
        if read_made(&db).is_some() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let clock = Instant::now();
        synth::generate(&synth::Plan { incidents, seed: 7 }, &digests).unwrap();
        println!("{incidents} incidents written in {:.1} s", clock.elapsed().as_secs_f64());
        let mut store = Store::open(&db).unwrap();
        let clock = Instant::now();
        take_in(&mut store, &files(&digests));
        let made = Made {
            stamp,
            bytes: size_of(&digests),
            ingest_seconds: Some(clock.elapsed().as_secs_f64()),
            index_seconds: None,
        };
        let fixture = Self { incidents, db, digests, made, scratch };
        fixture.keep_made();
        fixture
    }

    /// The case book, to be left as it is.
    pub fn db(&self) -> &Path {
        &self.db
    }

    /// A copy of the case book and of its search index, to change; the case book itself where it is too large for
    /// that: there, whatever is done has to be taken back.
    pub fn changeable(&self) -> (PathBuf, bool) {
        if self.incidents > COPIED {
            return (self.db.clone(), false);
        }
        let copy = self.scratch.path().join("copy.db");
        // The last one to close it leaves all of it in one file.
        drop(Store::open_existing(&self.db).unwrap());
        for end in ["", "-wal", "-shm", "-index", "-index-wal", "-index-shm"] {
            let (from, to) = (with_end(&self.db, end), with_end(&copy, end));
            let _ = fs::remove_file(&to);
            if end.is_empty() || end == "-index" && from.exists() {
                fs::copy(&from, &to).unwrap();
            }
        }
        (copy, true)
    }

    /// A folder for whatever else is needed.
    pub fn scratch(&self) -> &Path {
        self.scratch.path()
    }

    /// The digests, in order.
    pub fn digests(&self) -> Vec<PathBuf> {
        files(&self.digests)
    }

    /// The folder of the digests.
    pub fn digest_folder(&self) -> &Path {
        &self.digests
    }

    /// Megabytes of the digests.
    pub fn megabytes(&self) -> f64 {
        self.made.bytes as f64 / 1e6
    }

    /// Keeps what is known of the corpus beside it.
    pub fn keep_made(&self) {
        let text = serde_json::to_vec(&self.made).unwrap();
        fs::write(with_end(&self.db, "-bench"), text).unwrap();
    }
}

fn read_made(db: &Path) -> Option<Made> {
    let text = fs::read(with_end(db, "-bench")).ok()?;
    serde_json::from_slice(&text).ok().filter(|_| db.exists())
}

/// A path with something after its name.
pub fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// What the generator writes, what the parser makes of it, and the schema that it is kept in: changes with any of them.
fn stamp(scratch: &Path) -> String {
    let (digests, db) = (scratch.join("stamp"), scratch.join("stamp.db"));
    synth::generate(&synth::Plan { incidents: STAMPED, seed: 7 }, &digests).unwrap();
    let mut hash = Sha256::new();
    for file in files(&digests) {
        let raw = fs::read(&file).unwrap();
        let parsed = jikenbo::ingest::parse(&raw, "stamp.txt", &Options::default()).unwrap();
        hash.update(&raw);
        for entry in parsed.entries {
            hash.update(format!("{:?}", entry.facts));
        }
    }
    drop(Store::open(&db).unwrap());
    hash.update(schema(&db).to_be_bytes());
    jikenbo::text::hex(hash.finalize())
}

/// The `user_version` in the head of a database file.
fn schema(db: &Path) -> u32 {
    let mut head = [0; 64];
    let mut file = fs::File::open(db).unwrap();
    std::io::Read::read_exact(&mut file, &mut head).unwrap();
    head.get(60..64).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// The files of a folder, in order.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    files
}

fn size_of(folder: &Path) -> u64 {
    files(folder).iter().map(|p| p.metadata().unwrap().len()).sum()
}

/// Whether `cargo test` only wants to see that the bench runs.
pub fn is_trial() -> bool {
    env::args().any(|a| a == "--test")
}

/// Ingests files as the command does.
pub fn take_in(store: &mut Store, files: &[PathBuf]) {
    let inputs: Vec<_> = files.iter().cloned().map(ingest::Input::File).collect();
    let mut each = |_, heard| {
        if let ingest::Heard::Whole(report) = heard {
            report.unwrap();
        }
        ControlFlow::Continue(())
    };
    let actor = Actor { name: "bench".into(), uid: 0 };
    let taker = ingest::Taker { actor: &actor, at: DateTime::<Utc>::UNIX_EPOCH, stop: None };
    ingest::run(Some(store), &inputs, &Options::default(), taker, &mut each).unwrap();
}

/// A query as typed.
pub fn query(text: &str) -> Query {
    parse(text, NaiveDate::default()).unwrap()
}
