//! One ingested file and the entries found in it.

use super::facts::Facts;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A report on an incident.
    #[default]
    Incident,
    /// One victim in a ransomware gang's list.
    Claim,
    /// A post that is no incident: kept, hidden by default.
    Other,
}

impl Kind {
    /// The kind's name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Claim => "claim",
            Self::Other => "other",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Incident, Self::Claim, Self::Other].into_iter().find(|k| k.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The form of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DigestFormat {
    /// The numbered case-book blog, `【セキュリティ事件簿#2024-217】…`.
    NumberedBlog,
    /// The same blog before its numbers: `ORG TITLE 2022年10月9日`.
    PlainBlog,
    /// A news digest: `◎ORG、HEADLINE`, a paragraph, `・TITLE(ORG) URL`.
    NewsDigest,
    /// A category page: organisation, title and date on lines of their own.
    CategoryPage,
    /// A table whose first row names its columns.
    Table,
    /// A saved HTML page.
    Html,
    /// An Atom or RSS feed file.
    Feed,
    /// JSON Lines of the record itself.
    Records,
    /// One plain notice.
    Notice,
}

impl DigestFormat {
    /// The format's name in messages and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NumberedBlog => "numbered-blog",
            Self::PlainBlog => "plain-blog",
            Self::NewsDigest => "news-digest",
            Self::CategoryPage => "category-page",
            Self::Table => "table",
            Self::Html => "html",
            Self::Feed => "feed",
            Self::Records => "records",
            Self::Notice => "notice",
        }
    }
}

impl fmt::Display for DigestFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of a file apart from its entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentMeta {
    /// The path as it was given (`-` for standard input).
    pub path: String,
    /// SHA-256 of the raw bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The form that was detected.
    pub format: DigestFormat,
    /// Name of the character encoding that the bytes were read as (`UTF-8`, `Shift_JIS`, `EUC-JP`).
    pub encoding: String,
    /// Year that was given for a digest that names none.
    pub year: Option<i32>,
    /// Address the document was taken from, where one was given.
    pub source_url: Option<String>,
}

/// One post or item of a document, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedEntry {
    /// What it is.
    pub kind: Kind,
    /// The entry decoded to UTF-8, headline included; every span of `facts` is a byte range of it.
    pub text: String,
    /// 1-based line of the headline in the raw file.
    pub line: usize,
    /// Byte range of the entry in the raw file.
    pub bytes: (usize, usize),
    /// The blog's label, where the page names one.
    pub label: Option<String>,
    /// Address of the entry's source, where one is printed.
    pub url: Option<String>,
    /// What it states.
    pub facts: Facts,
}

/// A document, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedDocument {
    /// The file.
    pub meta: DocumentMeta,
    /// Its entries, in document order.
    pub entries: Vec<ParsedEntry>,
    /// What concerns the document as a whole (no year known, replacement characters).
    pub warnings: Vec<String>,
}
