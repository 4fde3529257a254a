//! Groups a query's hits by something that they have in common: puts their keys in the order of the groups and adds up
//! what each holds. Called by the finder with the case book as of one moment, after the hits are in the query's order.
//!
//! Days, status, actions, organisations and third parties are numbers in memory already; tags and cases are read once and
//! remembered until they change.

use super::GoOn;
use crate::domain::grouping::{GroupBy, GroupSpan, Grouping};
use crate::domain::{IncidentId, Key, Status};
use crate::store::columns::{Columns, Ranks, Values, still};
use crate::store::error::StoreError;
use crate::store::links;
use chrono::{Datelike, NaiveDate};
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// What has no value.
const NONE: u32 = u32::MAX;

/// One value of every incident as a number, with what the numbers stand for.
#[derive(Debug, Default)]
struct Coded {
    /// By key: one more than the value's number, 0 for none.
    codes: Vec<u32>,
    labels: Vec<String>,
}

impl Coded {
    fn put(&mut self, key: i64, code: usize) {
        let (Ok(at), Ok(code)) = (usize::try_from(key), u32::try_from(code + 1)) else { return };
        if self.codes.len() <= at {
            self.codes.resize(at + 1, 0);
        }
        if let Some(slot) = self.codes.get_mut(at) {
            *slot = code;
        }
    }

    fn code(&self, key: u32) -> u32 {
        self.codes.get(key as usize).and_then(|code| code.checked_sub(1)).unwrap_or(NONE)
    }
}

/// Values that were read for groups, for as long as they hold.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    /// What the case book was like: SQLite's number of it, or of cases the last change.
    version: i64,
    of: Option<(GroupBy, Coded)>,
}

impl Remembered {
    /// The values of a grouping as of this moment, read where they are not there.
    fn of(&mut self, store: &Connection, by: GroupBy, incidents: usize, go_on: GoOn<'_>) -> Result<&Coded, StoreError> {
        let known = self.of.take_if(|(of, _)| *of == by);
        let (version, holds) = match by {
            // Only incidents that came, went or were corrected can change a case.
            GroupBy::Case => still(store, self.version, incidents)?,
            _ => {
                let version = store.query_row("PRAGMA data_version", [], |r| r.get(0))?;
                (version, version == self.version)
            }
        };
        let coded = match known.filter(|_| holds) {
            Some((_, coded)) => coded,
            None => read(store, by, go_on)?,
        };
        self.version = version;
        Ok(&self.of.insert((by, coded)).1)
    }
}

fn read(store: &Connection, by: GroupBy, go_on: GoOn<'_>) -> Result<Coded, StoreError> {
    if by == GroupBy::Case { of_cases(store, go_on) } else { of_tags(store) }
}

fn of_cases(store: &Connection, go_on: GoOn<'_>) -> Result<Coded, StoreError> {
    let mut coded = Coded::default();
    let mut numbers: HashMap<i64, usize> = HashMap::new();
    for (incident, case) in links::cases(store, go_on)? {
        let number = *numbers.entry(case).or_insert_with(|| {
            coded.labels.push(IncidentId::from_number(case).0);
            coded.labels.len() - 1
        });
        coded.put(i64::from(incident), number);
    }
    Ok(coded)
}

/// The first tag of every incident that has one.
fn of_tags(store: &Connection) -> Result<Coded, StoreError> {
    let mut coded = Coded::default();
    let mut numbers: HashMap<i64, usize> = HashMap::new();
    let mut select = store.prepare_cached("SELECT key, tag FROM tag_names ORDER BY tag DESC")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        numbers.insert(row.get(0)?, coded.labels.len());
        coded.labels.push(row.get(1)?);
    }
    let mut select = store.prepare_cached("SELECT incident, tag FROM tags")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (incident, tag): (i64, i64) = (row.get(0)?, row.get(1)?);
        let Some(number) = numbers.get(&tag).copied() else { continue };
        let now = u32::try_from(incident).map_or(NONE, |key| coded.code(key));
        // The last in this order is the first by name.
        if now == NONE || (now as usize) < number {
            coded.put(incident, number);
        }
    }
    Ok(coded)
}

/// What is needed to group hits.
pub(super) struct Groups<'a> {
    pub store: &'a Connection,
    pub columns: &'a Columns,
    pub ranks: &'a Ranks,
    pub remembered: &'a mut Remembered,
    pub go_on: GoOn<'a>,
}

/// Keys in the order of their groups, and these.
pub(super) type Grouped = (Arc<Vec<Key>>, Arc<[GroupSpan]>);

/// A group while hits are counted.
struct Counted {
    code: u32,
    /// A hit of it.
    first: u32,
    span: GroupSpan,
}

impl Groups<'_> {
    /// Groups hits that are in the query's order.
    ///
    /// # Errors
    /// Reports what SQLite reports, and [`StoreError::Interrupted`].
    pub fn of(&mut self, hits: &[Key], grouping: Grouping) -> Result<Grouped, StoreError> {
        let keys: Vec<u32> = hits.iter().map(|key| u32::try_from(key.0).unwrap_or(NONE)).collect();
        let codes = self.codes(&keys, grouping.by)?;
        (self.go_on)()?;
        let (mut groups, at) = self.counted(&keys, &codes);
        let mut order: Vec<usize> = (0..groups.len()).collect();
        let place = |n: &usize| {
            groups.get(*n).map(|g| (g.code == NONE, if grouping.by_size { Reverse(g.span.len) } else { Reverse(0) }))
        };
        // Stable: else they stay in the order of their first hits.
        order.sort_by_key(place);
        let mut start = 0;
        for n in &order {
            if let Some(group) = groups.get_mut(*n) {
                group.span.start = start;
                start += group.span.len;
            }
        }
        let mut next: Vec<usize> = groups.iter().map(|g| g.span.start).collect();
        let mut out = vec![Key(0); hits.len()];
        for (key, group) in hits.iter().zip(&at) {
            let Some(place) = next.get_mut(*group as usize) else { continue };
            if let Some(slot) = out.get_mut(*place) {
                *slot = *key;
            }
            *place += 1;
        }
        for group in &mut groups {
            group.span.label = self.label(grouping.by, group);
        }
        let mut spans: Vec<GroupSpan> = groups.into_iter().map(|g| g.span).collect();
        spans.sort_unstable_by_key(|span| span.start);
        Ok((Arc::new(out), spans.into()))
    }

    /// The number of each hit's value.
    fn codes(&mut self, keys: &[u32], by: GroupBy) -> Result<Vec<u32>, StoreError> {
        let (columns, ranks) = (self.columns, self.ranks);
        let ranked = |values: &Values| keys.iter().map(|key| values.rank(*key).unwrap_or(NONE)).collect();
        Ok(match by {
            GroupBy::Month => months(columns, keys, |day| day.year() * 12 + day.month0().cast_signed()),
            GroupBy::Year => months(columns, keys, |day| day.year() * 12),
            GroupBy::Status => {
                let statuses = columns.status_ranks();
                keys.iter().map(|key| statuses.get(*key as usize).map_or(NONE, |s| u32::from(*s))).collect()
            }
            GroupBy::Action => ranked(ranks.first_action()),
            GroupBy::Org => ranked(ranks.org()),
            GroupBy::ThirdParty => ranked(ranks.third_party()),
            GroupBy::Case | GroupBy::Tag => {
                let coded = self.remembered.of(self.store, by, columns.len(), self.go_on)?;
                keys.iter().map(|key| coded.code(*key)).collect()
            }
        })
    }

    /// Counts what the groups hold, in the order of their first hits; tells the group of each hit.
    fn counted(&self, keys: &[u32], codes: &[u32]) -> (Vec<Counted>, Vec<u32>) {
        let triaged = self.columns.triaged_words();
        let people = self.ranks.people();
        let mut groups: Vec<Counted> = Vec::new();
        let mut at: Vec<u32> = Vec::with_capacity(keys.len());
        // By number, the group of nothing at the end: one more than the group's place, 0 before its first hit.
        let most = codes.iter().filter(|code| **code != NONE).max().map_or(0, |code| *code as usize + 1);
        let mut places = vec![0u32; most + 1];
        for (key, code) in keys.iter().zip(codes) {
            let Some(place) = places.get_mut((*code as usize).min(most)) else { continue };
            if *place == 0 {
                let span = GroupSpan { label: None, start: 0, len: 0, people: 0, counted: 0, triaged: 0 };
                groups.push(Counted { code: *code, first: *key, span });
                *place = u32::try_from(groups.len()).unwrap_or(NONE);
            }
            at.push(*place - 1);
            let Some(group) = groups.get_mut(*place as usize - 1) else { continue };
            group.span.len += 1;
            let word = triaged.get(*key as usize / 64).copied().unwrap_or(0);
            group.span.triaged += usize::from(word >> (key % 64) & 1 == 1);
            if let Some(number) = people.number(*key) {
                group.span.people = group.span.people.saturating_add(number);
                group.span.counted += 1;
            }
        }
        (groups, at)
    }

    fn label(&self, by: GroupBy, group: &Counted) -> Option<String> {
        if group.code == NONE {
            return None;
        }
        let text = |values: &Values| String::from_utf8_lossy(values.value(group.code).unwrap_or_default()).into_owned();
        Some(match by {
            GroupBy::Month => self.columns.day(group.first)?.format("%Y-%m").to_string(),
            GroupBy::Year => format!("{:04}", self.columns.day(group.first)?.year()),
            GroupBy::Status => Status::ALL.get(group.code as usize)?.as_str().to_owned(),
            GroupBy::Action => text(self.ranks.first_action()),
            GroupBy::Org => text(self.ranks.org()),
            GroupBy::ThirdParty => text(self.ranks.third_party()),
            GroupBy::Case | GroupBy::Tag => self.remembered.of.as_ref()?.1.labels.get(group.code as usize)?.clone(),
        })
    }
}

/// Numbers for parts of the day: one behind the other from the least on, so that they stay small.
fn months(columns: &Columns, keys: &[u32], part: impl Fn(NaiveDate) -> i32) -> Vec<u32> {
    // There are few days, and to take one apart takes longer than to look it up.
    let mut known: HashMap<i32, u32> = HashMap::new();
    let mut numbers: HashMap<i32, u32> = HashMap::new();
    let (mut day_before, mut before) = (None, NONE);
    let mut of = |key: &u32| {
        let Some(day) = columns.number_of_day(*key) else { return NONE };
        if day_before == Some(day) {
            return before;
        }
        let number = *known.entry(day).or_insert_with(|| {
            let Some(date) = NaiveDate::from_num_days_from_ce_opt(day) else { return NONE };
            let next = u32::try_from(numbers.len()).unwrap_or(NONE);
            *numbers.entry(part(date)).or_insert(next)
        });
        (day_before, before) = (Some(day), number);
        number
    };
    keys.iter().map(&mut of).collect()
}

#[cfg(test)]
mod tests;
