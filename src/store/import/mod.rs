//! Takes records of another case book in, a batch in one transaction. Given checked records by the import of `jobs`.
//!
//! An imported record stands in the document that it comes from, of which nothing but path and hash is known until its
//! bytes are ingested or merged ([`is_hollow`]): so both case books mean one incident by one place, whatever brought it.
//! Remarks come as operations of their analysts under ids that follow from what they say; tags, status and verdicts,
//! of which a record does not tell who made them, as operations of whoever imports.

mod find;
mod remarks;
mod reread;

pub(super) use remarks::mark;
pub use reread::KeptEntry;

use super::error::StoreError;
use super::incidents::{self, Derived, Prepared};
use super::ingest::{Ingested, Outcome};
use super::number::int;
use super::operations::Often;
use super::{Store, documents, read, targets, triage};
use crate::domain::{
    Actor, Change, Command, DigestFormat, Field, Imported, IncidentId, Key, LinkKeysOf, Status, Tag, Verdict,
};
use chrono::{DateTime, Utc};
use find::{Found, Home};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::BTreeMap;

/// Messages of one kind that an import hands on.
const MOST_TOLD: usize = 20;

/// Tells whether of a document nothing is known but its imported records.
pub(super) fn is_hollow(format: &str) -> bool {
    format == DigestFormat::Records.as_str()
}

/// A record with what the store derives from its text, made on any thread.
#[derive(Debug)]
pub struct ReadyRecord {
    record: Imported,
    derived: Derived,
}

impl ReadyRecord {
    /// Folds and hashes the text, and makes the link keys.
    ///
    /// # Errors
    /// Fails where a fact can't be written as JSON.
    pub fn new(record: Imported, keys_of: LinkKeysOf) -> Result<Self, StoreError> {
        let mut derived = Derived::of(&record.entry)?;
        derived.links = Some(keys_of(record.entry.kind, &record.entry.facts, &derived.folded));
        Ok(Self { record, derived })
    }

    /// The record.
    pub fn record(&self) -> &Imported {
        &self.record
    }

    fn prepared(&self) -> Prepared<'_> {
        Prepared { entry: &self.record.entry, derived: &self.derived }
    }
}

/// What an import has done so far, and what it still has to say.
#[derive(Debug)]
pub struct Import {
    /// What became of the incidents.
    pub ingested: Ingested,
    /// Notes and corrections that were added.
    pub remarks: usize,
    /// Records that were not taken in: their lines, and why.
    pub refused: Vec<(usize, String)>,
    /// What stands here otherwise than in the file, in words.
    pub told: Vec<String>,
    /// Records whose text is another here: their document's was kept.
    pub other_text: usize,
    /// How many more there would be to tell.
    pub untold: usize,
    /// The file came before: what it says beside texts and facts may have been undone since, and comes only with
    /// incidents that are new.
    again: bool,
    tags: BTreeMap<Tag, Vec<IncidentId>>,
    /// Where a file tells of one incident twice, the later record counts: none where it says what already stands.
    statuses: BTreeMap<IncidentId, Option<Status>>,
    reviews: BTreeMap<(IncidentId, Field), Option<Verdict>>,
}

impl Default for Import {
    fn default() -> Self {
        Self {
            ingested: Ingested::none(Outcome::Unchanged),
            remarks: 0,
            refused: Vec::new(),
            told: Vec::new(),
            other_text: 0,
            untold: 0,
            again: false,
            tags: BTreeMap::new(),
            statuses: BTreeMap::new(),
            reviews: BTreeMap::new(),
        }
    }
}

impl Import {
    /// Begins with nothing done; `again` for a file that was imported whole before.
    pub fn new(again: bool) -> Self {
        Self { again, ..Self::default() }
    }

    fn tell(&mut self, words: String) {
        if self.told.len() < MOST_TOLD { self.told.push(words) } else { self.untold += 1 }
    }

    /// The changes of tags, statuses and verdicts that stand out.
    fn changes(&mut self) -> Vec<Command> {
        let tags = std::mem::take(&mut self.tags).into_iter();
        let tags = tags.map(|(tag, on)| (Change::Tag { add: vec![tag], remove: Vec::new() }, on));
        let statuses = std::mem::take(&mut self.statuses).into_iter().filter_map(|(id, to)| Some((to?, id)));
        let statuses = grouped(statuses).into_iter().map(|(to, on)| (Change::Status { to }, on));
        let reviews = std::mem::take(&mut self.reviews).into_iter();
        let reviews = grouped(reviews.filter_map(|((id, field), v)| Some(((field, v?), id)))).into_iter();
        let reviews = reviews.map(|((field, v), on)| (Change::Review { field, verdict: Some(v) }, on));
        tags.chain(statuses).chain(reviews).map(|(change, targets)| Command { change, targets }).collect()
    }
}

/// The incidents of each change.
fn grouped<C: Ord>(changes: impl Iterator<Item = (C, IncidentId)>) -> BTreeMap<C, Vec<IncidentId>> {
    let mut groups = BTreeMap::<C, Vec<IncidentId>>::new();
    changes.for_each(|(change, id)| groups.entry(change).or_default().push(id));
    groups
}

impl Store {
    /// Takes a batch of records in, in one transaction, and adds what was done to `import`. Tags, statuses and verdicts
    /// wait for [`Store::end_import`].
    ///
    /// # Errors
    /// Fails as a whole or not at all; a record that can't be taken in is no error but stands in `import.refused`.
    pub fn import(
        &mut self,
        records: &[ReadyRecord],
        import: &mut Import,
        actor: &Actor,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.index_targets()?;
        let done = batch(&mut self.connection, records, import, actor, at);
        self.link_anew(done)
    }

    /// Applies the tags, statuses and verdicts of an import, an operation each, and gives what the log says of them.
    ///
    /// # Errors
    /// Each operation as a whole or not at all; importing once more makes up for what is missing.
    pub fn end_import(
        &mut self,
        import: &mut Import,
        actor: &Actor,
        at: DateTime<Utc>,
    ) -> Result<Vec<String>, StoreError> {
        let mut said = Vec::new();
        for command in import.changes() {
            let applied = self.apply_as_often(&command, (actor, Often::Import), at)?;
            if applied.op.is_some() {
                said.push(applied.summary);
            }
        }
        Ok(said)
    }

    /// Tells whether a file of these bytes was imported whole before.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn was_imported(&self, sha256: &str) -> Result<bool, StoreError> {
        let known = self.connection.prepare_cached("SELECT 1 FROM versions WHERE sha256 = ?1");
        self.placed(known.and_then(|mut s| s.exists([sha256])).map_err(StoreError::from))
    }

    /// Remembers that a file of these bytes was imported whole.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn remember_import(&mut self, sha256: &str, path: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO versions (sha256, path, at) VALUES (?1, ?2, ?3)";
        let done = self.connection.execute(sql, [sha256, path, &documents::time(at)]);
        self.placed(done.map(drop).map_err(StoreError::from))
    }
}

fn batch(
    connection: &mut Connection,
    records: &[ReadyRecord],
    import: &mut Import,
    actor: &Actor,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // What is counted is counted only once it is stored.
    let mut writer = Writer { connection: &tx, actor, at, import: Import::new(import.again), judged: Vec::new() };
    for record in records {
        writer.take(record)?;
    }
    let Writer { import: done, judged, .. } = writer;
    refresh(&tx, &judged)?;
    drop_empty(&tx)?;
    tx.commit()?;
    import.add(done);
    Ok(())
}

impl Import {
    fn add(&mut self, other: Import) {
        let (sum, i) = (&mut self.ingested, other.ingested);
        sum.new += i.new;
        sum.updated += i.updated;
        sum.unchanged += i.unchanged;
        sum.gone += i.gone;
        sum.entries += i.entries;
        sum.touched.extend(i.touched);
        self.remarks += other.remarks;
        self.refused.extend(other.refused);
        self.other_text += other.other_text;
        self.untold += other.untold;
        other.told.into_iter().for_each(|words| self.tell(words));
        for (tag, on) in other.tags {
            self.tags.entry(tag).or_default().extend(on);
        }
        settle(&mut self.statuses, other.statuses);
        settle(&mut self.reviews, other.reviews);
    }
}

/// Adds what later records say to what waits.
fn settle<K: Ord, C>(waiting: &mut BTreeMap<K, Option<C>>, later: BTreeMap<K, Option<C>>) {
    for (of, change) in later {
        match change {
            Some(_) => drop(waiting.insert(of, change)),
            None => drop(waiting.remove(&of)),
        }
    }
}

/// Brings incidents with new corrections to what the log says.
fn refresh(connection: &Connection, judged: &[IncidentId]) -> Result<(), StoreError> {
    if judged.is_empty() {
        return Ok(());
    }
    targets::load(connection, judged)?;
    triage::refresh_targets(connection)?;
    Ok(())
}

/// Removes documents of imported records that hold none any more.
pub(super) fn drop_empty(connection: &Connection) -> Result<(), StoreError> {
    let sql = "DELETE FROM documents WHERE format = ?1
               AND NOT EXISTS (SELECT 1 FROM incidents i WHERE i.document = documents.key)";
    connection.prepare_cached(sql)?.execute([DigestFormat::Records.as_str()])?;
    Ok(())
}

/// The work on one batch.
struct Writer<'w> {
    connection: &'w Connection,
    actor: &'w Actor,
    at: DateTime<Utc>,
    import: Import,
    /// Incidents that got a correction.
    judged: Vec<IncidentId>,
}

impl Writer<'_> {
    fn take(&mut self, ready: &ReadyRecord) -> Result<(), StoreError> {
        let record = &ready.record;
        let mut is_new = false;
        let (key, id) = match find::find(self.connection, record, &ready.derived.marks)? {
            Found::Refused(why) => {
                self.import.refused.push((record.line, why));
                return Ok(());
            }
            Found::New(home) => {
                let document = self.document(&home, record)?;
                let prepared = ready.prepared();
                let key = prepared.insert_as(self.connection, document, seq(record), record.id.as_str())?;
                if record.gone {
                    incidents::mark_gone(self.connection, key)?;
                }
                is_new = true;
                self.import.ingested.new += 1;
                self.import.ingested.touched.push(Key(key));
                (key, record.id.clone())
            }
            Found::Known(known) => {
                if known.hollow && self.renew(ready, &known)? {
                    self.import.ingested.updated += 1;
                    self.import.ingested.touched.push(Key(known.key));
                } else {
                    self.import.ingested.unchanged += 1;
                    self.import.other_text += usize::from(!known.hollow && self.says_otherwise(ready, known.key)?);
                }
                (known.key, known.id)
            }
        };
        self.import.ingested.entries += 1;
        if is_new || !self.import.again { self.take_triage(record, key, &id) } else { Ok(()) }
    }

    /// The document that a new incident stands in.
    fn document(&self, home: &Home, record: &Imported) -> Result<i64, StoreError> {
        if let Home::Known(key) = home {
            return Ok(*key);
        }
        let sql = "INSERT INTO documents (path, sha256, format, encoding, warnings, ingested_at, raw)
                   VALUES (?1, ?2, ?3, 'UTF-8', '[]', ?4, x'')";
        let source = &record.source;
        let format = DigestFormat::Records.as_str();
        self.connection.prepare_cached(sql)?.execute([
            &source.path,
            &source.sha256,
            format,
            &documents::time(self.at),
        ])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Brings an imported incident to what the record says of it; false where that is what it is.
    fn renew(&self, ready: &ReadyRecord, known: &find::Known) -> Result<bool, StoreError> {
        let record = &ready.record;
        let moves = known.sha256 != record.source.sha256;
        let place = (record.entry.line, record.entry.bytes.0, record.entry.bytes.1);
        let same = known.content == ready.derived.content && known.gone == record.gone;
        if same && !moves && known.place == place {
            return Ok(false);
        }
        if moves && let Some(home) = find::home(self.connection, record)? {
            let document = self.document(&home, record)?;
            let born = "INSERT OR IGNORE INTO births (incident, sha256, pos) VALUES (?1, ?2, ?3)";
            let pos = int(known.place.1);
            self.connection.prepare_cached(born)?.execute(params![known.key, known.sha256, pos])?;
            let settle = "UPDATE incidents SET document = ?2 WHERE key = ?1";
            self.connection.prepare_cached(settle)?.execute([known.key, document])?;
        }
        if same {
            ready.prepared().place(self.connection, known.key, seq(record))?;
            return Ok(false);
        }
        ready.prepared().replace(self.connection, known.key, seq(record))?;
        if record.gone {
            incidents::mark_gone(self.connection, known.key)?;
        }
        Ok(true)
    }

    fn says_otherwise(&self, ready: &ReadyRecord, key: i64) -> Result<bool, StoreError> {
        let mut select = self.connection.prepare_cached("SELECT text <> ?2 FROM texts WHERE incident = ?1")?;
        Ok(select.query_row(params![key, ready.record.entry.text], |r| r.get(0)).optional()?.unwrap_or(false))
    }

    fn take_triage(&mut self, record: &Imported, key: i64, id: &IncidentId) -> Result<(), StoreError> {
        let triage = &record.triage;
        self.import.remarks += remarks::notes(self.connection, &triage.notes, (key, id), self.actor.uid)?;
        if !triage.corrections.is_empty() {
            let done = remarks::corrections(self.connection, &triage.corrections, (key, id), self.actor.uid)?;
            self.import.remarks += done.added;
            if done.added > 0 {
                self.judged.push(id.clone());
            }
            for (field, here, there) in done.differ {
                self.import.tell(format!(
                    "{id}: {field} was corrected by {here} here and by {there} in the file; the later one counts"
                ));
            }
        }
        if !triage.tags.is_empty() {
            let has = read::tags(self.connection, key)?;
            for tag in triage.tags.iter().filter(|t| !has.contains(t)) {
                if remarks::removed_here(self.connection, id, tag)? {
                    self.import.tell(format!("{id}: {tag} was removed here and stays so"));
                } else {
                    self.import.tags.entry(tag.clone()).or_default().push(id.clone());
                }
            }
        }
        self.take_status(triage.status, key, id)?;
        for (field, verdict) in &triage.reviewed {
            self.take_review(*field, *verdict, key, id)?;
        }
        Ok(())
    }

    fn take_status(&mut self, to: Status, key: i64, id: &IncidentId) -> Result<(), StoreError> {
        let mut select = self.connection.prepare_cached("SELECT status FROM incidents WHERE key = ?1")?;
        let is = read::status(&select.query_row([key], |r| r.get::<_, String>(0))?)?;
        // Nobody decides for `new`: it is what an incident is before anybody looks at it.
        if to == Status::New {
            return Ok(());
        }
        if is == to {
            self.import.statuses.insert(id.clone(), None);
        } else if remarks::decided_here(self.connection, id, "status", None)? {
            self.import.tell(format!("{id}: its status stays {is}, as was set here; in the file it is {to}"));
        } else {
            self.import.statuses.insert(id.clone(), Some(to));
        }
        Ok(())
    }

    fn take_review(&mut self, field: Field, to: Verdict, key: i64, id: &IncidentId) -> Result<(), StoreError> {
        let mut select =
            self.connection.prepare_cached("SELECT verdict FROM reviews WHERE incident = ?1 AND field = ?2")?;
        let is: Option<String> = select.query_row(params![key, field.as_str()], |r| r.get(0)).optional()?;
        if is.as_deref() == Some(to.as_str()) {
            self.import.reviews.insert((id.clone(), field), None);
        } else if remarks::decided_here(self.connection, id, "review", Some(field))? {
            self.import.tell(format!("{id}: the verdict on {field} stays as was set here; in the file it is {to}"));
        } else {
            self.import.reviews.insert((id.clone(), field), Some(to));
        }
        Ok(())
    }
}

/// Imported records stand in the order of their places.
pub(super) fn seq(record: &Imported) -> usize {
    record.entry.bytes.0
}
