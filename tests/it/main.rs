//! Tests of the whole house, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, missing_docs)]

mod cli;
mod concurrent;
mod digests;
mod docs;
mod faults;
mod faults_db;
mod hostile;
mod imports;
mod merge;
mod oracle;
mod pty_harness;
mod pty_terminal;
mod session;
mod support;
mod workbench;
