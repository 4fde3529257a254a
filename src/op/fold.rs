//! The fold: the state of triage that a log of operations adds up to, given the log in any order.

use crate::domain::op::Act;
use crate::domain::{Change, IncidentId, Note, OpId, Operation, Tag, Triage};
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

/// The triage data of every incident that an uncancelled change of the log names: the changes in id order, additions
/// of tags before removals, the newest status, all notes.
pub fn fold<'o>(ops: impl Iterator<Item = &'o Operation>) -> BTreeMap<IncidentId, Triage> {
    let mut list: Vec<&Operation> = ops.collect();
    list.sort_by(|a, b| a.id.cmp(&b.id));
    let cancelled = cancelled(list.iter().copied());
    let mut state: BTreeMap<IncidentId, State> = BTreeMap::new();
    for op in list.into_iter().filter(|op| !cancelled.contains(&op.id)) {
        let Act::Change { change } = &op.act else { continue };
        for id in &op.incidents {
            state.entry(id.clone()).or_default().apply(change, op);
        }
    }
    state.into_iter().map(|(id, s)| (id, s.finish())).collect()
}

#[derive(Default)]
struct State {
    tags: BTreeSet<Tag>,
    triage: Triage,
}

impl State {
    fn apply(&mut self, change: &Change, op: &Operation) {
        match change {
            Change::Tag { add, remove } => {
                self.tags.extend(add.iter().cloned());
                for tag in remove {
                    self.tags.remove(tag);
                }
            }
            Change::Status { to } => self.triage.status = *to,
            Change::Note { text } => {
                self.triage.notes.push(Note { by: op.by.clone(), at: op.at.clone(), text: text.clone() });
            }
        }
    }

    fn finish(self) -> Triage {
        Triage { tags: self.tags.into_iter().collect(), ..self.triage }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Status, StoreId};

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
        }
    }

    fn tag(clock: u64, by: &str, add: &[&str], remove: &[&str], on: &[&str]) -> Operation {
        let tags = |names: &[&str]| names.iter().map(|n| Tag::new(n).unwrap()).collect();
        op(clock, by, Act::Change { change: Change::Tag { add: tags(add), remove: tags(remove) } }, on)
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
        let note = |c: u64, t: &str| op(c, "kei", Act::Change { change: Change::Note { text: t.into() } }, &["a"]);
        let status = |c: u64, to| op(c, "kei", Act::Change { change: Change::Status { to } }, &["a"]);
        let log = [note(3, "second"), status(4, Status::Done), note(1, "first"), status(2, Status::Open)];
        let state = fold(log.iter());
        let triage = &state[&IncidentId("a".into())];
        assert_eq!(triage.status, Status::Done);
        assert_eq!(triage.notes.iter().map(|n| n.text.as_str()).collect::<Vec<_>>(), ["first", "second"]);
    }
}
