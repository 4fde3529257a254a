//! Breaking a paragraph into terminal lines by the Unicode line-breaking rules (UAX #14), which know that no line
//! begins with 。 or ends with 「.

use super::width::{AmbiguousWidth, grapheme_width};
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_segmentation::UnicodeSegmentation;

/// Breaks `text` into byte ranges of at most `columns` display columns each; line feeds end a line and belong to none.
/// White space at a break stays with the line before and does not count. A cluster wider than the room stands alone.
pub fn wrap(text: &str, columns: usize, ambiguous: AmbiguousWidth) -> Vec<(usize, usize)> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph, start, columns, ambiguous, &mut lines);
        start += paragraph.len() + 1;
    }
    lines
}

fn wrap_paragraph(p: &str, base: usize, columns: usize, ambiguous: AmbiguousWidth, lines: &mut Vec<(usize, usize)>) {
    let (mut begin, mut used) = (0, 0);
    let mut previous = 0;
    for (at, _) in linebreaks(p).chain(std::iter::once((p.len(), BreakOpportunity::Mandatory))) {
        if at <= previous || sticks(p, at) {
            continue;
        }
        let piece = p.get(previous..at).unwrap_or_default();
        let w: usize = piece.trim_end().graphemes(true).map(|g| grapheme_width(g, ambiguous)).sum();
        if used + w > columns && begin < previous {
            lines.push((base + begin, base + previous));
            (begin, used) = (previous, 0);
        }
        let mut offset = previous;
        for g in piece.graphemes(true) {
            let gw = grapheme_width(g, ambiguous);
            if used + gw > columns && begin < offset && !g.trim().is_empty() {
                lines.push((base + begin, base + offset));
                (begin, used) = (offset, 0);
            }
            used += gw;
            offset += g.len();
        }
        previous = at;
    }
    lines.push((base + begin, base + p.len()));
}

/// Tells whether no line ends here although it might: inside a flag (`--dry-run`), before the dot between two hints.
fn sticks(p: &str, at: usize) -> bool {
    p.get(..at).is_some_and(|before| before.ends_with("--")) && at < p.len()
        || p.get(at..).is_some_and(|after| after.starts_with('·'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::width;

    fn lines(text: &str, columns: usize) -> Vec<&str> {
        let of = |(a, b): (usize, usize)| text.get(a..b).unwrap();
        wrap(text, columns, AmbiguousWidth::Narrow).into_iter().map(of).collect()
    }

    #[test]
    fn no_line_begins_with_closing_punctuation() {
        assert_eq!(lines("個人情報、漏えい。", 8), ["個人情", "報、漏え", "い。"]);
        assert_eq!(lines("a b\n\ncd", 10), ["a b", "", "cd"]);
        assert_eq!(lines("say --dry-run", 7), ["say ", "--dry-", "run"]);
        assert_eq!(lines("abc def · ghi", 7), ["abc ", "def · ", "ghi"]);
        assert_eq!(lines("", 10), [""]);
    }

    #[test]
    fn every_byte_is_in_one_line_and_lines_fit() {
        let text = "この度、hogehoge-very-long-word-without-any-space を紛失しました。\n\t「お詫び」 abc def ";
        for columns in 1..40 {
            let parts = wrap(text, columns, AmbiguousWidth::Narrow);
            let joined: String = parts.iter().map(|(a, b)| text.get(*a..*b).unwrap()).collect();
            assert_eq!(joined, text.replace('\n', ""));
            for (a, b) in parts {
                let line = text.get(a..b).unwrap().trim_end();
                assert!(width(line, AmbiguousWidth::Narrow) <= columns.max(2), "{columns} {line:?}");
            }
        }
    }
}
