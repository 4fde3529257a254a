//! Moments of a chronology: what a text says of a point in time, and the interval that it may mean.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How finely a moment is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Precision {
    /// A clock time with minutes.
    Minute,
    /// A clock time in full hours.
    Hour,
    /// A part of a day (未明, 夕方, 午前).
    Part,
    /// A day.
    Day,
    /// A part of a month (上旬, 下旬, 末).
    PartMonth,
    /// A month.
    Month,
    /// A calendar year.
    Year,
    /// A Japanese fiscal year, April to March.
    FiscalYear,
}

/// A stated moment as the record prints it: `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM` (Asia/Tokyo).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Moment {
    /// A calendar year.
    Year(i32),
    /// Year and month (1–12).
    Month(i32, u32),
    /// A day.
    Day(NaiveDate),
    /// A day and a clock time, to the minute.
    Minute(NaiveDateTime),
}

impl Moment {
    /// The first day that it may mean; `None` only for years outside the calendar's range.
    pub fn first_day(&self) -> Option<NaiveDate> {
        match *self {
            Self::Year(y) => NaiveDate::from_ymd_opt(y, 1, 1),
            Self::Month(y, m) => NaiveDate::from_ymd_opt(y, m, 1),
            Self::Day(d) => Some(d),
            Self::Minute(t) => Some(t.date()),
        }
    }

    /// The day, where it is stated to the day or finer.
    pub fn day(&self) -> Option<NaiveDate> {
        match *self {
            Self::Day(day) => Some(day),
            Self::Minute(at) => Some(at.date()),
            Self::Year(_) | Self::Month(..) => None,
        }
    }

    /// The last day that it may mean.
    pub fn last_day(&self) -> Option<NaiveDate> {
        match *self {
            Self::Year(y) => NaiveDate::from_ymd_opt(y, 12, 31),
            Self::Month(y, m) => last_of_month(y, m),
            Self::Day(d) => Some(d),
            Self::Minute(t) => Some(t.date()),
        }
    }
}

/// The last day of a month, or `None` for a month or year out of range.
pub fn last_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    let (y, m) = if month == 12 { (year.checked_add(1)?, 1) } else { (year, month.checked_add(1)?) };
    NaiveDate::from_ymd_opt(year, month, 1)?;
    NaiveDate::from_ymd_opt(y, m, 1)?.pred_opt()
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(y) => write!(f, "{y:04}"),
            Self::Month(y, m) => write!(f, "{y:04}-{m:02}"),
            Self::Day(d) => match digits(*d) {
                Some(day) => f.write_str(&day),
                None => write!(f, "{}", d.format("%Y-%m-%d")),
            },
            Self::Minute(t) => match digits(t.date()) {
                Some(day) => write!(f, "{day}T{:02}:{:02}", t.hour(), t.minute()),
                None => write!(f, "{}", t.format("%Y-%m-%dT%H:%M")),
            },
        }
    }
}

/// A day of a four-digit year as `YYYY-MM-DD`. An ingest prints a dozen an incident, and chrono's own formatting takes
/// ten times as long.
fn digits(day: NaiveDate) -> Option<String> {
    let digit = |n: u32| char::from_digit(n % 10, 10);
    let year = u32::try_from(day.year()).ok().filter(|y| *y < 10_000)?;
    let (month, day) = (day.month(), day.day());
    let parts = [year / 1000, year / 100, year / 10, year, month / 10, month, day / 10, day];
    let mut out = String::with_capacity(10);
    for (i, n) in parts.into_iter().enumerate() {
        if matches!(i, 4 | 6) {
            out.push('-');
        }
        out.push(digit(n)?);
    }
    Some(out)
}

/// What was wrong with a moment's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no date: write YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM")]
pub struct BadMoment(pub String);

impl FromStr for Moment {
    type Err = BadMoment;

    fn from_str(s: &str) -> Result<Self, BadMoment> {
        let bad = || BadMoment(s.to_owned());
        if s.len() == 10
            && let Some(day) = read_digits(s.as_bytes())
        {
            return Ok(Self::Day(day));
        }
        if let Ok(t) = NaiveDateTime::parse_from_str(s, "%Y-%m-%dT%H:%M")
            && (0..10_000).contains(&t.year())
        {
            return Ok(Self::Minute(t));
        }
        let parts: Vec<&str> = s.split('-').collect();
        let digits = |p: &str, n: usize| p.len() == n && p.bytes().all(|b| b.is_ascii_digit());
        match parts.as_slice() {
            [y] if digits(y, 4) => Ok(Self::Year(y.parse().map_err(|_| bad())?)),
            [y, m] if digits(y, 4) && digits(m, 2) => {
                let (y, m) = (y.parse().map_err(|_| bad())?, m.parse().map_err(|_| bad())?);
                NaiveDate::from_ymd_opt(y, m, 1).map(|_| Self::Month(y, m)).ok_or_else(bad)
            }
            [y, m, d] if digits(y, 4) && digits(m, 2) && digits(d, 2) => {
                NaiveDate::parse_from_str(s, "%Y-%m-%d").map(Self::Day).map_err(|_| bad())
            }
            _ => Err(bad()),
        }
    }
}

/// Reads `YYYY-MM-DD`.
fn read_digits(s: &[u8]) -> Option<NaiveDate> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = s else { return None };
    let number = |digits: &[&u8]| {
        digits.iter().try_fold(0u32, |n, b| b.is_ascii_digit().then(|| n * 10 + u32::from(**b - b'0')))
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    NaiveDate::from_ymd_opt(year, number(&[m1, m2])?, number(&[d1, d2])?)
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let s = String::deserialize(d)?;
        s.parse().map_err(serde::de::Error::custom)
    }
}

/// The time in Asia/Tokyo, nine hours ahead of UTC all year.
pub fn in_tokyo<Z: TimeZone>(at: &DateTime<Z>) -> NaiveDateTime {
    let utc = at.naive_utc();
    utc.checked_add_signed(TimeDelta::hours(9)).unwrap_or(utc)
}

/// A stretch of time; `to` equals `from` for a point and is `None` while it goes on or its end is not stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    /// When it began.
    pub from: Moment,
    /// When it ended.
    pub to: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_what_it_prints() {
        for s in ["2024", "2024-02", "2024-02-29", "2024-02-29T23:59"] {
            assert_eq!(s.parse::<Moment>().map(|m| m.to_string()), Ok(s.to_owned()));
        }
        for s in [(12_345, 1, 2), (-5, 1, 2), (7, 3, 4)] {
            let day = NaiveDate::from_ymd_opt(s.0, s.1, s.2).unwrap();
            assert_eq!(Moment::Day(day).to_string(), day.format("%Y-%m-%d").to_string());
        }
        for s in ["", "24", "2024-13", "2023-02-29", "2024-2-1", "+12345-02-28T10:00", "2024-02-29T24:00", "yesterday"]
        {
            assert!(s.parse::<Moment>().is_err(), "{s}");
        }
    }

    #[test]
    fn tokyo_is_a_day_ahead_from_three_in_the_afternoon() {
        for (utc, tokyo) in [("2024-05-31T14:59:00Z", "2024-05-31 23:59"), ("2024-05-31T15:00:00Z", "2024-06-01 00:00")]
        {
            let at = DateTime::parse_from_rfc3339(utc).unwrap();
            assert_eq!(in_tokyo(&at).format("%Y-%m-%d %H:%M").to_string(), tokyo);
        }
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        assert_eq!(last_of_month(2024, 2), NaiveDate::from_ymd_opt(2024, 2, 29));
        assert_eq!(last_of_month(2023, 12), NaiveDate::from_ymd_opt(2023, 12, 31));
        assert_eq!(last_of_month(2023, 13), None);
        assert_eq!("2024-02".parse::<Moment>().ok().and_then(|m| m.last_day()), NaiveDate::from_ymd_opt(2024, 2, 29));
    }
}
