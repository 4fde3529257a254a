//! Lines with text that no entry holds: told, unless they are known to be the page's own. Given a document that a format
//! took apart, by `ingest::parse`; so that nothing of a document is lost without a word.

use super::marker::{hidden_marker, is_furniture, marker};
use super::{Draft, Split};
use crate::ingest::doc::Doc;
use crate::text::first_chars;
use std::collections::HashSet;

/// How many places are named before the rest is only counted.
const NAMED: usize = 6;
/// How many characters of a place are quoted.
const QUOTED: usize = 24;

/// What is to be told of the lines that `split` puts into no entry, and of headlines that stand inside other lines.
pub fn notes(doc: &Doc, split: &Split) -> Vec<String> {
    let mut notes = runs_told(doc, &runs(doc, split));
    notes.extend(outside_posts(doc, &split.drafts));
    notes.extend(hidden(doc, &split.drafts));
    notes
}

/// Runs of lines with text, blank ones between not counted, that belong to nothing. Of a page whose markup sets posts
/// apart, only what stands inside these is asked for: the rest is the page's own.
fn runs(doc: &Doc, split: &Split) -> Vec<Vec<usize>> {
    let owned = held(doc, split.drafts.iter().map(|d| (d.first, d.after)).chain(split.known.iter().copied()));
    let within = held(doc, doc.posts().iter().map(|p| (p.first, p.after)));
    let inside = |i: usize| doc.posts().is_empty() || within.get(i) == Some(&true);
    let mut runs: Vec<Vec<usize>> = Vec::new();
    let mut open = false;
    for (i, owned) in owned.iter().enumerate().filter(|(i, _)| doc.is_text(*i)) {
        if *owned || !inside(i) {
            open = false;
        } else if !is_furniture(doc.line(i)) && !is_rule(doc.trimmed(i)) {
            match runs.last_mut().filter(|_| open) {
                Some(run) => run.push(i),
                None => runs.push(vec![i]),
            }
            open = true;
        }
    }
    runs
}

/// For every line whether one of the ranges holds it.
fn held(doc: &Doc, ranges: impl Iterator<Item = (usize, usize)>) -> Vec<bool> {
    let mut held = vec![false; doc.count()];
    for (first, after) in ranges {
        if let Some(lines) = held.get_mut(first..after.min(doc.count())) {
            lines.fill(true);
        }
    }
    held
}

fn runs_told(doc: &Doc, runs: &[Vec<usize>]) -> Vec<String> {
    let mut notes: Vec<String> = runs.iter().take(NAMED).filter_map(|run| told(doc, run)).collect();
    let more: usize = runs.iter().skip(NAMED).map(Vec::len).sum();
    if more > 0 {
        notes.push(format!("{more} more lines belong to no entry and were left out"));
    }
    notes
}

fn told(doc: &Doc, run: &[usize]) -> Option<String> {
    let (first, last) = (*run.first()?, *run.last()?);
    let words = quoted(doc.trimmed(first));
    Some(if first == last {
        format!("line {} belongs to no entry and was left out: {words}", doc.number(first))
    } else {
        let (from, to) = (doc.number(first), doc.number(last));
        format!("lines {from}-{to} belong to no entry and were left out: {words}")
    })
}

fn quoted(line: &str) -> String {
    let head = first_chars(line, QUOTED);
    let more = if head.len() < line.len() { "…" } else { "" };
    format!("「{head}{more}」")
}

/// Numbered headlines outside the posts that the markup sets apart, unless they only repeat those of the posts.
fn outside_posts(doc: &Doc, drafts: &[Draft]) -> Option<String> {
    if doc.posts().is_empty() {
        return None;
    }
    let known: HashSet<&str> = drafts.iter().map(|d| doc.folded(d.headline)).collect();
    let owned = held(doc, drafts.iter().map(|d| (d.first, d.after)));
    let mut lost = (0..doc.count()).filter(|i| {
        doc.is_text(*i)
            && owned.get(*i) == Some(&false)
            && marker(doc.line(*i)).is_some()
            && !known.contains(doc.folded(*i))
    });
    let first = lost.next()?;
    let count = 1 + lost.count();
    let words = quoted(doc.trimmed(first));
    let number = doc.number(first);
    Some(format!("headlines outside the page's posts were left out: {count}, the first in line {number}: {words}"))
}

/// Headlines that do not begin their line, one note a line.
fn hidden(doc: &Doc, drafts: &[Draft]) -> Vec<String> {
    let lines = drafts.iter().flat_map(|d| d.first..d.after).filter(|i| doc.is_text(*i));
    lines
        .filter_map(|i| {
            let words = quoted(hidden_marker(doc.line(i))?);
            Some(format!("line {} holds a headline that does not begin it: {words}", doc.number(i)))
        })
        .take(NAMED)
        .collect()
}

/// Tells whether a line only parts others: `-----`, `＊＊＊`.
fn is_rule(line: &str) -> bool {
    line.chars().all(|c| !c.is_alphanumeric())
}
