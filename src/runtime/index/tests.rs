//! A keeper that says what it is told to, on a search thread that is busy or not.

use super::super::search::{Searcher, Seeker, Supersede, Told};
use super::*;
use crate::domain::Generation;
use std::sync::mpsc::{Receiver, channel};

const LONG: Duration = Duration::from_secs(20);

/// Never asked for anything.
struct Idle;

impl Seeker for Idle {
    fn superseder(&self) -> Supersede {
        Box::new(|_| ())
    }
    fn search(&mut self, _: Generation, _: &crate::domain::protocol::Wanted, _: Told<'_>) -> Result<(), Problem> {
        Ok(())
    }
    fn histogram(
        &mut self,
        _: Generation,
        _: &crate::domain::protocol::Wanted,
        _: crate::domain::Split,
    ) -> Result<crate::domain::Histogram, Problem> {
        Ok(crate::domain::Histogram::default())
    }
    fn idle(&mut self) -> Result<bool, Problem> {
        Ok(false)
    }
}

/// What one update does: tells these, then ends so.
type Run = (Vec<Indexing>, Result<(), Problem>);

struct Fake {
    runs: Receiver<Run>,
    /// Hears after every telling whether to go on.
    heard: Sender<bool>,
}

impl Keeper for Fake {
    fn update(&mut self, progress: Progress<'_>) -> Result<(), Problem> {
        let (tell, end) = self.runs.recv_timeout(LONG).map_err(|e| Problem::Other(e.to_string()))?;
        for state in tell {
            let goes_on = progress(state).is_continue();
            let _ = self.heard.send(goes_on);
            if !goes_on {
                return Ok(());
            }
        }
        end
    }
}

struct Bench {
    indexer: Indexer,
    wakes: Receiver<Wake>,
    heard: Receiver<bool>,
    runs: Sender<Run>,
    _searcher: Searcher,
}

impl Bench {
    fn new() -> Self {
        let (send, wakes) = channel();
        let (runs, take) = channel();
        let (heard_send, heard) = channel();
        let searcher = Searcher::start(|| Ok(Idle), channel().0).unwrap();
        let mut keeper = Some(Fake { runs: take, heard: heard_send });
        let open = move || keeper.take().ok_or_else(|| Problem::Other("opened twice".into()));
        let indexer = Indexer::pausing(open, send, searcher.bustle(), Duration::ZERO).unwrap();
        Self { indexer, wakes, heard, runs, _searcher: searcher }
    }

    fn run(&self, tell: &[Indexing], end: Result<(), Problem>) {
        self.runs.send((tell.to_vec(), end)).unwrap();
    }

    fn told(&self) -> Indexing {
        match self.wakes.recv_timeout(LONG).unwrap() {
            Wake::Event(Event::Reply(Reply::Indexing(state))) => state,
            other => panic!("{other:?}"),
        }
    }
}

fn running(done: usize) -> Indexing {
    Indexing::Running { done, total: 9 }
}

#[test]
fn progress_is_told_now_and_then_and_the_end_always() {
    let bench = Bench::new();
    bench.run(&[running(1), running(2), running(3), Indexing::Ready], Ok(()));
    bench.indexer.nudge();
    let told: Vec<Indexing> = std::iter::repeat_with(|| bench.told()).take(2).collect();
    assert_eq!(told.first(), Some(&running(1)));
    let last = if told.last() == Some(&Indexing::Ready) { Indexing::Ready } else { bench.told() };
    assert_eq!(last, Indexing::Ready);
    bench.run(&[Indexing::Ready], Ok(()));
    bench.indexer.nudge();
    assert_eq!(bench.told(), Indexing::Ready);
}

#[test]
fn where_another_process_is_at_work_it_is_looked_at_again() {
    let bench = Bench::new();
    bench.run(&[], Ok(()));
    bench.run(&[], Ok(()));
    bench.run(&[Indexing::Ready], Ok(()));
    bench.indexer.nudge();
    assert_eq!(bench.told(), Indexing::Ready);
}

#[test]
fn what_fails_is_told_once() {
    let bench = Bench::new();
    bench.run(&[], Err(Problem::Other("the disk is full".into())));
    bench.indexer.nudge();
    assert_eq!(bench.told(), Indexing::Failed("the disk is full".into()));
    bench.indexer.nudge();
    // The keeper was let go of, and this test's can't be opened anew.
    assert_eq!(bench.told(), Indexing::Failed("opened twice".into()));
}

#[test]
fn leaving_ends_it_in_the_middle() {
    let bench = Bench::new();
    bench.run(&vec![running(1); 100_000], Ok(()));
    bench.indexer.nudge();
    assert!(bench.heard.recv_timeout(LONG).unwrap());
    bench.indexer.close();
    assert!(bench.heard.iter().any(|goes_on| !goes_on));
    drop(bench.indexer);
    assert!(bench.wakes.iter().any(|w| w == Wake::Ended(Part::Index)));
}
