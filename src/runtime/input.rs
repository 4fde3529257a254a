//! Keys, pastes and new sizes: a thread reads them from the terminal and sends them to the loop.
//!
//! The only place that knows crossterm's events; `session` starts it.

use super::Wake;
use crate::app::event::{Event, KeyCode, KeyPress};
use crossterm::event::{Event as Raw, KeyCode as RawCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::sync::mpsc::Sender;
use std::{io, thread};

/// Starts to read. The thread ends when the loop is gone or the terminal can't be read; it is never waited for, since
/// it sits in a read.
///
/// # Errors
/// The thread can't be started.
pub fn start(wakes: Sender<Wake>) -> io::Result<()> {
    thread::Builder::new().name("input".into()).spawn(move || {
        loop {
            let wake = match crossterm::event::read() {
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
