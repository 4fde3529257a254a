//! A Mermaid `timeline` diagram: a section a month, a line a day, an event an incident's happening.
//!
//! Mermaid knows no escape: a colon begins an event and a line end ends it, so characters that it reads are written as
//! their full-width forms.

use super::{Exporter, happenings};
use crate::domain::Record;
use crate::text::neutralise;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Gathers the days, which are written in their order at the end.
pub(super) struct Mermaid<'w> {
    out: &'w mut dyn Write,
    days: BTreeMap<NaiveDate, Vec<String>>,
}

impl<'w> Mermaid<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        Self { out, days: BTreeMap::new() }
    }
}

impl Exporter for Mermaid<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        for h in happenings::of(record) {
            let clock = if h.is_timed() { format!("{} ", h.from.format("%H:%M")) } else { String::new() };
            let text = format!("{} {clock}{}", h.sign(), h.headline(record));
            self.days.entry(h.from.date()).or_default().push(plain(&text));
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        writeln!(self.out, "timeline\n    title Timeline of incidents")?;
        let mut month = None;
        for (day, events) in &self.days {
            if month.replace((day.year(), day.month())) != Some((day.year(), day.month())) {
                writeln!(self.out, "    section {}", day.format("%Y-%m"))?;
            }
            for (i, event) in events.iter().enumerate() {
                match i {
                    0 => writeln!(self.out, "        {day} : {event}")?,
                    _ => writeln!(self.out, "                   : {event}")?,
                }
            }
        }
        self.out.flush()
    }
}

/// Text that Mermaid shows as it is.
fn plain(text: &str) -> String {
    neutralise(text)
        .chars()
        .map(|c| match c {
            ':' => '：',
            ';' => '；',
            '#' => '＃',
            '%' => '％',
            '<' => '＜',
            '>' => '＞',
            '"' => '”',
            '{' => '｛',
            '}' => '｝',
            '&' => '＆',
            '\\' => '＼',
            '`' => '｀',
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exported, full, of_org};
    use super::super::{ExportFormat, Options};

    #[test]
    fn days_stand_in_their_order_under_their_month() {
        let mut record = of_org("甲:社\n%%{init}<b>");
        record.facts.published = "2024-04-30".parse().ok();
        let text = exported(ExportFormat::Mermaid, &[full(), record], Options::default());
        assert_eq!(
            text,
            "timeline\n    title Timeline of incidents\n    section 2024-04\n        2024-04-30 : ◆ 甲：社 ％％｛init｝＜b＞： published\n    \
             section 2024-05\n        2024-05-19 : ■ 鈴代市： 停止\n        2024-05-21 : ● 16：20 鈴代市： 報告を受けた\n        \
             2024-05-31 : ◆ 鈴代市： 印刷の委託先が止まった件\n"
        );
    }
}
