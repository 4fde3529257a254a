//! Every limit of speed, measured and printed beside it: `cargo bench --bench limits`. At the end all of it as a table.
//!
//! The corpora are made by `jikenbo gen`'s generator (seed 7); see `fixture` for the variables that say how many
//! incidents and where they are kept. A limit is broken by the median of the runs; nothing here fails for being slow.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod figures;
mod fixture;
mod library;
mod limits_of;
mod pty;
mod workbench;

use figures::{Board, grouped};
use fixture::{Fixture, query};
use jikenbo::domain::Generation;
use jikenbo::store::{Finder, Store};
use library::{Expected, expect};
use limits_of::Limits;
use std::time::Instant;
use workbench::Shown;

fn main() {
    let mut board = Board::default();
    for mut fixture in Fixture::all() {
        let clock = Instant::now();
        board.begin(format!("{} incidents", grouped(fixture.incidents as i64)));
        measure(&mut fixture, &mut board);
        println!("{} incidents took {:.0} s", grouped(fixture.incidents as i64), clock.elapsed().as_secs_f64());
    }
    println!("\n{}", board.markdown());
}

/// Everything that changes the case book, or empties the page cache, comes last.
fn measure(fixture: &mut Fixture, board: &mut Board) {
    let limits = Limits::of(fixture.incidents);
    let rate = library::parsing(fixture, board);
    library::ingest(fixture, &limits, rate, board);
    let expected = library::searches(fixture, &limits, board);
    library::views(fixture, &limits, board);
    let opening = found(fixture, "");
    let first = opening.first.clone().unwrap();
    workbench::start(fixture, &first, &limits, board);
    workbench::bytes(fixture, board);
    workbench::latency(fixture, &limits, board);
    library::burst(fixture, workbench::BURST, &limits, board);
    let burst = found(fixture, workbench::BURST);
    let shown: Vec<Shown<'_>> = expected.iter().map(shown).collect();
    workbench::searches(fixture, &shown, &self::shown(&burst), &limits, board);
    library::tagging(fixture, &limits, board);
    workbench::latency_while_ingesting(fixture, &limits, board);
    workbench::cold_start(fixture, &first, &limits, board);
}

fn shown(expected: &Expected) -> Shown<'_> {
    Shown { query: &expected.query, hits: expected.hits, first: expected.first.as_ref() }
}

fn found(fixture: &Fixture, text: &str) -> Expected {
    let mut finder = Finder::open(fixture.db()).unwrap();
    let found = finder.search(Generation(1), &query(text), &mut |_| ()).unwrap();
    expect(&Store::open_existing(fixture.db()).unwrap(), text.to_owned(), &found.keys)
}
