//! Keys, pastes and new sizes: a thread reads them from the terminal and sends them to the loop.
//!
//! The only place that knows crossterm's events; `session` starts it.

use super::Wake;
use crate::app::event::Event;
use crate::app::keys::{KeyCode, KeyPress};
use crossterm::event::{Event as Raw, KeyCode as RawCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal;
use signal_hook::consts::{SIGHUP, SIGWINCH};
use std::io;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Starts to read. The thread ends when the loop is gone or the terminal can't be read; it is never waited for, since
/// it sits in a read.
///
/// # Errors
/// The thread can't be started.
pub fn start(wakes: Sender<Wake>) -> io::Result<()> {
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            let read = crossterm::event::read();
            if GATE.is_closed() {
                GATE.pass();
                drop_what_waits();
                continue;
            }
            let wake = match read {
                Ok(raw) => match event(raw) {
                    Some(event) => Wake::Event(event),
                    None => continue,
                },
                Err(e) => Wake::InputEnded(e.to_string()),
            };
            let last = matches!(wake, Wake::InputEnded(_));
            if wakes.send(wake).is_err() || last {
                break;
            }
        }
    })?;
    Ok(())
}

/// How often the terminal is looked for. Asking it for its size costs microseconds and writes nothing.
const WATCH: Duration = Duration::from_secs(2);

/// Looks whether the terminal is still there, and tells of a hangup where it is gone: not every one that goes sends a
/// signal, and crossterm reads on for ever from one that is gone. Does nothing where its size can't be asked for.
///
/// # Errors
/// The thread can't be started.
pub fn watch(wakes: Sender<Wake>) -> io::Result<()> {
    if terminal::window_size().is_err() {
        return Ok(());
    }
    thread::Builder::new().name("watch".into()).spawn(move || {
        let (_silent, silence) = channel::<()>();
        while silence.recv_timeout(WATCH).is_err() {
            if terminal::window_size().is_err() {
                // Nobody listens any more where the loop is gone.
                let _ = wakes.send(Wake::Signal(SIGHUP));
                break;
            }
        }
    })?;
    Ok(())
}

/// Lets another program have the keys: while it is closed the thread reads nothing.
static GATE: Gate = Gate { state: Mutex::new(State { closed: false, stopped: false }), turned: Condvar::new() };

#[derive(Default)]
struct State {
    closed: bool,
    /// The thread waits before the gate.
    stopped: bool,
}

struct Gate {
    state: Mutex<State>,
    turned: Condvar,
}

impl Gate {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Waits until it is open.
    fn pass(&self) {
        let mut state = self.lock();
        state.stopped = true;
        self.turned.notify_all();
        while state.closed {
            state = self.turned.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.stopped = false;
    }
}

/// How often the thread is woken until it stops before the gate, and how long is waited each time.
const NUDGES: (u32, Duration) = (40, Duration::from_millis(50));

/// Stops reading keys, so that another program can. False where the thread does not stop, and goes on.
pub fn hold() -> bool {
    let mut state = GATE.lock();
    state.closed = true;
    for _ in 0..NUDGES.0 {
        // A new size, though it be the old one, is what wakes the thread from its read.
        if signal_hook::low_level::raise(SIGWINCH).is_err() {
            break;
        }
        let waited = GATE.turned.wait_timeout_while(state, NUDGES.1, |s| !s.stopped);
        state = waited.unwrap_or_else(PoisonError::into_inner).0;
        if state.stopped {
            return true;
        }
    }
    state.closed = false;
    false
}

/// Reads keys again.
pub fn release() {
    GATE.lock().closed = false;
    GATE.turned.notify_all();
}

/// Drops what was read before another program had the keys.
fn drop_what_waits() {
    while crossterm::event::poll(Duration::ZERO).is_ok_and(|any| any) {
        if crossterm::event::read().is_err() {
            break;
        }
    }
}

/// The workbench's event for the terminal's; `None` for what it does not use (key releases, focus, mouse).
fn event(raw: Raw) -> Option<Event> {
    match raw {
        Raw::Key(key) if key.kind != KeyEventKind::Release => key_press(key).map(Event::Key),
        // Terminals send line ends of a paste as Return.
        Raw::Paste(text) => Some(Event::Paste(text.replace("\r\n", "\n").replace('\r', "\n"))),
        Raw::Resize(columns, rows) => Some(Event::Resize(columns, rows)),
        _ => None,
    }
}

fn key_press(key: KeyEvent) -> Option<KeyPress> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    let code = match key.code {
        RawCode::Char(c) if ctrl => KeyCode::Char(c.to_ascii_lowercase()),
        RawCode::Char(c) if shift => KeyCode::Char(c.to_ascii_uppercase()),
        RawCode::Char(c) => KeyCode::Char(c),
        RawCode::Null => return Some(KeyPress::ctrl(' ')),
        RawCode::Enter => KeyCode::Enter,
        RawCode::Esc => KeyCode::Esc,
        RawCode::Tab if shift => KeyCode::BackTab,
        RawCode::Tab => KeyCode::Tab,
        RawCode::BackTab => KeyCode::BackTab,
        RawCode::Backspace => KeyCode::Backspace,
        RawCode::Delete => KeyCode::Delete,
        RawCode::Insert => KeyCode::Insert,
        RawCode::Up => KeyCode::Up,
        RawCode::Down => KeyCode::Down,
        RawCode::Left => KeyCode::Left,
        RawCode::Right => KeyCode::Right,
        RawCode::Home => KeyCode::Home,
        RawCode::End => KeyCode::End,
        RawCode::PageUp => KeyCode::PageUp,
        RawCode::PageDown => KeyCode::PageDown,
        RawCode::F(n) => KeyCode::F(n),
        _ => return None,
    };
    Some(KeyPress { code, ctrl, alt: key.modifiers.contains(KeyModifiers::ALT) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: RawCode, modifiers: KeyModifiers) -> Option<Event> {
        event(Raw::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn keys_keep_control_and_alt_and_take_shift_into_the_character() {
        let char = |c| KeyPress::plain(KeyCode::Char(c));
        let cases = [
            (RawCode::Char('G'), KeyModifiers::SHIFT, Some(char('G'))),
            (RawCode::Char('g'), KeyModifiers::SHIFT, Some(char('G'))),
            (RawCode::Char('あ'), KeyModifiers::NONE, Some(char('あ'))),
            (RawCode::Char('D'), KeyModifiers::CONTROL, Some(KeyPress::ctrl('d'))),
            (RawCode::Null, KeyModifiers::NONE, Some(KeyPress::ctrl(' '))),
            (RawCode::Tab, KeyModifiers::SHIFT, Some(KeyPress::plain(KeyCode::BackTab))),
            (RawCode::Char('x'), KeyModifiers::ALT, Some(KeyPress { alt: true, ..char('x') })),
            (RawCode::Insert, KeyModifiers::NONE, Some(KeyPress::plain(KeyCode::Insert))),
            (RawCode::CapsLock, KeyModifiers::NONE, None),
        ];
        for (code, modifiers, expected) in cases {
            assert_eq!(key(code, modifiers), expected.map(Event::Key), "{code:?}");
        }
        let release = KeyEvent::new_with_kind(RawCode::Enter, KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(event(Raw::Key(release)), None);
        let repeat = KeyEvent::new_with_kind(RawCode::Down, KeyModifiers::NONE, KeyEventKind::Repeat);
        assert_eq!(event(Raw::Key(repeat)), Some(Event::Key(KeyPress::plain(KeyCode::Down))));
    }

    #[test]
    fn pastes_have_line_feeds_and_sizes_come_through() {
        assert_eq!(event(Raw::Paste("a\r\nb\rc".into())), Some(Event::Paste("a\nb\nc".into())));
        assert_eq!(event(Raw::Resize(80, 24)), Some(Event::Resize(80, 24)));
        assert_eq!(event(Raw::FocusGained), None);
    }
}
