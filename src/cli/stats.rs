//! `jikenbo stats`: how many of a query's hits fall into each month, action, organisation and the like, and what they say
//! of people and days: bars, tables, CSV, JSON, Markdown.

mod chart;
mod forms;

use super::context::Context;
use super::fail::usage;
use super::query_words::{QueryWords, help};
use crate::domain::{By, Group, Head, Layout, Measures, Pivot, Spread};
use crate::lang::{Lang, grouped};
use crate::query::ast::Query;
use crate::text::{AmbiguousWidth, json};
use chart::Chart;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

/// Counts what a query finds by month, action, organisation, tag and the like: bars, tables, CSV, JSON, Markdown
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// What to count by; two of them (`--by month,action`) give rows and columns
    #[arg(long, value_name = "WHAT", default_value = "month", value_delimiter = ',', value_parser = by())]
    by: Vec<By>,
    /// What is written: bars, or tables that also tell people affected and days per row [default: bars, of two table]
    #[arg(long, value_name = "FORMAT", value_enum)]
    format: Option<Format>,
    /// Most groups to show: the latest months, the largest of others; the rest is summed up [default: 20 of names in bars
    /// and tables for people, else all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// One object with all groups and their counts alone, as JSON; the label of those without a value is null
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A bar a group
    Bars,
    /// A table for people
    Table,
    /// Comma-separated, with a header; null is an empty cell
    Csv,
    /// One object: totals and a row a line
    Json,
    /// A table for a report
    Markdown,
}

fn by() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(By::ALL.map(By::as_str)).map(|name| By::from_name(&name).unwrap_or(By::Month))
}

/// Groups of what can be named in many ways that are shown where no limit is given.
const MOST: usize = 20;

/// Named columns of a table in a file or pipe.
const COLUMNS: usize = 12;

/// Named columns of a table for machines: more are no table.
const MANY_COLUMNS: usize = 200;

/// Columns of a file or pipe.
const PIPE: usize = 80;

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let (by, across) = match args.by.as_slice() {
        [] => (By::Month, None),
        [by] => (*by, None),
        [by, across] if by != across => (*by, Some(*across)),
        [_, _] => return Err(usage("--by: rows and columns go by two different things")),
        [..] => return Err(usage("--by: a table has rows and columns, so name two things at most")),
    };
    let query = args.query.query(cx)?;
    if args.json {
        if across.is_some() {
            return Err(usage("--json is for one --by; write a table of two with --format json"));
        }
        return counts(&query, by, cx);
    }
    let format = args.format.unwrap_or(if across.is_some() { Format::Table } else { Format::Bars });
    if format == Format::Bars && across.is_some() {
        return Err(usage("bars are of one --by; write a table of two with --format table, csv, json or markdown"));
    }
    let for_people = matches!(format, Format::Bars | Format::Table | Format::Markdown);
    let most = if for_people && has_many_names(by) { MOST } else { usize::MAX };
    let columns = match across {
        Some(across) if format == Format::Table => forms::columns(across, cx.out.columns()).unwrap_or(COLUMNS),
        _ if for_people => COLUMNS,
        _ => MANY_COLUMNS,
    };
    let rows = args.limit.map_or(most, |n| n as usize);
    let table = cx.open()?.pivot(&query, Layout { by, rows, across, columns })?;
    let lang = cx.lang();
    match format {
        Format::Csv => forms::csv(&table, &mut cx.out.plain())?,
        Format::Json => forms::json(&table, cx.out.raw())?,
        _ if table.total.incidents == 0 => cx.out.line(lang.text("stats.nothing"))?,
        Format::Markdown => forms::markdown(&table, lang, &mut cx.out.plain())?,
        Format::Table => {
            cx.out.bold(&heading(&table, lang))?;
            for line in forms::table(&table, lang, cx.out.columns(), cx.ambiguous()) {
                cx.out.line(&line)?;
            }
        }
        Format::Bars => bars(&table, cx)?,
    }
    Ok(())
}

/// The short form: groups and their counts.
fn counts(query: &Query, by: By, cx: &mut Context) -> anyhow::Result<()> {
    let tally = cx.open()?.tally(query, by)?;
    let group = |g: &Group| json!({ "label": g.label, "incidents": g.incidents });
    let groups: Vec<_> = tally.groups.iter().map(group).collect();
    let object = json!({ "by": tally.by.as_str(), "incidents": tally.incidents, "groups": groups });
    json::write_pretty(cx.out.raw(), &object)?;
    cx.out.raw().write_all(b"\n")?;
    Ok(())
}

fn bars(table: &Pivot, cx: &mut Context) -> anyhow::Result<()> {
    let lang = cx.lang();
    cx.out.bold(&heading(table, lang))?;
    let chart = Chart {
        room: cx.out.columns().unwrap_or(PIPE),
        cut: cx.out.columns().is_some(),
        ambiguous: cx.ambiguous(),
        blocks: !cx.plain() && cx.ambiguous() == AmbiguousWidth::Narrow && cx.draws_unicode(),
    };
    for line in chart.lines(&chart::rows(table, lang)) {
        cx.out.line(&line)?;
    }
    for line in told(&table.total, lang) {
        cx.out.line(&line)?;
    }
    Ok(())
}

/// Tells whether there may be any number of groups.
fn has_many_names(by: By) -> bool {
    matches!(by, By::Action | By::Org | By::Tag | By::ThirdParty | By::Data | By::Gang)
}

fn heading(table: &Pivot, lang: Lang) -> String {
    let words = [Some(table.layout.by), table.layout.across].into_iter().flatten().map(|by| name(by, lang));
    let by = words.collect::<Vec<_>>().join(" × ");
    lang.count("stats.heading", "stats.heading_one", table.total.incidents, &[("by", &by)])
}

/// What is counted by, in words.
fn name(by: By, lang: Lang) -> &'static str {
    lang.get(&format!("stats.by.{}", by.as_str())).unwrap_or(by.as_str())
}

/// What the incidents say of people and days, a line each.
fn told(all: &Measures, lang: Lang) -> Vec<String> {
    let of = grouped(all.incidents as u64);
    let people = match all.people {
        Some(people) => {
            let stated = grouped(all.people_stated as u64);
            lang.fill("stats.people", &[("n", &grouped(people)), ("stated", &stated), ("all", &of)])
        }
        None => lang.text("stats.people_none").to_owned(),
    };
    let days = |key, none, spread: &Spread| match (spread.median, spread.p90) {
        (Some(median), Some(p90)) => {
            let day = |n: u32| lang.count("stats.days", "stats.days_one", n as usize, &[]);
            let stated = grouped(spread.stated as u64);
            lang.fill(key, &[("median", &day(median)), ("p90", &day(p90)), ("stated", &stated), ("all", &of)])
        }
        _ => lang.text(none).to_owned(),
    };
    vec![
        people,
        days("stats.to_discovery", "stats.to_discovery_none", &all.to_discovery),
        days("stats.to_publication", "stats.to_publication_none", &all.to_publication),
    ]
}

/// What a row or column is called: codes by their Japanese names where Japanese is spoken; English shows the code, which
/// is English and what queries take.
fn label(head: &Head, by: By, lang: Lang) -> String {
    let label = match head {
        Head::Named(label) => label,
        Head::Without => {
            return lang.get(&format!("stats.without.{}", by.as_str())).unwrap_or("?").to_owned();
        }
        Head::Others(_) if by.is_time() => return lang.text("stats.earlier").to_owned(),
        Head::Others(n) => return lang.count("stats.others", "stats.others_one", *n, &[]),
    };
    if lang == Lang::En {
        return label.clone();
    }
    let told = match by {
        By::Action => {
            let name = label.rsplit('.').next().unwrap_or(label);
            lang.get(&format!("action_name.{label}")).or_else(|| lang.get(&format!("action_name.{name}")))
        }
        By::Data => lang.get(&format!("data_type.{label}")),
        By::Exposure | By::Status | By::Kind => lang.get(&format!("{}.{label}", by.as_str())),
        _ => None,
    };
    told.unwrap_or(label).to_owned()
}
