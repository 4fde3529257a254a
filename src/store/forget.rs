//! Erases a document for good: its bytes, its incidents' texts, facts and events, and with them every page that held
//! them. What stays is a tombstone, and what the log says. Called by `Store::forget`; `ingest` asks it whether a
//! document was forgotten.

use super::Store;
use super::backup::{self, folder_of};
use super::documents::time;
use super::error::StoreError;
use super::index;
use super::number::{int, size};
use crate::domain::{Actor, DocumentMeta};
use crate::text::hex;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Fewest characters of a SHA-256 that name a document.
const PREFIX: usize = 6;
/// Most documents that an error about an ambiguous name lists.
const CANDIDATES: usize = 10;

/// A document as listings show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentInfo {
    /// Its number in this case book.
    pub key: i64,
    /// The path as it was given.
    pub path: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// When it was taken in, RFC 3339 in UTC.
    pub at: String,
    /// Bytes.
    pub bytes: usize,
    /// Its incidents of any kind.
    pub incidents: usize,
}

impl DocumentInfo {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get(0)?,
            path: row.get(1)?,
            sha256: row.get(2)?,
            at: row.get(3)?,
            bytes: size(row, 4)?,
            incidents: size(row, 5)?,
        })
    }

    /// One line: number, time, SHA-256, incidents, path.
    pub fn line(&self) -> String {
        let sha = self.sha256.get(..12).unwrap_or(&self.sha256);
        format!("{}  {}  {sha}  {} incidents  {}", self.key, self.at, self.incidents, self.path)
    }
}

/// What was forgotten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Incidents that are gone.
    pub incidents: usize,
    /// Operations that still hold a note or a corrected value on nothing but forgotten incidents.
    pub remarks: usize,
    /// Why old pages may still hold the text, where they may; `jikenbo db compact` wipes them.
    pub pages: Option<String>,
    /// Copies of the case book beside it, which hold the text as before.
    pub copies: Vec<PathBuf>,
}

const COLUMNS: &str = "SELECT key, path, sha256, ingested_at, length(raw),
    (SELECT count(*) FROM incidents WHERE document = documents.key) FROM documents";

/// Every document, in the order in which they were first taken in.
pub(super) fn documents(connection: &Connection) -> Result<Vec<DocumentInfo>, StoreError> {
    let mut select = connection.prepare(&format!("{COLUMNS} ORDER BY key"))?;
    let rows = select.query_map([], DocumentInfo::from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The document that a path, a number or the beginning of a SHA-256 means.
pub(super) fn find(connection: &Connection, asked: &str) -> Result<DocumentInfo, StoreError> {
    let real = fs::canonicalize(asked).map_or_else(|_| asked.to_owned(), |p| p.display().to_string());
    let number = asked.strip_prefix('#').unwrap_or(asked).parse::<i64>().ok();
    let lower = asked.to_ascii_lowercase();
    let hash = (lower.len() >= PREFIX && lower.bytes().all(|b| b.is_ascii_hexdigit())).then_some(lower);
    let mut select = connection.prepare(&format!(
        "{COLUMNS} WHERE path = ?1 OR path = ?2 OR key = ?3 OR (?4 IS NOT NULL AND substr(sha256, 1, length(?4)) = ?4)
         ORDER BY key LIMIT ?5"
    ))?;
    let rows = select.query_map(params![asked, real, number, hash, int(CANDIDATES)], DocumentInfo::from_row)?;
    let mut found: Vec<DocumentInfo> = rows.collect::<Result<_, _>>()?;
    match found.len() {
        0 => Err(StoreError::NoDocument { asked: asked.to_owned() }),
        1 => Ok(found.remove(0)),
        _ => {
            let candidates = found.iter().map(DocumentInfo::line).collect();
            Err(StoreError::AmbiguousDocument { asked: asked.to_owned(), candidates })
        }
    }
}

/// Refuses the bytes of a document that was forgotten.
pub(super) fn refuse_forgotten(connection: &Connection, meta: &DocumentMeta) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached("SELECT at, by FROM tombstones WHERE sha256 = ?1")?;
    let found = select.query_row([&meta.sha256], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    match found {
        None => Ok(()),
        Some((at, by)) => Err(StoreError::Forgotten { document: meta.path.clone(), at, by }),
    }
}

/// Forgets a document. Everything that goes, goes in one transaction; then the pages are wiped, and where that fails
/// the document is forgotten all the same.
pub(super) fn forget(
    store: &mut Store,
    key: i64,
    actor: &Actor,
    at: DateTime<Utc>,
    with_notes: bool,
) -> Result<Forgotten, StoreError> {
    store.connection.pragma_update(None, "secure_delete", "ON")?;
    let tx = store.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let known = tx.query_row("SELECT count(*) FROM documents WHERE key = ?1", [key], |r| r.get::<_, i64>(0))?;
    if known == 0 {
        return Err(StoreError::NoDocument { asked: key.to_string() });
    }
    bury(&tx, key, actor, at)?;
    let incidents = tx.query_row("SELECT count(*) FROM incidents WHERE document = ?1", [key], |r| size(r, 0))?;
    tx.execute("DELETE FROM documents WHERE key = ?1", [key])?;
    scrub(&tx, with_notes)?;
    index::disown(&tx)?;
    let remarks =
        tx.query_row(&format!("SELECT count(*) FROM operations WHERE {REMARK} AND {ONLY_ERASED}"), [], |r| size(r, 0))?;
    tx.commit()?;
    let pages = match store.remove_index().and_then(|()| backup::compact(store)) {
        Ok(done) => done.others.then(|| "others are reading the case book".to_owned()),
        Err(e) => Some(e.at(&store.path).to_string()),
    };
    Ok(Forgotten { incidents, remarks, pages, copies: copies(&store.path) })
}

/// The versions that led to the one that document ?1 is now.
const LINE: &str = "WITH RECURSIVE line (sha256) AS (
      SELECT sha256 FROM documents WHERE key = ?1
      UNION SELECT l.earlier FROM lineage l JOIN line ON l.later = line.sha256)";

/// Puts down that a document and its earlier versions are forgotten, and what merging has to know of them.
fn bury(tx: &Transaction<'_>, key: i64, actor: &Actor, at: DateTime<Utc>) -> Result<(), StoreError> {
    tx.execute("INSERT OR IGNORE INTO versions SELECT sha256, path, ingested_at FROM documents WHERE key = ?1", [key])?;
    tx.execute(
        "INSERT OR IGNORE INTO entries
         SELECT d.sha256, (SELECT count(*) + sum(byte_start) FROM incidents WHERE document = d.key AND gone = 0),
           i.byte_start, i.lines_hash, coalesce(i.body_hash, 0), coalesce(i.head_hash, 0),
           coalesce(b.sha256, d.sha256), coalesce(b.pos, i.byte_start)
         FROM documents d JOIN incidents i ON i.document = d.key LEFT JOIN births b ON b.incident = i.key
         WHERE d.key = ?1 AND i.gone = 0",
        [key],
    )?;
    for sql in [
        "INSERT OR IGNORE INTO claims (sha256, pos, id)
         SELECT coalesce(b.sha256, d.sha256), coalesce(b.pos, i.byte_start), i.id
         FROM documents d JOIN incidents i ON i.document = d.key LEFT JOIN births b ON b.incident = i.key
         WHERE d.key = ?1 AND NOT EXISTS (SELECT 1 FROM claims c
           WHERE c.sha256 = coalesce(b.sha256, d.sha256) AND c.pos = coalesce(b.pos, i.byte_start))",
        "INSERT OR IGNORE INTO erased (id, sha256, pos)
         SELECT i.id, coalesce(b.sha256, d.sha256), coalesce(b.pos, i.byte_start)
         FROM documents d JOIN incidents i ON i.document = d.key LEFT JOIN births b ON b.incident = i.key
         WHERE d.key = ?1",
    ] {
        tx.execute(sql, [key])?;
    }
    tx.execute(
        &format!("INSERT OR IGNORE INTO tombstones {LINE} SELECT sha256, ?2, ?3, ?4 FROM line"),
        params![key, time(at), actor.name, actor.uid],
    )?;
    tx.execute("DELETE FROM attic WHERE sha256 IN (SELECT sha256 FROM tombstones)", [])?;
    hide_paths(tx)
}

/// An operation whose change concerned forgotten incidents and no other.
const ONLY_ERASED: &str = "root IN (SELECT operation FROM operation_targets WHERE incident IN (SELECT id FROM erased)
      EXCEPT SELECT operation FROM operation_targets WHERE incident NOT IN (SELECT id FROM erased))";

/// A change that holds words of an analyst.
const REMARK: &str = "(change ->> 'kind' = 'note' AND change ->> 'text' <> ''
      OR change ->> 'kind' = 'correct' AND change ->> 'value' IS NOT NULL)";

/// Takes out of the log the parser's values that operations on forgotten incidents replaced, and with `remarks` also
/// the notes and the corrected values. Marks each such change, so that a merge knows which of two to keep.
pub(super) fn scrub(tx: &Connection, remarks: bool) -> Result<(), StoreError> {
    tx.execute(
        &format!(
            "UPDATE operations SET change = json_set(json_remove(change, '$.was', '$.kept'), '$.erased', json('true'))
             WHERE (change ->> 'was' IS NOT NULL OR change ->> 'kept' IS NOT NULL) AND {ONLY_ERASED}"
        ),
        [],
    )?;
    if remarks {
        tx.execute(
            &format!(
                "UPDATE operations SET change = json_set(change, '$.erased', json('true'),
                   iif(change ->> 'kind' = 'note', '$.text', '$.value'),
                   json(iif(change ->> 'kind' = 'note', '\"\"', 'null')))
                 WHERE {REMARK} AND {ONLY_ERASED}"
            ),
            [],
        )?;
        tx.execute(
            "UPDATE notes SET text = '', folded = '' WHERE text <> '' AND operation IN
               (SELECT key FROM operations WHERE change ->> 'kind' = 'note' AND change ->> 'text' = '')",
            [],
        )?;
    }
    Ok(())
}

/// Leaves of the paths of forgotten documents only what tells equal ones.
pub(super) fn hide_paths(connection: &Connection) -> Result<(), StoreError> {
    let mut select = connection.prepare(
        "SELECT sha256, path, at FROM versions WHERE path <> '-' AND path NOT LIKE 'sha256:%'
           AND sha256 IN (SELECT sha256 FROM tombstones)",
    )?;
    let rows = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    let rows: Vec<(String, String, String)> = rows.collect::<Result<_, _>>()?;
    for (sha, path, at) in rows {
        connection.execute("DELETE FROM versions WHERE sha256 = ?1 AND path = ?2 AND at = ?3", [&sha, &path, &at])?;
        connection.execute("INSERT OR IGNORE INTO versions VALUES (?1, ?2, ?3)", [&sha, &hidden(&path), &at])?;
    }
    Ok(())
}

/// A path as its hash; one that is hidden already, and standard input, as they are.
pub(super) fn hidden(path: &str) -> String {
    if path == "-" || path.starts_with("sha256:") {
        return path.to_owned();
    }
    let digest: [u8; 32] = Sha256::digest(path.as_bytes()).into();
    format!("sha256:{}", hex(digest))
}

/// Copies of the case book that lie beside it under its name: of migrations and restores.
fn copies(path: &Path) -> Vec<PathBuf> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_copy = |p: &PathBuf| {
        let rest = p.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_prefix(&name));
        rest.is_some_and(|r| r.starts_with(".bak-v") || r.starts_with(".before-restore-"))
    };
    let entries = fs::read_dir(folder_of(path)).into_iter().flatten().filter_map(Result::ok);
    let mut out: Vec<PathBuf> = entries.map(|e| e.path()).filter(is_copy).collect();
    out.sort();
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Ingested;
    use crate::store::Outcome;
    use crate::store::testing::{actor, all, apply, at, document, entry, note, ready, tags};

    fn ingest(store: &mut Store, path: &str, words: &[&str], n: u32) -> Result<Ingested, StoreError> {
        let entries =
            words.iter().map(|w| entry(w, &format!("{w}の件名"), &format!("{w}の本文。").repeat(40))).collect();
        let (parsed, raw) = document(path, entries);
        store.ingest(&ready(&parsed), &raw, at(n))
    }

    /// How often a text occurs in the files of a folder.
    fn occurrences(folder: &Path, text: &str) -> Vec<String> {
        let files = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
        let holds = |p: &PathBuf| {
            let bytes = fs::read(p).unwrap();
            memchr::memmem::find(&bytes, text.as_bytes()).is_some()
        };
        let mut out: Vec<_> =
            files.filter(holds).map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect();
        out.sort();
        out
    }

    #[test]
    fn nothing_of_a_forgotten_document_is_left_in_any_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut store = Store::open(&path).unwrap();
        // The first version holds a word that the second one does not.
        ingest(&mut store, "/nowhere/秘密の置き場.txt", &["白樺銀行", "若宮印刷", "旧版組合"], 1).unwrap();
        ingest(&mut store, "/nowhere/other.txt", &["北浜大学", "東雲病院"], 1).unwrap();
        let second = ingest(&mut store, "/nowhere/秘密の置き場.txt", &["白樺銀行", "若宮印刷", "新版組合"], 2).unwrap();
        assert_eq!(second.outcome, Outcome::Updated);
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+残るタグ"]), &keys[..1], 3);
        apply(&mut store, "kei", note("白樺さんに電話"), &keys[..1], 4);
        apply(&mut store, "kei", note("両方の件"), &keys, 5);
        let words = ["白樺銀行", "旧版組合の本文", "新版組合の本文", "秘密の置き場"];
        for word in words {
            assert!(!occurrences(folder.path(), word).is_empty(), "{word}");
        }
        let asked = store.find_document("/nowhere/秘密の置き場.txt").unwrap();
        let done = store.forget(asked.key, &actor("kei"), at(9), false).unwrap();
        assert_eq!((done.incidents, done.remarks, &done.pages, done.copies.len()), (3, 1, &None, 0));
        for word in words {
            assert_eq!(occurrences(folder.path(), word), Vec::<String>::new(), "{word}");
        }
        assert_eq!(all(&store).len(), 2);
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
        // The log keeps who did what, and the analyst's own words.
        let log = store.log(&crate::store::LogFilter::default()).unwrap();
        assert_eq!(log.len(), 3);
        assert_eq!(log[2].summary, "tagged 1 incident 残るタグ");
        assert!(!occurrences(folder.path(), "白樺さん").is_empty());
        // Its bytes, of either version, never come back; other documents do.
        for old in ["旧版組合", "新版組合"] {
            let error = ingest(&mut store, "/elsewhere/copy.txt", &["白樺銀行", "若宮印刷", old], 10).unwrap_err();
            let message = error.to_string();
            assert!(
                message.contains("copy.txt: was forgotten on 2024-07-01") && message.contains("by kei"),
                "{message}"
            );
        }
        // What has the same first lines is another incident: the log's words are not about it.
        let again = ingest(&mut store, "/nowhere/秘密の置き場.txt", &["白樺銀行"], 11).unwrap();
        assert_eq!((again.outcome, again.new), (Outcome::New, 1));
        let anew = store.record(*all(&store).last().unwrap()).unwrap();
        assert!(anew.triage.tags.is_empty() && log.iter().all(|o| !o.incidents.contains(&anew.id)));
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
        assert!(store.undo(&actor("kei"), at(12)).unwrap().is_some());
    }

    #[test]
    fn notes_go_too_where_that_is_asked_and_readers_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut store = Store::open(&path).unwrap();
        ingest(&mut store, "/nowhere/a.txt", &["白樺銀行"], 1).unwrap();
        ingest(&mut store, "/nowhere/b.txt", &["北浜大学"], 1).unwrap();
        let keys = all(&store);
        apply(&mut store, "kei", note("白樺さんに電話"), &keys[..1], 4);
        apply(&mut store, "kei", note("両方の件"), &keys, 5);
        fs::write(folder.path().join("cases.db.bak-v1"), "old").unwrap();
        let reader = Store::open(&path).unwrap();
        let held = reader.connection.unchecked_transaction().unwrap();
        assert_eq!(reader.counts().unwrap().incidents, 2);
        let key = store.find_document("a.txt").map(|d| d.key).unwrap_or(1);
        let done = store.forget(key, &actor("kei"), at(9), true).unwrap();
        assert_eq!((done.incidents, done.remarks), (1, 0));
        assert!(done.pages.is_some());
        assert_eq!(done.copies, [folder.path().join("cases.db.bak-v1")]);
        drop(held);
        store.compact().unwrap();
        assert_eq!(occurrences(folder.path(), "白樺"), Vec::<String>::new());
        let left = store.record(all(&store)[0]).unwrap();
        assert_eq!(left.triage.notes[0].text, "両方の件");
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn a_document_is_found_by_path_number_and_hash() {
        let mut store = Store::open_in_memory().unwrap();
        for (n, word) in ["青葉市", "若宮印刷", "東雲病院"].iter().enumerate() {
            ingest(&mut store, "/nowhere/a.txt", &[word], n as u32).unwrap();
        }
        ingest(&mut store, "/nowhere/b.txt", &["北浜大学"], 1).unwrap();
        let all = store.document_list().unwrap();
        assert_eq!(all.len(), 4);
        let b = &all[3];
        assert_eq!(store.find_document("/nowhere/b.txt").unwrap(), *b);
        assert_eq!(store.find_document(&b.key.to_string()).unwrap(), *b);
        assert_eq!(store.find_document(&format!("#{}", b.key)).unwrap(), *b);
        assert_eq!(store.find_document(&b.sha256.get(..8).unwrap().to_uppercase()).unwrap(), *b);
        assert!(matches!(store.find_document("none"), Err(StoreError::NoDocument { .. })));
        match store.find_document("/nowhere/a.txt") {
            Err(e @ StoreError::AmbiguousDocument { .. }) => {
                let message = e.to_string();
                assert_eq!(message.lines().count(), 4, "{message}");
                assert!(message.contains("1 incidents  /nowhere/a.txt"), "{message}");
            }
            other => panic!("{other:?}"),
        }
        assert!(matches!(store.forget(99, &actor("kei"), at(1), false), Err(StoreError::NoDocument { .. })));
    }
}
