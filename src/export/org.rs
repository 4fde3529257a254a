//! A heading an incident for Emacs' Org mode: status and tags on the heading, facts as properties, notes below.

use super::{Exporter, words};
use crate::domain::Record;
use crate::text::neutralise;
use std::io::{self, Write};

/// Writes records as they come.
pub(super) struct Org<'w> {
    out: &'w mut dyn Write,
}

impl<'w> Org<'w> {
    pub(super) fn new(out: &'w mut dyn Write) -> Self {
        Self { out }
    }
}

impl Exporter for Org<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        let facts = &record.facts;
        let head = [facts.org.as_deref(), facts.title.as_deref()].map(|part| plain(part.unwrap_or_default())).join(" ");
        writeln!(self.out, "* {}\n:PROPERTIES:\n:ID: {}", head.trim(), record.id)?;
        if let Some(day) = facts.published {
            writeln!(self.out, ":PUBLISHED: [{day}]")?;
        }
        writeln!(self.out, ":STATUS: {}\n:END:", record.triage.status)?;
        record.triage.notes.iter().try_for_each(|n| writeln!(self.out, "- {}", plain(&n.text)))
    }

    fn finish(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// One line in which nothing begins a heading.
fn plain(text: &str) -> String {
    neutralise(&words::one_line(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{exported, of_org};
    use super::super::{ExportFormat, Options};

    #[test]
    fn an_incident_is_a_heading() {
        let text = exported(ExportFormat::Org, &[of_org("甲社\n* 乙 \u{1b}[31m")], Options::default());
        assert!(text.starts_with("* 甲社 * 乙 ␛[31m\n:PROPERTIES:\n"), "{text}");
    }
}
