//! The order of an incident's events in time, and the hours that a part of the day means.
//!
//! Given the events in the order of the text; asked by the timeline pane, the report and `show`.

use super::date::{Moment, Precision};
use super::facts::Event;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike};

impl Moment {
    /// The first minute that it may mean; `None` only for years outside the calendar's range.
    pub fn first_minute(&self) -> Option<NaiveDateTime> {
        match *self {
            Self::Minute(t) => Some(t),
            _ => self.first_day().map(|d| d.and_time(NaiveTime::MIN)),
        }
    }
}

impl Event {
    /// The hours from and to (0–24, the latter above 24 on the next day) of a part of the day; `None` for anything
    /// that is stated otherwise.
    pub fn part_hours(&self) -> Option<(u32, u32)> {
        let (Precision::Part, Moment::Minute(lo), Some(Moment::Minute(hi))) = (self.precision, self.lo, self.hi) else {
            return None;
        };
        let days = u32::try_from((hi.date() - lo.date()).num_days()).ok().filter(|d| *d < 2)?;
        self.until.is_none().then(|| (lo.hour(), hi.hour() + 24 * days))
    }
}

/// The events in time order. What is stated to the hour goes by its clock; a whole day among such stands where the
/// text tells it: behind the last of that day's timed events before it in the text.
pub fn in_time_order(events: &[Event]) -> Vec<&Event> {
    let known = events.iter().enumerate().filter_map(|(i, e)| Some((day_of(e)?, i, e)));
    let mut out: Vec<(NaiveDate, usize, &Event)> = known.clone().filter(|(.., e)| is_timed(e)).collect();
    out.sort_by_key(|(_, i, e)| (e.lo.first_minute(), *i));
    for whole in known.filter(|(.., e)| !is_timed(e)) {
        let (day, index, _) = whole;
        let follows = |(d, i, _): &(NaiveDate, usize, &Event)| *d < day || *d == day && *i < index;
        let place = out.iter().rposition(follows).map_or(0, |p| p + 1);
        out.insert(place, whole);
    }
    out.into_iter().map(|(.., e)| e).collect()
}

fn day_of(e: &Event) -> Option<NaiveDate> {
    e.lo.first_day().or_else(|| e.at.first_day())
}

fn is_timed(e: &Event) -> bool {
    matches!(e.lo, Moment::Minute(_))
}

#[cfg(test)]
mod tests {
    use super::super::span::Span;
    use super::*;

    fn event(lo: &str, hi: &str, precision: Precision) -> Event {
        let (lo, hi): (Moment, Moment) = (lo.parse().unwrap(), hi.parse().unwrap());
        let at = if precision == Precision::Part { Moment::Day(lo.first_day().unwrap()) } else { lo };
        let span = Span::new(0, 0);
        Event { at, until: None, lo, hi: Some(hi), precision, approx: false, span, text: String::new() }
    }

    fn order(events: &[Event]) -> Vec<String> {
        in_time_order(events).into_iter().map(|e| e.lo.to_string()).collect()
    }

    #[test]
    fn a_part_of_the_day_stands_at_its_first_hour() {
        let morning = event("2024-05-01T06:00", "2024-05-01T09:00", Precision::Part);
        let night = event("2024-05-01T02:10", "2024-05-01T02:10", Precision::Minute);
        assert_eq!(order(&[morning.clone(), night]), ["2024-05-01T02:10", "2024-05-01T06:00"]);
        assert_eq!(morning.part_hours(), Some((6, 9)));
        let late = event("2024-05-01T23:00", "2024-05-02T02:00", Precision::Part);
        assert_eq!(late.part_hours(), Some((23, 26)));
    }

    #[test]
    fn a_whole_day_stands_where_the_text_tells_it() {
        let day = |d: &str| event(d, d, Precision::Day);
        let clock = |t: &str| event(t, t, Precision::Minute);
        let told = [clock("2024-05-01T07:20"), day("2024-05-01"), clock("2024-05-01T09:00"), day("2024-04-30")];
        assert_eq!(order(&told), ["2024-04-30", "2024-05-01T07:20", "2024-05-01", "2024-05-01T09:00"]);
        let ahead = [day("2024-05-01"), clock("2024-05-01T07:20")];
        assert_eq!(order(&ahead), ["2024-05-01", "2024-05-01T07:20"]);
    }
}
