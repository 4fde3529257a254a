//! The zone of a clock time: `20:00 UTC`, `2024-10-04T20:00Z`, `+09:00`, `(協定世界時)`, `現地時間`.
//!
//! Given the cursor by `clock`, before and behind a clock time. Times are Japan's where no zone is named; of a zone
//! whose distance is not stated the clock time is left out and the day stays.

use super::raw::{Cursor, Raw};

/// How far Japanese clocks are ahead of UTC, in minutes.
const JAPAN: i32 = 540;

/// A zone of a clock time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// So many minutes ahead of UTC.
    Ahead(i32),
    /// Somewhere else, no matter where.
    Elsewhere,
}

impl Zone {
    /// Notes what the zone makes of the clock time.
    pub fn apply(self, raw: &mut Raw) {
        match self {
            Self::Ahead(minutes) => raw.behind = JAPAN - minutes,
            Self::Elsewhere => raw.elsewhere = true,
        }
    }
}

/// Names of zones; longer ones before those that they begin with.
const NAMES: &[(&str, Zone)] = &[
    ("UTC", Zone::Ahead(0)),
    ("GMT", Zone::Ahead(0)),
    ("協定世界時", Zone::Ahead(0)),
    ("世界協定時", Zone::Ahead(0)),
    ("世界標準時", Zone::Ahead(0)),
    ("グリニッジ標準時", Zone::Ahead(0)),
    ("JST", Zone::Ahead(JAPAN)),
    ("日本時間", Zone::Ahead(JAPAN)),
    ("日本標準時", Zone::Ahead(JAPAN)),
    ("現地時間", Zone::Elsewhere),
    ("現地時刻", Zone::Elsewhere),
    ("米国時間", Zone::Elsewhere),
    ("米国東部時間", Zone::Elsewhere),
    ("米国太平洋時間", Zone::Elsewhere),
    ("米東部時間", Zone::Elsewhere),
    ("米西部時間", Zone::Elsewhere),
    ("米太平洋時間", Zone::Elsewhere),
    ("東部標準時", Zone::Elsewhere),
    ("太平洋標準時", Zone::Elsewhere),
    ("太平洋時間", Zone::Elsewhere),
    ("欧州時間", Zone::Elsewhere),
    ("EST", Zone::Elsewhere),
    ("EDT", Zone::Elsewhere),
    ("PST", Zone::Elsewhere),
    ("PDT", Zone::Elsewhere),
    ("CET", Zone::Elsewhere),
    ("CEST", Zone::Elsewhere),
];

/// A zone between a day and its clock time; what stands there is passed only where it is one.
pub fn zone_before(c: &mut Cursor, has_day: bool) -> Option<Zone> {
    if !has_day {
        return None;
    }
    let mut d = *c;
    let bracketed = d.eat("(");
    let zone = named(&mut d)?;
    if bracketed && !d.eat(")") {
        return None;
    }
    d.eat_any(&["の", "、", ":", " "]);
    *c = d;
    Some(zone)
}

/// A zone right behind a clock time.
pub fn zone_behind(c: &mut Cursor, raw: &mut Raw) -> Option<Zone> {
    let mut d = *c;
    if d.eat("Z") && !d.peek().is_some_and(|p| p.is_ascii_alphanumeric()) {
        *c = d;
        return Some(Zone::Ahead(0));
    }
    d = *c;
    if let Some(minutes) = offset(&mut d, false) {
        *c = d;
        return Some(Zone::Ahead(minutes));
    }
    let about = d.eat_any(&["頃", "ごろ", "ころ"]).is_some();
    d.eat(" ");
    let bracketed = d.eat("(");
    let zone = named(&mut d)?;
    if bracketed && !d.eat(")") {
        return None;
    }
    raw.approx |= about;
    *c = d;
    Some(zone)
}

fn named(c: &mut Cursor) -> Option<Zone> {
    let (_, zone) = NAMES.iter().find(|(name, _)| c.eat(name))?;
    let zone = match zone {
        Zone::Ahead(0) => Zone::Ahead(offset(c, true).unwrap_or(0)),
        other => *other,
    };
    (!c.peek().is_some_and(|p| p.is_ascii_alphanumeric())).then_some(zone)
}

/// `+00:00`, `+0900`, `-05:00` behind seconds, and `+9` behind UTC. A hyphen alone begins the end of a range.
fn offset(c: &mut Cursor, behind_utc: bool) -> Option<i32> {
    let mut d = *c;
    let sign = match d.eat_any(&["+", "-"])? {
        "+" => 1,
        _ if behind_utc || has_seconds(c) => -1,
        _ => return None,
    };
    let minutes = match d.digits(4)? {
        (hours, 1 | 2) if d.eat(":") => 60 * hours + d.digits(2).filter(|(_, n)| *n == 2)?.0,
        (hours, 1 | 2) if behind_utc => 60 * hours,
        (both, 4) => 60 * (both / 100) + both % 100,
        _ => return None,
    };
    let minutes = i32::try_from(minutes).ok().filter(|m| *m <= 14 * 60)?;
    (!d.peek().is_some_and(|p| p.is_ascii_alphanumeric())).then(|| *c = d)?;
    Some(sign * minutes)
}

/// Tells whether `20:00:00` stands before the cursor.
fn has_seconds(c: &Cursor) -> bool {
    let before = c.text.get(..c.at).unwrap_or_default();
    let clock = before.trim_end_matches(|p: char| p.is_ascii_digit() || matches!(p, ':' | '.'));
    before.get(clock.len()..).is_some_and(|t| t.matches(':').count() == 2)
}

/// Leaves the clock time of another zone out: its day stays, the hour is not known here. Alone it means nothing.
pub fn leave_foreign_clock(text: &str, raw: &mut Raw) {
    if raw.clock.is_none() && raw.part.is_none() {
        return;
    }
    let before = text.get(..raw.start).unwrap_or_default().trim_end_matches([' ', ':']);
    let before = before.strip_suffix('の').unwrap_or(before);
    let zone = NAMES.iter().find(|(name, _)| before.ends_with(name)).map(|(_, zone)| *zone);
    if let Some(zone) = zone.filter(|_| raw.behind == 0 && !raw.elsewhere) {
        zone.apply(raw);
    }
    if raw.elsewhere {
        raw.broken |= raw.is_clock_only();
        (raw.clock, raw.part) = (None, None);
    }
}
