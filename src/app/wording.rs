//! What was done, in the interface's words: made of the change that the workbench sent and the numbers that the store
//! answered. `replies` asks here; the store's own line of an operation is English and for the log.

use crate::domain::{Acted, Applied, Change, Field, Tag, Verdict};
use crate::lang::{Lang, grouped};
use crate::op;
use std::collections::VecDeque;

/// Remembers what was sent until it is answered, and how changes were told, so that an undo names what it took back.
#[derive(Debug, Default)]
pub struct Ledger {
    sent: VecDeque<Option<Change>>,
    /// The store's line of a change, the change, on how many incidents, and how many of them changed.
    told: VecDeque<(String, Change, usize, usize)>,
}

impl Ledger {
    /// Changes of a session that an undo can name.
    const REMEMBERED: usize = 500;

    /// Notes that a change went to the store; `None` for an undo or redo. They are answered in this order.
    pub fn sent(&mut self, change: Option<Change>) {
        self.sent.push_back(change);
    }

    /// Tells whether an undo, a redo or a change of tags as such waits for its answer: nobody knows what it will leave.
    pub fn is_open(&self) -> bool {
        self.sent.iter().any(|c| c.as_ref().is_none_or(Change::is_of_tags))
    }

    /// Tells whether all that was sent is answered.
    pub fn is_settled(&self) -> bool {
        self.sent.is_empty()
    }

    /// Notes that the oldest one failed.
    pub fn failed(&mut self) {
        self.sent.pop_front();
    }

    /// Says what came of the oldest one; an undo or redo of one incident names it, where its name is given.
    ///
    /// # Errors
    /// Says why nothing was done.
    pub fn answered(
        &mut self,
        acted: Acted,
        applied: &Applied,
        name: Option<&str>,
        lang: Lang,
    ) -> Result<String, String> {
        let change = self.sent.pop_front().flatten();
        if applied.op.is_none() {
            return Err(match acted {
                Acted::Change => unchanged(change.as_ref(), lang),
                Acted::Undo => lang.text("ui.done.nothing_to_undo").to_owned(),
                Acted::Redo => lang.text("ui.done.nothing_to_redo").to_owned(),
            });
        }
        let told = match (acted, change) {
            (Acted::Change, Some(change)) => Some(self.remember(&change, applied, lang)),
            (Acted::Change, None) => None,
            (Acted::Undo, _) => {
                let what = self.recall(applied, op::undone, name, lang);
                what.map(|w| lang.fill("ui.did.undid", &[("what", &w)]))
            }
            (Acted::Redo, _) => {
                let what = self.recall(applied, op::redone, name, lang);
                what.map(|w| lang.fill("ui.did.redid", &[("what", &w)]))
            }
        };
        // What another session did is known by the store's line alone.
        Ok(told.unwrap_or_else(|| {
            let what = match (lang, acted) {
                (Lang::Ja, Acted::Undo) => lang.count("ui.did.undid_some", "ui.did.undid_one", applied.targets, &[]),
                (Lang::Ja, Acted::Redo) => lang.count("ui.did.redid_some", "ui.did.redid_one", applied.targets, &[]),
                _ => applied.summary.clone(),
            };
            name.map_or(what.clone(), |name| lang.fill("ui.did.which", &[("what", &what), ("name", name)]))
        }))
    }

    fn remember(&mut self, change: &Change, applied: &Applied, lang: Lang) -> String {
        let line = changed(change, applied.targets, applied.changed, lang);
        self.told.push_back((applied.summary.clone(), change.clone(), applied.targets, applied.changed));
        if self.told.len() > Self::REMEMBERED {
            self.told.pop_front();
        }
        line
    }

    fn recall(&self, applied: &Applied, of: fn(&str) -> String, name: Option<&str>, lang: Lang) -> Option<String> {
        // What others did later and is kept stands after it.
        let same = |summary: &str| {
            let rest = applied.summary.strip_prefix(&of(summary));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("; "))
        };
        let (_, change, targets, done) = self.told.iter().rev().find(|(summary, ..)| same(summary))?;
        Some(match name {
            Some(name) => changed_on(change, name, lang),
            None => changed(change, *targets, *done, lang),
        })
    }
}

/// A change that was made to `changed` of `targets` incidents.
pub fn changed(change: &Change, targets: usize, changed: usize, lang: Lang) -> String {
    changed_on(change, &on_words(targets, changed, lang), lang)
}

/// On how many incidents a change was made, in words.
pub fn on_words(targets: usize, changed: usize, lang: Lang) -> String {
    let all = lang.count("ui.did.incidents", "ui.did.incidents_one", targets, &[]);
    let some = lang.fill("ui.did.some", &[("c", &grouped(changed as u64)), ("incidents", &all)]);
    if changed == targets { all } else { some }
}

/// A change that was made to what `on` says.
pub fn changed_on(change: &Change, on: &str, lang: Lang) -> String {
    match change {
        Change::Tag { add, remove } => {
            let (add_names, remove_names) = (names(add), names(remove));
            let (tags, one) = ("ui.did.tags", "ui.did.tags_one");
            let removed = lang.fill(if remove.len() == 1 { one } else { tags }, &[("tags", &remove_names)]);
            let values = [("on", on), ("add", add_names.as_str()), ("tags", removed.as_str())];
            match (add.is_empty(), remove.is_empty()) {
                (_, true) => lang.fill("ui.did.tagged", &values),
                (true, _) => lang.fill("ui.did.untagged", &values),
                _ => lang.fill("ui.did.retagged", &values),
            }
        }
        Change::Status { to } => {
            let status = lang.get(&format!("status.{to}")).unwrap_or(to.as_str());
            lang.fill("ui.did.status", &[("status", status), ("on", on)])
        }
        Change::Note { .. } => lang.fill("ui.did.noted", &[("on", on)]),
        other => of_facts_or_tags(other, on, lang),
    }
}

/// Corrections, reviews, and changes of tags as such.
fn of_facts_or_tags(change: &Change, on: &str, lang: Lang) -> String {
    let name = |field: Field| lang.get(&format!("field.{field}")).unwrap_or(field.as_str());
    let fill = |key: &'static str, field: Field, value: &str| {
        lang.fill(key, &[("field", name(field)), ("value", value), ("on", on)])
    };
    let of_tag =
        |key: &'static str, tag: &Tag, to: &str| lang.fill(key, &[("tag", tag.as_str()), ("to", to), ("on", on)]);
    match change {
        Change::Correct { field, value: Some(value) } => fill("ui.did.corrected", *field, &op::written(*field, value)),
        Change::Correct { field, value: None } => fill("ui.did.uncorrected", *field, ""),
        Change::Review { field, verdict } => {
            let key = verdict.map_or("ui.did.unreviewed", |v| match v {
                Verdict::Accepted => "ui.did.accepted",
                Verdict::Rejected => "ui.did.rejected",
            });
            fill(key, *field, "")
        }
        Change::Rename { from, to, merge: false } => of_tag("ui.did.renamed", from, to.as_str()),
        Change::Rename { from, to, merge: true } => of_tag("ui.did.merged", from, to.as_str()),
        Change::Delete { tag } => of_tag("ui.did.deleted", tag, ""),
        Change::Describe { tag, .. } => of_tag("ui.did.described", tag, ""),
        Change::Key { tag, key } => match key {
            Some(key) => of_tag("ui.did.bound", tag, &key.to_string()),
            None => of_tag("ui.did.freed", tag, ""),
        },
        Change::Tag { .. } | Change::Status { .. } | Change::Note { .. } => String::new(),
    }
}

/// Why a change made no difference.
fn unchanged(change: Option<&Change>, lang: Lang) -> String {
    match change {
        Some(Change::Tag { add, remove }) if remove.is_empty() => {
            lang.fill("ui.done.tagged_already", &[("tags", &names(add))])
        }
        Some(Change::Tag { add, remove }) if add.is_empty() => {
            lang.fill("ui.done.untagged_already", &[("tags", &names(remove))])
        }
        _ => lang.text("ui.done.no_change").to_owned(),
    }
}

fn names(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OpId, Status};

    fn tag(add: &[&str], remove: &[&str]) -> Change {
        let all = |names: &[&str]| names.iter().map(|n| Tag::new(n).unwrap()).collect();
        Change::Tag { add: all(add), remove: all(remove) }
    }

    #[test]
    fn english_says_what_the_log_says() {
        let changes = [
            tag(&["a", "b"], &[]),
            tag(&[], &["x"]),
            tag(&[], &["x", "y"]),
            tag(&["a"], &["x"]),
            Change::Status { to: Status::Dismissed },
            Change::Note { text: "n".into() },
        ];
        for change in &changes {
            for (targets, done) in [(1, 1), (5, 5), (5, 3)] {
                assert_eq!(changed(change, targets, done, Lang::En), op::summary(change, targets, done));
            }
        }
    }

    #[test]
    fn an_undo_names_the_change_in_the_interface_s_language() {
        let mut ledger = Ledger::default();
        let change = tag(&["要確認"], &[]);
        let summary = op::summary(&change, 2, 2);
        let applied = |summary: String| Applied { op: Some(OpId("1-a".into())), targets: 2, changed: 2, summary };
        ledger.sent(Some(change));
        ledger.sent(None);
        let done = ledger.answered(Acted::Change, &applied(summary.clone()), None, Lang::Ja).unwrap();
        assert_eq!(done, "2 件にタグ 要確認 を付けました");
        let undone = ledger.answered(Acted::Undo, &applied(op::undone(&summary)), None, Lang::Ja).unwrap();
        assert!(undone.ends_with(&done) && undone != done, "{undone}");
        let other = ledger.answered(Acted::Undo, &applied("undid: noted 2 incidents".into()), None, Lang::Ja).unwrap();
        assert!(other.contains('2') && !other.contains("noted"), "{other}");
    }
}
