//! Counts hits by something that they have in common: from the columns where these hold it, else as `Store::tally` does.
//! Called by the finder with the case book as of one moment.

use crate::domain::{By, Key, Kind, Status, Tally};
use crate::store::columns::{Columns, count};
use crate::store::error::StoreError;
use crate::store::tally as by_tables;
use chrono::{Datelike, NaiveDate};
use roaring::RoaringBitmap;
use rusqlite::Connection;
use std::collections::HashMap;
use std::hash::Hash;

/// Counts hits.
///
/// # Errors
/// Reports what SQLite reports.
pub(super) fn tally(store: &Connection, columns: &Columns, hits: &RoaringBitmap, by: By) -> Result<Tally, StoreError> {
    let groups = match by {
        By::Month => of_days(columns, hits, |day| (day.year(), day.month()), |(y, m)| format!("{y:04}-{m:02}")),
        By::Year => of_days(columns, hits, |day| day.year(), |year| format!("{year:04}")),
        By::Kind => {
            let of = |kind: Kind| (Some(kind.as_str().to_owned()), columns.of_kind(kind).intersection_len(hits));
            [Kind::Incident, Kind::Claim, Kind::Other].map(of).to_vec()
        }
        By::Status => {
            let of = |s: Status| (Some(s.as_str().to_owned()), columns.of_status(s).intersection_len(hits));
            Status::ALL.map(of).to_vec()
        }
        By::Action | By::Org | By::Tag | By::ThirdParty | By::Exposure => {
            let keys: Vec<Key> = hits.iter().map(|key| Key(key.into())).collect();
            return by_tables::tally(store, &keys, by);
        }
    };
    let groups = groups.into_iter().map(|(label, incidents)| (label, count(incidents)));
    Ok(Tally::new(by, groups, count(hits.len())))
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
