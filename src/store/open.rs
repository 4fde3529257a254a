//! Opens a case book: refuses what is none, makes file and folders private, sets SQLite up. Called by `Store::open`
//! and its sisters with the path that the user named.

use super::backup::{percent_encoded, sidecar};
use super::error::StoreError;
use super::index::Identity;
use super::search::Lookups;
use super::{Store, functions, migrate, netfs};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::cell::RefCell;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long a writer waits for another one.
pub(super) const BUSY: Duration = Duration::from_secs(5);
/// How often the change to write-ahead logging is tried while other processes open the same new file.
const WAL_TRIES: usize = 100;
/// Prepared statements kept ready.
const STATEMENTS: usize = 64;

/// Settings of every connection: no memory mapping (it makes cold starts slow), 30 MB of cache, sorting in memory (no
/// text of the case book in /tmp).
const SETTINGS: &str = "
    PRAGMA foreign_keys = ON;
    PRAGMA trusted_schema = OFF;
    PRAGMA mmap_size = 0;
    PRAGMA cache_size = -30000;
    PRAGMA temp_store = MEMORY;
    PRAGMA synchronous = FULL;
    PRAGMA journal_size_limit = 67108864;
    CREATE TEMP TABLE IF NOT EXISTS targets (key INTEGER PRIMARY KEY, id TEXT NOT NULL);
    CREATE TEMP TABLE IF NOT EXISTS chunk (key INTEGER PRIMARY KEY, id TEXT NOT NULL);
    CREATE TEMP TABLE IF NOT EXISTS changed (key INTEGER PRIMARY KEY);
";

/// Opens a case book, making it and missing folders where `create` says so.
pub(super) fn open(path: &Path, create: bool) -> Result<Store, StoreError> {
    refuse_unfit_path(path)?;
    if create {
        make_private(path)?;
    } else if !path.try_exists().map_err(|e| StoreError::io(&e, path))? {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    refuse_no_file(path)?;
    connect(path).map_err(|e| e.at(path))
}

/// Opens a case book that lives as long as the process.
pub(super) fn open_in_memory() -> Result<Store, StoreError> {
    let path = PathBuf::from(":memory:");
    let made = || {
        let mut connection = Connection::open_in_memory()?;
        set_up(&connection)?;
        migrate::migrate(&mut connection, None, migrate::MIGRATIONS)?;
        finish(connection, PathBuf::from(":memory:"))
    };
    made().map_err(|e: StoreError| e.at(&path))
}

fn connect(path: &Path) -> Result<Store, StoreError> {
    connect_with(path, Some(path))
}

/// Opens a file that only this process knows, or knows to be up to date: no copy is kept of an older schema.
pub(super) fn connect_alone(path: &Path) -> Result<Store, StoreError> {
    connect_with(path, None)
}

fn connect_with(path: &Path, keep_copy: Option<&Path>) -> Result<Store, StoreError> {
    match connect_to_write(path, keep_copy) {
        Err(StoreError::Permission { .. } | StoreError::Unopened { .. } | StoreError::Io { .. })
            if is_unchanging(path) =>
        {
            connect_to_read(path)
        }
        connected => connected,
    }
}

/// What tells that somebody writes to a case book, without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    modified: SystemTime,
    length: u64,
    /// Bytes of the write-ahead log.
    log: u64,
}

impl Stamp {
    /// Of what stands at a path now; none where nothing does.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let file = fs::metadata(path).ok()?;
        let log = fs::metadata(sidecar(path, "-wal")).map_or(0, |m| m.len());
        Some(Self { modified: file.modified().ok()?, length: file.len(), log })
    }
}

/// Tells whether a file stands on a read-only disk and is whole by itself: nobody changes it while it is read.
fn is_unchanging(path: &Path) -> bool {
    // Asked by giving it the mode that it has: to open it and close it again would end SQLite's locks on it.
    let refused = fs::metadata(path).and_then(|m| fs::set_permissions(path, m.permissions())).err();
    let read_only = refused.is_some_and(|e| e.kind() == io::ErrorKind::ReadOnlyFilesystem);
    read_only && !fs::metadata(sidecar(path, "-wal")).is_ok_and(|m| m.len() > 0)
}

/// Opens a case book on a read-only disk, where SQLite can't make the files that it tells others by what it reads.
fn connect_to_read(path: &Path) -> Result<Store, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let real = fs::canonicalize(path).map_err(|e| StoreError::io(&e, path))?;
    // Taken before anything is read, so that it is older than all that is.
    let stamp = Stamp::of(path).filter(|s| s.log == 0);
    let stamp = stamp.ok_or_else(|| StoreError::Changing { path: path.to_owned() })?;
    let address = format!("file:{}?immutable=1", percent_encoded(&real));
    let connection = Connection::open_with_flags(address, flags)?;
    let version = migrate::version(&connection)?;
    migrate::refuse_newer(version, migrate::MIGRATIONS)?;
    if version != migrate::MIGRATIONS.len() as i64 {
        let why = "it is of an older version, and its disk is read-only; copy it elsewhere first".into();
        return Err(StoreError::Permission { path: path.to_owned(), why });
    }
    set_up(&connection)?;
    let store = finish(connection, path.to_owned())?;
    let store = Store { unchanging: Some(stamp), ..store };
    store.refuse_changing()?;
    Ok(store)
}

fn connect_to_write(path: &Path, keep_copy: Option<&Path>) -> Result<Store, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    // Before anything is written: a file of another program stays as it is.
    let version = migrate::version(&connection)?;
    migrate::refuse_newer(version, migrate::MIGRATIONS)?;
    if version == 0 {
        connection.pragma_update(None, "page_size", 8192)?;
    }
    use_write_ahead_log(&connection)?;
    set_up(&connection)?;
    migrate::migrate(&mut connection, keep_copy, migrate::MIGRATIONS)?;
    finish(connection, path.to_owned())
}

fn set_up(connection: &Connection) -> Result<(), StoreError> {
    // Without it SQLite plans some statements anew for every parameter, which takes longer than to run them.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(SETTINGS)?;
    functions::register(connection)?;
    rusqlite::vtab::array::load_module(connection)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

fn finish(connection: Connection, path: PathBuf) -> Result<Store, StoreError> {
    let id = migrate::store_id(&connection)?;
    let (index, lookups) = (RefCell::new(None), Lookups::default());
    let identity = Identity::of(&path);
    Ok(Store { connection, path, id, identity, unchanging: None, link_keys: None, index, lookups })
}

/// Switches to write-ahead logging. The switch does not wait for other processes by itself, so each refusal is
/// followed by a write transaction that does.
fn use_write_ahead_log(connection: &Connection) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        tries += 1;
        match connection.query_row("PRAGMA journal_mode = WAL", [], |r| r.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(mode) => {
                let why = format!("it allows no write-ahead log, only `{mode}`");
                return Err(StoreError::Io { path: PathBuf::new(), why });
            }
            Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && tries < WAL_TRIES => {
                connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK")?;
            }
            Err(e) => return Err(e.into()),
        }
    }
}

/// Refuses folders and paths on file systems of other machines.
pub(super) fn refuse_unfit_path(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Err(StoreError::Folder { path: path.to_owned() });
    }
    let nearest = path.ancestors().filter(|a| !a.as_os_str().is_empty()).find_map(|a| fs::canonicalize(a).ok());
    let real = nearest.or_else(|| fs::canonicalize(".").ok());
    // Without /proc nothing is known of mounts, and nothing is refused.
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    match real.and_then(|real| netfs::network_mount(&mounts, &real)) {
        None => Ok(()),
        Some(on) => {
            Err(StoreError::Network { path: path.to_owned(), kind: on.kind, mount: on.mount.display().to_string() })
        }
    }
}

/// Makes the file (mode 0600) and the folders that are missing (0700); what exists keeps its mode.
fn make_private(path: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Ok(());
    }
    make_folder(path)?;
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Err(e) if e.kind() != io::ErrorKind::AlreadyExists => Err(StoreError::io(&e, path)),
        _ => Ok(()),
    }
}

/// Makes the folder of a file, and those above it, where they are missing (mode 0700).
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(parent).map_err(|e| StoreError::io(&e, parent))?;
    }
    Ok(())
}

/// Refuses what is no file: to open a pipe would wait for its writer. What is in a file is SQLite's to see, on the one
/// connection: whoever opens the file beside it and closes it again ends all locks of this process on it, and another
/// process, taking the case book for unused, would remove the write-ahead log that is written to here.
pub(super) fn refuse_no_file(path: &Path) -> Result<(), StoreError> {
    if fs::metadata(path).map_err(|e| StoreError::io(&e, path))?.is_file() {
        return Ok(());
    }
    Err(StoreError::NotACaseBook { path: path.to_owned(), why: "it is no regular file".into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::ast::{Expr, Query, Sort};
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_case_book_is_private_and_so_are_its_new_folders() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let path = folder.path().join("a/b/cases.db");
        let store = Store::open(&path).unwrap();
        assert_eq!(store.path(), path);
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(&folder.path().join("a")), 0o700);
        assert_eq!(mode(&folder.path().join("a/b")), 0o700);
        assert_eq!(mode(folder.path()), 0o755);
        assert_eq!(mode(&folder.path().join("a/b/cases.db-wal")), 0o600);
        let id = store.id().clone();
        assert_eq!(id.0.len(), 16);
        drop(store);
        assert_eq!(Store::open_existing(&path).unwrap().id(), &id);
    }

    #[test]
    fn what_is_no_case_book_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let text = folder.path().join("notes.txt");
        fs::write(&text, "a text\n").unwrap();
        assert!(matches!(Store::open(&text), Err(StoreError::NotACaseBook { .. })));
        assert_eq!(fs::read(&text).unwrap(), b"a text\n");
        let other = folder.path().join("other.db");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
        let before = fs::read(&other).unwrap();
        assert!(matches!(Store::open(&other), Err(StoreError::NotACaseBook { .. })));
        assert_eq!(fs::read(&other).unwrap(), before);
        assert!(matches!(Store::open(folder.path()), Err(StoreError::Folder { .. })));
        let missing = folder.path().join("missing.db");
        let error = Store::open_existing(&missing).err().unwrap();
        assert!(error.to_string().contains("missing.db: there is no case book here"), "{error}");
        assert!(!missing.exists());
        assert!(matches!(Store::open(&text.join("below/a.db")), Err(StoreError::Io { .. })));
    }

    #[test]
    fn one_that_was_taken_for_unchanging_is_refused_once_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        drop(Store::open(&path).unwrap());
        let reader = connect_to_read(&path).unwrap();
        let all = Query { filter: Expr::And(Vec::new()), sort: Sort::default() };
        reader.search(&all).unwrap();
        reader.data_version().unwrap();
        let mut writer = Store::open(&path).unwrap();
        writer.remember_import("00", "x", chrono::DateTime::UNIX_EPOCH).unwrap();
        assert!(matches!(reader.search(&all), Err(StoreError::Changing { .. })));
        let said = reader.data_version().unwrap_err().to_string();
        assert!(said.contains("cases.db: it changes while it is open read-only"), "{said}");
        assert!(matches!(connect_to_read(&path), Err(StoreError::Changing { .. })));
    }

    #[test]
    fn many_may_open_a_new_case_book_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let ids: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Store::open(&path).map(|s| s.id().0.clone()))).collect();
            threads.into_iter().map(|t| t.join().unwrap().unwrap()).collect()
        });
        assert!(ids.windows(2).all(|w| w[0] == w[1]), "{ids:?}");
    }
}
