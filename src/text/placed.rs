//! A text folded as search folds it, with the way back to its bytes: for showing where a word stands.

use super::fold::{Folded, fold, search_fold};

/// A folded text and where each byte of it came from.
#[derive(Clone, Debug, Default)]
pub struct Placed {
    /// Folded: one spelling, lower case, white space only between two ASCII characters.
    pub text: String,
    folded: Folded,
    /// Each byte's place in `folded`.
    places: Vec<usize>,
}

impl Placed {
    /// Folds a text.
    pub fn of(text: &str) -> Self {
        let folded = fold(text);
        let mut out = String::with_capacity(folded.text.len());
        let mut places = Vec::with_capacity(folded.text.len());
        let mut space: Option<usize> = None;
        for (at, c) in folded.text.char_indices() {
            if c.is_whitespace() {
                space = space.or(Some(at));
                continue;
            }
            let between_ascii = c.is_ascii() && out.chars().next_back().is_some_and(|p| p.is_ascii());
            if let Some(before) = space.take().filter(|_| between_ascii) {
                out.push(' ');
                places.push(before);
            }
            for lower in c.to_lowercase() {
                out.push(lower);
                places.extend((0..lower.len_utf8()).map(|i| at + i.min(c.len_utf8() - 1)));
            }
        }
        Self { text: out, folded, places }
    }

    /// The original bytes behind the folded ones from `start` to `end`.
    pub fn back(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.places.get(start).copied().unwrap_or_default();
        let last = end.checked_sub(1).and_then(|i| self.places.get(i));
        self.folded.back(first, last.map_or(first, |p| p + 1))
    }
}

/// A word as it stands in a [`Placed`] text, which knows more spellings of dashes than search does.
pub fn placed_word(word: &str) -> String {
    search_fold(&fold(word).text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_place_leads_back_to_what_stands_there() {
        let text = "ＵＳＢ メモリを\n紛失 A  b";
        let placed = Placed::of(text);
        assert_eq!(placed.text, "usbメモリを紛失a b");
        let at = |word: &str| {
            let start = placed.text.find(word).unwrap();
            let (from, to) = placed.back(start, start + word.len());
            text.get(from..to).unwrap()
        };
        assert_eq!(at("usbメモリ"), "ＵＳＢ メモリ");
        assert_eq!(at("を紛"), "を\n紛");
        assert_eq!(at("a b"), "A  b");
    }

    proptest! {
        #[test]
        fn every_place_is_one_of_the_text(text in "(\\PC|[ 　\n]|[ｱ-ﾟ]|[０-９⼀-⿕]){0,40}") {
            let placed = Placed::of(&text);
            for (start, c) in placed.text.char_indices() {
                let (from, to) = placed.back(start, start + c.len_utf8());
                prop_assert!(from < to && text.get(from..to).is_some(), "{}..{} of {:?}", from, to, text);
            }
        }
    }
}
