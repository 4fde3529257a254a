//! Hands inputs to `fuzzed::text`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::text::holds(data));
