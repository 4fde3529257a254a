//! `jikenbo db`: the case book's file.

use super::context::Context;
use super::fail::End;
use super::out::tell;
use clap::Subcommand;

/// The case book's file: where it is, and whether it is sound
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Prints the case book's path
    Path,
    /// Checks the file, and what has to hold in it
    Check,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let path = cx.db_path()?;
    match args.act {
        Act::Path => cx.out.line(&path.display().to_string())?,
        Act::Check => {
            let store = cx.open()?;
            let problems = store.check()?;
            if !problems.is_empty() {
                problems.iter().for_each(|p| tell(&format!("{}: {p}", path.display())));
                return Err(End::Reported.into());
            }
            let n = store.counts()?;
            cx.out.line(&format!(
                "{}: ok, documents={} incidents={} operations={}",
                path.display(),
                n.documents,
                n.incidents,
                n.operations
            ))?;
        }
    }
    Ok(())
}
