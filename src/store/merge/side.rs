//! What one case book knows: its documents and incidents as they stand, and what it remembers of the past. Read by
//! `merge` from both sides; every part of it but `Document::key` and `Row::key` means the same in any case book.

use crate::store::error::StoreError;
use crate::store::forget::hidden;
use crate::store::import;
use rusqlite::{Connection, Row as SqlRow};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Where an entry stands: in which bytes, and at which of them it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    /// The version of a document.
    pub sha: Hash,
    /// The first byte.
    pub pos: i64,
}

/// What an entry is recognised by; 0 for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Marks {
    /// Hash of the first lines.
    pub lines: i64,
    /// Hash of the rest.
    pub body: i64,
    /// Hash of case number, organisation and title.
    pub head: i64,
}

/// An entry of a version, as some case book read it, and as which entry its incident was first seen there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// Where it stands.
    pub token: Token,
    /// Which way of taking these bytes apart.
    pub reading: i64,
    /// What it is recognised by.
    pub marks: Marks,
    /// Where its incident was first seen.
    pub born: Token,
}

/// A document as it stands.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its row.
    pub key: i64,
    /// Its bytes.
    pub sha: Hash,
    /// Hash of its path.
    pub path: Option<Hash>,
    /// The path itself.
    pub name: String,
    /// When it was taken in.
    pub at: String,
    /// Its bytes are not at hand: what is known of it are imported records.
    pub hollow: bool,
    /// How much was given beside its bytes, and a hash of all that was read: what decides between readings.
    pub reading: (usize, Hash),
}

/// An incident as it stands.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its row.
    pub key: i64,
    /// Its id in this case book.
    pub id: String,
    /// Its document, by place in `Side::documents`.
    pub document: usize,
    /// Its document no longer holds it.
    pub gone: bool,
    /// Its place in the document.
    pub seq: usize,
    /// Where it stands, or stood last.
    pub token: Token,
    /// Where it was first seen.
    pub born: Token,
    /// Which way of taking its document apart.
    pub reading: i64,
    /// What it is recognised by.
    pub marks: Marks,
    /// Hash of its text and facts.
    pub content: i64,
}

impl Row {
    /// What it says of its place.
    pub fn entry(&self) -> Entry {
        Entry { token: self.token, reading: self.reading, marks: self.marks, born: self.born }
    }
}

/// Who forgot a document, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tombstone {
    /// When.
    pub at: String,
    /// Who: the label.
    pub by: String,
    /// Who: the user number.
    pub uid: u32,
}

/// One case book.
#[derive(Debug, Default)]
pub struct Side {
    /// Its documents.
    pub documents: Vec<Document>,
    /// Its incidents, by document, those that are gone last.
    pub rows: Vec<Row>,
    /// Versions of documents: bytes, hash of the path, time, the path as it is written.
    pub versions: BTreeSet<(Hash, Option<Hash>, String, String)>,
    /// Which version took the place of which: (later, earlier).
    pub lineage: BTreeSet<(Hash, Hash)>,
    /// Entries of all versions.
    pub entries: BTreeSet<Entry>,
    /// Which ids an incident was given where it was first seen.
    pub claims: BTreeSet<(Token, String)>,
    /// Ids of forgotten incidents.
    pub erased: BTreeMap<String, Token>,
    /// What was forgotten.
    pub tombstones: BTreeMap<Hash, Tombstone>,
    /// Entries that were put aside: content by place.
    pub attic: BTreeMap<Token, i64>,
    /// As which entries operations (by row) were aimed at incidents, where it is not where those were first seen.
    pub aims: BTreeMap<(i64, String), BTreeSet<Token>>,
}

impl Side {
    /// Reads a case book.
    pub fn read(connection: &Connection) -> Result<Self, StoreError> {
        let mut side = Self::default();
        side.read_past(connection)?;
        side.read_documents(connection)?;
        side.read_rows(connection)?;
        side.weigh_readings();
        Ok(side)
    }

    fn read_past(&mut self, connection: &Connection) -> Result<(), StoreError> {
        each(connection, "SELECT sha256, path, at FROM versions", |r| {
            let (path, at): (String, String) = (r.get(1)?, r.get(2)?);
            self.versions.insert((hash(r, 0)?, path_hash(&path)?, at, path));
            Ok(())
        })?;
        each(connection, "SELECT later, earlier FROM lineage", |r| {
            self.lineage.insert((hash(r, 0)?, hash(r, 1)?));
            Ok(())
        })?;
        let sql = "SELECT sha256, reading, pos, lines, body, head, born_sha256, born_pos FROM entries";
        each(connection, sql, |r| {
            self.entries.insert(Entry {
                token: Token { sha: hash(r, 0)?, pos: r.get(2)? },
                reading: r.get(1)?,
                marks: Marks { lines: r.get(3)?, body: r.get(4)?, head: r.get(5)? },
                born: Token { sha: hash(r, 6)?, pos: r.get(7)? },
            });
            Ok(())
        })?;
        each(connection, "SELECT sha256, pos, id FROM claims", |r| {
            self.claims.insert((Token { sha: hash(r, 0)?, pos: r.get(1)? }, r.get(2)?));
            Ok(())
        })?;
        each(connection, "SELECT id, sha256, pos FROM erased", |r| {
            self.erased.insert(r.get(0)?, Token { sha: hash(r, 1)?, pos: r.get(2)? });
            Ok(())
        })?;
        each(connection, "SELECT sha256, at, by, uid FROM tombstones", |r| {
            self.tombstones.insert(hash(r, 0)?, Tombstone { at: r.get(1)?, by: r.get(2)?, uid: r.get(3)? });
            Ok(())
        })?;
        each(connection, "SELECT operation, incident, sha256, pos FROM aims", |r| {
            let token = Token { sha: hash(r, 2)?, pos: r.get(3)? };
            self.aims.entry((r.get(0)?, r.get(1)?)).or_default().insert(token);
            Ok(())
        })?;
        each(connection, "SELECT sha256, pos, content FROM attic", |r| {
            self.attic.insert(Token { sha: hash(r, 0)?, pos: r.get(1)? }, r.get(2)?);
            Ok(())
        })
    }

    fn read_documents(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let sql = "SELECT key, sha256, path, ingested_at, format, encoding, year, source_url, warnings FROM documents
                   ORDER BY key";
        each(connection, sql, |r| {
            let name: String = r.get(2)?;
            let mut said = Sha256::new();
            let (year, url): (Option<i64>, Option<String>) = (r.get(6)?, r.get(7)?);
            said.update(format!("{name}\n{year:?}\n{url:?}\n"));
            for column in [4, 5, 8] {
                said.update(r.get::<_, String>(column)?);
                said.update("\n");
            }
            self.documents.push(Document {
                key: r.get(0)?,
                sha: hash(r, 1)?,
                path: path_hash(&name)?,
                name,
                at: r.get(3)?,
                hollow: import::is_hollow(&r.get::<_, String>(4)?),
                reading: (usize::from(year.is_some()) + usize::from(url.is_some()), said.finalize().into()),
            });
            Ok(())
        })
    }

    fn read_rows(&mut self, connection: &Connection) -> Result<(), StoreError> {
        let places: BTreeMap<i64, usize> = self.documents.iter().enumerate().map(|(i, d)| (d.key, i)).collect();
        let sql = "SELECT i.key, i.id, i.document, i.gone, i.seq, i.byte_start, i.lines_hash, i.body_hash, i.head_hash,
                     i.content_hash, b.sha256, b.pos, b.last_sha256, b.last_pos
                   FROM incidents i LEFT JOIN births b ON b.incident = i.key ORDER BY i.document, i.gone, i.seq, i.key";
        let mut taken = BTreeSet::new();
        each(connection, sql, |r| {
            let key: i64 = r.get(2)?;
            let Some(document) = places.get(&key).copied() else { return Ok(()) };
            let Some(own) = self.documents.get(document) else { return Ok(()) };
            let (gone, pos): (bool, i64) = (r.get(3)?, r.get(5)?);
            let marks = Marks {
                lines: r.get(6)?,
                body: r.get::<_, Option<i64>>(7)?.unwrap_or_default(),
                head: r.get::<_, Option<i64>>(8)?.unwrap_or_default(),
            };
            let mut token = Token { sha: own.sha, pos };
            if gone {
                // One that was gone before places were put down has none that another case book knows.
                token.pos = -1 - (marks.lines & i64::MAX);
                if let (Some(_), Some(pos)) = (r.get::<_, Option<String>>(12)?, r.get(13)?) {
                    token = Token { sha: hash(r, 12)?, pos };
                }
            }
            // Entries of no length begin at one byte; the row's order tells them apart.
            while !taken.insert(token) {
                token.pos += 1 << 40;
            }
            let born = match r.get::<_, Option<i64>>(11)? {
                Some(pos) => Token { sha: hash(r, 10)?, pos },
                None => token,
            };
            let seq = usize::try_from(r.get::<_, i64>(4)?).unwrap_or_default();
            let (key, id, content) = (r.get(0)?, r.get(1)?, r.get(9)?);
            self.rows.push(Row { key, id, document, gone, seq, token, born, reading: 0, marks, content });
            Ok(())
        })
    }

    /// Works out which way each document was taken apart, and adds what follows from what stands to what is known.
    fn weigh_readings(&mut self) {
        let mut sums = vec![0i64; self.documents.len()];
        let live = || self.rows.iter().filter(|r| !r.gone);
        for row in live() {
            if let Some(sum) = sums.get_mut(row.document) {
                *sum = sum.wrapping_add(row.token.pos).wrapping_add(1);
            }
        }
        let mut digests: Vec<Sha256> = self.documents.iter().map(|d| Sha256::new_with_prefix(d.reading.1)).collect();
        for row in live() {
            if let Some(digest) = digests.get_mut(row.document) {
                for n in [row.token.pos, row.content, i64::try_from(row.seq).unwrap_or(i64::MAX)] {
                    digest.update(n.to_be_bytes());
                }
            }
        }
        for (document, digest) in self.documents.iter_mut().zip(digests) {
            document.reading.1 = digest.finalize().into();
            self.versions.insert((document.sha, document.path, document.at.clone(), document.name.clone()));
        }
        let named: BTreeSet<Token> = self.claims.iter().map(|(t, _)| *t).collect();
        for row in &mut self.rows {
            row.reading = sums.get(row.document).copied().unwrap_or_default();
            if !row.gone {
                self.entries.insert(row.entry());
            }
            if !named.contains(&row.born) {
                self.claims.insert((row.born, row.id.clone()));
            }
        }
    }

    /// Where the incident that an id names here was first seen.
    pub fn births(&self) -> BTreeMap<&str, Token> {
        let rows = self.rows.iter().map(|r| (r.id.as_str(), r.born));
        self.erased.iter().map(|(id, t)| (id.as_str(), *t)).chain(rows).collect()
    }
}

/// Calls `f` with each row that a statement gives.
fn each(
    connection: &Connection,
    sql: &str,
    mut f: impl FnMut(&SqlRow<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        f(row)?;
    }
    Ok(())
}

fn hash(row: &SqlRow<'_>, column: usize) -> Result<Hash, StoreError> {
    parse(&row.get::<_, String>(column)?)
}

/// The bytes of 64 hexadecimal digits.
fn parse(hex: &str) -> Result<Hash, StoreError> {
    let wrong = || StoreError::corrupt(format!("`{hex}` is no SHA-256"));
    let mut out = [0; 32];
    if hex.len() != 64 {
        return Err(wrong());
    }
    for (i, byte) in out.iter_mut().enumerate() {
        let two = hex.get(2 * i..2 * i + 2).ok_or_else(wrong)?;
        *byte = u8::from_str_radix(two, 16).map_err(|_| wrong())?;
    }
    Ok(out)
}

/// A path's hash, whether it is written out or not; standard input is no place.
fn path_hash(path: &str) -> Result<Option<Hash>, StoreError> {
    let hidden = hidden(path);
    hidden.strip_prefix("sha256:").map(parse).transpose()
}
