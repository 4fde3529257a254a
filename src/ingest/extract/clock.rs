//! Weekdays in brackets, parts of the day and clock times behind a date or alone.
//!
//! Given the cursor by `raw`, behind the figures of a date.

use super::raw::{Clock, Cursor, Prefix, Raw};
use super::zones::{zone_before, zone_behind};
use crate::lexicon::facts::{self, DayPart};
use chrono::Weekday;

/// The English names of the weekdays in brackets, `(Tue)`, `(Tue.)`.
const ENGLISH: [(&str, Weekday); 7] = [
    ("Mon", Weekday::Mon),
    ("Tue", Weekday::Tue),
    ("Wed", Weekday::Wed),
    ("Thu", Weekday::Thu),
    ("Fri", Weekday::Fri),
    ("Sat", Weekday::Sat),
    ("Sun", Weekday::Sun),
];

fn weekday_sign(c: &mut Cursor) -> Option<Weekday> {
    Some(match c.eat_any(&["月", "火", "水", "木", "金", "土", "日"])? {
        "月" => Weekday::Mon,
        "火" => Weekday::Tue,
        "水" => Weekday::Wed,
        "木" => Weekday::Thu,
        "金" => Weekday::Fri,
        "土" => Weekday::Sat,
        _ => Weekday::Sun,
    })
}

/// A weekday written out: 火曜日, 火曜.
pub fn weekday_name(c: &mut Cursor) -> Option<Weekday> {
    let mut d = *c;
    let day = weekday_sign(&mut d)?;
    (d.eat("曜日") || d.eat("曜")).then(|| *c = d)?;
    Some(day)
}

/// A weekday behind a date: `(火)`, `(火曜日)`, `(火・祝)`, `(Tue)`, 火曜日.
pub fn weekday(c: &mut Cursor, raw: &mut Raw) {
    let mut d = *c;
    d.eat(" ");
    let bracketed = d.eat("(") || d.eat("[") || d.eat("〈") || d.eat("〔");
    let day = if bracketed { weekday_in_brackets(&mut d) } else { weekday_name(&mut d) };
    if day.is_some() {
        raw.weekday = day;
        raw.end = d.at;
        c.at = d.at;
    }
}

fn weekday_in_brackets(d: &mut Cursor) -> Option<Weekday> {
    let day = match weekday_sign(d) {
        Some(day) => {
            let _ = d.eat("曜日") || d.eat("曜");
            day
        }
        None => ENGLISH.iter().find(|(name, _)| d.eat(name)).map(|(_, day)| *day)?,
    };
    d.eat(".");
    if d.eat_any(&["・", ",", "、", "/", " "]).is_some() {
        d.eat_any(&["祝日", "祝", "休日", "休"]);
    }
    d.eat_any(&[")", "]", "〉", "〕"])?;
    Some(day)
}

/// A part of the day, a clock time, or both, behind a date or alone.
pub fn time_of_day(c: &mut Cursor, raw: &mut Raw) {
    let mut d = *c;
    let comma = raw.end > 0 && d.eat_any(&["、", ","]).is_some();
    if raw.end > 0 {
        d.eat_any(&["の", " ", "T"]);
    }
    let zone = zone_before(&mut d, raw.end > 0);
    let part = day_part(&mut d);
    let after_part = d.at;
    let mut e = d;
    e.eat("の");
    if let Some(mut clock) = clock(&mut e, raw, part.is_some()) {
        if let Some(zone) = zone_behind(&mut e, raw).or(zone) {
            zone.apply(raw);
        }
        if let Some(p) = part {
            clock.hour += to_add(p, clock.hour);
            raw.afternoon = p.add == 12;
        }
        raw.clock = Some(clock);
        raw.part = None;
        raw.end = e.at;
        c.at = e.at;
    } else if let Some(p) = part {
        let needs_day = raw.end > 0 || raw.prefix != Prefix::None;
        if needs_day && !comma && !d.rest().starts_with(NO_PART) {
            raw.part = Some(p);
            raw.end = after_part;
            c.at = after_part;
        }
    }
}

/// What shows that a part of the day is the head of another word: 朝食, 朝日, 夕張, 夜勤.
const NO_PART: [char; 17] =
    ['休', '食', '礼', '市', '会', '刊', '勤', '張', '日', '鮮', '霞', '倉', '来', '行', '景', '学', '型'];

/// What a part of the day adds to an hour: the night's first hours are counted from midnight.
fn to_add(part: &DayPart, hour: u32) -> u32 {
    match (hour, part.from) {
        (12.., _) => 0,
        (0..5, 18..) => 0,
        (_, 23..) => 12,
        _ => part.add,
    }
}

fn day_part(c: &mut Cursor) -> Option<&'static DayPart> {
    let lexicon = facts::get();
    let first = c.peek()?;
    if !lexicon.may_begin_day_part(first) {
        return None;
    }
    lexicon.day_parts.iter().find(|p| p.words.iter().any(|w| c.eat(w)))
}

fn clock(c: &mut Cursor, raw: &mut Raw, after_part: bool) -> Option<Clock> {
    if c.eat("正午") {
        return Some(Clock { hour: 12, minute: Some(0) });
    }
    let mut d = *c;
    let Some((hour, width)) = d.digits(2) else { return kanji_clock(c, raw, after_part) };
    if d.eat("時") {
        if d.rest().starts_with(['間', '限', '短', '給', '点']) {
            return None;
        }
        let mut minute = None;
        if d.eat("半") {
            minute = Some(30);
        } else {
            let mut m = d;
            if let Some((value, _)) = m.digits(2)
                && m.eat("分")
                && !m.rest().starts_with('間')
            {
                minute = Some(value);
                d = m;
            }
        }
        if hour > 29 || minute.is_some_and(|m| m > 59) {
            raw.broken = true;
        }
        *c = d;
        return Some(Clock { hour, minute });
    }
    if after_part && is_first_hour(&d) && hour <= 12 {
        *c = d;
        return Some(Clock { hour, minute: None });
    }
    if !d.eat(":") {
        return None;
    }
    let (minute, n) = d.digits(2)?;
    if n != 2 || (width == 1 && hour == 0 && !after_part && raw.end == 0) {
        return None;
    }
    let mut s = d;
    if s.eat(":") {
        s.digits(2)?;
        d = s;
        if s.eat(".") && s.digits(9).is_some() {
            d = s;
        }
    }
    let hour = match half_behind(&mut d) {
        Some("PM" | "pm") if hour < 12 => hour + 12,
        Some("AM" | "am") if hour == 12 => 0,
        _ => hour,
    };
    let mut ahead = d;
    let zoned = zone_behind(&mut ahead, raw).is_some();
    if d.peek().is_some_and(|p| p.is_ascii_alphanumeric()) && !zoned || hour > 29 || minute > 59 {
        return None;
    }
    *c = d;
    Some(Clock { hour, minute: Some(minute) })
}

/// The sign behind the first hour of `午前8~午後1時`.
fn is_first_hour(c: &Cursor) -> bool {
    let mut d = *c;
    let sign = d.eat("~") || d.eat("-");
    d.eat_any(&["午前", "午後"]);
    sign && d.digits(2).is_some() && d.eat("時") && !d.rest().starts_with('間')
}

/// The PM of `7:30 PM`.
fn half_behind(c: &mut Cursor) -> Option<&'static str> {
    let mut d = *c;
    d.eat(" ");
    let half = d.eat_any(&["AM", "PM", "am", "pm"])?;
    *c = d;
    Some(half)
}

/// An hour in kanji, which only behind a date or a part of the day is one (一時 is no hour but for a while).
fn kanji_clock(c: &mut Cursor, raw: &Raw, after_part: bool) -> Option<Clock> {
    let mut d = *c;
    let hour = d.kanji_number().filter(|h| *h <= 29 && (after_part || raw.end > 0))?;
    if !d.eat("時") || d.rest().starts_with(['間', '限', '短', '給', '点']) {
        return None;
    }
    let mut m = d;
    let minute = match m.eat("半") {
        true => Some(30),
        false => m.kanji_number().filter(|v| *v < 60 && m.eat("分") && !m.rest().starts_with('間')),
    };
    if minute.is_some() {
        d = m;
    }
    if hour == 1 && minute.is_none() && !after_part {
        return None;
    }
    *c = d;
    Some(Clock { hour, minute })
}
