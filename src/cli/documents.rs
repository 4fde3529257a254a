//! Tells of documents as they are done: a line each and a total, or JSON; a progress bar on a terminal. Shared by
//! `ingest` and `reparse`.

use super::out::{Out, tell};
use crate::domain::DigestFormat;
use crate::jobs::JobError;
use crate::jobs::ingest::{Foreseen, Report};
use crate::store::Ingested;
use crate::text::json;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::Path;

/// In how many incidents each field changed.
pub(super) type Fields = BTreeMap<&'static str, usize>;

/// Sums over all documents.
#[derive(Default)]
struct Total {
    documents: usize,
    skipped: usize,
    failed: usize,
    stored: Option<Ingested>,
    entries: usize,
    warnings: usize,
    fields: Fields,
}

impl Total {
    fn add(&mut self, r: &Report, fields: Option<&Fields>) {
        self.documents += 1;
        self.entries += r.entries;
        self.warnings += r.warning_count;
        if let Some(i) = &r.ingested {
            let sum = self.stored.get_or_insert_with(|| Ingested::none(i.outcome));
            sum.new += i.new;
            sum.updated += i.updated;
            sum.unchanged += i.unchanged;
            sum.removed += i.removed;
            sum.gone += i.gone;
        }
        for (name, n) in fields.into_iter().flatten() {
            *self.fields.entry(name).or_default() += n;
        }
    }
}

/// Tells of each document as it is done.
pub(super) struct Printer {
    bar: ProgressBar,
    /// The objects of `--json`.
    objects: Option<Vec<Value>>,
    dry_run: bool,
    total: Total,
}

impl Printer {
    /// A printer for documents of so many bytes in all; a bar only where someone watches.
    pub(super) fn new(json: bool, dry_run: bool, bytes: u64) -> Self {
        let bar = if io::stderr().is_terminal() {
            let bar = ProgressBar::new(bytes);
            let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {eta}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        } else {
            ProgressBar::hidden()
        };
        Self { bar, objects: json.then(Vec::new), dry_run, total: Total::default() }
    }

    /// A document of so many bytes is done.
    pub(super) fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    /// Tells of a document; `fields` are what a reparse changed. A reader who has gone away is no failure.
    pub(super) fn report(&mut self, r: &Report, fields: Option<&Fields>, out: &mut Out) -> io::Result<()> {
        self.total.add(r, fields);
        let told = self.lines(r, fields, out);
        if told.is_ok() {
            r.failures().iter().for_each(|error| self.failure(error));
        }
        out.unheard(told)
    }

    fn lines(&mut self, r: &Report, fields: Option<&Fields>, out: &mut Out) -> io::Result<()> {
        if let Some(objects) = &mut self.objects {
            objects.push(object(r, fields, self.dry_run));
            return Ok(());
        }
        let dry_run = self.dry_run;
        self.bar.suspend(|| {
            let stored = r.ingested.as_ref().map(counts).unwrap_or_default();
            out.line(&format!("{}: {}{stored} entries={} warnings={}", r.path, r.format, r.entries, r.warning_count))?;
            r.foreseen.iter().try_for_each(|f| out.line(&foreseen(f)))?;
            r.said.iter().try_for_each(|said| out.line(&format!("  {said}")))?;
            if let Some(fields) = fields.filter(|f| !f.is_empty()) {
                out.line(&changed(fields, dry_run))?;
            }
            if let Some(gone) = r.ingested.as_ref().map(|i| i.gone).filter(|n| *n > 0) {
                out.line(&kept(gone, dry_run))?;
            }
            // Both outputs in the order of the documents.
            out.finish()?;
            r.warnings.iter().for_each(|w| tell(&format!("{}: warning: {w}", r.path)));
            Ok(())
        })
    }

    /// Tells of a file that is no text.
    pub(super) fn skipped(&mut self, path: &Path) {
        self.total.skipped += 1;
        let path = path.display().to_string();
        self.bar.suspend(|| tell(&format!("{path}: no text, skipped")));
        if let Some(objects) = &mut self.objects {
            objects.push(json!({"path": path, "error": "no text, skipped"}));
        }
    }

    /// Tells of a document that could not be read.
    pub(super) fn failure(&mut self, error: &JobError) {
        self.total.failed += 1;
        self.bar.suspend(|| tell(&error.to_string()));
        if let Some(objects) = &mut self.objects {
            objects.push(json!({"path": error.path(), "error": error.to_string()}));
        }
    }

    /// Removes the bar.
    pub(super) fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Tells whether something could not be read.
    pub(super) fn is_failed(&self) -> bool {
        self.total.failed + self.total.skipped > 0
    }

    /// Prints the total, or all objects. A reader who has gone away is no failure.
    pub(super) fn end(&self, out: &mut Out) -> io::Result<()> {
        let told = self.sum(out);
        out.unheard(told)
    }

    fn sum(&self, out: &mut Out) -> io::Result<()> {
        if let Some(objects) = &self.objects {
            json::write_pretty(out.raw(), objects)?;
            return out.raw().write_all(b"\n");
        }
        let t = &self.total;
        let stored = t.stored.as_ref().map(counts).unwrap_or_default();
        let beside = [(" skipped", t.skipped), (" failed", t.failed)];
        let beside: String = beside.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name}={n}")).collect();
        let (documents, entries, warnings) = (t.documents, t.entries, t.warnings);
        out.line(&format!("total: documents={documents}{stored} entries={entries} warnings={warnings}{beside}"))?;
        if !t.fields.is_empty() {
            out.line(&changed(&t.fields, self.dry_run))?;
        }
        Ok(())
    }
}

/// What became of the incidents; losses are told only where there are some.
fn counts(i: &Ingested) -> String {
    let losses = [(" gone", i.gone), (" removed", i.removed)];
    let losses: String = losses.iter().filter(|(_, n)| *n > 0).map(|(name, n)| format!("{name}={n}")).collect();
    format!(" new={} updated={} unchanged={}{losses}", i.new, i.updated, i.unchanged)
}

fn changed(fields: &Fields, dry_run: bool) -> String {
    let counts: Vec<String> = fields.iter().map(|(name, n)| format!("{name} {n}")).collect();
    format!("  {}: {}", if dry_run { "would change" } else { "changed" }, counts.join(", "))
}

fn kept(gone: usize, dry_run: bool) -> String {
    let what = if gone == 1 { "1 entry".to_owned() } else { format!("{gone} entries") };
    let verb = match (dry_run, gone) {
        (true, _) => "would be kept",
        (false, 1) => "is kept",
        (false, _) => "are kept",
    };
    format!("  gone: {what} that the document no longer holds {verb} with tags and notes; `is:gone` finds them")
}

fn foreseen(f: &Foreseen) -> String {
    let published = f.published.map(|d| d.to_string());
    let parts = [published.as_deref(), f.case_no.as_deref(), f.org.as_deref(), f.title.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    format!("  {}: {} {}", f.line, f.kind, parts.join(" "))
}

fn object(r: &Report, fields: Option<&Fields>, dry_run: bool) -> Value {
    let i = r.ingested.as_ref();
    let mut object = json!({
        "path": r.path,
        "format": r.format,
        "encoding": r.encoding,
        "new": i.map(|i| i.new),
        "updated": i.map(|i| i.updated),
        "unchanged": i.map(|i| i.unchanged),
        "gone": i.map(|i| i.gone),
        "removed": i.map(|i| i.removed),
        "entries": r.entries,
        "warnings": r.warning_count,
        "messages": r.warnings,
    });
    if r.format == DigestFormat::Records {
        object["failed"] = json!(r.bad_count);
        object["triage"] = json!(r.said);
    }
    if let Some(fields) = fields {
        object["fields"] = json!(fields);
    } else if dry_run {
        let one = |f: &Foreseen| {
            json!({
                "line": f.line, "kind": f.kind, "case_no": f.case_no, "published": f.published, "org": f.org, "title": f.title,
            })
        };
        object["incidents"] = r.foreseen.iter().map(one).collect();
    }
    object
}
