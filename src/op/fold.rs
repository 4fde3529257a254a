//! The fold: the state of triage that a log of operations adds up to, given the log in any order.

use crate::domain::op::Act;
use crate::domain::{Change, Correction, IncidentId, Note, OpId, Operation, Tag, TagTraits, Triage};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The operations that an uncancelled later operation cancels, whatever their own `cancelled` says.
pub fn cancelled<'o>(ops: impl Iterator<Item = &'o Operation>) -> BTreeSet<OpId> {
    let mut list: Vec<&Operation> = ops.collect();
    list.sort_by(|a, b| b.id.cmp(&a.id));
    let mut out = BTreeSet::new();
    for op in list {
        // What cancels an operation is newer than it, so its own fate is settled already.
        if out.contains(&op.id) {
            continue;
        }
        if let Act::Undo { of } | Act::Redo { of } = &op.act {
            out.insert(of.clone());
        }
    }
    out
}

/// The uncancelled changes in id order.
fn standing<'o>(ops: impl Iterator<Item = &'o Operation>) -> Vec<(&'o Operation, &'o Change)> {
    let mut list: Vec<&Operation> = ops.collect();
    list.sort_by(|a, b| a.id.cmp(&b.id));
    let cancelled = cancelled(list.iter().copied());
    let change = |op: &'o Operation| match &op.act {
        Act::Change { change } if !cancelled.contains(&op.id) => Some((op, change)),
        _ => None,
    };
    list.into_iter().filter_map(change).collect()
}

/// The triage data of every incident that an uncancelled change of the log names: the changes in id order, additions
/// of tags before removals, the newest status and the newest value and verdict of each field, all notes, one that is
/// there twice (who, when, what) once. A rename puts
/// what lies within the old name under the new one, on the incidents that it names. What the parser found is not
/// known here: `parsed` is null, and `rejected` is empty.
pub fn fold<'o>(ops: impl Iterator<Item = &'o Operation>) -> BTreeMap<IncidentId, Triage> {
    let mut state: BTreeMap<IncidentId, State> = BTreeMap::new();
    for (op, change) in standing(ops) {
        for id in &op.incidents {
            state.entry(id.clone()).or_default().apply(change, op);
        }
    }
    state.into_iter().map(|(id, s)| (id, s.finish())).collect()
}

#[derive(Default)]
struct State {
    tags: BTreeSet<Tag>,
    by: BTreeSet<String>,
    triage: Triage,
}

impl State {
    fn apply(&mut self, change: &Change, op: &Operation) {
        if !self.by.contains(&op.by) {
            self.by.insert(op.by.clone());
        }
        match change {
            Change::Tag { add, remove } => {
                self.tags.extend(add.iter().cloned());
                for tag in remove {
                    self.tags.remove(tag);
                }
            }
            Change::Status { to } => self.triage.status = *to,
            Change::Note { text } => {
                let note = Note { by: op.by.clone(), at: op.at.clone(), text: text.clone() };
                // An import may bring a remark that the log holds already: it was made once.
                if !self.triage.notes.contains(&note) {
                    self.triage.notes.push(note);
                }
            }
            Change::Correct { field, value: Some(value) } => {
                let (by, at) = (op.by.clone(), op.at.clone());
                let correction = Correction { value: value.clone(), parsed: Value::Null, by, at };
                self.triage.corrections.insert(*field, correction);
            }
            Change::Correct { field, value: None } => {
                self.triage.corrections.remove(field);
            }
            Change::Review { field, verdict: Some(verdict) } => {
                self.triage.reviewed.insert(*field, *verdict);
            }
            Change::Review { field, verdict: None } => {
                self.triage.reviewed.remove(field);
            }
            Change::Rename { from, to, .. } => {
                let moved = |tag: Tag| tag.moved(from, to).unwrap_or(tag);
                self.tags = std::mem::take(&mut self.tags).into_iter().map(moved).collect();
            }
            Change::Delete { tag } => self.tags.retain(|t| !t.is_within(tag.as_str())),
            Change::Describe { .. } | Change::Key { .. } => {}
        }
    }

    fn finish(self) -> Triage {
        Triage { tags: self.tags.into_iter().collect(), by: self.by.into_iter().collect(), ..self.triage }
    }
}

/// What a log says of tags as such. A rename takes along what was said of the old name; where the new one has that
/// already, it keeps its own. A key belongs to the tag that it was bound to last.
pub fn fold_traits<'o>(ops: impl Iterator<Item = &'o Operation>) -> BTreeMap<Tag, TagTraits> {
    let mut state: BTreeMap<Tag, TagTraits> = BTreeMap::new();
    for (_, change) in standing(ops) {
        match change {
            Change::Describe { tag, text, colour } => {
                let traits = state.entry(tag.clone()).or_default();
                if let Some(text) = text {
                    traits.description = Some(text.clone()).filter(|t| !t.is_empty());
                }
                if let Some(colour) = colour {
                    traits.colour = Some(*colour).filter(|c| *c != crate::domain::Colour::None);
                }
            }
            Change::Key { tag, key } => {
                if key.is_some() {
                    state.values_mut().filter(|t| t.key == *key).for_each(|t| t.key = None);
                }
                state.entry(tag.clone()).or_default().key = *key;
            }
            Change::Rename { from, to, .. } => {
                for (tag, traits) in std::mem::take(&mut state) {
                    let name = tag.moved(from, to);
                    let kept = name.is_none();
                    let slot = state.entry(name.unwrap_or(tag)).or_default();
                    let other = if kept { std::mem::replace(slot, traits) } else { traits };
                    slot.description = slot.description.take().or(other.description);
                    slot.colour = slot.colour.or(other.colour);
                    slot.key = slot.key.or(other.key);
                }
            }
            Change::Delete { tag } => state.retain(|t, _| !t.is_within(tag.as_str())),
            _ => {}
        }
    }
    state.retain(|_, traits| *traits != TagTraits::default());
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Colour, Field, Status, StoreId, Verdict};

    fn op(clock: u64, by: &str, act: Act, on: &[&str]) -> Operation {
        Operation {
            id: OpId::new(clock, &StoreId("0000000000000001".into())),
            at: format!("2024-01-01T00:00:{clock:02}.000Z"),
            by: by.into(),
            uid: 1,
            act,
            incidents: on.iter().map(|s| IncidentId((*s).into())).collect(),
            cancelled: false,
            summary: String::new(),
            was: Vec::new(),
        }
    }

    fn change(clock: u64, by: &str, change: Change, on: &[&str]) -> Operation {
        op(clock, by, Act::Change { change }, on)
    }

    fn tag(clock: u64, by: &str, add: &[&str], remove: &[&str], on: &[&str]) -> Operation {
        let tags = |names: &[&str]| names.iter().map(|n| Tag::new(n).unwrap()).collect();
        change(clock, by, Change::Tag { add: tags(add), remove: tags(remove) }, on)
    }

    fn rename(clock: u64, from: &str, to: &str, on: &[&str]) -> Operation {
        let (from, to) = (Tag::new(from).unwrap(), Tag::new(to).unwrap());
        change(clock, "aya", Change::Rename { from, to, merge: false }, on)
    }

    fn undo(clock: u64, of: &Operation) -> Operation {
        op(clock, "kei", Act::Undo { of: of.id.clone() }, &[])
    }

    fn tags(state: &BTreeMap<IncidentId, Triage>, id: &str) -> String {
        let triage = state.get(&IncidentId(id.into()));
        triage.map_or(String::new(), |t| t.tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn an_undo_takes_back_its_own_change_only() {
        let mine = tag(1, "kei", &["x"], &[], &["a", "b"]);
        let theirs = tag(2, "aya", &["x", "y"], &[], &["b"]);
        let back = undo(3, &mine);
        // The order in which the log is given does not matter.
        let state = fold([&back, &theirs, &mine].into_iter());
        assert_eq!((tags(&state, "a"), tags(&state, "b")), (String::new(), "x y".into()));
        assert_eq!(state[&IncidentId("b".into())].by, ["aya"]);
    }

    #[test]
    fn a_redo_brings_it_back_and_can_be_undone_again() {
        let change = tag(1, "kei", &["x"], &["y"], &["a"]);
        let back = undo(2, &change);
        let again = op(3, "kei", Act::Redo { of: back.id.clone() }, &[]);
        let log = [change.clone(), back.clone(), again.clone()];
        assert_eq!(tags(&fold(log.iter()), "a"), "x");
        assert_eq!(cancelled(log.iter()), BTreeSet::from([back.id.clone()]));
        let second = undo(4, &change);
        let log = [change, back, again, second];
        assert_eq!(tags(&fold(log.iter()), "a"), "");
    }

    #[test]
    fn the_newest_status_counts_and_notes_add_up() {
        let note = |c: u64, t: &str| change(c, "kei", Change::Note { text: t.into() }, &["a"]);
        let status = |c: u64, to| change(c, "kei", Change::Status { to }, &["a"]);
        let log = [note(3, "second"), status(4, Status::Done), note(1, "first"), status(2, Status::Open)];
        let state = fold(log.iter());
        let triage = &state[&IncidentId("a".into())];
        assert_eq!(triage.status, Status::Done);
        assert_eq!(triage.notes.iter().map(|n| n.text.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    }

    #[test]
    fn the_newest_value_and_verdict_of_a_field_count() {
        let correct = |c: u64, by: &str, value: Option<Value>| {
            change(c, by, Change::Correct { field: Field::Org, value }, &["a"])
        };
        let review = |c: u64, verdict| change(c, "kei", Change::Review { field: Field::Affected, verdict }, &["a"]);
        let first = correct(1, "kei", Some("甲社".into()));
        let second = correct(2, "aya", Some("乙社".into()));
        let of = |log: &[&Operation]| fold(log.iter().copied())[&IncidentId("a".into())].clone();
        let both = of(&[&second, &first]);
        let org = &both.corrections[&Field::Org];
        assert_eq!((&org.value, org.by.as_str(), org.at.as_str()), (&"乙社".into(), "aya", "2024-01-01T00:00:02.000Z"));
        let back = undo(3, &second);
        assert_eq!(of(&[&first, &second, &back]).corrections[&Field::Org].by, "kei");
        assert!(of(&[&first, &second, &correct(4, "kei", None)]).corrections.is_empty());
        let rejected = review(5, Some(Verdict::Rejected));
        assert_eq!(of(&[&rejected]).reviewed[&Field::Affected], Verdict::Rejected);
        assert!(of(&[&rejected, &review(6, None)]).reviewed.is_empty());
    }

    #[test]
    fn a_rename_moves_what_stood_before_it_on_its_incidents() {
        let log = [
            tag(1, "kei", &["a", "a/x", "ab", "b"], &[], &["1", "2"]),
            rename(2, "a", "b", &["1"]),
            tag(3, "kei", &["a"], &[], &["1"]),
        ];
        let state = fold(log.iter());
        assert_eq!((tags(&state, "1"), tags(&state, "2")), ("a ab b b/x".into(), "a a/x ab b".into()));
        // What it moved goes with the change that made it; undone, it never was.
        let back = undo(4, &log[0]);
        let state = fold(log.iter().chain([&back]));
        assert_eq!(tags(&state, "1"), "a");
        let back = undo(4, &log[1]);
        assert_eq!(tags(&fold(log.iter().chain([&back])), "1"), "a a/x ab b");
        let delete = change(5, "kei", Change::Delete { tag: Tag::new("b").unwrap() }, &["1"]);
        assert_eq!(tags(&fold(log.iter().chain([&delete])), "1"), "a ab");
    }

    #[test]
    fn what_is_said_of_a_tag_moves_and_goes_with_it() {
        let t = |n: &str| Tag::new(n).unwrap();
        let describe = |c, n: &str, text: Option<&str>, colour| {
            change(c, "kei", Change::Describe { tag: t(n), text: text.map(Into::into), colour }, &[])
        };
        let key = |c, n: &str, key| change(c, "kei", Change::Key { tag: t(n), key }, &[]);
        let log = [
            describe(1, "a/x", Some("委託先"), None),
            describe(2, "a/x", None, Some(Colour::Red)),
            key(3, "a/x", Some('k')),
            describe(4, "b/x", Some("元からある説明"), None),
            key(5, "c", Some('k')),
        ];
        let of = |extra: &[&Operation]| fold_traits(log.iter().chain(extra.iter().copied()));
        let before = of(&[]);
        assert_eq!(before[&t("a/x")].colour, Some(Colour::Red));
        assert_eq!((before[&t("a/x")].key, before[&t("c")].key), (None, Some('k')));
        let renamed = rename(6, "a", "b", &[]);
        let after = of(&[&renamed]);
        assert_eq!(after.len(), 2);
        assert_eq!(after[&t("b/x")].description.as_deref(), Some("元からある説明"));
        assert_eq!(after[&t("b/x")].colour, Some(Colour::Red));
        assert_eq!(of(&[&renamed, &undo(7, &renamed)]), before);
        let freed =
            [key(8, "c", None), describe(9, "a/x", Some(""), Some(Colour::None)), describe(9, "b/x", Some(""), None)];
        assert!(of(&freed.iter().collect::<Vec<_>>()).is_empty());
    }
}
