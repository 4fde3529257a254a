//! The guard against formula injection: a cell of a notice must never run in an analyst's spreadsheet.

use crate::text::{fold, is_invisible};
use std::borrow::Cow;

/// Puts `'` before a cell that a spreadsheet could take for a formula: one that begins, after folding and after any
/// white space, invisible characters or double quotes, with `=`, `+`, `-` or `@`, or that begins with a tab or a line
/// end. A spreadsheet takes quotes off where it reads TSV, which has none of its own.
pub fn guard(cell: &str) -> Cow<'_, str> {
    if is_formula(cell) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

fn is_formula(cell: &str) -> bool {
    if cell.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let skipped = |c: char| c.is_whitespace() || c.is_control() || c == '"' || is_invisible(c);
    let Some(first) = cell.chars().find(|c| !skipped(*c)) else { return false };
    fold(first.encode_utf8(&mut [0; 4])).text.starts_with(['=', '+', '-', '@'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_guarded_in_any_width() {
        for s in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "＝cmd",
            "＋1",
            "－1",
            "＠x",
            "−2",
            "\tx",
            "\rx",
            "\nx",
            " =1",
            "\u{200b}=1",
            "\"=1\"",
            " \"\" +1",
        ] {
            assert_eq!(guard(s), format!("'{s}"), "{s:?}");
        }
        for s in ["", "株式会社", "2024-05-28", "a=b", "'=1", "  ", "\"引用\"", "・-"] {
            assert_eq!(guard(s), s, "{s:?}");
        }
    }
}
