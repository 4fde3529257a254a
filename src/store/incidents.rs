//! Writes incidents: mints ids, derives what queries and lists need, keeps texts and facts in step. Called by
//! `ingest` inside its transaction.

use super::error::StoreError;
use super::matching::Marks;
use super::number::int;
use super::row_values::RowValues;
use super::{effective, facts, links, revisions, triage};
use crate::domain::{IncidentId, LinkKeys, ParsedEntry, Record};
use crate::text::{CharSet, search_fold};
use rusqlite::{Connection, OptionalExtension, ToSql, params};
use sha2::{Digest, Sha256};

/// Lines that an id is minted from.
const ID_LINES: usize = 5;

/// An entry of a document that is being taken in.
pub(super) struct Prepared<'e> {
    pub entry: &'e ParsedEntry,
    pub derived: &'e Derived,
}

/// What is derived from an entry.
#[derive(Debug)]
pub(super) struct Derived {
    /// The search-folded text.
    pub folded: String,
    /// What it is recognised by in a later version of the document.
    pub marks: Marks,
    /// Hash of everything but its place in the document.
    pub content: i64,
    /// What links it to others, where it was made.
    pub links: Option<LinkKeys>,
    /// The folded first lines.
    first_lines: String,
}

impl Derived {
    /// Derives what is needed of an entry.
    pub fn of(entry: &ParsedEntry) -> Result<Self, StoreError> {
        let lines: Vec<String> =
            entry.text.lines().filter(|l| !l.trim().is_empty()).take(ID_LINES).map(search_fold).collect();
        let first_lines = lines.join("\n");
        let facts = &entry.facts;
        let marks = Marks {
            lines: hash(&[first_lines.as_bytes()]),
            body: body_hash(&entry.text),
            case_no: facts.case_no.clone(),
            org: facts.org.as_deref().map(search_fold),
            title: facts.title.as_deref().map(search_fold),
            gone: false,
            touched: false,
        };
        let stated = serde_json::to_vec(&(entry.kind, &entry.label, &entry.url, facts))?;
        let content = hash(&[&stated, entry.text.as_bytes()]);
        Ok(Self { folded: search_fold(&entry.text), marks, content, links: None, first_lines })
    }
}

/// Whether anything goes by an id: an incident, what the log speaks of, what another case book calls so.
const TAKEN: &str = "
    SELECT 1 FROM incidents WHERE id = ?1 UNION ALL SELECT 1 FROM operations_on WHERE incident = ?1
    UNION ALL SELECT 1 FROM erased WHERE id = ?1 UNION ALL SELECT 1 FROM claims WHERE id = ?1";

/// Adds an incident: the shared values, then its id and document.
const INSERT: &str = "
    INSERT INTO incidents (kind, published, case_no, org, title, action, affected, affected_unit, affected_lo,
      affected_hi, people, exposure, follows, org_folded, title_folded, third_folded, gang_folded, label, url,
      lines_hash, body_hash, head_hash, content_hash, seq, line, byte_start, byte_end, id, document)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23,
      ?24, ?25, ?26, ?27, ?28, ?29)";

/// Replaces an incident: the shared values, then its key.
const UPDATE: &str = "
    UPDATE incidents SET gone = 0, kind = ?1, published = ?2, case_no = ?3, org = ?4, title = ?5, action = ?6,
      affected = ?7, affected_unit = ?8, affected_lo = ?9, affected_hi = ?10, people = ?11, exposure = ?12,
      follows = ?13, org_folded = ?14, title_folded = ?15, third_folded = ?16, gang_folded = ?17, label = ?18,
      url = ?19, lines_hash = ?20, body_hash = ?21, head_hash = ?22, content_hash = ?23, seq = ?24,
      line = ?25, byte_start = ?26, byte_end = ?27
    WHERE key = ?28";

impl Prepared<'_> {
    /// Mints an id that no incident has or had, as far as anything remembers it.
    fn mint(&self, connection: &Connection) -> Result<IncidentId, StoreError> {
        let mut taken = connection.prepare_cached(TAKEN)?;
        let lines = &self.derived.first_lines;
        let mut counter = 0u64;
        loop {
            let hash = match counter {
                0 => self.derived.marks.lines,
                n => hash(&[format!("{lines}\n{n}").as_bytes()]),
            };
            let id = IncidentId::from_hash(hash.cast_unsigned());
            if !taken.exists([id.as_str()])? {
                return Ok(id);
            }
            counter += 1;
        }
    }

    /// Adds it as a new incident and gives its key.
    pub fn insert(&self, connection: &Connection, document: i64, seq: usize) -> Result<i64, StoreError> {
        let id = self.mint(connection)?;
        self.insert_as(connection, document, seq, id.as_str())
    }

    /// Adds it as a new incident of this id, and gives its key.
    pub fn insert_as(&self, connection: &Connection, document: i64, seq: usize, id: &str) -> Result<i64, StoreError> {
        self.write(connection, INSERT, seq, &[&id, &document])?;
        let key = connection.last_insert_rowid();
        self.write_links(connection, key, id)?;
        self.write_texts(connection, key)?;
        // The log may speak of it already: it outlives the incidents that it names.
        triage::refresh_new(connection, key, &IncidentId(id.to_owned()))?;
        Ok(key)
    }

    /// Gives a known incident this entry's text and facts.
    pub fn replace(&self, connection: &Connection, key: i64, seq: usize) -> Result<(), StoreError> {
        revisions::note(connection, key, &self.entry.text, &self.entry.facts)?;
        facts::clear(connection, key)?;
        self.write(connection, UPDATE, seq, &[&key])?;
        links::forget(connection, key)?;
        let mut id = connection.prepare_cached("SELECT id FROM incidents WHERE key = ?1")?;
        self.write_links(connection, key, &id.query_row([key], |r| r.get::<_, String>(0))?)?;
        self.write_texts(connection, key)?;
        effective::refresh(connection, key)
    }

    /// Where it stands as entry `seq` of its document: position, line, first and last byte.
    pub fn at(&self, seq: usize) -> (usize, usize, usize, usize) {
        (seq, self.entry.line, self.entry.bytes.0, self.entry.bytes.1)
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

    /// Runs one of the two statements above; `own` are the values that follow the shared ones.
    fn write(&self, connection: &Connection, sql: &str, seq: usize, own: &[&dyn ToSql]) -> Result<(), StoreError> {
        let (entry, marks) = (self.entry, &self.derived.marks);
        let columns = RowValues::new(&entry.facts, marks.org.as_deref(), marks.title.as_deref())?;
        let rest = params![
            entry.label,
            entry.url,
            marks.lines,
            marks.body,
            head_hash(marks),
            self.derived.content,
            int(seq),
            int(entry.line),
            int(entry.bytes.0),
            int(entry.bytes.1),
        ];
        let kind: [&dyn ToSql; 1] = [&entry.kind.as_str()];
        connection
            .prepare_cached(sql)?
            .execute([kind.as_slice(), columns.values().as_slice(), rest, own].concat().as_slice())?;
        Ok(())
    }

    fn write_links(&self, connection: &Connection, key: i64, id: &str) -> Result<(), StoreError> {
        links::write(connection, key, id, (self.entry.kind, &self.entry.facts), self.derived.links.as_ref())
    }

    fn write_texts(&self, connection: &Connection, key: i64) -> Result<(), StoreError> {
        for (sql, text) in [
            ("INSERT OR REPLACE INTO texts (incident, text) VALUES (?1, ?2)", &self.entry.text),
            ("INSERT OR REPLACE INTO searchable (incident, folded) VALUES (?1, ?2)", &self.derived.folded),
        ] {
            connection.prepare_cached(sql)?.execute(params![key, text])?;
        }
        facts::write(connection, key, &self.entry.facts)
    }
}

/// Tells whether the log speaks of an incident: then it outlives its entry.
pub(super) fn is_logged(connection: &Connection, key: i64) -> Result<bool, StoreError> {
    let mut logged = connection
        .prepare_cached("SELECT 1 FROM operations_on WHERE incident = (SELECT id FROM incidents WHERE key = ?1)")?;
    Ok(logged.exists([key])?)
}

/// Lets go of an incident that its document no longer holds: one that the log speaks of is kept and marked, any other
/// is deleted. Tells whether it was kept.
pub(super) fn let_go(connection: &Connection, key: i64) -> Result<bool, StoreError> {
    if !is_logged(connection, key)? {
        connection.prepare_cached("DELETE FROM incidents WHERE key = ?1")?.execute([key])?;
        return Ok(false);
    }
    mark_gone(connection, key)?;
    Ok(true)
}

/// Marks an incident that its document no longer holds.
pub(super) fn mark_gone(connection: &Connection, key: i64) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE incidents SET gone = 1 WHERE key = ?1")?.execute([key])?;
    links::forget(connection, key)?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO warnings (incident, seq, text)
         SELECT ?1, coalesce(max(seq), -1) + 1, ?2 FROM warnings WHERE incident = ?1",
    )?;
    insert.execute(params![key, Record::GONE])?;
    Ok(())
}

/// The folded text of an incident.
pub(super) fn folded_text(connection: &Connection, key: i64) -> Result<String, StoreError> {
    let mut select = connection.prepare_cached("SELECT folded FROM searchable WHERE incident = ?1")?;
    Ok(select.query_row([key], |r| r.get(0)).optional()?.unwrap_or_default())
}

/// The first 64 bits of SHA-256 over the parts in a row.
fn hash(parts: &[&[u8]]) -> i64 {
    let mut hasher = Sha256::new();
    parts.iter().for_each(|p| hasher.update(p));
    first_bits(hasher)
}

fn first_bits(hasher: Sha256) -> i64 {
    let digest: [u8; 32] = hasher.finalize().into();
    digest.iter().take(8).fold(0u64, |h, b| h << 8 | u64::from(*b)).cast_signed()
}

/// Characters that are no white space and that most of a text consists of.
static INK: CharSet = CharSet::of(&[('!', '~'), ('\u{3001}', '\u{9FFF}'), ('\u{FF01}', '\u{FF9F}')]);

/// Hash of the text after its first non-empty line, white space left out; `None` where nothing follows.
fn body_hash(text: &str) -> Option<i64> {
    let (_, body) = text.trim_start().split_once('\n')?;
    let mut hasher = Sha256::new();
    let mut any = false;
    let mut at = 0;
    loop {
        let end = INK.run(body, at);
        let next = body.get(end..).and_then(|rest| rest.chars().next());
        let behind = end + next.map_or(0, char::len_utf8);
        let kept = if next.is_some_and(char::is_whitespace) { end } else { behind };
        any |= at < kept;
        hasher.update(body.get(at..kept).unwrap_or_default().as_bytes());
        if next.is_none() {
            break;
        }
        at = behind;
    }
    any.then(|| first_bits(hasher))
}

/// Hash of case number, organisation and title, as the parser found them; `None` without the latter two.
pub(super) fn head_hash(marks: &Marks) -> Option<i64> {
    let part = |s: &Option<String>| s.clone().unwrap_or_default();
    let stated = marks.org.is_some() || marks.title.is_some();
    stated.then(|| hash(&[[part(&marks.case_no), part(&marks.org), part(&marks.title)].join("\n").as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ink_is_no_white_space() {
        assert!(('\0'..=char::MAX).all(|c| !INK.has(c) || !c.is_whitespace()));
    }

    #[test]
    fn the_body_is_what_follows_the_first_line() {
        assert_eq!(body_hash("見出し\n\n本文です\n"), body_hash("別の見出し\n本 文です"));
        assert_ne!(body_hash("見出し\n本文"), body_hash("見出し\n別文"));
        assert_eq!(body_hash("\n見出しのみ\n"), None);
        assert_eq!((body_hash("見出し"), body_hash(" \n\n見出し\n \u{3000}\r\n")), (None, None));
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        for body in ["本 文", "\u{3000}本文\u{2028}\u{1F600} é\r\n終\t", "a", "\u{85}a\u{A0}", "あ\n\nい"] {
            let text = format!("\n \n見出し\r\n{body}");
            assert_eq!(body_hash(&text), Some(hash(&[plain(body).as_bytes()])), "{body:?}");
        }
    }
}
