//! What can stop a document from being read, in words for the person who gave it; the caller puts the path before it.

use crate::domain::DigestFormat;
use thiserror::Error;

/// Largest file, in bytes.
pub const MAX_FILE: usize = 256 << 20;
/// Longest line, in bytes.
pub const MAX_LINE: usize = 1 << 20;
/// Most entries of one document.
pub const MAX_ENTRIES: usize = 200_000;

/// Why a document can't be read.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum IngestError {
    /// Nothing but white space.
    #[error("the file holds no text; check that it was saved completely")]
    Empty,
    /// A picture, an archive, an office document or other bytes that are no text.
    #[error("{what} at byte {offset}: this is no text file; save the page as plain text first")]
    Binary {
        /// What gave it away.
        what: &'static str,
        /// Byte offset.
        offset: usize,
    },
    /// Over [`MAX_FILE`].
    #[error("the file has {size} bytes, the limit is {MAX_FILE}; split it")]
    TooLarge {
        /// Bytes of the file.
        size: usize,
    },
    /// Bytes that no supported encoding knows.
    #[error(
        "not valid {encoding} at line {line} (byte {offset}); the file may be cut off or damaged: save it again as UTF-8"
    )]
    Encoding {
        /// The encoding that fits most of the file.
        encoding: &'static str,
        /// 1-based line of the first bad byte.
        line: usize,
        /// Byte offset of the first bad byte.
        offset: usize,
    },
    /// An encoding that is known but not read.
    #[error("the file is {encoding}; convert it to UTF-8 (for example with `iconv -f {encoding} -t UTF-8`)")]
    OtherEncoding {
        /// Its name.
        encoding: &'static str,
    },
    /// Text that was decoded with the wrong encoding before it was saved.
    #[error(
        "garbled text ({what}, first at line {line}): it was saved after being read in a wrong encoding; fetch the page again"
    )]
    Mojibake {
        /// What it looks like.
        what: &'static str,
        /// 1-based line of the first garbled text.
        line: usize,
    },
    /// A page whose elements are nested beyond any reason.
    #[error("elements are nested more than {limit} deep at line {line}; save the page as plain text", limit = super::markup::MAX_NESTING)]
    TooDeep {
        /// 1-based line at which the limit is passed.
        line: usize,
    },
    /// A feed file that is no XML.
    #[error("the feed is damaged at line {line}: {detail}; fetch it again")]
    Markup {
        /// 1-based line.
        line: usize,
        /// What the XML reader says.
        detail: String,
    },
    /// Over [`MAX_LINE`].
    #[error("line {line} has {length} bytes, the limit is {MAX_LINE}; break it up")]
    LineTooLong {
        /// 1-based line.
        line: usize,
        /// Its bytes.
        length: usize,
    },
    /// A filled-in form of one notice, given where a digest or a plain notice is read.
    #[error("this is a notice with fields filled in by hand; give it to `jikenbo add`")]
    IsForm,
    /// Records of a case book, given where a plain notice is read.
    #[error("these are records of a case book; leave out --as-notice")]
    IsRecords,
    /// A mistake in such a form.
    #[error("line {line}: {what}")]
    Form {
        /// 1-based line.
        line: usize,
        /// What is wrong with it, and what would be right.
        what: String,
    },
    /// No parser recognises it.
    #[error(
        "no digest format fits: no numbered or dated headlines, no ◎ items, no organisation blocks; check that this is the digest's text, or pass --as-notice for one plain notice"
    )]
    UnknownFormat,
    /// A format that is recognised but not read.
    #[error("this is {what} ({format}), which is not read; save the page as plain text and give that")]
    Unsupported {
        /// The recognised format.
        format: DigestFormat,
        /// The same in words.
        what: &'static str,
    },
    /// Over [`MAX_ENTRIES`].
    #[error("the document has {count} entries, the limit is {MAX_ENTRIES}; split it")]
    TooManyEntries {
        /// Entries found.
        count: usize,
    },
}
