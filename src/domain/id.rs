//! Identifiers of incidents, stores and operations.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The 32 letters of an incident id: lower-case, without `i l o u`, so that it can be read out over the phone.
pub const BASE32: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// An incident's id: 12 base32 characters, minted once from its first lines and never recomputed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub String);

impl IncidentId {
    /// Length of a whole id in characters.
    pub const LEN: usize = 12;

    /// Makes the id of a 64-bit hash (its top 60 bits, five a character).
    pub fn from_hash(hash: u64) -> Self {
        let digit = |i: usize| {
            let five = (hash >> (59 - 5 * i)) & 31;
            BASE32.get(five as usize).map_or('0', |b| char::from(*b))
        };
        Self((0..Self::LEN).map(digit).collect())
    }

    /// The id as a number of 60 bits, which sorts as the text does; `None` where it is no whole id.
    pub fn number(&self) -> Option<i64> {
        let digit = |b: u8| BASE32.iter().position(|d| *d == b).and_then(|p| i64::try_from(p).ok());
        if self.0.len() != Self::LEN {
            return None;
        }
        self.0.bytes().try_fold(0, |n, b| Some(n << 5 | digit(b)?))
    }

    /// The id of a number that [`IncidentId::number`] gave.
    pub fn from_number(number: i64) -> Self {
        Self::from_hash(number.cast_unsigned() << 4)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether `s` could be an id or the beginning of one.
    pub fn is_prefix_form(s: &str) -> bool {
        !s.is_empty() && s.len() <= Self::LEN && s.bytes().all(|b| BASE32.contains(&b))
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identity of one store file, made when the file is created: 16 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreId(pub String);

/// An operation's id `CLOCK-STORE`: 16 hexadecimal digits of a hybrid clock (milliseconds since 1970 shifted left by
/// 16, plus a counter), a dash, the store's id. Text order is the order in which operations are folded.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OpId(pub String);

impl OpId {
    /// Puts a clock reading and a store id together.
    pub fn new(clock: u64, store: &StoreId) -> Self {
        Self(format!("{clock:016x}-{}", store.0))
    }

    /// The hybrid clock's reading, if the id is well formed.
    pub fn clock(&self) -> Option<u64> {
        self.0.get(..16).and_then(|h| u64::from_str_radix(h, 16).ok())
    }
}

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An incident's row number inside one store: cheap to hold by the million, never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_twelve_characters_of_the_alphabet() {
        for h in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
            let id = IncidentId::from_hash(h);
            assert_eq!(id.as_str().len(), IncidentId::LEN);
            assert!(IncidentId::is_prefix_form(id.as_str()));
        }
        assert_ne!(IncidentId::from_hash(0x10), IncidentId::from_hash(0x20));
    }

    #[test]
    fn ids_are_numbers_too() {
        for h in [0, 1 << 4, u64::MAX, 0x0123_4567_89ab_cdef] {
            let id = IncidentId::from_hash(h);
            assert_eq!(id.number().map(IncidentId::from_number), Some(id));
        }
        let number = |s: &str| IncidentId(s.into()).number();
        assert!(number("0zzzzzzzzzzz") < number("100000000000"));
        assert_eq!((number("abc"), number("il0000000000")), (None, None));
    }

    #[test]
    fn operation_ids_sort_by_clock() {
        let s = StoreId("00ff00ff00ff00ff".into());
        assert!(OpId::new(9, &s) < OpId::new(10, &s));
        assert_eq!(OpId::new(77, &s).clock(), Some(77));
    }
}
