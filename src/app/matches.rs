//! Where the query's words stand in an incident's text: what the detail pane underlines and what `n` and `N` jump to.

use crate::domain::Span;
use crate::lexicon::variants;
use crate::query;
use crate::query::ast::{Expr, Place, Term};
use crate::text::{fold, search_fold};
use chrono::NaiveDate;

/// Most matches that are looked for in one text.
const MAX: usize = 2_000;

/// The words of a query that are looked for in texts, in every spelling: bare words, phrases, and the values of `org:`,
/// `title:`, `third:` and `gang:`; negated ones and other fields are left out. A wrong query has none.
pub fn words(query: &str, today: NaiveDate) -> Vec<String> {
    let mut out = Vec::new();
    if let Ok(query) = query::parse_without_default(query, today) {
        collect(&query.filter, &mut out);
    }
    out
}

fn collect(expr: &Expr, out: &mut Vec<String>) {
    match expr {
        Expr::And(all) | Expr::Or(all) => all.iter().for_each(|e| collect(e, out)),
        Expr::Is(Term::Contains { place, any }) if *place != Place::Note => {
            for spelling in any {
                // Texts are folded with a way back, which knows more spellings of dashes than search does.
                let folded = search_fold(&fold(spelling).text);
                if !folded.is_empty() && !out.contains(&folded) {
                    out.push(folded);
                }
            }
        }
        Expr::Not(_) | Expr::Is(_) => {}
    }
}

/// A text that is looked for as it stands, in every spelling.
pub fn literal(text: &str) -> Vec<String> {
    let folded = search_fold(fold(text).text.trim());
    if folded.is_empty() { Vec::new() } else { variants::spellings(&folded) }
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

    fn words(query: &str) -> Vec<String> {
        super::words(query, NaiveDate::default())
    }

    #[test]
    fn words_of_texts_are_told_from_fields() {
        assert_eq!(
            words("漏えい -x status:new \"a B\" org:若宮 NOT y (z OR people>100)"),
            ["漏えい", "漏洩", "a b", "若宮", "z"]
        );
        assert!(words("org:").is_empty());
    }

    #[test]
    fn matches_lie_where_the_text_says_so_however_it_is_spelt() {
        let range = "4月1日〜5日";
        assert_eq!(find(range, &words("1日〜")).iter().filter_map(|s| s.of(range)).next(), Some("1日〜"));
        let text = "ＵＳＢ メモリを\n紛失。usbメモ\nリ";
        let at: Vec<&str> = find(text, &words("USBメモリ")).iter().filter_map(|s| s.of(text)).collect();
        assert_eq!(at, ["ＵＳＢ メモリ", "usbメモ\nリ"]);
        let text = "漏洩と漏えい";
        assert_eq!(find(text, &words("漏洩")).len(), 2);
        assert!(find(text, &[]).is_empty());
    }
}
