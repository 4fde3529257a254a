//! Makes documents, analysts and moments for tests that fill a store without going through files.

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use jikenbo::domain::{
    Actor, DigestFormat, DocumentMeta, Facts, IncidentId, Key, Kind, ParsedDocument, ParsedEntry, Record,
};
use jikenbo::query::ast::{Expr, Query, Sort};
use jikenbo::store::{Ready, Store};
use jikenbo::text::hex;
use sha2::{Digest, Sha256};
use std::path::Path;

/// The moment n seconds into a test.
pub fn at(n: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2024, 7, 1, 0, 0, 0).unwrap() + TimeDelta::seconds(i64::from(n))
}

/// An analyst.
pub fn actor(name: &str) -> Actor {
    Actor { name: name.into(), uid: 1000 }
}

/// An entry of this text that states these facts.
pub fn entry(text: String, facts: Facts) -> ParsedEntry {
    ParsedEntry { kind: Kind::Incident, text, line: 1, bytes: (0, 0), label: None, url: None, facts }
}

/// A document of entries: its bytes are their texts.
pub fn document(path: &str, mut entries: Vec<ParsedEntry>) -> (ParsedDocument, Vec<u8>) {
    let mut raw = Vec::new();
    let mut line = 1;
    for e in &mut entries {
        e.line = line;
        line += e.text.lines().count();
        e.bytes = (raw.len(), raw.len() + e.text.len());
        raw.extend(e.text.as_bytes());
    }
    let digest: [u8; 32] = Sha256::digest(&raw).into();
    let meta = DocumentMeta {
        path: path.into(),
        sha256: hex(digest),
        format: DigestFormat::PlainBlog,
        encoding: "UTF-8".into(),
        year: None,
        source_url: None,
    };
    (ParsedDocument { meta, entries, warnings: Vec::new() }, raw)
}

/// Puts a document of entries into a store.
pub fn ingest(store: &mut Store, path: &str, entries: Vec<ParsedEntry>) {
    let (parsed, raw) = document(path, entries);
    store.ingest(&Ready::new(parsed).unwrap().linked(jikenbo::analysis::links::keys), &raw, at(0)).unwrap();
}

/// Every incident, by row number.
pub fn all(store: &Store) -> Vec<Key> {
    let query = Query { filter: Expr::And(Vec::new()), sort: Sort::default() };
    let mut keys = store.search(&query).unwrap().keys.to_vec();
    keys.sort();
    keys
}

/// Every record, by row number.
pub fn records(store: &Store) -> Vec<(Key, Record)> {
    all(store).into_iter().map(|k| (k, store.record(k).unwrap())).collect()
}

/// Every id, by row number.
pub fn ids(store: &Store) -> Vec<IncidentId> {
    store.ids(&all(store)).unwrap()
}

/// A digest of `n` small notices in the numbered form, the first of them numbered `from`: for tests that need many
/// incidents and no variety.
pub fn plain_digest(from: usize, n: usize) -> String {
    let notice = |i: usize| {
        format!(
            "【セキュリティ事件簿#2024-{i}】葦原第{i}商会 名簿の紛失について 2024/{}/{}\n\n葦原第{i}商会\n\n\n\
             2024年1月{}日、顧客{i}名の氏名を記した名簿を紛失しました。\n\nリリース文アーカイブ\n",
            i % 12 + 1,
            i % 28 + 1,
            i % 28 + 1,
        )
    };
    (from..from + n).map(notice).collect()
}

/// Writes `files` digests of `each` notices into a folder.
pub fn write_digests(folder: &Path, files: usize, each: usize) {
    std::fs::create_dir_all(folder).unwrap();
    for f in 0..files {
        std::fs::write(folder.join(format!("{f:03}.txt")), plain_digest(1 + f * each, each)).unwrap();
    }
}
