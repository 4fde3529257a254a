//! Imported incidents read anew from their texts, since the bytes of their documents are not at hand. Called by the
//! reparse of `jobs`.

use super::super::error::StoreError;
use super::super::incidents::{Derived, Prepared};
use super::super::ingest::{Ingested, Outcome};
use super::super::reparse::{self, DocumentKey, Reparsed};
use super::super::{Store, entries};
use crate::domain::{Key, LinkKeysOf, ParsedEntry};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::BTreeMap;

/// An entry as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptEntry {
    key: i64,
    /// What the parser found in it.
    pub entry: ParsedEntry,
}

impl Store {
    /// The entries of a document of imported records that it still holds, in document order.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn kept_entries(&self, document: DocumentKey) -> Result<Vec<KeptEntry>, StoreError> {
        self.placed(read(&self.connection, document))
    }

    /// Takes in another reading of entries, in one transaction: ids and triage data stay, and what reads as it did is not
    /// written. Entries whose text changed meanwhile are passed over. A dry run tells what would change.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn reparse_entries(
        &mut self,
        read: &[KeptEntry],
        keys_of: LinkKeysOf,
        dry_run: bool,
    ) -> Result<Reparsed, StoreError> {
        let done = write(&mut self.connection, read, keys_of, dry_run);
        self.link_anew(done)
    }
}

fn read(connection: &Connection, document: DocumentKey) -> Result<Vec<KeptEntry>, StoreError> {
    let tx = connection.unchecked_transaction()?;
    let mut select =
        tx.prepare_cached("SELECT key FROM incidents WHERE document = ?1 AND gone = 0 ORDER BY seq, key")?;
    let keys: Vec<i64> = select.query_map([document.0], |r| r.get(0))?.collect::<Result<_, _>>()?;
    keys.into_iter().map(|key| Ok(KeptEntry { key, entry: entries::read(&tx, key)? })).collect()
}

fn write(
    connection: &mut Connection,
    read: &[KeptEntry],
    keys_of: LinkKeysOf,
    dry_run: bool,
) -> Result<Reparsed, StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut done = Ingested { entries: read.len(), ..Ingested::none(Outcome::Unchanged) };
    let mut fields: BTreeMap<&'static str, usize> = BTreeMap::new();
    for KeptEntry { key, entry } in read {
        let mut derived = Derived::of(entry)?;
        let mut select = tx.prepare_cached(
            "SELECT i.content_hash, i.byte_start FROM incidents i JOIN texts t ON t.incident = i.key
             WHERE i.key = ?1 AND i.gone = 0 AND t.text = ?2",
        )?;
        let known = select.query_row((key, &entry.text), |r| Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?)));
        let Some((content, start)) = known.optional()? else { continue };
        if content == derived.content {
            done.unchanged += 1;
            continue;
        }
        derived.links = Some(keys_of(entry.kind, &entry.facts, &derived.folded));
        let prepared = Prepared { entry, derived: &derived };
        for name in reparse::differences(&tx, *key, &prepared)? {
            *fields.entry(name).or_default() += 1;
        }
        prepared.replace(&tx, *key, usize::try_from(start).unwrap_or_default())?;
        done.updated += 1;
        done.touched.push(Key(*key));
        done.outcome = Outcome::Updated;
    }
    if dry_run {
        tx.rollback()?;
    } else {
        tx.commit()?;
    }
    Ok(Reparsed { ingested: done, fields })
}
