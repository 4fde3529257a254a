//! Hands inputs to `fuzzed::ingest`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::ingest::holds(data));
