//! The vocabularies and cue words of `assets/lexicon`, compiled once; read by `ingest` and `query`.
//!
//! One file a vocabulary. Nothing here decides anything: it only lists words.

pub mod codes;
pub mod facts;
pub mod headlines;
pub mod variants;

use serde::de::DeserializeOwned;

/// Reads a vocabulary that is built in. A file that is no such vocabulary gives an empty one; each vocabulary's own
/// test makes sure that this never ships.
pub fn built_in<T: DeserializeOwned + Default>(source: &str) -> T {
    toml::from_str(source).unwrap_or_default()
}
