//! How dates, times and numbers are spelled: era or western, with or without year and weekday, 同日 and 翌日.
//! Given day numbers (days since 1970-01-01) and minutes of a day; the voice of a post calls it.

use super::rng::Rng;
use std::fmt::Write as _;

/// The calendar date of a day number (Hinnant's `civil_from_days`).
pub(super) fn civil(day: i32) -> (i32, u32, u32) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + i32::from(month <= 2);
    (year, month.unsigned_abs(), (doy - (153 * mp + 2) / 5 + 1).unsigned_abs())
}

/// The day number of a calendar date.
pub(super) fn day_number(year: i32, month: i32, day: i32) -> i32 {
    let y = year - i32::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// Writes a number with digits only.
pub(super) fn plain(n: u64, out: &mut String) {
    let _ = write!(out, "{n}");
}

/// Writes `12,345`.
pub(super) fn commas(n: u64, out: &mut String) {
    if n >= 1000 {
        commas(n / 1000, out);
        let _ = write!(out, ",{:03}", n % 1000);
    } else {
        plain(n, out);
    }
}

/// Writes `2万8777`, or digits below ten thousand.
pub(super) fn myriads(n: u64, out: &mut String) {
    if n < 10_000 {
        return plain(n, out);
    }
    plain(n / 10_000, out);
    out.push('万');
    if !n.is_multiple_of(10_000) {
        plain(n % 10_000, out);
    }
}

/// How a post writes years.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Years {
    #[default]
    Western,
    Era,
    /// 令和6年(2024年)
    EraWestern,
    /// 2024(令和6)年
    WesternEra,
    /// Years only where the year differs from that of the publication, as newspapers do.
    News,
}

/// How a post writes the hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Clock {
    #[default]
    Hours,
    HalfDays,
    Colon,
}

/// How a post writes counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Numbers {
    #[default]
    Commas,
    Plain,
    Myriads,
}

/// The habits of one post's writer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Habits {
    pub(super) years: Years,
    pub(super) clock: Clock,
    pub(super) numbers: Numbers,
    /// 0 none, 1 `(木)`, 2 `(木曜日)`.
    pub(super) weekday: u8,
    /// Uses 同日, 翌日 and 同月.
    pub(super) relative: bool,
    /// Leaves the year out once it is known.
    pub(super) omit_year: bool,
    /// 名, 人, 名分 …
    pub(super) unit: &'static str,
}

impl Habits {
    /// Habits of somebody who writes a notice.
    pub(super) fn of_notice(rng: &mut Rng, public: bool) -> Self {
        let years = if public {
            [Years::Era, Years::Era, Years::Era, Years::EraWestern, Years::WesternEra, Years::Western]
        } else {
            [Years::Western, Years::Western, Years::Western, Years::Western, Years::Western, Years::Era]
        };
        Self {
            years: rng.pick(&years),
            clock: rng.pick(&[Clock::Hours, Clock::HalfDays, Clock::HalfDays, Clock::Colon]),
            numbers: rng.pick(&[Numbers::Commas, Numbers::Commas, Numbers::Commas, Numbers::Plain, Numbers::Myriads]),
            weekday: rng.pick(&[0, 0, 1, 1, 1, 2]),
            relative: rng.percent(60),
            omit_year: rng.percent(75),
            unit: rng.pick(&["名", "名", "名", "人", "名分", "件"]),
        }
    }

    /// Habits of a news desk.
    pub(super) fn of_news(rng: &mut Rng) -> Self {
        Self {
            years: Years::News,
            clock: Clock::HalfDays,
            numbers: Numbers::Myriads,
            weekday: 0,
            relative: true,
            omit_year: true,
            unit: rng.pick(&["人", "件", "名", "人分"]),
        }
    }

    /// Writes a count of the post's own people, with its unit.
    pub(super) fn count(&self, n: u64, out: &mut String) {
        self.bare(n, out);
        out.push_str(self.unit);
    }

    /// Writes a count without unit.
    pub(super) fn bare(&self, n: u64, out: &mut String) {
        match self.numbers {
            Numbers::Commas => commas(n, out),
            Numbers::Plain => plain(n, out),
            Numbers::Myriads => myriads(n, out),
        }
    }

    /// Writes `day`, given the day that the text named before and the day of publication.
    pub(super) fn day(&self, day: i32, last: Option<i32>, published: i32, rng: &mut Rng, out: &mut String) {
        let (year, month, date) = civil(day);
        if let Some(last) = last
            && self.near(day, last, rng, out)
        {
            return;
        }
        let known = match self.years {
            Years::News => year == civil(last.unwrap_or(published)).0,
            _ => last.is_some_and(|l| civil(l).0 == year) && self.omit_year,
        };
        if !known {
            self.year(day, year, out);
        }
        let _ = write!(out, "{month}月{date}日");
        self.weekday_of(day, out);
    }

    /// Writes 同日, 翌日 or 同月 where that fits and chance agrees.
    fn near(&self, day: i32, last: i32, rng: &mut Rng, out: &mut String) -> bool {
        if !self.relative {
            return false;
        }
        let (year, month, date) = civil(day);
        if day == last && rng.percent(85) {
            out.push_str("同日");
        } else if day == last + 1 && rng.percent(60) {
            if rng.percent(50) || date == 1 {
                out.push_str("翌日");
            } else {
                let _ = write!(out, "翌{date}日");
            }
        } else if (year, month) == (civil(last).0, civil(last).1) && day > last && rng.percent(35) {
            let _ = write!(out, "同月{date}日");
            self.weekday_of(day, out);
        } else {
            return false;
        }
        true
    }

    /// Writes the year of `day`: era names change on 1 May 2019.
    fn year(&self, day: i32, year: i32, out: &mut String) {
        let era = |out: &mut String| {
            let _ = match (day >= day_number(2019, 5, 1), year) {
                (false, _) => write!(out, "平成{}", year - 1988),
                (true, 2019) => write!(out, "令和元"),
                (true, _) => write!(out, "令和{}", year - 2018),
            };
        };
        match self.years {
            Years::Western | Years::News => {
                let _ = write!(out, "{year}年");
            }
            Years::Era => {
                era(out);
                out.push('年');
            }
            Years::EraWestern => {
                era(out);
                let _ = write!(out, "年({year}年)");
            }
            Years::WesternEra => {
                let _ = write!(out, "{year}(");
                era(out);
                out.push_str(")年");
            }
        }
    }

    fn weekday_of(&self, day: i32, out: &mut String) {
        let name = weekday(day);
        let _ = match self.weekday {
            1 => write!(out, "({name})"),
            2 => write!(out, "({name}曜日)"),
            _ => Ok(()),
        };
    }

    /// Writes a minute of the day.
    pub(super) fn time(&self, minute: u32, rng: &mut Rng, out: &mut String) {
        let (hour, rest) = (minute / 60 % 24, minute % 60);
        let _ = match self.clock {
            Clock::Colon => write!(out, "{hour}:{rest:02}"),
            Clock::Hours => write!(out, "{hour}時"),
            Clock::HalfDays if hour < 12 => write!(out, "午前{hour}時"),
            Clock::HalfDays => write!(out, "午後{}時", hour - 12),
        };
        if self.clock != Clock::Colon {
            let _ = match rest {
                0 => Ok(()),
                30 if rng.percent(50) => write!(out, "半"),
                _ if rng.percent(25) => write!(out, "{rest:02}分"),
                _ => write!(out, "{rest}分"),
            };
        }
        out.push_str(rng.pick(&["", "", "頃", "ごろ"]));
    }
}

/// The weekday's character.
pub(super) fn weekday(day: i32) -> char {
    match (day + 3).rem_euclid(7) {
        0 => '月',
        1 => '火',
        2 => '水',
        3 => '木',
        4 => '金',
        5 => '土',
        _ => '日',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn habits() -> Habits {
        let mut habits = Habits::of_news(&mut Rng::new(0, 0));
        habits.years = Years::Era;
        habits.weekday = 1;
        habits
    }

    #[test]
    fn calendar_goes_there_and_back() {
        for day in 17_000..21_000 {
            let (y, m, d) = civil(day);
            assert_eq!(day_number(y, m.cast_signed(), d.cast_signed()), day);
            let chrono = chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
            let names = ['月', '火', '水', '木', '金', '土', '日'];
            let at = chrono::Datelike::weekday(&chrono).num_days_from_monday() as usize;
            assert_eq!(names[at], weekday(day));
        }
    }

    #[test]
    fn days_are_spelled_by_habit() {
        let mut habits = habits();
        let mut spell = |years, last, (y, m, d)| {
            let mut out = String::new();
            habits.years = years;
            habits.relative = false;
            habits.day(day_number(y, m, d), last, day_number(2024, 6, 6), &mut Rng::new(1, 1), &mut out);
            out
        };
        assert_eq!(spell(Years::Era, None, (2024, 5, 28)), "令和6年5月28日(火)");
        assert_eq!(spell(Years::Era, None, (2019, 4, 30)), "平成31年4月30日(火)");
        assert_eq!(spell(Years::Era, None, (2019, 5, 1)), "令和元年5月1日(水)");
        assert_eq!(spell(Years::Western, Some(day_number(2024, 1, 1)), (2024, 5, 28)), "5月28日(火)");
        assert_eq!(spell(Years::EraWestern, None, (2024, 5, 28)), "令和6年(2024年)5月28日(火)");
        assert_eq!(spell(Years::News, None, (2024, 5, 28)), "5月28日(火)");
        assert_eq!(spell(Years::News, None, (2023, 5, 28)), "2023年5月28日(日)");
    }

    #[test]
    fn a_near_day_is_the_day_it_says() {
        let habits = habits();
        let mut rng = Rng::new(4, 0);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..300 {
            let mut out = String::new();
            habits.day(100, Some(99), 120, &mut rng, &mut out);
            seen.insert(out);
        }
        let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
        assert!(seen.contains(&"翌日") && seen.contains(&"翌11日") && seen.contains(&"同月11日(土)"), "{seen:?}");
        assert!(!seen.contains(&"同日"));
    }

    #[test]
    fn numbers_are_spelled_by_habit() {
        let spell = |f: fn(u64, &mut String), n| {
            let mut out = String::new();
            f(n, &mut out);
            out
        };
        assert_eq!(spell(commas, 1_234_005), "1,234,005");
        assert_eq!(spell(commas, 999), "999");
        assert_eq!(spell(myriads, 28_777), "2万8777");
        assert_eq!(spell(myriads, 30_000), "3万");
    }
}
