//! One line of words for a change: what the status line, `log` and the headless commands print.

use super::field_text::written;
use crate::domain::{Change, Tag, Verdict, Was};
use crate::text::{AmbiguousWidth, fit};
use serde_json::Value;

/// Columns that a value may take in a line.
const VALUE: usize = 48;

/// Old values that a line names.
const MOST_OLD: usize = 3;

/// Says what a change did, given how many incidents it was applied to and how many of them changed.
pub fn summary(change: &Change, targets: usize, changed: usize) -> String {
    if changed == 0 && !change.is_of_tags() {
        return format!("nothing to change on {}", incidents(targets));
    }
    let on = if changed == targets { incidents(targets) } else { format!("{changed} of {}", incidents(targets)) };
    match change {
        Change::Tag { add, remove } if remove.is_empty() => format!("tagged {on} {}", names(add)),
        Change::Tag { add, remove } if add.is_empty() => format!("removed {} from {on}", tags(remove)),
        Change::Tag { add, remove } => format!("tagged {on} {}, removed {}", names(add), tags(remove)),
        Change::Status { to } => format!("status {to} on {on}"),
        Change::Note { .. } => format!("noted {on}"),
        Change::Correct { field, value: Some(value) } => {
            format!("corrected {field} of {on} to {}", short(&written(*field, value)))
        }
        Change::Correct { field, value: None } => format!("took back the correction of {field} on {on}"),
        Change::Review { field, verdict: Some(verdict) } => format!("{verdict} {field} of {on}"),
        Change::Review { field, verdict: None } => format!("took back the verdict on {field} of {on}"),
        Change::Rename { from, to, merge: false } => format!("renamed tag {from} to {to} on {on}"),
        Change::Rename { from, to, merge: true } => format!("merged tag {from} into {to} on {on}"),
        Change::Delete { tag } => format!("deleted tag {tag} from {on}"),
        Change::Describe { tag, text, colour } => {
            let text = text.as_ref().map(|t| if t.is_empty() { "no description".into() } else { short(t) });
            let colour = colour.map(|c| format!("colour {}", c.as_str()));
            let what: Vec<String> = text.into_iter().chain(colour).collect();
            format!("described tag {tag}: {}", what.join(", "))
        }
        Change::Key { tag, key: Some(key) } => format!("bound key {key} to tag {tag}"),
        Change::Key { tag, key: None } => format!("freed the key of tag {tag}"),
    }
}

/// Says that a change found everything as it wants it.
pub fn unchanged(change: &Change, targets: usize) -> String {
    match change {
        Change::Rename { from: tag, .. } | Change::Delete { tag } if targets == 0 => {
            format!("no incident carries tag {tag}")
        }
        Change::Describe { tag, .. } | Change::Key { tag, .. } => format!("nothing to change on tag {tag}"),
        _ => format!("nothing to change on {}", incidents(targets)),
    }
}

/// Says what an undo took back, given the change's own line.
pub fn undone(of: &str) -> String {
    format!("undid: {of}")
}

/// Says what a redo brought back, given the change's own line.
pub fn redone(of: &str) -> String {
    format!("redid: {of}")
}

/// Says which values a change replaced, `None` where it replaces none.
pub fn replaced(change: &Change, was: &[Was]) -> Option<String> {
    let told = |w: &Was| {
        let value = match (change, &w.value) {
            (Change::Correct { field, .. }, value) => short(&written(*field, value)),
            (_, Value::String(name)) => name.clone(),
            (_, _) => "none".to_owned(),
        };
        if was.len() > 1 { format!("{value} on {}", w.incidents) } else { value }
    };
    let mut words: Vec<String> = was.iter().take(MOST_OLD).map(told).collect();
    if was.len() > MOST_OLD {
        words.push("others".into());
    }
    (!words.is_empty()).then(|| format!("was {}", words.join(", ")))
}

/// Says that `n` incidents keep what somebody did to them later, given the change that is undone and the later one;
/// `None` where the two have nothing in common.
pub fn kept(change: &Change, later: &Change, by: &str, n: usize) -> Option<String> {
    let what = match (change, later) {
        (Change::Status { .. }, Change::Status { to }) => format!("status {to}"),
        (Change::Correct { field, .. }, Change::Correct { field: other, value }) if field == other => match value {
            Some(value) => format!("{field} {}", short(&written(*field, value))),
            None => format!("uncorrected {field}"),
        },
        (Change::Review { field, .. }, Change::Review { field: other, verdict }) if field == other => {
            format!("{} {field}", verdict.map_or("unreviewed", Verdict::as_str))
        }
        (Change::Tag { .. } | Change::Rename { .. } | Change::Delete { .. }, Change::Tag { add, remove }) => {
            let touched = |tag: &&Tag| match change {
                Change::Tag { add, remove } => add.contains(tag) || remove.contains(tag),
                other => other.names_tag(tag) || names_above(other, tag),
            };
            let (add, remove): (Vec<_>, Vec<_>) =
                (add.iter().filter(touched).collect(), remove.iter().filter(touched).collect());
            match (add.as_slice(), remove.as_slice()) {
                ([], []) => return None,
                (add, []) => tags(add.iter().copied()),
                ([], remove) => format!("removal of {}", tags(remove.iter().copied())),
                (add, remove) => {
                    format!("{} and removal of {}", tags(add.iter().copied()), tags(remove.iter().copied()))
                }
            }
        }
        _ => return None,
    };
    let verb = if n == 1 { "keeps" } else { "keep" };
    Some(format!("{n} {verb} {by}'s later {what}"))
}

/// Tells whether a change of tags as such names a tag that this one lies below.
fn names_above(change: &Change, tag: &Tag) -> bool {
    match change {
        Change::Rename { from, to, .. } => tag.is_within(from.as_str()) || tag.is_within(to.as_str()),
        Change::Delete { tag: above } => tag.is_within(above.as_str()),
        _ => false,
    }
}

fn short(value: &str) -> String {
    let line = value.split_whitespace().collect::<Vec<_>>().join(" ");
    fit(&line, VALUE, AmbiguousWidth::Narrow).into_owned()
}

fn incidents(n: usize) -> String {
    format!("{n} {}", if n == 1 { "incident" } else { "incidents" })
}

fn names<'t>(tags: impl IntoIterator<Item = &'t Tag>) -> String {
    tags.into_iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}

fn tags<'t>(list: impl IntoIterator<Item = &'t Tag>) -> String {
    let list: Vec<&Tag> = list.into_iter().collect();
    format!("{} {}", if list.len() == 1 { "tag" } else { "tags" }, names(list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Colour, Field, Status};

    fn t(name: &str) -> Tag {
        Tag::new(name).unwrap()
    }

    fn tag(add: &[&str], remove: &[&str]) -> Change {
        Change::Tag { add: add.iter().map(|n| t(n)).collect(), remove: remove.iter().map(|n| t(n)).collect() }
    }

    fn org(value: Option<&str>) -> Change {
        Change::Correct { field: Field::Org, value: value.map(Into::into) }
    }

    fn review(verdict: Option<Verdict>) -> Change {
        Change::Review { field: Field::ThirdParty, verdict }
    }

    #[test]
    fn changes_read_as_sentences() {
        let rename = |merge| Change::Rename { from: t("a"), to: t("b"), merge };
        let key = |key| Change::Key { tag: t("a"), key };
        let unknown = Change::Correct { field: Field::Org, value: Some(Value::Null) };
        let describe = Change::Describe { tag: t("a"), text: Some("委託先".into()), colour: Some(Colour::Red) };
        let cases = [
            (tag(&["supply/若宮印刷"], &[]), 3, 3, "tagged 3 incidents supply/若宮印刷"),
            (tag(&["a", "b"], &[]), 5, 3, "tagged 3 of 5 incidents a, b"),
            (tag(&[], &["x"]), 2, 2, "removed tag x from 2 incidents"),
            (tag(&[], &["x", "y"]), 1, 1, "removed tags x, y from 1 incident"),
            (tag(&["a"], &["x"]), 2, 2, "tagged 2 incidents a, removed tag x"),
            (tag(&["a"], &[]), 2, 0, "nothing to change on 2 incidents"),
            (Change::Status { to: Status::Done }, 4, 4, "status done on 4 incidents"),
            (Change::Note { text: "n".into() }, 1, 1, "noted 1 incident"),
            (org(Some("青葉市")), 1, 1, "corrected org of 1 incident to 青葉市"),
            (unknown, 1, 1, "corrected org of 1 incident to unknown"),
            (org(None), 1, 1, "took back the correction of org on 1 incident"),
            (review(Some(Verdict::Rejected)), 2, 2, "rejected third_party of 2 incidents"),
            (review(None), 1, 1, "took back the verdict on third_party of 1 incident"),
            (rename(false), 3, 3, "renamed tag a to b on 3 incidents"),
            (rename(true), 3, 3, "merged tag a into b on 3 incidents"),
            (Change::Delete { tag: t("a/b") }, 1, 1, "deleted tag a/b from 1 incident"),
            (describe, 0, 0, "described tag a: 委託先, colour red"),
            (key(Some('k')), 0, 0, "bound key k to tag a"),
            (key(None), 0, 0, "freed the key of tag a"),
        ];
        for (change, targets, changed, expected) in cases {
            assert_eq!(summary(&change, targets, changed), expected);
        }
        assert_eq!(undone("noted 1 incident"), "undid: noted 1 incident");
        assert_eq!(redone("noted 1 incident"), "redid: noted 1 incident");
        assert_eq!(unchanged(&rename(false), 0), "no incident carries tag a");
    }

    #[test]
    fn old_values_are_named_most_often_first() {
        let was = |list: &[(Value, usize)]| -> Vec<Was> {
            list.iter().map(|(value, incidents)| Was { value: value.clone(), incidents: *incidents }).collect()
        };
        let status = Change::Status { to: Status::Done };
        assert_eq!(replaced(&status, &was(&[("new".into(), 3)])).as_deref(), Some("was new"));
        let two = was(&[("new".into(), 3), ("open".into(), 1)]);
        assert_eq!(replaced(&status, &two).as_deref(), Some("was new on 3, open on 1"));
        assert_eq!(replaced(&org(None), &was(&[(Value::Null, 1)])).as_deref(), Some("was unknown"));
        assert_eq!(replaced(&review(None), &was(&[(Value::Null, 1)])).as_deref(), Some("was none"));
        assert_eq!(replaced(&status, &[]), None);
    }

    #[test]
    fn what_somebody_did_later_is_kept_and_named() {
        let status = |to| Change::Status { to };
        let cases = [
            (status(Status::Open), status(Status::Done), Some("1 keeps aya's later status done")),
            (status(Status::Open), tag(&["x"], &[]), None),
            (tag(&["x", "y"], &[]), tag(&["x", "z"], &[]), Some("1 keeps aya's later tag x")),
            (tag(&["x"], &["y"]), tag(&[], &["y"]), Some("1 keeps aya's later removal of tag y")),
            (tag(&["x"], &[]), tag(&["y"], &[]), None),
            (org(Some("甲社")), org(Some("乙社")), Some("1 keeps aya's later org 乙社")),
            (org(Some("甲社")), org(None), Some("1 keeps aya's later uncorrected org")),
            (org(Some("甲社")), review(Some(Verdict::Accepted)), None),
            (review(None), review(Some(Verdict::Accepted)), Some("1 keeps aya's later accepted third_party")),
            (Change::Delete { tag: t("a") }, tag(&["a/b", "c"], &[]), Some("1 keeps aya's later tag a/b")),
        ];
        for (change, later, expected) in cases {
            assert_eq!(kept(&change, &later, "aya", 1).as_deref(), expected, "{change:?} {later:?}");
        }
        let two = kept(&status(Status::Open), &status(Status::Done), "aya", 2);
        assert_eq!(two.as_deref(), Some("2 keep aya's later status done"));
    }
}
