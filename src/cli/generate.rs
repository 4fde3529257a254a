//! `jikenbo gen`: synthetic digests for benchmarks.

use super::out::Out;
use crate::jobs::synth::{self, Plan};
use std::path::PathBuf;

/// Writes synthetic digests in all formats, for benchmarks
#[derive(clap::Args)]
pub(super) struct Args {
    /// How many incidents
    #[arg(long, value_name = "N")]
    incidents: usize,
    /// The same seed gives the same digests
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// The folder to write to
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let plan = Plan { incidents: args.incidents, seed: args.seed };
    let made = synth::generate(&plan, &args.folder)?;
    let mut out = Out::stdout(false);
    out.line(&format!(
        "{}: documents={} incidents={} claims={} others={} bytes={}",
        args.folder.display(),
        made.documents,
        made.incidents,
        made.claims,
        made.others,
        made.bytes
    ))?;
    Ok(out.finish()?)
}
