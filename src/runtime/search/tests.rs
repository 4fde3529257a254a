//! A seeker that stops where it is told to, so that the order of things is the test's.

use super::*;
use crate::domain::Key;
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, channel};

const LONG: Duration = Duration::from_secs(20);

/// What others do to the seeker, and what it did.
#[derive(Default)]
struct Doings {
    /// The newest generation that supersedes others.
    wanted: u64,
    /// Searches that ended because of that.
    superseded: u64,
}

type Book = Arc<(Mutex<Doings>, Condvar)>;

/// Says what it starts. A query `wait…` runs until it is superseded, `early…` tells its first hits before, `boom` panics;
/// any other finds as many incidents as it has letters.
struct Fake {
    started: Sender<String>,
    book: Book,
    /// Slices of loading that are left.
    slices: u64,
}

impl Seeker for Fake {
    fn superseder(&self) -> Supersede {
        let book = Arc::clone(&self.book);
        Box::new(move |by| {
            let mut doings = book.0.lock().unwrap();
            doings.wanted = doings.wanted.max(by.0);
            book.1.notify_all();
        })
    }

    fn search(&mut self, generation: Generation, wanted: &Wanted, told: Told<'_>) -> Result<(), Problem> {
        let query = wanted.query.as_str();
        self.started.send(query.to_owned()).unwrap();
        assert!(query != "boom", "told to panic");
        if query == "wrong" {
            return Err(Problem::Query(crate::query::parse("a orgg:x", chrono::NaiveDate::default()).unwrap_err()));
        }
        if query == "gone" {
            return Err(Problem::Other("the file is gone".into()));
        }
        if query.starts_with("early") {
            told(Found { early: true, ..found(2) }, Vec::new());
        }
        let mut doings = self.book.0.lock().unwrap();
        if query.ends_with("wait") {
            let waited = self.book.1.wait_timeout_while(doings, LONG, |d| d.wanted <= generation.0);
            doings = waited.unwrap().0;
        }
        if doings.wanted > generation.0 {
            doings.superseded += 1;
            return Err(Problem::Interrupted);
        }
        drop(doings);
        told(found(query.chars().count()), Vec::new());
        Ok(())
    }

    fn histogram(&mut self, _: Generation, wanted: &Wanted, split: Split) -> Result<Histogram, Problem> {
        self.started.send(format!("count {}", wanted.query)).unwrap();
        if wanted.query == "gone" {
            return Err(Problem::Other("the file is gone".into()));
        }
        Ok(Histogram { split, ..Histogram::default() })
    }

    fn idle(&mut self) -> Result<bool, Problem> {
        self.started.send(format!("slice {}", self.slices)).unwrap();
        self.slices = self.slices.saturating_sub(1);
        Ok(self.slices > 0)
    }
}

fn found(n: usize) -> Found {
    Found { keys: Arc::new((0..n as i64).map(Key).collect()), ..Found::default() }
}

struct Bench {
    searcher: Searcher,
    wakes: Receiver<Wake>,
    started: Receiver<String>,
    book: Book,
}

impl Bench {
    fn new(slices: u64) -> Self {
        let (send, wakes) = channel();
        let (say, started) = channel();
        let book = Book::default();
        let theirs = Arc::clone(&book);
        let open = move || Ok(Fake { started: say.clone(), book: Arc::clone(&theirs), slices });
        let bench = Self { searcher: Searcher::start(open, send).unwrap(), wakes, started, book };
        // Before anything is asked, all is loaded.
        let loading: Vec<String> = (slices.min(1)..=slices).rev().map(|n| format!("slice {n}")).collect();
        bench.started_is(&loading);
        bench
    }

    fn search(&self, generation: u64, query: &str) {
        self.searcher.post(Generation(generation), query.into());
    }

    fn started_is(&self, expected: &[impl AsRef<str>]) {
        for e in expected {
            assert_eq!(self.started.recv_timeout(LONG).unwrap(), e.as_ref());
        }
    }

    fn reply(&self) -> Reply {
        match self.wakes.recv_timeout(LONG).unwrap() {
            Wake::Event(Event::Reply(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    /// Generation, hits and whether they are early of the next answer.
    fn found(&self) -> (u64, usize, bool) {
        match self.reply() {
            Reply::Found { generation, found, .. } => (generation.0, found.keys.len(), found.early),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_newer_query_ends_the_running_one_which_is_not_answered() {
    let bench = Bench::new(0);
    bench.search(1, "wait");
    bench.started_is(&["wait"]);
    bench.search(2, "ab");
    assert_eq!(bench.found(), (2, 2, false));
    assert_eq!(bench.book.0.lock().unwrap().superseded, 1);
}

#[test]
fn first_hits_come_before_all_of_them() {
    let bench = Bench::new(0);
    bench.search(1, "early");
    assert_eq!((bench.found(), bench.found()), ((1, 2, true), (1, 5, false)));
    bench.search(2, "early wait");
    assert_eq!(bench.found(), (2, 2, true));
    bench.search(3, "abc");
    assert_eq!(bench.found(), (3, 3, false));
}

#[test]
fn of_a_burst_only_the_last_is_answered_whole() {
    let bench = Bench::new(0);
    // While it runs the burst queues up behind it.
    bench.search(1, "wait");
    bench.started_is(&["wait"]);
    (2..=30).for_each(|n| bench.search(n, &"x".repeat(n as usize)));
    let mut answers = HashMap::new();
    loop {
        let (generation, hits, early) = bench.found();
        assert_eq!((hits as u64, early), (generation, false));
        *answers.entry(generation).or_insert(0) += 1;
        if generation == 30 {
            break;
        }
    }
    assert!(answers.values().all(|n| *n == 1), "{answers:?}");
    assert!(bench.book.0.lock().unwrap().superseded >= 1);
    drop(bench.searcher);
    assert_eq!(bench.wakes.try_iter().collect::<Vec<_>>(), [Wake::Ended(Part::Search)]);
}

#[test]
fn hits_are_counted_after_their_search_and_not_for_a_superseded_one() {
    let bench = Bench::new(0);
    let count = |generation, query: &str| bench.searcher.count(Generation(generation), query.into(), Split::Tag);
    count(1, "ab");
    let Reply::Histogram { generation, histogram } = bench.reply() else { panic!() };
    assert_eq!((generation.0, histogram.split), (1, Split::Tag));
    bench.search(2, "wait");
    while bench.started.recv_timeout(LONG).unwrap() != "wait" {}
    count(2, "wait");
    bench.search(3, "abc");
    assert_eq!(bench.found(), (3, 3, false));
    count(3, "gone");
    assert_eq!(bench.reply(), Reply::Failed { failure: Failure::Read, message: "the file is gone".into() });
    drop(bench.searcher);
    assert_eq!(bench.wakes.try_iter().collect::<Vec<_>>(), [Wake::Ended(Part::Search)]);
    let counted: Vec<String> = bench.started.try_iter().filter(|s| s.starts_with("count")).collect();
    assert_eq!(counted, ["count gone"]);
}

#[test]
fn the_program_ends_while_a_search_runs() {
    let bench = Bench::new(0);
    bench.search(1, "early wait");
    bench.started_is(&["early wait"]);
    assert!(bench.found().2);
    drop(bench.searcher);
    assert_eq!(bench.wakes.recv_timeout(LONG).unwrap(), Wake::Ended(Part::Search));
    assert!(bench.wakes.recv_timeout(LONG).is_err());
}

#[test]
fn wrong_queries_and_failures_are_answers() {
    let bench = Bench::new(0);
    bench.search(7, "wrong");
    let Reply::QueryError { generation, message, at } = bench.reply() else { panic!() };
    assert_eq!((generation, at), (Generation(7), (2, 7)));
    assert!(message.contains("did you mean `org:`"), "{message}");
    bench.search(8, "gone");
    assert_eq!(bench.reply(), Reply::Failed { failure: Failure::Search, message: "the file is gone".into() });
    bench.search(9, "a");
    assert_eq!(bench.found(), (9, 1, false));
}

#[test]
fn while_nothing_is_asked_it_gets_on_with_loading() {
    let bench = Bench::new(3);
    bench.search(1, "a");
    bench.started_is(&["a", "slice 0"]);
    assert_eq!(bench.found(), (1, 1, false));
}

#[test]
fn a_seeker_that_can_not_be_opened_is_tried_again_with_the_next_query() {
    let (send, wakes) = channel();
    let (say, _started) = channel();
    let mut tries = 0;
    let open = move || {
        tries += 1;
        if tries < 3 {
            return Err(Problem::Other(format!("try {tries}")));
        }
        Ok(Fake { started: say.clone(), book: Book::default(), slices: 0 })
    };
    let searcher = Searcher::start(open, send).unwrap();
    searcher.post(Generation(1), "a".into());
    let message = "try 2".to_owned();
    let failed = Wake::Event(Event::Reply(Reply::Failed { failure: Failure::Search, message }));
    assert_eq!(wakes.recv_timeout(LONG).unwrap(), failed);
    searcher.post(Generation(2), "a".into());
    assert!(matches!(wakes.recv_timeout(LONG).unwrap(), Wake::Event(Event::Reply(Reply::Found { .. }))));
}

#[test]
fn a_panic_is_told() {
    let bench = Bench::new(0);
    bench.search(1, "boom");
    assert_eq!(bench.wakes.recv_timeout(LONG).unwrap(), Wake::Ended(Part::Search));
}
