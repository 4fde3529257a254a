//! The timeline of the view: the shown hits as bars of days, weeks, months, quarters or years, a cursor among them, and
//! a brushed range. Given the counts by day, so that zooming and panning ask for nothing.

use crate::domain::histogram::{Histogram, PartCounts, sum};
use crate::domain::protocol::Wanted;
use crate::domain::{Generation, Split};
use crate::lang::grouped;
use crate::query::published_word;
use chrono::{Datelike, NaiveDate, TimeDelta};
use std::sync::Arc;

/// What one bar stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// A day.
    Day,
    /// A week from Monday on.
    Week,
    /// A month.
    #[default]
    Month,
    /// A quarter of a calendar year.
    Quarter,
    /// A calendar year.
    Year,
}

impl Step {
    /// All, the finest first.
    pub const ALL: [Step; 5] = [Step::Day, Step::Week, Step::Month, Step::Quarter, Step::Year];

    /// The number of the bar that a day belongs to; neighbours follow one another.
    pub fn bar(self, day: NaiveDate) -> i64 {
        let (year, month) = (i64::from(day.year()), i64::from(day.month0()));
        match self {
            Self::Day => i64::from(day.num_days_from_ce()),
            // The first day of the calendar that chrono counts from was a Monday.
            Self::Week => (i64::from(day.num_days_from_ce()) - 1).div_euclid(7),
            Self::Month => year * 12 + month,
            Self::Quarter => year * 4 + month / 3,
            Self::Year => year,
        }
    }

    /// The first day of a bar; `None` outside the calendar.
    pub fn first_day(self, bar: i64) -> Option<NaiveDate> {
        let of = |year: i64, month: i64| {
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, u32::try_from(month + 1).ok()?, 1)
        };
        match self {
            Self::Day => NaiveDate::from_num_days_from_ce_opt(i32::try_from(bar).ok()?),
            Self::Week => NaiveDate::from_num_days_from_ce_opt(i32::try_from(bar * 7 + 1).ok()?),
            Self::Month => of(bar.div_euclid(12), bar.rem_euclid(12)),
            Self::Quarter => of(bar.div_euclid(4), bar.rem_euclid(4) * 3),
            Self::Year => of(bar, 0),
        }
    }

    /// The last day of a bar.
    pub fn last_day(self, bar: i64) -> Option<NaiveDate> {
        self.first_day(bar + 1)?.checked_sub_signed(TimeDelta::days(1))
    }

    /// The next finer or coarser step, or itself where there is none.
    pub fn zoomed(self, finer: bool) -> Self {
        let at = Self::ALL.iter().position(|s| *s == self).unwrap_or(0);
        let to = if finer { at.saturating_sub(1) } else { at + 1 };
        Self::ALL.get(to).copied().unwrap_or(self)
    }

    /// The bar's name, as queries write its first day: `2024-05-27`, `2024-05`, `2024-Q2`, `2024`.
    pub fn name(self, bar: i64) -> String {
        let Some(day) = self.first_day(bar) else { return String::new() };
        match self {
            Self::Day | Self::Week => day.to_string(),
            Self::Month => day.format("%Y-%m").to_string(),
            Self::Quarter => format!("{:04}-Q{}", day.year(), day.month0() / 3 + 1),
            Self::Year => format!("{:04}", day.year()),
        }
    }

    /// What tells the bar apart from those before it; the whole name where the year has changed.
    pub fn short_name(self, bar: i64) -> String {
        let Some(day) = self.first_day(bar) else { return String::new() };
        let before = self.first_day(bar - 1);
        if before.is_none_or(|b| b.year() != day.year()) {
            return self.name(bar);
        }
        match self {
            Self::Day if before.is_some_and(|b| b.month() == day.month()) => day.format("%d").to_string(),
            Self::Day | Self::Week => day.format("%m-%d").to_string(),
            Self::Month => day.format("%m").to_string(),
            Self::Quarter => format!("Q{}", day.month0() / 3 + 1),
            Self::Year => self.name(bar),
        }
    }
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Its number.
    pub number: i64,
    /// Its incidents by part.
    pub counts: PartCounts,
}

impl Bar {
    /// How many incidents it stands for.
    pub fn incidents(&self) -> u64 {
        sum(&self.counts)
    }
}

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Brush {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// It goes on with the cursor, from this day.
    pub grows: Option<NaiveDate>,
}

impl Brush {
    /// The query word that finds what it holds.
    pub fn word(&self) -> String {
        published_word(self.from, self.to)
    }
}

/// The state of the view's timeline.
#[derive(Debug, Default)]
pub struct Chart {
    /// What is drawn, where it has come.
    pub data: Option<Arc<Histogram>>,
    /// What the bars are split by.
    pub split: Split,
    /// What one bar stands for.
    pub step: Step,
    /// The bars from the first that is drawn.
    pub left: i64,
    /// How many columns a bar takes, its gap included.
    pub columns: usize,
    /// How many bars fit.
    pub fits: usize,
    /// The most incidents of any bar.
    pub peak: u64,
    /// The brushed range.
    pub brush: Option<Brush>,
    /// What the newest search looked for.
    pub wanted: Wanted,
    /// The day that the cursor's bar holds.
    at: Option<NaiveDate>,
    /// The analyst has chosen the step.
    chosen: bool,
    asked: Option<(Generation, Split)>,
    measured: Option<Step>,
}

impl Chart {
    /// Columns that a bar takes at most.
    const WIDEST: usize = 8;

    /// Tells whether the hits of a search are to be asked for, and notes that they are.
    pub fn asks(&mut self, shown: Generation) -> bool {
        let anew = self.asked != Some((shown, self.split));
        self.asked = Some((shown, self.split));
        anew
    }

    /// Takes the counts of a search; those of another, or split by something else, are dropped.
    pub fn take(&mut self, generation: Generation, data: Arc<Histogram>) {
        if self.asked != Some((generation, data.split)) {
            return;
        }
        let ends = data.days.first().zip(data.days.last()).map(|(first, last)| (first.0, last.0));
        self.at = ends.map(|(first, last)| self.at.unwrap_or(last).clamp(first, last));
        self.data = Some(data);
        self.measured = None;
    }

    /// The first and the last bar that hold incidents.
    pub fn ends(&self) -> Option<(i64, i64)> {
        let days = &self.data.as_ref()?.days;
        Some((self.step.bar(days.first()?.0), self.step.bar(days.last()?.0)))
    }

    /// How many bars there are from the first to the last.
    fn bars(&self, step: Step) -> usize {
        let ends = self.data.as_ref().and_then(|d| Some((d.days.first()?.0, d.days.last()?.0)));
        ends.map_or(0, |(a, b)| usize::try_from(step.bar(b) - step.bar(a) + 1).unwrap_or(usize::MAX))
    }

    /// Lays the bars out in so many columns; until a step is chosen, the finest whose bars all fit with gaps.
    pub fn settle(&mut self, columns: usize) {
        if !self.chosen {
            let fits = |s: &Step| self.bars(*s).saturating_mul(2) <= columns;
            self.step = Step::ALL.into_iter().find(fits).unwrap_or(Step::Year);
        }
        let bars = self.bars(self.step);
        self.columns = match columns.checked_div(bars) {
            None | Some(0) => 2,
            Some(room) => room.clamp(1, Self::WIDEST),
        };
        self.fits = (columns / self.columns).max(1);
        if self.measured != Some(self.step) {
            self.measured = Some(self.step);
            self.peak = self.highest();
        }
        let (Some((first, last)), Some(cursor)) = (self.ends(), self.cursor()) else { return };
        let fits = i64::try_from(self.fits).unwrap_or(i64::MAX);
        self.left = self.left.clamp(cursor.saturating_sub(fits - 1), cursor);
        self.left = self.left.min(last.saturating_sub(fits - 1)).max(first);
    }

    fn highest(&self) -> u64 {
        let (mut highest, mut here) = (0, (i64::MIN, 0));
        for (day, counts) in self.data.iter().flat_map(|d| &d.days) {
            let bar = self.step.bar(*day);
            here = if here.0 == bar { (bar, here.1 + sum(counts)) } else { (bar, sum(counts)) };
            highest = highest.max(here.1);
        }
        highest
    }

    /// The count at the upper end of the scale: the next round one.
    pub fn top(&self) -> u64 {
        round_above(self.peak)
    }

    /// Columns left of the bars: the greatest count that may stand there, and a tick.
    pub fn axis(&self) -> usize {
        let most = self.data.as_ref().map_or(0, |d| d.incidents());
        grouped(round_above(most)).len().max(3) + 1
    }

    /// Columns for bars, of so many.
    pub fn room(&self, columns: usize) -> usize {
        columns.saturating_sub(self.axis())
    }

    /// The bars that are drawn, from the left, without those of no incidents.
    pub fn shown(&self) -> Vec<Bar> {
        let right = self.left.saturating_add(i64::try_from(self.fits).unwrap_or(i64::MAX));
        self.between(self.left, right)
    }

    fn between(&self, from: i64, until: i64) -> Vec<Bar> {
        let mut out: Vec<Bar> = Vec::new();
        let Some(data) = &self.data else { return out };
        let start = data.days.partition_point(|(day, _)| self.step.bar(*day) < from);
        for (day, counts) in data.days.iter().skip(start) {
            let number = self.step.bar(*day);
            if number >= until {
                break;
            }
            match out.last_mut().filter(|bar| bar.number == number) {
                Some(bar) => add(&mut bar.counts, counts),
                None => out.push(Bar { number, counts: *counts }),
            }
        }
        out
    }

    /// The incidents of a range of days.
    pub fn counts(&self, from: NaiveDate, to: NaiveDate) -> PartCounts {
        let mut out = PartCounts::default();
        let days = self.data.iter().flat_map(|d| &d.days);
        days.filter(|(day, _)| (from..=to).contains(day)).for_each(|(_, counts)| add(&mut out, counts));
        out
    }

    /// The number of the cursor's bar.
    pub fn cursor(&self) -> Option<i64> {
        self.at.map(|day| self.step.bar(day))
    }

    /// The first and the last day of the cursor's bar.
    pub fn cursor_days(&self) -> Option<(NaiveDate, NaiveDate)> {
        let bar = self.cursor()?;
        Some((self.step.first_day(bar)?, self.step.last_day(bar)?))
    }

    /// Moves the cursor by bars; a brush that grows goes with it.
    pub fn go(&mut self, bars: isize) {
        let (Some((first, last)), Some(cursor)) = (self.ends(), self.cursor()) else { return };
        let by = i64::try_from(bars).unwrap_or(0);
        self.put_on(cursor.saturating_add(by).clamp(first, last));
    }

    /// Moves the cursor to a bar, counted from 0.
    pub fn go_to(&mut self, place: usize) {
        let Some((first, last)) = self.ends() else { return };
        self.put_on(first.saturating_add(i64::try_from(place).unwrap_or(i64::MAX)).clamp(first, last));
    }

    fn put_on(&mut self, bar: i64) {
        self.at = self.step.first_day(bar).or(self.at);
        if let Some(anchor) = self.brush.and_then(|b| b.grows) {
            self.brush_between(anchor, Some(anchor));
        }
    }

    /// Brushes from a day to the cursor's bar, whichever is first.
    fn brush_between(&mut self, day: NaiveDate, grows: Option<NaiveDate>) {
        let Some((first, last)) = self.cursor_days() else { return };
        let bar = self.step.bar(day);
        let (Some(from), Some(to)) = (self.step.first_day(bar), self.step.last_day(bar)) else { return };
        self.brush = Some(Brush { from: from.min(first), to: to.max(last), grows });
    }

    /// Begins a range at the cursor; one that grows ends there, one that is done gives way to a new one.
    pub fn brush(&mut self) {
        match &mut self.brush {
            Some(brush) if brush.grows.is_some() => brush.grows = None,
            _ => {
                if let Some((from, to)) = self.cursor_days() {
                    self.brush = Some(Brush { from, to, grows: Some(from) });
                }
            }
        }
    }

    /// Has the range begin (or end) with the cursor's bar.
    pub fn brush_end(&mut self, begin: bool) {
        let Some((first, last)) = self.cursor_days() else { return };
        let now = self.brush.unwrap_or(Brush { from: first, to: last, grows: None });
        let (from, to) = if begin { (first, now.to.max(last)) } else { (now.from.min(first), last) };
        self.brush = Some(Brush { from, to, grows: None });
    }

    /// Has a bar stand for something else; the cursor's bar stays in the middle. False where nothing changes.
    pub fn choose(&mut self, step: Step) -> bool {
        let changes = self.step != step;
        self.chosen = true;
        self.step = step;
        if let Some(cursor) = self.cursor().filter(|_| changes) {
            self.left = cursor.saturating_sub(i64::try_from(self.fits / 2).unwrap_or(0));
        }
        changes
    }

    /// Splits by what comes next: actions, tags, nothing.
    pub fn split_by_next(&mut self) {
        self.split = match self.split {
            Split::Action => Split::Tag,
            Split::Tag => Split::Nothing,
            Split::Nothing => Split::Action,
        };
    }
}

/// The next count whose half is one too, where it is no less than 2.
fn round_above(count: u64) -> u64 {
    let mut unit = 1u64;
    loop {
        let rounds = if unit == 1 { &[1, 2, 4, 6, 8, 10][..] } else { &[1, 2, 3, 4, 5, 6, 8, 10] };
        if let Some(top) = rounds.iter().map(|n| n * unit).find(|top| *top >= count) {
            return top;
        }
        let Some(next) = unit.checked_mul(10).filter(|n| *n < u64::MAX / 100) else { return count };
        unit = next;
    }
}

fn add(to: &mut PartCounts, counts: &PartCounts) {
    to.iter_mut().zip(counts).for_each(|(sum, n)| *sum = sum.saturating_add(*n));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn chart(days: &[(&str, u32)]) -> Chart {
        let counts = |n: u32| {
            let mut counts = PartCounts::default();
            counts[0] = n;
            counts
        };
        let days = days.iter().map(|(d, n)| (day(d), counts(*n))).collect();
        let mut chart = Chart::default();
        assert!(chart.asks(Generation(1)) && !chart.asks(Generation(1)));
        chart.take(Generation(1), Arc::new(Histogram { split: Split::Action, days, ..Histogram::default() }));
        chart
    }

    fn bars(chart: &Chart) -> Vec<(String, u64)> {
        chart.shown().iter().map(|b| (chart.step.name(b.number), b.incidents())).collect()
    }

    #[test]
    fn every_day_belongs_to_the_bar_that_holds_it() {
        for step in Step::ALL {
            for text in ["0001-01-01", "2024-02-29", "2023-12-31", "2024-01-01", "2024-07-01", "9999-12-30"] {
                let bar = step.bar(day(text));
                let (first, last) = (step.first_day(bar).unwrap(), step.last_day(bar).unwrap());
                assert!(first <= day(text) && day(text) <= last, "{step:?} {text}");
                assert_eq!(step.bar(last) + 1, step.bar(last.succ_opt().unwrap()), "{step:?} {text}");
            }
        }
        assert_eq!(Step::Week.first_day(Step::Week.bar(day("2024-06-08"))), Some(day("2024-06-03")));
        let names = Step::ALL.map(|s| s.name(s.bar(day("2024-05-30"))));
        assert_eq!(names, ["2024-05-30", "2024-05-27", "2024-05", "2024-Q2", "2024"]);
        assert_eq!(Step::Month.short_name(Step::Month.bar(day("2024-01-30"))), "2024-01");
        assert_eq!(Step::Day.short_name(Step::Day.bar(day("2024-05-30"))), "30");
    }

    #[test]
    fn the_finest_step_that_fits_is_shown_until_one_is_chosen() {
        let mut c = chart(&[("2024-01-31", 2), ("2024-02-01", 3), ("2024-02-03", 1), ("2024-12-30", 1)]);
        c.settle(70);
        assert_eq!((c.step, c.columns, c.peak), (Step::Month, 5, 4));
        assert_eq!(bars(&c), [("2024-01".into(), 2), ("2024-02".into(), 4), ("2024-12".into(), 1)]);
        c.settle(900);
        assert_eq!((c.step, c.peak), (Step::Day, 3));
        c.settle(8);
        assert_eq!(c.step, Step::Quarter);
        assert!(c.choose(Step::Week) && !c.choose(Step::Week));
        c.settle(20);
        assert_eq!((c.step, c.columns, c.fits), (Step::Week, 2, 10));
        assert_eq!(bars(&c), [("2024-12-30".into(), 1)]);
        c.go(isize::MIN);
        c.settle(20);
        assert_eq!(bars(&c), [("2024-01-29".into(), 6)]);
        c.go_to(2);
        assert_eq!(c.cursor_days(), Some((day("2024-02-12"), day("2024-02-18"))));
    }

    #[test]
    fn a_brush_grows_with_the_cursor_until_it_ends() {
        let mut c = chart(&[("2024-01-31", 2), ("2024-04-01", 3), ("2024-12-30", 1)]);
        c.settle(70);
        c.go(-3);
        c.brush();
        c.go(-2);
        let brush = c.brush.unwrap();
        assert_eq!((brush.from, brush.to), (day("2024-07-01"), day("2024-09-30")));
        c.brush();
        c.go(-3);
        assert_eq!(c.brush.map(|b| b.from), Some(day("2024-07-01")));
        c.brush_end(true);
        assert_eq!(c.brush.map(|b| (b.from, b.to)), Some((day("2024-04-01"), day("2024-09-30"))));
        c.brush_end(false);
        assert_eq!(c.brush.map(|b| (b.from, b.to)), Some((day("2024-04-01"), day("2024-04-30"))));
        assert_eq!(sum(&c.counts(day("2024-04-01"), day("2024-04-30"))), 3);
        c.brush();
        assert!(c.brush.is_some_and(|b| b.grows == Some(day("2024-04-01"))));
    }

    #[test]
    fn the_scale_ends_at_a_round_count() {
        let tops = [0, 1, 3, 5, 11, 31, 99, 101, 1_234].map(round_above);
        assert_eq!(tops, [1, 1, 4, 6, 20, 40, 100, 200, 2_000]);
        assert_eq!(round_above(u64::MAX), u64::MAX);
    }

    #[test]
    fn counts_of_another_search_are_dropped_and_none_are_no_bars() {
        let mut c = chart(&[]);
        c.settle(70);
        assert_eq!((c.ends(), c.cursor(), c.shown().len(), c.peak), (None, None, 0, 0));
        c.go(1);
        c.brush();
        c.brush_end(true);
        assert_eq!(c.brush, None);
        let other = Histogram { days: vec![(day("2024-01-01"), PartCounts::default())], ..Histogram::default() };
        c.take(Generation(2), Arc::new(other));
        assert_eq!(c.ends(), None);
    }
}
