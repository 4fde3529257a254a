//! A line of text that is being typed: keys and pastes go in, the text and the part of it that fits come out. The query
//! line and the dialogs use it.

use crate::app::keys::{KeyCode, KeyPress};
use crate::text::neutral::is_unsafe;
use crate::text::width::{AmbiguousWidth, grapheme_width};
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;

/// Most characters of an input; what is typed or pasted beyond is dropped.
const MAX: usize = 2_000;

/// One line of input with its cursor.
#[derive(Clone, Debug, Default)]
pub struct InputLine(Input);

impl InputLine {
    /// An input that holds `text`, the cursor at its end.
    pub fn new(text: &str) -> Self {
        let mut line = Self::default();
        line.insert(text);
        line
    }

    /// What was typed.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// Tells whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.value().is_empty()
    }

    /// Replaces the text, the cursor at its end.
    pub fn set(&mut self, text: &str) {
        *self = Self::new(text);
    }

    /// The byte that the cursor stands before.
    pub fn cursor(&self) -> usize {
        self.text().char_indices().nth(self.0.cursor()).map_or(self.text().len(), |(i, _)| i)
    }

    /// Replaces the text, the cursor before that byte of it.
    pub fn set_at(&mut self, text: &str, cursor: usize) {
        self.set(text.get(..cursor).unwrap_or(text));
        let at = self.0.cursor();
        self.insert(text.get(cursor..).unwrap_or_default());
        self.0 = Input::new(self.text().to_owned()).with_cursor(at);
    }

    /// Inserts pasted text at the cursor: line feeds and tabs become spaces, other unsafe characters are dropped.
    pub fn insert(&mut self, text: &str) {
        let room = MAX.saturating_sub(self.text().chars().count());
        let spaced = text.trim_end_matches(['\n', '\r']).replace("\r\n", "\n");
        let clean = spaced.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }).filter(|c| !is_unsafe(*c));
        let clean: Vec<char> = clean.take(room).collect();
        if clean.is_empty() {
            return;
        }
        // One rebuild: inserting character by character is quadratic for a long paste.
        let at = self.0.cursor();
        let all: Vec<char> = self.text().chars().collect();
        let (before, after) = all.split_at(at.min(all.len()));
        let joined: String = before.iter().chain(&clean).chain(after).collect();
        self.0 = Input::new(joined).with_cursor(at + clean.len());
    }

    /// Takes a key of line editing; true if the text changed, `None` if the key is none of these.
    pub fn press(&mut self, key: KeyPress) -> Option<bool> {
        use InputRequest as R;
        let request = match (key.code, key.ctrl, key.alt) {
            (KeyCode::Char(c), false, false) => {
                let before = self.text().len();
                self.insert(c.encode_utf8(&mut [0; 4]));
                return Some(self.text().len() != before);
            }
            (KeyCode::Char('a'), true, _) | (KeyCode::Home, ..) => R::GoToStart,
            (KeyCode::Char('e'), true, _) | (KeyCode::End, ..) => R::GoToEnd,
            (KeyCode::Char('b'), _, true) => R::GoToPrevWord,
            (KeyCode::Char('f'), _, true) => R::GoToNextWord,
            (KeyCode::Left, true, _) => R::GoToPrevWord,
            (KeyCode::Right, true, _) => R::GoToNextWord,
            (KeyCode::Char('b'), true, _) | (KeyCode::Left, ..) => R::GoToPrevChar,
            (KeyCode::Char('f'), true, _) | (KeyCode::Right, ..) => R::GoToNextChar,
            (KeyCode::Char('h'), true, _) => R::DeletePrevChar,
            (KeyCode::Backspace, _, true) | (KeyCode::Char('w'), true, _) => R::DeletePrevWord,
            (KeyCode::Backspace, ..) => R::DeletePrevChar,
            (KeyCode::Char('d'), true, _) | (KeyCode::Delete, ..) => R::DeleteNextChar,
            (KeyCode::Char('u'), true, _) => R::DeleteFromStart,
            (KeyCode::Char('k'), true, _) => R::DeleteTillEnd,
            _ => return None,
        };
        Some(self.0.handle(request).is_some_and(|changed| changed.value))
    }

    /// The byte at which the part that fits into `columns` begins, and the cursor's column in it.
    pub fn window(&self, columns: usize, ambiguous: AmbiguousWidth) -> (usize, usize) {
        let cursor = self.cursor();
        let room = columns.saturating_sub(1);
        let before = self.text().get(..cursor).unwrap_or_default();
        let (mut start, mut used) = (cursor, 0);
        for (at, g) in before.grapheme_indices(true).rev() {
            let w = grapheme_width(g, ambiguous);
            if used + w > room {
                break;
            }
            (start, used) = (at, used + w);
        }
        (start, used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::run;

    #[test]
    fn keys_edit_and_pastes_are_cleaned() {
        let mut line = InputLine::new("漏えい");
        for key in run("<Left><Backspace>x<^a>y") {
            assert!(line.press(key).is_some());
        }
        assert_eq!(line.text(), "y漏xい");
        line.insert("a\u{1b}[31m\nb\u{202e}\n");
        assert_eq!(line.text(), "ya[31m b漏xい");
        assert_eq!(line.press(KeyPress::plain(KeyCode::Up)), None);
    }

    #[test]
    fn a_text_is_set_with_the_cursor_in_it() {
        let mut line = InputLine::default();
        line.set_at("漏え い", "漏え".len());
        assert_eq!((line.text(), line.cursor()), ("漏え い", 6));
        line.insert("x");
        assert_eq!(line.text(), "漏えx い");
        line.set_at("漏", 99);
        assert_eq!((line.text(), line.cursor()), ("漏", 3));
    }

    #[test]
    fn the_window_follows_the_cursor_and_fits() {
        let line = InputLine::new(&"漏えい".repeat(20));
        for columns in 0..30 {
            let (start, column) = line.window(columns, AmbiguousWidth::Narrow);
            assert!(column < columns.max(1));
            assert!(line.text().is_char_boundary(start));
        }
    }

    #[test]
    fn an_input_never_grows_without_end() {
        let mut line = InputLine::default();
        line.insert(&"x".repeat(5_000));
        line.insert("y");
        assert_eq!(line.text().len(), MAX);
    }
}
