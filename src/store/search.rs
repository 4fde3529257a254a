//! Searches and their index, as the rest of the program asks a store for them. What queries are made into is
//! `search_sql`'s, which incidents hold a word is `index`'s.

use super::index::{self, Index, IndexState, Indexed};
use super::search_sql;
use super::{Store, StoreError};
use crate::domain::protocol::{Found, Indexing};
use crate::query::ast::Query;
use rusqlite::InterruptHandle;
use std::cell::RefMut;
use std::fmt;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

/// Stops the lookups of a store in the search index that it has open just now.
#[derive(Clone, Default)]
pub(super) struct Lookups(Arc<Mutex<Option<InterruptHandle>>>);

impl Lookups {
    fn are_of(&self, index: Option<&Index>) {
        if let Ok(mut handle) = self.0.lock() {
            *handle = index.map(Index::interrupt_handle);
        }
    }

    /// Interrupts what runs now, if anything.
    pub(super) fn interrupt(&self) {
        if let Ok(handle) = self.0.lock()
            && let Some(handle) = &*handle
        {
            handle.interrupt();
        }
    }
}

impl fmt::Debug for Lookups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lookups")
    }
}

impl Store {
    /// Runs a query; words are looked up in the search index where there is one that fits, else all texts are read.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] when another thread interrupted it.
    pub fn search(&self, query: &Query) -> Result<Found, StoreError> {
        self.refuse_changing()?;
        if search_sql::looks_up(&query.filter)
            && let Some(found) = self.placed(self.search_by_index(query))?
        {
            return Ok(found);
        }
        self.search_by_scan(query)
    }

    /// Runs a query without the search index: words are looked for in all texts.
    ///
    /// # Errors
    /// As [`Store::search`].
    pub fn search_by_scan(&self, query: &Query) -> Result<Found, StoreError> {
        self.placed(search_sql::search(&self.connection, query))
    }

    /// Runs a query with the search index; `None` where there is none that fits. An index that turns out to be damaged is
    /// none, and is removed.
    fn search_by_index(&self, query: &Query) -> Result<Option<Found>, StoreError> {
        let mut opened = self.opened_index()?;
        let Some(index) = opened.as_ref() else { return Ok(None) };
        let found = index
            .snapshot(&self.connection)
            .and_then(|snapshot| snapshot.map(|s| search_sql::search_by_index(&s, query)).transpose());
        let found = match found {
            Err(e) if index.gives_way(&e) => None,
            found => found?,
        };
        if found.is_none() {
            *opened = None;
        }
        Ok(found)
    }

    /// The search index that stands beside the case book just now, if it fits.
    pub(super) fn opened_index(&self) -> Result<RefMut<'_, Option<Index>>, StoreError> {
        let mut opened = self.index.borrow_mut();
        if opened.as_ref().is_none_or(|index| !index.is_same_file()) {
            *opened = Index::open(&self.path, &self.connection)?;
            self.lookups.are_of(opened.as_ref());
        }
        Ok(opened)
    }

    /// What has become of the search index.
    ///
    /// # Errors
    /// Reports what SQLite reports of the case book.
    pub fn index_state(&self) -> Result<IndexState, StoreError> {
        self.placed(index::state(&self.path, &self.connection))
    }

    /// What is wrong with the search index, in words; `None` for one that is sound, or not there.
    ///
    /// # Errors
    /// Reports what SQLite reports of the case book.
    pub fn index_problem(&self) -> Result<Option<String>, StoreError> {
        self.placed(index::problem(&self.path, &self.connection))
    }

    /// Builds the search index or brings it up to date, whichever is right, over connections of its own; where somebody
    /// else is at it, returns at once. `progress` hears of [`Indexing::Running`] and may end the work, which leaves what
    /// there was.
    ///
    /// # Errors
    /// Reports what the system refuses; searches then read all texts.
    pub fn update_index(&self, progress: &mut dyn FnMut(Indexing) -> ControlFlow<()>) -> Result<Indexed, StoreError> {
        self.placed(index::update(&self.path, &mut |done, total| progress(Indexing::Running { done, total })))
    }

    /// Removes the search index; the next [`Store::update_index`] builds it anew.
    ///
    /// # Errors
    /// Fails where the file is there and can't be removed.
    pub fn remove_index(&self) -> Result<(), StoreError> {
        self.index.replace(None);
        index::remove(&self.path)
    }
}
