//! A decoded document as numbered lines that know their bytes in the text and in the raw file; what the formats read.

use super::encoding::Decoded;
use super::error::{IngestError, MAX_LINE};
use super::markup::{Post, Reduced};
use crate::domain::Span;
use crate::text::search_fold;
use std::borrow::Cow;
use std::cell::OnceCell;

/// What a line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Blank,
    /// White space only (blogs put a no-break space between caption and text, category pages between entries).
    Spacer,
    /// Text.
    Text,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    start: usize,
    end: usize,
    raw_start: usize,
    raw_end: usize,
    /// 1-based line of the raw file.
    number: usize,
    shape: Shape,
}

/// What is worked out for lines when it is first asked.
type ByLine<T> = OnceCell<Vec<OnceCell<T>>>;

/// A document's text by lines. Line numbers count from 0.
#[derive(Debug)]
pub struct Doc<'d> {
    /// The whole text.
    pub text: &'d str,
    /// The path as it was given.
    pub path: &'d str,
    /// Address of the source, where one was given.
    pub source_url: Option<&'d str>,
    /// Year given for digests that name none.
    pub year: Option<i32>,
    lines: Vec<Line>,
    posts: &'d [Post],
    /// Lines as they are compared, once they were: by number, alone and with a later line.
    folds: ByLine<Box<str>>,
    joined: ByLine<(usize, Box<str>)>,
}

impl<'d> Doc<'d> {
    /// Lays out the lines. `raw` is the file that `decoded` came from: in all supported encodings the byte 0x0A is a
    /// line feed and nothing else, so that the lines of both run in step.
    ///
    /// # Errors
    /// Fails for a line over the limit.
    pub fn new(decoded: &'d Decoded<'_>, raw: &[u8], path: &'d str) -> Result<Self, IngestError> {
        let text: &str = &decoded.text;
        let mut lines = Vec::with_capacity(memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1);
        let mut raw_ends = memchr::memchr_iter(b'\n', raw).chain([raw.len()]);
        let (mut start, mut raw_start) = (0, decoded.skipped);
        for piece in text.split('\n') {
            let raw_end = raw_ends.next().unwrap_or(raw.len());
            if piece.len() > MAX_LINE {
                return Err(IngestError::LineTooLong { line: lines.len() + 1, length: piece.len() });
            }
            let kept = piece.strip_suffix('\r').unwrap_or(piece);
            let (shape, number) = (shape_of(kept), lines.len() + 1);
            lines.push(Line { start, end: start + kept.len(), raw_start, raw_end, number, shape });
            start += piece.len() + 1;
            raw_start = raw_end + 1;
        }
        Ok(Self::of(text, path, lines, &[]))
    }

    /// Lays out what a page or feed was reduced to. `raw` is the file that `decoded` came from.
    ///
    /// # Errors
    /// Fails for a line over the limit.
    pub fn reduced(
        reduced: &'d Reduced,
        decoded: &Decoded<'_>,
        raw: &[u8],
        path: &'d str,
    ) -> Result<Self, IngestError> {
        let breaks: Vec<usize> = memchr::memchr_iter(b'\n', raw).collect();
        let mut offsets = decoded.offsets();
        let mut lines = Vec::with_capacity(reduced.lines.len());
        let mut start = 0;
        for (piece, place) in reduced.text.split('\n').zip(&reduced.lines) {
            let raw_start = offsets.raw(place.0);
            let raw_end = offsets.raw(place.1).max(raw_start);
            let number = 1 + breaks.partition_point(|b| *b < raw_start);
            if piece.len() > MAX_LINE {
                return Err(IngestError::LineTooLong { line: number, length: piece.len() });
            }
            lines.push(Line { start, end: start + piece.len(), raw_start, raw_end, number, shape: shape_of(piece) });
            start += piece.len() + 1;
        }
        Ok(Self::of(&reduced.text, path, lines, &reduced.posts))
    }

    fn of(text: &'d str, path: &'d str, lines: Vec<Line>, posts: &'d [Post]) -> Self {
        let (folds, joined) = (OnceCell::new(), OnceCell::new());
        Self { text, path, source_url: None, year: None, lines, posts, folds, joined }
    }

    /// Parts lines of plain text in two: each place is a line, a byte of it, and that byte's place in the raw file; in
    /// text order, before anything else is asked of the document.
    pub fn part(&mut self, places: &[(usize, usize, usize)]) {
        let mut places = places.iter().copied().peekable();
        let mut lines = Vec::with_capacity(self.lines.len() + places.len());
        for (i, line) in std::mem::take(&mut self.lines).into_iter().enumerate() {
            let mut rest = line;
            while let Some((_, at, raw)) = places.next_if(|p| p.0 == i) {
                let cut = line.start + at;
                let shape = |a, b| self.text.get(a..b).map_or(Shape::Text, shape_of);
                lines.push(Line { end: cut, raw_end: raw, shape: shape(rest.start, cut), ..rest });
                rest = Line { start: cut, raw_start: raw, shape: shape(cut, rest.end), ..rest };
            }
            lines.push(rest);
        }
        self.lines = lines;
    }

    /// The posts that the markup sets apart; plain text has none.
    pub fn posts(&self) -> &'d [Post] {
        self.posts
    }

    /// The post whose title stands in line `i`.
    pub fn post_at(&self, i: usize) -> Option<&'d Post> {
        self.posts.binary_search_by_key(&i, |p| p.first).ok().and_then(|n| self.posts.get(n))
    }

    /// The 1-based line of the raw file at which line `i` begins.
    pub fn number(&self, i: usize) -> usize {
        self.lines.get(i).map_or(i + 1, |l| l.number)
    }

    /// How many lines there are.
    pub fn count(&self) -> usize {
        self.lines.len()
    }

    /// The line without its end; beyond the last, nothing.
    pub fn line(&self, i: usize) -> &'d str {
        self.lines.get(i).and_then(|l| self.text.get(l.start..l.end)).unwrap_or_default()
    }

    /// The line without white space around it.
    pub fn trimmed(&self, i: usize) -> &'d str {
        trim(self.line(i))
    }

    /// The line as it is compared with others: folded for search. Worked out once.
    pub fn folded(&self, i: usize) -> &str {
        let folds = self.folds.get_or_init(|| vec![OnceCell::new(); self.count()]);
        folds.get(i).map_or("", |fold| fold.get_or_init(|| search_fold(self.trimmed(i)).into()))
    }

    /// Lines `first` and `last`, which may be the same, as one folded text.
    pub fn folded_as_one(&self, first: usize, last: usize) -> Cow<'_, str> {
        if first == last {
            return Cow::Borrowed(self.folded(first));
        }
        let join = || search_fold(&[self.trimmed(first), self.trimmed(last)].concat());
        let joined = self.joined.get_or_init(|| vec![OnceCell::new(); self.count()]);
        // A line is nearly always joined with the same other.
        match joined.get(first).map(|fold| fold.get_or_init(|| (last, join().into()))) {
            Some((with, text)) if *with == last => Cow::Borrowed(text),
            _ => Cow::Owned(join()),
        }
    }

    /// What the line holds; lines beyond the last are blank.
    pub fn shape(&self, i: usize) -> Shape {
        self.lines.get(i).map_or(Shape::Blank, |l| l.shape)
    }

    /// Tells whether the line holds text.
    pub fn is_text(&self, i: usize) -> bool {
        self.shape(i) == Shape::Text
    }

    /// Byte of the text at which the line begins; beyond the last line, the text's end.
    pub fn start(&self, i: usize) -> usize {
        self.lines.get(i).map_or(self.text.len(), |l| l.start)
    }

    /// Byte of the text at which the line ends, line end not counted.
    pub fn end(&self, i: usize) -> usize {
        self.lines.get(i).map_or(self.text.len(), |l| l.end)
    }

    /// Bytes of the lines `first..after` in the raw file, the last line's end not counted.
    pub fn raw(&self, first: usize, after: usize) -> (usize, usize) {
        let from = self.lines.get(first).map_or(0, |l| l.raw_start);
        let to = after.checked_sub(1).and_then(|i| self.lines.get(i)).map_or(from, |l| l.raw_end);
        (from, to.max(from))
    }

    /// The first line with text at or after `i`.
    pub fn next_text(&self, i: usize) -> Option<usize> {
        (i..self.count()).find(|k| self.is_text(*k))
    }

    /// The last line with text before `i`.
    pub fn text_before(&self, i: usize) -> Option<usize> {
        (0..i.min(self.count())).rev().find(|k| self.is_text(*k))
    }

    /// Empty lines directly after `i`, white space counted as empty.
    pub fn gap_after(&self, i: usize) -> usize {
        (i + 1..self.count()).take_while(|k| !self.is_text(*k)).count()
    }

    /// The span of a part of line `i`, given as a byte range of that line.
    pub fn span(&self, i: usize, range: (usize, usize)) -> Span {
        let base = self.start(i);
        Span::new(base + range.0, base + range.1)
    }

    /// The span of a line's text without white space around it.
    pub fn text_span(&self, i: usize) -> Span {
        self.span(i, trimmed_range(self.line(i)))
    }
}

fn shape_of(line: &str) -> Shape {
    if line.is_empty() {
        Shape::Blank
    } else if trim(line).is_empty() {
        Shape::Spacer
    } else {
        Shape::Text
    }
}

/// Tells white space from text: Unicode's, the zero-width space and the byte order mark.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}')
}

/// Takes white space off both ends.
pub fn trim(s: &str) -> &str {
    s.trim_matches(is_space)
}

/// The byte range that [`trim`] leaves.
pub fn trimmed_range(s: &str) -> (usize, usize) {
    let start = s.len() - s.trim_start_matches(is_space).len();
    let end = s.trim_end_matches(is_space).len();
    (start.min(end), end)
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::super::encoding::decode;
    use super::*;
    use encoding_rs::SHIFT_JIS;

    #[test]
    fn lines_know_their_raw_bytes() {
        let (raw, _, _) = SHIFT_JIS.encode("見出し\r\n\r\n本文です\r\n");
        let decoded = decode(&raw).unwrap();
        let doc = Doc::new(&decoded, &raw, "x").unwrap();
        assert_eq!((doc.line(0), doc.line(2), doc.count()), ("見出し", "本文です", 4));
        let (from, to) = doc.raw(2, 3);
        assert_eq!(SHIFT_JIS.decode(&raw[from..to]).0, "本文です\r");
        assert_eq!(doc.next_text(1), Some(2));
        assert_eq!(doc.gap_after(0), 1);
    }

    #[test]
    fn a_byte_order_mark_shifts_the_raw_bytes_only() {
        let raw = "\u{FEFF}あ\nい".as_bytes();
        let decoded = decode(raw).unwrap();
        let doc = Doc::new(&decoded, raw, "x").unwrap();
        assert_eq!(doc.raw(0, 1), (3, 6));
        assert_eq!((doc.start(1), doc.raw(1, 2)), (4, (7, 10)));
    }

    #[test]
    fn a_line_over_the_limit_is_an_error() {
        let raw = format!("a\n{}", "あ".repeat(MAX_LINE / 3 + 1));
        let decoded = decode(raw.as_bytes()).unwrap();
        let wrong = Doc::new(&decoded, raw.as_bytes(), "x").unwrap_err();
        assert!(matches!(wrong, IngestError::LineTooLong { line: 2, .. }));
    }
}
