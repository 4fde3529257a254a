//! Ends that are left open: `19時30分~`, `10月4日以降`, `10月4日から現在まで`; and whether a date is told as past.
//!
//! Asked by `dates` behind an expression that is no beginning of a range.

use super::raw::{self, Cursor, Raw};
use crate::text::first_chars;

/// An end that is left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// The bytes of the words that leave it open.
    pub sign: usize,
    /// It goes on until the text was written.
    pub ongoing: bool,
}

/// Words that say that it went on until the text was written, behind から or より.
const UNTIL_NOW: &[&str] = &[
    "現在まで",
    "現在に至るまで",
    "現在に至る",
    "現在も",
    "今も",
    "現時点まで",
    "継続",
    "続いて",
    "続く",
    "続いており",
];

/// Where the expression is followed by words that leave its end open.
pub fn ends_openly(text: &str, from: &Raw) -> Option<Open> {
    let mut c = Cursor { text, at: from.end };
    c.eat_any(&["頃", "ごろ", "ころ"]);
    if c.eat_any(&["以降", "以来"]).is_some() {
        return Some(Open { sign: c.at - from.end, ongoing: is_state(clause(c.rest())) });
    }
    c.eat(" ");
    if c.eat("~") {
        let mut d = c;
        d.eat(" ");
        // An end that was not understood is not an open one.
        let ends = d.peek().is_some_and(|p| p.is_ascii_digit()) || raw::read_end(text, d.at).is_some();
        let planned = is_plan(clause(d.rest()));
        return (!ends).then_some(Open { sign: c.at - from.end, ongoing: !planned && !is_told_as_past(text, d.at) });
    }
    c.eat_any(&["から", "より"])?;
    c.eat("、");
    c.eat_any(UNTIL_NOW).map(|_| Open { sign: c.at - from.end, ongoing: true })
}

/// What follows up to the end of the sentence.
fn clause(rest: &str) -> &str {
    first_chars(rest, 80).split(['。', '\n']).next().unwrap_or_default()
}

/// Something lasts, rather than being done at some time from then on.
fn is_state(clause: &str) -> bool {
    let lasts = ["ています", "ております", "ている", "続いて", "継続中", "できません", "停止中"];
    lasts.iter().any(|w| clause.contains(w)) && !is_plan(clause)
}

fn is_plan(clause: &str) -> bool {
    ["予定", "見込", "いたします", "実施します", "開始します", "再開します", "送付します", "発送します"]
        .iter()
        .any(|w| clause.contains(w))
}

/// Tells whether the sentence that goes on here is in the past tense.
pub fn is_told_as_past(text: &str, at: usize) -> bool {
    let clause = clause(text.get(at..).unwrap_or_default());
    let past = clause.ends_with('た') || ["ました", "でした"].iter().any(|w| clause.contains(w));
    past && !["予定", "見込"].iter().any(|w| clause.contains(w))
}

#[cfg(test)]
mod tests {
    use super::super::dates::{ResolveContext, scan};

    fn told(text: &str) -> String {
        let context = ResolveContext { published: "2024-10-21".parse().ok(), ..ResolveContext::default() };
        let end = |hi: Option<crate::domain::Moment>| hi.map_or_else(|| "-".to_owned(), |h| h.to_string());
        let one = |e: super::super::dates::DateExpr| {
            let now = if e.ongoing { " now" } else { "" };
            format!("{} {}..{}{now}", e.span.of(text).unwrap_or_default(), e.lo, end(e.hi))
        };
        scan(text, &context).into_iter().map(one).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn ends_are_open_where_the_text_leaves_them_so() {
        for (text, expected) in [
            ("10月4日以降、閲覧できる状態が続いています", "10月4日以降 2024-10-04..- now"),
            ("10月4日以降に発送します", "10月4日以降 2024-10-04..-"),
            ("10月4日から現在まで", "10月4日から現在まで 2024-10-04..- now"),
            ("10月4日より継続", "10月4日より継続 2024-10-04..- now"),
            ("4月1日~", "4月1日~ 2024-04-01..- now"),
            ("10月4日19時30分〜受付を止めています", "10月4日19時30分〜 2024-10-04T19:30..- now"),
            ("10月4日~ 予定は未定", "10月4日~ 2024-10-04..-"),
            ("10月4日から", "10月4日 2024-10-04..2024-10-04"),
            ("10月4日~6日", "10月4日~6日 2024-10-04..2024-10-06"),
            ("10月4日~45日", "10月4日 2024-10-04..2024-10-04"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
