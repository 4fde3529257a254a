//! Events in, frames out: a workbench that prints what it hears, on a console that keeps what is written.

use super::super::clipboard::LONGEST_COPY;
use super::*;
use crate::app::keys::{KeyCode, KeyPress};
use crate::domain::protocol::{Found, TagCount, TagKey};
use crate::domain::{Applied, Change, Generation, Key, ListRow, Operation, Record, Request, Status};
use crate::runtime::screen::Traits;
use crate::runtime::search::{Searcher, Seeker, Supersede, Told};
use crate::runtime::worker::{Backend, Problem, Worker};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ratatui::style::Style;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::{Sender, channel};

const LONG: Duration = Duration::from_secs(20);

/// Shows the last key and how many events it heard; some keys want something.
#[derive(Default)]
struct Echo {
    heard: Vec<Event>,
    line: String,
}

impl Face for Echo {
    fn update(&mut self, event: Event) -> Vec<Effect> {
        self.heard.push(event.clone());
        match event {
            Event::Key(KeyPress { code: KeyCode::Char(c), .. }) => {
                self.line = c.to_string();
                match c {
                    'q' => vec![Effect::Quit],
                    'z' => vec![Effect::Suspend],
                    'E' => vec![Effect::Edit("n".into())],
                    'L' => vec![Effect::Repaint],
                    'y' => vec![Effect::Copy("個\u{1b}\n".into())],
                    'Y' => vec![Effect::Copy("x".repeat(LONGEST_COPY + 1))],
                    't' => vec![Effect::Store(Request::Apply {
                        change: Change::Status { to: Status::Done },
                        keys: vec![Key(1)],
                    })],
                    _ => vec![],
                }
            }
            Event::Edited(edited) => {
                self.line = format!("{edited:?}");
                vec![]
            }
            Event::Reply(reply) => {
                if let Reply::Failed { message, .. } = reply {
                    self.line = message;
                }
                vec![]
            }
            _ => vec![],
        }
    }

    fn render(&self, area: Rect, buffer: &mut Buffer) {
        buffer.set_stringn(0, 0, &self.line, usize::from(area.width), Style::new());
    }

    fn cursor(&self, _: Rect) -> Option<Position> {
        None
    }
}

/// What was written and done, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

struct Paper {
    log: Log,
    broken: bool,
    /// Ends the loop after so many writes.
    writes_left: usize,
    /// Glances until the editor ends.
    editing: usize,
    wakes: Sender<Wake>,
}

impl Console for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("gone"));
        }
        self.log.0.borrow_mut().push(String::from_utf8_lossy(bytes).replace('\x1b', "^"));
        self.writes_left -= 1;
        if self.writes_left == 0 {
            self.wakes.send(Wake::Signal(SIGTERM)).unwrap();
        }
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.log.0.borrow_mut().push("suspended".into());
        Ok(())
    }

    fn resumed(&mut self) -> io::Result<()> {
        self.log.0.borrow_mut().push("resumed".into());
        Ok(())
    }

    fn begin_edit(&mut self, text: &str) -> Option<Edited> {
        self.log.0.borrow_mut().push(format!("edit {text}"));
        self.editing = 3;
        None
    }

    fn edited(&mut self) -> io::Result<Option<Edited>> {
        self.editing -= 1;
        Ok((self.editing == 0).then(|| Edited::Text("x".into())))
    }

    fn end_edit(&mut self) {
        self.log.0.borrow_mut().push("edit ended".into());
    }

    fn size(&self) -> Option<(u16, u16)> {
        Some((12, 2))
    }
}

/// Finds nothing; writes fail when told to.
struct Still {
    fails: bool,
}

impl Backend for Still {
    fn rows(&mut self, _: &[Key]) -> Result<Vec<ListRow>, Problem> {
        Ok(Vec::new())
    }
    fn detail(&mut self, _: Key) -> Result<(Record, Vec<ListRow>, Vec<Operation>), Problem> {
        Err(Problem::Other("none".into()))
    }
    fn related(&mut self, _: Key) -> Result<Vec<ListRow>, Problem> {
        Ok(Vec::new())
    }
    fn case(&mut self, _: Key) -> Result<crate::domain::protocol::CaseMembers, Problem> {
        Ok(crate::domain::protocol::CaseMembers::default())
    }
    fn tag_counts(&mut self, _: &[Key]) -> Result<Vec<TagCount>, Problem> {
        Ok(Vec::new())
    }
    fn tag_keys(&mut self) -> Result<Vec<TagKey>, Problem> {
        Ok(Vec::new())
    }

    fn apply(&mut self, _: Change, keys: &[Key]) -> Result<Applied, Problem> {
        if self.fails {
            return Err(Problem::Other("the disk is full".into()));
        }
        Ok(Applied { op: None, targets: keys.len(), changed: 0, summary: String::new() })
    }
    fn undo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        Ok(None)
    }
    fn redo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        Ok(None)
    }
    fn version(&mut self) -> Result<i64, Problem> {
        Ok(1)
    }
}

/// Finds nothing.
struct Blind;

impl Seeker for Blind {
    fn superseder(&self) -> Supersede {
        Box::new(|_| ())
    }
    fn search(&mut self, _: Generation, _: &crate::domain::protocol::Wanted, told: Told<'_>) -> Result<(), Problem> {
        told(Found::default(), Vec::new());
        Ok(())
    }
    fn histogram(
        &mut self,
        _: Generation,
        _: &crate::domain::protocol::Wanted,
        _: crate::domain::Split,
    ) -> Result<crate::domain::Histogram, Problem> {
        Ok(crate::domain::Histogram::default())
    }
    fn idle(&mut self) -> Result<bool, Problem> {
        Ok(false)
    }
}

fn key(c: char) -> Wake {
    Wake::Event(Event::Key(KeyPress::plain(KeyCode::Char(c))))
}

/// Runs the loop on queued wakes until it wrote so often; what was written, and how it ended.
fn run_with(writes: usize, wakes: Vec<Wake>, broken: bool, fails: bool) -> (Vec<String>, Result<(), RuntimeError>) {
    let (send, receive): (Sender<Wake>, _) = channel();
    wakes.into_iter().for_each(|w| send.send(w).unwrap());
    let store = Worker::start(Still { fails }, send.clone(), LONG).unwrap();
    let search = Searcher::start(|| Ok(Blind), send.clone()).unwrap();
    let mut crew = Crew::new(store, search, None);
    let log = Log::default();
    let console = Paper { log: log.clone(), broken, writes_left: writes, editing: 0, wakes: send };
    let screen = Screen::new(10, 2, Traits::default());
    let main =
        MainLoop { face: Echo::default(), console, screen, wakes: receive, copier: Copier::default(), crew: &mut crew };
    let ended = main.run(Vec::new());
    (log.0.take(), ended)
}

fn run(writes: usize, wakes: Vec<Wake>) -> Vec<String> {
    let (written, ended) = run_with(writes, wakes, false, false);
    ended.unwrap();
    written
}

#[test]
fn queued_keys_make_one_frame() {
    let first = "^[?2026h^[?25l^[r^[m^[2J^[?2026l";
    assert_eq!(run(9, vec![key('q')]), [first]);
    let written = run(2, ('a'..='f').map(key).collect());
    assert_eq!(written, [first, "^[?2026h^[1Hf^[?2026l"]);
}

#[test]
fn signals_end_it_in_peace() {
    for signal in [SIGTERM, SIGHUP, SIGINT, SIGQUIT] {
        assert_eq!(run(9, vec![Wake::Signal(signal)]).len(), 1);
    }
}

#[test]
fn after_a_pause_all_is_drawn_anew_in_the_size_of_now() {
    let written = run(2, vec![key('z')]);
    assert_eq!(written[1], "suspended");
    assert!(written[2].contains("^[2J^[1Hz"), "{written:?}");
    let written = run(2, vec![key('a'), Wake::Signal(SIGCONT)]);
    assert_eq!(written[1], "resumed");
    assert!(written[2].contains("^[2J^[1Ha"), "{written:?}");
    let written = run(2, vec![key('L')]);
    assert!(written[1].contains("^[2J"), "{written:?}");
}

#[test]
fn copies_are_harmless_and_not_too_long() {
    let written = run(2, vec![key('y')]);
    assert_eq!(written[1], format!("^]52;c;{}\x07", STANDARD.encode("個␛\n")));
    let written = run(2, vec![key('Y')]);
    assert!(written[1].contains("too long"), "{written:?}");
}

#[test]
fn what_can_not_be_saved_on_leaving_is_an_error() {
    let (_, ended) = run_with(9, vec![key('t'), key('q')], false, false);
    assert!(ended.is_ok());
    let (_, ended) = run_with(9, vec![key('t'), key('q')], false, true);
    assert!(ended.unwrap_err().to_string().contains("the disk is full"));
}

#[test]
fn a_broken_terminal_is_an_error_unless_the_line_was_hung_up() {
    let (_, ended) = run_with(9, vec![], true, false);
    assert!(matches!(ended, Err(RuntimeError::Terminal(_))), "{ended:?}");
    let (_, ended) = run_with(9, vec![Wake::Signal(SIGHUP)], true, false);
    assert!(ended.is_ok(), "{ended:?}");
    let (_, ended) = run_with(9, vec![Wake::InputEnded("closed".into())], false, false);
    assert!(ended.unwrap_err().to_string().contains("closed"));
    for part in [Part::Store, Part::Search, Part::Index] {
        let (_, ended) = run_with(9, vec![Wake::Ended(part)], false, false);
        assert!(ended.unwrap_err().to_string().contains(&format!("the {part} thread ended")));
    }
}

#[test]
fn while_the_editor_runs_nothing_is_drawn_and_its_keys_are_its_own() {
    let wakes = vec![key('E'), key('q'), Wake::Signal(SIGINT), Wake::Signal(SIGQUIT), Wake::Signal(SIGCONT)];
    let log = run(2, wakes);
    // A frame before, one after.
    assert_eq!(log.len(), 3, "{log:?}");
    assert!(log[1] == "edit n" && log[2].contains("^[2J") && log[2].contains("Text"), "{log:?}");
}

#[test]
fn a_hangup_ends_the_editor_and_the_program() {
    for signal in [SIGHUP, SIGTERM] {
        let log = run(9, vec![key('E'), Wake::Signal(signal)]);
        assert_eq!(log[1..], ["edit n", "edit ended"]);
    }
}
