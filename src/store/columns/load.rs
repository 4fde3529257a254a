//! Reads the columns from the case book in slices, so that a search that waits can get in between. The rows come off the
//! index `incidents_newest` in the order that they are kept in.
//!
//! Slices are read as of different moments. What changed in between stands in `changes` after the number that was the
//! last when reading began, and is read again once all slices are there.

use super::{Columns, UNDATED, changes, number_of};
use crate::domain::{Kind, Status};
use crate::store::error::StoreError;
use chrono::NaiveDate;
use roaring::RoaringBitmap;
use rusqlite::{Connection, Row, params};

/// Rows of a slice: some milliseconds.
const SLICE: i64 = 8_192;
/// How many keys there may be to an incident where there are many. Keys are never used again, so deleted incidents leave
/// holes, and each takes a few bytes.
const SPREAD: i64 = 16;
/// Up to which key it does not matter.
const ALWAYS: i64 = 1 << 22;

/// What the columns hold of an incident.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cells {
    pub key: u32,
    pub day: i32,
    pub kind: Kind,
    pub status: Status,
    pub gone: bool,
}

impl Cells {
    /// Reads `key, published, kind, status`; `None` for what does not fit.
    pub fn read(row: &Row<'_>) -> Result<Option<Self>, StoreError> {
        let key = u32::try_from(row.get::<_, i64>(0)?).ok();
        let day = match row.get_ref(1)?.as_str_or_null() {
            Ok(None) => Some(UNDATED),
            Ok(Some(text)) => day_of(text),
            Err(_) => None,
        };
        let kind = row.get_ref(2)?.as_str().ok().and_then(Kind::from_name);
        let status = row.get_ref(3)?.as_str().ok().and_then(Status::from_name);
        let (Some(key), Some(day), Some(kind), Some(status)) = (key, day, kind, status) else { return Ok(None) };
        Ok(Some(Self { key, day, kind, status, gone: false }))
    }
}

/// The number of a day as the store writes it. Texts of any other form would stand elsewhere in the order of texts than
/// in the order of days.
fn day_of(text: &str) -> Option<i32> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else { return None };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(**b - b'0')))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?).map(number_of)
}

/// How reading has gone on.
#[derive(Debug)]
pub(in crate::store) enum Slice {
    /// There is more to read.
    More,
    /// All is there.
    Done(Box<Columns>),
    /// The case book does not fit.
    Unfit,
}

/// Where reading stands.
#[derive(Debug)]
enum Place {
    Begin,
    /// After this incident of this day.
    Dated(String, i64),
    /// After this incident of those without a day.
    Undated(i64),
}

/// What one call reads of one statement.
enum Rows {
    /// As many as were asked for; the day and key of the last.
    Full(Option<String>, i64),
    /// Fewer.
    Short,
    Unfit,
}

/// Columns on their way into memory.
#[derive(Debug)]
pub(in crate::store) struct Loader {
    place: Place,
    columns: Columns,
    /// By key: kind and status, and whether it was there. Turned into sets at the end, which grow fast in the order of
    /// their members only.
    marks: Vec<u8>,
    /// Rows of a slice.
    rows: i64,
}

/// Tells whether there are enough incidents for their keys.
fn is_dense(store: &Connection) -> Result<bool, StoreError> {
    let highest: i64 = store.query_row("SELECT coalesce(max(key), 0) FROM incidents", [], |r| r.get(0))?;
    if highest <= ALWAYS {
        return Ok(true);
    }
    let incidents: i64 = store.query_row("SELECT count(*) FROM incidents", [], |r| r.get(0))?;
    Ok(highest <= i64::from(u32::MAX) && highest / SPREAD <= incidents)
}

const PRESENT: u8 = 1 << 7;

impl Default for Loader {
    fn default() -> Self {
        Self::of(SLICE)
    }
}

impl Loader {
    /// Will read so many rows at once.
    pub(super) fn of(rows: i64) -> Self {
        Self { place: Place::Begin, columns: Columns::default(), marks: Vec::new(), rows }
    }

    /// Reads a slice.
    ///
    /// # Errors
    /// Reports what SQLite reports; reading can go on.
    pub fn slice(&mut self, store: &Connection) -> Result<Slice, StoreError> {
        let rows = self.rows;
        match &self.place {
            Place::Begin => {
                if !is_dense(store)? {
                    return Ok(Slice::Unfit);
                }
                self.columns.upto = changes::newest(store)?;
                let sql = "SELECT key, published, kind, status FROM incidents
                           WHERE published IS NOT NULL ORDER BY published DESC, key LIMIT ?1";
                match self.read(store, sql, params![rows])? {
                    Rows::Full(Some(day), key) => self.place = Place::Dated(day, key),
                    Rows::Full(None, _) | Rows::Short => self.place = Place::Undated(i64::MIN),
                    Rows::Unfit => return Ok(Slice::Unfit),
                }
            }
            Place::Dated(day, key) => return self.dated(store, &day.clone(), *key),
            Place::Undated(key) => {
                let sql = "SELECT key, published, kind, status FROM incidents
                           WHERE published IS NULL AND key > ?1 ORDER BY key LIMIT ?2";
                let key = *key;
                match self.read(store, sql, params![key, rows])? {
                    Rows::Full(_, key) => self.place = Place::Undated(key),
                    Rows::Short => return self.finish(store),
                    Rows::Unfit => return Ok(Slice::Unfit),
                }
            }
        }
        Ok(Slice::More)
    }

    /// The rest of a day, then the days before it.
    fn dated(&mut self, store: &Connection, day: &str, key: i64) -> Result<Slice, StoreError> {
        let rows = self.rows;
        let same = "SELECT key, published, kind, status FROM incidents
                    WHERE published = ?1 AND key > ?2 ORDER BY key LIMIT ?3";
        let mut read = self.read(store, same, params![day, key, rows])?;
        if matches!(read, Rows::Short) {
            let earlier = "SELECT key, published, kind, status FROM incidents
                           WHERE published < ?1 ORDER BY published DESC, key LIMIT ?2";
            read = self.read(store, earlier, params![day, rows])?;
        }
        self.place = match read {
            Rows::Full(Some(day), key) => Place::Dated(day, key),
            Rows::Full(None, _) | Rows::Short => Place::Undated(i64::MIN),
            Rows::Unfit => return Ok(Slice::Unfit),
        };
        Ok(Slice::More)
    }

    fn read(&mut self, store: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<Rows, StoreError> {
        let before = self.columns.order.len();
        let read = self.read_all(store, sql, parameters);
        if read.is_err() {
            // An interrupted slice is read again.
            self.columns.order.truncate(before);
        }
        read
    }

    fn read_all(
        &mut self,
        store: &Connection,
        sql: &str,
        parameters: impl rusqlite::Params,
    ) -> Result<Rows, StoreError> {
        let mut select = store.prepare_cached(sql)?;
        let mut rows = select.query(parameters)?;
        let mut last: Option<(Option<String>, i64)> = None;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            let Some(cells) = Cells::read(row)? else { return Ok(Rows::Unfit) };
            read += 1;
            if read == self.rows {
                last = Some((row.get(1)?, i64::from(cells.key)));
            }
            self.add(cells);
        }
        Ok(last.map_or(Rows::Short, |(day, key)| Rows::Full(day, key)))
    }

    fn add(&mut self, cells: Cells) {
        let at = cells.key as usize;
        if self.marks.len() <= at {
            self.marks.resize(at + 1, 0);
            self.columns.days.resize(at + 1, UNDATED);
        }
        if let (Some(mark), Some(day)) = (self.marks.get_mut(at), self.columns.days.get_mut(at)) {
            *mark = PRESENT | (cells.kind as u8) << 3 | cells.status as u8;
            *day = cells.day;
        }
        self.columns.order.push(cells.key);
    }

    fn finish(&mut self, store: &Connection) -> Result<Slice, StoreError> {
        let mut select = store.prepare_cached("SELECT key FROM incidents WHERE gone = 1")?;
        let mut gone = RoaringBitmap::new();
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            if let Ok(key) = u32::try_from(row.get::<_, i64>(0)?) {
                gone.insert(key);
            }
        }
        let marks = std::mem::take(&mut self.marks);
        let mut columns = std::mem::take(&mut self.columns);
        self.place = Place::Begin;
        // One bit a key for each set: much faster than to put a million keys into eight sets one by one.
        let mut bits: [Vec<u8>; 8] = std::array::from_fn(|_| vec![0; marks.len() / 8 + 1]);
        for (key, mark) in marks.iter().enumerate().filter(|(_, mark)| **mark & PRESENT != 0) {
            let (kind, status) = (mark >> 3 & 0b11, mark & 0b11);
            for set in [0, 1 + usize::from(kind), 4 + usize::from(status)] {
                if let Some(byte) = bits.get_mut(set).and_then(|set| set.get_mut(key / 8)) {
                    *byte |= 1 << (key % 8);
                }
            }
        }
        drop(marks);
        let mut sets = bits.iter().map(|bits| RoaringBitmap::from_lsb0_bytes(0, bits));
        let all = [&mut columns.present].into_iter().chain(&mut columns.kinds).chain(&mut columns.statuses);
        all.zip(&mut sets).for_each(|(set, loaded)| *set = loaded);
        columns.gone = gone & &columns.present;
        columns.order.shrink_to_fit();
        // An incident that moved while it was read stands twice or not at all; its change tells, and puts it right.
        Ok(Slice::Done(Box::new(columns)))
    }
}
