//! What the query's words are read as, behind the query in its line.

use super::canvas::Canvas;
use super::theme::Role;
use crate::app::App;

/// Fewest columns in which a reading says something.
const FEWEST: u16 = 12;

/// Draws the readings between the query's end and column `end`, where there is room.
pub fn draw(app: &App, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let from = x.saturating_add(3);
    if app.query.also.is_empty() || app.query.wrong.is_some() || from + FEWEST > end {
        return;
    }
    let words = app.query.also.join(" ");
    let text = canvas.look.lang.fill("ui.query.also", &[("words", &words)]);
    canvas.put(from, y, end, &text, Role::Hint);
}
