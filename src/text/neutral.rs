//! The one place that says which characters never reach a terminal, a clipboard, a title or a log as themselves.

use super::charset::CharSet;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Tells whether a character draws nothing and yet changes how text around it is shown or read: bidi controls,
/// zero-width and other format characters, tags, variation selectors beyond the emoji ones, interlinear marks.
pub fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0
        | 0xFFF0..=0xFFFB | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// What most of a text consists of, all of it safe: printable ASCII, kana, ideographs and their punctuation.
static SAFE: CharSet =
    CharSet::of(&[(' ', '~'), ('\u{3000}', '\u{30FF}'), ('\u{4E00}', '\u{9FFF}'), ('\u{FF01}', '\u{FF5E}')]);

/// Tells whether a character has to be shown in another form: control characters (C0, DEL, C1) and invisible ones.
/// Tab and line feed count too: who lays out lines splits at them first.
pub fn is_unsafe(c: char) -> bool {
    !SAFE.has(c) && (c.is_control() || is_invisible(c))
}

/// Bytes that [`holds_unsafe`] looks at together.
const CHUNK: usize = 32;

/// Tells whether an unsafe character may begin with a byte, U+3164 aside. Without jumps, so that it is asked for many
/// bytes at once.
fn may_begin_unsafe(byte: u8) -> bool {
    let control = (byte < 0x20) & (byte != b'\n') & (byte != b'\r') & (byte != b'\t') | (byte == 0x7F);
    control | (byte >= 0xC0) & !(0xE3..=0xE9).contains(&byte)
}

/// Tells whether a text holds an unsafe character that is no line feed, carriage return or tab. Most stretches of a text
/// hold no byte that one may begin with, which is told without looking at their characters.
pub fn holds_unsafe(text: &str) -> bool {
    let (chunks, rest) = text.as_bytes().as_chunks::<CHUNK>();
    let is_odd = |chunk: &[u8; CHUNK]| chunk.iter().fold(0u8, |odd, b| odd | u8::from(may_begin_unsafe(*b))) != 0;
    let stands = |at: usize, bytes: &[u8]| {
        let firsts = bytes.iter().enumerate().filter(|(_, b)| may_begin_unsafe(**b));
        let mut chars = firsts.filter_map(|(i, _)| text.get(at + i..)?.chars().next());
        chars.any(is_unsafe)
    };
    let mut numbered = chunks.iter().enumerate();
    numbered.any(|(n, chunk)| is_odd(chunk) && stands(n * CHUNK, chunk))
        || stands(chunks.len() * CHUNK, rest)
        || memchr::memmem::find(text.as_bytes(), "\u{3164}".as_bytes()).is_some()
}

/// Shows unsafe characters: C0 and DEL as control pictures (`␛`), the others as `⟦U+202E⟧`. Text without any is
/// borrowed.
pub fn neutralise(s: &str) -> Cow<'_, str> {
    if !s.chars().any(is_unsafe) {
        return Cow::Borrowed(s);
    }
    let mut out = String::with_capacity(s.len() + 16);
    for c in s.chars() {
        push_neutral(&mut out, c);
    }
    Cow::Owned(out)
}

/// Like [`neutralise`], but keeps line feeds and shows tabs as they are: for text formats written to a terminal.
pub fn neutralise_lines(s: &str) -> Cow<'_, str> {
    let keep = |c: char| c == '\n' || c == '\t' || !is_unsafe(c);
    if s.chars().all(keep) {
        return Cow::Borrowed(s);
    }
    let mut out = String::with_capacity(s.len() + 16);
    for c in s.chars() {
        if keep(c) { out.push(c) } else { push_neutral(&mut out, c) }
    }
    Cow::Owned(out)
}

fn push_neutral(out: &mut String, c: char) {
    let code = u32::from(c);
    if code < 0x20 {
        out.push(char::from_u32(0x2400 + code).unwrap_or('\u{FFFD}'));
    } else if code == 0x7F {
        out.push('\u{2421}');
    } else if is_unsafe(c) {
        // Writing to a String can't fail.
        let _ = write!(out, "⟦U+{code:04X}⟧");
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unsafe_characters_are_shown_and_the_rest_is_left_alone() {
        assert_eq!(neutralise("a\u{1b}[31m"), "a␛[31m");
        assert_eq!(neutralise("x\u{202e}y\u{7f}\u{85}"), "x⟦U+202E⟧y␡⟦U+0085⟧");
        assert!(matches!(neutralise("個人情報 ABC"), Cow::Borrowed(_)));
        assert_eq!(neutralise_lines("a\nb\u{7}"), "a\nb␇");
    }

    #[test]
    fn nothing_unsafe_passes_for_safe() {
        for c in ('\0'..=char::MAX).filter(|c| SAFE.has(*c)) {
            assert!(!c.is_control() && !is_invisible(c), "{c:?}");
        }
    }

    #[test]
    fn every_unsafe_character_is_found_wherever_it_stands() {
        for c in '\0'..=char::MAX {
            let expected = is_unsafe(c) && !matches!(c, '\n' | '\r' | '\t');
            assert_eq!(holds_unsafe(c.encode_utf8(&mut [0; 4])), expected, "{c:?}");
        }
        for before in 0..70 {
            let text = |c: char| format!("{}あ{c}{}", "a".repeat(before), "い".repeat(before / 2));
            assert!(holds_unsafe(&text('\u{202E}')) && holds_unsafe(&text('\u{7}')));
            assert!(!holds_unsafe(&text('\u{2460}')) && !holds_unsafe(&text('\n')));
        }
    }

    #[test]
    fn no_output_holds_an_unsafe_character() {
        let all: String = (0..0x11_0000).filter_map(char::from_u32).collect();
        assert!(!neutralise(&all).chars().any(is_unsafe));
    }
}
