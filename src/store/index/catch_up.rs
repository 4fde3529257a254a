//! Brings an index up to what became of the case book since, a few incidents at a time. Called by `update`, which holds the
//! lock; others go on searching meanwhile.

use super::super::error::StoreError;
use super::blocks::mark_gone;
use super::build::settle;
use super::entries::{Out, Reader, Writer, stands, take_out, write_late};
use super::failed;
use super::standing::{self, Standing, State};
use super::tokens::Tokenizer;
use super::update::Progress;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::collections::BTreeSet;
use std::path::Path;

/// Incidents that are written at once.
const BATCH: usize = 1_000;

/// What came of catching up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caught {
    /// The index knows all; so many incidents were written anew.
    Up(usize),
    /// `progress` ended the work; what was done is kept.
    Stopped,
    /// The index does not fit the case book (any more), or is too far behind.
    Misfit,
    /// The index is not ours to write.
    NotOurs,
}

/// Catches up. `index` may write.
pub fn catch_up(
    index: &mut Connection,
    path: &Path,
    store: &mut Connection,
    progress: &mut Progress<'_>,
) -> Result<Caught, StoreError> {
    let mut done = 0;
    loop {
        let Some(mut state) = State::read(index).map_err(|e| failed(&e, path))? else { return Ok(Caught::Misfit) };
        let on_store = store.transaction()?;
        let standing = Standing::read(&on_store)?;
        if !state.fits(&standing) {
            return Ok(Caught::Misfit);
        }
        let pending = standing::pending(&on_store, state.upto)?.len();
        if state.is_far_behind(pending) {
            return Ok(Caught::Misfit);
        }
        if state.upto == standing.newest && state.previous.is_empty() {
            return Ok(Caught::Up(done));
        }
        let total = done + usize::try_from(pending).unwrap_or(usize::MAX);
        if progress(done, total).is_break() {
            return Ok(Caught::Stopped);
        }
        let (upto, incidents) = next(&on_store, state.upto)?;
        state.previous = standing.token;
        state.token = standing::new_token(&on_store)?;
        state.upto = upto;
        renew(index, path, &on_store, &incidents, &mut state)?;
        on_store.commit()?;
        let tx = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if Standing::read(&tx)?.token != state.previous {
            return Ok(Caught::Misfit);
        }
        standing::told(&tx, &state)?;
        tx.commit()?;
        settle(index, &mut state).map_err(|e| failed(&e, path))?;
        done += incidents.len();
    }
}

/// The incidents of the next changes, and the last of these.
fn next(store: &Connection, upto: i64) -> Result<(i64, BTreeSet<i64>), StoreError> {
    let mut select = store.prepare_cached("SELECT seq, incident, what FROM changes WHERE seq > ?1 ORDER BY seq")?;
    let mut rows = select.query([upto])?;
    let (mut last, mut incidents) = (upto, BTreeSet::new());
    while let Some(row) = rows.next()? {
        let (incident, what): (i64, i64) = (row.get(1)?, row.get(2)?);
        if what >= 2 && !incidents.contains(&incident) {
            if incidents.len() == BATCH {
                break;
            }
            incidents.insert(incident);
        }
        last = row.get(0)?;
    }
    Ok((last, incidents))
}

/// Writes incidents anew as the case book has them, in one transaction with the new state.
fn renew(
    index: &mut Connection,
    path: &Path,
    store: &Transaction<'_>,
    incidents: &BTreeSet<i64>,
    state: &mut State,
) -> Result<(), StoreError> {
    let mut tokenizer = Tokenizer::new();
    let mut reader = Reader::new(store, &mut tokenizer)?;
    let fail = |e: rusqlite::Error| failed(&e, path);
    let tx = index.transaction_with_behavior(TransactionBehavior::Immediate).map_err(fail)?;
    let mut gone = Vec::new();
    for key in incidents {
        let out = take_out(&tx, *key).map_err(fail)?;
        state.docs -= i64::from(out != Out::No);
        if let Out::Nth(nth) = out {
            gone.push(nth);
        }
    }
    mark_gone(&tx, &gone).map_err(fail)?;
    let mut entries = Vec::with_capacity(incidents.len());
    for key in incidents {
        entries.extend(reader.read(*key)?);
    }
    // FTS5 likes them in the order of their places.
    entries.sort_unstable_by_key(|e| e.place);
    {
        let mut writer = Writer::new(&tx).map_err(fail)?;
        for entry in &entries {
            writer.write(entry).map_err(fail)?;
            write_late(&tx, entry).map_err(fail)?;
            stands(&tx, entry.key, entry.place, None).map_err(fail)?;
        }
    }
    state.docs += i64::try_from(entries.len()).unwrap_or(0);
    state.write(&tx).map_err(fail)?;
    tx.commit().map_err(fail)
}
