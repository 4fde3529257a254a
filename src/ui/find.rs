//! The line that looks for words in a text, drawn in the place of the status line, with the number of places found.

use super::canvas::{Canvas, Look};
use super::theme::Role;
use crate::app::layers::find::FindLine;
use crate::app::layout::Area;
use crate::lang::grouped;

/// Draws the line.
pub fn draw(d: &FindLine, line: Area, canvas: &mut Canvas) {
    canvas.clear(line);
    let told = count(d, &canvas.look);
    let end = canvas.put_left_of(line.width.saturating_sub(1), line.y, &told, Role::Hint).saturating_sub(2);
    let at = prompt(&canvas.look);
    canvas.put(1, line.y, end, canvas.look.lang.text("ui.find.prompt"), Role::FrameFocus);
    if d.input.is_empty() {
        canvas.put(at, line.y, end, canvas.look.lang.text("ui.find.hint"), Role::Dim);
        return;
    }
    let (start, _) = d.input.window(usize::from(end.saturating_sub(at)), canvas.look.ambiguous);
    let style = canvas.look.style(Role::Input);
    canvas.raw(at, line.y, end, d.input.text().get(start..).unwrap_or_default(), style);
}

/// Where the cursor stands.
pub fn cursor(d: &FindLine, line: Area, look: &Look) -> Option<(u16, u16)> {
    let end = line.width.saturating_sub(look.width(&count(d, look)) + 3);
    let at = prompt(look);
    let (_, column) = d.input.window(usize::from(end.saturating_sub(at)), look.ambiguous);
    Some((at + u16::try_from(column).ok()?, line.y))
}

/// The column where the text begins.
fn prompt(look: &Look) -> u16 {
    look.width(look.lang.text("ui.find.prompt")) + 2
}

fn count(d: &FindLine, look: &Look) -> String {
    match (d.found, d.at) {
        _ if d.input.is_empty() => String::new(),
        (0, _) => look.lang.text("ui.find.none").to_owned(),
        (n, at) => {
            let (i, n) = (grouped(at.map_or(0, |i| i + 1) as u64), grouped(n as u64));
            look.lang.fill("ui.hint.match", &[("i", &i), ("n", &n)])
        }
    }
}
