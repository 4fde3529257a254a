//! The case-book blog, numbered (`【…#2024-217】ORG TITLE 2024/6/6`) and before its numbers (`ORG TITLE 2022年10月9日`),
//! with the posts between that are no incidents and the gangs' lists.
//!
//! One walk over the lines finds where posts begin; what stands between two beginnings is a post.

mod within;

use super::gang_list;
use super::marker::{
    Closing, Marker, banner, closing, ends_comments, is_closer, is_comments_heading, is_earlier_release, is_furniture,
    is_item, marker,
};
use super::printed::Printed;
use super::{Draft, Split, Sure, trim_end};
use crate::domain::{Confidence, Kind, Span};
use crate::ingest::day;
use crate::ingest::doc::{Doc, Shape, trim};
use crate::ingest::extract::Head;
use crate::ingest::headline::{self, Headline, is_org_like};
use crate::ingest::year;
use crate::lexicon::headlines::{ends, headlines, holds, is};
use crate::text::search_fold;
use std::collections::HashMap;

/// What begins at a line.
#[derive(Clone, Debug)]
enum Start {
    Numbered(Marker),
    Plain,
    Unmarked(Kind),
    Victim,
    /// The heading of a gang's list: ends the post before it and is no entry.
    ListHeading,
    /// A line of a table of contents: a headline without a body that stands elsewhere with one.
    Reference,
}

/// How well a document fits the numbered form.
pub fn fits_numbered(doc: &Doc) -> f32 {
    if (0..doc.count()).any(|i| doc.is_text(i) && marker(doc.line(i)).is_some()) { 1.0 } else { 0.0 }
}

/// How well a document fits the plain form: surely, where its first line is a headline or several are.
pub fn fits_plain(doc: &Doc) -> f32 {
    let mut heads = (0..doc.count()).filter(|i| doc.is_text(*i) && is_plain_headline(doc, *i));
    if !gang_list::victims(doc).is_empty() {
        return 0.95;
    }
    let Some(first) = heads.next() else { return fits_by_furniture(doc) };
    let opening = (0..doc.count()).find(|i| doc.is_text(*i) && !is_furniture(doc.line(*i))) == Some(first);
    if opening || heads.next().is_some() { 0.9 } else { 0.6 }
}

/// How well a page fits whose posts carry neither number nor date: by what only this blog prints around them.
fn fits_by_furniture(doc: &Doc) -> f32 {
    let sign = |i: usize| banner(doc.line(i)).is_some() || closing(doc.line(i)) == Some(Closing::Strong);
    if (0..doc.count()).any(|i| doc.is_text(i) && sign(i)) { 0.55 } else { 0.0 }
}

/// Takes a blog page apart.
pub fn split(doc: &Doc) -> Split {
    let starts = Walk::new(doc).starts();
    let banners: Vec<(usize, &str)> = (0..doc.count()).filter_map(|i| Some((i, banner(doc.line(i))?))).collect();
    let mut drafts = Vec::new();
    let mut known = Vec::new();
    for (n, (first, start)) in starts.iter().enumerate() {
        let next = starts.get(n + 1).map_or(doc.count(), |(line, _)| *line);
        let after = end_of(doc, *first, next);
        if let Some(comments) = doc.next_text(after).filter(|c| is_comments_heading(doc.line(*c))) {
            let last = (comments..next).rev().find(|i| ends_comments(doc.line(*i))).unwrap_or(comments);
            known.push((comments, last + 1));
        }
        let mut draft = match start {
            Start::ListHeading | Start::Reference => {
                let lines = if matches!(start, Start::Reference) { 1 } else { 1 + gang_list::INTRO_LINES };
                known.extend((*first..after).filter(|i| doc.is_text(*i)).take(lines).map(|i| (i, i + 1)));
                continue;
            }
            Start::Victim => gang_list::claim(doc, *first, after),
            Start::Numbered(m) => incident(doc, *first, after, Some(m)),
            Start::Plain | Start::Unmarked(Kind::Incident) => incident(doc, *first, after, None),
            Start::Unmarked(kind) => other(doc, *first, after, *kind),
        };
        let above = banners.partition_point(|(line, _)| line < first).checked_sub(1);
        draft.label = above.and_then(|n| banners.get(n)).map(|(_, label)| (*label).to_owned());
        drafts.push(draft);
    }
    year::settle(doc, &mut drafts);
    Split { drafts, known, ..Split::default() }
}

/// One past the last line of a post that begins at `first`: readers' comments and the page's own lines at its end are
/// none of it.
pub fn end_of(doc: &Doc, first: usize, next: usize) -> usize {
    let comments = (first + 1..next).find(|i| doc.is_text(*i) && is_comments_heading(doc.line(*i)));
    // Where the post goes on below, as its closing line shows, it was no comments' heading.
    let goes_on = |c: usize| (c + 1..next).any(|i| closing(doc.line(i)) == Some(Closing::Strong));
    let mut after = trim_end(doc, first, comments.filter(|c| !goes_on(*c)).unwrap_or(next));
    while after > first + 1 && is_furniture(doc.line(after - 1)) {
        after = trim_end(doc, first, after - 1);
    }
    after
}

/// Tells whether a line is a headline of the plain form, by several signs of which no one suffices: an organisation, a
/// title's last words, a word of incidents, empty lines around.
fn is_plain_headline(doc: &Doc, i: usize) -> bool {
    let line = doc.line(i);
    if line.len() > 800 || doc.is_text(i + 1) || is_item(line) {
        return false;
    }
    let bracketed = day::bracketed(line).is_some();
    let Some(printed) = day::trailing(line).or_else(|| Some(day::bracketed(line)?.1)) else { return false };
    let spaced = bracketed || line.get(..printed.start).is_some_and(|b| b.ends_with(crate::ingest::doc::is_space));
    let read = headline::read(line, 0);
    let (Some((org, _)), Some((title, _))) = (read.org, read.title) else { return false };
    let (org, title) = (line.get(org.0..org.1).unwrap_or_default(), line.get(title.0..title.1).unwrap_or_default());
    let words = headlines();
    if !spaced || title.chars().count() < 4 || title.contains('。') || holds(&words.not_a_headline, title) {
        return false;
    }
    let score =
        2 * usize::from(i == 0 || !doc.is_text(i - 1) || is_furniture(doc.line(i - 1)) || is_closer(doc.line(i - 1)))
            + doc.gap_after(i).clamp(1, 2)
            + 2 * usize::from(is_org_like(org))
            + 2 * usize::from(ends(&words.title_endings, title).is_some())
            + 2 * usize::from(holds(&words.incident_words, title))
            + 2 * usize::from(is_named_below(doc, i, org));
    score >= 6
}

/// Tells whether the text right below a headline goes on about its organisation: `ORG は…`, `ORG によると…`.
fn is_named_below(doc: &Doc, i: usize, org: &str) -> bool {
    const GOES_ON: &[char] = &['は', 'が', 'の', 'で', 'に', 'を', 'と', '、', '(', '（'];
    let named = |line: &str| line.split(org).skip(1).any(|rest| rest.starts_with(GOES_ON));
    org.chars().count() >= 3
        && is_org_like(org)
        && (i + 1..doc.count()).filter(|k| doc.is_text(*k)).take(2).any(|k| {
            let line = doc.line(k);
            line.contains('。') && named(line)
        })
}

/// The walk that finds the beginnings.
struct Walk<'w, 'd> {
    doc: &'w Doc<'d>,
    victims: Vec<usize>,
    /// Lines of tables of contents.
    references: Vec<usize>,
    found: Vec<(usize, Start)>,
    /// How the present post was closed; strongly at the page's start, where nothing is open.
    closed: Option<Closing>,
    in_list: bool,
    /// Between a heading of readers' comments and their last line.
    in_comments: bool,
}

impl<'w, 'd> Walk<'w, 'd> {
    fn new(doc: &'w Doc<'d>) -> Self {
        let (victims, references) = (gang_list::victims(doc), references(doc));
        Self {
            doc,
            victims,
            references,
            found: Vec::new(),
            closed: Some(Closing::Strong),
            in_list: false,
            in_comments: false,
        }
    }

    fn starts(mut self) -> Vec<(usize, Start)> {
        for i in 0..self.doc.count() {
            if !self.doc.is_text(i) || is_furniture(self.doc.line(i)) {
                let line = self.doc.line(i);
                self.in_comments = !ends_comments(line) && (self.in_comments || is_comments_heading(line));
                continue;
            }
            let how = closing(self.doc.line(i));
            if let Some(start) = self.start_at(i, how.is_some()) {
                self.in_list = matches!(start, Start::ListHeading | Start::Victim);
                self.in_comments = false;
                // What stands below a table of contents is a post of its own.
                self.closed = matches!(start, Start::Reference).then_some(Closing::Strong);
                self.found.push((i, start));
            } else if !self.found.is_empty() {
                self.close_or_reopen(i, how);
            }
        }
        self.found
    }

    /// Notes what a line that begins nothing means to the present post; `how` it closes one.
    fn close_or_reopen(&mut self, i: usize, how: Option<Closing>) {
        let line = self.doc.line(i);
        if let Some(how) = how.filter(|_| !self.in_list) {
            self.closed = self.closed.map_or(Some(how), |c| Some(if c == Closing::Strong { c } else { how }));
        } else if self.closed.is_none() {
            // Nothing to take back.
        } else if line.contains('。') && !is_item(line) || line.chars().nth(59).is_some() || self.is_quoted_title(i) {
            // Text goes on below the closing line: an earlier release, quoted whole.
            self.closed = None;
        }
    }

    fn start_at(&self, i: usize, closes: bool) -> Option<Start> {
        let line = self.doc.line(i);
        if let Some(m) = marker(line) {
            let start = match () {
                () if self.is_cross_reference(i) => return None,
                () if self.references.binary_search(&i).is_ok() => Start::Reference,
                () if gang_list::is_heading(line) && self.heads_list(i) => Start::ListHeading,
                () => Start::Numbered(m),
            };
            return Some(start);
        }
        if self.victims.binary_search(&i).is_ok() {
            return Some(Start::Victim);
        }
        if closes || self.in_list && gang_list::is_label(line) {
            return None;
        }
        if self.references.binary_search(&i).is_ok() {
            return Some(Start::Reference);
        }
        if is_plain_headline(self.doc, i) {
            return Some(Start::Plain);
        }
        if self.next_victim(i).is_some() && gang_list::is_heading(line) && is_title(self.doc, i) && self.heads_list(i) {
            return Some(Start::ListHeading);
        }
        // What stands directly below a headline is its caption or its body.
        let below_headline = self.found.last().is_some_and(|(at, _)| self.doc.text_before(i) == Some(*at));
        let title = || !below_headline && is_title(self.doc, i) && self.has_body(i);
        let unmarked = match self.closed {
            _ if self.in_comments || self.is_quoted_title(i) => false,
            _ if !below_headline && self.is_plain_to_see(i) => true,
            Some(Closing::Strong) => title(),
            Some(Closing::Weak) => {
                title()
                    && (self.below_title(i) != Below::Text
                        || holds(&headlines().other_words, line)
                        || self.heads_list(i))
            }
            None if self.in_list => title() && self.below_title(i) == Below::Caption && self.paragraphs(i) >= 2,
            None => !below_headline && (self.is_foreign(i) || self.is_another_org(i)),
        };
        if !unmarked && self.closed.is_none() && !self.in_list && !below_headline && self.is_undated(i) {
            return Some(Start::Unmarked(Kind::Incident));
        }
        unmarked.then(|| if self.heads_list(i) { Start::ListHeading } else { Start::Unmarked(self.kind_of(i)) })
    }

    /// Tells whether a headline-looking line points to another post.
    fn is_cross_reference(&self, i: usize) -> bool {
        let Some(before) = self.doc.text_before(i) else { return false };
        let cue = self.doc.trimmed(before).trim_end_matches([':', '：', '▼', '↓']);
        if is(&headlines().cross_reference_cues, cue) {
            // In a list a note that was left empty may stand above the next post: no victim's item has a body.
            return !self.in_list || !self.holds_post(i);
        }
        // After another reference, or in a list's notes, it is one where nothing stands below it.
        let follows_one =
            marker(self.doc.line(before)).is_some() && self.found.last().is_some_and(|(at, _)| *at != before);
        let noted = self.in_list && gang_list::is_label(cue);
        let listed = cue.starts_with("参考") || follows_one || noted;
        let below = self.doc.next_text(i + 1);
        listed
            && below.is_none_or(|b| {
                marker(self.doc.line(b)).is_some()
                    || self.victims.binary_search(&b).is_ok()
                    || is_furniture(self.doc.line(b))
                    || is_plain_headline(self.doc, b)
                    || noted && !self.holds_post(i)
            })
    }

    /// Tells whether a body stands below the headline in line `i`, and no other headline before it.
    fn holds_post(&self, i: usize) -> bool {
        let Some(below) = self.doc.next_text(i + 1) else { return false };
        let other = self.victims.binary_search(&below).is_ok()
            || is_title(self.doc, below) && self.below_title(below) == Below::Caption && self.paragraphs(below) >= 2;
        !other
            && self
                .body_below(i)
                .take_while(|k| self.victims.binary_search(k).is_err())
                .any(|k| self.doc.line(k).contains('。') || is_closer(self.doc.line(k)))
    }

    /// The next victim of a gang's list below line `i`, where it stands near.
    fn next_victim(&self, i: usize) -> Option<usize> {
        let at = self.victims.partition_point(|v| *v <= i);
        self.victims.get(at).copied().filter(|v| *v - i <= 40)
    }

    /// Tells whether a gang's list begins below line `i` before anything else could: its heading, or a title with a list's
    /// words in it or in the few lines of introduction.
    fn heads_list(&self, i: usize) -> bool {
        let Some(victim) = self.next_victim(i) else { return false };
        let lines: Vec<usize> = (i..victim).take(41).filter(|k| self.doc.is_text(*k)).collect();
        let other = |k: &usize| {
            let line = self.doc.line(*k);
            marker(line).is_some() || is_closer(line) || gang_list::is_heading(line) && is_title(self.doc, *k)
        };
        lines.len() <= 13 && !lines.iter().skip(1).any(other) && gang_list::is_introduction(self.doc, &lines)
    }

    /// Lines of the text below `i` up to the next post that is plain to see.
    fn body_below(&self, i: usize) -> impl Iterator<Item = usize> + '_ {
        (i + 1..self.doc.count())
            .filter(|k| self.doc.is_text(*k))
            .take(40)
            .take_while(|k| marker(self.doc.line(*k)).is_none() && !is_plain_headline(self.doc, *k))
    }

    fn paragraphs(&self, i: usize) -> usize {
        self.body_below(i).filter(|k| self.doc.line(*k).contains('。')).count()
    }

    fn has_body(&self, i: usize) -> bool {
        self.doc.gap_after(i) > 0
            && (self.body_below(i).any(|k| self.doc.line(k).contains('。')) || self.body_below(i).nth(3).is_some())
    }

    /// What stands directly below a title.
    fn below_title(&self, i: usize) -> Below {
        let Some(next) = self.doc.next_text(i + 1) else { return Below::Text };
        if (i + 1..next).any(|k| self.doc.shape(k) == Shape::Spacer) || is_caption(self.doc, i, next) {
            return Below::Caption;
        }
        if next - i > 2 { Below::Gap } else { Below::Text }
    }

    /// Tells whether a post that is no incident begins in the midst of an open post: a title of such a post, set off as
    /// the blog sets off its posts, in a post that speaks of nothing of the kind.
    fn is_foreign(&self, i: usize) -> bool {
        if !self.is_set_off(i) || !is_title(self.doc, i) {
            return false;
        }
        let line = self.doc.trimmed(i);
        if self.below_title(i) == Below::Text && day::trailing(line).is_none_or(|d| d.day.is_none()) {
            return false;
        }
        let words = headlines();
        let Some((first, start)) = self.found.last() else { return false };
        if self.is_captioned(i) || !self.has_body(i) {
            return false;
        }
        if holds(&words.incident_words, line) {
            // A post about security reads like an incident's, but its picture's caption says no organisation.
            return holds(&words.other_words, line) && self.repeats_below(i);
        }
        let own = |word: &String| {
            (*first..i).rev().take(60).chain([*first]).any(|k| self.doc.line(k).contains(word.as_str()))
        };
        let mut foreign = words.other_words.iter().filter(|w| line.contains(w.as_str())).peekable();
        if self.below_title(i) == Below::Caption {
            let after_other = matches!(start, Start::Unmarked(Kind::Other));
            let named = foreign.peek().is_some() && (after_other || foreign.any(|w| !own(w)));
            return named || ends(&words.other_endings, line).is_some();
        }
        foreign.peek().is_some() && foreign.all(|w| !own(w))
    }

    /// Tells whether line `i` is the title of an earlier release that is quoted whole below its marker.
    fn is_quoted_title(&self, i: usize) -> bool {
        let words = headlines();
        let line = self.doc.trimmed(i);
        self.doc.text_before(i).is_some_and(|b| is_earlier_release(self.doc.line(b)))
            && (holds(&words.incident_words, line) || ends(&words.title_endings, line).is_some_and(|e| e.len() > 6))
            && !holds(&words.other_words, line)
            && self.kind_of(i) != Kind::Incident
    }

    /// Tells whether nothing stands directly above line `i`.
    fn is_set_off(&self, i: usize) -> bool {
        i == 0 || !self.doc.is_text(i - 1) || is_closer(self.doc.line(i - 1)) || is_furniture(self.doc.line(i - 1))
    }

    /// Tells whether line `i` is the caption of a title that stands above it.
    fn is_captioned(&self, i: usize) -> bool {
        let Some(above) = self.doc.text_before(i).filter(|a| i - a == 2) else { return false };
        let set_off = above == 0 || !self.doc.is_text(above - 1);
        set_off
            && is_title(self.doc, above)
            && is_caption(self.doc, above, i)
            && (holds(&headlines().other_words, self.doc.line(above)) || is_part(self.doc, above, i))
    }

    /// Tells whether the caption below title `i` repeats a part of it, set off by a no-break space.
    fn repeats_below(&self, i: usize) -> bool {
        self.doc.next_text(i + 1).is_some_and(|n| {
            n - i == 2
                && is_caption(self.doc, i, n)
                && self.doc.shape(n + 1) == Shape::Spacer
                && is_part(self.doc, i, n)
                && !is_org_like(self.doc.trimmed(n))
        })
    }

    /// What an unmarked post is, by its title and its first lines.
    fn kind_of(&self, i: usize) -> Kind {
        let words = headlines();
        let line = self.doc.line(i);
        let read = headline::read(line, 0);
        let org = read.org.and_then(|((a, b), _)| line.get(a..b));
        let sorry = || self.body_below(i).take(8).any(|k| holds(&words.apologies, self.doc.line(k)));
        let about = holds(&words.incident_words, line) && !holds(&words.other_words, line);
        if about && org.is_some_and(|o| is_org_like(o) || sorry()) { Kind::Incident } else { Kind::Other }
    }
}

/// Headlines without a body that stand elsewhere with one: lines of a table of contents, in text order.
fn references(doc: &Doc) -> Vec<usize> {
    let heads: Vec<usize> = (0..doc.count())
        .filter(|i| doc.is_text(*i) && (marker(doc.line(*i)).is_some() || is_plain_headline(doc, *i)))
        .collect();
    let mut bodies: HashMap<&str, bool> = HashMap::new();
    let bare = |n: usize, i: usize| {
        doc.next_text(i + 1).is_none_or(|b| heads.get(n + 1) == Some(&b) || is_furniture(doc.line(b)))
    };
    for (n, i) in heads.iter().enumerate() {
        *bodies.entry(doc.folded(*i)).or_default() |= !bare(n, *i);
    }
    let listed = |(n, i): (usize, &usize)| (bare(n, *i) && bodies.get(doc.folded(*i)) == Some(&true)).then_some(*i);
    heads.iter().enumerate().filter_map(listed).collect()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Below {
    Caption,
    Gap,
    Text,
}

/// Tells whether a line can be a post's title: short, no sentence, no item, no address to readers, no bare day.
fn is_title(doc: &Doc, i: usize) -> bool {
    let line = doc.trimmed(i);
    let count = line.chars().count();
    (4..=120).contains(&count)
        && doc.gap_after(i) > 0
        && !line.ends_with(['。', '、', ',', ':', '：'])
        && !is_item(line)
        && ends(&headlines().salutations, line).is_none()
        && day::whole_line(line).is_none()
}

/// Tells whether line `at`, the first below the headline `head`, is the caption of a picture: short, no sentence, and
/// followed by the blog's no-break space or naming what the headline names.
fn is_caption(doc: &Doc, head: usize, at: usize) -> bool {
    let line = doc.trimmed(at);
    let count = line.chars().count();
    if count > 40 || line.contains(['。', '、']) || is_item(line) || line.starts_with(['【', '「']) || is_closer(line)
    {
        return false;
    }
    if ends(&headlines().salutations, line).is_some()
        || day::whole_line(line).is_some()
        || doc.next_text(at + 1).is_none()
    {
        return false;
    }
    let below = doc.line(at + 1);
    if doc.shape(at + 1) == Shape::Spacer || below.starts_with('\u{A0}') {
        return true;
    }
    let latin = line.bytes().all(|b| b.is_ascii_alphanumeric() || b" .&-'".contains(&b));
    !doc.is_text(at + 1) && (2..=30).contains(&count) && (latin || doc.line(head).contains(line))
}

/// Tells whether line `at` repeats a part of the title in line `head`, however it is spaced.
fn is_part(doc: &Doc, head: usize, at: usize) -> bool {
    let part = search_fold(doc.trimmed(at));
    part.chars().count() >= 2 && search_fold(doc.trimmed(head)).contains(&part)
}

/// The line at which the body begins, below headline, caption and spacers.
fn body_line(doc: &Doc, first: usize, after: usize) -> usize {
    let Some(next) = doc.next_text(first + 1).filter(|n| *n < after) else { return after };
    if is_caption(doc, first, next) {
        return doc.next_text(next + 1).filter(|n| *n < after).unwrap_or(after);
    }
    next
}

/// The line at which the closing lines begin.
fn closing_line(doc: &Doc, body: usize, after: usize) -> usize {
    let mut at = after;
    while at > body {
        let Some(last) = doc.text_before(at).filter(|l| *l >= body && is_closer(doc.line(*l))) else { break };
        at = last;
    }
    at
}

fn frame(doc: &Doc, first: usize, after: usize) -> Head {
    let body = body_line(doc, first, after);
    let closing = trim_end(doc, body.min(after - 1), closing_line(doc, body, after));
    let start = if body < after { doc.start(body) } else { doc.end(after - 1) };
    Head { body: start, body_end: doc.end(closing - 1).max(start), ..Head::default() }
}

/// The incident whose post stands in the lines `first..after`.
pub fn incident(doc: &Doc, first: usize, after: usize, marker: Option<&Marker>) -> Draft {
    let printed = Printed::of(doc, first, after, marker);
    let line = printed.text.as_ref();
    let read = headline::read(line, marker.map_or(0, |m| m.after));
    let mut head = frame(doc, printed.last, after);
    let take =
        |part: (usize, usize)| (line.get(part.0..part.1).unwrap_or_default().to_owned(), printed.span(doc, part));
    head.case_no = marker.and_then(|m| m.case_no.as_ref()).map(|(no, at)| (no.clone(), doc.span(first, *at)));
    head.org = read.org.map(|(part, _)| take(part));
    head.title = read.title.map(|(part, _)| take(part));
    note_day(doc, &printed, &read, marker, &mut head);
    let sure = |c: Confidence| if printed.last > first { c.min(Confidence::Medium) } else { c };
    let sure = Sure {
        org: read.org.map_or(Confidence::Low, |(_, c)| sure(c)),
        title: read.title.map_or(Confidence::Low, |(_, c)| sure(c)),
        day: Confidence::High,
    };
    let year = marker.map(|m| m.year);
    Draft { kind: Kind::Incident, first, headline: first, after, head, sure, label: None, url: None, year }
}

/// Takes over the headline's day; says where it is mistyped or does not fit the case number.
fn note_day(doc: &Doc, line: &Printed, read: &Headline, marker: Option<&Marker>, head: &mut Head) {
    let Some(printed) = read.day else { return };
    let text = line.text.get(printed.start..printed.end).unwrap_or_default();
    let Some(day) = printed.day else {
        head.warnings.push(format!("the headline's date {} is no date", trim(text)));
        return;
    };
    head.published = Some((day, line.span(doc, (printed.start, printed.end))));
    let year = chrono::Datelike::year(&day);
    if let Some(m) = marker.filter(|m| m.year.abs_diff(year) > 1) {
        head.warnings.push(format!("the headline's year {year} does not fit the case's year {}", m.year));
    }
}

/// The post in the lines `first..after` of which nothing is read but its title.
pub fn other(doc: &Doc, first: usize, after: usize, kind: Kind) -> Draft {
    let mut head = frame(doc, first, after);
    let span: Span = doc.text_span(first);
    head.title = Some((doc.trimmed(first).to_owned(), span));
    Draft { kind, first, headline: first, after, head, sure: Sure::default(), label: None, url: None, year: None }
}
