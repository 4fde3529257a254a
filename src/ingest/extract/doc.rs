//! An entry folded once and cut into lines, sentences and sections.
//!
//! Made by `extract` from an entry's text; every rule reads it and turns its spans back into the original's.

use super::Head;
use crate::domain::Span;
use crate::lexicon::facts::{self, FactLexicon, Marks};
use crate::text::{Folded, fold};

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
}

impl Doc {
    pub fn new(text: &str, head: &Head) -> Self {
        let folded = fold(text);
        let at = |offset: usize| forward(&folded, offset);
        let end = if head.body_end == 0 { text.len() } else { head.body_end };
        let body = (at(head.body), at(end).max(at(head.body)));
        let title = match &head.title {
            Some((_, s)) if s.end > s.start => (at(s.start), at(s.end)),
            _ => (0, 0),
        };
        let lexicon = facts::get();
        let sentences = sentences(&folded.text, body, lexicon);
        let marks = lexicon.mark(&folded.text);
        Self { folded, body, title, sentences, lexicon, marks }
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

    pub fn sentence_at(&self, at: usize) -> Option<&Sentence> {
        let i = self.sentences.partition_point(|s| s.end <= at);
        self.sentences.get(i).filter(|s| s.start <= at)
    }

    pub fn sentence_index(&self, at: usize) -> usize {
        self.sentences.partition_point(|s| s.end <= at)
    }

    /// Tells whether a phrase of a group stands in a text: looked up where that is a part of the entry, searched
    /// where it is a text of its own.
    pub fn has(&self, phrases: &str, text: &str) -> bool {
        match (self.offset_of(text), self.lexicon.number(phrases)) {
            (Some(at), Some(group)) => self.marks.has(group, at, at + text.len()),
            _ => self.lexicon.phrases(phrases).is_in(text),
        }
    }

    /// Where a slice of the folded entry begins; `None` for any other text.
    fn offset_of(&self, text: &str) -> Option<usize> {
        let base = self.folded.text.as_ptr().addr();
        let at = text.as_ptr().addr().checked_sub(base)?;
        (at + text.len() <= self.folded.text.len()).then_some(at)
    }

    /// The body's line around an offset, without its line feed.
    pub fn line_at(&self, at: usize) -> (usize, usize) {
        let text = self.text();
        let start = text.get(..at).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1).max(self.body.0);
        let end = text.get(at..).and_then(|t| t.find('\n')).map_or(text.len(), |i| at + i).min(self.body.1);
        (start, end.max(start))
    }
}

/// The first folded byte that comes from `offset` or later.
fn forward(folded: &Folded, offset: usize) -> usize {
    let (mut lo, mut hi) = (0, folded.text.len());
    while lo < hi {
        let mid = lo + (hi - lo) / 2;
        if folded.back(mid, mid + 1).0 < offset { lo = mid + 1 } else { hi = mid }
    }
    while lo < folded.text.len() && !folded.text.is_char_boundary(lo) {
        lo += 1;
    }
    lo
}

fn sentences(text: &str, body: (usize, usize), lexicon: &FactLexicon) -> Vec<Sentence> {
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
        if let Some(kind) = heading(bare, lexicon) {
            close(&mut open, from, section, text, &mut out);
            section = kind;
            push(from, to, section, true, text, &mut out);
            continue;
        }
        if bare.is_empty() || begins_item(bare) {
            close(&mut open, from, section, text, &mut out);
        }
        let mut start = open.take().unwrap_or(from);
        for (i, _) in text.get(from..to).unwrap_or_default().match_indices('。') {
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
    open_end && !next.is_empty() && line.chars().count() >= 25 && !begins_item(next) && heading_mark(next).is_none()
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

fn heading(line: &str, lexicon: &FactLexicon) -> Option<Section> {
    let length = line.chars().count();
    if length == 0 || length > 32 || line.contains(['。', '、']) && length > 24 {
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
    let is = |name: &str| lexicon.phrases(name).is_in(words);
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
