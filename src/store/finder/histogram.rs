//! Counts a query's hits by day with days and actions from memory, tags from one pass over their table. Asked by the
//! search thread while the workbench shows the histogram of its view.

use super::Finder;
use super::moment::Moment;
use crate::domain::{Generation, Histogram, Split};
use crate::query::Query;
use crate::store::error::StoreError;
use crate::store::histogram::{Category, Names, by_tag, fold};
use crate::store::number::array;
use crate::store::search_sql;
use roaring::RoaringBitmap;
use rusqlite::Connection;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

impl Finder {
    /// Counts a query's hits by day.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] when a newer search is wanted.
    pub fn histogram(&mut self, generation: Generation, query: &Query, split: Split) -> Result<Histogram, StoreError> {
        let wanted = Arc::clone(&self.wanted);
        let go_on = move || {
            if generation.0 < wanted.load(Ordering::SeqCst) { Err(StoreError::Interrupted) } else { Ok(()) }
        };
        go_on()?;
        search_sql::refuse_deep(&query.filter)?;
        let counted = self.at_one_moment(query, &go_on, &mut |moment| moment.histogram(query, split));
        match self.store.placed(counted)? {
            Some(histogram) => Ok(histogram),
            None => self.store.histogram(query, split),
        }
    }
}

impl Moment<'_> {
    fn histogram(&mut self, query: &Query, split: Split) -> Result<Histogram, StoreError> {
        let hits = self.hits(query)?;
        (self.go_on)()?;
        let columns = self.columns;
        let of = |names: &Names, category: &dyn Fn(u32) -> Category| {
            fold(split, names, &mut |heard| columns.each_with_day(&hits, &mut |key, day| heard(day, category(key))))
        };
        Ok(match split {
            Split::Nothing => of(&Names::default(), &|_| 0),
            Split::Tag => {
                let (names, tagged) =
                    by_tag(self.store, &|key| u32::try_from(key).is_ok_and(|key| hits.contains(key)))?;
                // A place for every key: much faster than a map of a million.
                let mut tags: Vec<Category> = vec![0; hits.max().map_or(0, |key| key as usize + 1)];
                for (incident, tag) in tagged {
                    if let Some(slot) = usize::try_from(incident).ok().and_then(|at| tags.get_mut(at)) {
                        *slot = if *slot == 0 { tag } else { tag.min(*slot) };
                    }
                }
                of(&names, &|key| tags.get(key as usize).copied().unwrap_or_default())
            }
            Split::Action => {
                let ranked = self.has_ranks(&hits)?;
                if let Some(ranks) = self.ready_ranks().filter(|_| ranked) {
                    let (values, mut names) = (ranks.first_action(), Names::default());
                    let actions = (0u32..).take(values.len()).map(|rank| values.value(rank).unwrap_or_default());
                    let groups: Vec<Category> =
                        actions.map(|action| names.of_action(&String::from_utf8_lossy(action))).collect();
                    let group = |key| values.rank(key).and_then(|rank| groups.get(rank as usize)).copied();
                    return Ok(of(&names, &|key| group(key).unwrap_or_default()));
                }
                let (names, groups) = groups(self.store, &hits)?;
                of(&names, &|key| groups.get(&key).copied().unwrap_or_default())
            }
        })
    }
}

/// The groups of the first actions of a few incidents.
fn groups(store: &Connection, hits: &RoaringBitmap) -> Result<(Names, HashMap<u32, Category>), StoreError> {
    let mut select =
        store.prepare_cached("SELECT key, action FROM incidents WHERE key IN rarray(?1) AND action IS NOT NULL")?;
    let mut rows = select.query([array(hits.iter())])?;
    let (mut names, mut groups) = (Names::default(), HashMap::new());
    while let Some(row) = rows.next()? {
        if let Ok(key) = u32::try_from(row.get::<_, i64>(0)?) {
            groups.insert(key, names.of_action(row.get_ref(1)?.as_str()?));
        }
    }
    Ok((names, groups))
}
