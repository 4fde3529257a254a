//! The cache of what analysts added: tags, status, notes, corrections and reviews as tables, and the fold of the log
//! that they have to equal. Works through incidents in chunks, so that memory stays small. Called by `operations`,
//! `read`, `check`, and by the ingest of an incident that the log knows already.

use super::error::StoreError;
use super::facts::Parsed;
use super::number::int;
use super::{effective, log, read};
use crate::domain::{Change, Correction, Field, IncidentId, Note, Operation, Tag, Triage, Verdict};
use crate::op;
use crate::text::search_fold;
use rusqlite::{Connection, Row, params};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

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
    let mut out: Vec<Note> = Vec::new();
    for note in rows {
        let note = note?;
        // As the fold has it.
        if !out.contains(&note) {
            out.push(note);
        }
    }
    Ok(out)
}

/// Who made the uncancelled changes that name an incident, sorted.
pub(super) fn by(connection: &Connection, id: &IncidentId) -> Result<Vec<String>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT DISTINCT o.by FROM operations_on t CROSS JOIN operations o ON o.key = t.operation
         WHERE t.incident = ?1 AND o.kind = 'change' AND o.cancelled = 0 ORDER BY o.by",
    )?;
    let rows = select.query_map([id.as_str()], |r| r.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The corrections and verdicts of an incident as its record shows them, given the parser's values that are not used.
pub(super) fn judged(connection: &Connection, key: i64, mut parsed: Parsed) -> Result<Triage, StoreError> {
    let mut out = Triage::default();
    let shown = |field: Field, value: Value| if value.is_null() { field.unstated() } else { value };
    let mut select = connection.prepare_cached("SELECT field, value, by, at FROM corrections WHERE incident = ?1")?;
    let mut rows = select.query([key])?;
    while let Some(row) = rows.next()? {
        let (field, mut correction) = correction(row, 0)?;
        correction.value = shown(field, correction.value);
        correction.parsed = shown(field, parsed.remove(&field).unwrap_or_default());
        out.corrections.insert(field, correction);
    }
    let mut select = connection.prepare_cached("SELECT field, verdict FROM reviews WHERE incident = ?1")?;
    let mut rows = select.query([key])?;
    while let Some(row) = rows.next()? {
        let (field, verdict) = review(row, 0)?;
        out.reviewed.insert(field, verdict);
    }
    out.rejected = parsed.into_iter().map(|(field, value)| (field, shown(field, value))).collect();
    Ok(out)
}

/// A row of `corrections` from a column on: field, value, by, at. The parser's value stands elsewhere.
fn correction(row: &Row<'_>, from: usize) -> Result<(Field, Correction), StoreError> {
    let field = effective::field(&row.get::<_, String>(from)?)?;
    let value = serde_json::from_str(&row.get::<_, String>(from + 1)?)?;
    Ok((field, Correction { value, parsed: Value::Null, by: row.get(from + 2)?, at: row.get(from + 3)? }))
}

/// A row of `reviews` from a column on: field, verdict.
fn review(row: &Row<'_>, from: usize) -> Result<(Field, Verdict), StoreError> {
    let (field, verdict): (String, String) = (row.get(from)?, row.get(from + 1)?);
    let wrong = || StoreError::corrupt(format!("`{verdict}` is no verdict"));
    Ok((effective::field(&field)?, Verdict::from_name(&verdict).ok_or_else(wrong)?))
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

/// What the log says of the incidents of `temp.chunk`; those without a word are left out. What is cancelled is taken from
/// its marks: a bulk change that was undone often must not be read as often.
pub(super) fn folded_chunk(connection: &Connection) -> Result<BTreeMap<IncidentId, Triage>, StoreError> {
    let mut select = connection.prepare_cached("SELECT key FROM operations WHERE kind = 'change' AND cancelled = 1")?;
    let cancelled: HashSet<i64> = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let mut on: BTreeMap<i64, Vec<IncidentId>> = BTreeMap::new();
    let mut select = connection
        .prepare_cached("SELECT t.operation, c.id FROM temp.chunk c CROSS JOIN operations_on t ON t.incident = c.id")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let operation = row.get(0)?;
        if !cancelled.contains(&operation) {
            on.entry(operation).or_default().push(IncidentId(row.get(1)?));
        }
    }
    let mut ops: Vec<Operation> = Vec::with_capacity(on.len());
    for (key, incidents) in on {
        ops.push(Operation { incidents, ..log::change(connection, key)? });
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
    let mut select = connection.prepare_cached(
        "SELECT c.key, x.field, x.value, x.by, x.at FROM temp.chunk c CROSS JOIN corrections x ON x.incident = c.key",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(cached) = ids.get(&row.get(0)?).and_then(|id| out.get_mut(id)) {
            cached.triage.corrections.extend([correction(row, 1)?]);
        }
    }
    let mut select = connection.prepare_cached(
        "SELECT c.key, x.field, x.verdict FROM temp.chunk c CROSS JOIN reviews x ON x.incident = c.key",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(cached) = ids.get(&row.get(0)?).and_then(|id| out.get_mut(id)) {
            cached.triage.reviewed.extend([review(row, 1)?]);
        }
    }
    Ok(out)
}

/// Tells whether two incidents were tagged, judged and corrected alike; notes are compared apart.
fn alike(a: &Triage, b: &Triage) -> bool {
    a.tags == b.tags && a.status == b.status && a.corrections == b.corrections && a.reviewed == b.reviewed
}

/// Tells whether the tables say what the log says; who acted is read from the log alone.
pub(super) fn is_cached(cached: &Triage, folded: &Triage) -> bool {
    alike(cached, folded) && cached.notes == folded.notes
}

/// Brings an incident that has just been made to what the log says of its id, if it does.
pub(super) fn refresh_new(connection: &Connection, key: i64, id: &IncidentId) -> Result<(), StoreError> {
    if !connection.prepare_cached("SELECT 1 FROM operations_on WHERE incident = ?1")?.exists([id.as_str()])? {
        return Ok(());
    }
    connection.execute("DELETE FROM temp.targets", [])?;
    connection.execute("INSERT INTO temp.targets (key, id) VALUES (?1, ?2)", (key, id.as_str()))?;
    refresh_targets(connection)?;
    refresh_notes(connection)
}

/// Brings every table to what the log says, whatever they said before: after operations came from elsewhere.
pub(super) fn rebuild(connection: &Connection) -> Result<(), StoreError> {
    let mut select = connection.prepare("SELECT DISTINCT root FROM operations WHERE kind <> 'change'")?;
    let roots: Vec<i64> = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    for root in roots {
        refresh_cancelled(connection, root)?;
    }
    connection.execute("DELETE FROM temp.targets", [])?;
    connection.execute("INSERT INTO temp.targets SELECT key, id FROM incidents", [])?;
    refresh_targets(connection)?;
    refresh_notes(connection)?;
    super::tag_store::refresh_traits(connection)?;
    connection.execute("DELETE FROM temp.targets", [])?;
    Ok(())
}

/// The changes whose marks of what is cancelled are not what the log says.
pub(super) fn wrongly_cancelled(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let mut out = Vec::new();
    let mut select =
        connection.prepare("SELECT DISTINCT root FROM operations WHERE kind <> 'change' OR cancelled ORDER BY root")?;
    for root in select.query_map([], |r| r.get(0))? {
        let history = log::of_root(connection, root?)?;
        let cancelled = op::cancelled(history.iter());
        let wrong = history.iter().filter(|o| o.cancelled != cancelled.contains(&o.id));
        out.extend(wrong.map(|o| o.id.to_string()));
    }
    Ok(out)
}

/// Brings the marks of what is cancelled in the history of one change to what the log says, and tells whether the
/// change itself is.
pub(super) fn refresh_cancelled(connection: &Connection, root: i64) -> Result<bool, StoreError> {
    let history = log::of_root(connection, root)?;
    let cancelled = op::cancelled(history.iter());
    let mut update = connection.prepare_cached("UPDATE operations SET cancelled = ?2 WHERE id = ?1")?;
    for operation in &history {
        let is = cancelled.contains(&operation.id);
        if is != operation.cancelled {
            update.execute(params![operation.id.0, is])?;
        }
    }
    Ok(history.first().is_some_and(|change| cancelled.contains(&change.id)))
}

/// Writes the texts of uncancelled notes that have none yet, and puts them on the incidents of `temp.targets`.
fn refresh_notes(connection: &Connection) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT o.key, o.change FROM operations o WHERE o.kind = 'change' AND o.cancelled = 0
           AND o.change ->> 'kind' = 'note' AND o.key NOT IN (SELECT operation FROM notes)",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if let Change::Note { text } = serde_json::from_str(&row.get::<_, String>(1)?)? {
            write_note(connection, row.get(0)?, &text)?;
        }
    }
    connection
        .prepare_cached("DELETE FROM incident_notes WHERE incident IN (SELECT key FROM temp.targets)")?
        .execute([])?;
    connection
        .prepare_cached(
            "INSERT INTO incident_notes (incident, operation)
             SELECT g.key, t.operation FROM temp.targets g CROSS JOIN operations_on t ON t.incident = g.id
               CROSS JOIN operations o ON o.key = t.operation CROSS JOIN notes n ON n.operation = o.key
             WHERE o.kind = 'change' AND o.cancelled = 0",
        )?
        .execute([])?;
    Ok(())
}

/// Brings tags, status, corrections and verdicts of the incidents of `temp.targets` to what the log says, and counts
/// those that changed.
pub(super) fn refresh_targets(connection: &Connection) -> Result<usize, StoreError> {
    let (mut after, mut changed) = (0, 0);
    let mut keys: HashMap<Tag, i64> = HashMap::new();
    while let Some(last) = next_chunk(connection, after)? {
        let folded = folded_chunk(connection)?;
        let unmarked = Triage::default();
        for (id, cached) in cached_chunk(connection)? {
            let wanted = folded.get(&id).unwrap_or(&unmarked);
            if !alike(wanted, &cached.triage) {
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
    if wanted.corrections != cached.triage.corrections || wanted.reviewed != cached.triage.reviewed {
        write_judgements(connection, cached.key, wanted)?;
    }
    Ok(())
}

/// Writes the corrections and verdicts of an incident, and what counts by them.
fn write_judgements(connection: &Connection, key: i64, wanted: &Triage) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM corrections WHERE incident = ?1")?.execute([key])?;
    connection.prepare_cached("DELETE FROM reviews WHERE incident = ?1")?.execute([key])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO corrections (incident, field, value, by, at, folded) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (field, c) in &wanted.corrections {
        let folded = c.value.as_str().filter(|_| field.is_name()).map(search_fold);
        insert.execute(params![key, field.as_str(), c.value.to_string(), c.by, c.at, folded])?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO reviews (incident, field, verdict) VALUES (?1, ?2, ?3)")?;
    for (field, verdict) in &wanted.reviewed {
        insert.execute(params![key, field.as_str(), verdict.as_str()])?;
    }
    effective::refresh(connection, key)
}
