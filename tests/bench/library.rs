//! What the table of limits asks of the library: searches, whole-view work, bulk tagging, reading, ingest.
//! Given a case book; `limits` calls it, and hands what the searches found to the workbench's part.

use crate::figures::{Board, Figure, grouped, ms, quantile, ratio, repeat, short};
use crate::fixture::{Fixture, files, query, take_in, with_end};
use crate::limits_of::{Limits, QUERIES};
use chrono::{DateTime, Utc};
use jikenbo::app::event::Event;
use jikenbo::domain::protocol::{Found, Wanted};
use jikenbo::domain::{Actor, By, Change, Command, Generation, Histogram, Key, Record, Reply, Split, Tag};
use jikenbo::ingest::{Options, parse};
use jikenbo::query::ast::{Expr, Term};
use jikenbo::runtime::search::{Searcher, Seeker, Supersede, Told};
use jikenbo::runtime::{Problem, Wake};
use jikenbo::store::{Finder, IndexState, Store, StoreError};
use jikenbo::text::search_fold;
use std::fs;
use std::hint::black_box;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Texts that the reference scan reads; its time is scaled to all of them.
const SCANNED: usize = 20_000;

/// Bytes of digests that are parsed in one turn.
const PARSED: usize = 6_000_000;

/// Incidents that are tagged at once.
const BULK: usize = 10_000;

/// Groups that are told where many names have one: more than anybody pages through.
const GROUPS: usize = 1_000;

/// How often every search is asked.
const ROUNDS: usize = 5;

/// What a query has to find.
pub struct Expected {
    /// The query as typed.
    pub query: String,
    /// How many hits it has.
    pub hits: usize,
    /// What is to be seen of the first one: its day and the beginning of its organisation.
    pub first: Option<(String, String)>,
}

/// A query on its way through the rounds.
struct Asked {
    class: &'static str,
    text: String,
    early: Vec<Duration>,
    whole: Vec<Duration>,
    found: Found,
}

/// Searches through the finder: to the newest 200 hits and to the exact count. Every round has a finder of its own, since
/// one remembers what it was asked.
pub fn searches(fixture: &Fixture, limits: &Limits, board: &mut Board) -> Vec<Expected> {
    let store = Store::open_existing(fixture.db()).unwrap();
    let mut queries: Vec<(&str, String)> = QUERIES.iter().map(|(class, text)| (*class, (*text).to_owned())).collect();
    queries.push(("a name", rare_name(&store)));
    let begin = |(class, text)| Asked { class, text, early: vec![], whole: vec![], found: Found::default() };
    let mut asked: Vec<Asked> = queries.into_iter().map(begin).collect();
    for round in 0..ROUNDS {
        let mut finder = read_ahead(fixture, board, round == 0);
        for (one, generation) in asked.iter_mut().zip(1..) {
            let query = query(&one.text);
            let (clock, mut first) = (Instant::now(), None);
            let mut hear = |_| first = first.or_else(|| Some(clock.elapsed()));
            one.found = finder.search(Generation(generation), &query, &mut hear).unwrap();
            one.whole.push(clock.elapsed());
            one.early.push(first.unwrap_or_else(|| clock.elapsed()));
        }
    }
    tell_searches(&mut asked, &Scan::new(&store), limits, board);
    asked.into_iter().map(|one| expect(&store, one.text, &one.found.keys)).collect()
}

/// Prints every query, and puts the slowest of each class on the board.
fn tell_searches(asked: &mut [Asked], reference: &Scan, limits: &Limits, board: &mut Board) {
    let mut worst: Vec<(&str, Duration, Duration)> = Vec::new();
    for Asked { class, text, early, whole, found } in asked {
        let (early, whole) = (quantile(early, 0.5), quantile(whole, 0.5));
        let hits = format!("{} hits", grouped(found.keys.len() as i64));
        let figure = |what: &str, time| Figure::new(format!("search {text}: {what}"), ms(time), "ms");
        board.note(&figure("newest 200 hits", early).most(limits.early).beside(hits));
        let scan = reference.seconds(&query(text).filter, found.in_store);
        let how = if found.scanned { "; texts were read" } else { "" };
        let beside = ratio(whole.as_secs_f64(), scan, "memmem over the texts in memory") + how;
        board.note(&figure("exact count", whole).most(limits.count).beside(beside));
        match worst.iter_mut().find(|w| w.0 == *class) {
            Some(w) => (w.1, w.2) = (w.1.max(early), w.2.max(whole)),
            None => worst.push((class, early, whole)),
        }
    }
    for (class, early, whole) in worst {
        let figure = |what: &str, time| Figure::new(format!("library, {class}: {what}"), ms(time), "ms");
        board.put(figure("newest 200 hits", early).most(limits.early));
        board.put(figure("exact count", whole).most(limits.count));
    }
}

/// A finder that has read ahead what the workbench's reads behind its first frame.
fn read_ahead(fixture: &Fixture, board: &Board, tell: bool) -> Finder {
    let mut finder = Finder::open(fixture.db()).unwrap();
    let (clock, mut longest, mut more) = (Instant::now(), Duration::ZERO, true);
    while more {
        let slice = Instant::now();
        more = finder.idle().unwrap();
        longest = longest.max(slice.elapsed());
    }
    if tell {
        let beside = format!("a key waits {} ms for it at most", short(ms(longest)));
        let figure = Figure::new("columns in memory, read behind the first frame", ms(clock.elapsed()), "ms");
        board.note(&figure.beside(beside));
    }
    finder
}

/// What a query has to find, for the workbench's part.
pub fn expect(store: &Store, query: String, keys: &[Key]) -> Expected {
    let row = keys.first().and_then(|key| store.rows(&[*key]).unwrap().pop());
    let first = row.map(|row| {
        let name = row.org.or(row.title).unwrap_or_default();
        (row.published.map(|d| d.to_string()).unwrap_or_default(), name.chars().take(3).collect())
    });
    Expected { query, hits: keys.len(), first }
}

/// An organisation's name from the middle of the case book, which few notices hold.
fn rare_name(store: &Store) -> String {
    let keys = store.search(&query("")).unwrap().keys;
    let middle: Vec<Key> = keys.iter().copied().skip(keys.len() / 2).take(50).collect();
    let names = store.rows(&middle).unwrap().into_iter().filter_map(|r| r.org);
    let plain = |name: &String| name.chars().all(char::is_alphanumeric) && name.chars().count() >= 4;
    names.into_iter().find(plain).unwrap_or_else(|| "株式会社".into())
}

/// A plain scan of the folded texts in memory, the reference of every search.
struct Scan {
    texts: Vec<String>,
}

impl Scan {
    fn new(store: &Store) -> Self {
        let all = store.search(&query("kind:any status:any")).unwrap().keys;
        let some: Vec<Key> = all.iter().copied().step_by((all.len() / SCANNED).max(1)).take(SCANNED).collect();
        let mut texts = Vec::with_capacity(some.len());
        let mut keep = |r: Record| {
            texts.push(search_fold(&r.text));
            Ok::<_, StoreError>(())
        };
        store.each_record(&some, &mut keep).unwrap();
        Self { texts }
    }

    /// How long it takes to look for the query's first word in as many texts as the case book holds.
    fn seconds(&self, filter: &Expr, in_store: usize) -> f64 {
        let word = first_word(filter).unwrap_or_default();
        let finder = memchr::memmem::Finder::new(&word);
        let mut times = repeat(3, 3, Duration::ZERO, || {
            black_box(self.texts.iter().filter(|t| finder.find(t.as_bytes()).is_some()).count());
        });
        quantile(&mut times, 0.5).as_secs_f64() * in_store as f64 / self.texts.len().max(1) as f64
    }
}

fn first_word(expr: &Expr) -> Option<String> {
    match expr {
        Expr::And(all) | Expr::Or(all) => all.iter().find_map(first_word),
        Expr::Not(inner) => first_word(inner),
        Expr::Is(Term::Contains { any, .. }) => any.first().cloned(),
        Expr::Is(_) => None,
    }
}

/// The whole view in other orders, and counted by what can be counted; finders as for the searches.
pub fn views(fixture: &Fixture, limits: &Limits, board: &mut Board) {
    const ORDERS: [&str; 8] =
        ["", "sort:published", "sort:-people", "sort:org", "sort:title", "sort:action", "sort:status", "sort:case"];
    const SPLITS: [(&str, Split); 3] = [("day", Split::Nothing), ("action", Split::Action), ("tag", Split::Tag)];
    let (mut orders, mut counts) = (ORDERS.map(|_| Vec::new()), By::ALL.map(|_| Vec::new()));
    let mut splits = SPLITS.map(|_| Vec::new());
    let mut all = By::ALL.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        let mut finder = read_ahead(fixture, board, false);
        for ((order, times), generation) in ORDERS.iter().zip(&mut orders).zip(1..) {
            let asked = query(order);
            let clock = Instant::now();
            black_box(finder.search(Generation(generation), &asked, &mut |_| ()).unwrap());
            times.push(clock.elapsed());
        }
        for ((by, times), all) in By::ALL.iter().zip(&mut counts).zip(&mut all) {
            let clock = Instant::now();
            black_box(finder.largest(&query(""), *by, GROUPS).unwrap());
            times.push(clock.elapsed());
            let clock = Instant::now();
            black_box(finder.tally(&query(""), *by).unwrap());
            all.push(clock.elapsed());
        }
        for ((_, split), times) in SPLITS.iter().zip(&mut splits) {
            let clock = Instant::now();
            black_box(finder.histogram(Generation(99), &query(""), *split).unwrap());
            times.push(clock.elapsed());
        }
    }
    let named = SPLITS.iter().map(|(name, _)| *name);
    let slowest = tell_each("days of the whole view by", named.zip(&mut splits), limits, board);
    board.put(slowest.renamed("histogram of the whole view by day, the slowest split").most(limits.view));
    let named = ORDERS.map(|order| if order.is_empty() { "as it opens" } else { order });
    let slowest = tell_each("whole view", named.iter().copied().zip(&mut orders), limits, board);
    board.put(slowest.renamed("sort of the whole view, the slowest order").most(limits.view));
    let months = By::ALL.iter().zip(&mut counts).find(|(by, _)| **by == By::Month).map(|(_, times)| times);
    board.put(Figure::median("histogram of the whole view by month", months.unwrap()).most(limits.view));
    let named = By::ALL.iter().map(|by| by.as_str());
    let slowest = tell_each("whole view counted by", named.clone().zip(&mut counts), limits, board);
    let beside = format!("the {} largest groups", grouped(GROUPS as i64));
    board.put(slowest.renamed("groups of the whole view, the slowest kind").most(limits.view).beside(beside));
    for (name, times) in named.zip(&mut all) {
        board.note(&Figure::median(format!("whole view counted by {name}, all groups"), times));
    }
}

/// A finder behind the workbench's search thread that counts what becomes of the queries.
struct Counted {
    finder: Finder,
    answered: Arc<AtomicUsize>,
    interrupted: Arc<AtomicUsize>,
}

impl Seeker for Counted {
    fn superseder(&self) -> Supersede {
        let superseder = self.finder.superseder();
        Box::new(move |by| superseder.supersede(by))
    }

    fn search(&mut self, generation: Generation, wanted: &Wanted, told: Told<'_>) -> Result<(), Problem> {
        let query = jikenbo::query::parse(&wanted.query, chrono::NaiveDate::default()).map_err(Problem::Query)?;
        let done = self.finder.search_with_rows(generation, &query, None, 64, told);
        let count = if done.is_ok() { &self.answered } else { &self.interrupted };
        count.fetch_add(1, Ordering::SeqCst);
        done.map_err(|_| Problem::Interrupted)
    }

    fn histogram(&mut self, generation: Generation, _: &Wanted, split: Split) -> Result<Histogram, Problem> {
        self.finder.histogram(generation, &query(""), split).map_err(|e| Problem::Other(e.to_string()))
    }

    fn idle(&mut self) -> Result<bool, Problem> {
        self.finder.idle().map_err(|_| Problem::Interrupted)
    }
}

/// A query posted to the search thread key by key without a pause: the time to all hits of the last one, and how many
/// of the others were answered, ended while they ran, or never begun.
pub fn burst(fixture: &Fixture, text: &str, limits: &Limits, board: &mut Board) {
    let typed: Vec<String> = (1..=text.chars().count()).map(|n| text.chars().take(n).collect()).collect();
    let (mut times, mut fates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (answered, interrupted) = (Arc::default(), Arc::default());
        let mut counted = Some(Counted {
            finder: read_ahead(fixture, board, false),
            answered: Arc::clone(&answered),
            interrupted: Arc::clone(&interrupted),
        });
        let (sender, replies) = std::sync::mpsc::channel();
        let open = move || counted.take().ok_or_else(|| Problem::Other("opened twice".into()));
        let searcher = Searcher::start(open, sender).unwrap();
        // Opened, and the index too.
        let wait_for = |wanted: u64| loop {
            match replies.recv().unwrap() {
                Wake::Event(Event::Reply(Reply::Found { generation, found, .. }))
                    if generation.0 == wanted && !found.early =>
                {
                    break;
                }
                _ => {}
            }
        };
        let post = |n: u64, text: &str| {
            searcher.post(Generation(n), Wanted { query: text.to_owned(), ..Wanted::default() });
        };
        post(1, "鰌鰌");
        wait_for(1);
        let clock = Instant::now();
        (2..).zip(&typed).for_each(|(n, text)| post(n, text));
        wait_for(typed.len() as u64 + 1);
        times.push(clock.elapsed());
        fates.push((answered.load(Ordering::SeqCst) - 1, interrupted.load(Ordering::SeqCst)));
    }
    fates.sort_unstable();
    let (answered, interrupted) = fates.get(ROUNDS / 2).copied().unwrap_or_default();
    let never = typed.len().saturating_sub(answered + interrupted);
    let beside =
        format!("of {} queries {answered} answered, {interrupted} interrupted, {never} never begun", typed.len());
    let what = format!("library, burst of {} keys: to the last count", typed.len());
    board.put(Figure::median(what, &mut times).most(limits.count).beside(beside));
}

/// Prints the medians and gives the slowest one.
fn tell_each<'t>(
    what: &str,
    all: impl Iterator<Item = (&'t str, &'t mut Vec<Duration>)>,
    limits: &Limits,
    board: &Board,
) -> Figure {
    let (mut slowest, mut name) = (Vec::new(), "");
    for (each, times) in all {
        board.note(&Figure::median(format!("{what} {each}"), times).most(limits.view));
        if quantile(times, 0.5) >= quantile(&mut slowest, 0.5) {
            (slowest, name) = (times.clone(), each);
        }
    }
    Figure::median("", &mut slowest).beside(name)
}

/// Tags many incidents at once and takes it back; both are in the log.
pub fn tagging(fixture: &Fixture, limits: &Limits, board: &mut Board) {
    let (db, copied) = fixture.changeable();
    let mut store = Store::open_existing(&db).unwrap();
    let actor = Actor { name: "bench".into(), uid: 0 };
    let keys = store.search(&query("kind:any status:any")).unwrap().keys;
    let keys: Vec<Key> = keys.iter().copied().take(BULK).collect();
    let targets = store.ids(&keys).unwrap();
    let change = Change::Tag { add: vec![Tag::new("bulk").unwrap()], remove: Vec::new() };
    let command = Command { change, targets };
    let epoch = DateTime::<Utc>::UNIX_EPOCH;
    let (mut tags, mut undos) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let clock = Instant::now();
        store.apply(&command, &actor, epoch).unwrap();
        tags.push(clock.elapsed());
        let clock = Instant::now();
        store.undo(&actor, epoch).unwrap().unwrap();
        undos.push(clock.elapsed());
    }
    let mut both: Vec<Duration> = tags.iter().zip(&undos).map(|(a, b)| *a + *b).collect();
    let size = fs::metadata(with_end(&db, "-wal")).map_or(0, |m| m.len());
    let mut synced = repeat(3, 5, Duration::ZERO, || sync_write(fixture.scratch(), size as usize / 10));
    let beside = format!(
        "{}; tag {} ms, undo {} ms{}",
        ratio(
            quantile(&mut both, 0.5).as_secs_f64(),
            2.0 * quantile(&mut synced, 0.5).as_secs_f64(),
            "writing and syncing as many bytes"
        ),
        short(ms(quantile(&mut tags, 0.5))),
        short(ms(quantile(&mut undos, 0.5))),
        if copied { "" } else { "; the log of the kept case book grows by both" },
    );
    let figure = Figure::median(format!("tag {} incidents, with log and undo", grouped(keys.len() as i64)), &mut both);
    board.put(figure.most(limits.tag).beside(beside));
}

fn sync_write(folder: &Path, size: usize) {
    let mut file = fs::File::create(folder.join("synced")).unwrap();
    file.write_all(&vec![7; size]).unwrap();
    file.sync_data().unwrap();
}

/// Reads digests on one core, beside checking and folding the same bytes.
pub fn parsing(fixture: &Fixture, board: &mut Board) -> f64 {
    let mut size = 0;
    let mut fits = |raw: &Vec<u8>| {
        size += raw.len();
        size <= PARSED
    };
    let digests = fixture.digests();
    let texts: Vec<Vec<u8>> = digests.iter().map(|f| fs::read(f).unwrap()).take_while(|raw| fits(raw)).collect();
    let megabytes = texts.iter().map(Vec::len).sum::<usize>() as f64 / 1e6;
    let mut folding = repeat(3, 5, Duration::ZERO, || {
        texts.iter().for_each(|t| drop(black_box(str::from_utf8(t).map(search_fold))));
    });
    let mut reading = repeat(3, 7, Duration::from_secs(4), || {
        texts.iter().for_each(|t| drop(black_box(parse(t, "digest.txt", &Options::default()).unwrap())));
    });
    let (reading, folding) = (quantile(&mut reading, 0.5).as_secs_f64(), quantile(&mut folding, 0.5).as_secs_f64());
    let beside = ratio(reading, folding, "checking and folding the same bytes");
    let rate = megabytes / reading;
    board.put(Figure::new("parse and extract alone, one core", rate, "MB/s").least(20.0).beside(beside));
    rate
}

/// Takes all digests into a new case book as far as a scan finds them, then builds the search index. What is too large
/// for that is told as it was measured when the corpus was made.
pub fn ingest(fixture: &mut Fixture, limits: &Limits, parsing: f64, board: &mut Board) {
    const SCAN: &str = "ingest: parsed, stored, searchable by scan";
    const INDEX: &str = "ingest: searchable by index";
    let (stored, indexed, when) = if fixture.incidents > limits.ingested {
        index_once(fixture);
        (fixture.made.ingest_seconds, fixture.made.index_seconds, "; measured when the case book was made")
    } else {
        let db = fixture.scratch().join("ingested.db");
        let mut store = Store::open(&db).unwrap();
        let clock = Instant::now();
        take_in(&mut store, &files(fixture.digest_folder()));
        let stored = clock.elapsed().as_secs_f64();
        let indexed = build_index(&store);
        drop(store);
        for end in ["", "-wal", "-shm", "-index", "-index-wal", "-index-shm", "-index-lock"] {
            drop(fs::remove_file(with_end(&db, end)));
        }
        index_once(fixture);
        (Some(stored), Some(indexed), "")
    };
    match stored {
        Some(seconds) => {
            let rate = fixture.megabytes() / seconds;
            let beside = format!("{} times the rate of parsing alone on one core{when}", short(rate / parsing));
            board.put(Figure::new(SCAN, rate, "MB/s").least(limits.by_scan).beside(beside));
        }
        None => board.skip(SCAN, "the case book was given"),
    }
    match (stored, indexed) {
        (Some(stored), Some(indexed)) => {
            let rate = fixture.megabytes() / (stored + indexed);
            let beside = format!("stored in {} s, indexed in {} s{when}", short(stored), short(indexed));
            board.put(Figure::new(INDEX, rate, "MB/s").least(limits.by_index).beside(beside));
        }
        _ => board.skip(INDEX, "the case book was given"),
    }
    let size = |path: &Path| fs::metadata(path).map_or(0.0, |m| m.len() as f64 / 1e6);
    let (index, store) = (size(&with_end(fixture.db(), "-index")), size(fixture.db()));
    let beside = format!(
        "case book {} MB, digests {} MB{}",
        short(store),
        short(fixture.megabytes()),
        indexed
            .map(|s| format!("; built in {} s, {} MB of text a second", short(s), short(fixture.megabytes() / s)))
            .unwrap_or_default()
    );
    board.put(Figure::new("size of the search index", index, "MB").beside(beside));
}

/// Builds the index of the kept case book where there is none, and brings it up to date where there is one.
fn index_once(fixture: &mut Fixture) {
    let store = Store::open_existing(fixture.db()).unwrap();
    match store.index_state().unwrap() {
        IndexState::Ready => {}
        IndexState::Behind { .. } => drop(build_index(&store)),
        IndexState::Missing => {
            fixture.made.index_seconds = Some(build_index(&store));
            fixture.keep_made();
        }
    }
}

/// How many seconds it takes to bring the index up to date.
fn build_index(store: &Store) -> f64 {
    let clock = Instant::now();
    store.update_index(&mut |_| ControlFlow::Continue(())).unwrap();
    clock.elapsed().as_secs_f64()
}
