//! What can go wrong with a case book: each error says what happened, to which file, and what to do about it.

use crate::domain::{Field, IncidentId};
use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("{}: there is no case book here; `jikenbo ingest` makes one, `--db` names another", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The path is a folder.
    #[error("{}: is a folder; name a file with `--db`, such as {}", path.display(), path.join("jikenbo.db").display())]
    Folder {
        /// The folder.
        path: PathBuf,
    },
    /// Some other file.
    #[error("{}: is no case book of jikenbo ({why}); it was left as it is, name another file with `--db`", path.display())]
    NotACaseBook {
        /// The file.
        path: PathBuf,
        /// How that was seen.
        why: String,
    },
    /// Written by a newer program.
    #[error("{}: the case book has schema version {found}, this jikenbo knows versions up to {known}; upgrade jikenbo", path.display())]
    TooNew {
        /// The file.
        path: PathBuf,
        /// The file's schema version.
        found: i64,
        /// The newest version that this program knows.
        known: i64,
    },
    /// On a file system of another machine, where SQLite's locks can't be trusted.
    #[error("{}: lies on a network file system ({kind} at {mount}), where a case book can be damaged; put it on a local disk", path.display())]
    Network {
        /// The file.
        path: PathBuf,
        /// The kind of file system.
        kind: String,
        /// Where it is mounted.
        mount: String,
    },
    /// The system refuses.
    #[error("{}: no permission to read and write it and its folder ({why}); check the owner and mode, or name another file with `--db`", path.display())]
    Permission {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// It can't be opened, or not for writing, and SQLite does not say why.
    #[error("{}: can't be opened for reading and writing ({why}); check the owner and mode of it and its folder, and the disk, or name another file with `--db`", path.display())]
    Unopened {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        why: String,
    },
    /// The file is not where it was opened any more.
    #[error("{}: the case book was moved, removed or replaced while it was open; nothing more is written to it, so leave the program and open it where it is now, or bring back a backup", path.display())]
    Moved {
        /// Where it was.
        path: PathBuf,
    },
    /// The file changes though nobody could write to it when it was opened.
    #[error("{}: it changes while it is open read-only from here; open it again", path.display())]
    Changing {
        /// The file.
        path: PathBuf,
    },
    /// No room left.
    #[error("{}: the disk is full; nothing of this change was kept, make room and try again", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// Another process kept writing.
    #[error("{}: another process has kept the case book locked for more than 5 seconds; try again", path.display())]
    Locked {
        /// The file.
        path: PathBuf,
    },
    /// The file contradicts itself.
    #[error("{}: the case book is damaged ({why}); run `jikenbo db check`, and bring back a backup", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// What was found.
        why: String,
    },
    /// The file system can't do what SQLite needs.
    #[error("{}: reading or writing failed ({why}); check the path and the disk", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The running query was interrupted because its answer is no longer wanted.
    #[error("the query was interrupted")]
    Interrupted,
    /// The query's tree is nested beyond reason.
    #[error("the query is nested too deeply; use fewer parentheses")]
    TooDeep,
    /// A correction's value has not the form of its field.
    #[error("{field}: {why}; nothing was changed, write {allowed}", allowed = crate::op::allowed(*field))]
    BadValue {
        /// The field.
        field: Field,
        /// What is wrong with the value.
        why: String,
    },
    /// No incident has this id.
    #[error("there is no incident `{id}`; `jikenbo list --format ids` prints them")]
    NotFound {
        /// What was asked for.
        id: String,
    },
    /// Several incidents' ids begin so.
    #[error("`{id}` is the beginning of several ids: {}; write more of it", list(candidates))]
    Ambiguous {
        /// What was asked for.
        id: String,
        /// The first few ids that begin so.
        candidates: Vec<IncidentId>,
    },
    /// A file stands where another is to be written.
    #[error("{}: exists already and was kept; choose another name or pass --overwrite", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others work on a file that is to be replaced.
    #[error("{}: other processes have it open; close them (a workbench, an ingest) and try again", path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// The case book itself was named where another file belongs.
    #[error("{}: is the case book itself; name another file", path.display())]
    Itself {
        /// The file.
        path: PathBuf,
    },
    /// There is no file to read a case book from.
    #[error("{}: there is no such file; check the spelling of the path", path.display())]
    NoFile {
        /// The file.
        path: PathBuf,
    },
    /// The group to share with is not known.
    #[error("there is no group `{name}`; `getent group` lists the groups of this machine")]
    NoGroup {
        /// What was asked for.
        name: String,
    },
    /// Only its owner may hand a file to a group.
    #[error("{}: can't be handed to the group ({why}); its owner, being a member of the group, or root has to do it", path.display())]
    NotOwner {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        why: String,
    },
    /// The folder belongs to more than the case book.
    #[error("{}: is a folder that others use too; move the case book into a folder of its own and share that", path.display())]
    CommonFolder {
        /// The folder.
        path: PathBuf,
    },
    /// The bytes of a document that was forgotten.
    #[error("{document}: was forgotten on {at} by {by}, which is for good: these bytes are not taken in again")]
    Forgotten {
        /// The document's path.
        document: String,
        /// When, RFC 3339 in UTC.
        at: String,
        /// By whom.
        by: String,
    },
    /// No document is meant.
    #[error("there is no document `{asked}`; `jikenbo forget --list` prints them")]
    NoDocument {
        /// What was asked for.
        asked: String,
    },
    /// Several documents are meant.
    #[error("`{asked}` may be any of these documents; name one by its number:\n{}", candidates.join("\n"))]
    AmbiguousDocument {
        /// What was asked for.
        asked: String,
        /// The first few, a line each.
        candidates: Vec<String>,
    },
    /// Two case books hold different operations under one id: one is a copy of the other, and the clock went back.
    #[error("{}: its operation {id} is another than the one of that id here; the two can't be merged", path.display())]
    Clash {
        /// The other case book.
        path: PathBuf,
        /// The operation.
        id: String,
    },
    /// The search index beside the case book fails, which itself is as it was.
    #[error("{}: the search index can't be read or written ({why}); until it is built anew all texts are read", path.display())]
    Index {
        /// The index.
        path: PathBuf,
        /// SQLite's words.
        why: String,
        /// The file contradicts itself; else something stands in the way.
        damaged: bool,
    },
    /// Anything else that SQLite reports.
    #[error("{}: {source}", path.display())]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// SQLite's words.
        source: rusqlite::Error,
    },
}

fn list(ids: &[IncidentId]) -> String {
    ids.iter().map(IncidentId::as_str).collect::<Vec<_>>().join(", ")
}

impl StoreError {
    /// Names the file in an error that was made where it is not known.
    pub(super) fn at(mut self, file: &Path) -> Self {
        match &mut self {
            Self::Missing { path }
            | Self::Folder { path }
            | Self::NotACaseBook { path, .. }
            | Self::TooNew { path, .. }
            | Self::Network { path, .. }
            | Self::Permission { path, .. }
            | Self::Unopened { path, .. }
            | Self::Full { path }
            | Self::Moved { path }
            | Self::Changing { path }
            | Self::Exists { path }
            | Self::InUse { path }
            | Self::Itself { path }
            | Self::NoFile { path }
            | Self::NotOwner { path, .. }
            | Self::CommonFolder { path }
            | Self::Clash { path, .. }
            | Self::Locked { path }
            | Self::Corrupt { path, .. }
            | Self::Io { path, .. }
            | Self::Sqlite { path, .. }
                if path.as_os_str().is_empty() =>
            {
                *path = file.to_owned();
            }
            _ => {}
        }
        self
    }

    /// An error of the file system.
    pub(super) fn io(error: &io::Error, path: &Path) -> Self {
        let (path, why) = (path.to_owned(), error.to_string());
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing { path },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::Permission { path, why },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            io::ErrorKind::IsADirectory => Self::Folder { path },
            _ => Self::Io { path, why },
        }
    }

    /// A stored value that can't be read back.
    pub(super) fn corrupt(why: impl Into<String>) -> Self {
        Self::Corrupt { path: PathBuf::new(), why: why.into() }
    }
}

/// An error of a temporary file without that file's name, which nobody has heard of.
pub fn system_error(error: io::Error) -> io::Error {
    let words = error.to_string();
    match words.rsplit_once(" at path ") {
        Some((own, _)) if error.get_ref().is_some() => io::Error::new(error.kind(), own.to_owned()),
        _ => error,
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let path = PathBuf::new();
        let why = source.to_string();
        // No room for the index of the write-ahead log, which SQLite tells as a failure of the disk.
        if source.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            return Self::Full { path };
        }
        match source.sqlite_error_code() {
            Some(Code::OperationInterrupted) => Self::Interrupted,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Locked { path },
            Some(Code::DiskFull) => Self::Full { path },
            Some(Code::NotADatabase) => Self::NotACaseBook { path, why: "it is no SQLite database".into() },
            // SQLite takes a page that the disk refuses to read for a damaged one.
            Some(Code::DatabaseCorrupt) => Self::Corrupt { path, why: format!("{why}, or its disk can't be read") },
            Some(Code::CannotOpen | Code::PermissionDenied | Code::ReadOnly) => Self::Unopened { path, why },
            Some(Code::SystemIoFailure) => Self::Io { path, why },
            _ => match source {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
                | rusqlite::Error::InvalidColumnType(..) => Self::Corrupt { path, why },
                source => Self::Sqlite { path, source },
            },
        }
    }
}

impl From<rusqlite::types::FromSqlError> for StoreError {
    fn from(e: rusqlite::types::FromSqlError) -> Self {
        rusqlite::Error::from(e).into()
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::corrupt(format!("a stored value can't be read: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn every_refusal_of_sqlite_has_its_own_words() {
        let of = |code| {
            let e = rusqlite::Error::SqliteFailure(ffi::Error::new(code), None);
            StoreError::from(e).at(Path::new("/data/cases.db")).to_string()
        };
        for (code, words) in [
            (ffi::SQLITE_FULL, "disk is full"),
            (ffi::SQLITE_BUSY, "locked"),
            (ffi::SQLITE_NOTADB, "no case book"),
            (ffi::SQLITE_READONLY, "check the owner and mode"),
            (ffi::SQLITE_CORRUPT, "damaged"),
            (ffi::SQLITE_IOERR, "and the disk"),
            (ffi::SQLITE_IOERR_SHMSIZE, "disk is full"),
        ] {
            let message = of(code);
            assert!(message.starts_with("/data/cases.db: ") && message.contains(words), "{message}");
        }
        assert_eq!(of(ffi::SQLITE_INTERRUPT), "the query was interrupted");
    }
}
