//! The columns dialog: which columns the list shows, in which order, how wide, and by which of them it is sorted. Opened
//! with what the list shows now; hands the choice back on Enter.

use super::deed::{Deed, Outcome, moved};
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::panes::columns::{by_itself, natural, order_of, solve, turned};
use crate::config::{Column, Columns, Shown};
use crate::query::ast::Sort;

/// One column on offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Which.
    pub column: Column,
    /// The list is to show it.
    pub shown: bool,
    /// Its width, where somebody chose it.
    pub width: Option<u16>,
}

/// The dialog's state.
#[derive(Debug)]
pub struct ColumnsDialog {
    /// All columns, those to be shown in their order.
    pub offers: Vec<Offer>,
    /// Index of the one under the cursor.
    pub selected: usize,
    sort: Sort,
    /// Columns of the terminal inside the list's frame.
    room: u16,
    /// All is left to the room there is.
    pub by_itself: bool,
}

impl ColumnsDialog {
    /// Columns of the dialog, frame included.
    pub const COLUMNS: usize = 56;
    /// Step by which a column is made wider or narrower.
    const STEP: u16 = 2;

    /// A dialog on a choice.
    pub fn new(chosen: &Columns, room: u16, sort: Sort) -> Self {
        let mut dialog = Self { offers: Vec::new(), selected: 0, sort, room, by_itself: chosen.shown.is_empty() };
        dialog.offer(&chosen.sound().shown);
        dialog
    }

    fn offer(&mut self, shown: &[Shown]) {
        let usual: Vec<Shown> = by_itself(self.room).into_iter().map(|column| Shown { column, width: None }).collect();
        let shown = if shown.is_empty() { &usual } else { shown };
        let first = shown.iter().map(|s| Offer { column: s.column, shown: true, width: s.width });
        let left = Column::ALL.into_iter().filter(|c| shown.iter().all(|s| s.column != *c));
        self.offers = first.chain(left.map(|column| Offer { column, shown: false, width: None })).collect();
    }

    /// How wide the list makes an offered column, unless it takes what is left.
    pub fn width(&self, offer: &Offer) -> u16 {
        offer.width.unwrap_or_else(|| natural(offer.column, self.room))
    }

    /// Tells whether the list is sorted by a column, and whether from the greatest down.
    pub fn sorted_by(&self, column: Column) -> Option<bool> {
        (order_of(column) == Some(self.sort.field)).then_some(self.sort.descending)
    }

    /// What Enter chooses.
    pub fn chosen(&self) -> Columns {
        if self.by_itself {
            return Columns::default();
        }
        let shown = self.offers.iter().filter(|o| o.shown);
        Columns { shown: shown.map(|o| Shown { column: o.column, width: o.width }).collect() }
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        if let Some(at) = moved(key, self.selected, self.offers.len(), 8) {
            self.selected = at;
            return Outcome::Stay;
        }
        match key.code {
            KeyCode::Enter => return Outcome::Do(Deed::Columns(self.chosen())),
            KeyCode::Char('q') => return Outcome::Close,
            KeyCode::Char('j') => return self.press(KeyPress::plain(KeyCode::Down)),
            KeyCode::Char('k') => return self.press(KeyPress::plain(KeyCode::Up)),
            KeyCode::Char('s') => return self.sort(),
            KeyCode::Char(' ') => self.toggle(),
            KeyCode::Char('J') => self.carry(self.selected + 1),
            KeyCode::Char('K') => self.carry(self.selected.wrapping_sub(1)),
            KeyCode::Char('<') | KeyCode::Left => self.widen(false),
            KeyCode::Char('>') | KeyCode::Right => self.widen(true),
            KeyCode::Char('=') => {
                if let Some(offer) = self.offers.get_mut(self.selected) {
                    offer.width = None;
                }
            }
            KeyCode::Char('d') => {
                self.by_itself = true;
                self.offer(&[]);
            }
            _ => {}
        }
        Outcome::Stay
    }

    /// Shows a column or hides it; the last one stays.
    fn toggle(&mut self) {
        let shown = self.offers.iter().filter(|o| o.shown).count();
        if let Some(offer) = self.offers.get_mut(self.selected)
            && (shown > 1 || !offer.shown)
        {
            offer.shown = !offer.shown;
            self.by_itself = false;
        }
    }

    /// Moves the column under the cursor to another place.
    fn carry(&mut self, to: usize) {
        if to < self.offers.len() && self.selected < self.offers.len() {
            self.offers.swap(self.selected, to);
            self.selected = to;
            self.by_itself = false;
        }
    }

    fn widen(&mut self, wider: bool) {
        let Some(offer) = self.offers.get(self.selected).copied() else { return };
        // The column that takes what is left is as wide as that.
        let solved = solve(&self.chosen(), self.room).into_iter().find(|(c, _)| *c == offer.column);
        let now = solved.map_or_else(|| self.width(&offer), |(_, width)| width);
        let next = if wider { now.saturating_add(Self::STEP) } else { now.saturating_sub(Self::STEP) };
        if let Some(offer) = self.offers.get_mut(self.selected) {
            offer.width = Some(next.clamp(*Columns::WIDTHS.start(), *Columns::WIDTHS.end()));
            offer.shown = true;
            self.by_itself = false;
        }
    }

    /// Sorts by the column under the cursor, if the list can be sorted by it.
    fn sort(&mut self) -> Outcome {
        match self.offers.get(self.selected).and_then(|o| order_of(o.column)) {
            Some(field) => {
                self.sort = turned(self.sort, field);
                Outcome::Try(Deed::Sort(field))
            }
            None => Outcome::Try(Deed::Hint("ui.columns.no_order")),
        }
    }
}
