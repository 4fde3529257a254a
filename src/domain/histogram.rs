//! Hits counted by the day of their publication, each day split by what its incidents have in common. The store counts;
//! the workbench draws bars of days, weeks, months, quarters or years from it without asking again.

use chrono::NaiveDate;

/// What the incidents of a day are split by. Each counts once, so that the parts of a day add up to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Split {
    /// By nothing.
    Nothing,
    /// By the group of their first action: what stands before the dot of `error.loss`.
    #[default]
    Action,
    /// By the tag that most hits carry, of those that they carry.
    Tag,
}

/// What incidents have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// This action's group, or this tag.
    Named(String),
    /// One that is none of the most frequent.
    Others,
    /// None at all.
    Without,
}

/// Most parts that have a name.
pub const NAMED_PARTS: usize = 8;

/// Incidents by part, in the order of [`Histogram::parts`]; all in the first place where there are no parts.
pub type PartCounts = [u32; NAMED_PARTS + 2];

/// Hits counted by day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    /// What they are split by.
    pub split: Split,
    /// The parts: named ones by count descending, then by name; others and those without last. None where nothing splits.
    pub parts: Vec<Part>,
    /// Days with incidents, ascending.
    pub days: Vec<(NaiveDate, PartCounts)>,
    /// Those without a day.
    pub undated: PartCounts,
}

/// How many incidents a day's counts stand for.
pub fn sum(counts: &PartCounts) -> u64 {
    counts.iter().map(|n| u64::from(*n)).sum()
}

impl Histogram {
    /// All hits, undated ones among them.
    pub fn incidents(&self) -> u64 {
        self.days.iter().map(|(_, counts)| sum(counts)).sum::<u64>() + sum(&self.undated)
    }
}
