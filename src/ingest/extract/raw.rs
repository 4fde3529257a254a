//! Date and time expressions as they are written, before any context is known.
//!
//! Given folded text and an offset by `dates`; says what year, month, day and clock time the words there name, or that
//! they name something broken.

use super::clock::{time_of_day, weekday};
use super::figures::{after_misprint, after_unread_year, is_numbered, stated};
use super::relative::relative;
use super::zones::leave_foreign_clock;
use crate::lexicon::facts::DayPart;
use crate::text::{is_tail, kanji_figure};
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
    /// 末日: the last day of the month.
    Last,
    /// The week so many weeks from that of publication; `third` says which of its days.
    WeekOfPublication(i64),
    /// The week so many weeks from that of the last date; `third` says which of its days.
    WeekOfLast(i64),
}

/// 同 or 翌 before a month, a day or a clock time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Prefix {
    #[default]
    None,
    Same,
    Next,
}

/// A third of a month, as first and last day, the last day cut to the month's; of a week, Monday being 1.
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
    /// The months of a year that are meant, as first and last counted from its beginning: 上期, 夏.
    pub months: Option<(u32, u32)>,
    /// How many minutes after the clock time of the text Japanese clocks show it (20:00 UTC).
    pub behind: i32,
    /// The clock time is of another zone than Japan's and was left out.
    pub elsewhere: bool,
    /// A sentence in the past tense tells it.
    pub past: bool,
    /// The clock time was counted from noon (午後3時).
    pub afternoon: bool,
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
    pub fn small_number(&mut self) -> Option<u32> {
        if let Some((n, _)) = self.digits(2) {
            return Some(n);
        }
        if self.eat("元") {
            return Some(1);
        }
        self.kanji_number()
    }

    pub fn kanji_number(&mut self) -> Option<u32> {
        let (mut total, mut unit, mut figures, mut seen) = (0, 0, 0, false);
        let mut c = *self;
        while let Some(ch) = c.peek() {
            match kanji_figure(ch) {
                Some(v) if figures == 0 => (unit, figures) = (v, 1),
                // 二〇 and 一二: figures in a row.
                Some(v) if figures == 1 && total == 0 && unit > 0 => (unit, figures) = (10 * unit + v, 2),
                Some(_) => return None,
                None if ch == '十' && total == 0 && figures < 2 => {
                    total = 10 * unit.max(1);
                    (unit, figures) = (0, 0);
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

/// Reads the expression that begins at `at`, if one does. The caller has seen that the character there may begin one.
pub fn read(text: &str, at: usize) -> Option<Raw> {
    let c = Cursor { text, at };
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
        || is_numbered(text, at)
        || is_tail(text, at)
    {
        return None;
    }
    read_end(text, at)
}

/// As [`read`], where what stands before is known: the end of a range, behind its sign.
pub fn read_end(text: &str, at: usize) -> Option<Raw> {
    let mut c = Cursor { text, at };
    let mut raw = Raw { start: at, ..Raw::default() };
    relative(&mut c, &mut raw);
    calendar(&mut c, &mut raw)?;
    if raw.end > 0 {
        weekday(&mut c, &mut raw);
    }
    time_of_day(&mut c, &mut raw);
    if raw.end <= at {
        return None;
    }
    leave_foreign_clock(text, &mut raw);
    approx(text, &mut raw);
    Some(raw)
}

/// `13:00` before the hyphen of `13:00-15:00`.
fn ends_with_clock(text: &str) -> bool {
    let mut back = text.bytes().rev();
    let minutes = back.by_ref().take(2).filter(u8::is_ascii_digit).count();
    minutes == 2 && back.next() == Some(b':') && back.next().is_some_and(|b| b.is_ascii_digit())
}

/// A colon ends a label (`日時:2024/6/6`) where no digit stands before it.
fn before_is_label(text: &str, at: usize) -> bool {
    let head = text.get(..at).unwrap_or_default();
    let label = |h: &str| !h.ends_with(|c: char| c.is_ascii_alphanumeric());
    // `1:2024年6月6日` numbers a line.
    let year = || text.get(at..at + 4).is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()));
    let numbered = || year() && text.get(at + 4..).is_some_and(|t| t.starts_with('年'));
    head.strip_suffix(':').is_some_and(|h| label(h) || numbered())
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
    if stated(c, raw).is_some() {
        let bare = raw.year == Year::None && raw.month != Month::None && raw.prefix == Prefix::None;
        raw.broken |= bare && (after_misprint(c.text, raw.start) || after_unread_year(c.text, raw.start));
    } else {
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

fn approx(text: &str, raw: &mut Raw) {
    let after = Cursor { text, at: raw.end };
    raw.approx |=
        ["頃", "ごろ", "ころ", "前後", "過ぎ", "すぎ", "くらい", "ぐらい"].iter().any(|w| after.rest().starts_with(w));
}
