//! What joins two incidents into one case: a case number, a near-identical text, a later release, a contractor's breach.
//! Given one incident, finds its neighbours; `related` walks from them to the whole case.
//!
//! Lookups only gather candidates; one function tells of a pair, asked of both ends alike, whether it is an edge. A key that too many incidents share joins none of them: it is
//! no case number, no contractor, no text of one's own.

use super::super::error::StoreError;
use super::super::incidents::folded_text;
use super::super::matching::common_share;
use super::node::{Node, few, numbers};
use super::why::Why;
use rusqlite::Connection;
use std::collections::HashMap;
use std::rc::Rc;

/// Most incidents of one case number.
const MOST_NUMBERED: usize = 200;
/// Most incidents that name one contractor.
const MOST_NAME: i64 = 1_000;
/// Most incidents that share a sketch, first lines, or an organisation's day.
const MOST_NEAR: usize = 50;
/// Most days between two notices that name one contractor, or between one of them and the contractor's own.
const BREACH_DAYS: i64 = 120;
/// Most days between two releases of one notice.
const RELEASE_DAYS: i64 = 400;
/// Most days between two copies of one notice.
const COPY_DAYS: i64 = 31;
/// Names of contractors that are remembered.
const MOST_KEPT: usize = 20_000;
/// Fewest characters of a text that is compared at all; shorter ones have to be equal.
const COMPARED: usize = 40;

/// What few incidents share where it says something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Shared {
    CaseNumber(String),
    FirstSketch(i64),
    SecondSketch(i64),
    Lines(i64),
    /// An organisation and a day.
    Day(i64, i64),
}

impl Shared {
    /// What a copy of the notice shares with it, at least one of these.
    fn of_copies(one: &Node) -> impl Iterator<Item = Self> {
        let [first, second] = one.near;
        let day = one.org.zip(one.day).map(|(org, day)| Self::Day(org, day));
        [first.map(Self::FirstSketch), second.map(Self::SecondSketch), Some(Self::Lines(one.lines)), day]
            .into_iter()
            .flatten()
    }

    /// The incidents that share it; none where they are too many.
    fn incidents(&self, c: &Connection) -> Result<Vec<i64>, StoreError> {
        match self {
            Self::CaseNumber(number) => {
                let sql = "SELECT i.key FROM incidents i CROSS JOIN links l ON l.incident = i.key WHERE i.case_no = ?1
                           LIMIT 201";
                few(c, sql, [number], MOST_NUMBERED)
            }
            Self::FirstSketch(sketch) => {
                few(c, "SELECT incident FROM links WHERE near_a = ?1 LIMIT 51", [sketch], MOST_NEAR)
            }
            Self::SecondSketch(sketch) => {
                few(c, "SELECT incident FROM links WHERE near_b = ?1 LIMIT 51", [sketch], MOST_NEAR)
            }
            Self::Lines(hash) => {
                let sql = "SELECT i.key FROM incidents i CROSS JOIN links l ON l.incident = i.key
                           WHERE i.lines_hash = ?1 LIMIT 51";
                few(c, sql, [hash], MOST_NEAR)
            }
            Self::Day(org, day) => {
                few(c, "SELECT incident FROM links WHERE org = ?1 AND day = ?2 LIMIT 51", (org, day), MOST_NEAR)
            }
        }
    }
}

/// Looks for the neighbours of incidents, and remembers what it would else look up again.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// Pairs of texts that were compared.
    compared: HashMap<(i64, i64), bool>,
    /// Who shares something.
    groups: HashMap<Shared, Rc<[i64]>>,
    /// The releases that each incident goes on.
    earlier: HashMap<i64, Rc<[i64]>>,
    /// The client before each client of one contractor.
    before: HashMap<i64, Option<i64>>,
    /// The own notice of an organisation that is nearest to a day.
    own: HashMap<(i64, i64), Option<i64>>,
    /// Names of third parties that few enough name.
    contractors: HashMap<i64, bool>,
}

impl Finder {
    /// Forgets all but the names of contractors, which are asked for again and again; these too where they are many.
    pub fn forget(&mut self) {
        let mut contractors = std::mem::take(&mut self.contractors);
        if contractors.len() > MOST_KEPT {
            contractors.clear();
        }
        *self = Self { contractors, ..Self::default() };
    }

    /// The incidents that belong to the case of one, and why.
    pub fn neighbours(&mut self, c: &Connection, one: &Node) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let mut out = Vec::new();
        for key in self.candidates(c, one)? {
            if let Some(other) = Node::read(c, key)?
                && let Some(why) = self.edge(c, one, &other)?
            {
                out.push((other, why));
            }
        }
        Ok(out)
    }

    /// Why another incident is of one case with this one; the first of the reasons where there are several. Asks both
    /// ends the same, so there is an edge from either of them or from none.
    fn edge(&mut self, c: &Connection, one: &Node, other: &Node) -> Result<Option<Why>, StoreError> {
        if one.case_no == other.case_no && self.number_group(c, one)?.is_some_and(|g| !g.is_empty()) {
            return Ok(Some(Why::CaseNumber));
        }
        let goes_on = one.same_org(other)
            && (self.earlier(c, one)?.contains(&other.incident) || self.earlier(c, other)?.contains(&one.incident));
        if goes_on {
            return Ok(Some(Why::release(one, other)));
        }
        if self.is_copy(c, one, other)? {
            return Ok(Some(Why::NearDuplicate));
        }
        if one.third.is_some() && one.third == other.third {
            let next = self.client_before(c, one)? == Some(other.incident)
                || self.client_before(c, other)? == Some(one.incident);
            return Ok(next.then_some(Why::SameThird));
        }
        if one.third.is_some() && one.third == other.org && self.own_of(c, one)? == Some(other.incident) {
            return Ok(Some(Why::NoticeOfThird));
        }
        let names_it = other.third.is_some() && other.third == one.org && self.own_of(c, other)? == Some(one.incident);
        Ok(names_it.then_some(Why::NamesItThird))
    }

    /// All incidents that [`Self::edge`] may join to one, and others: it only has to miss none.
    fn candidates(&mut self, c: &Connection, one: &Node) -> Result<Vec<i64>, StoreError> {
        let mut keys = Vec::new();
        if let Some(numbered) = self.number_group(c, one)? {
            keys.extend_from_slice(&numbered);
        }
        keys.extend_from_slice(&self.earlier(c, one)?);
        keys.extend(later(c, one)?);
        for shared in Shared::of_copies(one) {
            keys.extend_from_slice(&self.group(c, shared)?);
        }
        keys.extend(self.client_before(c, one)?);
        keys.extend(client_after(c, one)?);
        keys.extend(self.own_of(c, one)?);
        keys.extend(self.clients(c, one)?);
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|k| *k != one.incident);
        Ok(keys)
    }

    fn group(&mut self, c: &Connection, shared: Shared) -> Result<Rc<[i64]>, StoreError> {
        if let Some(known) = self.groups.get(&shared) {
            return Ok(Rc::clone(known));
        }
        let incidents: Rc<[i64]> = shared.incidents(c)?.into();
        self.groups.insert(shared, Rc::clone(&incidents));
        Ok(incidents)
    }

    /// Those of its case number; `None` for an incident without one.
    fn number_group(&mut self, c: &Connection, one: &Node) -> Result<Option<Rc<[i64]>>, StoreError> {
        one.case_no.clone().map(|number| self.group(c, Shared::CaseNumber(number))).transpose()
    }

    /// The releases that a later one goes on: the one before it of the same subject, and those of the days that it
    /// names. An undated one may name days too.
    fn earlier(&mut self, c: &Connection, one: &Node) -> Result<Rc<[i64]>, StoreError> {
        // What names a day continues.
        if !one.continues {
            return Ok(Rc::default());
        }
        if let Some(known) = self.earlier.get(&one.incident) {
            return Ok(Rc::clone(known));
        }
        let mut keys = Vec::new();
        if let (Some(subject), Some(day)) = (one.subject, one.day) {
            let before = "SELECT incident FROM links WHERE subject = ?1 AND (day, ident) < (?2, ?3) AND day >= ?4
                          ORDER BY day DESC, ident DESC LIMIT 1";
            keys.extend(numbers(c, before, (subject, day, one.ident, day - RELEASE_DAYS))?);
        }
        for named in numbers(c, "SELECT day FROM link_follows WHERE incident = ?1", [one.incident])? {
            keys.extend(followed(c, one, named)?);
        }
        let keys: Rc<[i64]> = keys.into();
        self.earlier.insert(one.incident, Rc::clone(&keys));
        Ok(keys)
    }

    /// The same notice once more: near-identical texts, or one subject told in two documents on one day.
    fn is_copy(&mut self, c: &Connection, one: &Node, other: &Node) -> Result<bool, StoreError> {
        if one.claim != other.claim || one.days_from(other).is_some_and(|d| d > COPY_DAYS) {
            return Ok(false);
        }
        if !self.share_a_copys(c, one, other)? {
            return Ok(false);
        }
        let same_day = one.days_from(other) == Some(0);
        if same_day && one.same_subject(other) && one.document != other.document {
            return Ok(true);
        }
        if one.claim && !one.same_org(other) {
            return Ok(false);
        }
        let pair = (one.incident.min(other.incident), one.incident.max(other.incident));
        if let Some(known) = self.compared.get(&pair) {
            return Ok(*known);
        }
        let (a, b) = (folded_text(c, pair.0)?, folded_text(c, pair.1)?);
        let near = alike(&a, &b, one.same_org(other), same_day);
        self.compared.insert(pair, near);
        Ok(near)
    }

    /// Tells whether the two share something of which there are few.
    fn share_a_copys(&mut self, c: &Connection, one: &Node, other: &Node) -> Result<bool, StoreError> {
        for shared in Shared::of_copies(one) {
            if Shared::of_copies(other).any(|s| s == shared) && !self.group(c, shared)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Of those who name one contractor, the one before in time.
    fn client_before(&mut self, c: &Connection, one: &Node) -> Result<Option<i64>, StoreError> {
        let (true, Some(third), Some(day)) = (one.contractor, one.third, one.day) else { return Ok(None) };
        if !self.is_contractor(c, third)? {
            return Ok(None);
        }
        if let Some(known) = self.before.get(&one.incident) {
            return Ok(*known);
        }
        let sql = "SELECT incident FROM links WHERE third = ?1 AND contractor AND (day, ident) < (?2, ?3)
                   AND day >= ?4 ORDER BY day DESC, ident DESC LIMIT 1";
        let before = numbers(c, sql, (third, day, one.ident, day - BREACH_DAYS))?.first().copied();
        self.before.insert(one.incident, before);
        Ok(before)
    }

    /// The own notice of the contractor that an incident names, the one nearest to it.
    fn own_of(&mut self, c: &Connection, one: &Node) -> Result<Option<i64>, StoreError> {
        let (true, Some(third), Some(day)) = (one.contractor, one.third, one.day) else { return Ok(None) };
        if !self.is_contractor(c, third)? {
            return Ok(None);
        }
        if let Some(known) = self.own.get(&(third, day)) {
            return Ok(*known);
        }
        let own = own_notice(c, third, day)?;
        self.own.insert((third, day), own);
        Ok(own)
    }

    /// Those who name the organisation of a notice as their contractor at about its time.
    fn clients(&mut self, c: &Connection, one: &Node) -> Result<Vec<i64>, StoreError> {
        let (false, Some(org), Some(day)) = (one.claim, one.org, one.day) else { return Ok(Vec::new()) };
        if !self.is_contractor(c, org)? {
            return Ok(Vec::new());
        }
        let sql = "SELECT incident FROM links WHERE third = ?1 AND contractor AND day BETWEEN ?2 AND ?3";
        numbers(c, sql, (org, day - BREACH_DAYS, day + BREACH_DAYS))
    }

    /// Tells whether somebody names this third party, and not so many that it must be everybody's platform.
    fn is_contractor(&mut self, c: &Connection, name: i64) -> Result<bool, StoreError> {
        if let Some(known) = self.contractors.get(&name) {
            return Ok(*known);
        }
        let sql = "SELECT count(*) FROM (SELECT 1 FROM links WHERE third = ?1 LIMIT 1001)";
        let named = numbers(c, sql, [name])?.first().copied().unwrap_or(0);
        let is = (1..=MOST_NAME).contains(&named);
        self.contractors.insert(name, is);
        Ok(is)
    }
}

/// The releases that may go on one: the next of its subject, and those that name its day.
fn later(c: &Connection, one: &Node) -> Result<Vec<i64>, StoreError> {
    let Some(day) = one.day else { return Ok(Vec::new()) };
    let mut keys = Vec::new();
    if let Some(subject) = one.subject {
        let next = "SELECT incident FROM links WHERE subject = ?1 AND (day, ident) > (?2, ?3) AND day <= ?4
                    ORDER BY day, ident LIMIT 1";
        keys.extend(numbers(c, next, (subject, day, one.ident, day + RELEASE_DAYS))?);
    }
    if let Some(org) = one.org {
        keys.extend(numbers(c, "SELECT incident FROM link_follows WHERE org = ?1 AND day = ?2", (org, day))?);
    }
    Ok(keys)
}

/// Of those who name one contractor, the one after in time.
fn client_after(c: &Connection, one: &Node) -> Result<Option<i64>, StoreError> {
    let (true, Some(third), Some(day)) = (one.contractor, one.third, one.day) else { return Ok(None) };
    let sql = "SELECT incident FROM links WHERE third = ?1 AND contractor AND (day, ident) > (?2, ?3)
               AND day <= ?4 ORDER BY day, ident LIMIT 1";
    Ok(numbers(c, sql, (third, day, one.ident, day + BREACH_DAYS))?.first().copied())
}

/// The notices of the day that a later release names: those of its subject, or all where they are one notice.
fn followed(c: &Connection, later: &Node, day: i64) -> Result<Vec<i64>, StoreError> {
    let (Some(org), true) = (later.org, later.day != Some(day)) else { return Ok(Vec::new()) };
    let sql = "SELECT incident FROM links WHERE org = ?1 AND day = ?2 AND NOT claim LIMIT 51";
    let mut all = Vec::new();
    for key in few(c, sql, (org, day), MOST_NEAR)? {
        all.extend(Node::read(c, key)?);
    }
    let one_notice = all.iter().all(|n| all.first().is_some_and(|f| f.subject == n.subject));
    let is = |n: &Node| later.same_subject(n) || one_notice && (n.subject.is_some() || all.len() == 1);
    Ok(all.iter().filter(|n| is(n)).map(|n| n.incident).collect())
}

/// The organisation's own notice nearest to a day, the earlier one of two equally near.
fn own_notice(c: &Connection, org: i64, day: i64) -> Result<Option<i64>, StoreError> {
    let before = "SELECT incident, day FROM links WHERE org = ?1 AND NOT claim AND day BETWEEN ?2 AND ?3
                  ORDER BY day DESC, ident DESC LIMIT 1";
    let after = "SELECT incident, day FROM links WHERE org = ?1 AND NOT claim AND day BETWEEN ?2 AND ?3
                 ORDER BY day, ident LIMIT 1";
    let mut best: Option<(i64, i64)> = None;
    for (sql, from, to) in [(before, day - BREACH_DAYS, day), (after, day + 1, day + BREACH_DAYS)] {
        let mut select = c.prepare_cached(sql)?;
        let mut rows = select.query((org, from, to))?;
        if let Some(row) = rows.next()? {
            let (incident, at): (i64, i64) = (row.get(0)?, row.get(1)?);
            let days = (at - day).abs();
            if best.is_none_or(|(b, _)| days < b) {
                best = Some((days, incident));
            }
        }
    }
    Ok(best.map(|(_, incident)| incident))
}

/// Tells whether two folded texts are one notice. Notices of two organisations have more to prove, and those of one
/// organisation from different days too: towns word one loss like the next.
fn alike(a: &str, b: &str, same_org: bool, same_day: bool) -> bool {
    let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
    let length = a.chars().take(1_000).count().min(b.chars().take(1_000).count());
    if a == b {
        return length >= COMPARED || same_org;
    }
    let least = match (same_org, same_day) {
        (true, true) => 0.75,
        (true, false) => 0.9,
        (false, _) if length >= 300 => 0.92,
        (false, _) => 0.97,
    };
    length >= COMPARED && shorter * 10 >= longer * 6 && common_share(a, b) >= least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_and_other_organisations_have_more_to_prove() {
        let notice =
            |n: usize| format!("職員が名簿{n}号を紛失しました。深くお詫びします。{}", "経緯を調べています。".repeat(6));
        assert!(alike(&notice(1), &notice(2), true, true));
        assert!(alike(&notice(1), &notice(2), true, false));
        assert!(!alike("名簿を紛失しました", "名簿を紛失しました。", true, true));
        assert!(alike("名簿を紛失", "名簿を紛失", true, true) && !alike("名簿を紛失", "名簿を紛失", false, true));
        let (long, other) = (notice(1), notice(2).replace("名簿", "書類の束").replace("職員", "委託先の社員"));
        assert!(alike(&long, &other, true, true) && !alike(&long, &other, false, true));
    }
}
