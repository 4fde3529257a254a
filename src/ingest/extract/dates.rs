//! Every date and time expression of a text, resolved.
//!
//! Given a text by `timeline` (folded) and by the command that explains expressions (as it is).

pub use super::resolve::ResolveContext;

use super::raw::{self, Cursor, Raw, Year};
use super::resolve::{Point, Resolver};
use crate::domain::{Moment, Precision, Span};
use crate::text::{Folded, fold};

/// A date or time expression and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateExpr {
    /// Where it stands.
    pub span: Span,
    /// The moment as stated, no finer than the text.
    pub at: Moment,
    /// The end of a stated range.
    pub until: Option<Moment>,
    /// First day or minute that it may mean.
    pub lo: Moment,
    /// Last day or minute that it may mean; `None` is open.
    pub hi: Option<Moment>,
    /// How finely it is stated; of a range, the beginning.
    pub precision: Precision,
    /// True for 頃 and its kin.
    pub approx: bool,
    /// How missing parts were found.
    pub rule: &'static str,
    /// A date of birth.
    pub birth: bool,
    /// Only a time of day is stated; the day is carried.
    pub clock_only: bool,
    /// The weekday in brackets belongs to another day.
    pub wrong_weekday: bool,
}

/// Finds and resolves every date expression of a text; spans are byte ranges of it.
pub fn scan(text: &str, context: &ResolveContext) -> Vec<DateExpr> {
    let folded = fold(text);
    let mut found = scan_folded(&folded.text, context);
    to_original(&folded, &mut found);
    found
}

/// Turns spans of folded text into spans of the original.
pub(super) fn to_original(folded: &Folded, found: &mut [DateExpr]) {
    for e in found {
        let (start, end) = folded.back(e.span.start, e.span.end);
        e.span = Span::new(start, end);
    }
}

/// As [`scan`], on text that is folded already; spans are byte ranges of the folded text.
pub(super) fn scan_folded(text: &str, context: &ResolveContext) -> Vec<DateExpr> {
    let mut found = Vec::new();
    let mut resolver = Resolver::new(*context);
    let mut at = 0;
    while let Some(begin) = next_candidate(text, at) {
        if let Some(end) = address_end(text, begin) {
            at = end;
            continue;
        }
        let Some(from) = raw::read(text, begin) else {
            at = skip(text, begin);
            continue;
        };
        let (expr, end) = expression(text, &mut resolver, from);
        at = end.max(begin + 1);
        found.extend(expr);
    }
    found
}

/// One expression with the end of its range, and the offset at which to go on.
fn expression(text: &str, resolver: &mut Resolver, from: Raw) -> (Option<DateExpr>, usize) {
    let Some(start) = resolver.point(&from) else { return (None, past_range(text, &from)) };
    let birth = is_birth(text, from.start, from.end);
    let mut expr = DateExpr {
        span: Span::new(from.start, from.end),
        at: start.at,
        until: None,
        lo: start.lo,
        hi: Some(start.hi),
        precision: start.precision,
        approx: from.approx,
        rule: start.rule,
        birth,
        clock_only: from.is_clock_only(),
        wrong_weekday: start.wrong_weekday,
    };
    let mut end = from.end;
    let mut last = start;
    if let Some((to, point)) = range_end(text, resolver, &from, &start) {
        expr.span.end = to.end;
        expr.until = Some(point.at);
        expr.hi = Some(point.hi);
        expr.approx |= to.approx;
        expr.rule = "range";
        expr.wrong_weekday |= point.wrong_weekday;
        end = to.end;
        last = point;
    }
    if !birth && !from.fiscal {
        resolver.remember(&last, expr.until.is_some());
    }
    (Some(expr), end)
}

/// Past an expression that means nothing, with the end of its range, which would be misread alone.
fn past_range(text: &str, from: &Raw) -> usize {
    let mut c = Cursor { text, at: from.end };
    if !from.broken || c.eat_any(&["から~", "から", "~", "-"]).is_none() {
        return from.end;
    }
    raw::read(text, c.at).map_or(from.end, |to| to.end)
}

fn range_end(text: &str, resolver: &Resolver, from: &Raw, start: &Point) -> Option<(Raw, Point)> {
    let mut c = Cursor { text, at: from.end };
    c.eat_any(&["頃", "ごろ", "ころ"]);
    c.eat(" ");
    let dash = match c.eat_any(&["から~", "から", "~", "--", "-", "→"]) {
        Some("-" | "--" | "→") if from.year == Year::None && from.is_clock_only() => return None,
        Some(sign) => sign,
        None => return None,
    };
    if dash == "から" {
        c.eat("、");
    }
    c.eat(" ");
    c.eat("\n");
    let to = raw::read(text, c.at).or_else(|| bare_end(text, c.at, from))?;
    if to.fiscal != from.fiscal && !to.fiscal {
        return None;
    }
    let point = resolver.end(start, &to)?;
    Some((to, point))
}

/// The end of `2024/5/1~5/8`, which alone would be a fraction.
fn bare_end(text: &str, at: usize, from: &Raw) -> Option<Raw> {
    use super::raw::{Day, Month};
    if !text.get(from.start..from.end).is_some_and(|t| t.contains('/')) {
        return None;
    }
    let mut c = Cursor { text, at };
    let (month, _) = c.digits(2)?;
    if !c.eat("/") {
        return None;
    }
    let (day, _) = c.digits(2)?;
    let broken = !(1..=12).contains(&month) || !(1..=31).contains(&day);
    Some(Raw { start: at, end: c.at, month: Month::Stated(month), day: Day::Stated(day), broken, ..Raw::default() })
}

/// The next byte at which an expression, or an address to be skipped, may begin.
fn next_candidate(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..)?;
    for (i, c) in rest.char_indices() {
        let hit = match c {
            '0'..='9' | 'R' | 'H' | 'S' | 'h' | 'w' => true,
            '令' | '平' | '昭' | '同' | 'そ' | '翌' | '前' | '当' | '本' | '昨' | '一' | '今' | '先' | '正' => {
                true
            }
            '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '午' => true,
            _ => false,
        };
        if hit {
            return Some(from + i);
        }
    }
    None
}

/// Where a web address that begins here ends.
fn address_end(text: &str, at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if !["http://", "https://", "www."].iter().any(|p| rest.starts_with(p)) {
        return None;
    }
    let stop = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '<' | '>' | ')' | ']');
    Some(at + rest.find(stop).unwrap_or(rest.len()))
}

/// Past the number, word or character that began no expression.
fn skip(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        return at + digits;
    }
    at + rest.chars().next().map_or(1, char::len_utf8)
}

fn is_birth(text: &str, start: usize, end: usize) -> bool {
    let after = text.get(end..).unwrap_or_default();
    if after.starts_with("生まれ") || after.starts_with("生)") || after.starts_with("出生") {
        return true;
    }
    let before = text.get(..start).unwrap_or_default().trim_end_matches([':', ' ', '(', ')', '、', '=']);
    ["生年月日", "誕生日", "生年月日は"].iter().any(|w| before.ends_with(w))
}
