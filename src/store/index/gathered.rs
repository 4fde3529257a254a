//! Keys as lookups find them, in any order and some of them twice, on their way into a bitmap. Used by the lookups.

use roaring::RoaringBitmap;

/// Keys below it are kept as bits.
const DENSE: u32 = 1 << 26;

/// Gathers keys.
#[derive(Default)]
pub struct Gathered {
    bits: Vec<u64>,
    /// Those beyond, which no case book has yet.
    others: Vec<u32>,
}

impl Gathered {
    /// Adds a key.
    pub fn add(&mut self, key: u32) {
        if key >= DENSE {
            self.others.push(key);
            return;
        }
        let word = (key >> 6) as usize;
        if word >= self.bits.len() {
            self.bits.resize(word + word / 2 + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (key & 63);
        }
    }

    /// All of them.
    pub fn into_bitmap(self) -> RoaringBitmap {
        let bytes: Vec<u8> = self.bits.iter().flat_map(|b| b.to_le_bytes()).collect();
        let mut out = RoaringBitmap::from_lsb0_bytes(0, &bytes);
        out.extend(self.others);
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_in_the_bitmap() {
        let keys = [70_000, 3, 64, 3, 0, DENSE - 1, DENSE, u32::MAX];
        let mut gathered = Gathered::default();
        keys.iter().for_each(|k| gathered.add(*k));
        assert_eq!(gathered.into_bitmap(), RoaringBitmap::from_iter(keys));
        assert!(Gathered::default().into_bitmap().is_empty());
    }
}
