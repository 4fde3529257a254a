//! The workbench on a pseudo-terminal alone: time to the first row, key to the last byte of its frame, bytes by kind of
//! movement. `cargo bench --bench terminal`; the bench `limits` holds it to more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod figures;
mod fixture;
mod limits_of;
mod pty;
mod workbench;

use figures::{Board, grouped};
use fixture::{Fixture, query};
use jikenbo::store::Store;
use limits_of::Limits;

fn main() {
    let mut board = Board::default();
    for fixture in Fixture::all() {
        board.begin(format!("{} incidents", grouped(fixture.incidents as i64)));
        let limits = Limits::of(fixture.incidents);
        workbench::start(&fixture, &newest(&fixture), &limits, &mut board);
        workbench::bytes(&fixture, &mut board);
        workbench::latency(&fixture, &limits, &mut board);
    }
}

/// Day and beginning of the organisation of the newest incident.
fn newest(fixture: &Fixture) -> (String, String) {
    let store = Store::open_existing(fixture.db()).unwrap();
    let key = store.search(&query("")).unwrap().keys.first().copied().unwrap();
    let row = store.rows(&[key]).unwrap().pop().unwrap();
    (row.published.unwrap().to_string(), row.org.unwrap_or_default().chars().take(3).collect())
}
