//! The fuzzy jump's dialog: what is typed, and what resembles it with the letters that match.

use super::canvas::Canvas;
use super::dialogs::{first_shown, foot, input_line, row_start};
use super::highlights;
use super::theme::Role;
use crate::app::layers::JumpBox;
use crate::app::layout::Area;
use crate::domain::jump::{JumpHit, JumpTo};
use crate::lang::{Lang, grouped};

/// Draws the dialog's inside.
pub fn draw(d: &JumpBox, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    input_line(&d.input, inner, lang.text("ui.jump.hint"), canvas);
    let rows = inner.height.saturating_sub(3 + foot(inner, &told(d, lang), Role::Hint, canvas));
    let top = inner.y + 2;
    let first = first_shown(d.selected, rows);
    let kinds = ["org", "incident", "tag"].map(|kind| lang.get(&format!("ui.jump.{kind}")).unwrap_or_default());
    let column = kinds.iter().map(|kind| canvas.look.width(kind)).max().unwrap_or(0) + 2;
    for ((index, hit), y) in d.found.hits.iter().enumerate().skip(first).zip(top..top + rows) {
        line(hit, index == d.selected, column, Area { y, height: 1, ..inner }, canvas);
    }
}

fn line(hit: &JumpHit, selected: bool, column: u16, at: Area, canvas: &mut Canvas) {
    let (lang, end) = (canvas.look.lang, at.x + at.width);
    let (x, role) = row_start(selected, at.x, at.y, canvas);
    let (kind, aside, role) = match &hit.to {
        JumpTo::Incident(_) => ("ui.jump.incident", hit.day.map(|day| day.to_string()).unwrap_or_default(), role),
        JumpTo::Organisation(_) => ("ui.jump.org", incidents(hit.count, lang), role),
        JumpTo::Tag(_) => ("ui.jump.tag", incidents(hit.count, lang), if selected { role } else { Role::Tag }),
    };
    canvas.put(x, at.y, end, lang.text(kind), Role::Dim);
    let aside_at = canvas.put_left_of(end.saturating_sub(1), at.y, &aside, Role::Dim);
    highlights::put(&hit.name, &hit.spans, (x + column, at.y), aside_at.saturating_sub(2), role, canvas);
}

fn incidents(n: usize, lang: Lang) -> String {
    lang.count("ui.jump.count", "ui.jump.count_one", n, &[])
}

/// What was found so far, or what to do.
fn told(d: &JumpBox, lang: Lang) -> String {
    let found = &d.found;
    let names = grouped(found.names as u64);
    let n = grouped(found.matching as u64);
    let values = [("names", names.as_str()), ("n", n.as_str())];
    let key = match (found.done, d.input.text().trim().is_empty()) {
        (false, _) if found.hits.is_empty() => "ui.jump.reading",
        (false, _) => "ui.jump.so_far",
        (true, true) => "ui.jump.type",
        (true, false) if d.is_behind() => "ui.jump.reading",
        (true, false) if found.hits.is_empty() => "ui.jump.nothing",
        (true, false) => "ui.jump.enter",
    };
    let text = lang.fill(key, &values);
    match found.newest {
        Some(most) => format!("{text} {}", lang.fill("ui.jump.newest", &[("n", &grouped(most as u64))])),
        None => text,
    }
}
