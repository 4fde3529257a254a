//! `jikenbo tag`: adds and removes tags on all that a query finds.

use super::context::Context;
use super::fail::usage;
use super::index;
use super::query_words::{self, help};
use crate::domain::{Change, Command, Tag};
use crate::query::ast::Query;

/// Adds and removes tags on every incident that a query finds
#[derive(clap::Args)]
#[command(override_usage = "jikenbo tag [OPTIONS] +TAG… -TAG… -- QUERY", after_long_help = help())]
pub(super) struct Args {
    /// Tags to add (+TAG) and to remove (-TAG)
    #[arg(value_name = "+TAG|-TAG", allow_hyphen_values = false)]
    changes: Vec<String>,
    /// Removes a tag, as -TAG does
    #[arg(long, value_name = "TAG")]
    remove: Vec<String>,
    /// Which incidents: everything after the first `--`
    #[arg(last = true, value_name = "QUERY")]
    query: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let change = change(args)?;
    let query = query_words::required(&args.query, cx)?;
    apply(change, &query, cx)
}

fn change(args: &Args) -> anyhow::Result<Change> {
    let tag = |name: &str| Tag::new(name).map_err(|e| usage(format!("`{name}` is no tag: {e}")));
    let mut add = Vec::new();
    for word in &args.changes {
        let Some(name) = word.strip_prefix('+') else {
            return Err(usage(format!("`{word}` is neither +TAG nor -TAG; the query stands after `--`")));
        };
        add.push(tag(name)?);
    }
    let remove = args.remove.iter().map(|name| tag(name)).collect::<anyhow::Result<Vec<_>>>()?;
    if add.is_empty() && remove.is_empty() {
        return Err(usage("no tag: write `jikenbo tag +TAG -TAG -- QUERY`"));
    }
    if let Some(both) = add.iter().find(|t| remove.contains(t)) {
        return Err(usage(format!("`{both}` is to be added and removed at once")));
    }
    Ok(Change::Tag { add, remove })
}

/// Makes a change on all that a query finds, and says what changed and how to take it back.
pub(super) fn apply(change: Change, query: &Query, cx: &mut Context) -> anyhow::Result<()> {
    let mut store = cx.open()?;
    let targets = store.ids(&index::search(&store, query, cx)?.keys)?;
    if targets.is_empty() {
        cx.out.line("nothing matches; nothing was changed, and there is nothing to undo")?;
        return Ok(());
    }
    let applied = store.apply(&Command { change, targets }, &cx.actor()?, cx.now())?;
    cx.out.line(&applied.summary)?;
    cx.out.line(if applied.op.is_some() { "`jikenbo undo` takes it back" } else { "there is nothing to undo" })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(changes: &[&str], remove: &[&str]) -> Args {
        let own = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect();
        Args { changes: own(changes), remove: own(remove), query: Vec::new() }
    }

    #[test]
    fn tags_are_added_and_removed() {
        let tag = |n: &str| Tag::new(n).unwrap();
        let change = change(&args(&["+a/b", "+c"], &["d"])).unwrap();
        assert_eq!(change, Change::Tag { add: vec![tag("a/b"), tag("c")], remove: vec![tag("d")] });
    }

    #[test]
    fn what_is_no_tag_is_said() {
        for (changes, remove, message) in [
            (&[][..], &[][..], "no tag"),
            (&["紛失"], &[], "after `--`"),
            (&["+"], &[], "needs a name"),
            (&["+a b;c"], &[], "can't hold ';'"),
            (&["+a"], &["a"], "at once"),
        ] {
            let error = change(&args(changes, remove)).unwrap_err().to_string();
            assert!(error.contains(message), "{error}");
        }
    }
}
