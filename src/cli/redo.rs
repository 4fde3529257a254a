//! `jikenbo redo`: brings back what the calling analyst undid last.

use super::context::Context;
use super::undo::repeat;
use crate::store::Store;

/// Brings back what you undid last
#[derive(clap::Args)]
pub(super) struct Args {
    /// How many
    #[arg(value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    count: u32,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    repeat(args.count, cx, "redo", Store::redo)
}
