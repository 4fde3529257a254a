//! The dialog that corrects a fact, drawn: the input, what it is understood as, offers, what stands now, what the parser
//! found and where.

use super::canvas::{Canvas, Piece};
use super::dialogs::{foot, input_line};
use super::theme::Role;
use crate::app::layers::correct::CorrectBox;
use crate::app::layout::Area;
use crate::app::panes::facts::told;
use crate::text::wrap;

/// Rows for what the input is understood as.
const TOLD: u16 = 2;

/// Draws the dialog inside its frame.
pub fn draw(d: &CorrectBox, inner: Area, canvas: &mut Canvas) {
    let lang = canvas.look.lang;
    let end = inner.x + inner.width;
    input_line(&d.input, inner, lang.text("ui.correct.hint"), canvas);
    understood(d, Area { y: inner.y + 1, height: TOLD.min(inner.height.saturating_sub(1)), ..inner }, canvas);
    let hint = match d.remark {
        Some(key) => (lang.text(key).to_owned(), Role::Error),
        None => (d.allowed(lang).to_owned(), Role::Dim),
    };
    let below = foot(inner, &hint.0, hint.1, canvas);
    let last = (inner.y + inner.height).saturating_sub(below);
    let mut y = inner.y + 1 + TOLD;
    if y < last {
        offers(d, (inner.x + 2, y), end, canvas);
    }
    y += 2;
    let labels = ["ui.correct.now", "ui.correct.parsed", "ui.correct.text"].map(|key| lang.text(key));
    let width = labels.iter().map(|l| canvas.look.width(l)).max().unwrap_or(0) + 2;
    let unknown = lang.text("ui.fact.unknown");
    let dot = format!(" {} ", canvas.look.signs.dot);
    let mut line = |label: &str, pieces: &[Piece], canvas: &mut Canvas| {
        if y < last {
            canvas.put(inner.x, y, end, label, Role::Dim);
            canvas.pieces(inner.x + width, y, end, pieces);
        }
        y += 1;
    };
    let [now_label, parsed_label, text_label] = labels;
    if let Some(correction) = d.correction() {
        let now = told(d.field, &d.now(), lang).unwrap_or_else(|| unknown.to_owned());
        let day: String = correction.at.chars().take(10).collect();
        let by = format!("{dot}{} {} {day}", canvas.look.signs.corrected, correction.by);
        line(now_label, &[(&now, Role::Text), (&by, Role::Dim)], canvas);
    }
    let parsed = told(d.field, &d.parsed(), lang).unwrap_or_else(|| unknown.to_owned());
    let sure = d.confidence().map(|c| {
        let name = lang.get(&format!("confidence.{}", c.as_str())).unwrap_or_default();
        format!("{dot}{} {name}", canvas.look.signs.of_confidence(c))
    });
    line(parsed_label, &[(&parsed, Role::Text), (sure.as_deref().unwrap_or_default(), Role::Dim)], canvas);
    match d.proof() {
        Some([before, here, after]) => {
            let [open, close] = canvas.look.signs.brackets;
            let here = if canvas.look.brackets { format!("{open}{here}{close}") } else { here };
            line(text_label, &[(&before, Role::Dim), (&here, Role::Evidence), (&after, Role::Dim)], canvas);
        }
        None => line(text_label, &[(lang.text("ui.correct.no_proof"), Role::Dim)], canvas),
    }
}

fn understood(d: &CorrectBox, area: Area, canvas: &mut Canvas) {
    let (text, sign, role) = match d.told(canvas.look.lang) {
        Ok(text) => (text, "=", Role::Good),
        Err(text) => (text, canvas.look.signs.warning, Role::Error),
    };
    let end = area.x + area.width;
    canvas.put(area.x, area.y, end, sign, role);
    let columns = usize::from(area.width.saturating_sub(2));
    let lines = wrap(&text, columns, canvas.look.ambiguous);
    for ((from, to), y) in lines.iter().zip(area.y..area.y + area.height) {
        // The last line there is room for tells by its ellipsis that there is more.
        let to = if y + 1 == area.y + area.height { text.len() } else { *to };
        canvas.put(area.x + 2, y, end, text.get(*from..to).unwrap_or_default(), role);
    }
}

/// What Tab offers, in one line that holds the one that was taken.
fn offers(d: &CorrectBox, (x, y): (u16, u16), end: u16, canvas: &mut Canvas) {
    let columns = |i: usize| d.offers.get(i).map_or(0, |o| canvas.look.width(&o.shown).saturating_add(2));
    let chosen = d.chosen.unwrap_or(0);
    let (mut first, mut used) = (chosen, columns(chosen));
    while let Some(before) = first.checked_sub(1).filter(|b| x + used + columns(*b) <= end) {
        used += columns(before);
        first = before;
    }
    let mut x = x;
    for (i, offer) in d.offers.iter().enumerate().skip(first) {
        if x + canvas.look.width(&offer.shown) > end && i != chosen {
            break;
        }
        let role = if d.chosen == Some(i) { Role::Chosen } else { Role::Dim };
        x = canvas.put(x, y, end, &offer.shown, role) + 2;
    }
}
