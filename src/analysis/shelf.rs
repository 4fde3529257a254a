//! Many short texts kept close together: no allocation of their own, no room to spare. The names that a fuzzy jump looks
//! among stand here, a hundred thousand of them.

/// Bytes of a block. One that is full is never moved, so that no copy of all there is has to be made.
const BLOCK: usize = 1 << 20;

/// Bytes of a text that are kept; what stands behind is not looked at.
const LONGEST: usize = 4_096;

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    block: u16,
    len: u16,
    start: u32,
}

/// The texts.
#[derive(Debug, Default)]
pub struct Shelf(Vec<String>);

impl Shelf {
    /// Puts a text there; `None` where there is no room for another 64 GiB.
    pub fn put(&mut self, text: &str) -> Option<Place> {
        let end = (0..=text.len().min(LONGEST)).rev().find(|at| text.is_char_boundary(*at));
        let text = text.get(..end?)?;
        if self.0.last().is_none_or(|block| block.len() + text.len() > BLOCK) {
            self.0.push(String::with_capacity(BLOCK));
        }
        let block = u16::try_from(self.0.len().checked_sub(1)?).ok()?;
        let last = self.0.last_mut()?;
        let (start, len) = (u32::try_from(last.len()).ok()?, u16::try_from(text.len()).ok()?);
        last.push_str(text);
        Some(Place { block, len, start })
    }

    /// The text at a place.
    pub fn at(&self, place: Place) -> &str {
        let (start, len) = (place.start as usize, usize::from(place.len));
        self.0.get(usize::from(place.block)).and_then(|block| block.get(start..start + len)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_found_again_across_blocks() {
        let mut shelf = Shelf::default();
        let text = |n: usize| format!("{n}{}", "青".repeat(n % 700));
        let places: Vec<Place> = (0..3_000).map(|n| shelf.put(&text(n)).unwrap()).collect();
        assert!(shelf.0.len() > 2 && shelf.0.iter().all(|block| block.capacity() == BLOCK));
        assert!(places.iter().enumerate().all(|(n, place)| shelf.at(*place) == text(n)));
        let long = shelf.put(&"嶺".repeat(5_000)).unwrap();
        assert_eq!(shelf.at(long), "嶺".repeat(LONGEST / 3));
        let empty = shelf.put("").unwrap();
        assert_eq!((shelf.at(empty), size_of::<Place>()), ("", 8));
    }
}
