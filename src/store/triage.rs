//! The cache of what analysts added: tags, status and notes as tables, and the fold of the log that they have to equal.
//! Works through incidents in chunks, so that memory stays small. Called by `operations`, `read` and `check`.

use super::error::StoreError;
use super::number::int;
use super::{log, read};
use crate::domain::op::Act;
use crate::domain::{IncidentId, Note, Operation, Tag, Triage};
use crate::op;
use crate::text::search_fold;
use rusqlite::{Connection, params};
use std::collections::{BTreeMap, HashMap};

/// Incidents that are folded at once.
const CHUNK: usize = 10_000;

/// What the tables say of one incident.
pub(super) struct Cached {
    pub key: i64,
    pub triage: Triage,
}

/// A stored tag.
pub(super) fn tag(name: &str) -> Result<Tag, StoreError> {
    Tag::new(name).map_err(|e| StoreError::corrupt(format!("the tag `{name}`: {e}")))
}

/// The key of a tag's name, made where it is new.
pub(super) fn tag_key(connection: &Connection, tag: &Tag) -> Result<i64, StoreError> {
    let name = tag.as_str();
    connection
        .prepare_cached("INSERT OR IGNORE INTO tag_names (tag, lowered, folded) VALUES (?1, ?2, ?3)")?
        .execute((name, name.to_lowercase(), search_fold(name)))?;
    let mut select = connection.prepare_cached("SELECT key FROM tag_names WHERE tag = ?1")?;
    Ok(select.query_row([name], |r| r.get(0))?)
}

/// The notes of an incident, oldest first.
pub(super) fn notes(connection: &Connection, key: i64) -> Result<Vec<Note>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT o.by, o.at, n.text FROM incident_notes x JOIN notes n ON n.operation = x.operation
         JOIN operations o ON o.key = x.operation WHERE x.incident = ?1 ORDER BY o.id",
    )?;
    let rows = select.query_map([key], |r| Ok(Note { by: r.get(0)?, at: r.get(1)?, text: r.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Writes a note's text for search and reading, once however many incidents it stands on.
pub(super) fn write_note(connection: &Connection, operation: i64, text: &str) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached("INSERT INTO notes (operation, folded, text) VALUES (?1, ?2, ?3)")?;
    insert.execute(params![operation, search_fold(text), text])?;
    Ok(())
}

/// Goes through the incidents of `temp.targets` by chunks: fills `temp.chunk` with those after a key and gives the last
/// of them, `None` at the end.
pub(super) fn next_chunk(connection: &Connection, after: i64) -> Result<Option<i64>, StoreError> {
    connection.prepare_cached("DELETE FROM temp.chunk")?.execute([])?;
    let mut fill = connection.prepare_cached(
        "INSERT INTO temp.chunk SELECT key, id FROM temp.targets WHERE key > ?1 ORDER BY key LIMIT ?2",
    )?;
    fill.execute(params![after, int(CHUNK)])?;
    Ok(connection.prepare_cached("SELECT max(key) FROM temp.chunk")?.query_row([], |r| r.get(0))?)
}

/// What the log says of the incidents of `temp.chunk`; those without a word are left out.
pub(super) fn folded_chunk(connection: &Connection) -> Result<BTreeMap<IncidentId, Triage>, StoreError> {
    let mut on: BTreeMap<i64, Vec<IncidentId>> = BTreeMap::new();
    let mut select = connection.prepare_cached(
        "SELECT t.operation, c.id FROM temp.chunk c CROSS JOIN operation_targets t ON t.incident = c.id",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        on.entry(row.get(0)?).or_default().push(IncidentId(row.get(1)?));
    }
    let mut ops: Vec<Operation> = Vec::new();
    for (root, incidents) in on {
        for mut operation in log::of_root(connection, root)? {
            if matches!(operation.act, Act::Change { .. }) {
                operation.incidents.clone_from(&incidents);
            }
            ops.push(operation);
        }
    }
    Ok(op::fold(ops.iter()))
}

/// What the tables say of the incidents of `temp.chunk`.
pub(super) fn cached_chunk(connection: &Connection) -> Result<BTreeMap<IncidentId, Cached>, StoreError> {
    let mut out = BTreeMap::new();
    let mut ids = HashMap::new();
    let mut select = connection
        .prepare_cached("SELECT c.key, c.id, i.status FROM temp.chunk c CROSS JOIN incidents i ON i.key = c.key")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (key, id) = (row.get(0)?, IncidentId(row.get(1)?));
        let status = read::status(&row.get::<_, String>(2)?)?;
        ids.insert(key, id.clone());
        out.insert(id, Cached { key, triage: Triage { status, ..Triage::default() } });
    }
    let mut select = connection.prepare_cached(
        "SELECT c.key, n.tag FROM temp.chunk c CROSS JOIN tags t ON t.incident = c.key
         JOIN tag_names n ON n.key = t.tag ORDER BY c.key, n.tag",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        if let Some(cached) = ids.get(&row.get(0)?).and_then(|id| out.get_mut(id)) {
            cached.triage.tags.push(tag(&name)?);
        }
    }
    let mut select = connection
        .prepare_cached("SELECT DISTINCT c.key FROM temp.chunk c CROSS JOIN incident_notes x ON x.incident = c.key")?;
    for key in select.query_map([], |r| r.get(0))? {
        let key: i64 = key?;
        if let Some(cached) = ids.get(&key).and_then(|id| out.get_mut(id)) {
            cached.triage.notes = notes(connection, key)?;
        }
    }
    Ok(out)
}

/// Brings tags and status of the incidents of `temp.targets` to what the log says, and counts those that changed.
pub(super) fn refresh_targets(connection: &Connection) -> Result<usize, StoreError> {
    let (mut after, mut changed) = (0, 0);
    let mut keys: HashMap<Tag, i64> = HashMap::new();
    while let Some(last) = next_chunk(connection, after)? {
        let folded = folded_chunk(connection)?;
        let unmarked = Triage::default();
        for (id, cached) in cached_chunk(connection)? {
            let wanted = folded.get(&id).unwrap_or(&unmarked);
            if wanted.tags != cached.triage.tags || wanted.status != cached.triage.status {
                write_difference(connection, &mut keys, &cached, wanted)?;
                changed += 1;
            }
        }
        after = last;
    }
    Ok(changed)
}

fn write_difference(
    connection: &Connection,
    keys: &mut HashMap<Tag, i64>,
    cached: &Cached,
    wanted: &Triage,
) -> Result<(), StoreError> {
    let mut one = |sql: &str, tag: &Tag| -> Result<(), StoreError> {
        let tag_key = match keys.get(tag) {
            Some(key) => *key,
            None => tag_key(connection, tag)?,
        };
        keys.insert(tag.clone(), tag_key);
        connection.prepare_cached(sql)?.execute([cached.key, tag_key])?;
        Ok(())
    };
    for tag in cached.triage.tags.iter().filter(|t| !wanted.tags.contains(t)) {
        one("DELETE FROM tags WHERE incident = ?1 AND tag = ?2", tag)?;
    }
    for tag in wanted.tags.iter().filter(|t| !cached.triage.tags.contains(t)) {
        one("INSERT OR IGNORE INTO tags (incident, tag) VALUES (?1, ?2)", tag)?;
    }
    if wanted.status != cached.triage.status {
        let mut update = connection.prepare_cached("UPDATE incidents SET status = ?2 WHERE key = ?1")?;
        update.execute(params![cached.key, wanted.status.as_str()])?;
    }
    Ok(())
}
