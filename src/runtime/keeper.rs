//! The real store behind the index thread. Made by `session` inside that thread.

use super::backend::problem;
use super::index::{Keeper, Progress};
use super::worker::Problem;
use crate::domain::protocol::Indexing;
use crate::store::{IndexState, Indexed, Place, Store};

/// A store whose index is kept.
pub struct StoreKeeper {
    store: Store,
}

impl StoreKeeper {
    /// Opens the case book at a place.
    pub fn open(place: &Place) -> Result<Self, Problem> {
        let store = place.open().and_then(|store| store.keep_little().map(|()| store));
        Ok(Self { store: store.map_err(problem)? })
    }
}

impl Keeper for StoreKeeper {
    fn update(&mut self, progress: Progress<'_>) -> Result<(), Problem> {
        let ready = match self.store.update_index(progress).map_err(problem)? {
            Indexed::Built(_) | Indexed::CaughtUp(_) => true,
            // Whoever was at it may be done by now.
            Indexed::Elsewhere => self.store.index_state().map_err(problem)? == IndexState::Ready,
            Indexed::Stopped | Indexed::NoFile => false,
        };
        if ready {
            // There is nothing left that could be ended.
            let _ = progress(Indexing::Ready);
        }
        Ok(())
    }
}
