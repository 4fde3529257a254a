//! Runs a program on a pseudo-terminal and looks at its screen through a terminal emulator.
//!
//! Nothing here sleeps: every wait is for bytes from the program, with a deadline.

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long any one wait may take.
pub const DEADLINE: Duration = Duration::from_secs(60);

/// A program on a terminal of its own.
pub struct Pty {
    pid: u32,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    exit: Receiver<ExitStatus>,
    status: Option<ExitStatus>,
    emulator: vt100::Parser,
    /// Everything that the program wrote.
    written: Vec<u8>,
    mark: usize,
    deadline: Duration,
}

impl Pty {
    /// Starts a program with exactly this environment, beside `PATH` and `TERM`.
    pub fn start(program: &str, args: &[&str], env: &[(&str, &str)], columns: u16, rows: u16) -> Self {
        let pair = native_pty_system().openpty(pty_size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env_clear();
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        env.iter().for_each(|(name, value)| command.env(name, value));
        command.cwd(std::env::temp_dir());
        let child = pair.slave.spawn_command(command).unwrap();
        let (send_output, output) = channel();
        let (send_exit, exit) = channel();
        read_all(pair.master.try_clone_reader().unwrap(), send_output);
        let pid = child.process_id().unwrap();
        wait_for_end(child, send_exit);
        Self {
            pid,
            keys: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            exit,
            status: None,
            emulator: vt100::Parser::new(size(rows), size(columns), 0),
            written: Vec::new(),
            mark: 0,
            deadline: DEADLINE,
        }
    }

    /// Sets another deadline for every wait.
    pub fn give_up_after(&mut self, deadline: Duration) {
        self.deadline = deadline;
    }

    /// Types; `\r` is Return, `\x1b` Escape.
    pub fn send(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
        self.keys.flush().unwrap();
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.emulator.set_size(size(rows), size(columns));
        self.master.resize(pty_size(columns, rows)).unwrap();
    }

    /// The screen as of the last wait.
    pub fn screen(&self) -> &vt100::Screen {
        self.emulator.screen()
    }

    /// The screen's rows as text, as of the last wait.
    pub fn rows(&self) -> Vec<String> {
        let (_, columns) = self.screen().size();
        self.screen().rows(0, columns.get()).collect()
    }

    /// Waits until the screen is as wanted; fails with the screen in the message.
    pub fn wait_until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + self.deadline;
        while !wanted(self.screen()) {
            if !self.listen(deadline.saturating_duration_since(Instant::now())) {
                panic!("{what} never came; the screen shows:\n{}", self.rows().join("\n"));
            }
        }
    }

    /// Tells whether the screen becomes as wanted within that time.
    pub fn changes_within(&mut self, patience: Duration, wanted: impl Fn(&vt100::Screen) -> bool) -> bool {
        let deadline = Instant::now() + patience;
        while !wanted(self.screen()) {
            if !self.listen(deadline.saturating_duration_since(Instant::now())) {
                return false;
            }
        }
        true
    }

    /// Waits until a text stands on the screen.
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contents().contains(text));
    }

    /// Waits until the program has written nothing for that long.
    pub fn wait_for_quiet(&mut self, pause: Duration) {
        let deadline = Instant::now() + self.deadline;
        while self.listen(pause) {
            assert!(Instant::now() < deadline, "the program never falls silent");
        }
    }

    /// Starts to count bytes anew, after taking in what has arrived.
    pub fn mark(&mut self) {
        while self.listen(Duration::ZERO) {}
        self.mark = self.written.len();
    }

    /// What the program wrote since the mark, as of the last wait.
    pub fn since_mark(&self) -> &[u8] {
        &self.written[self.mark..]
    }

    /// Sends the program a signal by its name without `SIG`.
    pub fn signal(&self, name: &str) {
        kill(name, &self.pid.to_string());
    }

    /// Sends a signal to the processes that own the terminal's keys, which a shell's job is.
    pub fn signal_foreground(&self, name: &str) {
        kill(name, &format!("-{}", self.master.process_group_leader().unwrap()));
    }

    /// Waits for the program's end and takes in all it wrote.
    pub fn wait_for_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + self.deadline;
        while self.listen(deadline.saturating_duration_since(Instant::now())) {}
        if self.status.is_none() {
            let patience = deadline.saturating_duration_since(Instant::now());
            match self.exit.recv_timeout(patience) {
                Ok(status) => self.status = Some(status),
                Err(_) => panic!("the program never ended; the screen shows:\n{}", self.rows().join("\n")),
            }
        }
        self.status.clone().unwrap()
    }

    /// Takes in what the program writes; false when that long nothing came, or it writes no more.
    fn listen(&mut self, patience: Duration) -> bool {
        match self.output.recv_timeout(patience) {
            Ok(bytes) => {
                self.emulator.process(&bytes);
                self.written.extend(bytes);
                true
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => false,
        }
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        if self.status.is_none() && self.exit.try_recv().is_err() {
            let _ = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status();
        }
    }
}

fn kill(name: &str, whom: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), "--", whom]).status().unwrap();
    assert!(sent.success(), "kill -{name} {whom} failed");
}

fn size(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

fn pty_size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn read_all(mut from: Box<dyn Read + Send>, to: Sender<Vec<u8>>) {
    thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        // A pseudo-terminal whose program is gone gives an error, not an end.
        while let Ok(n @ 1..) = from.read(&mut buffer) {
            if to.send(buffer[..n].to_vec()).is_err() {
                break;
            }
        }
    });
}

fn wait_for_end(mut child: Box<dyn Child + Send + Sync>, to: Sender<ExitStatus>) {
    thread::spawn(move || {
        if let Ok(status) = child.wait() {
            let _ = to.send(status);
        }
    });
}
