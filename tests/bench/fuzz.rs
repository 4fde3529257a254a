//! A long run of made-up inputs through everything that reads text: no panic, no hang, and every span where it says.
//! `cargo bench --bench fuzz`; `JIKENBO_FUZZ_CASES` sets how many (a million), `JIKENBO_FUZZ_FROM` the first number.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]
#![allow(missing_docs, dead_code)]

mod cases;
#[path = "../it/fuzzed/mod.rs"]
mod fuzzed;

use rayon::prelude::*;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let number = |name: &str, default: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    let trial = std::env::args().any(|a| a == "--test");
    let wished = if trial { 200 } else { number("JIKENBO_FUZZ_CASES", 1_000_000) };
    let from = number("JIKENBO_FUZZ_FROM", 1);
    let clock = Instant::now();
    let cases = (from..from + wished).into_par_iter();
    let outcomes = cases.map(|n| catch_unwind(|| cases::check(n)).map_err(|_| n));
    let (mut bytes, mut failed) = (0, Vec::new());
    for outcome in outcomes.collect::<Vec<_>>() {
        match outcome {
            Ok(n) => bytes += n,
            Err(n) => failed.push(n),
        }
    }
    let seconds = clock.elapsed().as_secs_f64();
    println!(
        "{wished} cases, {:.1} MB, {seconds:.1} s, {:.0} cases/s, {} failed",
        bytes as f64 / 1e6,
        wished as f64 / seconds,
        failed.len()
    );
    failed.iter().take(20).for_each(|n| eprintln!("failed: case {n}"));
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
