//! The real finder behind the search thread: queries as text in, hits out.
//!
//! Made by `session` inside the thread, on connections of its own: one searches, the other fetches the rows that the
//! first hits come with.

use super::backend::problem;
use super::search::{Seeker, Supersede, Told};
use super::worker::Problem;
use crate::domain::date::in_tokyo;
use crate::domain::protocol::Found;
use crate::domain::{Generation, Key, ListRow};
use crate::query;
use crate::store::{Finder, Store};
use chrono::{DateTime, Utc};
use std::path::Path;

/// Rows that come along with the first hits: two pages of a tall terminal, so that nothing more is asked for at first.
const ROWS: usize = 64;

/// A finder with the clock that its queries count from.
pub struct StoreSeeker {
    finder: Finder,
    store: Store,
    now: fn() -> DateTime<Utc>,
}

impl StoreSeeker {
    /// Opens the case book at a path for searching.
    pub fn open(path: &Path, now: fn() -> DateTime<Utc>) -> Result<Self, Problem> {
        let finder = Finder::open(path).map_err(problem)?;
        let store = Store::open_existing(path).map_err(problem)?;
        Ok(Self { finder, store, now })
    }
}

impl Seeker for StoreSeeker {
    fn superseder(&self) -> Supersede {
        let superseder = self.finder.superseder();
        Box::new(move |by| superseder.supersede(by))
    }

    fn search(&mut self, generation: Generation, query: &str, told: Told<'_>) -> Result<(), Problem> {
        // `30d` counts from the day in Tokyo.
        let query = query::parse(query, in_tokyo(&(self.now)()).date()).map_err(Problem::Query)?;
        let store = &self.store;
        let rows = |found: &Found| -> Vec<ListRow> {
            let first: Vec<Key> = found.keys.iter().take(ROWS).copied().collect();
            // Without them the workbench asks for what it needs.
            store.rows(&first).unwrap_or_default()
        };
        let mut early_told = false;
        let found = self.finder.search(generation, &query, &mut |found| {
            early_told = true;
            let rows = rows(&found);
            told(found, rows);
        });
        let found = found.map_err(problem)?;
        let rows = if early_told { Vec::new() } else { rows(&found) };
        told(found, rows);
        Ok(())
    }

    fn idle(&mut self) -> Result<bool, Problem> {
        self.finder.idle().map_err(problem)
    }
}
