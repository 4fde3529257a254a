//! Lays analysts' values over the parser's: what counts stands in the tables that lists and queries read, what the
//! parser found stands beside it in `facts.parsed`. Called whenever corrections, verdicts or the parser's values of an
//! incident have changed.

use super::error::StoreError;
use super::facts::{self, Parsed};
use super::row_values::RowValues;
use super::{links, read};
use crate::domain::{Event, Exposure, Facts, Field, Span, Verdict};
use crate::op;
use crate::text::search_fold;
use rusqlite::{Connection, ToSql, params};
use serde_json::Value;
use std::collections::BTreeMap;

/// A stored field's name.
pub(super) fn field(name: &str) -> Result<Field, StoreError> {
    Field::from_name(name).ok_or_else(|| StoreError::corrupt(format!("`{name}` is no field")))
}

/// The values that stand in for the parser's: corrections, and null where a verdict rejects the parser's.
fn overlays(connection: &Connection, key: i64) -> Result<BTreeMap<Field, Value>, StoreError> {
    let mut out = BTreeMap::new();
    let mut select = connection.prepare_cached("SELECT field FROM reviews WHERE incident = ?1 AND verdict = ?2")?;
    let mut rows = select.query(params![key, Verdict::Rejected.as_str()])?;
    while let Some(row) = rows.next()? {
        out.insert(field(&row.get::<_, String>(0)?)?, Value::Null);
    }
    let mut select = connection.prepare_cached("SELECT field, value FROM corrections WHERE incident = ?1")?;
    let mut rows = select.query([key])?;
    while let Some(row) = rows.next()? {
        out.insert(field(&row.get::<_, String>(0)?)?, serde_json::from_str(&row.get::<_, String>(1)?)?);
    }
    Ok(out)
}

/// The fields that link keys are made of.
const LINKING: [Field; 8] = [
    Field::Kind,
    Field::Org,
    Field::Title,
    Field::Published,
    Field::ThirdParty,
    Field::Actions,
    Field::Follows,
    Field::Gang,
];

/// Brings what counts of an incident to what its corrections and verdicts say.
pub(super) fn refresh(connection: &Connection, key: i64) -> Result<(), StoreError> {
    let wanted = overlays(connection, key)?;
    let (mut counts, before) = facts::read_all(connection, key)?;
    if wanted.is_empty() && before.is_empty() {
        return Ok(());
    }
    let shared = Shared::of(&counts);
    let mut select = connection
        .prepare_cached("SELECT i.kind, t.text FROM incidents i JOIN texts t ON t.incident = i.key WHERE i.key = ?1")?;
    let (kind, text): (String, String) = select.query_row([key], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut kind = read::kind(&kind)?;
    // First back to what the parser found.
    for (field, parsed) in &before {
        counts.set(*field, parsed)?;
    }
    kind = before.get(&Field::Kind).and_then(op::kind_of).unwrap_or(kind);
    let mut parsed = Parsed::new();
    for (field, value) in &wanted {
        if *field == Field::Kind {
            if let Some(corrected) = op::kind_of(value) {
                parsed.insert(*field, kind.as_str().into());
                kind = corrected;
            }
            continue;
        }
        let was = counts.get(*field)?;
        // A value of another form, written by another version, is left alone.
        if counts.set(*field, value).is_ok() {
            parsed.insert(*field, was);
        }
    }
    keep_within(&mut counts.timeline, &text);
    facts::clear(connection, key)?;
    facts::write(connection, key, &counts)?;
    facts::write_parsed(connection, key, &parsed)?;
    connection.prepare_cached("UPDATE incidents SET kind = ?2 WHERE key = ?1")?.execute((key, kind.as_str()))?;
    write_columns(connection, key, &counts)?;
    if shared != Shared::of(&counts) {
        connection.prepare_cached("INSERT INTO changes (incident, what) VALUES (?1, 2)")?.execute([key])?;
    }
    if wanted.keys().chain(before.keys()).any(|f| LINKING.contains(f)) {
        links::mark_stale(connection, key)?;
    }
    Ok(())
}

/// What groups are made of: columns in memory have to hear of a change of it, and no trigger of the schema tells of all.
#[derive(PartialEq)]
struct Shared {
    org: Option<String>,
    third_party: Option<String>,
    actions: Vec<String>,
    exposure: Option<Exposure>,
}

impl Shared {
    fn of(facts: &Facts) -> Self {
        let Facts { org, third_party, actions, exposure, .. } = facts;
        Self { org: org.clone(), third_party: third_party.clone(), actions: actions.clone(), exposure: *exposure }
    }
}

/// A corrected event keeps its place in the text only as long as the text has it.
fn keep_within(events: &mut [Event], text: &str) {
    for e in events.iter_mut().filter(|e| e.span.of(text).is_none()) {
        e.span = Span::new(0, 0);
    }
}

/// Writes what lists and queries read of an incident.
fn write_columns(connection: &Connection, key: i64, facts: &Facts) -> Result<(), StoreError> {
    let folded = |s: &Option<String>| s.as_deref().map(search_fold);
    let (org, title) = (folded(&facts.org), folded(&facts.title));
    let columns = RowValues::new(facts, org.as_deref(), title.as_deref())?;
    let mut update = connection.prepare_cached(
        "UPDATE incidents SET published = ?2, case_no = ?3, org = ?4, title = ?5, action = ?6, affected = ?7,
           affected_unit = ?8, affected_lo = ?9, affected_hi = ?10, people = ?11, exposure = ?12, follows = ?13,
           org_folded = ?14, title_folded = ?15, third_folded = ?16, gang_folded = ?17
         WHERE key = ?1",
    )?;
    let key: [&dyn ToSql; 1] = [&key];
    update.execute([key.as_slice(), columns.values().as_slice()].concat().as_slice())?;
    Ok(())
}
