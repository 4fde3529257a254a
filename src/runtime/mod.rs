//! The terminal, the threads and the loop: where the workbench meets the machine.
//!
//! Threads read keys, wait for signals, own the store, search, and keep the index; all send into one channel, and the
//! loop in [`main_loop`] hands what arrives to the workbench, carries out the effects and draws when something changed.
//! Given a session by `cli`; the only user of `crossterm`.

pub mod ability;
mod backend;
mod book;
pub mod clipboard;
pub mod crew;
mod editor;
pub mod errands;
pub mod folders;
pub mod glyph;
pub mod hand;
pub mod index;
pub mod input;
pub mod jumper;
mod keeper;
pub mod labour;
pub mod main_loop;
pub mod memory;
mod pauses;
pub mod screen;
pub mod scroll;
pub mod search;
mod seeker;
mod session;
mod sittings;
pub mod style;
pub mod terminal;
pub mod worker;

pub use memory::Paths;
pub use session::{Left, Session, run};
pub use terminal::size as terminal_size;
pub use worker::Problem;

use crate::app::event::Event;
use std::fmt;

/// What the loop wakes up for.
#[derive(Clone, Debug, PartialEq)]
pub enum Wake {
    /// Something for the workbench: a key, a paste, a new size, an answer of the store.
    Event(Event),
    /// A signal of the operating system, by its number.
    Signal(i32),
    /// The terminal gives no more keys: why.
    InputEnded(String),
    /// A thread that serves the workbench has ended.
    Ended(Part),
}

/// A thread that serves the workbench.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// It owns the store: rows, details, changes, exports.
    Store,
    /// It answers queries.
    Search,
    /// It keeps the search index.
    Index,
    /// It looks among names.
    Jump,
    /// It does long work, and ends when that is done.
    Errand,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Store => "store",
            Self::Search => "search",
            Self::Index => "index",
            Self::Jump => "jump",
            Self::Errand => "errand",
        })
    }
}

/// Why the workbench could not start or had to end.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// Standard input or output is a pipe or a file.
    #[error("{0} is no terminal: the workbench needs one; in scripts use `jikenbo list` or `jikenbo export`")]
    NoTerminal(&'static str),
    /// The terminal can't place its cursor.
    #[error(
        "this terminal (TERM={0}) can't place its cursor, which the workbench needs; where it can do more than it says, \
         set TERM, such as TERM=xterm; else use `jikenbo list`, `show` and `tag`"
    )]
    Refused(String),
    /// The terminal can't be set up, read or written.
    #[error("the terminal fails: {0}; what was tagged is saved, start again to go on")]
    Terminal(#[from] std::io::Error),
    /// A thread that serves the workbench ended on its own.
    #[error("the {0} thread ended unexpectedly; what was logged is saved, start again to go on")]
    Thread(Part),
    /// A change that was asked for before leaving, or the state file, could not be stored.
    #[error("not everything was saved before leaving: {0}")]
    Unsaved(String),
}
