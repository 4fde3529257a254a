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
        if !dry_run {
            self.index_targets()?;
        }
        let changed = self.placed(changed(&self.connection, read, keys_of))?;
        let done = write(&mut self.connection, &changed, read.len(), dry_run);
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

/// An entry as it is kept: its place, and the hash of what is kept of it; `None` where it is gone or has another text.
fn kept(connection: &Connection, read: &KeptEntry) -> Result<Option<(i64, i64)>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT i.content_hash, i.byte_start FROM incidents i JOIN texts t ON t.incident = i.key
         WHERE i.key = ?1 AND i.gone = 0 AND t.text = ?2",
    )?;
    Ok(select.query_row((read.key, &read.entry.text), |r| Ok((r.get(0)?, r.get(1)?))).optional()?)
}

/// Readings sorted by whether they say something new.
#[derive(Default)]
struct Changed<'r> {
    /// Those that do, with what follows from them.
    changed: Vec<(&'r KeptEntry, Derived)>,
    /// How many don't.
    unchanged: usize,
}

/// Tells which readings say something new, before anybody has to wait for the writing.
fn changed<'r>(connection: &Connection, read: &'r [KeptEntry], keys_of: LinkKeysOf) -> Result<Changed<'r>, StoreError> {
    let mut all = Changed::default();
    for one in read {
        let mut derived = Derived::of(&one.entry)?;
        match kept(connection, one)? {
            Some((content, _)) if content == derived.content => all.unchanged += 1,
            Some(_) => {
                derived.links = Some(keys_of(one.entry.kind, &one.entry.facts, &derived.folded));
                all.changed.push((one, derived));
            }
            None => {}
        }
    }
    Ok(all)
}

fn write(
    connection: &mut Connection,
    Changed { changed, unchanged }: &Changed<'_>,
    entries: usize,
    dry_run: bool,
) -> Result<Reparsed, StoreError> {
    let mut done = Ingested { entries, unchanged: *unchanged, ..Ingested::none(Outcome::Unchanged) };
    let mut fields: BTreeMap<&'static str, usize> = BTreeMap::new();
    if changed.is_empty() {
        return Ok(Reparsed { ingested: done, fields });
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (one, derived) in changed {
        // Somebody may have written meanwhile.
        let Some((content, start)) = kept(&tx, one)? else { continue };
        if content == derived.content {
            done.unchanged += 1;
            continue;
        }
        let prepared = Prepared { entry: &one.entry, derived };
        for name in reparse::differences(&tx, one.key, &prepared)? {
            *fields.entry(name).or_default() += 1;
        }
        prepared.replace(&tx, one.key, usize::try_from(start).unwrap_or_default())?;
        done.updated += 1;
        done.touched.push(Key(one.key));
        done.outcome = Outcome::Updated;
    }
    if dry_run {
        tx.rollback()?;
    } else {
        tx.commit()?;
    }
    Ok(Reparsed { ingested: done, fields })
}
