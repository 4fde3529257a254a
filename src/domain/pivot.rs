//! Tables of a query's hits: rows by one thing that they have in common, columns by another, and what the notices say of
//! people and days. The store gathers, `stats` writes tables; reports gather the same of their records.

use super::count::Unit;
use super::facts::Facts;
use super::tally::By;
use chrono::NaiveDate;

/// What one notice says that can be summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// People affected, where a number is stated.
    pub people: Option<u64>,
    /// Days from the first day of occurrence to discovery, where both are stated to the day and in this order.
    pub to_discovery: Option<u32>,
    /// Days from discovery to publication, where discovery is stated to the day and came first.
    pub to_publication: Option<u32>,
}

impl Told {
    /// What facts say.
    pub fn of(facts: &Facts) -> Self {
        let people = facts.affected.filter(|a| a.unit == Unit::People).and_then(|a| a.count);
        let occurred = facts.occurred.and_then(|p| p.from.day());
        Self::new(people, occurred, facts.discovered.and_then(|m| m.day()), facts.published)
    }

    /// What this number and these days say: of people, of occurrence, discovery and publication.
    pub fn new(
        people: Option<u64>,
        occurred: Option<NaiveDate>,
        discovered: Option<NaiveDate>,
        published: Option<NaiveDate>,
    ) -> Self {
        let between = |from: Option<NaiveDate>, to: Option<NaiveDate>| {
            from.zip(to).and_then(|(from, to)| u32::try_from((to - from).num_days()).ok())
        };
        Self { people, to_discovery: between(occurred, discovered), to_publication: between(discovered, published) }
    }
}

/// How days spread, by nearest rank: both are days that an incident really took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Incidents that state them.
    pub stated: usize,
    /// Half of these took so many days at most; `None` where none states them.
    pub median: Option<u32>,
    /// Nine in ten took so many days at most.
    pub p90: Option<u32>,
}

impl Spread {
    /// How these days spread.
    pub fn of(mut days: Vec<u32>) -> Self {
        days.sort_unstable();
        let rank = |percent: usize| days.get((days.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Self { stated: days.len(), median: rank(50), p90: rank(90) }
    }
}

/// What some incidents say, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// How many incidents.
    pub incidents: usize,
    /// The stated numbers of people, added up; `None` where none is stated.
    pub people: Option<u64>,
    /// Incidents that state a number of people.
    pub people_stated: usize,
    /// Days from occurrence to discovery.
    pub to_discovery: Spread,
    /// Days from discovery to publication.
    pub to_publication: Spread,
}

/// Gathers what incidents say: a few numbers an incident at most.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    incidents: usize,
    people: Option<u64>,
    people_stated: usize,
    to_discovery: Vec<u32>,
    to_publication: Vec<u32>,
}

impl Gathered {
    /// Takes an incident in.
    pub fn add(&mut self, told: &Told) {
        self.incidents += 1;
        if let Some(people) = told.people {
            self.people = Some(self.people.unwrap_or(0).saturating_add(people));
            self.people_stated += 1;
        }
        self.to_discovery.extend(told.to_discovery);
        self.to_publication.extend(told.to_publication);
    }

    /// What has been gathered.
    pub fn measures(self) -> Measures {
        Measures {
            incidents: self.incidents,
            people: self.people,
            people_stated: self.people_stated,
            to_discovery: Spread::of(self.to_discovery),
            to_publication: Spread::of(self.to_publication),
        }
    }
}

/// What the incidents of a row or column have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Head {
    /// This value: `2024-05`, `error.loss`, a name.
    Named(String),
    /// None at all.
    Without,
    /// One of so many values that have no row of their own.
    Others(usize),
}

/// How a table is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What rows go by.
    pub by: By,
    /// Most named rows: the latest of time, the largest of others.
    pub rows: usize,
    /// What columns go by.
    pub across: Option<By>,
    /// Most named columns.
    pub columns: usize,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PivotRow {
    /// What its incidents have in common.
    pub head: Head,
    /// What they say.
    pub measures: Measures,
    /// Incidents by column: the column's number and how many, ascending; columns without an incident are left out.
    pub cells: Vec<(usize, usize)>,
}

/// A table of hits. An incident stands in every row and column whose value it has (of actions, tags and kinds of data it
/// may have several), in that of the others once: rows may add up to more than there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pivot {
    /// How it is laid out.
    pub layout: Layout,
    /// The columns, each with its incidents; in the order of rows.
    pub columns: Vec<(Head, usize)>,
    /// The rows: of time ascending, gaps filled, what came before them first; of others by incidents descending, the others
    /// after them; those without a value last.
    pub rows: Vec<PivotRow>,
    /// All hits.
    pub total: Measures,
}

impl PivotRow {
    /// Its incidents of a column.
    pub fn cell(&self, column: usize) -> usize {
        self.cells
            .binary_search_by_key(&column, |(at, _)| *at)
            .ok()
            .and_then(|at| self.cells.get(at))
            .map_or(0, |c| c.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_days_that_were_taken() {
        let spread = |days: &[u32]| {
            let s = Spread::of(days.to_vec());
            (s.stated, s.median, s.p90)
        };
        assert_eq!(spread(&[]), (0, None, None));
        assert_eq!(spread(&[7]), (1, Some(7), Some(7)));
        assert_eq!(spread(&[9, 1]), (2, Some(1), Some(9)));
        assert_eq!(spread(&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), (10, Some(5), Some(9)));
        assert_eq!(spread(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]), (11, Some(6), Some(10)));
    }

    #[test]
    fn what_is_not_stated_stays_unknown() {
        let day = |s: &str| s.parse::<crate::domain::Moment>().ok().and_then(|m| m.day());
        let told = |occurred, discovered, published: &str| {
            let told = Told::new(None, day(occurred), day(discovered), published.parse().ok());
            (told.to_discovery, told.to_publication)
        };
        assert_eq!(told("2024-05-01", "2024-05-03T10:00", "2024-05-28"), (Some(2), Some(25)));
        assert_eq!(told("2024-05", "2024-05-03", "2024-05-03"), (None, Some(0)));
        assert_eq!(told("2024-05-01", "2024-05", "2024-05-28"), (None, None));
        assert_eq!(told("2024-05-04", "2024-05-03", "2024-05-01"), (None, None), "days never run backwards");
        let mut gathered = Gathered::default();
        gathered.add(&Told::default());
        let nothing = Measures { incidents: 1, ..Measures::default() };
        assert_eq!(gathered.clone().measures(), nothing);
        gathered.add(&Told { people: Some(u64::MAX), ..Told::default() });
        gathered.add(&Told { people: Some(2), ..Told::default() });
        assert_eq!((gathered.people, gathered.people_stated), (Some(u64::MAX), 2));
    }
}
