//! Looks for damage: SQLite's own checks, and what the store promises about its rows. Called by `db check`.

use super::error::StoreError;
use super::{tag_store, triage};
use crate::domain::{Span, Triage};
use crate::text::{hex, search_fold};
use rusqlite::{Connection, Row};
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::PathBuf;

/// Most problems that are reported; a damaged file has the same one a million times.
const MOST: usize = 1_000;

/// The problems found; none is good.
pub(super) fn check(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let tx = connection.unchecked_transaction()?;
    let mut problems = Vec::new();
    for look in [sqlite, documents, rows, spans, searchable, operations, log] {
        match look(&tx, &mut problems) {
            // Damage that stops one look is a finding, and the next may still find more.
            Err(StoreError::Corrupt { why, .. }) => problems.push(why),
            other => other?,
        }
    }
    problems.truncate(MOST);
    Ok(problems)
}

fn sqlite(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    let mut select = connection.prepare("PRAGMA integrity_check")?;
    for found in select.query_map([], |r| r.get::<_, String>(0))? {
        let found = found?;
        // The first finding comes with a headline, and each may have several lines.
        for line in found.lines().filter(|line| *line != "ok" && !line.starts_with("***")) {
            if is_unread(line) {
                return Err(StoreError::Io { path: PathBuf::new(), why: line.to_owned() });
            }
            problems.push(format!("SQLite: {line}"));
        }
    }
    let mut select = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (table, key, parent): (String, Option<i64>, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        problems.push(format!("{table}, row {}: what it refers to in {parent} is missing", key.unwrap_or(0)));
    }
    Ok(())
}

/// Tells whether a finding is no damage but a disk that refuses to read.
fn is_unread(line: &str) -> bool {
    let code = line.rsplit_once("error code=").and_then(|(_, code)| code.trim().parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == rusqlite::ffi::SQLITE_IOERR)
}

fn documents(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    // Of documents whose records were imported the bytes are not at hand.
    let sql = "SELECT path, sha256, raw FROM documents WHERE format <> 'records' ORDER BY key";
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (path, stored): (String, String) = (row.get(0)?, row.get(1)?);
        let raw = row.get_ref(2)?.as_blob().unwrap_or_default();
        let digest: [u8; 32] = Sha256::digest(raw).into();
        let found = hex(digest);
        if found != stored {
            problems.push(format!("document {path}: its bytes have SHA-256 {found}, not {stored}"));
        }
    }
    Ok(())
}

/// Statements that find rows that should not be: the first column is the incident's id.
const NEVER: &[(&str, &str)] = &[
    (
        "its bytes do not lie in its document",
        "SELECT i.id FROM incidents i JOIN documents d ON d.key = i.document
         WHERE i.gone = 0 AND NOT (0 <= i.byte_start AND i.byte_start <= i.byte_end
           AND (d.format = 'records' OR i.byte_end <= length(d.raw)))",
    ),
    ("it has no text", "SELECT id FROM incidents WHERE key NOT IN (SELECT incident FROM texts)"),
    ("it can't be searched", "SELECT id FROM incidents WHERE key NOT IN (SELECT incident FROM searchable)"),
    (
        "it is linked to nothing",
        "SELECT id FROM incidents WHERE gone = 0 AND key NOT IN (SELECT incident FROM links)
         AND key NOT IN (SELECT incident FROM unlinked)",
    ),
    ("it is gone and still linked", "SELECT id FROM incidents WHERE gone = 1 AND key IN (SELECT incident FROM links)"),
    (
        "its kind or status is unknown",
        "SELECT id FROM incidents WHERE kind NOT IN ('incident', 'claim', 'other')
         OR status NOT IN ('new', 'open', 'done', 'dismissed')",
    ),
    (
        "its id has not the form of one",
        "SELECT id FROM incidents WHERE length(id) <> 12 OR id GLOB '*[^0-9a-hjkmnp-tv-z]*'",
    ),
    ("it was forgotten", "SELECT id FROM incidents WHERE id IN (SELECT id FROM erased)"),
    (
        "its document was forgotten",
        "SELECT id FROM incidents WHERE document IN
           (SELECT d.key FROM documents d JOIN tombstones t ON t.sha256 = d.sha256)",
    ),
    (
        "a correction or a verdict has no effect",
        "SELECT i.id FROM incidents i JOIN (SELECT incident, field FROM corrections
           UNION SELECT incident, field FROM reviews WHERE verdict = 'rejected' AND field <> 'kind') x
           ON x.incident = i.key
         WHERE NOT EXISTS (SELECT 1 FROM facts f WHERE f.incident = x.incident AND f.field = x.field
           AND f.parsed IS NOT NULL)",
    ),
    (
        "a value stands in for the parser's and nobody said so",
        "SELECT i.id FROM facts f JOIN incidents i ON i.key = f.incident WHERE f.parsed IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM corrections c WHERE c.incident = f.incident AND c.field = f.field)
           AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.incident = f.incident AND r.field = f.field
             AND r.verdict = 'rejected')",
    ),
];

fn rows(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    for (what, sql) in NEVER {
        let mut select = connection.prepare(sql)?;
        for id in select.query_map([], |r| r.get::<_, String>(0))? {
            problems.push(format!("incident {}: {what}", id?));
        }
    }
    Ok(())
}

/// Every span has to cut its text at character boundaries.
fn spans(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    let mut select = connection.prepare(
        "SELECT i.id, t.text, f.field, f.spans FROM facts f JOIN incidents i ON i.key = f.incident
           JOIN texts t ON t.incident = f.incident WHERE f.spans IS NOT NULL
         UNION ALL
         SELECT i.id, t.text, 'timeline', json_array(json_array(e.span_start, e.span_end)) FROM events e
           JOIN incidents i ON i.key = e.incident JOIN texts t ON t.incident = e.incident",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if !cuts(row)? {
            let (id, field): (String, String) = (row.get(0)?, row.get(2)?);
            problems.push(format!("incident {id}: the evidence of {field} does not lie in its text"));
        }
    }
    Ok(())
}

/// What is searched has to be the fold of the text.
fn searchable(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    let mut select = connection.prepare(
        "SELECT i.id, t.text, s.folded FROM incidents i JOIN texts t ON t.incident = i.key
           JOIN searchable s ON s.incident = i.key",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        if search_fold(row.get_ref(1)?.as_str().unwrap_or_default()) != row.get_ref(2)?.as_str().unwrap_or_default() {
            problems.push(format!("incident {}: what is searched is not its text", row.get::<_, String>(0)?));
        }
    }
    Ok(())
}

/// Every operation has to lead back to a change, come after what it cancels, and be marked cancelled exactly where an
/// uncancelled one cancels it.
fn operations(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    let mut select = connection.prepare(
        "SELECT o.key, o.id, o.kind, o.cancels, o.cancelled, r.kind, c.id, c.root = o.root, o.root = o.key
         FROM operations o LEFT JOIN operations r ON r.key = o.root LEFT JOIN operations c ON c.key = o.cancels
         ORDER BY o.id DESC",
    )?;
    let mut cancelled: HashSet<i64> = HashSet::new();
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (key, id, kind): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let cancels: Option<i64> = row.get(3)?;
        let is = cancelled.contains(&key);
        if is != row.get::<_, bool>(4)? {
            problems.push(format!("operation {id}: it is marked as cancelled where it is not, or the other way round"));
        }
        if !is {
            cancelled.extend(cancels);
        }
        let (root, earlier): (Option<String>, Option<String>) = (row.get(5)?, row.get(6)?);
        let own_root = kind == "change" && cancels.is_none() && row.get(8)?;
        let later = earlier.is_some_and(|e| e < id) && row.get::<_, Option<bool>>(7)? == Some(true);
        if root.as_deref() != Some("change") || !(own_root || kind != "change" && later) {
            problems.push(format!("operation {id}: it does not lead back to a change before it"));
        }
    }
    let mut select = connection.prepare(
        "SELECT id FROM operations WHERE bulk = 0
           AND key IN (SELECT operation FROM operation_targets WHERE bulk = 1) ORDER BY id",
    )?;
    for id in select.query_map([], |r| r.get::<_, String>(0))? {
        problems.push(format!("operation {}: it is not found by its incidents", id?));
    }
    Ok(())
}

fn cuts(row: &Row<'_>) -> Result<bool, StoreError> {
    let text = row.get_ref(1)?.as_str().unwrap_or_default();
    let spans: Vec<Span> = serde_json::from_str(&row.get::<_, String>(3)?)?;
    Ok(spans.iter().all(|s| s.of(text).is_some()))
}

/// The tables of triage data have to be what the log adds up to.
fn log(connection: &Connection, problems: &mut Vec<String>) -> Result<(), StoreError> {
    connection.execute("DELETE FROM temp.targets", [])?;
    connection.execute("INSERT INTO temp.targets SELECT key, id FROM incidents", [])?;
    let mut after = 0;
    while let Some(last) = triage::next_chunk(connection, after)? {
        let folded = triage::folded_chunk(connection)?;
        let unmarked = Triage::default();
        for (id, cached) in triage::cached_chunk(connection)? {
            if !triage::is_cached(&cached.triage, folded.get(&id).unwrap_or(&unmarked)) {
                let what = "its tags, status, notes, corrections or verdicts are not what the log says";
                problems.push(format!("incident {id}: {what}"));
            }
        }
        after = last;
    }
    connection.execute("DELETE FROM temp.targets", [])?;
    for id in triage::wrongly_cancelled(connection)? {
        problems.push(format!("operation {id}: whether it is cancelled is not what the log says"));
    }
    if tag_store::cached_traits(connection)? != tag_store::folded_traits(connection)? {
        problems.push("descriptions, colours or keys of tags are not what the log says".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::store::Store;
    use crate::store::testing::{at, document, entry};
    use std::fs;

    #[test]
    fn a_damaged_file_is_reported_and_not_a_failure() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut store = Store::open(&path).unwrap();
        let body = "本文".repeat(2_000);
        let entries = (0..50).map(|n| entry(&format!("組織{n}"), "件名", &body)).collect();
        let (parsed, raw) = document("d", entries);
        store.ingest(&crate::store::testing::ready(&parsed), &raw, at(0)).unwrap();
        drop(store);
        let mut bytes = fs::read(&path).unwrap();
        let half = bytes.len() / 2;
        bytes.iter_mut().skip(half).for_each(|b| *b = 0x5A);
        fs::write(&path, bytes).unwrap();
        let problems = Store::open(&path).unwrap().check().unwrap();
        assert!(!problems.is_empty());
    }
}
