//! The one place that says which characters never reach a terminal, a clipboard, a title or a log as themselves.

use super::charset::CharSet;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, Write};
use unicode_width::UnicodeWidthChar;

/// Marks that may stand on one character: more than any script needs. What is piled higher covers the lines above.
const MOST_MARKS: usize = 8;

/// Tells whether a character draws nothing and yet changes how text around it is shown or read: bidi controls,
/// zero-width and other format characters, tags, variation selectors, interlinear marks, noncharacters.
pub fn is_invisible(c: char) -> bool {
    let code = u32::from(c);
    // The last two of every plane are no characters, and no XML may hold those of the first.
    code & 0xFFFE == 0xFFFE
        || matches!(code,
        0x00AD | 0x034F | 0x061C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFDD0..=0xFDEF | 0xFE00..=0xFE0F | 0xFEFF
        | 0xFFA0 | 0xFFF0..=0xFFFB | 0x13430..=0x13440 | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// What most of a text consists of, all of it safe: printable ASCII, kana, ideographs and their punctuation.
static SAFE: CharSet =
    CharSet::of(&[(' ', '~'), ('\u{3000}', '\u{30FF}'), ('\u{4E00}', '\u{9FFF}'), ('\u{FF01}', '\u{FF5E}')]);

/// Tells whether a character has to be shown in another form: control characters (C0, DEL, C1) and invisible ones.
/// Tab and line feed count too: who lays out lines splits at them first.
pub fn is_unsafe(c: char) -> bool {
    !SAFE.has(c) && (c.is_control() || is_invisible(c))
}

/// Tells whether a character takes no column of its own and is drawn over the one before.
fn is_mark(c: char) -> bool {
    match c {
        ..'\u{300}' => false,
        '\u{3099}' | '\u{309A}' => true,
        _ => !SAFE.has(c) && c.width() == Some(0) && !is_invisible(c),
    }
}

/// Finds the first place that has to be shown in another form: an unsafe character, or a mark on top of too many.
pub(super) fn first_unsafe(s: &str) -> Option<usize> {
    let mut marks = 0;
    s.char_indices().find_map(|(at, c)| {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        (marks > MOST_MARKS || is_unsafe(c)).then_some(at)
    })
}

/// Tells whether [`neutralise`] leaves a text as it is.
pub fn is_neutral(s: &str) -> bool {
    first_unsafe(s).is_none()
}

/// Bytes that [`holds_unsafe`] looks at together.
const CHUNK: usize = 32;

/// Tells whether an unsafe character may begin with a byte, U+3164 aside. Without jumps, so that it is asked for many
/// bytes at once.
fn may_begin_unsafe(byte: u8) -> bool {
    let control = (byte < 0x20) & (byte != b'\n') & (byte != b'\r') & (byte != b'\t') | (byte == 0x7F);
    control | (byte >= 0xC0) & !(0xE3..=0xE9).contains(&byte)
}

/// Tells whether a text holds an unsafe character that is no line feed, carriage return or tab, or marks piled too high
/// (those of kana aside). Most stretches of a text hold no byte that one may begin with, which is told without looking at
/// their characters.
pub fn holds_unsafe(text: &str) -> bool {
    let (chunks, rest) = text.as_bytes().as_chunks::<CHUNK>();
    let is_odd = |chunk: &[u8; CHUNK]| chunk.iter().fold(0u8, |odd, b| odd | u8::from(may_begin_unsafe(*b))) != 0;
    let stands = |at: usize, bytes: &[u8]| {
        let firsts = bytes.iter().enumerate().filter(|(_, b)| may_begin_unsafe(**b));
        let mut rests = firsts.filter_map(|(i, _)| text.get(at + i..));
        rests.any(|rest| {
            rest.starts_with(is_unsafe) || rest.chars().take_while(|c| is_mark(*c)).nth(MOST_MARKS).is_some()
        })
    };
    let mut numbered = chunks.iter().enumerate();
    numbered.any(|(n, chunk)| is_odd(chunk) && stands(n * CHUNK, chunk))
        || stands(chunks.len() * CHUNK, rest)
        || memchr::memmem::find(text.as_bytes(), "\u{3164}".as_bytes()).is_some()
}

/// Shows unsafe characters: C0 and DEL as control pictures (`␛`), the others as `⟦U+202E⟧`; of marks piled too high the
/// number that is left out (`⟦+90⟧`). Text without any is borrowed.
pub fn neutralise(s: &str) -> Cow<'_, str> {
    shown(s, |_| false)
}

/// Like [`neutralise`], but keeps line feeds and shows tabs as they are: for text formats written to a terminal.
pub fn neutralise_lines(s: &str) -> Cow<'_, str> {
    shown(s, |c| c == '\n' || c == '\t')
}

fn shown(s: &str, kept: impl Fn(char) -> bool) -> Cow<'_, str> {
    let mut marks = 0;
    let is_plain = |c: char| {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        marks <= MOST_MARKS && (kept(c) || !is_unsafe(c))
    };
    if s.chars().all(is_plain) {
        return Cow::Borrowed(s);
    }
    let mut out = String::with_capacity(s.len() + 16);
    let mut marks = 0_usize;
    let left_out = |out: &mut String, marks: usize| {
        if let Some(more @ 1..) = marks.checked_sub(MOST_MARKS) {
            // Writing to a String can't fail.
            let _ = write!(out, "⟦+{more}⟧");
        }
    };
    for c in s.chars() {
        if is_mark(c) {
            marks += 1;
            if marks <= MOST_MARKS {
                out.push(c);
            }
            continue;
        }
        left_out(&mut out, std::mem::take(&mut marks));
        if kept(c) { out.push(c) } else { push_neutral(&mut out, c) }
    }
    left_out(&mut out, marks);
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

/// Writes a text format to a terminal: line by line as [`neutralise_lines`] shows it. What is no UTF-8 is replaced. Needs
/// [`Write::flush`] at the end, for a last line that has no end.
pub struct NeutralLines<W> {
    inner: W,
    pending: Vec<u8>,
}

impl<W: Write> NeutralLines<W> {
    /// Writes to `inner`, which buffers where that is wanted.
    pub fn new(inner: W) -> Self {
        Self { inner, pending: Vec::new() }
    }

    fn write_pending(&mut self, end: &[u8]) -> io::Result<()> {
        let line = std::mem::take(&mut self.pending);
        let text = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(&line));
        self.inner.write_all(neutralise_lines(&text).as_bytes())?;
        self.inner.write_all(end)
    }
}

impl<W: Write> Write for NeutralLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while let Some(at) = memchr::memchr(b'\n', rest) {
            let (line, after) = rest.split_at(at);
            self.pending.extend_from_slice(line);
            self.write_pending(b"\n")?;
            rest = after.get(1..).unwrap_or_default();
        }
        self.pending.extend_from_slice(rest);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            self.write_pending(b"")?;
        }
        self.inner.flush()
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
        assert!(is_neutral(&neutralise(&all)));
    }

    #[test]
    fn marks_are_piled_no_higher_than_any_script_needs() {
        let piled = |n: usize| format!("あZ{}い", "\u{335}".repeat(n));
        assert!(matches!(neutralise(&piled(MOST_MARKS)), Cow::Borrowed(_)));
        assert_eq!(neutralise(&piled(100)), format!("あZ{}⟦+92⟧い", "\u{335}".repeat(8)));
        assert_eq!(neutralise(&"\u{3099}".repeat(9)), format!("{}⟦+1⟧", "\u{3099}".repeat(8)));
        for n in [1, 8, 9, 70, 700] {
            assert_eq!((holds_unsafe(&piled(n)), is_neutral(&piled(n))), (n > 8, n <= 8), "{n}");
        }
        assert_eq!(neutralise_lines("a\n\u{ffff}\u{fdd0}"), "a\n⟦U+FFFF⟧⟦U+FDD0⟧");
    }

    #[test]
    fn a_text_format_is_shown_line_by_line() {
        let mut out = Vec::new();
        let mut lines = NeutralLines::new(&mut out);
        // Two writes part a character, as a buffer's end may.
        let (a, b) = "事\u{1b}[31m,x\u{202e}\r\nend".as_bytes().split_at(1);
        lines.write_all(a).unwrap();
        lines.write_all(b).unwrap();
        lines.flush().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "事␛[31m,x⟦U+202E⟧\nend");
    }
}
