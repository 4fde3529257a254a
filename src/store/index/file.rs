//! The files of the search index beside a case book: their names, who works on them, how they come and go. Used by the
//! rest of the index.

use super::super::backup::{like, sidecar};
use super::super::error::StoreError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The index of a case book.
pub fn path_of(db: &Path) -> PathBuf {
    sidecar(db, "-index")
}

fn failed(error: &io::Error, path: &Path) -> StoreError {
    StoreError::Index { path: path.to_owned(), why: error.to_string(), damaged: false }
}

/// What tells a file from another one of the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    /// Of what stands at a path now, if it is a file.
    pub fn of(path: &Path) -> Option<Self> {
        Self::ask(path).ok().flatten()
    }

    /// As [`Identity::of`]; asked without opening it, which would end SQLite's locks on it when closed.
    ///
    /// # Errors
    /// What the system says where it does not know what stands there.
    pub fn ask(path: &Path) -> io::Result<Option<Self>> {
        use io::ErrorKind::{NotADirectory, NotFound};
        match fs::metadata(path) {
            Ok(m) => Ok(m.is_file().then(|| Self { device: m.dev(), inode: m.ino() })),
            Err(e) if matches!(e.kind(), NotFound | NotADirectory) => Ok(None),
            Err(e) => Err(e),
        }
    }
}

/// Removes the index of a case book: the file first, so that nobody takes what lies beside it for a part of the next one.
///
/// # Errors
/// Fails where the file is there and can't be removed.
pub fn remove(db: &Path) -> Result<(), StoreError> {
    remove_at(&path_of(db))
}

/// As [`remove`], for the index's own path.
///
/// # Errors
/// As [`remove`].
pub fn remove_at(path: &Path) -> Result<(), StoreError> {
    remove_with_sidecars(path).map_err(|e| failed(&e, path))
}

fn remove_with_sidecars(path: &Path) -> io::Result<()> {
    let gone = |done: io::Result<()>| match done {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    };
    gone(fs::remove_file(path))?;
    for end in ["-wal", "-shm", "-journal"] {
        gone(fs::remove_file(sidecar(path, end)))?;
    }
    Ok(())
}

/// The right to change the index of a case book, as long as this value lives. Nobody waits for it: who does not get it
/// leaves the work to the one who has it.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes it; `None` where another process or thread has it, or where the folder is not ours to write in.
    ///
    /// # Errors
    /// Reports what the system refuses.
    pub fn try_take(db: &Path) -> Result<Option<Self>, StoreError> {
        let path = sidecar(db, "-index.lock");
        let fail = |e: io::Error| match e.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Ok(None),
            _ => Err(failed(&e, &path)),
        };
        let opened = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => like(db, &path).map(|()| file),
            // To read is enough for a lock, and it stands there with the case book's own mode.
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => File::open(&path),
            Err(e) => Err(e),
        };
        let file = match opened {
            Ok(file) => file,
            Err(e) => return fail(e),
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => fail(e),
        }
    }
}

/// An index that is being built, under a name of its own until it is whole; removed unless it is published.
pub struct Draft {
    path: PathBuf,
}

impl Draft {
    /// Makes the empty file, private or shared as the case book is. What an earlier, ended attempt left is removed.
    ///
    /// # Errors
    /// Reports what the system refuses.
    pub fn new(db: &Path) -> Result<Self, StoreError> {
        let path = sidecar(&path_of(db), ".new");
        let made = || -> io::Result<()> {
            remove_with_sidecars(&path)?;
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            like(db, &path)
        };
        made().map_err(|e| failed(&e, &path))?;
        Ok(Self { path })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until it is on the disk. No connection may have it open.
    ///
    /// # Errors
    /// Reports what the system refuses.
    pub fn sync(&self) -> Result<(), StoreError> {
        File::open(&self.path).and_then(|f| f.sync_all()).map_err(|e| failed(&e, &self.path))
    }

    /// Puts it in the place of the index that stood there.
    ///
    /// # Errors
    /// Reports what the system refuses; then there is no index.
    pub fn publish(self, db: &Path) -> Result<(), StoreError> {
        remove(db)?;
        let path = path_of(db);
        fs::rename(&self.path, &path).map_err(|e| failed(&e, &path))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After publishing there is nothing of this name; what can't be removed is removed by the next attempt.
        let _ = remove_with_sidecars(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn one_at_a_time_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("cases.db");
        fs::write(&db, "").unwrap();
        fs::set_permissions(&db, fs::Permissions::from_mode(0o660)).unwrap();
        let first = Lock::try_take(&db).unwrap();
        assert!(first.is_some());
        assert!(Lock::try_take(&db).unwrap().is_none());
        drop(first);
        assert!(Lock::try_take(&db).unwrap().is_some());
        let lock = folder.path().join("cases.db-index.lock");
        assert_eq!(fs::metadata(lock).unwrap().permissions().mode() & 0o777, 0o660);
    }

    #[test]
    fn a_draft_takes_the_place_of_the_old_file_or_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let db = folder.path().join("cases.db");
        fs::write(&db, "").unwrap();
        for name in ["cases.db-index", "cases.db-index-wal", "cases.db-index.new-journal"] {
            fs::write(folder.path().join(name), "old").unwrap();
        }
        let old = Identity::of(&path_of(&db));
        drop(Draft::new(&db).unwrap());
        assert!(!folder.path().join("cases.db-index.new").exists());
        assert!(!folder.path().join("cases.db-index.new-journal").exists());
        assert_eq!(Identity::of(&path_of(&db)), old);
        // Held open, so that the new one can't be given the same inode.
        let _held = File::open(path_of(&db)).unwrap();
        Draft::new(&db).unwrap().publish(&db).unwrap();
        assert_ne!(Identity::of(&path_of(&db)), old);
        assert!(!folder.path().join("cases.db-index-wal").exists());
        remove(&db).unwrap();
        assert_eq!(Identity::of(&path_of(&db)), None);
        remove(&db).unwrap();
    }
}
