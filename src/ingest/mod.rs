//! From bytes to incidents: decode, detect the format, split into entries, read each headline, extract the facts.
//!
//! Given a file's bytes by `jobs`; knows nothing of the store. `formats` holds one file a digest format, `extract` one
//! file a kind of fact.

pub mod extract;

/// How a document is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Year of a digest that names none.
    pub year: Option<i32>,
    /// Address that the document was taken from.
    pub source_url: Option<String>,
}
