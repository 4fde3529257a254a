//! Tests of the whole house, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::string_slice, missing_docs)]

mod imports;
mod workbench;
