//! Writes the facts of an incident as rows and reads them back: one row a field with its proof, events, warnings, and
//! the actions and data types once more as rows that queries look up. Called by `incidents` and `read`.

use super::effective;
use super::error::StoreError;
use super::number::{int, size};
use crate::domain::{Event, Facts, Field, Moment, Precision, Span};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The tables that hold an incident's facts.
const TABLES: [&str; 5] = [
    "DELETE FROM facts WHERE incident = ?1",
    "DELETE FROM actions WHERE incident = ?1",
    "DELETE FROM data_types WHERE incident = ?1",
    "DELETE FROM events WHERE incident = ?1",
    "DELETE FROM warnings WHERE incident = ?1",
];

/// Removes the facts of an incident.
pub(super) fn clear(connection: &Connection, key: i64) -> Result<(), StoreError> {
    for sql in TABLES {
        connection.prepare_cached(sql)?.execute([key])?;
    }
    Ok(())
}

/// Writes the facts of an incident that has none.
pub(super) fn write(connection: &Connection, key: i64, facts: &Facts) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO facts (incident, field, value, spans, confidence, rule) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for field in Field::ALL {
        let value = value_of(facts, field)?;
        let spans = facts.evidence.get(&field).map(serde_json::to_string).transpose()?;
        let confidence = facts.confidence.get(&field).map(|c| c.as_str());
        let rule = facts.rules.get(&field);
        if value.is_some() || spans.is_some() || confidence.is_some() || rule.is_some() {
            insert.execute(params![key, field.as_str(), value, spans, confidence, rule])?;
        }
    }
    let names = [
        ("INSERT OR IGNORE INTO actions (incident, name) VALUES (?1, ?2)", &facts.actions),
        ("INSERT OR IGNORE INTO data_types (incident, name) VALUES (?1, ?2)", &facts.data_types),
    ];
    for (sql, list) in names {
        let mut insert = connection.prepare_cached(sql)?;
        for name in list {
            insert.execute(params![key, name])?;
        }
    }
    let mut insert = connection.prepare_cached("INSERT INTO warnings (incident, seq, text) VALUES (?1, ?2, ?3)")?;
    for (seq, text) in facts.warnings.iter().enumerate() {
        insert.execute(params![key, int(seq), text])?;
    }
    write_events(connection, key, &facts.timeline)
}

fn write_events(connection: &Connection, key: i64, events: &[Event]) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO events (incident, seq, at, until, lo, hi, precision, approx, span_start, span_end, text)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for (seq, e) in events.iter().enumerate() {
        insert.execute(params![
            key,
            int(seq),
            e.at.to_string(),
            e.until.map(|m| m.to_string()),
            e.lo.to_string(),
            e.hi.map(|m| m.to_string()),
            name_of(&e.precision)?,
            e.approx,
            int(e.span.start),
            int(e.span.end),
            e.text,
        ])?;
    }
    Ok(())
}

/// The parser's values of the fields in whose place others stand, null where it found nothing.
pub(super) type Parsed = BTreeMap<Field, Value>;

/// Notes the parser's values beside those that stand in their place.
pub(super) fn write_parsed(connection: &Connection, key: i64, parsed: &Parsed) -> Result<(), StoreError> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO facts (incident, field, parsed) VALUES (?1, ?2, ?3)
         ON CONFLICT (incident, field) DO UPDATE SET parsed = excluded.parsed",
    )?;
    for (field, value) in parsed {
        insert.execute(params![key, field.as_str(), value.to_string()])?;
    }
    Ok(())
}

/// Reads the facts of an incident that count, and the parser's values where others stand in their place.
pub(super) fn read_all(connection: &Connection, key: i64) -> Result<(Facts, Parsed), StoreError> {
    let mut parsed = Parsed::new();
    let (mut all, mut evidence, mut confidence, mut rules) = (Map::new(), Map::new(), Map::new(), Map::new());
    let mut select = connection
        .prepare_cached("SELECT field, value, spans, confidence, rule, parsed FROM facts WHERE incident = ?1")?;
    let mut rows = select.query([key])?;
    while let Some(row) = rows.next()? {
        let field: String = row.get(0)?;
        let text = |i| row.get::<_, Option<String>>(i);
        if let Some(value) = text(5)? {
            parsed.insert(effective::field(&field)?, serde_json::from_str(&value)?);
        }
        if let Some(value) = text(1)? {
            all.insert(field.clone(), serde_json::from_str(&value)?);
        }
        if let Some(spans) = text(2)? {
            evidence.insert(field.clone(), serde_json::from_str(&spans)?);
        }
        if let Some(level) = text(3)? {
            confidence.insert(field.clone(), Value::String(level));
        }
        if let Some(rule) = text(4)? {
            rules.insert(field, Value::String(rule));
        }
    }
    all.insert("evidence".into(), Value::Object(evidence));
    all.insert("confidence".into(), Value::Object(confidence));
    all.insert("rules".into(), Value::Object(rules));
    let mut facts: Facts = serde_json::from_value(Value::Object(all))?;
    let mut select = connection.prepare_cached("SELECT text FROM warnings WHERE incident = ?1 ORDER BY seq")?;
    facts.warnings = select.query_map([key], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let mut select = connection.prepare_cached(
        "SELECT at, until, lo, hi, precision, approx, span_start, span_end, text FROM events
         WHERE incident = ?1 ORDER BY seq",
    )?;
    let mut rows = select.query([key])?;
    while let Some(row) = rows.next()? {
        facts.timeline.push(event(row)?);
    }
    Ok((facts, parsed))
}

fn event(row: &Row<'_>) -> Result<Event, StoreError> {
    let maybe = |i| row.get::<_, Option<String>>(i)?.map(|s| moment(&s)).transpose();
    Ok(Event {
        at: moment(&row.get::<_, String>(0)?)?,
        until: maybe(1)?,
        lo: moment(&row.get::<_, String>(2)?)?,
        hi: maybe(3)?,
        precision: serde_json::from_value::<Precision>(Value::String(row.get(4)?))?,
        approx: row.get(5)?,
        span: Span::new(size(row, 6)?, size(row, 7)?),
        text: row.get(8)?,
    })
}

fn moment(s: &str) -> Result<Moment, StoreError> {
    s.parse().map_err(|e: crate::domain::date::BadMoment| StoreError::corrupt(e.to_string()))
}

/// The name that serde gives a unit variant.
pub(super) fn name_of<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value)? {
        Value::String(s) => Ok(s),
        other => Err(StoreError::corrupt(format!("{other} is no name"))),
    }
}

/// Tells whether a field has the same value in both.
pub(super) fn same_value(a: &Facts, b: &Facts, field: Field) -> Result<bool, StoreError> {
    match field {
        // An event's text is a quotation and its span a proof; what it says is when.
        Field::Timeline => {
            let stated = |f: &Facts| -> Vec<_> {
                f.timeline.iter().map(|e| (e.at, e.until, e.lo, e.hi, e.precision, e.approx, e.text.clone())).collect()
            };
            Ok(stated(a) == stated(b))
        }
        _ => Ok(value_of(a, field)? == value_of(b, field)?),
    }
}

/// A field's value as JSON, `None` where the text does not say. Events have a table of their own.
fn value_of(facts: &Facts, field: Field) -> Result<Option<String>, StoreError> {
    if field == Field::Timeline {
        return Ok(None);
    }
    let value = facts.get(field)?;
    Ok((!value.is_null()).then(|| value.to_string()))
}
