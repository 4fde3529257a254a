//! What joins two incidents into one case: a case number, a near-identical text, a later release, a contractor's breach.
//! Given one incident, finds its neighbours; `related` walks from them to the whole case.
//!
//! Every rule gives the same edge from both of its ends. A key that too many incidents share joins none of them: it is
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
/// Fewest characters of a text that is compared at all; shorter ones have to be equal.
const COMPARED: usize = 40;

/// Looks for the neighbours of incidents, and remembers what it would else look up again.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// Pairs of texts that were compared.
    compared: HashMap<(i64, i64), bool>,
    /// Names of third parties that few enough name.
    contractors: HashMap<i64, bool>,
}

impl Finder {
    /// Forgets the pairs, which take the most room.
    pub fn forget_pairs(&mut self) {
        self.compared.clear();
    }

    /// The incidents that belong to the case of one, and why, the strongest reason first where there are several.
    pub fn neighbours(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let mut out: Vec<(Rc<Node>, Why)> = Vec::new();
        for rule in [Self::case_number, Self::releases, Self::copies, Self::clients, Self::own_notices] {
            for (other, why) in rule(self, c, one)? {
                if other.incident != one.incident && !out.iter().any(|(o, _)| o.incident == other.incident) {
                    out.push((other, why));
                }
            }
        }
        Ok(out)
    }

    fn case_number(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let Some(number) = &one.case_no else { return Ok(Vec::new()) };
        let sql = "SELECT i.key FROM incidents i CROSS JOIN links l ON l.incident = i.key WHERE i.case_no = ?1
                   LIMIT 201";
        let all = few(c, sql, [number], MOST_NUMBERED)?;
        nodes(c, &all, |_| Some(Why::CaseNumber))
    }

    /// A later release goes on the one before it of the same subject, and on those of the days that it names.
    fn releases(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let Some(day) = one.day else { return Ok(Vec::new()) };
        let mut keys = Vec::new();
        if let Some(subject) = one.subject {
            if one.continues {
                let before = "SELECT incident FROM links WHERE subject = ?1 AND (day, ident) < (?2, ?3) AND day >= ?4
                              ORDER BY day DESC, ident DESC LIMIT 1";
                keys.extend(numbers(c, before, (subject, day, one.ident, day - RELEASE_DAYS))?);
            }
            let after = "SELECT incident FROM links WHERE subject = ?1 AND (day, ident) > (?2, ?3) AND day <= ?4
                         ORDER BY day, ident LIMIT 1";
            let next = numbers(c, after, (subject, day, one.ident, day + RELEASE_DAYS))?;
            keys.extend(nodes(c, &next, |n| n.continues.then_some(Why::LaterRelease))?.iter().map(|(n, _)| n.incident));
        }
        let Some(org) = one.org else { return nodes(c, &keys, |n| Some(Why::release(one, n))) };
        for named in numbers(c, "SELECT day FROM link_follows WHERE incident = ?1", [one.incident])? {
            keys.extend(followed(c, one, named)?);
        }
        for later in numbers(c, "SELECT incident FROM link_follows WHERE org = ?1 AND day = ?2", (org, day))? {
            let Some(later) = Node::read(c, later)? else { continue };
            if followed(c, &later, day)?.contains(&one.incident) {
                keys.push(later.incident);
            }
        }
        nodes(c, &keys, |n| Some(Why::release(one, n)))
    }

    /// The same notice once more: near-identical texts, or one subject told in two documents on one day.
    fn copies(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let mut keys = Vec::new();
        let sketches = [
            "SELECT incident FROM links WHERE near_a = ?1 LIMIT 51",
            "SELECT incident FROM links WHERE near_b = ?1 LIMIT 51",
        ];
        for (sql, sketch) in sketches.into_iter().zip(one.near) {
            if let Some(sketch) = sketch {
                keys.extend(few(c, sql, [sketch], MOST_NEAR)?);
            }
        }
        let lines = "SELECT i.key FROM incidents i CROSS JOIN links l ON l.incident = i.key WHERE i.lines_hash = ?1
                     LIMIT 51";
        keys.extend(few(c, lines, [one.lines], MOST_NEAR)?);
        if let (Some(org), Some(day)) = (one.org, one.day) {
            let sql = "SELECT incident FROM links WHERE org = ?1 AND day = ?2 LIMIT 51";
            keys.extend(few(c, sql, (org, day), MOST_NEAR)?);
        }
        keys.sort_unstable();
        keys.dedup();
        let mut out = Vec::new();
        for key in keys.into_iter().filter(|k| *k != one.incident) {
            let Some(other) = Node::read(c, key)? else { continue };
            if self.is_copy(c, one, &other)? {
                out.push((other, Why::NearDuplicate));
            }
        }
        Ok(out)
    }

    fn is_copy(&mut self, c: &Connection, one: &Node, other: &Node) -> Result<bool, StoreError> {
        if one.claim != other.claim || one.days_from(other).is_some_and(|d| d > COPY_DAYS) {
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

    /// A contractor's breach: those who name it, each joined to the next in time; and the contractor's own notice that
    /// is nearest.
    fn clients(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let (true, Some(third), Some(day)) = (one.contractor, one.third, one.day) else { return Ok(Vec::new()) };
        if !self.is_contractor(c, third)? {
            return Ok(Vec::new());
        }
        let before = "SELECT incident FROM links WHERE third = ?1 AND contractor AND (day, ident) < (?2, ?3)
                      AND day >= ?4 ORDER BY day DESC, ident DESC LIMIT 1";
        let mut keys = numbers(c, before, (third, day, one.ident, day - BREACH_DAYS))?;
        let after = "SELECT incident FROM links WHERE third = ?1 AND contractor AND (day, ident) > (?2, ?3)
                     AND day <= ?4 ORDER BY day, ident LIMIT 1";
        keys.extend(numbers(c, after, (third, day, one.ident, day + BREACH_DAYS))?);
        let mut out = nodes(c, &keys, |_| Some(Why::SameThird))?;
        if let Some(own) = own_notice(c, third, day)? {
            out.extend(nodes(c, &[own], |_| Some(Why::NoticeOfThird))?);
        }
        Ok(out)
    }

    /// The clients of a contractor whose nearest notice of the contractor's own this is.
    fn own_notices(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
        let (false, Some(org), Some(day)) = (one.claim, one.org, one.day) else { return Ok(Vec::new()) };
        if !self.is_contractor(c, org)? {
            return Ok(Vec::new());
        }
        let sql = "SELECT incident FROM links WHERE third = ?1 AND contractor AND day BETWEEN ?2 AND ?3";
        let clients = numbers(c, sql, (org, day - BREACH_DAYS, day + BREACH_DAYS))?;
        let mut nearest: HashMap<i64, Option<i64>> = HashMap::new();
        let mut out = Vec::new();
        for (client, why) in nodes(c, &clients, |_| Some(Why::NamesItThird))? {
            let Some(day) = client.day else { continue };
            let own = match nearest.get(&day) {
                Some(own) => *own,
                None => *nearest.entry(day).or_insert(own_notice(c, org, day)?),
            };
            if own == Some(one.incident) {
                out.push((client, why));
            }
        }
        Ok(out)
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

/// The notices of the day that a later release names: those of its subject, or all where they are one notice.
fn followed(c: &Connection, later: &Node, day: i64) -> Result<Vec<i64>, StoreError> {
    let (Some(org), true) = (later.org, later.day != Some(day)) else { return Ok(Vec::new()) };
    let sql = "SELECT incident FROM links WHERE org = ?1 AND day = ?2 AND NOT claim LIMIT 51";
    let all = few(c, sql, (org, day), MOST_NEAR)?;
    let all = nodes(c, &all, |_| Some(Why::EarlierRelease))?;
    let one_notice = all.iter().all(|(n, _)| all.first().is_some_and(|(f, _)| f.subject == n.subject));
    let is = |n: &Node| later.same_subject(n) || one_notice && (n.subject.is_some() || all.len() == 1);
    Ok(all.iter().filter(|(n, _)| is(n)).map(|(n, _)| n.incident).collect())
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

/// Reads incidents and keeps those that have a reason.
fn nodes(c: &Connection, keys: &[i64], why: impl Fn(&Node) -> Option<Why>) -> Result<Vec<(Rc<Node>, Why)>, StoreError> {
    let mut out = Vec::with_capacity(keys.len());
    for key in keys {
        if let Some(node) = Node::read(c, *key)?
            && let Some(why) = why(&node)
        {
            out.push((node, why));
        }
    }
    Ok(out)
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
