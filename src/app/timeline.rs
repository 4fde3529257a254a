//! The timeline pane: an incident's dated events with what they are (occurred, discovered, published), laid out to
//! scale.

use crate::domain::{Moment, Precision, Record};
use crate::lang::Lang;
use chrono::NaiveDate;

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
    /// Its first day.
    pub day: NaiveDate,
    /// What it is.
    pub role: Role,
    /// It is stated only roughly.
    pub rough: bool,
    /// What happened, in the text's words or in ours.
    pub text: String,
    /// Whole days since the entry before.
    pub gap: i64,
}

/// One line of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// An entry, by index.
    Entry(usize),
    /// The time between two entries; `Some` names its days, and whether they are known only roughly.
    Gap(Option<(i64, bool)>),
    /// Free room.
    Blank,
    /// From discovery (or occurrence) to publication: key of the sentence, days.
    Sum(&'static str, i64),
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
        self.entries = entries(record, lang);
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

fn entries(record: &Record, lang: Lang) -> Vec<Entry> {
    let facts = &record.facts;
    let mut out: Vec<Entry> = Vec::new();
    for e in &facts.timeline {
        let Some(day) = e.lo.first_day().or_else(|| e.at.first_day()) else { continue };
        let rough = e.approx || e.precision > Precision::Day;
        out.push(Entry { at: e.at, day, role: Role::Dated, rough, text: e.text.clone(), gap: 0 });
    }
    assign(&mut out, facts.occurred.map(|p| p.from), Role::Occurred, lang.text("ui.role.occurred"));
    assign(&mut out, facts.discovered, Role::Discovered, lang.text("ui.role.discovered"));
    if let Some(day) = facts.published {
        let text = lang.text("ui.role.published").to_owned();
        out.push(Entry { at: Moment::Day(day), day, role: Role::Published, rough: false, text, gap: 0 });
    }
    out.sort_by_key(|e| (e.day, e.role == Role::Published, e.at));
    let days: Vec<NaiveDate> = out.iter().map(|e| e.day).collect();
    for (entry, before) in out.iter_mut().skip(1).zip(days) {
        entry.gap = (entry.day - before).num_days();
    }
    out
}

/// Gives a role to the event that states the moment, or adds an entry for it.
fn assign(entries: &mut Vec<Entry>, at: Option<Moment>, role: Role, text: &str) {
    let Some((at, day)) = at.and_then(|m| m.first_day().map(|d| (m, d))) else { return };
    let exact = entries.iter().position(|e| e.at == at && e.role == Role::Dated);
    let near = || entries.iter().position(|e| e.day == day && e.role == Role::Dated && !e.rough);
    match exact.or_else(near).and_then(|i| entries.get_mut(i)) {
        Some(entry) => entry.role = role,
        None => {
            let rough = matches!(at, Moment::Year(_) | Moment::Month(..));
            entries.push(Entry { at, day, role, rough, text: text.to_owned(), gap: 0 });
        }
    }
}

/// Entries a line each; between them gaps whose free lines go by their days.
fn lay_out(entries: &[Entry], height: usize) -> Vec<Line> {
    let sum = sum_line(entries);
    let gaps: Vec<i64> = entries.iter().skip(1).map(|e| e.gap).collect();
    let fixed = entries.len() + gaps.iter().filter(|g| **g > 0).count() + if sum.is_some() { 2 } else { 0 };
    let spare = height.saturating_sub(fixed);
    let total: i64 = gaps.iter().sum::<i64>().max(1);
    let mut lines = Vec::new();
    let mut rough_before = false;
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 && entry.gap > 0 {
            let share = (spare as i64).saturating_mul(entry.gap) / total;
            let extra = usize::try_from(share).unwrap_or(0);
            lines.extend(std::iter::repeat_n(Line::Gap(None), extra / 2));
            lines.push(Line::Gap(Some((entry.gap, entry.rough || rough_before))));
            lines.extend(std::iter::repeat_n(Line::Gap(None), extra - extra / 2));
        }
        rough_before = entry.rough;
        lines.push(Line::Entry(index));
    }
    if let Some(sum) = sum {
        lines.extend([Line::Blank, sum]);
    }
    lines
}

fn sum_line(entries: &[Entry]) -> Option<Line> {
    let day = |role| entries.iter().find(|e| e.role == role && !e.rough).map(|e| e.day);
    let published = day(Role::Published)?;
    let (from, key) = match day(Role::Discovered) {
        Some(d) => (d, "ui.timeline.from_discovery"),
        None => (day(Role::Occurred)?, "ui.timeline.from_occurrence"),
    };
    let days = (published - from).num_days();
    (days >= 0).then_some(Line::Sum(key, days))
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn events_carry_their_roles_in_time_order() {
        let record = sample::record(1);
        let mut t = Timeline::default();
        t.load(&record, Lang::En);
        let told: Vec<(String, Role, i64)> = t.entries.iter().map(|e| (e.at.to_string(), e.role, e.gap)).collect();
        assert_eq!(
            told,
            [
                ("2024-05-26T19:30".into(), Role::Occurred, 0),
                ("2024-05-28".into(), Role::Discovered, 2),
                ("2024-06".into(), Role::Dated, 4),
                ("2024-06-06".into(), Role::Published, 5),
            ]
        );
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
        assert!(t.lines.contains(&Line::Sum("ui.timeline.from_discovery", 9)));
        t.settle(0);
        assert_eq!(t.lines.iter().filter(|l| matches!(l, Line::Entry(_))).count(), 4);
    }
}
