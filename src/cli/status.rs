//! `jikenbo status`: sets the status of all that a query finds.

use super::context::Context;
use super::query_words::{QueryWords, help};
use super::tag;
use crate::domain::{Change, Status};
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// Sets the status of every incident that a query finds
#[derive(clap::Args)]
#[command(override_usage = "jikenbo status [OPTIONS] STATUS -- QUERY", after_long_help = help())]
pub(super) struct Args {
    /// The new status
    #[arg(value_name = "STATUS", value_parser = parser())]
    status: Status,
    #[command(flatten)]
    query: QueryWords,
}

fn parser() -> impl TypedValueParser<Value = Status> {
    PossibleValuesParser::new(Status::ALL.map(Status::as_str)).map(|s| Status::from_name(&s).unwrap_or_default())
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let query = args.query.required(cx)?;
    tag::apply(Change::Status { to: args.status }, &query, cx)
}
