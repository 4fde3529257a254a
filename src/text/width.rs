//! Display width: how many terminal columns a text takes.

use super::neutral::{is_neutral, neutralise};
use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How wide characters of East Asian ambiguous width (`○ ※ → ─`) are drawn by the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmbiguousWidth {
    /// One column: most terminals.
    #[default]
    Narrow,
    /// Two columns: terminals set up for older CJK programs.
    Wide,
}

/// Columns that `s` takes once neutralised.
pub fn width(s: &str, ambiguous: AmbiguousWidth) -> usize {
    if s.is_ascii() && !s.bytes().any(|b| b < 0x20 || b == 0x7F) {
        return s.len();
    }
    s.graphemes(true).map(|g| grapheme_width(g, ambiguous)).sum()
}

/// Columns of one grapheme cluster once neutralised.
pub fn grapheme_width(g: &str, ambiguous: AmbiguousWidth) -> usize {
    if !is_neutral(g) {
        return raw_width(&neutralise(g), ambiguous);
    }
    raw_width(g, ambiguous)
}

fn raw_width(s: &str, ambiguous: AmbiguousWidth) -> usize {
    match ambiguous {
        AmbiguousWidth::Narrow => s.width(),
        AmbiguousWidth::Wide => s.width_cjk(),
    }
}

/// Tells whether terminals disagree on a character's width.
pub fn is_ambiguous(c: char) -> bool {
    c.width() != c.width_cjk()
}

/// Neutralises `s` and cuts it to at most `columns`, with `…` (one column, or two) where something was left out.
pub fn fit(s: &str, columns: usize, ambiguous: AmbiguousWidth) -> Cow<'_, str> {
    let safe = neutralise(s);
    if width(&safe, ambiguous) <= columns {
        return safe;
    }
    let mark = if raw_width("…", ambiguous) == 1 { "…" } else { ".." };
    let room = columns.saturating_sub(raw_width(mark, ambiguous));
    let (mut out, mut used) = (String::new(), 0);
    for g in safe.graphemes(true) {
        let w = grapheme_width(g, ambiguous);
        if used + w > room {
            break;
        }
        used += w;
        out.push_str(g);
    }
    if columns >= raw_width(mark, ambiguous) {
        out.push_str(mark);
    }
    Cow::Owned(out)
}

/// Cuts to `columns` and fills up with spaces on the right.
pub fn pad_right(s: &str, columns: usize, ambiguous: AmbiguousWidth) -> String {
    let mut out = fit(s, columns, ambiguous).into_owned();
    let used = width(&out, ambiguous);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

/// Cuts to `columns` and fills up with spaces on the left.
pub fn pad_left(s: &str, columns: usize, ambiguous: AmbiguousWidth) -> String {
    let cut = fit(s, columns, ambiguous);
    let used = width(&cut, ambiguous);
    let mut out = " ".repeat(columns.saturating_sub(used));
    out.push_str(&cut);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use AmbiguousWidth::{Narrow, Wide};

    #[test]
    fn japanese_takes_two_columns_a_character() {
        assert_eq!(width("事件簿 2024", Narrow), 11);
        assert_eq!(width("○", Narrow), 1);
        assert_eq!(width("○", Wide), 2);
        assert_eq!(width("\u{1b}", Narrow), 1);
    }

    #[test]
    fn cutting_never_exceeds_the_room() {
        for n in 0..12 {
            for s in ["個人情報の漏えい", "abc", "aあiい", "\u{202e}x", ""] {
                for a in [Narrow, Wide] {
                    assert!(width(&fit(s, n, a), a) <= n, "{s} {n}");
                    assert_eq!(width(&pad_right(s, n, a), a), n);
                    assert_eq!(width(&pad_left(s, n, a), a), n);
                }
            }
        }
        assert_eq!(fit("個人情報", 6, Narrow), "個人…");
    }
}
