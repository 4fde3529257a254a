//! The case book in SQLite: documents, incidents, what the parser found, what analysts did, and search over all of it.
//!
//! The only user of `rusqlite`. `jobs` hands it parsed documents, `cli` and the runtime's store thread ask it; it
//! answers with the types of `domain`. Every write is one transaction; several processes may work on one file.

mod backup;
mod case;
mod check;
mod columns;
mod documents;
mod effective;
mod entries;
mod error;
mod facts;
mod finder;
mod forget;
mod functions;
mod heard;
mod histogram;
#[cfg(test)]
mod histories;
mod import;
mod incidents;
mod index;
mod ingest;
mod links;
mod log;
mod matching;
mod merge;
mod migrate;
mod names;
mod netfs;
mod number;
mod open;
mod operations;
mod pivot;
mod place;
mod prints;
mod read;
mod reparse;
mod retag;
mod revisions;
mod row_values;
mod search;
mod search_dates;
mod search_sql;
mod share;
mod tag_store;
mod tally;
mod targets;
#[cfg(test)]
mod testing;
mod told;
mod triage;

pub use backup::{Compacted, Restored};
pub use documents::Given;
pub use error::{StoreError, system_error};
pub use finder::{Finder, Superseder};
pub use forget::{DocumentInfo, Forgotten};
pub use import::{Import, KeptEntry, ReadyRecord};
pub use index::{IndexState, Indexed};
pub use ingest::{Ingested, Outcome, Ready};
pub use log::LogFilter;
pub use merge::Merged;
pub use place::Place;
pub use read::Counts;
pub use reparse::{DocumentKey, KeptDocument, Reparsed};
pub use revisions::Revision;

/// The version of the SQLite that is built in.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

use crate::domain::protocol::{TagCount, TagKey};
use crate::domain::{
    Actor, Applied, By, Colour, Command, IncidentId, Key, Layout, LinkKeysOf, ListRow, Operation, Pivot, Record,
    StoreId, Tag, TagInfo, Tally,
};
use crate::query::ast::Query;
use chrono::{DateTime, Utc};
use operations::Often;
use rusqlite::Connection;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An open case book.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    id: StoreId,
    /// The file itself, so that one that was moved away is not written to; none in memory.
    identity: Option<index::Identity>,
    /// The file as it was when it was opened on a read-only disk: SQLite takes it for one that never changes.
    unchanging: Option<open::Stamp>,
    /// Makes the link keys of incidents, once it is known how.
    link_keys: Option<LinkKeysOf>,
    /// The search index, once a search has asked for it.
    index: RefCell<Option<index::Index>>,
    /// What stops a lookup in it.
    lookups: search::Lookups,
}

/// Stops the query that a store is running, from another thread.
pub struct InterruptHandle {
    statements: rusqlite::InterruptHandle,
    lookups: search::Lookups,
}

impl InterruptHandle {
    /// Interrupts what runs now, if anything: it returns [`StoreError::Interrupted`]. Later queries are not affected.
    pub fn interrupt(&self) {
        self.statements.interrupt();
        self.lookups.interrupt();
    }
}

impl Store {
    /// Opens a case book; makes the file (mode 0600) and its missing folders (0700), and brings an older schema up to
    /// date after a backup beside it.
    ///
    /// # Errors
    /// Refuses folders, files that are no case book, newer schemas, network file systems; reports what the system
    /// refuses.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        open::open(path, true)
    }

    /// Opens a case book that has to exist.
    ///
    /// # Errors
    /// As [`Store::open`], and when there is no such file.
    pub fn open_existing(path: &Path) -> Result<Self, StoreError> {
        open::open(path, false)
    }

    /// Opens a case book that is gone with the process.
    ///
    /// # Errors
    /// Fails only for lack of memory.
    pub fn open_in_memory() -> Result<Self, StoreError> {
        open::open_in_memory()
    }

    /// The file, as it was named; `:memory:` for none.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The identity of this case book, made with it.
    pub fn id(&self) -> &StoreId {
        &self.id
    }

    /// Takes in a parsed document, in one transaction. Bytes that are known change nothing, unless something is given
    /// that was not before (a year, an address, that it is one notice). A changed document updates its incidents in place: ids and triage data stay.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn ingest(&mut self, document: &Ready, raw: &[u8], at: DateTime<Utc>) -> Result<Ingested, StoreError> {
        self.index_targets()?;
        let done = ingest::ingest(&mut self.connection, document, raw, at);
        self.link_anew(done)
    }

    /// Makes the link keys of incidents that came without them (those of a case book from before there were any) and of
    /// those that an analyst corrected, and tells how many those were; at once where there are none. From now on every
    /// change does so at its end.
    ///
    /// # Errors
    /// Reports what SQLite reports; what was done until then stays done.
    pub fn complete_links(&mut self, keys_of: LinkKeysOf) -> Result<usize, StoreError> {
        self.link_keys = Some(keys_of);
        links::complete(&mut self.connection, keys_of).map_err(|e| e.at(&self.path))
    }

    /// Brings links to what a change has made of names and days. The change is stored already: where this fails, it is
    /// made up for after the next one, or when the case book is opened again.
    fn link_anew<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let (true, Some(keys_of)) = (done.is_ok(), self.link_keys) {
            let _ = links::complete(&mut self.connection, keys_of);
        }
        self.placed(done)
    }

    /// How the document of these bytes was to be read, if it is known.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn given(&self, sha256: &str) -> Result<Option<Given>, StoreError> {
        self.placed(reparse::given(&self.connection, sha256))
    }

    /// The incidents that the document of these bytes holds, in document order.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn ids_of_document(&self, sha256: &str) -> Result<Vec<IncidentId>, StoreError> {
        self.placed(reparse::ids_of(&self.connection, sha256))
    }

    /// The documents of some incidents, or all of them, in the order in which they came.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn documents(&self, of: Option<&[Key]>) -> Result<Vec<KeptDocument>, StoreError> {
        self.placed(reparse::documents(&self.connection, of))
    }

    /// The raw bytes of a document; `None` when it is there no more.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn raw(&self, document: DocumentKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.placed(reparse::raw(&self.connection, document))
    }

    /// Takes in another reading of a kept document, in one transaction: ids and triage data stay, and a reading that
    /// says nothing new writes nothing. `None` when the document was replaced or forgotten meanwhile. A dry run tells
    /// what would change.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn reparse(
        &mut self,
        document: DocumentKey,
        reading: &Ready,
        dry_run: bool,
    ) -> Result<Option<Reparsed>, StoreError> {
        if !dry_run {
            self.index_targets()?;
        }
        let done = reparse::reparse(&mut self.connection, document, reading, dry_run);
        self.link_anew(done)
    }

    /// Fetches rows of the list, in the order asked for; unknown keys are left out.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn rows(&self, keys: &[Key]) -> Result<Vec<ListRow>, StoreError> {
        self.placed(read::rows(&self.connection, keys))
    }

    /// Fetches one incident whole.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such incident (any more).
    pub fn record(&self, key: Key) -> Result<Record, StoreError> {
        let missing = || StoreError::NotFound { id: format!("#{}", key.0) };
        self.placed(read::record(&self.connection, key).and_then(|r| r.ok_or_else(missing)))
    }

    /// Rows of the incidents closest to one, so many at most, in the record's order.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn closest(&self, record: &Record, most: usize) -> Result<Vec<ListRow>, StoreError> {
        let ids: Vec<IncidentId> = record.related.iter().take(most).map(|r| r.id.clone()).collect();
        self.rows(&self.keys(&ids)?)
    }

    /// Hands incidents out one by one in the order asked for, holding one at a time; unknown keys are left out.
    ///
    /// # Errors
    /// Stops at the first error, of the store or of `f`.
    pub fn each_record<E: From<StoreError>>(
        &self,
        keys: &[Key],
        f: &mut dyn FnMut(Record) -> Result<(), E>,
    ) -> Result<(), E> {
        // One transaction for all: they are told as of one moment, and a transaction each would take longer than the
        // reading.
        let tx = self.placed(self.connection.unchecked_transaction().map_err(StoreError::from))?;
        let mut links = links::Links::default();
        for key in keys {
            if let Some(record) = self.placed(read::record_within(&tx, *key, &mut links))? {
                f(record)?;
            }
        }
        Ok(())
    }

    /// Finds the incident of an id or a unique beginning of one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] and [`StoreError::Ambiguous`].
    pub fn key_of(&self, id: &str) -> Result<Key, StoreError> {
        self.placed(read::key_of(&self.connection, id))
    }

    /// The ids of incidents, in the order asked for; unknown keys are left out.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn ids(&self, keys: &[Key]) -> Result<Vec<IncidentId>, StoreError> {
        self.placed(read::ids(&self.connection, keys))
    }

    /// The keys of incidents, in the order asked for; unknown ids are left out.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn keys(&self, ids: &[IncidentId]) -> Result<Vec<Key>, StoreError> {
        self.placed(read::keys(&self.connection, ids))
    }

    /// Changes triage data: the log's row and the tables it feeds in one transaction. A change that changes nothing
    /// is not logged. Targets that are no incidents (any more) are left out.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn apply(&mut self, command: &Command, actor: &Actor, at: DateTime<Utc>) -> Result<Applied, StoreError> {
        self.apply_as_often(command, (actor, Often::Always), at)
    }

    /// As [`Store::apply`], but an actor acts once on an incident: targets that the log has them act on already,
    /// whatever became of it, are left out, and what changes nothing is logged too.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn apply_once(&mut self, command: &Command, actor: &Actor, at: DateTime<Utc>) -> Result<Applied, StoreError> {
        self.apply_as_often(command, (actor, Often::Once), at)
    }

    fn apply_as_often(
        &mut self,
        command: &Command,
        who: (&Actor, Often),
        at: DateTime<Utc>,
    ) -> Result<Applied, StoreError> {
        self.refuse_moved()?;
        let done = operations::apply(&mut self.connection, &self.id, command, who, at);
        self.link_anew(done)
    }

    /// Takes back the newest uncancelled change of an analyst, and tells which incidents it concerned; `None` when
    /// there is nothing to undo.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn undo(&mut self, actor: &Actor, at: DateTime<Utc>) -> Result<Option<(Applied, Vec<Key>)>, StoreError> {
        self.refuse_moved()?;
        let done = operations::undo(&mut self.connection, &self.id, actor, at);
        self.link_anew(done)
    }

    /// Brings back what the analyst's newest uncancelled undo took back; `None` when there is none, or when the
    /// analyst has changed something since.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn redo(&mut self, actor: &Actor, at: DateTime<Utc>) -> Result<Option<(Applied, Vec<Key>)>, StoreError> {
        self.refuse_moved()?;
        let done = operations::redo(&mut self.connection, &self.id, actor, at);
        self.link_anew(done)
    }

    /// Reads the operation log, newest first.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn log(&self, filter: &LogFilter) -> Result<Vec<Operation>, StoreError> {
        self.placed(log::log(&self.connection, filter))
    }

    /// Counts every tag in use, in the store and on the given incidents: most used first, then by name.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn tag_counts(&self, keys: &[Key]) -> Result<Vec<TagCount>, StoreError> {
        self.placed(read::tag_counts(&self.connection, keys))
    }

    /// Lists the tags that a key sets, by their keys.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn tag_keys(&self) -> Result<Vec<TagKey>, StoreError> {
        self.placed(tag_store::keys(&self.connection))
    }

    /// Lists every tag that is in use or that something is said of, most used first, then by name.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn tags(&self) -> Result<Vec<TagInfo>, StoreError> {
        self.placed(tag_store::list(&self.connection))
    }

    /// The colours of the tags that have one of their own.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn tag_colours(&self) -> Result<BTreeMap<Tag, Colour>, StoreError> {
        self.placed(tag_store::colours(&self.connection))
    }

    /// The incidents that carry a tag or one below it, whatever their status.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn carriers(&self, tag: &Tag) -> Result<Vec<IncidentId>, StoreError> {
        self.placed(tag_store::carriers(&self.connection, tag))
    }

    /// What the parser found in an incident before later versions of its document said otherwise, oldest first.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn revisions(&self, key: Key) -> Result<Vec<Revision>, StoreError> {
        self.placed(revisions::read(&self.connection, key.0))
    }

    /// Brings every table of triage data to what the log says: after operations came from another case book.
    ///
    /// # Errors
    /// Fails as a whole or not at all.
    pub fn rebuild_triage(&mut self) -> Result<(), StoreError> {
        let rebuilt = self.connection.transaction().map_err(StoreError::from).and_then(|tx| {
            triage::rebuild(&tx)?;
            Ok(tx.commit()?)
        });
        self.placed(rebuilt)
    }

    /// Counts a query's hits by what they have in common.
    ///
    /// # Errors
    /// As [`Store::search`].
    pub fn tally(&self, query: &Query, by: By) -> Result<Tally, StoreError> {
        let hits = self.search(query)?.keys;
        self.placed(tally::tally(&self.connection, &hits, by))
    }

    /// Makes a table of the hits of a query, with what they say of people and days.
    ///
    /// # Errors
    /// As [`Store::search`].
    pub fn pivot(&self, query: &Query, layout: Layout) -> Result<Pivot, StoreError> {
        let hits = self.search(query)?.keys;
        self.placed(pivot::pivot(&self.connection, &hits, layout))
    }

    /// Counts what the case book holds.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        self.placed(read::counts(&self.connection))
    }

    /// Looks for damage, in SQLite's structure and in the store's own rules; an empty list is good.
    ///
    /// # Errors
    /// Fails where the file can't be read at all.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        self.placed(check::check(&self.connection))
    }

    /// What is odd about the permissions of its files; none is good.
    pub fn permission_warnings(&self) -> Vec<String> {
        share::warnings(&self.path)
    }

    /// Writes a copy of the case book as of one moment, while others go on writing; the file appears only when it is
    /// whole, with the case book's own mode and group. Gives its size in bytes.
    ///
    /// # Errors
    /// Keeps an existing file unless `overwrite`; reports what the system refuses.
    pub fn backup(&self, target: &Path, overwrite: bool) -> Result<u64, StoreError> {
        backup::backup(self, target, overwrite)
    }

    /// Puts a copy of another case book, a backup, in the place of the one at `path`, which is kept under another name.
    /// Bring no open store of the same path along: it counts as another user of the file.
    ///
    /// # Errors
    /// Refuses a file that is no case book, is damaged or newer, and a case book that others have open.
    pub fn restore(path: &Path, source: &Path, at: DateTime<Utc>) -> Result<Restored, StoreError> {
        backup::restore(path, source, at)
    }

    /// Rewrites the file without unused pages and empties its write-ahead log.
    ///
    /// # Errors
    /// Needs free space as large as the case book; reports what SQLite reports.
    pub fn compact(&self) -> Result<Compacted, StoreError> {
        self.index_targets()?;
        self.placed(backup::compact(self))
    }

    /// Hands the case book's files (0660) and its folder (2770) to a group; files made later inherit it.
    ///
    /// # Errors
    /// Refuses unknown groups, folders that others use too, and all who are not the owner.
    pub fn share(&self, group: &str) -> Result<(), StoreError> {
        share::share(&self.path, group)
    }

    /// Takes another case book's documents, incidents, operations and tombstones in; `keys_of` links what is new. The
    /// other file is only read and may be of an older schema. The order of merges makes no difference, and a second one
    /// changes nothing.
    ///
    /// # Errors
    /// Refuses what is no sound case book or newer, and fails as a whole or not at all.
    pub fn merge(&mut self, other: &Path, keys_of: LinkKeysOf) -> Result<Merged, StoreError> {
        self.index_targets()?;
        let done = merge::merge(self, other, keys_of)?;
        // What analysts corrected links by their values.
        links::complete(&mut self.connection, keys_of).map_err(|e| e.at(&self.path))?;
        Ok(done)
    }

    /// Lists the documents, in the order in which they were first taken in.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn document_list(&self) -> Result<Vec<DocumentInfo>, StoreError> {
        self.placed(forget::documents(&self.connection))
    }

    /// Finds the document of a path, of a number of [`Store::document_list`], or of a SHA-256 or its beginning.
    ///
    /// # Errors
    /// [`StoreError::NoDocument`] and [`StoreError::AmbiguousDocument`].
    pub fn find_document(&self, asked: &str) -> Result<DocumentInfo, StoreError> {
        self.placed(forget::find(&self.connection, asked))
    }

    /// Erases a document for good, by its number: bytes, texts, facts, the values that analysts' corrections replaced,
    /// and with `with_notes` notes and corrected values on nothing but its incidents. A tombstone stays, and the log's
    /// ids, tags and names. The same bytes are never taken in again.
    ///
    /// # Errors
    /// Fails as a whole or not at all; that old pages could not be wiped is no error but told in the answer.
    pub fn forget(
        &mut self,
        key: i64,
        actor: &Actor,
        at: DateTime<Utc>,
        with_notes: bool,
    ) -> Result<Forgotten, StoreError> {
        self.refuse_moved()?;
        let path = self.path.clone();
        forget::forget(self, key, actor, at, with_notes).map_err(|e| e.at(&path))
    }

    /// A number that changes when another connection has changed the file.
    ///
    /// # Errors
    /// [`StoreError::Moved`], and what SQLite reports.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        self.refuse_moved()?;
        let version = self.connection.query_row("PRAGMA data_version", [], |r| r.get(0));
        self.placed(version.map_err(StoreError::from))
    }

    /// A handle with which another thread stops a running query.
    pub fn interrupt_handle(&self) -> InterruptHandle {
        InterruptHandle { statements: self.connection.get_interrupt_handle(), lookups: self.lookups.clone() }
    }

    /// What looks for the operations on many incidents finds them by an index.
    fn index_targets(&self) -> Result<(), StoreError> {
        self.refuse_moved()?;
        self.placed(targets::index(&self.connection))
    }

    /// What is written to a file that nobody finds any more would be lost without a word.
    fn refuse_moved(&self) -> Result<(), StoreError> {
        self.refuse_changing()?;
        let Some(own) = self.identity else { return Ok(()) };
        let found = index::Identity::ask(&self.path).map_err(|e| StoreError::io(&e, &self.path))?;
        if found == Some(own) { Ok(()) } else { Err(StoreError::Moved { path: self.path.clone() }) }
    }

    /// A file that another machine or mount writes to reads wrongly where SQLite takes it for unchanging.
    fn refuse_changing(&self) -> Result<(), StoreError> {
        match &self.unchanging {
            Some(was) if open::Stamp::of(&self.path).as_ref() != Some(was) => {
                Err(StoreError::Changing { path: self.path.clone() })
            }
            _ => Ok(()),
        }
    }

    fn placed<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        result.map_err(|e| e.at(&self.path))
    }
}
