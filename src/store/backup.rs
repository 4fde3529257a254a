//! Copies of a case book: a backup while others write, the way back from one, and a file without unused pages. Called
//! by `Store::backup`, `Store::restore` and `Store::compact`, and by `merge` for its copy of the other case book.

use super::error::{StoreError, system_error};
use super::{Store, check, migrate, open};
use chrono::{DateTime, Utc};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::{NamedTempFile, TempPath};

/// How often a copy begins anew that others' locks have stopped.
const TRIES: usize = 20;
/// Bytes of a file from which on it is rewritten by way of a file, not of memory.
const LARGE: u64 = 256 << 20;

/// Bytes of a case book's files before and after it was compacted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes before.
    pub before: u64,
    /// Bytes after.
    pub after: u64,
    /// True where others were reading, so that the write-ahead log still holds old pages.
    pub others: bool,
}

/// What came of a restore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where the case book that stood there is now.
    pub kept: Option<PathBuf>,
}

impl Store {
    /// Refuses the case book's own files as the place of something else.
    ///
    /// # Errors
    /// [`StoreError::Itself`].
    pub fn refuse_own(&self, target: &Path) -> Result<(), StoreError> {
        let own = ["", "-wal", "-shm", "-index", "-index-wal", "-index-shm"].map(|end| sidecar(&self.path, end));
        if own.iter().any(|file| same_file(file, target)) {
            return Err(StoreError::Itself { path: target.to_owned() });
        }
        Ok(())
    }
}

/// Copies everything that one connection sees, as of one moment, into another.
pub(super) fn copy(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    let copying = Backup::new(from, to)?;
    for _ in 0..TRIES {
        match copying.step(-1)? {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // The copy does not wait for a lock by itself; a read does.
            _ => from.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?,
        }
    }
    Err(StoreError::Locked { path: PathBuf::new() })
}

/// Writes a backup. See [`write_backup`].
pub(super) fn backup(store: &Store, target: &Path, overwrite: bool) -> Result<u64, StoreError> {
    let target = &followed(target);
    match fs::metadata(target) {
        Ok(m) if m.is_dir() => return Err(StoreError::Folder { path: target.clone() }),
        Ok(_) if same_file(&store.path, target) => return Err(StoreError::Itself { path: target.clone() }),
        Ok(_) if !overwrite => return Err(StoreError::Exists { path: target.clone() }),
        // Pages of its write-ahead log would be taken for pages of the new file.
        Ok(_) if sidecar(target, "-wal").exists() => settle(target)?,
        _ => {}
    }
    write_backup(&store.connection, &store.path, target, overwrite)
}

/// Writes what a connection to the case book at `own` sees to a file that appears under its name only when it is whole,
/// and is readable by those who may read the case book. Gives its size in bytes.
pub(super) fn write_backup(
    connection: &Connection,
    own: &Path,
    target: &Path,
    overwrite: bool,
) -> Result<u64, StoreError> {
    let temporary = temporary_beside(target)?;
    like(own, temporary.path()).map_err(|e| StoreError::io(&e, target))?;
    write_copy(connection, temporary.path()).map_err(|e| e.at(target))?;
    keep(temporary, target, overwrite)
}

/// Copies what a connection sees into a file and waits until it is on the disk.
fn write_copy(from: &Connection, path: &Path) -> Result<(), StoreError> {
    let mut to =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    // Nobody needs half a copy.
    to.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
    copy(from, &mut to)?;
    drop(to);
    File::open(path).and_then(|f| f.sync_all()).map_err(|e| StoreError::io(&e, Path::new("")))
}

/// A copy of another case book, brought up to date and found to be sound; gone with this value.
pub(super) struct Copied {
    /// The copy.
    pub store: Store,
    /// Removes the file.
    pub file: TempPath,
}

/// Copies a case book that is only read to a private file beside `beside`, brings the copy up to this program's schema
/// and checks it.
///
/// # Errors
/// Refuses what is no case book, newer schemas, and damage.
pub(super) fn checked_copy(source: &Path, beside: &Path) -> Result<Copied, StoreError> {
    if !source.try_exists().map_err(|e| StoreError::io(&e, source))? {
        return Err(StoreError::NoFile { path: source.to_owned() });
    }
    if source.is_dir() {
        return Err(StoreError::Folder { path: source.to_owned() });
    }
    open::refuse_no_file(source)?;
    let temporary = temporary_beside(beside)?;
    let from = read_only(source).map_err(|e| e.at(source))?;
    let found = migrate::version(&from).map_err(|e| e.at(source))?;
    migrate::refuse_newer(found, migrate::MIGRATIONS).map_err(|e| e.at(source))?;
    if found == 0 {
        let why = "it is empty".into();
        return Err(StoreError::NotACaseBook { path: source.to_owned(), why });
    }
    // What fails here is the disk of the copy, or damage of the source.
    write_copy(&from, temporary.path()).map_err(|e| match e {
        StoreError::Corrupt { .. } => e.at(source),
        e => e.at(beside),
    })?;
    let file = temporary.into_temp_path();
    let opened = open::connect_alone(&file).map_err(|e| match e {
        StoreError::Full { .. } => e.at(beside),
        e => e.at(source),
    });
    let store = opened?;
    let problems = check::check(&store.connection).map_err(|e| e.at(source))?;
    match problems.into_iter().next() {
        Some(why) => Err(StoreError::Corrupt { path: source.to_owned(), why }),
        None => Ok(Copied { store, file }),
    }
}

/// Removes a copy and what SQLite put beside it.
pub(super) fn discard(copy: TempPath) {
    let path = copy.to_path_buf();
    drop(copy);
    for end in ["-wal", "-shm"] {
        // Nearly always the last connection has removed it.
        let _ = fs::remove_file(sidecar(&path, end));
    }
}

/// Opens a file for reading only. One that nobody has open and nobody has left anything to do for is read as it lies
/// there: SQLite would put the files by which it talks to others beside it, and could not on a read-only disk.
fn read_only(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let alone = ["-wal", "-shm", "-journal"].iter().all(|end| !sidecar(path, end).exists());
    let connection = if alone {
        let real = fs::canonicalize(path).map_err(|e| StoreError::io(&e, path))?;
        let uri = format!("file:{}?immutable=1", percent_encoded(&real));
        Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)?
    } else {
        Connection::open_with_flags(path, flags)?
    };
    connection.busy_timeout(open::BUSY)?;
    Ok(connection)
}

pub(super) fn percent_encoded(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    bytes
        .iter()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"/._-".contains(b) {
                char::from(*b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// Puts a copy of `source` in the place of the case book at `path`; what stood there is kept under another name.
pub(super) fn restore(path: &Path, source: &Path, at: DateTime<Utc>) -> Result<Restored, StoreError> {
    let path = &followed(path);
    open::refuse_unfit_path(path)?;
    if same_file(path, source) {
        return Err(StoreError::Itself { path: source.to_owned() });
    }
    open::make_folder(path)?;
    let Copied { store, file } = checked_copy(source, path)?;
    // From here on it is another case book than the one that it was copied from: both may go on.
    store
        .connection
        .execute("UPDATE store SET id = lower(hex(randomblob(8)))", [])
        .map_err(|e| StoreError::from(e).at(path))?;
    close_whole(store).map_err(|e| e.at(path))?;
    File::open(&file).and_then(|f| f.sync_all()).map_err(|e| StoreError::io(&e, path))?;
    if !path.try_exists().map_err(|e| StoreError::io(&e, path))? {
        file.persist_noclobber(path).map_err(|e| StoreError::io(&e.error, path))?;
        sync_folder(path);
        return Ok(Restored { kept: None });
    }
    match settle(path) {
        // What is too damaged to be opened is what one restores for.
        Ok(()) | Err(StoreError::Corrupt { .. } | StoreError::NotACaseBook { .. } | StoreError::TooNew { .. }) => {}
        Err(e) => return Err(e),
    }
    like(path, &file).map_err(|e| StoreError::io(&e, path))?;
    let kept = unused(path, at);
    let fail = |e: io::Error| StoreError::io(&e, path);
    // The old file gets its second name first, so that there is a case book at any moment.
    fs::hard_link(path, &kept).or_else(|_| fs::copy(path, &kept).map(drop)).map_err(fail)?;
    for end in ["-wal", "-shm"] {
        let old = sidecar(path, end);
        if old.exists() {
            fs::rename(&old, sidecar(&kept, end)).map_err(fail)?;
        }
    }
    file.persist(path).map_err(|e| fail(e.error))?;
    sync_folder(path);
    Ok(Restored { kept: Some(kept) })
}

/// Rewrites a case book without unused pages and empties its write-ahead log.
pub(super) fn compact(store: &Store) -> Result<Compacted, StoreError> {
    let before = size(&store.path);
    let connection = &store.connection;
    empty_log(connection)?;
    // Of a large file the new pages do not fit into memory. They go beside it: no text of a case book to /tmp.
    if before >= LARGE
        && let Some(folder) = folder_of(&store.path).to_str()
    {
        let own = open::connect_alone(&store.path)?;
        own.connection.pragma_update(None, "temp_store_directory", folder)?;
        own.connection.execute_batch("PRAGMA temp_store = FILE; PRAGMA secure_delete = ON; VACUUM")?;
    } else {
        connection.execute_batch("PRAGMA secure_delete = ON; VACUUM")?;
    }
    let others = !empty_log(connection)?;
    Ok(Compacted { before, after: size(&store.path), others })
}

/// Moves the write-ahead log's pages into the file and cuts it to nothing; false where a reader stands in the way.
pub(super) fn empty_log(connection: &Connection) -> Result<bool, StoreError> {
    let busy = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| r.get::<_, i64>(0));
    match busy {
        Ok(busy) => Ok(busy == 0),
        Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(false),
        Err(e) => Err(e.into()),
    }
}

/// Bytes of a case book's files.
fn size(path: &Path) -> u64 {
    [path.to_owned(), sidecar(path, "-wal"), sidecar(path, "-shm")]
        .iter()
        .filter_map(|p| fs::metadata(p).ok())
        .map(|m| m.len())
        .sum()
}

/// Closes a case book so that all of it is in the one file.
fn close_whole(store: Store) -> Result<(), StoreError> {
    store.connection.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get::<_, String>(0))?;
    store.connection.close().map_err(|(_, e)| e.into())
}

/// Brings all of a case book into its one file, which works only while nobody else has it open.
fn settle(path: &Path) -> Result<(), StoreError> {
    let used = || StoreError::InUse { path: path.to_owned() };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let settled = || -> Result<String, StoreError> {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_millis(200))?;
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection.query_row("PRAGMA journal_mode = DELETE", [], |r| r.get(0))?)
    };
    match settled() {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) | Err(StoreError::Locked { .. }) => Err(used()),
        Err(e) => Err(e.at(path)),
    }
}

/// Gives a file the mode of another, and its group where that is possible.
pub(super) fn like(model: &Path, file: &Path) -> io::Result<()> {
    let Ok(model) = fs::metadata(model) else { return Ok(()) };
    // Who is no member of the group keeps the file to their own.
    let shared = model.gid() == fs::metadata(file)?.gid() || chown(file, None, Some(model.gid())).is_ok();
    let mode = if shared { model.mode() & 0o660 } else { model.mode() & 0o600 };
    fs::set_permissions(file, Permissions::from_mode(mode))
}

fn temporary_beside(target: &Path) -> Result<NamedTempFile, StoreError> {
    let made = tempfile::Builder::new().prefix(".jikenbo-").suffix(".tmp").tempfile_in(folder_of(target));
    made.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => {
            StoreError::Io { path: target.to_owned(), why: "its folder does not exist".to_owned() }
        }
        _ => StoreError::io(&system_error(e), target),
    })
}

/// Gives a finished file its name, and its size in bytes.
fn keep(temporary: NamedTempFile, target: &Path, overwrite: bool) -> Result<u64, StoreError> {
    let kept = if overwrite { temporary.persist(target) } else { temporary.persist_noclobber(target) };
    let file = kept.map_err(|e| match e.error.kind() {
        io::ErrorKind::AlreadyExists => StoreError::Exists { path: target.to_owned() },
        _ => StoreError::io(&e.error, target),
    })?;
    sync_folder(target);
    Ok(file.metadata().map_err(|e| StoreError::io(&e, target))?.len())
}

/// A new name is on the disk only once the folder is; some file systems can't, and the file is whole anyway.
fn sync_folder(path: &Path) {
    let _ = File::open(folder_of(path)).and_then(|f| f.sync_all());
}

/// The name under which a case book is kept that gives way to a restored one.
fn unused(path: &Path, at: DateTime<Utc>) -> PathBuf {
    let stem = format!(".before-restore-{}", at.format("%Y%m%dT%H%M%SZ"));
    let numbered = |n: u32| if n == 0 { stem.clone() } else { format!("{stem}-{n}") };
    (0..).map(|n| sidecar(path, &numbered(n))).find(|p| !p.exists()).unwrap_or_default()
}

/// The file itself where the path is a link to it.
fn followed(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

pub(super) fn same_file(a: &Path, b: &Path) -> bool {
    match (fs::metadata(a), fs::metadata(b)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

/// The file beside a case book whose name has this end.
pub(super) fn sidecar(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path.file_name().unwrap_or_default());
    name.push(end);
    path.with_file_name(name)
}

pub(super) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{all, apply, at, document, entry, ready, tags};
    use std::os::unix::fs::PermissionsExt;

    fn furnished(path: &Path, n: usize) -> Store {
        let mut store = Store::open(path).unwrap();
        let entries = (0..n).map(|i| entry(&format!("組織{i}"), "件名", &"本文".repeat(200))).collect();
        let (parsed, raw) = document("/nowhere/d.txt", entries);
        store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
        store
    }

    #[test]
    fn a_backup_is_whole_and_private_while_others_write() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("cases.db"), folder.path().join("copy.db"));
        let store = furnished(&path, 50);
        let mut writer = Store::open(&path).unwrap();
        let keys = all(&writer);
        std::thread::scope(|scope| {
            let writing = scope.spawn(|| {
                for n in 0..40 {
                    apply(&mut writer, "kei", tags(&[&format!("+t{n}")]), &keys, n);
                }
            });
            for _ in 0..10 {
                assert!(store.backup(&copy, true).unwrap() > 0);
                let copied = Store::open_existing(&copy).unwrap();
                assert_eq!(copied.check().unwrap(), Vec::<String>::new());
                assert_eq!(copied.counts().unwrap().incidents, 50);
            }
            writing.join().unwrap();
        });
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(matches!(store.backup(&copy, false), Err(StoreError::Exists { .. })));
        assert!(matches!(store.backup(&path, true), Err(StoreError::Itself { .. })));
        assert!(matches!(store.backup(folder.path(), true), Err(StoreError::Folder { .. })));
        let reader = Store::open_existing(&copy).unwrap();
        apply(&mut Store::open(&copy).unwrap(), "kei", tags(&["+x"]), &keys, 99);
        assert!(matches!(store.backup(&copy, true), Err(StoreError::InUse { .. })));
        drop(reader);
        store.backup(&copy, true).unwrap();
        assert_eq!(Store::open(&copy).unwrap().counts().unwrap(), store.counts().unwrap());
    }

    #[test]
    fn a_restore_keeps_what_stood_there_and_waits_for_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("cases.db"), folder.path().join("copy.db"));
        let mut store = furnished(&path, 3);
        store.backup(&copy, false).unwrap();
        let keys = all(&store);
        apply(&mut store, "kei", tags(&["+later"]), &keys, 1);
        let id = store.id().clone();
        let used = Store::restore(&path, &copy, at(9)).unwrap_err();
        assert!(matches!(&used, StoreError::InUse { path: p } if *p == path), "{used}");
        assert_eq!(store.counts().unwrap().operations, 1);
        drop(store);
        let kept = Store::restore(&path, &copy, at(9)).unwrap().kept.unwrap();
        assert_eq!(kept, folder.path().join("cases.db.before-restore-20240701T000009Z"));
        let restored = Store::open_existing(&path).unwrap();
        assert_eq!((restored.counts().unwrap().operations, restored.counts().unwrap().incidents), (0, 3));
        assert_ne!(restored.id(), &id, "two case books go on from here");
        assert_eq!(Store::open_existing(&kept).unwrap().counts().unwrap().operations, 1);
        drop(restored);
        // A second one in the same second, over a file that is beyond opening.
        fs::write(&path, vec![0x5A; 9000]).unwrap();
        let second = Store::restore(&path, &copy, at(9)).unwrap().kept.unwrap();
        assert_eq!(fs::read(second).unwrap(), vec![0x5A; 9000]);
        let fresh = folder.path().join("new/cases.db");
        assert_eq!(Store::restore(&fresh, &copy, at(9)).unwrap().kept, None);
        assert_eq!(fs::metadata(&fresh).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Store::open_existing(&fresh).unwrap().check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_sound_case_book_is_not_restored() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("cases.db"), folder.path().join("copy.db"));
        let store = furnished(&path, 3);
        store.backup(&copy, false).unwrap();
        drop(store);
        let before = fs::read(&path).unwrap();
        Connection::open(&copy).unwrap().execute_batch("UPDATE incidents SET status = 'done'").unwrap();
        let error = Store::restore(&path, &copy, at(1)).unwrap_err();
        assert!(error.to_string().contains("copy.db: the case book is damaged"), "{error}");
        Connection::open(&copy).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        assert!(matches!(Store::restore(&path, &copy, at(1)), Err(StoreError::TooNew { .. })));
        fs::write(&copy, "text").unwrap();
        assert!(matches!(Store::restore(&path, &copy, at(1)), Err(StoreError::NotACaseBook { .. })));
        fs::write(&copy, "").unwrap();
        assert!(matches!(Store::restore(&path, &copy, at(1)), Err(StoreError::NotACaseBook { .. })));
        fs::remove_file(&copy).unwrap();
        assert!(matches!(Store::restore(&path, &copy, at(1)), Err(StoreError::NoFile { .. })));
        assert!(matches!(Store::restore(&path, &path, at(1)), Err(StoreError::Itself { .. })));
        assert_eq!(fs::read(&path).unwrap(), before);
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        let left: Vec<_> = left.iter().filter(|n| n.to_string_lossy().contains("jikenbo")).collect();
        assert!(left.is_empty(), "no temporary file is left: {left:?}");
    }

    #[test]
    fn compacting_gives_back_the_room_of_what_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let mut store = furnished(&path, 500);
        let (parsed, raw) = document("/nowhere/d.txt", vec![entry("組織0", "件名", "本文")]);
        store.ingest(&ready(&parsed), &raw, at(1)).unwrap();
        let done = store.compact().unwrap();
        assert!(!done.others && done.after * 4 < done.before, "{done:?}");
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
        assert_eq!(fs::metadata(sidecar(&path, "-wal")).unwrap().len(), 0);
    }
}
