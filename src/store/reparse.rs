//! Reads kept documents anew: hands out their raw bytes, and takes in what today's parser makes of them. Called by
//! `Store::reparse` and its neighbours for the job of that name.

use super::documents::{self, Given};
use super::error::StoreError;
use super::facts;
use super::import;
use super::incidents::{self, Prepared};
use super::ingest::{self, Ingested, Outcome, Ready, Version};
use super::number::size;
use crate::domain::{DigestFormat, Field, IncidentId, Key, Record};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::{BTreeMap, BTreeSet};

/// A document's row number inside one store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentKey(pub(super) i64);

/// A document of the case book, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDocument {
    /// Its row number.
    pub key: DocumentKey,
    /// The path as it was ingested.
    pub path: String,
    /// How many bytes it has.
    pub size: u64,
    /// How it was to be read.
    pub given: Given,
    /// Its bytes are not at hand: what is known of it are imported records.
    pub imported: bool,
}

/// What another reading of a document changed, or would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reparsed {
    /// The counts, as an ingest tells them.
    pub ingested: Ingested,
    /// In how many incidents a field's value changed, by the field's name; beside the record's fields `kind`, `text`,
    /// `source` (address and label), `warnings`, and `proof` where a value stays and its evidence, confidence or rule does not.
    pub fields: BTreeMap<&'static str, usize>,
}

/// The documents of some incidents, or all of them, in the order in which they came.
pub(super) fn documents(connection: &Connection, of: Option<&[Key]>) -> Result<Vec<KeptDocument>, StoreError> {
    let wanted = match of {
        None => None,
        Some(keys) => {
            let mut select = connection.prepare_cached("SELECT document FROM incidents WHERE key = ?1")?;
            let mut found = BTreeSet::new();
            for key in keys {
                found.extend(select.query_row([key.0], |r| r.get::<_, i64>(0)).optional()?);
            }
            Some(found)
        }
    };
    let mut select =
        connection.prepare("SELECT key, path, length(raw), year, source_url, format FROM documents ORDER BY key")?;
    let rows = select.query_map([], |r| {
        let format: String = r.get(5)?;
        let notice = format == DigestFormat::Notice.as_str();
        Ok(KeptDocument {
            key: DocumentKey(r.get(0)?),
            path: r.get(1)?,
            size: size(r, 2)? as u64,
            given: Given { year: r.get(3)?, source_url: r.get(4)?, notice },
            imported: import::is_hollow(&format),
        })
    })?;
    let all = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(all.into_iter().filter(|d| wanted.as_ref().is_none_or(|w| w.contains(&d.key.0))).collect())
}

/// The bytes of a document; `None` when it is there no more.
pub(super) fn raw(connection: &Connection, key: DocumentKey) -> Result<Option<Vec<u8>>, StoreError> {
    let mut select = connection.prepare_cached("SELECT raw FROM documents WHERE key = ?1")?;
    Ok(select.query_row([key.0], |r| r.get(0)).optional()?)
}

/// How the document of these bytes was to be read, if it is known.
pub(super) fn given(connection: &Connection, sha256: &str) -> Result<Option<Given>, StoreError> {
    Ok(documents::with_bytes(connection, sha256)?.map(|k| k.given))
}

/// The incidents that the document of these bytes holds, in document order.
pub(super) fn ids_of(connection: &Connection, sha256: &str) -> Result<Vec<IncidentId>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT i.id FROM incidents i JOIN documents d ON d.key = i.document WHERE d.sha256 = ?1 AND i.gone = 0
         ORDER BY i.seq",
    )?;
    let ids = select.query_map([sha256], |r| r.get(0).map(IncidentId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Takes in another reading of a kept document in one transaction; a reading that says nothing new writes nothing.
/// `None` when the document was replaced or forgotten meanwhile.
pub(super) fn reparse(
    connection: &mut Connection,
    key: DocumentKey,
    ready: &Ready,
    dry_run: bool,
) -> Result<Option<Reparsed>, StoreError> {
    let entries = ready.prepared();
    // Looked at without a lock first: most documents read as they did.
    let looked = connection.unchecked_transaction()?;
    let Some(version) = version(&looked, key, ready, &entries)? else { return Ok(None) };
    if version.says_nothing_new(ready.document(), &entries)? {
        let ingested = Ingested::whole(Outcome::Unchanged, entries.len());
        return Ok(Some(Reparsed { ingested, fields: BTreeMap::new() }));
    }
    if dry_run {
        return foresee(&looked, &version, &entries).map(Some);
    }
    drop(looked);
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    let done = write(connection, key, ready, &entries);
    connection.pragma_update(None, "synchronous", "FULL")?;
    done
}

fn write(
    connection: &mut Connection,
    key: DocumentKey,
    ready: &Ready,
    entries: &[Prepared<'_>],
) -> Result<Option<Reparsed>, StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let Some(version) = version(&tx, key, ready, entries)? else { return Ok(None) };
    let fields = changed_fields(&tx, &version, entries)?;
    documents::read_anew(&tx, &version.of, ready.document())?;
    let ingested = ingest::update(&tx, &version, entries)?;
    tx.commit()?;
    Ok(Some(Reparsed { ingested, fields }))
}

/// The reading as a version of the kept document, if that still has the bytes that were read.
fn version(
    connection: &Connection,
    key: DocumentKey,
    ready: &Ready,
    entries: &[Prepared<'_>],
) -> Result<Option<Version>, StoreError> {
    let known = documents::with_key(connection, key.0)?.filter(|k| k.sha256 == ready.document().meta.sha256);
    known.map(|k| ingest::pair(connection, k, entries, true)).transpose()
}

/// What [`write`] would do.
fn foresee(connection: &Connection, version: &Version, entries: &[Prepared<'_>]) -> Result<Reparsed, StoreError> {
    let mut ingested = Ingested { unchanged: 0, ..Ingested::whole(Outcome::Updated, entries.len()) };
    for (seq, entry) in entries.iter().enumerate() {
        match version.known(seq) {
            None => ingested.new += 1,
            Some(i) if i.content == entry.derived.content && !i.marks.gone => ingested.unchanged += 1,
            Some(_) => ingested.updated += 1,
        }
    }
    for incident in version.lost() {
        if incidents::is_logged(connection, incident.key)? {
            ingested.gone += 1;
        } else {
            ingested.removed += 1;
        }
    }
    Ok(Reparsed { ingested, fields: changed_fields(connection, version, entries)? })
}

/// Counts, by field, the known incidents that the reading changes.
fn changed_fields(
    connection: &Connection,
    version: &Version,
    entries: &[Prepared<'_>],
) -> Result<BTreeMap<&'static str, usize>, StoreError> {
    let mut fields = BTreeMap::new();
    for (seq, entry) in entries.iter().enumerate() {
        let Some(known) = version.known(seq).filter(|i| i.content != entry.derived.content) else { continue };
        for name in differences(connection, known.key, entry)? {
            *fields.entry(name).or_default() += 1;
        }
    }
    Ok(fields)
}

/// The names of what differs between a stored incident and an entry.
pub(super) fn differences(
    connection: &Connection,
    key: i64,
    entry: &Prepared<'_>,
) -> Result<Vec<&'static str>, StoreError> {
    let mut names = Vec::new();
    let mut select = connection.prepare_cached(
        "SELECT i.kind = ?2, t.text = ?3, i.label IS ?4 AND i.url IS ?5
         FROM incidents i JOIN texts t ON t.incident = i.key WHERE i.key = ?1",
    )?;
    let e = entry.entry;
    let mut same: [bool; 3] = select
        .query_row(params![key, e.kind.as_str(), e.text, e.label, e.url], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]))?;
    let (mut old, parsed) = facts::read_all(connection, key)?;
    // What the parser found before, whatever an analyst put in its place.
    for (field, value) in &parsed {
        if *field == Field::Kind {
            same[0] = value == e.kind.as_str();
        } else {
            old.set(*field, value)?;
        }
    }
    names.extend(["kind", "text", "source"].into_iter().zip(same).filter(|(_, same)| !same).map(|(name, _)| name));
    old.warnings.retain(|w| w != Record::GONE);
    for field in Field::ALL {
        if !facts::same_value(&old, &e.facts, field)? {
            names.push(field.as_str());
        }
    }
    if old.warnings != e.facts.warnings {
        names.push("warnings");
    }
    if names.is_empty() {
        names.push("proof");
    }
    Ok(names)
}
