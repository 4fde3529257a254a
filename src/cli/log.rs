//! `jikenbo log`: who changed what, newest first.

use super::context::Context;
use super::fail::usage;
use super::index;
use super::query_words::{QueryWords, help, published};
use crate::domain::date::in_tokyo;
use crate::domain::op::Act;
use crate::domain::{IncidentId, Operation, Tag};
use crate::op;
use crate::store::{LogFilter, Store};
use crate::text::{json, neutralise};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::collections::{HashMap, HashSet};

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
    let names = names(&store, &operations)?;
    operations.iter().try_for_each(|o| Ok(cx.out.line(&neutralise(&line(o, &names)))?))
}

/// The organisations of incidents that were changed on their own, by their ids.
fn names(store: &Store, operations: &[Operation]) -> anyhow::Result<HashMap<IncidentId, String>> {
    let alone: HashSet<&IncidentId> = operations.iter().filter_map(alone).collect();
    let keys = store.keys(&alone.into_iter().cloned().collect::<Vec<_>>())?;
    Ok(store.rows(&keys)?.into_iter().filter_map(|row| Some((row.id, row.org?))).collect())
}

fn alone(o: &Operation) -> Option<&IncidentId> {
    if let [id] = o.incidents.as_slice() { Some(id) } else { None }
}

fn line(o: &Operation, names: &HashMap<IncidentId, String>) -> String {
    let was = match &o.act {
        Act::Change { change } => op::replaced(change, &o.was).map(|w| format!(" ({w})")).unwrap_or_default(),
        Act::Undo { .. } | Act::Redo { .. } => String::new(),
    };
    let cancelled = if o.cancelled { "  [cancelled]" } else { "" };
    let which = alone(o).map(|id| match names.get(id) {
        Some(org) => format!("  [{id} {org}]"),
        None => format!("  [{id}]"),
    });
    format!("{}  {}  {}{was}{}{cancelled}", in_tokyo_words(&o.at), o.by, o.summary, which.unwrap_or_default())
}

/// The moment in Tokyo, as days are given to `--since`, with the offset that it has there.
fn in_tokyo_words(at: &str) -> String {
    match DateTime::parse_from_rfc3339(at) {
        Ok(moment) => format!("{}+09:00", in_tokyo(&moment.to_utc()).format("%Y-%m-%d %H:%M:%S")),
        Err(_) => at.to_owned(),
    }
}

/// The moment at which a day begins in Tokyo.
fn midnight(day: NaiveDate) -> Option<DateTime<Utc>> {
    day.and_time(NaiveTime::MIN).checked_sub_signed(TimeDelta::hours(9)).map(|t| t.and_utc())
}
