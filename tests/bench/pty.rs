//! The workbench on a pseudo-terminal. A thread stamps what comes with the time and does nothing else; frames are
//! decoded once all is quiet, so that decoding takes no time from what is measured.
#![allow(dead_code)] // each bench uses its part

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::collections::VecDeque;
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

/// What ends a frame: the end of a synchronized update.
const FRAME_END: &[u8] = b"\x1b[?2026l";

/// Longest wait for anything.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Between two repeats of a key that is held down.
pub const REPEAT: Duration = Duration::from_millis(33);

/// Silence after which nothing more is drawn.
const SETTLED: Duration = Duration::from_millis(400);

/// Silence after which keys are taken to have settled, so that lower panes are drawn.
const RESTED: Duration = Duration::from_millis(150);

/// Silence after which what has come is decoded.
const QUIET: Duration = Duration::from_millis(40);

/// A program on a pseudo-terminal of its own.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    /// When the last bytes came.
    last: Instant,
    /// When the program was started.
    began: Instant,
    undecoded: VecDeque<(Instant, Vec<u8>)>,
    /// The beginning of a frame whose end has not come.
    partial: Vec<u8>,
    screen: vt100::Parser,
    /// Open as long as the program is to run.
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// The workbench on a case book, with a home folder of its own.
    pub fn workbench(db: &Path, home: &Path, columns: u16, rows: u16) -> Self {
        Self::start(env!("CARGO_BIN_EXE_jikenbo"), &["--db".as_ref(), db], home, columns, rows)
    }

    /// Any program.
    pub fn start(program: &str, words: &[&Path], home: &Path, columns: u16, rows: u16) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(words);
        command.env_clear();
        command.env("HOME", home);
        for (name, value) in
            [("TERM", "xterm-256color"), ("LANG", "C.UTF-8"), ("USER", "bench"), ("PATH", "/usr/bin:/bin")]
        {
            command.env(name, value);
        }
        command.cwd(home);
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
        let began = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let cells = |n: u16| NonZero::new(n).unwrap();
        let screen = vt100::Parser::new(cells(rows), cells(columns), 0);
        let (undecoded, partial) = Default::default();
        Self { child, keys, output, last: began, began, undecoded, partial, screen, _master: pair.master }
    }

    /// How many bytes come next; `None` where none come for so long.
    fn next(&mut self, patience: Duration) -> Option<usize> {
        let got = self.output.recv_timeout(patience).ok()?;
        let size = got.1.len();
        self.last = got.0;
        self.undecoded.push_back(got);
        Some(size)
    }

    /// Counts what is written until nothing has come for a while.
    pub fn settle(&mut self) -> usize {
        self.quiet_for(SETTLED)
    }

    /// Waits until nothing has come for a moment; what the store is still asked for may come later.
    pub fn rest(&mut self) {
        self.quiet_for(RESTED);
    }

    fn quiet_for(&mut self, silence: Duration) -> usize {
        let mut bytes = 0;
        while let Some(more) = self.next(silence) {
            bytes += more;
        }
        bytes
    }

    /// Counts what is written within a time.
    pub fn wait(&mut self, time: Duration) -> usize {
        let until = Instant::now() + time;
        let mut bytes = 0;
        while let Some(more) = self.next(until.saturating_duration_since(Instant::now())) {
            bytes += more;
        }
        bytes
    }

    /// Hands keys over without waiting for anything.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Presses keys, waits for the end of the frame: how long it took and how many bytes it has.
    pub fn press(&mut self, keys: &str) -> (Duration, usize) {
        let pressed = Instant::now();
        self.send(keys);
        let mut written = 0;
        loop {
            written += self.next(PATIENCE).expect("no frame came");
            if self.ends_a_frame() {
                return (self.last.duration_since(pressed), written);
            }
        }
    }

    /// How long the terminal takes to give a key back, whatever the program.
    pub fn echo(&mut self, key: &str) -> Duration {
        let pressed = Instant::now();
        self.send(key);
        self.next(PATIENCE).expect("no echo came");
        self.last.duration_since(pressed)
    }

    fn ends_a_frame(&self) -> bool {
        let mut end = FRAME_END;
        for (_, chunk) in self.undecoded.iter().rev() {
            let part = chunk.len().min(end.len());
            let (head, tail) = end.split_at(end.len() - part);
            if !chunk.ends_with(tail) {
                return false;
            }
            end = head;
            if end.is_empty() {
                return true;
            }
        }
        false
    }

    /// Presses keys one after the other as fast as a held key repeats: times to the last byte of the frame, bytes a key.
    pub fn hold(&mut self, keys: &[&str], times: usize) -> (Vec<Duration>, f64) {
        let (mut frames, mut bytes) = (Vec::new(), 0);
        for key in keys.iter().cycle().take(times) {
            let until = Instant::now() + REPEAT;
            let (time, written) = self.press(key);
            frames.push(time);
            bytes += written + self.wait(until.saturating_duration_since(Instant::now()));
        }
        (frames, bytes as f64 / times.max(1) as f64)
    }

    /// Presses keys and looks at every frame until one is as wished: when it was complete, and how many frames had come
    /// by then. With several wishes, each for itself; a wish that no frame fulfils in time has none.
    pub fn until<const N: usize>(
        &mut self,
        keys: &str,
        wishes: [&dyn Fn(&vt100::Screen) -> bool; N],
    ) -> [Option<(Duration, usize)>; N] {
        self.decode(&mut |_, _| ());
        let pressed = Instant::now();
        if !keys.is_empty() {
            self.send(keys);
        }
        self.look(pressed, wishes)
    }

    /// The same, with times from the start of the program.
    pub fn since_start<const N: usize>(
        &mut self,
        wishes: [&dyn Fn(&vt100::Screen) -> bool; N],
    ) -> [Option<(Duration, usize)>; N] {
        self.look(self.began, wishes)
    }

    fn look<const N: usize>(
        &mut self,
        from: Instant,
        wishes: [&dyn Fn(&vt100::Screen) -> bool; N],
    ) -> [Option<(Duration, usize)>; N] {
        let mut frames = 0;
        let mut fulfilled = [None; N];
        while fulfilled.iter().any(Option::is_none) && from.elapsed() < PATIENCE {
            let left = PATIENCE.saturating_sub(from.elapsed());
            if self.next(left).is_none() {
                break;
            }
            self.quiet_for(QUIET);
            self.decode(&mut |time, screen| {
                frames += 1;
                for (wish, place) in wishes.iter().zip(&mut fulfilled) {
                    if place.is_none() && wish(screen) {
                        *place = Some((time.duration_since(from), frames));
                    }
                }
            });
        }
        fulfilled
    }

    /// Feeds what has come to the screen, frame by frame, each with the time of its last byte.
    fn decode(&mut self, each: &mut dyn FnMut(Instant, &vt100::Screen)) {
        while let Some((time, chunk)) = self.undecoded.pop_front() {
            self.partial.extend(chunk);
            while let Some(at) = memchr::memmem::find(&self.partial, FRAME_END) {
                let frame: Vec<u8> = self.partial.drain(..at + FRAME_END.len()).collect();
                self.screen.process(&frame);
                each(time, self.screen.screen());
            }
        }
    }

    /// The rows as they are now.
    pub fn rows(&mut self) -> Vec<String> {
        self.decode(&mut |_, _| ());
        rows(self.screen.screen())
    }

    /// When the program had ended and all it wrote had come, from its start.
    pub fn ended(&mut self) -> Duration {
        while self.next(PATIENCE).is_some() {}
        self.last.duration_since(self.began)
    }

    /// Most memory that the process held, in MB.
    pub fn peak_memory(&self) -> f64 {
        let pid = self.child.process_id().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
        let kib: f64 = line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default();
        kib * 1024.0 / 1e6
    }
}

/// The rows of a screen.
pub fn rows(screen: &vt100::Screen) -> Vec<String> {
    let (_, columns) = screen.size();
    screen.rows(0, columns.get()).collect()
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
