//! Sets of characters that are asked for every character of a text: one look into a table. Built at compile time by
//! `fold`, `neutral` and the scanners of `ingest`.

/// A set of characters of the basic plane (U+0000–FFFF) as a table of bits. Characters beyond are in no set.
#[derive(Debug)]
pub struct CharSet([u64; 1024]);

impl Default for CharSet {
    fn default() -> Self {
        Self([0; 1024])
    }
}

impl CharSet {
    /// The set of all characters in the ranges, both ends included; what lies beyond the basic plane is left out.
    pub const fn of(ranges: &[(char, char)]) -> Self {
        let mut bits = [0u64; 1024];
        let mut i = 0;
        while i < ranges.len() {
            let (mut code, last) = (ranges[i].0 as usize, ranges[i].1 as usize);
            while code <= last && code < 0x1_0000 {
                bits[code / 64] |= 1 << (code % 64);
                code += 1;
            }
            i += 1;
        }
        Self(bits)
    }

    /// The set of these characters.
    pub const fn of_each(chars: &[char]) -> Self {
        let mut set = Self([0; 1024]);
        let mut i = 0;
        while i < chars.len() {
            let code = chars[i] as usize;
            if code < 0x1_0000 {
                set.0[code / 64] |= 1 << (code % 64);
            }
            i += 1;
        }
        set
    }

    /// The characters that are in this set or in the other.
    pub const fn with(mut self, other: &Self) -> Self {
        let mut i = 0;
        while i < 1024 {
            self.0[i] |= other.0[i];
            i += 1;
        }
        self
    }

    /// The characters that are in this set and not in the other.
    pub const fn without(mut self, other: &Self) -> Self {
        let mut i = 0;
        while i < 1024 {
            self.0[i] &= !other.0[i];
            i += 1;
        }
        self
    }

    /// Where the characters of the set end that a text begins with at a byte: the same as asking for each of them, but
    /// without putting them together from their bytes.
    pub fn run(&self, text: &str, from: usize) -> usize {
        let has = |word: u16, bit: u8| self.0.get(usize::from(word)).is_some_and(|w| w >> (bit & 63) & 1 != 0);
        let bytes = text.as_bytes();
        let mut at = from;
        while let Some(&first) = bytes.get(at) {
            let (inside, length) = match (first, bytes.get(at + 1..at + 3)) {
                (..0x80, _) => (has(u16::from(first >> 6), first), 1),
                // Three bytes of 4, 6 and 6 bits: the first two name the word of the table.
                (0xE0..0xF0, Some(&[second, third])) => {
                    (has(u16::from(first & 15) << 6 | u16::from(second & 63), third), 3)
                }
                _ => match text.get(at..).and_then(|rest| rest.chars().next()) {
                    Some(c) => (self.has(c), c.len_utf8()),
                    None => return at,
                },
            };
            if !inside {
                break;
            }
            at += length;
        }
        at
    }

    /// Tells whether a character is in the set.
    #[inline]
    pub fn has(&self, c: char) -> bool {
        let code = c as usize;
        self.0.get(code / 64).is_some_and(|word| word & (1 << (code % 64)) != 0)
    }
}

/// The first `n` characters of a text.
#[inline]
pub fn first_chars(text: &str, n: usize) -> &str {
    match text.char_indices().nth(n) {
        Some((end, _)) => text.get(..end).unwrap_or_default(),
        None => text,
    }
}

/// The last `n` characters of a text.
#[inline]
pub fn last_chars(text: &str, n: usize) -> &str {
    let Some(before) = n.checked_sub(1) else { return "" };
    text.char_indices().nth_back(before).map_or(text, |(start, _)| text.get(start..).unwrap_or_default())
}

/// Where a word stands in a text first. Most words stand nowhere in most texts, and that is told much quicker than
/// where one stands.
#[inline]
pub fn find(text: &str, word: &str) -> Option<usize> {
    text.contains(word).then(|| text.find(word)).flatten()
}

#[cfg(test)]
#[allow(clippy::string_slice)] // Offsets are boundaries.
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_its_ends_and_nothing_beyond() {
        const KANA: CharSet = CharSet::of(&[('ぁ', 'ん'), ('A', 'A'), ('\u{FFFF}', '\u{10000}')]);
        let all = KANA.with(&CharSet::of_each(&['年', '\u{1F600}']));
        for c in ['ぁ', 'か', 'ん', 'A', '年', '\u{FFFF}'] {
            assert!(all.has(c), "{c}");
        }
        for c in ['B', '\u{3040}', 'ゔ', '月', '\u{10000}', '\u{1F600}', char::MAX] {
            assert!(!all.has(c), "{c}");
        }
    }

    #[test]
    fn a_run_is_as_long_as_its_characters_are_in_the_set() {
        static SET: CharSet = CharSet::of(&[('0', '9'), ('é', 'é'), ('ぁ', 'ん'), ('一', '龠')]);
        for text in ["", "年1é月x", "あ一ア", "é1\u{1F600}", "aあ", "123", "漢", "\u{3042}\u{FF01}"] {
            for from in (0..=text.len()).filter(|i| text.is_char_boundary(*i)) {
                let rest = &text[from..];
                let expected = from + rest.chars().take_while(|c| SET.has(*c)).map(char::len_utf8).sum::<usize>();
                assert_eq!(SET.run(text, from), expected, "{text} {from}");
            }
        }
        for c in '\0'..=char::MAX {
            assert_eq!(SET.run(c.encode_utf8(&mut [0; 4]), 0) > 0, SET.has(c), "{c:?}");
        }
    }

    #[test]
    fn windows_are_cut_by_characters() {
        assert_eq!((first_chars("aあい", 2), first_chars("aあ", 5), first_chars("あ", 0)), ("aあ", "aあ", ""));
        assert_eq!((find("aあい", "い"), find("aあい", "う"), find("aあ", "")), (Some(4), None, Some(0)));
        assert_eq!((last_chars("aあい", 2), last_chars("aあ", 5), last_chars("あ", 0)), ("あい", "aあ", ""));
    }
}
