//! What outlives a run: what the analyst is at, on its way to the disk and back. Kept and offered by `acts::session`,
//! written and read by the runtime.

use crate::app::layout::Pane;
use crate::app::panes::list::Marks;
use crate::config::sitting::{Filter, Sitting};
use crate::domain::Key;

/// Columns that a query has in the offer.
pub(in crate::app) const QUERY_COLUMNS: usize = 40;

/// What the analyst is at, on its way to the disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// All but the marks.
    pub sitting: Sitting,
    /// The marks, where they have changed since the last one.
    pub marks: Option<Marks>,
    /// A sitting that was cut off is still on offer, and is to be kept too.
    pub offered: bool,
}

/// A sitting that was cut off.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOver {
    /// What it held.
    pub sitting: Sitting,
    /// When it was saved, as the status line says it.
    pub when: String,
    /// Marks that can't be taken up: their row numbers stand for other incidents now.
    pub lost: usize,
}

/// What tells that something has changed since it was last kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stamp {
    pub(super) marked_anew: u64,
    pub(super) query: String,
    pub(super) filters: Vec<Filter>,
    pub(super) cursor: Option<Key>,
    pub(super) known: bool,
    pub(super) focus: Pane,
    pub(super) whole: bool,
    pub(super) offered: bool,
}

/// The state of all this.
#[derive(Debug, Default)]
pub struct Outliving {
    /// What was cut off, until it is taken up or dropped.
    pub(super) offer: Option<LeftOver>,
    /// Enter and Esc answer the offer: no key has been pressed since before it came.
    pub(super) listens: bool,
    /// Some key has been pressed.
    pub(super) touched: bool,
    pub(super) kept: Option<Stamp>,
    /// Where the cursor is to go once all hits are known, unless a key moves it before.
    pub(super) wish: Option<Key>,
}
