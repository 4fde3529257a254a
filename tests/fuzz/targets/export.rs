//! Hands inputs to `fuzzed::export`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::export::holds(data));
