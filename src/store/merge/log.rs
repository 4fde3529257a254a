//! Unites two operation logs by id. What an operation was aimed at is an entry of a version, not an id: which incident
//! that is follows from all that is known, so every target is looked up anew and goes by the id that it has in the end.

use super::apply::Book;
use super::classes::Plan;
use super::side::{Side, Token};
use crate::store::error::StoreError;
use crate::text::hex;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// An operation as its row tells it.
#[derive(Debug, PartialEq, Eq)]
struct Operation {
    key: i64,
    id: String,
    at: String,
    by: String,
    uid: u32,
    kind: String,
    change: Option<String>,
    /// The ids of the operation that it cancels and of the change that it leads back to.
    cancels: Option<String>,
    root: String,
    targets: i64,
    changed: i64,
}

const COLUMNS: &str = "SELECT o.key, o.id, o.at, o.by, o.uid, o.kind, o.change, c.id, r.id, o.targets, o.changed
    FROM operations o JOIN operations r ON r.key = o.root LEFT JOIN operations c ON c.key = o.cancels";

fn operation(row: &rusqlite::Row<'_>) -> rusqlite::Result<Operation> {
    Ok(Operation {
        key: row.get(0)?,
        id: row.get(1)?,
        at: row.get(2)?,
        by: row.get(3)?,
        uid: row.get(4)?,
        kind: row.get(5)?,
        change: row.get(6)?,
        cancels: row.get(7)?,
        root: row.get(8)?,
        targets: row.get(9)?,
        changed: row.get(10)?,
    })
}

/// Where the incidents were first seen that have a row in the end, and their ids.
pub type Rows = HashMap<usize, (Token, String)>;

/// Adds the other log's operations to this one, and tells how many were new.
pub fn unite(own: &Book<'_>, other: &Book<'_>, plan: &Plan, rows: &Rows, path: &Path) -> Result<usize, StoreError> {
    let mut aims = Aims { plan, rows, of: BTreeMap::new() };
    aims.take_own(own)?;
    let mut select = other.connection.prepare(&format!("{COLUMNS} ORDER BY o.id"))?;
    let mut known = own.connection.prepare(&format!("{COLUMNS} WHERE o.id = ?1"))?;
    let births = other.side.births();
    let mut targets =
        other.connection.prepare("SELECT incident FROM operation_targets WHERE operation = ?1 ORDER BY incident")?;
    let mut found = select.query([])?;
    let mut added = 0;
    while let Some(row) = found.next()? {
        let theirs = operation(row)?;
        match known.query_row([&theirs.id], operation).optional()? {
            Some(ours) => reconcile(own.connection, &ours, &theirs, path)?,
            None => {
                let key = add(own.connection, &theirs)?;
                let ids = targets.query_map([theirs.key], |r| r.get::<_, String>(0))?;
                for id in ids {
                    aims.take(other.side, &births, (theirs.key, key), id?);
                }
                added += 1;
            }
        }
    }
    aims.write(own.connection)?;
    Ok(added)
}

/// What operations are aimed at: by operation and id in the end the entries.
struct Aims<'a> {
    plan: &'a Plan,
    rows: &'a Rows,
    of: BTreeMap<(i64, String), BTreeSet<Token>>,
}

impl Aims<'_> {
    /// The id in the end of the incident that an entry is.
    fn id(&self, token: &Token) -> Option<&str> {
        self.plan.incident(token).map(|i| self.plan.id(i)).filter(|id| !id.is_empty())
    }

    /// Where the incident of an entry is first seen by default in the end.
    fn default_of(&self, token: &Token) -> Option<Token> {
        let incident = self.plan.incident(token)?;
        match self.rows.get(&incident) {
            Some((born, _)) => Some(*born),
            None => self.plan.claims.get(&incident)?.first().map(|(t, _)| *t),
        }
    }

    /// Takes one target of one case book: (the operation's row there, its row here), the id there.
    fn take(&mut self, side: &Side, births: &BTreeMap<&str, Token>, (there, here): (i64, i64), id: String) {
        let key = (there, id);
        let tokens: Vec<Token> = match side.aims.get(&key) {
            Some(tokens) => tokens.iter().copied().collect(),
            None => births.get(key.1.as_str()).copied().into_iter().collect(),
        };
        if tokens.is_empty() {
            // Nothing is known of it but its id.
            self.of.entry((here, key.1)).or_default();
            return;
        }
        for token in tokens {
            let id = self.id(&token).unwrap_or(&key.1).to_owned();
            self.of.entry((here, id)).or_default().insert(token);
        }
    }

    /// Takes the targets of this case book that are to be written anew, and removes them: those of operations that
    /// have one which goes by another id in the end, or has its birth elsewhere.
    fn take_own(&mut self, own: &Book<'_>) -> Result<(), StoreError> {
        let births = own.side.births();
        own.connection.execute_batch(
            "CREATE TEMP TABLE IF NOT EXISTS moved (operation INTEGER PRIMARY KEY); DELETE FROM temp.moved;
             INSERT INTO temp.moved SELECT DISTINCT operation FROM aims;",
        )?;
        let mut mark = own
            .connection
            .prepare("INSERT OR IGNORE INTO temp.moved SELECT operation FROM operations_on WHERE incident = ?1")?;
        for (id, token) in &births {
            if self.id(token) != Some(id) || self.default_of(token) != Some(*token) {
                mark.execute([id])?;
            }
        }
        let mut select = own.connection.prepare(
            "SELECT t.operation, t.incident FROM temp.moved m CROSS JOIN operation_targets t
               ON t.operation = m.operation",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let operation = row.get(0)?;
            self.take(own.side, &births, (operation, operation), row.get(1)?);
        }
        own.connection.execute_batch(
            "DELETE FROM aims WHERE operation IN (SELECT operation FROM temp.moved);
             DELETE FROM operation_targets WHERE operation IN (SELECT operation FROM temp.moved);",
        )?;
        Ok(())
    }

    fn write(&self, own: &Connection) -> Result<(), StoreError> {
        let mut target =
            own.prepare("INSERT OR IGNORE INTO operation_targets (operation, incident) VALUES (?1, ?2)")?;
        let mut aim = own.prepare("INSERT OR IGNORE INTO aims VALUES (?1, ?2, ?3, ?4)")?;
        for ((operation, id), tokens) in &self.of {
            target.execute(params![operation, id])?;
            let usual = tokens.len() == 1 && tokens.iter().all(|t| self.default_of(t) == Some(*t));
            for token in tokens.iter().filter(|_| !usual) {
                aim.execute(params![operation, id, hex(token.sha), token.pos])?;
            }
        }
        Ok(())
    }
}

/// One operation that both know: where one of them has forgotten what it said, it is forgotten.
fn reconcile(own: &Connection, ours: &Operation, theirs: &Operation, path: &Path) -> Result<(), StoreError> {
    let erased = |o: &Operation| {
        let change: Option<Value> = o.change.as_deref().and_then(|c| serde_json::from_str(c).ok());
        change.is_some_and(|c| c.get("erased").is_some())
    };
    let rest = |o: &Operation| {
        (o.at.clone(), o.by.clone(), o.uid, o.kind.clone(), o.cancels.clone(), o.root.clone(), o.targets, o.changed)
    };
    let clash = rest(ours) != rest(theirs) || ours.change != theirs.change && !erased(ours) && !erased(theirs);
    if clash {
        return Err(StoreError::Clash { path: PathBuf::from(path), id: ours.id.clone() });
    }
    let weight = |o: &Operation| (!erased(o), o.change.as_ref().map_or(0, String::len), o.change.clone());
    if weight(theirs) < weight(ours) {
        own.execute("UPDATE operations SET change = ?2 WHERE key = ?1", params![ours.key, theirs.change])?;
        // Made anew from the change.
        own.execute("DELETE FROM incident_notes WHERE operation = ?1", [ours.key])?;
        own.execute("DELETE FROM notes WHERE operation = ?1", [ours.key])?;
    }
    Ok(())
}

fn add(own: &Connection, o: &Operation) -> Result<i64, StoreError> {
    let key: i64 =
        own.prepare_cached("SELECT coalesce(max(key), 0) + 1 FROM operations")?.query_row([], |r| r.get(0))?;
    own.prepare_cached(
        "INSERT INTO operations (key, id, at, by, uid, kind, change, cancels, root, targets, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, (SELECT key FROM operations WHERE id = ?8),
           coalesce((SELECT key FROM operations WHERE id = ?9), ?1), ?10, ?11)",
    )?
    .execute(params![key, o.id, o.at, o.by, o.uid, o.kind, o.change, o.cancels, o.root, o.targets, o.changed])?;
    Ok(key)
}
