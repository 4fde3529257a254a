//! Reads incidents for lists, panes and exports, resolves ids, counts. Called by `Store`; changes nothing.

use super::error::StoreError;
use super::links::Links;
use super::number::{array, int, size};
use super::{facts, triage};
use crate::domain::protocol::TagCount;
use crate::domain::{Exposure, IncidentId, Key, Kind, ListRow, Record, Source, Span, Status, Tag, Triage};
use rusqlite::{Connection, OptionalExtension, Row};

/// How much a case book holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Ingested files.
    pub documents: usize,
    /// Incidents of any kind.
    pub incidents: usize,
    /// Rows of the operation log.
    pub operations: usize,
}

/// Most ids that an error about an ambiguous one names.
const CANDIDATES: usize = 8;

/// The kind of a stored name.
pub(super) fn kind(name: &str) -> Result<Kind, StoreError> {
    Kind::from_name(name).ok_or_else(|| StoreError::corrupt(format!("`{name}` is no kind")))
}

/// The status of a stored name.
pub(super) fn status(name: &str) -> Result<Status, StoreError> {
    Status::from_name(name).ok_or_else(|| StoreError::corrupt(format!("`{name}` is no status")))
}

/// Rows of the list; read within the transaction that is open already, if there is one.
pub(super) fn rows(connection: &Connection, keys: &[Key]) -> Result<Vec<ListRow>, StoreError> {
    if !connection.is_autocommit() {
        return rows_within(connection, keys);
    }
    rows_within(&*connection.unchecked_transaction()?, keys)
}

/// Rows of the list, read within the transaction that the caller holds.
pub(super) fn rows_within(connection: &Connection, keys: &[Key]) -> Result<Vec<ListRow>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT id, kind, status, published, case_no, affected, action, org, title,
                (SELECT value ->> '$' FROM facts WHERE incident = incidents.key AND field = 'third_party'),
                (SELECT value ->> '$' FROM facts WHERE incident = incidents.key AND field = 'gang'),
                EXISTS (SELECT 1 FROM incident_notes WHERE incident = incidents.key),
                EXISTS (SELECT 1 FROM warnings WHERE incident = incidents.key),
                exposure
         FROM incidents WHERE key = ?1",
    )?;
    let mut out = Vec::with_capacity(keys.len());
    for key in keys {
        let mut found = select.query([key.0])?;
        if let Some(row) = found.next()? {
            out.push(list_row(connection, *key, row)?);
        }
    }
    Ok(out)
}

fn list_row(connection: &Connection, key: Key, row: &Row<'_>) -> Result<ListRow, StoreError> {
    let published: Option<String> = row.get(3)?;
    let published = published.map(|d| d.parse().map_err(|_| StoreError::corrupt(format!("`{d}` is no day"))));
    let affected: Option<String> = row.get(5)?;
    Ok(ListRow {
        key,
        id: IncidentId(row.get(0)?),
        kind: kind(&row.get::<_, String>(1)?)?,
        status: status(&row.get::<_, String>(2)?)?,
        published: published.transpose()?,
        case_no: row.get(4)?,
        affected: affected.map(|a| serde_json::from_str(&a)).transpose()?,
        action: row.get(6)?,
        org: row.get(7)?,
        title: row.get(8)?,
        tags: tags(connection, key.0)?,
        third_party: row.get(9)?,
        exposure: row.get::<_, Option<String>>(13)?.as_deref().and_then(Exposure::from_name),
        gang: row.get(10)?,
        noted: row.get(11)?,
        warned: row.get(12)?,
    })
}

/// The sorted tags of an incident.
pub(super) fn tags(connection: &Connection, key: i64) -> Result<Vec<Tag>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT n.tag FROM tags t JOIN tag_names n ON n.key = t.tag WHERE t.incident = ?1 ORDER BY n.tag",
    )?;
    let names = select.query_map([key], |r| r.get::<_, String>(0))?;
    names.map(|n| triage::tag(&n?)).collect()
}

/// One incident whole, if it exists.
pub(super) fn record(connection: &Connection, key: Key) -> Result<Option<Record>, StoreError> {
    record_within(&*connection.unchecked_transaction()?, key, &mut Links::default())
}

/// One incident whole, if it exists, read within the transaction that its caller holds, with what it remembers of links.
pub(super) fn record_within(tx: &Connection, key: Key, links: &mut Links) -> Result<Option<Record>, StoreError> {
    let mut select = tx.prepare_cached(
        "SELECT i.id, i.kind, i.status, d.path, i.line, i.url, i.label, d.sha256, i.byte_start, i.byte_end, t.text
         FROM incidents i JOIN documents d ON d.key = i.document JOIN texts t ON t.incident = i.key
         WHERE i.key = ?1",
    )?;
    let mut found = select.query([key.0])?;
    let Some(row) = found.next()? else { return Ok(None) };
    let links = links.of(tx, key.0)?;
    let id = IncidentId(row.get(0)?);
    let (facts, parsed) = facts::read_all(tx, key.0)?;
    let triage = Triage {
        tags: tags(tx, key.0)?,
        status: status(&row.get::<_, String>(2)?)?,
        notes: triage::notes(tx, key.0)?,
        by: triage::by(tx, &id)?,
        ..triage::judged(tx, key.0, parsed)?
    };
    Ok(Some(Record {
        id,
        kind: kind(&row.get::<_, String>(1)?)?,
        source: Source {
            path: row.get(3)?,
            line: size(row, 4)?,
            url: row.get(5)?,
            label: row.get(6)?,
            sha256: row.get(7)?,
            bytes: Span::new(size(row, 8)?, size(row, 9)?),
        },
        text: row.get(10)?,
        case: links.case,
        facts,
        related: links.related,
        related_total: links.total,
        triage,
    }))
}

/// The incident of an id or of a unique beginning of one.
pub(super) fn key_of(connection: &Connection, id: &str) -> Result<Key, StoreError> {
    let asked = id.trim().to_ascii_lowercase();
    let missing = || StoreError::NotFound { id: id.to_owned() };
    if !IncidentId::is_prefix_form(&asked) {
        return Err(missing());
    }
    // `{` comes after every letter of an id.
    let mut select =
        connection.prepare_cached("SELECT key, id FROM incidents WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT ?3")?;
    let found: Vec<(i64, String)> = select
        .query_map((&asked, format!("{asked}{{"), int(CANDIDATES)), |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<Result<_, _>>()?;
    match found.as_slice() {
        [] => Err(missing()),
        [(key, _)] => Ok(Key(*key)),
        several => Err(StoreError::Ambiguous {
            id: id.to_owned(),
            candidates: several.iter().map(|(_, id)| IncidentId(id.clone())).collect(),
        }),
    }
}

/// The ids of incidents, unknown keys left out.
pub(super) fn ids(connection: &Connection, keys: &[Key]) -> Result<Vec<IncidentId>, StoreError> {
    let mut select = connection.prepare_cached("SELECT id FROM incidents WHERE key = ?1")?;
    let one = |key: &Key| select.query_row([key.0], |r| r.get(0).map(IncidentId)).optional().transpose();
    Ok(keys.iter().filter_map(one).collect::<Result<_, _>>()?)
}

/// The keys of incidents, unknown ids left out.
pub(super) fn keys(connection: &Connection, ids: &[IncidentId]) -> Result<Vec<Key>, StoreError> {
    let mut select = connection.prepare_cached("SELECT key FROM incidents WHERE id = ?1")?;
    let one = |id: &IncidentId| select.query_row([id.as_str()], |r| r.get(0).map(Key)).optional().transpose();
    Ok(ids.iter().filter_map(one).collect::<Result<_, _>>()?)
}

/// Every tag in use, counted in the store and on the given incidents.
pub(super) fn tag_counts(connection: &Connection, keys: &[Key]) -> Result<Vec<TagCount>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT n.tag, c.total, coalesce(o.on_targets, 0)
         FROM (SELECT tag, count(*) AS total FROM tags GROUP BY tag) c
         JOIN tag_names n ON n.key = c.tag
         LEFT JOIN (SELECT tag, count(*) AS on_targets FROM tags WHERE incident IN rarray(?1) GROUP BY tag) o
           ON o.tag = c.tag
         ORDER BY c.total DESC, n.tag",
    )?;
    let mut rows = select.query([array(keys.iter().map(|k| k.0))])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let tag = triage::tag(&row.get::<_, String>(0)?)?;
        out.push(TagCount { tag, total: size(row, 1)?, on_targets: size(row, 2)? });
    }
    Ok(out)
}

/// How much the case book holds.
pub(super) fn counts(connection: &Connection) -> Result<Counts, StoreError> {
    Ok(connection.query_row(
        "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM incidents), (SELECT count(*) FROM operations)",
        [],
        |r| Ok(Counts { documents: size(r, 0)?, incidents: size(r, 1)?, operations: size(r, 2)? }),
    )?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{all, apply, document, entry, store_of, tags};
    use crate::store::{Store, testing};

    fn three() -> Store {
        store_of((0..3).map(|n| entry(&format!("組織{n}"), "件名", &format!("本文{n}"))).collect())
    }

    #[test]
    fn answers_come_in_the_order_asked_without_the_unknown() {
        let store = three();
        let keys = all(&store);
        let asked = [keys[2], Key(999), keys[0]];
        let rows: Vec<Key> = store.rows(&asked).unwrap().iter().map(|r| r.key).collect();
        assert_eq!(rows, [keys[2], keys[0]]);
        let ids = store.ids(&asked).unwrap();
        assert_eq!(store.keys(&ids).unwrap(), [keys[2], keys[0]]);
        assert_eq!(store.keys(&[IncidentId("nothing".into())]).unwrap(), []);
        let mut seen = Vec::new();
        let mut each = |r: Record| -> Result<(), StoreError> {
            seen.push(r.id);
            Ok(())
        };
        store.each_record(&asked, &mut each).unwrap();
        assert_eq!(seen, ids);
        assert!(matches!(store.record(Key(999)), Err(StoreError::NotFound { .. })));
        let stop: Result<(), StoreError> = store.each_record(&asked, &mut |_| Err(StoreError::TooDeep));
        assert!(matches!(stop, Err(StoreError::TooDeep)));
    }

    #[test]
    fn tags_are_counted_most_used_first_then_by_name() {
        let mut store = three();
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+b", "+a"]), &keys[..2], 1);
        apply(&mut store, "kei", tags(&["+z"]), &keys, 2);
        apply(&mut store, "kei", tags(&["+gone"]), &keys, 3);
        apply(&mut store, "kei", tags(&["-gone"]), &keys, 4);
        let counts = store.tag_counts(&keys[1..]).unwrap();
        let counts: Vec<_> = counts.iter().map(|c| (c.tag.as_str(), c.total, c.on_targets)).collect();
        assert_eq!(counts, [("z", 3, 2), ("a", 2, 1), ("b", 2, 1)]);
    }

    #[test]
    fn a_full_disk_and_a_lock_are_told_apart_and_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut store = Store::open(&path).unwrap();
        let body = "本文".repeat(5_000);
        let (parsed, raw) = document("d", (0..50).map(|n| entry(&format!("組織{n}"), "件名", &body)).collect());
        store.connection.pragma_update(None, "max_page_count", 1).unwrap();
        let full = store.ingest(&testing::ready(&parsed), &raw, testing::at(1)).unwrap_err();
        assert!(matches!(&full, StoreError::Full { path: p } if *p == path), "{full}");
        assert_eq!(store.counts().unwrap(), Counts::default());
        store.connection.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        let other = Store::open(&path).unwrap();
        other.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        store.connection.busy_timeout(std::time::Duration::ZERO).unwrap();
        let locked = store.ingest(&testing::ready(&parsed), &raw, testing::at(1)).unwrap_err();
        assert!(matches!(&locked, StoreError::Locked { path: p } if *p == path), "{locked}");
        other.connection.execute_batch("ROLLBACK").unwrap();
        assert_eq!(store.ingest(&testing::ready(&parsed), &raw, testing::at(1)).unwrap().new, 50);
    }
}
