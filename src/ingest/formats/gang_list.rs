//! A ransomware gang's list of victims inside the blog: one claim a victim. Called by `blog`.

use super::marker::marker;
use super::{Draft, Sure, trim_end};
use crate::domain::{Confidence, Kind, Span};
use crate::ingest::doc::{Doc, is_space, trim};
use crate::ingest::extract::Head;
use crate::lexicon::headlines::{headlines, holds};

/// Lines at which victims' items begin: a name, below it the organisation's label, below that the gang's.
pub fn victims(doc: &Doc) -> Vec<usize> {
    let words = headlines();
    let mut found = Vec::new();
    for i in 0..doc.count() {
        if !doc.is_text(i) || label(&words.gang_org_labels, doc.line(i)).is_none() {
            continue;
        }
        let Some(name) = doc.text_before(i) else { continue };
        let mut at = i;
        for _ in 0..6 {
            let Some(next) = doc.next_text(at + 1) else { break };
            if label(&words.gang_name_labels, doc.line(next)).is_some() {
                found.push(name);
                break;
            }
            at = next;
        }
    }
    found.dedup();
    found
}

/// Tells whether a line reads like the heading of a list.
pub fn is_heading(line: &str) -> bool {
    // A longer line has more than 80 characters, and most have too many to look for words in.
    line.len() <= 4 * 80 && holds(&headlines().gang_headings, line) && line.chars().count() <= 80
}

/// How many lines of text may stand between a list's title and its first victim, where the title is no usual heading.
pub const INTRO_LINES: usize = 3;

/// Tells whether lines, a title and what stands between it and the first victim, only introduce a list.
pub fn is_introduction(doc: &Doc, lines: &[usize]) -> bool {
    let short =
        || lines.len() <= 1 + INTRO_LINES && lines.iter().any(|i| holds(&headlines().gang_intros, doc.line(*i)));
    lines.first().is_some_and(|i| is_heading(doc.line(*i))) || short()
}

/// Tells whether a line is one of an item's labels.
pub fn is_label(line: &str) -> bool {
    let words = headlines();
    [&words.gang_org_labels, &words.gang_name_labels, &words.gang_note_labels].iter().any(|l| label(l, line).is_some())
}

/// What stands after a label on its line, often nothing; none where the line is no label.
fn label<'l>(labels: &[String], line: &'l str) -> Option<&'l str> {
    let line = trim(line);
    labels.iter().find_map(|label| {
        let rest = line.strip_prefix(label.as_str())?;
        if rest.is_empty() {
            return Some(rest);
        }
        rest.trim_start_matches(is_space).strip_prefix([':', '：']).map(trim)
    })
}

/// The value of a label: on its own line after a colon, else on the next line with text that is no label.
fn value(doc: &Doc, labels: &[String], first: usize, after: usize) -> Option<(String, Span)> {
    let at = (first..after).find(|i| doc.is_text(*i) && label(labels, doc.line(*i)).is_some())?;
    let inline = label(labels, doc.line(at)).unwrap_or_default();
    if !inline.is_empty() {
        let end = doc.text_span(at).end;
        return Some((inline.to_owned(), Span::new(end - inline.len(), end)));
    }
    let next =
        doc.next_text(at + 1).filter(|n| *n < after && !is_label(doc.line(*n)) && marker(doc.line(*n)).is_none())?;
    Some((doc.trimmed(next).to_owned(), doc.text_span(next)))
}

/// The claim whose item stands in the lines `first..after`.
pub fn claim(doc: &Doc, first: usize, after: usize) -> Draft {
    let words = headlines();
    let after = trim_end(doc, first, after);
    // Notes and references to other posts state nothing of this victim.
    let notes = (first + 1..after).find(|i| label(&words.gang_note_labels, doc.line(*i)).is_some());
    let body_after = trim_end(doc, first, notes.unwrap_or(after));
    let body = doc.next_text(first + 1).map_or(first, |b| b.min(body_after - 1));
    let head = Head {
        org: value(doc, &words.gang_org_labels, first, after),
        title: Some((doc.trimmed(first).to_owned(), doc.text_span(first))),
        gang: value(doc, &words.gang_name_labels, first, after),
        body: doc.start(body),
        body_end: doc.end(body_after - 1),
        ..Head::default()
    };
    let sure = Sure { org: Confidence::High, title: Confidence::High, day: Confidence::High };
    Draft { kind: Kind::Claim, first, headline: first, after, head, sure, label: None, url: None, year: None }
}
