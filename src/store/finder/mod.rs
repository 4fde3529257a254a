//! Answers the workbench's queries as they are typed, on a connection of its own and with columns in memory: the first
//! hits at once, all of them and the counts after. Made from the workbench's store; the runtime's search thread asks it,
//! and lets it read ahead while nobody waits.

mod evaluate;
mod groups;
mod histogram;
mod moment;
mod sets;
mod tally;
#[cfg(test)]
mod tests;

use super::columns::{Columns, Followed, Loader, RankLoader, Ranks, Slice, TitleLoader, Titles};
use super::error::StoreError;
use super::index::Snapshot;
use super::{InterruptHandle, Store, open, read, search_sql};
use crate::domain::grouping::Grouping;
use crate::domain::protocol::Found;
use crate::domain::{By, Generation, Key, ListRow, Tally};
use crate::query::ast::Query;
use evaluate::Memory;
use moment::Moment;
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many of the first hits are told before the rest is known.
const EARLY: usize = 200;
/// KiB that SQLite may keep of the file for this connection.
const CACHE: i64 = 16_000;
/// How often columns are read anew for one search while others write more than can be followed.
const TRIES: usize = 3;

/// Finds incidents for a workbench.
pub struct Finder {
    store: Store,
    /// The oldest search that is still wanted.
    wanted: Arc<AtomicU64>,
    columns: Held,
    ranks: HeldRanks,
    titles: HeldTitles,
    memory: Memory,
    grouped: groups::Remembered,
}

/// Columns, as far as they are there.
enum Held {
    Loading(Box<Loader>),
    Ready(Box<Columns>),
    /// The case book does not fit into columns.
    Unfit,
}

/// Ranks, as far as they are there.
enum HeldRanks {
    Loading(Box<RankLoader>),
    Ready(Box<Ranks>),
}

/// The order of titles, as far as it is there.
enum HeldTitles {
    Loading(Box<TitleLoader>),
    Ready(Titles),
}

/// Hears of the first hits, on the connection that found them.
type Early<'a> = &'a mut dyn FnMut(&Connection, Found);
/// Tells whether an answer is still wanted.
type GoOn<'a> = &'a dyn Fn() -> Result<(), StoreError>;

/// Tells a finder, from another thread, that only newer searches are wanted from now on.
#[derive(Clone)]
pub struct Superseder {
    wanted: Arc<AtomicU64>,
    statements: Arc<InterruptHandle>,
}

impl Superseder {
    /// Ends every search before this one, the running one too; called before this one is handed to the finder.
    pub fn supersede(&self, by: Generation) {
        self.wanted.fetch_max(by.0, Ordering::SeqCst);
        self.statements.interrupt();
    }
}

impl Finder {
    /// Opens a connection of its own to the case book at a path. Nothing is read ahead yet.
    ///
    /// # Errors
    /// As [`Store::open_existing`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::of(open::open(path, false)?)
    }

    /// A finder on a connection that is there already.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn of(store: Store) -> Result<Self, StoreError> {
        store.placed(store.connection.pragma_update(None, "cache_size", -CACHE).map_err(StoreError::from))?;
        let (columns, ranks) = (Held::Loading(Box::default()), HeldRanks::Loading(Box::default()));
        let titles = HeldTitles::Loading(Box::default());
        let (memory, grouped) = (Memory::default(), groups::Remembered::default());
        Ok(Self { store, wanted: Arc::default(), columns, ranks, titles, memory, grouped })
    }

    /// What ends searches that nobody waits for any more.
    pub fn superseder(&self) -> Superseder {
        let statements = Arc::new(self.store.interrupt_handle());
        Superseder { wanted: Arc::clone(&self.wanted), statements }
    }

    /// Runs a query. Where all hits would take a while, `early` hears of the first ones before.
    ///
    /// # Errors
    /// [`StoreError::Interrupted`] when a newer search is wanted.
    pub fn search(
        &mut self,
        generation: Generation,
        query: &Query,
        early: &mut dyn FnMut(Found),
    ) -> Result<Found, StoreError> {
        self.run(generation, query, None, &mut |_, found| early(found))
    }

    /// Runs a query and groups its hits; where the case book does not fit into columns, they are not grouped.
    ///
    /// # Errors
    /// As [`Finder::search`].
    pub fn search_grouped(
        &mut self,
        generation: Generation,
        query: &Query,
        group: Grouping,
    ) -> Result<Found, StoreError> {
        self.run(generation, query, Some(group), &mut |_, _| ())
    }

    /// Runs a query. `told` hears of the first hits where all would take a while, and of all of them in the end; what it
    /// hears first comes with the list's rows of as many hits as `rows` says. Of hits that are grouped only the whole is told.
    ///
    /// # Errors
    /// As [`Finder::search`].
    pub fn search_with_rows(
        &mut self,
        generation: Generation,
        query: &Query,
        group: Option<Grouping>,
        rows: usize,
        told: &mut dyn FnMut(Found, Vec<ListRow>),
    ) -> Result<(), StoreError> {
        let first = |found: &Found| found.keys.iter().take(rows).copied().collect::<Vec<Key>>();
        let mut is_told = false;
        let found = self.run(generation, query, group, &mut |connection, found| {
            is_told = true;
            // Hits are worth telling without their rows too.
            let rows = read::rows_within(connection, &first(&found)).unwrap_or_default();
            told(found, rows);
        })?;
        let rows = if is_told { Vec::new() } else { self.store.rows(&first(&found))? };
        told(found, rows);
        Ok(())
    }

    fn run(
        &mut self,
        generation: Generation,
        query: &Query,
        group: Option<Grouping>,
        early: Early<'_>,
    ) -> Result<Found, StoreError> {
        let wanted = Arc::clone(&self.wanted);
        let go_on = move || {
            if generation.0 < wanted.load(Ordering::SeqCst) { Err(StoreError::Interrupted) } else { Ok(()) }
        };
        go_on()?;
        search_sql::refuse_deep(&query.filter)?;
        // The first hits of a grouped view may stand anywhere in it.
        let mut early: Option<Early<'_>> = Some(early).filter(|_| group.is_none());
        if early.is_some() && matches!(self.columns, Held::Loading(_)) {
            // The first frame waits for no columns.
            let first = self.store.placed(search_sql::first(&self.store.connection, query, EARLY))?;
            if let Some((first, early)) = first.and_then(|f| early.take().map(|e| (f, e))) {
                early(&self.store.connection, first);
            }
        }
        let found = self.at_one_moment(query, &go_on, &mut |moment| moment.search(query, group, &mut early));
        match self.store.placed(found)? {
            Some(found) => Ok(found),
            None => self.store.search(query),
        }
    }

    /// Counts the hits of a query by something that they have in common.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn tally(&mut self, query: &Query, by: By) -> Result<Tally, StoreError> {
        self.largest(query, by, usize::MAX)
    }

    /// Counts the hits of a query by something that they have in common; of names and tags only the largest groups are
    /// told, at most so many, and how many more there are. Names are read group by group, so that a screenful takes
    /// much less time than all.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn largest(&mut self, query: &Query, by: By, most: usize) -> Result<Tally, StoreError> {
        search_sql::refuse_deep(&query.filter)?;
        let tally = self.at_one_moment(query, &|| Ok(()), &mut |moment| moment.tally(query, by, most));
        match self.store.placed(tally)? {
            Some(tally) => Ok(tally),
            None => self.store.tally(query, by).map(|tally| tally.cut(most)),
        }
    }

    /// How many incidents the case book holds.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn in_store(&mut self) -> Result<usize, StoreError> {
        if let Held::Ready(columns) = &mut self.columns
            && self.store.placed(columns.follow(&self.store.connection))? == Followed::UpToDate
        {
            return Ok(columns.len());
        }
        self.store.counts().map(|counts| counts.incidents)
    }

    /// Reads some milliseconds' worth ahead, and tells whether there is more to read.
    ///
    /// # Errors
    /// Reports what SQLite reports; another call goes on.
    pub fn idle(&mut self) -> Result<bool, StoreError> {
        let read = self.slice();
        self.store.placed(read)
    }

    fn slice(&mut self) -> Result<bool, StoreError> {
        let connection = &self.store.connection;
        match &mut self.columns {
            Held::Loading(loader) => {
                match loader.slice(connection)? {
                    Slice::More => (),
                    Slice::Done(columns) => self.columns = Held::Ready(columns),
                    Slice::Unfit => self.columns = Held::Unfit,
                }
                Ok(true)
            }
            Held::Unfit => Ok(false),
            Held::Ready(_) => match (&mut self.ranks, &mut self.titles) {
                (HeldRanks::Loading(loader), _) => {
                    if let Some(ranks) = loader.slice(connection)? {
                        self.ranks = HeldRanks::Ready(Box::new(ranks));
                    }
                    Ok(true)
                }
                (_, HeldTitles::Loading(loader)) => {
                    if let Some(titles) = loader.slice(connection)? {
                        self.titles = HeldTitles::Ready(titles);
                    }
                    Ok(true)
                }
                _ => Ok(false),
            },
        }
    }

    /// Asks with columns that are as the case book is, and with the search index where the query is of words and the
    /// index can be read; `None` where there can be no columns.
    fn at_one_moment<T>(
        &mut self,
        query: &Query,
        go_on: GoOn<'_>,
        ask: &mut dyn FnMut(&mut Moment<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut looks_up = search_sql::looks_up(&query.filter);
        for _ in 0..TRIES {
            while matches!(self.columns, Held::Loading(_)) {
                go_on()?;
                self.slice()?;
            }
            let Self { store, columns: Held::Ready(columns), ranks, titles, memory, grouped, .. } = self else {
                return Ok(None);
            };
            let opened = if looks_up { Some(store.opened_index()?) } else { None };
            let index = opened.as_ref().and_then(|index| index.as_ref());
            let asked = (|| {
                let begun = index.map(|index| index.snapshot(&store.connection)).transpose()?.flatten();
                // A snapshot begins to read the case book itself.
                let tx = if begun.is_none() { Some(store.connection.unchecked_transaction()?) } else { None };
                let (words, tx) = (begun.as_ref(), tx.as_deref());
                let store = words.map(Snapshot::store).or(tx).unwrap_or(&store.connection);
                if columns.follow(store)? == Followed::Anew {
                    return Ok(None);
                }
                memory.follow(store)?;
                ask(&mut Moment { store, columns, ranks, titles, memory, grouped, words, go_on }).map(Some)
            })();
            match asked {
                Ok(None) => {
                    drop(opened);
                    self.columns = Held::Loading(Box::default());
                }
                Err(e) if index.is_some_and(|index| index.gives_way(&e)) => looks_up = false,
                asked => return asked,
            }
        }
        Ok(None)
    }
}
