//! Days as headlines and date lines print them: at the end of a line, or as the whole of it. Read by `headline` and the
//! formats; dates inside bodies are the extractor's.

use super::extract::figures::{begins_with_era, whole_day};
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
        let found = whole_day(rest).filter(|(_, used)| *used == rest.len()).map(|(day, _)| day);
        let Some(day) = found.or_else(|| is_broken(rest).then_some(None)) else { continue };
        let (start, end) = folded.back(at, whole.len());
        return Some(PrintedDay { day, start: tail_start + start, end: tail_start + end });
    }
    None
}

/// Finds the day that ends `text` in brackets of its own, which hold nothing else: `(2024/6/6)`. With the byte at which
/// they open.
pub fn bracketed(text: &str) -> Option<(usize, PrintedDay)> {
    let text = text.trim_end_matches(super::doc::is_space);
    let (open, close) = [('(', ')'), ('（', '）'), ('[', ']'), ('［', '］'), ('〔', '〕'), ('【', '】')]
        .into_iter()
        .find(|(_, close)| text.ends_with(*close))?;
    let at = text.rfind(open).filter(|at| *at > 0)?;
    let start = at + open.len_utf8();
    let inside = text.get(start..text.len() - close.len_utf8())?;
    if !inside.starts_with(|c: char| c.is_numeric() || c.is_whitespace() || "令平昭西RHＲＨ".contains(c)) {
        return None;
    }
    let day = whole_line(inside).filter(|d| d.day.is_some())?;
    Some((at, PrintedDay { start: start + day.start, end: start + day.end, ..day }))
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
    let (day, used) = whole_day(all)?;
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
    begins_with_era(&folded) || (1..=4).contains(&digits) && after.starts_with(['年', '月', '/'])
}

fn starts_number(text: &str, at: usize) -> bool {
    let before = text.get(..at).and_then(|t| t.chars().next_back());
    let here = text.get(at..).and_then(|t| t.chars().next());
    let begins = here.is_some_and(|c| c.is_ascii_digit() || matches!(c, '令' | '平' | '昭' | 'R' | 'H' | '西'));
    begins && !before.is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '-' | '~'))
}

/// Tells whether a folded text was meant as a day but mistyped: `2017根7月8日`, `023年2月1日`.
fn is_broken(text: &str) -> bool {
    let Some((_, rest)) = number(text, 5).filter(|(digits, _)| *digits >= 3) else { return false };
    let mut first = rest.chars();
    let year_sign = first.next();
    let Some((_, rest)) = number(first.as_str(), 2) else { return false };
    let mut second = rest.chars();
    let month_sign = second.next();
    let Some((_, rest)) = number(second.as_str(), 2) else { return false };
    let closed = rest == "日";
    let meant = [year_sign == Some('年'), month_sign == Some('月'), closed].iter().filter(|x| **x).count();
    (closed || rest.is_empty()) && meant >= 2
}

/// How many digits begin a text, one to `most`, and what follows them.
fn number(text: &str, most: usize) -> Option<(usize, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=most).contains(&digits).then(|| Some((digits, text.get(digits..)?))).flatten()
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
    fn a_day_in_brackets_of_its_own() {
        for (text, found) in [
            ("題名(2024/6/6)", Some("2024/6/6")),
            ("題名 （２０２４年６月６日） ", Some("２０２４年６月６日")),
            ("題名【令和6年6月6日(木)】", Some("令和6年6月6日(木)")),
            ("題名 令和6年6月6日(木)", None),
            ("題名(2024年6月)", None),
            ("題名(6月2日10時時点)", None),
            ("(2024/6/6)", None),
        ] {
            let day = bracketed(text);
            assert_eq!(day.and_then(|(_, d)| text.get(d.start..d.end)), found, "{text}");
            assert!(day.is_none_or(|(_, d)| d.day == NaiveDate::from_ymd_opt(2024, 6, 6)), "{text}");
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
