//! The targets of operations: which incidents an act is on, in `temp.targets` and in the log. Those of bulk operations
//! are indexed by incident only later (`index`), by whoever works on many incidents anyway. Called by `operations`, and
//! by `Store` before an ingest, a merge or a compacting.

use super::error::StoreError;
use super::number::int;
use crate::domain::IncidentId;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::rc::Rc;

/// Targets from which on an operation is a bulk operation; the tests' random histories are small.
pub(super) const BULK: usize = if cfg!(test) { 2 } else { 500 };

/// Targets that one transaction indexes: others may write in between.
const INDEXED: usize = if cfg!(test) { 2 } else { 50_000 };

/// Fills `temp.targets` with the incidents that exist, each once, and tells how many they are.
pub(super) fn load(connection: &Connection, ids: &[IncidentId]) -> Result<usize, StoreError> {
    connection.prepare_cached("DELETE FROM temp.targets")?.execute([])?;
    // In order, so that one page of the index after the other is read.
    let mut sorted: Vec<&str> = ids.iter().map(IncidentId::as_str).collect();
    sorted.sort_unstable();
    let ids: Rc<Vec<Value>> = Rc::new(sorted.into_iter().map(|id| Value::Text(id.to_owned())).collect());
    let mut insert = connection.prepare_cached(
        "INSERT OR IGNORE INTO temp.targets (key, id) SELECT i.key, i.id FROM rarray(?1) r
         CROSS JOIN incidents i ON i.id = r.value",
    )?;
    Ok(insert.execute([ids])?)
}

/// Fills `temp.targets` with the incidents of an operation that still exist.
pub(super) fn load_of(connection: &Connection, operation: i64) -> Result<usize, StoreError> {
    connection.prepare_cached("DELETE FROM temp.targets")?.execute([])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO temp.targets SELECT i.key, i.id FROM operation_targets t CROSS JOIN incidents i
           ON i.id = t.incident WHERE t.operation = ?1",
    )?;
    Ok(insert.execute([operation])?)
}

/// Writes `temp.targets` as those of an operation of the log.
pub(super) fn write(connection: &Connection, operation: i64, targets: usize) -> Result<(), StoreError> {
    let bulk = targets >= BULK;
    if bulk {
        connection.prepare_cached("UPDATE operations SET bulk = 1 WHERE key = ?1")?.execute([operation])?;
    }
    let mut insert = connection.prepare_cached(
        "INSERT INTO operation_targets (operation, incident, bulk) SELECT ?1, id, ?2 FROM temp.targets ORDER BY id",
    )?;
    insert.execute(params![operation, bulk])?;
    Ok(())
}

/// Indexes the targets of bulk operations by incident, in transactions of their own.
pub(super) fn index(connection: &Connection) -> Result<(), StoreError> {
    loop {
        // Most often there is nothing to do, and no need to wait for others.
        if oldest(connection)?.is_none() {
            return Ok(());
        }
        let tx = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
        if let Some(operation) = oldest(&tx)? {
            index_some(&tx, operation)?;
        }
        tx.commit()?;
    }
}

/// A bulk operation whose targets are not all indexed.
fn oldest(connection: &Connection) -> Result<Option<i64>, StoreError> {
    let mut select = connection.prepare_cached("SELECT min(key) FROM operations WHERE bulk = 1")?;
    Ok(select.query_row([], |r| r.get(0)).optional()?.flatten())
}

fn index_some(connection: &Connection, operation: i64) -> Result<(), StoreError> {
    let mut update = connection.prepare_cached(
        "UPDATE operation_targets SET bulk = 0 WHERE operation = ?1 AND incident IN
           (SELECT incident FROM operation_targets WHERE operation = ?1 AND bulk = 1 LIMIT ?2)",
    )?;
    if update.execute(params![operation, int(INDEXED)])? < INDEXED {
        connection.prepare_cached("UPDATE operations SET bulk = 0 WHERE key = ?1")?.execute([operation])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::domain::Key;
    use crate::store::testing::{all, apply, entry, note, store_of, tags};
    use crate::store::{LogFilter, Store};

    fn unindexed(store: &Store) -> (i64, i64) {
        let count = |table: &str| {
            let sql = format!("SELECT count(*) FROM {table} WHERE bulk = 1");
            store.connection.query_row(&sql, [], |r| r.get(0)).unwrap()
        };
        (count("operations"), count("operation_targets"))
    }

    /// What the log says of each incident.
    fn logs(store: &Store, keys: &[Key]) -> Vec<Vec<String>> {
        let of = |key: &Key| {
            let filter = LogFilter { keys: Some(vec![*key]), ..LogFilter::default() };
            store.log(&filter).unwrap().into_iter().map(|o| o.summary).collect()
        };
        keys.iter().map(of).collect()
    }

    #[test]
    fn bulk_operations_are_found_before_and_after_they_are_indexed() {
        let mut store = store_of((0..5).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect());
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+a"]), &keys, 1);
        apply(&mut store, "aya", tags(&["+b"]), &keys[..1], 2);
        apply(&mut store, "aya", note("続報待ち"), &keys[1..4], 3);
        assert_eq!(unindexed(&store), (2, 8));
        let before = logs(&store, &keys);
        assert_eq!(before.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2, 2, 1]);
        let by = |store: &Store| keys.iter().map(|k| store.record(*k).unwrap()).collect::<Vec<_>>();
        let records = by(&store);
        super::index(&store.connection).unwrap();
        assert_eq!(unindexed(&store), (0, 0));
        assert_eq!((logs(&store, &keys), by(&store)), (before, records));
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }
}
