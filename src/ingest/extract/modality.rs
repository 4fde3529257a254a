//! How a statement is meant: as a fact, a denial, a plan or a piece of advice.
//!
//! Given sentences and the text around a cue word by the rules of one field each.

use super::doc::{Doc, Section, Sentence};
use crate::lexicon::facts::FactLexicon;

/// Tells whether a sentence states what happened: prevention, contacts, plans, advice and questions do not.
pub fn is_report(doc: &Doc, s: &Sentence) -> bool {
    let text = doc.of(s);
    !matches!(s.section, Section::Prevention | Section::Contact)
        && !doc.has("prevention", text)
        && !doc.has("advice", text)
        && !text.ends_with('?')
        && !text.ends_with("か。")
}

/// Tells whether the words behind a cue only speak of its kind: of measures against it, or of a case that may come.
pub fn is_supposed(doc: &Doc, text: &str, at: usize) -> bool {
    let near = first_chars(text.get(at..).unwrap_or_default(), 10);
    doc.lexicon.phrases("supposed").hits(near).next().is_some_and(|h| h.start <= "など".len())
}

/// At most `n` characters from a text's start.
pub fn first_chars(text: &str, n: usize) -> &str {
    text.get(..text.char_indices().nth(n).map_or(text.len(), |(i, _)| i)).unwrap_or_default()
}

/// At most `n` characters up to a text's end.
pub fn last_chars(text: &str, n: usize) -> &str {
    let from = text.char_indices().rev().nth(n.saturating_sub(1)).map_or(0, |(i, _)| i);
    text.get(from..).unwrap_or_default()
}

/// The words behind an offset to the end of their clause: a full stop, a note, a bracket that closes, or a predicate
/// that goes on with a comma. A bracket that opens in between is jumped over.
pub fn clause_behind(text: &str, at: usize, most: usize) -> String {
    let mut clause = String::new();
    let mut depth = 0usize;
    for c in text.get(at..).unwrap_or_default().chars().take(most) {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '。' | '※' | ')' => break,
            _ if depth == 0 => clause.push(c),
            _ => {}
        }
        if c == '、' && depth == 0 && ends_predicate(&clause) {
            break;
        }
    }
    clause
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
pub fn denies(lexicon: &FactLexicon, clause: &str, verbs: &str) -> bool {
    lexicon.phrases("negative_endings").hits(clause).any(|h| {
        let before = last_chars(clause.get(..h.start).unwrap_or_default(), 16);
        let after = clause.get(h.end..).unwrap_or_default();
        !lexicon.phrases("no_negatives").is_in(last_chars(clause.get(..h.end).unwrap_or_default(), 8))
            && !["よう", "か", "限り", "場合", "まま", "状態", "とは限"].iter().any(|w| after.starts_with(w))
            && lexicon.phrases(verbs).is_in(before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::facts;

    #[test]
    fn a_clause_ends_where_its_predicate_ends() {
        assert_eq!(
            clause_behind("氏名、住所(自宅)及び電話番号が漏れ、口座は", 0, 90),
            "氏名、住所及び電話番号が漏れ、"
        );
        assert_eq!(clause_behind("は無事です。以上", 0, 90), "は無事です");
        assert_eq!(clause_behind("を送りましたが、住所", 0, 90), "を送りましたが、");
    }

    #[test]
    fn endings_deny_behind_their_verbs() {
        let l = facts::get();
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
