//! The incidents that share a name, nearest in time first, and how many there are in all, without reading all of a name
//! that thousands share. Called by `related`.

use super::super::error::StoreError;
use super::node::{Node, numbers};
use rusqlite::Connection;
use std::collections::HashMap;

/// The statements that read one key's incidents next to a day and id.
pub(super) struct Statements {
    pub before: &'static str,
    pub after: &'static str,
    pub newest: &'static str,
    pub undated: &'static str,
}

macro_rules! statements {
    ($column:literal) => {
        Statements {
            before: concat!(
                "SELECT incident FROM links WHERE ",
                $column,
                " = ?1 AND (day, ident) < (?2, ?3) ORDER BY day DESC, ident DESC LIMIT 51"
            ),
            after: concat!(
                "SELECT incident FROM links WHERE ",
                $column,
                " = ?1 AND (day, ident) > (?2, ?3) ORDER BY day, ident LIMIT 51"
            ),
            newest: concat!(
                "SELECT incident FROM links WHERE ",
                $column,
                " = ?1 AND day IS NOT NULL ORDER BY day DESC, ident DESC LIMIT 51"
            ),
            undated: concat!(
                "SELECT incident FROM links WHERE ",
                $column,
                " = ?1 AND day IS NULL ORDER BY ident LIMIT 51"
            ),
        }
    };
}

/// By organisation, third party, subject.
pub(super) static STATEMENTS: [Statements; 3] = [statements!("org"), statements!("third"), statements!("subject")];

/// The incidents that share a name with one, or a subject: of each kind those nearest in time.
pub(super) fn nearest(c: &Connection, one: &Node) -> Result<Vec<i64>, StoreError> {
    let mut out = Vec::new();
    let [org, third, subject] = &STATEMENTS;
    for (statements, key) in
        [(org, one.org), (subject, one.subject), (third, one.third), (org, one.third), (third, one.org)]
    {
        let Some(key) = key else { continue };
        match one.day {
            Some(day) => {
                out.extend(numbers(c, statements.before, (key, day, one.ident))?);
                out.extend(numbers(c, statements.after, (key, day, one.ident))?);
            }
            None => out.extend(numbers(c, statements.newest, [key])?),
        }
        out.extend(numbers(c, statements.undated, [key])?);
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// How many incidents share names; counted once a name.
#[derive(Debug, Default)]
pub(super) struct Counts {
    names: HashMap<(&'static str, i64), i64>,
    pairs: HashMap<(i64, i64), i64>,
}

const OF_ORG: &str = "SELECT count(*) FROM links WHERE org = ?1";
const OF_THIRD: &str = "SELECT count(*) FROM links WHERE third = ?1";

impl Counts {
    /// The incidents that [`shares_name`] with one, itself counted.
    pub fn sharing(&mut self, c: &Connection, one: &Node) -> Result<i64, StoreError> {
        let mut sum = 0;
        for (sql, name) in [(OF_ORG, one.org), (OF_THIRD, one.org), (OF_ORG, one.third), (OF_THIRD, one.third)] {
            sum += name.map_or(Ok(0), |name| self.of_name(c, sql, name))?;
        }
        // No third party is its own organisation, so only these are counted twice.
        if let (Some(org), Some(third)) = (one.org, one.third) {
            sum -= self.of_pair(c, org, third)? + self.of_pair(c, third, org)?;
        }
        Ok(sum)
    }

    fn of_name(&mut self, c: &Connection, sql: &'static str, name: i64) -> Result<i64, StoreError> {
        if let Some(known) = self.names.get(&(sql, name)) {
            return Ok(*known);
        }
        let count = numbers(c, sql, [name])?.first().copied().unwrap_or(0);
        self.names.insert((sql, name), count);
        Ok(count)
    }

    /// Incidents of an organisation that name a third party: the rarer of the two is read.
    fn of_pair(&mut self, c: &Connection, org: i64, third: i64) -> Result<i64, StoreError> {
        if let Some(known) = self.pairs.get(&(org, third)) {
            return Ok(*known);
        }
        let by_org = "SELECT count(*) FROM links INDEXED BY links_org WHERE org = ?1 AND third = ?2";
        let by_third = "SELECT count(*) FROM links INDEXED BY links_third WHERE org = ?1 AND third = ?2";
        let rarer_org = self.of_name(c, OF_ORG, org)? <= self.of_name(c, OF_THIRD, third)?;
        let sql = if rarer_org { by_org } else { by_third };
        let count = numbers(c, sql, (org, third))?.first().copied().unwrap_or(0);
        self.pairs.insert((org, third), count);
        Ok(count)
    }

    /// Forgets what it counted when that takes much room.
    pub fn trim(&mut self, most: usize) {
        if self.names.len() + self.pairs.len() > most {
            *self = Self::default();
        }
    }
}

/// Tells whether two incidents share an organisation or a third party, or one is the other's third party.
pub(super) fn shares_name(one: &Node, other: &Node) -> bool {
    let is = |a: Option<i64>, b: Option<i64>| a.is_some() && a == b;
    one.same_org(other) || is(one.third, other.third) || is(one.third, other.org) || is(one.org, other.third)
}
