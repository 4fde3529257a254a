//! Where a case book is and which one it is, for those who open it again later: the threads of the workbench. What stands
//! at a path by then may be another one.

use super::index::Identity;
use super::{Store, StoreError};
use std::path::{Path, PathBuf};

/// The place of a case book.
#[derive(Clone, Debug)]
pub struct Place {
    path: PathBuf,
    own: Option<Identity>,
}

impl Place {
    /// The path of the case book.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the case book on a connection of its own.
    ///
    /// # Errors
    /// [`StoreError::Moved`] where something else stands at the path by now, and as [`Store::open_existing`].
    pub fn open(&self) -> Result<Store, StoreError> {
        let moved = || StoreError::Moved { path: self.path.clone() };
        let found = Identity::ask(&self.path).map_err(|e| StoreError::io(&e, &self.path))?;
        if self.own.is_some() && found != self.own {
            return Err(moved());
        }
        let store = Store::open_existing(&self.path)?;
        if self.own.is_some() && store.identity != self.own { Err(moved()) } else { Ok(store) }
    }
}

impl Store {
    /// Where this case book is.
    pub fn place(&self) -> Place {
        Place { path: self.path.clone(), own: self.identity }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn only_the_same_case_book_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let (path, away) = (folder.path().join("cases.db"), folder.path().join("away.db"));
        let place = Store::open(&path).unwrap().place();
        assert!(place.open().is_ok());
        fs::rename(&path, &away).unwrap();
        assert!(matches!(place.open(), Err(StoreError::Moved { .. })));
        drop(Store::open(&path).unwrap());
        assert!(matches!(place.open(), Err(StoreError::Moved { .. })), "another one stands there");
        fs::rename(&away, &path).unwrap();
        assert!(place.open().is_ok());
        assert!(Store::open_in_memory().unwrap().place().own.is_none());
    }
}
