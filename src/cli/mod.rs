//! The command line: one file a subcommand, given its own arguments and the `Context` that all share.
//!
//! Called by `main` with the process's arguments; returns the exit code (0 done, 1 failed, 2 called in a wrong way).

mod add;
mod argv;
mod completions;
mod config;
mod context;
mod correct;
mod db;
mod demo;
mod documents;
mod explain;
mod export;
mod fail;
mod forget;
mod generate;
mod index;
mod ingest;
mod interrupt;
mod keys;
mod list;
mod log;
mod man;
mod note;
mod out;
mod query_words;
mod redo;
mod reparse;
mod review;
mod rules;
mod show;
mod stats;
mod status;
mod table;
mod tag;
mod tags;
mod undo;
mod version;
mod workbench;

use crate::runtime::Left;
use crate::text::neutral::is_neutral;
use clap::{CommandFactory, FromArgMatches as _, Parser, Subcommand};
use context::{Context, Globals};
use fail::Verdict;
use std::ffi::OsString;
use std::process::ExitCode;

/// A case book of security, privacy and outage incidents, in the terminal.
#[derive(Parser)]
#[command(name = "jikenbo", version, about, after_help = AFTER_HELP, disable_help_subcommand = false)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "Without a command the workbench opens on the case book.\n\
    Exit codes: 0 done (also when nothing matched), 1 failed, 2 called in a wrong way or a wrong query.";

/// Every subcommand, in the order of the help.
#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Ingest(ingest::Args),
    Forget(forget::Args),
    Add(add::Args),
    Reparse(reparse::Args),
    List(list::Args),
    Show(show::Args),
    Stats(stats::Args),
    Tag(tag::Args),
    Tags(tags::Args),
    Status(status::Args),
    Note(note::Args),
    Correct(correct::Args),
    Review(review::Args),
    Undo(undo::Args),
    Redo(redo::Args),
    Log(log::Args),
    Export(export::Args),
    Explain(explain::Args),
    Db(db::Args),
    Gen(generate::Args),
    Completions(completions::Args),
    Man(man::Args),
    Config(config::Args),
}

/// The table of commands, flags and help lines, from which help, manual page, completions and documentation are made.
pub fn command() -> clap::Command {
    let mut command = Cli::command();
    command.build();
    command
}

/// Runs the program and tells how it ended. `commit` names what it was made of, for `--version`.
pub fn run(args: impl IntoIterator<Item = OsString>, commit: &str) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match read(args, commit) {
        Ok(cli) => cli,
        Err(code) => return code,
    };
    let verdict = Verdict::of(&dispatch(cli));
    if let Some(message) = &verdict.message {
        out::tell(message);
    }
    verdict.exit_code()
}

/// Reads the arguments; says what is wrong with them, or what they ask to be told, and gives the exit code.
fn read(args: Vec<OsString>, commit: &str) -> Result<Cli, ExitCode> {
    if args.len() == 1 {
        // The workbench opens at once: no table of commands is needed for that.
        return Ok(Cli { globals: Globals::default(), command: None });
    }
    let command = Cli::command().version(version::text(commit));
    let values: Vec<&str> = command
        .get_arguments()
        .filter(|a| a.get_action().takes_values())
        .filter_map(clap::Arg::get_long)
        .chain(["remove"])
        .collect();
    let args = argv::prepare(args, &|name| values.contains(&name));
    let harmless = args.iter().all(|a| is_neutral(&a.to_string_lossy()));
    command.try_get_matches_from(args).and_then(|found| Cli::from_arg_matches(&found)).map_err(|error| {
        if let Err(unwritten) = out::refuse(&error, harmless) {
            out::tell(&format!("the output can't be written: {unwritten}"));
            return ExitCode::FAILURE;
        }
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// The workbench, and after it the tour where that was asked for inside.
fn without_command(cx: &mut Context) -> anyhow::Result<()> {
    match workbench::run(cx)? {
        Left::ForGood => Ok(()),
        Left::ForSample => demo::tour(cx),
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<()> {
    let Cli { globals, command } = cli;
    let Some(command) = command else { return with_context(globals, without_command) };
    match command {
        Command::Demo(args) => with_context(globals, |cx| demo::run(&args, cx)),
        Command::Ingest(args) => with_context(globals, |cx| ingest::run(&args, cx)),
        Command::Forget(args) => with_context(globals, |cx| forget::run(&args, cx)),
        Command::Add(args) => with_context(globals, |cx| add::run(&args, cx)),
        Command::Reparse(args) => with_context(globals, |cx| reparse::run(&args, cx)),
        Command::List(args) => with_context(globals, |cx| list::run(&args, cx)),
        Command::Show(args) => with_context(globals, |cx| show::run(&args, cx)),
        Command::Stats(args) => with_context(globals, |cx| stats::run(&args, cx)),
        Command::Tag(args) => with_context(globals, |cx| tag::run(&args, cx)),
        Command::Tags(args) => with_context(globals, |cx| tags::run(&args, cx)),
        Command::Status(args) => with_context(globals, |cx| status::run(&args, cx)),
        Command::Note(args) => with_context(globals, |cx| note::run(&args, cx)),
        Command::Correct(args) => with_context(globals, |cx| correct::run(&args, cx)),
        Command::Review(args) => with_context(globals, |cx| review::run(&args, cx)),
        Command::Undo(args) => with_context(globals, |cx| undo::run(&args, cx)),
        Command::Redo(args) => with_context(globals, |cx| redo::run(&args, cx)),
        Command::Log(args) => with_context(globals, |cx| log::run(&args, cx)),
        Command::Export(args) => with_context(globals, |cx| export::run(&args, cx)),
        Command::Explain(args) => with_context(globals, |cx| explain::run(&args, cx)),
        Command::Db(args) => with_context(globals, |cx| db::run(&args, cx)),
        // The others need no configuration, so that a broken one does not stand in their way.
        Command::Gen(args) => generate::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args, &globals),
        Command::Config(args) => config::run(&args, &globals),
    }
}

fn with_context(globals: Globals, run: impl FnOnce(&mut Context) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut context = Context::new(globals)?;
    let ended = run(&mut context);
    // What was written before an error is shown before it.
    let flushed = context.out.finish();
    ended?;
    Ok(flushed?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_commands_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_arguments_all_is_as_the_table_has_it() {
        let parsed = Cli::try_parse_from(["jikenbo"]).unwrap();
        assert_eq!((parsed.globals, parsed.command.is_none()), (Globals::default(), true));
        assert!(read(vec!["jikenbo".into()], "").is_ok_and(|cli| cli.command.is_none()));
    }

    #[test]
    fn every_command_and_flag_has_a_help_line() {
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} {}", command.get_name(), arg.get_id());
            }
        }
    }
}
