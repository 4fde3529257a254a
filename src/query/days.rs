//! Reads the dates of a query: `2024`, `2024-05`, `2024-05-28`, `30d`, and ranges of them, also as Japanese writes them.
//! Called by `value`; all that is refused comes with what to write instead.

use super::error::quoted;
use crate::domain::date::last_of_month;
use crate::text::fold;
use chrono::{Datelike, Days, NaiveDate};

/// First and last day; `None` is open.
pub(super) type Stretch = (Option<NaiveDate>, Option<NaiveDate>);

/// What is wrong with a date, and what was probably meant.
pub(super) struct Wrong {
    pub message: String,
    pub rather: Option<String>,
}

/// Eras with the year before their first.
const ERAS: [(&str, i32); 6] = [("令和", 2018), ("r", 2018), ("平成", 1988), ("h", 1988), ("昭和", 1925), ("s", 1925)];

/// First and last day of a date, or of a range of dates whose one end may be missing.
pub(super) fn stretch(text: &str, today: NaiveDate) -> Result<Stretch, Wrong> {
    let text = fold(text).text;
    let Some((a, b)) = text.split_once("..").or_else(|| text.split_once('~')) else {
        let (from, to) = day(&text, today)?;
        // `30d` alone is the stretch from then until today.
        return Ok((from, if text.ends_with(['d', 'D']) { Some(today) } else { to }));
    };
    let (a, b) = (a.trim(), b.trim_start_matches('.').trim());
    if a.is_empty() && b.is_empty() {
        return Err(Wrong {
            message: "the range names no day: write at least one end, as in `2024-05..`".into(),
            rather: None,
        });
    }
    let from = if a.is_empty() { None } else { day(a, today)?.0 };
    let to = if b.is_empty() { None } else { day(b, today)?.1 };
    if from.zip(to).is_some_and(|(f, t)| f > t) {
        let message = "the range ends before it begins: write the earlier date first".into();
        return Err(Wrong { message, rather: Some(format!("{b}..{a}")) });
    }
    Ok((from, to))
}

/// First and last day of a date; of `30d` the day thirty days before today, twice.
pub(super) fn day(text: &str, today: NaiveDate) -> Result<Stretch, Wrong> {
    let text = fold(text).text.trim().to_lowercase();
    let ago = text.strip_suffix('d').and_then(|n| n.parse().ok());
    let found = match ago {
        Some(days) => today.checked_sub_days(Days::new(days)).map(|d| (d, d)),
        None => written(&text).and_then(Written::days),
    };
    match found {
        Some((first, last)) => Ok((Some(first), Some(last))),
        None => Err(wrong(&text, today)),
    }
}

/// A date as it is written, perhaps one that no calendar has.
#[derive(Clone, Copy)]
struct Written {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
}

impl Written {
    fn days(self) -> Option<(NaiveDate, NaiveDate)> {
        let year = self.year;
        match (self.month, self.day) {
            (None, _) => Some((NaiveDate::from_ymd_opt(year, 1, 1)?, NaiveDate::from_ymd_opt(year, 12, 31)?)),
            (Some(m), None) => Some((NaiveDate::from_ymd_opt(year, m, 1)?, last_of_month(year, m)?)),
            (Some(m), Some(d)) => NaiveDate::from_ymd_opt(year, m, d).map(|d| (d, d)),
        }
    }
}

/// Year, month and day of `2024`, `2024-5`, `2024/05/28`, `2024.5.28`, `20240528`, `2024年5月28日`, `令和6年5月`, `R6.5.28`.
fn written(text: &str) -> Option<Written> {
    let digits = |p: &str, most: usize| !p.is_empty() && p.len() <= most && p.bytes().all(|b| b.is_ascii_digit());
    let small = |p: &str| if digits(p, 2) { p.parse::<u32>().ok() } else { None };
    if text.len() == 8 && digits(text, 8) {
        let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
        return Some(Written { year: year.parse().ok()?, month: small(month), day: small(day) });
    }
    let text = text.strip_suffix('日').unwrap_or(text);
    let text = text.strip_suffix('月').or_else(|| text.strip_suffix('年')).unwrap_or(text);
    let text = text.replace(['年', '月', '/', '.'], "-");
    let mut parts = text.split('-');
    let year = parts.next()?;
    let era = ERAS.iter().find_map(|(name, before)| Some((year.strip_prefix(name)?.trim(), before)));
    let year = match era {
        Some(("元", before)) => before + 1,
        Some((n, before)) => before + i32::try_from(small(n).filter(|n| *n > 0)?).ok()?,
        None if year.len() == 4 && digits(year, 4) => year.parse().ok()?,
        None => return None,
    };
    let month = parts.next().map(|p| small(p.trim()));
    let day = parts.next().map(|p| small(p.trim()));
    // A part that is no number makes it no date at all.
    if parts.next().is_some() || month == Some(None) || day == Some(None) {
        return None;
    }
    Some(Written { year, month: month.flatten(), day: day.flatten() })
}

/// Says what is wrong with what is no date.
fn wrong(text: &str, today: NaiveDate) -> Wrong {
    let told = |what: &str, rather: Option<String>| Wrong { message: format!("{} {what}", quoted(text)), rather };
    if let Some(w) = written(text) {
        let month = w.month.filter(|m| (1..=12).contains(m));
        let last = month.and_then(|m| last_of_month(w.year, m)).map(|d| d.to_string());
        return told("is not in the calendar: no such month, or no such day in it", last);
    }
    if let Some((date, _)) = text.split_once(['t', ' ', 'T']).filter(|(date, _)| written(date).is_some()) {
        return told("holds a clock time: queries go by days", Some(date.to_owned()));
    }
    let dated = written(&format!("{}-{text}", today.year())).filter(|w| w.day.is_some()).and_then(Written::days);
    if let Some((day, _)) = dated {
        return told("names no year", Some(day.to_string()));
    }
    let counted = text.char_indices().next_back().and_then(|(at, unit)| {
        let days = match unit {
            'w' => 7,
            'm' => 30,
            'y' => 365,
            _ => return None,
        };
        text.get(..at)?.parse::<u64>().ok()?.checked_mul(days)
    });
    let days = counted.or(match text {
        "today" | "now" | "今日" | "本日" => Some(0),
        "yesterday" | "昨日" => Some(1),
        _ => None,
    });
    told(
        "is no date: write 2024, 2024-05, 2024-05-28 or 30d (that many days before today)",
        days.map(|n| format!("{n}d")),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2024, 6, 20).unwrap()
    }

    fn told(text: &str) -> String {
        let open = |d: Option<NaiveDate>| d.map_or_else(String::new, |d| d.to_string());
        match stretch(text, today()) {
            Ok((from, to)) => format!("{}..{}", open(from), open(to)),
            Err(w) => format!("! {}", w.rather.unwrap_or_default()),
        }
    }

    #[test]
    fn dates_are_read_as_they_are_written() {
        for (text, expected) in [
            ("2024", "2024-01-01..2024-12-31"),
            ("２０２４年", "2024-01-01..2024-12-31"),
            ("2024-2", "2024-02-01..2024-02-29"),
            ("2024年2月", "2024-02-01..2024-02-29"),
            ("2024/5/8", "2024-05-08..2024-05-08"),
            ("2024.5.8", "2024-05-08..2024-05-08"),
            ("20240508", "2024-05-08..2024-05-08"),
            ("2024年5月8日", "2024-05-08..2024-05-08"),
            ("令和6年5月8日", "2024-05-08..2024-05-08"),
            ("令和元年", "2019-01-01..2019-12-31"),
            ("平成31年4月", "2019-04-01..2019-04-30"),
            ("R6.5.8", "2024-05-08..2024-05-08"),
            ("30d", "2024-05-21..2024-06-20"),
            ("0D", "2024-06-20..2024-06-20"),
            ("2024-05..2024-06", "2024-05-01..2024-06-30"),
            ("2024-05 〜 2024-06", "2024-05-01..2024-06-30"),
            ("2024年5月～2024年6月", "2024-05-01..2024-06-30"),
            ("2024…2025", "2024-01-01..2025-12-31"),
            ("..2024-05", "..2024-05-31"),
            ("2024-05..", "2024-05-01.."),
            ("90d..30d", "2024-03-22..2024-05-21"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_comes_with_what_was_meant() {
        for (text, rather) in [
            ("..", ""),
            ("", ""),
            ("soon", ""),
            ("99999999999d", ""),
            ("-1d", ""),
            ("2024-", ""),
            ("2024--5", ""),
            ("24-05", ""),
            ("令和0年", ""),
            ("2024-13", ""),
            ("2024-02-30", "2024-02-29"),
            ("20240231", "2024-02-29"),
            ("2024-05-28T10:00", "2024-05-28"),
            ("2024-05-28 10:00", "2024-05-28"),
            ("5/28", "2024-05-28"),
            ("5月28日", "2024-05-28"),
            ("2w", "14d"),
            ("3m", "90d"),
            ("1y", "365d"),
            ("today", "0d"),
            ("昨日", "1d"),
            ("2025..2024", "2024..2025"),
        ] {
            assert_eq!(told(text), format!("! {rather}"), "{text}");
        }
    }
}
