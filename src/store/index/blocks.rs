//! Characters and the incidents that hold them, for words of one character: bitmaps over the incidents that the index was
//! built of, in blocks of 65536. Made while building, read by lookups; catching up marks who is gone.

use super::tokens::Slot;
use super::{Gathered, Window};
use roaring::RoaringBitmap;
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, HashMap};

/// Incidents of a block: as many as one container of a bitmap holds.
pub const SIZE: usize = 1 << 16;

/// A block that is being filled.
#[derive(Default)]
pub struct Block {
    places: Vec<i64>,
    slots: HashMap<Slot, RoaringBitmap>,
}

impl Block {
    /// Adds an incident that stands after all that were added.
    pub fn add(&mut self, place: i64, slots: &[Slot]) {
        let nth = self.places.len() as u32;
        self.places.push(place);
        for slot in slots {
            self.slots.entry(*slot).or_default().insert(nth);
        }
    }

    /// Tells whether it is full.
    pub fn is_full(&self) -> bool {
        self.places.len() >= SIZE
    }

    /// Writes it, as the block of this number.
    pub fn write(self, index: &Connection, block: i64) -> rusqlite::Result<()> {
        let (Some(first), Some(last)) = (self.places.first(), self.places.last()) else { return Ok(()) };
        let bytes = |part: fn(i64) -> u32| self.places.iter().flat_map(|p| part(*p).to_le_bytes()).collect::<Vec<u8>>();
        index.execute(
            "INSERT INTO blocks (block, first, last, keys, days) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![block, first, last, bytes(|p| p as u32), bytes(|p| (p >> 32) as u32)],
        )?;
        let mut insert = index.prepare_cached("INSERT INTO chars (slot, docs) VALUES (?1, ?2)")?;
        let mut slots: Vec<(Slot, RoaringBitmap)> = self.slots.into_iter().collect();
        slots.sort_unstable_by_key(|(slot, _)| *slot);
        for (slot, docs) in slots {
            insert.execute(params![slot.number() << 16 | block, packed(&docs)])?;
        }
        Ok(())
    }
}

/// Marks incidents of which the index was built as gone, by which of all they are.
pub fn mark_gone(index: &Connection, nths: &[i64]) -> rusqlite::Result<()> {
    let mut blocks: BTreeMap<i64, RoaringBitmap> = BTreeMap::new();
    for nth in nths {
        blocks.entry(nth >> 16).or_default().insert((nth & 0xFFFF) as u32);
    }
    for (block, mut gone) in blocks {
        let known: Option<Vec<u8>> =
            index.query_row("SELECT gone FROM blocks WHERE block = ?1", [block], |r| r.get(0))?;
        if let Some(known) = known {
            gone |= unpacked(&known)?;
        }
        index.execute("UPDATE blocks SET gone = ?2 WHERE block = ?1", params![block, packed(&gone)])?;
    }
    Ok(())
}

/// Gathers the incidents within a window that hold a character and are not gone.
pub fn look_up(index: &Connection, slot: Slot, window: Window, found: &mut Gathered) -> rusqlite::Result<()> {
    let mut select = index.prepare_cached(
        "SELECT c.docs, b.gone, b.keys, b.days, b.first, b.last FROM chars c JOIN blocks b ON b.block = c.slot & 65535
         WHERE c.slot BETWEEN ?1 AND ?1 + 65535 AND b.last >= ?2 AND b.first <= ?3",
    )?;
    let mut rows = select.query(params![slot.number() << 16, window.from, window.to])?;
    while let Some(row) = rows.next()? {
        let mut docs = unpacked(row.get_ref(0)?.as_blob()?)?;
        if let Some(gone) = row.get_ref(1)?.as_blob_or_null()? {
            docs -= unpacked(gone)?;
        }
        let whole = row.get::<_, i64>(4)? >= window.from && row.get::<_, i64>(5)? <= window.to;
        let (keys, days) = (numbers(row, 2)?, numbers(row, 3)?);
        for nth in docs {
            let at = nth as usize;
            let (Some(key), Some(day)) = (keys.get(at), days.get(at)) else {
                return Err(broken("a block of the index is too short"));
            };
            let (key, day) = (u32::from_le_bytes(*key), u32::from_le_bytes(*day));
            let place = i64::from(day) << 32 | i64::from(key);
            if whole || window.from <= place && place <= window.to {
                found.add(key);
            }
        }
    }
    Ok(())
}

fn numbers<'r>(row: &'r Row<'_>, column: usize) -> rusqlite::Result<&'r [[u8; 4]]> {
    Ok(row.get_ref(column)?.as_blob()?.as_chunks().0)
}

fn packed(bitmap: &RoaringBitmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(bitmap.serialized_size());
    // To write into memory never fails.
    let _ = bitmap.serialize_into(&mut bytes);
    bytes
}

fn unpacked(bytes: &[u8]) -> rusqlite::Result<RoaringBitmap> {
    RoaringBitmap::deserialize_from(bytes).map_err(|e| broken(&e.to_string()))
}

/// A value that is not what was written.
fn broken(why: &str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Blob, why.into())
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Tokenizer;
    use super::*;

    fn slots(text: &str) -> Vec<Slot> {
        Tokenizer::new().of([text, "", "", "", ""]).slots
    }

    #[test]
    fn blocks_tell_who_holds_a_character_and_is_not_gone() {
        let index = Connection::open_in_memory().unwrap();
        index.execute_batch(include_str!("../../../assets/index.sql")).unwrap();
        let (mut first, mut second) = (Block::default(), Block::default());
        let at = |day: i64, key: i64| day << 32 | key;
        for (day, key, text) in [(0, 7, "様"), (1, 9, "様の"), (1, 70_000, "様")] {
            first.add(at(day, key), &slots(text));
        }
        for (day, key, text) in [(1, 70_001, "様"), (2, 3, "の"), (3, 4, "様")] {
            second.add(at(day, key), &slots(text));
        }
        assert!(!first.is_full());
        first.write(&index, 0).unwrap();
        second.write(&index, 1).unwrap();
        Block::default().write(&index, 2).unwrap();
        let found = |text: &str, from, to| {
            let mut found = Gathered::default();
            look_up(&index, slots(text)[0], Window { from, to }, &mut found).unwrap();
            found.into_bitmap().iter().collect::<Vec<u32>>()
        };
        assert_eq!(found("様", 0, i64::MAX), [4, 7, 9, 70_000, 70_001]);
        assert_eq!(found("の", 0, i64::MAX), [3, 9]);
        assert_eq!(found("無", 0, i64::MAX), Vec::<u32>::new());
        assert_eq!(found("様", at(1, 0), at(2, 0)), [9, 70_000, 70_001]);
        assert_eq!(found("様", at(1, 10), at(1, 70_000)), [70_000]);
        mark_gone(&index, &[0, SIZE as i64]).unwrap();
        mark_gone(&index, &[2]).unwrap();
        assert_eq!(found("様", 0, i64::MAX), [4, 9]);
        mark_gone(&index, &[]).unwrap();
        index.execute("UPDATE blocks SET keys = x'00' WHERE block = 1", []).unwrap();
        assert!(look_up(&index, slots("様")[0], Window::ALL, &mut Gathered::default()).is_err());
    }
}
