//! One search with the case book as of one moment: columns, ranks and tables that say the same. Made by the finder.

use super::evaluate::{Evaluation, Memory};
use super::groups::{Grouped, Groups, Remembered};
use super::{EARLY, Early, GoOn, HeldRanks, HeldTitles, sets, tally};
use crate::domain::grouping::Grouping;
use crate::domain::protocol::Found;
use crate::domain::{By, Key, Tally};
use crate::query::ast::{Query, Sort, SortField};
use crate::store::columns::{self, Columns, Followed, Ranks, needs_values};
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
    pub titles: &'a mut HeldTitles,
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
        self.memory.keep_hits(&query.filter, &hits);
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
    pub fn tally(&mut self, query: &Query, by: By, most: usize) -> Result<Tally, StoreError> {
        let present = self.columns.present();
        let hits = self.evaluation().of(&query.filter, present)?;
        if tally::needs_ranks(by) {
            self.follow_ranks()?;
        }
        tally::tally(self.store, self.columns, self.ready_ranks(), &hits, by, most)
    }

    /// A query's hits, remembered where it was the newest.
    ///
    /// # Errors
    /// Reports what SQLite reports, and [`StoreError::Interrupted`].
    pub fn hits(&mut self, query: &Query) -> Result<RoaringBitmap, StoreError> {
        if let Some(hits) = self.memory.hits(&query.filter) {
            return Ok(hits.clone());
        }
        let present = self.columns.present();
        self.evaluation().of(&query.filter, present)
    }

    fn evaluation(&mut self) -> Evaluation<'_> {
        Evaluation::new(self.store, self.columns, self.memory, self.words, self.go_on)
    }

    fn sorted(&mut self, hits: &RoaringBitmap, sort: Sort) -> Result<Arc<Vec<Key>>, StoreError> {
        if sort == Sort::default() {
            return Ok(keys(&self.columns.newest_first(hits)));
        }
        let is_ranked = match sort.field {
            SortField::Title => self.has_titles(hits)?,
            field => !needs_values(field) || self.has_ranks(hits)?,
        };
        let titles = match &*self.titles {
            HeldTitles::Ready(titles) => Some(titles),
            HeldTitles::Loading(_) => None,
        };
        match columns::By::of(sort.field, self.ready_ranks(), titles).filter(|_| is_ranked) {
            Some(by) => Ok(keys(&self.columns.sorted(hits, &by, sort.descending))),
            None => sets::sorted(self.store, hits, sort).map(Arc::new),
        }
    }

    /// Puts hits that are in order into groups.
    fn grouped(&mut self, hits: &[Key], grouping: Grouping) -> Result<Grouped, StoreError> {
        while !self.follow_ranks()? {
            self.read_ranks()?;
        }
        let HeldRanks::Ready(ranks) = &*self.ranks else { return Ok((Arc::new(hits.to_vec()), Arc::default())) };
        let Self { store, columns, grouped: remembered, go_on, .. } = self;
        Groups { store, columns, ranks, remembered, go_on: *go_on }.of(hits, grouping)
    }

    pub(super) fn ready_ranks(&self) -> Option<&Ranks> {
        match &*self.ranks {
            HeldRanks::Ready(ranks) => Some(&**ranks),
            HeldRanks::Loading(_) => None,
        }
    }

    /// Brings the ranks that are there to this moment, and tells whether they are there.
    fn follow_ranks(&mut self) -> Result<bool, StoreError> {
        if let HeldRanks::Ready(ranks) = self.ranks
            && ranks.follow(self.store, self.columns.len())? == Followed::Anew
        {
            *self.ranks = HeldRanks::Loading(Box::default());
        }
        Ok(matches!(self.ranks, HeldRanks::Ready(_)))
    }

    fn read_ranks(&mut self) -> Result<(), StoreError> {
        while let HeldRanks::Loading(loader) = self.ranks {
            (self.go_on)()?;
            if let Some(ranks) = loader.slice(self.store)? {
                *self.ranks = HeldRanks::Ready(Box::new(ranks));
            }
        }
        Ok(())
    }

    /// Brings the ranks to this moment, and reads them where so many hits are to be sorted; false where it is better to
    /// do without.
    pub(super) fn has_ranks(&mut self, hits: &RoaringBitmap) -> Result<bool, StoreError> {
        // What was read before this moment is followed; what is read anew in it is as it is.
        while !self.follow_ranks()? {
            if hits.len() <= FEW {
                return Ok(false);
            }
            self.read_ranks()?;
        }
        Ok(true)
    }

    /// The same for the order of titles.
    fn has_titles(&mut self, hits: &RoaringBitmap) -> Result<bool, StoreError> {
        loop {
            match self.titles {
                HeldTitles::Ready(titles) => match titles.follow(self.store, self.columns.len())? {
                    Followed::UpToDate => return Ok(true),
                    Followed::Anew => *self.titles = HeldTitles::Loading(Box::default()),
                },
                HeldTitles::Loading(_) if hits.len() <= FEW => return Ok(false),
                HeldTitles::Loading(loader) => {
                    (self.go_on)()?;
                    if let Some(titles) = loader.slice(self.store)? {
                        *self.titles = HeldTitles::Ready(titles);
                    }
                }
            }
        }
    }
}

fn keys(found: &[u32]) -> Arc<Vec<Key>> {
    Arc::new(found.iter().map(|key| Key(i64::from(*key))).collect())
}
