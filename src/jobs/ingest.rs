//! Ingest: files and folders into a store, parsing ahead on all cores while the store writes.
//!
//! Given paths by `cli ingest`; reports each document to its caller, who may stop after any of them.

use super::JobError;
use super::ahead::Ahead;
use super::import::{self, Opened, Records};
use super::pumped::Pumped;
use crate::analysis::links;
use crate::domain::{DigestFormat, Kind, ParsedDocument, ParsedEntry};
use crate::ingest::{self, IngestError, Options, Reading};
use crate::store::{Given, Ingested, Ready, Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

pub use super::import::{BadRecord, Taker};

/// Most bytes of one document.
pub const LIMIT: u64 = ingest::MAX_FILE as u64;

/// Bytes at the start of a file that tell whether it is text.
const SNIFF: u64 = 8 << 10;

/// Endings of files that are digests for sure, so that a broken one is reported and not passed over.
const DIGEST_ENDINGS: &[&str] = &["txt", "md", "html", "htm", "xhtml", "xml", "atom", "rss", "json", "jsonl", "ndjson"];

/// One document to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input.
    Stdin,
}

impl Input {
    /// The path as messages and the store name it (`-` for standard input).
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => name_of(path),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// Tells whether reading it may have to wait for somebody: it is no file.
    fn may_wait(&self) -> bool {
        match self {
            Self::File(path) => fs::metadata(path).is_ok_and(|m| !m.is_file()),
            Self::Stdin => true,
        }
    }

    /// Its size in bytes, where known beforehand.
    pub fn size(&self) -> u64 {
        match self {
            Self::File(path) => fs::metadata(path).map_or(0, |m| m.len()),
            Self::Stdin => 0,
        }
    }
}

/// What the given paths lead to.
#[derive(Debug, Default)]
pub struct Listing {
    /// The documents, in the order of the paths, folders sorted by name.
    pub inputs: Vec<Input>,
    /// Files in folders that are no text.
    pub skipped: Vec<PathBuf>,
    /// Links in folders that lead to folders.
    pub links: Vec<PathBuf>,
    /// Paths and folders that can't be read.
    pub failed: Vec<JobError>,
}

impl Listing {
    /// Leaves out the case book and what SQLite keeps beside it: of its files only the empty lock of its search index
    /// looks like text.
    pub fn leave_out(&mut self, case_book: &Path) {
        let is_empty = |path: &Path| path.metadata().is_ok_and(|m| m.len() == 0);
        self.inputs.retain(|input| match input {
            Input::File(path) => !(is_empty(path) && is_of_case_book(path, case_book)),
            Input::Stdin => true,
        });
        self.skipped.retain(|path| !is_of_case_book(path, case_book));
    }
}

/// Tells whether a file is the case book or one that SQLite keeps beside it.
fn is_of_case_book(path: &Path, own: &Path) -> bool {
    let (Some(name), Some(own_name)) = (path.file_name(), own.file_name()) else { return false };
    let begins = name.as_encoded_bytes().starts_with(own_name.as_encoded_bytes());
    let folder = |p: &Path| {
        p.parent().and_then(|f| if f.as_os_str().is_empty() { Path::new(".") } else { f }.canonicalize().ok())
    };
    begins && folder(path).is_some() && folder(path) == folder(own)
}

/// Follows the paths: files as they are, folders with all that is below them, `-` as standard input. Hidden files and
/// folders in folders are passed over, and so are links to folders (a loop would never end).
pub fn list(paths: &[PathBuf]) -> Listing {
    let mut listing = Listing::default();
    for path in paths {
        if path.as_os_str() == "-" {
            listing.inputs.push(Input::Stdin);
            continue;
        }
        match fs::metadata(path) {
            Ok(m) if m.is_dir() => list_folder(path, &mut listing),
            Ok(_) => listing.inputs.push(Input::File(path.clone())),
            Err(e) => listing.failed.push(read_error(path, e)),
        }
    }
    listing
}

fn list_folder(root: &Path, listing: &mut Listing) {
    let mut folders = vec![root.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) => {
                listing.failed.push(read_error(&folder, e));
                continue;
            }
        };
        for entry in entries {
            match entry.and_then(|e| Ok((e.path(), e.file_type()?))) {
                Ok((path, _)) if is_hidden(&path) => {}
                Ok((path, kind)) if kind.is_dir() => folders.push(path),
                Ok((path, _)) if path.is_file() => files.push(path),
                Ok((path, _)) if path.is_dir() => listing.links.push(path),
                Ok((path, kind)) if kind.is_symlink() => listing.failed.push(JobError::Nowhere(name_of(&path))),
                // Pipes and devices hold no digests.
                Ok(_) => {}
                Err(e) => listing.failed.push(read_error(&folder, e)),
            }
        }
    }
    files.sort();
    for file in files {
        if has_digest_ending(&file) || is_text(&file) {
            listing.inputs.push(Input::File(file));
        } else {
            listing.skipped.push(file);
        }
    }
}

fn name_of(path: &Path) -> String {
    path.display().to_string()
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
}

fn has_digest_ending(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|e| DIGEST_ENDINGS.contains(&e.as_str()))
}

/// Tells whether a file looks like text. One that can't be read does, so that reading it reports why.
fn is_text(path: &Path) -> bool {
    let mut start = Vec::new();
    match File::open(path).and_then(|f| f.take(SNIFF).read_to_end(&mut start)) {
        Ok(_) => !start.contains(&0),
        Err(_) => true,
    }
}

fn read_error(path: &Path, source: io::Error) -> JobError {
    let path = name_of(path);
    match source.kind() {
        io::ErrorKind::NotFound => JobError::Missing(path),
        _ => JobError::Read { path, source },
    }
}

/// What the caller hears while the work goes on.
#[derive(Debug)]
// One at a time, and handed on at once.
#[allow(clippy::large_enum_variant)]
pub enum Heard {
    /// A part of a long document is stored.
    Part {
        /// Bytes that were read since the last part.
        bytes: u64,
        /// Incidents of the document that came or changed so far.
        incidents: usize,
    },
    /// A document is done.
    Whole(Result<Report, JobError>),
}

/// What came of one document.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its path.
    pub path: String,
    /// Its form.
    pub format: DigestFormat,
    /// Its character encoding.
    pub encoding: String,
    /// How many entries it holds.
    pub entries: usize,
    /// What concerns the document as a whole.
    pub warnings: Vec<String>,
    /// Warnings on the document and on its entries.
    pub warning_count: usize,
    /// What the store did; `None` in a dry run.
    pub ingested: Option<Ingested>,
    /// In a dry run, the entries as they would be stored; else nothing.
    pub foreseen: Vec<Foreseen>,
    /// Records that were not taken in, as far as they are told one by one ([`Report::failures`]).
    pub bad: Vec<BadRecord>,
    /// How many they are.
    pub bad_count: usize,
    /// What the log says of tags, status, notes and the like that records brought.
    pub said: Vec<String>,
    /// It was stopped before its end; what was stored is whole.
    pub stopped: bool,
}

impl Default for Report {
    fn default() -> Self {
        Self {
            path: String::new(),
            format: DigestFormat::Notice,
            encoding: String::new(),
            entries: 0,
            warnings: Vec::new(),
            warning_count: 0,
            ingested: None,
            foreseen: Vec::new(),
            bad: Vec::new(),
            bad_count: 0,
            said: Vec::new(),
            stopped: false,
        }
    }
}

/// An entry as it would be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foreseen {
    /// 1-based line of its headline.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// Case number.
    pub case_no: Option<String>,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// The organisation.
    pub org: Option<String>,
    /// The title.
    pub title: Option<String>,
}

impl Foreseen {
    /// An entry that begins on a line of its file.
    pub(super) fn of(line: usize, e: &ParsedEntry) -> Self {
        Self {
            line,
            kind: e.kind,
            case_no: e.facts.case_no.clone(),
            published: e.facts.published,
            org: e.facts.org.clone(),
            title: e.facts.title.clone(),
        }
    }
}

impl Report {
    pub(super) fn new(document: &ParsedDocument, ingested: Option<Ingested>) -> Self {
        let on_entries: usize = document.entries.iter().map(|e| e.facts.warnings.len()).sum();
        Self {
            path: document.meta.path.clone(),
            format: document.meta.format,
            encoding: document.meta.encoding.clone(),
            entries: document.entries.len(),
            warnings: document.warnings.clone(),
            warning_count: document.warnings.len() + on_entries,
            ingested,
            ..Self::default()
        }
    }

    /// What a dry run tells.
    fn foreseen(document: &ParsedDocument) -> Self {
        let entries = document.entries.iter().map(|e| Foreseen::of(e.line, e));
        Self { foreseen: entries.collect(), ..Self::new(document, None) }
    }
}

/// Reads, parses and stores the documents in order; `store` is `None` in a dry run. `each` hears of every document and of
/// parts of long ones, with its place in `inputs`, and may stop the work. Triage data that records of another case book
/// bring without a name comes in the name of `taker`.
///
/// # Errors
/// Fails when the store fails; what was stored before stays. A document that can't be read or parsed is no such error:
/// `each` gets it and the rest goes on.
pub fn run(
    mut store: Option<&mut Store>,
    inputs: &[Input],
    options: &Options,
    taker: Taker<'_>,
    each: &mut dyn FnMut(usize, Heard) -> ControlFlow<()>,
) -> Result<(), JobError> {
    let stop = AtomicBool::new(false);
    rayon::in_place_scope(|scope| {
        let mut waiting = inputs.iter().peekable();
        let mut ahead = Ahead::new();
        for place in 0..inputs.len() {
            while let Some(input) = waiting.next_if(|i| ahead.has_room(i.size())) {
                let sender = ahead.set_out(input.size());
                let stop = &stop;
                scope.spawn(move |_| {
                    if !stop.load(Ordering::Relaxed) {
                        // Nobody listens any more when the work was stopped meanwhile.
                        drop(sender.send(read_and_parse(input, options, taker.stop)));
                    }
                });
            }
            let Some(read) = ahead.next() else { return Ok(()) };
            let done = read.and_then(|read| match (read, store.as_deref_mut()) {
                (Taken::Records(records), store) => import::run(store, records, taker, &mut |part| each(place, part)),
                (Taken::Document(read), Some(store)) => read.store(store, options, taker.at),
                (Taken::Document(read), None) => read.foreseen(),
            });
            let (result, failed) = match done {
                // What was being waited for is not in.
                Err(JobError::Stopped) => {
                    stop.store(true, Ordering::Relaxed);
                    return Ok(());
                }
                Err(JobError::Store(e)) if !matches!(e, StoreError::Forgotten { .. }) => (None, Some(e)),
                other => (Some(other), None),
            };
            if failed.is_some() || result.is_some_and(|r| ends(&r) | each(place, Heard::Whole(r)).is_break()) {
                stop.store(true, Ordering::Relaxed);
                return failed.map_or(Ok(()), |e| Err(e.into()));
            }
        }
        Ok(())
    })
}

/// Tells whether the work was stopped within a document.
fn ends(result: &Result<Report, JobError>) -> bool {
    result.as_ref().is_ok_and(|report| report.stopped)
}

/// An input that was read.
// A few are under way, and most are documents.
#[allow(clippy::large_enum_variant)]
enum Taken {
    /// A document.
    Document(Document),
    /// Records of another case book, still to be read.
    Records(Records),
}

/// A document that was read, and what was made of it.
struct Document {
    path: String,
    raw: Vec<u8>,
    parsed: Result<Ready, IngestError>,
}

impl Document {
    fn ready(parsed: Result<Ready, IngestError>, path: String) -> Result<Ready, JobError> {
        parsed.map_err(|source| JobError::Parse { path, source })
    }

    fn foreseen(self) -> Result<Report, JobError> {
        Ok(Report::foreseen(Self::ready(self.parsed, self.path)?.document()))
    }

    /// Stores the document. One whose bytes are known goes on being read as it was: with the year, the address and as the
    /// notice that were given then, unless they are given anew.
    fn store(self, store: &mut Store, options: &Options, at: DateTime<Utc>) -> Result<Report, JobError> {
        let sha256 = match &self.parsed {
            Ok(ready) => ready.document().meta.sha256.clone(),
            Err(_) => ingest::sha256(&self.raw),
        };
        let now = given(options);
        let known = store.given(&sha256)?.filter(|known| known.with(&now) != now);
        let ready = match known {
            Some(known) => parse(&self.raw, &self.path, &options_of(&known.with(&now), &self.raw))?,
            None => Self::ready(self.parsed, self.path)?,
        };
        let ingested = store.ingest(&ready, &self.raw, at)?;
        Ok(Report::new(ready.document(), Some(ingested)))
    }
}

/// What options say of a document beside its bytes.
fn given(options: &Options) -> Given {
    let notice = options.reading != Reading::Digest;
    Given { year: options.year, source_url: options.source_url.clone(), notice }
}

/// The options by which a kept document is read anew.
pub(super) fn options_of(given: &Given, raw: &[u8]) -> Options {
    let form = || std::str::from_utf8(raw).is_ok_and(ingest::form::is_form);
    let reading = match given.notice {
        false => Reading::Digest,
        true if form() => Reading::Form,
        true => Reading::Notice,
    };
    Options { reading, year: given.year, source_url: given.source_url.clone() }
}

/// Parses a document and derives what the store needs of it.
pub(super) fn parse(raw: &[u8], path: &str, options: &Options) -> Result<Ready, JobError> {
    let parsed = ingest::parse(raw, path, options);
    let document = parsed.map_err(|source| JobError::Parse { path: path.to_owned(), source })?;
    Ok(Ready::new(document)?.linked(links::keys))
}

fn read_and_parse(input: &Input, options: &Options, stop: Stop<'_>) -> Result<Taken, JobError> {
    let taken = read_and_parse_unless_stopped(input, options, stop);
    taken.map_err(|e| if stop.is_some_and(|s| s.load(Ordering::Relaxed)) { JobError::Stopped } else { e })
}

fn read_and_parse_unless_stopped(input: &Input, options: &Options, stop: Stop<'_>) -> Result<Taken, JobError> {
    let path = input.name();
    let (source, file) = open(input, stop)?;
    let source = match options.reading {
        Reading::Digest => match import::open(input, source, file)? {
            Opened::Records(records) => return Ok(Taken::Records(records)),
            Opened::Other(source) => source,
        },
        Reading::Notice | Reading::Form => source,
    };
    let raw = read_all(input, source, LIMIT)?;
    let parsed = match ingest::parse(&raw, &path, options) {
        Ok(document) => Ok(Ready::new(document)?.linked(links::keys)),
        Err(e) => Err(e),
    };
    Ok(Taken::Document(Document { path, raw, parsed }))
}

/// What ends the waiting for an input.
type Stop<'s> = Option<&'s Arc<AtomicBool>>;

/// Opens an input; where it is a file that can be read from its beginning again, gives that too.
fn open(input: &Input, stop: Stop<'_>) -> Result<(Box<dyn Read + Send>, Option<File>), JobError> {
    if let Some(stop) = stop.filter(|_| input.may_wait()) {
        let theirs = input.clone();
        let opened = move || -> io::Result<Box<dyn Read + Send>> {
            Ok(match theirs {
                Input::File(path) => Box::new(File::open(path)?),
                Input::Stdin => Box::new(io::stdin()),
            })
        };
        let pumped = Pumped::start(opened, Arc::clone(stop));
        let pumped = pumped.map_err(|source| JobError::Read { path: input.name(), source })?;
        return Ok((Box::new(pumped), None));
    }
    let Input::File(path) = input else { return Ok((Box::new(io::stdin()), None)) };
    let opened = File::open(path).and_then(|file| {
        let again = if file.metadata()?.is_file() { Some(file.try_clone()?) } else { None };
        Ok((file, again))
    });
    let (file, again) = opened.map_err(|e| read_error(path, e))?;
    Ok((Box::new(file), again))
}

fn read_all(input: &Input, source: Box<dyn Read + Send>, limit: u64) -> Result<Vec<u8>, JobError> {
    let mut raw = Vec::new();
    let taken = source.take(limit + 1).read_to_end(&mut raw);
    let taken = taken.map_err(|e| match input {
        Input::File(path) => read_error(path, e),
        Input::Stdin => JobError::Read { path: input.name(), source: e },
    });
    if taken? as u64 > limit {
        return Err(JobError::TooLarge { path: input.name() });
    }
    Ok(raw)
}

/// Reads a document of at most `limit` bytes.
///
/// # Errors
/// Says what can't be read and why.
pub fn read(input: &Input, limit: u64) -> Result<Vec<u8>, JobError> {
    read_all(input, open(input, None)?.0, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(listing: &Listing, root: &Path) -> Vec<String> {
        let short = |i: &Input| i.name().strip_prefix(&format!("{}/", root.display())).unwrap_or("?").to_owned();
        listing.inputs.iter().map(short).collect()
    }

    #[test]
    fn folders_are_read_sorted_without_hidden_files_and_binaries() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/.git")).unwrap();
        for (name, bytes) in [
            ("c.txt", b"text".as_slice()),
            ("a.xyz", b"text"),
            ("image.png", b"\x89PNG\0\0"),
            ("broken.txt", b"\0\0"),
            (".hidden.txt", b"text"),
            ("b/d.html", b"<p>"),
            ("b/.git/config.txt", b"text"),
        ] {
            fs::write(root.join(name), bytes).unwrap();
        }
        let listing = list(&[root.to_owned()]);
        assert_eq!(names(&listing, root), ["a.xyz", "b/d.html", "broken.txt", "c.txt"]);
        assert_eq!(listing.skipped, [root.join("image.png")]);
        assert!(listing.failed.is_empty());
    }

    #[test]
    fn a_missing_path_does_not_hide_the_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.txt");
        fs::write(&file, "x").unwrap();
        let listing = list(&[folder.path().join("no.txt"), PathBuf::from("-"), file.clone()]);
        assert_eq!(listing.inputs, [Input::Stdin, Input::File(file)]);
        assert!(matches!(listing.failed.as_slice(), [JobError::Missing(p)] if p.ends_with("no.txt")));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_the_folder_above_ends() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "x").unwrap();
        std::os::unix::fs::symlink(folder.path(), folder.path().join("loop")).unwrap();
        std::os::unix::fs::symlink("nowhere.txt", folder.path().join("broken.txt")).unwrap();
        let listing = list(&[folder.path().to_owned()]);
        assert_eq!((listing.inputs.len(), listing.links), (1, vec![folder.path().join("loop")]));
        assert!(matches!(listing.failed.as_slice(), [JobError::Nowhere(p)] if p.ends_with("broken.txt")));
    }

    #[test]
    fn a_file_over_the_limit_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "12345").unwrap();
        let input = Input::File(file.path().to_owned());
        assert_eq!(read(&input, 5).unwrap(), b"12345");
        assert!(matches!(read(&input, 4), Err(JobError::TooLarge { .. })));
    }

    #[test]
    fn the_work_stops_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let inputs: Vec<Input> = (0..20).map(|i| Input::File(folder.path().join(i.to_string()))).collect();
        let mut seen = 0;
        let mut each = |_, heard: Heard| {
            assert!(matches!(heard, Heard::Whole(Err(JobError::Missing(_)))));
            seen += 1;
            if seen == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let actor = crate::domain::Actor { name: "kei".into(), uid: 1 };
        let taker = Taker { actor: &actor, at: DateTime::UNIX_EPOCH, stop: None };
        run(None, &inputs, &Options::default(), taker, &mut each).unwrap();
        assert_eq!(seen, 3);
    }
}
