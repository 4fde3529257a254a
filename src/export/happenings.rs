//! The chronology of an incident as other tools want it: one happening after the other, each with a point in time.
//!
//! Asked by the formats that carry events (Timesketch, IRIS, Mermaid, iCalendar, STIX, MISP, the spreadsheet and the report).

use super::words;
use crate::domain::{Event, Moment, Precision, Record, in_time_order};
use chrono::{Datelike, NaiveDateTime};
use std::borrow::Cow;

/// The last year that other programs can read.
pub const LAST_YEAR: i32 = 9999;

/// What a happening is to its incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// When it happened.
    Occurred,
    /// When it was noticed.
    Discovered,
    /// Another dated event.
    Dated,
    /// When it was published.
    Published,
}

impl What {
    /// In a word or two of English.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Occurred => "occurred",
            Self::Discovered => "discovered",
            Self::Dated => "event",
            Self::Published => "published",
        }
    }
}

/// One dated happening.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening<'r> {
    /// Its first minute, Asia/Tokyo.
    pub from: NaiveDateTime,
    /// Where it ends: the first minute that is no more part of it. A clock time that stands alone has none.
    pub to: Option<NaiveDateTime>,
    /// The moment as it is stated.
    pub at: Moment,
    /// How finely it is stated.
    pub precision: Precision,
    /// It is stated as approximate.
    pub approx: bool,
    /// What it is.
    pub what: What,
    /// What happened, in the text's words; empty where the record only says when.
    pub text: &'r str,
    /// The words of the text that date it.
    pub quote: &'r str,
}

impl Happening<'_> {
    /// A clock time is stated.
    pub fn is_timed(&self) -> bool {
        matches!(self.at, Moment::Minute(_))
    }

    /// Its sign, as the workbench draws it.
    pub fn sign(&self) -> &'static str {
        match self.what {
            What::Occurred => "■",
            What::Published => "◆",
            What::Discovered | What::Dated if self.approx => "◌",
            What::Discovered | What::Dated => "●",
        }
    }

    /// The organisation and what happened, on one line; of a publication its headline.
    pub fn headline(&self, record: &Record) -> String {
        let org = record.facts.org.as_deref().unwrap_or("?");
        let title = record.facts.title.as_deref().filter(|_| self.what == What::Published);
        words::one_line(&format!("{org}: {}", title.map_or(self.words(), Cow::Borrowed)))
    }

    /// What happened: the text's words, else what it is.
    pub fn words(&self) -> Cow<'_, str> {
        if self.text.trim().is_empty() { Cow::Borrowed(self.what.as_str()) } else { Cow::Borrowed(self.text) }
    }
}

/// The incident's happenings in time order, its publication last of its day. Occurrence and discovery are among them also
/// where no event of the chronology states them.
pub fn of(record: &Record) -> Vec<Happening<'_>> {
    let facts = &record.facts;
    let mut out: Vec<Happening<'_>> =
        in_time_order(&facts.timeline).into_iter().filter_map(|e| event(record, e)).collect();
    let occurred = facts.occurred.as_ref().map(|p| (p.from, p.to));
    let discovered = facts.discovered.map(|at| (at, Some(at)));
    for (stated, what) in [(occurred, What::Occurred), (discovered, What::Discovered)] {
        let Some((at, to)) = stated else { continue };
        if let Some(h) = out.iter_mut().find(|h| h.at == at && h.what == What::Dated) {
            h.what = what;
        } else if out.iter().all(|h| h.at != at) {
            out.extend(bare(at, to, what));
        }
    }
    out.extend(facts.published.and_then(|day| bare(Moment::Day(day), None, What::Published)));
    // Sorting keeps the order of the chronology within a minute.
    out.sort_by_key(|h| (h.from, h.what == What::Published));
    out
}

fn event<'r>(record: &'r Record, e: &'r Event) -> Option<Happening<'r>> {
    let from = e.lo.first_minute().or_else(|| e.at.first_minute())?;
    let to = e.hi.and_then(|hi| after(&hi)).filter(|to| *to > from);
    let quote = record.text.get(e.span.start..e.span.end).unwrap_or_default();
    Some(Happening {
        from,
        to,
        at: e.at,
        precision: e.precision,
        approx: e.approx,
        what: What::Dated,
        text: &e.text,
        quote,
    })
}

fn bare(at: Moment, to: Option<Moment>, what: What) -> Option<Happening<'static>> {
    let from = at.first_minute()?;
    let to = to.or(Some(at)).and_then(|to| after(&to)).filter(|to| *to > from);
    let precision = match at {
        Moment::Year(_) => Precision::Year,
        Moment::Month(..) => Precision::Month,
        Moment::Day(_) => Precision::Day,
        Moment::Minute(_) => Precision::Minute,
    };
    Some(Happening { from, to, at, precision, approx: false, what, text: "", quote: "" })
}

/// Where all that a moment may mean ends; a clock time ends where it stands.
fn after(moment: &Moment) -> Option<NaiveDateTime> {
    match moment {
        Moment::Minute(t) => Some(*t),
        _ => moment.last_day()?.succ_opt().map(|d| d.and_time(chrono::NaiveTime::MIN)),
    }
    // Other programs read years of four digits.
    .filter(|end| end.year() <= LAST_YEAR)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bare as empty, full};
    use super::*;

    #[test]
    fn a_chronology_tells_what_each_moment_is() {
        let record = full();
        let told: Vec<(String, What, &str)> = of(&record).iter().map(|h| (h.at.to_string(), h.what, h.text)).collect();
        assert_eq!(
            told,
            [
                ("2024-05-19".to_owned(), What::Occurred, "停止"),
                ("2024-05-21T16:20".to_owned(), What::Discovered, "報告を受けた"),
                ("2024-05-31".to_owned(), What::Published, ""),
            ]
        );
        let first = of(&record).remove(0);
        assert_eq!(first.to.unwrap().to_string(), "2024-05-21 00:00:00");
        assert!(first.approx && !first.is_timed());
    }

    #[test]
    fn nothing_ends_behind_the_last_year() {
        let mut record = empty();
        record.facts.discovered = "9999-12-31".parse().ok();
        assert_eq!(of(&record).iter().map(|h| h.to).collect::<Vec<_>>(), [None]);
    }

    #[test]
    fn what_no_event_states_is_told_too() {
        let mut record = empty();
        assert!(of(&record).is_empty());
        record.facts.discovered = "2024-02".parse().ok();
        record.facts.published = "2024-02-29".parse().ok();
        let told: Vec<(String, What)> = of(&record).iter().map(|h| (h.from.to_string(), h.what)).collect();
        assert_eq!(
            told,
            [("2024-02-01 00:00:00".into(), What::Discovered), ("2024-02-29 00:00:00".into(), What::Published)]
        );
    }
}
