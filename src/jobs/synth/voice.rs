//! The voice of one post: fills the grammar's slots with the facts of a case, spelled by the writer's habits.
//! Given a case and habits; the posts of this module write through it.

use super::case::Case;
use super::grammar::{Slot, Slots};
use super::rng::Rng;
use super::spell::Habits;

/// Writes one post about one case; remembers the day named last, which 同日 and a missing year refer to.
pub(super) struct Voice<'a> {
    pub(super) case: &'a Case,
    pub(super) habits: Habits,
    pub(super) last: Option<i32>,
}

impl<'a> Voice<'a> {
    /// A voice that has named no day yet.
    pub(super) fn new(case: &'a Case, habits: Habits) -> Self {
        Self { case, habits, last: None }
    }

    /// Writes a day and remembers it.
    pub(super) fn day(&mut self, day: i32, rng: &mut Rng, out: &mut String) {
        self.habits.day(day, self.last, self.case.days.published, rng, out);
        self.last = Some(day);
    }

    /// Writes a day and, mostly, its time.
    pub(super) fn moment(&mut self, day: i32, minute: u32, rng: &mut Rng, out: &mut String) {
        self.day(day, rng, out);
        match rng.below(10) {
            0 => {}
            1 if minute < 12 * 60 => out.push_str("午前中"),
            1 if minute > 16 * 60 => out.push_str("夕方"),
            _ => self.habits.time(minute, rng, out),
        }
    }

    /// Writes the list of data items.
    fn items(&self, rng: &mut Rng, out: &mut String) {
        let between = rng.pick(&["、", "、", "、", "・", "及び"]);
        for (at, item) in self.case.items.iter().enumerate() {
            if at > 0 {
                out.push_str(if between == "及び" && at + 1 < self.case.items.len() { "、" } else { between });
            }
            out.push_str(item);
        }
    }
}

impl Slots for Voice<'_> {
    fn fill(&mut self, slot: Slot, rng: &mut Rng, out: &mut String) {
        let case = self.case;
        let days = case.days;
        match slot {
            Slot::Org => out.push_str(&case.org),
            Slot::Own => out.push_str(&case.own),
            Slot::Short => out.push_str(&case.short),
            Slot::Head => out.push_str(&case.head),
            Slot::Dept => out.push_str(&case.dept),
            Slot::Third => out.push_str(&case.third),
            Slot::System => out.push_str(&case.system),
            Slot::Media => out.push_str(&case.media),
            Slot::Task => out.push_str(&case.task),
            Slot::People => out.push_str(&case.people),
            Slot::Items => self.items(rng, out),
            Slot::Count => self.habits.count(case.total, out),
            Slot::CountBare => self.habits.bare(case.total, out),
            Slot::Part => self.habits.count(case.part, out),
            Slot::Mails => self.habits.bare(case.mails, out),
            Slot::DayStart => self.day(days.start, rng, out),
            Slot::DayEnd => self.day(days.end, rng, out),
            Slot::DayFound => self.day(days.found, rng, out),
            Slot::DayFix => self.day(days.fix, rng, out),
            Slot::DayPolice => self.day(days.police, rng, out),
            Slot::DayReport => self.day(days.report, rng, out),
            Slot::DayNotice => self.day(days.notice, rng, out),
            Slot::DayPublished => self.day(days.published, rng, out),
            Slot::DayBefore => self.day(days.before.unwrap_or(days.published), rng, out),
            Slot::TimeStart => self.moment(days.start, days.start_minute, rng, out),
            Slot::TimeFound => self.moment(days.found, days.found_minute, rng, out),
            Slot::TimeFix => self.moment(days.fix, days.fix_minute, rng, out),
        }
    }
}
