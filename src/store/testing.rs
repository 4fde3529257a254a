//! Makes documents and incidents for the tests of this module.

use super::{Ready, Store};
use crate::domain::{
    Actor, Applied, Change, Command, Confidence, DigestFormat, DocumentMeta, Facts, Field, Key, Kind, ParsedDocument,
    ParsedEntry, Record, Span, Status, Tag,
};
use crate::query::ast::{Expr, Query, Sort};
use crate::text::hex;
use chrono::{DateTime, TimeZone, Utc};
use sha2::{Digest, Sha256};

pub use link_keys::keys;

/// The moment n seconds into the tests.
pub fn at(n: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 7, 1, 0, 0, 0).unwrap() + chrono::TimeDelta::seconds(i64::from(n))
}

/// An analyst.
pub fn actor(name: &str) -> Actor {
    Actor { name: name.into(), uid: 1000 }
}

/// An entry `ORG TITLE` with a body.
pub fn entry(org: &str, title: &str, body: &str) -> ParsedEntry {
    let mut facts = Facts { org: Some(org.into()), title: Some(title.into()), ..Facts::default() };
    facts.prove(Field::Org, [Span::new(0, org.len())], Confidence::High, "test");
    let text = format!("{org} {title}\n\n{body}\n");
    ParsedEntry { kind: Kind::Incident, text, line: 1, bytes: (0, 0), label: None, url: None, facts }
}

/// A document of entries: its bytes are their texts, its path is given.
pub fn document(path: &str, mut entries: Vec<ParsedEntry>) -> (ParsedDocument, Vec<u8>) {
    let (mut raw, mut lines) = (String::new(), 0);
    for e in &mut entries {
        e.line = lines + 1;
        lines += e.text.lines().count();
        e.bytes = (raw.len(), raw.len() + e.text.len());
        raw.push_str(&e.text);
    }
    let digest: [u8; 32] = Sha256::digest(raw.as_bytes()).into();
    let meta = DocumentMeta {
        path: path.into(),
        sha256: hex(digest),
        format: DigestFormat::PlainBlog,
        encoding: "UTF-8".into(),
        year: None,
        source_url: None,
    };
    (ParsedDocument { meta, entries, warnings: Vec::new() }, raw.into_bytes())
}

/// A document as the store takes it in.
pub fn ready(document: &ParsedDocument) -> Ready {
    Ready::new(document.clone()).unwrap().linked(keys)
}

/// A store that holds one document of these entries.
pub fn store_of(entries: Vec<ParsedEntry>) -> Store {
    let mut store = Store::open_in_memory().unwrap();
    let (parsed, raw) = document("/nowhere/digest.txt", entries);
    store.ingest(&ready(&parsed), &raw, at(0)).unwrap();
    store
}

/// Every incident in document order.
pub fn all(store: &Store) -> Vec<Key> {
    let query = Query { filter: Expr::And(Vec::new()), sort: Sort::default() };
    store.search(&query).unwrap().keys.to_vec()
}

/// The record of the incident with this title.
pub fn titled(store: &Store, title: &str) -> Record {
    let is = |r: &Record| r.facts.title.as_deref() == Some(title);
    all(store).into_iter().map(|k| store.record(k).unwrap()).find(is).unwrap()
}

/// A change of tags: `+a` adds, `-a` removes.
pub fn tags(signed: &[&str]) -> Change {
    let named = |sign: char| signed.iter().filter_map(|s| s.strip_prefix(sign)).map(|n| Tag::new(n).unwrap()).collect();
    Change::Tag { add: named('+'), remove: named('-') }
}

/// A change of status.
pub fn status(to: Status) -> Change {
    Change::Status { to }
}

/// A note.
pub fn note(text: &str) -> Change {
    Change::Note { text: text.into() }
}

/// Applies a change to incidents.
pub fn apply(store: &mut Store, by: &str, change: Change, keys: &[Key], n: u32) -> Applied {
    let targets = store.ids(keys).unwrap();
    store.apply(&Command { change, targets }, &actor(by), at(n)).unwrap()
}

/// The link keys as the jobs make them: the store itself knows nothing of how.
#[cfg(test)]
mod link_keys {
    pub use crate::analysis::links::keys;
}
