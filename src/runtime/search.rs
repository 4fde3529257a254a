//! The search thread: answers queries as they are typed, so that rows and changes never wait behind a count.
//!
//! The loop posts queries; the newest wins, and what ran before it is ended. The first hits are told before all of them
//! are known. While nothing is asked it gets on with what it loads behind the first frame, a slice at a time.

use super::hand::Hand;
use super::worker::Problem;
use super::{Part, Wake};
use crate::app::event::Event;
use crate::domain::protocol::{Found, Wanted};
use crate::domain::{Failure, Generation, Histogram, ListRow, Reply, Split};
use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Ends every search before the given one, from another thread.
pub type Supersede = Box<dyn Fn(Generation) + Send>;

/// Hears what was found, with rows to draw of the first hits: perhaps early hits, and all of them in the end.
pub type Told<'t> = &'t mut dyn FnMut(Found, Vec<ListRow>);

/// What the thread needs of whoever finds incidents.
pub trait Seeker {
    /// What ends searches that nobody waits for any more; it is called before the newer one is handed over.
    fn superseder(&self) -> Supersede;
    /// Runs a query; [`Problem::Interrupted`] when it was superseded.
    ///
    /// # Errors
    /// Says what is wrong with the query, or what failed.
    fn search(&mut self, generation: Generation, wanted: &Wanted, told: Told<'_>) -> Result<(), Problem>;
    /// Counts a query's hits by day; [`Problem::Interrupted`] when a newer search was posted.
    ///
    /// # Errors
    /// As [`Seeker::search`].
    fn histogram(&mut self, generation: Generation, wanted: &Wanted, split: Split) -> Result<Histogram, Problem>;
    /// Does a slice of work that makes later searches faster; true while more is left.
    ///
    /// # Errors
    /// [`Problem::Interrupted`] when a search waits; else what failed, which ends this work until after the next search.
    fn idle(&mut self) -> Result<bool, Problem>;
}

/// How long the thread may take to notice that the program ends.
const FAREWELL: Duration = Duration::from_millis(200);

/// The newest generation of all: supersedes every search.
const LAST: Generation = Generation(u64::MAX);

#[derive(Default)]
struct State {
    /// The newest query, until it is taken up.
    waiting: Option<(Generation, Wanted)>,
    /// The newest search whose hits are to be counted, until that is taken up; a newer search drops it.
    to_count: Option<(Generation, Wanted, Split)>,
    /// A query is being answered.
    running: bool,
    /// There is none before the seeker is open.
    supersede: Option<Supersede>,
    closing: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    posted: Condvar,
    /// Nothing is being searched for any more.
    calm: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The query that is to be answered now: nothing waits behind it, and the program goes on.
    fn is_wanted(&self) -> bool {
        let state = self.lock();
        state.waiting.is_none() && !state.closing
    }
}

/// The loop's end of the search thread.
pub struct Searcher {
    shared: Arc<Shared>,
    hand: Hand,
}

/// Lets others see whether a search is being answered, so that they step back meanwhile.
#[derive(Clone)]
pub struct Bustle(Arc<Shared>);

impl Bustle {
    /// Waits as long as `patience` while a search is being answered.
    pub fn wait(&self, patience: Duration) {
        let busy = |state: &mut State| (state.running || state.waiting.is_some()) && !state.closing;
        let waited = self.0.calm.wait_timeout_while(self.0.lock(), patience, busy);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

impl Searcher {
    /// Starts the thread. It opens its seeker itself, so that nothing waits for that; where that fails, the query that
    /// waits is told so, and the next one tries again.
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start<S: Seeker>(
        open: impl FnMut() -> Result<S, Problem> + Send + 'static,
        wakes: Sender<Wake>,
    ) -> io::Result<Self> {
        let shared: Arc<Shared> = Arc::default();
        let theirs = Arc::clone(&shared);
        let answers = wakes.clone();
        let hand = Hand::start(Part::Search, wakes, move || {
            Service { open, seeker: None, shared: &theirs, wakes: &answers }.run();
        })?;
        Ok(Self { shared, hand })
    }

    /// Posts a query; it supersedes all before it.
    pub fn post(&self, generation: Generation, wanted: Wanted) {
        let mut state = self.shared.lock();
        // Under the lock the new query can't have been taken up yet, so that it is never the one that ends.
        if let Some(supersede) = &state.supersede {
            supersede(generation);
        }
        state.waiting = Some((generation, wanted));
        state.to_count = None;
        drop(state);
        self.shared.posted.notify_one();
    }

    /// Asks for the hits of a search by day, once no search waits; a newer search supersedes that.
    pub fn count(&self, generation: Generation, wanted: Wanted, split: Split) {
        let mut state = self.shared.lock();
        if state.waiting.is_none() {
            state.to_count = Some((generation, wanted, split));
        }
        drop(state);
        self.shared.posted.notify_one();
    }

    /// What shows whether a search is being answered.
    pub fn bustle(&self) -> Bustle {
        Bustle(Arc::clone(&self.shared))
    }

    /// Ends what runs and lets the thread end.
    pub fn close(&self) {
        let mut state = self.shared.lock();
        state.closing = true;
        (state.waiting, state.to_count) = (None, None);
        if let Some(supersede) = &state.supersede {
            supersede(LAST);
        }
        drop(state);
        self.shared.posted.notify_one();
        self.shared.calm.notify_all();
    }
}

impl Drop for Searcher {
    fn drop(&mut self) {
        self.close();
        self.hand.join_within(FAREWELL);
    }
}

enum Next {
    Search(Generation, Wanted),
    Count(Generation, Wanted, Split),
    Idle,
    Close,
}

struct Service<'s, S, O> {
    open: O,
    seeker: Option<S>,
    shared: &'s Shared,
    wakes: &'s Sender<Wake>,
}

impl<S: Seeker, O: FnMut() -> Result<S, Problem>> Service<'_, S, O> {
    fn run(&mut self) {
        // Opened before the first query comes; what fails now is told to that one.
        let mut more = self.seeker().is_ok();
        loop {
            match self.next(more) {
                Next::Search(generation, wanted) => {
                    self.serve(generation, &wanted);
                    self.done();
                    more = true;
                }
                Next::Count(generation, wanted, split) => {
                    self.count(generation, &wanted, split);
                    self.done();
                    more = true;
                }
                Next::Idle => {
                    more = match self.seeker.as_mut().map(Seeker::idle) {
                        Some(Err(Problem::Interrupted)) => true,
                        Some(Ok(more)) => more,
                        Some(Err(_)) | None => false,
                    };
                }
                Next::Close => break,
            }
        }
    }

    fn done(&self) {
        self.shared.lock().running = false;
        self.shared.calm.notify_all();
    }

    /// What to do next; waits for it where nothing is left to be loaded.
    fn next(&self, more: bool) -> Next {
        let mut state = self.shared.lock();
        loop {
            if state.closing {
                return Next::Close;
            }
            if let Some((generation, wanted)) = state.waiting.take() {
                state.running = true;
                return Next::Search(generation, wanted);
            }
            if let Some((generation, wanted, split)) = state.to_count.take() {
                state.running = true;
                return Next::Count(generation, wanted, split);
            }
            if more {
                return Next::Idle;
            }
            state = self.shared.posted.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn seeker(&mut self) -> Result<&mut S, Problem> {
        if self.seeker.is_none() {
            let seeker = (self.open)()?;
            self.shared.lock().supersede = Some(seeker.superseder());
            self.seeker = Some(seeker);
        }
        self.seeker.as_mut().ok_or(Problem::Interrupted)
    }

    /// Answers one query; says nothing where it was superseded.
    fn serve(&mut self, generation: Generation, wanted: &Wanted) {
        let (shared, wakes) = (self.shared, self.wakes);
        let send = |reply: Reply| tell(shared, wakes, reply);
        let mut told = |found: Found, rows: Vec<ListRow>| send(Reply::Found { generation, found, rows });
        let answer = self.seeker().and_then(|seeker| seeker.search(generation, wanted, &mut told));
        match answer {
            Ok(()) | Err(Problem::Interrupted) => {}
            Err(Problem::Query(e)) => {
                send(Reply::QueryError { generation, message: e.to_string(), at: (e.at.start, e.at.end) });
            }
            Err(Problem::Exists(message) | Problem::Other(message)) => {
                send(Reply::Failed { failure: Failure::Search, message });
            }
        }
    }

    /// Counts the hits of one search; says nothing where it was superseded.
    fn count(&mut self, generation: Generation, wanted: &Wanted, split: Split) {
        let (shared, wakes) = (self.shared, self.wakes);
        match self.seeker().and_then(|seeker| seeker.histogram(generation, wanted, split)) {
            Ok(histogram) => {
                tell(shared, wakes, Reply::Histogram { generation, histogram: Arc::new(histogram) });
            }
            // What is wrong with the query, its search has said.
            Err(Problem::Interrupted | Problem::Query(_)) => {}
            Err(Problem::Exists(message) | Problem::Other(message)) => {
                tell(shared, wakes, Reply::Failed { failure: Failure::Read, message });
            }
        }
    }
}

/// Sends an answer that is still wanted.
fn tell(shared: &Shared, wakes: &Sender<Wake>, reply: Reply) {
    if shared.is_wanted() {
        // Where the loop is gone, the thread is about to be told.
        let _ = wakes.send(Wake::Event(Event::Reply(reply)));
    }
}

#[cfg(test)]
mod tests;
