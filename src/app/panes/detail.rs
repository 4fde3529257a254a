//! The detail pane: one incident's facts, the chosen fact's evidence, and its text and history as wrapped lines.

use crate::app::panes::body::{self, BodyLine, push};
use crate::app::panes::facts::{self, FactRow};
use crate::app::panes::matches;
use crate::domain::{Field, Key, ListRow, Operation, Record, Span, Verdict};
use crate::lang::Lang;
use crate::text::AmbiguousWidth;
use chrono::NaiveDate;

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
    /// How far it is scrolled: first the facts fold away, as far as they do, then the body goes up.
    pub scroll: usize,
    /// Places of the query's words in the text.
    pub matches: Vec<Span>,
    /// The match that was jumped to.
    pub at_match: Option<usize>,
    /// The incident asked for.
    pub asked: Option<Key>,
    /// Rows of the incidents closest to it.
    pub related: Vec<ListRow>,
    log: Vec<Operation>,
    words: Vec<String>,
    /// What is looked for in the text in place of the query's words, as typed, and its spellings.
    find: (String, Vec<String>),
    field: Option<Field>,
    wrapped_for: Option<(usize, usize, Option<usize>)>,
    room: Room,
    warnings: Vec<String>,
    show_evidence: bool,
}

/// What the pane has for the detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// Columns inside the frame.
    pub width: usize,
    /// Rows inside the frame.
    pub height: usize,
    /// The detail has the screen to itself: it opens at the text's top, and the facts fold away as it scrolls.
    pub whole: bool,
    /// Columns of a sign around evidence; none where a style tells it.
    pub sign: usize,
}

/// Rows above the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The facts are one line.
    pub compact: bool,
    /// The timeline stands there as a strip.
    pub strip: bool,
    /// Rows of warnings.
    pub warnings: usize,
    /// Rows for the facts, the one that tells how many are hidden among them.
    pub facts: usize,
    /// All rows.
    pub height: usize,
}

impl Detail {
    /// Columns left of the text: the evidence's pointer.
    pub const GUTTER: usize = 2;
    /// Below this many rows inside the frame the facts shrink to a line.
    const COMPACT: usize = 12;
    /// Most rows of warnings above the body.
    const MOST_WARNINGS: usize = 4;

    /// Takes an incident, with rows of those closest to it and the newest operations on it. The chosen field stays
    /// chosen; the view stays where it is if it is the same incident again.
    pub fn load(&mut self, key: Key, record: Box<Record>, (related, log): (Vec<ListRow>, Vec<Operation>), lang: Lang) {
        let again = self.key == Some(key);
        let wanted = if again { self.chosen_fact().map(|f| f.field) } else { self.field };
        self.facts = facts::rows(&record, lang);
        self.matches = matches::find(&record.text, self.spellings());
        self.key = Some(key);
        self.record = Some(record);
        self.related = related;
        self.log = log;
        self.wrapped_for = None;
        let same = self.facts.iter().position(|f| Some(f.field) == wanted);
        let first = || self.facts.iter().position(|f| !f.evidence.is_empty());
        self.chosen = same.or_else(first).or((!self.facts.is_empty()).then_some(0));
        if !again {
            self.at_match = None;
            self.scroll = 0;
            self.show_evidence = true;
        }
    }

    /// Shows nothing.
    pub fn clear(&mut self) {
        let (words, find) = (std::mem::take(&mut self.words), std::mem::take(&mut self.find));
        *self = Self { words, find, field: self.field, ..Self::default() };
    }

    /// Notes the words that the query looks for, with `romaji` also as what they are read as.
    pub fn set_query(&mut self, query: &str, today: NaiveDate, romaji: bool) {
        let words = matches::words(query, today, romaji);
        if words != self.words {
            self.words = words;
            self.look_for("");
        }
    }

    /// What is looked for in the text in place of the query's words; empty where nothing is.
    pub fn looked_for(&self) -> &str {
        &self.find.0
    }

    /// Looks for a text in place of the query's words, and goes to the first place from here on; an empty one brings
    /// the query's words back.
    pub fn look_for(&mut self, text: &str) {
        self.find = (text.trim().to_owned(), matches::literal(text));
        self.matches = self.record.as_ref().map(|r| matches::find(&r.text, self.spellings())).unwrap_or_default();
        self.at_match = None;
        if self.find.0.is_empty() {
            return;
        }
        let here = self.first_byte().unwrap_or(0);
        let next = self.matches.iter().position(|m| m.start >= here).or((!self.matches.is_empty()).then_some(0));
        self.at_match = next;
        if let Some(span) = next.and_then(|i| self.matches.get(i)) {
            self.reveal(span.start);
        }
    }

    fn spellings(&self) -> &[String] {
        if self.find.0.is_empty() { &self.words } else { &self.find.1 }
    }

    /// What stands above the body now.
    pub fn head(&self) -> Head {
        let full = self.full_head();
        let folded = self.scroll.min(self.fold());
        if full.compact || folded == 0 {
            return full;
        }
        let facts = full.facts.saturating_sub(folded);
        if facts == 0 {
            return Head { height: full.height - folded, ..self.compact_head(false) };
        }
        Head { facts, height: full.height - folded, ..full }
    }

    /// What stands above the body before anything is scrolled.
    fn full_head(&self) -> Head {
        let height = self.room.height;
        if height < Self::COMPACT {
            return self.compact_head(true);
        }
        let warnings = self.warning_rows();
        let strip = self.room.whole;
        let fixed = 3 + usize::from(strip) + warnings;
        let facts = self.facts.len().min((height / 2).saturating_sub(warnings).max(3));
        Head { compact: false, strip, warnings, facts, height: fixed + facts }
    }

    fn compact_head(&self, strip: bool) -> Head {
        let room = self.room.height;
        let warnings = self.warning_rows().min(room.saturating_sub(3) / 3);
        let height = (2 + usize::from(strip) + warnings).min(room);
        Head { compact: true, strip, warnings, facts: 1, height }
    }

    fn warning_rows(&self) -> usize {
        self.warnings.len().min(Self::MOST_WARNINGS)
    }

    /// Rows that fold away as the body scrolls.
    fn fold(&self) -> usize {
        if !self.room.whole {
            return 0;
        }
        self.full_head().height.saturating_sub(self.compact_head(false).height)
    }

    /// First line of the body on the screen.
    pub fn top(&self) -> usize {
        self.scroll - self.scroll.min(self.fold())
    }

    /// The warnings, wrapped.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Wraps for the pane's room and brings newly loaded evidence into view.
    pub fn settle(&mut self, room: Room, ambiguous: AmbiguousWidth, lang: Lang) {
        let turned = room.whole != self.room.whole;
        let old = std::mem::replace(&mut self.room, room);
        let columns = room.width.saturating_sub(Self::GUTTER).max(1);
        let wanted = (columns, room.sign, self.chosen.filter(|_| room.sign > 0));
        if self.wrapped_for != Some(wanted) {
            let keep = if old.width == room.width { None } else { self.first_byte() };
            let push_warning = |out: &mut Vec<BodyLine>, w: &String| push(out, w, BodyLine::Plain, columns, ambiguous);
            self.warnings = self.pinned(push_warning);
            self.body = self.build(columns, ambiguous, lang);
            self.wrapped_for = Some(wanted);
            if let Some(line) = keep.and_then(|byte| self.line_of(byte)) {
                self.scroll = self.fold() + line;
            }
        }
        if turned && room.whole {
            self.scroll = 0;
        }
        if (std::mem::take(&mut self.show_evidence) || turned) && !room.whole {
            self.reveal_evidence();
        }
        let all = self.body.len() + self.full_head().height;
        self.scroll = self.scroll.min(all.saturating_sub(room.height.max(1)));
    }

    fn build(&self, columns: usize, ambiguous: AmbiguousWidth, lang: Lang) -> Vec<BodyLine> {
        let Some(record) = &self.record else { return Vec::new() };
        let text = body::wrap_signed(&record.text, self.evidence(), self.room.sign, columns, ambiguous);
        let mut out: Vec<BodyLine> = text.into_iter().map(|(a, b)| BodyLine::Text(a, b)).collect();
        body::add_history(&mut out, record, (&self.related, &self.log), (columns, ambiguous, lang));
        out
    }

    fn pinned(&self, add: impl Fn(&mut Vec<BodyLine>, &String)) -> Vec<String> {
        let mut lines = Vec::new();
        self.record.iter().flat_map(|r| &r.facts.warnings).for_each(|w| add(&mut lines, w));
        let text = |l| if let BodyLine::Plain(text) = l { Some(text) } else { None };
        lines.into_iter().filter_map(text).collect()
    }

    /// Rows of the body on the screen.
    pub fn page(&self) -> usize {
        self.room.height.saturating_sub(self.head().height).max(1)
    }

    /// Moves the view by lines.
    pub fn scroll_by(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }

    /// The chosen fact.
    pub fn chosen_fact(&self) -> Option<&FactRow> {
        self.facts.get(self.chosen?)
    }

    /// The evidence of the chosen fact.
    pub fn evidence(&self) -> &[Span] {
        self.chosen_fact().map(|f| f.evidence.as_slice()).unwrap_or_default()
    }

    /// Facts that an analyst judged.
    pub fn reviewed(&self) -> usize {
        self.facts.iter().filter(|f| f.verdict.is_some()).count()
    }

    /// Chooses the next (or previous) fact and brings its evidence into view. False if there is no fact.
    pub fn choose(&mut self, forward: bool) -> bool {
        let n = self.facts.len();
        if n == 0 {
            return false;
        }
        let next = match (self.chosen, forward) {
            (Some(i), true) => (i + 1) % n,
            (Some(i), false) => (i + n - 1) % n,
            (None, _) => 0,
        };
        self.field = self.facts.get(next).map(|f| f.field);
        self.choose_at(next);
        true
    }

    /// Chooses a field's fact, where there is one.
    pub fn choose_field(&mut self, field: Field) {
        if let Some(index) = self.facts.iter().position(|f| f.field == field) {
            self.choose_at(index);
        }
    }

    fn choose_at(&mut self, index: usize) {
        self.chosen = Some(index);
        self.reveal_evidence();
    }

    /// Shows a verdict on the chosen fact before it is stored, and goes on to the next fact without one; the same
    /// verdict again takes it back. Gives the verdict that stands then.
    pub fn judge(&mut self, verdict: Verdict) -> Option<Verdict> {
        let index = self.chosen?;
        let fact = self.facts.get_mut(index)?;
        fact.verdict = if fact.verdict == Some(verdict) { None } else { Some(verdict) };
        let stands = fact.verdict;
        if stands.is_some() {
            // The next incident is judged from its first fact on.
            self.field = None;
            let open = |i: &usize| self.facts.get(*i).is_some_and(|f| f.verdict.is_none());
            let next = (index + 1..self.facts.len()).chain(0..index).find(open);
            self.choose_at(next.unwrap_or(index));
        }
        stands
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
        if line < self.top() || line >= self.top() + self.page() {
            let page = self.room.height.saturating_sub(self.full_head().height - self.fold()).max(1);
            self.scroll = self.fold() + line.saturating_sub(page / 3);
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
        self.body.get(self.top()..)?.iter().find_map(|l| match l {
            BodyLine::Text(start, _) => Some(*start),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample;

    fn detail(height: usize) -> Detail {
        let mut d = Detail::default();
        d.set_query("宛名", NaiveDate::default(), false);
        d.load(Key(1), Box::new(sample::record(1)), (Vec::new(), Vec::new()), Lang::En);
        settle(&mut d, 40, height, false);
        d
    }

    fn settle(d: &mut Detail, width: usize, height: usize, whole: bool) {
        d.settle(Room { width, height, whole, sign: 0 }, AmbiguousWidth::Narrow, Lang::En);
    }

    fn shows(d: &Detail, byte: usize) -> bool {
        d.body
            .iter()
            .skip(d.top())
            .take(d.page())
            .any(|l| matches!(l, BodyLine::Text(a, b) if (*a..*b).contains(&byte)))
    }

    #[test]
    fn the_evidence_of_the_chosen_fact_is_in_view() {
        let mut d = detail(8);
        for _ in 0..2 * d.facts.len() {
            assert!(d.evidence().first().is_none_or(|e| shows(&d, e.start)), "{:?}", d.chosen);
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
    fn alone_it_opens_at_the_top_and_the_facts_fold_away() {
        let mut d = detail(8);
        d.scroll = 6;
        settle(&mut d, 78, 18, true);
        assert_eq!((d.scroll, d.top()), (0, 0));
        let full = d.head();
        assert!(!full.compact && full.height + d.page() == 18);
        for scroll in 1..60 {
            d.scroll_by(1);
            settle(&mut d, 78, 18, true);
            assert_eq!(d.head().height + d.page(), 18);
            assert!(d.top() == 0 || d.head().compact, "{scroll}");
        }
        assert!(d.head().compact && d.head().height < full.height);
        assert_eq!(d.top() + d.page(), d.body.len());
        for _ in 0..2 * d.facts.len() {
            assert!(d.choose(true));
            settle(&mut d, 78, 18, true);
            assert!(d.evidence().first().is_none_or(|e| shows(&d, e.start)), "{:?}", d.chosen);
        }
    }

    #[test]
    fn another_width_keeps_the_place_and_loses_no_byte() {
        let mut d = detail(8);
        d.scroll = 6;
        let byte = d.first_byte().unwrap();
        settle(&mut d, 24, 8, false);
        assert!(shows(&d, byte));
        let text = &sample::record(1).text;
        let kept: usize = d.body.iter().map(|l| if let BodyLine::Text(a, b) = l { b - a } else { 0 }).sum();
        assert_eq!(kept, text.replace('\n', "").len());
    }
}
