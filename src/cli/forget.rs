//! `jikenbo forget`: erases a document for good.

use super::context::Context;
use super::fail::usage;
use super::index;
use super::interrupt::Interrupt;
use super::out::tell;
use crate::lang::grouped;
use crate::store::{DocumentInfo, Forgotten};
use crate::text::neutral::neutralise_lines;
use std::io::{self, BufRead, IsTerminal, Write};

/// Erases a document for good: its bytes, texts and facts
///
/// The document's bytes go, and of its incidents the texts, facts, events and what search needs, on every page of the
/// case book's files. What stays: the SHA-256, when and by whom it was forgotten (the same bytes are never taken in
/// again, and a merge honours it), hashes that merging needs, and the log: ids, tags, names and times, and notes and
/// corrected values unless --with-notes is given. Backups and copies made earlier keep the text.
#[derive(clap::Args)]
pub(super) struct Args {
    /// The document: its path, its number in --list, its SHA-256 or at least six characters of its beginning
    #[arg(value_name = "DOCUMENT", required_unless_present = "list")]
    document: Option<String>,
    /// Prints the documents: number, time of ingest, SHA-256, incidents, path
    #[arg(long, conflicts_with = "document")]
    list: bool,
    /// Erases notes and corrected values too that stand on nothing but its incidents
    #[arg(long)]
    with_notes: bool,
    /// Does not ask
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let mut store = cx.open()?;
    let Some(asked) = &args.document else {
        for document in store.document_list()? {
            cx.out.line(&document.line())?;
        }
        return Ok(());
    };
    let document = store.find_document(asked)?;
    if !args.yes && !agreed(&document)? {
        cx.out.line("nothing was forgotten")?;
        return Ok(());
    }
    let done = store.forget(document.key, &cx.actor()?, cx.now(), args.with_notes)?;
    cx.out.line(&format!("{}: forgotten, {} incidents", document.path, grouped(done.incidents as u64)))?;
    warn(&done);
    index::bring_up_to_date(&store, &Interrupt::listen()?);
    Ok(())
}

/// Asks on the terminal; anything but a yes is a no.
fn agreed(document: &DocumentInfo) -> anyhow::Result<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(usage("forgetting is for good: pass --yes where no terminal can be asked"));
    }
    let question = format!("{}\nforget this document for good? [y/N] ", document.line());
    io::stderr().lock().write_all(neutralise_lines(&question).as_bytes())?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "はい"))
}

fn warn(done: &Forgotten) {
    if let Some(why) = &done.pages {
        tell(&format!("old pages could not be wiped yet ({why}); run `jikenbo db compact` once that is over"));
    }
    if done.remarks > 0 {
        let n = grouped(done.remarks as u64);
        tell(&format!("the log keeps {n} notes and corrected values on it; --with-notes would have erased them"));
    }
    for copy in &done.copies {
        tell(&format!("{}: holds the text as before; delete it if it may go", copy.display()));
    }
}
