//! What was logged since a moment, for a workbench that stays open while others work: its thread asks whenever the file
//! has changed.

use super::Store;
use super::error::StoreError;
use super::number::{int, size};
use crate::domain::protocol::Heard;
use crate::domain::{Acted, Key, OpId};

/// Operations that are told at once.
const MOST: usize = 200;

impl Store {
    /// The newest row of the log (0 where it is empty), and what was logged behind row `after`, newest first and no more
    /// than can be told; nothing where `after` is `None`.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn logged_behind(&self, after: Option<i64>) -> Result<(i64, Vec<Heard>), StoreError> {
        self.placed(self.read_behind(after))
    }

    fn read_behind(&self, after: Option<i64>) -> Result<(i64, Vec<Heard>), StoreError> {
        let newest = "SELECT coalesce(max(key), 0) FROM operations";
        let newest: i64 = self.connection.query_row(newest, [], |r| r.get(0))?;
        let Some(after) = after.filter(|after| *after < newest) else { return Ok((newest, Vec::new())) };
        let mut select = self.connection.prepare_cached(
            "SELECT o.id, o.by, o.kind, r.change, r.targets, r.changed,
                    CASE WHEN r.targets = 1 THEN (SELECT i.key FROM operation_targets t
                      JOIN incidents i ON i.id = t.incident WHERE t.operation = r.key LIMIT 1) END
             FROM operations o JOIN operations r ON r.key = o.root
             WHERE o.key > ?1 AND o.key <= ?2 ORDER BY o.key DESC LIMIT ?3",
        )?;
        let mut rows = select.query([after, newest, int(MOST)])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let kind: String = row.get(2)?;
            out.push(Heard {
                op: OpId(row.get(0)?),
                by: row.get(1)?,
                acted: match kind.as_str() {
                    "undo" => Acted::Undo,
                    "redo" => Acted::Redo,
                    _ => Acted::Change,
                },
                change: serde_json::from_str(&row.get::<_, String>(3)?)?,
                targets: size(row, 4)?,
                changed: size(row, 5)?,
                key: row.get::<_, Option<i64>>(6)?.map(Key),
            });
        }
        Ok((newest, out))
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Acted, Status};
    use crate::store::testing::{actor, all, apply, at, entry, status, store_of};

    #[test]
    fn what_was_logged_behind_a_row_is_told_with_who_and_on_which_incident() {
        let mut store = store_of((0..3).map(|n| entry(&format!("組織{n}"), "紛失", &format!("本文{n}"))).collect());
        let keys = all(&store);
        apply(&mut store, "kei", status(Status::Open), &keys, 1);
        let (seen, told) = store.logged_behind(None).unwrap();
        assert!(told.is_empty());
        apply(&mut store, "aya", status(Status::Done), &keys[1..2], 2);
        apply(&mut store, "kei", status(Status::New), &keys, 3);
        store.undo(&actor("aya"), at(4)).unwrap();
        let (newest, told) = store.logged_behind(Some(seen)).unwrap();
        let told: Vec<_> = told.iter().map(|h| (h.by.as_str(), h.acted, h.targets, h.key)).collect();
        assert_eq!(
            told,
            [
                ("aya", Acted::Undo, 1, Some(keys[1])),
                ("kei", Acted::Change, 3, None),
                ("aya", Acted::Change, 1, Some(keys[1]))
            ]
        );
        assert_eq!(store.logged_behind(Some(newest)).unwrap(), (newest, Vec::new()));
    }
}
