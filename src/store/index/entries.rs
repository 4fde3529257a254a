//! Entries of the index: read from the case book, made into tokens, written and taken out. Used by building and catching
//! up.

use super::super::error::StoreError;
use super::place_of;
use super::tokens::{Tokenizer, Tokens};
use chrono::NaiveDate;
use rusqlite::types::ValueRef;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

/// What the index is to say of an incident.
pub struct Entry {
    /// The incident's key.
    pub key: i64,
    /// Where it is to stand.
    pub place: i64,
    /// Of its texts.
    pub tokens: Tokens,
}

/// Reads incidents as entries.
pub struct Reader<'c> {
    select: CachedStatement<'c>,
    tokenizer: &'c mut Tokenizer,
}

impl<'c> Reader<'c> {
    /// Over a connection to the case book.
    pub fn new(store: &'c Connection, tokenizer: &'c mut Tokenizer) -> Result<Self, StoreError> {
        let select = store.prepare_cached(
            "SELECT s.folded, i.org_folded, i.title_folded, i.third_folded, i.gang_folded, i.published
             FROM searchable s JOIN incidents i ON i.key = s.incident WHERE s.incident = ?1",
        )?;
        Ok(Self { select, tokenizer })
    }

    /// Reads one; `None` where there is no such incident any more.
    pub fn read(&mut self, key: i64) -> Result<Option<Entry>, StoreError> {
        let tokenizer = &mut *self.tokenizer;
        let entry = self.select.query_row([key], |row| {
            let text = |n: usize| row.get_ref(n).map(|v| if v == ValueRef::Null { Ok("") } else { v.as_str() });
            let texts = [text(0)??, text(1)??, text(2)??, text(3)??, text(4)??];
            Ok(Entry { key, place: place_of(day(row, 5)?, key), tokens: tokenizer.of(texts) })
        });
        Ok(entry.optional()?)
    }
}

/// A column that holds a day or nothing.
pub fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<NaiveDate>> {
    Ok(row.get_ref(column)?.as_str_or_null()?.and_then(|s| s.parse().ok()))
}

/// Writes entries into an index.
pub struct Writer<'c> {
    pairs: CachedStatement<'c>,
}

impl<'c> Writer<'c> {
    /// Over a connection to the index.
    pub fn new(index: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self { pairs: index.prepare_cached("INSERT INTO pairs (rowid, tokens) VALUES (?1, ?2)")? })
    }

    /// Writes an entry's pairs. Its characters and where it stands are written apart.
    pub fn write(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        self.pairs.execute(params![entry.place, entry.tokens.pairs])?;
        Ok(())
    }
}

/// Writes the characters of an entry that the index was not built of.
pub fn write_late(index: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let mut insert = index.prepare_cached("INSERT INTO singles (rowid, tokens) VALUES (?1, ?2)")?;
    insert.execute(params![entry.place, entry.tokens.singles()])?;
    Ok(())
}

/// Notes where an incident stands, and as which of all that the index was built of.
pub fn stands(index: &Connection, key: i64, place: i64, nth: Option<i64>) -> rusqlite::Result<()> {
    let mut insert = index.prepare_cached("INSERT INTO docs (incident, place, nth) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![key, place, nth])?;
    Ok(())
}

/// An incident that was taken out of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Out {
    /// It was not in.
    No,
    /// All of it is out.
    Whole,
    /// The index was built of it, as this one of all: that it is gone from the characters is still to be marked.
    Nth(i64),
}

/// Takes an incident out.
pub fn take_out(index: &Connection, key: i64) -> rusqlite::Result<Out> {
    let mut select = index.prepare_cached("DELETE FROM docs WHERE incident = ?1 RETURNING place, nth")?;
    let stood: Option<(i64, Option<i64>)> = select.query_row([key], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let Some((place, nth)) = stood else { return Ok(Out::No) };
    index.prepare_cached("DELETE FROM pairs WHERE rowid = ?1")?.execute([place])?;
    if let Some(nth) = nth {
        return Ok(Out::Nth(nth));
    }
    index.prepare_cached("DELETE FROM singles WHERE rowid = ?1")?.execute([place])?;
    Ok(Out::Whole)
}
