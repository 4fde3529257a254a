//! How much goes through in a second: parsing, ingest, search, bulk tagging, export, each beside a plain reference
//! that is measured in the same run. `cargo bench --bench throughput`; the last lines hold the limits.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod adversary;
mod figures;
mod fixture;

use chrono::{DateTime, Utc};
use criterion::{BatchSize, Criterion, Throughput};
use figures::Figure;
use fixture::{Fixture, is_trial, query, take_in};
use jikenbo::domain::{Actor, Change, Command, ExportFormat, Field, Tag};
use jikenbo::export::Options;
use jikenbo::ingest::{Options as Reading, parse};
use jikenbo::jobs::export::to_writer;
use jikenbo::jobs::synth;
use jikenbo::store::Store;
use jikenbo::text::search_fold;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Bytes of digests that one turn of the parsing and ingest benches reads.
const SAMPLE: usize = 6_000_000;

/// Incidents that are tagged at once.
const BULK: usize = 10_000;

/// Incidents that are exported in one turn.
const EXPORTED: usize = 2_000;

/// Words of one to six characters, from what nearly every notice holds to what none does.
const WORDS: [&str; 6] = ["様", "漏洩", "サーバ", "誤送信", "ランサムウェア", "鯨骨生物群集"];

const EPOCH: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn main() {
    if std::env::args().any(|a| a == "growth") {
        return growth();
    }
    let fixture = Fixture::first();
    let out = fixture.scratch().join("criterion");
    let mut c = Criterion::default()
        .sample_size(10)
        .measurement_time(Duration::from_secs(4))
        .warm_up_time(Duration::from_secs(1))
        .without_plots()
        .output_directory(&out)
        .configure_from_args();
    let sample = Sample::new(&fixture);
    reading(&mut c, &sample);
    storing(&mut c, &sample);
    let (db, copied) = fixture.changeable();
    let mut store = Store::open_existing(&db).unwrap();
    searching(&mut c, &store);
    exporting(&mut c, &store);
    if copied {
        tagging(&mut c, &mut store);
    } else {
        println!("tagging is left out: so large a case book is not copied, and is to stay as it is");
    }
    if !is_trial() {
        growth();
        println!();
        if let Some(seconds) = fixture.made.ingest_seconds {
            let rate = fixture.megabytes() / seconds;
            Figure::new("ingest of all, searchable by scan", rate, "MB/s").least(12.0).tell();
        }
        limits(&out, sample.bytes as f64);
    }
}

/// Bytes of the smallest document whose growth is timed.
const GROWN: usize = 5_000_000;

/// Prints how fast documents of once, twice and four times the size are read on one core, synthetic digests beside
/// normalising and folding the same bytes and then hostile documents: the rates stay as they are where the time is in
/// proportion to the size. Alone with `cargo bench --bench throughput -- growth`.
fn growth() {
    let folder = tempfile::tempdir().unwrap();
    synth::generate(&synth::Plan { incidents: 7_500, seed: 5 }, folder.path()).unwrap();
    let mut files: Vec<PathBuf> = fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let texts: Vec<Vec<u8>> = files.iter().map(|f| fs::read(f).unwrap()).collect();
    println!("\nMB/s on one core at 1, 2 and 4 times the bytes");
    let mut rates = [0.0; 3];
    let mut folding = [0.0; 3];
    for (n, times) in [1, 2, 4].into_iter().enumerate() {
        let mut bytes = 0;
        let fits = |t: &&Vec<u8>| {
            bytes += t.len();
            bytes <= GROWN * times
        };
        let part: Vec<&Vec<u8>> = texts.iter().take_while(fits).collect();
        let size = part.iter().map(|t| t.len()).sum::<usize>() as f64 / 1e6;
        rates[n] = size / shortest(|| part.iter().for_each(|t| read_all(t)));
        let fold_all = || part.iter().for_each(|t| drop(black_box(str::from_utf8(t).map(search_fold))));
        folding[n] = size / shortest(fold_all);
    }
    row("synthetic digests, checked and folded", folding);
    row("synthetic digests, parsed and extracted", rates);
    for kind in adversary::KINDS {
        let rate = |times| {
            let text = adversary::hostile(kind, GROWN * times);
            text.len() as f64 / 1e6 / shortest(|| read_all(&text))
        };
        row(&format!("hostile: {kind}"), [1, 2, 4].map(rate));
    }
    Figure::new("parse and extract of synthetic digests, one core", rates[2], "MB/s").least(20.0).tell();
}

fn row(what: &str, rates: [f64; 3]) {
    println!("{what:<58} {:>8.1} {:>8.1} {:>8.1}", rates[0], rates[1], rates[2]);
}

fn read_all(bytes: &[u8]) {
    // What is in no known format counts too: it was read to tell that.
    drop(black_box(parse(black_box(bytes), "case.txt", &Reading::default())));
}

/// Seconds of the shortest of three turns.
fn shortest(turn: impl Fn()) -> f64 {
    let time = || {
        let clock = Instant::now();
        turn();
        clock.elapsed().as_secs_f64()
    };
    (0..3).map(|_| time()).fold(f64::INFINITY, f64::min)
}

/// The first digests of the fixture.
struct Sample {
    files: Vec<PathBuf>,
    texts: Vec<(String, Vec<u8>)>,
    bytes: usize,
}

impl Sample {
    fn new(fixture: &Fixture) -> Self {
        let mut sample = Self { files: Vec::new(), texts: Vec::new(), bytes: 0 };
        for file in fixture.digests() {
            let raw = fs::read(&file).unwrap();
            if sample.bytes + raw.len() > SAMPLE && sample.bytes > 0 {
                break;
            }
            sample.bytes += raw.len();
            sample.texts.push((file.display().to_string(), raw));
            sample.files.push(file);
        }
        sample
    }
}

fn reading(c: &mut Criterion, sample: &Sample) {
    let mut group = c.benchmark_group("read");
    group.throughput(Throughput::Bytes(sample.bytes as u64));
    group.bench_function("reference: UTF-8 and folding", |b| {
        b.iter(|| {
            for (_, raw) in &sample.texts {
                // Digests in another encoding are left out here and make the ratio a little worse than it is.
                black_box(str::from_utf8(raw).map(search_fold).ok());
            }
        });
    });
    group.bench_function("parse and extract", |b| {
        b.iter(|| {
            for (path, raw) in &sample.texts {
                black_box(parse(raw, path, &Reading::default()).unwrap());
            }
        });
    });
    group.finish();
}

fn storing(c: &mut Criterion, sample: &Sample) {
    let mut group = c.benchmark_group("store");
    group.throughput(Throughput::Bytes(sample.bytes as u64));
    let fresh = || {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("cases.db")).unwrap();
        (folder, store)
    };
    group.bench_function("ingest", |b| {
        let turn = |(folder, mut store)| {
            take_in(&mut store, &sample.files);
            (folder, store)
        };
        b.iter_batched(fresh, turn, BatchSize::PerIteration);
    });
    group.finish();
}

fn searching(c: &mut Criterion, store: &Store) {
    let all = store.search(&query("kind:any status:any")).unwrap().keys;
    let mut folded = Vec::with_capacity(all.len());
    let mut keep = |r: jikenbo::domain::Record| {
        folded.push(search_fold(&r.text));
        Ok::<_, jikenbo::store::StoreError>(())
    };
    store.each_record(&all, &mut keep).unwrap();
    let mut group = c.benchmark_group("search");
    for word in WORDS {
        group.bench_function(format!("reference: memmem {word}"), |b| {
            let needle = search_fold(word);
            let finder = memchr::memmem::Finder::new(&needle);
            b.iter(|| folded.iter().filter(|t| finder.find(t.as_bytes()).is_some()).count());
        });
        let query = query(word);
        group.bench_function(word, |b| b.iter(|| store.search(&query).unwrap().keys.len()));
    }
    for view in ["", "sort:-people", "sort:org", "status:new", "tag:none"] {
        let query = query(view);
        let name = if view.is_empty() { "default view" } else { view };
        group.bench_function(name, |b| b.iter(|| store.search(&query).unwrap().keys.len()));
    }
    let screen: Vec<_> = store.search(&query("")).unwrap().keys.iter().copied().take(60).collect();
    group.bench_function("rows of a screen", |b| b.iter(|| store.rows(&screen).unwrap()));
    let first = screen.first().copied().unwrap();
    group.bench_function("detail of one", |b| b.iter(|| store.record(first).unwrap()));
    group.finish();
}

fn exporting(c: &mut Criterion, store: &Store) {
    let keys: Vec<_> = store.search(&query("")).unwrap().keys.iter().copied().take(EXPORTED).collect();
    let mut group = c.benchmark_group("export");
    group.throughput(Throughput::Elements(keys.len() as u64));
    for format in [ExportFormat::Csv, ExportFormat::Ndjson] {
        let turn = || to_writer(store, format, &mut std::io::sink(), &keys, Options::default()).unwrap();
        group.bench_function(format!("{format:?}"), |b| b.iter(turn));
    }
    group.finish();
}

fn tagging(c: &mut Criterion, store: &mut Store) {
    let actor = Actor { name: "bench".into(), uid: 0 };
    let all = store.search(&query("kind:any")).unwrap().keys;
    let mut group = c.benchmark_group("tag");
    for (name, most) in [("tag and undo", BULK), ("tag all and undo", usize::MAX)] {
        let keys: Vec<_> = all.iter().copied().take(most).collect();
        let targets = store.ids(&keys).unwrap();
        let change = Change::Tag { add: vec![Tag::new("bulk").unwrap()], remove: Vec::new() };
        let command = Command { change, targets };
        group.bench_function(name, |b| b.iter(|| tag_and_undo(store, &command, &actor)));
    }
    let targets = store.ids(&all.iter().copied().take(BULK).collect::<Vec<_>>()).unwrap();
    let tag = |name: &str| Tag::new(name).unwrap();
    let change = Change::Tag { add: vec![tag("old/name")], remove: Vec::new() };
    store.apply(&Command { change, targets: targets.clone() }, &actor, EPOCH).unwrap();
    let rename = Command { change: Change::Rename { from: tag("old"), to: tag("new"), merge: false }, targets };
    group.bench_function("rename and undo", |b| b.iter(|| tag_and_undo(store, &rename, &actor)));
    let field = Field::Org;
    let correct = Command {
        change: Change::Correct { field, value: Some("訂正後".into()) },
        targets: rename.targets.iter().take(1).cloned().collect(),
    };
    group.bench_function("correct one and undo", |b| b.iter(|| tag_and_undo(store, &correct, &actor)));
}

fn tag_and_undo(store: &mut Store, command: &Command, actor: &Actor) {
    store.apply(command, actor, EPOCH).unwrap();
    store.undo(actor, EPOCH).unwrap().unwrap();
}

/// Prints what was measured beside the limits, and every search beside its reference.
fn limits(out: &Path, bytes: f64) {
    let seconds = |group: &str, name: &str| -> Option<f64> {
        let file = out.join(group).join(name.replace([':', '?', '*', '/', '"'], "_")).join("new/estimates.json");
        let estimates: serde_json::Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
        estimates.get("median")?.get("point_estimate")?.as_f64().map(|ns| ns / 1e9)
    };
    let rate = |group, name| seconds(group, name).map(|s| bytes / 1e6 / s);
    if let (Some(found), Some(reference)) =
        (rate("read", "parse and extract"), rate("read", "reference: UTF-8 and folding"))
    {
        let beside = format!("{:.1} times the work of checking and folding the same bytes", reference / found);
        Figure::new("parse and extract, one core", found, "MB/s").least(20.0).beside(beside).tell();
    }
    if let Some(found) = rate("store", "ingest") {
        Figure::new("ingest of the first digests into an empty store", found, "MB/s").least(12.0).tell();
    }
    let most = |what: &str, found: f64, limit: f64, beside: String| {
        Figure::new(what, found * 1e3, "ms").most(limit).beside(beside).tell();
    };
    for word in WORDS {
        let pair = (seconds("search", word), seconds("search", &format!("reference: memmem {word}")));
        if let (Some(found), Some(reference)) = pair {
            let beside = format!("{:.1} times a scan of the same texts in memory", found / reference);
            most(&format!("search {word}, all hits"), found, 60.0, beside);
        }
    }
    for view in ["default view", "sort:-people", "sort:org"] {
        if let Some(found) = seconds("search", view) {
            most(view, found, 30.0, String::new());
        }
    }
    let changes = [
        ("tag and undo", "tag 10,000 and undo", 100.0),
        ("tag all and undo", "tag all and undo", 1_000.0),
        ("rename and undo", "rename and undo", 200.0),
        ("correct one and undo", "correct one and undo", 30.0),
    ];
    for (name, what, limit) in changes {
        if let Some(found) = seconds("tag", name) {
            most(what, found, limit, String::new());
        }
    }
}
