//! A numbered headline as it is printed: on one line, or broken in two by a narrow page. Given by `blog` a post's first line.

use super::marker::{Marker, is_item};
use crate::domain::Span;
use crate::ingest::day;
use crate::ingest::doc::{Doc, is_space, trim};
use crate::ingest::headline;
use crate::lexicon::headlines::{ends, headlines};
use std::borrow::Cow;

/// Longest second line, in characters.
const LONGEST: usize = 80;

/// A headline's text, and where it stands.
pub struct Printed<'d> {
    /// The text as it is read.
    pub text: Cow<'d, str>,
    /// Its last line.
    pub last: usize,
    first: usize,
    /// Byte of the text at which the second line begins.
    second: usize,
    /// Bytes of the space that was put between the lines.
    gap: usize,
}

impl<'d> Printed<'d> {
    /// Reads the headline in line `first` of a post that ends before `after`. It goes on in the second line where only
    /// that ends with a day, and the first is no whole title.
    pub fn of(doc: &Doc<'d>, first: usize, after: usize, marker: Option<&Marker>) -> Self {
        let line = doc.line(first);
        let one = Self { text: Cow::Borrowed(line), last: first, first, second: line.len(), gap: 0 };
        let Some(marker) = marker.filter(|_| first + 1 < after && doc.is_text(first + 1)) else { return one };
        let second = doc.trimmed(first + 1);
        let own = trim(line.get(marker.after..).unwrap_or_default());
        let spaced = own.contains(is_space);
        let whole = spaced && ends(&headlines().title_endings, own).is_some();
        if whole || own.is_empty() || own.contains('。') || headline::read(line, marker.after).day.is_some() {
            return one;
        }
        let read = headline::read(second, 0);
        let dated = read.day.is_some_and(|d| d.day.is_some() && d.start > 0);
        let titled = read.title.is_some();
        let fits = dated && titled && !second.contains('。') && !is_item(second) && second.chars().count() <= LONGEST;
        if !fits || second.starts_with('【') || day::whole_line(second).is_some() {
            return one;
        }
        // An organisation alone, and a title alone below it, are two words; else the break stands in the midst of one.
        let alone = !spaced && read.org.is_none();
        let gap = if alone { " " } else { "" };
        let kept = line.trim_end_matches(is_space);
        let text = [kept, gap, doc.line(first + 1).trim_start_matches(is_space)].concat();
        Self { text: Cow::Owned(text), last: first + 1, first, second: kept.len(), gap: gap.len() }
    }

    /// The document's bytes of a part of the text.
    pub fn span(&self, doc: &Doc, (from, to): (usize, usize)) -> Span {
        let line = doc.line(self.last);
        let indent = line.len() - line.trim_start_matches(is_space).len();
        let below = |at: usize| doc.start(self.last) + indent + at.saturating_sub(self.second + self.gap);
        let place = |at: usize, after: bool| match at.cmp(&self.second) {
            std::cmp::Ordering::Less => doc.start(self.first) + at,
            std::cmp::Ordering::Equal if after || self.last == self.first => doc.start(self.first) + at,
            _ => below(at),
        };
        Span::new(place(from, false), place(to, true))
    }
}
