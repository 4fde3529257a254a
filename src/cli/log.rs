//! `jikenbo log`: who changed what, newest first.

use super::context::Context;
use super::query_words::{QueryWords, help};
use crate::store::LogFilter;
use crate::text::{json, neutralise};

/// Prints who changed what, newest first
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// Only this analyst's changes
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// One array of operations, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let query = if args.query.is_empty() { None } else { Some(args.query.whatever_status(cx)?) };
    let store = cx.open()?;
    let keys = match query {
        Some(query) => Some(store.search(&query)?.keys.to_vec()),
        None => None,
    };
    let operations = store.log(&LogFilter { keys, by: args.by.clone(), limit: None })?;
    if args.json {
        json::write_pretty(cx.out.raw(), &operations)?;
        cx.out.raw().write_all(b"\n")?;
        return Ok(());
    }
    for o in &operations {
        let cancelled = if o.cancelled { "  [cancelled]" } else { "" };
        cx.out.line(&neutralise(&format!("{}  {}  {}{cancelled}", o.at, o.by, o.summary)))?;
    }
    Ok(())
}
