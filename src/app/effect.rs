//! What the workbench wants done: the runtime carries these out, in order.

use crate::app::session::Kept;
use crate::app::typed::paths::Look;
use crate::config::state::State;
use crate::domain::Request;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the store's thread.
    Store(Request),
    /// Leave the program.
    Quit,
    /// Leave this case book for the built-in sample and a tour of it.
    OpenSample,
    /// Stop the process until the shell brings it back (`^Z`).
    Suspend,
    /// Have the analyst edit a text; [`crate::app::event::Event::Edited`] tells what came of it.
    Edit(String),
    /// Draw everything anew (`^L`).
    Repaint,
    /// Put text on the analyst's clipboard (OSC 52); the text is neutralised before it goes out.
    Copy(String),
    /// Look into a folder; [`crate::app::event::Event::Looked`] tells what is there.
    Look(Look),
    /// Write what was learnt to the state file, behind the loop's back.
    Remember(Box<State>),
    /// Save what the analyst is at, so that it survives a hangup or a kill.
    Keep(Box<Kept>),
    /// What was cut off was taken up or dropped: whoever leaves now is not offered it again.
    Answered,
}
