//! Documents: which known one a file is a version of, and their rows. Called by `ingest`.

use super::error::StoreError;
use super::incidents::Prepared;
use super::matching::Marks;
use super::number::size;
use crate::domain::{DocumentMeta, ParsedDocument};
use crate::text::search_fold;
use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashMap;
use std::path::Path;

/// A known document.
#[derive(Debug, PartialEq)]
pub(super) struct Known {
    pub key: i64,
    pub path: String,
    pub sha256: String,
    pub format: String,
    pub encoding: String,
    pub year: Option<i32>,
    pub source_url: Option<String>,
    pub warnings: String,
}

impl Known {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get(0)?,
            path: row.get(1)?,
            sha256: row.get(2)?,
            format: row.get(3)?,
            encoding: row.get(4)?,
            year: row.get(5)?,
            source_url: row.get(6)?,
            warnings: row.get(7)?,
        })
    }

    /// Tells whether the document was read the same way before, and no option is new.
    pub fn read_alike(&self, document: &ParsedDocument) -> Result<bool, StoreError> {
        let meta = &document.meta;
        Ok(self.format == meta.format.as_str()
            && self.encoding == meta.encoding
            && meta.year.is_none_or(|y| self.year == Some(y))
            && meta.source_url.as_ref().is_none_or(|u| self.source_url.as_ref() == Some(u))
            && self.warnings == serde_json::to_string(&document.warnings)?)
    }
}

/// A known incident of a document.
#[derive(Debug)]
pub(super) struct KnownIncident {
    pub key: i64,
    pub marks: Marks,
    pub content: i64,
    /// Position, line, first and last byte.
    pub place: (usize, usize, usize, usize),
    pub dated: bool,
}

const COLUMNS: &str = "SELECT key, path, sha256, format, encoding, year, source_url, warnings FROM documents";

/// The document of exactly these bytes.
pub(super) fn with_bytes(connection: &Connection, sha256: &str) -> Result<Option<Known>, StoreError> {
    let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE sha256 = ?1"))?;
    Ok(select.query_row([sha256], Known::from_row).optional()?)
}

/// The known documents that a file with other bytes may be a version of, likeliest first: those ingested from the same
/// path, then one that has moved: most entries are the same, and its own file is no longer there.
pub(super) fn candidates(
    connection: &Connection,
    meta: &DocumentMeta,
    entries: &[Prepared<'_>],
) -> Result<Vec<Known>, StoreError> {
    let mut out = Vec::new();
    // Standard input is no place: two documents may come from it.
    if meta.path != "-" {
        let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE path = ?1 ORDER BY key DESC"))?;
        out = select.query_map([&meta.path], Known::from_row)?.collect::<Result<_, _>>()?;
    }
    if let Some(moved) = moved(connection, meta, entries)?
        && !out.iter().any(|k| k.key == moved.key)
    {
        out.push(moved);
    }
    Ok(out)
}

/// The document that most of the entries are known from, if they are most of its entries too.
fn moved(connection: &Connection, meta: &DocumentMeta, entries: &[Prepared<'_>]) -> Result<Option<Known>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT DISTINCT document FROM incidents WHERE lines_hash = ?1 AND gone = 0 LIMIT 20")?;
    let mut common: HashMap<i64, usize> = HashMap::new();
    for entry in entries {
        for document in select.query_map([entry.derived.marks.lines], |r| r.get(0))? {
            *common.entry(document?).or_default() += 1;
        }
    }
    let Some((document, common)) = common.into_iter().max_by_key(|(key, n)| (*n, *key)) else { return Ok(None) };
    let had: usize =
        connection
            .query_row("SELECT count(*) FROM incidents WHERE document = ?1 AND gone = 0", [document], |r| size(r, 0))?;
    let largely = |of: usize| common * 10 >= of * 6;
    // A single entry in common is the same notice in two documents.
    if common < 2 || !largely(had) || !(largely(entries.len()) || common * 10 >= had * 8 && common * 2 >= entries.len())
    {
        return Ok(None);
    }
    let known = connection.query_row(&format!("{COLUMNS} WHERE key = ?1"), [document], Known::from_row)?;
    let still_there = known.path != meta.path && known.path != "-" && Path::new(&known.path).exists();
    Ok((!still_there).then_some(known))
}

/// The incidents of a document in document order, those that it no longer holds at the end.
pub(super) fn incidents(connection: &Connection, document: i64) -> Result<Vec<KnownIncident>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT key, lines_hash, body_hash, case_no, org_folded, title_folded, gone, content_hash, seq, line,
                byte_start, byte_end, published IS NOT NULL
         FROM incidents WHERE document = ?1 ORDER BY gone, seq, key",
    )?;
    let rows = select.query_map([document], |r| {
        Ok(KnownIncident {
            key: r.get(0)?,
            marks: Marks {
                lines: r.get(1)?,
                body: r.get(2)?,
                case_no: r.get(3)?,
                org: r.get(4)?,
                title: r.get(5)?,
                gone: r.get(6)?,
            },
            content: r.get(7)?,
            place: (size(r, 8)?, size(r, 9)?, size(r, 10)?, size(r, 11)?),
            dated: r.get(12)?,
        })
    })?;
    let mut out = rows.collect::<Result<Vec<_>, _>>()?;
    recognise_by_parsed(connection, document, &mut out)?;
    Ok(out)
}

/// An incident is recognised by what the parser found, whatever an analyst put in its place.
fn recognise_by_parsed(
    connection: &Connection,
    document: i64,
    incidents: &mut [KnownIncident],
) -> Result<(), StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT f.incident, f.field, f.parsed ->> '$' FROM incidents i CROSS JOIN facts f ON f.incident = i.key
         WHERE i.document = ?1 AND f.parsed IS NOT NULL AND f.field IN ('org', 'title', 'case_no', 'published')
           AND (i.key IN (SELECT incident FROM corrections) OR i.key IN (SELECT incident FROM reviews))",
    )?;
    let mut rows = select.query([document])?;
    while let Some(row) = rows.next()? {
        let (key, field, value): (i64, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(incident) = incidents.iter_mut().find(|i| i.key == key) else { continue };
        let folded = value.as_deref().map(search_fold);
        match field.as_str() {
            "org" => incident.marks.org = folded,
            "title" => incident.marks.title = folded,
            "case_no" => incident.marks.case_no = value,
            _ => incident.dated = value.is_some(),
        }
    }
    Ok(())
}

/// Adds a document and gives its key.
pub(super) fn insert(
    connection: &Connection,
    document: &ParsedDocument,
    raw: &[u8],
    at: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let meta = &document.meta;
    connection
        .prepare_cached(
            "INSERT INTO documents (path, sha256, format, encoding, year, source_url, warnings, ingested_at, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            meta.path,
            meta.sha256,
            meta.format.as_str(),
            meta.encoding,
            meta.year,
            meta.source_url,
            serde_json::to_string(&document.warnings)?,
            time(at),
            raw,
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Writes what a new version, or a new reading of the same bytes, says of a document. Options that it does not name
/// stay as they were where the bytes are the same; so does the path.
pub(super) fn update(
    connection: &Connection,
    known: &Known,
    document: &ParsedDocument,
    raw: &[u8],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let meta = &document.meta;
    let warnings = serde_json::to_string(&document.warnings)?;
    if known.sha256 == meta.sha256 {
        connection.execute(
            "UPDATE documents SET format = ?2, encoding = ?3, year = coalesce(?4, year),
               source_url = coalesce(?5, source_url), warnings = ?6 WHERE key = ?1",
            params![known.key, meta.format.as_str(), meta.encoding, meta.year, meta.source_url, warnings],
        )?;
        return Ok(());
    }
    connection.execute(
        "UPDATE documents SET path = ?2, sha256 = ?3, format = ?4, encoding = ?5, year = ?6, source_url = ?7,
           warnings = ?8, ingested_at = ?9, raw = ?10 WHERE key = ?1",
        params![
            known.key,
            meta.path,
            meta.sha256,
            meta.format.as_str(),
            meta.encoding,
            meta.year,
            meta.source_url,
            warnings,
            time(at),
            raw,
        ],
    )?;
    Ok(())
}

/// A moment as the store writes it: RFC 3339 in UTC with milliseconds.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
