//! Hands inputs to `fuzzed::import`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::import::holds(data));
