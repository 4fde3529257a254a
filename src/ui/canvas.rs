//! The only place that writes cells: everything is clipped to the area, cut and aligned by display width, and
//! neutralised. Coordinates count from the area's upper left corner.

use super::signs::{Signs, spell};
use super::theme::{Role, Theme};
use crate::app::layout::Area;
use crate::domain::{Colour, Tag};
use crate::lang::Lang;
use crate::text::neutral::is_neutral;
use crate::text::width::grapheme_width;
use crate::text::{AmbiguousWidth, fit, neutralise, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::collections::BTreeMap;
use unicode_segmentation::UnicodeSegmentation;

/// How things look: signs, styles, widths, language.
#[derive(Clone, Copy)]
pub struct Look {
    /// The signs.
    pub signs: &'static Signs,
    /// The styles.
    pub theme: &'static Theme,
    /// How wide ambiguous characters are.
    pub ambiguous: AmbiguousWidth,
    /// The interface's language.
    pub lang: Lang,
    /// ASCII signs only.
    pub plain: bool,
    /// No frames: for whoever has the screen read aloud.
    pub linear: bool,
    /// Evidence stands in brackets, since no colour tells it.
    pub brackets: bool,
}

impl Look {
    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Columns of a text.
    pub fn width(&self, text: &str) -> u16 {
        u16::try_from(width(text, self.ambiguous)).unwrap_or(u16::MAX)
    }
}

/// A piece of text and its role.
pub type Piece<'t> = (&'t str, Role);

/// The buffer, seen through its area.
pub struct Canvas<'b> {
    buf: &'b mut Buffer,
    area: Rect,
    /// How things look.
    pub look: Look,
}

impl<'b> Canvas<'b> {
    /// A canvas over the part of `area` that the buffer holds.
    pub fn new(buf: &'b mut Buffer, area: Rect, look: Look) -> Self {
        let area = area.intersection(buf.area);
        Self { buf, area, look }
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (self.area.width, self.area.height)
    }

    fn set(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if x >= self.area.width || y >= self.area.height {
            return;
        }
        if let Some(cell) = self.buf.cell_mut((self.area.x + x, self.area.y + y)) {
            cell.reset();
            cell.set_symbol(symbol).set_style(style);
        }
    }

    /// Writes one grapheme cluster before column `limit`; gives the column after it, or `None` if it has no room.
    fn cluster(&mut self, x: u16, y: u16, limit: u16, cluster: &str, style: Style) -> Option<u16> {
        let columns = u16::try_from(grapheme_width(cluster, self.look.ambiguous)).ok()?;
        let end = x.checked_add(columns)?;
        if end > limit.min(self.area.width) {
            return None;
        }
        if columns > 0 {
            self.set(x, y, cluster, style);
            (x + 1..end).for_each(|x| self.set(x, y, " ", style));
        }
        Some(end)
    }

    /// Writes text as it is, neutralised, up to column `limit`; gives the column after it.
    pub fn raw(&mut self, mut x: u16, y: u16, limit: u16, text: &str, style: Style) -> u16 {
        for cluster in text.graphemes(true) {
            let next = if cluster == "\r" || cluster == "\r\n" || cluster == "\n" {
                Some(x)
            } else if cluster == "\t" {
                self.cluster(x, y, limit, " ", style)
            } else if !is_neutral(cluster) {
                let shown = neutralise(cluster).into_owned();
                shown.graphemes(true).try_fold(x, |x, c| self.cluster(x, y, limit, c, style))
            } else {
                self.cluster(x, y, limit, cluster, style)
            };
            match next {
                Some(next) => x = next,
                None => break,
            }
        }
        x
    }

    /// Writes words of ours or a column's value, cut with an ellipsis before column `limit`; gives the column after it.
    pub fn put(&mut self, x: u16, y: u16, limit: u16, text: &str, role: Role) -> u16 {
        let room = usize::from(limit.min(self.area.width).saturating_sub(x));
        let cut = fit(text, room, self.look.ambiguous).into_owned();
        let shown = if self.look.plain { spell(&cut) } else { cut };
        let style = self.look.style(role);
        self.raw(x, y, limit, &shown, style)
    }

    /// Writes pieces one after the other.
    pub fn pieces(&mut self, mut x: u16, y: u16, limit: u16, pieces: &[Piece]) -> u16 {
        for (text, role) in pieces {
            x = self.put(x, y, limit, text, *role);
        }
        x
    }

    /// Writes tags, each in its colour, cut with an ellipsis before column `limit`; gives the column after them.
    pub fn tags(&mut self, x: u16, y: u16, limit: u16, tags: &[Tag], colours: &BTreeMap<Tag, Colour>) -> u16 {
        let names = tags.iter().map(Tag::as_str).collect::<Vec<_>>().join(" ");
        let room = usize::from(limit.min(self.area.width).saturating_sub(x));
        let cut = fit(&names, room, self.look.ambiguous).into_owned();
        let (mut x, mut rest) = (x, cut.as_str());
        for tag in tags {
            let name = tag.as_str();
            // The last one may be cut: what is left of it is what is left at all.
            let (shown, after) = match rest.strip_prefix(name) {
                Some(after) => (name, after),
                None => (rest, ""),
            };
            let spelt = if self.look.plain { spell(shown) } else { shown.to_owned() };
            x = self.raw(x, y, limit, &spelt, self.look.theme.tag(colours.get(tag).copied()));
            rest = after;
            if let Some(after) = rest.strip_prefix(' ') {
                x = self.raw(x, y, limit, " ", self.look.style(Role::Text));
                rest = after;
            }
        }
        x
    }

    /// Writes text so that it ends before column `end`.
    pub fn put_left_of(&mut self, end: u16, y: u16, text: &str, role: Role) -> u16 {
        let start = end.saturating_sub(self.look.width(text));
        self.put(start, y, end, text, role);
        start
    }

    /// Blanks a rectangle; a wide character that it cuts in two goes as a whole.
    pub fn clear(&mut self, area: Area) {
        for y in area.y..area.y.saturating_add(area.height).min(self.area.height) {
            if let Some(before) = area.x.checked_sub(1) {
                let place = (self.area.x + before, self.area.y + y);
                let cut = self.buf.cell(place).is_some_and(|c| self.look.width(c.symbol()) > 1);
                if cut {
                    self.set(before, y, " ", Style::default());
                }
            }
            for x in area.x..area.x.saturating_add(area.width).min(self.area.width) {
                self.set(x, y, " ", self.look.style(Role::Text));
            }
        }
    }

    /// Where a frame would stand, its words alone: the title, in brackets on the focused pane, and what stands below.
    fn words_of_frame(&mut self, area: Area, title: &str, below: &str, focused: bool) {
        let (end, bottom) = (area.x + area.width, area.y + area.height - 1);
        if focused {
            self.put(area.x, area.y, end, &format!("[{title}]"), Role::TitleFocus);
        } else {
            self.put(area.x + 1, area.y, end, title, Role::Title);
        }
        self.put(area.x + 1, bottom, end, below, Role::Dim);
    }

    /// Draws a frame with a title, and words on its lower edge at the right.
    pub fn frame(&mut self, area: Area, title: &str, below: &str, focused: bool) {
        if area.width < 2 || area.height < 2 {
            return;
        }
        if self.look.linear {
            return self.words_of_frame(area, title, below, focused);
        }
        let s = self.look.signs;
        let (right, bottom) = (area.x + area.width - 1, area.y + area.height - 1);
        let role = if focused { Role::FrameFocus } else { Role::Frame };
        let style = self.look.style(role);
        for x in area.x + 1..right {
            self.set(x, area.y, s.horizontal, style);
            self.set(x, bottom, s.horizontal, style);
        }
        for y in area.y + 1..bottom {
            self.set(area.x, y, s.vertical, style);
            self.set(right, y, s.vertical, style);
        }
        let corners = [(area.x, area.y), (right, area.y), (area.x, bottom), (right, bottom)];
        for ((x, y), sign) in corners.into_iter().zip(s.corners) {
            self.set(x, y, sign, style);
        }
        let role = if focused { Role::TitleFocus } else { Role::Title };
        if !title.is_empty() && area.width > 6 {
            self.put(area.x + 2, area.y, right.saturating_sub(2), &format!(" {title} "), role);
        }
        let below = format!(" {below} ");
        if below.len() > 2 && self.look.width(&below) + 4 < area.width {
            self.put_left_of(right.saturating_sub(1), bottom, &below, Role::Dim);
        }
    }
}
