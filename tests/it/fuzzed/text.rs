//! Any text on its way to a search or a terminal: folded, measured, wrapped, cut, neutralised, written as JSON.

use super::in_time;
use jikenbo::text::neutral::{NeutralLines, holds_unsafe, is_unsafe, neutralise_lines};
use jikenbo::text::{
    AmbiguousWidth, Placed, find, first_chars, fit, fold, json, last_chars, nearest, neutralise, pad_left, pad_right,
    placed_word, search_fold, width, wrap,
};
use std::io::Write;
use unicode_segmentation::UnicodeSegmentation;

/// Holds every way of changing a text to what it promises.
///
/// # Panics
/// Panics where something does not hold.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    in_time(text.len(), || folds(&text));
    in_time(text.len(), || is_harmless(&text));
    in_time(text.len(), || is_harmless_by_lines(bytes));
    in_time(text.len(), || is_looked_through(&text));
    for ambiguous in [AmbiguousWidth::Narrow, AmbiguousWidth::Wide] {
        in_time(text.len(), || measures(&text, ambiguous));
    }
}

fn folds(text: &str) {
    let folded = fold(text);
    let mut last = 0;
    for (start, c) in folded.text.char_indices() {
        let (from, to) = folded.back(start, start + c.len_utf8());
        assert!(from < to && text.get(from..to).is_some(), "{from}..{to} of {text:?}");
        assert!(from >= last, "{from} stands before {last} in {text:?}");
        last = from;
        let there = folded.forward(from);
        assert!(folded.text.is_char_boundary(there) && there <= start, "{from} is {there} in {text:?}");
    }
    assert!(folded.forward(text.len()) <= folded.text.len());
    let searched = search_fold(text);
    assert_eq!(search_fold(&searched), searched, "{text:?}");
    assert!(!placed_word(text).ends_with(' '), "{text:?}");
    let placed = Placed::of(text);
    for (start, c) in placed.text.char_indices() {
        let (from, to) = placed.back(start, start + c.len_utf8());
        assert!(from < to && text.get(from..to).is_some(), "{from}..{to} of {text:?}");
    }
}

fn is_harmless(text: &str) {
    let shown = neutralise(text);
    assert!(!shown.chars().any(is_unsafe), "{text:?}");
    assert_eq!(neutralise(&shown), shown, "{text:?}");
    let lines = neutralise_lines(text);
    assert!(!lines.chars().any(|c| is_unsafe(c) && !matches!(c, '\n' | '\t')), "{text:?}");
    assert_eq!(lines.matches('\n').count(), text.matches('\n').count(), "{text:?}");
    let expected = text.chars().any(|c| is_unsafe(c) && !matches!(c, '\n' | '\r' | '\t'));
    assert_eq!(holds_unsafe(text), expected, "{text:?}");
    let written = json::to_string(text).unwrap();
    assert!(!written.chars().any(is_unsafe), "{written:?}");
    assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
}

/// What goes to a terminal in any pieces is what each line of it is shown as.
fn is_harmless_by_lines(bytes: &[u8]) {
    let mut out = Vec::new();
    let mut lines = NeutralLines::new(&mut out);
    bytes.chunks(bytes.len() % 9 + 1).for_each(|some| lines.write_all(some).unwrap());
    lines.flush().unwrap();
    let shown = String::from_utf8(out).unwrap();
    let line = |l: &[u8]| neutralise_lines(&String::from_utf8_lossy(l.strip_suffix(b"\r").unwrap_or(l))).into_owned();
    let expected: Vec<String> = bytes.split(|b| *b == b'\n').map(line).collect();
    assert_eq!(shown, expected.join("\n"));
}

fn is_looked_through(text: &str) {
    let n = text.len() % 13;
    assert_eq!(first_chars(text, n), text.chars().take(n).collect::<String>());
    let rest = text.chars().count().saturating_sub(n);
    assert_eq!(last_chars(text, n), text.chars().skip(rest).collect::<String>());
    let words: Vec<&str> = text.split_whitespace().take(20).collect();
    let Some(word) = words.get(n % words.len().max(1)).map(|w| first_chars(w, 24)) else { return };
    assert_eq!(find(text, word), text.find(word), "{word:?} in {text:?}");
    let near = nearest(word, words.iter().map(|w| first_chars(w, 24)));
    assert!(near.is_none_or(|near| words.iter().any(|w| w.starts_with(near))), "{near:?} for {word:?} of {text:?}");
    assert!(near.is_some() || word.chars().count() < 2, "{word:?} is not near itself in {text:?}");
    let pretty = {
        let mut out = Vec::new();
        json::write_pretty(&mut out, &words).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert!(!pretty.chars().any(|c| is_unsafe(c) && c != '\n'), "{pretty:?}");
    assert_eq!(serde_json::from_str::<Vec<String>>(&pretty).unwrap(), words);
}

fn measures(text: &str, ambiguous: AmbiguousWidth) {
    let whole = width(text, ambiguous);
    let first = text.bytes().next().map_or(7, usize::from);
    for columns in [0, 1, 2, first % 100, whole.saturating_sub(1), whole] {
        let cut = fit(text, columns, ambiguous);
        assert!(width(&cut, ambiguous) <= columns, "{columns} {cut:?} of {text:?}");
        assert!(!cut.chars().any(is_unsafe), "{cut:?}");
        for padded in [pad_left(text, columns, ambiguous), pad_right(text, columns, ambiguous)] {
            assert_eq!(width(&padded, ambiguous), columns, "{columns} {padded:?} of {text:?}");
        }
    }
    for columns in [1, 2, 3, 10, first % 200] {
        let mut at = 0;
        for (start, end) in wrap(text, columns, ambiguous) {
            let line = text.get(start..end).unwrap_or_else(|| panic!("{start}..{end} of {text:?}"));
            // A line feed may stand between two lines, nothing else.
            assert!(
                start >= at && text.get(at..start).is_some_and(|gap| matches!(gap, "" | "\n")),
                "{at} {start} {text:?}"
            );
            at = end;
            assert!(!line.contains('\n'), "{line:?}");
            // A cluster that is wider than the room stands alone.
            let shown = line.trim_end();
            let alone = shown.trim_start().graphemes(true).nth(1).is_none();
            assert!(width(shown, ambiguous) <= columns.max(1) || alone, "{columns} {line:?} of {text:?}");
        }
        assert!(matches!(text.get(at..), Some("" | "\n")), "{at} of {text:?}");
    }
}
