//! The timeline pane: an incident's dated events with what they are (occurred, discovered, published), laid out to
//! scale.

use crate::domain::{Event, Facts, Field, Moment, Precision, Record, Span, in_time_order};
use crate::lang::{Lang, grouped};
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// What an event is to its incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// When it happened.
    Occurred,
    /// When it was noticed.
    Discovered,
    /// Another dated event.
    Dated,
    /// When it was published.
    Published,
}

/// One entry of the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The stated moment.
    pub at: Moment,
    /// The end of a range.
    pub until: Option<Moment>,
    /// The hours of a part of the day.
    pub part: Option<(u32, u32)>,
    /// Its first day.
    pub day: NaiveDate,
    /// What it is first of all.
    pub role: Role,
    /// It was noticed at the moment at which it happened.
    pub noticed_too: bool,
    /// It is stated only roughly.
    pub rough: bool,
    /// It goes on from then, and the text tells no end.
    pub open: bool,
    /// What happened, in the text's words or in ours.
    pub text: String,
    /// Time since the entry before, or since the end of a range before.
    pub gap: Option<Gap>,
    /// It lies within a range that began before.
    pub within: bool,
    from: NaiveDateTime,
    to: NaiveDateTime,
    span: Option<Span>,
}

/// A stretch of time between two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Minutes; whole days where a clock time is missing.
    pub minutes: i64,
    /// Both ends are clock times.
    pub clock: bool,
    /// An end is known only roughly.
    pub rough: bool,
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

impl Gap {
    /// In words, to the measure that fits: `25 min`, `10 h 50 m`, `9 d`, `3 mo`.
    pub fn words(self, lang: Lang) -> String {
        let fill = |key: &'static str, values: &[(&str, i64)]| {
            let told: Vec<(&str, String)> = values.iter().map(|(n, v)| (*n, grouped(v.unsigned_abs()))).collect();
            lang.fill(key, &told.iter().map(|(n, v)| (*n, v.as_str())).collect::<Vec<_>>())
        };
        let m = self.minutes.max(0);
        match m {
            _ if !self.clock || m >= 2 * DAY => match (m + DAY / 2) / DAY {
                days @ 0..60 => fill("ui.timeline.days", &[("n", days)]),
                days @ 60..730 => fill("ui.timeline.months", &[("n", (days * 12 + 182) / 365)]),
                days => fill("ui.timeline.years", &[("n", days * 4 / 1461), ("m", days * 4 % 1461 / 122)]),
            },
            0..60 => fill("ui.timeline.minutes", &[("n", m)]),
            _ if self.rough || m % HOUR == 0 => fill("ui.timeline.hours", &[("h", (m + HOUR / 2) / HOUR)]),
            _ => fill("ui.timeline.hours_minutes", &[("h", m / HOUR), ("m", m % HOUR)]),
        }
    }

    /// Lines that it deserves beside others: the logarithm lets hours be seen beside years.
    fn weight(self) -> f64 {
        (1.0 + self.minutes.max(0) as f64 / HOUR as f64).log2()
    }
}

/// One line of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// An entry, by index.
    Entry(usize),
    /// The range that the entry begins goes on; `true` where its end is told.
    Range(usize, bool),
    /// The time between two entries, told where it is given, and whether a range goes on meanwhile.
    Between(Option<Gap>, bool),
    /// Free room.
    Blank,
    /// From one milestone to another: key of the sentence, time.
    Sum(&'static str, Gap),
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct Timeline {
    /// The entries, in time order.
    pub entries: Vec<Entry>,
    /// The lines, to scale for the pane's height.
    pub lines: Vec<Line>,
    /// First line on the screen.
    pub scroll: usize,
    built_for: usize,
}

impl Timeline {
    /// Takes another incident.
    pub fn load(&mut self, record: &Record, lang: Lang) {
        self.entries = entries(&record.facts, lang);
        self.scroll = 0;
        self.built_for = usize::MAX;
    }

    /// Lays the entries out for a height.
    pub fn settle(&mut self, height: usize) {
        if self.built_for != height {
            self.lines = lay_out(&self.entries, height);
            self.built_for = height;
        }
        self.scroll = self.scroll.min(self.lines.len().saturating_sub(height));
    }

    /// Moves the view by lines.
    pub fn scroll_by(&mut self, lines: isize) {
        self.scroll = self.scroll.saturating_add_signed(lines);
    }
}

impl Entry {
    /// An entry of our own; `None` for a moment outside the calendar.
    fn new(at: Moment, role: Role, text: &str) -> Option<Self> {
        let (day, from) = (at.first_day()?, at.first_minute()?);
        let rough = matches!(at, Moment::Year(_) | Moment::Month(..));
        let text = text.to_owned();
        let (until, part, gap, span) = (None, None, None, None);
        let (noticed_too, open, within, to) = (false, false, false, from);
        Some(Self { at, until, part, day, role, noticed_too, rough, open, text, gap, within, from, to, span })
    }

    fn of(e: &Event) -> Option<Self> {
        let entry = Self::new(e.at, Role::Dated, &e.text)?;
        let from = e.lo.first_minute().unwrap_or(entry.from);
        let rough = e.approx || e.precision > Precision::Day;
        let (part, span, open) = (e.part_hours(), Some(e.span), e.hi.is_none());
        let entry = Self { day: from.date(), from, to: from, rough, open, part, span, ..entry };
        Some(match e.until {
            Some(until) => entry.lasting(until),
            None => entry,
        })
    }

    /// The entry as a range. A whole day at its end counts as such.
    fn lasting(mut self, until: Moment) -> Self {
        let end = match until {
            Moment::Minute(t) => Some(t),
            other => other.last_day().and_then(|d| d.and_hms_opt(0, 0, 0)),
        };
        if let Some(end) = end.filter(|end| *end > self.from) {
            (self.until, self.to) = (Some(until), end);
        }
        self
    }

    /// A clock time or a part of the day is stated.
    fn is_timed(&self) -> bool {
        self.part.is_some() || matches!(self.at, Moment::Minute(_))
    }

    fn ends_timed(&self) -> bool {
        self.until.map_or(self.is_timed(), |u| matches!(u, Moment::Minute(_)))
    }

    /// The first minute that it may mean.
    pub fn begins(&self) -> NaiveDateTime {
        self.from
    }

    /// The last minute of a range, else the first that it may mean.
    pub fn ends(&self) -> NaiveDateTime {
        self.to
    }

    /// The time to the beginning of a later entry; nothing where that is no later.
    pub fn until_entry(&self, later: &Entry) -> Gap {
        let rough = self.part.is_some() || later.part.is_some() || self.rough || later.rough;
        let gap = gap((self.from, self.is_timed()), (later.from, later.is_timed()), rough);
        Gap { minutes: gap.minutes.max(0), ..gap }
    }

    /// How long a range lasts; its last day counts.
    pub fn length(&self) -> Option<Gap> {
        let until = self.until?;
        let clock = self.is_timed() && matches!(until, Moment::Minute(_));
        let minutes = (self.to - self.from).num_minutes();
        let minutes = if clock { minutes } else { days_between(self.from, self.to) * DAY + DAY };
        Some(Gap { minutes, clock, rough: self.rough })
    }
}

fn days_between(from: NaiveDateTime, to: NaiveDateTime) -> i64 {
    (to.date() - from.date()).num_days()
}

/// The time from a moment (clocked or not) to the next.
fn gap(from: (NaiveDateTime, bool), to: (NaiveDateTime, bool), rough: bool) -> Gap {
    let clock = from.1 && to.1;
    let minutes = if clock { (to.0 - from.0).num_minutes() } else { days_between(from.0, to.0) * DAY };
    Gap { minutes, clock, rough }
}

/// The entries of an incident, in time order.
pub(super) fn entries(facts: &Facts, lang: Lang) -> Vec<Entry> {
    let mut out: Vec<Entry> = in_time_order(&facts.timeline).into_iter().filter_map(Entry::of).collect();
    let proof = |field| facts.evidence.get(&field).map(Vec::as_slice).unwrap_or_default();
    if let Some(period) = facts.occurred {
        let at = assign(&mut out, period.from, Role::Occurred, proof(Field::Occurred), lang);
        let until = period.to.filter(|to| *to != period.from);
        if let (Some(entry), Some(until)) = (at.and_then(|i| out.get_mut(i)), until)
            && entry.until.is_none()
        {
            *entry = entry.clone().lasting(until);
        }
    }
    if let Some(at) = facts.discovered {
        assign(&mut out, at, Role::Discovered, proof(Field::Discovered), lang);
    }
    let published = facts.published.and_then(|day| {
        let entry = Entry::new(Moment::Day(day), Role::Published, lang.text("ui.role.published"))?;
        Some((out.iter().rposition(|e| e.day <= day).map_or(0, |p| p + 1), entry))
    });
    if let Some((place, entry)) = published {
        out.insert(place, entry);
    }
    measure(&mut out);
    out
}

/// Gives a role to the event that states the moment, or adds an entry for it; its place.
fn assign(entries: &mut Vec<Entry>, at: Moment, role: Role, proof: &[Span], lang: Lang) -> Option<usize> {
    let day = at.first_day()?;
    let proven = |e: &Entry| e.span.is_some_and(|s| proof.iter().any(|p| p.overlaps(&s)));
    let exact = |e: &Entry| e.at == at;
    let near = |e: &Entry| e.day == day && !e.rough && matches!(at, Moment::Day(_));
    let find = |test: &dyn Fn(&Entry) -> bool| entries.iter().position(test);
    let place = find(&|e| proven(e) && exact(e))
        .or_else(|| find(&|e| proven(e) && e.day == day))
        .or_else(|| find(&exact))
        .or_else(|| find(&near));
    if let Some(entry) = place.and_then(|i| entries.get_mut(i)) {
        match entry.role {
            Role::Dated => entry.role = role,
            _ => entry.noticed_too |= role == Role::Discovered,
        }
        return place;
    }
    let name = if role == Role::Occurred { "ui.role.occurred" } else { "ui.role.discovered" };
    let entry = Entry::new(at, role, lang.text(name))?;
    let place = entries.partition_point(|e| e.from <= entry.from);
    entries.insert(place, entry);
    Some(place)
}

/// The time before each entry: since the latest moment, also the end of a range, that is over by then.
fn measure(entries: &mut [Entry]) {
    let mut seen: Vec<(NaiveDateTime, bool, bool)> = Vec::new();
    let mut open_until: Option<NaiveDateTime> = None;
    for entry in entries {
        // A whole day stands after what its day told before, which leaves no gap.
        let same_day = |t: &NaiveDateTime| !entry.is_timed() && t.date() == entry.day;
        let over = seen.iter().filter(|(t, ..)| *t <= entry.from || same_day(t));
        let before = over.max_by_key(|(t, ..)| *t);
        if let Some((time, clock, rough)) = before {
            let g = gap((*time, *clock), (entry.from, entry.is_timed()), *rough || entry.rough || entry.part.is_some());
            entry.gap = (g.minutes > 0).then_some(g);
        }
        entry.within = open_until.is_some_and(|end| end > entry.from);
        seen.push((entry.from, entry.is_timed(), entry.rough || entry.part.is_some()));
        if entry.until.is_some() {
            seen.push((entry.to, entry.ends_timed(), entry.rough));
            open_until = open_until.max(Some(entry.to));
        }
    }
}

/// Entries a line each; between them ranges and gaps, whose free lines go by their time.
fn lay_out(entries: &[Entry], height: usize) -> Vec<Line> {
    let sums = sums(entries);
    let lengths: Vec<Gap> = entries.iter().filter_map(Entry::length).collect();
    let gaps: Vec<Gap> = entries.iter().filter_map(|e| e.gap).collect();
    let tail = if sums.is_empty() { 0 } else { sums.len() + 1 };
    let spare = height.saturating_sub(entries.len() + lengths.len() + gaps.len() + tail);
    let total: f64 = lengths.iter().chain(&gaps).map(|g| g.weight()).sum::<f64>().max(1.0);
    let extra = |g: &Gap| (spare as f64 * g.weight() / total) as usize;
    let mut lines = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if let Some(gap) = &entry.gap {
            let free = extra(gap);
            lines.extend(std::iter::repeat_n(Line::Between(None, entry.within), free / 2));
            lines.push(Line::Between(Some(*gap), entry.within));
            lines.extend(std::iter::repeat_n(Line::Between(None, entry.within), free - free / 2));
        }
        lines.push(Line::Entry(index));
        if let Some(length) = &entry.length() {
            lines.push(Line::Range(index, true));
            // With events inside, their gaps show how long it lasts.
            let free = if entries.get(index + 1).is_some_and(|e| e.within) { 0 } else { extra(length) };
            lines.extend(std::iter::repeat_n(Line::Range(index, false), free));
        }
    }
    if !sums.is_empty() {
        lines.push(Line::Blank);
        lines.extend(sums);
    }
    lines
}

/// How long it took to notice and to publish.
fn sums(entries: &[Entry]) -> Vec<Line> {
    let find = |test: &dyn Fn(&&Entry) -> bool| entries.iter().find(|e| !e.at_coarse() && test(e));
    let occurred = find(&|e| e.role == Role::Occurred);
    let noticed = find(&|e| e.role == Role::Discovered || e.noticed_too);
    let published = find(&|e| e.role == Role::Published);
    let between = |a: Option<&Entry>, b: Option<&Entry>, key: &'static str| {
        let (a, b) = (a?, b?);
        (a.day <= b.day).then(|| Line::Sum(key, a.until_entry(b)))
    };
    let start = if noticed.is_some() { Wait::FROM_DISCOVERY } else { Wait::FROM_OCCURRENCE };
    let detection = between(occurred, noticed, Wait::TO_DISCOVERY);
    let publication = between(noticed.or(occurred), published, start);
    detection.into_iter().chain(publication).collect()
}

impl Entry {
    fn at_coarse(&self) -> bool {
        matches!(self.at, Moment::Year(_) | Moment::Month(..))
    }
}

/// How long it took from one milestone to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Key of its sentence.
    pub key: &'static str,
    /// The time.
    pub gap: Gap,
}

impl Wait {
    /// From the occurrence to its discovery.
    pub const TO_DISCOVERY: &str = "ui.timeline.to_discovery";
    /// From the discovery to the publication.
    pub const FROM_DISCOVERY: &str = "ui.timeline.from_discovery";
    /// From the occurrence to the publication, where no discovery is told.
    pub const FROM_OCCURRENCE: &str = "ui.timeline.from_occurrence";
}

/// The waits of an incident, as its timeline adds them up: what the facts tell beside their dates.
pub fn waits(facts: &Facts, lang: Lang) -> Vec<Wait> {
    let wait = |line| if let Line::Sum(key, gap) = line { Some(Wait { key, gap }) } else { None };
    sums(&entries(facts, lang)).into_iter().filter_map(wait).collect()
}

/// The day, the clock time or the hours of an entry, and the end of a range where that is short (`02-17…19`). `after`
/// is the entry before: of one day the date is told once.
pub fn label(entry: &Entry, after: Option<&Entry>, with_year: bool, lang: Lang) -> String {
    let day = match entry.at {
        Moment::Minute(t) => t.format(if with_year { "%Y-%m-%d" } else { "%m-%d" }).to_string(),
        Moment::Day(d) => d.format(if with_year { "%Y-%m-%d" } else { "%m-%d" }).to_string(),
        coarse => coarse.to_string(),
    };
    let told_before = after.is_some_and(|b| b.day == entry.day && !b.at_coarse() && !entry.at_coarse());
    let day = if told_before { " ".repeat(day.len()) } else { day };
    let time = match (entry.at, entry.part) {
        (Moment::Minute(t), _) => t.format(" %H:%M").to_string(),
        (_, Some((from, to))) => format!(" {}", part_name(from, to, lang)),
        _ => String::new(),
    };
    let until = match (entry.at, entry.until) {
        (_, None) if entry.open => "…".to_owned(),
        (_, None) => String::new(),
        (Moment::Minute(a), Some(Moment::Minute(b))) if a.date() == b.date() => b.format("…%H:%M").to_string(),
        (Moment::Day(a), Some(Moment::Day(b))) if (a.year(), a.month()) == (b.year(), b.month()) => {
            b.format("…%d").to_string()
        }
        _ => "…".to_owned(),
    };
    let text = format!("{day}{time}{until}");
    if text.trim().is_empty() { String::new() } else { text }
}

/// The end of a range in words, where its label does not hold it.
pub fn end_label(entry: &Entry, with_year: bool, lang: Lang) -> Option<String> {
    let until = entry.until?;
    if !label(entry, None, with_year, lang).ends_with('…') {
        return None;
    }
    Some(match until {
        Moment::Minute(t) => t.format(if with_year { "%Y-%m-%d %H:%M" } else { "%m-%d %H:%M" }).to_string(),
        Moment::Day(d) => d.format(if with_year { "%Y-%m-%d" } else { "%m-%d" }).to_string(),
        coarse => coarse.to_string(),
    })
}

/// A part of the day: its Japanese name, in English its hours.
fn part_name(from: u32, to: u32, lang: Lang) -> String {
    let hours = || format!("{from:02}–{:02}h", if to > 24 { to - 24 } else { to });
    lang.get(&format!("day_part.{from}_{to}")).filter(|n| !n.is_empty()).map_or_else(hours, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample;

    fn timeline(events: &[(&str, Option<&str>)], change: impl Fn(&mut Record)) -> Timeline {
        let mut record = sample::record(1);
        let day = |m: &str| m.parse::<Moment>().unwrap();
        let event = |(at, until): &(&str, Option<&str>)| Event {
            at: day(at),
            until: until.map(day),
            lo: day(at),
            hi: Some(day(until.unwrap_or(at))),
            precision: if at.len() > 10 { Precision::Minute } else { Precision::Day },
            approx: false,
            span: Span::new(0, 0),
            text: (*at).to_owned(),
        };
        record.facts.timeline = events.iter().map(event).collect();
        (record.facts.occurred, record.facts.discovered, record.facts.published) = (None, None, None);
        change(&mut record);
        let mut t = Timeline::default();
        t.load(&record, Lang::En);
        t
    }

    fn gaps(t: &Timeline) -> Vec<String> {
        t.entries.iter().map(|e| e.gap.map_or_else(String::new, |g| g.words(Lang::En))).collect()
    }

    #[test]
    fn events_carry_their_roles_in_time_order() {
        let record = sample::record(1);
        let mut t = Timeline::default();
        t.load(&record, Lang::En);
        let told: Vec<(String, Role)> = t.entries.iter().map(|e| (e.at.to_string(), e.role)).collect();
        assert_eq!(
            told,
            [
                ("2024-05-26T19:30".into(), Role::Occurred),
                ("2024-05-28".into(), Role::Discovered),
                ("2024-06".into(), Role::Dated),
                ("2024-06-06".into(), Role::Published),
            ]
        );
        assert_eq!(gaps(&t), ["", "2 d", "4 d", "5 d"]);
    }

    #[test]
    fn free_lines_go_to_the_longer_gap() {
        let record = sample::record(1);
        let mut t = Timeline::default();
        t.load(&record, Lang::En);
        t.settle(30);
        let places: Vec<usize> =
            t.lines.iter().enumerate().filter(|(_, l)| matches!(l, Line::Entry(_))).map(|(i, _)| i).collect();
        assert!(t.lines.len() <= 30);
        assert!(places[2] - places[1] > places[1] - places[0], "{places:?}");
        let told: Vec<String> = t
            .lines
            .iter()
            .filter_map(|l| if let Line::Sum(key, g) = l { Some(format!("{key} {}", g.words(Lang::En))) } else { None })
            .collect();
        assert_eq!(told, ["ui.timeline.to_discovery 2 d", "ui.timeline.from_discovery 9 d"]);
        t.settle(0);
        assert_eq!(t.lines.iter().filter(|l| matches!(l, Line::Entry(_))).count(), 4);
    }

    #[test]
    fn gaps_are_told_in_the_measure_that_fits() {
        let at = ["2024-02-15T21:00", "2024-02-16T07:50", "2024-02-16T08:15", "2024-02-25", "2024-05-26", "2026-09-01"];
        let t = timeline(&at.map(|a| (a, None)), |_| {});
        assert_eq!(gaps(&t), ["", "10 h 50 m", "25 min", "9 d", "3 mo", "2 y 3 mo"]);
    }

    #[test]
    fn a_gap_counts_from_the_end_of_a_range() {
        let t = timeline(&[("2024-02-17", Some("2024-02-19")), ("2024-02-21", None)], |_| {});
        assert_eq!(gaps(&t), ["", "2 d"]);
        assert_eq!(label(&t.entries[0], None, false, Lang::En), "02-17…19");
        assert_eq!(t.entries[0].length().map(|g| g.words(Lang::En)), Some("3 d".into()));
    }

    #[test]
    fn an_event_inside_a_range_is_measured_from_its_beginning() {
        let outage = ("2024-02-15T21:00", Some("2024-02-16T08:35"));
        let t = timeline(&[outage, ("2024-02-15T23:10", None), ("2024-02-16T09:00", None)], |_| {});
        assert_eq!(gaps(&t), ["", "2 h 10 m", "25 min"]);
        assert_eq!(t.entries.iter().map(|e| e.within).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(end_label(&t.entries[0], false, Lang::En).as_deref(), Some("02-16 08:35"));
    }

    #[test]
    fn a_whole_day_after_a_clock_time_of_that_day_has_no_gap() {
        let t = timeline(&[("2024-02-13", None), ("2024-02-14T09:10", None), ("2024-02-14", None)], |_| {});
        assert_eq!(gaps(&t), ["", "1 d", ""]);
    }

    #[test]
    fn an_event_without_an_end_is_told_to_go_on() {
        let mut record = sample::record(1);
        record.facts.timeline.truncate(1);
        record.facts.timeline[0].hi = None;
        let mut t = Timeline::default();
        t.load(&record, Lang::En);
        assert!(t.entries[0].open && !t.entries[1].open);
        assert!(label(&t.entries[0], None, false, Lang::En).ends_with('…'));
        assert_eq!(end_label(&t.entries[0], false, Lang::En), None);
    }

    #[test]
    fn roles_that_coincide_are_all_kept() {
        let t = timeline(&[("2024-02-15", None)], |r| {
            let at: Moment = "2024-02-15".parse().unwrap();
            r.facts.occurred = Some(crate::domain::Period { from: at, to: Some("2024-02-16".parse().unwrap()) });
            r.facts.discovered = Some(at);
            r.facts.published = at.first_day();
        });
        let told: Vec<(Role, bool)> = t.entries.iter().map(|e| (e.role, e.noticed_too)).collect();
        assert_eq!(told, [(Role::Occurred, true), (Role::Published, false)]);
        assert_eq!(label(&t.entries[0], None, false, Lang::En), "02-15…16");
        assert_eq!(label(&t.entries[1], t.entries.first(), false, Lang::En), "");
    }
}
