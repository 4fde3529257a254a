//! Builds the index of a case book or brings it up to date, whichever is right, over connections of its own. Called by
//! `Store::update_index`, from commands and from a thread of the workbench.

use super::super::error::StoreError;
use super::super::open;
use super::build::build;
use super::catch_up::{Caught, catch_up};
use super::file::{self, Lock};
use super::{Index, connect, failed};
use rusqlite::Connection;
use std::ops::ControlFlow;
use std::path::Path;

/// Hears how many incidents are done, of how many, and may end the work.
pub type Progress<'p> = dyn FnMut(usize, usize) -> ControlFlow<()> + 'p;

/// How often an index is built anew because something was erased in the meantime.
const ROUNDS: usize = 3;

/// What came of bringing the search index up to date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// It was built anew, of so many incidents.
    Built(usize),
    /// So many incidents were written anew; 0 where it knew all already.
    CaughtUp(usize),
    /// Another process or thread is at it, or it is not ours to change.
    Elsewhere,
    /// The work was ended before; what there is can be searched as before.
    Stopped,
    /// This case book has no file, so it has no index either.
    NoFile,
}

/// Brings the index of the case book at `db` up to date.
pub(in crate::store) fn update(db: &Path, progress: &mut Progress<'_>) -> Result<Indexed, StoreError> {
    if !db.is_file() {
        return Ok(Indexed::NoFile);
    }
    let Some(_lock) = Lock::try_take(db)? else { return Ok(Indexed::Elsewhere) };
    let mut store = open::connect_alone(db)?.connection;
    let mut built = None;
    for _ in 0..ROUNDS {
        match caught_up(db, &mut store, progress)? {
            Caught::Up(n) => return Ok(built.map_or(Indexed::CaughtUp(n), Indexed::Built)),
            Caught::Stopped => return Ok(Indexed::Stopped),
            Caught::NotOurs => return Ok(Indexed::Elsewhere),
            Caught::Misfit => {}
        }
        let mut stopped = false;
        built = build(db, &mut store, &mut |done, total| {
            let flow = progress(done, total);
            stopped = flow.is_break();
            flow
        })?;
        if stopped {
            return Ok(Indexed::Stopped);
        }
    }
    // Others write faster than the index is built; the next update goes on.
    Ok(built.map_or(Indexed::Stopped, Indexed::Built))
}

/// Catches up where there is an index that fits; one that turns out to be damaged fits nothing.
fn caught_up(db: &Path, store: &mut Connection, progress: &mut Progress<'_>) -> Result<Caught, StoreError> {
    let Some(index) = Index::open(db, store)? else { return Ok(Caught::Misfit) };
    let path = file::path_of(db);
    let done = connect(&path).map_err(|e| failed(&e, &path)).and_then(|mut own| {
        if own.is_readonly(rusqlite::MAIN_DB).map_err(|e| failed(&e, &path))? {
            return Ok(Caught::NotOurs);
        }
        let done = catch_up(&mut own, &path, store, progress)?;
        // Readers may be in the way; then the next one does it.
        let _ = own.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        Ok(done)
    });
    match done {
        Err(e) if matches!(e, StoreError::Index { damaged: true, .. }) => {
            index.gives_way(&e);
            Ok(Caught::Misfit)
        }
        done => done,
    }
}
