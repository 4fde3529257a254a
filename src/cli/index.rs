//! Brings the search index up to date at the end of commands that change what it knows, with a bar where someone watches;
//! tells of an index that is missing where that makes a search slow.

use super::context::Context;
use super::interrupt::Interrupt;
use super::out::{tell, tell_aside};
use crate::domain::protocol::Found;
use crate::jobs::{JobError, index as job};
use crate::query::ast::Query;
use crate::store::{Indexed, Store, StoreError};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;

/// Incidents whose index is made before anybody could read a bar.
const FEW: usize = 5_000;

/// Brings the index up to date. What stands in the way is told and is no failure of the command; false when ^C ended it.
pub(super) fn bring_up_to_date(store: &Store, interrupt: &Interrupt) -> bool {
    run(store, interrupt, job::run)
}

/// Builds the index anew. See [`bring_up_to_date`].
pub(super) fn rebuild(store: &Store, interrupt: &Interrupt) -> bool {
    run(store, interrupt, job::rebuild)
}

type Job = fn(&Store, &mut dyn FnMut(usize, usize) -> ControlFlow<()>) -> Result<Indexed, JobError>;

fn run(store: &Store, interrupt: &Interrupt, job: Job) -> bool {
    let bar = if io::stderr().is_terminal() { ProgressBar::no_length() } else { ProgressBar::hidden() };
    let style = ProgressStyle::with_template("search index {bar:30} {human_pos}/{human_len} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let done = job(store, &mut |done, total| {
        if total > FEW {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
        if interrupt.pressed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    match done {
        Ok(Indexed::Stopped) if interrupt.pressed() => {
            tell(
                "interrupted: all is stored, but the search index is not made; the next ingest or `jikenbo db compact` does",
            );
            return false;
        }
        Ok(_) => {}
        Err(e @ JobError::Store(StoreError::Index { .. })) => tell(&format!("{e}; the case book itself is whole")),
        Err(e) => tell(&format!("all is stored, but the search index was not brought up to date: {e}")),
    }
    true
}

/// Runs a query; where it had to read all texts for want of an index, whoever sits at a terminal is told.
pub(super) fn search(store: &Store, query: &Query, cx: &Context) -> anyhow::Result<Found> {
    let found = store.search(query)?;
    if found.scanned {
        let how = "the next ingest makes it, or `jikenbo db compact`";
        tell_aside(&format!("all texts were read, for want of a search index; {how}"), !cx.no_color(false));
    }
    Ok(found)
}
