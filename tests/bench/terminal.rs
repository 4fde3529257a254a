//! The workbench on a pseudo-terminal: time to the first row, key to the last byte of its frame, bytes by kind of
//! movement, memory; each beside its limit. `cargo bench --bench terminal`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, missing_docs)]

mod fixture;

use fixture::{Fixture, figure, is_trial, query};
use jikenbo::store::Store;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What ends a frame: the end of a synchronized update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two repeats of a key that is held down.
const REPEAT: Duration = Duration::from_millis(33);

/// Silence after which nothing more is drawn.
const SETTLED: Duration = Duration::from_millis(700);

fn main() {
    let fixture = Fixture::new();
    let keys_pressed = if is_trial() { 5 } else { 300 };
    start(&fixture);
    for (columns, rows) in [(120, 40), (200, 60)] {
        println!("\n{columns}×{rows}");
        let mut terminal = Terminal::open(&fixture, columns, rows);
        terminal.settle();
        terminal.moves(keys_pressed);
        terminal.settled_detail();
        terminal.scrolls(keys_pressed);
        terminal.idle();
        figure("peak memory", terminal.peak_memory(), 80.0, "MB", true);
    }
}

/// Time from the start of the process to the first row of the list.
fn start(fixture: &Fixture) {
    let store = Store::open_existing(&fixture.db()).unwrap();
    let newest = store.search(&query("")).unwrap().keys.first().copied().unwrap();
    let org = store.rows(&[newest]).unwrap().pop().and_then(|r| r.org).unwrap();
    drop(store);
    let first: String = org.chars().take(3).collect();
    let mut times = Vec::new();
    for _ in 0..if is_trial() { 1 } else { 15 } {
        let began = Instant::now();
        let mut terminal = Terminal::open(fixture, 120, 40);
        let mut written = Vec::new();
        while memchr::memmem::find(&written, first.as_bytes()).is_none() {
            written.extend(terminal.next(PATIENCE).expect("the first row never came").1);
        }
        times.push(terminal.last.duration_since(began));
    }
    figure("process start to the first row, median", ms(quantile(&mut times, 0.5)), 30.0, "ms", true);
}

struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    /// When the last bytes came.
    last: Instant,
    /// Open as long as the program is to run.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn open(fixture: &Fixture, columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_jikenbo"));
        command.env_clear();
        command.env("HOME", fixture.folder());
        command.env("JIKENBO_DB", fixture.db());
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("USER", "bench")] {
            command.env(name, value);
        }
        command.cwd(fixture.folder());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, output) = channel();
        thread::spawn(move || {
            let mut buffer = vec![0; 64 * 1024];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..n).unwrap_or_default().to_vec();
                if sender.send((Instant::now(), bytes)).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        Self { child, keys, output, last: Instant::now(), _master: pair.master }
    }

    fn next(&mut self, patience: Duration) -> Option<(Instant, Vec<u8>)> {
        let got = self.output.recv_timeout(patience).ok()?;
        self.last = got.0;
        Some(got)
    }

    /// Counts what is written until nothing has come for a while.
    fn settle(&mut self) -> usize {
        let mut bytes = 0;
        while let Some((_, more)) = self.next(SETTLED) {
            bytes += more.len();
        }
        bytes
    }

    /// Presses keys, waits for the end of the frame: how long it took and how many bytes it has.
    fn press(&mut self, keys: &str) -> (Duration, usize) {
        let pressed = Instant::now();
        self.keys.write_all(keys.as_bytes()).unwrap();
        let mut written = Vec::new();
        while !written.ends_with(FRAME_END) {
            written.extend(self.next(PATIENCE).expect("no frame came").1);
        }
        (self.last.duration_since(pressed), written.len())
    }

    /// Presses keys as fast as a held key repeats: times to the last byte of the frame, and bytes a key.
    fn hold(&mut self, keys: &[&str], times: usize) -> (Vec<Duration>, f64) {
        let (mut frames, mut bytes) = (Vec::new(), 0);
        for key in keys.iter().cycle().take(times) {
            let until = Instant::now() + REPEAT;
            let (time, written) = self.press(key);
            frames.push(time);
            bytes += written;
            while let Some((_, more)) = self.next(until.saturating_duration_since(Instant::now())) {
                bytes += more.len();
            }
        }
        (frames, bytes as f64 / times as f64)
    }

    fn moves(&mut self, times: usize) {
        self.press("j");
        self.settle();
        let (mut frames, bytes) = self.hold(&["j", "k"], times);
        figure("cursor moves one row", bytes, 400.0, "bytes", true);
        latency("cursor moves one row", &mut frames);
        self.settle();
    }

    fn scrolls(&mut self, times: usize) {
        self.press("70j");
        self.settle();
        let (mut frames, bytes) = self.hold(&["j"], times);
        figure("list scrolls one row", bytes, 1_500.0, "bytes", true);
        latency("list scrolls one row", &mut frames);
        self.settle();
    }

    fn settled_detail(&mut self) {
        let mut sizes = Vec::new();
        for _ in 0..if is_trial() { 1 } else { 9 } {
            self.press("j");
            sizes.push(self.settle());
        }
        sizes.sort_unstable();
        let most = sizes.last().copied().unwrap_or_default() as f64;
        figure("detail and timeline settled, the most of nine", most, 6_000.0, "bytes", true);
    }

    fn idle(&mut self) {
        let until = Instant::now() + Duration::from_secs(if is_trial() { 1 } else { 10 });
        let mut bytes = 0;
        while let Some((_, more)) = self.next(until.saturating_duration_since(Instant::now())) {
            bytes += more.len();
        }
        figure("idle for 10 s", bytes as f64, 100.0, "bytes", true);
    }

    /// Most memory that the process held, in MB.
    fn peak_memory(&self) -> f64 {
        let pid = self.child.process_id().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib: f64 = line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default();
        kib * 1024.0 / 1e6
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn latency(what: &str, frames: &mut [Duration]) {
    let median = ms(quantile(frames, 0.5));
    figure(&format!("{what}: key to last byte, p99 (median {median:.2})"), ms(quantile(frames, 0.99)), 8.0, "ms", true);
}

fn quantile(times: &mut [Duration], q: f64) -> Duration {
    times.sort_unstable();
    let place = (times.len().saturating_sub(1) as f64 * q).round() as usize;
    times.get(place).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
