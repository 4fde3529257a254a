//! A text of several lines that is being typed: keys and pastes go in, its lines as a box of some width shows them come
//! out. The box for notes uses it.

use crate::app::keys::{KeyCode, KeyPress};
use crate::text::neutral::is_unsafe;
use crate::text::{AmbiguousWidth, width, wrap};
use unicode_segmentation::UnicodeSegmentation;

/// Most characters; what is typed or pasted beyond is dropped.
const MAX: usize = 20_000;

/// The text, its cursor, and the box that it is seen through.
#[derive(Clone, Debug)]
pub struct TextBox {
    text: String,
    /// The byte that the cursor stands before.
    cursor: usize,
    columns: usize,
    ambiguous: AmbiguousWidth,
    /// First line that is seen.
    pub top: usize,
}

impl TextBox {
    /// A box that holds `text`, the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut out = Self { text: String::new(), cursor: 0, columns: 70, ambiguous: AmbiguousWidth::Narrow, top: 0 };
        out.insert(text);
        out
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its lines in the box: byte ranges.
    pub fn lines(&self) -> Vec<(usize, usize)> {
        wrap(&self.text, self.columns, self.ambiguous)
    }

    /// The cursor's line and column in the box.
    pub fn place(&self) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|(start, _)| *start <= self.cursor).saturating_sub(1);
        let start = lines.get(line).map_or(0, |(start, _)| *start);
        let before = self.text.get(start..self.cursor).unwrap_or_default();
        (line, width(before, self.ambiguous).min(self.columns))
    }

    /// Breaks lines for a box of so many columns and rows, and scrolls it so that the cursor is seen.
    pub fn settle(&mut self, columns: usize, rows: usize, ambiguous: AmbiguousWidth) {
        (self.columns, self.ambiguous) = (columns.max(1), ambiguous);
        let (line, _) = self.place();
        self.top = self.top.min(line).max((line + 1).saturating_sub(rows.max(1)));
    }

    /// Inserts text at the cursor: line feeds stay, tabs become spaces, other unsafe characters are dropped.
    pub fn insert(&mut self, text: &str) {
        let room = MAX.saturating_sub(self.text.chars().count());
        let spaced = text.replace("\r\n", "\n").replace('\t', " ");
        let clean: String = spaced.chars().filter(|c| *c == '\n' || !is_unsafe(*c)).take(room).collect();
        self.text.insert_str(self.cursor, &clean);
        self.cursor += clean.len();
    }

    /// Takes a key of editing; true if the text changed, `None` if the key is none of these.
    pub fn press(&mut self, key: KeyPress) -> Option<bool> {
        let length = self.text.len();
        match (key.code, key.ctrl, key.alt) {
            (KeyCode::Char(c), false, false) => self.insert(c.encode_utf8(&mut [0; 4])),
            (KeyCode::Enter, false, false) => self.insert("\n"),
            (KeyCode::Left, ..) | (KeyCode::Char('b'), true, _) => self.cursor = self.before(),
            (KeyCode::Right, ..) | (KeyCode::Char('f'), true, _) => self.cursor = self.after(),
            (KeyCode::Up, ..) | (KeyCode::Char('p'), true, _) => self.go(-1),
            (KeyCode::Down, ..) | (KeyCode::Char('n'), true, _) => self.go(1),
            (KeyCode::PageUp, ..) => self.go(-8),
            (KeyCode::PageDown, ..) => self.go(8),
            (KeyCode::Home, ..) | (KeyCode::Char('a'), true, _) => self.cursor = self.line_start(),
            (KeyCode::End, ..) | (KeyCode::Char('e'), true, _) => self.cursor = self.line_end(),
            (KeyCode::Char('w'), true, _) | (KeyCode::Backspace, _, true) => {
                self.delete(self.word_start(), self.cursor);
            }
            (KeyCode::Backspace, ..) | (KeyCode::Char('h'), true, _) => self.delete(self.before(), self.cursor),
            (KeyCode::Delete, ..) | (KeyCode::Char('d'), true, _) => self.delete(self.cursor, self.after()),
            (KeyCode::Char('u'), true, _) => self.delete(self.line_start(), self.cursor),
            (KeyCode::Char('k'), true, _) => self.delete(self.cursor, self.line_end()),
            _ => return None,
        }
        Some(self.text.len() != length)
    }

    fn head(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or_default()
    }

    fn tail(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    fn before(&self) -> usize {
        self.head().grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
    }

    fn after(&self) -> usize {
        self.cursor + self.tail().graphemes(true).next().map_or(0, str::len)
    }

    fn word_start(&self) -> usize {
        let mut words = self.head().trim_end().split_word_bound_indices();
        words.next_back().map_or(0, |(at, _)| at)
    }

    fn line_start(&self) -> usize {
        self.head().rfind('\n').map_or(0, |at| at + 1)
    }

    fn line_end(&self) -> usize {
        self.cursor + self.tail().find('\n').unwrap_or(self.tail().len())
    }

    fn delete(&mut self, from: usize, to: usize) {
        if self.text.get(from..to).is_some() {
            self.text.replace_range(from..to, "");
            self.cursor = from;
        }
    }

    /// Goes up or down by lines of the box, to about the same column.
    fn go(&mut self, by: isize) {
        let lines = self.lines();
        let (line, column) = self.place();
        let to = line.saturating_add_signed(by).min(lines.len().saturating_sub(1));
        let Some((start, end)) = lines.get(to).copied() else { return };
        let (mut at, mut used) = (start, 0);
        for cluster in self.text.get(start..end).unwrap_or_default().graphemes(true) {
            used += width(cluster, self.ambiguous);
            // The end of a line that goes on is the beginning of the next one.
            let goes_on = at + cluster.len() == end && lines.get(to + 1).is_some_and(|next| next.0 == end);
            if used > column || goes_on {
                break;
            }
            at += cluster.len();
        }
        self.cursor = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::run;

    fn typed(text: &str, keys: &str) -> TextBox {
        let mut out = TextBox::new(text);
        out.settle(10, 3, AmbiguousWidth::Narrow);
        run(keys).into_iter().for_each(|k| assert!(out.press(k).is_some(), "{keys}"));
        out
    }

    #[test]
    fn lines_are_typed_and_edited() {
        for (text, keys, after) in [
            ("", "漏えい<Enter>x", "漏えい\nx"),
            ("a\nb", "<Up>x", "ax\nb"),
            ("あいう\nb", "<Up><Left>x", "xあいう\nb"),
            ("ab\ncd", "<Home><Backspace>", "abcd"),
            ("ab\ncd", "<Up><Delete>", "abcd"),
            ("ab cd", "<^w>", "ab "),
            ("ab\ncd", "<^u>x", "ab\nx"),
            ("ab\ncd", "<Up><Home><^k>x", "x\ncd"),
            ("ab\ncd", "<^p><^a>x<^e>y", "xaby\ncd"),
        ] {
            assert_eq!(typed(text, keys).text(), after, "{text:?} {keys}");
        }
        let mut pasted = TextBox::new("");
        pasted.insert("a\u{1b}[31m\r\nb\t\u{202e}c");
        assert_eq!(pasted.text(), "a[31m\nb c");
        pasted.insert(&"x".repeat(2 * MAX));
        assert_eq!(pasted.text().chars().count(), MAX);
    }

    #[test]
    fn the_cursor_is_seen_wherever_it_goes() {
        let mut b = typed(&"あいうえおかきくけこ\n".repeat(4), "");
        for keys in ["<Up>", "<PgUp>", "<Down>", "<End>", "<Right>", "<PgDn>"] {
            run(keys).into_iter().for_each(|k| assert!(b.press(k).is_some()));
            b.settle(10, 3, AmbiguousWidth::Narrow);
            let (line, column) = b.place();
            assert!((b.top..b.top + 3).contains(&line) && column <= 10, "{keys} {line} {}", b.top);
        }
        let mut b = typed("あいうえおかきくけこ", "<Up>");
        assert_eq!(b.place(), (0, 8));
        b.settle(80, 3, AmbiguousWidth::Narrow);
        assert_eq!(b.place(), (0, 8));
    }
}
