//! The files that sittings survive in: one for each workbench that is open on a case book, held by a lock that ends with
//! its process, however that ends.
//!
//! [`super::memory`] writes through a [`Place`]. The first workbench on a case book takes `ID.json`, a second one beside
//! it `ID-2.json`; a file whose lock nobody holds was left over by a run that was cut off.

use crate::config::sitting::{Sitting, from_ranges};
use crate::config::state_file::{lock_file, make_folder, replace};
use crate::domain::StoreId;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Workbenches on one case book that are kept apart; one more is not saved.
const MOST: usize = 32;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sittings {
    /// What the analyst is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<Sitting>,
    /// What was cut off before, still on offer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Sitting>,
}

/// A file that is this workbench's as long as it runs.
pub struct Place {
    path: PathBuf,
    /// Unlocked when the process ends.
    _held: File,
}

impl Place {
    /// Takes the newest file of the case book that was left over, else one that nobody uses; gives what was left over.
    /// `None` where too many workbenches are open.
    ///
    /// # Errors
    /// The folder can't be made or written.
    pub fn take(folder: &Path, store: &StoreId) -> io::Result<Option<(Self, Option<Sitting>)>> {
        make_folder(folder)?;
        let stem = stem(store);
        let mut free: Vec<(Option<SystemTime>, PathBuf)> = (1..=MOST)
            .map(|n| folder.join(if n == 1 { format!("{stem}.json") } else { format!("{stem}-{n}.json") }))
            .map(|path| (fs::metadata(&path).and_then(|m| m.modified()).ok(), path))
            .collect();
        // Left over ones first, the newest of them before; the others in their order.
        free.sort_by_key(|(left, _)| Reverse(*left));
        for (_, path) in free {
            let held = lock_file(&path.with_extension("lock"))?;
            if held.try_lock().is_err() {
                continue;
            }
            // Only now: whoever held it may have written or ended meanwhile.
            let left = read(&path);
            return Ok(Some((Self { path, _held: held }, left)));
        }
        Ok(None)
    }

    /// Writes what there is; nothing worth keeping leaves no file.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn write(&self, held: &Sittings) -> io::Result<()> {
        if held.now.is_none() && held.before.is_none() {
            return match fs::remove_file(&self.path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
                _ => Ok(()),
            };
        }
        replace(&self.path, &serde_json::to_vec(held)?, false)
    }
}

/// What a run that was cut off left in a file; a damaged one is as none.
fn read(path: &Path) -> Option<Sitting> {
    let held: Sittings = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    held.now.or(held.before).filter(|s| s.is_worth_keeping() && from_ranges(&s.marks).is_some())
}

/// A case book's id as a part of a file's name: it comes from a file that somebody else may have made.
fn stem(store: &StoreId) -> String {
    let name: String = store.0.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(64).collect();
    if name.is_empty() { "unnamed".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn sitting(query: &str) -> Sitting {
        Sitting { query: query.into(), marks: "1-3".into(), marked: 3, ..Sitting::default() }
    }

    fn now(query: &str) -> Sittings {
        Sittings { now: Some(sitting(query)), before: None }
    }

    fn take(folder: &Path) -> (Place, Option<String>) {
        let (place, left) = Place::take(folder, &StoreId("ab-1".into())).unwrap().unwrap();
        (place, left.map(|s| s.query))
    }

    #[test]
    fn what_is_left_over_goes_to_one_workbench_and_never_to_a_second() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("sessions");
        let (one, left) = take(&folder);
        assert_eq!((one.path.clone(), left), (folder.join("ab-1.json"), None));
        one.write(&now("one")).unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&one.path)), (0o700, 0o600));
        // The first one is open: the second one is offered nothing and has a file of its own.
        let (two, left) = take(&folder);
        assert_eq!((two.path.clone(), left), (folder.join("ab-1-2.json"), None));
        two.write(&now("two")).unwrap();
        drop((one, two));
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        File::options().write(true).open(folder.join("ab-1-2.json")).unwrap().set_modified(later).unwrap();
        let (two, left) = take(&folder);
        assert_eq!(left.as_deref(), Some("two"));
        let (one, left) = take(&folder);
        assert_eq!(left.as_deref(), Some("one"));
        // Ended as it should be, nothing is left over.
        for place in [&one, &two] {
            place.write(&Sittings::default()).unwrap();
        }
        drop((one, two));
        assert_eq!(take(&folder).1, None);
    }

    #[test]
    fn a_damaged_or_foreign_file_offers_nothing() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("ab-1.json");
        for text in ["", "{", "[]", "{\"now\":{\"marks\":\"9-1\",\"marked\":2}}", "{\"now\":{\"query\":\" \"}}"] {
            fs::write(&path, text).unwrap();
            assert_eq!(take(home.path()).1, None, "{text}");
        }
        fs::write(&path, "{\"before\":{\"query\":\"x\",\"later\":1},\"other\":{}}").unwrap();
        assert_eq!(take(home.path()).1.as_deref(), Some("x"));
        assert_eq!(stem(&StoreId("../../etc/x".into())), "etcx");
    }
}
