//! Takes another case book in: its documents, incidents, operations and what it has forgotten. Merging twice changes
//! nothing, and the order in which case books are merged makes no difference. Called by `Store::merge`.
//!
//! Each case book keeps what it knows of the past (`side`); merging unites that, and what follows from the union
//! (`classes`) is written (`apply`): of each document the latest version, its incidents under the ids that they were
//! given first. The logs are united by id (`log`), and the tables of triage data worked out anew.

mod apply;
mod classes;
mod log;
mod side;

use super::backup::{self, Copied};
use super::error::StoreError;
use super::{Store, forget, triage};
use crate::domain::LinkKeysOf;
use apply::{Book, Writer};
use classes::{Known, Plan};
use rusqlite::{Connection, TransactionBehavior};
use side::Side;
use std::path::Path;

/// What a merge changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Documents that were not known.
    pub new: usize,
    /// Documents of which the other case book's version counts now.
    pub updated: usize,
    /// Documents that the other case book has forgotten.
    pub forgotten: usize,
    /// Incidents that were added.
    pub incidents: usize,
    /// Operations that were added.
    pub operations: usize,
}

/// Merges the case book at a path into an open one. The other file is only read: what is merged is a private copy of
/// it, brought up to date.
pub(super) fn merge(store: &mut Store, path: &Path, keys_of: LinkKeysOf) -> Result<Merged, StoreError> {
    if backup::same_file(&store.path, path) {
        return Err(StoreError::Itself { path: path.to_owned() });
    }
    let Copied { store: other, file } = backup::checked_copy(path, &store.path)?;
    let done = in_transaction(&mut store.connection, &other.connection, path, keys_of);
    drop(other);
    backup::discard(file);
    let done = done.map_err(|e| e.at(&store.path))?;
    // What was forgotten leaves the pages too; where others read, the next compacting does it.
    if done.forgotten > 0 {
        backup::compact(store).map_err(|e| e.at(&store.path))?;
    }
    Ok(done)
}

fn in_transaction(
    own: &mut Connection,
    other: &Connection,
    path: &Path,
    keys_of: LinkKeysOf,
) -> Result<Merged, StoreError> {
    own.pragma_update(None, "secure_delete", "ON")?;
    let tx = own.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let sides = [Side::read(&tx)?, Side::read(other)?];
    let [ours, theirs] = &sides;
    let known = Known::of([ours, theirs]);
    let plan = Plan::of(&known);
    let book = || (Book { connection: &tx, side: ours }, Book { connection: other, side: theirs });
    let (own, others) = book();
    let mut named = apply::named(&own, &plan)?;
    named.extend(apply::named(&others, &plan)?);
    let mut writer = Writer::new(own, others, &known, &plan, keys_of);
    writer.write(&named)?;
    let (done, rows) = (writer.done, writer.rows);
    let (own, others) = book();
    let operations = log::unite(&own, &others, &plan, &rows, path)?;
    forget::scrub(&tx, false)?;
    forget::hide_paths(&tx)?;
    triage::rebuild(&tx)?;
    let apply::Done { new, updated, forgotten, incidents } = done;
    tx.commit()?;
    Ok(Merged { new, updated, forgotten, incidents, operations })
}
