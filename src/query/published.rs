//! Narrows a query's text to a stretch of days: what the workbench writes into the query line for a range of its
//! histogram.

use super::lexer::{Piece, Token, lex};
use crate::domain::date::last_of_month;
use chrono::{Datelike, NaiveDate};
use std::ops::Range;

/// The word that finds what was published from one day to another, both included: years and months where these are whole.
pub fn published_word(from: NaiveDate, to: NaiveDate) -> String {
    let (a, b) = if (from.ordinal(), to.month(), to.day()) == (1, 12, 31) {
        (format!("{:04}", from.year()), format!("{:04}", to.year()))
    } else if from.day() == 1 && last_of_month(to.year(), to.month()) == Some(to) {
        (from.format("%Y-%m").to_string(), to.format("%Y-%m").to_string())
    } else {
        (from.to_string(), to.to_string())
    };
    if a == b { format!("published:{a}") } else { format!("published:{a}..{b}") }
}

/// The query with that word: in the place of one that says when it was published, else behind the others. What does not
/// parse is left as it is before it.
pub fn narrowed(text: &str, from: NaiveDate, to: NaiveDate) -> String {
    let word = published_word(from, to);
    let Ok(tokens) = lex(text) else { return format!("{} {word}", text.trim()) };
    let outer: Vec<&Token> = outermost(&tokens);
    let choice = outer.iter().any(|t| matches!(t.piece, Piece::Or));
    let mut cut: Vec<Range<usize>> = Vec::new();
    let mut order = String::new();
    for (i, token) in outer.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| outer.get(i));
        let Piece::Field { field, .. } = &token.piece else { continue };
        let negated = before.is_some_and(|b| matches!(b.piece, Piece::Not));
        if field.name == "sort" && choice && !negated {
            order = format!(" {}", text.get(token.at.clone()).unwrap_or_default());
            cut.push(token.at.clone());
        } else if field.name == "published" && !choice && !negated {
            cut.push(token.at.clone());
            // An `AND` beside it would join nothing.
            let joins = |t: Option<&&Token>| t.filter(|t| matches!(t.piece, Piece::And)).map(|t| t.at.clone());
            cut.extend(joins(before).or_else(|| joins(outer.get(i + 1))));
        }
    }
    cut.sort_by_key(|range| range.start);
    let (mut kept, mut at) = (String::new(), 0);
    for range in cut {
        kept.push_str(text.get(at..range.start).unwrap_or_default().trim_end());
        at = at.max(range.end);
    }
    kept.push_str(text.get(at..).unwrap_or_default());
    let kept = kept.trim();
    match (kept.is_empty(), choice) {
        (true, _) => format!("{word}{order}"),
        (false, true) => format!("({kept}) {word}{order}"),
        (false, false) => format!("{kept} {word}"),
    }
}

/// The pieces that stand in no brackets.
fn outermost(tokens: &[Token]) -> Vec<&Token> {
    let mut depth = 0usize;
    let mut out = Vec::new();
    for token in tokens {
        match token.piece {
            Piece::Open => depth += 1,
            Piece::Close => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(token),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn whole_years_and_months_are_written_as_such() {
        let word = |from, to| published_word(day(from), day(to));
        assert_eq!(word("2024-01-01", "2024-12-31"), "published:2024");
        assert_eq!(word("2022-01-01", "2024-12-31"), "published:2022..2024");
        assert_eq!(word("2024-05-01", "2024-06-30"), "published:2024-05..2024-06");
        assert_eq!(word("2024-02-01", "2024-02-29"), "published:2024-02");
        assert_eq!(word("2024-05-28", "2024-05-28"), "published:2024-05-28");
        assert_eq!(word("2024-05-28", "2024-06-30"), "published:2024-05-28..2024-06-30");
    }

    #[test]
    fn a_query_is_narrowed_and_stays_the_query_that_it_was() {
        let cases = [
            ("", "published:2024-05"),
            ("  漏えい ", "漏えい published:2024-05"),
            ("漏えい published:2023 sort:org", "漏えい sort:org published:2024-05"),
            ("published：2023", "published:2024-05"),
            ("a AND published:2023", "a published:2024-05"),
            ("published:2023 AND a", "a published:2024-05"),
            ("a -published:2024-05-03", "a -published:2024-05-03 published:2024-05"),
            ("NOT published:2023", "NOT published:2023 published:2024-05"),
            ("a OR b", "(a OR b) published:2024-05"),
            ("a OR b sort:people", "(a OR b) published:2024-05 sort:people"),
            ("(a OR published:2023) c", "(a OR published:2023) c published:2024-05"),
            ("\"published:2023\"", "\"published:2023\" published:2024-05"),
            ("since:2024 until:2025", "since:2024 until:2025 published:2024-05"),
        ];
        for (text, expected) in cases {
            let got = narrowed(text, day("2024-05-01"), day("2024-05-31"));
            assert_eq!(got, expected, "{text}");
            assert!(parse(&got, day("2024-06-08")).is_ok(), "{got}");
        }
        let again = narrowed("(a OR b) published:2024-05 sort:org", day("2023-01-01"), day("2023-12-31"));
        assert_eq!(again, "(a OR b) sort:org published:2023");
        assert_eq!(narrowed("\"a", day("2023-01-01"), day("2023-12-31")), "\"a published:2023");
    }
}
