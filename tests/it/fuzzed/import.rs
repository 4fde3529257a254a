//! Records of another case book: what is read, written and read again is the same, a bad line hides no other, and what
//! one case book takes in and gives out, the same or another one takes in again without a change.

use super::in_time;
use chrono::{DateTime, TimeDelta, Utc};
use jikenbo::analysis::links;
use jikenbo::domain::{Actor, Change, Command, ExportFormat, Field, Imported, Key, Record, Status, Tag, Verdict};
use jikenbo::export::Options as Form;
use jikenbo::ingest::records::{self, HEAD, Layout, Piece, Pieces};
use jikenbo::ingest::{Options, parse};
use jikenbo::jobs::export::to_writer;
use jikenbo::jobs::ingest::{self, Heard, Input, Report, Taker};
use jikenbo::jobs::reparse;
use jikenbo::query;
use jikenbo::store::{LogFilter, Ready, Store};
use jikenbo::text::json;
use jikenbo::text::neutral::is_unsafe;
use std::collections::BTreeSet;
use std::fs;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The digest that a case book in use keeps, and the one that was forgotten there.
const KEPT: &str = include_str!("../../fixtures/digests/numbered.txt");
const FORGOTTEN: &str = include_str!("../../fixtures/digests/plain.txt");

/// Most records of an input that are stored: more of them say no more.
const MOST: usize = 12;

/// Case books to begin with, as bytes of their files: making one anew takes longer than all that is asked of it.
struct Shelf {
    folder: TempDir,
    empty: Vec<u8>,
    used: Vec<u8>,
}

thread_local! {
    static SHELF: Shelf = Shelf::new();
}

/// Reads every line as a record, and the whole as a file of records.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    for line in bytes.split(|b| *b == b'\n') {
        in_time(line.len(), || comes_back(line));
    }
    let Some(layout) = records::layout(bytes.get(..HEAD).unwrap_or(bytes)) else { return };
    let pieces = in_time(bytes.len(), || pieces(bytes, layout));
    let (mut good, mut bad) = (Vec::new(), BTreeSet::new());
    for piece in &pieces {
        match in_time(bytes.len(), || read(piece)) {
            Some(record) => good.push(record),
            None => drop(bad.insert(piece.line)),
        }
    }
    if (1..=MOST).contains(&good.len()) {
        let n = bytes.len();
        SHELF.with(|shelf| {
            in_time(n, || an_empty_one(shelf, bytes, (good.len(), &bad)));
            in_time(n, || one_in_use(shelf, bytes, pieces.len()));
        });
    }
}

fn comes_back(line: &[u8]) {
    let Ok(record) = serde_json::from_slice::<Record>(line) else { return };
    let written = json::to_string(&record).unwrap();
    assert!(!written.chars().any(is_unsafe), "{written}");
    let again: Record = serde_json::from_str(&written).unwrap_or_else(|e| panic!("{e}: {written}"));
    assert_eq!(again, record, "{written}");
    assert_eq!(json::to_string(&again).unwrap(), written);
}

/// The pieces of a file, which are the same however it is read.
fn pieces(bytes: &[u8], layout: Layout) -> Vec<Piece> {
    let taken = |capacity| {
        let mut pieces = Pieces::new(BufReader::with_capacity(capacity, bytes), layout);
        std::iter::from_fn(|| pieces.next_piece().unwrap()).collect::<Vec<Piece>>()
    };
    let all = taken(1 << 18);
    assert_eq!(all, taken(7));
    let lines = bytes.iter().filter(|b| **b == b'\n').count() + 1;
    let mut last = 0;
    for piece in &all {
        assert!((last..=lines).contains(&piece.line) && piece.line > 0, "line {} behind {last}", piece.line);
        assert!(piece.line > last || layout == Layout::Free, "line {} twice", piece.line);
        last = piece.line;
    }
    all
}

/// The record of a piece; what is wrong with another is said in words.
fn read(piece: &Piece) -> Option<Imported> {
    let json = piece.json.as_deref().ok()?;
    match records::read(json, piece.line, now()) {
        Ok(record) => {
            let new = records::reread(&record.entry, &record.source.path);
            assert_eq!((&new.text, new.bytes), (&record.entry.text, record.entry.bytes));
            Some(record)
        }
        Err(what) => {
            assert!(!what.trim().is_empty() && !what.chars().any(is_unsafe), "{what:?}");
            None
        }
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_720_000_000, 0).unwrap()
}

fn actor(name: &str) -> Actor {
    Actor { name: name.to_owned(), uid: 1000 }
}

fn ready(text: &str, path: &str) -> Ready {
    Ready::new(parse(text.as_bytes(), path, &Options::default()).unwrap()).unwrap().linked(links::keys)
}

impl Shelf {
    fn new() -> Self {
        let folder = super::folder();
        let bytes = |name: &str, fill: &dyn Fn(&mut Store)| {
            let copy = folder.path().join(format!("{name}.copy"));
            let mut store = Store::open(&folder.path().join(name)).unwrap();
            fill(&mut store);
            store.backup(&copy, true).unwrap();
            fs::read(copy).unwrap()
        };
        let (empty, used) = (bytes("empty", &|_| ()), bytes("used", &use_it));
        Self { folder, empty, used }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A case book of these bytes.
    fn open(&self, name: &str, bytes: &[u8]) -> Store {
        for beside in ["", "-wal", "-shm", "-index"] {
            drop(fs::remove_file(self.path(&format!("{name}{beside}"))));
        }
        fs::write(self.path(name), bytes).unwrap();
        Store::open_existing(&self.path(name)).unwrap()
    }
}

/// Makes of a new case book one in which a digest was worked on and another was forgotten.
fn use_it(store: &mut Store) {
    let at = |n: i64| now() + TimeDelta::seconds(n);
    store.ingest(&ready(KEPT, "digests/numbered.txt"), KEPT.as_bytes(), at(0)).unwrap();
    store.ingest(&ready(FORGOTTEN, "digests/plain.txt"), FORGOTTEN.as_bytes(), at(1)).unwrap();
    let asked = store.find_document("digests/plain.txt").unwrap();
    store.forget(asked.key, &actor("kei"), at(2), true).unwrap();
    let ids = store.ids(&keys(store)).unwrap();
    let tag = |add: &[&str], remove: &[&str]| {
        let tags = |list: &[&str]| list.iter().map(|t| Tag::new(t).unwrap()).collect();
        Change::Tag { add: tags(add), remove: tags(remove) }
    };
    let changes = [
        ("kei", tag(&["漏えい", "supply/若宮"], &[])),
        ("aya", tag(&[], &["漏えい"])),
        ("aya", Change::Status { to: Status::Open }),
        ("kei", Change::Note { text: "再確認".to_owned() }),
        ("kei", Change::Correct { field: Field::Org, value: Some("霧岬市".into()) }),
        ("kei", Change::Review { field: Field::Published, verdict: Some(Verdict::Rejected) }),
        ("aya", Change::Status { to: Status::Done }),
    ];
    for (n, (by, change)) in changes.into_iter().enumerate() {
        let targets = ids.iter().skip(n % 3).step_by(2).cloned().collect();
        store.apply(&Command { change, targets }, &actor(by), at(10 + n as i64)).unwrap();
    }
    store.undo(&actor("aya"), at(20)).unwrap();
}

/// All rows.
fn keys(store: &Store) -> Vec<Key> {
    let all = query::parse_without_default("", now().date_naive()).unwrap();
    store.search(&all).unwrap().keys.to_vec()
}

/// Ingests a file.
fn take(store: &mut Store, path: &Path) -> Report {
    let kei = actor("kei");
    let taker = Taker { actor: &kei, at: now(), stop: None };
    let mut report = None;
    let input = [Input::File(path.to_owned())];
    ingest::run(Some(store), &input, &Options::default(), taker, &mut |_, heard| {
        if let Heard::Whole(done) = heard {
            report = Some(done.unwrap());
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    report.unwrap()
}

/// What a case book holds: the lines of its export, sorted.
fn lines(store: &Store) -> Vec<String> {
    let mut out = Vec::new();
    let form = Form { now: now(), ..Form::default() };
    to_writer(store, ExportFormat::Ndjson, &mut out, &keys(store), form).unwrap();
    let mut lines: Vec<String> = std::str::from_utf8(&out).unwrap().lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn is_sound(store: &Store) {
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

/// Ingests the file once more: nothing is another, and nothing is written of it.
fn again_for_nothing(store: &mut Store, path: &Path, first: &Report) -> Vec<String> {
    let log = |store: &Store| store.log(&LogFilter::default()).unwrap().len();
    let (before, length) = (lines(store), log(store));
    let second = take(store, path);
    assert_eq!(lines(store), before, "{:?}", second.said);
    assert_eq!((log(store), &second.said), (length, &Vec::new()));
    assert_eq!((second.entries, &second.bad), (first.entries, &first.bad));
    let ingested = second.ingested.unwrap();
    assert_eq!((ingested.new, ingested.gone), (0, 0), "{ingested:?}");
    before
}

/// A new case book takes everything in that is sound, and what it gives out is the same in another one.
fn an_empty_one(shelf: &Shelf, bytes: &[u8], (good, bad): (usize, &BTreeSet<usize>)) {
    let file = shelf.path("in.ndjson");
    fs::write(&file, bytes).unwrap();
    let mut store = shelf.open("a", &shelf.empty);
    let report = take(&mut store, &file);
    assert!(report.entries <= good && report.entries > 0, "{report:?}");
    assert_eq!(report.bad.len(), report.bad_count);
    let told: BTreeSet<usize> = report.bad.iter().map(|b| b.line).collect();
    assert!(told.is_superset(bad), "{told:?} {bad:?}");
    assert!(report.bad.iter().all(|b| !b.what.chars().any(is_unsafe)), "{report:?}");
    is_sound(&store);
    let given = again_for_nothing(&mut store, &file, &report);

    let file = shelf.path("out.ndjson");
    fs::write(&file, given.join("\n")).unwrap();
    let mut other = shelf.open("b", &shelf.empty);
    let report = take(&mut other, &file);
    assert_eq!((report.entries, report.bad), (given.len(), Vec::new()), "{given:#?}");
    assert_eq!(lines(&other), given);
    // What was imported from a digest that now comes itself is that digest's.
    let documents = other.documents(None).unwrap();
    let heard = &mut |_, done: Result<_, _>| {
        drop(done.unwrap());
        ControlFlow::Continue(())
    };
    reparse::run(&mut other, &documents, false, heard).unwrap();
    is_sound(&other);
    other.ingest(&ready(KEPT, "digests/numbered.txt"), KEPT.as_bytes(), now()).unwrap();
    is_sound(&other);
}

/// One in use stays sound, keeps what was decided there, and can take back what came.
fn one_in_use(shelf: &Shelf, bytes: &[u8], pieces: usize) {
    let file = shelf.path("in.ndjson");
    fs::write(&file, bytes).unwrap();
    let mut store = shelf.open("c", &shelf.used);
    let report = take(&mut store, &file);
    assert_eq!(report.entries + report.bad_count, pieces, "{report:?}");
    is_sound(&store);
    let before = again_for_nothing(&mut store, &file, &report);
    let mut undone = 0;
    while undone < 4 && store.undo(&actor("kei"), now() + TimeDelta::seconds(30)).unwrap().is_some() {
        undone += 1;
    }
    for _ in 0..undone {
        assert!(store.redo(&actor("kei"), now() + TimeDelta::seconds(40)).unwrap().is_some());
    }
    assert_eq!(lines(&store), before);
    is_sound(&store);
}
