//! Works out anew which tags and which status the log gives to the incidents of `temp.targets`, ten thousand at a time:
//! less than `triage` reads and writes for each, to the same end. Called by `operations` for undo and redo, and for
//! tags that are renamed and deleted.

use super::error::StoreError;
use super::number::{array, size};
use super::{targets, triage};
use crate::domain::{Change, OpId, Status, Tag};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// As many targets for each incident it pays to read of all changes, rather than those of each incident: what was undone
/// is not read then.
const FEW: usize = 4;

/// What is worked out.
#[derive(Clone, Copy)]
enum What {
    Tags,
    Status,
}

impl What {
    /// Tells whether a change has a say in it.
    fn is(self, change: &Change) -> bool {
        match self {
            Self::Tags => matches!(change, Change::Tag { .. } | Change::Rename { .. } | Change::Delete { .. }),
            Self::Status => matches!(change, Change::Status { .. }),
        }
    }
}

/// A tag's place in [`Names`].
type Name = usize;

/// The tags that occur, each once.
#[derive(Default)]
struct Names {
    tags: Vec<Tag>,
    places: HashMap<Tag, Name>,
    /// By their row in the store, as far as it is known.
    rows: HashMap<i64, Name>,
    keys: HashMap<Name, i64>,
}

impl Names {
    fn of(&mut self, tag: &Tag) -> Name {
        if let Some(place) = self.places.get(tag) {
            return *place;
        }
        let place = self.tags.len();
        self.tags.push(tag.clone());
        self.places.insert(tag.clone(), place);
        place
    }

    fn of_row(&mut self, connection: &Connection, row: i64) -> Result<Name, StoreError> {
        if let Some(place) = self.rows.get(&row) {
            return Ok(*place);
        }
        let mut select = connection.prepare_cached("SELECT tag FROM tag_names WHERE key = ?1")?;
        let name: String = select.query_row([row], |r| r.get(0))?;
        let place = self.of(&triage::tag(&name)?);
        self.rows.insert(row, place);
        self.keys.insert(place, row);
        Ok(place)
    }

    fn row(&mut self, connection: &Connection, name: Name) -> Result<i64, StoreError> {
        if let Some(row) = self.keys.get(&name) {
            return Ok(*row);
        }
        let missing = || StoreError::corrupt("a tag has no name");
        let row = triage::tag_key(connection, self.tags.get(name).ok_or_else(missing)?)?;
        self.keys.insert(name, row);
        Ok(row)
    }
}

/// What a change does to the tags of an incident.
enum Retag {
    Set { add: Vec<Name>, remove: Vec<Name> },
    Rename { from: Tag, to: Tag, moved: HashMap<Name, Option<Name>> },
    Delete { tag: Tag, within: HashMap<Name, bool> },
}

impl Retag {
    /// `None` for a change of other things.
    fn of(change: &Change, names: &mut Names) -> Option<Self> {
        let mut all = |tags: &[Tag]| tags.iter().map(|t| names.of(t)).collect();
        Some(match change {
            Change::Tag { add, remove } => Self::Set { add: all(add), remove: all(remove) },
            Change::Rename { from, to, .. } => {
                Self::Rename { from: from.clone(), to: to.clone(), moved: HashMap::new() }
            }
            Change::Delete { tag } => Self::Delete { tag: tag.clone(), within: HashMap::new() },
            _ => return None,
        })
    }

    fn apply(&mut self, tags: &mut Vec<Name>, names: &mut Names) {
        match self {
            Self::Set { add, remove } => {
                tags.extend(add.iter());
                tags.sort_unstable();
                tags.dedup();
                tags.retain(|t| !remove.contains(t));
            }
            Self::Rename { from, to, moved } => {
                for tag in tags.iter_mut() {
                    let new = moved.entry(*tag).or_insert_with(|| {
                        let new = names.tags.get(*tag).and_then(|t| t.moved(from, to));
                        new.map(|t| names.of(&t))
                    });
                    *tag = new.unwrap_or(*tag);
                }
                tags.sort_unstable();
                tags.dedup();
            }
            Self::Delete { tag, within } => tags.retain(|t| {
                let is = || names.tags.get(*t).is_some_and(|t| t.is_within(tag.as_str()));
                !*within.entry(*t).or_insert_with(is)
            }),
        }
    }
}

/// A standing change and the incidents of the chunk that it is on, by their place there.
struct Standing {
    change: Change,
    on: Vec<usize>,
}

/// Incidents that are worked on at once: those of `temp.chunk`, in the order of their keys.
struct Chunk {
    keys: Vec<i64>,
}

impl Chunk {
    /// The incidents of `temp.targets` after a key.
    fn after(connection: &Connection, after: i64) -> Result<Option<(Self, i64)>, StoreError> {
        let Some(last) = triage::next_chunk(connection, after)? else { return Ok(None) };
        let mut select = connection.prepare_cached("SELECT key FROM temp.chunk ORDER BY key")?;
        let keys = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
        Ok(Some((Self { keys }, last)))
    }

    fn place(&self, key: i64) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    /// The standing changes of tags or status on these incidents, in the order of the log.
    fn standing(&self, connection: &Connection, what: What) -> Result<Vec<Standing>, StoreError> {
        if self.keys.len() >= targets::BULK
            && let Some(changes) = few(connection, what, self.keys.len().saturating_mul(FEW))?
        {
            return self.by_operation(connection, changes);
        }
        self.by_incident(connection, what)
    }

    /// Reads all targets of each of these changes: (its row, itself).
    fn by_operation(&self, connection: &Connection, all: Vec<(i64, Change)>) -> Result<Vec<Standing>, StoreError> {
        let mut places: HashMap<String, usize> = HashMap::with_capacity(self.keys.len());
        let mut select = connection.prepare_cached("SELECT id FROM temp.chunk ORDER BY key")?;
        for (place, id) in select.query_map([], |r| r.get(0))?.enumerate() {
            places.insert(id?, place);
        }
        let mut select = connection.prepare_cached("SELECT incident FROM operation_targets WHERE operation = ?1")?;
        let mut out = Vec::with_capacity(all.len());
        for (operation, change) in all {
            let mut on = Vec::new();
            let mut rows = select.query([operation])?;
            while let Some(row) = rows.next()? {
                on.extend(row.get_ref(0)?.as_str().ok().and_then(|id| places.get(id)));
            }
            out.push(Standing { change, on });
        }
        Ok(out)
    }

    /// Reads the operations on each of these incidents.
    fn by_incident(&self, connection: &Connection, what: What) -> Result<Vec<Standing>, StoreError> {
        let mut known: HashMap<i64, Option<OpId>> = HashMap::new();
        let mut out: BTreeMap<OpId, Standing> = BTreeMap::new();
        let mut take = |operation: i64, key: i64| -> Result<(), StoreError> {
            let id = match known.get(&operation) {
                Some(id) => id.clone(),
                None => {
                    let id = standing(connection, operation, what)?.map(|(id, change)| {
                        out.insert(id.clone(), Standing { change, on: Vec::new() });
                        id
                    });
                    known.insert(operation, id.clone());
                    id
                }
            };
            if let (Some(place), Some(s)) = (self.place(key), id.and_then(|id| out.get_mut(&id))) {
                s.on.push(place);
            }
            Ok(())
        };
        let indexed = "SELECT t.operation, c.key FROM temp.chunk c CROSS JOIN operation_targets t
             ON t.incident = c.id AND t.bulk = 0";
        // Of bulk operations, only those that stand.
        let others = "SELECT t.operation, c.key FROM operations o CROSS JOIN temp.chunk c
             CROSS JOIN operation_targets t ON t.operation = o.key AND t.incident = c.id AND t.bulk = 1
             WHERE o.bulk = 1 AND o.cancelled = 0";
        for sql in [indexed, others] {
            let mut select = connection.prepare_cached(sql)?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                take(row.get(0)?, row.get(1)?)?;
            }
        }
        Ok(out.into_values().collect())
    }

    /// The tags that the tables hold, sorted.
    fn tags(&self, connection: &Connection, names: &mut Names) -> Result<Vec<Vec<Name>>, StoreError> {
        let mut out = vec![Vec::new(); self.keys.len()];
        let mut select = connection
            .prepare_cached("SELECT c.key, t.tag FROM temp.chunk c CROSS JOIN tags t ON t.incident = c.key")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let name = names.of_row(connection, row.get(1)?)?;
            if let Some(tags) = self.place(row.get(0)?).and_then(|place| out.get_mut(place)) {
                tags.push(name);
            }
        }
        out.iter_mut().for_each(|tags: &mut Vec<Name>| tags.sort_unstable());
        Ok(out)
    }

    /// Writes what differs, and counts the incidents on which something does.
    fn write(
        &self,
        connection: &Connection,
        names: &mut Names,
        had: &[Vec<Name>],
        wanted: &[Vec<Name>],
    ) -> Result<usize, StoreError> {
        let mut delete = connection.prepare_cached("DELETE FROM tags WHERE incident = ?1 AND tag = ?2")?;
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO tags (incident, tag) VALUES (?1, ?2)")?;
        let mut changed = 0;
        for ((key, had), wanted) in self.keys.iter().zip(had).zip(wanted).filter(|((_, had), wanted)| had != wanted) {
            changed += 1;
            for tag in had.iter().filter(|t| !wanted.contains(t)) {
                delete.execute([*key, names.row(connection, *tag)?])?;
            }
            for tag in wanted.iter().filter(|t| !had.contains(t)) {
                insert.execute([*key, names.row(connection, *tag)?])?;
            }
        }
        Ok(changed)
    }
}

/// The changes of this kind that stand, in the order of the log: (row, change); `None` where they have more targets than
/// it pays to read.
fn few(connection: &Connection, what: What, most: usize) -> Result<Option<Vec<(i64, Change)>>, StoreError> {
    let mut select = connection.prepare_cached(
        "SELECT key, change, targets FROM operations WHERE kind = 'change' AND cancelled = 0 ORDER BY id",
    )?;
    let mut rows = select.query([])?;
    let (mut out, mut sum) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let change: Change = serde_json::from_str(row.get_ref(1)?.as_str().unwrap_or_default())?;
        if what.is(&change) {
            sum += size(row, 2)?;
            out.push((row.get(0)?, change));
        }
        // A row itself takes about as long as a target.
        sum += 1;
        if sum > most {
            return Ok(None);
        }
    }
    Ok(Some(out))
}

/// An operation's id and change, where it is a change of this kind that stands.
fn standing(connection: &Connection, operation: i64, what: What) -> Result<Option<(OpId, Change)>, StoreError> {
    let mut select = connection
        .prepare_cached("SELECT id, change FROM operations WHERE key = ?1 AND kind = 'change' AND cancelled = 0")?;
    let found = select.query_row([operation], |r| Ok((r.get(0)?, r.get::<_, String>(1)?))).optional()?;
    let Some((id, json)) = found else { return Ok(None) };
    let change: Change = serde_json::from_str(&json)?;
    Ok(what.is(&change).then_some((OpId(id), change)))
}

/// Brings the tags of the incidents of `temp.targets` to what the log says, and counts those that changed.
pub(super) fn refresh_tags(connection: &Connection) -> Result<usize, StoreError> {
    let (mut names, mut after, mut changed) = (Names::default(), 0, 0);
    while let Some((chunk, last)) = Chunk::after(connection, after)? {
        let mut wanted: Vec<Vec<Name>> = vec![Vec::new(); chunk.keys.len()];
        for standing in chunk.standing(connection, What::Tags)? {
            let Some(mut retag) = Retag::of(&standing.change, &mut names) else { continue };
            for place in standing.on {
                if let Some(tags) = wanted.get_mut(place) {
                    retag.apply(tags, &mut names);
                }
            }
        }
        let had = chunk.tags(connection, &mut names)?;
        changed += chunk.write(connection, &mut names, &had, &wanted)?;
        after = last;
    }
    Ok(changed)
}

/// Does to the tags of the incidents of `temp.targets` what the log's newest change says, and counts those that changed.
pub(super) fn change_tags(connection: &Connection, change: &Change) -> Result<usize, StoreError> {
    let (mut names, mut after, mut changed) = (Names::default(), 0, 0);
    let Some(mut retag) = Retag::of(change, &mut names) else { return Ok(0) };
    while let Some((chunk, last)) = Chunk::after(connection, after)? {
        let had = chunk.tags(connection, &mut names)?;
        let mut wanted = had.clone();
        for tags in &mut wanted {
            retag.apply(tags, &mut names);
        }
        changed += chunk.write(connection, &mut names, &had, &wanted)?;
        after = last;
    }
    Ok(changed)
}

/// Brings the status of the incidents of `temp.targets` to what the log says, and counts those that changed.
pub(super) fn refresh_status(connection: &Connection) -> Result<usize, StoreError> {
    let (mut after, mut changed) = (0, 0);
    while let Some((chunk, last)) = Chunk::after(connection, after)? {
        let mut wanted = vec![Status::default(); chunk.keys.len()];
        for standing in chunk.standing(connection, What::Status)? {
            let Change::Status { to } = standing.change else { continue };
            for place in standing.on {
                if let Some(status) = wanted.get_mut(place) {
                    *status = to;
                }
            }
        }
        for status in Status::ALL {
            let keys = chunk.keys.iter().zip(&wanted).filter(|(_, w)| **w == status);
            let keys = array(keys.map(|(key, _)| *key));
            if !keys.is_empty() {
                let mut update = connection.prepare_cached(
                    "UPDATE incidents SET status = ?1 WHERE status <> ?1 AND key IN (SELECT value FROM rarray(?2))",
                )?;
                changed += update.execute(params![status.as_str(), keys])?;
            }
        }
        after = last;
    }
    Ok(changed)
}
