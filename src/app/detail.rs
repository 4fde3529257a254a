//! The detail pane: one incident's facts, the chosen fact's evidence, and its text and history as wrapped lines.

use super::facts::{self, FactRow};
use super::matches;
use crate::domain::date::in_tokyo;
use crate::domain::{Field, Key, ListRow, Moment, Operation, Record, Span};
use crate::lang::{Lang, grouped};
use crate::text::{AmbiguousWidth, neutralise, wrap};
use chrono::{DateTime, NaiveDate};

/// One line below the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyLine {
    /// A byte range of the incident's text.
    Text(usize, usize),
    /// A heading of our own.
    Heading(&'static str),
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
    /// How far it is scrolled: first the facts fold away, as far as they do, then the body goes up.
    pub scroll: usize,
    /// Places of the query's words in the text.
    pub matches: Vec<Span>,
    /// The match that was jumped to.
    pub at_match: Option<usize>,
    /// The incident asked for.
    pub asked: Option<Key>,
    related: Vec<ListRow>,
    log: Vec<Operation>,
    words: Vec<String>,
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

    /// Takes an incident, with rows of those closest to it and the newest operations on it. The chosen field stays chosen; the view stays where it is if it is the same incident again.
    pub fn load(&mut self, key: Key, record: Box<Record>, (related, log): (Vec<ListRow>, Vec<Operation>), lang: Lang) {
        let again = self.key == Some(key);
        self.facts = facts::rows(&record, lang);
        self.matches = matches::find(&record.text, &self.words);
        self.key = Some(key);
        self.record = Some(record);
        self.related = related;
        self.log = log;
        self.wrapped_for = None;
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

    /// Notes the words that the query looks for, with `romaji` also as what they are read as.
    pub fn set_query(&mut self, query: &str, today: NaiveDate, romaji: bool) {
        let words = matches::words(query, today, romaji);
        if words != self.words {
            self.words = words;
            self.at_match = None;
            self.matches = self.record.as_ref().map(|r| matches::find(&r.text, &self.words)).unwrap_or_default();
        }
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

    fn build(&self, columns: usize, ambiguous: AmbiguousWidth, lang: Lang) -> Vec<BodyLine> {
        let Some(record) = &self.record else { return Vec::new() };
        let mut out = Vec::new();
        let lines = wrap_signed(&record.text, self.evidence(), self.room.sign, columns, ambiguous);
        out.extend(lines.into_iter().map(|(a, b)| BodyLine::Text(a, b)));
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
        section("ui.detail.related", related(record, &self.related, lang).into_iter().map(plain).collect());
        section("ui.detail.log", self.log.iter().map(|op| operation(op, lang)).collect());
        let s = &record.source;
        let mut source = vec![plain(format!("{}:{}", s.path, s.line))];
        source.extend(s.url.iter().map(|u| plain(u.clone())));
        source.push(plain(lang.fill("ui.detail.id", &[("id", record.id.as_str())])));
        section("ui.detail.source", source);
        out
    }
}

/// Wraps a text with room for a sign before and after each span of evidence.
fn wrap_signed(
    text: &str,
    spans: &[Span],
    sign: usize,
    columns: usize,
    ambiguous: AmbiguousWidth,
) -> Vec<(usize, usize)> {
    const SIGNS: [[&str; 2]; 2] = [["⟪", "⟫"], ["《", "》"]];
    let Some([open, close]) = SIGNS.get(sign.wrapping_sub(1)) else {
        return wrap(text, columns, ambiguous);
    };
    let mut places: Vec<(usize, &str)> = spans.iter().flat_map(|s| [(s.start, *open), (s.end, *close)]).collect();
    places.sort_by_key(|(at, _)| *at);
    let mut signed = String::with_capacity(text.len() + places.len() * 3);
    let mut from = 0;
    for (at, sign) in &places {
        signed.push_str(text.get(from..*at).unwrap_or_default());
        signed.push_str(sign);
        from = *at;
    }
    signed.push_str(text.get(from..).unwrap_or_default());
    // Every sign is three bytes long; what stands before an offset is what it has to go back by.
    let back = |offset: usize| {
        let before = places.iter().enumerate().take_while(|(i, (at, _))| at + i * 3 < offset).count();
        offset - before * 3
    };
    wrap(&signed, columns, ambiguous).into_iter().map(|(a, b)| (back(a), back(b))).collect()
}

/// Makes a line of its text.
type Make = fn(String) -> BodyLine;

fn push(out: &mut Vec<BodyLine>, text: &str, make: Make, columns: usize, ambiguous: AmbiguousWidth) {
    let text = text.trim_end().split('\n').map(neutralise).collect::<Vec<_>>().join("\n");
    for (start, end) in wrap(&text, columns, ambiguous) {
        out.push(make(text.get(start..end).unwrap_or_default().to_owned()));
    }
}

/// The closest incidents, a line each, and how many more there are.
fn related(record: &Record, rows: &[ListRow], lang: Lang) -> Vec<String> {
    let line = |row: &ListRow| {
        let link = record.related.iter().find(|r| r.id == row.id)?;
        let why = lang.get(&format!("why.{}", link.why)).unwrap_or(&link.why);
        let day = row.published.map(|d| Moment::Day(d).to_string());
        let day = day.as_deref().unwrap_or_else(|| lang.text("ui.detail.undated"));
        let name = [row.org.as_deref(), row.title.as_deref()];
        let name = name.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Some(format!("{day} {why}: {name} ({})", row.id))
    };
    let mut lines: Vec<String> = rows.iter().filter_map(line).collect();
    let more = record.related_total.saturating_sub(lines.len());
    if more > 0 {
        lines.push(lang.fill("ui.detail.more_related", &[("n", &grouped(more as u64))]));
    }
    lines
}

fn operation(op: &Operation, lang: Lang) -> (String, Make) {
    let undone = if op.cancelled { lang.text("ui.detail.undone") } else { "" };
    let text = format!("{} {}: {}{undone}", when(&op.at), op.by, op.summary);
    (text, if op.cancelled { BodyLine::Struck } else { BodyLine::Plain })
}

/// The day and minute of an RFC 3339 time, in Tokyo; what is none stays as it is.
fn when(at: &str) -> String {
    match DateTime::parse_from_rfc3339(at) {
        Ok(time) => in_tokyo(&time).format("%Y-%m-%d %H:%M").to_string(),
        Err(_) => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

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
            let first = d.evidence().first().copied().unwrap();
            assert!(shows(&d, first.start), "{:?}", d.chosen);
        }
    }

    #[test]
    fn signs_around_evidence_have_their_room() {
        let text = "宛名、住所、電話番号が漏えい";
        let at = |part: &str| Span::new(text.find(part).unwrap(), text.find(part).unwrap() + part.len());
        let spans = [at("宛名"), at("住所"), at("電話番号")];
        for (sign, columns) in [(1, 12), (2, 12), (1, 20), (2, 24)] {
            let lines = wrap_signed(text, &spans, sign, columns, AmbiguousWidth::Narrow);
            let joined: String = lines.iter().map(|(a, b)| text.get(*a..*b).unwrap()).collect();
            assert_eq!(joined, text);
            for (a, b) in lines {
                let signs = spans
                    .iter()
                    .flat_map(|s| [(s.start, a <= s.start && s.start < b), (s.end, a < s.end && s.end <= b)]);
                let drawn = signs.filter(|(_, here)| *here).count() * sign;
                let width = crate::text::width(text.get(a..b).unwrap(), AmbiguousWidth::Narrow);
                assert!(width + drawn <= columns, "{sign} {columns} {a}..{b}");
            }
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
