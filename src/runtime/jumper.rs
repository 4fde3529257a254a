//! The thread that looks among names for a fuzzy jump, so that neither keys nor searches wait for a hundred thousand
//! titles. The loop posts what is typed; the newest wins.
//!
//! Names are read once for a view, a slice at a time, and matched as they come; the best so far are told now and then.

use super::backend::problem;
use super::hand::Hand;
use super::worker::Problem;
use super::{Part, Wake};
use crate::analysis::jump::{Candidates, MOST_TITLES, Search};
use crate::app::event::Event;
use crate::domain::jump::{JumpFound, JumpWanted, Named};
use crate::domain::protocol::TagCount;
use crate::domain::{Failure, Generation, Key, ListRow, Reply};
use crate::store::{Place, Store};
use std::io;
use std::ops::ControlFlow;

use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where names come from.
pub trait Names {
    /// The names of incidents, in any order.
    ///
    /// # Errors
    /// Says what failed.
    fn names(&mut self, keys: &[Key]) -> Result<Vec<Named>, Problem>;
    /// Incidents from the newest on, until `each` has heard enough.
    ///
    /// # Errors
    /// Says what failed.
    fn newest(&mut self, each: &mut dyn FnMut(Key) -> ControlFlow<()>) -> Result<(), Problem>;
    /// The case book's tags.
    ///
    /// # Errors
    /// Says what failed.
    fn tags(&mut self) -> Result<Vec<TagCount>, Problem>;
    /// Rows of the incidents that were found.
    ///
    /// # Errors
    /// Says what failed.
    fn rows(&mut self, keys: &[Key]) -> Result<Vec<ListRow>, Problem>;
}

/// A connection of its own to the case book.
pub struct StoreNames(Store);

impl StoreNames {
    /// Opens the case book at a place.
    ///
    /// # Errors
    /// Says why it can't be opened.
    pub fn open(place: &Place) -> Result<Self, Problem> {
        let store = place.open().map_err(problem)?;
        store.keep_little().map_err(problem)?;
        Ok(Self(store))
    }
}

impl Names for StoreNames {
    fn names(&mut self, keys: &[Key]) -> Result<Vec<Named>, Problem> {
        self.0.names(keys).map_err(problem)
    }

    fn newest(&mut self, each: &mut dyn FnMut(Key) -> ControlFlow<()>) -> Result<(), Problem> {
        self.0.newest(each).map_err(problem)
    }

    fn tags(&mut self) -> Result<Vec<TagCount>, Problem> {
        self.0.tag_counts(&[]).map_err(problem)
    }

    fn rows(&mut self, keys: &[Key]) -> Result<Vec<ListRow>, Problem> {
        self.0.rows(keys).map_err(problem)
    }
}

/// How long the thread may take to notice that the program ends.
const FAREWELL: Duration = Duration::from_millis(200);

/// Names read, or matched, between two looks at what was posted: a few milliseconds' worth.
const SLICE: usize = 2_048;

/// How long after a search began, or was last told of, the best so far are told.
const TELLING: Duration = Duration::from_millis(60);

enum Posted {
    Jump(Generation, JumpWanted),
    Forget,
}

#[derive(Default)]
struct State {
    waiting: Option<Posted>,
    closing: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    posted: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn post(&self, posted: Posted) {
        self.lock().waiting = Some(posted);
        self.posted.notify_one();
    }
}

/// The loop's end of the thread.
pub struct Jumper {
    shared: Arc<Shared>,
    hand: Hand,
}

impl Jumper {
    /// Starts the thread, which opens its names when they are first asked for.
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start<N: Names>(
        open: impl FnMut() -> Result<N, Problem> + Send + 'static,
        wakes: Sender<Wake>,
    ) -> io::Result<Self> {
        let shared: Arc<Shared> = Arc::default();
        let theirs = Arc::clone(&shared);
        let answers = wakes.clone();
        let hand = Hand::start(Part::Jump, wakes, move || {
            Service { open, names: None, shared: &theirs, wakes: &answers, read: None }.run();
        })?;
        Ok(Self { shared, hand })
    }

    /// Posts a search; it supersedes the one before.
    pub fn post(&self, generation: Generation, wanted: JumpWanted) {
        self.shared.post(Posted::Jump(generation, wanted));
    }

    /// Ends the search, and gives the names and their connection back.
    pub fn forget(&self) {
        self.shared.post(Posted::Forget);
    }

    /// Lets the thread end.
    pub fn close(&self) {
        self.shared.lock().closing = true;
        self.shared.posted.notify_one();
    }
}

impl Drop for Jumper {
    fn drop(&mut self) {
        self.close();
        self.hand.join_within(FAREWELL);
    }
}

/// The names of a view, as far as they are read.
struct Read {
    view: Arc<Vec<Key>>,
    /// Places in the view, in the order of the file.
    order: Vec<u32>,
    /// How many of them are still to be read: the last ones, which are the newest as a rule, come first.
    left: usize,
    /// Whose titles count, by their places in `order`; all where there are none.
    titled: Vec<bool>,
    begun: bool,
    candidates: Candidates,
}

impl Read {
    fn new(view: Arc<Vec<Key>>) -> Self {
        let key = |place: &u32| view.get(*place as usize).copied();
        let mut order: Vec<u32> = (0..u32::try_from(view.len()).unwrap_or(u32::MAX)).collect();
        order.sort_unstable_by_key(key);
        let left = order.len();
        Self { view, order, left, titled: Vec::new(), begun: false, candidates: Candidates::default() }
    }

    /// Of how many incidents the titles count, where it is not all of them.
    fn newest(&self) -> Option<usize> {
        (self.view.len() > MOST_TITLES).then_some(MOST_TITLES)
    }

    fn key(&self, index: usize) -> Option<Key> {
        self.order.get(index).and_then(|place| self.view.get(*place as usize)).copied()
    }

    /// Reads what is needed before the first name: the tags, and which incidents are the newest.
    fn begin(&mut self, names: &mut impl Names) -> Result<(), Problem> {
        self.candidates.add_tags(names.tags()?);
        let Some(mut room) = self.newest() else { return Ok(()) };
        let mut titled = vec![false; self.order.len()];
        names.newest(&mut |key| {
            let at = self.order.binary_search_by_key(&Some(key), |place| self.view.get(*place as usize).copied());
            if let Some(titled) = at.ok().and_then(|at| titled.get_mut(at)) {
                *titled = true;
                room -= 1;
            }
            if room == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        self.titled = titled;
        Ok(())
    }

    /// Reads a slice; false where there is nothing left to be read.
    fn more(&mut self, names: &mut impl Names) -> Result<bool, Problem> {
        if !std::mem::replace(&mut self.begun, true) {
            self.begin(names)?;
            return Ok(true);
        }
        let slice = self.left.saturating_sub(SLICE)..self.left;
        if slice.is_empty() {
            return Ok(false);
        }
        let keys: Vec<Key> = slice.clone().filter_map(|index| self.key(index)).collect();
        for named in names.names(&keys)? {
            let Ok(at) = keys.binary_search(&named.key) else { continue };
            let index = slice.start + at;
            let place = self.order.get(index).map_or(usize::MAX, |place| *place as usize);
            let with_title = self.titled.get(index).is_none_or(|titled| *titled);
            self.candidates.add(&named, place, with_title);
        }
        self.left = slice.start;
        Ok(true)
    }
}

/// A search under way.
struct Work {
    generation: Generation,
    search: Search,
    told: Instant,
}

struct Service<'s, N, O> {
    open: O,
    names: Option<N>,
    shared: &'s Shared,
    wakes: &'s Sender<Wake>,
    read: Option<Read>,
}

enum Next {
    Take(Posted),
    GoOn,
    Close,
}

impl<N: Names, O: FnMut() -> Result<N, Problem>> Service<'_, N, O> {
    fn run(&mut self) {
        let mut work: Option<Work> = None;
        loop {
            match self.next(work.is_some()) {
                Next::Take(Posted::Jump(generation, wanted)) => work = Some(self.begin(generation, wanted)),
                Next::Take(Posted::Forget) => (work, self.read, self.names) = (None, None, None),
                Next::GoOn => {
                    if let Some(now) = work.take() {
                        work = self.go_on(now);
                    }
                }
                Next::Close => break,
            }
        }
    }

    /// What to do next; waits for it where nothing is under way.
    fn next(&self, busy: bool) -> Next {
        let mut state = self.shared.lock();
        loop {
            if state.closing {
                return Next::Close;
            }
            if let Some(posted) = state.waiting.take() {
                return Next::Take(posted);
            }
            if busy {
                return Next::GoOn;
            }
            state = self.shared.posted.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn begin(&mut self, generation: Generation, wanted: JumpWanted) -> Work {
        if !self.read.as_ref().is_some_and(|read| Arc::ptr_eq(&read.view, &wanted.view)) {
            self.read = Some(Read::new(wanted.view));
        }
        Work { generation, search: Search::new(&wanted.text, wanted.readings), told: Instant::now() }
    }

    /// A slice of the search; `None` once all is told.
    fn go_on(&mut self, mut work: Work) -> Option<Work> {
        match self.slice(&mut work) {
            Ok(true) => Some(work),
            Ok(false) | Err(Problem::Interrupted) => None,
            Err(Problem::Query(e)) => self.failed(e.to_string()),
            Err(Problem::Exists(message) | Problem::Other(message)) => self.failed(message),
        }
    }

    fn failed(&mut self, message: String) -> Option<Work> {
        self.send(Reply::Failed { failure: Failure::Read, message });
        // What failed is read anew the next time.
        (self.read, self.names) = (None, None);
        None
    }

    fn slice(&mut self, work: &mut Work) -> Result<bool, Problem> {
        if self.names.is_none() {
            self.names = Some((self.open)()?);
        }
        let (Some(names), Some(read)) = (&mut self.names, &mut self.read) else { return Ok(false) };
        let more = work.search.step(&read.candidates, SLICE) || read.more(names)?;
        if more && (work.search.matching() == 0 || work.told.elapsed() < TELLING) {
            return Ok(true);
        }
        let rows = names.rows(&work.search.incidents(&read.candidates))?;
        let found = JumpFound {
            hits: work.search.hits(&read.candidates, &rows),
            matching: work.search.matching(),
            names: read.candidates.len(),
            done: !more,
            newest: read.newest(),
        };
        work.told = Instant::now();
        self.send(Reply::Jumped { generation: work.generation, found });
        Ok(more)
    }

    fn send(&self, reply: Reply) {
        // Where the loop is gone, the thread is about to be told.
        let _ = self.wakes.send(Wake::Event(Event::Reply(reply)));
    }
}

#[cfg(test)]
mod tests;
