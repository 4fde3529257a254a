//! The real store behind the store's thread: every request but searches in the store's own words.
//!
//! Made by `session`, moved into the thread by [`super::worker::Worker::start`].

use super::worker::{Backend, Problem};
use crate::analysis::links;
use crate::domain::protocol::{CaseMembers, Heard, TagCount, TagKey};
use crate::domain::{Actor, Applied, Change, Colour, Command, Key, ListRow, OpId, Operation, Record, Tag};
use crate::store::{LogFilter, Place, Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// KiB of the case book that this connection keeps. Its pages are in the system's cache anyway, and every connection of
/// a workbench that stays open for days fills what it may.
const CACHE: i64 = 8_000;

/// Operations that the detail pane shows of one incident.
const NEWEST_OPERATIONS: usize = 50;

/// Incidents of a case that its timeline shows.
const MOST_OF_A_CASE: usize = 50;

/// A store with all that its thread needs to know.
pub struct StoreBackend {
    /// Where the case book is; it is opened by the thread itself, when it is first asked for something.
    pub place: Place,
    /// The store, once it is open.
    pub store: Option<Store>,
    /// In whose name changes are logged.
    pub actor: Actor,
    /// The clock.
    pub now: fn() -> DateTime<Utc>,
    /// What this thread logged itself, and up to which row the log is known.
    pub own: Own,
}

/// The own part of the log.
#[derive(Debug, Default)]
pub struct Own {
    logged: Vec<OpId>,
    known: Option<i64>,
}

impl Own {
    fn note(&mut self, applied: &Applied) {
        self.logged.extend(applied.op.clone());
    }
}

impl StoreBackend {
    fn store(&mut self) -> Result<&mut Store, Problem> {
        match self.store.take() {
            Some(store) => Ok(self.store.insert(store)),
            None => {
                let store = self.place.open().and_then(|store| store.keep_at_most(CACHE).map(|()| store));
                Ok(self.store.insert(store.map_err(problem)?))
            }
        }
    }

    /// The end of a change: what was corrected is linked anew.
    fn relinked<T>(&mut self, done: Result<T, StoreError>) -> Result<T, Problem> {
        let done = done.map_err(problem)?;
        // The change is stored: what fails here is made up for after the next one.
        let _ = self.store()?.complete_links(links::keys);
        Ok(done)
    }
}

/// What the threads say of a store's error.
pub(super) fn problem(error: StoreError) -> Problem {
    match error {
        StoreError::Interrupted => Problem::Interrupted,
        other => Problem::Other(other.to_string()),
    }
}

impl Backend for StoreBackend {
    fn rows(&mut self, keys: &[Key]) -> Result<Vec<ListRow>, Problem> {
        self.store()?.rows(keys).map_err(problem)
    }

    fn detail(&mut self, key: Key) -> Result<(Record, Vec<ListRow>, Vec<Operation>), Problem> {
        let store = self.store()?;
        let record = store.record(key).map_err(problem)?;
        let filter = LogFilter { keys: Some(vec![key]), limit: Some(NEWEST_OPERATIONS), ..LogFilter::default() };
        let log = store.log(&filter).map_err(problem)?;
        let related = store.closest(&record, Record::SHOWN_RELATED).map_err(problem)?;
        Ok((record, related, log))
    }

    fn related(&mut self, key: Key) -> Result<Vec<ListRow>, Problem> {
        let store = self.store()?;
        let record = store.record(key).map_err(problem)?;
        store.closest(&record, Record::MAX_RELATED).map_err(problem)
    }

    fn case(&mut self, key: Key) -> Result<CaseMembers, Problem> {
        self.store()?.case(key, MOST_OF_A_CASE).map_err(problem)
    }

    fn tag_counts(&mut self, keys: &[Key]) -> Result<Vec<TagCount>, Problem> {
        self.store()?.tag_counts(keys).map_err(problem)
    }

    fn tag_keys(&mut self) -> Result<Vec<TagKey>, Problem> {
        self.store()?.tag_keys().map_err(problem)
    }

    fn apply(&mut self, change: Change, keys: &[Key]) -> Result<Applied, Problem> {
        let (actor, now) = (self.actor.clone(), (self.now)());
        let store = self.store()?;
        let targets = store.ids(keys).map_err(problem)?;
        let applied = store.apply(&Command { change, targets }, &actor, now);
        let applied = self.relinked(applied)?;
        self.own.note(&applied);
        Ok(applied)
    }

    fn undo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        let (actor, now) = (self.actor.clone(), (self.now)());
        let undone = self.store()?.undo(&actor, now);
        let undone = self.relinked(undone)?;
        undone.iter().for_each(|(applied, _)| self.own.note(applied));
        Ok(undone)
    }

    fn redo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        let (actor, now) = (self.actor.clone(), (self.now)());
        let redone = self.store()?.redo(&actor, now);
        let redone = self.relinked(redone)?;
        redone.iter().for_each(|(applied, _)| self.own.note(applied));
        Ok(redone)
    }

    fn tag_colours(&mut self) -> Result<BTreeMap<Tag, Colour>, Problem> {
        self.store()?.tag_colours().map_err(problem)
    }

    fn heard(&mut self) -> Result<Vec<Heard>, Problem> {
        let known = self.own.known;
        let (newest, mut heard) = self.store()?.logged_behind(known).map_err(problem)?;
        heard.retain(|h| !self.own.logged.contains(&h.op));
        self.own = Own { logged: Vec::new(), known: Some(newest) };
        Ok(heard)
    }

    fn version(&mut self) -> Result<i64, Problem> {
        self.store()?.data_version().map_err(problem)
    }
}
