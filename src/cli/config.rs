//! `jikenbo config`: the configuration file.

use super::context::Globals;
use super::out::Out;
use clap::Subcommand;

/// The configuration file: where it is, and whether it is right
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Act,
}

/// A configuration with every key, as the help shows it.
const EXAMPLE: &str = include_str!("../../assets/docs/config.toml");

#[derive(Subcommand)]
enum Act {
    /// Prints the configuration's path
    Path,
    /// Checks the configuration
    Check,
}

/// Runs the command.
pub(super) fn run(args: &Args, globals: &Globals) -> anyhow::Result<()> {
    let (path, _) = globals.config_path()?;
    let mut out = Out::stdout(false);
    match args.act {
        Act::Path => out.line(&path.display().to_string())?,
        Act::Check => {
            globals.load_config()?;
            let state = if path.exists() { "right" } else { "there is none, so the defaults hold" };
            out.line(&format!("{}: {state}", path.display()))?;
        }
    }
    Ok(out.finish()?)
}
