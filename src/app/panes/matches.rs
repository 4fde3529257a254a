//! Where the query's words stand in an incident's text: what the detail pane underlines and what `n` and `N` jump to.

use crate::domain::Span;
use crate::lexicon::variants;
use crate::query;
use crate::query::ast::{Expr, Place, Term};
use crate::text::{Placed, fold, placed_word, search_fold};
use chrono::NaiveDate;

/// Most matches that are looked for in one text.
const MAX: usize = 2_000;

/// The words of a query that are looked for in texts, in every spelling and, with `romaji`, as what they are read as: bare words, phrases, and the values of `org:`,
/// `title:`, `third:` and `gang:`; negated ones and other fields are left out. A wrong query has none.
pub fn words(query: &str, today: NaiveDate, romaji: bool) -> Vec<String> {
    let mut out = Vec::new();
    if let Ok(query) = query::parse_typed(query, today, romaji) {
        collect(&query.filter, &mut out);
    }
    out
}

fn collect(expr: &Expr, out: &mut Vec<String>) {
    match expr {
        Expr::And(all) | Expr::Or(all) => all.iter().for_each(|e| collect(e, out)),
        Expr::Is(Term::Contains { place, any }) if *place != Place::Note => {
            for spelling in any {
                let folded = placed_word(spelling);
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
    if folded.is_empty() {
        return Vec::new();
    }
    variants::spellings(&folded).iter().map(|s| placed_word(s)).collect()
}

/// The places of the words in a text, in text order, none overlapping another.
pub fn find(text: &str, words: &[String]) -> Vec<Span> {
    if words.is_empty() {
        return Vec::new();
    }
    let placed = Placed::of(text);
    let mut hits: Vec<Span> = Vec::new();
    for word in words {
        for (at, found) in placed.text.match_indices(word.as_str()).take(MAX) {
            let (start, end) = placed.back(at, at + found.len());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn words(query: &str) -> Vec<String> {
        super::words(query, NaiveDate::default(), false)
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
