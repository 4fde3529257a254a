//! Writes incidents: mints ids, derives what queries and lists need, keeps texts and facts in step. Called by
//! `ingest` inside its transaction.

use super::error::StoreError;
use super::facts;
use super::matching::Marks;
use super::number::int;
use crate::domain::{Exposure, Facts, IncidentId, ParsedEntry, Unit};
use crate::text::search_fold;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// Lines that an id is minted from.
const ID_LINES: usize = 5;

/// What the warning of an incident says that its document no longer holds.
pub(super) const GONE: &str = "no longer in its document";

/// An entry and what is derived from it.
pub(super) struct Prepared<'e> {
    pub entry: &'e ParsedEntry,
    /// The search-folded text.
    pub folded: String,
    /// What it is recognised by in a later version of the document.
    pub marks: Marks,
    /// Hash of everything but its place in the document.
    pub content: i64,
    /// The folded first lines.
    first_lines: String,
}

impl<'e> Prepared<'e> {
    /// Derives what is needed of an entry.
    pub fn new(entry: &'e ParsedEntry) -> Result<Self, StoreError> {
        let lines: Vec<String> =
            entry.text.lines().filter(|l| !l.trim().is_empty()).take(ID_LINES).map(search_fold).collect();
        let first_lines = lines.join("\n");
        let facts = &entry.facts;
        let marks = Marks {
            lines: hash(first_lines.as_bytes()),
            body: body_hash(&entry.text),
            case_no: facts.case_no.clone(),
            org: facts.org.as_deref().map(search_fold),
            title: facts.title.as_deref().map(search_fold),
            gone: false,
        };
        let content = hash_json(&(entry.kind, &entry.text, &entry.label, &entry.url, facts))?;
        Ok(Self { entry, folded: search_fold(&entry.text), marks, content, first_lines })
    }

    /// Mints an id that no incident has.
    fn mint(&self, connection: &Connection) -> Result<IncidentId, StoreError> {
        let mut taken = connection.prepare_cached("SELECT 1 FROM incidents WHERE id = ?1")?;
        let mut counter = 0u64;
        loop {
            let hash = match counter {
                0 => hash(self.first_lines.as_bytes()),
                n => hash(format!("{}\n{n}", self.first_lines).as_bytes()),
            };
            let id = IncidentId::from_hash(hash.cast_unsigned());
            if !taken.exists([id.as_str()])? {
                return Ok(id);
            }
            counter += 1;
        }
    }

    /// Adds it as a new incident.
    pub fn insert(&self, connection: &Connection, document: i64, seq: usize) -> Result<(), StoreError> {
        let id = self.mint(connection)?;
        let mut insert = connection.prepare_cached(
            "INSERT INTO incidents (id, document, seq, kind, follows, line, byte_start, byte_end, lines_hash,
                                    content_hash)
             VALUES (?1, ?2, ?3, '', 0, 0, 0, 0, 0, 0)",
        )?;
        insert.execute(params![id.as_str(), document, int(seq)])?;
        let key = connection.last_insert_rowid();
        self.place(connection, key, seq)?;
        self.fill(connection, key)
    }

    /// Gives a known incident this entry's text and facts.
    pub fn replace(&self, connection: &Connection, key: i64, seq: usize) -> Result<(), StoreError> {
        facts::clear(connection, key)?;
        self.place(connection, key, seq)?;
        self.fill(connection, key)
    }

    /// Writes where the entry stands in its document.
    pub fn place(&self, connection: &Connection, key: i64, seq: usize) -> Result<(), StoreError> {
        let (start, end) = self.entry.bytes;
        let mut update = connection.prepare_cached(
            "UPDATE incidents SET seq = ?2, line = ?3, byte_start = ?4, byte_end = ?5 WHERE key = ?1",
        )?;
        update.execute(params![key, int(seq), int(self.entry.line), int(start), int(end)])?;
        Ok(())
    }

    fn fill(&self, connection: &Connection, key: i64) -> Result<(), StoreError> {
        let (entry, facts, marks) = (self.entry, &self.entry.facts, &self.marks);
        let affected = facts.affected.as_ref();
        let folded = |s: &Option<String>| s.as_deref().map(search_fold);
        let mut update = connection.prepare_cached(
            "UPDATE incidents SET gone = 0, kind = ?2, published = ?3, case_no = ?4, org = ?5, title = ?6, action = ?7,
               affected = ?8, affected_unit = ?9, affected_lo = ?10, affected_hi = ?11, people = ?12, exposure = ?13,
               follows = ?14, org_folded = ?15, title_folded = ?16, third_folded = ?17, gang_folded = ?18, label = ?19,
               url = ?20, lines_hash = ?21, body_hash = ?22, notice_hash = ?23, content_hash = ?24
             WHERE key = ?1",
        )?;
        update.execute(params![
            key,
            entry.kind.as_str(),
            facts.published.map(|d| d.to_string()),
            facts.case_no,
            facts.org,
            facts.title,
            facts.actions.first(),
            affected.map(serde_json::to_string).transpose()?,
            affected.map(|a| a.unit.as_str()),
            affected.and_then(|a| a.lo).map(clamp),
            affected.and_then(|a| a.hi).map(clamp),
            people(facts),
            facts.exposure.map(Exposure::as_str),
            int(facts.follows.len()),
            marks.org,
            marks.title,
            folded(&facts.third_party),
            folded(&facts.gang),
            entry.label,
            entry.url,
            marks.lines,
            marks.body,
            notice_hash(marks),
            self.content,
        ])?;
        for (sql, text) in [
            ("INSERT OR REPLACE INTO texts (incident, text) VALUES (?1, ?2)", &entry.text),
            ("INSERT OR REPLACE INTO searchable (incident, folded) VALUES (?1, ?2)", &self.folded),
        ] {
            connection.prepare_cached(sql)?.execute(params![key, text])?;
        }
        facts::write(connection, key, facts)
    }
}

/// Lets go of an incident that its document no longer holds: one that the log speaks of is kept and marked, any other
/// is deleted.
pub(super) fn let_go(connection: &Connection, key: i64) -> Result<(), StoreError> {
    let mut logged = connection
        .prepare_cached("SELECT 1 FROM operation_targets WHERE incident = (SELECT id FROM incidents WHERE key = ?1)")?;
    if !logged.exists([key])? {
        connection.prepare_cached("DELETE FROM incidents WHERE key = ?1")?.execute([key])?;
        return Ok(());
    }
    connection.prepare_cached("UPDATE incidents SET gone = 1 WHERE key = ?1")?.execute([key])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO warnings (incident, seq, text)
         SELECT ?1, coalesce(max(seq), -1) + 1, ?2 FROM warnings WHERE incident = ?1",
    )?;
    insert.execute(params![key, GONE])?;
    Ok(())
}

/// The folded text of an incident.
pub(super) fn folded_text(connection: &Connection, key: i64) -> Result<String, StoreError> {
    let mut select = connection.prepare_cached("SELECT folded FROM searchable WHERE incident = ?1")?;
    Ok(select.query_row([key], |r| r.get(0)).optional()?.unwrap_or_default())
}

/// The number that the order by people goes by: the stated one, else the least or most that it may mean.
fn people(facts: &Facts) -> Option<i64> {
    let a = facts.affected.as_ref().filter(|a| a.unit == Unit::People)?;
    a.count.or(a.lo).or(a.hi).map(clamp)
}

fn clamp(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The first 64 bits of SHA-256.
fn hash(bytes: &[u8]) -> i64 {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    digest.iter().take(8).fold(0u64, |h, b| h << 8 | u64::from(*b)).cast_signed()
}

fn hash_json<T: Serialize>(value: &T) -> Result<i64, StoreError> {
    Ok(hash(&serde_json::to_vec(value)?))
}

/// Hash of the text after its first non-empty line, white space left out; `None` where nothing follows.
fn body_hash(text: &str) -> Option<i64> {
    let mut hasher = Sha256::new();
    let mut any = false;
    for word in text.lines().filter(|l| !l.trim().is_empty()).skip(1).flat_map(str::split_whitespace) {
        any = true;
        hasher.update(word.as_bytes());
    }
    let digest: [u8; 32] = hasher.finalize().into();
    any.then(|| digest.iter().take(8).fold(0u64, |h, b| h << 8 | u64::from(*b)).cast_signed())
}

/// What the same notice has in common wherever it stands: organisation and title.
fn notice_hash(marks: &Marks) -> Option<i64> {
    let (org, title) = (marks.org.as_deref()?, marks.title.as_deref()?);
    Some(hash(format!("{org}\n{title}").as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_what_follows_the_first_line() {
        assert_eq!(body_hash("見出し\n\n本文です\n"), body_hash("別の見出し\n本 文です"));
        assert_ne!(body_hash("見出し\n本文"), body_hash("見出し\n別文"));
        assert_eq!(body_hash("\n見出しのみ\n"), None);
    }

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
