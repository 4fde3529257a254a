//! Notes and corrections of imported records as operations of their analysts, at their times. The id of such an operation
//! follows from what it says and on what: importing twice, or here and in a case book that is merged later, makes one.

use super::super::error::StoreError;
use super::super::triage;
use crate::domain::{Change, Correction, Field, IncidentId, Note, OpId, StoreId, Tag};
use crate::text::hex;
use chrono::DateTime;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What became of the corrections of a record.
#[derive(Default)]
pub(super) struct Corrected {
    pub added: usize,
    /// Fields with another correction here, by whom it was made here, and by whom there.
    pub differ: Vec<(Field, String, String)>,
}

/// Adds the notes that an incident does not have yet, and counts them.
pub(super) fn notes(
    connection: &Connection,
    notes: &[Note],
    on: (i64, &IncidentId),
    uid: u32,
) -> Result<usize, StoreError> {
    if notes.is_empty() {
        return Ok(0);
    }
    let here = triage::notes(connection, on.0)?;
    let (mut added, mut clock) = (0, 0);
    for note in notes {
        // In the order of the record, also where a clock went back.
        clock = clock_of(&note.at).max(clock + 1);
        if here.contains(note) || note.text.trim().is_empty() {
            continue;
        }
        let change = Change::Note { text: note.text.clone() };
        let said = Said { by: &note.by, at: &note.at, clock, uid };
        if undone_here(connection, &change, &said, on.1)? {
            continue;
        }
        if let Some(operation) = add(connection, &change, &said, on.1)? {
            triage::write_note(connection, operation, &note.text)?;
            let sql = "INSERT INTO incident_notes (incident, operation) VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute([on.0, operation])?;
            added += 1;
        }
    }
    Ok(added)
}

/// Adds the corrections that an incident does not have yet; which of two on one field counts, their times say.
pub(super) fn corrections(
    connection: &Connection,
    corrections: &BTreeMap<Field, Correction>,
    on: (i64, &IncidentId),
    uid: u32,
) -> Result<Corrected, StoreError> {
    let mut done = Corrected::default();
    let mut select =
        connection.prepare_cached("SELECT value, by, at FROM corrections WHERE incident = ?1 AND field = ?2")?;
    for (field, c) in corrections {
        let here = select.query_row(params![on.0, field.as_str()], |r| {
            Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get::<_, String>(2)?))
        });
        let change = Change::Correct { field: *field, value: Some(c.value.clone()) };
        let said = Said { by: &c.by, at: &c.at, clock: clock_of(&c.at), uid };
        if undone_here(connection, &change, &said, on.1)? {
            continue;
        }
        if let Some((value, by, at)) = here.optional()? {
            let value: Value = serde_json::from_str(&value)?;
            let value = if value.is_null() { field.unstated() } else { value };
            if value == c.value {
                if by == c.by && at == c.at {
                    continue;
                }
            } else {
                done.differ.push((*field, by, c.by.clone()));
            }
        }
        done.added += usize::from(add(connection, &change, &said, on.1)?.is_some());
    }
    Ok(done)
}

/// Tells whether the newest standing change of this kind on an incident was made here and not by an import.
pub(super) fn decided_here(
    connection: &Connection,
    id: &IncidentId,
    kind: &str,
    field: Option<Field>,
) -> Result<bool, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT o.change ->> 'imported' IS NULL FROM operations_on t CROSS JOIN operations o ON o.key = t.operation
         WHERE t.incident = ?1 AND o.kind = 'change' AND o.cancelled = 0 AND o.change ->> 'kind' = ?2
           AND (?3 IS NULL OR o.change ->> 'field' = ?3) ORDER BY o.id DESC LIMIT 1",
    )?;
    let found = select.query_row(params![id.as_str(), kind, field.map(Field::as_str)], |r| r.get(0)).optional()?;
    Ok(found.unwrap_or(false))
}

/// Tells whether somebody here took a tag off an incident, and did not undo that.
pub(super) fn removed_here(connection: &Connection, id: &IncidentId, tag: &Tag) -> Result<bool, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT 1 FROM operations_on t CROSS JOIN operations o ON o.key = t.operation
         CROSS JOIN json_each(o.change, '$.remove') r
         WHERE t.incident = ?1 AND o.kind = 'change' AND o.cancelled = 0 AND o.change ->> 'kind' = 'tag'
           AND o.change ->> 'imported' IS NULL AND r.value = ?2",
    )?;
    Ok(select.exists([id.as_str(), tag.as_str()])?)
}

/// Tells whether the log holds this very change of an incident as one that was undone.
fn undone_here(connection: &Connection, change: &Change, said: &Said<'_>, on: &IncidentId) -> Result<bool, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT o.change FROM operations_on t CROSS JOIN operations o ON o.key = t.operation
         WHERE t.incident = ?1 AND o.kind = 'change' AND o.cancelled = 1 AND o.by = ?2 AND o.at = ?3",
    )?;
    let mut rows = select.query([on.as_str(), said.by, said.at])?;
    while let Some(row) = rows.next()? {
        if stated(serde_json::from_str(&row.get::<_, String>(0)?)?) == stated(change.clone()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A change with the value that a record has where nothing is stated.
fn stated(change: Change) -> Change {
    match change {
        Change::Correct { field, value: Some(value) } if value.is_null() => {
            Change::Correct { field, value: Some(field.unstated()) }
        }
        other => other,
    }
}

/// Who said something, and when.
struct Said<'s> {
    by: &'s str,
    at: &'s str,
    /// The clock's reading of the operation's id.
    clock: u64,
    uid: u32,
}

/// The least clock reading of a moment.
fn clock_of(at: &str) -> u64 {
    let moment = DateTime::parse_from_rfc3339(at).map_or(0, |t| t.timestamp_millis());
    u64::try_from(moment).unwrap_or(0) << 16
}

/// Marks a change as one that an import brought.
pub(in super::super) fn mark(change: &mut Value) {
    if let Value::Object(members) = change {
        members.insert("imported".into(), Value::Bool(true));
    }
}

/// Adds an operation on one incident and gives its row; `None` where the log holds it already.
fn add(connection: &Connection, change: &Change, said: &Said<'_>, on: &IncidentId) -> Result<Option<i64>, StoreError> {
    let mut json = serde_json::to_value(change)?;
    mark(&mut json);
    let json = json.to_string();
    let mut hasher = Sha256::new();
    for part in [said.by, said.at, &said.uid.to_string(), on.as_str(), &json] {
        hasher.update(part);
        hasher.update([0]);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let store = StoreId(hex(digest.get(..8).unwrap_or_default()));
    let id = OpId::new(said.clock, &store);
    let key: i64 =
        connection.prepare_cached("SELECT coalesce(max(key), 0) + 1 FROM operations")?.query_row([], |r| r.get(0))?;
    let added = connection
        .prepare_cached(
            "INSERT INTO operations (key, id, at, by, uid, kind, change, cancels, root, targets, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, 'change', ?6, NULL, ?1, 1, 1) ON CONFLICT (id) DO NOTHING",
        )?
        .execute(params![key, id.0, said.at, said.by, said.uid, json])?;
    if added == 0 {
        return Ok(None);
    }
    connection
        .prepare_cached("INSERT INTO operation_targets (operation, incident) VALUES (?1, ?2)")?
        .execute(params![key, on.as_str()])?;
    Ok(Some(key))
}
