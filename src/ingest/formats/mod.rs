//! The digest formats: a table of parsers, one file each. `ingest::parse` asks each how well a document fits and lets the
//! best one split it.

mod blog;
mod category_page;
mod gang_list;
pub mod left_out;
mod marker;
mod news_digest;
pub mod notice;
pub mod posts;
mod printed;
mod table;

use super::doc::Doc;
use super::extract::Head;
use crate::domain::{Confidence, DigestFormat, Kind};

/// One digest format.
pub struct Format {
    /// Which it is.
    pub name: DigestFormat,
    /// How well a document fits, 0 to 1.
    pub detect: fn(&Doc) -> f32,
    /// Takes a document apart.
    pub split: fn(&Doc) -> Split,
}

/// All formats.
pub const FORMATS: &[Format] = &[
    Format { name: DigestFormat::NumberedBlog, detect: blog::fits_numbered, split: blog::split },
    Format { name: DigestFormat::PlainBlog, detect: blog::fits_plain, split: blog::split },
    Format { name: DigestFormat::NewsDigest, detect: news_digest::fits, split: news_digest::split },
    Format { name: DigestFormat::CategoryPage, detect: category_page::fits, split: category_page::split },
    Format { name: DigestFormat::Table, detect: table::fits, split: table::split },
];

/// The least that a format must fit to be taken.
pub const FLOOR: f32 = 0.5;

/// A document taken apart.
#[derive(Debug, Default)]
pub struct Split {
    /// The entries in document order.
    pub drafts: Vec<Draft>,
    /// What concerns the whole document.
    pub warnings: Vec<String>,
    /// Lines that are the page's own by their place: first line and one past the last.
    pub known: Vec<(usize, usize)>,
}

/// How surely the parts of a headline are what they seem.
#[derive(Clone, Copy, Debug)]
pub struct Sure {
    /// The organisation.
    pub org: Confidence,
    /// The title.
    pub title: Confidence,
    /// The day of publication.
    pub day: Confidence,
}

impl Default for Sure {
    fn default() -> Self {
        Self { org: Confidence::High, title: Confidence::High, day: Confidence::High }
    }
}

/// An entry before its facts are extracted. Lines count from 0; all bytes of `head` are bytes of the document's text.
#[derive(Debug)]
pub struct Draft {
    /// What it is.
    pub kind: Kind,
    /// Line at which it begins.
    pub first: usize,
    /// Line of its headline.
    pub headline: usize,
    /// One past its last line.
    pub after: usize,
    /// What its headline lines say.
    pub head: Head,
    /// How surely.
    pub sure: Sure,
    /// The page's label.
    pub label: Option<String>,
    /// Address of the source.
    pub url: Option<String>,
    /// The year to assume inside.
    pub year: Option<i32>,
}

/// Where numbered headlines stand behind something that ends a post or a headline, on its line: the line and a byte of it.
pub fn run_together(doc: &Doc) -> Vec<(usize, usize)> {
    let lines = (0..doc.count()).filter(|i| doc.is_text(*i));
    lines.flat_map(|i| marker::run_together(doc.line(i)).into_iter().map(move |at| (i, at))).collect()
}

/// One past the last line with text in `first..after`, at least `first + 1`.
fn trim_end(doc: &Doc, first: usize, after: usize) -> usize {
    doc.text_before(after).map_or(first + 1, |last| (last + 1).max(first + 1))
}
