//! `jikenbo config`: the configuration file, and the analyst's own words beside it.

use super::context::Globals;
use super::fail::End;
use super::out::{Out, tell};
use super::{keys, rules};
use crate::domain::date::in_tokyo;
use crate::lexicon::own::{Folder, VOCABULARIES};
use chrono::Utc;
use clap::Subcommand;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// The configuration file and your own words: where they are, and whether they are right
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
    /// Writes a configuration and files of words to fill in, where there are none
    Init,
    /// Prints the configuration's path (what happens when nothing is said)
    Path,
    /// Checks the configuration and the words
    Check,
}

/// Runs the command.
pub(super) fn run(args: &Args, globals: &Globals) -> anyhow::Result<()> {
    let mut out = Out::stdout(false);
    let ended = match args.act {
        Some(Act::Init) => init(globals, &mut out),
        None | Some(Act::Path) => path(globals, &mut out),
        Some(Act::Check) => check(globals, &mut out),
    };
    out.finish()?;
    ended
}

fn path(globals: &Globals, out: &mut Out) -> anyhow::Result<()> {
    Ok(out.line(&globals.config_path()?.0.display().to_string())?)
}

/// Writes whatever is missing. A configuration that is there is kept, and that is said at the end.
fn init(globals: &Globals, out: &mut Out) -> anyhow::Result<()> {
    let (config, _) = globals.config_path()?;
    let written = write_new(&config, EXAMPLE);
    if written.is_ok() {
        out.line(&format!("{}: written; every key in it is still a comment", config.display()))?;
    }
    let folder = globals.lexicon_path()?;
    let mut words = 0;
    for vocabulary in &VOCABULARIES {
        let path = folder.join(vocabulary.name).with_extension("toml");
        match write_new(&path, &vocabulary.head()) {
            Ok(()) => words += 1,
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
            Err(e) => return Err(refused(&path, &e)),
        }
    }
    if words > 0 {
        out.line(&format!("{}: {words} files for words of your own, each with an example", folder.display()))?;
    }
    written.map_err(|e| refused(&config, &e))
}

fn check(globals: &Globals, out: &mut Out) -> anyhow::Result<()> {
    let (config, _) = globals.config_path()?;
    let folder = globals.lexicon_path()?;
    let words = Folder::read(&folder);
    let mut problems: Vec<String> = words.problems.iter().map(ToString::to_string).collect();
    let loaded = globals.load_config();
    let (rules, mut wrong) =
        loaded.as_ref().map(|c| rules::compiled(c, &config, in_tokyo(&Utc::now()).date())).unwrap_or_default();
    wrong.extend(loaded.iter().flat_map(|c| keys::compiled(c, &config).1));
    match loaded {
        Err(e) => problems.insert(0, e.to_string()),
        Ok(_) if !wrong.is_empty() => problems.splice(0..0, wrong.iter().map(ToString::to_string)).for_each(drop),
        Ok(_) if !rules.is_empty() => out.line(&format!("{}: right, rules={}", config.display(), rules.len()))?,
        Ok(_) if config.exists() => out.line(&format!("{}: right", config.display()))?,
        Ok(_) => out.line(&format!("{}: there is none, so the defaults hold", config.display()))?,
    }
    for file in &words.files {
        out.line(&format!("{}: right, words={}", file.path.display(), file.words))?;
    }
    if words.files.is_empty() && words.problems.is_empty() {
        out.line(&format!("{}: no words of your own, so the built-in ones hold", folder.display()))?;
    }
    if problems.is_empty() {
        return Ok(());
    }
    // Both outputs in order.
    out.finish()?;
    problems.iter().for_each(|p| tell(p));
    Err(End::Reported.into())
}

/// Writes a file where nothing stands yet.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create_new(path)?.write_all(text.as_bytes())
}

fn refused(path: &Path, error: &io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists => anyhow::anyhow!("{}: exists already and was kept", path.display()),
        _ => anyhow::anyhow!("{}: can't be written ({error}); check the folder and its permissions", path.display()),
    }
}
