//! Whether an index and a case book fit together, told by what each says of the other. Read at the beginning of every
//! search and of every change of the index.

use super::super::error::StoreError;
use super::FORMAT;
use roaring::RoaringBitmap;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

/// Pending incidents up to which an index always helps.
const FEW: u64 = 1_000;
/// Numbers of `changes` that are kept after the index has seen them, for workbenches that follow on their own.
const KEPT: i64 = 100_000;

/// What an index says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The case book's id.
    pub store: String,
    /// The word that the case book has of it.
    pub token: String,
    /// The word that the case book may still have; empty once it has the other.
    pub previous: String,
    /// The newest change that it knows of.
    pub upto: i64,
    /// Incidents in it.
    pub docs: i64,
}

impl State {
    /// Reads it; `None` where the index is of another version.
    pub fn read(index: &Connection) -> rusqlite::Result<Option<Self>> {
        let format: i64 = index.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        if format != FORMAT {
            return Ok(None);
        }
        let mut select = index.prepare_cached("SELECT store, token, previous, upto, docs FROM state")?;
        let state = select.query_row([], |r| {
            Ok(Self { store: r.get(0)?, token: r.get(1)?, previous: r.get(2)?, upto: r.get(3)?, docs: r.get(4)? })
        });
        state.optional()
    }

    /// Writes it.
    pub fn write(&self, index: &Connection) -> rusqlite::Result<()> {
        index.execute(
            "INSERT OR REPLACE INTO state (one, store, token, previous, upto, docs) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
            params![self.store, self.token, self.previous, self.upto, self.docs],
        )?;
        Ok(())
    }

    /// Tells whether the index is of this case book and every change that it does not know of is still told.
    pub fn fits(&self, of: &Standing) -> bool {
        let known = !of.token.is_empty() && [&self.token, &self.previous].contains(&&of.token);
        let all_told = self.upto == of.newest || self.upto < of.newest && of.oldest <= self.upto + 1;
        self.store == of.id && known && all_told
    }

    /// Tells whether it is better built anew than brought up to date.
    pub fn is_far_behind(&self, pending: u64) -> bool {
        pending > FEW + self.docs.unsigned_abs() / 3
    }
}

/// What a case book says of its index and of its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// The word that the index has to have; empty where there never was one.
    pub token: String,
    /// The oldest change that is still told; 0 where there is none.
    pub oldest: i64,
    /// The newest change; 0 where there is none.
    pub newest: i64,
}

impl Standing {
    /// Reads it.
    pub fn read(store: &Connection) -> Result<Self, StoreError> {
        let mut select = store.prepare_cached(
            "SELECT (SELECT id FROM store), coalesce((SELECT token FROM indexed), ''),
               coalesce((SELECT min(seq) FROM changes), 0), coalesce((SELECT max(seq) FROM changes), 0)",
        )?;
        Ok(select
            .query_row([], |r| Ok(Self { id: r.get(0)?, token: r.get(1)?, oldest: r.get(2)?, newest: r.get(3)? }))?)
    }
}

/// Incidents whose text or fields changed after a number.
pub fn pending(store: &Connection, upto: i64) -> Result<RoaringBitmap, StoreError> {
    let mut select = store.prepare_cached("SELECT incident FROM changes WHERE seq > ?1 AND what >= 2")?;
    let mut rows = select.query([upto])?;
    let mut out = RoaringBitmap::new();
    while let Some(row) = rows.next()? {
        out.insert(narrow(row.get(0)?)?);
    }
    Ok(out)
}

/// A key as bitmaps hold it.
pub fn narrow(key: i64) -> Result<u32, StoreError> {
    u32::try_from(key).map_err(|_| StoreError::corrupt(format!("incident number {key} is beyond all counting")))
}

/// A new word for a case book and its index to know each other by.
pub fn new_token(store: &Connection) -> Result<String, StoreError> {
    Ok(store.query_row("SELECT lower(hex(randomblob(8)))", [], |r| r.get(0))?)
}

/// Puts a word into a case book that never had one, so that forgetting in the meantime shows.
pub fn begin(store: &Connection) -> Result<(), StoreError> {
    let known: i64 = store.query_row("SELECT count(*) FROM indexed", [], |r| r.get(0))?;
    if known == 0 {
        store.execute("INSERT OR IGNORE INTO indexed VALUES (1, lower(hex(randomblob(8))), 0)", [])?;
    }
    Ok(())
}

/// Takes the word from whatever index there is, even one that is just being built: what is erased is in it.
pub fn disown(store: &Connection) -> Result<(), StoreError> {
    store.execute("INSERT OR REPLACE INTO indexed VALUES (1, lower(hex(randomblob(8))), 0)", [])?;
    Ok(())
}

/// Tells a case book that its index has come further, and lets go of changes of old.
pub fn told(tx: &Transaction<'_>, state: &State) -> Result<(), StoreError> {
    tx.execute("UPDATE indexed SET token = ?1, upto = ?2", params![state.token, state.upto])?;
    // The newest number is the greatest, so it always stays.
    tx.execute("DELETE FROM changes WHERE seq <= min(?1, (SELECT max(seq) FROM changes) - ?2)", [state.upto, KEPT])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_fits_the_case_book_that_it_was_made_from_and_what_became_of_it() {
        let index = State { store: "s".into(), token: "b".into(), previous: "a".into(), upto: 7, docs: 3 };
        let book =
            |id: &str, token: &str, oldest, newest| Standing { id: id.into(), token: token.into(), oldest, newest };
        for fine in [book("s", "b", 7, 7), book("s", "b", 3, 9), book("s", "b", 8, 9), book("s", "a", 1, 7)] {
            assert!(index.fits(&fine), "{fine:?}");
        }
        for other in [
            book("t", "b", 7, 7),
            book("s", "c", 7, 7),
            book("s", "", 7, 7),
            book("s", "b", 9, 9),
            book("s", "b", 1, 6),
            book("s", "b", 0, 0),
        ] {
            assert!(!index.fits(&other), "{other:?}");
        }
        let settled = State { previous: String::new(), ..index };
        assert!(!settled.fits(&book("s", "a", 1, 7)) && !settled.fits(&book("s", "", 1, 7)));
        assert!(settled.is_far_behind(1_002) && !settled.is_far_behind(1_001));
    }
}
