//! The ways through the incidents: the places that jumps left behind, the incident that is shown although the view does
//! not hold it, and how far the way to the next untriaged row has come. `acts` walk them.

use crate::app::layout::Pane;
use crate::domain::Key;

/// Where somebody was before a jump.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) key: Key,
    pub(super) focus: Pane,
    pub(super) lower: Pane,
    pub(super) whole: bool,
}

/// The places left behind, and the incident that is shown although the view does not hold it.
#[derive(Clone, Debug, Default)]
pub struct Jumps {
    pub(super) back: Vec<Place>,
    pub(super) ahead: Vec<Place>,
    pub(super) visited: Option<Key>,
}

impl Jumps {
    /// Places remembered each way.
    pub(in crate::app) const REMEMBERED: usize = 200;

    /// The incident that is shown although the view does not hold it.
    pub fn visited(&self) -> Option<Key> {
        self.visited
    }

    pub(super) fn remember(places: &mut Vec<Place>, place: Option<Place>) {
        places.extend(place);
        let surplus = places.len().saturating_sub(Self::REMEMBERED);
        places.drain(..surplus);
    }
}

/// The way to the next untriaged row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seek {
    pub(super) forward: bool,
    /// Untriaged rows still to be found.
    pub(super) left: usize,
    /// The row looked at next.
    pub(super) at: usize,
    /// The last untriaged row on the way.
    pub(super) reached: Option<usize>,
    /// How often that row was asked for; one that is gone is not asked for without end.
    pub(super) asked: u8,
}
