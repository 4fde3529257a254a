//! Where the real cursor stands in the plain form: at the row that the keys act on, so that a screen reader reads it.
//! Drawn screens hide the cursor there.

use crate::app::App;
use crate::app::layout::{Area, Layout, Pane};
use crate::app::{commands::pages::HelpLine, layers::Layer};

/// Column and row of the chosen row of the focused pane; of an empty or hidden one, the beginning of the status line.
pub fn cursor(app: &App, layout: &Layout) -> Option<(u16, u16)> {
    let status = (layout.status.x + 1, layout.status.y);
    let Some(inner) = layout.of(app.focus).map(Area::inner).filter(|_| !app.store_is_empty()) else {
        return Some(status);
    };
    // Below the list's header.
    let (first, row) = match app.focus {
        Pane::List if app.list.is_empty() => return Some(status),
        Pane::List => (1, app.list.cursor.saturating_sub(app.list.top)),
        Pane::Detail | Pane::Timeline => (0, 0),
    };
    let y = inner.y.saturating_add(first).saturating_add(u16::try_from(row).unwrap_or(u16::MAX));
    Some((inner.x, y.min(inner.y + inner.height.saturating_sub(1))))
}

/// The same in a dialog without an input.
pub fn dialog_cursor(layer: &Layer, (width, height): (u16, u16)) -> Option<(u16, u16)> {
    let inner = layer.area(width, height).inner();
    let row = match layer {
        Layer::Menu(menu) => menu.selected.min(usize::from(inner.height.saturating_sub(3))),
        // The first line that says something.
        Layer::Help(help) => help.lines.iter().skip(help.scroll).position(|l| !matches!(l, HelpLine::Blank))?,
        _ => 0,
    };
    let y = inner.y.saturating_add(u16::try_from(row).unwrap_or(0)).min(inner.y + inner.height.saturating_sub(1));
    Some((inner.x, y))
}
