//! What a report says of all its incidents at once: counts by month and by action, the largest cases, how long it took from
//! discovery to publication. Gathered record by record; a few numbers an incident at most.

use crate::domain::{Field, IncidentId, Moment, Record, Unit};
use chrono::Datelike;
use std::collections::BTreeMap;

/// Largest cases told.
const LARGEST: usize = 10;

/// One of the largest cases.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Large {
    /// People affected, as stated.
    pub people: u64,
    pub id: IncidentId,
    pub org: String,
    pub title: String,
}

/// What has been gathered.
#[derive(Debug, Default)]
pub(super) struct Overview {
    pub incidents: usize,
    /// Incidents without a day of publication.
    pub undated: usize,
    pub months: BTreeMap<(i32, u32), usize>,
    /// Incidents by their first action.
    pub actions: BTreeMap<String, usize>,
    /// Largest first.
    pub largest: Vec<Large>,
    /// Days from discovery to publication, where both are known to the day.
    pub days: Vec<u32>,
}

impl Overview {
    /// Takes one record in.
    pub fn add(&mut self, record: &Record) {
        let facts = &record.facts;
        self.incidents += 1;
        match facts.published {
            Some(day) => *self.months.entry((day.year(), day.month())).or_default() += 1,
            None => self.undated += 1,
        }
        let action = facts.actions.first().map_or("unknown", String::as_str);
        match self.actions.get_mut(action) {
            Some(n) => *n += 1,
            None => drop(self.actions.insert(action.to_owned(), 1)),
        }
        let noticed = match facts.discovered {
            Some(Moment::Day(day)) => Some(day),
            Some(Moment::Minute(at)) => Some(at.date()),
            _ => None,
        };
        let days = facts.published.zip(noticed).and_then(|(p, n)| u32::try_from((p - n).num_days()).ok());
        self.days.extend(days);
        let people = facts.affected.filter(|a| a.unit == Unit::People).and_then(|a| a.count);
        if let Some(people) = people.filter(|n| *n > 0) {
            self.large(people, record);
        }
    }

    fn large(&mut self, people: u64, record: &Record) {
        let at = self.largest.partition_point(|l| l.people >= people);
        if at >= LARGEST {
            return;
        }
        let name = |f: Field| super::words::value(record, f).unwrap_or_default();
        let (org, title) = (name(Field::Org), name(Field::Title));
        self.largest.insert(at, Large { people, id: record.id.clone(), org, title });
        self.largest.truncate(LARGEST);
    }

    /// Actions, most frequent first.
    pub fn by_action(&self) -> Vec<(&str, usize)> {
        let mut out: Vec<(&str, usize)> = self.actions.iter().map(|(a, n)| (a.as_str(), *n)).collect();
        out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        out
    }

    /// Every month from the first to the last, those without an incident too; no more than `most` of them, the latest.
    pub fn by_month(&self, most: usize) -> Vec<((i32, u32), usize)> {
        let (Some(first), Some(last)) = (self.months.keys().next(), self.months.keys().next_back()) else {
            return Vec::new();
        };
        let number = |(y, m): (i32, u32)| i64::from(y) * 12 + i64::from(m) - 1;
        let begin = number(*first).max(number(*last).saturating_sub(most as i64 - 1));
        let month = |n: i64| (i32::try_from(n.div_euclid(12)).unwrap_or_default(), n.rem_euclid(12) as u32 + 1);
        (begin..=number(*last)).map(month).map(|m| (m, self.months.get(&m).copied().unwrap_or_default())).collect()
    }

    /// Median and ninetieth percentile of the days from discovery to publication (nearest rank), and of how many incidents.
    pub fn delay(&self) -> Option<(u32, u32, usize)> {
        let mut days = self.days.clone();
        days.sort_unstable();
        let rank = |p: usize| days.get((days.len() * p).div_ceil(100).saturating_sub(1)).copied();
        Some((rank(50)?, rank(90)?, days.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::bare;
    use super::*;
    use crate::domain::Affected;

    fn record(n: u64, published: &str, discovered: &str) -> Record {
        let mut r = bare();
        r.id = IncidentId::from_hash(n);
        r.facts.published = published.parse().ok();
        r.facts.discovered = discovered.parse().ok();
        r.facts.actions = vec![if n.is_multiple_of(2) { "error.loss" } else { "hacking.unknown" }.to_owned()];
        let affected =
            Affected { count: Some(n * 10), unit: Unit::People, lo: None, hi: None, modifier: None, approx: false };
        r.facts.affected = Some(affected);
        r
    }

    #[test]
    fn months_actions_delays_and_the_largest_are_gathered() {
        let mut all = Overview::default();
        for n in 1..=13 {
            all.add(&record(n, if n < 5 { "2023-11-20" } else { "2024-02-10" }, "2023-11-10"));
        }
        all.add(&bare());
        assert_eq!((all.incidents, all.undated), (14, 1));
        assert_eq!(all.by_month(99), [((2023, 11), 4), ((2023, 12), 0), ((2024, 1), 0), ((2024, 2), 9)]);
        assert_eq!(all.by_month(2), [((2024, 1), 0), ((2024, 2), 9)]);
        assert_eq!(all.by_action(), [("hacking.unknown", 7), ("error.loss", 6), ("unknown", 1)]);
        assert_eq!(
            all.largest.iter().map(|l| l.people).collect::<Vec<_>>(),
            [130, 120, 110, 100, 90, 80, 70, 60, 50, 40]
        );
        assert_eq!(all.delay(), Some((92, 92, 13)));
    }
}
