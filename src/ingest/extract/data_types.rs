//! Kinds of data that were or may have been exposed, from the lists that notices give.

use super::doc::{Doc, Section, Sentence};
use crate::domain::{Confidence, Facts, Field, Span};
use std::collections::BTreeSet;

pub fn extract(doc: &Doc, facts: &mut Facts) {
    let mut codes: BTreeSet<&str> = BTreeSet::new();
    let mut spans: Vec<Span> = Vec::new();
    let mut listed = false;
    for s in &doc.sentences {
        let text = doc.of(s);
        let hits: Vec<_> = doc.lexicon.data_types.hits(text).collect();
        if hits.is_empty() || !is_about_data(doc, s, text, hits.len()) {
            continue;
        }
        listed |= hits.len() > 1;
        for h in hits {
            let Some(g) = doc.lexicon.data_types.group(h.group) else { continue };
            if is_denied(doc, text, h.end) {
                continue;
            }
            codes.insert(&g.code);
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
    if s.section == Section::Data {
        return true;
    }
    let exposed = doc.has("exposed", text) || doc.has("possible_leak", text);
    hits >= 2 && (text.contains('、') || text.contains('・')) && doc.has("victim_cues", text) || exposed
}

/// Denied where the clause ends in 含まれておりません or the like.
fn is_denied(doc: &Doc, text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let clause = rest.split(['。', '\n']).next().unwrap_or_default();
    let near: String = clause.chars().take(60).collect();
    doc.has("negation", &near)
}
