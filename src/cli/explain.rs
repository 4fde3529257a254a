//! `jikenbo explain`: every date and count expression of a text, and what it is taken to mean.

use super::context::Context;
use super::fail::usage;
use crate::domain::{Modifier, Moment, Precision, Span, Unit};
use crate::ingest::MAX_FILE;
use crate::ingest::extract::counts::{self, CountExpr};
use crate::ingest::extract::dates::{self, DateExpr, ResolveContext};
use crate::text::json;
use anyhow::bail;
use chrono::NaiveDate;
use serde::Serialize;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

/// Prints every date and count expression of a text and its meaning, one JSON object a line
#[derive(clap::Args)]
pub(super) struct Args {
    /// The day of publication, from which a missing year or month is taken (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = day)]
    published: Option<NaiveDate>,
    /// The last date before the text, which 同日 and 翌日 lean on (YYYY-MM-DD)
    #[arg(long, value_name = "DATE", value_parser = day)]
    antecedent: Option<NaiveDate>,
    /// A text in UTF-8; `-`, or nothing, is standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| format!("`{text}` is no day: write YYYY-MM-DD"))
}

/// An expression as it is printed; spans are byte offsets into the given text.
#[derive(Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Found<'t> {
    /// A date, a time or a stretch of time.
    Date {
        span: Span,
        text: &'t str,
        lo: Moment,
        hi: Option<Moment>,
        precision: Precision,
        approx: bool,
        rule: &'static str,
    },
    /// A number of something.
    Count { span: Span, text: &'t str, lo: Option<u64>, hi: Option<u64>, unit: Unit, modifier: Option<Modifier> },
}

impl Found<'_> {
    fn span(&self) -> Span {
        match self {
            Self::Date { span, .. } | Self::Count { span, .. } => *span,
        }
    }
}

/// Runs the command.
pub(super) fn run(args: &Args, cx: &mut Context) -> anyhow::Result<()> {
    let text = read(args.file.as_deref())?;
    let context = ResolveContext { published: args.published, antecedent: args.antecedent, year: None };
    for found in scan(&text, &context) {
        json::write_compact(cx.out.raw(), &found)?;
        cx.out.raw().write_all(b"\n")?;
    }
    Ok(())
}

/// Everything that is found, in the order of the text.
fn scan<'t>(text: &'t str, context: &ResolveContext) -> Vec<Found<'t>> {
    let date = |e: DateExpr| {
        let DateExpr { span, lo, hi, precision, approx, rule, .. } = e;
        Some(Found::Date { span, text: span.of(text)?, lo, hi, precision, approx, rule })
    };
    let count = |e: CountExpr| {
        let CountExpr { span, lo, hi, unit, modifier, .. } = e;
        Some(Found::Count { span, text: span.of(text)?, lo, hi, unit, modifier })
    };
    let dates = dates::scan(text, context).into_iter().filter_map(date);
    let mut found: Vec<Found> = dates.chain(counts::scan(text).into_iter().filter_map(count)).collect();
    found.sort_by_key(|f| (f.span().start, f.span().end));
    found
}

/// The text of a file or of standard input.
fn read(file: Option<&Path>) -> anyhow::Result<String> {
    let file = file.filter(|f| *f != Path::new("-"));
    let name = file.map_or_else(|| "standard input".to_owned(), |f| f.display().to_string());
    let mut bytes = Vec::new();
    let limit = MAX_FILE as u64 + 1;
    let taken = match file {
        Some(path) => File::open(path).and_then(|f| f.take(limit).read_to_end(&mut bytes)),
        None if io::stdin().is_terminal() => {
            return Err(usage("no text: name a file, or pipe one in, as in `echo 6月4日 | jikenbo explain`"));
        }
        None => io::stdin().lock().take(limit).read_to_end(&mut bytes),
    };
    if let Err(e) = taken {
        bail!("{name}: can't be read ({e}); check the path and its permissions");
    }
    if bytes.len() > MAX_FILE {
        bail!("{name}: longer than {} MiB; cut it up", MAX_FILE >> 20);
    }
    // Spans are offsets into what was given, so nothing is decoded here.
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(e) => {
            let at = e.utf8_error().valid_up_to();
            bail!("{name}: no UTF-8 at byte {at}; convert it first, as with `iconv -f CP932 -t UTF-8`")
        }
    }
}
