//! An entry folded once and cut into lines, sentences and sections.
//!
//! Made by `extract` from an entry's text; every rule reads it and turns its spans back into the original's.

use super::Head;
use super::modality::is_report;
use super::{counts, dates};
use crate::domain::Span;
use crate::lexicon::facts::{self, Cues, FactLexicon, Hit, Number};
use crate::lexicon::marks::Marks;
use crate::text::{CharSet, Folded, fold};
use memchr::memmem;
use std::cell::OnceCell;

/// What a section of a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Before the first heading.
    Preface,
    Chronology,
    Data,
    Prevention,
    Contact,
    Other,
}

/// Longest sentence in bytes: a longer one is cut, so that hostile text costs no more than its length.
const LONGEST: usize = 6000;

/// What dates and counts begin with.
static BEGINNINGS: CharSet = dates::BEGINNING.with(&counts::BEGINNING);

/// Longest heading, in characters.
const LONGEST_HEADING: usize = 32;

/// A sentence, or a line that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    pub start: usize,
    pub end: usize,
    pub section: Section,
    pub heading: bool,
}

/// The folded entry.
pub struct Doc {
    pub folded: Folded,
    /// Folded byte range of the body.
    pub body: (usize, usize),
    /// Folded byte range of the title.
    pub title: (usize, usize),
    /// The body's sentences in order.
    pub sentences: Vec<Sentence>,
    pub lexicon: &'static FactLexicon,
    marks: Marks,
    /// The line feeds of the folded entry.
    breaks: Vec<usize>,
    /// The sentences that tell what happened, once they are asked for.
    reports: OnceCell<Vec<Sentence>>,
}

impl Doc {
    pub fn new(text: &str, head: &Head) -> Self {
        let folded = fold(text);
        let at = |offset: usize| folded.forward(offset);
        let end = if head.body_end == 0 { text.len() } else { head.body_end };
        let body = (at(head.body), at(end).max(at(head.body)));
        let title = match &head.title {
            Some((_, s)) if s.end > s.start => (at(s.start), at(s.end)),
            _ => (0, 0),
        };
        let lexicon = facts::get();
        let marks = lexicon.mark(&folded.text, &BEGINNINGS);
        let breaks = memchr::memchr_iter(b'\n', folded.text.as_bytes()).collect();
        let mut doc =
            Self { folded, body, title, sentences: Vec::new(), lexicon, marks, breaks, reports: OnceCell::new() };
        doc.sentences = sentences(&doc);
        doc
    }

    pub fn text(&self) -> &str {
        &self.folded.text
    }

    pub fn get(&self, start: usize, end: usize) -> &str {
        self.folded.text.get(start..end).unwrap_or_default()
    }

    pub fn of(&self, s: &Sentence) -> &str {
        self.get(s.start, s.end)
    }

    /// Where in a part of the entry a date or a count may begin, counted from the part's first byte.
    pub fn places(&self, (start, end): (usize, usize)) -> impl Iterator<Item = usize> + '_ {
        self.marks.places(start, end).map(move |at| at - start)
    }

    pub fn body_text(&self) -> &str {
        self.get(self.body.0, self.body.1)
    }

    pub fn title_text(&self) -> &str {
        self.get(self.title.0, self.title.1)
    }

    /// A span of the original text.
    pub fn span(&self, start: usize, end: usize) -> Span {
        let (s, e) = self.folded.back(start, end);
        Span::new(s, e)
    }

    /// The sentences that tell what happened.
    pub fn reports(&self) -> &[Sentence] {
        self.reports.get_or_init(|| self.sentences.iter().copied().filter(|s| is_report(self, s)).collect())
    }

    pub fn sentence_at(&self, at: usize) -> Option<&Sentence> {
        let i = self.sentences.partition_point(|s| s.end <= at);
        self.sentences.get(i).filter(|s| s.start <= at)
    }

    pub fn sentence_index(&self, at: usize) -> usize {
        self.sentences.partition_point(|s| s.end <= at)
    }

    /// Tells whether a phrase of a list stands in a text: looked up where that is a part of the entry, searched where
    /// it is a text of its own.
    #[inline]
    pub fn has(&self, phrases: &str, text: &str) -> bool {
        self.lexicon.number(phrases).is_some_and(|list| self.has_of(list, text))
    }

    fn has_of(&self, list: Number, text: &str) -> bool {
        match self.offset_of(text).filter(|_| self.lexicon.is_marked(list)) {
            Some(at) => self.marks.has(list, at, at + text.len()),
            None => self.lexicon.phrases_of(list).is_in(text),
        }
    }

    /// The hits of a list's phrases in a text, left to right, without overlaps, as [`Self::has`] finds them.
    pub fn hits<'t>(&'t self, phrases: &str, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        let number = self.lexicon.number(phrases).unwrap_or(Number::MAX);
        self.hits_of(number, self.lexicon.phrases_of(number), text)
    }

    /// How many bytes the longest phrase of a list takes that a text begins with.
    pub fn starting(&self, phrases: &str, text: &str) -> Option<usize> {
        self.lexicon.phrases(phrases).starting(text)
    }

    /// The hits of the words of actions in a text.
    pub fn action_hits<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        self.hits_of(self.lexicon.number_of_actions(), &self.lexicon.actions, text)
    }

    /// The hits of the words of kinds of data in a text.
    pub fn data_hits<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        self.hits_of(self.lexicon.number_of_data_types(), &self.lexicon.data_types, text)
    }

    /// The hits of the pairs of words that tell actions together, in a part of the entry.
    pub fn frame_hits(&self, text: &str) -> Vec<Hit> {
        let Some(at) = self.offset_of(text) else { return Vec::new() };
        let first = self.lexicon.number_of_frames();
        self.lexicon.action_frames.hits(self.text(), &self.marks, first, (at, at + text.len()))
    }

    fn hits_of<'t>(&'t self, number: Number, words: &'t Cues, text: &'t str) -> impl Iterator<Item = Hit> + 't {
        let at = self.offset_of(text).filter(|_| self.lexicon.is_marked(number));
        let marked = at.into_iter().flat_map(move |at| self.marks.hits(number, at, at + text.len()));
        let searched = at.is_none().then_some(words);
        marked.chain(searched.into_iter().flat_map(|words| words.hits(text)))
    }

    /// Where a slice of the folded entry begins; `None` for any other text.
    fn offset_of(&self, text: &str) -> Option<usize> {
        let base = self.folded.text.as_ptr().addr();
        let at = text.as_ptr().addr().checked_sub(base)?;
        (at + text.len() <= self.folded.text.len()).then_some(at)
    }

    /// The body's line around an offset, without its line feed.
    pub fn line_at(&self, at: usize) -> (usize, usize) {
        let next = self.breaks.partition_point(|b| *b < at);
        let before = next.checked_sub(1).and_then(|i| self.breaks.get(i));
        let start = before.map_or(0, |b| b + 1).max(self.body.0);
        let end = self.breaks.get(next).copied().unwrap_or(self.text().len()).min(self.body.1);
        (start, end.max(start))
    }
}

fn sentences(doc: &Doc) -> Vec<Sentence> {
    let (text, body) = (doc.text(), doc.body);
    let stop = memmem::Finder::new("。");
    let mut out = Vec::new();
    let mut section = Section::Preface;
    let Some(area) = text.get(body.0..body.1) else { return out };
    let mut open: Option<usize> = None;
    let mut offset = body.0;
    let mut lines = area.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let (from, to) = (offset, offset + line.trim_end_matches('\n').len());
        offset += line.len();
        let bare = line.trim();
        if let Some(kind) = heading(bare, doc) {
            close(&mut open, from, section, text, &mut out);
            section = kind;
            push(from, to, section, true, text, &mut out);
            continue;
        }
        if bare.is_empty() || begins_item(bare) {
            close(&mut open, from, section, text, &mut out);
        }
        let mut start = open.take().unwrap_or(from);
        for i in stop.find_iter(text.get(from..to).unwrap_or_default().as_bytes()) {
            let stop = from + i + "。".len();
            // `(以下「当該会社」という。)` ends no sentence.
            if text.get(stop..to).is_some_and(|t| t.starts_with(')')) {
                continue;
            }
            push(start, stop, section, false, text, &mut out);
            start = stop;
        }
        let joins = lines.peek().is_some_and(|next| is_wrapped(bare, next));
        if joins && start < to {
            open = Some(start);
        } else {
            push(start, to, section, false, text, &mut out);
        }
    }
    close(&mut open, body.1, section, text, &mut out);
    out
}

fn close(open: &mut Option<usize>, end: usize, section: Section, text: &str, out: &mut Vec<Sentence>) {
    if let Some(start) = open.take() {
        push(start, end, section, false, text, out);
    }
}

fn push(start: usize, end: usize, section: Section, heading: bool, text: &str, out: &mut Vec<Sentence>) {
    let Some(part) = text.get(start..end) else { return };
    let mut start = start + (part.len() - part.trim_start().len());
    let end = start + part.trim().len();
    while end.saturating_sub(start) > LONGEST {
        let mut cut = start + LONGEST;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        out.push(Sentence { start, end: cut, section, heading });
        start = cut;
    }
    if start < end {
        out.push(Sentence { start, end, section, heading });
    }
}

fn begins_item(line: &str) -> bool {
    line.starts_with(['・', '•', '-', '○', '●', '◆', '■', '※', '*', '→', '(', '【', '<', '◎', '①', '②', '③', '⚫'])
        || line.chars().next().is_some_and(|c| c.is_ascii_digit())
        || ["令和", "平成", "同日", "同月", "同年", "翌日"].iter().any(|w| line.starts_with(w))
}

/// A hard line break inside a sentence: a long line without a full stop, and a next line that begins nothing.
fn is_wrapped(line: &str, next: &str) -> bool {
    let next = next.trim();
    let open_end = !line.ends_with(['。', ':', ')', '】', '」', '>']);
    open_end && !next.is_empty() && line.chars().nth(24).is_some() && !begins_item(next) && heading_mark(next).is_none()
}

/// The text of a line behind numbering or brackets, where it has such.
fn heading_mark(line: &str) -> Option<&str> {
    if let Some(inner) = line
        .strip_prefix(['【', '<', '[', '■', '◆', '○', '●', '〇', '□', '◇', '▼', '〈', '〔', '▽', '◎', '★', '☆', '《'])
    {
        return Some(inner.trim_end_matches(['】', '>', ']', '〉', '〕', '》']).trim_start());
    }
    let (open, rest) = line.strip_prefix('(').map_or((false, line), |r| (true, r));
    if let Some(numbered) = line.strip_prefix('第') {
        let words = numbered.trim_start_matches(|c: char| c.is_ascii_digit());
        return (words.len() < numbered.len()).then_some(words)?.strip_prefix(' ').map(str::trim_start);
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 2 {
        return None;
    }
    let after = rest.get(digits..)?;
    if open {
        return after.strip_prefix(')').map(str::trim_start);
    }
    after.strip_prefix(['.', ')', '、', ' ', ':', '．']).map(str::trim_start).or_else(|| {
        after
            .chars()
            .next()
            .filter(|c| !matches!(c, '月' | '日' | '時' | '年' | '名' | '人' | '件' | ',' | '万'))
            .and(Some(after))
    })
}

fn heading(line: &str, doc: &Doc) -> Option<Section> {
    // Most lines are far longer, and none of them need be counted.
    if line.len() > 4 * LONGEST_HEADING {
        return None;
    }
    let length = line.chars().count();
    if length == 0 || length > LONGEST_HEADING || line.contains(['。', '、']) && length > 24 {
        return None;
    }
    let marked = heading_mark(line);
    let words = marked.unwrap_or(line);
    if words.is_empty()
        || words.contains(['。'])
        || marked.is_none()
            && (length > 14 || line.starts_with(['・', '※', '•', '(']) || line.contains([':', '。', '、']))
    {
        return None;
    }
    if marked.is_none() && words.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let is = |name: &str| doc.has(name, words);
    if is("prevention_heading") {
        Some(Section::Prevention)
    } else if is("contact_heading") {
        Some(Section::Contact)
    } else if is("chronology_heading") {
        Some(Section::Chronology)
    } else if is("data_heading") {
        Some(Section::Data)
    } else {
        marked.map(|_| Section::Other)
    }
}
