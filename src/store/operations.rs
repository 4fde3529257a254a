//! Changes triage data: one row of the log and the tables it feeds, in one transaction; undo and redo by the log.
//! Called by `Store::apply`, `undo` and `redo`.

use super::error::StoreError;
use super::number::{int, size};
use super::{documents, import, log, retag, tag_store, targets, told, triage};
use crate::domain::{Actor, Applied, Change, Command, Facts, Field, Key, OpId, StoreId, Tag};
use crate::op;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

/// A row of the log that is about to be written.
struct Entry {
    kind: &'static str,
    /// The change, or what is told beside an undo, as JSON.
    change: Option<String>,
    /// The operation that it cancels.
    cancels: Option<i64>,
    /// The change that it leads back to; its own key where it is one.
    root: Option<i64>,
    targets: usize,
}

/// Whether an analyst may act on an incident again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Often {
    /// As often as they like; what changes nothing is not logged.
    Always,
    /// Once: incidents that the analyst has acted on are left out, and what changes nothing is logged too.
    Once,
    /// As often as they like; the change says that an import brought it.
    Import,
}

/// Applies a change.
pub(super) fn apply(
    connection: &mut Connection,
    store: &StoreId,
    command: &Command,
    (actor, often): (&Actor, Often),
    at: DateTime<Utc>,
) -> Result<Applied, StoreError> {
    refuse_misshapen(&command.change)?;
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut targets = targets::load(&tx, &command.targets)?;
    if often == Often::Once {
        targets -= tx.execute(
            "DELETE FROM temp.targets WHERE id IN (SELECT t.incident FROM operations o
               CROSS JOIN operation_targets t ON t.operation = o.key WHERE o.by = ?1)",
            [&actor.name],
        )?;
    }
    let change = &command.change;
    let unchanged = || Applied { op: None, targets, changed: 0, summary: op::unchanged(change, targets) };
    if targets == 0 && !change.is_of_tags() {
        return Ok(unchanged());
    }
    let mut json = told::with_old_values(&tx, change)?;
    if often == Often::Import {
        import::mark(&mut json);
    }
    let json = json.to_string();
    let entry = Entry { kind: "change", change: Some(json), cancels: None, root: None, targets };
    let (key, id) = append(&tx, store, &entry, actor, at)?;
    targets::write(&tx, key, targets)?;
    let changed = match change {
        Change::Tag { add, remove } => write_tags(&tx, add, remove)?,
        Change::Status { to } => write_status(&tx, to.as_str())?,
        Change::Note { text } if text.trim().is_empty() => 0,
        Change::Note { text } => write_note(&tx, key, text)?,
        Change::Rename { .. } | Change::Delete { .. } => retag::change_tags(&tx, change)?,
        // The others are few at a time: what the log says now is worked out anew.
        _ => triage::refresh_targets(&tx)?,
    };
    let of_tags = change.is_of_tags() && tag_store::refresh_traits(&tx)?;
    if changed == 0 && !of_tags && often != Often::Once {
        tx.rollback()?;
        return Ok(unchanged());
    }
    tx.execute("UPDATE operations SET changed = ?2 WHERE key = ?1", params![key, int(changed)])?;
    tx.commit()?;
    Ok(Applied { op: Some(id), targets, changed, summary: op::summary(change, targets, changed) })
}

/// Refuses a correction whose value could not stand in the record.
fn refuse_misshapen(change: &Change) -> Result<(), StoreError> {
    let Change::Correct { field, value: Some(value) } = change else { return Ok(()) };
    let why = match field {
        Field::Kind if op::kind_of(value).is_none() => format!("{value} is no kind"),
        _ => match Facts::default().set(*field, value) {
            Ok(()) => return Ok(()),
            Err(e) => e.to_string(),
        },
    };
    Err(StoreError::BadValue { field: *field, why })
}

/// Cancels the analyst's newest uncancelled change.
pub(super) fn undo(
    connection: &mut Connection,
    store: &StoreId,
    actor: &Actor,
    at: DateTime<Utc>,
) -> Result<Option<(Applied, Vec<Key>)>, StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let newest = "SELECT key FROM operations WHERE by = ?1 AND kind = 'change' AND cancelled = 0
                  ORDER BY id DESC LIMIT 1";
    let Some(root) = tx.query_row(newest, [&actor.name], |r| r.get(0)).optional()? else { return Ok(None) };
    turn(tx, store, actor, at, ("undo", root, root)).map(Some)
}

/// Cancels the analyst's newest uncancelled undo, unless a change of theirs came after it.
pub(super) fn redo(
    connection: &mut Connection,
    store: &StoreId,
    actor: &Actor,
    at: DateTime<Utc>,
) -> Result<Option<(Applied, Vec<Key>)>, StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let newest = "SELECT u.key, u.root FROM operations u WHERE u.by = ?1 AND u.kind = 'undo' AND u.cancelled = 0
                    AND NOT EXISTS (SELECT 1 FROM operations c WHERE c.by = ?1 AND c.kind = 'change' AND c.id > u.id)
                  ORDER BY u.id DESC LIMIT 1";
    let found = tx.query_row(newest, [&actor.name], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let Some((undo, root)) = found else { return Ok(None) };
    turn(tx, store, actor, at, ("redo", undo, root)).map(Some)
}

/// Writes an undo or redo: (its kind, the operation that it cancels, the change that it leads back to).
fn turn(
    tx: Transaction<'_>,
    store: &StoreId,
    actor: &Actor,
    at: DateTime<Utc>,
    (kind, cancels, root): (&'static str, i64, i64),
) -> Result<(Applied, Vec<Key>), StoreError> {
    let (change, targets, changed_then) = log::change_of(&tx, root)?;
    let left = targets::load_of(&tx, root)?;
    let kept = told::kept(&tx, root, &change)?;
    let beside = kept.clone().map(|kept| log::Beside { kept: Some(kept), ..log::Beside::default() });
    let beside = beside.map(|b| serde_json::to_string(&b)).transpose()?;
    let entry = Entry { kind, change: beside, cancels: Some(cancels), root: Some(root), targets };
    let (key, id) = append(&tx, store, &entry, actor, at)?;
    let cancelled = triage::refresh_cancelled(&tx, root)?;
    let changed = match &change {
        Change::Note { .. } if cancelled => tx.execute("DELETE FROM incident_notes WHERE operation = ?1", [root])?,
        Change::Note { .. } => tx.execute(
            "INSERT OR IGNORE INTO incident_notes (incident, operation) SELECT key, ?1 FROM temp.targets",
            [root],
        )?,
        Change::Tag { add, remove } if left >= targets::BULK && stands_alone(&tx, root, add, remove)? => {
            match cancelled {
                true => write_tags(&tx, &[], &[add.as_slice(), remove].concat())?,
                false => write_tags(&tx, add, remove)?,
            }
        }
        Change::Tag { .. } | Change::Rename { .. } | Change::Delete { .. } => retag::refresh_tags(&tx)?,
        Change::Status { .. } => retag::refresh_status(&tx)?,
        _ => triage::refresh_targets(&tx)?,
    };
    if change.is_of_tags() {
        tag_store::refresh_traits(&tx)?;
    }
    tx.execute("UPDATE operations SET changed = ?2 WHERE key = ?1", params![key, int(changed)])?;
    let keys = tx
        .prepare("SELECT key FROM temp.targets ORDER BY key")?
        .query_map([], |r| r.get(0).map(Key))?
        .collect::<Result<_, _>>()?;
    tx.commit()?;
    let words = op::summary(&change, targets, changed_then);
    let words = if kind == "undo" { op::undone(&words) } else { op::redone(&words) };
    let summary = words + &kept.map(|k| format!("; {k}")).unwrap_or_default();
    Ok((Applied { op: Some(id), targets, changed, summary }, keys))
}

/// Tells whether a bulk change of tags is the only one that has a say in these tags: then its undo is their removal,
/// and its redo the change itself, and the history of every target need not be read.
fn stands_alone(connection: &Connection, root: i64, add: &[Tag], remove: &[Tag]) -> Result<bool, StoreError> {
    let tags: Vec<&Tag> = add.iter().chain(remove).collect();
    Ok(!log::others_name(connection, root, &tags)?)
}

/// Appends a row to the log under an id greater than all others.
fn append(
    connection: &Connection,
    store: &StoreId,
    entry: &Entry,
    actor: &Actor,
    at: DateTime<Utc>,
) -> Result<(i64, OpId), StoreError> {
    let last: Option<String> = connection.query_row("SELECT max(id) FROM operations", [], |r| r.get(0))?;
    let after = last.and_then(|id| OpId(id).clock()).map_or(0, |clock| clock.saturating_add(1));
    let now = u64::try_from(at.timestamp_millis()).unwrap_or(0) << 16;
    let id = OpId::new(now.max(after), store);
    let key: i64 = connection.query_row("SELECT coalesce(max(key), 0) + 1 FROM operations", [], |r| r.get(0))?;
    connection
        .prepare_cached(
            "INSERT INTO operations (key, id, at, by, uid, kind, change, cancels, root, targets, changed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0)",
        )?
        .execute(params![
            key,
            id.0,
            documents::time(at),
            actor.name,
            actor.uid,
            entry.kind,
            entry.change,
            entry.cancels,
            entry.root.unwrap_or(key),
            int(entry.targets),
        ])?;
    Ok((key, id))
}

/// Adds and removes tags on `temp.targets`; removal wins over addition. Counts the incidents that changed.
fn write_tags(connection: &Connection, add: &[Tag], remove: &[Tag]) -> Result<usize, StoreError> {
    let mut acts: Vec<(&Tag, bool)> = add.iter().filter(|t| !remove.contains(t)).map(|t| (t, true)).collect();
    acts.extend(remove.iter().map(|t| (t, false)));
    if let [(tag, on)] = acts.as_slice() {
        return set_tag(connection, triage::tag_key(connection, tag)?, *on);
    }
    // An incident on which two tags change counts once.
    connection.execute("DELETE FROM temp.changed", [])?;
    for (tag, on) in acts {
        let key = triage::tag_key(connection, tag)?;
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO temp.changed SELECT g.key FROM temp.targets g
                 WHERE EXISTS (SELECT 1 FROM tags t WHERE t.incident = g.key AND t.tag = ?1) <> ?2",
            )?
            .execute(params![key, on])?;
        set_tag(connection, key, on)?;
    }
    Ok(connection.query_row("SELECT count(*) FROM temp.changed", [], |r| size(r, 0))?)
}

/// Puts a tag on the incidents of `temp.targets` or takes it off, and counts those that changed.
fn set_tag(connection: &Connection, tag: i64, on: bool) -> Result<usize, StoreError> {
    let sql = match on {
        true => "INSERT OR IGNORE INTO tags (incident, tag) SELECT key, ?1 FROM temp.targets ORDER BY key",
        false => "DELETE FROM tags WHERE tag = ?1 AND incident IN (SELECT key FROM temp.targets)",
    };
    Ok(connection.prepare_cached(sql)?.execute([tag])?)
}

fn write_status(connection: &Connection, status: &str) -> Result<usize, StoreError> {
    let sql = "UPDATE incidents SET status = ?1 WHERE status <> ?1 AND key IN (SELECT key FROM temp.targets)";
    Ok(connection.execute(sql, [status])?)
}

fn write_note(connection: &Connection, operation: i64, text: &str) -> Result<usize, StoreError> {
    triage::write_note(connection, operation, text)?;
    let sql = "INSERT INTO incident_notes (incident, operation) SELECT key, ?1 FROM temp.targets ORDER BY key";
    Ok(connection.execute(sql, [operation])?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{IncidentId, Operation, Status};
    use crate::store::testing::{actor, all, apply, at, entry, note, status, store_of, tags};
    use crate::store::{LogFilter, Store};

    fn five() -> Store {
        store_of((0..5).map(|n| entry(&format!("組織{n}"), &format!("件名{n}"), &format!("本文その{n}"))).collect())
    }

    fn tags_of(store: &Store, key: Key) -> Vec<String> {
        store.rows(&[key]).unwrap()[0].tags.iter().map(ToString::to_string).collect()
    }

    fn log(store: &Store) -> Vec<Operation> {
        store.log(&LogFilter::default()).unwrap()
    }

    #[test]
    fn a_change_is_logged_with_its_frozen_targets_and_words() {
        let mut store = five();
        let keys = all(&store);
        let done = apply(&mut store, "kei", tags(&["+supply/若宮印刷"]), &keys[..3], 1);
        assert_eq!((done.targets, done.changed), (3, 3));
        assert_eq!(done.summary, "tagged 3 incidents supply/若宮印刷");
        apply(&mut store, "aya", status(Status::Open), &keys[2..], 2);
        let log = log(&store);
        assert_eq!(log.len(), 2);
        assert_eq!(log[1].id, done.op.unwrap());
        assert_eq!(log[1].incidents.len(), 3);
        assert_eq!((log[1].by.as_str(), log[1].uid, log[1].at.as_str()), ("kei", 1000, "2024-07-01T00:00:01.000Z"));
        assert_eq!(log[0].summary, "status open on 3 incidents");
        assert_eq!(tags_of(&store, keys[0]), ["supply/若宮印刷"]);
        assert_eq!(store.rows(&[keys[4]]).unwrap()[0].status, Status::Open);
        let of = |keys: Option<Vec<Key>>, by: Option<&str>, limit| {
            let by = by.map(Into::into);
            store.log(&LogFilter { keys, by, limit, ..LogFilter::default() }).unwrap().len()
        };
        assert_eq!(of(Some(vec![keys[0]]), None, None), 1);
        assert_eq!(of(Some(vec![keys[2]]), None, None), 2);
        assert_eq!(of(Some(vec![keys[2]]), Some("aya"), None), 1);
        assert_eq!(of(Some(Vec::new()), None, None), 0);
        assert_eq!(of(None, None, Some(1)), 1);
    }

    #[test]
    fn what_changes_nothing_is_not_logged() {
        let mut store = five();
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+x"]), &keys, 1);
        for change in [tags(&["+x"]), tags(&["-y"]), tags(&["+z", "-z"]), status(Status::New), note(" \n")] {
            let done = apply(&mut store, "kei", change.clone(), &keys, 2);
            assert_eq!((done.op, done.changed), (None, 0), "{change:?}");
        }
        for (field, value) in [(Field::Kind, "odd"), (Field::Affected, "many")] {
            let change = Change::Correct { field, value: Some(value.into()) };
            let wrong = store.apply(&Command { change, targets: store.ids(&keys).unwrap() }, &actor("kei"), at(2));
            assert!(matches!(wrong, Err(StoreError::BadValue { field: f, .. }) if f == field), "{wrong:?}");
        }
        let unknown = Command { change: tags(&["+x"]), targets: vec![IncidentId("000000000000".into())] };
        assert_eq!(store.apply(&unknown, &actor("kei"), at(3)).unwrap().targets, 0);
        assert_eq!(log(&store).len(), 1);
        let twice = [keys[0], keys[0]];
        assert_eq!(apply(&mut store, "kei", tags(&["-x"]), &twice, 4).changed, 1);
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn undo_and_redo_go_step_by_step_and_stop_at_a_new_change() {
        let mut store = five();
        let keys = all(&store);
        let kei = actor("kei");
        assert_eq!(store.undo(&kei, at(1)).unwrap(), None);
        apply(&mut store, "kei", tags(&["+a"]), &keys[..2], 1);
        apply(&mut store, "kei", note("続報待ち"), &keys[..1], 2);
        let (undone, of) = store.undo(&kei, at(3)).unwrap().unwrap();
        assert_eq!((undone.summary.as_str(), undone.changed), ("undid: noted 1 incident", 1));
        assert_eq!(of, &keys[..1]);
        assert!(store.record(keys[0]).unwrap().triage.notes.is_empty());
        assert_eq!(store.undo(&kei, at(4)).unwrap().unwrap().0.summary, "undid: tagged 2 incidents a");
        assert_eq!(tags_of(&store, keys[0]), Vec::<String>::new());
        assert_eq!(store.undo(&kei, at(5)).unwrap(), None);
        assert_eq!(store.redo(&kei, at(6)).unwrap().unwrap().0.summary, "redid: tagged 2 incidents a");
        assert_eq!(tags_of(&store, keys[1]), ["a"]);
        assert_eq!(store.redo(&kei, at(7)).unwrap().unwrap().0.changed, 1);
        assert_eq!(store.record(keys[0]).unwrap().triage.notes[0].by, "kei");
        assert_eq!(store.redo(&kei, at(8)).unwrap(), None);
        // A new change ends what can be redone.
        store.undo(&kei, at(9)).unwrap().unwrap();
        apply(&mut store, "aya", tags(&["+b"]), &keys, 10);
        apply(&mut store, "kei", tags(&["+c"]), &keys, 11);
        assert_eq!(store.redo(&kei, at(12)).unwrap(), None);
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
        let kinds: Vec<bool> = log(&store).iter().map(|o| o.cancelled).collect();
        assert_eq!(kinds.len(), 9);
    }

    #[test]
    fn undo_leaves_what_another_did_later() {
        let mut store = five();
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+x"]), &keys[..1], 1);
        apply(&mut store, "kei", status(Status::Open), &keys, 2);
        apply(&mut store, "aya", tags(&["+x", "+y"]), &keys[..2], 3);
        apply(&mut store, "aya", status(Status::Done), &keys[..1], 4);
        store.undo(&actor("kei"), at(5)).unwrap().unwrap();
        store.undo(&actor("kei"), at(6)).unwrap().unwrap();
        assert_eq!(tags_of(&store, keys[0]), ["x", "y"]);
        let rows = store.rows(&keys).unwrap();
        assert_eq!((rows[0].status, rows[1].status), (Status::Done, Status::New));
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn ids_go_up_even_when_the_clock_goes_back() {
        let mut store = five();
        let keys = all(&store);
        let first = apply(&mut store, "kei", tags(&["+a"]), &keys, 50).op.unwrap();
        let second = apply(&mut store, "kei", tags(&["+b"]), &keys, 10).op.unwrap();
        assert!(first < second);
        assert_eq!(store.undo(&actor("kei"), at(0)).unwrap().unwrap().0.summary, "undid: tagged 5 incidents b");
    }

    #[test]
    fn twenty_thousand_are_tagged_and_brought_back_as_one() {
        let entries = (0..20_000).map(|n| entry(&format!("組織{n}"), "件名", "本文")).collect();
        let mut store = store_of(entries);
        let keys = all(&store);
        apply(&mut store, "aya", tags(&["+old"]), &keys[..3], 1);
        let done = apply(&mut store, "kei", tags(&["+bulk", "-old"]), &keys, 2);
        assert_eq!((done.targets, done.changed), (20_000, 20_000));
        assert_eq!(store.tag_counts(&keys[..7]).unwrap()[0].on_targets, 7);
        assert_eq!(log(&store)[0].incidents.len(), 20_000);
        let (undone, of) = store.undo(&actor("kei"), at(3)).unwrap().unwrap();
        assert_eq!((undone.changed, of.len()), (20_000, 20_000));
        let left = store.tag_counts(&[]).unwrap();
        assert_eq!((left.len(), left[0].tag.as_str(), left[0].total), (1, "old", 3));
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn two_connections_see_each_others_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut one = Store::open(&path).unwrap();
        let two = Store::open(&path).unwrap();
        let (parsed, raw) = crate::store::testing::document("d.txt", vec![entry("青葉市", "紛失", "本文")]);
        let before = two.data_version().unwrap();
        one.ingest(&crate::store::testing::ready(&parsed), &raw, at(0)).unwrap();
        let keys = all(&two);
        apply(&mut one, "kei", tags(&["+seen"]), &keys, 1);
        assert_ne!(two.data_version().unwrap(), before);
        assert_eq!(tags_of(&two, keys[0]), ["seen"]);
        // Undo works after a restart.
        drop((one, two));
        let mut again = Store::open_existing(&path).unwrap();
        assert!(again.undo(&actor("kei"), at(2)).unwrap().is_some());
        assert_eq!(tags_of(&again, keys[0]), Vec::<String>::new());
    }
}
