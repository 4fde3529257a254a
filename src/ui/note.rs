//! The box for a note, drawn: its lines, and below them what saves it.

use super::canvas::Canvas;
use super::dialogs::foot;
use super::theme::Role;
use crate::app::layers::NoteBox;
use crate::app::layout::Area;

/// Draws the box inside its frame.
pub fn draw(d: &NoteBox, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let (key, role) = if d.empty { ("ui.note.empty", Role::Error) } else { ("ui.note.enter", Role::Hint) };
    foot(inner, lang.text(key), role, canvas);
    let (columns, rows) = NoteBox::room(inner);
    let (x, end) = (inner.x + 1, inner.x + 1 + columns);
    let text = d.text.text();
    if text.is_empty() {
        canvas.put(x, inner.y, end, lang.text("ui.note.hint"), Role::Dim);
    }
    let style = canvas.look.style(Role::Input);
    for ((from, to), y) in d.text.lines().into_iter().skip(d.text.top).zip(inner.y..inner.y + rows) {
        canvas.raw(x, y, end, text.get(from..to).unwrap_or_default(), style);
    }
}

/// Where the cursor stands.
pub fn cursor(d: &NoteBox, inner: Area) -> Option<(u16, u16)> {
    let (line, column) = d.text.place();
    let (columns, rows) = NoteBox::room(inner);
    let row = u16::try_from(line.checked_sub(d.text.top)?).ok().filter(|row| *row < rows)?;
    Some((inner.x + 1 + u16::try_from(column).ok()?.min(columns), inner.y + row))
}
