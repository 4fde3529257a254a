//! What is remembered of changes that the screen does not show by itself: others' changes, and what was taken back out of
//! the view. Kept by the state; `acts` fills it and says it.

use crate::domain::Key;
use std::time::Duration;

/// What is known of others' changes.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// What they did, until the list shows it.
    pub news: Option<String>,
    /// The case book was changed from outside since the last result.
    pub changed: bool,
    /// An incident of the cursor's row that was changed from here.
    pub own: Option<Key>,
    /// When the cursor's row was exchanged.
    pub exchanged: Option<Duration>,
}

/// An incident that was taken back or brought again, and what the status line says of it.
#[derive(Debug)]
pub(super) struct Restored {
    /// Which.
    pub key: Key,
    /// The words.
    pub told: String,
}
