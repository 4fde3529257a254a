//! Hostile documents: reading takes time in proportion to their size, and whatever comes out of made-up inputs is sound.

use crate::adversary::{KINDS, hostile};
use crate::cases;
use jikenbo::ingest::{Options, parse};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// The shortest of three readings.
fn time(bytes: &[u8]) -> Duration {
    let turn = || {
        let clock = Instant::now();
        let _ = black_box(parse(black_box(bytes), "x.txt", &Options::default()));
        clock.elapsed()
    };
    (0..3).map(|_| turn()).min().unwrap_or_default()
}

/// A last resort, and generous: eight times the bytes may take three times as long as they should, where a square would
/// take eight times as long.
#[test]
fn eight_times_the_bytes_take_no_more_than_a_little_over_eight_times_as_long() {
    for kind in KINDS {
        let (small, large) = (hostile(kind, 12_000), hostile(kind, 96_000));
        let (short, long) = (time(&small), time(&large));
        assert!(long < 24 * short + Duration::from_millis(300), "{kind}: {short:?}, then {long:?}");
    }
}

#[test]
fn made_up_inputs_are_survived() {
    for number in 1..=3_000 {
        cases::check(number);
    }
}
