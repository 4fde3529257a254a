//! Counts hits by something that they have in common: from the columns where these hold it, else from the tables. Called by
//! the finder with the case book as of one moment.

use crate::domain::{By, Kind, Status, Tally};
use crate::store::columns::{Columns, array, count};
use crate::store::error::StoreError;
use chrono::{Datelike, NaiveDate};
use roaring::RoaringBitmap;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashMap;

/// Counts hits.
///
/// # Errors
/// Reports what SQLite reports.
pub(super) fn tally(store: &Connection, columns: &Columns, hits: &RoaringBitmap, by: By) -> Result<Tally, StoreError> {
    let groups = match by {
        By::Month => of_days(columns, hits, |day| (day.year(), day.month()), |(y, m)| format!("{y:04}-{m:02}")),
        By::Year => of_days(columns, hits, |day| day.year(), |year| format!("{year:04}")),
        By::Kind => [Kind::Incident, Kind::Claim, Kind::Other]
            .map(|kind| (Some(kind.as_str().to_owned()), count(columns.of_kind(kind).intersection_len(hits))))
            .to_vec(),
        By::Status => Status::ALL
            .map(|status| (Some(status.as_str().to_owned()), count(columns.of_status(status).intersection_len(hits))))
            .to_vec(),
        By::Action => of_rows(store, hits, "SELECT name, incident FROM actions", "incident", None)?,
        By::Tag => {
            let sql = "SELECT n.tag, t.incident FROM tag_names n CROSS JOIN tags t ON t.tag = n.key";
            of_rows(store, hits, sql, "t.incident", None)?
        }
        By::Exposure => {
            of_rows(store, hits, "SELECT exposure, key FROM incidents WHERE exposure IS NOT NULL", "key", None)?
        }
        By::Org => {
            let sql = "SELECT org_folded, key FROM incidents WHERE org_folded IS NOT NULL";
            of_rows(store, hits, sql, "key", Some("SELECT org FROM incidents WHERE key = ?1"))?
        }
        By::ThirdParty => {
            let sql = "SELECT third_folded, key FROM incidents WHERE third_folded IS NOT NULL";
            let spelt = "SELECT value ->> '$' FROM facts WHERE incident = ?1 AND field = 'third_party'";
            of_rows(store, hits, sql, "key", Some(spelt))?
        }
    };
    Ok(Tally::new(by, groups, count(hits.len())))
}

type Groups = Vec<(Option<String>, usize)>;

fn of_days<T: Eq + std::hash::Hash>(
    columns: &Columns,
    hits: &RoaringBitmap,
    part: impl Fn(NaiveDate) -> T,
    label: impl Fn(T) -> String,
) -> Groups {
    let mut days: HashMap<Option<i32>, usize> = HashMap::new();
    columns.each_day(hits, |day| *days.entry(day).or_default() += 1);
    let mut parts: HashMap<Option<T>, usize> = HashMap::new();
    for (day, incidents) in days {
        let day = day.and_then(NaiveDate::from_num_days_from_ce_opt);
        *parts.entry(day.map(&part)).or_default() += incidents;
    }
    parts.into_iter().map(|(part, incidents)| (part.map(&label), incidents)).collect()
}

/// Counts hits by the first column of rows whose second is the incident. `spelt` finds how the newest of a group writes
/// what they have in common, where the rows say it folded.
fn of_rows(
    store: &Connection,
    hits: &RoaringBitmap,
    sql: &str,
    key: &str,
    spelt: Option<&str>,
) -> Result<Groups, StoreError> {
    let all = hits.len() > 20_000;
    let and = if sql.contains("WHERE") { "AND" } else { "WHERE" };
    let sql = if all { sql.to_owned() } else { format!("{sql} {and} {key} IN rarray(?1)") };
    let mut select = store.prepare(&sql)?;
    if !all {
        select.raw_bind_parameter(1, array(hits.iter()))?;
    }
    let mut rows = select.raw_query();
    let mut groups: HashMap<String, (usize, u32)> = HashMap::new();
    let mut with = RoaringBitmap::new();
    while let Some(row) = rows.next()? {
        let Ok(incident) = u32::try_from(row.get::<_, i64>(1)?) else { continue };
        if !hits.contains(incident) {
            continue;
        }
        with.insert(incident);
        let label = row.get_ref(0)?.as_str()?;
        // The entry API would copy the label of every row.
        match groups.get_mut(label) {
            Some((incidents, newest)) => {
                *incidents += 1;
                *newest = incident.max(*newest);
            }
            None => drop(groups.insert(label.to_owned(), (1, incident))),
        }
    }
    let mut out = Vec::with_capacity(groups.len() + 1);
    for (label, (incidents, newest)) in groups {
        let spelt = match spelt {
            None => None,
            Some(sql) => store.prepare_cached(sql)?.query_row([newest], |r| r.get(0)).optional()?.flatten(),
        };
        out.push((Some(spelt.unwrap_or(label)), incidents));
    }
    out.push((None, count(hits.len() - with.len())));
    Ok(out)
}
