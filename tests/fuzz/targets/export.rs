//! Hands inputs to `fuzzed::export`.
#![no_main]

mod records;

libfuzzer_sys::fuzz_target!(|data: &[u8]| jikenbo_fuzz::fuzzed::export::holds(data));
libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max: usize, seed: u32| {
    records::mutate(data, size, max, seed)
});
