//! One search with the case book as of one moment: columns, ranks and tables that say the same. Made by the finder.

use super::evaluate::{Evaluation, Memory};
use super::groups::{Groups, Remembered};
use super::{EARLY, Early, GoOn, HeldRanks, sets, tally};
use crate::domain::grouping::{GroupSpan, Grouping};
use crate::domain::protocol::Found;
use crate::domain::{By, Key, Tally};
use crate::query::ast::{Query, Sort, SortField};
use crate::store::columns::{self, Columns, Followed, RankLoader, needs_values};
use crate::store::error::StoreError;
use crate::store::index::Snapshot;
use roaring::RoaringBitmap;
use rusqlite::Connection;
use std::sync::Arc;

/// Up to so many hits are sorted by SQLite where their ranks are not there: to read everybody's would take longer.
const FEW: u64 = 4_000;
/// Up to so many incidents, what is in columns alone is found in less time than a frame takes.
const INSTANT: usize = 200_000;

/// The case book as of one moment.
pub(super) struct Moment<'a> {
    pub store: &'a Connection,
    pub columns: &'a Columns,
    pub ranks: &'a mut HeldRanks,
    pub memory: &'a mut Memory,
    pub grouped: &'a mut Remembered,
    /// Where words are looked up; without it the texts are read.
    pub words: Option<&'a Snapshot<'a>>,
    pub go_on: GoOn<'a>,
}

impl Moment<'_> {
    /// Runs a query; `early` hears of the first hits where all take longer.
    ///
    /// # Errors
    /// Reports what SQLite reports, and [`StoreError::Interrupted`].
    pub fn search(
        &mut self,
        query: &Query,
        group: Option<Grouping>,
        early: &mut Option<Early<'_>>,
    ) -> Result<Found, StoreError> {
        let (store, in_store) = (self.store, self.columns.len());
        let mut evaluation = self.evaluation();
        let instant = in_store <= INSTANT && evaluation.is_in_columns(&query.filter);
        let hits = match early.is_some() && query.sort == Sort::default() && !instant {
            false => evaluation.of(&query.filter, evaluation.columns.present())?,
            true => {
                let begun = evaluation.begin(&query.filter, EARLY)?;
                if let Some(early) = early.take_if(|_| begun.hits.len() >= EARLY as u64) {
                    let mut first = evaluation.columns.newest_first(&begun.hits);
                    first.truncate(EARLY);
                    let triaged = evaluation.columns.triaged(&columns::bitmap_of(&first));
                    let scanned = evaluation.scanned;
                    let keys = keys(&first);
                    early(store, Found { keys, triaged, in_store, early: true, scanned, ..Found::default() });
                }
                evaluation.finish(&query.filter, begun)?
            }
        };
        let scanned = evaluation.scanned;
        (self.go_on)()?;
        let keys = self.sorted(&hits, query.sort)?;
        let (keys, groups) = match group {
            Some(group) => self.grouped(&keys, group)?,
            None => (keys, Arc::default()),
        };
        Ok(Found { keys, groups, triaged: self.columns.triaged(&hits), in_store, early: false, scanned })
    }

    /// Counts a query's hits.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn tally(&mut self, query: &Query, by: By) -> Result<Tally, StoreError> {
        let present = self.columns.present();
        let hits = self.evaluation().of(&query.filter, present)?;
        tally::tally(self.store, self.columns, &hits, by)
    }

    fn evaluation(&mut self) -> Evaluation<'_> {
        Evaluation::new(self.store, self.columns, self.memory, self.words, self.go_on)
    }

    fn sorted(&mut self, hits: &RoaringBitmap, sort: Sort) -> Result<Arc<Vec<Key>>, StoreError> {
        if sort == Sort::default() {
            return Ok(keys(&self.columns.newest_first(hits)));
        }
        if needs_values(sort.field) && !self.is_ranked(sort.field, hits)? {
            return sets::sorted(self.store, hits, sort).map(Arc::new);
        }
        let ranks = match &self.ranks {
            HeldRanks::Ready(ranks) => Some(&**ranks),
            HeldRanks::Loading(_) => None,
        };
        match columns::By::of(sort.field, ranks) {
            Some(by) => Ok(keys(&self.columns.sorted(hits, &by, sort.descending))),
            None => sets::sorted(self.store, hits, sort).map(Arc::new),
        }
    }

    /// Puts hits that are in order into groups.
    fn grouped(&mut self, hits: &[Key], grouping: Grouping) -> Result<(Arc<Vec<Key>>, Arc<[GroupSpan]>), StoreError> {
        self.follow_ranks()?;
        self.read_ranks()?;
        let HeldRanks::Ready(ranks) = &self.ranks else { return Ok((Arc::new(hits.to_vec()), Arc::default())) };
        let Self { store, columns, grouped: remembered, go_on, .. } = self;
        let (keys, spans) = Groups { store, columns, ranks, remembered, go_on: *go_on }.of(hits, grouping)?;
        Ok((Arc::new(keys), spans.into()))
    }

    /// Brings the ranks of an order to this moment, and reads them where so many hits are to be sorted; false where it is
    /// better to do without.
    fn is_ranked(&mut self, field: SortField, hits: &RoaringBitmap) -> Result<bool, StoreError> {
        self.follow_ranks()?;
        let there = matches!(self.ranks, HeldRanks::Ready(ranks) if ranks.of(field).is_some());
        if there || hits.len() <= FEW {
            return Ok(there);
        }
        self.read_ranks()?;
        if let HeldRanks::Ready(ranks) = self.ranks
            && field == SortField::Title
        {
            ranks.take_titles(RankLoader::titles(self.store, self.go_on)?);
        }
        Ok(true)
    }
}

impl Moment<'_> {
    /// Brings the ranks to this moment, where they are there.
    fn follow_ranks(&mut self) -> Result<(), StoreError> {
        if let HeldRanks::Ready(ranks) = self.ranks
            && ranks.follow(self.store, self.columns.len())? == Followed::Anew
        {
            *self.ranks = HeldRanks::Loading(RankLoader::kept());
        }
        Ok(())
    }

    /// Reads the ranks to the end, where they are not there.
    fn read_ranks(&mut self) -> Result<(), StoreError> {
        while let HeldRanks::Loading(loader) = self.ranks {
            (self.go_on)()?;
            if let Some(mut ranks) = loader.slice(self.store)? {
                // Some of it was read before.
                let followed = ranks.follow(self.store, self.columns.len())?;
                *self.ranks = match followed {
                    Followed::UpToDate => HeldRanks::Ready(Box::new(ranks)),
                    Followed::Anew => HeldRanks::Loading(RankLoader::kept()),
                };
            }
        }
        Ok(())
    }
}

fn keys(found: &[u32]) -> Arc<Vec<Key>> {
    Arc::new(found.iter().map(|key| Key(i64::from(*key))).collect())
}
