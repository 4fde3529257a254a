//! What the memory thread needs of the case book: whether row numbers still stand for the incidents they stood for. Made
//! by `session` for the thread; each question opens the case book and closes it, since there are few.

use crate::domain::{IncidentId, Key};
use crate::store::{Place, Store};

/// Answers for a case book.
pub trait Book: Send + 'static {
    /// The fingerprint of the incidents of ascending row numbers; `None` where the case book can't be read.
    fn print(&mut self, sorted: &[Key]) -> Option<u64>;
    /// The row number of an incident; `None` where there is none, or the case book can't be read.
    fn key_of(&mut self, id: &str) -> Option<Key>;
}

/// The case book at a place.
pub struct StoreBook(pub Place);

impl StoreBook {
    fn open(&self) -> Option<Store> {
        let store = self.0.open().ok()?;
        store.keep_little().ok()?;
        Some(store)
    }
}

impl Book for StoreBook {
    fn print(&mut self, sorted: &[Key]) -> Option<u64> {
        self.open()?.print(sorted).ok()
    }

    fn key_of(&mut self, id: &str) -> Option<Key> {
        self.open()?.keys(&[IncidentId(id.to_owned())]).ok()?.first().copied()
    }
}
