//! What the table of limits asks of the workbench, on a pseudo-terminal: the first row, key to frame, bytes, searches as
//! typed, memory. Given a case book; `limits` and `terminal` call it.
#![allow(dead_code)] // each bench uses its part

use crate::figures::{Board, Figure, grouped, ms, quantile, short};
use crate::fixture::{Fixture, is_trial};
use crate::limits_of::Limits;
use crate::pty::{Terminal, rows};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Columns and rows in which latency is measured.
const LARGE: (u16, u16) = (200, 60);

/// Keys that change the picture in different ways.
const MIX: [&str; 10] = ["j", "\x04", "k", " ", "j", "\x15", " ", "G", "k", "gg"];

/// How many sessions type all queries.
const SESSIONS: usize = 3;

/// A query of 30 characters, typed without a pause.
pub const BURST: &str = "個人情報 漏えい メール 誤送信 -テスト people>9";

/// What a query has to show.
pub struct Shown<'a> {
    /// The query as typed.
    pub query: &'a str,
    /// How many hits it has.
    pub hits: usize,
    /// Day and beginning of the organisation of the first hit.
    pub first: Option<&'a (String, String)>,
}

impl Shown<'_> {
    fn is_named(&self, rows: &[String]) -> bool {
        rows.first().is_some_and(|top| top.contains(&format!("▸ {}", self.query.trim())))
    }

    fn has_first(&self, rows: &[String]) -> bool {
        let Some((day, name)) = self.first else { return self.has_count(rows) };
        let list = rows.iter().skip(2).take(rows.len() / 2);
        self.is_named(rows) && list.into_iter().any(|row| row.contains(day.as_str()) && row.contains(name.as_str()))
    }

    fn has_count(&self, rows: &[String]) -> bool {
        self.is_named(rows) && count_of(rows) == Some(self.hits)
    }
}

/// The number of hits in the top line.
fn count_of(rows: &[String]) -> Option<usize> {
    let (_, rest) = rows.first()?.rsplit_once(" of ")?;
    let number: String = rest.chars().take_while(|c| c.is_ascii_digit() || *c == ',').filter(|c| *c != ',').collect();
    // Where more may follow, it is not the count yet.
    let end = rest.chars().find(|c| !c.is_ascii_digit() && *c != ',');
    if end.is_none_or(char::is_whitespace) { number.parse().ok() } else { None }
}

fn turns(usual: usize) -> usize {
    if is_trial() { 2 } else { usual }
}

/// Time from the start of the process to the first row of the list.
pub fn start(fixture: &Fixture, first: &(String, String), limits: &Limits, board: &mut Board) {
    let home = fixture.scratch();
    let mut bare: Vec<_> = (0..turns(9))
        .map(|_| Terminal::start(env!("CARGO_BIN_EXE_jikenbo"), &["--version".as_ref()], home, 200, 60).ended())
        .collect();
    let mut times: Vec<_> = (0..turns(15)).map(|_| first_row(fixture, first)).collect();
    let beside = format!("{} ms for `jikenbo --version`", short(ms(quantile(&mut bare, 0.5))));
    board.put(Figure::median("process start to the first row, warm", &mut times).most(limits.start).beside(beside));
}

fn first_row(fixture: &Fixture, (day, name): &(String, String)) -> Duration {
    let mut terminal = Terminal::workbench(fixture.db(), fixture.scratch(), LARGE.0, LARGE.1);
    let is_there = |screen: &vt100::Screen| {
        rows(screen).iter().any(|row| row.contains(day.as_str()) && row.contains(name.as_str()))
    };
    terminal.since_start([&is_there])[0].expect("the first row never came").0
}

/// The same with nothing in the page cache, which only root can arrange.
pub fn cold_start(fixture: &Fixture, first: &(String, String), limits: &Limits, board: &mut Board) {
    const WHAT: &str = "process start to the first row, cold page cache";
    if is_trial() || std::env::var_os("JIKENBO_BENCH_COLD").is_some_and(|v| v == "no") {
        return board.skip(WHAT, "not asked for");
    }
    let mut times = Vec::new();
    for _ in 0..5 {
        let _ = Command::new("sync").status();
        if std::fs::write("/proc/sys/vm/drop_caches", "3").is_err() {
            return board.skip(WHAT, "only root empties the page cache");
        }
        times.push(first_row(fixture, first));
    }
    board.put(Figure::median(WHAT, &mut times).most(limits.cold));
}

/// Key to the last byte of the frame, in three runs of many keys each.
pub fn latency(fixture: &Fixture, limits: &Limits, board: &mut Board) {
    let mut terminal = Terminal::workbench(fixture.db(), fixture.scratch(), LARGE.0, LARGE.1);
    terminal.settle();
    let mut echo = echo(fixture.scratch());
    let beside = format!("the terminal alone: p99 {}", short(ms(quantile(&mut echo, 0.99))));
    let typing = ["個", "人", "情", "報", "\x7f", "\x7f", "\x7f", "\x7f"];
    let kinds: [(&str, &str, &[&str]); 4] = [
        ("cursor moves", "j", &["j", "k"]),
        ("list scrolls", "gg70j", &["j"]),
        ("moves, pages, ends and marks", "gg", &MIX),
        ("typing a query", "gg/", &typing),
    ];
    for (what, before, keys) in kinds {
        terminal.press(before);
        terminal.settle();
        let runs: Vec<Vec<Duration>> = (0..turns(3)).map(|_| terminal.hold(keys, turns(200)).0).collect();
        let mut by_p99 = runs;
        by_p99.sort_by_key(|run| quantile(&mut run.clone(), 0.99));
        let middle = by_p99.len() / 2;
        if let Some(run) = by_p99.get_mut(middle) {
            let figure = Figure::latency(format!("key to last byte of the frame, 200×60: {what}"), run);
            board.put(figure.most(limits.frame).beside(beside.clone()));
        }
        terminal.settle();
    }
}

/// How long the terminal itself takes to give a key back.
fn echo(home: &Path) -> Vec<Duration> {
    let mut cat = Terminal::start("cat", &[], home, LARGE.0, LARGE.1);
    cat.wait(Duration::from_millis(50));
    (0..turns(200)).map(|_| cat.echo("x")).collect()
}

/// The same keys while another process ingests. More incidents are in the case book afterwards.
pub fn latency_while_ingesting(fixture: &Fixture, limits: &Limits, board: &mut Board) {
    const WHAT: &str = "key to last byte of the frame, 200×60: mix while an ingest runs";
    let (db, copied) = fixture.changeable();
    if !copied && std::env::var_os("JIKENBO_BENCH_GROW").is_none() {
        return board.skip(WHAT, "would add 20,000 incidents to the kept case book; JIKENBO_BENCH_GROW=1 allows it");
    }
    let digests = fixture.scratch().join("more");
    let seed = std::time::UNIX_EPOCH.elapsed().map_or(8, |t| t.as_secs());
    let incidents = if is_trial() { 300 } else { 20_000 };
    jikenbo::jobs::synth::generate(&jikenbo::jobs::synth::Plan { incidents, seed }, &digests).unwrap();
    let mut terminal = Terminal::workbench(&db, fixture.scratch(), LARGE.0, LARGE.1);
    terminal.settle();
    let mut command = Command::new(env!("CARGO_BIN_EXE_jikenbo"));
    command.arg("--db").arg(&db).arg("ingest").arg(&digests).env("HOME", fixture.scratch());
    let mut other = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let mut times = Vec::new();
    while other.0.try_wait().unwrap().is_none() {
        times.extend(terminal.hold(&MIX, MIX.len()).0);
    }
    let beside = format!("{} keys in the time of the ingest", times.len());
    board.put(Figure::latency(WHAT, &mut times).most(limits.frame_busy).beside(beside));
}

/// A process that does not outlive the measurement.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Bytes to a terminal of 120×40 by kind of movement.
pub fn bytes(fixture: &Fixture, board: &mut Board) {
    let mut terminal = Terminal::workbench(fixture.db(), fixture.scratch(), 120, 40);
    let first_frames = terminal.settle() as f64;
    terminal.press("j");
    terminal.settle();
    let (_, moved) = terminal.hold(&["j", "k"], turns(100));
    board.put(Figure::new("bytes, 120×40: the cursor moves one row", moved, "bytes").most(400.0));
    terminal.settle();
    let settled = (0..turns(9)).map(|_| terminal.press("j").1 + terminal.settle()).max().unwrap_or_default();
    let figure = Figure::new("bytes, 120×40: detail and timeline settled, most of nine", settled as f64, "bytes");
    board.put(figure.most(6_000.0).beside(format!("{} bytes to begin with", grouped(first_frames as i64))));
    terminal.press("gg70j");
    terminal.settle();
    let (_, scrolled) = terminal.hold(&["j"], turns(100));
    board.put(Figure::new("bytes, 120×40: the list scrolls one row", scrolled, "bytes").most(1_500.0));
    terminal.settle();
    let idle = terminal.wait(Duration::from_secs(if is_trial() { 1 } else { 10 }));
    board.put(Figure::new("bytes, 120×40: idle for 10 s", idle as f64, "bytes").most(100.0));
}

/// Searches as typed: from the last key of the query to the frame with the first hit and to the one with the count, in
/// sessions of their own, since one remembers what it was asked. Then a whole query in one burst, and a walk through the
/// views; at its end the most memory that all of it took.
pub fn searches(fixture: &Fixture, queries: &[Shown<'_>], burst: &Shown<'_>, limits: &Limits, board: &mut Board) {
    let queries = if is_trial() { queries.get(..4).unwrap_or(queries) } else { queries };
    let mut times: Vec<_> = queries.iter().map(|shown| (shown, Vec::new(), Vec::new())).collect();
    let mut wrong = Vec::new();
    let mut last = None;
    for _ in 0..if is_trial() { 1 } else { SESSIONS } {
        let mut terminal = ready(fixture);
        for (shown, firsts, counts) in &mut times {
            match typed(&mut terminal, shown) {
                Some((first, count)) => {
                    firsts.push(first);
                    counts.push(count);
                }
                None => wrong.push(shown.query),
            }
        }
        last = Some(terminal);
    }
    let (mut slowest_first, mut slowest_count) = (Duration::ZERO, Duration::ZERO);
    for (shown, firsts, counts) in &mut times {
        let (first, count) = (quantile(firsts, 0.5), quantile(counts, 0.5));
        (slowest_first, slowest_count) = (slowest_first.max(first), slowest_count.max(count));
        let hits = format!("{} hits", grouped(shown.hits as i64));
        let figure = |what: &str, time| Figure::new(format!("typed {}: {what}", shown.query), ms(time), "ms");
        board.note(&figure("frame with the first hit", first).most(limits.early).beside(hits));
        board.note(&figure("frame with the count", count).most(limits.count));
    }
    let told = if wrong.is_empty() { "every count as the library's".to_owned() } else { format!("WRONG: {wrong:?}") };
    let figure = |what: &str, time| Figure::new(format!("workbench, slowest query: {what}"), ms(time), "ms");
    board.put(figure("last key to the frame with the first hit", slowest_first).most(limits.early));
    board.put(figure("last key to the frame with the count", slowest_count).most(limits.count).beside(told));
    if let Some(mut terminal) = last {
        self::burst(&mut terminal, burst, limits, board);
        memory(&mut terminal, limits, board);
    }
}

/// A workbench whose columns are read, which takes a moment behind the first frame.
fn ready(fixture: &Fixture) -> Terminal {
    let mut terminal = Terminal::workbench(fixture.db(), fixture.scratch(), LARGE.0, LARGE.1);
    terminal.settle();
    terminal.wait(Duration::from_micros(fixture.incidents as u64 * 3));
    terminal
}

fn memory(terminal: &mut Terminal, limits: &Limits, board: &mut Board) {
    for keys in ["\x1b", "G", "gg", "\x04", "\x04", "G", "\r", "\x1b", "\t", "j", "j", "/sort:org\r", "G", "/\x15\r"] {
        terminal.send(keys);
        terminal.settle();
    }
    let figure = Figure::new("peak memory of the workbench", terminal.peak_memory(), "MB").most(limits.memory);
    board.put(figure.beside("searches, orders, ends of the list, details"));
}

/// Times to the first hit and to the count; `None` where the result was never right.
fn typed(terminal: &mut Terminal, shown: &Shown<'_>) -> Option<(Duration, Duration)> {
    let mut before = shown.query.to_owned();
    let key = before.pop()?.to_string();
    // From the top of everything: live results come back to the incident that the cursor was on.
    for keys in ["/\x15\r", "gg", &format!("/{before}")] {
        terminal.send(keys);
        terminal.rest();
    }
    let [first, count] = terminal.until(&key, [&|s| shown.has_first(&rows(s)), &|s| shown.has_count(&rows(s))]);
    terminal.rest();
    terminal.send("\r");
    terminal.rest();
    Some((first?.0, count?.0))
}

/// Thirty keys at once: frames until the last result, and whether it is right.
fn burst(terminal: &mut Terminal, shown: &Shown<'_>, limits: &Limits, board: &mut Board) {
    for keys in ["/\x15\r", "gg", "/"] {
        terminal.send(keys);
        terminal.settle();
    }
    let done = terminal.until(shown.query, [&|s| shown.has_first(&rows(s)) && shown.has_count(&rows(s))])[0];
    let right = |n: usize| format!("{n} frames; right: {} hits", grouped(shown.hits as i64));
    match done {
        Some((time, frames)) => {
            let figure = Figure::new("burst of 30 keys: to the last result", ms(time), "ms");
            board.put(figure.most(limits.count).beside(right(frames)));
        }
        None => board.skip("burst of 30 keys: to the last result", "WRONG: the result never came"),
    }
    terminal.settle();
    terminal.send("\r");
    terminal.settle();
}
