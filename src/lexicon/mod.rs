//! The vocabularies and cue words of `assets/lexicon`, compiled once.
//!
//! Each file here reads one of the assets and answers questions about it; `ingest` and `query` ask.

pub mod variants;
