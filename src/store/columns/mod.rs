//! What searches ask most often of every incident, in memory: the order from the newest on, the day, kind and status, and
//! which are gone. Read from the case book once, in slices, and brought up to date from its table `changes`; the finder
//! asks.
//!
//! The order and the conditions are those of `search_sql`, to the letter. A case book that does not fit in here (days of
//! another form, keys strewn over a range many times their number) has no columns, and searches go on without.

mod changes;
mod load;
mod order;
mod ranks;
mod shared;
#[cfg(test)]
mod tests;
mod titles;
mod values;

pub(super) use changes::{Followed, still};
pub(super) use load::{Loader, Slice};
pub(super) use order::{By, needs_values};
pub(super) use ranks::{RankLoader, Ranks};
pub(super) use titles::{TitleLoader, Titles};
pub(super) use values::Values;

use crate::domain::{Kind, Status};
use chrono::{Datelike, NaiveDate};
use load::Cells;
use roaring::RoaringBitmap;

/// The day of an incident that has none: before all days.
const UNDATED: i32 = i32::MIN;

/// The incidents of a case book as of some change.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// Keys, newest first, undated last, those of one day ascending.
    order: Vec<u32>,
    /// By key: the day of publication, counted as chrono does.
    days: Vec<i32>,
    kinds: [RoaringBitmap; 3],
    statuses: [RoaringBitmap; 4],
    gone: RoaringBitmap,
    present: RoaringBitmap,
    /// The number of the last change that is known here.
    upto: i64,
}

/// Counts the days of a date.
fn number_of(day: NaiveDate) -> i32 {
    day.num_days_from_ce()
}

impl Columns {
    /// All incidents.
    pub fn present(&self) -> &RoaringBitmap {
        &self.present
    }

    /// How many incidents there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Those of a kind.
    pub fn of_kind(&self, kind: Kind) -> &RoaringBitmap {
        match kind {
            Kind::Incident => &self.kinds[0],
            Kind::Claim => &self.kinds[1],
            Kind::Other => &self.kinds[2],
        }
    }

    /// Those of a status.
    pub fn of_status(&self, status: Status) -> &RoaringBitmap {
        match status {
            Status::New => &self.statuses[0],
            Status::Open => &self.statuses[1],
            Status::Done => &self.statuses[2],
            Status::Dismissed => &self.statuses[3],
        }
    }

    /// Those that their documents no longer hold.
    pub fn gone(&self) -> &RoaringBitmap {
        &self.gone
    }

    /// How many of some incidents are triaged.
    pub fn triaged(&self, of: &RoaringBitmap) -> usize {
        let triaged = Status::ALL.into_iter().filter(|s| s.is_triaged());
        triaged.map(|s| count(self.of_status(s).intersection_len(of))).sum()
    }

    /// The day on which an incident was published.
    pub fn day(&self, key: u32) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(Some(self.day_number(key)).filter(|day| *day != UNDATED)?)
    }

    /// Hands out the day of each of some incidents, counted as chrono does.
    pub fn each_day(&self, of: &RoaringBitmap, mut f: impl FnMut(Option<i32>)) {
        of.iter().for_each(|key| f(Some(self.day_number(key)).filter(|day| *day != UNDATED)));
    }

    /// Hands out some incidents, each with its day, counted as chrono does.
    pub fn each_with_day(&self, of: &RoaringBitmap, f: &mut dyn FnMut(u32, Option<i32>)) {
        of.iter().for_each(|key| f(key, Some(self.day_number(key)).filter(|day| *day != UNDATED)));
    }

    /// The day of an incident that has one, counted as chrono does.
    pub fn number_of_day(&self, key: u32) -> Option<i32> {
        Some(self.day_number(key)).filter(|day| *day != UNDATED)
    }

    /// By key, a bit each: which incidents are triaged.
    pub fn triaged_words(&self) -> Vec<u64> {
        let mut words = vec![0u64; self.days.len() / 64 + 1];
        for key in Status::ALL.into_iter().filter(|s| s.is_triaged()).flat_map(|s| self.of_status(s)) {
            if let Some(word) = words.get_mut(key as usize / 64) {
                *word |= 1 << (key % 64);
            }
        }
        words
    }

    fn day_number(&self, key: u32) -> i32 {
        self.days.get(key as usize).copied().unwrap_or(UNDATED)
    }

    /// Those of `within` that were published from one day to another, both included.
    pub fn published(&self, from: Option<NaiveDate>, to: Option<NaiveDate>, within: &RoaringBitmap) -> RoaringBitmap {
        let from = from.map_or(UNDATED + 1, number_of);
        let to = to.map_or(i32::MAX, number_of);
        let is = |key: &u32| (from..=to).contains(&self.day_number(*key));
        // The newest first: what is later than `to`, then what is wanted.
        let start = self.order.partition_point(|key| self.day_number(*key) > to);
        let end = self.order.partition_point(|key| self.day_number(*key) >= from);
        let wanted = self.order.get(start..end).unwrap_or_default();
        if wanted.len() < self.len() / 16 {
            return bitmap_of(wanted) & within;
        }
        within.iter().filter(is).collect()
    }

    /// The keys from one position of the order to another.
    pub fn newest(&self, from: usize, upto: usize) -> &[u32] {
        self.order.get(from..upto.min(self.order.len())).unwrap_or_default()
    }

    fn put(&mut self, cells: Cells) {
        let Cells { key, day, kind, status, gone } = cells;
        let at = key as usize;
        if self.days.len() <= at {
            self.days.resize(at + 1, UNDATED);
        }
        if let Some(slot) = self.days.get_mut(at) {
            *slot = day;
        }
        self.present.insert(key);
        if let Some(set) = self.kinds.get_mut(kind as usize) {
            set.insert(key);
        }
        if let Some(set) = self.statuses.get_mut(status as usize) {
            set.insert(key);
        }
        if gone {
            self.gone.insert(key);
        }
    }

    /// Takes an incident out of everything but the order.
    fn take_out(&mut self, key: u32) {
        let sets = self.kinds.iter_mut().chain(&mut self.statuses);
        for set in sets.chain([&mut self.gone, &mut self.present]) {
            set.remove(key);
        }
        if let Some(day) = self.days.get_mut(key as usize) {
            *day = UNDATED;
        }
    }
}

/// A set of keys in any order.
pub(super) fn bitmap_of(keys: &[u32]) -> RoaringBitmap {
    // Much faster than to put each where it belongs.
    let mut sorted = keys.to_vec();
    sorted.sort_unstable();
    sorted.into_iter().collect()
}

/// The size of a set.
pub(super) fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
