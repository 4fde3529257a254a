//! The panel of tags by one key, drawn by `dialogs` above the status line.

use super::canvas::Canvas;
use super::theme::Role;
use crate::app::layers::Leader;
use crate::app::layout::Area;
use crate::domain::protocol::TagKey;

/// Draws the tags side by side, and below them what else can be pressed.
pub fn draw(d: &Leader, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    let foot = inner.y + inner.height.saturating_sub(1);
    let column = u16::try_from(d.column()).unwrap_or(u16::MAX);
    let across = usize::from((inner.width / column.max(1)).max(1));
    let rows = usize::from(inner.height.saturating_sub(1));
    match &d.keys {
        None => drop(canvas.put(inner.x + 1, inner.y, end, lang.text("ui.tags.loading"), Role::Dim)),
        Some(keys) if keys.is_empty() => {
            canvas.put(inner.x + 1, inner.y, end, lang.text("ui.leader.none"), Role::Text);
        }
        Some(keys) => {
            // Down first, as one reads a list.
            let high = keys.len().div_ceil(across).clamp(1, rows.max(1));
            for (i, key) in keys.iter().enumerate().take(high * across) {
                let x = inner.x + 1 + u16::try_from(i / high).unwrap_or(0).saturating_mul(column);
                let y = inner.y + u16::try_from(i % high).unwrap_or(0);
                one(d, key, (x, y), end.min(x.saturating_add(column.saturating_sub(2))), canvas);
            }
        }
    }
    let (text, role) = match d.unknown {
        Some(key) => (lang.fill("ui.leader.unknown", &[("key", &key.to_string())]), Role::Error),
        None => (lang.text("ui.leader.foot").to_owned(), Role::Hint),
    };
    canvas.put(inner.x + 1, foot, end, &text, role);
}

fn one(d: &Leader, key: &TagKey, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let [all, _, none] = canvas.look.signs.carried;
    let x = canvas.put(x, y, end, &key.key.to_string(), Role::Key) + 1;
    let x = match &d.carried {
        Some(tags) => canvas.put(x, y, end, if tags.contains(&key.tag) { all } else { none }, Role::Tag) + 1,
        None => x,
    };
    canvas.put(x, y, end, key.tag.as_str(), Role::Text);
}
