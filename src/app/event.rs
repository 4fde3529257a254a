//! What reaches the workbench: keys, pastes, resizes, answers of the store. The runtime makes these from the terminal
//! and from the store's thread; tests make them from key strings.

use crate::app::keys::KeyPress;
use crate::app::session::LeftOver;
use crate::app::typed::paths::Listing;
use crate::domain::Reply;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A key was pressed.
    Key(KeyPress),
    /// Text was pasted (bracketed paste).
    Paste(String),
    /// The terminal has a new size, in columns and rows.
    Resize(u16, u16),
    /// The store answered.
    Reply(Reply),
    /// The analyst's editor has ended, or there is none.
    Edited(Edited),
    /// A folder was looked into.
    Looked(Listing),
    /// Time passed: the runtime sends it once a second at most, and only while something may be waiting for it.
    Tick,
    /// What the analyst is at is to be saved now, if it has changed.
    Keep,
    /// The last run on this case book was cut off.
    LeftOver(Box<LeftOver>),
}

/// What came of handing a text to the analyst's editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// There is no editor: `$VISUAL` and `$EDITOR` are unset or empty.
    NoEditor,
    /// The text as it was left.
    Text(String),
    /// Why there is no text.
    Failed(String),
}
