//! What the parser found before a changed document said otherwise: a revised notice shows its first and its latest
//! figures. Written when an incident's text is replaced, read by `show`.

use super::effective;
use super::error::StoreError;
use crate::domain::{Facts, Field};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

/// A value that a later version of the document replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// The field.
    pub field: Field,
    /// The old value in the record's form, null where the text did not say.
    pub was: Value,
    /// When the later version was taken in, RFC 3339 in UTC.
    pub at: String,
}

/// Notes which values a new text of an incident changes; nothing where the text is the same, since then only the
/// reading of it differs. Called before the new values are written.
pub(super) fn note(connection: &Connection, key: i64, text: &str, new: &Facts) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached("SELECT text FROM texts WHERE incident = ?1")?;
    let old: Option<String> = select.query_row([key], |r| r.get(0)).optional()?;
    if old.is_none_or(|old| old == text) {
        return Ok(());
    }
    let mut select =
        connection.prepare_cached("SELECT field, coalesce(parsed, value) FROM facts WHERE incident = ?1")?;
    let mut old = Facts::default();
    let mut rows = select.query([key])?;
    while let Some(row) = rows.next()? {
        let value = row.get::<_, Option<String>>(1)?.unwrap_or_else(|| "null".into());
        old.set(effective::field(&row.get::<_, String>(0)?)?, &serde_json::from_str(&value)?)?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO revisions (incident, field, was, at)
         SELECT i.key, ?2, ?3, d.ingested_at FROM incidents i JOIN documents d ON d.key = i.document WHERE i.key = ?1",
    )?;
    for field in Field::ALL.into_iter().filter(|f| *f != Field::Timeline) {
        let (was, is) = (old.get(field)?, new.get(field)?);
        if was != is {
            insert.execute(params![key, field.as_str(), was.to_string()])?;
        }
    }
    Ok(())
}

/// The values that were replaced, oldest first.
pub(super) fn read(connection: &Connection, key: i64) -> Result<Vec<Revision>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT field, was, at FROM revisions WHERE incident = ?1 ORDER BY key")?;
    let mut rows = select.query([key])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let (name, was): (String, String) = (row.get(0)?, row.get(1)?);
        out.push(Revision { field: effective::field(&name)?, was: serde_json::from_str(&was)?, at: row.get(2)? });
    }
    Ok(out)
}
