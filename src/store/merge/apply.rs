//! Writes what a plan says into the case book that is merged into: documents, incidents, ids, and what is known of the
//! past. Called by `merge` within its transaction.

use super::classes::{Known, Plan};
use super::side::{Document, Entry, Hash, Row, Side, Token};
use crate::domain::{IncidentId, Kind, LinkKeysOf, ParsedEntry};
use crate::store::entries;
use crate::store::error::StoreError;
use crate::store::import;
use crate::store::incidents::{self, Derived, Prepared};
use crate::text::hex;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params, params_from_iter};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// One of the two case books.
pub struct Book<'a> {
    /// Where it is read.
    pub connection: &'a Connection,
    /// What it knows.
    pub side: &'a Side,
}

/// What a merge did to documents and incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Documents that were not known.
    pub new: usize,
    /// Documents of which the other case book's version counts.
    pub updated: usize,
    /// Documents that the other case book has forgotten.
    pub forgotten: usize,
    /// Incidents that were added.
    pub incidents: usize,
}

/// Where an incident's text comes from.
#[derive(Clone, Copy, Debug)]
enum Source<'a> {
    /// A row of this case book.
    Own(&'a Row),
    /// A row of the other one.
    Other(&'a Row),
    /// Put aside, here (true) or there.
    Attic(bool, Token),
}

impl Source<'_> {
    fn token(&self) -> Token {
        match self {
            Self::Own(row) | Self::Other(row) => row.token,
            Self::Attic(_, token) => *token,
        }
    }
}

/// What becomes of an incident.
enum Fate<'a> {
    /// Its document holds it.
    Live(Source<'a>),
    /// Its document no longer holds it, but the log speaks of it.
    Gone(Source<'a>),
    /// Its document no longer holds it, and nobody has worked on it.
    Aside,
}

/// An incident of both case books.
#[derive(Default)]
struct Incident<'a> {
    own: Vec<&'a Row>,
    other: Vec<&'a Row>,
    attic: Vec<(bool, Token, i64)>,
    named: bool,
}

/// The work at hand.
pub struct Writer<'a> {
    /// The case book that is merged into.
    pub own: Book<'a>,
    /// The other one.
    pub other: Book<'a>,
    /// All that both know.
    pub known: &'a Known,
    /// What follows from it.
    pub plan: &'a Plan,
    /// Makes link keys.
    pub keys_of: LinkKeysOf,
    /// What was done.
    pub done: Done,
    /// The rows of documents: by document, and of those whose records were imported by hash. What an import brought is no
    /// version of anything; it stays until a version at hand holds it.
    keys: HashMap<usize, i64>,
    hollow: HashMap<Hash, i64>,
    /// What follows from the rows as they will stand.
    stands: HashSet<Entry>,
    /// Incidents that have a row in the end, and the claim that follows from it.
    pub rows: HashMap<usize, (Token, String)>,
}

impl<'a> Writer<'a> {
    /// Begins with nothing done.
    pub fn new(own: Book<'a>, other: Book<'a>, known: &'a Known, plan: &'a Plan, keys_of: LinkKeysOf) -> Self {
        let (stands, rows, keys, hollow) = (HashSet::new(), HashMap::new(), HashMap::new(), HashMap::new());
        Self { own, other, known, plan, keys_of, done: Done::default(), keys, hollow, stands, rows }
    }

    /// Writes everything but the log.
    pub fn write(&mut self, named: &HashSet<usize>) -> Result<(), StoreError> {
        let winners = self.winners();
        self.keys = self.write_documents(&winners)?;
        self.write_hollow(&winners)?;
        let incidents = self.incidents(named);
        let fates: Vec<_> = incidents.iter().map(|(n, all)| (*n, all, self.fate(all, &winners))).collect();
        self.write_ids(&fates)?;
        for (incident, all, fate) in fates {
            self.write_incident(incident, all, fate.as_ref())?;
        }
        self.drop_documents(&winners)?;
        self.write_past(named)
    }

    /// The version of each document that counts: the later (time, then SHA-256), and of two readings of it the one that
    /// knows more dates.
    fn winners(&self) -> HashMap<usize, (bool, &'a Document)> {
        let mut out: HashMap<usize, (bool, &Document)> = HashMap::new();
        let all = self.own.side.documents.iter().map(|d| (true, d));
        for (own, document) in all.chain(self.other.side.documents.iter().map(|d| (false, d))) {
            let Some(of) = self.plan.documents.get(&document.sha) else { continue };
            if document.hollow || self.plan.dead.contains(&document.sha) {
                continue;
            }
            let weight = |d: &Document| (d.at.clone(), d.sha, d.reading);
            let best = out.entry(*of).or_insert((own, document));
            if weight(document) > weight(best.1) {
                *best = (own, document);
            }
        }
        out
    }

    /// Adds the documents that come from the other case book, and gives every document's row.
    fn write_documents(
        &mut self,
        winners: &HashMap<usize, (bool, &'a Document)>,
    ) -> Result<HashMap<usize, i64>, StoreError> {
        let mut keys = HashMap::new();
        let known: HashSet<usize> =
            self.own.side.documents.iter().filter_map(|d| self.plan.documents.get(&d.sha).copied()).collect();
        // In the other case book's order, so that numbers go up with the time of ingest.
        let mut winners: Vec<_> = winners.iter().collect();
        winners.sort_by_key(|(_, (own, document))| (*own, document.key));
        for (of, (own, document)) in winners {
            if *own {
                keys.insert(*of, document.key);
                continue;
            }
            keys.insert(*of, self.write_document(document)?);
            if known.contains(of) { self.done.updated += 1 } else { self.done.new += 1 }
        }
        Ok(keys)
    }

    /// Adds a document of the other case book, or what it says of one of the same bytes. Gives its row.
    fn write_document(&self, document: &Document) -> Result<i64, StoreError> {
        let own = self.own.connection;
        let mut select = self.other.connection.prepare_cached(
            "SELECT path, format, encoding, year, source_url, warnings, ingested_at, sha256, raw FROM documents
             WHERE key = ?1",
        )?;
        let mut rows = select.query([document.key])?;
        let row = rows.next()?.ok_or_else(|| StoreError::corrupt("a document is gone while it is read"))?;
        let values = (0..9).map(|column| row.get::<_, Sql>(column)).collect::<Result<Vec<_>, _>>()?;
        if let Some(same) = self.own.side.documents.iter().find(|d| d.sha == document.sha) {
            own.prepare_cached(
                "UPDATE documents SET path = ?1, format = ?2, encoding = ?3, year = ?4, source_url = ?5, warnings = ?6,
                   ingested_at = ?7, raw = iif(length(raw) = 0, ?9, raw) WHERE sha256 = ?8",
            )?
            .execute(params_from_iter(values))?;
            return Ok(same.key);
        }
        own.prepare_cached(
            "INSERT INTO documents (path, format, encoding, year, source_url, warnings, ingested_at, sha256, raw)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params_from_iter(values))?;
        Ok(own.last_insert_rowid())
    }

    /// Adds the documents of the other case book whose records were imported, and notes the rows of all such.
    fn write_hollow(&mut self, winners: &HashMap<usize, (bool, &'a Document)>) -> Result<(), StoreError> {
        let all = self.own.side.documents.iter().map(|d| (true, d));
        for (own, document) in all.chain(self.other.side.documents.iter().map(|d| (false, d))) {
            let winner = self.plan.documents.get(&document.sha).and_then(|of| winners.get(of));
            let at_hand = winner.is_some_and(|(_, d)| d.sha == document.sha);
            if !document.hollow || at_hand || self.plan.dead.contains(&document.sha) {
                continue;
            }
            if own {
                self.hollow.insert(document.sha, document.key);
            } else if !self.hollow.contains_key(&document.sha) {
                self.hollow.insert(document.sha, self.write_document(document)?);
                self.done.new += 1;
            }
        }
        Ok(())
    }

    /// The document that a row stands in.
    fn document(&self, source: &Source<'_>) -> Option<&'a Document> {
        match source {
            Source::Own(row) => self.own.side.documents.get(row.document),
            Source::Other(row) => self.other.side.documents.get(row.document),
            Source::Attic(..) => None,
        }
    }

    /// The row of the document that an incident stands in in the end.
    fn home(&self, source: &Source<'_>) -> Option<i64> {
        let imported = self.document(source).filter(|d| d.hollow).map_or(source.token().sha, |d| d.sha);
        let known = || self.plan.documents.get(&source.token().sha).and_then(|of| self.keys.get(of));
        self.hollow.get(&imported).or_else(known).copied()
    }

    /// Every incident of both, with all that stands for it.
    fn incidents(&self, named: &HashSet<usize>) -> BTreeMap<usize, Incident<'a>> {
        let mut out: BTreeMap<usize, Incident<'a>> = BTreeMap::new();
        for row in &self.own.side.rows {
            if let Some(incident) = self.plan.incident(&row.token) {
                out.entry(incident).or_default().own.push(row);
            }
        }
        for row in &self.other.side.rows {
            if let Some(incident) = self.plan.incident(&row.token) {
                out.entry(incident).or_default().other.push(row);
            }
        }
        for (own, side) in [(true, self.own.side), (false, self.other.side)] {
            for (token, content) in &side.attic {
                if let Some(incident) = self.plan.incident(token) {
                    out.entry(incident).or_default().attic.push((own, *token, *content));
                }
            }
        }
        for (incident, all) in &mut out {
            all.named = named.contains(incident);
        }
        out
    }

    fn is_live(&self, own: bool, row: &Row, winners: &HashMap<usize, (bool, &Document)>) -> bool {
        let side = if own { self.own.side } else { self.other.side };
        let Some(document) = side.documents.get(row.document) else { return false };
        let winner = self.plan.documents.get(&document.sha).and_then(|of| winners.get(of));
        if document.hollow {
            let at_hand = winner.is_some_and(|(_, d)| d.sha == document.sha);
            return !row.gone && !at_hand && !self.plan.dead.contains(&document.sha);
        }
        !row.gone && winner.is_some_and(|(from, d)| *from == own && d.key == document.key)
    }

    /// What becomes of an incident; `None` where it was forgotten.
    fn fate(&self, all: &Incident<'a>, winners: &HashMap<usize, (bool, &Document)>) -> Option<Fate<'a>> {
        let own = all.own.iter().filter(|r| self.is_live(true, r, winners)).map(|r| (Source::Own(r), *r));
        let other = all.other.iter().filter(|r| self.is_live(false, r, winners)).map(|r| (Source::Other(r), *r));
        let at_hand = |s: &Source<'_>| self.document(s).is_some_and(|d| !d.hollow);
        let weight = |(s, row): &(Source<'_>, &Row)| {
            (at_hand(s), self.plan.latest.get(&row.token.sha).cloned(), row.token, row.content)
        };
        if let Some((source, _)) = own.chain(other).reduce(|a, b| if weight(&b) > weight(&a) { b } else { a }) {
            return Some(Fate::Live(source));
        }
        let own = all.own.iter().map(|r| (Source::Own(r), r.content));
        let other = all.other.iter().map(|r| (Source::Other(r), r.content));
        let attic = all.attic.iter().map(|(own, token, content)| (Source::Attic(*own, *token), *content));
        let holds = |s: &Source<'_>| !self.plan.dead.contains(&s.token().sha) && self.home(s).is_some();
        let weight = |(source, content): &(Source<'_>, i64)| {
            let token = source.token();
            (self.plan.latest.get(&token.sha).cloned(), token, *content)
        };
        // Of equals the first stays as it is.
        let all_of = own.chain(other).chain(attic).filter(|(s, _)| holds(s));
        let best = all_of.reduce(|a, b| if weight(&b) > weight(&a) { b } else { a })?.0;
        Some(if all.named { Fate::Gone(best) } else { Fate::Aside })
    }

    fn write_incident(
        &mut self,
        incident: usize,
        all: &Incident<'a>,
        fate: Option<&Fate<'a>>,
    ) -> Result<(), StoreError> {
        let (source, live) = match fate {
            Some(Fate::Live(source)) => (Some(*source), true),
            Some(Fate::Gone(source)) => (Some(*source), false),
            Some(Fate::Aside) | None => (None, false),
        };
        self.put_others_aside(all, source.map(|s| s.token()))?;
        let Some(source) = source else { return self.delete(&all.own, None) };
        let Some(document) = self.home(&source) else { return self.delete(&all.own, None) };
        let born = self.born(incident, source);
        let key = match source {
            Source::Own(row) => {
                if !live && !row.gone {
                    incidents::mark_gone(self.own.connection, row.key)?;
                }
                self.settle(
                    row.key,
                    document,
                    (born != row.born || !live && !row.gone).then_some((born, row.token, live)),
                )?;
                row.key
            }
            _ => self.bring(source, (incident, all.own.first().copied()), document, (born, live))?,
        };
        self.delete(&all.own, Some(key))?;
        let id = self.plan.id(incident).to_owned();
        if live && let Source::Own(row) | Source::Other(row) = source {
            self.stands.insert(Entry { born, ..row.entry() });
        }
        self.rows.insert(incident, (born, id));
        Ok(())
    }

    /// Where the incident was first seen, as its row is to say: a place that an id is claimed for.
    fn born(&self, incident: usize, source: Source<'_>) -> Token {
        let said = match source {
            Source::Own(row) | Source::Other(row) => row.born,
            Source::Attic(_, token) => token,
        };
        match self.plan.claims.get(&incident) {
            Some(claims) if !claims.iter().any(|(t, _)| *t == said) => claims.first().map_or(said, |(t, _)| *t),
            _ => said,
        }
    }

    fn delete(&self, rows: &[&Row], but: Option<i64>) -> Result<(), StoreError> {
        let mut delete = self.own.connection.prepare_cached("DELETE FROM incidents WHERE key = ?1")?;
        for row in rows.iter().filter(|r| Some(r.key) != but) {
            delete.execute([row.key])?;
        }
        Ok(())
    }

    /// Puts a row into its document, and notes where it was first and last seen where that is not what it says.
    fn settle(&self, key: i64, document: i64, seen: Option<(Token, Token, bool)>) -> Result<(), StoreError> {
        let own = self.own.connection;
        own.prepare_cached("UPDATE incidents SET document = ?2 WHERE key = ?1 AND document <> ?2")?
            .execute([key, document])?;
        if let Some((born, at, live)) = seen {
            let last = (!live).then_some(at);
            own.prepare_cached("INSERT OR REPLACE INTO births VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
                key,
                hex(born.sha),
                born.pos,
                last.map(|l| hex(l.sha)),
                last.map(|l| l.pos),
            ])?;
        }
        Ok(())
    }

    /// Writes an incident whose text comes from elsewhere, into the row that it has here or a new one.
    fn bring(
        &mut self,
        source: Source<'_>,
        (incident, here): (usize, Option<&Row>),
        document: i64,
        (born, live): (Token, bool),
    ) -> Result<i64, StoreError> {
        let own = self.own.connection;
        let (entry, seq) = match source {
            Source::Own(row) => (entries::read(own, row.key)?, row.seq),
            Source::Other(row) => (entries::read(self.other.connection, row.key)?, row.seq),
            Source::Attic(here, token) => {
                let from = if here { own } else { self.other.connection };
                let sql = "SELECT entry FROM attic WHERE sha256 = ?1 AND pos = ?2";
                let json: String = from.prepare_cached(sql)?.query_row((hex(token.sha), token.pos), |r| r.get(0))?;
                (from_json(&json)?, 0)
            }
        };
        let mut derived = Derived::of(&entry)?;
        derived.links = Some((self.keys_of)(entry.kind, &entry.facts, &derived.folded));
        let prepared = Prepared { entry: &entry, derived: &derived };
        let key = match here {
            Some(row) => {
                prepared.replace(own, row.key, seq)?;
                row.key
            }
            None => {
                self.done.incidents += 1;
                prepared.insert_as(own, document, seq, self.plan.id(incident))?
            }
        };
        self.settle(key, document, Some((born, source.token(), live)))?;
        if !live {
            incidents::mark_gone(own, key)?;
        }
        Ok(key)
    }

    /// Keeps the texts that do not count: what another case book brings may show that one of them is an incident of its
    /// own, or bring work on it.
    fn put_others_aside(&self, all: &Incident<'a>, but: Option<Token>) -> Result<(), StoreError> {
        let own = all.own.iter().map(|r| Source::Own(r));
        let other = all.other.iter().map(|r| Source::Other(r));
        let attic = all.attic.iter().map(|(own, token, _)| Source::Attic(*own, *token));
        for source in own.chain(other).chain(attic) {
            if Some(source.token()) != but && !self.plan.dead.contains(&source.token().sha) {
                self.put_aside(source)?;
            }
        }
        Ok(())
    }

    fn put_aside(&self, source: Source<'_>) -> Result<(), StoreError> {
        let own = self.own.connection;
        let token = source.token();
        let (json, content) = match source {
            Source::Own(row) => (to_json(&entries::read(own, row.key)?)?, row.content),
            Source::Other(row) => (to_json(&entries::read(self.other.connection, row.key)?)?, row.content),
            Source::Attic(true, _) => return Ok(()),
            Source::Attic(false, _) => {
                let sql = "SELECT entry, content FROM attic WHERE sha256 = ?1 AND pos = ?2";
                let mut select = self.other.connection.prepare_cached(sql)?;
                select.query_row((hex(token.sha), token.pos), |r| Ok((r.get(0)?, r.get(1)?)))?
            }
        };
        own.prepare_cached(
            "INSERT INTO attic (sha256, pos, content, entry) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (sha256, pos) DO UPDATE SET content = excluded.content, entry = excluded.entry
               WHERE excluded.content > content",
        )?
        .execute(params![hex(token.sha), token.pos, content, json])?;
        Ok(())
    }

    /// Removes the documents that another version has taken the place of, and those that were forgotten.
    fn drop_documents(&mut self, winners: &HashMap<usize, (bool, &'a Document)>) -> Result<(), StoreError> {
        let kept: HashSet<i64> = self.keys.values().chain(self.hollow.values()).copied().collect();
        let own = self.own.connection;
        for document in self.own.side.documents.iter().filter(|d| !kept.contains(&d.key)) {
            own.prepare_cached("DELETE FROM documents WHERE key = ?1")?.execute([document.key])?;
            let of = self.plan.documents.get(&document.sha);
            self.done.forgotten += usize::from(of.is_none_or(|of| !winners.contains_key(of)));
        }
        import::drop_empty(own)
    }

    /// Gives the rows that stay their ids.
    fn write_ids(&self, fates: &[(usize, &Incident<'a>, Option<Fate<'a>>)]) -> Result<(), StoreError> {
        let own = self.own.connection;
        let mut ids: Vec<(i64, &str)> = Vec::new();
        for (incident, all, fate) in fates {
            let id = self.plan.id(*incident);
            let stays = kept_row(all, fate.as_ref()).map(|r| r.key);
            for row in all.own.iter().filter(|r| r.id != id || Some(r.key) != stays) {
                own.prepare_cached("UPDATE incidents SET id = '+' || key WHERE key = ?1")?.execute([row.key])?;
                if Some(row.key) == stays {
                    ids.push((row.key, id));
                }
            }
        }
        for (key, id) in ids {
            own.prepare_cached("UPDATE incidents SET id = ?2 WHERE key = ?1")?.execute(params![key, id])?;
            let ident = IncidentId(id.to_owned()).number();
            own.prepare_cached("UPDATE links SET ident = ?2 WHERE incident = ?1")?.execute(params![key, ident])?;
        }
        Ok(())
    }

    /// Writes what both know of the past, as far as it does not follow from what stands.
    fn write_past(&self, named: &HashSet<usize>) -> Result<(), StoreError> {
        let own = self.own.connection;
        for (sha, _, at, path) in &self.known.versions {
            own.prepare_cached("INSERT OR IGNORE INTO versions VALUES (?1, ?2, ?3)")?.execute([&hex(sha), path, at])?;
        }
        for (later, earlier) in &self.known.lineage {
            own.prepare_cached("INSERT OR IGNORE INTO lineage VALUES (?1, ?2)")?.execute([hex(later), hex(earlier)])?;
        }
        for (sha, stone) in &self.known.tombstones {
            own.prepare_cached("INSERT OR REPLACE INTO tombstones VALUES (?1, ?2, ?3, ?4)")?.execute(params![
                hex(sha),
                stone.at,
                stone.by,
                stone.uid,
            ])?;
        }
        let mut insert = own.prepare_cached("INSERT OR IGNORE INTO entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        for e in self.known.entries.iter().filter(|e| !self.stands.contains(e)) {
            insert.execute(params![
                hex(e.token.sha),
                e.reading,
                e.token.pos,
                e.marks.lines,
                e.marks.body,
                e.marks.head,
                hex(e.born.sha),
                e.born.pos,
            ])?;
        }
        self.write_claims(named)?;
        for token in self.own.side.attic.keys() {
            if self.plan.dead.contains(&token.sha) {
                own.prepare_cached("DELETE FROM attic WHERE sha256 = ?1 AND pos = ?2")?
                    .execute((hex(token.sha), token.pos))?;
            }
        }
        Ok(())
    }

    fn write_claims(&self, named: &HashSet<usize>) -> Result<(), StoreError> {
        let own = self.own.connection;
        let mut erased: BTreeSet<usize> = named.iter().copied().collect();
        for side in [self.own.side, self.other.side] {
            erased.extend(side.erased.values().filter_map(|t| self.plan.incident(t)));
        }
        own.execute("DELETE FROM erased", [])?;
        for (incident, claims) in &self.plan.claims {
            let follows = self.rows.get(incident).is_some_and(|row| claims.len() == 1 && claims.contains(row));
            for (token, id) in claims.iter().filter(|_| !follows) {
                own.prepare_cached("INSERT OR IGNORE INTO claims VALUES (?1, ?2, ?3)")?.execute(params![
                    hex(token.sha),
                    token.pos,
                    id
                ])?;
            }
            if erased.contains(incident)
                && !self.rows.contains_key(incident)
                && let Some((token, _)) = claims.first()
            {
                own.prepare_cached("INSERT OR IGNORE INTO erased VALUES (?1, ?2, ?3)")?.execute(params![
                    self.plan.id(*incident),
                    hex(token.sha),
                    token.pos,
                ])?;
            }
        }
        Ok(())
    }
}

/// The row of this case book that goes on as the incident's.
fn kept_row<'a>(all: &Incident<'a>, fate: Option<&Fate<'a>>) -> Option<&'a Row> {
    match fate? {
        Fate::Live(Source::Own(row)) | Fate::Gone(Source::Own(row)) => Some(row),
        Fate::Aside => None,
        _ => all.own.first().copied(),
    }
}

/// The incidents that the log of a case book speaks of.
pub fn named(book: &Book<'_>, plan: &Plan) -> Result<HashSet<usize>, StoreError> {
    let births = book.side.births();
    let mut select = book.connection.prepare("SELECT DISTINCT incident FROM operation_targets")?;
    let mut rows = select.query([])?;
    let mut out: HashSet<usize> = book.side.aims.values().flatten().filter_map(|t| plan.incident(t)).collect();
    // Where every operation is aimed otherwise, its birth is named for nothing.
    let mut plain = book.connection.prepare(
        "SELECT 1 FROM operations_on t WHERE t.incident = ?1 AND NOT EXISTS
           (SELECT 1 FROM aims a WHERE a.operation = t.operation AND a.incident = t.incident)",
    )?;
    while let Some(row) = rows.next()? {
        let id: String = row.get(0)?;
        if let Some(incident) = births.get(id.as_str()).and_then(|token| plan.incident(token))
            && plain.exists([&id])?
        {
            out.insert(incident);
        }
    }
    Ok(out)
}

fn to_json(e: &ParsedEntry) -> Result<String, StoreError> {
    let mut facts = serde_json::to_value(&e.facts)?;
    if let Value::Object(map) = &mut facts {
        map.insert("rules".into(), serde_json::to_value(&e.facts.rules)?);
    }
    Ok(serde_json::to_string(&(e.kind, &e.text, e.line, e.bytes, &e.label, &e.url, facts))?)
}

fn from_json(json: &str) -> Result<ParsedEntry, StoreError> {
    type Whole = (Kind, String, usize, (usize, usize), Option<String>, Option<String>, crate::domain::Facts);
    let (kind, text, line, bytes, label, url, facts): Whole = serde_json::from_str(json)?;
    Ok(ParsedEntry { kind, text, line, bytes, label, url, facts })
}
