//! Words that count from the last date or from publication: 同日, 翌日, 本年, 先月.
//!
//! Given the cursor by `raw`, before it looks for figures.

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

/// Longer words before those that they begin with.
const WORDS: &[Word] = &[
    day_after("翌々日", 2),
    day_after("翌日", 1),
    day_after("前々日", -2),
    day_after("前日", -1),
    day_after("その日", 0),
    day_after("同日", 0),
    day_after("当日", 0),
    day_of_publication("一昨日", -2),
    day_of_publication("昨日", -1),
    day_of_publication("本日", 0),
    year_of_publication("一昨年", -2),
    year_of_publication("昨年", -1),
    year_of_publication("本年", 0),
    year_of_publication("今年", 0),
    year_of_publication("来年", 1),
    month_of_publication("来月", 1),
    year_after("同年", 0),
    year_after("翌年", 1),
    year_after("前年", -1),
    month_of_publication("先月", -1),
    month_of_publication("今月", 0),
    month_after("同月", 0),
    month_after("翌月", 1),
    month_after("前月", -1),
];

/// Takes a relative word, or the 同 or 翌 before a figure. What the word names may be stated again after it
/// (`翌日9月29日`).
pub fn relative(c: &mut Cursor, raw: &mut Raw) {
    let start = c.at;
    if c.peek().is_none_or(|first| first.is_ascii()) {
        return;
    }
    for Word(word, year, month, day) in WORDS {
        if !c.eat(word) {
            continue;
        }
        let inside = *word == "本日" && c.text.get(..start).is_some_and(|b| b.ends_with('日'));
        if inside || c.rest().starts_with(['代', '度', '比', '分', '末']) {
            c.at = start;
            return;
        }
        (raw.year, raw.month, raw.day) = (*year, *month, *day);
        raw.end = c.at;
        return;
    }
    if c.eat("翌") {
        raw.prefix = Prefix::Next;
    } else if c.eat("同") {
        raw.prefix = Prefix::Same;
    }
}
