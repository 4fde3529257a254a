//! Reads the table `changes`: which incidents something has become of since a change that is known.

use super::load::Cells;
use super::{Columns, bitmap_of};
use crate::store::error::StoreError;
use crate::store::number::array;
use rusqlite::{Connection, params};

/// Changed incidents that are always read again one by one, however small the case book.
const ALWAYS: usize = 4_096;
/// Of how many incidents one may have changed; beyond it all are read anew, which takes less time.
const SHARE: usize = 8;

/// Rows of the table to one of those incidents: more are not even counted.
const ROWS: i64 = 8;
/// How far beyond the highest key another may lie.
const AHEAD: usize = 1 << 20;

/// What has happened since a change.
pub(super) enum Since {
    /// Nothing.
    Nothing,
    /// These incidents changed, each with the most that happened to it: 1 its status, 2 what orders go by, 3 its text or
    /// whether it is there.
    Some { changed: Vec<(u32, u8)>, upto: i64 },
    /// Too much, or it is no longer known what.
    Unknown,
}

/// How far columns are after they were to be brought up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Followed {
    /// They are as the case book is.
    UpToDate,
    /// They have to be read anew.
    Anew,
}

/// The number of the newest change; 0 before there was any.
pub(super) fn newest(store: &Connection) -> Result<i64, StoreError> {
    let mut select = store.prepare_cached("SELECT coalesce(max(seq), 0) FROM changes")?;
    Ok(select.query_row([], |r| r.get(0))?)
}

/// What happened after a change, to a case book of so many incidents; only what is at least `least`.
pub(super) fn since(store: &Connection, upto: i64, least: u8, of: usize) -> Result<Since, StoreError> {
    let newest = newest(store)?;
    if newest == upto {
        return Ok(Since::Nothing);
    }
    let mut select = store.prepare_cached("SELECT coalesce(min(seq), 0) FROM changes")?;
    let oldest: i64 = select.query_row([], |r| r.get(0))?;
    if newest < upto || oldest > upto + 1 {
        return Ok(Since::Unknown);
    }
    let most = ALWAYS.max(of / SHARE);
    if newest - upto > ROWS * i64::try_from(most).unwrap_or(i64::MAX / ROWS) {
        return Ok(Since::Unknown);
    }
    let mut select = store.prepare_cached(
        "SELECT incident, max(what) FROM changes WHERE seq > ?1 AND what >= ?2 GROUP BY incident LIMIT ?3",
    )?;
    let mut rows = select.query(params![upto, least, i64::try_from(most).unwrap_or(i64::MAX)])?;
    let mut changed = Vec::new();
    while let Some(row) = rows.next()? {
        let Ok(key) = u32::try_from(row.get::<_, i64>(0)?) else { return Ok(Since::Unknown) };
        changed.push((key, row.get(1)?));
    }
    Ok(if changed.len() < most { Since::Some { changed, upto: newest } } else { Since::Unknown })
}

/// Tells whether nothing but statuses changed after a change, and the number of the newest one.
pub(in crate::store) fn still(store: &Connection, upto: i64, of: usize) -> Result<(i64, bool), StoreError> {
    let unchanged = match since(store, upto, 2, of)? {
        Since::Nothing => true,
        Since::Some { changed, .. } => changed.is_empty(),
        Since::Unknown => false,
    };
    Ok((newest(store)?, unchanged))
}

impl Columns {
    /// Brings the columns to what the case book holds. All or nothing: an interrupted call leaves them as they were.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn follow(&mut self, store: &Connection) -> Result<Followed, StoreError> {
        let (changed, upto) = match since(store, self.upto, 1, self.len())? {
            Since::Nothing => return Ok(Followed::UpToDate),
            Since::Unknown => return Ok(Followed::Anew),
            Since::Some { changed, upto } => (changed, upto),
        };
        let mut select = store.prepare_cached(
            "SELECT key, published, kind, status, gone FROM incidents WHERE key IN rarray(?1) ORDER BY key",
        )?;
        let mut rows = select.query([array(changed.iter().map(|(key, _)| *key))])?;
        let mut now = Vec::with_capacity(changed.len());
        while let Some(row) = rows.next()? {
            let Some(cells) = Cells::read(row)?.filter(|c| (c.key as usize) < self.days.len() + AHEAD) else {
                return Ok(Followed::Anew);
            };
            now.push(Cells { gone: row.get(4)?, ..cells });
        }
        self.apply(&changed, &now);
        self.upto = upto;
        Ok(Followed::UpToDate)
    }

    fn apply(&mut self, changed: &[(u32, u8)], now: &[Cells]) {
        // Where only the status changed, the order stays as it is.
        let mut moved: Vec<u32> = changed.iter().filter(|(_, what)| *what > 1).map(|(key, _)| *key).collect();
        let misplaced = |c: &&Cells| !self.present.contains(c.key) || self.day_number(c.key) != c.day;
        moved.extend(now.iter().filter(misplaced).map(|c| c.key));
        for (key, _) in changed {
            self.take_out(*key);
        }
        for cells in now {
            self.put(*cells);
        }
        if moved.is_empty() {
            return;
        }
        let moved = bitmap_of(&moved);
        let mut placed: Vec<u32> = (&moved & &self.present).iter().collect();
        placed.sort_by_key(|key| std::cmp::Reverse(self.day_number(*key)));
        let mut placed = placed.into_iter().peekable();
        let mut order = Vec::with_capacity(self.order.len() + placed.len());
        for key in self.order.iter().copied().filter(|key| !moved.contains(*key)) {
            let at = self.newest_key(key);
            while let Some(new) = placed.next_if(|new| self.newest_key(*new) < at) {
                order.push(new);
            }
            order.push(key);
        }
        order.extend(placed);
        self.order = order;
    }
}
