//! What many incidents have in common beside the values that lists are sorted by: actions, exposure, and which
//! organisations are spelt otherwise than folded. Read with the ranks, kept up to date with them, asked for groups.

use super::bitmap_of;
use crate::domain::Exposure;
use crate::store::error::StoreError;
use crate::store::number::array;
use roaring::RoaringBitmap;
use rusqlite::{Connection, Row, params};
use std::collections::BTreeMap;

/// Rows of a slice of the table of actions: a millisecond or two.
const SLICE: i64 = 8_192;

/// The columns of an incident's row that [`Shared::add`] reads.
pub(super) const COLUMNS: &str = "exposure, org IS NOT org_folded";

/// Names of actions that are kept: VERIS has some sixty. A case book of more is no case book that this program wrote.
const MOST: usize = 1_000;

/// The exposures in the order of their sets.
const EXPOSURES: [Exposure; 3] = [Exposure::Confirmed, Exposure::Suspected, Exposure::None];

/// Incidents by what they share, as sets.
#[derive(Debug, Default, PartialEq)]
pub(in crate::store) struct Shared {
    actions: BTreeMap<String, RoaringBitmap>,
    /// There are more names of actions than are kept; then none is.
    too_many: bool,
    exposures: [RoaringBitmap; 3],
    respelt: RoaringBitmap,
}

impl Shared {
    /// Actions by name, each with the incidents that have it, whichever other ones they have; `None` where there are too
    /// many names.
    pub fn actions(&self) -> Option<impl Iterator<Item = (&str, &RoaringBitmap)>> {
        (!self.too_many).then(|| self.actions.iter().map(|(name, set)| (name.as_str(), set)))
    }

    /// The exposures, each with its incidents.
    pub fn exposures(&self) -> impl Iterator<Item = (Exposure, &RoaringBitmap)> {
        EXPOSURES.into_iter().zip(&self.exposures)
    }

    /// The incidents whose organisation is spelt otherwise than folded.
    pub fn respelt(&self) -> &RoaringBitmap {
        &self.respelt
    }

    /// Notes the row of an incident that is not noted yet: [`COLUMNS`] from a column on.
    pub(super) fn add(&mut self, key: u32, row: &Row<'_>, at: usize) -> Result<(), StoreError> {
        let name = row.get_ref(at)?.as_str_or_null().ok().flatten();
        let at_exposure = EXPOSURES.iter().position(|e| Some(e.as_str()) == name);
        if let Some(set) = at_exposure.and_then(|nth| self.exposures.get_mut(nth)) {
            set.insert(key);
        }
        if row.get(at + 1)? {
            self.respelt.insert(key);
        }
        Ok(())
    }

    /// Notes an action.
    fn add_action(&mut self, name: &str, key: u32) {
        // The entry API would copy the name of every row.
        if let Some(set) = self.actions.get_mut(name) {
            set.insert(key);
        } else if !self.too_many {
            self.actions.insert(name.to_owned(), RoaringBitmap::from([key]));
            self.keep_few();
        }
    }

    /// Notes the actions of some incidents.
    pub(super) fn add_actions(&mut self, store: &Connection, keys: &[u32]) -> Result<(), StoreError> {
        let mut select = store.prepare_cached("SELECT name, incident FROM actions WHERE incident IN rarray(?1)")?;
        let mut rows = select.query([array(keys.iter().copied())])?;
        while let Some(row) = rows.next()? {
            if let Ok(key) = u32::try_from(row.get::<_, i64>(1)?) {
                self.add_action(row.get_ref(0)?.as_str().unwrap_or_default(), key);
            }
        }
        Ok(())
    }

    /// Takes incidents out of everything, and puts in what they share now.
    pub(super) fn replace(&mut self, keys: &[u32], now: Self) {
        let out = bitmap_of(keys);
        for set in self.actions.values_mut().chain(&mut self.exposures).chain([&mut self.respelt]) {
            *set -= &out;
        }
        self.actions.retain(|_, set| !set.is_empty());
        self.exposures.iter_mut().zip(now.exposures).for_each(|(set, now)| *set |= now);
        self.respelt |= now.respelt;
        self.too_many |= now.too_many;
        for (name, set) in now.actions {
            *self.actions.entry(name).or_default() |= set;
        }
        self.keep_few();
    }

    fn keep_few(&mut self) {
        self.too_many |= self.actions.len() > MOST;
        if self.too_many {
            self.actions = BTreeMap::new();
        }
    }
}

/// The table of actions on its way into memory.
#[derive(Debug, Default)]
pub(super) struct ActionLoader {
    /// Up to this name and incident all is read.
    read: (String, i64),
}

impl ActionLoader {
    /// Reads a slice and tells whether there is more.
    pub fn more(&mut self, store: &Connection, into: &mut Shared) -> Result<bool, StoreError> {
        let mut select = store.prepare_cached(
            "SELECT name, incident FROM actions WHERE (name, incident) > (?1, ?2) ORDER BY name, incident LIMIT ?3",
        )?;
        let mut rows = select.query(params![self.read.0, self.read.1, SLICE])?;
        let mut read = 0;
        while let Some(row) = rows.next()? {
            let (name, incident) = (row.get_ref(0)?.as_str().unwrap_or_default(), row.get(1)?);
            read += 1;
            if self.read.0 != name {
                name.clone_into(&mut self.read.0);
            }
            self.read.1 = incident;
            if let Ok(key) = u32::try_from(incident) {
                into.add_action(name, key);
            }
        }
        Ok(read == SLICE)
    }
}
