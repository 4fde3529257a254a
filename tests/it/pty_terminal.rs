//! The terminal is given back whatever ends the program: leaving, signals, a panic, and while it is suspended.
//!
//! The program is this very test binary: on a pseudo-terminal it runs `probe` alone, which is the real loop on the real
//! terminal with a small workbench.

use crate::support::pty::Pty;
use jikenbo::app::effect::Effect;
use jikenbo::app::event::Event;
use jikenbo::app::keys::{KeyCode, KeyPress};
use jikenbo::domain::protocol::{TagCount, TagKey, Wanted};
use jikenbo::domain::{Applied, Change, Generation, Key, ListRow, Operation, Record, Request};
use jikenbo::runtime::ability::Ability;
use jikenbo::runtime::clipboard::Copier;
use jikenbo::runtime::crew::Crew;
use jikenbo::runtime::main_loop::{Face, MainLoop};
use jikenbo::runtime::screen::{Screen, Traits};
use jikenbo::runtime::search::{Searcher, Seeker, Supersede, Told};
use jikenbo::runtime::terminal::{SignalWatch, Terminal};
use jikenbo::runtime::worker::{Backend, Problem, Worker};
use jikenbo::runtime::{RuntimeError, input};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use std::sync::mpsc::channel;
use std::time::Duration;

/// Set for the process that is the probe.
const PROBE: &str = "JIKENBO_TEST_PROBE";

struct Empty;

impl Backend for Empty {
    fn rows(&mut self, _: &[Key]) -> Result<Vec<ListRow>, Problem> {
        Ok(Vec::new())
    }
    fn detail(&mut self, _: Key) -> Result<(Record, Vec<ListRow>, Vec<Operation>), Problem> {
        Err(Problem::Interrupted)
    }
    fn related(&mut self, _: Key) -> Result<Vec<ListRow>, Problem> {
        Ok(Vec::new())
    }
    fn case(&mut self, _: Key) -> Result<jikenbo::domain::protocol::CaseMembers, Problem> {
        Ok(jikenbo::domain::protocol::CaseMembers::default())
    }
    fn tag_counts(&mut self, _: &[Key]) -> Result<Vec<TagCount>, Problem> {
        Ok(Vec::new())
    }
    fn tag_keys(&mut self) -> Result<Vec<TagKey>, Problem> {
        Ok(Vec::new())
    }
    fn apply(&mut self, _: Change, _: &[Key]) -> Result<Applied, Problem> {
        Err(Problem::Interrupted)
    }
    fn undo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        Ok(None)
    }
    fn redo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        Ok(None)
    }
    fn version(&mut self) -> Result<i64, Problem> {
        Ok(0)
    }
}

/// Panics when it is asked.
struct Brittle;

impl Seeker for Brittle {
    fn superseder(&self) -> Supersede {
        Box::new(|_| ())
    }
    fn search(&mut self, _: Generation, _: &Wanted, _: Told<'_>) -> Result<(), Problem> {
        panic!("the search panics")
    }
    fn histogram(
        &mut self,
        _: Generation,
        _: &Wanted,
        _: jikenbo::domain::Split,
    ) -> Result<jikenbo::domain::Histogram, Problem> {
        Ok(jikenbo::domain::Histogram::default())
    }
    fn idle(&mut self) -> Result<bool, Problem> {
        Ok(false)
    }
}

/// Shows what it heard; `q` quits, `^z` suspends, `!` panics, `/` searches.
struct Echo {
    heard: String,
    size: (u16, u16),
}

impl Face for Echo {
    fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Key(KeyPress { code: KeyCode::Char('z'), ctrl: true, .. }) => return vec![Effect::Suspend],
            Event::Key(KeyPress { code: KeyCode::Char('q'), .. }) => return vec![Effect::Quit],
            Event::Key(KeyPress { code: KeyCode::Char('/'), .. }) => {
                return vec![Effect::Store(Request::Search { generation: Generation(1), wanted: Wanted::default() })];
            }
            Event::Key(KeyPress { code: KeyCode::Char('!'), .. }) => panic!("the probe panics"),
            Event::Key(KeyPress { code: KeyCode::Char(c), .. }) => self.heard.push(c),
            Event::Paste(text) => self.heard.push_str(&format!("<{text}>").replace('\n', "/")),
            Event::Resize(columns, rows) => self.size = (columns, rows),
            _ => {}
        }
        vec![]
    }

    fn render(&self, area: Rect, buffer: &mut Buffer) {
        let (columns, rows) = self.size;
        let line = format!("事件簿 {columns}x{rows} [{}]", self.heard);
        buffer.set_stringn(0, 0, line, usize::from(area.width), Style::new().reversed());
    }

    fn cursor(&self, _: Rect) -> Option<Position> {
        None
    }
}

fn run_probe() -> Result<(), RuntimeError> {
    let terminal = Terminal::enter(&Ability::default())?;
    let (wakes, arrivals) = channel();
    let _signals = SignalWatch::start(wakes.clone())?;
    let store = Worker::start(Empty, wakes.clone(), Duration::from_secs(1))?;
    let search = Searcher::start(|| Ok(Brittle), wakes.clone())?;
    let mut crew = Crew::new(store, search, None);
    input::start(wakes)?;
    let (columns, rows) = Terminal::size()?;
    let face = Echo { heard: String::new(), size: (columns, rows) };
    let screen = Screen::new(columns, rows, Traits::default());
    MainLoop { face, console: terminal, screen, wakes: arrivals, copier: Copier::default(), crew: &mut crew }
        .run(Vec::new())
}

#[test]
fn probe() {
    if std::env::var_os(PROBE).is_some() {
        run_probe().unwrap();
    }
}

/// The probe under a shell, which says `end CODE` and how the terminal was left.
fn start() -> Pty {
    let me = std::env::current_exe().unwrap();
    let script = "stty -echo; \"$ME\" --exact pty_terminal::probe --nocapture; echo \"end $?\"; stty -a; read x";
    let env = [(PROBE, "1"), ("ME", me.to_str().unwrap())];
    // A shell with job control, as the one that an analyst has.
    let mut pty = Pty::start("/bin/sh", &["-mc", script], &env, 60, 30);
    pty.wait_for("事件簿 60x30 []");
    let screen = pty.screen();
    assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
    pty
}

fn is_given_back(pty: &mut Pty, code: i32) {
    pty.wait_for(&format!("end {code}"));
    let says = |s: &vt100::Screen, word: &str| s.contents().split_whitespace().any(|w| w == word);
    pty.wait_until("cooked mode", |s| says(s, "icanon") && says(s, "isig") && says(s, "icrnl"));
    let screen = pty.screen();
    assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
    assert!(!screen.contents().contains("事件簿"));
}

#[test]
fn leaving_gives_the_terminal_back() {
    let mut pty = start();
    pty.send("aあ");
    pty.wait_for("[aあ]");
    pty.send("\x1b[200~x\ry\x1b[201~");
    pty.wait_for("[aあ<x/y>]");
    pty.resize(50, 20);
    pty.wait_for("事件簿 50x20 [aあ<x/y>]");
    pty.send("q");
    is_given_back(&mut pty, 0);
}

#[test]
fn an_idle_screen_costs_nothing() {
    let mut pty = start();
    pty.send("a");
    pty.wait_for("[a]");
    pty.mark();
    pty.send("b");
    pty.wait_for("[ab]");
    pty.wait_for_quiet(Duration::from_millis(50));
    assert!(pty.since_mark().len() < 60, "{}", String::from_utf8_lossy(pty.since_mark()));
}

#[test]
fn signals_leave_in_peace() {
    for signal in ["TERM", "HUP", "INT", "QUIT"] {
        let mut pty = start();
        pty.signal_foreground(signal);
        is_given_back(&mut pty, 0);
    }
}

#[test]
fn a_panic_is_printed_on_the_terminal_as_it_was() {
    let mut pty = start();
    pty.send("!");
    pty.wait_for("the probe panics");
    is_given_back(&mut pty, 101);
}

#[test]
fn so_is_that_of_a_thread_which_ends_the_program() {
    let mut pty = start();
    pty.send("/");
    pty.wait_for("the search panics");
    is_given_back(&mut pty, 101);
    assert!(pty.screen().contents().contains("Thread(Search)"));
}

#[test]
fn suspending_gives_it_back_until_it_is_continued() {
    let me = std::env::current_exe().unwrap();
    let env = [(PROBE, "1"), ("ME", me.to_str().unwrap()), ("PS1", "ready> ")];
    let mut pty = Pty::start("/bin/sh", &["-i"], &env, 60, 30);
    pty.wait_for("ready> ");
    pty.send("\"$ME\" --exact pty_terminal::probe --nocapture\r");
    pty.wait_for("事件簿 60x30 []");
    pty.send("\x1a");
    pty.wait_until("the shell", |s| !s.alternate_screen() && s.contents().trim_end().ends_with("ready>"));
    pty.send("echo $((40+2)); fg\r");
    pty.wait_until("the probe again", |s| s.alternate_screen() && s.contents().contains("事件簿 60x30 []"));
    pty.send("c");
    pty.wait_for("[c]");
    pty.send("q");
    pty.wait_until("the shell", |s| !s.alternate_screen() && s.contents().contains("42"));
}

#[test]
fn without_a_terminal_it_says_so() {
    let me = std::env::current_exe().unwrap();
    let script = "\"$ME\" --exact pty_terminal::probe --nocapture </dev/null";
    let mut pty = Pty::start("/bin/sh", &["-c", script], &[(PROBE, "1"), ("ME", me.to_str().unwrap())], 200, 30);
    pty.wait_for("NoTerminal(\"standard input\")");
    assert!(!pty.wait_for_exit().success());
}
