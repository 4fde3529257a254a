//! The detail pane: one incident's facts, the chosen fact's evidence, and its text and history as wrapped lines.

use super::facts::{self, FactRow};
use super::matches;
use crate::domain::{Field, Key, Operation, Record, Span};
use crate::lang::Lang;
use crate::text::{AmbiguousWidth, neutralise, wrap};
use chrono::{DateTime, FixedOffset, NaiveDate};

/// One line below the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyLine {
    /// A byte range of the incident's text.
    Text(usize, usize),
    /// A heading of our own.
    Heading(&'static str),
    /// What an analyst should look at twice.
    Warning(String),
    /// A note, an operation, a link.
    Plain(String),
    /// An operation that was taken back.
    Struck(String),
    /// Free room.
    Blank,
}

/// The detail's state.
#[derive(Debug, Default)]
pub struct Detail {
    /// The incident shown.
    pub key: Option<Key>,
    /// Its record.
    pub record: Option<Box<Record>>,
    /// Its facts that have a value.
    pub facts: Vec<FactRow>,
    /// Index of the chosen fact.
    pub chosen: Option<usize>,
    /// Everything below the facts.
    pub body: Vec<BodyLine>,
    /// First line of `body` on the screen.
    pub scroll: usize,
    /// Places of the query's words in the text.
    pub matches: Vec<Span>,
    /// The match that was jumped to.
    pub at_match: Option<usize>,
    /// The incident asked for.
    pub asked: Option<Key>,
    log: Vec<Operation>,
    words: Vec<String>,
    field: Option<Field>,
    wrapped_for: usize,
    height: usize,
    show_evidence: bool,
}

impl Detail {
    /// Columns left of the text: the evidence's pointer.
    pub const GUTTER: usize = 2;
    /// Below this many rows inside the frame the facts shrink to a line.
    const COMPACT: usize = 12;

    /// Takes an incident. The chosen field stays chosen; the view stays where it is if it is the same incident again.
    pub fn load(&mut self, key: Key, record: Box<Record>, log: Vec<Operation>, lang: Lang) {
        let again = self.key == Some(key);
        self.facts = facts::rows(&record, lang);
        self.matches = matches::find(&record.text, &self.words);
        self.key = Some(key);
        self.record = Some(record);
        self.log = log;
        self.wrapped_for = usize::MAX;
        let provable = |f: &FactRow| !f.evidence.is_empty();
        let same = self.facts.iter().position(|f| Some(f.field) == self.field && provable(f));
        self.chosen = same.or_else(|| self.facts.iter().position(provable));
        if !again {
            self.at_match = None;
            self.scroll = 0;
            self.show_evidence = true;
        }
    }

    /// Shows nothing.
    pub fn clear(&mut self) {
        let words = std::mem::take(&mut self.words);
        *self = Self { words, field: self.field, ..Self::default() };
    }

    /// Notes the words that the query looks for.
    pub fn set_query(&mut self, query: &str, today: NaiveDate) {
        let words = matches::words(query, today);
        if words != self.words {
            self.words = words;
            self.at_match = None;
            self.matches = self.record.as_ref().map(|r| matches::find(&r.text, &self.words)).unwrap_or_default();
        }
    }

    /// Rows that the header and the facts take of `height` rows inside the frame.
    pub fn head_height(&self, height: usize) -> usize {
        if self.is_compact(height) {
            return height.min(3);
        }
        (self.facts.len() + 3).min(height * 3 / 5)
    }

    /// Tells whether the facts shrink to a line.
    pub fn is_compact(&self, height: usize) -> bool {
        height < Self::COMPACT
    }

    /// Wraps for the pane's size inside the frame and brings newly loaded evidence into view.
    pub fn settle(&mut self, width: usize, height: usize, ambiguous: AmbiguousWidth, lang: Lang) {
        self.height = height.saturating_sub(self.head_height(height));
        let columns = width.saturating_sub(Self::GUTTER).max(1);
        if self.wrapped_for != columns {
            let keep = self.first_byte();
            self.body = self.build(columns, ambiguous, lang);
            let again = keep.and_then(|byte| self.line_of(byte));
            self.wrapped_for = columns;
            self.scroll = again.unwrap_or(self.scroll);
        }
        if std::mem::take(&mut self.show_evidence) {
            self.reveal_evidence();
        }
        self.scroll = self.scroll.min(self.body.len().saturating_sub(self.height.max(1)));
    }

    /// Rows of the body on the screen.
    pub fn page(&self) -> usize {
        self.height.max(1)
    }

    /// Moves the view by lines.
    pub fn scroll_by(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// The evidence of the chosen fact.
    pub fn evidence(&self) -> &[Span] {
        self.chosen.and_then(|i| self.facts.get(i)).map(|f| f.evidence.as_slice()).unwrap_or_default()
    }

    /// Chooses the next (or previous) fact that has evidence and brings that into view. False if there is none.
    pub fn choose(&mut self, forward: bool) -> bool {
        let provable: Vec<usize> =
            self.facts.iter().enumerate().filter(|(_, f)| !f.evidence.is_empty()).map(|(i, _)| i).collect();
        let place = provable.iter().position(|i| Some(*i) == self.chosen);
        let next = match (place, forward) {
            (Some(p), true) => (p + 1) % provable.len(),
            (Some(p), false) => (p + provable.len() - 1) % provable.len(),
            (None, _) => 0,
        };
        let Some(index) = provable.get(next) else { return false };
        self.chosen = Some(*index);
        self.field = self.facts.get(*index).map(|f| f.field);
        self.reveal_evidence();
        true
    }

    /// Jumps to the next (or previous) place of the query's words. False if there is none.
    pub fn jump(&mut self, forward: bool) -> bool {
        let n = self.matches.len();
        if n == 0 {
            return false;
        }
        let next = match (self.at_match, forward) {
            (Some(i), true) => (i + 1) % n,
            (Some(i), false) => (i + n - 1) % n,
            (None, true) => 0,
            (None, false) => n - 1,
        };
        self.at_match = Some(next);
        if let Some(span) = self.matches.get(next) {
            self.reveal(span.start);
        }
        true
    }

    fn reveal_evidence(&mut self) {
        if let Some(start) = self.evidence().first().map(|s| s.start) {
            self.reveal(start);
        }
    }

    /// Scrolls so that a byte's line stands in the upper third, unless it is in view already.
    fn reveal(&mut self, byte: usize) {
        let Some(line) = self.line_of(byte) else { return };
        if line < self.scroll || line >= self.scroll + self.page() {
            self.scroll = line.saturating_sub(self.page() / 3);
        }
    }

    fn line_of(&self, byte: usize) -> Option<usize> {
        let mut last = None;
        for (index, line) in self.body.iter().enumerate() {
            match line {
                BodyLine::Text(start, _) if *start <= byte => last = Some(index),
                BodyLine::Text(..) => break,
                _ => {}
            }
        }
        last
    }

    fn first_byte(&self) -> Option<usize> {
        if self.scroll == 0 {
            return None;
        }
        self.body.get(self.scroll..)?.iter().find_map(|l| match l {
            BodyLine::Text(start, _) => Some(*start),
            _ => None,
        })
    }

    fn build(&self, columns: usize, ambiguous: AmbiguousWidth, lang: Lang) -> Vec<BodyLine> {
        let Some(record) = &self.record else { return Vec::new() };
        let mut out = Vec::new();
        for warning in &record.facts.warnings {
            push(&mut out, warning, BodyLine::Warning, columns, ambiguous);
        }
        out.extend(wrap(&record.text, columns, ambiguous).into_iter().map(|(a, b)| BodyLine::Text(a, b)));
        let mut section = |key: &'static str, lines: Vec<(String, Make)>| {
            if !lines.is_empty() {
                out.extend([BodyLine::Blank, BodyLine::Heading(key)]);
            }
            for (text, make) in lines {
                push(&mut out, &text, make, columns, ambiguous);
            }
        };
        let plain = |text: String| (text, BodyLine::Plain as Make);
        let notes = &record.triage.notes;
        section(
            "ui.detail.notes",
            notes.iter().map(|n| plain(format!("{} {}: {}", when(&n.at), n.by, n.text))).collect(),
        );
        let related = record.related.iter().map(|r| plain(format!("{} {}", r.id, r.why))).collect();
        section("ui.detail.related", related);
        section("ui.detail.log", self.log.iter().map(|op| operation(op, lang)).collect());
        let s = &record.source;
        let mut source = vec![plain(format!("{}:{}", s.path, s.line))];
        source.extend(s.url.iter().map(|u| plain(u.clone())));
        source.push(plain(lang.fill("ui.detail.id", &[("id", record.id.as_str())])));
        section("ui.detail.source", source);
        out
    }
}

/// Makes a line of its text.
type Make = fn(String) -> BodyLine;

fn push(out: &mut Vec<BodyLine>, text: &str, make: Make, columns: usize, ambiguous: AmbiguousWidth) {
    let text = text.trim_end().split('\n').map(neutralise).collect::<Vec<_>>().join("\n");
    for (start, end) in wrap(&text, columns, ambiguous) {
        out.push(make(text.get(start..end).unwrap_or_default().to_owned()));
    }
}

fn operation(op: &Operation, lang: Lang) -> (String, Make) {
    let undone = if op.cancelled { lang.text("ui.detail.undone") } else { "" };
    let text = format!("{} {}: {}{undone}", when(&op.at), op.by, op.summary);
    (text, if op.cancelled { BodyLine::Struck } else { BodyLine::Plain })
}

/// The day and minute of an RFC 3339 time, in Tokyo; what is none stays as it is.
fn when(at: &str) -> String {
    let tokyo = FixedOffset::east_opt(9 * 3_600);
    match (DateTime::parse_from_rfc3339(at), tokyo) {
        (Ok(time), Some(tokyo)) => time.with_timezone(&tokyo).format("%Y-%m-%d %H:%M").to_string(),
        _ => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn detail(height: usize) -> Detail {
        let mut d = Detail::default();
        d.set_query("宛名", NaiveDate::default());
        d.load(Key(1), Box::new(sample::record(1)), Vec::new(), Lang::En);
        d.settle(40, height, AmbiguousWidth::Narrow, Lang::En);
        d
    }

    fn shows(d: &Detail, byte: usize) -> bool {
        d.body
            .iter()
            .skip(d.scroll)
            .take(d.page())
            .any(|l| matches!(l, BodyLine::Text(a, b) if (*a..*b).contains(&byte)))
    }

    #[test]
    fn the_evidence_of_the_chosen_fact_is_in_view() {
        let mut d = detail(8);
        for _ in 0..2 * d.facts.len() {
            let first = d.evidence().first().copied().unwrap();
            assert!(shows(&d, first.start), "{:?}", d.chosen);
            assert!(d.choose(true));
        }
    }

    #[test]
    fn matches_are_jumped_to_around_the_end() {
        let mut d = detail(8);
        let n = d.matches.len();
        assert!(n >= 2);
        assert!(d.jump(false));
        assert_eq!(d.at_match, Some(n - 1));
        assert!(d.jump(true));
        assert_eq!(d.at_match, Some(0));
        assert!(shows(&d, d.matches[0].start));
    }

    #[test]
    fn another_width_keeps_the_place_and_loses_no_byte() {
        let mut d = detail(8);
        d.scroll = 6;
        let byte = d.first_byte().unwrap();
        d.settle(24, 8, AmbiguousWidth::Narrow, Lang::En);
        assert!(shows(&d, byte));
        let text = &sample::record(1).text;
        let kept: usize = d.body.iter().map(|l| if let BodyLine::Text(a, b) = l { b - a } else { 0 }).sum();
        assert_eq!(kept, text.replace('\n', "").len());
    }
}
