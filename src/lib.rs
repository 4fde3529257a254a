//! `jikenbo` (事件簿, "case book"): a terminal workbench for people who triage Japanese notices of security, privacy
//! and outage incidents.
//!
//! # The house, from the door to the attic
//!
//! Bytes flow one way: `ingest` takes a digest apart into incidents, `store` keeps them in SQLite, `query` says which
//! ones are wanted, `cli` and the workbench (`app`, `ui`, `runtime`) show them, `export` hands a selection on.
//!
//! | room | what happens there |
//! |---|---|
//! | [`domain`] | the words: incident, fact, event, span, tag, status, operation; the record; the store's protocol |
//! | [`text`] | folding, display width, line breaking, neutralising of control characters |
//! | [`lexicon`] | vocabularies and cue words, compiled once from `assets/lexicon` |
//! | [`lang`] | the interface's texts in English and Japanese |
//! | [`config`] | the configuration file as plain structs |
//! | [`ingest`] | decoding, detection, splitting (one file a digest format), extraction (one file a kind of fact) |
//! | [`query`] | the query language: lexer, parser, in-memory evaluation |
//! | [`op`] | changes of triage data: folding and summaries |
//! | [`store`] | SQLite: schema, migrations, incidents, operation log, search; the only user of `rusqlite` |
//! | [`analysis`] | fuzzy matching, links between incidents |
//! | [`export`] | one file a format |
//! | [`jobs`] | long work with progress: ingest into a store, reparse, export to a file, synthetic digests |
//! | [`app`] | the workbench's state: events in, effects out, no I/O |
//! | [`ui`] | drawing the state; changes nothing |
//! | [`runtime`] | terminal, threads, the loop; the only user of `crossterm` |
//! | [`cli`] | one file a subcommand |
//!
//! Which room may use which is a table in `tests/it/imports.rs`, and a test holds every file to it.

pub mod analysis;
pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod export;
pub mod ingest;
pub mod jobs;
pub mod lang;
pub mod lexicon;
pub mod op;
pub mod query;
pub mod runtime;
pub mod store;
pub mod text;
pub mod ui;
