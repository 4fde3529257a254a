//! Hands a case book to a group: its folder, its file and all that lies beside it under its name. SQLite gives its
//! write-ahead log the mode of the file, and the folder's set-group bit gives every new file the group. Called by
//! `Store::share`; also tells of permissions that are wider than they should be.

use super::backup::{folder_of, sidecar};
use super::error::StoreError;
use super::open;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Mode of the files of a shared case book.
const FILE: u32 = 0o660;
/// Mode of its folder: what is made in it belongs to the group.
const FOLDER: u32 = 0o2770;
/// The bit of folders in which everybody may put files.
const STICKY: u32 = 0o1000;

/// Hands the case book at a path to a group.
///
/// # Errors
/// Refuses unknown groups, folders that others use, and what the system refuses to those who are not the owner.
pub(super) fn share(path: &Path, group: &str) -> Result<(), StoreError> {
    open::refuse_unfit_path(path)?;
    if !path.try_exists().map_err(|e| StoreError::io(&e, path))? {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    open::refuse_no_file(path)?;
    let gid = gid(group)?;
    let folder = fs::canonicalize(folder_of(path)).map_err(|e| StoreError::io(&e, path))?;
    let mode = fs::metadata(&folder).map_err(|e| StoreError::io(&e, &folder))?.mode();
    if mode & STICKY != 0 || folder.parent().is_none() {
        return Err(StoreError::CommonFolder { path: folder });
    }
    // The folder first: who may not hand it over has changed nothing then.
    hand_over(&folder, gid, FOLDER)?;
    for file in files(path).map_err(|e| StoreError::io(&e, path))? {
        match hand_over(&file, gid, FILE) {
            // The last other process to close the case book takes the write-ahead log with it.
            Err(StoreError::Missing { .. }) => {}
            other => other?,
        }
    }
    Ok(())
}

fn hand_over(path: &Path, gid: u32, mode: u32) -> Result<(), StoreError> {
    let done = chown(path, None, Some(gid)).and_then(|()| fs::set_permissions(path, Permissions::from_mode(mode)));
    done.map_err(|e| match e.kind() {
        io::ErrorKind::PermissionDenied => StoreError::NotOwner { path: path.to_owned(), why: e.to_string() },
        _ => StoreError::io(&e, path),
    })
}

/// The case book's file, and the regular files beside it whose names begin with its own: the write-ahead log, the
/// index, backups of migrations, what a restore kept.
fn files(path: &Path) -> io::Result<Vec<PathBuf>> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    let mut out = vec![path.to_owned()];
    for entry in fs::read_dir(folder_of(path))? {
        let entry = entry?;
        let own = entry.file_name();
        let rest = own.as_encoded_bytes().strip_prefix(name);
        if rest.is_some_and(|r| r.starts_with(b"-") || r.starts_with(b".")) && entry.file_type()?.is_file() {
            out.push(entry.path());
        }
    }
    Ok(out)
}

/// The number of a group: from /etc/group, else from the directory services that `getent` asks.
fn gid(name: &str) -> Result<u32, StoreError> {
    let missing = || StoreError::NoGroup { name: name.to_owned() };
    // A colon or line feed would be read as another field, a leading dash as an option.
    if name.is_empty() || name.starts_with('-') || name.contains([':', '\n']) {
        return Err(missing());
    }
    let known = fs::read_to_string("/etc/group").unwrap_or_default();
    if let Some(gid) = find(&known, name) {
        return Ok(gid);
    }
    let asked = Command::new("getent").args(["group", name]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    asked.ok().and_then(|o| find(&String::from_utf8_lossy(&o.stdout), name)).ok_or_else(missing)
}

/// The third field of the line whose first is the name.
fn find(groups: &str, name: &str) -> Option<u32> {
    let line = groups.lines().find(|l| l.split(':').next() == Some(name))?;
    line.split(':').nth(2)?.parse().ok()
}

/// What is odd about the permissions of a case book's files; none is good.
pub(super) fn warnings(path: &Path) -> Vec<String> {
    let mut out = Vec::new();
    let Ok(own) = fs::metadata(path) else { return out };
    let folder = folder_of(path);
    if own.mode() & 0o007 != 0 {
        out.push(format!(
            "every user of this machine may open it (mode {:04o}); `chmod 600` ends that",
            own.mode() & 0o7777
        ));
    }
    if own.mode() & 0o060 == 0o060
        && let Ok(outer) = fs::metadata(&folder)
        && (outer.gid() != own.gid() || outer.mode() & 0o2070 != 0o2070)
    {
        let folder = folder.display();
        out.push(format!("its group may write it but not the folder {folder}; `jikenbo db share GROUP` sets both"));
    }
    for end in ["-wal", "-shm", "-index", "-index-wal", "-index-shm"] {
        let file = sidecar(path, end);
        if let Ok(m) = fs::metadata(&file)
            && (m.mode() & 0o777 != own.mode() & 0o777 || m.gid() != own.gid())
        {
            let (file, mode) = (file.display(), own.mode() & 0o777);
            out.push(format!(
                "{file} has another mode or group; close all who use the case book, or give it mode {mode:04o}"
            ));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn groups_are_found_by_their_whole_name() {
        let groups = "root:x:0:\nstaff:x:50:kei,aya\n";
        assert_eq!(find(groups, "staff"), Some(50));
        assert_eq!(find(groups, "sta"), None);
        for name in ["no-such-group-here", "", "-s", "a:b"] {
            let error = gid(name).unwrap_err().to_string();
            assert!(error.contains("there is no group") && error.contains("getent"), "{error}");
        }
    }

    /// The name of the group that this process may hand files to for sure: its own.
    fn own_group(file: &Path) -> String {
        let gid = fs::metadata(file).unwrap().gid().to_string();
        let groups = fs::read_to_string("/etc/group").unwrap();
        groups.lines().find(|l| l.split(':').nth(2) == Some(&gid)).unwrap().split(':').next().unwrap().to_owned()
    }

    #[test]
    fn what_is_shared_stays_shared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("team/cases.db");
        let store = Store::open(&path).unwrap();
        let group = own_group(&path);
        store.share(&group).unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().mode() & 0o7777;
        assert_eq!((mode(&path), mode(&folder.path().join("team"))), (0o660, 0o2770));
        assert_eq!((mode(&sidecar(&path, "-wal")), mode(&sidecar(&path, "-shm"))), (0o660, 0o660));
        assert_eq!(warnings(&path), Vec::<String>::new());
        let copy = folder.path().join("team/copy.db");
        store.backup(&copy, false).unwrap();
        assert_eq!(mode(&copy), 0o660);
        drop(store);
        assert!(!sidecar(&path, "-wal").exists());
        Store::open(&path).unwrap().backup(&copy, true).unwrap();
        let again = Store::open(&path).unwrap();
        assert_eq!((mode(&sidecar(&path, "-wal")), mode(&sidecar(&path, "-shm"))), (0o660, 0o660));
        drop(again);
        Store::restore(&path, &copy, crate::store::testing::at(0)).unwrap();
        assert_eq!(mode(&path), 0o660);
    }

    #[test]
    fn a_folder_for_everybody_is_not_shared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let store = Store::open(&path).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).unwrap();
        assert!(matches!(store.share(&own_group(&path)), Err(StoreError::CommonFolder { .. })));
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    }

    #[test]
    fn wide_permissions_are_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cases.db");
        let store = Store::open(&path).unwrap();
        assert_eq!(warnings(&path), Vec::<String>::new());
        fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        assert_eq!(warnings(&path).len(), 4, "{:?}", warnings(&path));
        drop(store);
    }
}
