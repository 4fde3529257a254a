//! The case of an incident and the incidents that are related to it, closest first. Called by `read` for a record, once
//! for all records of an export: what one record's case has shown is not looked up again for the next.

use super::super::error::StoreError;
use super::edges::Finder;
use super::nearest::{Counts, nearest, shares_name};
use super::node::Node;
use super::why::Why;
use crate::domain::{IncidentId, Record, Related};
use rusqlite::Connection;
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Most incidents of a case: what is joined in such numbers is no case.
pub(super) const MOST_MEMBERS: usize = 10_000;
/// Members of cases and counts of names that are remembered.
const MOST_KEPT: usize = 20_000;

/// What the record tells of links.
#[derive(Debug, Default)]
pub(in super::super) struct Found {
    /// The id of the case; `None` where nothing else belongs to it.
    pub case: Option<String>,
    /// The closest incidents.
    pub related: Vec<Related>,
    /// How many there are in all.
    pub total: usize,
}

/// A case: its incidents, and who is joined to whom.
#[derive(Debug)]
struct Case {
    members: Vec<Rc<Node>>,
    joined: HashMap<i64, Vec<(i64, Why)>>,
}

/// Finds links, and remembers what several records have in common.
#[derive(Debug, Default)]
pub(in super::super) struct Links {
    finder: Finder,
    counts: Counts,
    /// The case of each incident that has one; `None` for what is too much for a case.
    cases: HashMap<i64, Option<Rc<Case>>>,
}

impl Links {
    /// The case of an incident and what is related to it.
    pub fn of(&mut self, c: &Connection, incident: i64) -> Result<Found, StoreError> {
        let Some(one) = Node::read(c, incident)? else { return Ok(Found::default()) };
        let case = self.case_of(c, &one)?;
        let mut list: Vec<(bool, Why, Rc<Node>)> = Vec::new();
        let others = |m: &&Rc<Node>| m.incident != incident;
        for member in case.iter().flat_map(|c| &c.members).filter(others) {
            let direct = case.as_ref().and_then(|c| c.joined.get(&incident)).into_iter().flatten();
            let direct = direct.into_iter().find(|(key, _)| *key == member.incident).map(|(_, why)| *why);
            list.push((false, direct.unwrap_or_else(|| within(&one, member)), Rc::clone(member)));
        }
        let outside = list.iter().filter(|(.., m)| !shares_name(&one, m)).count();
        let members: HashSet<i64> = list.iter().map(|(.., m)| m.incident).collect();
        for key in nearest(c, &one)?.into_iter().filter(|k| *k != incident && !members.contains(k)) {
            if let Some(other) = Node::read(c, key)?
                && let Some(why) = Why::of_keys(&one, &other)
            {
                list.push((true, why, other));
            }
        }
        list.sort_by_key(|(weak, why, other)| (*weak, why.rank(), distance(&one, other), other.ident));
        list.truncate(Record::MAX_RELATED);
        let sharing = self.counts.sharing(c, &one)? - i64::from(one.org.is_some() || one.third.is_some());
        self.counts.trim(MOST_KEPT);
        let first = case.iter().flat_map(|c| &c.members).map(|m| m.ident).min();
        Ok(Found {
            case: first.map(|f| IncidentId::from_number(f).0),
            related: list.iter().map(|(_, why, o)| related(o, *why)).collect(),
            total: usize::try_from(sharing).unwrap_or(0) + outside,
        })
    }

    /// The incidents of an incident's case, itself among them, each with its day (from 1970-01-01); none for an incident
    /// that has no links.
    pub fn members(&mut self, c: &Connection, incident: i64) -> Result<Vec<(i64, Option<i64>)>, StoreError> {
        let Some(one) = Node::read(c, incident)? else { return Ok(Vec::new()) };
        let case = self.case_of(c, &one)?;
        let members = case.map_or_else(|| vec![Rc::clone(&one)], |case| case.members.clone());
        Ok(members.iter().map(|m| (m.incident, m.day)).collect())
    }

    /// The case of an incident: all that can be reached from it.
    fn case_of(&mut self, c: &Connection, one: &Rc<Node>) -> Result<Option<Rc<Case>>, StoreError> {
        if let Some(known) = self.cases.get(&one.incident) {
            return Ok(known.clone());
        }
        let mut members = vec![Rc::clone(one)];
        let mut joined: HashMap<i64, Vec<(i64, Why)>> = HashMap::from([(one.incident, Vec::new())]);
        let mut next = 0;
        let mut too_much = false;
        while let Some(member) = members.get(next).cloned() {
            next += 1;
            let neighbours = self.finder.neighbours(c, &member)?;
            joined.insert(member.incident, neighbours.iter().map(|(n, why)| (n.incident, *why)).collect());
            for (neighbour, _) in neighbours {
                if let Entry::Vacant(place) = joined.entry(neighbour.incident) {
                    place.insert(Vec::new());
                    too_much |= matches!(self.cases.get(&neighbour.incident), Some(None));
                    members.push(neighbour);
                }
            }
            too_much |= members.len() > MOST_MEMBERS;
            if too_much {
                break;
            }
        }
        self.finder.forget();
        if members.len() == 1 {
            return Ok(None);
        }
        if self.cases.len() + members.len() > MOST_KEPT {
            self.cases.clear();
        }
        let case = (!too_much).then(|| Rc::new(Case { members: members.clone(), joined }));
        for member in &members {
            self.cases.insert(member.incident, case.clone());
        }
        Ok(case)
    }
}

/// Why another incident of the same case is linked, where nothing joins the two directly.
fn within(one: &Node, other: &Node) -> Why {
    match Why::of_keys(one, other) {
        Some(Why::SameSubject) if one.days_from(other) != Some(0) => Why::release(one, other),
        Some(Why::SameOrg) | None => Why::SameCase,
        Some(why) => why,
    }
}

/// Days between the two; what is undated comes last, and to an undated one the newest are nearest.
fn distance(one: &Node, other: &Node) -> i64 {
    const FAR: i64 = 1 << 40;
    match (one.days_from(other), other.day) {
        (Some(days), _) => days,
        (None, Some(day)) => FAR - day,
        (None, None) => i64::MAX,
    }
}

fn related(other: &Node, why: Why) -> Related {
    Related { id: IncidentId::from_number(other.ident), why: why.as_str().to_owned() }
}
