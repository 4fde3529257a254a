//! From what an expression names to the moment that it means: years, months and days carried over from the last date
//! or from publication.
//!
//! Given [`Raw`] expressions in text order by `dates`; keeps the last resolved date between them.

use super::raw::{Clock, Day, Month, Prefix, Raw, Year};
use crate::domain::date::last_of_month;
use crate::domain::{Moment, Precision};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

/// What is known beside the text of an expression.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResolveContext {
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// The last date before the text.
    pub antecedent: Option<NaiveDate>,
    /// Year to assume where nothing else names one.
    pub year: Option<i32>,
}

/// One end of a resolved expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    pub at: Moment,
    pub lo: Moment,
    pub hi: Moment,
    pub precision: Precision,
    pub rule: &'static str,
    /// The weekday in brackets belongs to another day.
    pub wrong_weekday: bool,
    /// How many minutes later Japanese clocks show it than those of the text.
    pub behind: i32,
}

impl Point {
    /// The day that the text names, in its own zone.
    fn stated_day(&self) -> Option<NaiveDate> {
        match self.at {
            Moment::Minute(at) => Some(at.checked_sub_signed(TimeDelta::minutes(self.behind.into()))?.date()),
            other => other.first_day(),
        }
    }
}

/// The last date of a text, with how much of it was named.
#[derive(Clone, Copy, Debug)]
struct Last {
    day: NaiveDate,
    has_month: bool,
    has_day: bool,
    /// The end of a range, which may only say who is concerned.
    of_range: bool,
}

/// Resolves expressions one after another.
#[derive(Clone, Debug)]
pub struct Resolver {
    context: ResolveContext,
    last: Option<Last>,
    /// The last single day: what a chronology goes on from after a month or a range named in passing.
    anchor: Option<NaiveDate>,
    /// The last year that stood alone, for 同年 and 翌年.
    year: Option<i32>,
    /// The days that were told.
    seen: Vec<NaiveDate>,
    /// The last clock time, where it was counted from noon: 同8時 goes on counting.
    afternoon: Option<NaiveDateTime>,
}

/// A date before its clock time: year, then month and day where they are known.
#[derive(Clone, Copy)]
struct Calendar {
    year: i32,
    month: Option<u32>,
    day: Option<u32>,
    rule: &'static str,
}

/// How far after publication a carried year may place a date: a plan, not yet an error.
const AHEAD: i64 = 62;

/// How near to publication a date without a year belongs to it rather than to a year told long before.
const JUST_NOW: i64 = 7;

/// How many days of a text are remembered, at most.
const SEEN: usize = 64;

impl Resolver {
    pub fn new(context: ResolveContext) -> Self {
        let last = context.antecedent.map(|day| Last { day, has_month: true, has_day: true, of_range: false });
        Self { context, last, anchor: context.antecedent, year: None, seen: Vec::new(), afternoon: None }
    }

    /// Takes a resolved date over as the last one; `of_range` where it is the end of a range.
    pub fn remember(&mut self, point: &Point, of_range: bool) {
        let Some(day) = point.stated_day() else { return };
        if let Moment::Year(y) = point.at {
            self.year = Some(y);
            return;
        }
        self.year = None;
        let has_day = matches!(point.at, Moment::Day(_) | Moment::Minute(_));
        self.last = Some(Last { day, has_month: true, has_day, of_range });
        if has_day && !of_range {
            self.anchor = Some(day);
            // What was told long before is no longer referred to.
            if self.seen.len() < SEEN {
                self.seen.push(day);
            }
        }
    }

    /// The moment that one expression means; `None` where the text and its surroundings do not say.
    pub fn point(&self, raw: &Raw) -> Option<Point> {
        if raw.broken {
            return None;
        }
        let c = self.calendar(raw)?;
        let later = self.still_afternoon(raw, c);
        finish(later.as_ref().unwrap_or(raw), c)
    }

    /// Keeps a clock time that was counted from noon.
    pub fn remember_clock(&mut self, raw: &Raw, point: &Point) {
        self.afternoon = match (raw.afternoon, point.at) {
            (true, Moment::Minute(at)) => Some(at),
            (false, Moment::Minute(_)) if raw.prefix == Prefix::Same => self.afternoon,
            _ => None,
        };
    }

    /// `同8時35分` behind `午後8時半`.
    fn still_afternoon(&self, raw: &Raw, c: Calendar) -> Option<Raw> {
        let (last, clock) = (self.afternoon?, raw.clock?);
        let same_day = c.day == Some(last.day()) && c.month == Some(last.month()) && c.year == last.year();
        let on = raw.prefix == Prefix::Same && raw.is_clock_only() && raw.part.is_none() && !raw.afternoon;
        let hour = clock.hour + 12;
        (same_day && on && clock.hour < 12 && hour >= last.hour())
            .then(|| Raw { clock: Some(Clock { hour, ..clock }), ..raw.clone() })
    }

    /// The end of a range: what it omits is taken from the beginning, and it never lies before it, nor before the first
    /// day that a beginning of a part of a month or of a week may mean.
    pub fn end(&self, start: &Point, to: &Raw) -> Option<Point> {
        self.end_of(start, to).filter(|e| e.hi.last_day() >= start.lo.first_day())
    }

    fn end_of(&self, start: &Point, to: &Raw) -> Option<Point> {
        if to.broken {
            return None;
        }
        let mut inner = self.clone();
        inner.remember(start, false);
        let mut whole = to.clone();
        if to.is_clock_only() && to.prefix == Prefix::None {
            let first = start.stated_day()?;
            let mut c =
                Calendar { year: first.year(), month: Some(first.month()), day: Some(first.day()), rule: "range" };
            let mut end = finish(to, c)?;
            if end.stated_day()? == first && before(&end.at, &start.at) {
                let next = first.succ_opt()?;
                c = Calendar { year: next.year(), month: Some(next.month()), day: Some(next.day()), rule: "range" };
                end = finish(to, c)?;
            }
            return Some(end);
        }
        if to.year == Year::None && to.prefix == Prefix::None && matches!(to.month, Month::Stated(_)) {
            whole.year = Year::Stated(start.at.first_day()?.year());
        }
        if to.month == Month::None && matches!(to.day, Day::Stated(_)) && to.prefix == Prefix::None {
            let first = start.at.first_day()?;
            whole.year = Year::Stated(first.year());
            whole.month = Month::Stated(first.month());
        }
        let end = inner.point(&whole)?;
        if !before(&end.at, &start.at) {
            return Some(end);
        }
        if to.month == Month::None && to.year == Year::None {
            let first = start.at.first_day()?.checked_add_months(Months::new(1))?;
            whole.year = Year::Stated(first.year());
            whole.month = Month::Stated(first.month());
        } else if to.year == Year::None {
            whole.year = Year::Stated(start.at.first_day()?.year().checked_add(1)?);
        } else {
            return None;
        }
        inner.point(&whole).filter(|e| !before(&e.at, &start.at))
    }

    fn calendar(&self, raw: &Raw) -> Option<Calendar> {
        if raw.prefix == Prefix::Next {
            return self.next(raw);
        }
        match raw.day {
            Day::FromLast(n) => return full(shift(self.last_day()?, n)?, "relative"),
            Day::FromPublication(n) => return full(shift(self.context.published?, n)?, "publication"),
            Day::WeekOfLast(n) => return week(raw, self.last_day()?, n, "relative"),
            Day::WeekOfPublication(n) => return week(raw, self.context.published?, n, "publication"),
            _ => {}
        }
        if raw.is_clock_only() {
            return full(self.last_day()?, "clock");
        }
        let day = match raw.day {
            Day::Stated(d) => Some(d),
            _ => None,
        };
        if raw.day == Day::Last {
            let month = self.calendar(&Raw { day: Day::None, ..raw.clone() })?;
            let day = last_of_month(month.year, month.month?)?.day();
            return Some(Calendar { day: Some(day), ..month });
        }
        match raw.month {
            Month::Stated(m) => {
                let (year, rule) = self.year_of(raw, m, day)?;
                Some(Calendar { year, month: Some(m), day, rule })
            }
            Month::FromLast(n) => {
                let last = self.last.filter(|l| l.has_month)?.day;
                month_shift(last, n).map(|d| Calendar { year: d.year(), month: Some(d.month()), day, rule: "relative" })
            }
            Month::FromPublication(n) => month_shift(self.context.published?, n).map(|d| Calendar {
                year: d.year(),
                month: Some(d.month()),
                day,
                rule: "publication",
            }),
            Month::None => match day {
                Some(d) => self.bare_day(raw, d),
                None => self.named_year(raw).map(|(year, rule)| Calendar { year, month: None, day: None, rule }),
            },
        }
    }

    fn last_day(&self) -> Option<NaiveDate> {
        // A month named in passing leaves 同日 where it was.
        self.last.filter(|l| l.has_day).map(|l| l.day).or(self.anchor)
    }

    fn named_year(&self, raw: &Raw) -> Option<(i32, &'static str)> {
        match raw.year {
            Year::Stated(y) => Some((y, "stated")),
            Year::FromPublication(n) => {
                let base = self.context.published.map(|p| p.year()).or(self.context.year)?;
                Some((base.checked_add(n)?, "publication"))
            }
            Year::FromLast(n) => Some((self.year.or(self.last.map(|l| l.day.year()))?.checked_add(n)?, "relative")),
            Year::None => None,
        }
    }

    /// The year of a month that names none.
    fn year_of(&self, raw: &Raw, month: u32, day: Option<u32>) -> Option<(i32, &'static str)> {
        if let Some(named) = self.named_year(raw) {
            return Some(named);
        }
        let on = |y: i32| NaiveDate::from_ymd_opt(y, month, day.unwrap_or(1));
        let fresh = self.latest(&on);
        let Some(last) = self.last else { return fresh };
        let Some(carried) = self.carried(raw, last, &on) else { return Some((last.day.year(), "carried")) };
        let fits = |y: i32| raw.weekday.is_some_and(|w| on(y).is_some_and(|d| d.weekday() == w));
        if let Some((year, rule)) = fresh.filter(|_| raw.prefix == Prefix::None) {
            let aside = last.of_range || !last.has_day;
            let far = on(year).zip(on(carried)).is_some_and(|(a, b)| (a - b).num_days() > 200);
            let unfit = raw.weekday.is_some() && !fits(carried) && fits(year);
            let just_now =
                far && self.context.published.zip(on(year)).is_some_and(|(p, d)| (p - d).num_days() <= JUST_NOW);
            if just_now && !fits(carried) {
                return Some((year, rule));
            }
            if unfit || aside && far && !fits(carried) {
                let anchored = self.anchor.map(|a| a.year()).filter(|y| *y != carried && !unfit);
                return Some(anchored.map_or((year, rule), |y| (y, "carried")));
            }
        }
        Some((carried, "carried"))
    }

    /// The latest year that does not place the date after publication, else the given year.
    fn latest(&self, on: &dyn Fn(i32) -> Option<NaiveDate>) -> Option<(i32, &'static str)> {
        let Some(published) = self.context.published else { return self.context.year.map(|y| (y, "given year")) };
        let year = published.year();
        let before = on(year).is_some_and(|d| d <= published);
        Some((if before { year } else { year.checked_sub(1)? }, "not after publication"))
    }

    /// The last date's year, or its neighbour where a chronology has crossed the turn of the year.
    fn carried(&self, raw: &Raw, last: Last, on: &dyn Fn(i32) -> Option<NaiveDate>) -> Option<i32> {
        let year = last.day.year();
        let carried = on(year)?;
        let earlier = year.checked_sub(1)?;
        let Some(published) = self.context.published.filter(|_| raw.prefix == Prefix::None) else {
            // What happened so long after the day told before it, in a year that is not said, happened before that day.
            let turned = raw.past && raw.prefix == Prefix::None && (carried - last.day).num_days() > 183;
            return Some(if turned && on(earlier).is_some() { earlier } else { year });
        };
        if (carried - published).num_days() > AHEAD && on(earlier).is_some() {
            return Some(earlier);
        }
        let later = year.checked_add(1)?;
        let turned = (last.day - carried).num_days() > 183 && on(later).is_some_and(|d| d <= published);
        Some(if turned { later } else { year })
    }

    /// A bare `23日`: in the month of the last date, or the month before where that would lie after publication.
    /// A weekday that fits only in a neighbouring month decides.
    fn bare_day(&self, raw: &Raw, day: u32) -> Option<Calendar> {
        let published = self.context.published;
        let (base, rule) = match self.last.filter(|l| l.has_month) {
            Some(last) if last.of_range => (self.anchor.or(published).unwrap_or(last.day), "carried"),
            Some(last) if !last.has_day => (self.anchor.unwrap_or(last.day), "carried"),
            Some(last) => (last.day, "carried"),
            None => (published?, "not after publication"),
        };
        let here = NaiveDate::from_ymd_opt(base.year(), base.month(), day);
        let late = here.zip(published).is_some_and(|(h, p)| h > p && h.month() == p.month() && h.year() == p.year());
        let planned = rule == "carried" && here.zip(published).is_some_and(|(h, p)| (h - p).num_days() <= 10);
        let fits = |d: NaiveDate| raw.weekday.is_none_or(|w| d.weekday() == w);
        if here.is_some_and(|h| !fits(h)) {
            let near =
                |n: i32| NaiveDate::from_ymd_opt(month_shift(base, n)?.year(), month_shift(base, n)?.month(), day);
            let past = |d: &NaiveDate| published.is_some_and(|p| *d <= p);
            let other = [1, -1].into_iter().filter_map(near).find(|d| fits(*d) && past(d));
            if let Some(found) = other {
                return full(found, rule);
            }
        }
        // `市は7日…。6月13日に…。市は7日に届け出た`: back to a day of another month that was told before.
        if let Some(again) = here.filter(|h| *h < base && raw.weekday.is_none()).and_then(|h| {
            let later = month_shift(base, 1).and_then(|m| NaiveDate::from_ymd_opt(m.year(), m.month(), day))?;
            (self.seen.contains(&later) && !self.seen.contains(&h)).then_some(later)
        }) {
            return full(again, rule);
        }
        let month = if (late && !planned) || here.is_none() { month_shift(base, -1)? } else { base };
        Some(Calendar { year: month.year(), month: Some(month.month()), day: Some(day), rule })
    }

    /// 翌7日, 翌6月20日, 翌朝: the next one after the last date.
    fn next(&self, raw: &Raw) -> Option<Calendar> {
        let last = self.last_day()?;
        let Day::Stated(day) = raw.day else {
            return if raw.is_clock_only() { full(shift(last, 1)?, "relative") } else { None };
        };
        let found = match raw.month {
            Month::Stated(m) => {
                (0..2).find_map(|n| NaiveDate::from_ymd_opt(last.year().checked_add(n)?, m, day).filter(|d| *d > last))
            }
            _ => (0..3).find_map(|n| {
                let base = month_shift(last, n)?;
                NaiveDate::from_ymd_opt(base.year(), base.month(), day).filter(|d| *d > last)
            }),
        };
        full(found?, "relative")
    }
}

fn before(a: &Moment, b: &Moment) -> bool {
    match (a, b) {
        (Moment::Minute(a), Moment::Minute(b)) => a < b,
        _ => a.last_day() < b.first_day(),
    }
}

/// The first of the days that are named of a week.
fn week(raw: &Raw, base: NaiveDate, n: i64, rule: &'static str) -> Option<Calendar> {
    let monday = base.week(chrono::Weekday::Mon).checked_first_day()?;
    let (from, _) = raw.third?;
    full(shift(monday, n.checked_mul(7)?.checked_add(i64::from(from) - 1)?)?, rule)
}

fn full(d: NaiveDate, rule: &'static str) -> Option<Calendar> {
    Some(Calendar { year: d.year(), month: Some(d.month()), day: Some(d.day()), rule })
}

fn shift(day: NaiveDate, n: i64) -> Option<NaiveDate> {
    if n < 0 { day.checked_sub_days(Days::new(n.unsigned_abs())) } else { day.checked_add_days(Days::new(n as u64)) }
}

/// The first day of the month `n` months away.
fn month_shift(day: NaiveDate, n: i32) -> Option<NaiveDate> {
    let first = day.with_day(1)?;
    let months = Months::new(n.unsigned_abs());
    if n < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }
}

fn at_hour(day: NaiveDate, hour: u32, minute: u32) -> Option<NaiveDateTime> {
    let day = day.checked_add_days(Days::new(u64::from(hour / 24)))?;
    Some(day.and_time(NaiveTime::from_hms_opt(hour % 24, minute, 0)?))
}

/// The moment of a date with its clock time; none beyond the years that the record can name.
fn finish(raw: &Raw, c: Calendar) -> Option<Point> {
    let named = |m: &Moment| m.last_day().is_some_and(|d| (0..10_000).contains(&d.year()));
    point_on(raw, c).filter(|p| [p.at, p.lo, p.hi].iter().all(named))
}

fn point_on(raw: &Raw, c: Calendar) -> Option<Point> {
    let wide = |at, lo, hi, precision| Point { at, lo, hi, precision, rule: c.rule, wrong_weekday: false, behind: 0 };
    let months = |(from, to): (u32, u32), first: u32| {
        let lo = NaiveDate::from_ymd_opt(c.year, first, 1)?.checked_add_months(Months::new(from))?;
        let hi = NaiveDate::from_ymd_opt(c.year, first, 1)?.checked_add_months(Months::new(to + 1))?.pred_opt()?;
        Some((Moment::Day(lo), Moment::Day(hi)))
    };
    if raw.fiscal {
        let (lo, hi) = months(raw.months.unwrap_or((0, 11)), 4)?;
        return Some(wide(Moment::Year(c.year), lo, hi, Precision::FiscalYear));
    }
    let Some(month) = c.month else {
        let (lo, hi) = months(raw.months.unwrap_or((0, 11)), 1)?;
        return Some(wide(Moment::Year(c.year), lo, hi, Precision::Year));
    };
    let Some(day) = c.day else {
        let end = last_of_month(c.year, month)?;
        let (first, last) = raw.third.unwrap_or((1, 31));
        let lo = NaiveDate::from_ymd_opt(c.year, month, first)?;
        let hi = NaiveDate::from_ymd_opt(c.year, month, last.min(end.day()))?;
        let precision = if raw.third.is_some() { Precision::PartMonth } else { Precision::Month };
        return Some(wide(Moment::Month(c.year, month), Moment::Day(lo), Moment::Day(hi), precision));
    };
    let date = NaiveDate::from_ymd_opt(c.year, month, day)?;
    if let (Day::WeekOfLast(_) | Day::WeekOfPublication(_), Some((from, to))) = (raw.day, raw.third)
        && from < to
    {
        let hi = shift(date, i64::from(to) - i64::from(from))?;
        return Some(wide(Moment::Month(c.year, month), Moment::Day(date), Moment::Day(hi), Precision::PartMonth));
    }
    let wrong_weekday = raw.weekday.is_some_and(|w| w != date.weekday());
    let mut point = match (raw.clock, raw.part) {
        (Some(clock), _) => at_clock(date, clock, raw.behind, c.rule)?,
        (None, Some(part)) => {
            let lo = Moment::Minute(at_hour(date, part.from, 0)?);
            let hi = Moment::Minute(at_hour(date, part.to, 0)?);
            wide(Moment::Day(date), lo, hi, Precision::Part)
        }
        (None, None) => wide(Moment::Day(date), Moment::Day(date), Moment::Day(date), Precision::Day),
    };
    point.wrong_weekday = wrong_weekday;
    Some(point)
}

fn at_clock(date: NaiveDate, clock: Clock, behind: i32, rule: &'static str) -> Option<Point> {
    let japanese = |at: NaiveDateTime| at.checked_add_signed(TimeDelta::minutes(behind.into())).map(Moment::Minute);
    let lo = japanese(at_hour(date, clock.hour, clock.minute.unwrap_or(0))?)?;
    let hi = japanese(at_hour(date, clock.hour, clock.minute.unwrap_or(59))?)?;
    let precision = if clock.minute.is_some() { Precision::Minute } else { Precision::Hour };
    Some(Point { at: lo, lo, hi, precision, rule, wrong_weekday: false, behind })
}
