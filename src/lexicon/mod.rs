//! The vocabularies and cue words of `assets/lexicon`, compiled once.

pub mod facts;
