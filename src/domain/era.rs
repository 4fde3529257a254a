//! Japanese eras: days, months and years as the imperial calendar counts them, Meiji to Reiwa.
//!
//! Given moments or the interface's words; used wherever dates are drawn and the analyst asked for eras.

use super::date::Moment;
use chrono::{Datelike, NaiveDate};

/// An era: its name, its letter, and its first day as year, month, day. The day on which one emperor followed another
/// belongs to the new era, but for 1989 and 2019, whose new eras began on the day after.
const ERAS: [(&str, char, (i32, u32, u32)); 5] = [
    ("令和", 'R', (2019, 5, 1)),
    ("平成", 'H', (1989, 1, 8)),
    ("昭和", 'S', (1926, 12, 25)),
    ("大正", 'T', (1912, 7, 30)),
    ("明治", 'M', (1868, 10, 23)),
];

/// First day of the Gregorian calendar in Japan; before it, months and days of an era are those of the moon.
const GREGORIAN: (i32, u32, u32) = (1873, 1, 1);

fn day(of: (i32, u32, u32)) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(of.0, of.1, of.2)
}

/// Name, letter and year of the era that a day belongs to; `None` before Meiji 6 (1873), when Japan took over the
/// calendar.
pub fn of_day(at: NaiveDate) -> Option<(&'static str, char, i32)> {
    if at < day(GREGORIAN)? {
        return None;
    }
    let (name, letter, began) = ERAS.into_iter().find(|(_, _, began)| day(*began).is_some_and(|d| d <= at))?;
    Some((name, letter, at.year() - began.0 + 1))
}

/// A moment in its era, without its clock time: `令和6年6月6日`, `令和元年5月`, `平成31年・令和元年`. A month or year in which
/// the era changed names both.
pub fn long(moment: &Moment) -> Option<String> {
    let year = |(name, _, n): (&str, char, i32)| match n {
        1 => format!("{name}元年"),
        n => format!("{name}{n}年"),
    };
    let told = eras(moment, &year)?;
    Some(match moment {
        Moment::Year(_) => told,
        Moment::Month(_, m) => format!("{told}{m}月"),
        Moment::Day(d) => format!("{told}{}月{}日", d.month(), d.day()),
        Moment::Minute(t) => format!("{told}{}月{}日", t.month(), t.day()),
    })
}

/// The same in few columns: `R6-06-06`, `R1-05`, `H31/R1`.
pub fn short(moment: &Moment) -> Option<String> {
    let told = eras(moment, &|(_, letter, n): (&str, char, i32)| format!("{letter}{n}"))?.replace('・', "/");
    Some(match moment {
        Moment::Year(_) => told,
        Moment::Month(_, m) => format!("{told}-{m:02}"),
        Moment::Day(d) => format!("{told}-{:02}-{:02}", d.month(), d.day()),
        Moment::Minute(t) => format!("{told}-{:02}-{:02}", t.month(), t.day()),
    })
}

/// The year in its era, or in both where the era changed within the moment.
fn eras(moment: &Moment, year: &dyn Fn((&'static str, char, i32)) -> String) -> Option<String> {
    let first = year(of_day(moment.first_day()?)?);
    let last = year(of_day(moment.last_day()?)?);
    Some(if first == last { first } else { format!("{first}・{last}") })
}

/// Words with every date among them followed by its era: `2024-06-06 令和6年6月6日 21:00`. Dates stand between blanks.
pub fn beside(words: &str) -> String {
    let told = words.split(' ').map(|word| match word.parse::<Moment>().ok().as_ref().and_then(long) {
        Some(era) => format!("{word} {era}"),
        None => word.to_owned(),
    });
    told.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Days;

    fn told(moment: &str) -> (String, String) {
        let moment = moment.parse().unwrap();
        (long(&moment).unwrap_or_default(), short(&moment).unwrap_or_default())
    }

    #[test]
    fn eras_begin_and_end_on_their_days() {
        for (date, words, few) in [
            ("2024-06-06", "令和6年6月6日", "R6-06-06"),
            ("2019-05-01", "令和元年5月1日", "R1-05-01"),
            ("2019-04-30", "平成31年4月30日", "H31-04-30"),
            ("1989-01-08", "平成元年1月8日", "H1-01-08"),
            ("1989-01-07", "昭和64年1月7日", "S64-01-07"),
            ("1926-12-25", "昭和元年12月25日", "S1-12-25"),
            ("1926-12-24", "大正15年12月24日", "T15-12-24"),
            ("1912-07-30", "大正元年7月30日", "T1-07-30"),
            ("1912-07-29", "明治45年7月29日", "M45-07-29"),
            ("1873-01-01", "明治6年1月1日", "M6-01-01"),
            ("1872-12-31", "", ""),
        ] {
            assert_eq!(told(date), (words.to_owned(), few.to_owned()), "{date}");
        }
    }

    #[test]
    fn coarse_moments_name_both_eras_where_one_changed() {
        assert_eq!(told("2024"), ("令和6年".to_owned(), "R6".to_owned()));
        assert_eq!(told("2019"), ("平成31年・令和元年".to_owned(), "H31/R1".to_owned()));
        assert_eq!(told("2019-04").0, "平成31年4月");
        assert_eq!(told("2019-05").0, "令和元年5月");
        assert_eq!(told("1989-01"), ("昭和64年・平成元年1月".to_owned(), "S64/H1-01".to_owned()));
        assert_eq!(told("2024-02-29T23:59").0, "令和6年2月29日");
        assert_eq!(told("1872").0, "");
    }

    #[test]
    fn every_day_since_meiji_6_has_one_era_and_years_count_on() {
        let (mut at, end) = (day(GREGORIAN).unwrap(), NaiveDate::from_ymd_opt(2100, 1, 1).unwrap());
        let mut before = of_day(at).unwrap();
        while at < end {
            let now = of_day(at).unwrap();
            let follows =
                now == before || now.0 == before.0 && now.2 == before.2 + 1 || now.0 != before.0 && now.2 == 1;
            assert!(follows, "{at}: {before:?} {now:?}");
            before = now;
            at = at + Days::new(1);
        }
    }

    #[test]
    fn dates_among_words_get_their_era() {
        assert_eq!(beside("2024-06-06 (+9 d)"), "2024-06-06 令和6年6月6日 (+9 d)");
        assert_eq!(beside("2024-02-15 21:00 … 02-16 08:35"), "2024-02-15 令和6年2月15日 21:00 … 02-16 08:35");
        assert_eq!(beside("undated  x 12345 1.2"), "undated  x 12345 1.2");
    }
}
