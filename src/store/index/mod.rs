//! The search index: a file beside the case book that tells which texts hold a word, made from the case book and made anew
//! whenever there is doubt about it. Asked by `Store::search` and the finder; kept up to date by `Store::update_index`.
//!
//! It knows the texts as they were up to a number of the table `changes`. Incidents with later changes are pending: what
//! the index says of them does not count, and their texts are read.

mod blocks;
mod build;
mod catch_up;
mod entries;
mod file;
mod gathered;
mod lookup;
mod standing;
#[cfg(test)]
mod tests;
mod tokens;
mod update;

pub(super) use file::remove;
pub(super) use lookup::{Snapshot, Window, Word, goes_together};
pub(super) use standing::disown;
pub use update::Indexed;
pub(super) use update::update;

use super::error::StoreError;
use super::open;
use chrono::{Datelike, NaiveDate};
pub(super) use file::Identity;
use gathered::Gathered;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, InterruptHandle, OpenFlags};
use standing::{Standing, State};
use std::path::{Path, PathBuf};

/// Its version; an index of another one is built anew.
const FORMAT: i64 = 1;
/// KiB of cache of a connection that looks up or catches up.
const CACHE: i64 = 8_000;
/// How often reading begins anew where another process has just written the index or the case book.
const TRIES: usize = 4;

/// What has become of the search index of a case book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexState {
    /// It is to be built: there is none, or none of this case book as it is. Words are found by reading all texts.
    Missing,
    /// It does not know what became of some incidents.
    Behind {
        /// How many; their texts are read.
        pending: usize,
    },
    /// It knows every text.
    Ready,
}

/// An open index.
#[derive(Debug)]
pub(super) struct Index {
    connection: Connection,
    path: PathBuf,
    identity: Identity,
}

/// Where an incident stands in the index: later days after earlier ones, the undated before all.
pub(super) fn place_of(day: Option<NaiveDate>, key: i64) -> i64 {
    let day = day.map_or(0, |d| i64::from(d.num_days_from_ce().max(1)));
    day << 32 | key & i64::from(u32::MAX)
}

/// The key of the incident that stands at a place.
fn key_at(place: i64) -> u32 {
    (place & i64::from(u32::MAX)) as u32
}

impl Index {
    /// Opens the index of the case book `db`, which `store` is a connection to; `None` where it is to be built: it is
    /// missing, damaged, of another version, of another case book or of another state of this one.
    ///
    /// # Errors
    /// Reports what SQLite reports of the case book; an index that can't be read is none.
    pub fn open(db: &Path, store: &Connection) -> Result<Option<Self>, StoreError> {
        let path = file::path_of(db);
        let Some(identity) = Identity::of(&path) else { return Ok(None) };
        let Ok(connection) = connect(&path) else { return Ok(None) };
        // Looking up writes nothing, whatever comes.
        if connection.pragma_update(None, "query_only", true).is_err() {
            return Ok(None);
        }
        let index = Self { connection, path, identity };
        for _ in 0..TRIES {
            // The index first: the case book may then be ahead of it, which is how it is, but never behind.
            let Ok(Some(state)) = State::read(&index.connection) else { return Ok(None) };
            if state.fits(&Standing::read(store)?) {
                return Ok(index.is_same_file().then_some(index));
            }
        }
        Ok(None)
    }

    /// Tells whether the open file still is the one beside the case book; false once it was deleted or replaced.
    pub fn is_same_file(&self) -> bool {
        Identity::of(&self.path) == Some(self.identity)
    }

    /// Begins to read the index and then the case book, both as of one moment for as long as the answer lives; no
    /// transaction may be open on `store`. `None` where the index does not fit the case book (any more), or is so far
    /// behind that reading all texts is faster.
    ///
    /// # Errors
    /// Reports what SQLite reports; see [`Index::gives_way`].
    pub fn snapshot<'s>(&'s self, store: &'s Connection) -> Result<Option<Snapshot<'s>>, StoreError> {
        for _ in 0..TRIES {
            let begun = self.connection.unchecked_transaction().map_err(|e| self.failed(&e))?;
            let Some(state) = State::read(&begun).map_err(|e| self.failed(&e))? else { return Ok(None) };
            let on_store = store.unchecked_transaction()?;
            if !state.fits(&Standing::read(&on_store)?) {
                // Another process may just be writing both.
                continue;
            }
            let pending = standing::pending(&on_store, state.upto)?;
            let near = !state.is_far_behind(pending.len());
            return Ok(near.then(|| Snapshot { index: self, _begun: begun, store: on_store, pending }));
        }
        Ok(None)
    }

    /// A handle with which another thread stops a running lookup.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.connection.get_interrupt_handle()
    }

    /// Tells whether an error is the index's own, so that whoever got it drops the index and reads the texts instead. A
    /// damaged file is removed here, as far as that is allowed, so that it is built anew.
    pub fn gives_way(&self, error: &StoreError) -> bool {
        let StoreError::Index { damaged, .. } = error else { return false };
        if *damaged && self.is_same_file() {
            // Where it can't be removed it is found damaged again.
            let _ = file::remove_at(&self.path);
        }
        true
    }

    fn failed(&self, error: &rusqlite::Error) -> StoreError {
        failed(error, &self.path)
    }
}

/// What SQLite said of the index at a path.
fn failed(error: &rusqlite::Error, path: &Path) -> StoreError {
    use ErrorCode as Code;
    let damaged = match error.sqlite_error_code() {
        Some(Code::OperationInterrupted) => return StoreError::Interrupted,
        Some(
            Code::DatabaseBusy
            | Code::DatabaseLocked
            | Code::DiskFull
            | Code::OutOfMemory
            | Code::SystemIoFailure
            | Code::CannotOpen
            | Code::PermissionDenied
            | Code::ReadOnly,
        ) => false,
        _ => true,
    };
    StoreError::Index { path: path.to_owned(), why: error.to_string(), damaged }
}

/// Opens a connection to an index for looking up or catching up.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(open::BUSY)?;
    // A file from elsewhere runs nothing that stands in its schema.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    for (name, value) in [("mmap_size", 0), ("cache_size", -CACHE), ("temp_store", 2), ("synchronous", 1)] {
        connection.pragma_update(None, name, value)?;
    }
    Ok(connection)
}

/// What has become of the index of the case book at a path.
pub(super) fn state(db: &Path, store: &Connection) -> Result<IndexState, StoreError> {
    let Some(index) = Index::open(db, store)? else { return Ok(IndexState::Missing) };
    let Ok(Some(state)) = State::read(&index.connection) else { return Ok(IndexState::Missing) };
    let pending = standing::pending(store, state.upto)?.len();
    Ok(match usize::try_from(pending).unwrap_or(usize::MAX) {
        0 => IndexState::Ready,
        pending => IndexState::Behind { pending },
    })
}

/// What is wrong with the file of the index beside a case book, in words; `None` for a sound or a missing one.
pub(super) fn problem(db: &Path, store: &Connection) -> Result<Option<String>, StoreError> {
    let path = file::path_of(db);
    if Identity::of(&path).is_none() {
        return Ok(None);
    }
    let Some(index) = Index::open(db, store)? else {
        return Ok(Some("it is none of this case book as it is".into()));
    };
    let checked = || -> rusqlite::Result<Option<String>> {
        let first: String = index.connection.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))?;
        Ok((first != "ok").then_some(first))
    };
    Ok(checked().unwrap_or_else(|e| Some(e.to_string())))
}
