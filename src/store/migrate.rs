//! Brings a case book's schema up to date: numbered files of `assets/migrations`, forward only, counted by
//! `user_version`. Called when a case book is opened; refuses files that are none, and newer ones.

use super::backup;
use super::error::StoreError;
use crate::domain::StoreId;
use rusqlite::{Connection, TransactionBehavior};
use std::path::{Path, PathBuf};

/// The schema's files in order; the file at index n leads from version n to n + 1. Released ones never change.
pub(super) const MIGRATIONS: &[&str] = &[
    include_str!("../../assets/migrations/0001_case_book.sql"),
    include_str!("../../assets/migrations/0002_reparse.sql"),
    include_str!("../../assets/migrations/0003_triage.sql"),
    include_str!("../../assets/migrations/0004_links.sql"),
    include_str!("../../assets/migrations/0005_merge.sql"),
    include_str!("../../assets/migrations/0006_search.sql"),
    include_str!("../../assets/migrations/0007_targets.sql"),
];

/// Marks a file as a case book: "JIKB".
const APPLICATION_ID: i64 = 0x4A49_4B42;

/// The schema version of a case book, 0 for an empty file.
///
/// # Errors
/// Refuses files that are no case book.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    // One view of the file for all three numbers: another process may be making the case book this moment.
    let _view = if connection.is_autocommit() { Some(connection.unchecked_transaction()?) } else { None };
    let number = |sql| connection.query_row(sql, [], |r| r.get::<_, i64>(0));
    let version = number("PRAGMA user_version")?;
    let application = number("PRAGMA application_id")?;
    if application == APPLICATION_ID {
        return Ok(version);
    }
    if application == 0 && version == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 {
        return Ok(0);
    }
    Err(StoreError::NotACaseBook { path: PathBuf::new(), why: "it is a database of another program".into() })
}

/// Refuses a schema newer than the given migrations.
pub(super) fn refuse_newer(found: i64, migrations: &[&str]) -> Result<(), StoreError> {
    let known = migrations.len() as i64;
    if found > known { Err(StoreError::TooNew { path: PathBuf::new(), found, known }) } else { Ok(()) }
}

/// Runs the migrations that are missing, all in one transaction; a case book that holds something is copied first to
/// `<name>.bak-v<old>` beside it.
pub(super) fn migrate(connection: &mut Connection, path: Option<&Path>, migrations: &[&str]) -> Result<(), StoreError> {
    let found = version(connection)?;
    refuse_newer(found, migrations)?;
    if found == migrations.len() as i64 {
        return Ok(());
    }
    if found > 0
        && let Some(path) = path
    {
        back_up(connection, path, found)?;
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have done it meanwhile.
    let found = version(&tx)?;
    refuse_newer(found, migrations)?;
    for sql in migrations.iter().skip(usize::try_from(found).unwrap_or(0)) {
        tx.execute_batch(sql)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", migrations.len() as i64)?;
    tx.execute("INSERT OR IGNORE INTO store (one, id) VALUES (1, lower(hex(randomblob(8))))", [])?;
    tx.commit()?;
    Ok(())
}

/// Reads the identity of the case book.
pub(super) fn store_id(connection: &Connection) -> Result<StoreId, StoreError> {
    Ok(StoreId(connection.query_row("SELECT id FROM store", [], |r| r.get(0))?))
}

/// Where the copy of a case book of an old version goes.
fn backup_path(path: &Path, version: i64) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".bak-v{version}"));
    path.with_file_name(name)
}

/// Copies the case book as it stands to a temporary file, under the mode of the original, and gives it its name once it
/// is on the disk. A copy of the same version that an earlier, failed attempt left is replaced.
fn back_up(connection: &Connection, path: &Path, version: i64) -> Result<(), StoreError> {
    backup::write_backup(connection, path, &backup_path(path, version), true).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_migration_keeps_a_copy_of_what_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        drop(crate::store::Store::open(&path).unwrap());
        let id = {
            let mut db = Connection::open(&path).unwrap();
            let id = store_id(&db).unwrap();
            let longer = [MIGRATIONS, &["CREATE TABLE extra (x TEXT) STRICT;"]].concat();
            migrate(&mut db, Some(&path), &longer).unwrap();
            assert_eq!(version(&db).unwrap(), longer.len() as i64);
            assert_eq!(store_id(&db).unwrap(), id);
            id
        };
        let copy = backup_path(&path, MIGRATIONS.len() as i64);
        assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        let old = Connection::open(&copy).unwrap();
        assert_eq!((version(&old).unwrap(), store_id(&old).unwrap()), (MIGRATIONS.len() as i64, id));
        assert!(old.prepare("SELECT x FROM extra").is_err());
        // The program of before refuses what the newer one made.
        match crate::store::Store::open(&path) {
            Err(e @ StoreError::TooNew { .. }) => assert!(e.to_string().contains("upgrade"), "{e}"),
            other => panic!("{:?}", other.err()),
        }
    }

    #[test]
    fn a_failed_migration_leaves_the_case_book_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        migrate(&mut db, None, MIGRATIONS).unwrap();
        let broken = [MIGRATIONS, &["CREATE TABLE extra (x TEXT) STRICT; SELECT nonsense;"]].concat();
        assert!(migrate(&mut db, None, &broken).is_err());
        assert_eq!(version(&db).unwrap(), MIGRATIONS.len() as i64);
        assert!(db.prepare("SELECT x FROM extra").is_err());
    }
}
