//! iCalendar (RFC 5545): an event a happening; whole days as dates, clock times in UTC, lines folded at 75 octets.

use super::happenings::{self, Happening};
use super::{Exporter, Options, words};
use crate::domain::Record;
use crate::text::neutralise;
use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Utc};
use std::io::{self, Write};

/// Octets of a line without its end.
const LINE: usize = 75;

/// Writes one calendar.
pub(super) struct Ics<'w> {
    out: &'w mut dyn Write,
    stamp: DateTime<Utc>,
    begun: bool,
}

impl<'w> Ics<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        Self { out, stamp: options.now, begun: false }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.line("BEGIN:VCALENDAR")?;
        self.line("VERSION:2.0")?;
        self.line(&format!("PRODID:-//jikenbo//jikenbo {}//JA", env!("CARGO_PKG_VERSION")))?;
        self.line("CALSCALE:GREGORIAN")?;
        self.line("X-WR-CALNAME:jikenbo")
    }

    /// Writes a line, folded between characters.
    fn line(&mut self, line: &str) -> io::Result<()> {
        let mut room = LINE;
        let mut folded = String::with_capacity(line.len() + line.len() / 24);
        for c in line.chars() {
            if c.len_utf8() > room {
                folded.push_str("\r\n ");
                room = LINE - 1;
            }
            folded.push(c);
            room -= c.len_utf8();
        }
        folded.push_str("\r\n");
        self.out.write_all(folded.as_bytes())
    }

    fn event(&mut self, record: &Record, number: usize, h: &Happening<'_>) -> io::Result<()> {
        self.line("BEGIN:VEVENT")?;
        self.line(&format!("UID:{}-{number}@jikenbo", record.id))?;
        self.line(&format!("DTSTAMP:{}", self.stamp.format("%Y%m%dT%H%M%SZ")))?;
        if h.is_timed() {
            self.line(&format!("DTSTART:{}", utc(h.from)))?;
            // A point in time has no end; by RFC 5545 it takes no time then.
            if let Some(to) = h.to {
                self.line(&format!("DTEND:{}", utc(to)))?;
            }
        } else {
            self.line(&format!("DTSTART;VALUE=DATE:{}", h.from.format("%Y%m%d")))?;
            // The day of the last minute counts wholly: a part of a day ends within it.
            let last = h.to.map_or(h.from, |to| to - TimeDelta::minutes(1));
            let end = last.date() + TimeDelta::days(1);
            // Without an end it takes a day, which is right for the last one that can be written.
            if end.year() <= happenings::LAST_YEAR {
                self.line(&format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")))?;
            }
        }
        self.line(&format!("SUMMARY:{}", text(&h.headline(record))))?;
        let about = if h.approx { "about " } else { "" };
        let mut description = format!("{} {about}{} ({})", h.what.as_str(), h.at, words::precision(h.precision));
        if !h.quote.is_empty() {
            description.push_str(&format!("\n「{}」", h.quote));
        }
        self.line(&format!("DESCRIPTION:{}", text(&description)))?;
        let categories: Vec<String> = record.triage.tags.iter().map(|t| text(t.as_str())).collect();
        if !categories.is_empty() {
            self.line(&format!("CATEGORIES:{}", categories.join(",")))?;
        }
        if let Some(url) = record.source.url.as_deref().filter(|u| is_address(u)) {
            self.line(&format!("URL:{url}"))?;
        }
        self.line("TRANSP:TRANSPARENT")?;
        self.line("END:VEVENT")
    }
}

/// An address that needs no escape and can't end the line.
fn is_address(url: &str) -> bool {
    url.contains("://") && url.chars().all(|c| c.is_ascii_graphic())
}

fn utc(tokyo: NaiveDateTime) -> String {
    (tokyo - TimeDelta::hours(9)).format("%Y%m%dT%H%M%SZ").to_string()
}

/// A TEXT value.
fn text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for (i, line) in value.lines().enumerate() {
        if i > 0 {
            out.push_str("\\n");
        }
        for c in neutralise(line.trim_end_matches('\r')).chars() {
            if matches!(c, '\\' | ';' | ',') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

impl Exporter for Ics<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        self.begin()?;
        happenings::of(record).iter().enumerate().try_for_each(|(number, h)| self.event(record, number, h))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        self.line("END:VCALENDAR")?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::ExportFormat;
    use super::super::samples::{exported, full, of_org};
    use super::*;

    fn unfolded(ics: &str) -> Vec<String> {
        ics.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn days_are_dates_and_clock_times_are_utc() {
        let ics = exported(ExportFormat::Ics, &[full()], Options::default());
        let lines = unfolded(&ics);
        for line in [
            "DTSTART;VALUE=DATE:20240519",
            "DTEND;VALUE=DATE:20240521",
            "DTSTART:20240521T072000Z",
            "SUMMARY:鈴代市: 報告を受けた",
            "CATEGORIES:phase/one,supply/海鳴印刷",
            "UID:4k7v0m2xq9hd-1@jikenbo",
        ] {
            assert!(lines.iter().any(|l| l == line), "{line}\n{ics}");
        }
        assert!(ics.starts_with("BEGIN:VCALENDAR\r\n") && ics.ends_with("END:VCALENDAR\r\n"));
    }

    #[test]
    fn lines_are_folded_between_characters_and_hold_no_structure_of_others() {
        let mut record = of_org(&format!("甲,乙;丙\\\nEND:VCALENDAR\u{1b}{}", "長い名".repeat(60)));
        record.facts.published = "2024-05-01".parse().ok();
        let ics = exported(ExportFormat::Ics, &[record], Options::default());
        assert!(ics.split("\r\n").all(|l| l.len() <= LINE), "{ics}");
        let lines = unfolded(&ics);
        assert_eq!(lines.iter().filter(|l| *l == "END:VCALENDAR").count(), 1);
        assert!(lines.iter().any(|l| l.starts_with("SUMMARY:甲\\,乙\\;丙\\\\ END:VCALENDAR␛長い名")), "{ics}");
    }
}
