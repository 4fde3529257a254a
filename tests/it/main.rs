//! Tests of the whole house, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, missing_docs)]

mod accuracy;
mod at_work;
mod circles;
mod cli;
mod concurrent;
mod digests;
mod docs;
mod extract_props;
mod faults;
mod faults_db;
mod faults_files;
mod faults_kills;
mod finder;
mod fuzzed;
mod fuzzed_inputs;
mod hostile;
mod imports;
mod index;
#[cfg(target_os = "linux")]
mod io_errors;
#[cfg(target_os = "linux")]
mod io_errors_workbench;
mod limits;
mod looks;
mod merge;
mod oracle;
mod pty_editor;
mod pty_harness;
mod pty_terminal;
mod rounds;
mod session;
mod stable_ids;
mod storm;
mod support;
mod terminals;
mod triage;
mod upgrade;
mod workbench;

// Shared with the benches.
#[path = "../bench/adversary.rs"]
mod adversary;
#[path = "../bench/cases.rs"]
mod cases;
