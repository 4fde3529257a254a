//! The values of an incident that lists and queries read, in the order of its columns. Made of facts by `incidents`,
//! which writes what the parser found, and by `effective`, which writes what counts.

use super::error::StoreError;
use super::number::int;
use crate::domain::{Exposure, Facts, Moment, Unit};
use crate::text::search_fold;
use rusqlite::ToSql;

/// The values of `published, case_no, org, title, action, affected, affected_unit, affected_lo, affected_hi, people,
/// exposure, follows, org_folded, title_folded, third_folded, gang_folded`.
pub(super) struct RowValues<'f> {
    facts: &'f Facts,
    action: Option<&'f str>,
    published: Option<String>,
    affected: Option<String>,
    unit: Option<&'static str>,
    lo: Option<i64>,
    hi: Option<i64>,
    people: Option<i64>,
    exposure: Option<&'static str>,
    follows: i64,
    org: Option<&'f str>,
    title: Option<&'f str>,
    third: Option<String>,
    gang: Option<String>,
}

impl<'f> RowValues<'f> {
    /// Lays out facts; `org` and `title` are theirs, folded for search.
    pub fn new(facts: &'f Facts, org: Option<&'f str>, title: Option<&'f str>) -> Result<Self, StoreError> {
        let affected = facts.affected.as_ref();
        let folded = |s: &Option<String>| s.as_deref().map(search_fold);
        Ok(Self {
            facts,
            action: facts.actions.first().map(String::as_str),
            published: facts.published.map(|d| Moment::Day(d).to_string()),
            affected: affected.map(serde_json::to_string).transpose()?,
            unit: affected.map(|a| a.unit.as_str()),
            lo: affected.and_then(|a| a.lo).map(clamp),
            hi: affected.and_then(|a| a.hi).map(clamp),
            people: people(facts),
            exposure: facts.exposure.map(Exposure::as_str),
            follows: int(facts.follows.len()),
            org,
            title,
            third: folded(&facts.third_party),
            gang: folded(&facts.gang),
        })
    }

    /// The values in the order of the columns.
    pub fn values(&self) -> [&dyn ToSql; 16] {
        [
            &self.published,
            &self.facts.case_no,
            &self.facts.org,
            &self.facts.title,
            &self.action,
            &self.affected,
            &self.unit,
            &self.lo,
            &self.hi,
            &self.people,
            &self.exposure,
            &self.follows,
            &self.org,
            &self.title,
            &self.third,
            &self.gang,
        ]
    }
}

/// The number that the order by people goes by: the stated one, else the least or most that it may mean.
fn people(facts: &Facts) -> Option<i64> {
    let a = facts.affected.as_ref().filter(|a| a.unit == Unit::People)?;
    a.count.or(a.lo).or(a.hi).map(clamp)
}

/// A number as a column holds it.
fn clamp(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_ordered_by_the_stated_number() {
        use crate::domain::Affected;
        let with = |unit, count, lo| Facts {
            affected: Some(Affected { count, unit, lo, hi: None, modifier: None, approx: false }),
            ..Facts::default()
        };
        assert_eq!(people(&with(Unit::People, Some(5), None)), Some(5));
        assert_eq!(people(&with(Unit::People, None, Some(100))), Some(100));
        assert_eq!(people(&with(Unit::Mails, Some(5), None)), None);
        assert_eq!(people(&with(Unit::People, Some(u64::MAX), None)), Some(i64::MAX));
    }
}
