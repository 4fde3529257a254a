//! Date and time expressions as they are written, before any context is known.
//!
//! Given folded text and an offset by `dates`; says what year, month, day and clock time the words there name, or that
//! they name something broken.

use super::clock::{time_of_day, weekday};
use super::relative::relative;
use crate::lexicon::facts::DayPart;
use chrono::Weekday;

/// How a year is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Year {
    #[default]
    None,
    Stated(i32),
    FromPublication(i32),
    FromLast(i32),
}

/// How a month is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Month {
    #[default]
    None,
    Stated(u32),
    FromPublication(i32),
    FromLast(i32),
}

/// How a day is named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Day {
    #[default]
    None,
    Stated(u32),
    FromPublication(i64),
    FromLast(i64),
    /// 某日: some day of the month.
    Unnamed,
}

/// 同 or 翌 before a month, a day or a clock time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefix {
    #[default]
    None,
    Same,
    Next,
}

/// A third of a month, as first and last day; the last day is cut to the month's.
pub type Third = (u32, u32);

/// A clock time as stated; hours up to 29 count on into the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    pub hour: u32,
    pub minute: Option<u32>,
}

/// An expression as written: byte range of the folded text and the parts that it names.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    pub start: usize,
    pub end: usize,
    pub prefix: Prefix,
    pub year: Year,
    pub month: Month,
    pub day: Day,
    pub third: Option<Third>,
    pub weekday: Option<Weekday>,
    pub clock: Option<Clock>,
    pub part: Option<&'static DayPart>,
    pub fiscal: bool,
    pub approx: bool,
    /// A typing error or an impossible value: recognised, resolved to nothing.
    pub broken: bool,
}

impl Raw {
    /// Tells whether the expression names only a time of day.
    pub fn is_clock_only(&self) -> bool {
        self.year == Year::None && self.month == Month::None && self.day == Day::None
    }
}

/// What stands in a text at an offset.
#[derive(Clone, Copy)]
pub struct Cursor<'t> {
    pub text: &'t str,
    pub at: usize,
}

impl<'t> Cursor<'t> {
    pub fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn before(&self) -> Option<char> {
        self.text.get(..self.at).unwrap_or_default().chars().next_back()
    }

    pub fn eat(&mut self, word: &str) -> bool {
        let hit = self.rest().starts_with(word);
        if hit {
            self.at += word.len();
        }
        hit
    }

    pub fn eat_any<'w>(&mut self, words: &[&'w str]) -> Option<&'w str> {
        words.iter().copied().find(|w| self.eat(w))
    }

    /// A number of at most `max` digits that is not cut out of a longer one.
    pub fn digits(&mut self, max: usize) -> Option<(u32, usize)> {
        let rest = self.rest().as_bytes();
        let n = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if n == 0 || n > max {
            return None;
        }
        let value = self.rest().get(..n)?.parse().ok()?;
        self.at += n;
        Some((value, n))
    }

    /// A number in digits or in kanji below one hundred, 元 as one.
    fn small_number(&mut self) -> Option<u32> {
        if let Some((n, _)) = self.digits(2) {
            return Some(n);
        }
        if self.eat("元") {
            return Some(1);
        }
        self.kanji_number()
    }

    fn kanji_number(&mut self) -> Option<u32> {
        let (mut total, mut unit, mut seen) = (0, 0, false);
        let mut c = *self;
        while let Some(ch) = c.peek() {
            match "〇一二三四五六七八九".chars().position(|k| k == ch) {
                Some(v) if unit == 0 => unit = v as u32,
                Some(_) => return None,
                None if ch == '十' && total == 0 => {
                    total = 10 * unit.max(1);
                    unit = 0;
                }
                None => break,
            }
            seen = true;
            c.at += ch.len_utf8();
        }
        if !seen {
            return None;
        }
        *self = c;
        Some(total + unit)
    }
}

const ERAS: &[(&str, i32)] = &[("令和", 2018), ("平成", 1988), ("昭和", 1925)];
const ERA_LETTERS: &[(&str, i32)] = &[("R", 2018), ("H", 1988), ("S", 1925)];

/// What may follow a bare number with 日 when it is a length of time or a rate and no date.
const NO_DAY: &[&str] = &[
    "間",
    "当",
    "あたり",
    "分",
    "以内",
    "ほど",
    "程度",
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
    "程",
    "ごと",
    "毎",
];
const NO_MONTH: &[&str] = &["間", "額", "分", "次", "ごと", "毎", "例", "謝"];

/// Reads the expression that begins at `at`, if one does. The caller has seen that the character there may begin one.
pub fn read(text: &str, at: usize) -> Option<Raw> {
    let mut c = Cursor { text, at };
    let mut raw = Raw { start: at, ..Raw::default() };
    let before = c.before();
    if before.is_some_and(|b| {
        b.is_ascii_digit()
            || b.is_ascii_alphabetic()
            || matches!(b, '.' | '/' | '-' | '#' | '_' | ',' | ':' | '$' | '¥')
    }) && c.peek().is_some_and(|p| p.is_ascii())
        && !(before == Some('-')
            && text
                .get(..at.saturating_sub(1))
                .is_some_and(|s| s.ends_with(['日', ')', '月', '時', '分']) || ends_with_clock(s)))
        && !before_is_label(text, at)
    {
        return None;
    }
    relative(&mut c, &mut raw);
    calendar(&mut c, &mut raw)?;
    if raw.end > 0 {
        weekday(&mut c, &mut raw);
    }
    time_of_day(&mut c, &mut raw);
    if raw.end <= at {
        return None;
    }
    approx(text, &mut raw);
    Some(raw)
}

/// `13:00` before the hyphen of `13:00-15:00`.
fn ends_with_clock(text: &str) -> bool {
    let mut back = text.bytes().rev();
    let minutes = back.by_ref().take(2).filter(u8::is_ascii_digit).count();
    minutes == 2 && back.next() == Some(b':')
}

/// A colon ends a label (`日時:2024/6/6`) where no digit stands before it.
fn before_is_label(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or_default();
    head.strip_suffix(':').is_some_and(|h| !h.ends_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Year, month and day. `None` where a needed part is missing or the text is no date at all.
fn calendar(c: &mut Cursor, raw: &mut Raw) -> Option<()> {
    let after_relative = c.at;
    if raw.end > 0 && raw.prefix == Prefix::None {
        // What a relative word names may be said again in full, which then counts.
        let mut again = *c;
        again.eat_any(&["の", "、"]);
        if again.eat("(") {
            let mut inner = Raw { start: again.at, ..Raw::default() };
            if stated(&mut again, &mut inner).is_some() && inner.month != Month::None && again.eat(")") {
                merge(raw, &inner, again.at);
                c.at = again.at;
            }
            return Some(());
        }
        let mut more = Raw { start: again.at, ..Raw::default() };
        if stated(&mut again, &mut more).is_some() && more.end > 0 && !more.fiscal && fits_after(raw, &more) {
            merge(raw, &more, more.end);
            c.at = more.end;
        }
        return Some(());
    }
    if stated(c, raw).is_none() {
        c.at = after_relative;
        if raw.broken {
            return Some(());
        }
    }
    Some(())
}

/// After 同年 a month may follow, after 同月 a day, after 翌日 any date.
fn fits_after(raw: &Raw, more: &Raw) -> bool {
    if raw.day != Day::None {
        return more.year == Year::None && matches!(more.day, Day::Stated(_));
    }
    if raw.month != Month::None {
        return more.month == Month::None && more.year == Year::None;
    }
    more.year == Year::None && more.month != Month::None
}

fn merge(raw: &mut Raw, more: &Raw, end: usize) {
    if more.month != Month::None {
        raw.month = more.month;
    } else if matches!(raw.day, Day::FromLast(n) if n > 0) {
        raw.prefix = Prefix::Next;
    }
    if more.day != Day::None {
        raw.day = more.day;
    }
    if more.year != Year::None {
        raw.year = more.year;
    }
    raw.third = more.third;
    raw.broken |= more.broken;
    raw.end = end;
}

/// A date in figures: `令和6年5月28日`, `2024/5/28`, `20240528`, `5月28日`, `28日`.
fn stated(c: &mut Cursor, raw: &mut Raw) -> Option<()> {
    let start = c.at;
    if let Some(year) = year(c, raw) {
        raw.year = Year::Stated(year);
        raw.end = c.at;
        if raw.day != Day::None || raw.fiscal || raw.broken {
            return Some(());
        }
        c.eat_any(&["の", "、"]);
    }
    let with_year = raw.year != Year::None;
    let at_month = c.at;
    if month_and_day(c, raw, with_year).is_none() {
        let year_stands = with_year && raw.end > 0;
        c.at = if year_stands { raw.end } else { start };
        return year_stands.then_some(());
    }
    if !with_year && raw.month != Month::None && after_misprint(c.text, at_month) {
        raw.broken = true;
    }
    Some(())
}

/// A number of four digits and one stray character before a month is a year with a typing error (`2017根7月`).
fn after_misprint(text: &str, at: usize) -> bool {
    let mut back = text.get(..at).unwrap_or_default().chars().rev();
    if !back.next().is_some_and(|c| !c.is_ascii() && c.is_alphabetic() && !matches!(c, 'の' | '年')) {
        return false;
    }
    let digits: String = back.take_while(char::is_ascii_digit).collect();
    digits.len() == 4 && (digits.ends_with("02") || digits.ends_with("91"))
}

/// A year with its 年, or a whole date with slashes, hyphens, dots or nothing between (then month and day are set).
fn year(c: &mut Cursor, raw: &mut Raw) -> Option<i32> {
    let start = c.at;
    let found = era_year(c).or_else(|| {
        c.at = start;
        western_year(c, raw)
    });
    if found.is_none() {
        c.at = start;
        return None;
    }
    if raw.day == Day::None && !raw.broken && c.eat("度") {
        raw.fiscal = true;
    }
    found
}

fn era_year(c: &mut Cursor) -> Option<i32> {
    if c.peek().is_none_or(|first| first.is_ascii_digit()) {
        return None;
    }
    for (name, base) in ERAS {
        if c.eat(name) {
            let n = c.small_number()?;
            let year = base + i32::try_from(n).ok()?;
            let western = bracketed_western(c);
            if !c.eat("年") {
                return None;
            }
            if western.is_none() && bracketed_western(c).is_none() {
                bracketed_era(c);
            }
            return Some(year);
        }
    }
    for (letter, base) in ERA_LETTERS {
        if c.eat(letter) {
            let (n, _) = c.digits(2)?;
            if n == 0 || !(c.eat("年") || c.rest().starts_with(['.', '/', '-'])) {
                return None;
            }
            let year = base + i32::try_from(n).ok()?;
            return Some(year);
        }
    }
    None
}

/// `(令和元年)` after a year.
fn bracketed_era(c: &mut Cursor) {
    let mut era = *c;
    let named = era.eat("(") && ERAS.iter().any(|(e, _)| era.eat(e)) && era.small_number().is_some();
    if named && era.eat("年") && era.eat(")") {
        *c = era;
    }
}

/// `(2024)` or `(2024年)` after an era year.
fn bracketed_western(c: &mut Cursor) -> Option<u32> {
    let mut d = *c;
    let y = (d.eat("(") || d.eat("/")).then(|| d.digits(4)).flatten()?;
    if y.1 != 4 {
        return None;
    }
    d.eat("年");
    d.eat(")");
    *c = d;
    Some(y.0)
}

fn western_year(c: &mut Cursor, raw: &mut Raw) -> Option<i32> {
    let start = c.at;
    if let Some((n, 8)) = c.digits(8) {
        let (y, m, d) = (n / 10_000, n / 100 % 100, n % 100);
        let follows = c.peek();
        let alone = !follows.is_some_and(|f| {
            f.is_ascii_alphanumeric() || matches!(f, '-' | '_' | '.' | ',' | '/' | '件' | '名' | '人' | '円' | '万')
        });
        if (1990..2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d) && alone {
            (raw.month, raw.day) = (Month::Stated(m), Day::Stated(d));
            return i32::try_from(y).ok();
        }
        return None;
    }
    c.at = start;
    let (y, n) = c.digits(4)?;
    let mut after = *c;
    if after.eat("(") && ERAS.iter().any(|(e, _)| after.eat(e)) && after.small_number().is_some() {
        after.eat("年");
        if after.eat(")") {
            *c = after;
        }
    }
    if c.eat("年") {
        if c.rest().starts_with(['間', '目', '前', '後', '以', '生', '次']) && n < 4 {
            return None;
        }
        bracketed_era(c);
        if n == 3 && c.rest().starts_with(|c: char| c.is_ascii_digit()) {
            raw.broken = true;
            month_and_day(c, raw, true);
            raw.end = c.at;
            return Some(1);
        }
        return (n == 4 && (1868..2200).contains(&y)).then(|| i32::try_from(y).ok()).flatten();
    }
    let mut span = *c;
    if n == 4 && span.eat("~") && span.digits(4).is_some_and(|(_, w)| w == 4) && span.eat("年") {
        raw.fiscal = span.eat("度");
        return i32::try_from(y).ok();
    }
    let plausible = n == 4 && (1900..2100).contains(&y) && c.rest().starts_with(['/', '-', '.']);
    plausible.then(|| i32::try_from(y).ok()).flatten()
}

/// Month and day behind a year, or alone.
fn month_and_day(c: &mut Cursor, raw: &mut Raw, with_year: bool) -> Option<()> {
    let sign = c.peek().filter(|s| matches!(s, '/' | '-' | '.'));
    if let (true, Some(sign)) = (with_year, sign) {
        return signed(c, raw, sign);
    }
    let start = c.at;
    let kanji = !c.peek().is_some_and(|p| p.is_ascii_digit());
    let n = if kanji { c.kanji_number()? } else { c.digits(2)?.0 };
    if c.eat("月") {
        let mut d = *c;
        let bare = !with_year && raw.prefix == Prefix::None;
        if day_of_month(&mut d, raw, kanji).is_some() {
            c.at = d.at;
        } else if (kanji && !with_year)
            || (bare && NO_MONTH.iter().any(|w| c.rest().starts_with(w)))
            || c.rest().starts_with('度')
        {
            return None;
        }
        if raw.day == Day::None && bare && is_sentence_of(c.text.get(..start).unwrap_or_default()) {
            return None;
        }
        raw.month = Month::Stated(n);
        raw.broken |= !(1..=12).contains(&n);
        raw.end = c.at;
        return Some(());
    }
    if c.eat("日") {
        let enumerated = c
            .text
            .get(..start)
            .is_some_and(|b| b.trim_end_matches(['、', ',', '・']).ends_with(|c: char| c.is_ascii_digit()));
        if kanji || with_year || NO_DAY.iter().any(|w| c.rest().starts_with(w)) || enumerated || n == 0 || n > 31 {
            return None;
        }
        if is_rate(c.rest()) {
            return None;
        }
        raw.day = Day::Stated(n);
        raw.end = c.at;
        return Some(());
    }
    slash_with_weekday(c, raw, n, with_year)
}

/// `1日3回`, `1日に5件`: how often, not when.
fn is_rate(after: &str) -> bool {
    let after = after.strip_prefix('に').unwrap_or(after);
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let unit = after.get(digits..).unwrap_or_default();
    digits > 0 && unit.starts_with(['回', '件', '人', '名', '枚', '台', '個', '度', '万', ',', '本', '社', '通'])
}

/// `停職3月`: a length of time.
fn is_sentence_of(before: &str) -> bool {
    ["停職", "減給", "懲役", "禁錮", "謹慎"].iter().any(|w| before.ends_with(w))
}

/// `6/6(木)`: a month and a day only where a weekday in brackets says so.
fn slash_with_weekday(c: &mut Cursor, raw: &mut Raw, month: u32, with_year: bool) -> Option<()> {
    if with_year || !c.eat("/") {
        return None;
    }
    let (d, _) = c.digits(2)?;
    let mut probe = Raw::default();
    let mut after = *c;
    weekday(&mut after, &mut probe);
    probe.weekday?;
    raw.month = Month::Stated(month);
    raw.day = Day::Stated(d);
    raw.broken |= !(1..=12).contains(&month) || !(1..=31).contains(&d);
    raw.end = c.at;
    Some(())
}

fn signed(c: &mut Cursor, raw: &mut Raw, sign: char) -> Option<()> {
    let mut buffer = [0; 4];
    let sign: &str = sign.encode_utf8(&mut buffer);
    c.eat(sign);
    let (m, _) = c.digits(2)?;
    let whole = c.eat(sign).then(|| c.digits(2)).flatten();
    let Some((d, _)) = whole else {
        raw.year = Year::None;
        raw.end = 0;
        return None;
    };
    let cut = c.peek().is_some_and(|p| p.is_ascii_digit() || p == '_')
        || c.rest().strip_prefix(['.', '-', '/']).is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()));
    if cut {
        raw.year = Year::None;
        raw.end = 0;
        return None;
    }
    raw.month = Month::Stated(m);
    raw.day = Day::Stated(d);
    raw.broken |= !(1..=12).contains(&m) || !(1..=31).contains(&d);
    raw.end = c.at;
    Some(())
}

fn day_of_month(c: &mut Cursor, raw: &mut Raw, kanji: bool) -> Option<()> {
    if c.eat("某日") {
        raw.day = Day::Unnamed;
        return Some(());
    }
    let third = match c.eat_any(&["上旬", "初旬", "初め", "中旬", "半ば", "下旬", "末日", "末"]) {
        Some("上旬" | "初旬" | "初め") => Some((1, 10)),
        Some("中旬" | "半ば") => Some((11, 20)),
        Some(_) => Some((21, 31)),
        None => None,
    };
    if third.is_some() {
        raw.third = third;
        return Some(());
    }
    let figures = if kanji { None } else { c.digits(2).map(|(n, _)| n) };
    let n = figures.or_else(|| c.kanji_number())?;
    if !c.eat("日") || c.rest().starts_with('間') {
        return None;
    }
    raw.day = Day::Stated(n);
    raw.broken |= !(1..=31).contains(&n);
    Some(())
}

fn approx(text: &str, raw: &mut Raw) {
    let after = Cursor { text, at: raw.end };
    raw.approx = ["頃", "ごろ", "ころ", "前後", "過ぎ", "すぎ"].iter().any(|w| after.rest().starts_with(w));
}
