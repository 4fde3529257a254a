//! How a statement is meant: as a fact, a denial, a plan or a piece of advice.
//!
//! Given sentences and the text around a cue word by the rules of one field each.

use super::doc::{Doc, Section, Sentence};
use std::borrow::Cow;

pub use crate::text::{first_chars, last_chars};

/// Tells whether a sentence states what happened: prevention, contacts, plans, advice and questions do not.
pub fn is_report(doc: &Doc, s: &Sentence) -> bool {
    let text = doc.of(s);
    !matches!(s.section, Section::Prevention | Section::Contact)
        && !doc.has("prevention", text)
        && !doc.has("advice", text)
        && !doc.has("explains", text)
        && !doc.has("asides", text)
        && !text.ends_with('?')
        && !text.ends_with("か。")
}

/// Tells whether the words behind a cue only speak of its kind: of measures against it, or of a case that may come.
pub fn is_supposed(doc: &Doc, text: &str, at: usize) -> bool {
    let near = first_chars(text.get(at..).unwrap_or_default(), 10);
    doc.hits("supposed", near).next().is_some_and(|h| h.start <= "など".len())
}

/// The words behind an offset to the end of their clause: a full stop, a note, a bracket that closes, or a predicate
/// that goes on with a comma. A bracket that opens in between is jumped over.
pub fn clause_behind(text: &str, at: usize, most: usize) -> Cow<'_, str> {
    let rest = first_chars(text.get(at..).unwrap_or_default(), most);
    for (i, c) in rest.char_indices() {
        let before = rest.get(..i).unwrap_or_default();
        match c {
            '(' => return without_brackets(rest),
            '。' | '※' | ')' => return Cow::Borrowed(before),
            '\n' if !is_broken_off(before) => return Cow::Borrowed(before),
            '、' => {
                let plain = rest.get(..i + '、'.len_utf8()).unwrap_or_default();
                if ends_predicate(plain) {
                    return Cow::Borrowed(plain);
                }
            }
            _ => {}
        }
    }
    Cow::Borrowed(rest)
}

fn without_brackets(text: &str) -> Cow<'_, str> {
    let mut clause = String::new();
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '。' | '※' | ')' => break,
            '\n' if depth == 0 && !is_broken_off(&clause) => break,
            _ if depth == 0 => clause.push(c),
            _ => {}
        }
        if c == '、' && depth == 0 && ends_predicate(&clause) {
            break;
        }
    }
    Cow::Owned(clause)
}

/// A line that ends inside a clause, as hard-wrapped text does; any other line end ends an item of a list.
fn is_broken_off(line: &str) -> bool {
    line.ends_with(['は', 'が', 'も', 'を', 'に', 'で', 'と', 'や', '、', '・', '等'])
}

/// The endings of predicates that go on with a comma; a noun before the comma goes on with a list.
const GOING_ON: &[&str] = &[
    "が、",
    "で、",
    "し、",
    "れ、",
    "ており、",
    "であり、",
    "して、",
    "って、",
    "んで、",
    "ため、",
    "おらず、",
    "ので、",
    "ますと、",
];

fn ends_predicate(clause: &str) -> bool {
    GOING_ON.iter().any(|w| clause.ends_with(w))
}

/// Tells whether a clause denies: a negative ending shortly behind one of the verbs of a group of phrases.
pub fn denies(doc: &Doc, clause: &str, verbs: &str) -> bool {
    doc.hits("negative_endings", clause).any(|h| {
        let before = last_chars(clause.get(..h.start).unwrap_or_default(), 12);
        let after = clause.get(h.end..).unwrap_or_default();
        !doc.has("no_negatives", last_chars(clause.get(..h.end).unwrap_or_default(), 8))
            && !["よう", "か", "限り", "場合", "まま", "状態", "とは限"].iter().any(|w| after.starts_with(w))
            && doc.has(verbs, before)
    })
}

#[cfg(test)]
mod tests {
    use super::super::Head;
    use super::*;

    #[test]
    fn a_clause_ends_where_its_predicate_ends() {
        assert_eq!(
            clause_behind("氏名、住所(自宅)及び電話番号が漏れ、口座は", 0, 90),
            "氏名、住所及び電話番号が漏れ、"
        );
        assert_eq!(clause_behind("は無事です。以上", 0, 90), "は無事です");
        assert_eq!(clause_behind("、傷病名を含むもの\n住所を含まないもの", 0, 90), "、傷病名を含むもの");
        assert_eq!(clause_behind("、傷病名は\n含まれておりません", 0, 90), "、傷病名は\n含まれておりません");
        assert_eq!(clause_behind("を送りましたが、住所", 0, 90), "を送りましたが、");
    }

    #[test]
    fn endings_deny_behind_their_verbs() {
        let l = &Doc::new("", &Head::default());
        for text in [
            "は一切含まれておりません",
            "の記載はありません",
            "は保存していなかった",
            "は漏えいしていないことを確認しました",
        ] {
            assert!(denies(l, text, "data_verbs"), "{text}");
        }
        for text in
            ["が含まれております", "が漏れたことは否定できません", "が含まれないよう確認", "だけでなく住所も含まれる"]
        {
            assert!(!denies(l, text, "data_verbs"), "{text}");
        }
        assert!(denies(l, "に関する相談は一件も寄せられていないとのことです", "damage_verbs"));
    }
}
