//! The tour's step: a small panel at the lower right, above the status line, below dialogs.

use super::canvas::Canvas;
use super::theme::Role;
use crate::app::App;
use crate::app::layout::{Area, Layout};
use crate::app::tour::Tour;
use crate::text::wrap;

/// Columns of the panel, frame included.
const COLUMNS: u16 = 46;

/// Draws the step, if a tour is under way.
pub fn draw(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let Some(tour) = app.tour else { return };
    let look = canvas.look;
    let (width, _) = canvas.size();
    let columns = COLUMNS.min(width.saturating_sub(2));
    let text = tour.text(&app.setup.keymap, app.setup.lang);
    let lines = wrap(&text, usize::from(columns.saturating_sub(4)), look.ambiguous);
    let room = layout.status.y.saturating_sub(layout.query.y + 1);
    let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX).min(room);
    let area = Area {
        x: width.saturating_sub(columns + 1),
        y: layout.status.y.saturating_sub(height),
        width: columns,
        height,
    };
    canvas.clear(Area { x: area.x.saturating_sub(1), width: area.width + 2, ..area });
    let values = [("i", tour.number().to_string()), ("n", Tour::STEPS.to_string())];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    canvas.frame(area, &look.lang.fill("ui.tour.title", &values), look.lang.text("ui.tour.leave"), true);
    let inner = area.inner();
    for ((from, to), y) in lines.into_iter().zip(inner.y..inner.y + inner.height) {
        canvas.put(
            inner.x + 1,
            y,
            inner.x + inner.width,
            text.get(from..to).unwrap_or_default().trim_end(),
            Role::Text,
        );
    }
}
