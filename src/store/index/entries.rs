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
    singles: CachedStatement<'c>,
}

impl<'c> Writer<'c> {
    /// Over a connection to the index.
    pub fn new(index: &'c Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            pairs: index.prepare_cached("INSERT INTO pairs (rowid, tokens) VALUES (?1, ?2)")?,
            singles: index.prepare_cached("INSERT INTO singles (rowid, tokens) VALUES (?1, ?2)")?,
        })
    }

    /// Writes what is found of an entry; where it stands is written apart ([`stands`]).
    pub fn write(&mut self, entry: &Entry) -> rusqlite::Result<()> {
        self.pairs.execute(params![entry.place, entry.tokens.pairs])?;
        self.singles.execute(params![entry.place, entry.tokens.singles])?;
        Ok(())
    }
}

/// Notes where an incident stands.
pub fn stands(index: &Connection, key: i64, place: i64) -> rusqlite::Result<()> {
    index.prepare_cached("INSERT INTO docs (incident, place) VALUES (?1, ?2)")?.execute([key, place])?;
    Ok(())
}

/// Takes an incident out, and tells whether it was in.
pub fn take_out(index: &Connection, key: i64) -> rusqlite::Result<bool> {
    let mut select = index.prepare_cached("DELETE FROM docs WHERE incident = ?1 RETURNING place")?;
    let place: Option<i64> = select.query_row([key], |r| r.get(0)).optional()?;
    let Some(place) = place else { return Ok(false) };
    index.prepare_cached("DELETE FROM pairs WHERE rowid = ?1")?.execute([place])?;
    index.prepare_cached("DELETE FROM singles WHERE rowid = ?1")?.execute([place])?;
    Ok(true)
}
