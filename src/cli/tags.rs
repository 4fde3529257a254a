//! `jikenbo tags`: the tags in use.

use super::context::Context;
use crate::lang::grouped;
use crate::text::{AmbiguousWidth, json, pad_left};
use clap::Subcommand;
use serde_json::{Value, json};

/// Lists the tags in use and how many incidents carry each
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Option<Act>,
    #[command(flatten)]
    form: Form,
}

#[derive(Subcommand)]
enum Act {
    /// Lists the tags, most used first (what happens when nothing is said)
    List(Form),
}

/// How the list is printed.
#[derive(clap::Args)]
struct Form {
    /// One array of objects with `tag` and `count`, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let as_json = args.form.json || args.act.as_ref().is_some_and(|Act::List(form)| form.json);
    let tags = cx.open()?.tag_counts(&[])?;
    if as_json {
        let objects: Vec<Value> = tags.iter().map(|t| json!({"tag": t.tag, "count": t.total})).collect();
        json::write_pretty(cx.out.raw(), &objects)?;
        cx.out.raw().write_all(b"\n")?;
        return Ok(());
    }
    let counts: Vec<String> = tags.iter().map(|t| grouped(t.total as u64)).collect();
    let room = counts.iter().map(String::len).max().unwrap_or_default();
    for (t, count) in tags.iter().zip(&counts) {
        cx.out.line(&format!("{}  {}", pad_left(count, room, AmbiguousWidth::Narrow), t.tag))?;
    }
    Ok(())
}
