//! Entries as the parser gave them, read back from their rows, whatever analysts made of them since. Called by `merge`,
//! and by the reparse of records whose document is not at hand.

use super::error::StoreError;
use super::number::size;
use super::{facts, read};
use crate::domain::{Field, ParsedEntry, Record};
use crate::op;
use rusqlite::{Connection, OptionalExtension};

/// An incident's entry.
pub(super) fn read(connection: &Connection, key: i64) -> Result<ParsedEntry, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT i.kind, t.text, i.line, i.byte_start, i.byte_end, i.label, i.url FROM incidents i
           JOIN texts t ON t.incident = i.key WHERE i.key = ?1",
    )?;
    let found = select.query_row([key], |r| {
        let place = (size(r, 2)?, size(r, 3)?, size(r, 4)?);
        Ok((r.get::<_, String>(0)?, r.get(1)?, place, r.get(5)?, r.get(6)?))
    });
    let (kind, text, (line, start, end), label, url) =
        found.optional()?.ok_or_else(|| StoreError::corrupt(format!("incident #{key} has no text")))?;
    let (mut facts, parsed) = facts::read_all(connection, key)?;
    for (field, value) in &parsed {
        facts.set(*field, value)?;
    }
    facts.warnings.retain(|w| w != Record::GONE);
    let kind = parsed.get(&Field::Kind).and_then(op::kind_of).map_or_else(|| read::kind(&kind), Ok)?;
    Ok(ParsedEntry { kind, text, line, bytes: (start, end), label, url, facts })
}
