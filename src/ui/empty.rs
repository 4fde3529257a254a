//! What stands where there is nothing to show: a screen that is too small, an empty store.

use super::canvas::Canvas;
use super::theme::Role;
use crate::app::App;
use crate::app::layout::Layout;
use crate::text::wrap;

/// Says politely that the screen is too small.
pub fn too_small(canvas: &mut Canvas) {
    let (width, height) = canvas.size();
    let lang = canvas.look.lang;
    let size = [("w", Layout::MIN_WIDTH.to_string()), ("h", Layout::MIN_HEIGHT.to_string())];
    let values: Vec<(&str, &str)> = size.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let text = lang.fill("ui.too_small", &values);
    let lines = wrap(&text, usize::from(width), canvas.look.ambiguous).into_iter();
    let lines = lines.map(|(from, to)| (text.get(from..to).unwrap_or_default().trim_end(), Role::Text));
    centre(canvas, 0, height, width, &lines.collect::<Vec<_>>());
}

/// Says how incidents come in.
pub fn empty_store(app: &App, layout: &Layout, canvas: &mut Canvas) {
    let (width, height) = canvas.size();
    let lang = canvas.look.lang;
    let keys = app.setup.keymap.text(lang, "ui.empty.keys");
    let demo = app.setup.keymap.text(lang, "ui.empty.demo");
    let lines = [
        (lang.text("ui.empty.title"), Role::Strong),
        ("", Role::Text),
        (lang.text("ui.empty.ingest"), Role::Text),
        ("jikenbo ingest PATH", Role::Key),
        ("", Role::Text),
        (demo.as_str(), Role::Text),
        ("jikenbo demo", Role::Key),
        ("", Role::Text),
        (keys.as_str(), Role::Dim),
    ];
    let top = layout.query.y + 1;
    centre(canvas, top, height.saturating_sub(top + 2), width, &lines);
}

fn centre(canvas: &mut Canvas, top: u16, height: u16, width: u16, lines: &[(&str, Role)]) {
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let first = top + height.saturating_sub(rows) / 2;
    for ((text, role), y) in lines.iter().zip(first..top.saturating_add(height)) {
        let x = width.saturating_sub(canvas.look.width(text)) / 2;
        canvas.put(x, y, width, text, *role);
    }
}
