//! The picture on the terminal and the next one: compares the two and says in as few bytes as it can what changed.
//!
//! The loop draws into [`Screen::canvas`] and writes what [`Screen::frame`] returns. One synchronized update a frame;
//! neighbouring cells without cursor moves between them; no move after a character whose width is sure; attributes only
//! where they change; rows that only moved are moved by the terminal.

use super::glyph::{self, Glyph};
use super::scroll;
use super::style::{self, Look, Palette};
use crate::text::AmbiguousWidth;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";
const HIDE: &[u8] = b"\x1b[?25l";
const SHOW: &[u8] = b"\x1b[?25h";

/// Blanks at a row's end from which on clearing it is shorter than writing them.
const WORTH_CLEARING: usize = 4;

/// Unchanged plain columns that are cheaper to write again than to jump over.
const WORTH_REWRITING: usize = 3;

/// How the terminal draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traits {
    /// What it draws cells with.
    pub palette: Palette,
    /// How wide it draws characters of ambiguous width.
    pub ambiguous: AmbiguousWidth,
    /// A frame is announced, so that it is drawn at once.
    pub frames: bool,
    /// It knows the move to a column of the same row.
    pub columns: bool,
    /// Rows that only moved are moved by the terminal. Screen readers read the moved ones again.
    pub scrolls: bool,
}

impl Default for Traits {
    fn default() -> Self {
        let ambiguous = AmbiguousWidth::Narrow;
        Self { palette: Palette::default(), ambiguous, frames: true, columns: true, scrolls: true }
    }
}

/// What the terminal shows, and what it is to show next.
pub struct Screen {
    traits: Traits,
    shown: Buffer,
    next: Buffer,
    /// What the terminal shows is unknown: the next frame clears it first.
    unknown: bool,
    cursor: Option<Position>,
}

impl Screen {
    /// A screen of that many columns and rows, whose first frame draws everything.
    pub fn new(columns: u16, rows: u16, traits: Traits) -> Self {
        let area = Rect::new(0, 0, columns, rows);
        Self { traits, shown: Buffer::empty(area), next: Buffer::empty(area), unknown: true, cursor: None }
    }

    /// Takes over a new size; the next frame draws everything.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let cursor = self.cursor;
        *self = Self { cursor, ..Self::new(columns, rows, self.traits) };
    }

    /// Forgets what the terminal shows, so that the next frame draws everything.
    pub fn forget(&mut self) {
        self.unknown = true;
    }

    /// The area to draw on.
    pub fn area(&self) -> Rect {
        self.next.area
    }

    /// An empty buffer for the next picture.
    pub fn canvas(&mut self) -> &mut Buffer {
        self.next.reset();
        &mut self.next
    }

    /// The bytes that turn the picture shown into the canvas, with the cursor at a place or hidden; none where nothing
    /// changed. Whoever takes them must write them all.
    pub fn frame(&mut self, cursor: Option<Position>) -> Vec<u8> {
        let area = self.next.area;
        let cursor = cursor.filter(|p| area.contains(*p));
        let mut body = Vec::new();
        if self.unknown {
            self.shown.reset();
            let mut pen = Pen::new(self.traits, area, None);
            pen.out.extend_from_slice(b"\x1b[r\x1b[m\x1b[2J");
            pen.draw(&self.shown, &self.next);
            body = pen.out;
        } else if self.shown.content != self.next.content {
            body = self.changes();
        }
        let redrawn = !body.is_empty();
        let mut out = Vec::new();
        if redrawn || cursor != self.cursor || self.unknown {
            out.extend_from_slice(if self.traits.frames { BEGIN } else { b"" });
            let hidden = self.cursor.is_none() && !self.unknown;
            if !hidden && (redrawn || cursor.is_none()) {
                out.extend_from_slice(HIDE);
            }
            out.append(&mut body);
            if let Some(at) = cursor {
                out.extend_from_slice(format!("\x1b[{};{}H", at.y + 1, at.x + 1).as_bytes());
                if redrawn || hidden {
                    out.extend_from_slice(SHOW);
                }
            }
            out.extend_from_slice(if self.traits.frames { END } else { b"" });
        }
        self.unknown = false;
        self.cursor = cursor;
        std::mem::swap(&mut self.shown, &mut self.next);
        out
    }

    /// The shorter of drawing what changed and moving rows first.
    fn changes(&self) -> Vec<u8> {
        let area = self.next.area;
        let mut plain = Pen::new(self.traits, area, self.cursor);
        plain.draw(&self.shown, &self.next);
        let scroll = if self.traits.scrolls { scroll::find(&self.shown, &self.next) } else { None };
        if let Some(scroll) = scroll {
            let mut shown = self.shown.clone();
            scroll::apply(&scroll, &mut shown);
            let mut moved = Pen::new(self.traits, area, None);
            scroll::write(&scroll, &mut moved.out);
            moved.draw(&shown, &self.next);
            if moved.out.len() < plain.out.len() {
                return moved.out;
            }
        }
        plain.out
    }
}

/// Writes glyphs, and knows where the terminal's cursor stands and what attributes are set.
struct Pen {
    traits: Traits,
    area: Rect,
    out: Vec<u8>,
    /// Column and row; unknown after a character of unsure width. The column may be one past the last.
    at: Option<(usize, usize)>,
    /// The row, where it is sure even if the column is not.
    line: Option<usize>,
    look: Look,
}

impl Pen {
    fn new(traits: Traits, area: Rect, at: Option<Position>) -> Self {
        let at = at.map(|p| (usize::from(p.x), usize::from(p.y)));
        Self { traits, area, out: Vec::new(), at, line: at.map(|(_, y)| y), look: Look::default() }
    }

    /// Draws what differs; the pen is plain before and after.
    fn draw(&mut self, shown: &Buffer, wanted: &Buffer) {
        let width = usize::from(self.area.width).max(1);
        for (y, (old, new)) in shown.content.chunks(width).zip(wanted.content.chunks(width)).enumerate() {
            if old != new {
                self.row(y, old, new);
            }
        }
        self.set(Look::default());
    }

    fn row(&mut self, y: usize, old: &[Cell], new: &[Cell]) {
        let Traits { palette, ambiguous, .. } = self.traits;
        let (old, new) = (glyph::row(old, ambiguous, palette), glyph::row(new, ambiguous, palette));
        // From here on the row is blank.
        let text_ends = new.iter().rposition(|g| !(g.is_blank() && g.look.is_plain_blank())).map_or(0, |x| x + 1);
        let to_clear = old.iter().rposition(|g| *g != Glyph::BLANK).map_or(0, |x| x + 1);
        let clears = to_clear.saturating_sub(text_ends) > WORTH_CLEARING;
        for (x, (before, glyph)) in old.iter().zip(&new).enumerate() {
            if clears && x >= text_ends {
                break;
            }
            if glyph.columns > 0 && before != glyph {
                self.go(x, y, &new);
                self.glyph(glyph, x, y);
            }
        }
        if clears {
            self.go(text_ends, y, &new);
            self.set(Look::default());
            self.out.extend_from_slice(b"\x1b[K");
        }
    }

    fn glyph(&mut self, glyph: &Glyph<'_>, x: usize, y: usize) {
        if !(glyph.is_blank() && self.look.serves_blank(glyph.look)) {
            self.set(glyph.look);
        }
        let sure = glyph.has_sure_width();
        if !sure && glyph.columns == 2 {
            // Where the terminal draws it narrow, what stood under its second half has to go.
            self.out.extend_from_slice(b"  ");
            self.jump(x, y);
        }
        self.out.extend_from_slice(glyph.text.as_bytes());
        let after = x + usize::from(glyph.columns);
        self.at = sure.then_some((after, y));
        // Drawn wider than thought, a character in the last column may have moved on to the next row.
        self.line = (sure || after < usize::from(self.area.width)).then_some(y);
    }

    /// Moves to a column of the row whose glyphs are given.
    fn go(&mut self, x: usize, y: usize, row: &[Glyph<'_>]) {
        match self.at {
            Some((at, line)) if line == y && at == x => {}
            Some((at, line)) if line == y && at < x && self.rewrites(at, x, row) => {
                for glyph in row.iter().take(x).skip(at) {
                    self.out.extend_from_slice(glyph.text.as_bytes());
                }
                self.at = Some((x, y));
            }
            Some((at, line)) if line == y && at < x => {
                let by = x - at;
                let text = if by == 1 { "\x1b[C".to_owned() } else { format!("\x1b[{by}C") };
                self.out.extend_from_slice(text.as_bytes());
                self.at = Some((x, y));
            }
            Some((_, line)) if x == 0 && line + 1 == y => {
                self.out.extend_from_slice(b"\r\n");
                self.at = Some((0, y));
                self.line = Some(y);
            }
            _ => {
                self.jump(x, y);
            }
        }
    }

    fn jump(&mut self, x: usize, y: usize) {
        let text = match (self.line == Some(y), x) {
            (true, 0) => "\r".to_owned(),
            (true, _) if self.traits.columns => format!("\x1b[{}G", x + 1),
            (false, 0) => format!("\x1b[{}H", y + 1),
            _ => format!("\x1b[{};{}H", y + 1, x + 1),
        };
        self.out.extend_from_slice(text.as_bytes());
        self.at = Some((x, y));
        self.line = Some(y);
    }

    /// Tells whether the columns in between are few, plain, and drawn as the pen stands.
    fn rewrites(&self, from: usize, to: usize, row: &[Glyph<'_>]) -> bool {
        let same = |g: &Glyph<'_>| {
            g.text.len() == 1 && (g.look == self.look || g.is_blank() && self.look.serves_blank(g.look))
        };
        to - from <= WORTH_REWRITING && row.get(from..to).is_some_and(|between| between.iter().all(same))
    }

    fn set(&mut self, look: Look) {
        style::change(self.look, look, &mut self.out);
        self.look = look;
    }
}

#[cfg(test)]
mod tests;
