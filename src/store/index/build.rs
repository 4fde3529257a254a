//! Builds the index of a case book anew, into a file of its own that takes the old one's place when it is whole. Called by
//! `update`, which holds the lock.
//!
//! The texts are read a few at a time, not as of one moment: others go on writing, and what they change meanwhile is
//! pending afterwards.

use super::super::error::StoreError;
use super::blocks::Block;
use super::entries::{Entry, Reader, Writer, day, stands};
use super::file::Draft;
use super::standing::{self, Standing, State};
use super::tokens::Tokenizer;
use super::update::Progress;
use super::{FORMAT, connect, failed, file, key_at, place_of};
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// Incidents that are read and handed over at once.
const BATCH: usize = 100;
/// Batches of tokens that wait to be written.
const AHEAD: usize = 4;
/// Bytes of new entries that FTS5 gathers before it writes them, by how many incidents there are: the fewer times it
/// writes, the less there is to merge.
const GATHERED: [(usize, i64); 3] = [(20_000, 8 << 20), (200_000, 32 << 20), (usize::MAX, 64 << 20)];

/// Incidents with their tokens, and the block that they complete.
type Batch = (Vec<Entry>, Option<Block>);

const SCHEMA: &str = include_str!("../../../assets/index.sql");

/// Builds it; `None` where `progress` ended the work, or where something was erased meanwhile that is in it.
pub fn build(db: &Path, store: &mut Connection, progress: &mut Progress<'_>) -> Result<Option<usize>, StoreError> {
    standing::begin(store)?;
    let (before, places) = outset(store)?;
    let draft = Draft::new(db)?;
    let token = standing::new_token(store)?;
    let mut state = State { store: before.id, token, previous: before.token, upto: before.newest, docs: 0 };
    let Some(docs) = fill(&draft, store, &places, &mut state, progress)? else { return Ok(None) };
    draft.sync()?;
    let tx = store.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if Standing::read(&tx)?.token != state.previous {
        return Ok(None);
    }
    // Within the transaction, so that nothing is erased between looking and publishing.
    draft.publish(db)?;
    standing::told(&tx, &state)?;
    tx.commit()?;
    let path = file::path_of(db);
    settle(&connect(&path).map_err(|e| failed(&e, &path))?, &mut state).map_err(|e| failed(&e, &path))?;
    Ok(Some(docs))
}

/// Once the case book has the new word, the old one is of no use any more.
pub fn settle(index: &Connection, state: &mut State) -> rusqlite::Result<()> {
    state.previous.clear();
    state.write(index)
}

/// How the case book stands, and where its incidents are to stand in the index, in that order.
fn outset(store: &Connection) -> Result<(Standing, Vec<i64>), StoreError> {
    let tx = store.unchecked_transaction()?;
    let standing = Standing::read(&tx)?;
    let mut places = Vec::new();
    let mut select = tx.prepare("SELECT published, key FROM incidents")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let key = row.get(1)?;
        standing::narrow(key)?;
        places.push(place_of(day(row, 0)?, key));
    }
    places.sort_unstable();
    Ok((standing, places))
}

/// Writes all of the index into the draft, and tells how many incidents are in it.
fn fill(
    draft: &Draft,
    store: &mut Connection,
    places: &[i64],
    state: &mut State,
    progress: &mut Progress<'_>,
) -> Result<Option<usize>, StoreError> {
    let path = draft.path();
    let (sender, receiver) = sync_channel(AHEAD);
    let written = thread::scope(|scope| {
        let reading = scope.spawn(move || read(store, places, &sender));
        let written = write(path, receiver, places.len(), state, progress);
        match reading.join() {
            Ok(read) => read.and(written.map_err(|e| failed(&e, path))),
            Err(_) => Err(StoreError::corrupt("reading the texts for the search index failed")),
        }
    })?;
    if written.is_some() {
        let own = connect(path).map_err(|e| failed(&e, path))?;
        own.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(())).map_err(|e| failed(&e, path))?;
    }
    Ok(written)
}

/// Reads the incidents and makes their tokens, on a thread of its own; ends early where nobody listens any more.
fn read(store: &mut Connection, places: &[i64], to: &SyncSender<Batch>) -> Result<(), StoreError> {
    let mut tokenizer = Tokenizer::new();
    let mut block = Block::default();
    for batch in places.chunks(BATCH) {
        let tx = store.transaction()?;
        let mut reader = Reader::new(&tx, &mut tokenizer)?;
        let (mut entries, mut full) = (Vec::with_capacity(batch.len()), None);
        for place in batch {
            // Where it has moved meanwhile it is pending, and found by where it stands.
            let Some(mut entry) = reader.read(i64::from(key_at(*place)))? else { continue };
            entry.place = *place;
            block.add(entry.place, &std::mem::take(&mut entry.tokens.slots));
            entries.push(entry);
            if block.is_full() {
                full = Some(std::mem::take(&mut block));
            }
        }
        if to.send((entries, full)).is_err() {
            return Ok(());
        }
    }
    // Where nobody listens any more the work was ended.
    let _ = to.send((Vec::new(), Some(block)));
    Ok(())
}

fn write(
    path: &Path,
    from: Receiver<Batch>,
    total: usize,
    state: &mut State,
    progress: &mut Progress<'_>,
) -> rusqlite::Result<Option<usize>> {
    let mut index =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Nobody needs half an index.
    index.execute_batch(
        "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8000;
         PRAGMA temp_store = MEMORY",
    )?;
    let tx = index.transaction()?;
    tx.execute_batch(SCHEMA)?;
    tx.pragma_update(None, "user_version", FORMAT)?;
    let gathered = GATHERED.iter().find(|(most, _)| total <= *most).map_or(1 << 20, |(_, bytes)| *bytes);
    configure(&tx, gathered, 0)?;
    let mut stand = Vec::with_capacity(total);
    {
        let mut writer = Writer::new(&tx)?;
        let (mut done, mut blocks) = (0, 0);
        for (entries, block) in from {
            for entry in &entries {
                writer.write(entry)?;
                stand.push((entry.key, entry.place, stand.len() as u32));
            }
            if let Some(block) = block {
                block.write(&tx, blocks)?;
                blocks += 1;
            }
            done += entries.len();
            if progress(done, total).is_break() {
                return Ok(None);
            }
        }
    }
    // In the order of the keys, so that the table grows at its end.
    stand.sort_unstable();
    for (key, place, nth) in &stand {
        stands(&tx, *key, *place, Some(i64::from(*nth)))?;
    }
    state.docs = i64::try_from(stand.len()).unwrap_or(i64::MAX);
    state.write(&tx)?;
    // What FTS5 has by default.
    configure(&tx, 1 << 20, 4)?;
    tx.commit()?;
    Ok(Some(stand.len()))
}

/// Sets how much FTS5 gathers and how eagerly it merges.
fn configure(index: &Connection, gathered: i64, automerge: i64) -> rusqlite::Result<()> {
    for table in ["pairs", "singles"] {
        let mut insert = index.prepare(&format!("INSERT INTO {table} ({table}, rank) VALUES (?1, ?2)"))?;
        insert.execute(("hashsize", gathered))?;
        insert.execute(("automerge", automerge))?;
    }
    Ok(())
}
