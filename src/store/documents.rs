//! Documents: which known one a file is a version of, and their rows. Called by `ingest`.

use super::error::StoreError;
use super::import;
use super::incidents::Prepared;
use super::matching::Marks;
use super::number::size;
use crate::domain::{DigestFormat, DocumentMeta, ParsedDocument};
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
    pub given: Given,
    pub warnings: String,
}

/// How a document was to be read: what is known of it beside its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Year of a digest that names none.
    pub year: Option<i32>,
    /// Address that it was taken from.
    pub source_url: Option<String>,
    /// It is one plain notice.
    pub notice: bool,
}

impl Given {
    /// What was given for a parsed document.
    pub(super) fn of(document: &ParsedDocument) -> Self {
        let meta = &document.meta;
        Self { year: meta.year, source_url: meta.source_url.clone(), notice: meta.format == DigestFormat::Notice }
    }

    /// Tells whether `other` names nothing that is not known already.
    pub fn covers(&self, other: &Self) -> bool {
        other.year.is_none_or(|y| self.year == Some(y))
            && other.source_url.as_ref().is_none_or(|u| self.source_url.as_ref() == Some(u))
            && (self.notice || !other.notice)
    }

    /// What `other` names, and for the rest what is known.
    pub fn with(&self, other: &Self) -> Self {
        Self {
            year: other.year.or(self.year),
            source_url: other.source_url.clone().or_else(|| self.source_url.clone()),
            notice: other.notice || self.notice,
        }
    }
}

impl Known {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let format: String = row.get(3)?;
        let notice = format == DigestFormat::Notice.as_str();
        Ok(Self {
            key: row.get(0)?,
            path: row.get(1)?,
            sha256: row.get(2)?,
            format,
            encoding: row.get(4)?,
            given: Given { year: row.get(5)?, source_url: row.get(6)?, notice },
            warnings: row.get(7)?,
        })
    }

    /// Tells whether nothing is known of it but imported records.
    pub fn is_hollow(&self) -> bool {
        import::is_hollow(&self.format)
    }

    /// Tells whether the document was read the same way before.
    pub fn read_alike(&self, document: &ParsedDocument) -> Result<bool, StoreError> {
        let meta = &document.meta;
        Ok(self.format == meta.format.as_str()
            && self.encoding == meta.encoding
            && self.given.covers(&Given::of(document))
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
}

const COLUMNS: &str = "SELECT key, path, sha256, format, encoding, year, source_url, warnings FROM documents";

/// The document of exactly these bytes.
pub(super) fn with_bytes(connection: &Connection, sha256: &str) -> Result<Option<Known>, StoreError> {
    let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE sha256 = ?1"))?;
    Ok(select.query_row([sha256], Known::from_row).optional()?)
}

/// The document with this key.
pub(super) fn with_key(connection: &Connection, key: i64) -> Result<Option<Known>, StoreError> {
    let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE key = ?1"))?;
    Ok(select.query_row([key], Known::from_row).optional()?)
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
                byte_start, byte_end
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
                touched: false,
            },
            content: r.get(7)?,
            place: (size(r, 8)?, size(r, 9)?, size(r, 10)?, size(r, 11)?),
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
         WHERE i.document = ?1 AND f.parsed IS NOT NULL AND f.field IN ('org', 'title', 'case_no')
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
            _ => incident.marks.case_no = value,
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
    if known.sha256 == meta.sha256 {
        if known.is_hollow() {
            // Only records of it were known; here are its bytes.
            let sql = "UPDATE documents SET path = ?2, ingested_at = ?3, raw = ?4 WHERE key = ?1";
            connection.execute(sql, params![known.key, meta.path, time(at), raw])?;
        }
        return read_anew(connection, known, document);
    }
    let warnings = serde_json::to_string(&document.warnings)?;
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

/// Writes what another reading of the same bytes says of a document.
pub(super) fn read_anew(connection: &Connection, known: &Known, document: &ParsedDocument) -> Result<(), StoreError> {
    let meta = &document.meta;
    let warnings = serde_json::to_string(&document.warnings)?;
    connection.execute(
        "UPDATE documents SET format = ?2, encoding = ?3, year = coalesce(?4, year),
           source_url = coalesce(?5, source_url), warnings = ?6 WHERE key = ?1",
        params![known.key, meta.format.as_str(), meta.encoding, meta.year, meta.source_url, warnings],
    )?;
    Ok(())
}

/// A moment as the store writes it: RFC 3339 in UTC with milliseconds.
pub(super) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
