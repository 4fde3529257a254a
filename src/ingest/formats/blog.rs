//! The case-book blog, numbered (`【…#2024-217】ORG TITLE 2024/6/6`) and before its numbers (`ORG TITLE 2022年10月9日`),
//! with the posts between that are no incidents and the gangs' lists.
//!
//! One walk over the lines finds where posts begin; what stands between two beginnings is a post.

use super::gang_list;
use super::marker::{Closing, Marker, banner, closing, is_closer, is_furniture, is_item, marker};
use super::{Draft, Split, Sure, trim_end};
use crate::domain::{Confidence, Kind, Span};
use crate::ingest::day;
use crate::ingest::doc::{Doc, Shape, trim};
use crate::ingest::extract::Head;
use crate::ingest::headline::{self, Headline, is_org_like};
use crate::ingest::year;
use crate::lexicon::headlines::{ends, headlines, holds, is};
use crate::text::search_fold;

/// What begins at a line.
#[derive(Clone, Debug)]
enum Start {
    Numbered(Marker),
    Plain,
    Unmarked(Kind),
    Victim,
    /// The heading of a gang's list: ends the post before it and is no entry.
    ListHeading,
}

/// How well a document fits the numbered form.
pub fn fits_numbered(doc: &Doc) -> f32 {
    if (0..doc.count()).any(|i| doc.is_text(i) && marker(doc.line(i)).is_some()) { 1.0 } else { 0.0 }
}

/// How well a document fits the plain form: surely, where its first line is a headline or several are.
pub fn fits_plain(doc: &Doc) -> f32 {
    let mut heads = (0..doc.count()).filter(|i| doc.is_text(*i) && is_plain_headline(doc, *i));
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
    let label = (0..doc.count()).find_map(|i| banner(doc.line(i)).map(str::to_owned));
    let mut drafts = Vec::new();
    for (n, (first, start)) in starts.iter().enumerate() {
        let next = starts.get(n + 1).map_or(doc.count(), |(line, _)| *line);
        let mut after = trim_end(doc, *first, next);
        while after > first + 1 && is_furniture(doc.line(after - 1)) {
            after = trim_end(doc, *first, after - 1);
        }
        let mut draft = match start {
            Start::ListHeading => continue,
            Start::Victim => gang_list::claim(doc, *first, after),
            Start::Numbered(m) => incident(doc, *first, after, Some(m)),
            Start::Plain | Start::Unmarked(Kind::Incident) => incident(doc, *first, after, None),
            Start::Unmarked(kind) => other(doc, *first, after, *kind),
        };
        draft.label.clone_from(&label);
        drafts.push(draft);
    }
    year::settle(doc, &mut drafts);
    Split { drafts, warnings: Vec::new() }
}

/// Tells whether a line is a headline of the plain form, by several signs of which no one suffices: an organisation, a
/// title's last words, a word of incidents, empty lines around.
fn is_plain_headline(doc: &Doc, i: usize) -> bool {
    let line = doc.line(i);
    if line.len() > 800 || doc.is_text(i + 1) || is_item(line) {
        return false;
    }
    let Some(printed) = day::trailing(line) else { return false };
    let spaced = line.get(..printed.start).is_some_and(|b| b.ends_with(crate::ingest::doc::is_space));
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
    found: Vec<(usize, Start)>,
    /// How the present post was closed; strongly at the page's start, where nothing is open.
    closed: Option<Closing>,
    in_list: bool,
}

impl<'w, 'd> Walk<'w, 'd> {
    fn new(doc: &'w Doc<'d>) -> Self {
        Self { doc, victims: gang_list::victims(doc), found: Vec::new(), closed: Some(Closing::Strong), in_list: false }
    }

    fn starts(mut self) -> Vec<(usize, Start)> {
        for i in 0..self.doc.count() {
            if !self.doc.is_text(i) || is_furniture(self.doc.line(i)) {
                continue;
            }
            let how = closing(self.doc.line(i));
            if let Some(start) = self.start_at(i, how.is_some()) {
                self.in_list = matches!(start, Start::ListHeading | Start::Victim);
                self.closed = None;
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
        } else if line.contains('。') && !is_item(line) || line.chars().nth(59).is_some() {
            // Text goes on below the closing line: an earlier release, quoted whole.
            self.closed = None;
        }
    }

    fn start_at(&self, i: usize, closes: bool) -> Option<Start> {
        let line = self.doc.line(i);
        if let Some(m) = marker(line) {
            return (!self.is_cross_reference(i))
                .then(|| if self.heads_list(i) { Start::ListHeading } else { Start::Numbered(m) });
        }
        if self.victims.binary_search(&i).is_ok() {
            return Some(Start::Victim);
        }
        if closes || self.in_list && gang_list::is_label(line) {
            return None;
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
            Some(Closing::Strong) => title(),
            Some(Closing::Weak) => {
                title()
                    && (self.below_title(i) != Below::Text
                        || holds(&headlines().other_words, line)
                        || self.heads_list(i))
            }
            None if self.in_list => title() && self.below_title(i) == Below::Caption && self.paragraphs(i) >= 2,
            None => !below_headline && self.is_foreign(i),
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
            return true;
        }
        // After another reference, or in a list's notes, it is one where nothing stands below it.
        let follows_one =
            marker(self.doc.line(before)).is_some() && self.found.last().is_some_and(|(at, _)| *at != before);
        let noted = self.in_list && gang_list::is_label(cue);
        let listed = cue.starts_with("参考") || follows_one || noted;
        let below = self.doc.next_text(i + 1);
        listed && below.is_none_or(|b| marker(self.doc.line(b)).is_some() || self.victims.binary_search(&b).is_ok())
    }

    /// The next victim of a gang's list below line `i`, where it stands near.
    fn next_victim(&self, i: usize) -> Option<usize> {
        let at = self.victims.partition_point(|v| *v <= i);
        self.victims.get(at).copied().filter(|v| *v - i <= 40)
    }

    /// Tells whether a gang's list begins below line `i` before anything else could.
    fn heads_list(&self, i: usize) -> bool {
        let Some(victim) = self.next_victim(i) else { return false };
        let between: Vec<usize> = (i + 1..victim).take(40).filter(|k| self.doc.is_text(*k)).collect();
        let other = |k: &usize| {
            marker(self.doc.line(*k)).is_some() || gang_list::is_heading(self.doc.line(*k)) && is_title(self.doc, *k)
        };
        between.len() <= 12 && !between.iter().any(other)
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
        if i > 0 && self.doc.is_text(i - 1) || !is_title(self.doc, i) || self.below_title(i) == Below::Text {
            return false;
        }
        let line = self.doc.trimmed(i);
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

    /// Tells whether a headline without number and date stands in the midst of an open post: set off from the text
    /// around, with an organisation of which the open post says nothing and the text below goes on to tell.
    fn is_undated(&self, i: usize) -> bool {
        if i > 0 && self.doc.is_text(i - 1) || !is_title(self.doc, i) {
            return false;
        }
        let line = self.doc.line(i);
        let words = headlines();
        let read = headline::read(line, 0);
        let (Some((org, Confidence::High)), Some((title, _))) = (read.org, read.title) else { return false };
        let (org, title) = (line.get(org.0..org.1).unwrap_or_default(), line.get(title.0..title.1).unwrap_or_default());
        let told = holds(&words.incident_words, title) || ends(&words.title_endings, title).is_some();
        let Some((first, _)) = self.found.last().filter(|_| told && title.chars().count() >= 8) else { return false };
        !title.contains('。')
            && !holds(&words.other_words, line)
            && !holds(&words.not_a_headline, title)
            && !(*first..i).rev().take(120).chain([*first]).any(|k| self.doc.line(k).contains(org))
            && is_named_below(self.doc, i, org)
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
    let line = doc.line(first);
    let read = headline::read(line, marker.map_or(0, |m| m.after));
    let mut head = frame(doc, first, after);
    let take = |part: (usize, usize)| (line.get(part.0..part.1).unwrap_or_default().to_owned(), doc.span(first, part));
    head.case_no = marker.and_then(|m| m.case_no.as_ref()).map(|(no, at)| (no.clone(), doc.span(first, *at)));
    head.org = read.org.map(|(part, _)| take(part));
    head.title = read.title.map(|(part, _)| take(part));
    note_day(doc, first, &read, marker, &mut head);
    let sure = Sure {
        org: read.org.map_or(Confidence::Low, |(_, c)| c),
        title: read.title.map_or(Confidence::Low, |(_, c)| c),
        day: Confidence::High,
    };
    let year = marker.map(|m| m.year);
    Draft { kind: Kind::Incident, first, headline: first, after, head, sure, label: None, url: None, year }
}

/// Takes over the headline's day; says where it is mistyped or does not fit the case number.
fn note_day(doc: &Doc, first: usize, read: &Headline, marker: Option<&Marker>, head: &mut Head) {
    let Some(printed) = read.day else { return };
    let text = doc.line(first).get(printed.start..printed.end).unwrap_or_default();
    let Some(day) = printed.day else {
        head.warnings.push(format!("the headline's date {} is no date", trim(text)));
        return;
    };
    head.published = Some((day, doc.span(first, (printed.start, printed.end))));
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
