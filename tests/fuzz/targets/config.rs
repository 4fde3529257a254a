//! Hands inputs to `fuzzed::config`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::config::holds(data));
