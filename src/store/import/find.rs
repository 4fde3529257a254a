//! Which incident of this case book a record is: by its id where that means the same notice, else by the place in its
//! document. And which document a new one stands in.

use super::super::documents;
use super::super::error::StoreError;
use super::super::incidents::head_hash;
use super::super::matching::Marks;
use super::super::number::{int, size};
use super::is_hollow;
use crate::domain::{Imported, IncidentId, Source};
use crate::text::neutral::neutralise;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// What a record is here.
pub(super) enum Found {
    /// An incident that is not known, and where it is to stand.
    New(Home),
    /// One that is.
    Known(Known),
    /// One that can't be taken in, and why.
    Refused(String),
}

/// The document of a new incident.
pub(super) enum Home {
    /// A document that is known.
    Known(i64),
    /// One that is still to be made.
    Unknown,
}

/// An incident that a record is.
pub(super) struct Known {
    pub key: i64,
    pub id: IncidentId,
    /// Its document's bytes are not at hand: what is known of it was imported.
    pub hollow: bool,
    pub sha256: String,
    /// Line, first and last byte.
    pub place: (usize, usize, usize),
    pub content: i64,
    pub gone: bool,
    path: String,
    lines: i64,
    body: Option<i64>,
    head: Option<i64>,
}

const COLUMNS: &str =
    "SELECT i.key, i.id, d.format, d.sha256, i.line, i.byte_start, i.byte_end, i.content_hash, i.gone,
    d.path, i.lines_hash, i.body_hash, i.head_hash FROM incidents i CROSS JOIN documents d ON d.key = i.document";

impl Known {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: row.get(0)?,
            id: IncidentId(row.get(1)?),
            hollow: is_hollow(&row.get::<_, String>(2)?),
            sha256: row.get(3)?,
            place: (size(row, 4)?, size(row, 5)?, size(row, 6)?),
            content: row.get(7)?,
            gone: row.get(8)?,
            path: row.get(9)?,
            lines: row.get(10)?,
            body: row.get(11)?,
            head: row.get(12)?,
        })
    }

    /// Tells whether a record of the same id is about the same notice: equal ids alone may be chance, or malice.
    fn means(&self, record: &Imported, marks: &Marks) -> bool {
        let Source { path, sha256, bytes, .. } = &record.source;
        self.lines == marks.lines
            || self.body.is_some() && self.body == marks.body
            || self.head.is_some() && self.head == head_hash(marks)
            || self.sha256 == *sha256 && self.place.1 == bytes.start
            || self.path == *path && path != "-"
    }
}

/// Finds the incident that a record is.
pub(super) fn find(connection: &Connection, record: &Imported, marks: &Marks) -> Result<Found, StoreError> {
    if let Some(why) = forgotten(connection, record)? {
        return Ok(Found::Refused(why));
    }
    let mut select = connection.prepare_cached(&format!("{COLUMNS} WHERE i.id = ?1"))?;
    if let Some(known) = select.query_row([record.id.as_str()], Known::from_row).optional()? {
        return Ok(if known.means(record, marks) {
            Found::Known(known)
        } else {
            let (id, path) = (known.id, neutralise(&known.path));
            Found::Refused(format!("{id} is the id of another notice here, of {path}; it was left out"))
        });
    }
    let mut select = connection.prepare_cached(&format!(
        "{COLUMNS} WHERE d.sha256 = ?1 AND i.byte_start = ?2 AND i.lines_hash = ?3 AND i.gone = 0"
    ))?;
    let place = params![record.source.sha256, int(record.source.bytes.start), marks.lines];
    if let Some(known) = select.query_row(place, Known::from_row).optional()? {
        return Ok(Found::Known(known));
    }
    if let Some(why) = claimed(connection, record)? {
        return Ok(Found::Refused(why));
    }
    Ok(match home(connection, record)? {
        Some(home) => Found::New(home),
        None => Found::Refused(format!(
            "its document {} is in this case book, and as it is read here it holds no such entry; it was left out",
            neutralise(&record.source.path)
        )),
    })
}

/// The document in which an incident that is not known may stand; `None` where that is known better.
pub(super) fn home(connection: &Connection, record: &Imported) -> Result<Option<Home>, StoreError> {
    match documents::with_bytes(connection, &record.source.sha256)? {
        // One that is gone stands in a document that does not hold it.
        Some(known) if is_hollow(&known.format) || record.gone => Ok(Some(Home::Known(known.key))),
        Some(_) => Ok(None),
        None => {
            let mut later = connection.prepare_cached("SELECT 1 FROM lineage WHERE earlier = ?1")?;
            Ok((!later.exists([&record.source.sha256])?).then_some(Home::Unknown))
        }
    }
}

/// Why a record may not come back, where it was forgotten.
fn forgotten(connection: &Connection, record: &Imported) -> Result<Option<String>, StoreError> {
    let mut select = connection.prepare_cached("SELECT at, by FROM tombstones WHERE sha256 = ?1")?;
    let found = select.query_row([&record.source.sha256], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    if let Some((at, by)) = found {
        let (at, by): (String, String) = (at, by);
        return Ok(Some(format!("its document was forgotten on {at} by {by}, which is for good")));
    }
    let mut select = connection.prepare_cached("SELECT 1 FROM erased WHERE id = ?1")?;
    Ok(select.exists([record.id.as_str()])?.then(|| "it was forgotten here, which is for good".to_owned()))
}

/// Why an id may not be given, where another incident had it in a case book that was merged.
fn claimed(connection: &Connection, record: &Imported) -> Result<Option<String>, StoreError> {
    let mut select =
        connection.prepare_cached("SELECT 1 FROM claims WHERE id = ?1 AND NOT (sha256 = ?2 AND pos = ?3)")?;
    let place = params![record.id.as_str(), record.source.sha256, int(record.source.bytes.start)];
    let taken = select.exists(place)?;
    Ok(taken.then(|| format!("{} was the id of another notice in a merged case book; it was left out", record.id)))
}
