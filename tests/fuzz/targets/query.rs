//! Hands inputs to `fuzzed::query`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::query::holds(data));
