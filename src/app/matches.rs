//! Where the query's words stand in an incident's text: what the detail pane underlines and what `n` and `N` jump to.

use crate::domain::Span;
use crate::text::{fold, search_fold};

/// Most matches that are looked for in one text.
const MAX: usize = 2_000;

/// The words of a query that are looked for in texts: bare words, phrases, and the values of `org:`, `title:` and
/// `third:`; negated ones and other fields are left out.
pub fn words(query: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut negated = false;
    for token in tokens(query) {
        let not = token.starts_with('-') || negated;
        negated = token == "NOT";
        if not || matches!(token.as_str(), "OR" | "AND" | "NOT") {
            continue;
        }
        let text = match token.split_once(':') {
            Some(("org" | "title" | "third", value)) => value,
            Some((field, _)) if field.bytes().all(|b| b.is_ascii_lowercase()) && !field.is_empty() => continue,
            _ if token.contains(['<', '>', '=']) => continue,
            _ => token.as_str(),
        };
        let folded = search_fold(text);
        if !folded.is_empty() && !out.contains(&folded) {
            out.push(folded);
        }
    }
    out
}

fn tokens(query: &str) -> Vec<String> {
    let (mut out, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in query.chars() {
        match c {
            '"' | '”' | '“' | '＂' => quoted = !quoted,
            c if !quoted && (c.is_whitespace() || "()（）".contains(c)) => out.push(std::mem::take(&mut word)),
            '：' => word.push(':'),
            c => word.push(c),
        }
    }
    out.push(word);
    out.retain(|w| !w.is_empty());
    out
}

/// The places of the words in a text, in text order, none overlapping another.
pub fn find(text: &str, words: &[String]) -> Vec<Span> {
    if words.is_empty() {
        return Vec::new();
    }
    let folded = fold(text);
    let (dense, places) = condense(&folded.text);
    let mut hits: Vec<Span> = Vec::new();
    for word in words {
        for (at, found) in dense.match_indices(word.as_str()).take(MAX) {
            let start = places.get(at).copied().unwrap_or_default();
            let end = places.get(at + found.len() - 1).map_or(start, |p| p + 1);
            let (start, end) = folded.back(start, end);
            hits.push(Span::new(start, end));
        }
    }
    hits.sort_by_key(|s| (s.start, std::cmp::Reverse(s.end)));
    let mut last_end = 0;
    hits.retain(|s| {
        let keep = s.start >= last_end && s.end > s.start;
        if keep {
            last_end = s.end;
        }
        keep
    });
    hits
}

/// Lower case, and white space only between two ASCII characters, as search folds; with each byte's place in the folded
/// text.
fn condense(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len());
    let mut space: Option<usize> = None;
    for (at, c) in text.char_indices() {
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
    (out, places)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_texts_are_told_from_fields() {
        assert_eq!(
            words("漏えい -x status:new \"a B\" org:若宮 NOT y (z OR people>100)"),
            ["漏えい", "a b", "若宮", "z"]
        );
    }

    #[test]
    fn matches_lie_where_the_text_says_so_however_it_is_spelt() {
        let text = "ＵＳＢ メモリを\n紛失。usbメモ\nリ";
        let at: Vec<&str> = find(text, &words("USBメモリ")).iter().filter_map(|s| s.of(text)).collect();
        assert_eq!(at, ["ＵＳＢ メモリ", "usbメモ\nリ"]);
        assert!(find(text, &[]).is_empty());
    }
}
