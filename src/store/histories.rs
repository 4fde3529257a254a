//! Random histories: several analysts, every kind of change, undo, redo, and documents that change in between. After
//! each the tables say what the log adds up to, and every field counts as corrections and verdicts say.
//! `JIKENBO_HISTORIES` sets how many.

use super::Store;
use super::log::LogFilter;
use super::testing::{actor, all, apply, at, document, entry, note, ready, status, tags};
use crate::domain::op::Act;
use crate::domain::{
    Affected, Change, Colour, Event, Facts, Field, IncidentId, Key, Kind, Moment, Operation, ParsedEntry, Precision,
    Record, Span, Status, Tag, Triage, Unit, Verdict,
};
use crate::op;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ANALYSTS: [&str; 3] = ["kei", "aya", "rule:lost"];

#[derive(Clone, Debug)]
enum Step {
    Change(Change, Vec<usize>),
    Undo,
    Redo,
    /// The document comes again with another figure and text.
    Revise(u64),
}

fn tag() -> impl Strategy<Value = Tag> {
    prop::sample::select(vec!["a", "b", "a/b", "a/c", "b/b"]).prop_map(|n| Tag::new(n).unwrap())
}

fn affected(n: u64) -> Value {
    json!(Affected { count: Some(n), unit: Unit::People, lo: Some(n), hi: Some(n), modifier: None, approx: false })
}

fn event(text: &str) -> Event {
    let at = Moment::Month(2024, 5);
    let (precision, span) = (Precision::Month, Span::new(0, 3));
    Event { at, until: None, lo: at, hi: None, precision, approx: false, span, text: text.into() }
}

fn correction() -> impl Strategy<Value = Change> {
    let value = prop::sample::select(vec![
        (Field::Org, json!("丙社")),
        (Field::Org, json!("丁社")),
        (Field::Affected, affected(7)),
        (Field::Affected, affected(9)),
        (Field::Kind, json!("claim")),
        (Field::Kind, json!("other")),
        (Field::Actions, json!(["error.loss"])),
        (Field::Ppc, json!(true)),
        (Field::Timeline, json!([event("訂正")])),
        (Field::Published, json!("2024-05-28")),
        (Field::Gang, json!("Kumori")),
    ]);
    (value, 0..4u8).prop_map(|((field, value), how)| {
        let value = match how {
            0 => None,
            1 if field != Field::Kind => Some(Value::Null),
            _ => Some(value),
        };
        Change::Correct { field, value }
    })
}

fn review() -> impl Strategy<Value = Change> {
    let field = prop::sample::select(vec![Field::Org, Field::Affected, Field::Timeline, Field::Actions]);
    let verdict = prop::sample::select(vec![None, Some(Verdict::Accepted), Some(Verdict::Rejected)]);
    (field, verdict).prop_map(|(field, verdict)| Change::Review { field, verdict })
}

fn change() -> impl Strategy<Value = Change> {
    let signed = prop::sample::select(vec!["+a", "-a", "+b", "-b", "+a/b", "+a/c"]);
    let describe =
        (tag(), prop::option::of("[pq]?"), prop::option::of(prop::sample::select(vec![Colour::None, Colour::Red])));
    prop_oneof![
        5 => prop::collection::vec(signed, 1..3).prop_map(|t| tags(&t)),
        2 => prop::sample::select(Status::ALL.to_vec()).prop_map(status),
        1 => "[xyz]{1,2}".prop_map(|t| note(&t)),
        5 => correction(),
        4 => review(),
        2 => (tag(), tag(), any::<bool>()).prop_map(|(from, to, merge)| Change::Rename { from, to, merge }),
        1 => tag().prop_map(|tag| Change::Delete { tag }),
        1 => describe.prop_map(|(tag, text, colour)| Change::Describe { tag, text, colour }),
        1 => (tag(), prop::option::of(prop::sample::select(vec!['k', 'm']))).prop_map(|(tag, key)| Change::Key { tag, key }),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let change = (change(), prop::collection::vec(0usize..3, 1..3)).prop_map(|(c, on)| Step::Change(c, on));
    prop_oneof![12 => change, 5 => Just(Step::Undo), 3 => Just(Step::Redo), 1 => (1u64..4).prop_map(Step::Revise)]
}

/// The entries of the document's n-th version.
fn version(n: u64) -> Vec<ParsedEntry> {
    let one = |i: u64| {
        let mut e = entry(&format!("組織{i}"), &format!("件名{i}"), &format!("本文その{i} {n}人"));
        e.kind = if i == 2 { Kind::Claim } else { Kind::Incident };
        e.facts.affected = serde_json::from_value(affected(100 * i + n)).unwrap();
        e.facts.actions = vec!["error.misdelivery".into(), "error.loss".into()];
        e.facts.timeline = vec![event("紛失")];
        e
    };
    (0..3).map(one).collect()
}

fn revise(store: &mut Store, n: u64) {
    let (parsed, raw) = document("/nowhere/digest.txt", version(n));
    store.ingest(&ready(&parsed), &raw, at(u32::try_from(n).unwrap())).unwrap();
}

/// What the log says of an incident, in the form of a record that the parser gave these facts.
fn expected(folded: &Triage, parsed: &ParsedEntry) -> (Triage, Facts, Kind) {
    let (mut triage, mut facts, mut kind) = (folded.clone(), parsed.facts.clone(), parsed.kind);
    let shown = |field: Field, v: Value| if v.is_null() { field.unstated() } else { v };
    let rejected: Vec<Field> =
        triage.reviewed.iter().filter(|(_, v)| **v == Verdict::Rejected).map(|(f, _)| *f).collect();
    for field in rejected.into_iter().filter(|f| !triage.corrections.contains_key(f)).collect::<Vec<_>>() {
        triage.rejected.insert(field, shown(field, facts.get(field).unwrap()));
        facts.set(field, &Value::Null).unwrap();
    }
    for (field, c) in &mut triage.corrections {
        let was = if *field == Field::Kind { json!(kind) } else { facts.get(*field).unwrap() };
        facts.set(*field, &c.value).unwrap();
        kind = if *field == Field::Kind { op::kind_of(&c.value).unwrap() } else { kind };
        c.parsed = shown(*field, was);
        c.value = shown(*field, c.value.clone());
    }
    (triage, facts, kind)
}

fn log(store: &Store) -> Vec<Operation> {
    store.log(&LogFilter::default()).unwrap()
}

fn compare(store: &Store, keys: &[Key], now: u64) -> Result<(), TestCaseError> {
    let log = log(store);
    let cancelled = op::cancelled(log.iter());
    prop_assert!(log.iter().all(|o| o.cancelled == cancelled.contains(&o.id)));
    let folded = op::fold(log.iter());
    for (key, parsed) in keys.iter().zip(version(now)) {
        let record: Record = store.record(*key).unwrap();
        let (triage, facts, kind) = expected(&folded.get(&record.id).cloned().unwrap_or_default(), &parsed);
        prop_assert_eq!(&record.triage, &triage);
        prop_assert_eq!(&record.facts, &facts);
        prop_assert_eq!(record.kind, kind);
        let row = store.rows(&[*key]).unwrap().remove(0);
        prop_assert_eq!((&row.org, &row.affected, row.kind), (&facts.org, &facts.affected, kind));
    }
    let traits: BTreeMap<Tag, _> = store.tags().unwrap().into_iter().map(|t| (t.tag, t.traits)).collect();
    let told: BTreeMap<Tag, _> = traits.into_iter().filter(|(_, t)| *t != Default::default()).collect();
    prop_assert_eq!(told, op::fold_traits(log.iter()));
    prop_assert_eq!(store.check().unwrap(), Vec::<String>::new());
    Ok(())
}

/// An undo takes back the analyst's newest standing change and nothing of anybody else's.
fn undo(store: &mut Store, by: &str, n: u32) -> Result<(), TestCaseError> {
    let before = log(store);
    let mine = before.iter().find(|o| o.by == by && !o.cancelled && matches!(o.act, Act::Change { .. }));
    let folded = op::fold(before.iter());
    let done = store.undo(&actor(by), at(n)).unwrap();
    prop_assert_eq!(done.is_some(), mine.is_some());
    for (o, was) in log(store).iter().skip(usize::from(done.is_some())).zip(&before) {
        prop_assert!(o.id == was.id && (o.cancelled == was.cancelled || o.by == by), "{:?}", o);
    }
    if let (Some((applied, _)), Some(mine)) = (done, mine) {
        prop_assert_eq!(&log(store)[0].summary, &applied.summary);
        let kept = kept(mine, &before, &folded, &op::fold(log(store).iter()))?;
        prop_assert_eq!(kept, applied.summary.contains(" later "), "{}", applied.summary);
    }
    Ok(())
}

/// Holds every later change of the same things to its effect, and tells whether there was one.
fn kept(
    undone: &Operation,
    log: &[Operation],
    before: &BTreeMap<IncidentId, Triage>,
    after: &BTreeMap<IncidentId, Triage>,
) -> Result<bool, TestCaseError> {
    let Act::Change { change } = &undone.act else { return Ok(false) };
    let mut any = false;
    for later in log.iter().filter(|o| o.id > undone.id && !o.cancelled) {
        let Act::Change { change: other } = &later.act else { continue };
        for id in undone.incidents.iter().filter(|id| later.incidents.contains(id)) {
            if op::kept(change, other, "", 1).is_none() {
                continue;
            }
            any = true;
            let (a, b) = (before[id].clone(), after.get(id).cloned().unwrap_or_default());
            match other {
                Change::Status { .. } => prop_assert_eq!(a.status, b.status),
                Change::Correct { field, .. } => prop_assert_eq!(a.corrections.get(field), b.corrections.get(field)),
                Change::Review { field, .. } => prop_assert_eq!(a.reviewed.get(field), b.reviewed.get(field)),
                // A tag that was renamed or deleted since is no longer what was set.
                Change::Tag { add, remove } if !log.iter().any(|o| o.id > undone.id && is_of_tags(o)) => {
                    for tag in add.iter().chain(remove).filter(|t| change.names_tag(t)) {
                        prop_assert_eq!(a.tags.contains(tag), b.tags.contains(tag));
                    }
                }
                _ => {}
            }
        }
    }
    Ok(any)
}

fn is_of_tags(operation: &Operation) -> bool {
    matches!(&operation.act, Act::Change { change } if change.is_of_tags())
}

fn histories() -> u32 {
    std::env::var("JIKENBO_HISTORIES").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: histories(), failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_tables_are_the_fold_of_the_log(steps in prop::collection::vec((0usize..3, step()), 1..25)) {
        let mut store = Store::open_in_memory().unwrap();
        revise(&mut store, 1);
        let (keys, mut now) = (all(&store), 1);
        for (n, (who, step)) in (1..).zip(steps) {
            let by = ANALYSTS[who];
            match step {
                Step::Change(change, on) => {
                    let on: Vec<Key> = on.into_iter().map(|i| keys[i]).collect();
                    apply(&mut store, by, change, &on, n);
                }
                Step::Undo => undo(&mut store, by, n)?,
                Step::Redo => {
                    store.redo(&actor(by), at(n)).unwrap();
                }
                Step::Revise(version) => {
                    revise(&mut store, version);
                    now = version;
                }
            }
        }
        compare(&store, &keys, now)?;
        // Made anew from the log, the tables are what they were.
        store.rebuild_triage().unwrap();
        compare(&store, &keys, now)?;
    }
}
