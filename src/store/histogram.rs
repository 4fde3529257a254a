//! Counts hits by their day of publication, each day split by what its incidents have in common. The finder gives days
//! and categories from memory; `Store::histogram` reads both from the tables, for a case book that fits in no columns.

use super::error::StoreError;
use super::number::array;
use super::{Store, triage};
use crate::domain::histogram::{Histogram, NAMED_PARTS, Part, PartCounts, Split};
use crate::query::Query;
use chrono::{Datelike, NaiveDate};
use rusqlite::Connection;
use std::cmp::Reverse;
use std::collections::HashMap;

/// What an incident is split by: a place in a list of names, counted from 1; 0 for what has none.
pub(super) type Category = u16;

/// Names of categories, each with its number.
#[derive(Debug, Default)]
pub(super) struct Names {
    list: Vec<String>,
    known: HashMap<String, Category>,
}

impl Names {
    /// The category of that name. What is beyond all numbers counts as the last one.
    pub fn category(&mut self, name: &str) -> Category {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        let number = Category::try_from(self.list.len() + 1).unwrap_or(Category::MAX);
        if number < Category::MAX {
            self.list.push(name.to_owned());
            self.known.insert(name.to_owned(), number);
        }
        number
    }

    /// The category of an action: its group.
    pub fn of_action(&mut self, action: &str) -> Category {
        self.category(action.split('.').next().unwrap_or(action))
    }
}

/// Hears of every hit: its day, counted as chrono does, and its category.
pub(super) type Heard<'h> = &'h mut dyn FnMut(Option<i32>, Category);

/// Counts hits, which `each` hands out as often as it is asked.
pub(super) fn fold(split: Split, names: &Names, each: &mut dyn FnMut(Heard<'_>)) -> Histogram {
    let mut totals = vec![0u64; names.list.len() + 2];
    let (mut first, mut last) = (i32::MAX, i32::MIN);
    each(&mut |day, category| {
        let place = usize::from(category).min(totals.len() - 1);
        if let Some(total) = totals.get_mut(place) {
            *total += 1;
        }
        if let Some(day) = day {
            (first, last) = (first.min(day), last.max(day));
        }
    });
    let (parts, places) = if split == Split::Nothing { (Vec::new(), Vec::new()) } else { ranked(names, &totals) };
    // Where each day stands among those that are there: a table of all days between is small and much faster than a map.
    let span = last.checked_sub(first).and_then(|days| usize::try_from(days).ok()).map_or(0, |days| days + 1);
    let mut at: Vec<u32> = vec![0; span];
    let mut days: Vec<(i32, PartCounts)> = Vec::new();
    let mut undated = PartCounts::default();
    each(&mut |day, category| {
        let counts = match day {
            None => Some(&mut undated),
            Some(day) => {
                let slot = usize::try_from(day.wrapping_sub(first)).ok().and_then(|offset| at.get_mut(offset));
                slot.and_then(|slot| {
                    if *slot == 0 {
                        days.push((day, PartCounts::default()));
                        *slot = u32::try_from(days.len()).unwrap_or(0);
                    }
                    days.get_mut((*slot as usize).wrapping_sub(1)).map(|(_, counts)| counts)
                })
            }
        };
        let place = places.get(usize::from(category)).copied().unwrap_or(0);
        if let Some(count) = counts.and_then(|counts| counts.get_mut(place)) {
            *count += 1;
        }
    });
    days.sort_unstable_by_key(|(day, _)| *day);
    let day = |(day, counts)| Some((NaiveDate::from_num_days_from_ce_opt(day)?, counts));
    Histogram { split, parts, days: days.into_iter().filter_map(day).collect(), undated }
}

/// The parts, and by category the part that it counts to.
fn ranked(names: &Names, totals: &[u64]) -> (Vec<Part>, Vec<usize>) {
    let mut named: Vec<(Reverse<u64>, &str, usize)> = Vec::new();
    for ((name, total), category) in names.list.iter().zip(totals.iter().skip(1)).zip(1..) {
        if *total > 0 {
            named.push((Reverse(*total), name, category));
        }
    }
    named.sort_unstable();
    let nameless = totals.get(names.list.len() + 1).is_some_and(|n| *n > 0);
    let others = named.len() > NAMED_PARTS || nameless;
    let mut parts: Vec<Part> = named.iter().take(NAMED_PARTS).map(|(_, name, _)| Part::Named((*name).into())).collect();
    let rest = parts.len();
    let mut places = vec![rest; totals.len()];
    for ((.., category), place) in named.iter().take(NAMED_PARTS).zip(0..) {
        if let Some(slot) = places.get_mut(*category) {
            *slot = place;
        }
    }
    if others {
        parts.push(Part::Others);
    }
    if let Some((without, total)) = places.first_mut().zip(totals.first())
        && *total > 0
    {
        *without = parts.len();
        parts.push(Part::Without);
    }
    (parts, places)
}

/// The tags of some incidents as categories, those that most of them carry first: the least category of an incident is
/// its own.
pub(super) fn by_tag(
    connection: &Connection,
    is_hit: &dyn Fn(i64) -> bool,
) -> Result<(Names, Vec<(i64, Category)>), StoreError> {
    let mut select = connection.prepare_cached("SELECT incident, tag FROM tags")?;
    let mut rows = select.query([])?;
    let (mut carried, mut uses): (Vec<(i64, i64)>, HashMap<i64, u64>) = Default::default();
    while let Some(row) = rows.next()? {
        let (incident, tag): (i64, i64) = (row.get(0)?, row.get(1)?);
        if is_hit(incident) {
            carried.push((incident, tag));
            *uses.entry(tag).or_default() += 1;
        }
    }
    let mut names = Names::default();
    let mut ranked: Vec<(Reverse<u64>, String, i64)> = Vec::with_capacity(uses.len());
    let mut name = connection.prepare_cached("SELECT tag FROM tag_names WHERE key = ?1")?;
    for (tag, n) in uses {
        ranked.push((Reverse(n), triage::tag(&name.query_row([tag], |r| r.get::<_, String>(0))?)?.to_string(), tag));
    }
    ranked.sort_unstable();
    let numbers: HashMap<i64, Category> = ranked.iter().map(|(_, name, tag)| (*tag, names.category(name))).collect();
    let number = |tag: i64| numbers.get(&tag).copied().unwrap_or(Category::MAX);
    let of = carried.into_iter().map(|(incident, tag)| (incident, number(tag))).collect();
    Ok((names, of))
}

impl Store {
    /// Counts a query's hits by day, split by what they have in common.
    ///
    /// # Errors
    /// As [`Store::search`].
    pub fn histogram(&self, query: &Query, split: Split) -> Result<Histogram, StoreError> {
        let hits = self.search(query)?.keys;
        let keys: Vec<i64> = hits.iter().map(|key| key.0).collect();
        self.placed(of_keys(&self.connection, &keys, split))
    }
}

/// Counts incidents by what their rows say.
fn of_keys(connection: &Connection, keys: &[i64], split: Split) -> Result<Histogram, StoreError> {
    let mut names = Names::default();
    let mut tagged: HashMap<i64, Category> = HashMap::new();
    if split == Split::Tag {
        let mut sorted = keys.to_vec();
        sorted.sort_unstable();
        let carried;
        (names, carried) = by_tag(connection, &|key| sorted.binary_search(&key).is_ok())?;
        for (incident, tag) in carried {
            tagged.entry(incident).and_modify(|least| *least = tag.min(*least)).or_insert(tag);
        }
    }
    let mut select =
        connection.prepare_cached("SELECT key, published, action FROM incidents WHERE key IN rarray(?1)")?;
    let mut rows = select.query([array(keys.iter().copied())])?;
    let mut hits: Vec<(Option<i32>, Category)> = Vec::with_capacity(keys.len());
    while let Some(row) = rows.next()? {
        let published: Option<String> = row.get(1)?;
        let day = published.and_then(|day| day.parse::<NaiveDate>().ok()).map(|day| day.num_days_from_ce());
        let category = match split {
            Split::Nothing => 0,
            Split::Tag => tagged.get(&row.get::<_, i64>(0)?).copied().unwrap_or_default(),
            Split::Action => row.get_ref(2)?.as_str_or_null()?.map_or(0, |action| names.of_action(action)),
        };
        hits.push((day, category));
    }
    Ok(fold(split, &names, &mut |heard| hits.iter().for_each(|(day, category)| heard(*day, *category))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[&str]) -> Names {
        let mut names = Names::default();
        for name in list {
            names.category(name);
        }
        names
    }

    #[test]
    fn parts_stand_by_their_counts_with_others_and_those_without_last() {
        let letters: Vec<String> = ('a'..='k').map(String::from).collect();
        let names = names(&letters.iter().map(String::as_str).collect::<Vec<_>>());
        let mut hits: Vec<(Option<i32>, Category)> = (1..=11).map(|c| (Some(700_000), c)).collect();
        hits.extend([(Some(700_003), 11), (Some(700_003), 11), (None, 5), (None, 0), (Some(1), 0)]);
        let h = fold(Split::Action, &names, &mut |f| hits.iter().for_each(|(d, c)| f(*d, *c)));
        let told: Vec<String> = h
            .parts
            .iter()
            .map(|p| match p {
                Part::Named(n) => n.clone(),
                Part::Others => "+".into(),
                Part::Without => "-".into(),
            })
            .collect();
        assert_eq!(told, ["k", "e", "a", "b", "c", "d", "f", "g", "+", "-"]);
        let counts: Vec<PartCounts> = h.days.iter().map(|(_, counts)| *counts).collect();
        assert_eq!(
            counts,
            [[0, 0, 0, 0, 0, 0, 0, 0, 0, 1], [1, 1, 1, 1, 1, 1, 1, 1, 3, 0], [2, 0, 0, 0, 0, 0, 0, 0, 0, 0]]
        );
        assert_eq!(h.undated, [0, 1, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(h.incidents(), hits.len() as u64);
    }

    #[test]
    fn nothing_is_counted_where_nothing_is() {
        let h = fold(Split::Action, &Names::default(), &mut |_| ());
        assert_eq!(h, Histogram { split: Split::Action, ..Histogram::default() });
    }
}
