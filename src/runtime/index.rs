//! The index thread: builds the search index and brings it up to date behind everything else.
//!
//! The loop nudges it when the store has changed or a search had to read all texts; it opens the store for itself, steps
//! back while a search is being answered, tells how far it has come, and ends at once when the program does.

use super::hand::Hand;
use super::search::Bustle;
use super::worker::Problem;
use super::{Part, Wake};
use crate::app::event::Event;
use crate::domain::Reply;
use crate::domain::protocol::Indexing;
use std::io;
use std::ops::ControlFlow;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Hears how far it has come and says whether to go on.
pub type Progress<'p> = &'p mut dyn FnMut(Indexing) -> ControlFlow<()>;

/// What the thread needs of whoever keeps the index.
pub trait Keeper {
    /// Builds the index, or brings it up to date; ends early where it is told to. It tells [`Indexing::Ready`] once the
    /// index knows every text; where another process is at work on it, it returns without having told so.
    ///
    /// # Errors
    /// Says what failed.
    fn update(&mut self, progress: Progress<'_>) -> Result<(), Problem>;
}

/// How often it tells how far it has come.
const TELLING: Duration = Duration::from_millis(250);

/// How long it waits each time for a search to be answered before it goes on all the same.
const STEP_BACK: Duration = Duration::from_millis(200);

/// Between two updates: many small changes are taken together.
const PAUSE: Duration = Duration::from_secs(1);

/// Where others are at work on the index again and again, the pause grows to so many times its length.
const LONGEST: u32 = 8;

/// How long the thread may take to notice that the program ends.
const FAREWELL: Duration = Duration::from_millis(200);

#[derive(Default)]
struct State {
    due: bool,
    closing: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    nudged: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closing(&self) -> bool {
        self.lock().closing
    }

    /// Waits until there is something to do, and takes it; false when the program ends.
    fn wait_for_work(&self) -> bool {
        let idle = |state: &mut State| !state.due && !state.closing;
        let waited = self.nudged.wait_while(self.lock(), idle);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        state.due = false;
        !state.closing
    }

    /// Lets time pass; less of it when the program ends.
    fn pause(&self, time: Duration) {
        let waited = self.nudged.wait_timeout_while(self.lock(), time, |state| !state.closing);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// The loop's end of the index thread.
pub struct Indexer {
    shared: Arc<Shared>,
    hand: Hand,
}

impl Indexer {
    /// Starts the thread; it does nothing before it is nudged.
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start<K: Keeper>(
        open: impl FnMut() -> Result<K, Problem> + Send + 'static,
        wakes: Sender<Wake>,
        bustle: Bustle,
    ) -> io::Result<Self> {
        Self::pausing(open, wakes, bustle, PAUSE)
    }

    fn pausing<K: Keeper>(
        open: impl FnMut() -> Result<K, Problem> + Send + 'static,
        wakes: Sender<Wake>,
        bustle: Bustle,
        pause: Duration,
    ) -> io::Result<Self> {
        let shared: Arc<Shared> = Arc::default();
        let theirs = Arc::clone(&shared);
        let answers = wakes.clone();
        let hand = Hand::start(Part::Index, wakes, move || {
            Service { open, keeper: None, shared: &theirs, wakes: &answers, bustle, pause, longer: 1, failed: None }
                .run();
        })?;
        Ok(Self { shared, hand })
    }

    /// Says that the index may be behind.
    pub fn nudge(&self) {
        self.shared.lock().due = true;
        self.shared.nudged.notify_one();
    }

    /// Ends what runs and lets the thread end.
    pub fn close(&self) {
        self.shared.lock().closing = true;
        self.shared.nudged.notify_all();
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.close();
        self.hand.join_within(FAREWELL);
    }
}

struct Service<'s, K, O> {
    open: O,
    keeper: Option<K>,
    shared: &'s Shared,
    wakes: &'s Sender<Wake>,
    bustle: Bustle,
    pause: Duration,
    /// How many times longer the next pause is.
    longer: u32,
    /// What failed last, told once.
    failed: Option<String>,
}

impl<K: Keeper, O: FnMut() -> Result<K, Problem>> Service<'_, K, O> {
    fn run(&mut self) {
        while self.shared.wait_for_work() {
            match self.update() {
                Ok(Some(Indexing::Ready | Indexing::Failed(_))) => (self.failed, self.longer) = (None, 1),
                // Another process is at it, or it was interrupted: looked at again after the pause.
                Ok(_) | Err(Problem::Interrupted) => {
                    self.shared.lock().due = true;
                    self.longer = (self.longer * 2).min(LONGEST);
                }
                Err(Problem::Other(why) | Problem::Exists(why)) => self.fails(why),
                Err(Problem::Query(e)) => self.fails(e.to_string()),
            }
            self.shared.pause(self.pause * self.longer);
        }
    }

    fn fails(&mut self, why: String) {
        if self.failed.as_ref() != Some(&why) {
            self.send(Indexing::Failed(why.clone()));
            self.failed = Some(why);
        }
    }

    fn send(&self, state: Indexing) {
        // Where the loop is gone, the thread is about to be told.
        let _ = self.wakes.send(Wake::Event(Event::Reply(Reply::Indexing(state))));
    }

    /// One update; gives what was told last.
    fn update(&mut self) -> Result<Option<Indexing>, Problem> {
        let mut keeper = match self.keeper.take() {
            Some(keeper) => keeper,
            None => (self.open)()?,
        };
        let (mut told, mut last) = (None::<Instant>, None);
        let mut progress = |state: Indexing| {
            if self.shared.is_closing() {
                return ControlFlow::Break(());
            }
            let running = matches!(state, Indexing::Running { .. });
            if !running || told.is_none_or(|t| t.elapsed() >= TELLING) {
                self.send(state.clone());
                told = Some(Instant::now());
            }
            last = Some(state);
            if running {
                self.bustle.wait(STEP_BACK);
            }
            if self.shared.is_closing() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let done = keeper.update(&mut progress);
        // What failed is opened anew the next time.
        self.keeper = done.is_ok().then_some(keeper);
        done.map(|()| last)
    }
}

#[cfg(test)]
mod tests;
