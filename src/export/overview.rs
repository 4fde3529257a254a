//! What a report says of all its incidents at once: counts by month and by action, the largest cases, how long it took from
//! discovery to publication. Gathered record by record; a few numbers an incident at most.

use crate::domain::{Affected, By, Field, Gathered, IncidentId, Measures, Record, Told};
use chrono::Datelike;
use std::collections::BTreeMap;

/// Largest cases told.
const LARGEST: usize = 10;

/// One of the largest cases.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Large {
    /// People affected.
    people: u64,
    /// The same as stated.
    pub affected: Affected,
    pub id: IncidentId,
    pub org: String,
    pub title: String,
}

/// What has been gathered.
#[derive(Debug, Default)]
pub(super) struct Overview {
    /// People and days.
    gathered: Gathered,
    /// Incidents without a day of publication.
    pub undated: usize,
    pub months: BTreeMap<(i32, u32), usize>,
    /// Incidents by their first action.
    pub actions: BTreeMap<String, usize>,
    /// Largest first; of people only, who are counted in one unit.
    pub largest: Vec<Large>,
}

impl Overview {
    /// Takes one record in.
    pub fn add(&mut self, record: &Record) {
        let facts = &record.facts;
        match facts.published {
            Some(day) => *self.months.entry((day.year(), day.month())).or_default() += 1,
            None => self.undated += 1,
        }
        let action = facts.actions.first().map_or("unknown", String::as_str);
        match self.actions.get_mut(action) {
            Some(n) => *n += 1,
            None => drop(self.actions.insert(action.to_owned(), 1)),
        }
        let told = Told::of(facts);
        self.gathered.add(&told);
        if let (Some(people), Some(affected)) = (told.people.filter(|n| *n > 0), &facts.affected) {
            self.large(people, affected, record);
        }
    }

    /// What all of them say of people and days.
    pub fn measures(&self) -> Measures {
        self.gathered.clone().measures()
    }

    fn large(&mut self, people: u64, affected: &Affected, record: &Record) {
        let at = self.largest.partition_point(|l| l.people >= people);
        if at >= LARGEST {
            return;
        }
        let name = |f: Field| super::words::value(record, f).unwrap_or_default();
        let (org, title) = (name(Field::Org), name(Field::Title));
        self.largest.insert(at, Large { people, affected: *affected, id: record.id.clone(), org, title });
        self.largest.truncate(LARGEST);
    }

    /// Actions, most frequent first.
    pub fn by_action(&self) -> Vec<(&str, usize)> {
        let mut out: Vec<(&str, usize)> = self.actions.iter().map(|(a, n)| (a.as_str(), *n)).collect();
        out.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        out
    }

    /// Counts by month from the first to the last, those without an incident too; where these are more than `most`, by
    /// quarter, and then by year. Of more years the latest are told, and how many incidents came before.
    pub fn periods(&self, most: usize) -> Periods {
        let mut out = Periods { by: By::Year, counts: Vec::new(), earlier: 0 };
        for by in [By::Month, By::Quarter, By::Year] {
            let mut sums: BTreeMap<usize, usize> = BTreeMap::new();
            for ((year, month), n) in &self.months {
                let year = usize::try_from(*year).unwrap_or_default();
                let number = match by {
                    By::Month => year * 12 + *month as usize - 1,
                    By::Quarter => year * 4 + (*month as usize - 1) / 3,
                    _ => year,
                };
                *sums.entry(number).or_default() += n;
            }
            let (Some(first), Some(last)) = (sums.keys().next().copied(), sums.keys().next_back().copied()) else {
                return out;
            };
            if last - first < most || by == By::Year {
                let begin = first.max(last.saturating_sub(most.saturating_sub(1)));
                let count = |n| (by.of_number(n), sums.get(&n).copied().unwrap_or_default());
                out.earlier = sums.range(..begin).map(|(_, n)| n).sum();
                out.counts = (begin..=last).map(count).collect();
                out.by = by;
                return out;
            }
        }
        out
    }
}

/// Counts by month, quarter or year.
#[derive(Debug, PartialEq)]
pub(super) struct Periods {
    pub by: By,
    pub counts: Vec<(String, usize)>,
    /// Incidents that came before.
    pub earlier: usize,
}

impl Periods {
    /// What goes above them.
    pub fn heading(&self) -> &'static str {
        match self.by {
            By::Month => "report.by_month",
            By::Quarter => "report.by_quarter",
            _ => "report.by_year",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::bare;
    use super::*;
    use crate::domain::{Affected, Unit};

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
        assert_eq!((all.measures().incidents, all.undated), (14, 1));
        let periods = |most| {
            let p = all.periods(most);
            (p.by, p.counts.into_iter().map(|(l, n)| format!("{l} {n}")).collect::<Vec<_>>().join(", "), p.earlier)
        };
        assert_eq!(periods(4), (By::Month, "2023-11 4, 2023-12 0, 2024-01 0, 2024-02 9".into(), 0));
        assert_eq!(periods(3), (By::Quarter, "2023-Q4 4, 2024-Q1 9".into(), 0));
        assert_eq!(periods(1), (By::Year, "2024 9".into(), 4));
        assert_eq!(Overview::default().periods(9).counts, []);
        assert_eq!(all.by_action(), [("hacking.unknown", 7), ("error.loss", 6), ("unknown", 1)]);
        assert_eq!(
            all.largest.iter().map(|l| l.people).collect::<Vec<_>>(),
            [130, 120, 110, 100, 90, 80, 70, 60, 50, 40]
        );
        let days = all.measures().to_publication;
        assert_eq!((days.stated, days.median, days.p90), (13, Some(92), Some(92)));
    }
}
