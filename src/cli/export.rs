//! `jikenbo export`: what a query finds, in another program's format.

use super::context::Context;
use super::fail::{End, usage};
use super::index;
use super::interrupt::Interrupt;
use super::out::tell;
use super::query_words::{QueryWords, help};
use crate::domain::ExportFormat;
use crate::export::{self, Options};
use crate::jobs::JobError;
use crate::jobs::export::{to_file_stepwise, to_writer};
use crate::lang::grouped;
use chrono::Utc;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Writes what a query finds in another format, to a file or to standard output
#[derive(clap::Args)]
#[command(after_long_help = help())]
pub(super) struct Args {
    #[command(flatten)]
    query: QueryWords,
    /// The format
    #[arg(long, value_name = "FORMAT", value_parser = parser())]
    format: ExportFormat,
    /// The file; it appears only when it is whole
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replaces the file if there is one
    #[arg(long, requires = "output")]
    overwrite: bool,
    /// Tables: leaves cells that a spreadsheet would run as formulas as they are
    #[arg(long)]
    raw: bool,
    /// csv, tsv: begins with a byte order mark, for Excel
    #[arg(long)]
    bom: bool,
    /// timesketch: the form of the file [default: csv]
    #[arg(long, value_name = "FORM")]
    timesketch_format: Option<TimesketchForm>,
}

/// The form of a Timesketch file.
#[derive(Clone, Copy, clap::ValueEnum)]
enum TimesketchForm {
    /// Comma-separated values
    Csv,
    /// One JSON object a line
    Jsonl,
}

fn parser() -> impl TypedValueParser<Value = ExportFormat> {
    let value = |f: ExportFormat| PossibleValue::new(f.as_str()).help(f.describe());
    // Only names of the list reach the second step.
    PossibleValuesParser::new(ExportFormat::ALL.map(value))
        .map(|s| ExportFormat::from_name(&s).unwrap_or(ExportFormat::Ndjson))
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    if args.raw && !args.format.is_for_spreadsheets() {
        return Err(usage(format!("--raw is for csv, tsv, xlsx, timesketch and iris, not for {}", args.format)));
    }
    if args.bom && !matches!(args.format, ExportFormat::Csv | ExportFormat::Tsv) {
        return Err(usage(format!("--bom is for csv and tsv, not for {}", args.format)));
    }
    if args.timesketch_format.is_some() && args.format != ExportFormat::Timesketch {
        return Err(usage(format!("--timesketch-format is for timesketch, not for {}", args.format)));
    }
    let query = args.query.query(cx)?;
    let store = cx.open()?;
    let keys = index::search(&store, &query, cx)?.keys;
    let timesketch = match args.timesketch_format {
        Some(TimesketchForm::Jsonl) => export::TimesketchForm::Jsonl,
        Some(TimesketchForm::Csv) | None => export::TimesketchForm::Csv,
    };
    let options = Options { raw: args.raw, bom: args.bom, timesketch, now: Utc::now(), lang: cx.lang() };
    let Some(path) = args.output.as_ref().filter(|p| p.as_os_str() != "-") else {
        if args.format.is_binary() && io::stdout().is_terminal() {
            return Err(usage(format!("{} is no text; write it to a file with -o FILE", args.format)));
        }
        let as_it_is = args.format.is_binary() || args.format.is_json() || timesketch == export::TimesketchForm::Jsonl;
        if as_it_is {
            to_writer(&store, args.format, cx.out.raw(), &keys, options)?;
        } else {
            to_writer(&store, args.format, &mut cx.out.plain(), &keys, options)?;
        }
        return Ok(());
    };
    let interrupt = Interrupt::listen()?;
    let bar = bar(keys.len());
    let written = to_file_stepwise(&store, (args.format, options), (path, args.overwrite), &keys, &mut |done| {
        bar.set_position(done as u64);
        if interrupt.pressed() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    let count = match written {
        Err(JobError::Stopped) => {
            tell(&format!("interrupted: {} was not written", path.display()));
            return Err(End::Reported.into());
        }
        written => written?,
    };
    let incidents = if count == 1 { "incident" } else { "incidents" };
    cx.out.line(&format!("{}: {} {incidents} as {}", path.display(), grouped(count as u64), args.format))?;
    Ok(())
}

/// How many incidents are written, where someone watches.
fn bar(incidents: usize) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {human_pos}/{human_len} {eta}");
    ProgressBar::new(incidents as u64).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
