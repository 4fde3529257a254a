//! Weekdays in brackets, parts of the day and clock times behind a date or alone.
//!
//! Given the cursor by `raw`, behind the figures of a date.

use super::raw::{Clock, Cursor, Prefix, Raw};
use crate::lexicon::facts::{self, DayPart};
use chrono::Weekday;

/// A weekday in brackets: `(火)`, `(火曜日)`, `(火・祝)`.
pub fn weekday(c: &mut Cursor, raw: &mut Raw) {
    let mut d = *c;
    d.eat(" ");
    if !(d.eat("(") || d.eat("[") || d.eat("〈")) {
        return;
    }
    let day = match d.eat_any(&["月", "火", "水", "木", "金", "土", "日"]) {
        Some("月") => Weekday::Mon,
        Some("火") => Weekday::Tue,
        Some("水") => Weekday::Wed,
        Some("木") => Weekday::Thu,
        Some("金") => Weekday::Fri,
        Some("土") => Weekday::Sat,
        Some(_) => Weekday::Sun,
        None => return,
    };
    let _ = d.eat("曜日") || d.eat("曜");
    if d.eat("・") || d.eat(",") || d.eat("、") {
        let _ = d.eat("祝日") || d.eat("祝") || d.eat("休");
    }
    if !(d.eat(")") || d.eat("]") || d.eat("〉")) {
        return;
    }
    raw.weekday = Some(day);
    raw.end = d.at;
    c.at = d.at;
}

/// A part of the day, a clock time, or both, behind a date or alone.
pub fn time_of_day(c: &mut Cursor, raw: &mut Raw) {
    let mut d = *c;
    let comma = raw.end > 0 && d.eat("、");
    if raw.end > 0 {
        d.eat_any(&["の", " ", "T"]);
    }
    let part = day_part(&mut d);
    let after_part = d.at;
    let mut e = d;
    e.eat("の");
    if let Some(mut clock) = clock(&mut e, raw, part.is_some()) {
        if let Some(p) = part
            && clock.hour < 12
        {
            clock.hour += p.add;
        }
        raw.clock = Some(clock);
        raw.part = None;
        raw.end = e.at;
        c.at = e.at;
    } else if let Some(p) = part {
        let needs_day = raw.end > 0 || raw.prefix != Prefix::None;
        if needs_day && !comma && !d.rest().starts_with(['休', '食', '礼', '市', '会', '刊', '勤']) {
            raw.part = Some(p);
            raw.end = after_part;
            c.at = after_part;
        }
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
    let (hour, width) = d.digits(2)?;
    if d.eat("時") {
        if d.rest().starts_with(['間', '限', '短', '給']) {
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
    if d.eat(":") {
        let (minute, n) = d.digits(2)?;
        if n != 2 || (width == 1 && hour == 0 && !after_part && raw.end == 0) {
            return None;
        }
        let mut s = d;
        if s.eat(":") {
            s.digits(2)?;
            d = s;
        }
        if d.peek().is_some_and(|p| p.is_ascii_alphanumeric()) || hour > 29 || minute > 59 {
            return None;
        }
        *c = d;
        return Some(Clock { hour, minute: Some(minute) });
    }
    None
}
