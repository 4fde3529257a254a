//! `jikenbo reparse`: today's parser over the documents that the case book keeps.

use super::context::Context;
use super::documents::Printer;
use super::fail::End;
use super::index;
use super::interrupt::Interrupt;
use super::out::tell;
use super::query_words::{QueryWords, help};
use crate::jobs::reparse as job;
use std::ops::ControlFlow;

/// Reads the kept documents of what the query finds anew, with today's parser; triage data stays as it is
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// Tells what would change, by field, and changes nothing
    #[arg(long)]
    dry_run: bool,
    /// One array with an object a document, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let query = if args.query.is_empty() { None } else { Some(args.query.whatever_status(cx)?) };
    let mut store = cx.open()?;
    let keys = query.map(|query| index::search(&store, &query, cx)).transpose()?.map(|found| found.keys);
    let documents = store.documents(keys.as_ref().map(|k| k.as_slice()))?;
    let mut printer = Printer::new(args.json, args.dry_run, documents.iter().map(|d| d.size).sum());
    let interrupt = Interrupt::listen()?;
    let (mut written, mut stopped) = (Ok(()), false);
    let stored = job::run(&mut store, &documents, args.dry_run, &mut |place, result| {
        match result {
            Ok(reread) => {
                written = printer.report(&reread.report, Some(&reread.fields), &mut cx.out);
            }
            Err(error) => printer.failure(&error),
        }
        printer.advance(documents.get(place).map_or(0, |d| d.size));
        stopped = interrupt.pressed() && place + 1 < documents.len();
        if written.is_err() || stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    printer.clear();
    written?;
    printer.end(&mut cx.out)?;
    stored?;
    if stopped {
        tell(
            "interrupted: the documents above are done, the others are as they were; the same command goes on with them",
        );
        return Err(End::Reported.into());
    }
    if !args.dry_run && !index::bring_up_to_date(&store, &interrupt) {
        return Err(End::Reported.into());
    }
    if printer.is_failed() { Err(End::Reported.into()) } else { Ok(()) }
}
