//! Colours and attributes as SGR sequences: sixteen colours, written only where they change.
//!
//! `screen` asks for the bytes that lead from one style to the next.

use super::ability::Colours;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Attributes that show on a blank cell.
const SHOWS_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

/// Each attribute and its SGR number.
const ATTRIBUTES: [(Modifier, u8); 9] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::SLOW_BLINK, 5),
    (Modifier::RAPID_BLINK, 6),
    (Modifier::REVERSED, 7),
    (Modifier::HIDDEN, 8),
    (Modifier::CROSSED_OUT, 9),
];

/// The sixteen colours as xterm shows them.
const PALETTE: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

/// What the terminal draws cells with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Colours; none for `NO_COLOR`.
    pub colours: Colours,
    /// Attributes; others are left out.
    pub attributes: Modifier,
}

impl Default for Palette {
    fn default() -> Self {
        Self { colours: Colours::Sixteen, attributes: Modifier::all() }
    }
}

/// How a cell is drawn. Colours are numbers of the sixteen; `None` is the terminal's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The colour of the character.
    pub ink: Option<u8>,
    /// The colour behind it.
    pub paper: Option<u8>,
    /// Bold, underlined, reversed and so on.
    pub attributes: Modifier,
}

impl Look {
    /// The look of a cell, as near as the palette comes to it: of eight colours, a bright ink is bold.
    pub fn of(cell: &Cell, palette: Palette) -> Self {
        let number = |c| if palette.colours == Colours::None { None } else { sixteen(c) };
        let (ink, paper) = (number(cell.fg), number(cell.bg));
        let mut attributes = cell.modifier & palette.attributes;
        if palette.colours != Colours::Eight {
            return Self { ink, paper, attributes };
        }
        if ink.is_some_and(|c| c >= 8) {
            attributes |= Modifier::BOLD;
        }
        Self { ink: ink.map(|c| c % 8), paper: paper.map(|c| c % 8), attributes }
    }

    /// What of it shows on a blank: an ink that is not seen is dropped, so that blanks compare equal.
    pub fn on_blank(self) -> Self {
        let attributes = self.attributes & SHOWS_ON_BLANK;
        let ink = if attributes.is_empty() { None } else { self.ink };
        Self { ink, attributes, ..self }
    }

    /// Tells whether it leaves a blank as the terminal itself clears it.
    pub fn is_plain_blank(self) -> bool {
        self.on_blank() == Self::default()
    }

    /// Tells whether a blank of look `blank` (as [`Self::on_blank`] gives it) can be written while this is set.
    pub fn serves_blank(self, blank: Self) -> bool {
        self.on_blank() == blank
    }
}

/// Appends the shortest of the plain ways from one look to another: nothing, what is added, or a reset and the rest.
pub fn change(from: Look, to: Look, out: &mut Vec<u8>) {
    if from == to {
        return;
    }
    if to == Look::default() {
        out.extend_from_slice(b"\x1b[m");
        return;
    }
    let removed = !(from.attributes - to.attributes).is_empty();
    let base = if removed { Look::default() } else { from };
    out.extend_from_slice(b"\x1b[");
    let mut first = true;
    let mut number = |n: u8, out: &mut Vec<u8>| {
        if !std::mem::take(&mut first) {
            out.push(b';');
        }
        out.extend_from_slice(n.to_string().as_bytes());
    };
    if removed {
        number(0, out);
    }
    for (attribute, n) in ATTRIBUTES {
        if (to.attributes - base.attributes).contains(attribute) {
            number(n, out);
        }
    }
    if to.ink != base.ink {
        number(to.ink.map_or(39, |c| if c < 8 { 30 + c } else { 82 + c }), out);
    }
    if to.paper != base.paper {
        number(to.paper.map_or(49, |c| if c < 8 { 40 + c } else { 92 + c }), out);
    }
    out.push(b'm');
}

/// The colour as one of the sixteen: named ones as they are, others by the nearest.
fn sixteen(colour: Color) -> Option<u8> {
    Some(match colour {
        Color::Reset => return None,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
        Color::Indexed(n @ 0..16) => n,
        Color::Indexed(n @ 16..232) => {
            let level = |i: u8| if i == 0 { 0 } else { 55 + 40 * i };
            let n = n - 16;
            nearest((level(n / 36), level(n / 6 % 6), level(n % 6)))
        }
        Color::Indexed(n) => {
            let grey = 8 + 10 * (n - 232);
            nearest((grey, grey, grey))
        }
        Color::Rgb(r, g, b) => nearest((r, g, b)),
    })
}

fn nearest((r, g, b): (u8, u8, u8)) -> u8 {
    let apart = |x: u8, y: u8| u32::from(x.abs_diff(y)).pow(2);
    let distance = |p: &(u8, u8, u8)| apart(p.0, r) + apart(p.1, g) + apart(p.2, b);
    (0..16u8).zip(&PALETTE).min_by_key(|(_, p)| distance(p)).map_or(7, |(n, _)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(from: Look, to: Look) -> String {
        let mut out = Vec::new();
        change(from, to, &mut out);
        String::from_utf8(out).unwrap().replace('\x1b', "^")
    }

    #[test]
    fn only_what_changes_is_written() {
        let plain = Look::default();
        let bold = Look { attributes: Modifier::BOLD, ..plain };
        let red_bold = Look { ink: Some(1), ..bold };
        let bright = Look { ink: Some(9), paper: Some(12), ..plain };
        assert_eq!(bytes(plain, plain), "");
        assert_eq!(bytes(plain, bold), "^[1m");
        assert_eq!(bytes(bold, red_bold), "^[31m");
        assert_eq!(bytes(red_bold, bold), "^[39m");
        assert_eq!(bytes(red_bold, bright), "^[0;91;104m");
        assert_eq!(bytes(bright, plain), "^[m");
    }

    #[test]
    fn colours_become_sixteen_or_none() {
        let mut cell = Cell::default();
        cell.set_fg(Color::Rgb(250, 5, 5)).set_bg(Color::Indexed(21));
        let of = |cell: &Cell, colours| Look::of(cell, Palette { colours, attributes: Modifier::UNDERLINED });
        let look = |ink, paper, attributes| Look { ink: Some(ink), paper: Some(paper), attributes };
        assert_eq!(of(&cell, Colours::Sixteen), look(9, 4, Modifier::empty()));
        assert_eq!(of(&cell, Colours::Eight), look(1, 4, Modifier::BOLD));
        assert_eq!(of(&cell, Colours::None), Look::default());
        cell.modifier = Modifier::UNDERLINED | Modifier::ITALIC;
        assert_eq!(of(&cell, Colours::None).attributes, Modifier::UNDERLINED);
        for n in 0..=255 {
            assert!(sixteen(Color::Indexed(n)).is_some_and(|c| c < 16));
        }
    }

    #[test]
    fn a_blank_shows_paper_and_lines_but_no_ink() {
        let red = Look { ink: Some(1), attributes: Modifier::BOLD, ..Look::default() };
        assert!(red.is_plain_blank());
        assert!(!Look { paper: Some(1), ..red }.is_plain_blank());
        assert!(!Look { attributes: Modifier::UNDERLINED, ..red }.is_plain_blank());
        assert!(red.serves_blank(Look::default()));
    }
}
