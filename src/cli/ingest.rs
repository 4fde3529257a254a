//! `jikenbo ingest`: digests into the case book.

use super::context::Context;
use super::documents::Printer;
use super::fail::End;
use super::index;
use super::interrupt::Interrupt;
use super::out::tell;
use crate::ingest::{Options, Reading};
use crate::jobs::ingest::{self as job, Heard, Taker};
use crate::jobs::rules;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Reads digests: files, folders with all below them, `-` for standard input
#[derive(clap::Args)]
pub(super) struct Args {
    /// Files and folders; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// The year of digests that name none
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(1900..=2200))]
    year: Option<i32>,
    /// The address that the documents were taken from
    #[arg(long, value_name = "URL")]
    source_url: Option<String>,
    /// Each file is one plain notice
    #[arg(long)]
    as_notice: bool,
    /// Reads and takes apart only; the case book is neither opened nor changed
    #[arg(long)]
    dry_run: bool,
    /// One array with an object a document, as JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let mut listing = job::list(&args.paths);
    let own = cx.db_path()?;
    listing.leave_out(&own);
    // With nothing to read there is no reason to make a case book.
    let stores = !args.dry_run && !listing.inputs.is_empty();
    let mut store = if stores { Some(cx.open_or_make()?) } else { None };
    let reading = if args.as_notice { Reading::Notice } else { Reading::Digest };
    let options = Options { reading, year: args.year, source_url: args.source_url.clone() };
    let mut printer = Printer::new(args.json, args.dry_run, listing.inputs.iter().map(job::Input::size).sum());
    if listing.inputs.is_empty() && listing.skipped.is_empty() && listing.failed.is_empty() {
        tell("there is nothing to read: the folder holds no file that is not hidden");
    }
    for link in &listing.links {
        tell(&format!("{}: a link to a folder is not followed; name it to read it", link.display()));
    }
    listing.skipped.iter().for_each(|path| printer.skipped(path));
    listing.failed.iter().for_each(|error| printer.failure(error));
    let rules = if stores { cx.rules()? } else { Vec::new() };
    let interrupt = Interrupt::listen()?;
    let (mut written, mut done, mut touched, mut before) = (Ok(()), 0, Vec::new(), 0);
    let (actor, at) = (cx.actor()?, cx.now());
    let taker = Taker { actor: &actor, at, stop: Some(interrupt.flag()) };
    let stored = job::run(store.as_mut(), &listing.inputs, &options, taker, &mut |place, heard| {
        match heard {
            Heard::Part { bytes, .. } => {
                before += bytes;
                printer.advance(bytes);
            }
            Heard::Whole(result) => {
                let stopped = result.as_ref().is_ok_and(|r| r.stopped);
                match result {
                    Ok(report) => {
                        touched.extend(report.ingested.iter().filter(|_| !rules.is_empty()).flat_map(|i| &i.touched));
                        written = printer.report(&report, None, &mut cx.out);
                    }
                    Err(error) => printer.failure(&error),
                }
                done += usize::from(!stopped);
                let size = listing.inputs.get(place).map_or(0, job::Input::size);
                printer.advance(size.saturating_sub(std::mem::take(&mut before)));
            }
        }
        if written.is_err() || interrupt.pressed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    printer.clear();
    // However the rest went, what is stored is tagged: it will not be new again.
    let said = match store.as_mut() {
        Some(store) => rules::act(store, &rules, &touched, actor.uid, at)?,
        None => Vec::new(),
    };
    written?;
    printer.end(&mut cx.out)?;
    if !args.json {
        said.iter().try_for_each(|(by, summary)| cx.out.line(&format!("{by}: {summary}")))?;
    }
    stored?;
    if done < listing.inputs.len() {
        tell("interrupted: the documents above are stored whole, the rest is not; the same command goes on with it");
        return Err(End::Reported.into());
    }
    if let Some(store) = &store
        && !index::bring_up_to_date(store, &interrupt)
    {
        return Err(End::Reported.into());
    }
    if printer.is_failed() { Err(End::Reported.into()) } else { Ok(()) }
}
