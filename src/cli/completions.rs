//! `jikenbo completions`: the shell's completion script, from the table of commands.

use super::Cli;
use super::out::Out;
use clap::CommandFactory;
use clap_complete::Shell;

/// Prints the completion script of a shell
#[derive(clap::Args)]
pub(super) struct Args {
    /// The shell
    #[arg(value_name = "SHELL", value_enum)]
    shell: Shell,
}

/// Runs the command.
pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    // Into memory first: the generator can't report that a pipe was closed.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "jikenbo", &mut script);
    let mut out = Out::stdout(false);
    out.raw().write_all(&script)?;
    Ok(out.finish()?)
}
