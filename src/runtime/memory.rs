//! The thread that writes what outlives a run: the state file, and what the analyst is at. The loop posts to it and never
//! waits for a disk; the newest of what is posted wins. Made by `session`.

use super::Wake;
use super::book::Book;
use super::sittings::{Place, Sittings};
use crate::app::event::Event;
use crate::app::session::{Kept, LeftOver};
use crate::config::sitting::{Sitting, from_ranges, ranges};
use crate::config::state::State;
use crate::config::state_file::StateFile;
use crate::domain::date::in_tokyo;
use crate::domain::{Failure, Key, Reply, StoreId};
use chrono::{DateTime, SecondsFormat, Utc};
use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long leaving waits for the last write; the terminal is given back by then. A busy disk takes seconds to flush.
const FAREWELL: Duration = Duration::from_secs(10);

/// Tells the time.
pub type Clock = fn() -> DateTime<Utc>;

/// Where things are written.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The folder of the state file and of `sessions`.
    pub folder: PathBuf,
    /// The case book that is open.
    pub store: StoreId,
}

#[derive(Default)]
struct Posted {
    state: Option<Box<State>>,
    kept: Option<Box<Kept>>,
    /// What was cut off was taken up or dropped.
    answered: bool,
    /// The analyst has left as one does.
    left: bool,
    closing: bool,
}

#[derive(Default)]
struct Shared {
    posted: Mutex<Posted>,
    bell: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Posted> {
        self.posted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The loop's end of the thread.
pub struct Memory {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
    /// Hears at the end what could not be saved; its other end goes with the thread.
    ended: Receiver<String>,
}

impl Memory {
    /// Starts the thread; `state` is what the file was found to hold, `book` answers for the case book. What the last run on the case book left over is
    /// told as [`Event::LeftOver`].
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start(paths: Paths, state: State, book: impl Book, wakes: Sender<Wake>, now: Clock) -> io::Result<Self> {
        let shared: Arc<Shared> = Arc::default();
        let theirs = Arc::clone(&shared);
        let (alive, ended) = channel();
        let thread = thread::Builder::new().name("memory".into()).spawn(move || {
            let mut writer = Writer::new(paths, state, Box::new(book), (wakes, now));
            writer.run(&theirs);
            if let Some((_, why)) = writer.unwritten {
                // Nobody listens any more where leaving took too long.
                let _ = alive.send(why);
            }
        })?;
        Ok(Self { shared, thread: Some(thread), ended })
    }

    /// Has the state written.
    pub fn remember(&self, state: Box<State>) {
        self.shared.lock().state = Some(state);
        self.shared.bell.notify_one();
    }

    /// Has what the analyst is at saved.
    pub fn keep(&self, mut kept: Box<Kept>) {
        let mut posted = self.shared.lock();
        let earlier = posted.kept.take().and_then(|k| k.marks);
        kept.marks = kept.marks.or(earlier);
        posted.kept = Some(kept);
        drop(posted);
        self.shared.bell.notify_one();
    }

    /// Notes that what was cut off was taken up or dropped: leaving need not keep it. A kill before the next save does.
    pub fn answered(&self) {
        self.shared.lock().answered = true;
    }

    /// Notes that the analyst leaves as one does: nothing is to be offered at the next start.
    pub fn leave(&self) {
        self.shared.lock().left = true;
    }

    /// Tells whether [`Memory::leave`] was called.
    pub fn has_left(&self) -> bool {
        self.shared.lock().left
    }

    /// Has written what there is to write, and ends; gives the words for what could not be saved.
    pub fn close(mut self) -> Option<String> {
        self.end()
    }

    fn end(&mut self) -> Option<String> {
        let thread = self.thread.take()?;
        self.shared.lock().closing = true;
        self.shared.bell.notify_one();
        let heard = self.ended.recv_timeout(FAREWELL);
        if heard != Err(RecvTimeoutError::Timeout) {
            // A panic of the thread was printed; what it had to write is lost, which the next start tells by silence.
            let _ = thread.join();
        }
        heard.ok()
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.end();
    }
}

struct Writer {
    file: StateFile,
    /// The state as this workbench last had it written.
    base: State,
    place: Option<Place>,
    held: Sittings,
    marks: String,
    print: Option<u64>,
    book: Box<dyn Book>,
    wakes: Sender<Wake>,
    now: Clock,
    told: bool,
    /// The newest state, where it could not be written, and why.
    unwritten: Option<(State, String)>,
}

impl Writer {
    fn new(
        Paths { folder, store }: Paths,
        base: State,
        book: Box<dyn Book>,
        (wakes, now): (Sender<Wake>, Clock),
    ) -> Self {
        let file = StateFile::in_folder(&folder);
        let held = Sittings::default();
        let (marks, print) = (String::new(), None);
        let mut writer =
            Self { file, base, place: None, held, marks, print, book, wakes, now, told: false, unwritten: None };
        match Place::take(&folder.join("sessions"), &store) {
            Ok(Some((place, left))) => {
                writer.place = Some(place);
                writer.offer(left);
            }
            Ok(None) => {}
            Err(e) => {
                let folder = folder.display();
                writer.tell(&format!("{folder}: can't be written ({e}); marks would not survive a hangup"));
            }
        }
        writer
    }

    fn offer(&mut self, left: Option<Sitting>) {
        self.held.before.clone_from(&left);
        if let Some(sitting) = left {
            let when = told_time(&sitting.saved, (self.now)());
            let (sitting, lost) = self.checked(sitting);
            let event = Event::LeftOver(Box::new(LeftOver { sitting, when, lost }));
            // Nobody listens any more where the loop is gone.
            let _ = self.wakes.send(Wake::Event(event));
        }
    }

    /// What of a sitting can be taken up, and how many marks can't: a case book that was restored meanwhile gives its row
    /// numbers to other incidents.
    fn checked(&mut self, mut sitting: Sitting) -> (Sitting, usize) {
        sitting.cursor = sitting.incident.as_deref().and_then(|id| self.book.key_of(id)).map(|key| key.0);
        let marks: Vec<Key> = from_ranges(&sitting.marks).unwrap_or_default().into_iter().map(Key).collect();
        let sound = marks.is_empty() || sitting.print.is_some() && sitting.print == self.book.print(&marks);
        let lost = if sound { 0 } else { marks.len() };
        if !sound {
            (sitting.marks, sitting.marked) = (String::new(), 0);
        }
        (sitting, lost)
    }

    fn run(&mut self, shared: &Shared) {
        loop {
            let mut posted = shared.lock();
            while posted.state.is_none() && posted.kept.is_none() && !posted.closing {
                posted = shared.bell.wait(posted).unwrap_or_else(PoisonError::into_inner);
            }
            let (state, kept) = (posted.state.take(), posted.kept.take());
            let (answered, left, closing) = (posted.answered, posted.left, posted.closing);
            drop(posted);
            // What the analyst is at goes first: it is never flushed, while the state waits for the disk.
            if let Some(kept) = kept {
                self.keep(*kept);
            }
            if closing && left {
                self.held.now = None;
                self.held.before = self.held.before.take().filter(|_| !answered);
                self.write();
            }
            // What could not be written before is tried once more at the end: the disk may be well again.
            let before = || self.unwritten.as_ref().filter(|_| closing).map(|(state, _)| state.clone());
            if let Some(state) = state.map(|state| *state).or_else(before) {
                self.remember(state);
            }
            if closing {
                return;
            }
        }
    }

    fn remember(&mut self, now: State) {
        self.unwritten = None;
        if now == self.base {
            return;
        }
        match self.file.merge(&self.base, &now) {
            Ok(()) => (self.base, self.told) = (now, false),
            Err(e) => {
                self.tell(&e.to_string());
                self.unwritten = Some((now, e.to_string()));
            }
        }
    }

    fn keep(&mut self, Kept { sitting, marks, offered }: Kept) {
        if let Some(marks) = marks {
            let mut keys: Vec<Key> = marks.into_iter().collect();
            keys.sort_unstable();
            self.print = if keys.is_empty() { None } else { self.book.print(&keys) };
            self.marks = ranges(keys.into_iter().map(|k| k.0));
        }
        let saved = (self.now)().to_rfc3339_opts(SecondsFormat::Secs, true);
        let sitting = Sitting { saved, marks: self.marks.clone(), print: self.print, ..sitting };
        self.held.now = Some(sitting).filter(Sitting::is_worth_keeping);
        if !offered {
            self.held.before = None;
        }
        self.write();
    }

    fn write(&mut self) {
        match self.place.as_ref().map(|place| place.write(&self.held)) {
            Some(Err(e)) => {
                self.tell(&format!("what you are at can't be saved: {e}; check the disk and the free space"));
            }
            Some(Ok(())) => self.told = false,
            None => {}
        }
    }

    /// Says once that something can't be written, until it can again; the workbench goes on without.
    fn tell(&mut self, message: &str) {
        if !std::mem::replace(&mut self.told, true) {
            let reply = Reply::Failed { failure: Failure::Read, message: message.to_owned() };
            let _ = self.wakes.send(Wake::Event(Event::Reply(reply)));
        }
    }
}

/// A time as it is in Tokyo: of today the clock's, else with its day.
fn told_time(saved: &str, now: DateTime<Utc>) -> String {
    let Ok(saved) = DateTime::parse_from_rfc3339(saved) else { return String::new() };
    let (saved, now) = (in_tokyo(&saved.to_utc()), in_tokyo(&now));
    saved.format(if saved.date() == now.date() { "%H:%M" } else { "%Y-%m-%d %H:%M" }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::panes::list::Marks;
    use std::path::Path;

    fn noon() -> DateTime<Utc> {
        "2024-06-08T03:00:00Z".parse().unwrap()
    }

    /// A case book whose incident N has the id `N`, and in which `moved` row numbers have moved on.
    struct Numbered(i64);

    impl Book for Numbered {
        fn print(&mut self, sorted: &[Key]) -> Option<u64> {
            Some(sorted.iter().map(|k| (k.0 + self.0).unsigned_abs()).sum())
        }

        fn key_of(&mut self, id: &str) -> Option<Key> {
            Some(Key(id.parse::<i64>().ok()? + self.0))
        }
    }

    const LONG: Duration = Duration::from_secs(20);

    fn start(folder: &Path) -> (Memory, Receiver<Wake>) {
        start_on(folder, Numbered(0))
    }

    fn start_on(folder: &Path, book: impl Book) -> (Memory, Receiver<Wake>) {
        let (wakes, arrivals) = channel();
        let paths = Paths { folder: folder.to_owned(), store: StoreId("s".into()) };
        let state = StateFile::in_folder(folder).load().unwrap();
        (Memory::start(paths, state, book, wakes, noon).unwrap(), arrivals)
    }

    fn kept(query: &str, marks: Option<&[i64]>, offered: bool) -> Box<Kept> {
        let marks: Option<Marks> = marks.map(|m| m.iter().map(|k| Key(*k)).collect());
        let marked = marks.as_ref().map_or(2, Marks::len);
        let sitting = Sitting { query: query.into(), marked, ..Sitting::default() };
        Box::new(Kept { sitting, marks, offered })
    }

    fn left_over(arrivals: &Receiver<Wake>) -> Option<(String, String)> {
        match arrivals.recv_timeout(LONG) {
            Ok(Wake::Event(Event::LeftOver(left))) => Some((left.sitting.query, left.sitting.marks)),
            _ => None,
        }
    }

    #[test]
    fn a_run_that_is_cut_off_is_offered_until_it_is_answered() {
        let home = tempfile::tempdir().unwrap();
        let (memory, _arrivals) = start(home.path());
        memory.keep(kept("x", Some(&[5, 3, 4]), false));
        memory.keep(kept("xy", None, false));
        drop(memory);
        let (memory, arrivals) = start(home.path());
        assert_eq!(left_over(&arrivals), Some(("xy".into(), "3-5".into())));
        // Nothing was answered, and the analyst leaves: it is offered again.
        memory.keep(kept("", Some(&[]), true));
        memory.leave();
        drop(memory);
        let (memory, arrivals) = start(home.path());
        assert_eq!(left_over(&arrivals), Some(("xy".into(), "3-5".into())));
        memory.keep(kept("z", Some(&[9]), false));
        drop(memory);
        // Taken up, and cut off before anything was saved since: it is offered again.
        let (memory, arrivals) = start(home.path());
        assert_eq!(left_over(&arrivals), Some(("z".into(), "9".into())));
        memory.answered();
        drop(memory);
        let (memory, arrivals) = start(home.path());
        assert_eq!(left_over(&arrivals), Some(("z".into(), "9".into())));
        memory.keep(kept("z", None, false));
        memory.leave();
        assert!(memory.has_left());
        drop(memory);
        let (memory, arrivals) = start(home.path());
        drop(memory);
        assert_eq!(left_over(&arrivals), None);
        // Taken up, and left before anything was saved since: it is not.
        let (memory, _arrivals) = start(home.path());
        memory.keep(kept("y", Some(&[2]), false));
        drop(memory);
        let (memory, arrivals) = start(home.path());
        assert_eq!(left_over(&arrivals), Some(("y".into(), "2".into())));
        memory.answered();
        memory.leave();
        drop(memory);
        let (memory, arrivals) = start(home.path());
        drop(memory);
        assert_eq!(left_over(&arrivals), None);
        assert_eq!(std::fs::read_dir(home.path().join("sessions")).unwrap().count(), 1);
    }

    #[test]
    fn marks_never_land_on_other_incidents() {
        let home = tempfile::tempdir().unwrap();
        let (memory, _arrivals) = start(home.path());
        let mut left = kept("x", Some(&[5, 3, 4]), false);
        (left.sitting.cursor, left.sitting.incident) = (Some(4), Some("4".into()));
        memory.keep(left);
        drop(memory);
        let offered = |book: Numbered| {
            let (memory, arrivals) = start_on(home.path(), book);
            let Ok(Wake::Event(Event::LeftOver(left))) = arrivals.recv_timeout(LONG) else { panic!("no offer") };
            drop(memory);
            (left.sitting.marks.clone(), left.sitting.marked, left.sitting.cursor, left.lost)
        };
        assert_eq!(offered(Numbered(0)), ("3-5".into(), 3, Some(4), 0));
        // The query and the cursor stay; the cursor goes where its incident is now.
        assert_eq!(offered(Numbered(7)), (String::new(), 0, Some(11), 3));
        // Nothing is lost for good: the right case book may come back.
        assert_eq!(offered(Numbered(0)), ("3-5".into(), 3, Some(4), 0));
        // A file from before there were fingerprints.
        let mut file = std::fs::read_dir(home.path().join("sessions")).unwrap().map(|e| e.unwrap().path());
        let file = file.find(|p| p.extension().is_some_and(|e| e == "json")).unwrap();
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("\"print\"", "\"older\"")).unwrap();
        assert_eq!(offered(Numbered(0)), (String::new(), 0, Some(4), 3));
    }

    #[test]
    fn the_state_is_written_before_the_end() {
        let home = tempfile::tempdir().unwrap();
        let (memory, _arrivals) = start(home.path());
        for query in ["a", "b"] {
            memory.remember(Box::new(State { history: vec![query.into()], ..State::default() }));
        }
        drop(memory);
        let state = StateFile::in_folder(home.path()).load().unwrap();
        assert_eq!(state.history.last().map(String::as_str), Some("b"));
    }

    #[test]
    fn what_can_not_be_written_is_told_once() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("file");
        std::fs::write(&file, "").unwrap();
        let (wakes, arrivals) = channel();
        let paths = Paths { folder: file, store: StoreId("s".into()) };
        let memory = Memory::start(paths, State::default(), Numbered(0), wakes, noon).unwrap();
        memory.remember(Box::new(State { history: vec!["a".into()], ..State::default() }));
        drop(memory);
        let told: Vec<Wake> = arrivals.try_iter().collect();
        assert!(matches!(&told[..], [Wake::Event(Event::Reply(Reply::Failed { .. }))]), "{told:?}");
    }

    #[test]
    fn the_time_of_another_day_is_told_with_it() {
        assert_eq!(told_time("2024-06-08T05:32:00Z", noon()), "14:32");
        assert_eq!(told_time("2024-06-07T15:00:10Z", noon()), "00:00");
        assert_eq!(told_time("2024-06-07T00:32:00Z", noon()), "2024-06-07 09:32");
        assert_eq!(told_time("x", noon()), "");
    }
}
