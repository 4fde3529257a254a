//! The store's thread: owns the store, serves all of the workbench's requests but searches, and watches for other
//! processes' changes.
//!
//! The loop posts requests; answers come back through its channel. Of queued reads of one kind only the newest stays,
//! writes are never dropped and keep their order.

use super::hand::Hand;
use super::{Part, Wake};
use crate::app::event::Event;
use crate::domain::protocol::{CaseMembers, Heard, TagCount, TagKey};
use crate::domain::{Acted, Applied, Change, Colour, Failure, Key, ListRow, Operation, Record, Reply, Request, Tag};
use crate::query::QueryError;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::mem::discriminant;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Why a request failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// It was superseded, or the program ends.
    Interrupted,
    /// The query is wrong.
    Query(QueryError),
    /// An export would replace a file.
    Exists(String),
    /// Anything else: what, where, what to do.
    Other(String),
}

/// What the thread needs of a store, in the words of the protocol.
#[allow(missing_docs)] // each answers the request of its name
pub trait Backend: Send + 'static {
    fn rows(&mut self, keys: &[Key]) -> Result<Vec<ListRow>, Problem>;
    /// The record, rows of the incidents closest to it, and the newest operations on it.
    fn detail(&mut self, key: Key) -> Result<(Record, Vec<ListRow>, Vec<Operation>), Problem>;
    /// Rows of all that is related to an incident.
    fn related(&mut self, key: Key) -> Result<Vec<ListRow>, Problem>;
    fn case(&mut self, key: Key) -> Result<CaseMembers, Problem>;
    fn tag_counts(&mut self, keys: &[Key]) -> Result<Vec<TagCount>, Problem>;
    fn tag_keys(&mut self) -> Result<Vec<TagKey>, Problem>;
    fn apply(&mut self, change: Change, keys: &[Key]) -> Result<Applied, Problem>;
    /// `None` where there is nothing to undo.
    fn undo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem>;
    /// `None` where there is nothing to redo.
    fn redo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem>;
    /// The colours of the tags that have one of their own.
    fn tag_colours(&mut self) -> Result<BTreeMap<Tag, Colour>, Problem> {
        Ok(BTreeMap::new())
    }
    /// What others did since this was last asked, newest first; nothing at the first time.
    fn heard(&mut self) -> Result<Vec<Heard>, Problem> {
        Ok(Vec::new())
    }
    /// A number that changes when another process writes to the store.
    fn version(&mut self) -> Result<i64, Problem>;
}

/// How long no other detail must have been asked for until one of a row of them is fetched; two repeats of a held key.
const SETTLE: Duration = Duration::from_millis(80);

#[derive(Default)]
struct State {
    queue: VecDeque<Request>,
    closing: bool,
    /// When a detail was last asked for.
    detail_posted: Option<Instant>,
    /// Until when the queued one waits.
    detail_due: Option<Instant>,
}

impl State {
    /// Notes that a detail was asked for: one that follows another closely waits until the keys have settled, so that
    /// a held key does not draw the lower panes for every row that it passes.
    fn ask_for_detail(&mut self, now: Instant) {
        let before = self.detail_posted.replace(now);
        let repeats = before.is_some_and(|t| now.saturating_duration_since(t) < SETTLE);
        self.detail_due = repeats.then(|| now + SETTLE);
    }

    fn is_held_back(&self, request: &Request, now: Instant) -> bool {
        matches!(request, Request::Detail { .. }) && self.detail_due.is_some_and(|due| due > now)
    }

    fn close(&mut self) {
        self.queue.retain(|r| !is_read(r));
        self.closing = true;
    }
}

struct Shared {
    state: Mutex<State>,
    posted: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The loop's end of the store's thread.
pub struct Worker {
    shared: Arc<Shared>,
    hand: Hand,
}

impl Worker {
    /// Starts the thread. While idle it asks for the store's version every `poll`.
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start(backend: impl Backend, wakes: Sender<Wake>, poll: Duration) -> io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), posted: Condvar::new() });
        let theirs = Arc::clone(&shared);
        let answers = wakes.clone();
        let hand = Hand::start(Part::Store, wakes, move || {
            Service {
                backend,
                shared: &theirs,
                wakes: &answers,
                poll,
                version: None,
                poll_failed: false,
                colours: BTreeMap::new(),
            }
            .run();
        })?;
        Ok(Self { shared, hand })
    }

    /// Posts a request. A read takes the place of a queued one of its kind. Searches are the search thread's.
    pub fn post(&self, request: Request) {
        let mut state = self.shared.lock();
        let kind = discriminant(&request);
        if is_read(&request) {
            state.queue.retain(|r| discriminant(r) != kind);
        }
        if matches!(request, Request::Detail { .. }) {
            state.ask_for_detail(Instant::now());
        }
        state.queue.push_back(request);
        drop(state);
        self.shared.posted.notify_one();
    }

    /// Drops queued reads and lets the thread end once the queued writes are done; [`Wake::Ended`] tells when.
    pub fn close(&self) {
        self.shared.lock().close();
        self.shared.posted.notify_one();
    }

    /// Lets go of a thread that does not end in time; it goes down with the process.
    pub fn abandon(&mut self) {
        self.hand.abandon();
    }

    /// Waits for the ended thread; called after its [`Wake::Ended`].
    pub fn join(&mut self) {
        self.hand.join();
    }
}

impl Drop for Worker {
    /// However the loop ended, what was asked for is stored before the process goes on to its end.
    fn drop(&mut self) {
        self.close();
        self.join();
    }
}

fn is_read(request: &Request) -> bool {
    matches!(
        request,
        Request::Rows { .. }
            | Request::Detail { .. }
            | Request::Related { .. }
            | Request::Case { .. }
            | Request::TagCounts { .. }
    )
}

struct Service<'s, B> {
    backend: B,
    shared: &'s Shared,
    wakes: &'s Sender<Wake>,
    poll: Duration,
    version: Option<i64>,
    poll_failed: bool,
    /// The colours of tags as they were last told.
    colours: BTreeMap<Tag, Colour>,
}

impl<B: Backend> Service<'_, B> {
    fn run(&mut self) {
        let mut polled = Instant::now();
        self.version = self.backend.version().ok();
        // What stands in the log by now is no news; where it can't be read, that is told by what is asked for.
        drop(self.backend.heard());
        let mut looked = false;
        loop {
            let due = self.poll.saturating_sub(polled.elapsed());
            if due.is_zero() {
                self.look_for_changes();
                polled = Instant::now();
                continue;
            }
            match self.next(due) {
                Next::Request(request) => {
                    // What is drawn first waits for no colours.
                    let changes = !is_read(&request) || !std::mem::replace(&mut looked, true);
                    let reply = self.serve(request);
                    if let Some(reply) = reply
                        && !self.send(reply)
                    {
                        // The loop is gone: only the writes still matter.
                        self.shared.lock().close();
                    }
                    if changes {
                        self.look_at_colours();
                    }
                }
                Next::Nothing => {}
                Next::Close => break,
            }
        }
    }

    /// The next request, waiting for it as long as `patience`.
    fn next(&self, patience: Duration) -> Next {
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        loop {
            let now = Instant::now();
            let ready = state.queue.iter().position(|r| !state.is_held_back(r, now));
            if let Some(request) = ready.and_then(|i| state.queue.remove(i)) {
                return Next::Request(request);
            }
            if state.closing {
                return Next::Close;
            }
            let wake = state.detail_due.filter(|due| *due > now).map_or(until, |due| due.min(until));
            let wait = wake.saturating_duration_since(now);
            if wait.is_zero() {
                return Next::Nothing;
            }
            let waited = self.shared.posted.wait_timeout(state, wait);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Sends an answer; false where nobody listens any more.
    fn send(&self, reply: Reply) -> bool {
        self.wakes.send(Wake::Event(Event::Reply(reply))).is_ok()
    }

    /// Tells the colours of tags where they are not as they were last told.
    fn look_at_colours(&mut self) {
        // What can't be read is told by whatever was asked for.
        let colours = self.backend.tag_colours().unwrap_or_default();
        if colours != self.colours {
            self.colours.clone_from(&colours);
            self.send(Reply::TagColours(colours));
        }
    }

    fn look_for_changes(&mut self) {
        match self.backend.version() {
            Ok(version) => {
                self.poll_failed = false;
                if self.version.replace(version).is_some_and(|before| before != version) {
                    self.tell_of_others();
                    self.send(Reply::Changed);
                    self.look_at_colours();
                }
            }
            // Told once, not every second.
            Err(Problem::Other(message)) if !std::mem::replace(&mut self.poll_failed, true) => {
                self.send(Reply::Failed { failure: Failure::Read, message });
            }
            Err(_) => {}
        }
    }

    /// Says what others did, where the log tells.
    fn tell_of_others(&mut self) {
        let heard = self.backend.heard().unwrap_or_default();
        let Some(newest) = heard.first() else { return };
        self.show_row_of(newest.key.as_slice());
        self.send(Reply::Others(heard));
    }

    /// Sends the row of an incident that is about to be named, on its own; it need not be in the view.
    fn show_row_of(&mut self, keys: &[Key]) {
        if let [key] = keys
            && let Ok(rows) = self.backend.rows(&[*key])
        {
            self.send(Reply::Rows(rows));
        }
    }

    /// Serves one request; `None` where there is nothing to be said.
    fn serve(&mut self, request: Request) -> Option<Reply> {
        let failure = match &request {
            read if is_read(read) => Failure::Read,
            Request::TagKeys => Failure::Read,
            _ => Failure::Change,
        };
        let answer = match request {
            // Another thread serves these.
            Request::Search { .. }
            | Request::Jump { .. }
            | Request::JumpDone
            | Request::Work(_)
            | Request::StopWork
            | Request::Histogram { .. } => return None,
            Request::Rows { keys } => self.backend.rows(&keys).map(Reply::Rows),
            Request::Detail { key } => {
                let reply = |(record, related, log)| Reply::Detail { key, record: Box::new(record), related, log };
                self.backend.detail(key).map(reply)
            }
            Request::Related { key } => self.backend.related(key).map(|rows| Reply::Related { key, rows }),
            Request::Case { key } => self.backend.case(key).map(|case| Reply::Case { key, case }),
            Request::TagCounts { keys } => self.backend.tag_counts(&keys).map(Reply::TagCounts),
            Request::TagKeys => self.backend.tag_keys().map(Reply::TagKeys),
            Request::Apply { change, keys } => {
                self.backend.apply(change, &keys).map(|applied| Reply::Applied { acted: Acted::Change, applied, keys })
            }
            Request::Undo => {
                let done = self.backend.undo();
                self.took_back(Acted::Undo, done)
            }
            Request::Redo => {
                let done = self.backend.redo();
                self.took_back(Acted::Redo, done)
            }
        };
        match answer {
            Ok(reply) => Some(reply),
            Err(Problem::Interrupted) => None,
            Err(Problem::Query(e)) => Some(Reply::Failed { failure, message: e.to_string() }),
            Err(Problem::Exists(message) | Problem::Other(message)) => Some(Reply::Failed { failure, message }),
        }
    }
}

type TookBack = Result<Option<(Applied, Vec<Key>)>, Problem>;

impl<B: Backend> Service<'_, B> {
    /// The answer to an undo or redo; without an operation where there was none to take back.
    fn took_back(&mut self, acted: Acted, done: TookBack) -> Result<Reply, Problem> {
        let nothing = || (Applied { op: None, targets: 0, changed: 0, summary: String::new() }, Vec::new());
        let (applied, keys) = done?.unwrap_or_else(nothing);
        self.show_row_of(&keys);
        Ok(Reply::Applied { acted, applied, keys })
    }
}

enum Next {
    Request(Request),
    Nothing,
    Close,
}

#[cfg(test)]
mod tests;
