//! Days as headlines and date lines print them: at the end of a line, or as the whole of it. Read by `headline` and the
//! formats; dates inside bodies are the extractor's.

use crate::text::fold;
use chrono::NaiveDate;

/// A day found at the end of a text, or what was meant to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrintedDay {
    /// The day; `None` for a typing error or a day that no calendar has.
    pub day: Option<NaiveDate>,
    /// Byte at which it begins.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

/// Finds the day that ends `text`, weekday in brackets included. White space at the end does not count.
pub fn trailing(text: &str) -> Option<PrintedDay> {
    let text = text.trim_end_matches(super::doc::is_space);
    // A printed day ends with a digit, 日 or a bracket; all else is told without folding.
    let last = text.chars().next_back()?;
    if !(last.is_numeric() || matches!(last, '日' | '⽇' | ')' | '）' | '〕' | ']')) {
        return None;
    }
    let tail_start = text.char_indices().rev().nth(59).map_or(0, |(i, _)| i);
    let tail = text.get(tail_start..)?;
    let folded = fold(tail);
    let whole = folded.text.trim_end();
    for (at, _) in whole.char_indices() {
        if !starts_number(whole, at) {
            continue;
        }
        let rest = whole.get(at..).unwrap_or_default();
        let found = parse(rest).filter(|(_, used)| *used == rest.len()).map(|(day, _)| day);
        let Some(day) = found.or_else(|| is_broken(rest).then_some(None)) else { continue };
        let (start, end) = folded.back(at, whole.len());
        return Some(PrintedDay { day, start: tail_start + start, end: tail_start + end });
    }
    None
}

/// Reads a line that holds a day and nothing else but a word like 掲載 or 付.
pub fn whole_line(line: &str) -> Option<PrintedDay> {
    let (start, end) = super::doc::trimmed_range(line);
    let text = line.get(start..end)?;
    // The longest printed form, brackets and spaced-out digits included, stays far below this.
    if text.len() > 120 {
        return None;
    }
    let folded = fold(text);
    let mut all = folded.text.trim();
    for before in ["公開日", "掲載日", "発表日", "更新日", "リリース日", "公表日", "日付"] {
        all = all.strip_prefix(before).unwrap_or(all).trim_start_matches([':', ' ']);
    }
    let skipped = folded.text.len() - folded.text.trim_start().len() + folded.text.trim().len() - all.len();
    let (day, used) = parse(all)?;
    let rest = all.get(used..).unwrap_or_default().trim();
    if !matches!(rest, "" | "付" | "付け" | "掲載" | "公開" | "発表" | "公表" | "更新" | "版" | "現在")
    {
        return None;
    }
    let (from, to) = folded.back(skipped, skipped + used);
    Some(PrintedDay { day, start: start + from, end: start + to })
}

/// Tells whether a text begins with a day, a month or a year.
pub fn begins(text: &str) -> bool {
    let head: String = text.chars().take(24).collect();
    let folded = fold(&head).text;
    let digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    let after = folded.get(digits..).unwrap_or_default();
    let era = ["令和", "平成"].iter().find_map(|e| folded.strip_prefix(e));
    era.is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit() || c == '元'))
        || (1..=4).contains(&digits) && after.starts_with(['年', '月', '/'])
}

fn starts_number(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let here = text.get(at..).and_then(|t| t.chars().next());
    let begins = here.is_some_and(|c| c.is_ascii_digit() || matches!(c, '令' | '平' | '昭' | 'R' | 'H' | '西'));
    begins && !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '~'))
}

/// A text read from the left.
struct Cursor<'t> {
    rest: &'t str,
}

impl Cursor<'_> {
    fn eat(&mut self, word: &str) -> bool {
        let after = self.rest.strip_prefix(word);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    fn any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|w| self.eat(w))
    }

    fn spaces(&mut self) {
        self.rest = self.rest.trim_start_matches(' ');
    }

    fn number(&mut self, most: usize) -> Option<(i32, usize)> {
        let digits = self.rest.bytes().take(most + 1).take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > most {
            return None;
        }
        let (number, rest) = self.rest.split_at(digits);
        self.rest = rest;
        Some((number.parse().ok()?, digits))
    }

    /// A bracket with no more than a handful of characters, where its inside fits.
    fn bracket(&mut self, fits: fn(&str) -> bool) {
        let Some(inside) = self.rest.strip_prefix('(').and_then(|r| r.split(')').next()) else { return };
        if inside.chars().count() <= 8 && fits(inside) {
            self.rest = self.rest.get(inside.len() + 2..).unwrap_or_default();
        }
    }
}

/// Parses a day at the beginning of a folded text; gives the bytes it takes. A day that no calendar has is `None`
/// inside.
fn parse(text: &str) -> Option<(Option<NaiveDate>, usize)> {
    let mut c = Cursor { rest: text };
    c.eat("西暦");
    let year = year(&mut c)?;
    let joined = c.eat("年");
    if joined {
        c.bracket(|s| s.starts_with(|c: char| c.is_ascii_digit()) || s.starts_with("令和") || s.starts_with("平成"));
        c.spaces();
    } else {
        separator(&mut c)?;
    }
    let (month, _) = c.number(2)?;
    if joined {
        c.eat("月").then_some(())?;
        c.spaces();
    } else {
        separator(&mut c)?;
    }
    let (day, _) = c.number(2)?;
    if joined {
        c.eat("日").then_some(())?;
    } else if c.rest.starts_with(|c: char| c.is_ascii_digit() || c == '/') {
        return None;
    }
    let before_weekday = c.rest;
    c.spaces();
    let spaced = c.rest;
    c.bracket(|s| s.starts_with(['月', '火', '水', '木', '金', '土', '日']));
    if c.rest == spaced {
        c.rest = before_weekday;
    }
    let day = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    Some((day.filter(|_| (1900..2100).contains(&year)), text.len() - c.rest.len()))
}

fn separator(c: &mut Cursor) -> Option<()> {
    c.spaces();
    let found = c.any(&["/", "-", "."]);
    c.spaces();
    found.then_some(())
}

/// The year at the cursor, up to but not including 年.
fn year(c: &mut Cursor) -> Option<i32> {
    for (name, zero) in [("令和", 2018), ("平成", 1988), ("昭和", 1925), ("R", 2018), ("H", 1988)] {
        if c.eat(name) {
            c.eat(".");
            let n = if c.eat("元") { 1 } else { c.number(2)?.0 };
            c.bracket(|s| s.starts_with(|c: char| c.is_ascii_digit()));
            return Some(zero + n);
        }
    }
    let (year, digits) = c.number(4)?;
    if digits != 4 {
        return None;
    }
    c.bracket(|s| s.starts_with("令和") || s.starts_with("平成") || s.starts_with('R'));
    Some(year)
}

/// Tells whether a folded text was meant as a day but mistyped: `2017根7月8日`, `023年2月1日`.
fn is_broken(text: &str) -> bool {
    let mut c = Cursor { rest: text };
    let Some((_, digits)) = c.number(5) else { return false };
    if digits < 3 {
        return false;
    }
    let gap = |c: &mut Cursor| {
        let mut chars = c.rest.chars();
        let first = chars.next();
        c.rest = chars.as_str();
        first
    };
    let Some(first) = gap(&mut c) else { return false };
    if c.number(2).is_none() {
        return false;
    }
    let Some(second) = gap(&mut c) else { return false };
    if c.number(2).is_none() {
        return false;
    }
    let closed = c.rest == "日";
    let meant = [first == '年', second == '月', closed].iter().filter(|x| **x).count();
    (closed || c.rest.is_empty()) && meant >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<String> {
        trailing(text).map(|p| p.day.map_or("?".into(), |d| d.to_string()))
    }

    #[test]
    fn days_at_the_end_in_any_print() {
        for text in [
            "題名 2024/6/6",
            "題名  2024年06月06日",
            "題名 2024 年 6 月 6 日",
            "題名 令和6年6月6日(木)",
            "題名 令 和 6 年 6 ⽉ 6 ⽇",
            "題名 2024(令和6)年6月6日",
            "題名 令和6年(2024年)6月6日（木曜日）",
            "題名2024.6.6",
            "題名 ２０２４年６月６日\u{a0}",
            "R6.6.6",
        ] {
            assert_eq!(day(text).as_deref(), Some("2024-06-06"), "{text}");
        }
    }

    #[test]
    fn what_is_no_day_stays() {
        for text in [
            "題名",
            "第2報",
            "(2024年5月)",
            "03-1234-5678",
            "2024年5月1日から",
            "計8032枚",
            "1/2",
            "(6月2日午前10時50分時点)",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn only_the_last_of_two_days_is_taken() {
        let text = "青嶺市 2024年5月1日の事故について 2024年6月6日";
        let p = trailing(text).unwrap();
        assert_eq!(text.get(p.start..p.end), Some("2024年6月6日"));
    }

    #[test]
    fn typing_errors_are_seen_but_give_no_day() {
        for text in ["題名 2017根7月8日", "題名 023年2月1日", "題名 2024年13月40日", "題名 2024/2/30"]
        {
            assert_eq!(day(text).as_deref(), Some("?"), "{text}");
        }
    }

    #[test]
    fn a_line_that_is_a_day() {
        for line in [
            "2023年06月08日",
            "令 和 5 年 6 月 8 日",
            " 令和5年(2023年)6月8日(木) ",
            "掲載日：2023/6/8",
            "2023年6月8日更新",
        ] {
            let p = whole_line(line).unwrap();
            assert_eq!(p.day, NaiveDate::from_ymd_opt(2023, 6, 8), "{line}");
            assert!(line.get(p.start..p.end).is_some());
        }
        assert_eq!(whole_line("2023年6月8日に発生しました"), None);
        assert!(begins("2024年の事故") && begins("令和5年度") && !begins("青嶺市"));
    }
}
