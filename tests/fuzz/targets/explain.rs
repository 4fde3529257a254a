//! Hands inputs to `fuzzed::explain`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::explain::holds(data));
