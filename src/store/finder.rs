//! Answers the workbench's queries as they are typed, on a connection of its own: the first hits at once, all of them
//! and the counts after. Made from the workbench's store; the runtime's search thread asks it.

use super::error::StoreError;
use super::{InterruptHandle, Store, open, search_sql};
use crate::domain::Generation;
use crate::domain::protocol::Found;
use crate::query::ast::Query;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many of the first hits are told before the rest is known.
const EARLY: usize = 200;

/// Finds incidents for a workbench.
pub struct Finder {
    store: Store,
    /// The oldest search that is still wanted.
    wanted: Arc<AtomicU64>,
}

/// Tells a finder, from another thread, that only newer searches are wanted from now on.
#[derive(Clone)]
pub struct Superseder {
    wanted: Arc<AtomicU64>,
    statements: Arc<InterruptHandle>,
}

impl Superseder {
    /// Ends every search before this one, the running one too; called before this one is handed to the finder.
    pub fn supersede(&self, by: Generation) {
        self.wanted.fetch_max(by.0, Ordering::SeqCst);
        self.statements.interrupt();
    }
}

impl Finder {
    /// Opens a connection of its own to the case book at a path.
    ///
    /// # Errors
    /// As [`Store::open_existing`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { store: open::open(path, false)?, wanted: Arc::default() })
    }

    /// What ends searches that nobody waits for any more.
    pub fn superseder(&self) -> Superseder {
        let statements = Arc::new(self.store.interrupt_handle());
        Superseder { wanted: Arc::clone(&self.wanted), statements }
    }

    /// Runs a query. Where all hits would take a while, `early` hears of the first ones before.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] when a newer search is wanted.
    pub fn search(
        &mut self,
        generation: Generation,
        query: &Query,
        early: &mut dyn FnMut(Found),
    ) -> Result<Found, StoreError> {
        self.go_on(generation)?;
        if let Some(first) = self.store.placed(search_sql::first(&self.store.connection, query, EARLY))? {
            early(first);
        }
        self.go_on(generation)?;
        self.store.search(query)
    }

    fn go_on(&self, generation: Generation) -> Result<(), StoreError> {
        if generation.0 < self.wanted.load(Ordering::SeqCst) { Err(StoreError::Interrupted) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;
    use crate::store::testing::{at, document, entry, ready};
    use chrono::NaiveDate;

    #[test]
    fn the_first_hits_come_first_and_superseded_searches_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut store = Store::open(&path).unwrap();
        let entries = (0..300).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect();
        let (parsed, raw) = document("d", entries);
        store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
        let mut finder = Finder::open(&path).unwrap();
        let query = parse("", NaiveDate::default()).unwrap();
        let mut early = Vec::new();
        let found = finder.search(Generation(2), &query, &mut |f| early.push(f)).unwrap();
        assert_eq!((found.keys.len(), found.in_store, found.early), (300, 300, false));
        assert_eq!(early.len(), 1);
        assert!(early[0].early && early[0].keys[..] == found.keys[..200]);
        finder.superseder().supersede(Generation(4));
        assert!(matches!(finder.search(Generation(3), &query, &mut |_| ()), Err(StoreError::Interrupted)));
        assert_eq!(finder.search(Generation(4), &query, &mut |_| ()).unwrap().keys.len(), 300);
    }
}
