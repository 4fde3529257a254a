//! Where the panes stand: solved once from the terminal's size and the focus, used by updates (page sizes, scrolling)
//! and by drawing.

/// A rectangle of terminal cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    fn new(x: u16, y: u16, width: u16, height: u16) -> Self {
        Self { x, y, width, height }
    }

    /// The area without its frame.
    pub fn inner(self) -> Self {
        Self {
            x: self.x.saturating_add(1),
            y: self.y.saturating_add(1),
            width: self.width.saturating_sub(2),
            height: self.height.saturating_sub(2),
        }
    }
}

/// A pane that can hold the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pane {
    /// The incidents.
    #[default]
    List,
    /// One incident: facts and text.
    Detail,
    /// Its chronology.
    Timeline,
}

/// How the panes are to stand to one another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// The list across, detail and timeline below it.
    #[default]
    Stacked,
    /// The list at the left, detail and timeline at the right, where there is room.
    Side,
    /// One below the other, never side by side: what is read aloud line by line.
    Linear,
}

impl Shape {
    /// From this many columns on panes stand at the list's side.
    pub const SIDE_FROM: u16 = 120;

    /// Tells whether a screen of that size has room for it.
    pub fn stands_in(self, (width, height): (u16, u16)) -> bool {
        self != Self::Side || width >= Self::SIDE_FROM && height.saturating_sub(4) >= Layout::TWO_PANES
    }
}

impl Pane {
    const NAMES: [(Self, &'static str); 3] =
        [(Self::List, "list"), (Self::Detail, "detail"), (Self::Timeline, "timeline")];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(pane, _)| *pane == self).map_or("list", |(_, name)| name)
    }

    /// The pane of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, n)| *n == name).map(|(pane, _)| *pane)
    }
}

/// The places of everything on the screen; a pane that is not shown has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// The screen is too small to work on.
    pub refused: bool,
    /// There is room for detail and timeline beside the list.
    pub wide: bool,
    /// First line: where am I.
    pub top: Area,
    /// Second line: the query.
    pub query: Area,
    /// The list.
    pub list: Option<Area>,
    /// The detail.
    pub detail: Option<Area>,
    /// The timeline.
    pub timeline: Option<Area>,
    /// Last line but one: what just happened.
    pub status: Area,
    /// Last line: what can be pressed.
    pub footer: Area,
}

impl Layout {
    /// Fewest columns of a usable screen.
    pub const MIN_WIDTH: u16 = 40;
    /// Fewest rows of a usable screen.
    pub const MIN_HEIGHT: u16 = 10;
    /// From this width on the two lower panes stand side by side.
    const WIDE: u16 = 100;
    /// Below this many rows for panes only one is shown.
    const TWO_PANES: u16 = 13;

    /// Solves the layout: `lower` is the lower pane that a narrow screen shows, `whole` gives the focused pane all room.
    pub fn solve((width, height): (u16, u16), focus: Pane, lower: Pane, whole: bool, shape: Shape) -> Self {
        let mut out = Self { wide: width >= Self::WIDE && shape != Shape::Linear, ..Self::default() };
        if width < Self::MIN_WIDTH || height < Self::MIN_HEIGHT {
            out.refused = true;
            return out;
        }
        out.top = Area::new(0, 0, width, 1);
        out.query = Area::new(0, 1, width, 1);
        out.status = Area::new(0, height - 2, width, 1);
        out.footer = Area::new(0, height - 1, width, 1);
        let body = Area::new(0, 2, width, height - 4);
        let alone = body.height < Self::TWO_PANES || (focus != Pane::List && (whole || !out.wide));
        if alone {
            *out.slot(focus) = Some(body);
            return out;
        }
        if shape == Shape::Side && shape.stands_in((width, height)) {
            return out.side_by_side(body);
        }
        let share = if body.height < 26 { 55 } else { 45 };
        let list_height = (u32::from(body.height) * share / 100) as u16;
        let rest = Area::new(0, body.y + list_height, width, body.height - list_height);
        out.list = Some(Area { height: list_height, ..body });
        if out.wide {
            let left = (u32::from(width) * 55 / 100) as u16;
            out.detail = Some(Area { width: left, ..rest });
            out.timeline = Some(Area { x: left, width: width - left, ..rest });
        } else {
            *out.slot(if lower == Pane::List { Pane::Detail } else { lower }) = Some(rest);
        }
        out
    }

    /// The list at the left, detail over timeline at the right.
    fn side_by_side(mut self, body: Area) -> Self {
        let part = |whole: u16, percent: u32| (u32::from(whole) * percent / 100) as u16;
        let (left, upper) = (part(body.width, 50), part(body.height, 60));
        let right = Area { x: left, width: body.width - left, ..body };
        self.list = Some(Area { width: left, ..body });
        self.detail = Some(Area { height: upper, ..right });
        self.timeline = Some(Area { y: body.y + upper, height: body.height - upper, ..right });
        self
    }

    /// The area of a pane, where it is shown.
    pub fn of(&self, pane: Pane) -> Option<Area> {
        match pane {
            Pane::List => self.list,
            Pane::Detail => self.detail,
            Pane::Timeline => self.timeline,
        }
    }

    fn slot(&mut self, pane: Pane) -> &mut Option<Area> {
        match pane {
            Pane::List => &mut self.list,
            Pane::Detail => &mut self.detail,
            Pane::Timeline => &mut self.timeline,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPES: [Shape; 3] = [Shape::Stacked, Shape::Side, Shape::Linear];

    #[test]
    fn panes_fill_the_body_without_overlap() {
        for (w, h) in [(40, 10), (80, 24), (99, 40), (100, 17), (120, 40), (300, 100)] {
            for focus in [Pane::List, Pane::Detail, Pane::Timeline] {
                for (whole, shape) in [false, true].into_iter().flat_map(|w| SHAPES.map(|s| (w, s))) {
                    let l = Layout::solve((w, h), focus, Pane::Detail, whole, shape);
                    assert!(l.of(focus).is_some(), "{w}x{h} {focus:?}");
                    let cells: u32 = [l.list, l.detail, l.timeline]
                        .iter()
                        .flatten()
                        .map(|a| u32::from(a.width) * u32::from(a.height))
                        .sum();
                    assert_eq!(cells, u32::from(w) * u32::from(h - 4), "{w}x{h} {focus:?}");
                }
            }
        }
    }

    #[test]
    fn small_screens_are_refused_and_narrow_ones_show_one_lower_pane() {
        let stacked = |size, focus, lower| Layout::solve(size, focus, lower, false, Shape::Stacked);
        assert!(stacked((39, 30), Pane::List, Pane::Detail).refused);
        assert!(stacked((80, 9), Pane::List, Pane::Detail).refused);
        let l = stacked((80, 24), Pane::List, Pane::Timeline);
        assert!(l.detail.is_none() && l.timeline.is_some() && l.list.is_some_and(|a| a.height == 11));
        let l = stacked((80, 24), Pane::Detail, Pane::Detail);
        assert!(l.list.is_none());
    }

    #[test]
    fn panes_stand_at_the_side_of_the_list_where_there_is_room_and_never_in_plain() {
        let of = |size, shape| Layout::solve(size, Pane::List, Pane::Detail, false, shape);
        let l = of((160, 40), Shape::Side);
        let places = [l.list, l.detail, l.timeline].map(|a| a.map(|a| (a.x, a.y, a.width, a.height)));
        assert_eq!(places, [Some((0, 2, 80, 36)), Some((80, 2, 80, 21)), Some((80, 23, 80, 15))]);
        for narrow in [(119, 40), (200, 16)] {
            assert_eq!(of(narrow, Shape::Side), of(narrow, Shape::Stacked));
        }
        let l = of((200, 60), Shape::Linear);
        assert!(l.detail.is_some_and(|a| a.x == 0 && a.width == 200) && l.timeline.is_none());
    }
}
