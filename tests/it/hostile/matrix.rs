//! Every payload by every way in, and nothing of it as itself on any way out. The usual run takes
//! a third of the payloads by each way, another third by the next; the ignored test takes all by all.
//!
//! `cargo test --test it -- hostile::matrix --nocapture` prints the matrix: by way in (rows) and way out (columns) how
//! many payloads were seen, by the token that stands before each.

use super::ways_in::{WAYS_IN, walk};
use super::ways_out::{WAYS_OUT, WayOut};
use crate::cli::House;
use crate::support::payloads;
use regex::Regex;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Instant;

/// Tokens in a text: way and payload.
fn tokens(text: &str) -> BTreeSet<(usize, usize)> {
    let pattern = Regex::new("w([0-9]{2})p([0-9]{3})").unwrap();
    let number = |m: &regex::Captures, i: usize| m[i].parse().unwrap();
    pattern.captures_iter(text).map(|m| (number(&m, 1), number(&m, 2))).collect()
}

#[test]
fn nothing_gets_from_any_way_in_to_any_way_out() {
    walk_and_read(true);
}

#[test]
#[ignore = "takes a minute: cargo test --test it every_payload -- --ignored --nocapture"]
fn every_payload_by_every_way_in_on_every_way_out() {
    walk_and_read(false);
}

#[allow(clippy::print_stdout)] // the matrix is what the test shows
fn walk_and_read(sparing: bool) {
    let clock = Instant::now();
    let house = House::new();
    let payloads = payloads::all();
    let runs = walk(&house, &payloads, sparing);
    let entered = clock.elapsed();
    let took = |way: &WayOut| {
        let clock = Instant::now();
        let seen = tokens(&(way.read)(&house));
        println!("{}: {:?}", way.name, clock.elapsed());
        seen
    };
    let read: Vec<BTreeSet<(usize, usize)>> = WAYS_OUT.iter().map(took).collect();
    let seen = |way: usize, out: usize| read[out].iter().filter(|(w, _)| *w == way).count();

    let mut table = String::new();
    for (n, way) in WAYS_OUT.iter().enumerate() {
        let _ = writeln!(table, "  {n:>2} {}", way.name);
    }
    let numbers: String = (0..WAYS_OUT.len()).map(|n| format!("{n:>4}")).collect();
    let _ = writeln!(table, "{:<30} {:>4} {:>7} {numbers}", "way in", "runs", "refused");
    for (w, way) in WAYS_IN.iter().enumerate() {
        let counts: String = (0..WAYS_OUT.len()).map(|o| format!("{:>4}", seen(w, o))).collect();
        let _ = writeln!(table, "{:<30} {:>4} {:>7} {counts}", way.name, runs[w].0, runs[w].1);
    }
    let all: usize = read.iter().map(BTreeSet::len).sum();
    let classes: BTreeSet<&str> = payloads.iter().map(|p| p.class).collect();
    println!(
        "{} payloads of {} classes, {} ways in, {} ways out: {all} payloads seen on a way out, no leak; put in {entered:?}, all {:?}\n{table}",
        payloads.len(),
        classes.len(),
        WAYS_IN.len(),
        WAYS_OUT.len(),
        clock.elapsed()
    );

    // The matrix would say nothing if nothing came through.
    let way_in = |name: &str| WAYS_IN.iter().position(|w| w.name == name).unwrap();
    for name in ["numbered digest", "HTML page of entities", "names of files and folders", "SQLite, facts"] {
        let given = if sparing { payloads.len() / 3 } else { payloads.len() };
        assert!(seen(way_in(name), 0) * 2 > given, "{name}:\n{table}");
    }
    // Some repeat only what holds no token, such as `explain`.
    let telling = read.iter().filter(|seen| !seen.is_empty()).count();
    assert!(telling * 4 > WAYS_OUT.len() * 3, "{telling} ways out told anything:\n{table}");
}
