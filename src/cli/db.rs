//! `jikenbo db`: the case book's file.

use super::context::Context;
use super::fail::End;
use super::index;
use super::interrupt::Interrupt;
use super::out::tell;
use crate::analysis::links;
use crate::lang::grouped;
use crate::store::Store;
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// The case book's file: where it is, whether it is sound, backups, sharing
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
    /// Writes a copy as of this moment, while others go on working
    ///
    /// The copy is a case book itself, readable by those who may read the original (mode 0600, or shared with the same
    /// group). It appears under its name only when it is whole.
    Backup {
        /// The file to write
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Replaces the file if there is one; without it an existing file is kept
        #[arg(long)]
        overwrite: bool,
    },
    /// Puts a backup in the place of the case book
    ///
    /// The backup is checked first. The case book that stood there is kept as NAME.before-restore-TIME beside it. Nobody
    /// else may have the case book open meanwhile.
    Restore {
        /// The backup
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Rewrites the file without unused pages, and builds the search index anew
    Compact,
    /// Takes another case book's documents, incidents, changes and tombstones in
    ///
    /// The other file is only read. Of two versions of a document the one that was taken in later counts. Merging again
    /// changes nothing, and the order of merges makes no difference.
    Merge {
        /// The other case book
        #[arg(value_name = "OTHER.db")]
        file: PathBuf,
    },
    /// Hands the case book and its folder to a group of this machine
    ///
    /// The files get mode 0660 and the folder 2770, so that what is made in it later (the write-ahead log, the index,
    /// backups) belongs to the group too. The folder should hold nothing but the case book.
    Share {
        /// The group
        #[arg(value_name = "GROUP")]
        group: String,
    },
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let path = cx.db_path()?;
    let shown = path.display();
    match &args.act {
        Act::Path => cx.out.line(&shown.to_string())?,
        Act::Check => check(cx, &path)?,
        Act::Backup { file, overwrite } => {
            let bytes = cx.open()?.backup(file, *overwrite)?;
            cx.out.line(&format!("{}: backup of {shown}, {} bytes", file.display(), grouped(bytes)))?;
        }
        Act::Restore { file } => {
            let done = Store::restore(&path, file, cx.now())?;
            cx.out.line(&format!("{shown}: restored from {}", file.display()))?;
            if let Some(kept) = done.kept {
                cx.out.line(&format!("what stood there before is {}", kept.display()))?;
            }
            match cx.open() {
                Ok(store) => finished(index::rebuild(&store, &Interrupt::listen()?))?,
                Err(e) => tell(&format!("all is restored, but not opened, and its search index is not made: {e}")),
            }
        }
        Act::Compact => {
            let store = cx.open()?;
            let done = store.compact()?;
            let (before, after) = (grouped(done.before), grouped(done.after));
            cx.out.line(&format!("{shown}: {before} bytes before, {after} bytes after"))?;
            if done.others {
                tell(
                    "others are reading the case book, so its write-ahead log keeps old pages; compact again once they are done",
                );
            }
            finished(index::rebuild(&store, &Interrupt::listen()?))?;
        }
        Act::Merge { file } => {
            let mut store = cx.open_or_make()?;
            let m = store.merge(file, links::keys)?;
            let counts = [
                ("documents", m.new),
                ("updated", m.updated),
                ("forgotten", m.forgotten),
                ("incidents", m.incidents),
                ("operations", m.operations),
            ];
            let told: Vec<String> = counts.iter().map(|(what, n)| format!("{what}={n}")).collect();
            cx.out.line(&format!("{shown}: merged {}: {}", file.display(), told.join(" ")))?;
            finished(index::bring_up_to_date(&store, &Interrupt::listen()?))?;
        }
        Act::Share { group } => {
            cx.open()?.share(group)?;
            cx.out.line(&format!("{shown}: shared with group {group} (files 0660, folder 2770)"))?;
        }
    }
    Ok(())
}

/// What ^C ended is told already.
fn finished(whole: bool) -> anyhow::Result<()> {
    if whole { Ok(()) } else { Err(End::Reported.into()) }
}

fn check(cx: &mut Context, path: &Path) -> anyhow::Result<()> {
    let store = cx.open()?;
    let shown = path.display();
    let problems = store.check()?;
    store.permission_warnings().iter().for_each(|w| tell(&format!("{shown}: warning: {w}")));
    if let Some(problem) = store.index_problem()? {
        tell(&format!("{shown}: note: its search index will be built anew by the next ingest: {problem}"));
    }
    if !problems.is_empty() {
        problems.iter().for_each(|p| tell(&format!("{shown}: {p}")));
        return Err(End::Reported.into());
    }
    let n = store.counts()?;
    let (documents, incidents, operations) = (n.documents, n.incidents, n.operations);
    cx.out.line(&format!("{shown}: ok, documents={documents} incidents={incidents} operations={operations}"))?;
    Ok(())
}
