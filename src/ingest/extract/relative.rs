//! Words that count from the last date or from publication: 同日, 翌日, 本年, 先月, 先週.
//!
//! Given the cursor by `raw`, before it looks for figures.

use super::clock::weekday_name;
use super::figures::part_of_month;
use super::raw::{Cursor, Day, Month, Prefix, Raw, Year};

/// A word and what it names.
struct Word(&'static str, Year, Month, Day);

const fn day_after(word: &'static str, n: i64) -> Word {
    Word(word, Year::None, Month::None, Day::FromLast(n))
}

const fn day_of_publication(word: &'static str, n: i64) -> Word {
    Word(word, Year::None, Month::None, Day::FromPublication(n))
}

const fn year_after(word: &'static str, n: i32) -> Word {
    Word(word, Year::FromLast(n), Month::None, Day::None)
}

const fn year_of_publication(word: &'static str, n: i32) -> Word {
    Word(word, Year::FromPublication(n), Month::None, Day::None)
}

const fn month_after(word: &'static str, n: i32) -> Word {
    Word(word, Year::None, Month::FromLast(n), Day::None)
}

const fn month_of_publication(word: &'static str, n: i32) -> Word {
    Word(word, Year::None, Month::FromPublication(n), Day::None)
}

const fn week_after(word: &'static str, n: i64) -> Word {
    Word(word, Year::None, Month::None, Day::WeekOfLast(n))
}

const fn week_of_publication(word: &'static str, n: i64) -> Word {
    Word(word, Year::None, Month::None, Day::WeekOfPublication(n))
}

/// Longer words before those that they begin with.
const WORDS: &[Word] = &[
    day_after("翌々日", 2),
    day_after("翌日", 1),
    day_after("前々日", -2),
    day_after("前日", -1),
    day_after("その日", 0),
    day_after("この日", 0),
    day_after("同日", 0),
    day_after("当日", 0),
    day_after("即日", 0),
    day_of_publication("一昨日", -2),
    day_of_publication("昨日", -1),
    day_of_publication("本日", 0),
    year_of_publication("一昨年", -2),
    year_of_publication("昨年", -1),
    year_of_publication("去年", -1),
    year_of_publication("ことし", 0),
    year_of_publication("本年", 0),
    year_of_publication("今年", 0),
    year_of_publication("来年", 1),
    month_of_publication("先々月", -2),
    month_of_publication("来月", 1),
    year_after("同年", 0),
    year_after("翌年", 1),
    year_after("前年", -1),
    month_of_publication("先月", -1),
    month_of_publication("今月", 0),
    month_after("同月", 0),
    month_after("翌々月", 2),
    month_after("翌月", 1),
    month_after("前月", -1),
    week_of_publication("先々週", -2),
    week_of_publication("先週", -1),
    week_of_publication("今週", 0),
    week_of_publication("来週", 1),
    week_after("同週", 0),
    week_after("翌週", 1),
    week_after("前週", -1),
];

/// What the words begin with, 同 and 翌 before a figure too.
const BEGINNINGS: [char; 14] = ['翌', '前', 'そ', 'こ', '去', '同', '当', '即', '一', '昨', '本', '今', '来', '先'];

/// What shows that the word is the head of a longer one (昨年度, 前年比, 同日程).
const LONGER: [char; 7] = ['代', '度', '比', '分', '程', '齢', '刊'];

/// Takes a relative word, or the 同 or 翌 before a figure. What the word names may be stated again after it
/// (`翌日9月29日`).
pub fn relative(c: &mut Cursor, raw: &mut Raw) {
    let start = c.at;
    let Some(first) = c.peek().filter(|first| BEGINNINGS.contains(first)) else { return };
    for Word(word, year, month, day) in WORDS {
        if !word.starts_with(first) || !c.eat(word) {
            continue;
        }
        let inside = *word == "本日" && c.text.get(..start).is_some_and(|b| b.ends_with('日'));
        if inside || c.rest().starts_with(LONGER) {
            c.at = start;
            return;
        }
        (raw.year, raw.month, raw.day) = (*year, *month, *day);
        let known = part_of(c, raw);
        if !known {
            *raw = Raw { start, ..Raw::default() };
            c.at = start;
            return;
        }
        raw.end = c.at;
        return;
    }
    for (head, days) in [("昨", -1), ("今", 0)] {
        let mut d = *c;
        if d.eat(head) && d.rest().starts_with(['夜', '晩', '朝', '夕']) {
            raw.day = Day::FromPublication(days);
            (c.at, raw.end) = (d.at, d.at);
            return;
        }
    }
    if c.eat("翌") {
        raw.prefix = Prefix::Next;
    } else if c.eat("同") {
        raw.prefix = Prefix::Same;
    }
}

/// What part of the year, month or week a word behind it names: 昨年末, 先月下旬, 先週金曜日. Tells whether the words
/// make sense together.
fn part_of(c: &mut Cursor, raw: &mut Raw) -> bool {
    let mut d = *c;
    if raw.year != Year::None && d.eat("末") {
        raw.month = Month::Stated(12);
        raw.third = Some((21, 31));
    } else if raw.month != Month::None {
        part_of_month(&mut d, raw);
    } else if matches!(raw.day, Day::WeekOfPublication(_) | Day::WeekOfLast(_)) {
        let mut e = d;
        e.eat("の");
        raw.third = Some((1, 7));
        if e.eat("末") {
            raw.third = Some((6, 7));
            d = e;
        } else if let Some(day) = weekday_name(&mut e) {
            let n = day.number_from_monday();
            raw.third = Some((n, n));
            d = e;
        }
    }
    *c = d;
    !c.rest().starts_with('末')
}
