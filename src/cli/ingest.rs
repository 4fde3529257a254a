//! `jikenbo ingest`: digests into the case book.

use super::context::Context;
use super::fail::End;
use super::out::{Out, tell};
use crate::ingest::Options;
use crate::jobs::JobError;
use crate::jobs::ingest::{self as job, Report};
use crate::jobs::rules;
use crate::text::json;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{self, IsTerminal};
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
    /// Reads and takes apart only; the case book is neither opened nor changed
    #[arg(long)]
    dry_run: bool,
    /// One array with an object a document, as JSON
    #[arg(long)]
    json: bool,
}

/// Sums over all documents.
#[derive(Default)]
struct Total {
    documents: usize,
    failed: usize,
    new: usize,
    updated: usize,
    unchanged: usize,
    removed: usize,
    entries: usize,
    warnings: usize,
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let listing = job::list(&args.paths);
    // With nothing to read there is no reason to make a case book.
    let stores = !args.dry_run && !listing.inputs.is_empty();
    let mut store = if stores { Some(cx.open_or_make()?) } else { None };
    let options = Options { year: args.year, source_url: args.source_url.clone() };
    let mut printer = Printer::new(args.json, args.dry_run, &listing.inputs);
    for path in &listing.skipped {
        tell(&format!("{}: no text, skipped", path.display()));
    }
    for error in listing.failed {
        printer.failure(&error);
    }
    let rules = if stores { cx.rules()? } else { Vec::new() };
    let (mut written, mut touched) = (Ok(()), Vec::new());
    let at = cx.now();
    let stored = job::run(store.as_mut(), &listing.inputs, &options, at, &mut |place, result| {
        match result {
            Ok(report) => {
                touched.extend(report.ingested.iter().filter(|_| !rules.is_empty()).flat_map(|i| &i.touched));
                written = printer.report(&report, &mut cx.out);
            }
            Err(error) => printer.failure(&error),
        }
        printer.bar.inc(listing.inputs.get(place).map_or(0, job::Input::size));
        if written.is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    printer.bar.finish_and_clear();
    // However the rest went, what is stored is tagged: it will not be new again.
    let said = match store.as_mut() {
        Some(store) => rules::act(store, &rules, &touched, cx.actor()?.uid, at)?,
        None => Vec::new(),
    };
    written?;
    printer.end(&mut cx.out)?;
    if !args.json {
        said.iter().try_for_each(|(by, summary)| cx.out.line(&format!("{by}: {summary}")))?;
    }
    stored?;
    if printer.total.failed > 0 { Err(End::Reported.into()) } else { Ok(()) }
}

/// Tells of each document as it is done.
struct Printer {
    bar: ProgressBar,
    /// The objects of `--json`.
    objects: Option<Vec<Value>>,
    dry_run: bool,
    total: Total,
}

impl Printer {
    fn new(json: bool, dry_run: bool, inputs: &[job::Input]) -> Self {
        let bar = if io::stderr().is_terminal() {
            let bar = ProgressBar::new(inputs.iter().map(job::Input::size).sum());
            let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        } else {
            ProgressBar::hidden()
        };
        Self { bar, objects: json.then(Vec::new), dry_run, total: Total::default() }
    }

    fn report(&mut self, r: &Report, out: &mut Out) -> io::Result<()> {
        let t = &mut self.total;
        t.documents += 1;
        t.entries += r.entries;
        t.warnings += r.warning_count;
        if let Some(i) = &r.ingested {
            t.new += i.new;
            t.updated += i.updated;
            t.unchanged += i.unchanged;
            t.removed += i.removed;
        }
        if let Some(objects) = &mut self.objects {
            objects.push(object(r));
            return Ok(());
        }
        self.bar.suspend(|| {
            out.line(&line(r))?;
            // Both outputs in the order of the documents.
            out.finish()?;
            r.warnings.iter().for_each(|w| tell(&format!("{}: warning: {w}", r.path)));
            Ok(())
        })
    }

    fn failure(&mut self, error: &JobError) {
        self.total.failed += 1;
        self.bar.suspend(|| tell(&error.to_string()));
        if let Some(objects) = &mut self.objects {
            objects.push(json!({"path": error.path(), "error": error.to_string()}));
        }
    }

    fn end(&self, out: &mut Out) -> io::Result<()> {
        if let Some(objects) = &self.objects {
            json::write_pretty(out.raw(), objects)?;
            return out.raw().write_all(b"\n");
        }
        let t = &self.total;
        let stored = if self.dry_run { String::new() } else { counts(t.new, t.updated, t.unchanged, t.removed) };
        let failed = if t.failed > 0 { format!(" failed={}", t.failed) } else { String::new() };
        let (documents, entries, warnings) = (t.documents, t.entries, t.warnings);
        out.line(&format!("total: documents={documents}{stored} entries={entries} warnings={warnings}{failed}"))
    }
}

fn line(r: &Report) -> String {
    let stored = r.ingested.as_ref().map(|i| counts(i.new, i.updated, i.unchanged, i.removed)).unwrap_or_default();
    format!("{}: {}{stored} entries={} warnings={}", r.path, r.format, r.entries, r.warning_count)
}

/// `removed` is told only where a changed document lost entries.
fn counts(new: usize, updated: usize, unchanged: usize, removed: usize) -> String {
    let removed = if removed > 0 { format!(" removed={removed}") } else { String::new() };
    format!(" new={new} updated={updated} unchanged={unchanged}{removed}")
}

fn object(r: &Report) -> Value {
    let i = r.ingested.as_ref();
    json!({
        "path": r.path,
        "format": r.format,
        "encoding": r.encoding,
        "new": i.map(|i| i.new),
        "updated": i.map(|i| i.updated),
        "unchanged": i.map(|i| i.unchanged),
        "removed": i.map(|i| i.removed),
        "entries": r.entries,
        "warnings": r.warning_count,
        "messages": r.warnings,
    })
}
