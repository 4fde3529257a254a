//! Finds the incidents of a query: a tree of conditions becomes a set. Every condition is asked only of the incidents that
//! are still in question, cheap conditions before costly ones. Called by the finder with the case book as of one moment.

use super::{GoOn, sets};
use crate::query::ast::{Expr, Place, Term, Trait};
use crate::store::columns::{self, Columns, bitmap_of};
use crate::store::error::StoreError;
use crate::store::index::{Snapshot, Window, Word, goes_together, place_of};
use roaring::RoaringBitmap;
use rusqlite::Connection;

/// Sets that are remembered from query to query while nothing is written.
const REMEMBERED: usize = 24;

/// Incidents whose texts are read faster than a word is looked up.
const FEW_TEXTS: u64 = 200;

/// Incidents, newest first, in which the first hits are looked for at first; then in as many as should hold enough.
const WINDOW: usize = if cfg!(test) { 300 } else { 2_048 };

/// Words of which so many are looked up at once.
const TOGETHER: usize = 32;
/// Incidents of which the index does not tell everything up to which these are asked one by one.
const ASIDE: u64 = 1_000;

/// What conditions held for, for as long as the case book does not change.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What the case book was like: SQLite's number of it.
    version: i64,
    sets: Vec<(Term, RoaringBitmap)>,
    /// The hits of the newest query.
    hits: Option<(Expr, RoaringBitmap)>,
    /// Words that were looked up together, and what they were found in.
    together: Vec<(Vec<Expr>, RoaringBitmap)>,
    /// Words and the incidents that hold them beside their texts.
    beside: Vec<(Vec<String>, RoaringBitmap)>,
}

impl Memory {
    /// Forgets what another state of the case book was like.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn follow(&mut self, store: &Connection) -> Result<(), StoreError> {
        let version = store.query_row("PRAGMA data_version", [], |r| r.get(0))?;
        if version != self.version {
            self.hits = None;
            (self.sets, self.together, self.beside) = Default::default();
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
        remember(&mut self.sets, term.clone(), set);
    }

    /// The incidents whose tags, notes or corrected names hold a word.
    fn beside(&mut self, store: &Connection, any: &[String]) -> Result<RoaringBitmap, StoreError> {
        if let Some((_, set)) = self.beside.iter().find(|(words, _)| words == any) {
            return Ok(set.clone());
        }
        let set = sets::beside_texts(store, any)?;
        remember(&mut self.beside, any.to_vec(), set.clone());
        Ok(set)
    }
}

fn remember<T>(sets: &mut Vec<(T, RoaringBitmap)>, of: T, set: RoaringBitmap) {
    if sets.len() >= REMEMBERED {
        sets.remove(0);
    }
    sets.push((of, set));
}

/// The word that a condition asks the texts for, and whether they are to hold it; `None` for other conditions and for
/// words that are not looked up together with others.
fn word_of(expr: &Expr) -> Option<(Word<'_>, bool)> {
    match expr {
        Expr::Is(Term::Contains { place, any }) if *place != Place::Note && goes_together((*place, any)) => {
            Some(((*place, any), true))
        }
        Expr::Not(inner) if matches!(**inner, Expr::Is(_)) => word_of(inner).map(|(word, _)| (word, false)),
        _ => None,
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
    Words,
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
        let (mut left, mut done) = (within.clone(), Vec::new());
        let ordered = self.cheap_first(list);
        // Texts are read once for all words, and only those of the incidents that the rest leaves.
        let reading = ordered.partition_point(|expr| self.cost(expr) < Cost::Texts);
        let (before, texts) = ordered.split_at(reading);
        let words: Vec<&Expr> = before.iter().copied().filter(|expr| word_of(expr).is_some()).take(TOGETHER).collect();
        let mut words = Some(words).filter(|words| self.are_better_together(words));
        for expr in before {
            if self.cost(expr) >= Cost::Words
                && let Some(words) = words.take()
                && let Some(found) = self.together(&words, &left)?
            {
                left = found;
                done = words;
            }
            if done.iter().any(|known| std::ptr::eq(*known, *expr)) {
                continue;
            }
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
                Term::Contains { .. } => Cost::Words,
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
            set |= self.memory.beside(self.store, any)?;
        }
        let found = &set & within;
        if self.window.is_none() {
            self.memory.keep(term, set);
        }
        Ok(found)
    }

    /// Tells whether some of these words have to be looked up and it takes less time to do so with all of them.
    fn are_better_together(&self, words: &[&Expr]) -> bool {
        let known = |expr: &&&Expr| matches!(expr, Expr::Is(term) if self.memory.get(term).is_some());
        let mut wanted = words.iter().filter(|expr| matches!(expr, Expr::Is(_)));
        self.words.is_some() && words.len() > 1 && wanted.any(|expr| !known(&expr))
    }

    /// Those of `within` that hold all of these words and none of those that are not to be held; `None` where the words
    /// are better looked up one by one.
    fn together(&mut self, words: &[&Expr], within: &RoaringBitmap) -> Result<Option<RoaringBitmap>, StoreError> {
        let Some(index) = self.words.filter(|_| within.len() > FEW_TEXTS) else { return Ok(None) };
        let known = |(of, _): &&(Vec<Expr>, RoaringBitmap)| of.iter().eq(words.iter().copied());
        if let Some((_, set)) = self.memory.together.iter().find(known) {
            return Ok(Some(set & within));
        }
        (self.go_on)()?;
        let (mut all, mut none) = (Vec::new(), Vec::new());
        // What the index does not tell: who changed, and who holds a word beside the text.
        let mut aside = index.pending().clone();
        for (word, is_wanted) in words.iter().filter_map(|expr| word_of(expr)) {
            if word.0 == Place::Anywhere {
                aside |= self.memory.beside(self.store, word.1)?;
            }
            if is_wanted { all.push(word) } else { none.push(word) }
        }
        if aside.len() > ASIDE {
            return Ok(None);
        }
        let Some(found) = index.together(&all, &none, self.window.unwrap_or(Window::ALL))? else { return Ok(None) };
        let present = self.columns.present();
        let asked = if self.window.is_none() { &aside & present } else { &aside & within };
        let mut set = found - &aside;
        if !asked.is_empty() {
            set |= sets::some(self.store, words, &asked, present)?;
        }
        let found = &set & within;
        if self.window.is_none() {
            remember(&mut self.memory.together, words.iter().map(|expr| (*expr).clone()).collect(), set);
        }
        Ok(Some(found))
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

    /// Looks for the first hits among the newest incidents, then among as many more as should hold enough by what was
    /// found; ends when there are `most`, or when all may as well be asked.
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
            // To look again takes longer than to look at some more at once.
            let found = columns::count(begun.hits.len());
            let enough = |found| upto.saturating_mul(most) / found * 3 / 2;
            upto = std::num::NonZero::new(found).map_or(usize::MAX, |found| enough(found).max(upto * 2));
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
