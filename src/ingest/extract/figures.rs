//! Dates in figures and the eras: `令和6年5月28日`, `2024/5/28`, `20240528`, `5月28日`, `28日`, in digits or kanji.
//!
//! Given the cursor by `raw`, which reads bodies, and folded text by `ingest::day` and `ingest::year`, which read
//! headlines, letterheads and links: no other place knows how a day is spelt.

use super::clock::weekday;
use super::parts::{names_no_year, part_of_year, week_of_month};
use super::raw::{Cursor, Day, Month, Prefix, Raw, Third, Year};
use crate::text::{kanji_figure, last_chars};
use chrono::NaiveDate;

/// An era: its name, the letter that stands for it, and the year before its first.
struct Era(&'static str, Option<&'static str>, i32);

const ERAS: &[Era] = &[
    Era("令和", Some("R"), 2018),
    Era("平成", Some("H"), 1988),
    Era("昭和", Some("S"), 1925),
    Era("大正", None, 1911),
    Era("明治", None, 1867),
];

/// What follows a number with 日 that is a length of time, a rate or a name and no date.
const NO_DAY: &[&str] = &[
    "間",
    "当",
    "あたり",
    "分",
    "以内",
    "以上",
    "以下",
    "ほど",
    "程",
    "ぶり",
    "目",
    "後",
    "前",
    "営業",
    "数",
    "平均",
    "月",
    "あま",
    "余",
    "おき",
    "ごと",
    "毎",
    "締",
    "制",
    "払",
    "曜",
    "未満",
    "を超",
    "連続",
    "ずつ",
    "足らず",
    "弱",
    "強",
    "休",
    "かか",
];

/// What follows a number with 月 that is no month of the calendar.
const NO_MONTH: &[&str] = &["間", "額", "分", "次", "ごと", "毎", "例", "謝", "期", "号", "人形", "病", "決算", "末締"];

/// What stands before a number with 日 that counts days.
const COUNTED: &[&str] = &[
    "月",
    "人",
    "週",
    "計",
    "約",
    "第",
    "各",
    "毎",
    "残り",
    "連続",
    "満",
    "丸",
    "最大",
    "最長",
    "最短",
    "延べ",
    "のべ",
    "過去",
    "直近",
    "わずか",
    "中",
];

/// What stands before a number that is spelt like a date and numbers something (`Ver.2024.10.4`).
const NUMBERED: &[&str] = &[
    "バージョン",
    "ver",
    "version",
    "版",
    "リビジョン",
    "第",
    "no",
    "型番",
    "品番",
    "管理番号",
    "受付番号",
    "番号",
    "ビルド",
    "build",
    "丁目",
];

/// Tells whether a word right before a number says that the number is none of the calendar.
pub fn is_numbered(text: &str, at: usize) -> bool {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.get(at..).unwrap_or_default();
    let long = digits(rest) == 4 && rest.get(4..).is_some_and(|r| r.starts_with(['.', '-', '/'])) || digits(rest) == 8;
    if !long {
        return false;
    }
    let before = text.get(..at).unwrap_or_default().trim_end_matches(['.', ' ', ':']);
    NUMBERED.iter().any(|w| {
        let from = before.len().checked_sub(w.len());
        from.and_then(|f| before.get(f..)).is_some_and(|tail| tail.eq_ignore_ascii_case(w))
    })
}

/// The year before the first of the era whose name ends a text.
pub fn era_before(text: &str) -> Option<i32> {
    ERAS.iter().find(|Era(name, ..)| text.ends_with(name)).map(|Era(.., zero)| *zero)
}

/// Tells whether a text begins with the year of an era.
pub fn begins_with_era(text: &str) -> bool {
    let mut c = Cursor { text, at: 0 };
    era_name(&mut c).is_some() && c.small_number().is_some()
}

/// Reads a whole day at the beginning of a folded text, a weekday in brackets included, and gives the bytes that it
/// takes; the day is `None` where no calendar has it.
pub fn whole_day(text: &str) -> Option<(Option<NaiveDate>, usize)> {
    let mut c = Cursor { text, at: 0 };
    c.eat("西暦");
    let mut raw = Raw::default();
    stated(&mut c, &mut raw)?;
    let (Year::Stated(year), Month::Stated(month), Day::Stated(day)) = (raw.year, raw.month, raw.day) else {
        return None;
    };
    if raw.third.is_some() || year < 1000 {
        return None;
    }
    weekday(&mut c, &mut raw);
    Some((NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1900..2100).contains(&year)), raw.end))
}

/// A date in figures: `令和6年5月28日`, `2024/5/28`, `20240528`, `5月28日`, `28日`.
pub fn stated(c: &mut Cursor, raw: &mut Raw) -> Option<()> {
    let start = c.at;
    if let Some(year) = year(c, raw) {
        raw.year = Year::Stated(year);
        raw.end = c.at;
        if raw.day != Day::None || raw.broken || year_end(c, raw, year) || part_of_year(c, raw) || raw.fiscal {
            return Some(());
        }
        c.eat_any(&["の", "、", "\n"]);
    }
    let with_year = raw.year != Year::None;
    if month_and_day(c, raw, with_year).is_none() {
        let year_stands = with_year && raw.end > 0;
        c.at = if year_stands { raw.end } else { start };
        return year_stands.then_some(());
    }
    Some(())
}

/// `2024年末` is its December's end, `2023年度末` its March's.
fn year_end(c: &mut Cursor, raw: &mut Raw, year: i32) -> bool {
    let mut d = *c;
    if !d.eat("末") || d.rest().starts_with("年始") {
        return false;
    }
    let (year, month) = if raw.fiscal { (year.saturating_add(1), 3) } else { (year, 12) };
    (raw.year, raw.month, raw.third, raw.fiscal) = (Year::Stated(year), Month::Stated(month), Some(LAST_THIRD), false);
    (c.at, raw.end) = (d.at, d.at);
    true
}

/// A number of four digits and one stray character before a month is a year with a typing error (`2017根7月`).
pub fn after_misprint(text: &str, at: usize) -> bool {
    let mut back = text.get(..at).unwrap_or_default().chars().rev();
    if !back.next().is_some_and(|c| !c.is_ascii() && c.is_alphabetic() && !matches!(c, 'の' | '年')) {
        return false;
    }
    let digits: String = back.take_while(char::is_ascii_digit).collect();
    digits.len() == 4 && (digits.ends_with("02") || digits.ends_with("91"))
}

/// A month behind a 年 that was not read (`毎年4月`, `5年4月`) is of no known year.
pub fn after_unread_year(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    before.ends_with('年') || before.ends_with("年の")
}

/// A year with its 年, or a whole date with slashes, hyphens, dots or nothing between (then month and day are set).
fn year(c: &mut Cursor, raw: &mut Raw) -> Option<i32> {
    let start = c.at;
    let mut found = era_year(c);
    if found.is_none() {
        c.at = start;
        found = western_year(c, raw);
    }
    if found.is_none() {
        c.at = start;
        return None;
    }
    if c.text.get(start..c.at).is_some_and(|t| t.ends_with('年')) && names_no_year(c.rest()) {
        c.at = start;
        return None;
    }
    if raw.day == Day::None && !raw.broken && c.eat("度") {
        raw.fiscal = true;
    } else if c.text.get(start..).is_some_and(|t| t.starts_with("令和元年")) {
        // The era began in May.
        raw.months = Some((4, 11));
    }
    found
}

fn era_name(c: &mut Cursor) -> Option<i32> {
    if !c.peek().is_some_and(|first| matches!(first, '令' | '平' | '昭' | '大' | '明')) {
        return None;
    }
    ERAS.iter().find(|Era(name, ..)| c.eat(name)).map(|Era(.., zero)| *zero)
}

fn era_letter(c: &mut Cursor) -> Option<i32> {
    if !c.peek().is_some_and(|first| matches!(first, 'R' | 'H' | 'S')) {
        return None;
    }
    let mut d = *c;
    let Era(.., zero) = ERAS.iter().find(|Era(_, letter, _)| letter.is_some_and(|l| d.eat(l)))?;
    d.eat(".");
    d.peek().filter(char::is_ascii_digit)?;
    *c = d;
    Some(*zero)
}

fn era_year(c: &mut Cursor) -> Option<i32> {
    let zero = era_name(c).or_else(|| era_letter(c))?;
    let n = c.small_number().filter(|n| *n > 0)?;
    let year = zero + i32::try_from(n).ok()?;
    let glossed = gloss(c);
    if c.eat("年") {
        if glossed.is_none() {
            gloss(c);
        }
        return Some(year);
    }
    let mut sign = *c;
    (glossed == Some(true) || separator(&mut sign).is_some()).then_some(year)
}

/// The same year in the other count: `(令和5)` or `(R5年)` after a western year, `(2023年)` after an era's; tells
/// whether its 年 stood inside.
fn gloss(c: &mut Cursor) -> Option<bool> {
    let mut d = *c;
    let close = match d.eat_any(&["(", "〔", "[", "/"])? {
        "(" => ")",
        "〔" => "〕",
        "[" => "]",
        _ => "",
    };
    let western = d.digits(4);
    match western {
        Some((y, n)) => (n == 4 && (1868..2100).contains(&y)).then_some(())?,
        None => {
            era_name(&mut d).or_else(|| era_letter(&mut d))?;
            d.small_number()?;
        }
    }
    let inside = d.eat("年");
    if close.is_empty() && !inside || !d.eat(close) {
        return None;
    }
    *c = d;
    Some(inside)
}

/// Four kanji figures in a row before 年: `二〇二四年`.
fn kanji_year(c: &mut Cursor) -> Option<i32> {
    let mut d = *c;
    let mut year = 0;
    for _ in 0..4 {
        let ch = d.peek()?;
        year = 10 * year + kanji_figure(ch)?.cast_signed();
        d.at += ch.len_utf8();
    }
    (d.eat("年") && (1868..2200).contains(&year)).then(|| *c = d)?;
    Some(year)
}

fn western_year(c: &mut Cursor, raw: &mut Raw) -> Option<i32> {
    let start = c.at;
    if let Some((n, 8)) = c.digits(8) {
        return eight_digits(c, raw, n);
    }
    c.at = start;
    if let Some(year) = kanji_year(c) {
        return Some(year);
    }
    let (y, n) = c.digits(4)?;
    let year = i32::try_from(y).ok()?;
    let glossed = if n == 4 { gloss(c) } else { None };
    if glossed == Some(true) && !c.rest().starts_with('年') {
        return (1868..2200).contains(&y).then_some(year);
    }
    if c.eat("年") {
        if c.rest().starts_with(['間', '目', '前', '後', '以', '生', '次']) && n < 4 {
            return None;
        }
        if glossed.is_none() && n == 4 {
            gloss(c);
        }
        if n == 3 && c.rest().starts_with(|c: char| c.is_ascii_digit()) {
            raw.broken = true;
            month_and_day(c, raw, true);
            raw.end = c.at;
            return Some(1);
        }
        return (n == 4 && (1868..2200).contains(&y)).then_some(year);
    }
    let mut span = *c;
    if n == 4 && span.eat("~") && span.digits(4).is_some_and(|(_, w)| w == 4) && span.eat("年") {
        raw.fiscal = span.eat("度");
        return Some(year);
    }
    let mut sign = *c;
    (n == 4 && (1900..2100).contains(&y) && separator(&mut sign).is_some()).then_some(year)
}

/// `20240528`, where it is neither a part of something longer nor a count.
fn eight_digits(c: &Cursor, raw: &mut Raw, n: u32) -> Option<i32> {
    let (y, m, d) = (n / 10_000, n / 100 % 100, n % 100);
    let alone = !c.peek().is_some_and(|f| {
        f.is_ascii_alphanumeric() || matches!(f, '-' | '_' | '.' | ',' | '/' | '件' | '名' | '人' | '円' | '万')
    });
    if (1990..2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d) && alone {
        (raw.month, raw.day) = (Month::Stated(m), Day::Stated(d));
        return i32::try_from(y).ok();
    }
    None
}

/// The sign between figures, with the blanks around it (`2024. 5. 28`).
fn separator(c: &mut Cursor) -> Option<&'static str> {
    let mut d = *c;
    d.eat(" ");
    let sign = d.eat_any(&["/", "-", "."])?;
    d.eat(" ");
    d.peek().filter(char::is_ascii_digit)?;
    *c = d;
    Some(sign)
}

/// Month and day behind a year, or alone.
fn month_and_day(c: &mut Cursor, raw: &mut Raw, with_year: bool) -> Option<()> {
    let mut sign = *c;
    if with_year && let Some(found) = separator(&mut sign) {
        *c = sign;
        let read = signed(c, raw, found);
        if read.is_none() {
            (raw.year, raw.end) = (Year::None, 0);
        }
        return read;
    }
    let start = c.at;
    let kanji = !c.peek().is_some_and(|p| p.is_ascii_digit());
    let n = if kanji { c.kanji_number()? } else { c.digits(2)?.0 };
    if c.eat("月") {
        return month(c, raw, n, (start, with_year, kanji));
    }
    if is_first_month(c, with_year) {
        raw.month = Month::Stated(n);
        raw.broken |= !(1..=12).contains(&n);
        raw.end = c.at;
        return Some(());
    }
    let listed = is_listed(c.text, start);
    if c.eat("日") || listed && is_first_day(c) {
        let before = c.text.get(..start).unwrap_or_default();
        let enumerated = !listed && before.trim_end_matches(['、', ',', '・']).ends_with(|c: char| c.is_ascii_digit());
        let month_named = before
            .strip_suffix('月')
            .is_some_and(|b| b.ends_with(['同', '先', '今', '翌', '前', '来', '々', '当', '本']));
        let counted = raw.prefix == Prefix::None && !month_named && COUNTED.iter().any(|w| before.ends_with(w));
        let length = NO_DAY.iter().any(|w| c.rest().starts_with(w)) || is_rate(c.rest(), n);
        if kanji || with_year || enumerated || counted || length || n == 0 || n > 31 {
            return None;
        }
        raw.day = Day::Stated(n);
        raw.end = c.at;
        return Some(());
    }
    slash(c, raw, n, (start, with_year))
}

/// Behind a month's 月: its day, its part, or that it is none of the calendar.
fn month(c: &mut Cursor, raw: &mut Raw, n: u32, (start, with_year, kanji): (usize, bool, bool)) -> Option<()> {
    let mut d = *c;
    let bare = !with_year && raw.prefix == Prefix::None;
    if day_of_month(&mut d, raw, kanji).is_some() {
        c.at = d.at;
    } else if (kanji && !with_year)
        || (bare && NO_MONTH.iter().any(|w| c.rest().starts_with(w)))
        || c.rest().starts_with(['度', '期', '号'])
    {
        return None;
    }
    if raw.day == Day::None && bare && is_sentence_of(c.text.get(..start).unwrap_or_default()) {
        return None;
    }
    raw.month = Month::Stated(n);
    raw.broken |= !(1..=12).contains(&n);
    raw.end = c.at;
    Some(())
}

/// The first month of `3~5月`, before its sign.
fn is_first_month(c: &Cursor, with_year: bool) -> bool {
    let mut d = *c;
    let sign = d.eat("~") || with_year && d.eat("-");
    let month = sign && d.digits(2).is_some_and(|(m, _)| (1..=12).contains(&m)) && d.eat("月");
    month && !d.peek().is_some_and(|p| p.is_ascii_digit()) && !NO_MONTH.iter().any(|w| d.rest().starts_with(w))
}

/// The first day of `4~6日`, `4・5日` or `4、5日` before its sign; the cursor stays behind the figure.
fn is_first_day(c: &Cursor) -> bool {
    let mut d = *c;
    for _ in 0..12 {
        if d.eat_any(&["~", "-", "・", "、", ","]).is_none() || d.digits(2).is_none() {
            return false;
        }
        if d.eat("日") {
            return !d.rest().starts_with('間');
        }
    }
    false
}

/// A day in a row that a month begins: the 5 of `10月4、5日`.
fn is_listed(text: &str, at: usize) -> bool {
    let figures = |c: char| c.is_ascii_digit() || matches!(c, '、' | '・' | ',');
    // A row of more than forty bytes is none, however long it goes on.
    let before = last_chars(text.get(..at).unwrap_or_default(), 44);
    let row = before.trim_end_matches(figures);
    row.len() < before.len() && before.len() - row.len() < 40 && row.ends_with('月') && !before.ends_with('月')
}

/// `1日3回`, `1日に5件`, `3日に1回`: how often, not when.
fn is_rate(after: &str, days: u32) -> bool {
    let after = after.strip_prefix('に').unwrap_or(after);
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let unit = after.get(digits..).unwrap_or_default();
    let counted = ['件', '人', '名', '枚', '台', '個', '度', '万', ',', '本', '社', '通'];
    digits > 0 && (unit.starts_with('回') || days == 1 && unit.starts_with(counted))
}

/// `停職3月`: a length of time.
fn is_sentence_of(before: &str) -> bool {
    ["停職", "減給", "懲役", "禁錮", "謹慎"].iter().any(|w| before.ends_with(w))
}

/// `6/6 職員が…`: a line of a chronology begins with it and goes on with words.
fn opens_line(c: &Cursor, start: usize) -> bool {
    let before = c.text.get(..start).unwrap_or_default().trim_end_matches([' ', '・', '○', '●', '-', '※']);
    let words = c.rest().trim_start_matches([' ', ':']);
    let spoken = words.chars().next().is_some_and(|w| w.is_alphabetic() && !w.is_ascii());
    let counted = words.starts_with([
        '件', '名', '人', '以', '程', 'の', '未', '枚', '台', '社', '円', '万', 'を', 'が', 'に', 'と', 'は',
    ]);
    let told = || words.chars().take(8).take_while(|c| *c != '\n').count() == 8;
    (before.is_empty() || before.ends_with('\n')) && spoken && !counted && told()
}

/// `2024年6/6`, and `6/6(木)`: without a year only where a weekday in brackets says that it is a day.
fn slash(c: &mut Cursor, raw: &mut Raw, month: u32, (start, with_year): (usize, bool)) -> Option<()> {
    if !c.eat("/") {
        return None;
    }
    let (d, _) = c.digits(2)?;
    let mut probe = Raw::default();
    let mut after = *c;
    weekday(&mut after, &mut probe);
    if probe.weekday.is_none() && !with_year && !opens_line(c, start) {
        return None;
    }
    raw.month = Month::Stated(month);
    raw.day = Day::Stated(d);
    raw.broken |= !(1..=12).contains(&month) || !(1..=31).contains(&d);
    raw.end = c.at;
    Some(())
}

/// Month and day behind a year and its sign; a month alone only behind a slash (`2024/10`).
fn signed(c: &mut Cursor, raw: &mut Raw, sign: &str) -> Option<()> {
    let (m, _) = c.digits(2)?;
    let mut d = *c;
    if separator(&mut d) != Some(sign) {
        let alone =
            !c.peek().is_some_and(|p| p.is_ascii_alphanumeric() || "/.-_,%件名人円万回枚台社時分以".contains(p));
        (sign == "/" && alone && (1..=12).contains(&m)).then_some(())?;
        (raw.month, raw.end) = (Month::Stated(m), c.at);
        return Some(());
    }
    let (day, _) = d.digits(2)?;
    let digit = |t: &str| t.starts_with(|c: char| c.is_ascii_digit());
    let goes_on = d.rest().strip_prefix(['.', '-', '/']).is_some_and(digit) && !is_range_sign(&d, sign);
    if goes_on || d.peek().is_some_and(|p| p.is_ascii_digit() || p == '_') {
        return None;
    }
    *c = d;
    raw.month = Month::Stated(m);
    raw.day = Day::Stated(day);
    raw.broken |= !(1..=12).contains(&m) || !(1..=31).contains(&day);
    raw.end = c.at;
    Some(())
}

/// The hyphen of `2024/10/1-10/4`.
fn is_range_sign(c: &Cursor, sign: &str) -> bool {
    let mut d = *c;
    sign != "-" && d.eat("-") && d.digits(4).is_some() && d.eat(sign) && d.digits(2).is_some()
}

/// The last third of a month.
const LAST_THIRD: Third = (21, 31);

/// 上旬, 中旬, 下旬 or 末 behind a month; 末日 is its last day.
pub fn part_of_month(c: &mut Cursor, raw: &mut Raw) -> Option<()> {
    let mut d = *c;
    d.eat("の");
    if let Some(week) = week_of_month(&mut d) {
        raw.third = Some(week);
        *c = d;
        return Some(());
    }
    let words = ["上旬", "初旬", "初め", "初頭", "中旬", "半ば", "下旬", "末日", "末", "前半", "後半"];
    raw.third = Some(match d.eat_any(&words)? {
        "前半" => (1, 15),
        "後半" => (16, 31),
        "中旬" | "半ば" => (11, 20),
        "下旬" | "末" => LAST_THIRD,
        "末日" => {
            raw.day = Day::Last;
            *c = d;
            return Some(());
        }
        _ => (1, 10),
    });
    *c = d;
    Some(())
}

fn day_of_month(c: &mut Cursor, raw: &mut Raw, kanji: bool) -> Option<()> {
    c.eat("\n");
    if c.eat("某日") {
        raw.day = Day::Unnamed;
        return Some(());
    }
    if part_of_month(c, raw).is_some() {
        return Some(());
    }
    let figures = if kanji { None } else { c.digits(2).map(|(n, _)| n) };
    let n = figures.or_else(|| c.kanji_number())?;
    if !(c.eat("日") || figures.is_some() && is_first_day(c)) || c.rest().starts_with('間') {
        return None;
    }
    raw.day = Day::Stated(n);
    raw.broken |= !(1..=31).contains(&n);
    Some(())
}
