//! One line of words for a change: what the status line, `log` and the headless commands print.

use crate::domain::{Change, Tag};

/// Says what a change did, given how many incidents it was applied to and how many of them changed.
pub fn summary(change: &Change, targets: usize, changed: usize) -> String {
    if changed == 0 {
        return format!("nothing to change on {}", incidents(targets));
    }
    let on = if changed == targets { incidents(targets) } else { format!("{changed} of {}", incidents(targets)) };
    match change {
        Change::Tag { add, remove } if remove.is_empty() => format!("tagged {on} {}", names(add)),
        Change::Tag { add, remove } if add.is_empty() => format!("removed {} from {on}", tags(remove)),
        Change::Tag { add, remove } => format!("tagged {on} {}, removed {}", names(add), tags(remove)),
        Change::Status { to } => format!("status {to} on {on}"),
        Change::Note { .. } => format!("noted {on}"),
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

fn incidents(n: usize) -> String {
    format!("{n} {}", if n == 1 { "incident" } else { "incidents" })
}

fn names(tags: &[Tag]) -> String {
    tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(", ")
}

fn tags(list: &[Tag]) -> String {
    format!("{} {}", if list.len() == 1 { "tag" } else { "tags" }, names(list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Status;

    #[test]
    fn changes_read_as_sentences() {
        let t = |n: &str| Tag::new(n).unwrap();
        let tag = |add: &[&str], remove: &[&str]| Change::Tag {
            add: add.iter().map(|n| t(n)).collect(),
            remove: remove.iter().map(|n| t(n)).collect(),
        };
        let cases = [
            (tag(&["supply/若宮印刷"], &[]), 3, 3, "tagged 3 incidents supply/若宮印刷"),
            (tag(&["a", "b"], &[]), 5, 3, "tagged 3 of 5 incidents a, b"),
            (tag(&[], &["x"]), 2, 2, "removed tag x from 2 incidents"),
            (tag(&[], &["x", "y"]), 1, 1, "removed tags x, y from 1 incident"),
            (tag(&["a"], &["x"]), 2, 2, "tagged 2 incidents a, removed tag x"),
            (tag(&["a"], &[]), 2, 0, "nothing to change on 2 incidents"),
            (Change::Status { to: Status::Done }, 4, 4, "status done on 4 incidents"),
            (Change::Note { text: "n".into() }, 1, 1, "noted 1 incident"),
        ];
        for (change, targets, changed, expected) in cases {
            assert_eq!(summary(&change, targets, changed), expected);
        }
        assert_eq!(undone("noted 1 incident"), "undid: noted 1 incident");
        assert_eq!(redone("noted 1 incident"), "redid: noted 1 incident");
    }
}
