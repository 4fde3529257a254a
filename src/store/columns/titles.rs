//! The order of titles, which are too large to be kept: as ranks alone, read in slices while nobody asks, then kept up to
//! date with a look at few of the titles. Asked by the finder.
//!
//! On their way titles stand in sorted runs, each title without what it begins with like the one before it; the runs are
//! merged at the end.

use super::changes::{self, Since};
use super::values::put;
use super::{Followed, bitmap_of};
use crate::store::error::StoreError;
use crate::store::number::array;
use rusqlite::{Connection, OptionalExtension, params};
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// Rows of a slice: some milliseconds.
const SLICE: i64 = if cfg!(test) { 5 } else { 4_096 };
/// Titles of a run, and bytes of them, after which the next one begins: to sort one takes some milliseconds.
const RUN: (usize, usize) = if cfg!(test) { (7, 1 << 20) } else { (16_384, 4 << 20) };
/// Titles that are merged at once.
const MERGED: usize = 16_384;
/// Changed incidents up to which their titles are put where they belong, each with some twenty looks at others.
const FOLLOWED: usize = 256;

/// How every incident's title stands to others', as of some change.
#[derive(Debug, Default)]
pub(in crate::store) struct Titles {
    /// By key: one more than the rank, 0 for none.
    codes: Vec<u32>,
    upto: i64,
}

/// Incidents of one title, which is not among those that stay as they were, or is.
struct Placed {
    at: Result<usize, usize>,
    keys: Vec<u32>,
}

impl Titles {
    /// How an incident's title stands to others'; `None` where it has none.
    pub fn rank(&self, key: u32) -> Option<u32> {
        self.codes.get(key as usize)?.checked_sub(1)
    }

    /// Brings the ranks to what the case book of so many incidents holds. All or nothing: an interrupted call leaves
    /// them as they were.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn follow(&mut self, store: &Connection, of: usize) -> Result<Followed, StoreError> {
        let (changed, upto) = match changes::since(store, self.upto, 2, of)? {
            Since::Nothing => return Ok(Followed::UpToDate),
            Since::Some { changed, upto } if changed.len() <= FOLLOWED => (changed, upto),
            Since::Some { .. } | Since::Unknown => return Ok(Followed::Anew),
        };
        if !changed.is_empty() {
            let changed: Vec<u32> = changed.into_iter().map(|(key, _)| key).collect();
            let staying = self.staying(&changed);
            let Some(placed) = places(store, &changed, &staying)? else { return Ok(Followed::Anew) };
            self.place(&changed, &staying, placed);
        }
        self.upto = upto;
        Ok(Followed::UpToDate)
    }

    /// Codes that incidents other than these have, ascending, each with one of the incidents.
    fn staying(&self, without: &[u32]) -> Vec<(u32, u32)> {
        let out = bitmap_of(without);
        let mut by_code: Vec<Option<u32>> = Vec::new();
        for (key, code) in (0u32..).zip(&self.codes) {
            let at = *code as usize;
            if at == 0 || out.contains(key) {
                continue;
            }
            if by_code.len() <= at {
                by_code.resize(at + at / 2 + 1, None);
            }
            if let Some(slot) = by_code.get_mut(at) {
                *slot = Some(key);
            }
        }
        (0u32..).zip(by_code).filter_map(|(code, key)| Some((code, key?))).collect()
    }

    fn place(&mut self, changed: &[u32], staying: &[(u32, u32)], placed: Vec<Placed>) {
        // Every new title moves those behind it.
        let mut new = placed.iter().filter_map(|p| p.at.err()).peekable();
        let highest = staying.last().map_or(0, |(code, _)| *code as usize);
        let mut codes = vec![0; highest + 1];
        let mut before = 0u32;
        for (nth, (code, _)) in (0usize..).zip(staying) {
            while new.next_if(|at| *at <= nth).is_some() {
                before += 1;
            }
            put(&mut codes, *code, nth as u32 + before + 1);
        }
        for key in changed {
            put(&mut self.codes, *key, 0);
        }
        for code in &mut self.codes {
            *code = codes.get(*code as usize).copied().unwrap_or(0);
        }
        let mut before = 0u32;
        for Placed { at, keys } in placed {
            let code = match at {
                Ok(nth) => staying.get(nth).and_then(|(code, _)| codes.get(*code as usize)).copied().unwrap_or(0),
                Err(nth) => {
                    before += 1;
                    nth as u32 + before
                }
            };
            keys.iter().for_each(|key| put(&mut self.codes, *key, code));
        }
    }
}

/// Where the titles of changed incidents belong among those that stay, in the order of the titles; `None` where one of
/// those that stay is not to be found.
fn places(store: &Connection, changed: &[u32], staying: &[(u32, u32)]) -> Result<Option<Vec<Placed>>, StoreError> {
    let mut select = store.prepare_cached(
        "SELECT title_folded, key FROM incidents WHERE key IN rarray(?1) AND title_folded IS NOT NULL",
    )?;
    let mut rows = select.query([array(changed.iter().copied())])?;
    let mut now: Vec<(String, u32)> = Vec::new();
    while let Some(row) = rows.next()? {
        now.push((row.get(0)?, row.get(1)?));
    }
    now.sort_unstable();
    let mut look = store.prepare_cached("SELECT title_folded FROM incidents WHERE key = ?1")?;
    let mut out = Vec::new();
    for same in now.chunk_by(|a, b| a.0 == b.0) {
        let Some((title, _)) = same.first() else { continue };
        let (mut from, mut to) = (0, staying.len());
        let at = loop {
            let middle = from + (to - from) / 2;
            let Some((_, key)) = staying.get(middle).filter(|_| from < to) else { break Err(from) };
            let other: Option<Option<String>> = look.query_row([key], |r| r.get(0)).optional()?;
            let Some(other) = other.flatten() else { return Ok(None) };
            match other.cmp(title) {
                Ordering::Less => from = middle + 1,
                Ordering::Greater => to = middle,
                Ordering::Equal => break Ok(middle),
            }
        };
        out.push(Placed { at, keys: same.iter().map(|(_, key)| *key).collect() });
    }
    Ok(Some(out))
}

/// Titles on their way to ranks.
#[derive(Debug, Default)]
pub(in crate::store) struct TitleLoader {
    /// Titles of the run that is being filled, one behind the other, and for each its end and its incident.
    bytes: Vec<u8>,
    ends: Vec<(usize, u32)>,
    runs: Vec<Run>,
    all_read: bool,
    merge: Option<Merge>,
    /// Up to this key all is read.
    read: i64,
    upto: Option<i64>,
}

impl TitleLoader {
    /// Reads a slice; the titles' ranks once all is read. What changed meanwhile is for [`Titles::follow`] to put right.
    ///
    /// # Errors
    /// Reports what SQLite reports; reading can go on.
    pub fn slice(&mut self, store: &Connection) -> Result<Option<Titles>, StoreError> {
        if self.upto.is_none() {
            self.upto = Some(changes::newest(store)?);
        }
        if !self.all_read {
            let more = self.more(store)?;
            if !more || self.ends.len() >= RUN.0 || self.bytes.len() >= RUN.1 {
                self.runs.push(Run::of(&self.bytes, &self.ends));
                (self.bytes, self.ends) = Default::default();
            }
            self.all_read = !more;
            return Ok(None);
        }
        let merge = self.merge.get_or_insert_with(|| Merge::of(std::mem::take(&mut self.runs)));
        if merge.more() {
            return Ok(None);
        }
        let upto = self.upto.unwrap_or_default();
        Ok(self.merge.take().map(|merge| Titles { codes: merge.codes, upto }))
    }

    /// Reads a slice and tells whether there is more.
    fn more(&mut self, store: &Connection) -> Result<bool, StoreError> {
        let mut select =
            store.prepare_cached("SELECT key, title_folded FROM incidents WHERE key > ?1 ORDER BY key LIMIT ?2")?;
        let mut rows = select.query(params![self.read, SLICE])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            read += 1;
            self.read = key;
            let (Ok(key), Some(title)) = (u32::try_from(key), row.get_ref(1)?.as_bytes_or_null()?) else { continue };
            self.bytes.extend_from_slice(title);
            self.ends.push((self.bytes.len(), key));
        }
        Ok(read == SLICE)
    }
}

/// Sorted titles with their incidents. A title is written as how much of the one before it begins with, how much follows,
/// what follows, and how many incidents have it.
#[derive(Debug, Default)]
struct Run {
    bytes: Vec<u8>,
    keys: Vec<u32>,
}

impl Run {
    fn of(bytes: &[u8], ends: &[(usize, u32)]) -> Self {
        let mut start = 0;
        let mut titles: Vec<(&[u8], u32)> = Vec::with_capacity(ends.len());
        for (end, key) in ends {
            titles.push((bytes.get(start..*end).unwrap_or_default(), *key));
            start = *end;
        }
        titles.sort_unstable();
        let mut run = Self { bytes: Vec::new(), keys: titles.iter().map(|(_, key)| *key).collect() };
        let mut before: &[u8] = &[];
        for same in titles.chunk_by(|a, b| a.0 == b.0) {
            let title = same.first().map(|(title, _)| *title).unwrap_or_default();
            let shared = before.iter().zip(title).take_while(|(a, b)| a == b).count();
            let rest = title.get(shared..).unwrap_or_default();
            run.push(shared);
            run.push(rest.len());
            run.bytes.extend_from_slice(rest);
            run.push(same.len());
            before = title;
        }
        run.bytes.shrink_to_fit();
        run
    }

    /// Writes a number, seven bits a byte, the lowest first.
    fn push(&mut self, mut n: usize) {
        while n >= 0x80 {
            self.bytes.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.bytes.push(n as u8);
    }
}

/// A run while it is merged: the title that comes next. Compares as the heap wants it, the least title as the greatest.
#[derive(Debug)]
struct Head {
    run: Run,
    title: Vec<u8>,
    /// Bytes of the run that are read.
    at: usize,
    /// Its incidents that had earlier titles, and those that have this one.
    keys: (usize, usize),
}

impl Head {
    /// Goes to the next title; false where there is none.
    fn next(&mut self) -> bool {
        let (Some(shared), Some(rest)) = (self.number(), self.number()) else { return false };
        self.title.truncate(shared);
        self.title.extend_from_slice(self.run.bytes.get(self.at..self.at + rest).unwrap_or_default());
        self.at += rest;
        let Some(same) = self.number() else { return false };
        self.keys = (self.keys.1, self.keys.1 + same);
        true
    }

    fn number(&mut self) -> Option<usize> {
        let mut n = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = *self.run.bytes.get(self.at)?;
            self.at += 1;
            n |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(n)
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        other.title.cmp(&self.title)
    }
}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.title == other.title
    }
}

impl Eq for Head {}

/// Runs becoming one.
#[derive(Debug)]
struct Merge {
    heads: BinaryHeap<Head>,
    last: Vec<u8>,
    code: u32,
    codes: Vec<u32>,
}

impl Merge {
    fn of(runs: Vec<Run>) -> Self {
        let highest = runs.iter().flat_map(|run| &run.keys).max().map_or(0, |key| *key as usize);
        let head = |run| {
            let mut head = Head { run, title: Vec::new(), at: 0, keys: (0, 0) };
            head.next().then_some(head)
        };
        let heads = runs.into_iter().filter_map(head).collect();
        Self { heads, last: Vec::new(), code: 0, codes: vec![0; highest + 1] }
    }

    /// Merges some titles and tells whether there are more.
    fn more(&mut self) -> bool {
        for _ in 0..MERGED {
            let Some(mut head) = self.heads.peek_mut() else { return false };
            if self.code == 0 || head.title != self.last {
                self.code += 1;
                self.last.clone_from(&head.title);
            }
            for key in head.run.keys.get(head.keys.0..head.keys.1).unwrap_or_default() {
                put(&mut self.codes, *key, self.code);
            }
            if !head.next() {
                PeekMut::pop(head);
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_give_back_the_titles_and_merge_to_ranks() {
        let long = "長".repeat(100);
        let titles = [("b", 3), ("ba", 9), ("", 4), ("b", 1), (long.as_str(), 5), ("長", 2)];
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        for (title, key) in titles {
            bytes.extend_from_slice(title.as_bytes());
            ends.push((bytes.len(), key));
        }
        let other = Run::of("b長".as_bytes(), &[(1, 7), (4, 8)]);
        let mut merge = Merge::of(vec![Run::of(&bytes, &ends), Run::default(), other]);
        while merge.more() {}
        assert_eq!(merge.codes, [0, 2, 4, 2, 1, 5, 0, 2, 4, 3]);
    }
}
