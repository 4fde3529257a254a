//! The QUERY that many commands take: the remaining words joined by spaces.

use super::context::Context;
use super::fail::usage;
use crate::query::{self, ast::Query};

/// The help on queries, after the help of every command that takes one.
pub(super) const HELP: &str = include_str!("../../assets/docs/query.txt");

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

    /// The query of a command that changes what it finds: without words it is a mistake, not everything.
    pub(super) fn required(&self, cx: &Context) -> anyhow::Result<Query> {
        required(&self.words, cx)
    }

    /// Tells whether no word was given.
    pub(super) fn is_empty(&self) -> bool {
        is_blank(&self.words)
    }
}

/// See [`QueryWords::required`].
pub(super) fn required(words: &[String], cx: &Context) -> anyhow::Result<Query> {
    if is_blank(words) {
        return Err(usage(
            "no query, so nothing was changed; put one after `--` (`kind:any status:any` finds everything)",
        ));
    }
    parse(words, cx)
}

fn is_blank(words: &[String]) -> bool {
    words.iter().all(|w| w.trim().is_empty())
}

fn parse(words: &[String], cx: &Context) -> anyhow::Result<Query> {
    let text = words.join(" ");
    query::parse(&text, cx.today()).map_err(|error| {
        let pointed: Vec<String> = error.pointed(&text).lines().map(|l| format!("  {l}")).collect();
        usage(format!("wrong query: {error}\n{}", pointed.join("\n")))
    })
}
