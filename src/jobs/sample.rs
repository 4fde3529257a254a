//! The built-in sample: digests of invented incidents with a little triage done, for `jikenbo demo`.

use super::JobError;
use crate::analysis::links;
use crate::domain::{Actor, Change, Command, Status, Tag};
use crate::ingest::{self, Options};
use crate::query;
use crate::store::{Ready, Store};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// One digest of the sample.
struct Digest {
    name: &'static str,
    bytes: &'static [u8],
    /// The year of a digest that names none.
    year: Option<i32>,
}

macro_rules! digests {
    ($($name:literal $year:expr;)*) => {
        &[$(Digest { name: $name, bytes: include_bytes!(concat!("../../assets/sample/", $name)), year: $year }),*]
    };
}

const DIGESTS: &[Digest] = digests! {
    "2013-10-digest.txt" Some(2013);
    "2022-10-blog.txt" None;
    "2023-06-category.txt" None;
    "2024-05-jikenbo.txt" None;
    "2024-06-blog-sjis.txt" None;
    "2025-02-jikenbo.txt" None;
};

/// What the sample's analyst did: a query, and the tag, status or note for all that it finds.
enum Act {
    Tag(&'static str),
    Status(Status),
    Note(&'static str),
}

const TRIAGE: &[(&str, Act)] = &[
    ("若宮印刷", Act::Tag("supply/若宮印刷")),
    ("若宮印刷", Act::Status(Status::Open)),
    ("org:若宮印刷", Act::Note("委託元の公表と突き合わせる")),
    ("ランサムウェア", Act::Tag("ransomware")),
    ("誤送信", Act::Tag("misdelivery")),
    ("USBメモリ", Act::Tag("lost-media")),
    ("until:2013-12-31", Act::Status(Status::Done)),
];

/// The analyst of the sample's triage.
pub const ANALYST: &str = "demo";

/// Fills an empty store with the sample; everything is dated `at`.
///
/// # Errors
/// Fails when the store fails.
pub fn fill(store: &mut Store, at: DateTime<Utc>) -> Result<(), JobError> {
    store.complete_links(links::keys)?;
    for digest in DIGESTS {
        let options = Options { year: digest.year, ..Options::default() };
        let path = format!("sample/{}", digest.name);
        let document =
            ingest::parse(digest.bytes, &path, &options).map_err(|source| JobError::Parse { path, source })?;
        store.ingest(&Ready::new(document)?.linked(links::keys), digest.bytes, at)?;
    }
    let actor = Actor { name: ANALYST.to_owned(), uid: 0 };
    // The triage looks a day old, so that what the visitor does is told apart from it.
    let yesterday = at.checked_sub_days(Days::new(1)).unwrap_or(at);
    for (text, act) in TRIAGE {
        let wrong = |message: String| JobError::Sample { query: (*text).to_owned(), message };
        let query = query::parse(text, NaiveDate::default()).map_err(|e| wrong(e.message))?;
        let targets = store.ids(&store.search(&query)?.keys)?;
        let change = match act {
            Act::Tag(name) => {
                Change::Tag { add: vec![Tag::new(name).map_err(|e| wrong(e.to_string()))?], remove: Vec::new() }
            }
            Act::Status(to) => Change::Status { to: *to },
            Act::Note(note) => Change::Note { text: (*note).to_owned() },
        };
        if !targets.is_empty() {
            store.apply(&Command { change, targets }, &actor, yesterday)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_fills_a_store_and_is_triaged() {
        let mut store = Store::open_in_memory().unwrap();
        fill(&mut store, DateTime::UNIX_EPOCH).unwrap();
        let found = |q: &str| store.search(&query::parse(q, NaiveDate::default()).unwrap()).unwrap().keys.len();
        assert!(found("") >= 40, "{}", found(""));
        assert!(found("tag:supply/若宮印刷") >= 5);
        assert!(found("status:done") >= 10);
        assert!(found("has:note") >= 1);
    }
}
