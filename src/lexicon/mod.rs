//! The vocabularies and cue words of `assets/lexicon` and the analyst's own beside them, compiled once; read by
//! `ingest`, `query` and `analysis`.
//!
//! One file a vocabulary. Nothing here decides anything: it only lists words.

pub mod codes;
pub mod facts;
pub mod frames;
pub mod headlines;
pub mod links;
pub mod marks;
pub mod own;
pub mod readings;
pub mod variants;

use serde::de::DeserializeOwned;

/// Reads a vocabulary that is built in, with the analyst's own words of that name. A file that is no such vocabulary
/// gives an empty one; each vocabulary's own test makes sure that this never ships.
pub fn built_in<T: DeserializeOwned + Default>(name: &str, source: &str) -> T {
    read(name, source).unwrap_or_default()
}

/// As [`built_in`].
///
/// # Errors
/// Says what is wrong with a source that is no such vocabulary.
pub fn read<T: DeserializeOwned>(name: &str, source: &str) -> Result<T, toml::de::Error> {
    match own::words(name) {
        Some(own) => own::merged(toml::from_str(source)?, own).try_into(),
        None => toml::from_str(source),
    }
}
