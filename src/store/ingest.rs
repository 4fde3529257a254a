//! Takes a parsed document into the case book: new, unchanged, or a later version whose incidents keep their ids and
//! what analysts did to them. Given what `ingest` (the module) made of a file; called by `Store::ingest`.

use super::documents::{self, Given, Known, KnownIncident};
use super::error::StoreError;
use super::incidents::{self, Derived, Prepared};
use super::{forget, matching};
use crate::domain::{Key, LinkKeysOf, ParsedDocument};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, TransactionBehavior};
use std::collections::HashMap;

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was not known.
    New,
    /// Another version, or another reading, of a known one.
    Updated,
    /// Known, and nothing changed.
    Unchanged,
}

/// What an ingest changed, counted in incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// What became of the document.
    pub outcome: Outcome,
    /// Incidents that were added.
    pub new: usize,
    /// Incidents whose text or facts changed.
    pub updated: usize,
    /// Incidents that stayed as they were.
    pub unchanged: usize,
    /// Incidents that the document no longer holds, and that nobody had touched: they were deleted.
    pub removed: usize,
    /// Incidents that the document no longer holds, but that analysts had worked on: they are kept and marked.
    pub gone: usize,
    /// Entries of the document.
    pub entries: usize,
    /// The incidents that were added or changed.
    pub touched: Vec<Key>,
}

impl Ingested {
    /// No incident at all: what sums begin with.
    pub fn none(outcome: Outcome) -> Self {
        Self { outcome, new: 0, updated: 0, unchanged: 0, removed: 0, gone: 0, entries: 0, touched: Vec::new() }
    }

    /// The counts of a document of which all or no entry is new.
    pub(super) fn whole(outcome: Outcome, entries: usize) -> Self {
        let (new, unchanged) = if outcome == Outcome::New { (entries, 0) } else { (0, entries) };
        Self { new, unchanged, entries, ..Self::none(outcome) }
    }
}

/// A parsed document with what the store derives from its texts, which takes longer than storing it and needs no
/// store: whoever parses on other threads makes it there.
#[derive(Debug)]
pub struct Ready {
    document: ParsedDocument,
    /// In the order of the entries.
    derived: Vec<Derived>,
}

impl Ready {
    /// Folds and hashes the texts.
    ///
    /// # Errors
    /// Fails where a fact can't be written as JSON.
    pub fn new(document: ParsedDocument) -> Result<Self, StoreError> {
        let derived = document.entries.iter().map(Derived::of).collect::<Result<_, _>>()?;
        Ok(Self { document, derived })
    }

    /// Makes the link keys of the entries too; without them the incidents wait for [`super::Store::complete_links`].
    #[must_use]
    pub fn linked(mut self, keys_of: LinkKeysOf) -> Self {
        for (entry, derived) in self.document.entries.iter().zip(&mut self.derived) {
            derived.links = Some(keys_of(entry.kind, &entry.facts, &derived.folded));
        }
        self
    }

    /// The document.
    pub fn document(&self) -> &ParsedDocument {
        &self.document
    }

    /// The entries with what is derived from them.
    pub(super) fn prepared(&self) -> Vec<Prepared<'_>> {
        let pairs = self.document.entries.iter().zip(&self.derived);
        pairs.map(|(entry, derived)| Prepared { entry, derived }).collect()
    }
}

/// Pages of the write-ahead log after which it is written back: every page of an index that a document touches is
/// written back once for many documents.
const LONG_LOG: u32 = 6000;
/// The same at all other times, which is what SQLite begins with.
const SHORT_LOG: u32 = 1000;

/// Takes in a document in one transaction. Its raw bytes make a lost commit repeatable, so the disk is not waited for.
pub(super) fn ingest(
    connection: &mut Connection,
    ready: &Ready,
    raw: &[u8],
    at: DateTime<Utc>,
) -> Result<Ingested, StoreError> {
    let document = &ready.document;
    let entries = ready.prepared();
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", LONG_LOG)?;
    let done = in_transaction(connection, document, &entries, raw, at);
    connection.pragma_update(None, "wal_autocheckpoint", SHORT_LOG)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    done
}

fn in_transaction(
    connection: &mut Connection,
    document: &ParsedDocument,
    entries: &[Prepared<'_>],
    raw: &[u8],
    at: DateTime<Utc>,
) -> Result<Ingested, StoreError> {
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    forget::refuse_forgotten(&tx, &document.meta)?;
    let done = match find(&tx, document, entries)? {
        None => {
            let key = documents::insert(&tx, document, raw, at)?;
            let mut done = Ingested::whole(Outcome::New, entries.len());
            for (seq, entry) in entries.iter().enumerate() {
                done.touched.push(Key(entry.insert(&tx, key, seq)?));
            }
            done
        }
        Some(version)
            if version.same_bytes && !version.of.is_hollow() && version.of.given.covers(&Given::of(document)) =>
        {
            Ingested::whole(Outcome::Unchanged, version.live())
        }
        Some(version) => {
            documents::update(&tx, &version.of, document, raw, at)?;
            update(&tx, &version, entries)?
        }
    };
    tx.commit()?;
    Ok(done)
}

/// A document as a version of a known one.
pub(super) struct Version {
    /// The known one.
    pub of: Known,
    /// Its incidents.
    pub incidents: Vec<KnownIncident>,
    /// For every entry the index of the incident that it is.
    pairs: Vec<Option<usize>>,
    same_bytes: bool,
}

impl Version {
    /// The incident that an entry is, where it is a known one.
    pub fn known(&self, entry: usize) -> Option<&KnownIncident> {
        self.incidents.get(self.pairs.get(entry).copied().flatten()?)
    }

    /// Incidents that the document holds.
    fn live(&self) -> usize {
        self.incidents.iter().filter(|i| !i.marks.gone).count()
    }

    /// The incidents that no entry is, of those that the document held.
    pub fn lost(&self) -> impl Iterator<Item = &KnownIncident> {
        let mut kept = vec![false; self.incidents.len()];
        for i in self.pairs.iter().flatten() {
            if let Some(k) = kept.get_mut(*i) {
                *k = true;
            }
        }
        self.incidents.iter().zip(kept).filter(|(i, kept)| !kept && !i.marks.gone).map(|(i, _)| i)
    }

    /// Tells whether the document was read before exactly as it is now.
    pub fn says_nothing_new(&self, document: &ParsedDocument, entries: &[Prepared<'_>]) -> Result<bool, StoreError> {
        let alike = |(seq, entry): (usize, &Prepared<'_>)| {
            self.known(seq)
                .is_some_and(|i| !i.marks.gone && i.content == entry.derived.content && i.place == entry.at(seq))
        };
        Ok(self.of.read_alike(document)? && self.live() == entries.len() && entries.iter().enumerate().all(alike))
    }
}

/// Finds the known document that this one is a version of. One at the same path that has no entry in common is
/// another document under an old name.
fn find(
    connection: &Connection,
    document: &ParsedDocument,
    entries: &[Prepared<'_>],
) -> Result<Option<Version>, StoreError> {
    if let Some(known) = documents::with_bytes(connection, &document.meta.sha256)? {
        return pair(connection, known, entries, true).map(Some);
    }
    for known in documents::candidates(connection, &document.meta, entries)? {
        let version = pair(connection, known, entries, false)?;
        if version.pairs.iter().any(Option::is_some) {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

/// Pairs the entries with the incidents of a known document.
pub(super) fn pair(
    connection: &Connection,
    of: Known,
    entries: &[Prepared<'_>],
    same_bytes: bool,
) -> Result<Version, StoreError> {
    let mut incidents = documents::incidents(connection, of.key)?;
    note_touched(connection, &mut incidents)?;
    let old: Vec<_> = incidents.iter().map(|i| i.marks.clone()).collect();
    let new: Vec<_> = entries.iter().map(|e| e.derived.marks.clone()).collect();
    let mut similarity = |o: usize, n: usize| -> Result<f64, StoreError> {
        let (Some(o), Some(n)) = (incidents.get(o), entries.get(n)) else { return Ok(0.0) };
        Ok(matching::common_share(&incidents::folded_text(connection, o.key)?, &n.derived.folded))
    };
    let pairs = matching::pair(&old, &new, &mut similarity)?;
    Ok(Version { of, incidents, pairs, same_bytes })
}

/// Notes of incidents that begin alike whether analysts worked on them.
fn note_touched(connection: &Connection, incidents: &mut [KnownIncident]) -> Result<(), StoreError> {
    let mut seen: HashMap<i64, usize> = HashMap::new();
    incidents.iter().for_each(|i| *seen.entry(i.marks.lines).or_default() += 1);
    for i in incidents.iter_mut().filter(|i| seen.get(&i.marks.lines).is_some_and(|n| *n > 1)) {
        i.marks.touched = incidents::is_logged(connection, i.key)?;
    }
    Ok(())
}

/// Writes a new version over a known document's incidents.
pub(super) fn update(
    connection: &Connection,
    version: &Version,
    entries: &[Prepared<'_>],
) -> Result<Ingested, StoreError> {
    let mut done = Ingested { entries: entries.len(), ..Ingested::none(Outcome::Updated) };
    for (seq, entry) in entries.iter().enumerate() {
        match version.known(seq) {
            None => {
                done.touched.push(Key(entry.insert(connection, version.of.key, seq)?));
                done.new += 1;
            }
            Some(i) if i.content == entry.derived.content && !i.marks.gone => {
                if i.place != entry.at(seq) {
                    entry.place(connection, i.key, seq)?;
                }
                done.unchanged += 1;
            }
            Some(i) => {
                entry.replace(connection, i.key, seq)?;
                done.touched.push(Key(i.key));
                done.updated += 1;
            }
        }
    }
    for incident in version.lost() {
        if incidents::let_go(connection, incident.key)? {
            done.gone += 1;
        } else {
            done.removed += 1;
        }
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{IncidentId, ParsedEntry, Status};
    use crate::store::testing::{all, apply, at, document, entry, note, ready, status, store_of, tags, titled};
    use crate::store::{Counts, Store};
    use chrono::NaiveDate;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const PATH: &str = "/nowhere/digest.txt";

    fn four() -> Vec<ParsedEntry> {
        vec![
            entry("青葉市", "USBメモリの紛失", "職員が端末を紛失しました。\n経緯は次のとおりです。"),
            entry("若宮印刷", "ランサムウェア被害", "サーバーが暗号化されました。\n復旧中です。"),
            entry("北浜大学", "メール誤送信", "宛先を誤って送信しました。\nお詫びします。"),
            entry("東雲病院", "不正アクセス", "端末への侵入を確認しました。\n調査中です。"),
        ]
    }

    /// A store of the four, each tagged with its organisation.
    fn tagged() -> (Store, BTreeMap<String, IncidentId>) {
        let mut store = store_of(four());
        let mut ids = BTreeMap::new();
        for (n, key) in all(&store).into_iter().enumerate() {
            let record = store.record(key).unwrap();
            let org = record.facts.org.unwrap();
            apply(&mut store, "kei", tags(&[&format!("+{org}")]), &[key], n as u32);
            ids.insert(org, record.id);
        }
        (store, ids)
    }

    fn ingest(store: &mut Store, path: &str, entries: Vec<ParsedEntry>) -> Ingested {
        let (parsed, raw) = document(path, entries);
        store.ingest(&ready(&parsed), &raw, at(100)).unwrap()
    }

    /// Every incident that carries a tag still is the incident that it was put on.
    fn assert_kept(store: &Store, ids: &BTreeMap<String, IncidentId>, orgs: &[&str]) {
        let mut seen = Vec::new();
        for key in all(store) {
            let record = store.record(key).unwrap();
            if let [tag] = record.triage.tags.as_slice() {
                let org = record.facts.org.unwrap();
                assert_eq!(tag.as_str(), org);
                assert_eq!(Some(&record.id), ids.get(&org), "{org}");
                seen.push(org);
            }
        }
        seen.sort();
        let mut orgs = orgs.to_vec();
        orgs.sort_unstable();
        assert_eq!(seen, orgs);
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    const ORGS: [&str; 4] = ["青葉市", "若宮印刷", "北浜大学", "東雲病院"];

    #[test]
    fn the_same_bytes_change_nothing_wherever_they_lie() {
        let (mut store, ids) = tagged();
        let version = store.data_version().unwrap();
        for path in [PATH, "/elsewhere/copy.txt", "-"] {
            let done = ingest(&mut store, path, four());
            assert_eq!(done, Ingested::whole(Outcome::Unchanged, 4));
        }
        assert_eq!(store.counts().unwrap(), Counts { documents: 1, incidents: 4, operations: 4 });
        assert_eq!(store.data_version().unwrap(), version);
        assert_eq!(titled(&store, "メール誤送信").source.path, PATH);
        assert_kept(&store, &ids, &ORGS);
    }

    #[test]
    fn an_entry_inserted_in_the_middle_moves_the_others_only() {
        let (mut store, ids) = tagged();
        let mut entries = four();
        entries.insert(1, entry("白樺銀行", "書類の誤廃棄", "書類を誤って廃棄しました。"));
        let done = ingest(&mut store, PATH, entries);
        assert_eq!((done.outcome, done.new, done.updated, done.unchanged), (Outcome::Updated, 1, 0, 4));
        assert_kept(&store, &ids, &ORGS);
        let moved = titled(&store, "メール誤送信");
        let raw: Vec<u8> = store.connection.query_row("SELECT raw FROM documents", [], |r| r.get(0)).unwrap();
        assert_eq!(raw.get(moved.source.bytes.start..moved.source.bytes.end), Some(moved.text.as_bytes()));
    }

    #[test]
    fn a_corrected_headline_keeps_its_incident() {
        let (mut store, ids) = tagged();
        let mut entries = four();
        entries[1] = entry("若宮印刷", "ランサムウェア攻撃による障害", "サーバーが暗号化されました。\n復旧中です。");
        let done = ingest(&mut store, PATH, entries);
        assert_eq!((done.new, done.updated, done.unchanged, done.removed), (0, 1, 3, 0));
        assert_kept(&store, &ids, &ORGS);
        assert!(titled(&store, "ランサムウェア攻撃による障害").text.contains("攻撃による障害"));
    }

    #[test]
    fn reordered_and_rewritten_entries_keep_their_incidents() {
        let (mut store, ids) = tagged();
        let mut entries = four();
        entries.reverse();
        assert_eq!(ingest(&mut store, PATH, entries).unchanged, 4);
        assert_kept(&store, &ids, &ORGS);
        assert_eq!(ingest(&mut store, PATH, four()).unchanged, 4);
        // The body rewritten, the headline kept; then both changed a little.
        let mut entries = four();
        entries[0] = entry("青葉市", "USBメモリの紛失", "全く別の文面です。");
        entries[2] = entry("北浜大学", "メールの誤送信", "宛先を誤って送信しました。\n深くお詫びします。");
        assert_eq!(ingest(&mut store, PATH, entries).updated, 2);
        assert_kept(&store, &ids, &ORGS);
    }

    #[test]
    fn a_year_given_later_reaches_the_incidents_and_is_not_lost_again() {
        let (mut store, ids) = tagged();
        let (mut parsed, raw) = document(PATH, four());
        parsed.meta.year = Some(2023);
        for e in &mut parsed.entries {
            e.facts.published = NaiveDate::from_ymd_opt(2023, 5, 1);
        }
        let done = store.ingest(&ready(&parsed), &raw, at(9)).unwrap();
        assert_eq!((done.outcome, done.updated), (Outcome::Updated, 4));
        assert_eq!(store.ingest(&ready(&parsed), &raw, at(9)).unwrap().outcome, Outcome::Unchanged);
        assert_eq!(ingest(&mut store, PATH, four()).outcome, Outcome::Unchanged);
        assert_eq!(titled(&store, "メール誤送信").facts.published, NaiveDate::from_ymd_opt(2023, 5, 1));
        assert_kept(&store, &ids, &ORGS);
    }

    #[test]
    fn what_a_document_no_longer_holds_stays_only_with_triage_data() {
        let mut store = store_of(four());
        let keys = all(&store);
        apply(&mut store, "kei", note("電話で確認"), &keys[1..2], 1);
        let done = ingest(&mut store, PATH, four().into_iter().take(1).collect());
        assert_eq!((done.removed, done.gone, done.unchanged), (2, 1, 1));
        let kept = store.record(keys[1]).unwrap();
        assert_eq!(kept.facts.warnings, ["no longer in its document"]);
        assert_eq!(kept.triage.notes[0].text, "電話で確認");
        assert_eq!(all(&store).len(), 2);
        assert!(store.record(keys[2]).is_err());
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
        // It comes back as itself.
        let done = ingest(&mut store, PATH, four());
        assert_eq!((done.new, done.updated, done.unchanged), (2, 1, 1));
        assert_eq!(store.record(keys[1]).unwrap().facts.warnings, Vec::<String>::new());
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn one_notice_in_two_documents_is_two_related_incidents() {
        let mut store = store_of(four());
        let done = ingest(&mut store, "/nowhere/other.txt", four().into_iter().take(1).collect());
        assert_eq!((done.outcome, done.new), (Outcome::New, 1));
        let keys = all(&store);
        let (first, second) = (store.record(keys[0]).unwrap(), store.record(keys[4]).unwrap());
        assert_eq!(first.text, second.text);
        assert_ne!(first.id, second.id);
        assert_eq!(first.related_total, 1);
        assert_eq!((&first.related[0].id, first.related[0].why.as_str()), (&second.id, "near duplicate"));
        // The id of the first is made of its lines alone: another store gives the same.
        assert_eq!(store_of(four()).record(keys[0]).unwrap().id, first.id);
    }

    #[test]
    fn a_moved_and_edited_file_is_the_same_document() {
        let (mut store, ids) = tagged();
        let mut entries = four();
        entries.push(entry("白樺銀行", "書類の誤廃棄", "書類を誤って廃棄しました。"));
        assert_eq!(ingest(&mut store, "/nowhere/renamed.txt", entries).outcome, Outcome::Updated);
        assert_eq!(titled(&store, "書類の誤廃棄").source.path, "/nowhere/renamed.txt");
        assert_kept(&store, &ids, &ORGS);
        // Another text under the old name is another document.
        let other = vec![entry("港町役場", "名簿の流出", "名簿が流出しました。")];
        assert_eq!(ingest(&mut store, "/nowhere/renamed.txt", other).outcome, Outcome::New);
        assert_kept(&store, &ids, &ORGS);
    }

    #[test]
    fn a_document_beside_one_that_is_still_there_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "x").unwrap();
        let mut store = Store::open_in_memory().unwrap();
        ingest(&mut store, path.to_str().unwrap(), four());
        let mut entries = four();
        entries.pop();
        assert_eq!(ingest(&mut store, "/nowhere/b.txt", entries).outcome, Outcome::New);
    }

    #[test]
    fn every_fact_comes_back_as_it_was() {
        use crate::domain::{Affected, Confidence, Event, Exposure, Facts, Field, Modifier, Moment, Money, Period};
        use crate::domain::{Precision, SecondaryDamage, Span, Unit};
        let mut e = entry("青葉市", "紛失", "2024年5月1日に28,777人分を紛失");
        let day = |d| Moment::Day(NaiveDate::from_ymd_opt(2024, 5, d).unwrap());
        e.facts = Facts {
            case_no: Some("2024-217".into()),
            published: NaiveDate::from_ymd_opt(2024, 5, 28),
            actions: vec!["error.loss".into(), "malware.ransomware".into()],
            affected: Some(Affected {
                count: Some(28_777),
                unit: Unit::People,
                lo: Some(28_777),
                hi: None,
                modifier: Some(Modifier::Min),
                approx: true,
            }),
            money: Some(Money { amount: 1.5, currency: "BTC".into() }),
            data_types: vec!["address".into(), "name".into()],
            exposure: Some(Exposure::None),
            secondary_damage: Some(SecondaryDamage::NoneFound),
            ppc: true,
            third_party: Some("若宮印刷".into()),
            occurred: Some(Period { from: day(1), to: None }),
            discovered: "2024-05-02T10:30".parse().ok(),
            timeline: vec![Event {
                at: day(1),
                until: Some(Moment::Month(2024, 6)),
                lo: day(1),
                hi: None,
                precision: Precision::PartMonth,
                approx: true,
                span: Span::new(0, 3),
                text: "紛失".into(),
            }],
            follows: vec![NaiveDate::from_ymd_opt(2024, 5, 2).unwrap()],
            gang: Some("Kumori".into()),
            warnings: vec!["a".into(), "b".into()],
            ..e.facts
        };
        e.facts.prove(Field::Timeline, [Span::new(0, 3)], Confidence::Low, "rule");
        let store = store_of(vec![e.clone()]);
        let record = store.record(all(&store)[0]).unwrap();
        assert_eq!(record.facts, e.facts);
        let row = &store.rows(&all(&store)).unwrap()[0];
        assert_eq!((row.affected, row.published), (e.facts.affected, e.facts.published));
        assert_eq!(row.action.as_deref(), Some("error.loss"));
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn unchanged_entries_keep_their_ids_in_any_company(
            order in Just((0usize..8).collect::<Vec<_>>()).prop_shuffle(),
            kept in 1usize..8,
            added in prop::collection::vec(0usize..8, 0..4),
        ) {
            let made = |n: usize, what: &str| entry(&format!("組織{n}"), &format!("{what}{n}"), &format!("{what}の本文{n}"));
            let mut store = store_of((0..8).map(|n| made(n, "件名")).collect());
            let before: Vec<IncidentId> = (0..8).map(|n| titled(&store, &format!("件名{n}")).id).collect();
            let mut entries: Vec<ParsedEntry> = order[..kept].iter().map(|n| made(*n, "件名")).collect();
            for at in &added {
                entries.insert((*at).min(entries.len()), made(entries.len() + 100, "続報"));
            }
            let done = ingest(&mut store, PATH, entries);
            prop_assert_eq!((done.unchanged, done.updated + done.new), (kept, added.len()));
            for n in &order[..kept] {
                prop_assert_eq!(&titled(&store, &format!("件名{n}")).id, &before[*n]);
            }
            prop_assert_eq!(store.check().unwrap(), Vec::<String>::new());
        }
    }

    #[test]
    fn damage_is_found() {
        let mut store = store_of(four());
        let keys = all(&store);
        apply(&mut store, "kei", status(Status::Done), &keys, 1);
        for (sql, words) in [
            ("UPDATE incidents SET status = 'open' WHERE seq = 0", "not what the log says"),
            ("UPDATE incidents SET byte_end = 99999 WHERE seq = 1", "do not lie in its document"),
            ("UPDATE facts SET spans = '[[0,1]]' WHERE field = 'org'", "the evidence of org"),
            ("UPDATE documents SET raw = x'00'", "SHA-256"),
        ] {
            store.connection.execute_batch(sql).unwrap();
            let problems = store.check().unwrap();
            assert!(problems.iter().any(|p| p.contains(words)), "{sql}: {problems:?}");
        }
    }
}
