//! The search index of a case book, brought up to what the case book holds: the last step of whatever brings incidents,
//! changes them or takes them away. Started by the commands; reports each step to its caller, who may stop it.

use super::JobError;
use crate::domain::protocol::Indexing;
use crate::store::{Indexed, Store};
use std::ops::ControlFlow;

/// Builds the index or catches up, whichever is right; `each` hears how many incidents are done, of how many. What was
/// there before stays until there is something better.
///
/// # Errors
/// Says what the system refuses; words are found without the index too.
pub fn run(store: &Store, each: &mut dyn FnMut(usize, usize) -> ControlFlow<()>) -> Result<Indexed, JobError> {
    let mut step = |indexing| match indexing {
        Indexing::Running { done, total } => each(done, total),
        Indexing::Ready | Indexing::Failed(_) => ControlFlow::Continue(()),
    };
    Ok(store.update_index(&mut step)?)
}

/// As [`run`], but builds it anew whatever there is.
///
/// # Errors
/// As [`run`].
pub fn rebuild(store: &Store, each: &mut dyn FnMut(usize, usize) -> ControlFlow<()>) -> Result<Indexed, JobError> {
    store.remove_index()?;
    run(store, each)
}
