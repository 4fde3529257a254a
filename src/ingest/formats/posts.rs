//! Posts and items that a page's or feed's markup sets apart: each is read by its own title, as the blog's posts are.
//! Chosen by `ingest::parse` for documents with such posts.

use super::blog::{end_of, incident, other};
use super::gang_list;
use super::marker::{banner, is_earlier_release, marker};
use super::{Draft, Split};
use crate::domain::Kind;
use crate::ingest::doc::Doc;
use crate::ingest::headline::{self, is_org_like};
use crate::ingest::markup::Post;
use crate::ingest::year;
use crate::lexicon::headlines::{begins, ends, headlines, holds};
use chrono::Datelike;

/// Tells whether a page with posts is one that holds notices: one of them is, or the blog's own lines stand there.
pub fn are_notices(doc: &Doc) -> bool {
    let sign = |i: usize| banner(doc.line(i)).is_some() || is_earlier_release(doc.line(i));
    doc.posts().iter().any(|p| kind(doc, p) != Kind::Other)
        || (0..doc.count())
            .any(|i| doc.is_text(i) && (sign(i) || headlines().closers.iter().any(|c| c == doc.trimmed(i))))
}

/// Takes the posts as the markup has them.
pub fn split(doc: &Doc) -> Split {
    let victims = gang_list::victims(doc);
    let page_label = (0..doc.count()).find_map(|i| banner(doc.line(i)).map(str::to_owned));
    let mut drafts = Vec::with_capacity(doc.posts().len());
    let mut known = Vec::new();
    for post in doc.posts() {
        let after = end_of(doc, post.first, post.after);
        let later = victims.get(victims.partition_point(|v| *v < post.first)..).unwrap_or_default();
        let within: Vec<usize> = later.iter().copied().take_while(|v| *v < after).collect();
        let from = drafts.len();
        if let Some(victim) = within.first().filter(|v| **v > post.first) {
            let lines: Vec<usize> = (post.first..*victim).filter(|i| doc.is_text(*i)).collect();
            if gang_list::is_introduction(doc, &lines) {
                known.push((post.first, *victim));
            } else {
                drafts.push(entry(doc, post, end_of(doc, post.first, *victim)));
            }
        }
        for (n, victim) in within.iter().enumerate() {
            let next = within.get(n + 1).copied().unwrap_or(after);
            drafts.push(gang_list::claim(doc, *victim, end_of(doc, *victim, next)));
        }
        if within.is_empty() {
            drafts.push(entry(doc, post, after));
        }
        let label = own_label(post).or_else(|| page_label.clone());
        for draft in drafts.iter_mut().skip(from) {
            draft.label.clone_from(&label);
            draft.url.clone_from(&post.url);
            draft.year = draft.year.or(post.published.map(|d| d.year()));
        }
    }
    year::settle(doc, &mut drafts);
    Split { drafts, known, ..Split::default() }
}

fn entry(doc: &Doc, post: &Post, after: usize) -> Draft {
    let marker = marker(doc.line(post.first));
    match kind(doc, post) {
        Kind::Other => other(doc, post.first, after, Kind::Other),
        _ => incident(doc, post.first, after, marker.as_ref()),
    }
}

/// Of a post's labels the one that names incidents, else the first.
fn own_label(post: &Post) -> Option<String> {
    post.labels.iter().find(|l| is_incident_label(l)).or(post.labels.first()).cloned()
}

fn is_incident_label(label: &str) -> bool {
    begins(&headlines().incident_labels, &label.to_lowercase()).is_some()
}

/// What a post is: an incident by its case number or its label; else by a title with an incident's words, and an
/// organisation, an apology or a day beside them.
fn kind(doc: &Doc, post: &Post) -> Kind {
    let line = doc.line(post.first);
    if marker(line).is_some() || post.labels.iter().any(|l| is_incident_label(l)) {
        return Kind::Incident;
    }
    let words = headlines();
    let read = headline::read(line, 0);
    let org = read.org.and_then(|((a, b), _)| line.get(a..b));
    let title = read.title.and_then(|((a, b), _)| line.get(a..b)).unwrap_or_default();
    let about = holds(&words.incident_words, line)
        || org.is_some_and(is_org_like) && read.day.is_some() && ends(&words.title_endings, title).is_some();
    let body = || (post.first + 1..post.after).filter(|i| doc.is_text(*i)).take(8);
    let sorry = || body().any(|i| holds(&words.apologies, doc.line(i)));
    let told = org.is_some_and(|o| is_org_like(o) || read.day.is_some()) || sorry();
    if about && told && !holds(&words.other_words, line) { Kind::Incident } else { Kind::Other }
}
