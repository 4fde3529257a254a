//! Kinds of data that were or may have been exposed, from the lists that notices give.

use super::doc::{Doc, Section, Sentence};
use crate::domain::{Confidence, Facts, Field, Span};
use crate::text::{first_chars, last_chars};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Kinds whose words are also everyday words: alone in a sentence they have to be what was exposed.
const WIDE: &[&str] = &[
    "employment",
    "education",
    "family",
    "other",
    "corporate",
    "business_document",
    "contract",
    "account_id",
    "health",
];

pub fn extract(doc: &Doc, facts: &mut Facts) {
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    let mut spans: Vec<Span> = Vec::new();
    let mut listed = false;
    let words = doc.lexicon.data_types();
    for s in &doc.sentences {
        let text = doc.of(s);
        let hits: Vec<_> = doc.hits_of(words, text).collect();
        if hits.is_empty() || !is_about_data(doc, s, text, hits.len()) {
            continue;
        }
        let several = hits.len() > 1;
        listed |= several;
        for h in hits {
            let Some(g) = doc.lexicon.vocabulary(words).group(h.group) else { continue };
            if is_denied(doc, text, h.end) || is_used_elsewhere(doc, text, h.end) {
                continue;
            }
            if !several && s.section != Section::Data && WIDE.contains(&g.code.as_str()) && !is_object(text, h.end) {
                continue;
            }
            codes.insert(if g.code == "password" && is_hashed(text, h.start, h.end) {
                "password_hash"
            } else {
                &g.code
            });
            spans.push(doc.span(s.start + h.start, s.start + h.end));
        }
    }
    if codes.is_empty() {
        return;
    }
    facts.data_types = codes.into_iter().map(str::to_owned).collect();
    let level = if listed { Confidence::Medium } else { Confidence::Low };
    facts.prove(Field::DataTypes, spans, level, "data_types.lists");
}

/// A sentence lists data where several kinds stand together, or where it speaks of the leak itself.
fn is_about_data(doc: &Doc, s: &Sentence, text: &str, hits: usize) -> bool {
    if matches!(s.section, Section::Prevention | Section::Contact)
        || doc.has("prevention", text)
        || doc.has("office_hours", text)
    {
        return false;
    }
    if doc.has("not_reached", text) || s.heading && hits < 2 && !text.contains("情報") && !doc.has("exposed", text) {
        return false;
    }
    let open = text.trim_start_matches(['-', '・', '※', '•', ' ', '(']);
    if ["記載のない", "含まれない", "含まれていない", "流出していない", "漏えいしていない"]
        .iter()
        .any(|w| open.starts_with(w))
    {
        return false;
    }
    if s.section == Section::Data {
        return true;
    }
    let exposed = doc.has("exposed", text) || doc.has("possible_leak", text);
    hits >= 2 && (text.contains('、') || text.contains('・')) && doc.has("victim_cues", text) || exposed
}

/// Denied where the words up to the clause's end say 含まれておりません or the like; a bracket that opens in between is
/// jumped over, one that closes ends the clause.
fn is_denied(doc: &Doc, text: &str, at: usize) -> bool {
    let clause = clause_without_brackets(first_chars(text.get(at..).unwrap_or_default(), 70));
    if !doc.has("negation", &clause) {
        return false;
    }
    let end = ["ですが", "で、", "であり", "が、", "ました", "ます", "です"]
        .iter()
        .filter_map(|w| clause.find(w).map(|i| i + w.len()))
        .min()
        .unwrap_or(clause.len());
    doc.has("negation", clause.get(..end).unwrap_or_default())
}

fn clause_without_brackets(text: &str) -> Cow<'_, str> {
    let stop = text.find(['(', ')', '。', '\n', '※']).unwrap_or(text.len());
    let (plain, rest) = text.split_at_checked(stop).unwrap_or_default();
    if !rest.starts_with('(') {
        return Cow::Borrowed(plain);
    }
    let mut clause = plain.to_owned();
    let mut depth = 0usize;
    for c in rest.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            '。' | '\n' | '※' | ')' => break,
            _ if depth == 0 => clause.push(c),
            _ => {}
        }
    }
    Cow::Owned(clause)
}

/// Named for another reason than having been exposed: the address that a notice is sent to, a password to be changed.
fn is_used_elsewhere(doc: &Doc, text: &str, at: usize) -> bool {
    let near = first_chars(text.get(at..).unwrap_or_default(), 9);
    doc.hits("used_elsewhere", near).next().is_some_and(|h| h.start == 0)
}

/// The word is what was exposed, lost or listed: `診療記録を紛失`, `契約内容が記載された`.
fn is_object(text: &str, at: usize) -> bool {
    let near = first_chars(text.get(at..).unwrap_or_default(), 14);
    ["漏", "流出", "紛失", "含ま", "記載", "記録", "等の", "情報", "廃棄", "閲覧", "誤", "保存", "データ", "送"]
        .iter()
        .any(|w| near.contains(w))
}

/// A password that was stored as a hash or encrypted, said shortly before or behind the word.
fn is_hashed(text: &str, start: usize, end: usize) -> bool {
    let before = last_chars(text.get(..start).unwrap_or_default(), 10);
    let after = first_chars(text.get(end..).unwrap_or_default(), 12);
    ["ハッシュ", "暗号化", "不可逆"].iter().any(|w| before.contains(w) || after.contains(w))
}
