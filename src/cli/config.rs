//! `jikenbo config`: the configuration file.

use super::context::Globals;
use super::out::Out;
use clap::Subcommand;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// The configuration file: where it is, and whether it is right
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub(super) struct Args {
    #[command(subcommand)]
    act: Option<Act>,
}

/// A configuration with every key, as the help shows it.
const EXAMPLE: &str = include_str!("../../assets/docs/config.toml");

#[derive(Subcommand)]
enum Act {
    /// Writes a configuration to fill in, unless there is one
    Init,
    /// Prints the configuration's path (what happens when nothing is said)
    Path,
    /// Checks the configuration
    Check,
}

/// Runs the command.
pub(super) fn run(args: &Args, globals: &Globals) -> anyhow::Result<()> {
    let (path, _) = globals.config_path()?;
    let mut out = Out::stdout(false);
    match args.act {
        Some(Act::Init) => {
            write_new(&path).map_err(|e| refused(&path, &e))?;
            out.line(&format!("{}: written; every key in it is still a comment", path.display()))?;
        }
        None | Some(Act::Path) => out.line(&path.display().to_string())?,
        Some(Act::Check) => {
            globals.load_config()?;
            let state = if path.exists() { "right" } else { "there is none, so the defaults hold" };
            out.line(&format!("{}: {state}", path.display()))?;
        }
    }
    Ok(out.finish()?)
}

/// Writes the example where nothing stands yet.
fn write_new(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(EXAMPLE.as_bytes())
}

fn refused(path: &Path, error: &io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => anyhow::anyhow!("{}: exists already and was kept", path.display()),
        _ => anyhow::anyhow!("{}: can't be written ({error}); check the folder and its permissions", path.display()),
    }
}
