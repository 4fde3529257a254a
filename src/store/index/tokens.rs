//! Texts and words as tokens of the search index: characters as ASCII letters and digits, so that the plainest tokenizer
//! of FTS5 takes them apart. Used by building, catching up and looking up.

use crate::query::ast::Place;

/// Digits of a code; the code of a character is some of them.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Characters below it have codes of three digits, the first of which is at most `v`; others have a `z` and four.
const SHORT: u32 = 0xA000;
const LONG: char = 'z';

/// What stands before the tokens of a place; no code begins with it.
fn mark(place: Place) -> Option<&'static str> {
    match place {
        Place::Anywhere => Some(""),
        Place::Org => Some("wo"),
        Place::Title => Some("wt"),
        Place::ThirdParty => Some("wp"),
        Place::Gang => Some("wg"),
        Place::Note => None,
    }
}

/// The places in the order in which [`Tokenizer::of`] takes their texts.
const PLACES: [Place; 5] = [Place::Anywhere, Place::Org, Place::Title, Place::ThirdParty, Place::Gang];

/// A character in the text of a place, as a number below 2^24.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot(u32);

impl Slot {
    /// Bits of a character.
    const CHAR: u32 = 21;

    fn of(kind: usize, c: char) -> Self {
        Self((kind as u32) << Self::CHAR | u32::from(c))
    }

    /// The number.
    pub fn number(self) -> i64 {
        i64::from(self.0)
    }

    /// As a token.
    fn push(self, out: &mut String) {
        let kind = PLACES.get((self.0 >> Self::CHAR) as usize).copied().unwrap_or(Place::Anywhere);
        out.push_str(mark(kind).unwrap_or_default());
        push_code(out, char::from_u32(self.0 & ((1 << Self::CHAR) - 1)).unwrap_or_default());
    }
}

fn push_code(out: &mut String, c: char) {
    let n = u32::from(c);
    let digit = |unit: u32| DIGITS.get((n / unit % 36) as usize).map_or('0', |d| char::from(*d));
    if n < SHORT {
        out.extend([digit(1296), digit(36), digit(1)]);
    } else {
        out.extend([LONG, digit(46656), digit(1296), digit(36), digit(1)]);
    }
}

/// An incident's tokens.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Of its pairs of characters, in the order of the texts.
    pub pairs: String,
    /// Its characters, each once.
    pub slots: Vec<Slot>,
}

impl Tokens {
    /// The tokens of its characters.
    pub fn singles(&self) -> String {
        let mut out = String::with_capacity(self.slots.len() * 4);
        for slot in &self.slots {
            slot.push(&mut out);
            out.push(' ');
        }
        out
    }
}

/// Makes tokens of texts.
pub struct Tokenizer {
    /// A bit for every character that the present text has held so far.
    seen: Vec<u64>,
    /// The words of `seen` that are not zero.
    touched: Vec<usize>,
}

impl Tokenizer {
    /// One that can be used again and again.
    pub fn new() -> Self {
        Self { seen: vec![0; (char::MAX as usize >> 6) + 1], touched: Vec::new() }
    }

    /// The tokens of an incident's texts, folded for search, in the order of [`PLACES`].
    pub fn of(&mut self, texts: [&str; 5]) -> Tokens {
        let mut out = Tokens::default();
        for (kind, (place, text)) in PLACES.into_iter().zip(texts).enumerate() {
            let Some(mark) = mark(place) else { continue };
            out.pairs.reserve(text.len() * 7 / 3);
            push_pairs(&mut out.pairs, mark, text);
            self.push_slots(&mut out.slots, kind, text);
        }
        out
    }

    fn push_slots(&mut self, out: &mut Vec<Slot>, kind: usize, text: &str) {
        for c in text.chars() {
            let (word, bit) = (c as usize >> 6, 1 << (c as usize & 63));
            let Some(seen) = self.seen.get_mut(word) else { continue };
            if *seen & bit != 0 {
                continue;
            }
            if *seen == 0 {
                self.touched.push(word);
            }
            *seen |= bit;
            out.push(Slot::of(kind, c));
        }
        for word in self.touched.drain(..) {
            if let Some(seen) = self.seen.get_mut(word) {
                *seen = 0;
            }
        }
    }
}

fn push_pairs(out: &mut String, mark: &str, text: &str) {
    let mut code = String::with_capacity(5);
    let mut before = String::with_capacity(5);
    for c in text.chars() {
        code.clear();
        push_code(&mut code, c);
        if !before.is_empty() {
            out.push_str(mark);
            out.push_str(&before);
            out.push_str(&code);
            out.push(' ');
        }
        std::mem::swap(&mut before, &mut code);
    }
}

/// What to look up for a word.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A single character; as an expression of FTS5 too.
    Single(Slot, String),
    /// An expression of FTS5 for the `pairs`; the word's first characters where not all of it is in the expression.
    Pairs {
        /// The expression.
        phrase: String,
        /// Whether all of the word is in it.
        whole: bool,
    },
}

/// Characters of a word that are looked up; the texts that hold them are few enough to be read then.
const MOST: usize = 24;

/// What to look up for a folded word; `None` for the empty one and for notes, which no index holds.
pub fn wanted(place: Place, word: &str) -> Option<Wanted> {
    let kind = PLACES.iter().position(|p| *p == place)?;
    let mark = mark(place)?;
    let (first, rest) = {
        let mut chars = word.chars();
        (chars.next()?, chars.as_str())
    };
    if rest.is_empty() {
        let (slot, mut token) = (Slot::of(kind, first), String::new());
        slot.push(&mut token);
        return Some(Wanted::Single(slot, format!("\"{token}\"")));
    }
    let end = word.char_indices().nth(MOST).map_or(word.len(), |(at, _)| at);
    let mut pairs = String::new();
    push_pairs(&mut pairs, mark, word.get(..end).unwrap_or(word));
    Some(Wanted::Pairs { phrase: format!("\"{}\"", pairs.trim_end()), whole: end == word.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn code(c: char) -> String {
        let mut out = String::new();
        push_code(&mut out, c);
        out
    }

    #[test]
    fn no_code_is_the_beginning_of_another_or_of_a_mark() {
        let all: HashSet<String> = ('\0'..=char::MAX).map(code).collect();
        assert_eq!(all.len(), ('\0'..=char::MAX).count(), "each character has its own");
        for code in &all {
            assert!(code.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase()));
            assert!(!code.starts_with('w') && (code.len() == 5) == code.starts_with('z'), "{code}");
            assert!(matches!(code.len(), 3 | 5));
        }
    }

    #[test]
    fn texts_become_pairs_and_each_character_once() {
        let mut tokenizer = Tokenizer::new();
        let tokens = tokenizer.of(["aba𠮷", "b", "", "", "ab"]);
        let (a, b, y) = (code('a'), code('b'), code('𠮷'));
        assert_eq!(tokens.pairs, format!("{a}{b} {b}{a} {a}{y} wg{a}{b} "));
        assert_eq!(tokens.singles(), format!("{a} {b} {y} wo{b} wg{a} wg{b} "));
        assert_eq!(tokens.slots.len(), tokens.slots.iter().collect::<HashSet<_>>().len());
        assert!(tokens.slots.iter().all(|s| s.number() < 1 << 24));
        assert_eq!(tokenizer.of(["ab", "", "", "", ""]).singles(), format!("{a} {b} "), "nothing is left over");
    }

    #[test]
    fn words_become_expressions() {
        let (a, b) = (code('a'), code('b'));
        assert_eq!(wanted(Place::Anywhere, ""), None);
        assert_eq!(wanted(Place::Note, "ab"), None);
        assert_eq!(wanted(Place::Org, "a"), Some(Wanted::Single(Slot::of(1, 'a'), format!("\"wo{a}\""))));
        let phrase = format!("\"{a}{b} {b}{a}\"");
        assert_eq!(wanted(Place::Anywhere, "aba"), Some(Wanted::Pairs { phrase, whole: true }));
        assert!(matches!(wanted(Place::Title, &"あ".repeat(24)), Some(Wanted::Pairs { whole: true, .. })));
        assert!(matches!(wanted(Place::Title, &"あ".repeat(25)), Some(Wanted::Pairs { whole: false, .. })));
    }

    proptest! {
        #[test]
        fn pairs_hold_the_phrase_where_the_text_holds_the_word(
            text in "[ab𠮷\u{A000}漏 ]{0,12}", word in "[ab𠮷\u{A000}漏 ]{2,4}"
        ) {
            let tokens = Tokenizer::new().of([&text, &word, "", "", ""]).pairs;
            let Some(Wanted::Pairs { phrase, whole: true }) = wanted(Place::Anywhere, &word) else { panic!("{word}") };
            let holds = format!(" {tokens}").contains(&format!(" {} ", phrase.trim_matches('"')));
            prop_assert_eq!(holds, text.contains(&word));
        }
    }
}
