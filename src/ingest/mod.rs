//! From bytes to incidents: decode, reduce markup to text, detect the format, split into entries, read each headline, extract the facts.
//!
//! Given a file's bytes by `jobs`; knows nothing of the store. `formats` holds one file a digest format, `extract` one
//! file a kind of fact.

mod day;
mod doc;
mod encoding;
mod error;
pub mod extract;
pub mod form;
mod formats;
mod headline;
mod markup;
pub mod records;
mod sniff;
mod year;

pub use error::{IngestError, MAX_ENTRIES, MAX_FILE, MAX_LINE};

use crate::domain::{Confidence, DigestFormat, DocumentMeta, Facts, Field, Kind, ParsedDocument, ParsedEntry, Span};
use crate::text::hex;
use crate::text::neutral::holds_unsafe;
use doc::Doc;
use encoding::Offsets;
use extract::{Head, Surroundings};
use formats::{Draft, FLOOR, FORMATS, Format, Split};
use markup::Reduced;
use memchr::memmem;
use sha2::{Digest, Sha256};
use sniff::Form;

/// What a document is read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// A digest of a format that its text tells.
    #[default]
    Digest,
    /// One plain notice.
    Notice,
    /// One notice with fields that a person filled in ([`form`]).
    Form,
}

/// How a document is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What it is read as.
    pub reading: Reading,
    /// Year of a digest that names none.
    pub year: Option<i32>,
    /// Address that the document was taken from.
    pub source_url: Option<String>,
}

/// Reads a document: every entry with its text, its place in the file and what it states.
///
/// # Errors
/// Fails for files over the limits, for what is no text or garbled text, and where no digest format fits.
pub fn parse(bytes: &[u8], path: &str, options: &Options) -> Result<ParsedDocument, IngestError> {
    if bytes.len() > MAX_FILE {
        return Err(IngestError::TooLarge { size: bytes.len() });
    }
    let decoded = encoding::decode(bytes)?;
    if doc::trim(&decoded.text).is_empty() {
        return Err(IngestError::Empty);
    }
    if options.reading == Reading::Form {
        return form::parse(bytes, &decoded.text, path, options);
    }
    if form::is_form(&decoded.text) {
        return Err(IngestError::IsForm);
    }
    if options.reading == Reading::Notice && records::layout(bytes.get(..records::HEAD).unwrap_or(bytes)).is_some() {
        return Err(IngestError::IsRecords);
    }
    let form = sniff::form(&decoded.text)?;
    let reduced = match form {
        Form::Text => Reduced::default(),
        Form::Page => markup::html::page(&decoded.text)?,
        Form::Feed => markup::feed::feed(&decoded.text)?,
    };
    let mut doc = match form {
        Form::Text => Doc::new(&decoded, bytes, path)?,
        Form::Page | Form::Feed => Doc::reduced(&reduced, &decoded, bytes, path)?,
    };
    doc.year = options.year;
    doc.source_url = options.source_url.as_deref();
    let (format, split) = match options.reading {
        Reading::Digest => take_apart(&doc, form).ok_or(IngestError::UnknownFormat)?,
        _ => (DigestFormat::Notice, as_notice(&doc, form)?),
    };
    if split.drafts.is_empty() {
        return Err(IngestError::UnknownFormat);
    }
    if split.drafts.len() > MAX_ENTRIES {
        return Err(IngestError::TooManyEntries { count: split.drafts.len() });
    }
    let mut warnings = split.warnings;
    if memmem::find(doc.text.as_bytes(), "\u{FFFD}".as_bytes()).is_some() {
        warnings.push("the text holds replacement characters: some of it was lost before it was saved".to_owned());
    }
    Ok(ParsedDocument {
        meta: DocumentMeta {
            path: path.to_owned(),
            sha256: sha256(bytes),
            format,
            encoding: decoded.encoding.to_owned(),
            year: options.year,
            source_url: options.source_url.clone(),
        },
        entries: {
            let mut offsets = decoded.offsets();
            split.drafts.into_iter().map(|d| finish(&doc, d, &mut offsets)).collect()
        },
        warnings,
    })
}

/// Takes a document as one notice; says so where it looks like more than one.
fn as_notice(doc: &Doc, form: Form) -> Result<Split, IngestError> {
    if form == Form::Feed {
        return Err(IngestError::Unsupported { format: DigestFormat::Feed, what: "a feed and no single notice" });
    }
    let mut split = formats::notice::split(doc);
    if let Some((format, other)) = take_apart(doc, form).filter(|(_, s)| s.drafts.len() > 1) {
        let entries = other.drafts.len();
        split
            .warnings
            .push(format!("it was read as one notice, but looks like a digest ({format}, {entries} entries)"));
    }
    Ok(split)
}

/// Takes a document apart: by its markup's posts, where they are notices, else by the format of its text.
fn take_apart(doc: &Doc, form: Form) -> Option<(DigestFormat, Split)> {
    let by_text = || detect(doc).map(|format| (format.name, (format.split)(doc)));
    let name = match form {
        Form::Text => return by_text(),
        Form::Page => DigestFormat::Html,
        Form::Feed => return Some((DigestFormat::Feed, formats::posts::split(doc))),
    };
    let split = match doc.posts() {
        [] => by_text()?.1,
        // A single article may be a whole digest.
        [one] => {
            let inside = |s: &Split| s.drafts.iter().filter(|d| (one.first..one.after).contains(&d.first)).count() > 1;
            match by_text().map(|(_, split)| split).filter(inside) {
                Some(mut split) => {
                    split.drafts.retain(|d| (one.first..one.after).contains(&d.first));
                    split
                }
                None if formats::posts::are_notices(doc) => formats::posts::split(doc),
                None => return None,
            }
        }
        _ if formats::posts::are_notices(doc) => formats::posts::split(doc),
        _ => return None,
    };
    Some((name, split))
}

/// The format that fits best; of equals the first. One that fits wholly ends the search.
fn detect(doc: &Doc) -> Option<&'static Format> {
    let mut best: Option<(f32, &Format)> = None;
    for format in FORMATS {
        let fit = (format.detect)(doc);
        if fit >= FLOOR && best.is_none_or(|(b, _)| fit > b) {
            best = Some((fit, format));
        }
        if fit >= 1.0 {
            break;
        }
    }
    best.map(|(_, format)| format)
}

/// SHA-256 of the bytes in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes))
}

/// Cuts an entry out of the document and has its facts extracted.
fn finish(doc: &Doc, draft: Draft, offsets: &mut Offsets) -> ParsedEntry {
    let start = doc.start(draft.first);
    let end = doc.end(draft.after.saturating_sub(1)).max(start);
    let text = doc.text.get(start..end).unwrap_or_default().to_owned();
    let head = relative(draft.head, start, text.len());
    let post = doc.post_at(draft.first);
    let published = post.and_then(|p| p.published);
    let mut facts = match draft.kind {
        Kind::Other => Facts { warnings: head.warnings.clone(), ..Facts::default() },
        kind => extract::extract(&text, &head, Surroundings { kind, year: draft.year, published }),
    };
    take_over(&mut facts, &head, draft.sure);
    if let Some(day) = published.filter(|_| facts.published.is_none()) {
        facts.published = Some(day);
        facts.prove(Field::Published, [], Confidence::Low, "markup");
    }
    for warning in head.warnings {
        if !facts.warnings.contains(&warning) {
            facts.warnings.push(warning);
        }
    }
    if holds_unsafe(&text) {
        facts.warnings.push("the text holds control or invisible characters".to_owned());
    }
    ParsedEntry {
        kind: draft.kind,
        line: doc.number(draft.headline),
        bytes: post
            .map_or_else(|| doc.raw(draft.first, draft.after), |p| (offsets.raw(p.bytes.0), offsets.raw(p.bytes.1))),
        label: draft.label,
        url: draft.url,
        facts,
        text,
    }
}

/// Turns bytes of the document into bytes of the entry; what no byte of the entry proves is dropped.
fn relative(mut head: Head, start: usize, len: usize) -> Head {
    let at = |n: usize| n.saturating_sub(start).min(len);
    let shift = |s: Span| Some(Span::new(at(s.start), at(s.end))).filter(|s| s.start < s.end);
    for part in [&mut head.case_no, &mut head.org, &mut head.title, &mut head.gang] {
        *part = part.take().and_then(|(value, span)| Some((value, shift(span)?)));
    }
    head.published = head.published.and_then(|(day, span)| Some((day, shift(span)?)));
    head.body = at(head.body);
    head.body_end = at(head.body_end).max(head.body);
    head
}

/// Sets what the headline states, and how surely it does, unless the extractor found it better.
fn take_over(facts: &mut Facts, head: &Head, sure: formats::Sure) {
    let mut set = |slot: fn(&mut Facts) -> &mut Option<String>, part: &Option<(String, Span)>, field, confidence| {
        let Some((value, span)) = part.as_ref().filter(|p| !p.0.is_empty()) else { return };
        if slot(facts).is_none() {
            *slot(facts) = Some(value.clone());
        }
        if facts.rules.get(&field).is_none_or(|r| r == "headline") {
            facts.prove(field, [*span], confidence, "headline");
        }
    };
    set(|f| &mut f.case_no, &head.case_no, Field::CaseNo, Confidence::High);
    set(|f| &mut f.org, &head.org, Field::Org, sure.org);
    set(|f| &mut f.title, &head.title, Field::Title, sure.title);
    set(|f| &mut f.gang, &head.gang, Field::Gang, Confidence::High);
    let printed = facts.rules.get(&Field::Published).is_none_or(|r| r == "headline");
    if let Some((day, span)) = head.published.filter(|_| printed) {
        facts.published = Some(day);
        facts.prove(Field::Published, [span], sure.day, "headline");
    }
}
