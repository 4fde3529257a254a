//! Counts of a query's hits by month, organisation, tag and the like. The store counts, `stats` and the workbench show
//! what it counted.

use std::collections::BTreeMap;

/// What hits are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// Month of publication.
    Month,
    /// Quarter of the year of publication.
    Quarter,
    /// Year of publication.
    Year,
    /// Action; an incident counts once for each of its actions.
    Action,
    /// Organisation; spellings that fold to one another are one.
    Org,
    /// Tag; an incident counts once for each of its tags.
    Tag,
    /// Third party; spellings that fold to one another are one.
    ThirdParty,
    /// Exposure.
    Exposure,
    /// Kind of data; an incident counts once for each of its kinds of data.
    Data,
    /// Gang, as claims name it; spellings that fold to one another are one.
    Gang,
    /// Status.
    Status,
    /// Kind.
    Kind,
}

impl By {
    /// All, in the order in which they are offered.
    pub const ALL: [By; 12] = [
        By::Month,
        By::Action,
        By::Org,
        By::Tag,
        By::ThirdParty,
        By::Exposure,
        By::Quarter,
        By::Year,
        By::Data,
        By::Gang,
        By::Status,
        By::Kind,
    ];

    /// The name, as commands and the record spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::Action => "action",
            Self::Org => "org",
            Self::Tag => "tag",
            Self::ThirdParty => "third_party",
            Self::Exposure => "exposure",
            Self::Data => "data",
            Self::Gang => "gang",
            Self::Status => "status",
            Self::Kind => "kind",
        }
    }

    /// What has that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.as_str() == name)
    }

    /// Tells whether its groups stand in the order of time.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Month | Self::Quarter | Self::Year)
    }

    /// A month (`2024-05`), quarter (`2024-Q2`) or year as a running number; `None` for what is none.
    pub fn number(self, label: &str) -> Option<usize> {
        let (year, part) = label.split_once('-').unwrap_or((label, ""));
        let year = year.parse::<usize>().ok()?;
        let (parts, part) = match self {
            Self::Year => (1, 1),
            Self::Quarter => (4, part.strip_prefix('Q')?.parse::<usize>().ok()?),
            _ => (12, part.parse::<usize>().ok()?),
        };
        year.checked_mul(parts)?.checked_add(part.checked_sub(1)?)
    }

    /// The month, quarter or year of a running number.
    pub fn of_number(self, number: usize) -> String {
        match self {
            Self::Year => format!("{number:04}"),
            Self::Quarter => format!("{:04}-Q{}", number / 4, number % 4 + 1),
            _ => format!("{:04}-{:02}", number / 12, number % 12 + 1),
        }
    }
}

/// Hits that have something in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common: `2024-05`, `2024`, `error.loss`, a name; `None` for those that have no such value.
    pub label: Option<String>,
    /// How many they are.
    pub incidents: usize,
}

/// Hits counted by something. Where an incident can stand in several groups, their sum exceeds `incidents`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// By what.
    pub by: By,
    /// Months, quarters and years ascending, gaps filled with zeros; others by count descending, then by label, of names by what
    /// the label folds to; those without a value last.
    pub groups: Vec<Group>,
    /// How many groups there are that are not told, each no larger than any that is.
    pub left_out: usize,
    /// Hits in all.
    pub incidents: usize,
}

/// Longest gap, in months, quarters or years, that is filled with zeros: one wrong day is not to draw a thousand empty rows.
const LONGEST_GAP: usize = 120;

impl Tally {
    /// Puts counted groups in their order; groups of nothing are left out. `incidents` counts the hits.
    pub fn new(by: By, counted: impl IntoIterator<Item = (Option<String>, usize)>, incidents: usize) -> Self {
        let mut sums: BTreeMap<Option<String>, usize> = BTreeMap::new();
        for (label, count) in counted.into_iter().filter(|(_, count)| *count > 0) {
            *sums.entry(label).or_default() += count;
        }
        let unknown = sums.remove(&None).map(|incidents| Group { label: None, incidents });
        let mut groups: Vec<Group> = sums.into_iter().map(|(label, incidents)| Group { label, incidents }).collect();
        if by.is_time() {
            groups = without_gaps(by, groups);
        } else {
            // Stable: equal counts stay in the order of their labels.
            groups.sort_by_key(|g| std::cmp::Reverse(g.incidents));
        }
        groups.extend(unknown);
        Self { by, groups, left_out: 0, incidents }
    }

    /// Takes groups that stand in their order, and how many hits have no value.
    pub fn in_order(by: By, mut groups: Vec<Group>, without: usize, incidents: usize) -> Self {
        groups.extend((without > 0).then_some(Group { label: None, incidents: without }));
        Self { by, groups, left_out: 0, incidents }
    }

    /// Leaves out all but the largest groups; what goes by time stays whole, and those without a value stay.
    pub fn cut(mut self, most: usize) -> Self {
        if !self.by.is_time() {
            let unknown = self.groups.pop_if(|group| group.label.is_none());
            self.left_out += self.groups.len().saturating_sub(most);
            self.groups.truncate(most);
            self.groups.extend(unknown);
        }
        self
    }
}

/// Puts empty groups where no incident was published.
fn without_gaps(by: By, groups: Vec<Group>) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::with_capacity(groups.len());
    for group in groups {
        let last = out.last().and_then(|g| by.number(g.label.as_deref()?));
        if let (Some(last), Some(next)) = (last, by.number(group.label.as_deref().unwrap_or_default()))
            && next.saturating_sub(last) <= LONGEST_GAP
        {
            let between = last.saturating_add(1)..next;
            out.extend(between.map(|n| Group { label: Some(by.of_number(n)), incidents: 0 }));
        }
        out.push(group);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some(label: &str) -> Option<String> {
        (!label.is_empty()).then(|| label.to_owned())
    }

    fn tally(by: By, counted: &[(&str, usize)]) -> Vec<(String, usize)> {
        let tally = Tally::new(by, counted.iter().map(|(l, n)| (some(l), *n)), 9);
        tally.groups.into_iter().map(|g| (g.label.unwrap_or("?".into()), g.incidents)).collect()
    }

    fn named(groups: &[(&str, usize)]) -> Vec<(String, usize)> {
        groups.iter().map(|(l, n)| ((*l).to_owned(), *n)).collect()
    }

    #[test]
    fn months_ascend_without_gaps_and_the_undated_come_last() {
        let got = tally(By::Month, &[("", 2), ("2024-02", 3), ("2023-11", 1)]);
        assert_eq!(got, named(&[("2023-11", 1), ("2023-12", 0), ("2024-01", 0), ("2024-02", 3), ("?", 2)]));
        assert_eq!(tally(By::Year, &[("2024", 1), ("2022", 1)]), named(&[("2022", 1), ("2023", 0), ("2024", 1)]));
        let quarters = tally(By::Quarter, &[("2024-Q1", 2), ("2023-Q3", 1)]);
        assert_eq!(quarters, named(&[("2023-Q3", 1), ("2023-Q4", 0), ("2024-Q1", 2)]));
    }

    #[test]
    fn one_wrong_day_draws_no_thousand_rows() {
        assert_eq!(tally(By::Month, &[("0202-01", 1), ("2024-01", 1)]).len(), 2);
    }

    #[test]
    fn other_groups_stand_by_count_then_by_label() {
        let got = tally(By::Tag, &[("b", 1), ("a", 1), ("", 9), ("c", 2), ("a", 1), ("d", 0)]);
        assert_eq!(got, named(&[("a", 2), ("c", 2), ("b", 1), ("?", 9)]));
    }

    #[test]
    fn the_largest_groups_stay_and_those_without_a_value() {
        let of = |by| Tally::new(by, [("2024-01", 1), ("2023-01", 3), ("", 2)].map(|(l, n)| (some(l), n)), 6).cut(1);
        let labels = |t: &Tally| t.groups.iter().map(|g| g.label.clone()).collect::<Vec<_>>();
        assert_eq!((labels(&of(By::Tag)), of(By::Tag).left_out), (vec![some("2023-01"), None], 1));
        assert_eq!((of(By::Month).groups.len(), of(By::Month).left_out), (14, 0));
        let group = |label, incidents| Group { label: some(label), incidents };
        let named = |without| Tally::in_order(By::Org, vec![group("ｂ", 1), group("A", 1)], without, 2);
        assert_eq!((named(0).groups.len(), labels(&named(4).cut(9)).last()), (2, Some(&None)));
    }

    #[test]
    fn every_name_names_one() {
        for by in By::ALL {
            assert_eq!(By::from_name(by.as_str()), Some(by));
        }
        assert_eq!(By::from_name("colour"), None);
    }
}
