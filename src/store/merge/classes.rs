//! Which documents of two case books are versions of one, which of their entries are one incident, and which id it has.
//!
//! A pure function of all that both sides know (`Known`, which only ever grows), not of what a merge found before: so
//! it is the same in whatever order case books are merged. Versions belong together that an ingest found to follow each
//! other, and those from one path that have an entry in common. Within a document the versions are gone through in the
//! order of their ingest: what a case book saw as one incident is one, other entries are paired as an ingest pairs them.

use super::side::{Entry, Hash, Marks, Side, Token, Tombstone};
use crate::domain::IncidentId;
use crate::store::matching;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::convert::Infallible;

/// The entries of one reading of one version, by place.
type Unit<'a> = BTreeMap<i64, Vec<&'a Entry>>;

/// All that both sides know.
#[derive(Debug, Default)]
pub struct Known {
    /// See [`Side::versions`].
    pub versions: BTreeSet<(Hash, Option<Hash>, String, String)>,
    /// See [`Side::lineage`].
    pub lineage: BTreeSet<(Hash, Hash)>,
    /// See [`Side::entries`].
    pub entries: BTreeSet<Entry>,
    /// See [`Side::claims`].
    pub claims: BTreeSet<(Token, String)>,
    /// See [`Side::tombstones`]; of two the earlier.
    pub tombstones: BTreeMap<Hash, Tombstone>,
}

impl Known {
    /// Unites what two case books know.
    pub fn of(sides: [&Side; 2]) -> Self {
        let mut known = Self::default();
        for side in sides {
            known.versions.extend(side.versions.iter().cloned());
            known.lineage.extend(&side.lineage);
            known.entries.extend(&side.entries);
            known.claims.extend(side.claims.iter().cloned());
            for (sha, stone) in &side.tombstones {
                let kept = known.tombstones.entry(*sha).or_insert_with(|| stone.clone());
                if stone < kept {
                    kept.clone_from(stone);
                }
            }
        }
        known
    }
}

/// What follows from all that is known.
#[derive(Debug, Default)]
pub struct Plan {
    /// For each version the document that it is one of.
    pub documents: HashMap<Hash, usize>,
    /// Versions that were forgotten, or that a forgotten one came after.
    pub dead: HashSet<Hash>,
    /// When each version was last taken in.
    pub latest: HashMap<Hash, String>,
    /// For each place the incident that stands there.
    incidents: HashMap<Token, usize>,
    /// Each incident's id.
    ids: Vec<String>,
    /// The ids that each incident was given, and where.
    pub claims: HashMap<usize, BTreeSet<(Token, String)>>,
}

impl Plan {
    /// The incident at a place.
    pub fn incident(&self, at: &Token) -> Option<usize> {
        self.incidents.get(at).copied()
    }

    /// The id of an incident.
    pub fn id(&self, incident: usize) -> &str {
        self.ids.get(incident).map_or("", String::as_str)
    }

    /// Works everything out.
    pub fn of(known: &Known) -> Self {
        let mut plan = Self::default();
        let mut first: HashMap<Hash, &str> = HashMap::new();
        for (sha, _, at, _) in &known.versions {
            let latest = plan.latest.entry(*sha).or_default();
            if at > latest {
                latest.clone_from(at);
            }
            let first = first.entry(*sha).or_insert(at);
            *first = (*first).min(at);
        }
        plan.join_versions(known);
        plan.bury(known);
        plan.join_entries(known);
        plan.give_ids(known, &first);
        plan
    }

    fn join_versions(&mut self, known: &Known) {
        let mut shas: BTreeSet<Hash> = known.versions.iter().map(|v| v.0).collect();
        shas.extend(known.entries.iter().flat_map(|e| [e.token.sha, e.born.sha]));
        shas.extend(known.claims.iter().map(|(t, _)| t.sha));
        shas.extend(known.lineage.iter().flat_map(|(a, b)| [*a, *b]));
        let places: HashMap<Hash, usize> = shas.iter().enumerate().map(|(i, s)| (*s, i)).collect();
        let mut sets = Sets::new(shas.len());
        let mut join = |a: &Hash, b: &Hash| {
            if let (Some(a), Some(b)) = (places.get(a), places.get(b)) {
                sets.join(*a, *b);
            }
        };
        known.lineage.iter().for_each(|(a, b)| join(a, b));
        // Only paths that several versions came from can join anything.
        let mut of_path: HashMap<Hash, BTreeSet<Hash>> = HashMap::new();
        for (sha, path, _, _) in &known.versions {
            if let Some(path) = path {
                of_path.entry(*path).or_default().insert(*sha);
            }
        }
        let mut paths: HashMap<Hash, Vec<Hash>> = HashMap::new();
        for (path, shas) in of_path.iter().filter(|(_, shas)| shas.len() > 1) {
            shas.iter().for_each(|s| paths.entry(*s).or_default().push(*path));
        }
        let mut seen: HashMap<(Hash, u8, i64), Hash> = HashMap::new();
        for entry in &known.entries {
            for path in paths.get(&entry.token.sha).into_iter().flatten() {
                let Marks { lines, body, head } = entry.marks;
                for (kind, mark) in [(0, lines), (1, body), (2, head)].into_iter().filter(|(_, m)| *m != 0) {
                    let other = *seen.entry((*path, kind, mark)).or_insert(entry.token.sha);
                    join(&other, &entry.token.sha);
                }
            }
        }
        self.documents = places.iter().map(|(sha, i)| (*sha, sets.root(*i))).collect();
    }

    /// A forgotten version takes those before it along.
    fn bury(&mut self, known: &Known) {
        let order = |sha: &Hash| (self.latest.get(sha).map_or("", String::as_str), *sha);
        let mut last: HashMap<usize, (&str, Hash)> = HashMap::new();
        for sha in known.tombstones.keys() {
            if let Some(document) = self.documents.get(sha) {
                let last = last.entry(*document).or_insert(order(sha));
                *last = (*last).max(order(sha));
            }
        }
        let is_dead = |(sha, document): &(&Hash, &usize)| last.get(document).is_some_and(|l| order(sha) <= *l);
        let dead = self.documents.iter().filter(is_dead).map(|(sha, _)| *sha).chain(known.tombstones.keys().copied());
        self.dead = dead.collect();
    }

    fn join_entries(&mut self, known: &Known) {
        // One way of reading one version at a time, in the order of ingest.
        let mut units: BTreeMap<(usize, &str, Hash, i64), Unit<'_>> = BTreeMap::new();
        let mut readings: HashMap<Token, Vec<i64>> = HashMap::new();
        for entry in &known.entries {
            let sha = entry.token.sha;
            let document = self.documents.get(&sha).copied().unwrap_or_default();
            let at = self.latest.get(&sha).map_or("", String::as_str);
            let unit = units.entry((document, at, sha, entry.reading)).or_default();
            unit.entry(entry.token.pos).or_default().push(entry);
            readings.entry(entry.token).or_default().push(entry.reading);
        }
        let mut classes = Classes { readings, ..Classes::default() };
        let mut current = None;
        for ((document, _, sha, _), unit) in &units {
            if current != Some(*document) {
                current = Some(*document);
                classes.begin_document();
            }
            classes.add(*sha, unit, !self.dead.contains(sha));
        }
        for (token, _) in &known.claims {
            classes.at(*token);
        }
        let tokens: Vec<Token> = classes.of.keys().copied().collect();
        self.incidents = tokens.into_iter().map(|t| (t, classes.at(t))).collect();
    }

    /// Of several incidents that were given one id the first keeps it; of several ids of one incident the first counts.
    fn give_ids(&mut self, known: &Known, first: &HashMap<Hash, &str>) {
        let order = |token: &Token| (first.get(&token.sha).copied().unwrap_or_default(), token.sha, token.pos);
        let mut owners: HashMap<&str, (_, usize)> = HashMap::new();
        for (token, id) in &known.claims {
            let Some(incident) = self.incidents.get(token).copied() else { continue };
            self.claims.entry(incident).or_default().insert((*token, id.clone()));
            let claim = (order(token), incident);
            let owner = owners.entry(id).or_insert(claim);
            if claim.0 < owner.0 {
                *owner = claim;
            }
        }
        let mut given: HashMap<usize, (_, &str)> = HashMap::new();
        for (token, id) in &known.claims {
            let Some(incident) = self.incidents.get(token).copied() else { continue };
            if owners.get(id.as_str()).is_some_and(|(_, owner)| *owner == incident) {
                let claim = (order(token), id.as_str());
                let kept = given.entry(incident).or_insert(claim);
                if claim < *kept {
                    *kept = claim;
                }
            }
        }
        let mut least: HashMap<usize, Token> = HashMap::new();
        for (token, incident) in &self.incidents {
            let kept = least.entry(*incident).or_insert(*token);
            if order(token) < order(kept) {
                *kept = *token;
            }
        }
        let count = self.incidents.values().max().map_or(0, |m| m + 1);
        self.ids = vec![String::new(); count];
        let mut without: Vec<(Token, usize)> = Vec::new();
        for (incident, token) in least {
            match given.get(&incident) {
                Some((_, id)) => {
                    if let Some(slot) = self.ids.get_mut(incident) {
                        (*id).clone_into(slot);
                    }
                }
                None => without.push((token, incident)),
            }
        }
        without.sort_by(|a, b| order(&a.0).cmp(&order(&b.0)));
        let mut taken: HashSet<String> = owners.keys().map(|id| (*id).to_owned()).collect();
        for (token, incident) in without {
            let lost = self.claims.get(&incident).and_then(|c| c.first()).map_or("", |(_, id)| id.as_str());
            let id = (0..).map(|n| derived(lost, &token, n)).find(|id| !taken.contains(id)).unwrap_or_default();
            taken.insert(id.clone());
            if let Some(slot) = self.ids.get_mut(incident) {
                *slot = id;
            }
        }
    }
}

/// The n-th id for an incident whose own belongs to another.
fn derived(lost: &str, token: &Token, n: u32) -> String {
    let mut hasher = Sha256::new_with_prefix(lost);
    hasher.update(token.sha);
    hasher.update(token.pos.to_be_bytes());
    hasher.update(n.to_be_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    IncidentId::from_hash(digest.iter().take(8).fold(0, |h, b| h << 8 | u64::from(*b))).0
}

/// Sets of numbers that are joined.
#[derive(Default)]
struct Sets(Vec<usize>);

impl Sets {
    fn new(n: usize) -> Self {
        Self((0..n).collect())
    }

    fn root(&mut self, of: usize) -> usize {
        let mut root = of;
        while let Some(up) = self.0.get(root).copied().filter(|up| *up != root) {
            // Halves the way for the next one.
            let above = self.0.get(up).copied().unwrap_or(up);
            if let Some(slot) = self.0.get_mut(root) {
                *slot = above;
            }
            root = above;
        }
        root
    }

    /// Joins two; the smaller number stands for both.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
    }
}

/// What is known of one incident while its document is gone through.
#[derive(Clone, Default)]
struct Class {
    tokens: Vec<Token>,
    /// As it was last seen alive: marks, in which unit, where.
    last: Option<(Marks, usize, i64)>,
}

/// Incidents as sets of places.
#[derive(Default)]
struct Classes {
    of: HashMap<Token, usize>,
    sets: Sets,
    classes: Vec<Class>,
    readings: HashMap<Token, Vec<i64>>,
    /// Of the document at hand, those that a live version held.
    alive: BTreeSet<usize>,
    unit: usize,
}

impl Classes {
    fn begin_document(&mut self) {
        self.alive.clear();
    }

    /// The incident at a place, made where there is none.
    fn at(&mut self, token: Token) -> usize {
        if let Some(class) = self.of.get(&token) {
            return self.sets.root(*class);
        }
        let class = self.classes.len();
        self.classes.push(Class { tokens: vec![token], last: None });
        self.sets.0.push(class);
        self.of.insert(token, class);
        class
    }

    /// Two entries that one reading of one version holds are two incidents.
    fn clash(&self, a: usize, b: usize) -> bool {
        let (Some(a), Some(b)) = (self.classes.get(a), self.classes.get(b)) else { return true };
        let read = |t: &Token| self.readings.get(t).map_or(&[][..], Vec::as_slice);
        let apart = |x: &Token, y: &Token| x != y && x.sha == y.sha && read(x).iter().any(|r| read(y).contains(r));
        a.tokens.iter().any(|x| b.tokens.iter().any(|y| apart(x, y)))
    }

    /// Makes two incidents one, unless they are two for sure. Tells whether they are one now.
    fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.sets.root(a), self.sets.root(b));
        if a == b {
            return true;
        }
        if self.clash(a, b) {
            return false;
        }
        let (low, high) = (a.min(b), a.max(b));
        self.sets.join(low, high);
        let from = self.classes.get_mut(high).map(std::mem::take).unwrap_or_default();
        if let Some(into) = self.classes.get_mut(low) {
            into.tokens.extend(from.tokens);
            into.last = match (into.last, from.last) {
                (Some(x), Some(y)) => Some(if (y.1, y.2) > (x.1, x.2) { y } else { x }),
                (x, y) => x.or(y),
            };
        }
        if self.alive.remove(&high) {
            self.alive.insert(low);
        }
        true
    }

    /// Adds one reading of one version.
    fn add(&mut self, sha: Hash, unit: &Unit<'_>, live: bool) {
        self.unit += 1;
        let mut open = Vec::new();
        for (pos, entries) in unit {
            let token = Token { sha, pos: *pos };
            let mut settled = self.of.contains_key(&token);
            let own = self.at(token);
            let born: BTreeSet<Token> = entries.iter().map(|e| e.born).filter(|b| *b != token).collect();
            for b in born {
                let other = self.at(b);
                settled |= self.join(own, other);
            }
            if !settled {
                open.push((*pos, entries.iter().map(|e| e.marks).min().unwrap_or_default()));
            }
        }
        if !live {
            return;
        }
        self.pair(sha, &open, unit);
        for (pos, entries) in unit {
            let class = self.at(Token { sha, pos: *pos });
            let marks = entries.iter().map(|e| e.marks).min().unwrap_or_default();
            if let Some(c) = self.classes.get_mut(class) {
                c.last = Some((marks, self.unit, *pos));
            }
            self.alive.insert(class);
        }
    }

    /// Pairs entries that no case book has seen grow out of another with what the document held before.
    fn pair(&mut self, sha: Hash, open: &[(i64, Marks)], unit: &Unit<'_>) {
        let held: HashSet<usize> = unit.keys().map(|pos| self.at(Token { sha, pos: *pos })).collect();
        let mut olds: Vec<(bool, usize, i64, usize, Marks)> = Vec::new();
        for class in self.alive.iter().filter(|c| !held.contains(c)) {
            if let Some((marks, seen, pos)) = self.classes.get(*class).and_then(|c| c.last) {
                olds.push((seen + 1 != self.unit, usize::MAX - seen, pos, *class, marks));
            }
        }
        if olds.is_empty() || open.is_empty() {
            return;
        }
        olds.sort_by_key(|o| (o.0, o.1, o.2));
        let told = |marks: &Marks, gone: bool| matching::Marks {
            lines: marks.lines,
            body: Some(marks.body).filter(|b| *b != 0),
            case_no: None,
            org: Some(marks.head).filter(|n| *n != 0).map(|n| n.to_string()),
            title: None,
            touched: false,
            gone,
        };
        let old: Vec<_> = olds.iter().map(|o| told(&o.4, o.0)).collect();
        let new: Vec<_> = open.iter().map(|(_, marks)| told(marks, false)).collect();
        // The texts of old versions are no longer there to be compared.
        let never = &mut |_, _| Ok::<f64, Infallible>(0.0);
        let Ok(pairs) = matching::pair(&old, &new, never);
        for ((pos, _), pair) in open.iter().zip(pairs) {
            if let Some((_, _, _, class, _)) = pair.and_then(|p| olds.get(p)) {
                let own = self.at(Token { sha, pos: *pos });
                self.join(own, *class);
            }
        }
    }
}
