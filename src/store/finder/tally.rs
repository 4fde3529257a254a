//! Counts hits by something that they have in common: from the columns where these hold it, else as `Store::tally` does.
//! Called by the finder with the case book as of one moment.

use crate::domain::{By, Group, Kind, Status, Tally};
use crate::store::columns::{Columns, Ranks, count};
use crate::store::error::StoreError;
use crate::store::tally as by_tables;
use chrono::{Datelike, NaiveDate};
use roaring::RoaringBitmap;
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// Tells whether groups are counted by what stands in the ranks.
pub(super) fn needs_ranks(by: By) -> bool {
    matches!(by, By::Action | By::Org | By::ThirdParty | By::Exposure)
}

/// Counts hits; of names and tags the `most` largest groups are told.
///
/// # Errors
/// Reports what SQLite reports.
pub(super) fn tally(
    store: &Connection,
    columns: &Columns,
    ranks: Option<&Ranks>,
    hits: &RoaringBitmap,
    by: By,
    most: usize,
) -> Result<Tally, StoreError> {
    let actions = ranks.filter(|_| by == By::Action).and_then(|ranks| ranks.shared().actions());
    let groups = match (by, ranks) {
        (By::Month, _) => of_days(columns, hits, |day| (day.year(), day.month()), |(y, m)| format!("{y:04}-{m:02}")),
        (By::Year, _) => of_days(columns, hits, |day| day.year(), |year| format!("{year:04}")),
        (By::Kind, _) => {
            let of = |kind: Kind| (kind.as_str(), columns.of_kind(kind));
            of_sets(hits, [Kind::Incident, Kind::Claim, Kind::Other].into_iter().map(of))
        }
        (By::Status, _) => of_sets(hits, Status::ALL.into_iter().map(|s| (s.as_str(), columns.of_status(s)))),
        (By::Exposure, Some(ranks)) => of_sets(hits, ranks.shared().exposures().map(|(e, set)| (e.as_str(), set))),
        (By::Org | By::ThirdParty, Some(ranks)) => return of_names(store, ranks, hits, by, most),
        _ if actions.is_some() => of_sets(hits, actions.into_iter().flatten()),
        _ => {
            let is_wanted = |key: i64| u32::try_from(key).is_ok_and(|key| hits.contains(key));
            return Ok(by_tables::counted(store, by, count(hits.len()), &is_wanted)?.cut(most));
        }
    };
    let groups = groups.into_iter().map(|(label, incidents)| (label, count(incidents)));
    Ok(Tally::new(by, groups, count(hits.len())).cut(most))
}

/// Counts hits by the sets that they are in.
fn of_sets<'s>(
    hits: &RoaringBitmap,
    sets: impl Iterator<Item = (&'s str, &'s RoaringBitmap)>,
) -> Vec<(Option<String>, u64)> {
    let mut without = hits.clone();
    let mut out = Vec::new();
    for (name, set) in sets {
        without -= set;
        out.push((Some(name.to_owned()), set.intersection_len(hits)));
    }
    out.push((None, without.len()));
    out
}

/// Hits of one name.
#[derive(Clone, Copy, Default)]
struct Named {
    incidents: u32,
    rank: u32,
    newest: u32,
}

/// Counts hits by a name, which is told as the newest incident of the group spells it.
fn of_names(store: &Connection, ranks: &Ranks, hits: &RoaringBitmap, by: By, most: usize) -> Result<Tally, StoreError> {
    let names = if by == By::Org { ranks.org() } else { ranks.third_party() };
    let mut groups: Vec<Named> = (0u32..).take(names.len()).map(|rank| Named { rank, ..Named::default() }).collect();
    let mut without = 0;
    // Ascending, so that the newest comes last.
    for key in hits {
        match names.rank(key).and_then(|rank| groups.get_mut(rank as usize)) {
            Some(group) => (group.incidents, group.newest) = (group.incidents + 1, key),
            None => without += 1,
        }
    }
    groups.retain(|group| group.incidents > 0);
    let largest_first = |group: &Named| (Reverse(group.incidents), group.rank);
    let left_out = groups.len().saturating_sub(most);
    if left_out > 0 {
        groups.select_nth_unstable_by_key(most, largest_first);
        groups.truncate(most);
    }
    groups.sort_unstable_by_key(largest_first);
    let folded = |group: &Named| {
        let name = names.value(group.rank).unwrap_or_default();
        // A third party's spelling stands elsewhere.
        let is_asked = by != By::Org || ranks.shared().respelt().contains(group.newest);
        (String::from_utf8_lossy(name).into_owned(), is_asked.then_some(i64::from(group.newest)))
    };
    let labels = by_tables::spelt(store, by, groups.iter().map(folded).collect())?;
    let group = |(label, group): (String, &Named)| Group { label: Some(label), incidents: group.incidents as usize };
    let told = labels.into_iter().zip(&groups).map(group).collect();
    Ok(Tally { left_out, ..Tally::in_order(by, told, without, count(hits.len())) })
}

/// Counts hits by a part of their day.
fn of_days<T: Eq + Hash>(
    columns: &Columns,
    hits: &RoaringBitmap,
    part: impl Fn(NaiveDate) -> T,
    label: impl Fn(T) -> String,
) -> Vec<(Option<String>, u64)> {
    // Days first: there are few of them, and to take one apart takes longer than to count it.
    let mut days: HashMap<Option<i32>, u64> = HashMap::new();
    columns.each_day(hits, |day| *days.entry(day).or_default() += 1);
    let mut parts: HashMap<Option<T>, u64> = HashMap::new();
    for (day, incidents) in days {
        let day = day.and_then(NaiveDate::from_num_days_from_ce_opt);
        *parts.entry(day.map(&part)).or_default() += incidents;
    }
    parts.into_iter().map(|(part, incidents)| (part.map(&label), incidents)).collect()
}
