//! `jikenbo note`: appends a note to an incident.

use super::context::Context;
use super::fail::usage;
use crate::domain::{Change, Command};
use std::io::{self, IsTerminal, Read};

/// Most bytes of a note.
const LIMIT: u64 = 64 << 10;

/// Appends a note to an incident
#[derive(clap::Args)]
pub(super) struct Args {
    /// An id, or its beginning where no other id begins so
    #[arg(value_name = "ID")]
    id: String,
    /// The note; without words it is read from standard input
    #[arg(value_name = "TEXT")]
    text: Vec<String>,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let text = if args.text.is_empty() { read()? } else { args.text.join(" ") };
    let text = text.trim();
    if text.is_empty() {
        return Err(usage("the note is empty"));
    }
    let mut store = cx.open()?;
    let targets = store.ids(&[store.key_of(&args.id)?])?;
    let command = Command { change: Change::Note { text: text.to_owned() }, targets };
    let applied = store.apply(&command, &cx.actor()?, cx.now())?;
    cx.out.line(&applied.summary)?;
    cx.out.line("`jikenbo undo` takes it back")?;
    Ok(())
}

fn read() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        return Err(usage("no note: write it after the id, or pipe it in"));
    }
    let mut text = String::new();
    let taken = io::stdin().lock().take(LIMIT + 1).read_to_string(&mut text);
    if taken.map_err(|e| anyhow::anyhow!("the note can't be read from standard input: {e}"))? as u64 > LIMIT {
        return Err(anyhow::anyhow!("the note is longer than {} KiB; shorten it", LIMIT >> 10));
    }
    Ok(text)
}
