//! Keys as tables and people write them (`j`, `gg`, `^d`, `PgDn`), and the buffer that gathers counts and sequences
//! until they mean an action.

use super::actions::{Action, TABLE};
use super::event::{KeyCode, KeyPress};
use super::layout::Pane;
use std::sync::OnceLock;

const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Space", KeyCode::Char(' ')),
    ("F1", KeyCode::F(1)),
];

/// Reads one key or sequence of keys: a name (`PgDn`), `^` and a letter for Control, else each character a key.
pub fn sequence(spec: &str) -> Vec<KeyPress> {
    if let Some((_, code)) = NAMED.iter().find(|(n, _)| *n == spec) {
        return vec![KeyPress::plain(*code)];
    }
    let mut chars = spec.chars();
    if let (Some('^'), Some(c), None) = (chars.next(), chars.next(), chars.next()) {
        return vec![KeyPress::ctrl(c)];
    }
    spec.chars().map(|c| KeyPress::plain(KeyCode::Char(c))).collect()
}

/// Reads a run of keys as tests and documentation write them: characters, with names in angle brackets
/// (`12j<Space>t<Enter>`, `<^d>`); `<lt>` is `<` itself.
pub fn run(text: &str) -> Vec<KeyPress> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
        if let Some((name, tail)) = named {
            out.extend(if name == "lt" { sequence("<") } else { sequence(name) });
            rest = tail;
        } else {
            out.push(KeyPress::plain(KeyCode::Char(c)));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// The key that was meant in command mode: full-width forms and what a Japanese input method sends for punctuation act
/// as ASCII (`ｊ` is `j`, `・` is `/`); Control with a capital is Control with the letter.
pub fn normalise(key: KeyPress) -> KeyPress {
    let KeyCode::Char(c) = key.code else { return key };
    let code = u32::from(c);
    let meant = match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(code - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '・' => '/',
        '「' => '[',
        '」' => ']',
        '。' => '.',
        '、' => ',',
        '￥' | '¥' => '\\',
        other => other,
    };
    let meant = if key.ctrl { meant.to_ascii_lowercase() } else { meant };
    KeyPress { code: KeyCode::Char(meant), ..key }
}

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// More keys are needed.
    Wait,
    /// An action, with the count typed before it.
    Do(Action, Option<usize>),
    /// The keys mean nothing here.
    Nothing,
}

/// Gathers counts (`12j`) and sequences (`gg`).
#[derive(Clone, Debug, Default)]
pub struct KeyBuffer {
    count: Option<usize>,
    held: Vec<KeyPress>,
}

impl KeyBuffer {
    /// Largest count; more digits leave it there.
    const MAX_COUNT: usize = 9_999_999;

    /// Takes one key while `pane` has the focus.
    pub fn press(&mut self, key: KeyPress, pane: Pane) -> Step {
        let key = normalise(key);
        let digit = digit(key).filter(|d| self.held.is_empty() && (*d > 0 || self.count.is_some()));
        if let Some(digit) = digit {
            let count = self.count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
            self.count = Some(count.min(Self::MAX_COUNT));
            return Step::Wait;
        }
        self.held.push(key);
        let mut prefix = false;
        for (keys, action) in bindings(pane) {
            if *keys == self.held {
                let count = self.count.take();
                self.held.clear();
                return Step::Do(*action, count);
            }
            prefix |= keys.starts_with(&self.held);
        }
        if prefix {
            return Step::Wait;
        }
        self.clear();
        Step::Nothing
    }

    /// Forgets what was gathered; true if there was anything.
    pub fn clear(&mut self) -> bool {
        let any = self.count.is_some() || !self.held.is_empty();
        self.count = None;
        self.held.clear();
        any
    }

    /// What was gathered, as typed.
    pub fn shown(&self) -> String {
        let mut out = self.count.map(|n| n.to_string()).unwrap_or_default();
        out.extend(self.held.iter().filter_map(|k| match k.code {
            KeyCode::Char(c) => Some(c),
            _ => None,
        }));
        out
    }
}

fn digit(key: KeyPress) -> Option<usize> {
    match key {
        KeyPress { code: KeyCode::Char(c), ctrl: false, alt: false } => c.to_digit(10).map(|d| d as usize),
        _ => None,
    }
}

type Binding = (Vec<KeyPress>, Action);

/// The bindings that a pane hears, from the table of actions.
fn bindings(pane: Pane) -> impl Iterator<Item = &'static Binding> {
    static ALL: OnceLock<Vec<(super::actions::Scope, Binding)>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        let of = |e: &'static super::actions::Entry| e.keys.iter().map(|k| (e.scope, (sequence(k), e.action)));
        TABLE.iter().flat_map(of).collect()
    });
    all.iter().filter(move |(scope, _)| scope.covers(pane)).map(|(_, b)| b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(keys: &str) -> Vec<Step> {
        let mut buffer = KeyBuffer::default();
        run(keys).into_iter().map(|k| buffer.press(k, Pane::List)).filter(|s| *s != Step::Wait).collect()
    }

    #[test]
    fn counts_and_sequences_are_gathered() {
        assert_eq!(meant("12j"), [Step::Do(Action::Down, Some(12))]);
        assert_eq!(meant("10G"), [Step::Do(Action::Last, Some(10))]);
        assert_eq!(meant("gg"), [Step::Do(Action::First, None)]);
        assert_eq!(meant("gx"), [Step::Nothing]);
        assert_eq!(meant("0"), [Step::Nothing]);
        assert_eq!(meant("99999999999999999999999k"), [Step::Do(Action::Up, Some(9_999_999))]);
    }

    #[test]
    fn letters_of_an_input_method_act_as_ascii() {
        assert_eq!(meant("ｊ"), [Step::Do(Action::Down, None)]);
        assert_eq!(meant("・"), [Step::Do(Action::Query, None)]);
        assert_eq!(meant("１２ｊ"), [Step::Do(Action::Down, Some(12))]);
        assert_eq!(meant("：」"), [Step::Do(Action::Command, None), Step::Do(Action::NextEvidence, None)]);
    }

    #[test]
    fn every_action_is_reached_by_each_of_its_keys() {
        for e in TABLE {
            let pane = [Pane::List, Pane::Detail, Pane::Timeline].into_iter().find(|p| e.scope.covers(*p)).unwrap();
            for spec in e.keys {
                let mut buffer = KeyBuffer::default();
                let last = sequence(spec).into_iter().map(|k| buffer.press(k, pane)).last();
                assert_eq!(last, Some(Step::Do(e.action, None)), "{spec}");
            }
        }
    }
}
