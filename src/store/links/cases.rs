//! The cases of all incidents at once, for a list that is grouped by them. Called by the finder, which remembers them
//! until incidents change.
//!
//! Most incidents share nothing with any other and are never looked at: what could join two of them is gathered as
//! numbers in one pass, and only those that meet in one are asked for their neighbours.

use super::super::error::StoreError;
use super::edges::Finder;
use super::node::Node;
use super::related::MOST_MEMBERS;
use roaring::RoaringBitmap;
use rusqlite::Connection;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Most incidents that can share something that joins them: what more share says nothing.
const MOST_SHARED: usize = 200;
/// Incidents after which the finder forgets what it remembered of others.
const REMEMBERED: usize = 2_000;

/// The incidents that belong to a case, each with the id of its case as a number.
///
/// # Errors
/// Reports what SQLite and `go_on` report.
pub(in super::super) fn cases(
    c: &Connection,
    go_on: &dyn Fn() -> Result<(), StoreError>,
) -> Result<Vec<(u32, i64)>, StoreError> {
    let mut joined = Joined::default();
    let mut finder = Finder::default();
    for (n, incident) in suspects(c, go_on)?.into_iter().enumerate() {
        go_on()?;
        let Some(one) = Node::read(c, i64::from(incident))? else { continue };
        for (other, _) in finder.neighbours(c, &one)? {
            joined.join(&one, &other);
        }
        if n % REMEMBERED == REMEMBERED - 1 {
            finder.forget();
        }
    }
    Ok(joined.cases())
}

/// The incidents that something may join to another; of every two that are joined at least one.
fn suspects(c: &Connection, go_on: &dyn Fn() -> Result<(), StoreError>) -> Result<RoaringBitmap, StoreError> {
    let mut suspects = RoaringBitmap::new();
    let mut shared: Vec<(u64, u32)> = Vec::new();
    let mut select = c.prepare_cached(
        "SELECT l.incident, l.continues OR (l.contractor AND l.third IS NOT NULL), l.org, l.day, l.near_a, l.near_b,
           i.lines_hash, i.case_no
         FROM links l CROSS JOIN incidents i ON i.key = l.incident",
    )?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let Ok(incident) = u32::try_from(row.get::<_, i64>(0)?) else { continue };
        if incident % 4_096 == 0 {
            go_on()?;
        }
        if row.get(1)? {
            suspects.insert(incident);
        }
        let (org, day): (Option<i64>, Option<i64>) = (row.get(2)?, row.get(3)?);
        shared.extend(org.zip(day).map(|at| (number_of(("day", at)), incident)));
        for column in 4..=6 {
            let hash: Option<i64> = row.get(column)?;
            shared.extend(hash.map(|hash| (number_of((column, hash)), incident)));
        }
        let case_no = row.get_ref(7)?.as_str_or_null().unwrap_or_default();
        shared.extend(case_no.map(|no| (number_of(("case", no)), incident)));
    }
    shared.sort_unstable();
    for run in shared.chunk_by(|a, b| a.0 == b.0).filter(|run| (2..=MOST_SHARED).contains(&run.len())) {
        suspects.extend(run.iter().map(|(_, incident)| *incident));
    }
    Ok(suspects)
}

fn number_of(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Who is joined to whom, directly or through others.
#[derive(Default)]
struct Joined {
    /// By incident: its place.
    places: HashMap<i64, usize>,
    /// By place: another place of the same case, nearer to the one that stands for all.
    above: Vec<usize>,
    /// By place: the incident and the least id.
    members: Vec<(i64, i64)>,
}

impl Joined {
    fn place(&mut self, one: &Node) -> usize {
        let next = self.above.len();
        let place = *self.places.entry(one.incident).or_insert(next);
        if place == next {
            self.above.push(next);
            self.members.push((one.incident, one.ident));
        }
        self.top(place)
    }

    /// The place that stands for all of a case.
    fn top(&mut self, place: usize) -> usize {
        let mut top = place;
        while let Some(above) = self.above.get(top).copied().filter(|above| *above != top) {
            // Halves the way for whoever asks next.
            let higher = self.above.get(above).copied().unwrap_or(above);
            if let Some(slot) = self.above.get_mut(top) {
                *slot = higher;
            }
            top = higher;
        }
        top
    }

    fn join(&mut self, one: &Node, other: &Node) {
        let (a, b) = (self.place(one), self.place(other));
        if let Some(slot) = self.above.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }

    fn cases(mut self) -> Vec<(u32, i64)> {
        let tops: Vec<usize> = (0..self.above.len()).map(|place| self.top(place)).collect();
        let mut least: HashMap<usize, (i64, usize)> = HashMap::new();
        for (top, (_, ident)) in tops.iter().zip(&self.members) {
            let (id, members) = least.entry(*top).or_insert((*ident, 0));
            *id = (*id).min(*ident);
            *members += 1;
        }
        let of = |(top, (incident, _)): (&usize, &(i64, i64))| {
            let (id, _) = least.get(top).filter(|(_, members)| *members <= MOST_MEMBERS)?;
            Some((u32::try_from(*incident).ok()?, *id))
        };
        tops.iter().zip(&self.members).filter_map(of).collect()
    }
}
