//! `jikenbo log`: who changed what, newest first.

use super::context::Context;
use super::fail::usage;
use super::index;
use super::query_words::{QueryWords, help, published};
use crate::domain::op::Act;
use crate::domain::{Operation, Tag};
use crate::op;
use crate::store::LogFilter;
use crate::text::{json, neutralise};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Prints who changed what, newest first, with the values that were there before
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// Only this analyst's changes
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Only changes that name this tag or one below it
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only changes made on that day or later: 2024, 2024-05, 2024-05-28 or 30d, in Japanese time
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only changes made on that day or earlier
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// One array of operations, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let query = if args.query.is_empty() { None } else { Some(args.query.whatever_status(cx)?) };
    let tag = args.tag.as_ref().map(|name| Tag::new(name).map_err(|e| usage(format!("`{name}` is no tag: {e}"))));
    let day = |flag: &str, text: &Option<String>| {
        text.as_ref().map(|text| published(flag, text, cx.today())).transpose().map(Option::unwrap_or_default)
    };
    let mut filter = LogFilter {
        keys: None,
        by: args.by.clone(),
        tag: tag.transpose()?,
        since: day("since", &args.since)?.0.and_then(midnight),
        until: day("until", &args.until)?.1.and_then(|last| midnight(last.succ_opt()?)),
        limit: None,
    };
    let store = cx.open()?;
    if let Some(query) = query {
        filter.keys = Some(index::search(&store, &query, cx)?.keys.to_vec());
    }
    let operations = store.log(&filter)?;
    if args.json {
        json::write_pretty(cx.out.raw(), &operations)?;
        cx.out.raw().write_all(b"\n")?;
        return Ok(());
    }
    operations.iter().try_for_each(|o| Ok(cx.out.line(&neutralise(&line(o)))?))
}

fn line(o: &Operation) -> String {
    let was = match &o.act {
        Act::Change { change } => op::replaced(change, &o.was).map(|w| format!(" ({w})")).unwrap_or_default(),
        Act::Undo { .. } | Act::Redo { .. } => String::new(),
    };
    let cancelled = if o.cancelled { "  [cancelled]" } else { "" };
    format!("{}  {}  {}{was}{cancelled}", o.at, o.by, o.summary)
}

/// The moment at which a day begins in Tokyo.
fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    day.and_time(NaiveTime::MIN).checked_sub_signed(TimeDelta::hours(9)).map(|t| t.and_utc())
}
