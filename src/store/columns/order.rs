//! Puts hits in order: the newest first straight from the columns, other orders by the ranks of their values. The orders
//! are those of `search_sql`: what has no value comes last, equal ones newest first, those of one day by key.

use super::values::Values;
use super::{Columns, Titles, UNDATED, count};
use crate::domain::Status;
use crate::query::ast::SortField;
use rayon::slice::ParallelSliceMut;
use roaring::RoaringBitmap;

/// Numbers that are worth sorting on all processors.
const MANY: usize = 50_000;
/// Where fewer than one of so many incidents is wanted, these are sorted; else the whole order is walked.
const FEW: u64 = 8;

/// The ranks that an order goes by.
pub(in crate::store) enum By<'a> {
    /// The day.
    Day,
    /// The status.
    Status,
    /// The title.
    Titles(&'a Titles),
    /// Other values.
    Values(&'a Values),
}

impl Columns {
    /// Where an incident stands in the order from the newest on: a number that ascends.
    pub(super) fn newest_key(&self, key: u32) -> u64 {
        // The sign turned, days before none ascend as unsigned numbers; turned round, they descend.
        let descending = !(self.day_number(key).cast_unsigned() ^ 1 << 31);
        u64::from(descending) << 32 | u64::from(key)
    }

    /// Hits, newest first.
    pub fn newest_first(&self, hits: &RoaringBitmap) -> Vec<u32> {
        if hits.len() < self.order.len() as u64 / FEW {
            let mut places: Vec<u64> = hits.iter().map(|key| self.newest_key(key)).collect();
            sort(&mut places);
            return places.into_iter().map(low).collect();
        }
        let mut words = vec![0u64; self.days.len() / 64 + 1];
        for key in hits {
            if let Some(word) = words.get_mut(key as usize / 64) {
                *word |= 1 << (key % 64);
            }
        }
        let is_hit = |key: &u32| words.get(*key as usize / 64).is_some_and(|word| word >> (key % 64) & 1 == 1);
        let mut out = Vec::with_capacity(count(hits.len()));
        out.extend(self.order.iter().copied().filter(is_hit));
        out
    }

    /// Hits in an order.
    pub fn sorted(&self, hits: &RoaringBitmap, by: &By<'_>, descending: bool) -> Vec<u32> {
        let newest = self.newest_first(hits);
        let statuses = if matches!(by, By::Status) { self.status_ranks() } else { Vec::new() };
        let rank = |key: u32| match by {
            By::Day => Some(self.day_number(key)).filter(|d| *d != UNDATED).map(|d| d.cast_unsigned() ^ 1 << 31),
            By::Status => statuses.get(key as usize).map(|s| u32::from(*s)),
            By::Titles(titles) => titles.rank(key),
            By::Values(values) => values.rank(key),
        };
        // No rank is the highest number.
        let ascending = |key: u32| match rank(key) {
            None => u32::MAX,
            Some(rank) if descending => u32::MAX - 1 - rank,
            Some(rank) => rank,
        };
        let mut places: Vec<u64> =
            (0u64..).zip(&newest).map(|(place, key)| u64::from(ascending(*key)) << 32 | place).collect();
        sort(&mut places);
        places.into_iter().filter_map(|place| newest.get(low(place) as usize).copied()).collect()
    }

    /// By key: which status it is, in the order of the work.
    pub fn status_ranks(&self) -> Vec<u8> {
        let mut out = vec![0; self.days.len()];
        for (rank, status) in (0u8..).zip(Status::ALL) {
            for key in self.of_status(status) {
                if let Some(slot) = out.get_mut(key as usize) {
                    *slot = rank;
                }
            }
        }
        out
    }
}

/// Tells whether an order needs values that are no columns.
pub(in crate::store) fn needs_values(field: SortField) -> bool {
    !matches!(field, SortField::Published | SortField::Status)
}

fn low(place: u64) -> u32 {
    (place & u64::from(u32::MAX)) as u32
}

/// Sorts numbers that are all different.
fn sort(places: &mut [u64]) {
    if places.len() < MANY { places.sort_unstable() } else { places.par_sort_unstable() }
}
