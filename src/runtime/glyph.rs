//! What a row of cells comes to on the terminal: each character harmless, with the columns that it takes.
//!
//! The last gate before the terminal: `screen` draws nothing that did not pass here.

use super::style::{Look, Palette};
use crate::text::width::{grapheme_width, is_ambiguous};
use crate::text::{AmbiguousWidth, neutralise};
use ratatui::buffer::Cell;
use std::borrow::Cow;

/// One character of a row, or the second column of the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glyph<'c> {
    /// What is written.
    pub text: Cow<'c, str>,
    /// Columns that it takes: 1 or 2, or 0 where the character before covers this column.
    pub columns: u16,
    /// How it is drawn.
    pub look: Look,
}

impl Glyph<'_> {
    /// A blank as the terminal itself clears it.
    pub const BLANK: Glyph<'static> = Glyph {
        text: Cow::Borrowed(" "),
        columns: 1,
        look: Look { ink: None, paper: None, attributes: ratatui::style::Modifier::empty() },
    };

    /// Tells whether it is a space.
    pub fn is_blank(&self) -> bool {
        self.text == " "
    }

    /// Tells whether every terminal is sure to move on by just its columns, so that no cursor move has to follow.
    pub fn has_sure_width(&self) -> bool {
        let mut chars = self.text.chars();
        let (Some(c), None) = (chars.next(), chars.next()) else { return false };
        if is_ambiguous(c) {
            return false;
        }
        match u32::from(c) {
            0x20..=0x02FF => self.columns == 1,
            0x3000..=0x3029
            | 0x3030..=0x303E
            | 0x3041..=0x3096
            | 0x309B..=0x30FF
            | 0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0xFF01..=0xFF60
            | 0xFFE0..=0xFFE6 => self.columns == 2,
            0xFF61..=0xFF9D => self.columns == 1,
            _ => false,
        }
    }
}

/// The glyphs of a row, one a column. A character that would stick out of the row, or take more than two columns or
/// none, is shown as a space or a question mark.
pub fn row<'c>(cells: &'c [Cell], ambiguous: AmbiguousWidth, palette: Palette) -> Vec<Glyph<'c>> {
    let mut glyphs: Vec<Glyph<'c>> = Vec::with_capacity(cells.len());
    for (x, cell) in cells.iter().enumerate() {
        if glyphs.len() > x {
            continue;
        }
        let look = Look::of(cell, palette);
        let (text, columns) = harmless(cell.symbol(), cells.len() - x, ambiguous);
        let look = if text == " " { look.on_blank() } else { look };
        glyphs.push(Glyph { text, columns, look });
        if columns == 2 {
            glyphs.push(Glyph { text: Cow::Borrowed(""), columns: 0, look });
        }
    }
    glyphs
}

/// A cell's symbol without anything that a terminal could act on, and its columns, at most `room`.
fn harmless(symbol: &str, room: usize, ambiguous: AmbiguousWidth) -> (Cow<'_, str>, u16) {
    if let [b' '..=b'~'] = symbol.as_bytes() {
        return (Cow::Borrowed(symbol), 1);
    }
    // The cell after a wide character that was overwritten may hold nothing at all.
    if symbol.is_empty() {
        return (Cow::Borrowed(" "), 1);
    }
    let text = neutralise(symbol);
    let changed = matches!(text, Cow::Owned(_));
    match grapheme_width(&text, ambiguous) {
        1 => (text, 1),
        // Who laid the row out did not reckon with the longer form.
        2 if changed => (Cow::Borrowed("?"), 1),
        2 if room >= 2 => (text, 2),
        2 => (Cow::Borrowed(" "), 1),
        _ => (Cow::Borrowed("?"), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    fn shown(symbols: &[&str], ambiguous: AmbiguousWidth) -> Vec<(String, u16)> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, symbols.len() as u16, 1));
        for (cell, symbol) in buffer.content.iter_mut().zip(symbols) {
            cell.set_symbol(symbol);
        }
        row(&buffer.content, ambiguous, Palette::default())
            .into_iter()
            .map(|g| (g.text.into_owned(), g.columns))
            .collect()
    }

    fn pairs(list: &[(&str, u16)]) -> Vec<(String, u16)> {
        list.iter().map(|(s, n)| ((*s).to_owned(), *n)).collect()
    }

    #[test]
    fn wide_characters_cover_the_next_column() {
        let got = shown(&["事", "x", "a", "件"], AmbiguousWidth::Narrow);
        assert_eq!(got, pairs(&[("事", 2), ("", 0), ("a", 1), (" ", 1)]));
        assert_eq!(shown(&["○", " "], AmbiguousWidth::Narrow), pairs(&[("○", 1), (" ", 1)]));
        assert_eq!(shown(&["○", " "], AmbiguousWidth::Wide), pairs(&[("○", 2), ("", 0)]));
    }

    #[test]
    fn nothing_that_acts_on_a_terminal_passes() {
        let got = shown(&["\u{1b}", "\u{202e}", "\u{200b}", "", "\u{9b}", "a\u{7}"], AmbiguousWidth::Narrow);
        assert_eq!(got, pairs(&[("␛", 1), ("?", 1), ("?", 1), (" ", 1), ("?", 1), ("?", 1)]));
    }

    #[test]
    fn only_plain_japanese_and_latin_are_sure() {
        let sure =
            |s: &str, columns| Glyph { text: s.to_owned().into(), columns, look: Look::default() }.has_sure_width();
        assert!(sure("a", 1) && sure("漏", 2) && sure("、", 2) && sure("ｱ", 1) && sure("Ａ", 2));
        assert!(!sure("○", 1) && !sure("○", 2) && !sure("─", 1) && !sure("😀", 2) && !sure("か\u{3099}", 2));
    }
}
