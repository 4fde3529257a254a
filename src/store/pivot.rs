//! Tables of hits with what their notices say of people and days, in one pass over each table that is asked. Called by
//! `Store::pivot`; a few numbers an incident are held, no texts.

use super::error::StoreError;
use super::number::array;
use super::tally::{rows as rows_of, spelt};
use crate::domain::{
    Affected, By, Gathered, Head, Key, Layout, Measures, Moment, Period, Pivot, PivotRow, Tally, Told,
};
use chrono::NaiveDate;
use rusqlite::{Connection, Row};
use std::cmp::Reverse;
use std::collections::HashMap;

/// Hits up to which each is looked up; of more, all rows are read in their order.
const FEW: usize = 5_000;

/// Where each hit stands.
struct Slots(Vec<i64>);

impl Slots {
    fn of(hits: &[Key]) -> Self {
        let mut keys: Vec<i64> = hits.iter().map(|key| key.0).collect();
        keys.sort_unstable();
        Self(keys)
    }

    fn slot(&self, key: i64) -> Option<usize> {
        // Most case books have no gaps between their keys.
        let guess = self.0.first().and_then(|first| usize::try_from(key - first).ok());
        guess.filter(|slot| self.0.get(*slot) == Some(&key)).or_else(|| self.0.binary_search(&key).ok())
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

/// Tells of hits: rows and columns of at most so many names.
pub(super) fn pivot(connection: &Connection, hits: &[Key], layout: Layout) -> Result<Pivot, StoreError> {
    let slots = Slots::of(hits);
    if slots.len() == 0 {
        return Ok(Pivot { layout, columns: Vec::new(), rows: Vec::new(), total: Measures::default() });
    }
    let told = told(connection, &slots)?;
    let by = axis(connection, &slots, layout.by, layout.rows)?;
    let across = layout.across.map(|by| axis(connection, &slots, by, layout.columns)).transpose()?;
    let mut total = Gathered::default();
    told.iter().for_each(|told| total.add(told));
    let mut rows: Vec<Gathered> = vec![Gathered::default(); by.heads.len()];
    for (slot, group) in &by.places {
        if let (Some(row), Some(told)) = (rows.get_mut(*group as usize), told.get(*slot as usize)) {
            row.add(told);
        }
    }
    let (columns, mut cells) = across.map(|across| crossed(&by, across)).unwrap_or_default();
    cells.resize_with(rows.len(), Vec::new);
    let row = |((head, gathered), cells): ((Head, Gathered), Vec<(usize, usize)>)| {
        let measures = gathered.measures();
        PivotRow { head, measures, cells }
    };
    let rows = by.heads.into_iter().zip(rows).zip(cells).map(row).collect();
    Ok(Pivot { layout, columns, rows, total: total.measures() })
}

/// The columns with their incidents, and the cells of each row.
type Crossed = (Vec<(Head, usize)>, Vec<Vec<(usize, usize)>>);

fn crossed(by: &Axis, across: Axis) -> Crossed {
    let mut columns: Vec<(Head, usize)> = across.heads.into_iter().map(|head| (head, 0)).collect();
    let mut counts: HashMap<(u32, u32), usize> = HashMap::new();
    // Every hit stands somewhere on both axes.
    let hit = |a: &(u32, u32), b: &(u32, u32)| a.0 == b.0;
    for (rows, places) in by.places.chunk_by(hit).zip(across.places.chunk_by(hit)) {
        for (_, column) in places {
            if let Some((_, incidents)) = columns.get_mut(*column as usize) {
                *incidents += 1;
            }
            rows.iter().for_each(|(_, row)| *counts.entry((*row, *column)).or_default() += 1);
        }
    }
    let mut cells: Vec<Vec<(usize, usize)>> = vec![Vec::new(); by.heads.len()];
    for ((row, column), incidents) in counts {
        if let Some(row) = cells.get_mut(row as usize) {
            row.push((column as usize, incidents));
        }
    }
    cells.iter_mut().for_each(|row| row.sort_unstable());
    (columns, cells)
}

/// What hits go by: heads in their order, and by hit the number of each head that it stands under, ascending.
struct Axis {
    heads: Vec<Head>,
    places: Places,
}

/// A value and its hits.
struct Valued {
    label: String,
    incidents: usize,
    newest: i64,
}

fn axis(connection: &Connection, slots: &Slots, by: By, most: usize) -> Result<Axis, StoreError> {
    let (values, mut places) = valued(connection, slots, by)?;
    let mut order: Vec<(u32, &Valued)> = (0..).zip(&values).collect();
    match by.is_time() {
        true => order.sort_unstable_by(|(_, a), (_, b)| a.label.cmp(&b.label)),
        false => order.sort_unstable_by_key(|(_, v)| (Reverse(v.incidents), &v.label)),
    }
    let left = order.len().saturating_sub(most);
    let shown = if by.is_time() { order.split_off(left) } else { order.drain(..order.len() - left).collect() };
    let mut heads: Vec<Head> = Vec::with_capacity(shown.len() + 2);
    let mut numbers: Vec<u32> = vec![0; values.len()];
    if by.is_time() {
        heads.extend((left > 0).then_some(Head::Others(left)));
        let between = Tally::new(by, shown.iter().map(|(_, v)| (Some(v.label.clone()), v.incidents)), 0).groups;
        let mut shown = shown.iter().peekable();
        for label in between.into_iter().filter_map(|group| group.label) {
            if let Some((id, _)) = shown.next_if(|(_, v)| v.label == label) {
                put(&mut numbers, *id, heads.len());
            }
            heads.push(Head::Named(label));
        }
    } else {
        let names = shown.iter().map(|(_, v)| (v.label.clone(), Some(v.newest))).collect();
        heads.extend(spelt(connection, by, names)?.into_iter().map(Head::Named));
        shown.iter().enumerate().for_each(|(at, (id, _))| put(&mut numbers, *id, at));
        order.iter().for_each(|(id, _)| put(&mut numbers, *id, heads.len()));
        heads.extend((left > 0).then_some(Head::Others(left)));
    }
    let mut with = vec![false; slots.len()];
    for (slot, value) in &mut places {
        *value = numbers.get(*value as usize).copied().unwrap_or_default();
        if let Some(with) = with.get_mut(*slot as usize) {
            *with = true;
        }
    }
    let without = u32::try_from(heads.len()).unwrap_or(u32::MAX);
    places.extend((0..).zip(&with).filter(|(_, with)| !**with).map(|(slot, _)| (slot, without)));
    heads.extend(with.contains(&false).then_some(Head::Without));
    places.sort_unstable();
    // What has several values of the others stands among them once.
    places.dedup();
    Ok(Axis { heads, places })
}

fn put(numbers: &mut [u32], id: u32, number: usize) {
    if let (Some(slot), Ok(number)) = (numbers.get_mut(id as usize), u32::try_from(number)) {
        *slot = number;
    }
}

/// By hit the numbers of what it stands under.
type Places = Vec<(u32, u32)>;

/// The values of hits, and which hit has which.
fn valued(connection: &Connection, slots: &Slots, by: By) -> Result<(Vec<Valued>, Places), StoreError> {
    let mut numbers: HashMap<String, u32> = HashMap::new();
    let mut values: Vec<(usize, i64)> = Vec::new();
    let mut places = Places::new();
    let mut select = connection.prepare_cached(rows_of(by))?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(1)?;
        let Some(slot) = slots.slot(key).and_then(|slot| u32::try_from(slot).ok()) else { continue };
        let label = row.get_ref(0)?.as_str().unwrap_or_default();
        let number = match numbers.get(label) {
            Some(number) => *number,
            None => {
                let next = u32::try_from(values.len()).unwrap_or(u32::MAX);
                numbers.insert(label.to_owned(), next);
                values.push((0, key));
                next
            }
        };
        if let Some((incidents, newest)) = values.get_mut(number as usize) {
            (*incidents, *newest) = (*incidents + 1, key.max(*newest));
        }
        places.push((slot, number));
    }
    let mut labels: Vec<(u32, String)> = numbers.into_iter().map(|(label, number)| (number, label)).collect();
    labels.sort_unstable();
    let value = |((_, label), (incidents, newest))| Valued { label, incidents, newest };
    Ok((labels.into_iter().zip(values).map(value).collect(), places))
}

/// What a hit's rows state.
#[derive(Clone, Default)]
struct Stated {
    people: Option<u64>,
    published: Option<NaiveDate>,
    occurred: Option<NaiveDate>,
    discovered: Option<NaiveDate>,
}

/// What each hit says.
fn told(connection: &Connection, slots: &Slots) -> Result<Vec<Told>, StoreError> {
    let mut stated = vec![Stated::default(); slots.len()];
    let looks_up = slots.len() <= FEW;
    // Indexes are named by their own conditions, or SQLite would not see that it may use them.
    let (of_incidents, of_facts) = match looks_up {
        true => ("key IN rarray(?1)", "incident IN rarray(?1)"),
        false => ("?1 IS NOT NULL", "field IN ('occurred', 'discovered') AND ?1 IS NOT NULL"),
    };
    let mut each = |sql: &str, take: &mut dyn FnMut(&mut Stated, &Row<'_>) -> Result<(), StoreError>| {
        let mut select = connection.prepare_cached(sql)?;
        let mut rows = match looks_up {
            true => select.query([array(slots.0.iter().copied())])?,
            false => select.query([0])?,
        };
        while let Some(row) = rows.next()? {
            if let Some(stated) = slots.slot(row.get(0)?).and_then(|slot| stated.get_mut(slot)) {
                take(stated, row)?;
            }
        }
        Ok::<(), StoreError>(())
    };
    let sql = format!(
        "SELECT key, published, CASE WHEN affected_unit = 'people' THEN affected END FROM incidents WHERE {of_incidents}"
    );
    each(&sql, &mut |stated, row| {
        stated.published = row.get_ref(1)?.as_str_or_null()?.and_then(|day| day.parse().ok());
        let affected = row.get_ref(2)?.as_str_or_null()?.map(serde_json::from_str::<Affected>).transpose()?;
        stated.people = affected.and_then(|affected| affected.count);
        Ok(())
    })?;
    let of = |field| {
        format!("SELECT incident, value FROM facts WHERE {of_facts} AND field = '{field}' AND value IS NOT NULL")
    };
    each(&of("discovered"), &mut |stated, row| {
        stated.discovered = serde_json::from_str::<Moment>(row.get_ref(1)?.as_str()?)?.day();
        Ok(())
    })?;
    each(&of("occurred"), &mut |stated, row| {
        stated.occurred = serde_json::from_str::<Period>(row.get_ref(1)?.as_str()?)?.from.day();
        Ok(())
    })?;
    Ok(stated.iter().map(|s| Told::new(s.people, s.occurred, s.discovered, s.published)).collect())
}

#[cfg(test)]
#[path = "pivot_tests.rs"]
mod tests;
