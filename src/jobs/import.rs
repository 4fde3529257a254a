//! Import of another case book's records: a file is read in one stream and stored batch by batch, so that its size costs
//! time and no memory. Called by the ingest for every input that holds records; a batch is stored whole or not at all.

use super::JobError;
use super::ingest::{Foreseen, Heard, Input, Report};
use crate::analysis::links;
use crate::domain::{Actor, DigestFormat};
use crate::ingest::records::{self, HEAD, Layout, Piece, Pieces};
use crate::store::{Import, Outcome, ReadyRecord, Store};
use crate::text::hex;
use chrono::{DateTime, Utc};
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Records that are stored at once.
const BATCH: usize = 500;
/// Bytes of JSON after which a batch is full.
const BATCH_BYTES: usize = 8 << 20;
/// Bad lines of one file that are told one by one.
const MOST_BAD: usize = 1_000;

/// A record that was not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRecord {
    /// Its line in the file, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// In whose name and when documents are taken in.
#[derive(Clone, Copy, Debug)]
pub struct Taker<'t> {
    /// Who.
    pub actor: &'t Actor,
    /// When.
    pub at: DateTime<Utc>,
    /// Ends the waiting for standard input, a pipe or a device; without it that ends with the process.
    pub stop: Option<&'t Arc<AtomicBool>>,
}

/// A file of records, ready to be read from its beginning.
#[derive(Debug)]
pub(super) struct Records {
    pub path: String,
    file: File,
    layout: Layout,
    sha256: String,
}

/// What an input turns out to be.
pub(super) enum Opened {
    /// Records.
    Records(Records),
    /// Something else, to be read from its beginning.
    Other(Box<dyn Read + Send>),
}

/// Opens an input and tells by its beginning whether it holds records. Those of standard input or of a pipe are put into
/// an unnamed file first: whether they were imported before is known at their end.
pub(super) fn open(input: &Input, source: Box<dyn Read + Send>, file: Option<File>) -> Result<Opened, JobError> {
    let failed = |source| JobError::Read { path: input.name(), source };
    let mut source = source;
    let mut head = Vec::new();
    source.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(failed)?;
    let Some(layout) = records::layout(&head) else {
        return Ok(Opened::Other(Box::new(Cursor::new(head).chain(source))));
    };
    let mut hasher = Sha256::new();
    let file = match file {
        Some(mut file) => {
            drop(source);
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            io::copy(&mut file, &mut Twice(None, &mut hasher)).map_err(failed)?;
            file
        }
        None => {
            let mut spool = tempfile::tempfile().map_err(failed)?;
            io::copy(&mut Cursor::new(head).chain(source), &mut Twice(Some(&mut spool), &mut hasher))
                .map_err(failed)?;
            spool
        }
    };
    Ok(Opened::Records(Records { path: input.name(), file, layout, sha256: hex(hasher.finalize()) }))
}

/// Writes to a hash, and to a file where there is one.
struct Twice<'t>(Option<&'t mut File>, &'t mut Sha256);

impl Write for Twice<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(file) = &mut self.0 {
            file.write_all(bytes)?;
        }
        self.1.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Reads a file and hashes what it reads.
struct Hashed {
    file: File,
    hasher: Sha256,
    bytes: u64,
}

impl Read for Hashed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(into)?;
        self.hasher.update(into.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }
}

/// Takes the records in, or in a dry run tells of them; `hear` is told after each batch and may stop the work: what was
/// stored until then is whole, and the same command goes on with the rest.
pub(super) fn run(
    store: Option<&mut Store>,
    records: Records,
    taker: Taker<'_>,
    hear: &mut dyn FnMut(Heard) -> ControlFlow<()>,
) -> Result<Report, JobError> {
    let Records { path, mut file, layout, sha256 } = records;
    let failed = |source| JobError::Read { path: path.clone(), source };
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let known = store.as_ref().map(|s| s.was_imported(&sha256)).transpose()?.unwrap_or(false);
    let hashed = Hashed { file, hasher: Sha256::new(), bytes: 0 };
    let mut pieces = Pieces::new(BufReader::with_capacity(1 << 18, hashed), layout);
    let mut work = Work { store, known, taker, import: Import::new(known), report: Report::of_records(&path) };
    let mut told = 0;
    loop {
        let batch = fill(&mut pieces).map_err(failed)?;
        if batch.is_empty() {
            break;
        }
        work.batch(batch)?;
        let bytes = pieces.input().get_ref().bytes;
        let part = Heard::Part { bytes: bytes - told, incidents: work.import.ingested.touched.len() };
        told = bytes;
        if hear(part).is_break() {
            work.report.stopped = true;
            break;
        }
    }
    // A file that was written to meanwhile is another one.
    let whole = !work.report.stopped && hex(pieces.into_input().into_inner().hasher.finalize()) == sha256;
    work.end(&sha256, whole)
}

/// The pieces of the next batch, none at the end.
fn fill(pieces: &mut Pieces<BufReader<Hashed>>) -> io::Result<Vec<Piece>> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Some(piece) = pieces.next_piece()? else { break };
        bytes += piece.json.as_ref().map_or(0, Vec::len);
        batch.push(piece);
    }
    Ok(batch)
}

/// The work on one file.
struct Work<'w> {
    store: Option<&'w mut Store>,
    /// The file was imported whole before.
    known: bool,
    taker: Taker<'w>,
    import: Import,
    report: Report,
}

impl Work<'_> {
    fn batch(&mut self, pieces: Vec<Piece>) -> Result<(), JobError> {
        let now = self.taker.at;
        let ready = |piece: Piece| -> Result<Result<ReadyRecord, BadRecord>, JobError> {
            let line = piece.line;
            let read = piece.json.map_err(str::to_owned).and_then(|json| records::read(&json, line, now));
            match read {
                Ok(record) => Ok(Ok(ReadyRecord::new(record, links::keys)?)),
                Err(what) => Ok(Err(BadRecord { line, what })),
            }
        };
        let read: Vec<_> = pieces.into_par_iter().map(ready).collect::<Result<_, JobError>>()?;
        let (mut good, mut bad) = (Vec::with_capacity(read.len()), Vec::new());
        for result in read {
            match result {
                Ok(record) => good.push(record),
                Err(wrong) => bad.push(wrong),
            }
        }
        self.report.entries += good.len();
        self.report.warning_count += good.iter().map(|r| r.record().entry.facts.warnings.len()).sum::<usize>();
        match &mut self.store {
            None => self.report.foreseen.extend(good.iter().map(|r| Foreseen::of(r.record().line, &r.record().entry))),
            Some(store) => {
                store.import(&good, &mut self.import, self.taker.actor, now)?;
                let refused = std::mem::take(&mut self.import.refused);
                self.report.entries -= refused.len();
                bad.extend(refused.into_iter().map(|(line, what)| BadRecord { line, what }));
            }
        }
        bad.sort_by_key(|b| b.line);
        bad.into_iter().for_each(|b| self.report.bad(b));
        Ok(())
    }

    /// Applies what waits for the end, however the rest went: what is stored will not be new again.
    fn end(mut self, sha256: &str, whole: bool) -> Result<Report, JobError> {
        let Some(store) = self.store else { return Ok(self.report) };
        let Taker { actor, at, .. } = self.taker;
        self.report.said = store.end_import(&mut self.import, actor, at)?;
        let Import { mut ingested, remarks, told, other_text, untold, .. } = self.import;
        if whole && !self.known && self.report.bad_count == 0 {
            store.remember_import(sha256, &self.report.path, at)?;
        }
        if remarks > 0 {
            let what = if remarks == 1 { "note or correction" } else { "notes and corrections" };
            self.report.said.push(format!("added {remarks} {what}, in the names of those who made them"));
        }
        self.report.warnings = told;
        if untold > 0 {
            self.report.warnings.push(format!("{untold} more differ from what was decided here"));
        }
        if other_text > 0 {
            self.report.warnings.push(format!(
                "{other_text} have another text in the file than their documents here, which count; tags and remarks came"
            ));
        }
        if ingested.new + ingested.updated > 0 {
            ingested.outcome = Outcome::Updated;
        }
        ingested.entries = self.report.entries;
        self.report.warning_count += self.report.warnings.len();
        self.report.ingested = Some(ingested);
        Ok(self.report)
    }
}

impl Report {
    /// Begins with nothing read.
    fn of_records(path: &str) -> Self {
        Self { path: path.to_owned(), format: DigestFormat::Records, encoding: "UTF-8".to_owned(), ..Self::default() }
    }

    fn bad(&mut self, bad: BadRecord) {
        self.bad_count += 1;
        if self.bad.len() < MOST_BAD {
            self.bad.push(bad);
        }
    }

    /// What could not be taken in, as errors that name file and line.
    pub fn failures(&self) -> Vec<JobError> {
        let path = || self.path.clone();
        let one = |b: &BadRecord| JobError::Record { path: path(), line: b.line, what: b.what.clone() };
        let mut out: Vec<JobError> = self.bad.iter().map(one).collect();
        let more = self.bad_count - self.bad.len();
        if more > 0 {
            out.push(JobError::MoreRecords { path: path(), more });
        }
        out
    }
}
