//! What the log tells beside an act: which values a change replaced, and what an undo leaves to those who acted later.
//! Called by `operations` before it writes, with the incidents concerned in `temp.targets`.

use super::error::StoreError;
use super::log::Beside;
use super::number::size;
use crate::domain::{Change, Field, Was};
use crate::op;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, Params, Row};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Old values that the log names of one change.
const MOST_OLD: usize = 20;

/// What others did later that a line names.
const MOST_KEPT: usize = 3;

/// The change as JSON, with the values that it is about to replace.
pub(super) fn with_old_values(connection: &Connection, change: &Change) -> Result<Value, StoreError> {
    let mut json = serde_json::to_value(change)?;
    let beside = Beside { was: old_values(connection, change)?, kept: None };
    if let (Value::Object(json), Value::Object(beside)) = (&mut json, serde_json::to_value(beside)?) {
        json.extend(beside);
    }
    Ok(json)
}

fn old_values(connection: &Connection, change: &Change) -> Result<Vec<Was>, StoreError> {
    let counted = |sql: &str, name: &str| grouped(connection, sql, [name]);
    let mut was = match change {
        Change::Status { to } => counted(
            "SELECT json_quote(i.status), count(*) FROM temp.targets g CROSS JOIN incidents i ON i.key = g.key
             WHERE i.status <> ?1 GROUP BY i.status",
            to.as_str(),
        )?,
        Change::Review { field, .. } => counted(
            "SELECT coalesce(json_quote(r.verdict), 'null'), count(*) FROM temp.targets g
             LEFT JOIN reviews r ON r.incident = g.key AND r.field = ?1 GROUP BY r.verdict",
            field.as_str(),
        )?,
        Change::Correct { field: Field::Kind, .. } => counted(
            "SELECT json_quote(i.kind), count(*) FROM temp.targets g CROSS JOIN incidents i ON i.key = g.key
             WHERE ?1 IS NOT NULL GROUP BY i.kind",
            "kind",
        )?,
        Change::Correct { field: Field::Timeline, .. } => timelines(connection)?,
        Change::Correct { field, .. } => counted(
            "SELECT coalesce(f.value, 'null'), count(*) FROM temp.targets g
             LEFT JOIN facts f ON f.incident = g.key AND f.field = ?1 GROUP BY f.value",
            field.as_str(),
        )?,
        _ => Vec::new(),
    };
    was.sort_by(|a, b| b.incidents.cmp(&a.incidents).then_with(|| a.value.to_string().cmp(&b.value.to_string())));
    was.truncate(MOST_OLD);
    Ok(was)
}

/// Runs a query for JSON values and how many incidents have each.
fn grouped(connection: &Connection, sql: &str, params: impl Params) -> Result<Vec<Was>, StoreError> {
    let mut select = connection.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(Was { value: serde_json::from_str(&row.get::<_, String>(0)?)?, incidents: size(row, 1)? });
    }
    Ok(out)
}

/// The timelines of few incidents; of many they would fill the log.
fn timelines(connection: &Connection) -> Result<Vec<Was>, StoreError> {
    let mut select = connection.prepare_cached("SELECT key FROM temp.targets LIMIT 2")?;
    let keys: Vec<i64> = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let [key] = keys.as_slice() else { return Ok(Vec::new()) };
    let (facts, _) = super::facts::read_all(connection, *key)?;
    Ok(vec![Was { value: facts.get(Field::Timeline)?, incidents: 1 }])
}

/// Says what others did to the same things after a change, on the incidents of `temp.targets`, and so keeps standing
/// whether the change counts or not; `None` where there is nothing.
pub(super) fn kept(connection: &Connection, root: i64, change: &Change) -> Result<Option<String>, StoreError> {
    let mut later: BTreeMap<i64, (String, Change)> = BTreeMap::new();
    let mut select = connection.prepare_cached(
        "SELECT key, by, change FROM operations WHERE id > (SELECT id FROM operations WHERE key = ?1)
           AND kind = 'change' AND cancelled = 0",
    )?;
    let mut rows = select.query([root])?;
    while let Some(row) = rows.next()? {
        let (by, other): (String, Change) = (row.get(1)?, serde_json::from_str(&row.get::<_, String>(2)?)?);
        if op::kept(change, &other, &by, 1).is_some() {
            later.insert(row.get(0)?, (by, other));
        }
    }
    if later.is_empty() {
        return Ok(None);
    }
    // Of several later ones the last counts on each incident.
    let mut select = connection.prepare_cached(
        "SELECT o.key, count(*) FROM (SELECT max(o.id) AS id FROM operation_targets t
             CROSS JOIN operations o ON o.key = t.operation
             WHERE t.operation IN rarray(?1) AND t.incident IN (SELECT id FROM temp.targets) GROUP BY t.incident) l
         CROSS JOIN operations o ON o.id = l.id GROUP BY o.key ORDER BY o.id",
    )?;
    let keys: Rc<Vec<Sql>> = Rc::new(later.keys().map(|k| Sql::Integer(*k)).collect());
    let told = |row: &Row<'_>| -> rusqlite::Result<Option<String>> {
        let n = size(row, 1)?;
        Ok(later.get(&row.get(0)?).and_then(|(by, other)| op::kept(change, other, by, n)))
    };
    let mut words: Vec<String> =
        select.query_map([keys], told)?.filter_map(Result::transpose).collect::<Result<_, _>>()?;
    if words.len() > MOST_KEPT {
        words.truncate(MOST_KEPT);
        words.push("others keep more".into());
    }
    Ok((!words.is_empty()).then(|| words.join("; ")))
}
