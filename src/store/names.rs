//! The names of incidents alone, by the thousand: what a fuzzy jump looks among. Called by `Store`; changes nothing.

use super::Store;
use super::error::StoreError;
use super::number::array;
use crate::domain::Key;
use crate::domain::jump::Named;
use rusqlite::Connection;
use std::ops::ControlFlow;

/// KiB that SQLite may keep of the file for a connection that reads through it once.
const CACHE: i64 = 2_000;

/// The names of incidents.
fn names(connection: &Connection, keys: &[Key]) -> Result<Vec<Named>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT key, org_folded, title_folded FROM incidents WHERE key IN rarray(?1)")?;
    let rows = select.query_map([array(keys.iter().map(|k| k.0))], |row| {
        Ok(Named { key: Key(row.get(0)?), org_folded: row.get(1)?, title_folded: row.get(2)? })
    })?;
    Ok(rows.collect::<Result<Vec<Named>, _>>()?)
}

fn newest(connection: &Connection, each: &mut dyn FnMut(Key) -> ControlFlow<()>) -> Result<(), StoreError> {
    let mut select = connection.prepare("SELECT key FROM incidents ORDER BY published DESC, key")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if each(Key(row.get(0)?)).is_break() {
            break;
        }
    }
    Ok(())
}

impl Store {
    /// The names of incidents, in any order; those that are gone are left out.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn names(&self, keys: &[Key]) -> Result<Vec<Named>, StoreError> {
        self.placed(names(&self.connection, keys))
    }

    /// Tells incidents from the newest on, the undated last, until `each` has heard enough.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn newest(&self, each: &mut dyn FnMut(Key) -> ControlFlow<()>) -> Result<(), StoreError> {
        self.placed(newest(&self.connection, each))
    }

    /// Keeps little of the file in memory: for a connection that reads through it once.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn keep_little(&self) -> Result<(), StoreError> {
        self.keep_at_most(CACHE)
    }

    /// Keeps at most so many KiB of the file in memory.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn keep_at_most(&self, kib: i64) -> Result<(), StoreError> {
        self.placed(self.connection.pragma_update(None, "cache_size", -kib).map_err(StoreError::from))
    }
}
