//! Text with the places that match set off, cut to its columns: cells of the list, names in dialogs.

use super::canvas::{Canvas, Look};
use super::signs::spell;
use super::theme::Role;
use crate::domain::Span;
use crate::text::neutralise;

/// Draws a text up to column `limit`, its spans (ascending, none overlapping another) as matches; gives the column after
/// it. What does not fit is cut with an ellipsis, as [`Canvas::put`] does.
pub fn put(text: &str, spans: &[Span], (x, y): (u16, u16), limit: u16, role: Role, canvas: &mut Canvas) -> u16 {
    if spans.is_empty() {
        return canvas.put(x, y, limit, text, role);
    }
    let cut = x.saturating_add(canvas.look.width(&neutralise(text))) > limit;
    let sign = ellipsis(&canvas.look);
    let end = if cut { limit.saturating_sub(canvas.look.width(&sign)) } else { limit };
    let plain = canvas.look.style(role);
    let matching = plain.patch(canvas.look.style(Role::Match));
    let (mut x, mut at) = (x, 0);
    for span in spans.iter().chain([&Span::new(text.len(), text.len())]) {
        for (upto, style) in [(span.start, plain), (span.end, matching)] {
            let piece = text.get(at..upto).unwrap_or_default();
            let shown = if canvas.look.plain { spell(piece) } else { piece.to_owned() };
            let after = x.saturating_add(canvas.look.width(&neutralise(&shown)));
            x = canvas.raw(x, y, end, &shown, style);
            if x < after {
                return canvas.raw(x, y, limit, &sign, plain);
            }
            at = upto.max(at);
        }
    }
    x
}

/// What stands for what was cut.
fn ellipsis(look: &Look) -> String {
    let sign = if look.width("…") == 1 { "…" } else { ".." };
    if look.plain { spell(sign) } else { sign.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::text::AmbiguousWidth;
    use crate::ui::{signs, theme::Theme};
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Modifier;

    /// What is drawn into so many columns, matches between brackets.
    fn drawn(text: &str, spans: &[Span], columns: u16) -> String {
        let area = Rect::new(0, 0, 60, 1);
        let mut buffer = Buffer::empty(area);
        let look = Look {
            signs: &signs::FULL,
            theme: Theme::of(crate::config::Theme::Monochrome),
            ambiguous: AmbiguousWidth::Narrow,
            lang: Lang::En,
            plain: false,
            linear: false,
            brackets: false,
        };
        let mut canvas = Canvas::new(&mut buffer, area, look);
        let after = put(text, spans, (0, 0), columns, Role::Text, &mut canvas);
        assert!(after <= columns);
        let (mut out, mut inside, mut skip) = (String::new(), false, 0);
        for x in 0..after {
            let cell = &buffer[(x, 0)];
            if skip > 0 {
                skip -= 1;
                continue;
            }
            if cell.modifier.contains(Modifier::UNDERLINED) != inside {
                inside = !inside;
                out.push(if inside { '[' } else { ']' });
            }
            out.push_str(cell.symbol());
            skip = look.width(cell.symbol()).saturating_sub(1);
        }
        out + if inside { "]" } else { "" }
    }

    #[test]
    fn matches_are_set_off_and_what_is_too_long_is_cut() {
        let text = "USBメモリの紛失";
        let spans = [Span::new(0, 3), Span::new("USBメモリの".len(), text.len())];
        assert_eq!(drawn(text, &spans, 40), "[USB]メモリの[紛失]");
        assert_eq!(drawn(text, &spans, 15), "[USB]メモリの[紛失]");
        assert_eq!(drawn(text, &spans, 14), "[USB]メモリの[紛]…");
        assert_eq!(drawn(text, &spans, 11), "[USB]メモリ…");
        assert_eq!(drawn(text, &spans, 3), "[US]…");
        assert_eq!(drawn(text, &spans, 0), "");
        assert_eq!(drawn(text, &[], 11), "USBメモリ…");
        assert_eq!(drawn("a\u{202e}b", &[Span::new(4, 5)], 40), "a⟦U+202E⟧[b]");
    }
}
