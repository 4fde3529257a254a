//! The QUERY that many commands take: the remaining words joined by spaces.

use super::context::Context;
use super::fail::usage;
use crate::lang::Lang;
use crate::query::ast::{Expr, Query, Term};
use crate::query::{self, QueryError};
use crate::text::{AmbiguousWidth, pad_right};
use chrono::NaiveDate;

/// What the help on queries says around its list of fields.
const FRAME: &str = include_str!("../../assets/docs/query.txt");

/// Columns of a field and its value in the help.
const FIELD: usize = 34;

/// The help on queries, after the help of every command that takes one: the fields are the query language's own table.
pub(super) fn help() -> String {
    let mut fields = String::new();
    for field in query::fields() {
        let sign = if field.compares() { " " } else { ":" };
        let left = format!("{}{sign}{}", field.name, field.value);
        let left = if left.len() < FIELD {
            pad_right(&left, FIELD, AmbiguousWidth::Narrow)
        } else {
            format!("{left}\n  {:FIELD$}", "")
        };
        fields.push_str(&format!("  {left}{}\n", Lang::En.text(field.help)));
    }
    FRAME.replace("{fields}\n", &fields)
}

/// Which incidents: words of the query language.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct QueryWords {
    /// Which incidents; words that begin with `-` stand after `--`
    #[arg(value_name = "QUERY")]
    words: Vec<String>,
}

impl QueryWords {
    /// The query; without words the whole default view.
    pub(super) fn query(&self, cx: &Context) -> anyhow::Result<Query> {
        parse(&self.words, cx)
    }

    /// The query without the default view: also what is dismissed, and what is no incident.
    pub(super) fn whatever_status(&self, cx: &Context) -> anyhow::Result<Query> {
        parse_by(query::parse_without_default, &self.words, cx)
    }

    /// The query of a command that changes what it finds: without words it is a mistake, not everything.
    pub(super) fn required(&self, cx: &Context) -> anyhow::Result<Query> {
        required(&self.words, cx)
    }

    /// Tells whether no word was given.
    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|w| w.trim().is_empty())
    }
}

/// See [`QueryWords::required`].
pub(super) fn required(words: &[String], cx: &Context) -> anyhow::Result<Query> {
    let query = parse(words, cx)?;
    // However it is written, what asks for no more than no words do (an order alone) was not meant for everything.
    if query.filter == parse(&[], cx)?.filter {
        return Err(usage(
            "no query, so nothing was changed; put one after `--` (`kind:any status:any` finds everything)",
        ));
    }
    Ok(query)
}

fn parse(words: &[String], cx: &Context) -> anyhow::Result<Query> {
    parse_by(query::parse, words, cx)
}

/// First and last day of a date as the query language writes it after `since:` and `until:`; `None` is open.
pub(super) fn published(
    flag: &str,
    text: &str,
    today: NaiveDate,
) -> anyhow::Result<(Option<NaiveDate>, Option<NaiveDate>)> {
    let query = query::parse_without_default(&format!("{flag}:\"{}\"", text.replace('"', "")), today);
    match query.map(|q| q.filter) {
        Ok(Expr::Is(Term::Published { from, to })) => Ok((from, to)),
        Ok(_) => Err(usage(format!("--{flag}: `{text}` is no date: write 2024, 2024-05, 2024-05-28 or 30d"))),
        Err(e) => Err(usage(format!("--{flag}: {e}"))),
    }
}

/// A parser of the query language.
type Parser = fn(&str, NaiveDate) -> Result<Query, QueryError>;

fn parse_by(parser: Parser, words: &[String], cx: &Context) -> anyhow::Result<Query> {
    let text = words.join(" ");
    parser(&text, cx.today()).map_err(|error| {
        let pointed: Vec<String> = error.pointed(&text).lines().map(|l| format!("  {l}")).collect();
        usage(format!("wrong query: {error}\n{}", pointed.join("\n")))
    })
}
