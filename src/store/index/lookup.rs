//! Which incidents hold a word, by the index and the texts that it does not know, exactly as reading all texts would tell.
//! Asked by the searches with a snapshot that the index gave them.

use super::super::error::StoreError;
use super::super::number::array;
use super::standing::narrow;
use super::tokens::{Wanted, wanted};
use super::{Gathered, Index, blocks, key_at};
use crate::query::ast::Place;
use roaring::RoaringBitmap;
use rusqlite::{Connection, Transaction, params};

/// Keys that are handed to one statement.
const CHUNK: usize = 10_000;

/// Places from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct Window {
    /// The first.
    pub from: i64,
    /// The last.
    pub to: i64,
}

impl Window {
    /// Every place.
    pub const ALL: Self = Self { from: 0, to: i64::MAX };
}

/// The index and the case book as of one moment.
pub(in crate::store) struct Snapshot<'s> {
    pub(super) index: &'s Index,
    /// Held while this is read from; begun before the case book's.
    pub(super) _begun: Transaction<'s>,
    pub(super) store: Transaction<'s>,
    pub(super) pending: RoaringBitmap,
}

impl Snapshot<'_> {
    /// Incidents of whose texts the index does not know what they are now, or that are gone.
    pub fn pending(&self) -> &RoaringBitmap {
        &self.pending
    }

    /// The case book as of the snapshot.
    pub fn store(&self) -> &Connection {
        &self.store
    }

    /// The incidents whose text at a place (for [`Place::Anywhere`] the entry's) holds one of these spellings, folded for
    /// search; of those that are not pending the ones within the window.
    ///
    /// # Errors
    /// Reports what SQLite reports; see [`Index::gives_way`].
    pub fn containing(&self, place: Place, any: &[String], window: Window) -> Result<RoaringBitmap, StoreError> {
        let Some(read) = Read::of(place) else {
            return Err(StoreError::corrupt("notes stand in no search index"));
        };
        let any = shortest(any);
        let mut found = RoaringBitmap::new();
        for word in &any {
            found |= match wanted(place, word) {
                None => self.with_any_text(read, window)?,
                Some(Wanted::Single(slot, late)) => {
                    let mut hits = Gathered::default();
                    let built = blocks::look_up(&self.index.connection, slot, window, &mut hits);
                    built.map_err(|e| self.index.failed(&e))?;
                    self.look_up(LATE, &late, window, hits)?
                }
                Some(Wanted::Pairs { phrase, whole: true }) => {
                    self.look_up(PAIRS, &phrase, window, Gathered::default())?
                }
                Some(Wanted::Pairs { phrase, whole: false }) => {
                    let hits = self.look_up(PAIRS, &phrase, window, Gathered::default())?;
                    self.read(read, &(hits - self.pending()), word)?
                }
            };
        }
        found -= self.pending();
        for word in &any {
            let rest = self.pending() - &found;
            found |= self.read(read, &rest, word)?;
        }
        Ok(found)
    }

    /// The incidents within the window whose texts hold a spelling of each of `all` words and none of `none`, as the index
    /// has it: pending ones are left out. `None` where a word can't be looked up together with others.
    ///
    /// # Errors
    /// As [`Snapshot::containing`].
    pub fn together(
        &self,
        all: &[Word<'_>],
        none: &[Word<'_>],
        window: Window,
    ) -> Result<Option<RoaringBitmap>, StoreError> {
        let spelt = |words: &[Word<'_>]| words.iter().map(spellings).collect::<Option<Vec<String>>>();
        let (Some(all), Some(none)) = (spelt(all), spelt(none)) else { return Ok(None) };
        if all.is_empty() {
            return Ok(None);
        }
        // The index goes from one of the least frequent to the next, and skips what lies between in the others.
        let mut expression = format!("({})", all.join(") AND ("));
        if !none.is_empty() {
            expression = format!("({expression}) NOT ({})", none.join(" OR "));
        }
        let found = self.look_up(PAIRS, &expression, window, Gathered::default())?;
        Ok(Some(found - self.pending()))
    }

    /// What an expression finds in a table of the index, with what was found before.
    fn look_up(
        &self,
        sql: &str,
        expression: &str,
        window: Window,
        mut found: Gathered,
    ) -> Result<RoaringBitmap, StoreError> {
        let mut gather = || -> rusqlite::Result<()> {
            let mut select = self.index.connection.prepare_cached(sql)?;
            let mut rows = select.query(params![expression, window.from, window.to])?;
            while let Some(row) = rows.next()? {
                found.add(key_at(row.get(0)?));
            }
            Ok(())
        };
        gather().map_err(|e| self.index.failed(&e))?;
        Ok(found.into_bitmap())
    }

    /// Which of some incidents hold a word, by their texts.
    fn read(&self, read: Read, of: &RoaringBitmap, word: &str) -> Result<RoaringBitmap, StoreError> {
        let mut found = RoaringBitmap::new();
        if of.is_empty() {
            return Ok(found);
        }
        let mut select = self.store.prepare_cached(read.some)?;
        let mut of = of.iter();
        loop {
            let keys = array(of.by_ref().take(CHUNK));
            if keys.is_empty() {
                return Ok(found);
            }
            let mut rows = select.query(params![keys, word])?;
            while let Some(row) = rows.next()? {
                found.insert(narrow(row.get(0)?)?);
            }
        }
    }

    /// The incidents of a window that have any text at a place: what the empty word finds.
    fn with_any_text(&self, read: Read, window: Window) -> Result<RoaringBitmap, StoreError> {
        let mut select = self.store.prepare_cached(read.any)?;
        let mut rows = select.query([])?;
        let mut found = RoaringBitmap::new();
        while let Some(row) = rows.next()? {
            found.insert(narrow(row.get(0)?)?);
        }
        if window != Window::ALL {
            found &= self.look_up(STANDING, "", window, Gathered::default())?;
        }
        Ok(found)
    }
}

/// A word with its spellings, folded for search, and where it is to stand.
pub(in crate::store) type Word<'w> = (Place, &'w [String]);

/// Tells whether a word can be looked up together with others.
pub(in crate::store) fn goes_together((place, any): Word<'_>) -> bool {
    spellings(&(place, any)).is_some()
}

/// The spellings of a word as one expression of FTS5; `None` where it takes more than that to look it up.
fn spellings((place, any): &Word<'_>) -> Option<String> {
    let phrase = |word: &str| match wanted(*place, word) {
        Some(Wanted::Pairs { phrase, whole: true }) => Some(phrase),
        _ => None,
    };
    let any = shortest(any);
    (!any.is_empty()).then(|| any.into_iter().map(phrase).collect::<Option<Vec<_>>>().map(|all| all.join(" OR ")))?
}

/// The words without those that hold another one of them: who holds such a word holds the other.
fn shortest(any: &[String]) -> Vec<&str> {
    let mut out: Vec<&str> = Vec::new();
    for word in any {
        if !out.iter().any(|w| word.contains(w)) {
            out.retain(|w| !w.contains(word.as_str()));
            out.push(word);
        }
    }
    out
}

const PAIRS: &str = "SELECT rowid FROM pairs WHERE pairs MATCH ?1 AND rowid BETWEEN ?2 AND ?3";
const STANDING: &str = "SELECT place FROM docs WHERE ?1 = '' AND place BETWEEN ?2 AND ?3";
const LATE: &str = "SELECT rowid FROM singles WHERE singles MATCH ?1 AND rowid BETWEEN ?2 AND ?3";

/// How the texts of a place are read.
#[derive(Clone, Copy)]
struct Read {
    /// Those of some incidents that hold a word.
    some: &'static str,
    /// The incidents that have one.
    any: &'static str,
}

impl Read {
    fn of(place: Place) -> Option<Self> {
        let (some, any) = match place {
            Place::Anywhere => (
                "SELECT incident FROM searchable WHERE incident IN rarray(?1) AND holds(folded, ?2)",
                "SELECT incident FROM searchable",
            ),
            Place::Org => (
                "SELECT key FROM incidents WHERE key IN rarray(?1) AND holds(org_folded, ?2)",
                "SELECT key FROM incidents WHERE org_folded IS NOT NULL",
            ),
            Place::Title => (
                "SELECT key FROM incidents WHERE key IN rarray(?1) AND holds(title_folded, ?2)",
                "SELECT key FROM incidents WHERE title_folded IS NOT NULL",
            ),
            Place::ThirdParty => (
                "SELECT key FROM incidents WHERE key IN rarray(?1) AND holds(third_folded, ?2)",
                "SELECT key FROM incidents WHERE third_folded IS NOT NULL",
            ),
            Place::Gang => (
                "SELECT key FROM incidents WHERE key IN rarray(?1) AND holds(gang_folded, ?2)",
                "SELECT key FROM incidents WHERE gang_folded IS NOT NULL",
            ),
            Place::Note => return None,
        };
        Some(Self { some, any })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_within_another_stands_for_both() {
        let words = |l: &[&str]| l.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(shortest(&words(&["サーバー", "サーバ", "鯖", "サーバ"])), ["サーバ", "鯖"]);
        assert_eq!(shortest(&words(&["a", "ab"])), ["a"]);
        assert_eq!(shortest(&words(&["ab", ""])), [""]);
    }
}
