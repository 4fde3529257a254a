//! A fingerprint of incidents: which ids a set of row numbers stands for. A sitting that was cut off keeps one beside its
//! row numbers, which mean other incidents once the case book's file was replaced. Called by `Store`; changes nothing.

use super::Store;
use super::error::StoreError;
use super::number::array;
use crate::domain::Key;
use rusqlite::{Connection, Row};

/// Incidents from which on all ids are gone through, in the order of their index, instead of one after the other.
const MANY: usize = 20_000;

/// Adds up what row number and id of each incident are mixed to: the order in which they are read does not matter. Those
/// that are gone add nothing.
fn print(connection: &Connection, sorted: &[Key]) -> Result<u64, StoreError> {
    let mut sum = 0_u64;
    let mut add = |row: &Row<'_>| -> rusqlite::Result<()> {
        let key = row.get(0)?;
        if sorted.binary_search(&Key(key)).is_ok() {
            sum = sum.wrapping_add(mixed(key, row.get_ref(1)?.as_bytes()?));
        }
        Ok(())
    };
    if sorted.len() < MANY {
        let mut select = connection.prepare_cached("SELECT key, id FROM incidents WHERE key IN rarray(?1)")?;
        let mut rows = select.query([array(sorted.iter().map(|k| k.0))])?;
        while let Some(row) = rows.next()? {
            add(row)?;
        }
    } else {
        // The index of ids holds both and is small beside the table.
        let mut select = connection.prepare("SELECT key, id FROM incidents ORDER BY id")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            add(row)?;
        }
    }
    Ok(sum)
}

/// FNV-1a of both, finished as SplitMix64 does, so that sums of different pairs differ.
fn mixed(key: i64, id: &[u8]) -> u64 {
    let bytes = key.to_le_bytes();
    let hash = bytes
        .iter()
        .chain(id)
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

impl Store {
    /// The fingerprint of the incidents of ascending row numbers: another one where any of them stands for another
    /// incident, or for none.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn print(&self, sorted: &[Key]) -> Result<u64, StoreError> {
        self.placed(print(&self.connection, sorted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_print_tells_which_incident_has_which_number() {
        let print =
            |pairs: &[(i64, &str)]| pairs.iter().fold(0_u64, |sum, (k, id)| sum.wrapping_add(mixed(*k, id.as_bytes())));
        let here = print(&[(1, "0123456789ab"), (2, "ba9876543210")]);
        assert_eq!(here, print(&[(2, "ba9876543210"), (1, "0123456789ab")]));
        for other in [
            &[(2, "0123456789ab"), (1, "ba9876543210")][..],
            &[(1, "0123456789ab")],
            &[(1, "0123456789ab"), (2, "ba9876543211")],
            &[],
        ] {
            assert_ne!(here, print(other));
        }
    }
}
