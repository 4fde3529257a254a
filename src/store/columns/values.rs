//! One value of every incident as a number into a dictionary, and the order of the dictionary: enough to sort by without
//! the values at hand. Values are bytes that compare as SQLite compares what they stand for.

use rayon::slice::ParallelSliceMut;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Bytes by which a dictionary grows: twice as large would be too much for titles.
const GROWTH: usize = 4 << 20;

/// Values, one an incident at most.
#[derive(Debug, Default)]
pub(in crate::store) struct Values {
    /// By key: one more than the value's place in the dictionary, 0 for none.
    codes: Vec<u32>,
    dictionary: Dictionary,
    /// Places of the dictionary in the order of their values.
    sorted: Vec<u32>,
    /// By place: how the value stands to others.
    ranks: Vec<u32>,
}

/// Values one behind the other.
#[derive(Debug, Default)]
struct Dictionary {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Dictionary {
    fn get(&self, place: u32) -> &[u8] {
        let place = place as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(place).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn push(&mut self, value: &[u8]) -> u32 {
        if self.bytes.capacity() - self.bytes.len() < value.len() {
            self.bytes.reserve_exact(GROWTH.max(value.len()));
        }
        self.bytes.extend_from_slice(value);
        self.ends.push(self.bytes.len());
        // Fewer than keys, which are 32 bits wide.
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }
}

/// Puts a number where it belongs, which may be beyond the end.
pub(super) fn put(codes: &mut Vec<u32>, key: u32, code: u32) {
    let at = key as usize;
    if codes.len() <= at {
        codes.resize(at + 1, 0);
    }
    if let Some(slot) = codes.get_mut(at) {
        *slot = code;
    }
}

/// Values on their way into memory.
#[derive(Debug, Default)]
pub(super) struct Builder {
    codes: Vec<u32>,
    dictionary: Dictionary,
    /// By hash: the place of a value. Of two values of one hash only the first is found here; the other is put down
    /// again and again, which costs room and nothing else.
    seen: HashMap<u64, u32>,
    hasher: RandomState,
}

impl Builder {
    /// Notes an incident's value.
    pub fn add(&mut self, key: u32, value: &[u8]) {
        let hash = self.hasher.hash_one(value);
        let place = match self.seen.get(&hash) {
            Some(place) if self.dictionary.get(*place) == value => *place,
            Some(_) => self.dictionary.push(value),
            None => {
                let place = self.dictionary.push(value);
                self.seen.insert(hash, place);
                place
            }
        };
        put(&mut self.codes, key, place + 1);
    }

    /// Sorts the dictionary.
    pub fn finish(self) -> Values {
        let Self { mut codes, dictionary, seen, .. } = self;
        drop(seen);
        codes.shrink_to_fit();
        let mut sorted: Vec<u32> = (0u32..).take(dictionary.ends.len()).collect();
        sorted.par_sort_unstable_by(|a, b| dictionary.get(*a).cmp(dictionary.get(*b)));
        let mut values = Values { codes, dictionary, sorted, ranks: Vec::new() };
        values.rank_anew();
        values
    }
}

impl Values {
    /// How an incident's value stands to others'; `None` where it has none.
    pub fn rank(&self, key: u32) -> Option<u32> {
        self.ranks.get(self.place(key)? as usize).copied()
    }

    /// An incident's value where values are numbers of eight bytes, none of them negative.
    pub fn number(&self, key: u32) -> Option<u64> {
        let bytes: [u8; 8] = self.dictionary.get(self.place(key)?).try_into().ok()?;
        Some(u64::from_be_bytes(bytes) ^ 1 << 63)
    }

    /// The place of an incident's value: the same for the same value.
    fn place(&self, key: u32) -> Option<u32> {
        self.codes.get(key as usize)?.checked_sub(1)
    }

    /// How many ranks there are: one more than the highest. Some of them may have no incident any more.
    pub fn len(&self) -> usize {
        self.sorted.last().and_then(|place| self.ranks.get(*place as usize)).map_or(0, |rank| *rank as usize + 1)
    }

    /// The value of a rank.
    pub fn value(&self, rank: u32) -> Option<&[u8]> {
        let is_before = |place: &u32| self.ranks.get(*place as usize).is_some_and(|other| *other < rank);
        let place = *self.sorted.get(self.sorted.partition_point(is_before))?;
        (self.ranks.get(place as usize) == Some(&rank)).then(|| self.dictionary.get(place))
    }

    /// Gives incidents other values.
    pub fn change<'v>(&mut self, changes: impl IntoIterator<Item = (u32, Option<&'v [u8]>)>) {
        let mut grown = false;
        for (key, value) in changes {
            let code = match value {
                None => 0,
                Some(value) => {
                    let found = self.sorted.binary_search_by(|place| self.dictionary.get(*place).cmp(value));
                    let place = match found {
                        Ok(at) => self.sorted.get(at).copied().unwrap_or_default(),
                        Err(at) => {
                            grown = true;
                            let place = self.dictionary.push(value);
                            self.sorted.insert(at, place);
                            place
                        }
                    };
                    place + 1
                }
            };
            put(&mut self.codes, key, code);
        }
        if grown {
            self.rank_anew();
        }
    }

    fn rank_anew(&mut self) {
        let mut ranks = vec![0; self.sorted.len()];
        let (mut rank, mut before): (u32, Option<&[u8]>) = (0, None);
        for place in &self.sorted {
            let value = self.dictionary.get(*place);
            if before.is_some_and(|before| before != value) {
                rank += 1;
            }
            before = Some(value);
            if let Some(slot) = ranks.get_mut(*place as usize) {
                *slot = rank;
            }
        }
        self.ranks = ranks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[(u32, &str)]) -> Values {
        let mut builder = Builder::default();
        for (key, value) in values {
            builder.add(*key, value.as_bytes());
        }
        builder.finish()
    }

    fn ranks(values: &Values) -> Vec<Option<u32>> {
        (0..6).map(|key| values.rank(key)).collect()
    }

    #[test]
    fn values_are_ranked_by_their_bytes() {
        let values = of(&[(1, "b"), (3, ""), (4, "b"), (2, "ba")]);
        assert_eq!(ranks(&values), [None, Some(1), Some(2), Some(0), Some(1), None]);
        let named: Vec<&[u8]> = (0..).map_while(|rank| values.value(rank)).collect();
        assert_eq!((named, values.len()), (vec![b"" as &[u8], b"b", b"ba"], 3));
        assert_eq!((Values::default().len(), Values::default().value(0)), (0, None));
    }

    #[test]
    fn changed_values_find_their_places() {
        let mut values = of(&[(1, "b"), (2, "d")]);
        let changes = [(5, "c"), (1, "d"), (0, "a")].map(|(key, v)| (key, Some(v.as_bytes())));
        values.change(changes.into_iter().chain([(2, None)]));
        let (a, c, d) = (values.rank(0), values.rank(5), values.rank(1));
        assert!(a < c && c < d && a.is_some());
        assert_eq!((values.rank(2), values.rank(4)), (None, None));
    }
}
