//! The names of incidents alone, by the thousand: what a fuzzy jump looks among. Called by `Store`; changes nothing.

use super::Store;
use super::error::StoreError;
use super::number::array;
use crate::domain::Key;
use crate::domain::jump::Named;
use rusqlite::Connection;

/// KiB that SQLite may keep of the file for a connection that reads through it once.
const CACHE: i64 = 2_000;

/// The names of incidents.
fn names(connection: &Connection, keys: &[Key]) -> Result<Vec<Named>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT key, org, org_folded, title_folded FROM incidents WHERE key IN rarray(?1)")?;
    let rows = select.query_map([array(keys.iter().map(|k| k.0))], |row| {
        Ok(Named { key: Key(row.get(0)?), org: row.get(1)?, org_folded: row.get(2)?, title_folded: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<Vec<Named>, _>>()?)
}

impl Store {
    /// The names of incidents, in any order; those that are gone are left out.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn names(&self, keys: &[Key]) -> Result<Vec<Named>, StoreError> {
        self.placed(names(&self.connection, keys))
    }

    /// Keeps little of the file in memory: for a connection that reads through it once.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn keep_little(&self) -> Result<(), StoreError> {
        self.placed(self.connection.pragma_update(None, "cache_size", -CACHE).map_err(StoreError::from))
    }
}
