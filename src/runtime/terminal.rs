//! The terminal as a guard: raw and on its second screen while it lives, as it was found afterwards.
//!
//! `session` enters it; it is left on drop, before a panic's message is printed, on signals that end the program (the
//! loop hears of them and returns), and while the program is suspended.

use super::ability::Ability;
use super::editor::Editing;
use super::main_loop::Console;
use super::{RuntimeError, Wake, input};
use crate::app::event::Edited;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use signal_hook::iterator::{Handle, Signals};
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Once, OnceLock};
use std::thread;

/// The cursor, hidden and shown.
const HIDE: &str = "\x1b[?25l";
const SHOW: &str = "\x1b[?25h";

/// Ends what drawing set, and clears the screen: not every terminal that is told to has a second one.
const CLEAR: &str = "\x1b[r\x1b[m\x1b[H\x1b[J";

/// What is written on entering, on coming back to a terminal that stayed as it was left, and on leaving.
struct Ways {
    enter: String,
    /// As on entering, but without changing screens: for a process that was stopped from outside.
    resume: String,
    leave: String,
}

impl Ways {
    fn of(ability: &Ability) -> Self {
        let mode =
            |known: bool, number: &str, end: char| if known { format!("\x1b[?{number}{end}") } else { String::new() };
        let screen = |end| mode(ability.second_screen, "1049", end);
        let pastes = |end| mode(ability.pastes, "2004", end);
        // A frame may have been cut short.
        let frame = mode(ability.frames, "2026", 'l');
        Self {
            enter: format!("{}{HIDE}{}", screen('h'), pastes('h')),
            resume: format!("{HIDE}{}", pastes('h')),
            leave: format!("{frame}{CLEAR}{}{SHOW}{}", pastes('l'), screen('l')),
        }
    }
}

/// Those of this process's terminal, once it was entered.
static WAYS: OnceLock<Ways> = OnceLock::new();

/// True while the terminal is the workbench's.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Columns and rows of the terminal that the process runs in; `None` where there is none, or where it tells no size.
pub fn size() -> Option<(u16, u16)> {
    crossterm::terminal::size().ok().filter(|(columns, rows)| *columns > 0 && *rows > 0)
}

/// The terminal while it belongs to the workbench.
pub struct Terminal {
    out: File,
    /// The analyst's editor, as a shell understands it.
    editor: Option<String>,
    editing: Option<Editing>,
    ways: &'static Ways,
}

impl Terminal {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Standard input or output is no terminal, or it refuses raw mode.
    pub fn enter(ability: &Ability) -> Result<Self, RuntimeError> {
        if !io::stdin().is_terminal() {
            return Err(RuntimeError::NoTerminal("standard input"));
        }
        if !io::stdout().is_terminal() {
            return Err(RuntimeError::NoTerminal("standard output"));
        }
        restore_before_panics();
        let ways = WAYS.get_or_init(|| Ways::of(ability));
        let mut terminal = Self { out: output()?, ways, editor: None, editing: None };
        terminal.take()?;
        Ok(terminal)
    }

    /// Says which editor texts are handed to; none where the analyst has none.
    pub fn set_editor(&mut self, editor: Option<String>) {
        self.editor = editor;
    }

    fn take(&mut self) -> io::Result<()> {
        crossterm::terminal::enable_raw_mode()?;
        // From here on dropping gives it back, even if the next line fails.
        ENTERED.store(true, Ordering::SeqCst);
        self.out.write_all(self.ways.enter.as_bytes())
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// The terminal does not tell.
    pub fn size() -> io::Result<(u16, u16)> {
        crossterm::terminal::size()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

impl Console for Terminal {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        // After another thread's panic the screen is the shell's, and the loop is about to hear of it.
        if !ENTERED.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.out.write_all(bytes)
    }

    fn suspend(&mut self) -> io::Result<()> {
        restore();
        stop_job();
        self.take()
    }

    fn resumed(&mut self) -> io::Result<()> {
        if !ENTERED.load(Ordering::SeqCst) {
            return self.take();
        }
        // Whoever continues the process may have changed the modes; crossterm sets them only after a reset.
        crossterm::terminal::disable_raw_mode()?;
        crossterm::terminal::enable_raw_mode()?;
        self.out.write_all(self.ways.resume.as_bytes())
    }

    fn begin_edit(&mut self, text: &str) -> Option<Edited> {
        let Some(editor) = &self.editor else { return Some(Edited::NoEditor) };
        if !input::hold() {
            return Some(Edited::Failed("the keys can't be handed to the editor".to_owned()));
        }
        restore();
        match Editing::start(editor, text) {
            Ok(editing) => {
                self.editing = Some(editing);
                None
            }
            Err(why) => {
                let taken = self.take();
                input::release();
                Some(Edited::Failed(taken.map_or_else(|e| e.to_string(), |()| why)))
            }
        }
    }

    fn edited(&mut self) -> io::Result<Option<Edited>> {
        let Some(editing) = &mut self.editing else { return Ok(Some(Edited::NoEditor)) };
        let edited = editing.ended();
        if edited.is_some() {
            self.editing = None;
            self.take()?;
            input::release();
        }
        Ok(edited)
    }

    fn end_edit(&mut self) {
        if let Some(editing) = self.editing.take() {
            editing.hang_up();
        }
    }

    fn size(&self) -> Option<(u16, u16)> {
        Self::size().ok()
    }
}

/// Standard output without Rust's line buffer, which cuts frames at line feeds.
fn output() -> io::Result<File> {
    io::stdout().as_fd().try_clone_to_owned().map(File::from)
}

/// Gives the terminal back; does nothing when it was given back already. Failures are of no use to anyone here: the
/// terminal may be gone.
fn restore() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        let leave = WAYS.get().map_or("", |ways| ways.leave.as_str());
        let _ = output().and_then(|mut out| out.write_all(leave.as_bytes()));
        let _ = crossterm::terminal::disable_raw_mode();
    }
}

/// Makes a panic of any thread give the terminal back before its message is printed.
fn restore_before_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            restore();
            print(info);
        }));
    });
}

/// Stops the process as the terminal's own suspend key would: with its whole group, so that a shell waiting for a
/// wrapper script notices. Returns once it is continued, or at once where nobody could continue it.
fn stop_job() {
    let mut kill = Command::new("kill");
    kill.args(["-TSTP", "0"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if !kill.status().is_ok_and(|s| s.success()) {
        // Without a `kill` program the process stops alone.
        let _ = signal_hook::low_level::raise(SIGTSTP);
    }
}

/// Passes signals on to the loop until it is dropped.
pub struct SignalWatch {
    handle: Handle,
}

impl SignalWatch {
    /// Starts to watch for the signals that end or continue the program.
    ///
    /// # Errors
    /// The handlers or the thread can't be set up.
    pub fn start(wakes: Sender<Wake>) -> io::Result<Self> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGCONT])?;
        let handle = signals.handle();
        thread::Builder::new().name("signals".into()).spawn(move || {
            for signal in signals.forever() {
                if wakes.send(Wake::Signal(signal)).is_err() {
                    break;
                }
            }
        })?;
        Ok(Self { handle })
    }
}

impl Drop for SignalWatch {
    fn drop(&mut self) {
        self.handle.close();
    }
}
