//! Finds the incidents of a query: a tree of conditions becomes a set. Every condition is asked only of the incidents that
//! are still in question, cheap conditions before costly ones. Called by the finder with the case book as of one moment.

use super::{GoOn, sets};
use crate::query::ast::{Expr, Place, Term, Trait};
use crate::store::columns::{Columns, bitmap_of};
use crate::store::error::StoreError;
use crate::store::index::{Snapshot, Window, place_of};
use roaring::RoaringBitmap;
use rusqlite::Connection;

/// Sets that are remembered from query to query while nothing is written.
const REMEMBERED: usize = 24;

/// Incidents whose texts are read faster than a word is looked up.
const FEW_TEXTS: u64 = 200;

/// Incidents, newest first, in which the first hits are looked for at first; then in ever more.
const WINDOW: usize = 2_048;
const GROWTH: usize = 8;

/// What conditions held for, for as long as the case book does not change.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What the case book was like: SQLite's number of it.
    version: i64,
    sets: Vec<(Term, RoaringBitmap)>,
    /// The hits of the newest query.
    hits: Option<(Expr, RoaringBitmap)>,
}

impl Memory {
    /// Forgets what another state of the case book was like.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn follow(&mut self, store: &Connection) -> Result<(), StoreError> {
        let version = store.query_row("PRAGMA data_version", [], |r| r.get(0))?;
        if version != self.version {
            self.sets.clear();
            self.hits = None;
            self.version = version;
        }
        Ok(())
    }

    /// Remembers the hits of a query, which may be counted next.
    pub fn keep_hits(&mut self, of: &Expr, hits: &RoaringBitmap) {
        self.hits = Some((of.clone(), hits.clone()));
    }

    /// The hits of the newest query, if it is this one.
    pub fn hits(&self, of: &Expr) -> Option<&RoaringBitmap> {
        self.hits.as_ref().filter(|(expr, _)| expr == of).map(|(_, hits)| hits)
    }

    fn get(&self, term: &Term) -> Option<&RoaringBitmap> {
        self.sets.iter().find(|(t, _)| t == term).map(|(_, set)| set)
    }

    fn keep(&mut self, term: &Term, set: RoaringBitmap) {
        if self.sets.len() >= REMEMBERED {
            self.sets.remove(0);
        }
        self.sets.push((term.clone(), set));
    }
}

/// The case book as of one moment.
pub(super) struct Evaluation<'a> {
    pub store: &'a Connection,
    pub columns: &'a Columns,
    pub memory: &'a mut Memory,
    /// Where words are looked up; without it the texts are read.
    pub words: Option<&'a Snapshot<'a>>,
    /// Tells whether the answer is still wanted.
    pub go_on: GoOn<'a>,
    /// The places in the search index of the incidents that are asked, where these are not all.
    window: Option<Window>,
    /// All texts had to be read.
    pub scanned: bool,
}

/// What a condition costs, roughly.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    Column,
    SmallSet,
    Index,
    LargeSet,
    Texts,
}

/// How far the first hits have been looked for.
pub(super) struct Begun {
    /// Hits among those.
    pub hits: RoaringBitmap,
    /// How many of the newest incidents were asked.
    pub asked: usize,
}

impl<'a> Evaluation<'a> {
    /// Asks the case book with what is at hand.
    pub fn new(
        store: &'a Connection,
        columns: &'a Columns,
        memory: &'a mut Memory,
        words: Option<&'a Snapshot<'a>>,
        go_on: GoOn<'a>,
    ) -> Self {
        Self { store, columns, memory, words, go_on, window: None, scanned: false }
    }

    /// Those of `within` that a condition holds for.
    ///
    /// # Errors
    /// Reports what SQLite reports, and [`StoreError::Interrupted`].
    pub fn of(&mut self, expr: &Expr, within: &RoaringBitmap) -> Result<RoaringBitmap, StoreError> {
        if within.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        match expr {
            Expr::And(list) => self.all(list, within),
            _ if self.cost(expr) == Cost::Texts => self.by_reading(&[expr], within),
            Expr::Or(list) => {
                let (mut found, mut rest) = (RoaringBitmap::new(), within.clone());
                for expr in self.cheap_first(list) {
                    let more = self.of(expr, &rest)?;
                    rest -= &more;
                    found |= more;
                }
                Ok(found)
            }
            Expr::Not(inner) => Ok(within - self.of(inner, within)?),
            Expr::Is(term) => self.term(term, within),
        }
    }

    fn all(&mut self, list: &[Expr], within: &RoaringBitmap) -> Result<RoaringBitmap, StoreError> {
        let mut left = within.clone();
        let ordered = self.cheap_first(list);
        // Texts are read once for all words, and only those of the incidents that the rest leaves.
        let reading = ordered.partition_point(|expr| self.cost(expr) < Cost::Texts);
        let (before, texts) = ordered.split_at(reading);
        for expr in before {
            left = self.of(expr, &left)?;
            if left.is_empty() {
                return Ok(left);
            }
        }
        if texts.is_empty() { Ok(left) } else { self.by_reading(texts, &left) }
    }

    fn cheap_first<'e>(&self, list: &'e [Expr]) -> Vec<&'e Expr> {
        let mut ordered: Vec<&Expr> = list.iter().collect();
        ordered.sort_by_cached_key(|expr| self.cost(expr));
        ordered
    }

    fn cost(&self, expr: &Expr) -> Cost {
        match expr {
            Expr::And(list) | Expr::Or(list) => list.iter().map(|e| self.cost(e)).max().unwrap_or(Cost::Column),
            Expr::Not(inner) => self.cost(inner),
            Expr::Is(term) => match term {
                Term::Kind(_) | Term::Status(_) | Term::Published { .. } | Term::Among(_) => Cost::Column,
                Term::Has(Trait::Gone | Trait::Marked) => Cost::Column,
                term if self.memory.get(term).is_some() || sets::is_small(term) => Cost::SmallSet,
                Term::Contains { .. } if self.words.is_none() => Cost::Texts,
                Term::Action(_) | Term::Data(_) | Term::Exposure(_) | Term::Id(_) | Term::Case(_) => Cost::Index,
                _ => Cost::LargeSet,
            },
        }
    }

    /// Tells whether columns alone answer.
    pub fn is_in_columns(&self, expr: &Expr) -> bool {
        self.cost(expr) == Cost::Column
    }

    fn by_reading(&mut self, conditions: &[&Expr], within: &RoaringBitmap) -> Result<RoaringBitmap, StoreError> {
        (self.go_on)()?;
        self.scanned = true;
        sets::some(self.store, conditions, within, self.columns.present())
    }

    fn term(&mut self, term: &Term, within: &RoaringBitmap) -> Result<RoaringBitmap, StoreError> {
        match term {
            Term::Kind(kind) => Ok(self.columns.of_kind(*kind) & within),
            Term::Status(status) => Ok(self.columns.of_status(*status) & within),
            Term::Published { from, to } => Ok(self.columns.published(*from, *to, within)),
            Term::Has(Trait::Gone) => Ok(self.columns.gone() & within),
            Term::Has(Trait::Marked) => Ok(RoaringBitmap::new()),
            Term::Among(keys) => {
                let keys: Vec<u32> = keys.iter().filter_map(|key| u32::try_from(key.0).ok()).collect();
                Ok(bitmap_of(&keys) & within)
            }
            Term::Contains { place, any } if *place != Place::Note => self.by_index(term, *place, any, within),
            _ => self.by_set(term, within),
        }
    }

    /// Looks words up in the index, and where it does not know what was added to the texts.
    fn by_index(
        &mut self,
        term: &Term,
        place: Place,
        any: &[String],
        within: &RoaringBitmap,
    ) -> Result<RoaringBitmap, StoreError> {
        if let Some(set) = self.memory.get(term) {
            return Ok(set & within);
        }
        (self.go_on)()?;
        let present = self.columns.present();
        let Some(words) = self.words.filter(|_| within.len() > FEW_TEXTS) else {
            return sets::some(self.store, &[&Expr::Is(term.clone())], within, present);
        };
        let mut set = words.containing(place, any, self.window.unwrap_or(Window::ALL))?;
        if place == Place::Anywhere {
            set |= sets::beside_texts(self.store, any)?;
        }
        let found = &set & within;
        if self.window.is_none() {
            self.memory.keep(term, set);
        }
        Ok(found)
    }

    fn by_set(&mut self, term: &Term, within: &RoaringBitmap) -> Result<RoaringBitmap, StoreError> {
        if let Some(set) = self.memory.get(term) {
            return Ok(set & within);
        }
        (self.go_on)()?;
        let present = self.columns.present();
        let few = within.len() < (present.len() / 32).clamp(64, 20_000);
        if few && !sets::is_small(term) {
            return sets::some(self.store, &[&Expr::Is(term.clone())], within, present);
        }
        let set = sets::all(self.store, term, present)?;
        let found = &set & within;
        self.memory.keep(term, set);
        Ok(found)
    }

    /// Looks for the first hits among the newest incidents, then among ever more of them; ends when there are `most`, or
    /// when it has come so far that all may as well be asked.
    ///
    /// # Errors
    /// As [`Evaluation::of`].
    pub fn begin(&mut self, expr: &Expr, most: usize) -> Result<Begun, StoreError> {
        let mut begun = Begun { hits: RoaringBitmap::new(), asked: 0 };
        let mut upto = WINDOW;
        while upto < self.columns.len() / 2 && begun.hits.len() < most as u64 {
            let newest = self.columns.newest(begun.asked, upto);
            let place = |key: Option<&u32>, number| Some(place_of(self.columns.day(*key?), number));
            let places = place(newest.last(), 0).zip(place(newest.first(), i64::from(u32::MAX)));
            self.window = places.map(|(from, to)| Window { from, to });
            let found = self.of(expr, &bitmap_of(newest));
            self.window = None;
            begun.hits |= found?;
            begun.asked = upto;
            upto *= GROWTH;
        }
        Ok(begun)
    }

    /// All hits, given those that are found already.
    ///
    /// # Errors
    /// As [`Evaluation::of`].
    pub fn finish(&mut self, expr: &Expr, begun: Begun) -> Result<RoaringBitmap, StoreError> {
        if begun.asked == 0 {
            return self.of(expr, self.columns.present());
        }
        let asked = bitmap_of(self.columns.newest(0, begun.asked));
        let rest = self.columns.present() - asked;
        Ok(self.of(expr, &rest)? | begun.hits)
    }
}
