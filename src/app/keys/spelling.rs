//! Keys as tables, the configuration and people write them (`j`, `gg`, `^d`, `A-x`, `PgDn`, `<Space>x`): read,
//! spelt, and full-width forms brought to what was meant.

use super::press::{KeyCode, KeyPress};
use crate::text::nearest;

const NAMED: &[(&str, KeyCode)] = &[
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("BackTab", KeyCode::BackTab),
    ("Backspace", KeyCode::Backspace),
    ("Delete", KeyCode::Delete),
    ("Insert", KeyCode::Insert),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("PgUp", KeyCode::PageUp),
    ("PgDn", KeyCode::PageDown),
    ("Space", KeyCode::Char(' ')),
    ("lt", KeyCode::Char('<')),
];

/// Letters that terminals send as another key when Control is held, and which.
const SENT_AS: &[(char, &str)] = &[('i', "Tab"), ('m', "Enter"), ('[', "Esc")];

/// Longest run of characters that is read as a sequence of keys without angle brackets; `Tabb` is none.
const BARE: usize = 3;

/// The highest function key.
const LAST_F: u8 = 24;

/// Why a text is no key. The configuration's errors are English, as those of all its other lines.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Nothing is written.
    #[error("no key is written here: write \"none\" to free the action")]
    Empty,
    /// It is no key's name.
    #[error("`{0}` is no key{1}")]
    Unknown(String, String),
    /// The terminal sends another key in its place.
    #[error("terminals send {1} for `{0}`: write {1}, or choose another key")]
    SentAs(String, &'static str),
    /// It begins a count.
    #[error("`{0}` begins with a digit, which begins a count: choose another key")]
    Digit(String),
}

/// Reads a key or a sequence of keys: a name (`PgDn`, `F5`), `^` before a key for Control, `A-` for Alt, `<…>` round a
/// key inside a sequence (`<Space>x`), else each character a key.
///
/// # Errors
/// Says why it is none, and names the key that was probably meant.
pub fn read(spec: &str) -> Result<Vec<KeyPress>, BadKey> {
    let keys = if let Some(key) = one(spec)? { vec![key] } else { several(spec)? };
    match keys.first() {
        None => Err(BadKey::Empty),
        Some(first) if digit(*first).is_some() => Err(BadKey::Digit(spec.to_owned())),
        Some(_) => Ok(keys.into_iter().map(normalise).collect()),
    }
}

/// One key by its name; `None` if it may be a sequence.
fn one(spec: &str) -> Result<Option<KeyPress>, BadKey> {
    if let Some(rest) = spec.strip_prefix("A-").filter(|rest| !rest.is_empty()) {
        return Ok(one(rest)?.map(|key| KeyPress { alt: true, ..key }));
    }
    if let Some(rest) = spec.strip_prefix('^').filter(|rest| !rest.is_empty()) {
        let lower = rest.to_lowercase();
        if let Some((_, name)) = SENT_AS.iter().find(|(c, _)| lower.chars().eq([*c])) {
            return Err(BadKey::SentAs(spec.to_owned(), name));
        }
        let key = one(rest)?.filter(|key| !key.ctrl);
        return key.map_or_else(|| Err(unknown(spec)), |key| Ok(Some(normalise(KeyPress { ctrl: true, ..key }))));
    }
    if let Some((_, code)) = NAMED.iter().find(|(n, _)| *n == spec) {
        return Ok(Some(KeyPress::plain(*code)));
    }
    let function = spec.strip_prefix('F').and_then(|n| n.parse::<u8>().ok());
    if let Some(n) = function {
        return if (1..=LAST_F).contains(&n) { Ok(Some(KeyPress::plain(KeyCode::F(n)))) } else { Err(unknown(spec)) };
    }
    let mut chars = spec.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(Some(KeyPress::plain(KeyCode::Char(c)))),
        _ => Ok(None),
    }
}

fn several(spec: &str) -> Result<Vec<KeyPress>, BadKey> {
    if !spec.contains('<') {
        let odd = spec.chars().count() > BARE || meant(spec).is_some() || spec.contains(char::is_whitespace);
        return if odd {
            Err(unknown(spec))
        } else {
            Ok(spec.chars().map(KeyCode::Char).map(KeyPress::plain).collect())
        };
    }
    let mut out = Vec::new();
    let mut rest = spec;
    while let Some(c) = rest.chars().next() {
        if let Some((name, tail)) = rest.strip_prefix('<').and_then(|r| r.split_once('>')) {
            out.push(one(name)?.ok_or_else(|| unknown(name))?);
            rest = tail;
        } else {
            out.push(KeyPress::plain(KeyCode::Char(c)));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    Ok(out)
}

/// The name that a word of several characters was probably meant to be.
fn meant(word: &str) -> Option<&'static str> {
    let same = NAMED.iter().map(|(n, _)| *n).find(|n| n.eq_ignore_ascii_case(word));
    same.or_else(|| nearest(word, NAMED.iter().map(|(n, _)| *n).filter(|n| *n != "lt")))
}

fn unknown(spec: &str) -> BadKey {
    let control = spec.strip_prefix("C-").or_else(|| spec.strip_prefix("Ctrl-")).filter(|rest| one(rest) != Ok(None));
    let hint = match (meant(spec), control) {
        (_, Some(rest)) => format!(": write `^{rest}`"),
        (Some(name), _) => format!(": did you mean `{name}`?"),
        _ => ": write a character, a name (PgDn, F5), ^d for Control, A-x for Alt, <Space>x for a sequence".to_owned(),
    };
    BadKey::Unknown(spec.to_owned(), hint)
}

/// Reads what a table holds; what is no key is none there (a test keeps such away).
pub fn sequence(spec: &str) -> Vec<KeyPress> {
    match one(spec) {
        Ok(Some(key)) => vec![key],
        Ok(None) => several(spec).unwrap_or_default(),
        Err(_) => Vec::new(),
    }
}

/// Spells keys as [`read`] reads them.
pub fn spelt(keys: &[KeyPress]) -> String {
    let bare = |k: &KeyPress| !k.ctrl && !k.alt && matches!(k.code, KeyCode::Char(c) if c != ' ' && c != '<');
    let name = |k: &KeyPress| {
        let named = NAMED.iter().filter(|(n, _)| *n != "lt").find(|(_, code)| *code == k.code);
        let key = match (k.code, named) {
            (_, Some((name, _))) => (*name).to_owned(),
            (KeyCode::Char(c), None) => c.to_string(),
            (KeyCode::F(n), None) => format!("F{n}"),
            (_, None) => String::new(),
        };
        format!("{}{}{key}", if k.alt { "A-" } else { "" }, if k.ctrl { "^" } else { "" })
    };
    let inside = |k: &KeyPress| match name(k) {
        name if bare(k) => name,
        name if name == "<" => "<lt>".to_owned(),
        name => format!("<{name}>"),
    };
    match keys {
        [key] => name(key),
        keys => keys.iter().map(inside).collect(),
    }
}

/// Reads a run of keys as tests and documentation write them: characters, with names in angle brackets
/// (`12j<Space>t<Enter>`, `<^d>`); `<lt>` is `<` itself.
pub fn run(text: &str) -> Vec<KeyPress> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let named = rest.strip_prefix('<').and_then(|r| r.split_once('>'));
        if let Some((name, tail)) = named {
            out.extend(sequence(name));
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

pub(super) fn digit(key: KeyPress) -> Option<usize> {
    match key {
        KeyPress { code: KeyCode::Char(c), ctrl: false, alt: false } => c.to_digit(10).map(|d| d as usize),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_and_spelt_the_same() {
        for spec in [
            "j", "gg", "^d", "A-x", "PgDn", "F12", "Space", "<Space>x", "g<Tab>", "<^x><^s>", "^PgUp", "A-^x", "zM",
            "^",
        ] {
            assert_eq!(read(spec).map(|keys| spelt(&keys)), Ok(spec.to_owned()));
        }
        // The angle bracket and full-width letters have one spelling too.
        assert_eq!(read("<lt><lt>").map(|k| spelt(&k)), Ok("<lt><lt>".into()));
        assert_eq!(read("lt").map(|k| spelt(&k)), Ok("<".into()));
        assert_eq!(read("ｊ").map(|k| spelt(&k)), Ok("j".into()));
        assert_eq!(read("^D").map(|k| spelt(&k)), Ok("^d".into()));
    }

    #[test]
    fn what_is_no_key_says_what_to_write() {
        for (spec, told) in [
            ("", "no key is written"),
            ("Pgdn", "did you mean `PgDn`?"),
            ("tab", "did you mean `Tab`?"),
            ("Esq", "did you mean `Esc`?"),
            ("F25", "`F25` is no key"),
            ("C-d", "write `^d`"),
            ("Ctrl-PgDn", "write `^PgDn`"),
            ("^i", "terminals send Tab"),
            ("^M", "terminals send Enter"),
            ("<Spaec>x", "did you mean `Space`?"),
            ("hello", "write a character"),
            ("g g", "write a character"),
            ("3x", "begins a count"),
            ("^^d", "is no key"),
        ] {
            let error = read(spec).unwrap_err().to_string();
            assert!(error.contains(told), "{spec}: {error}");
        }
    }
}
