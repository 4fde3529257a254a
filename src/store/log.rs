//! Reads the operation log. Called by `Store::log`, and by whoever needs the operations behind an incident.

use super::documents;
use super::error::StoreError;
use super::number::array;
use super::number::{int, size};
use crate::domain::op::Act;
use crate::domain::{Change, IncidentId, Key, OpId, Operation, Tag, Was};
use crate::op;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

/// Which operations of the log are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Only those that concern one of these incidents.
    pub keys: Option<Vec<Key>>,
    /// Only those of this analyst.
    pub by: Option<String>,
    /// Only those that name this tag or one below it.
    pub tag: Option<Tag>,
    /// Only those from this moment on.
    pub since: Option<DateTime<Utc>>,
    /// Only those before this moment.
    pub until: Option<DateTime<Utc>>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// An operation with what its words are made of: `root` is the change that it leads back to.
const COLUMNS: &str =
    "SELECT o.id, o.at, o.by, o.uid, o.kind, o.cancelled, c.id, r.change, r.targets, r.changed, o.root, o.change
    FROM operations o JOIN operations r ON r.key = o.root LEFT JOIN operations c ON c.key = o.cancels";

/// The log, newest first.
pub(super) fn log(connection: &Connection, filter: &LogFilter) -> Result<Vec<Operation>, StoreError> {
    let tx = connection.unchecked_transaction()?;
    // Which tags an operation names is known once it is read, so the limit has to wait for that.
    let limit = filter.limit.filter(|_| filter.tag.is_none()).map_or(-1, int);
    let mut select = tx.prepare_cached(&format!(
        "{COLUMNS} WHERE (?1 IS NULL OR o.by = ?1) AND (?2 OR o.root IN (
           SELECT t.operation FROM incidents i CROSS JOIN operation_targets t ON t.incident = i.id
             WHERE i.key IN rarray(?3) AND t.bulk = 0
           UNION ALL SELECT b.key FROM operations b WHERE b.bulk = 1 AND EXISTS (
             SELECT 1 FROM incidents i CROSS JOIN operation_targets t ON t.operation = b.key AND t.incident = i.id
             WHERE i.key IN rarray(?3) AND t.bulk = 1)))
           AND (?5 IS NULL OR o.at >= ?5) AND (?6 IS NULL OR o.at < ?6)
         ORDER BY o.id DESC LIMIT ?4"
    ))?;
    let keys = array(filter.keys.iter().flatten().map(|k| k.0));
    let [since, until] = [filter.since, filter.until].map(|at| at.map(documents::time));
    let mut rows = select.query(params![filter.by, filter.keys.is_none(), keys, limit, since, until])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        if filter.limit.is_some_and(|most| out.len() >= most) {
            break;
        }
        if let Some(tag) = &filter.tag
            && !serde_json::from_str::<Change>(&row.get::<_, String>(7)?)?.names_tag(tag)
        {
            continue;
        }
        let mut operation = operation(row)?;
        operation.incidents = targets(&tx, row.get(10)?)?;
        out.push(operation);
    }
    Ok(out)
}

/// A change and what cancelled or brought it back, in order, without incidents.
pub(super) fn of_root(connection: &Connection, root: i64) -> Result<Vec<Operation>, StoreError> {
    let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE o.root = ?1 ORDER BY o.id"))?;
    let mut rows = select.query([root])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(operation(row)?);
    }
    Ok(out)
}

/// A change, without incidents.
pub(super) fn change(connection: &Connection, key: i64) -> Result<Operation, StoreError> {
    let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE o.key = ?1"))?;
    let mut rows = select.query([key])?;
    let missing = || StoreError::corrupt(format!("operation #{key} is missing"));
    operation(rows.next()?.ok_or_else(missing)?)
}

/// Tells whether another standing change has a say in whether these tags stand on an incident.
pub(super) fn others_name(connection: &Connection, root: i64, tags: &[&Tag]) -> Result<bool, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT change FROM operations WHERE kind = 'change' AND cancelled = 0 AND key <> ?1
           AND change ->> 'kind' IN ('tag', 'rename', 'delete')",
    )?;
    let mut rows = select.query([root])?;
    while let Some(row) = rows.next()? {
        let has_a_say = match serde_json::from_str(&row.get::<_, String>(0)?)? {
            Change::Tag { add, remove } => tags.iter().any(|t| add.contains(t) || remove.contains(t)),
            Change::Rename { from, to, .. } => {
                tags.iter().any(|t| t.is_within(from.as_str()) || t.is_within(to.as_str()))
            }
            Change::Delete { tag } => tags.iter().any(|t| t.is_within(tag.as_str())),
            _ => false,
        };
        if has_a_say {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Every change of tags as such and what cancelled or brought it back, without incidents.
pub(super) fn of_tags(connection: &Connection) -> Result<Vec<Operation>, StoreError> {
    let mut select = connection.prepare_cached(&format!(
        "{COLUMNS} WHERE o.root IN (SELECT key FROM operations
           WHERE change ->> 'kind' IN ('rename', 'delete', 'describe', 'key')) ORDER BY o.id"
    ))?;
    let mut rows = select.query([])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(operation(row)?);
    }
    Ok(out)
}

/// What stands beside a change, or in the place of one in an undo's row.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Beside {
    /// The values that a change replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Was>,
    /// What an undo or redo leaves to others, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<String>,
}

/// The change of an operation that is one.
pub(super) fn change_of(connection: &Connection, root: i64) -> Result<(Change, usize, usize), StoreError> {
    let mut select = connection.prepare_cached("SELECT change, targets, changed FROM operations WHERE key = ?1")?;
    let (json, targets, changed): (String, usize, usize) =
        select.query_row([root], |r| Ok((r.get(0)?, size(r, 1)?, size(r, 2)?)))?;
    Ok((serde_json::from_str(&json)?, targets, changed))
}

fn targets(connection: &Connection, root: i64) -> Result<Vec<IncidentId>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT incident FROM operation_targets WHERE operation = ?1 ORDER BY incident")?;
    let rows = select.query_map([root], |r| r.get(0).map(IncidentId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn operation(row: &Row<'_>) -> Result<Operation, StoreError> {
    let change: Change = serde_json::from_str(&row.get::<_, String>(7)?)?;
    let words = op::summary(&change, size(row, 8)?, size(row, 9)?);
    let beside: Option<String> = row.get(11)?;
    let Beside { was, kept } = beside.map(|b| serde_json::from_str(&b)).transpose()?.unwrap_or_default();
    let kind: String = row.get(4)?;
    let of = || -> Result<OpId, StoreError> { Ok(OpId(row.get(6)?)) };
    let kept = kept.map(|k| format!("; {k}")).unwrap_or_default();
    let (act, summary) = match kind.as_str() {
        "undo" => (Act::Undo { of: of()? }, op::undone(&words) + &kept),
        "redo" => (Act::Redo { of: of()? }, op::redone(&words) + &kept),
        _ => (Act::Change { change }, words),
    };
    Ok(Operation {
        id: OpId(row.get(0)?),
        at: row.get(1)?,
        by: row.get(2)?,
        uid: row.get(3)?,
        act,
        incidents: Vec::new(),
        cancelled: row.get(5)?,
        summary,
        was,
    })
}
