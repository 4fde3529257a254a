//! A record of another case book on its way into this one: what `ingest` reads of an export, and `store` takes in.

use super::document::ParsedEntry;
use super::facts::Field;
use super::id::IncidentId;
use super::record::{Record, Source};
use super::triage::Triage;
use serde_json::Value;

/// One record, checked: every span lies in its text, every value has its form.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Line of the file that it begins on, from 1.
    pub line: usize,
    /// The id that it has where it comes from.
    pub id: IncidentId,
    /// Where its entry stands: in a document that need not be at hand.
    pub source: Source,
    /// The entry as the parser read it, whatever analysts made of it.
    pub entry: ParsedEntry,
    /// Its document no longer held it where it comes from.
    pub gone: bool,
    /// What analysts added.
    pub triage: Triage,
}

impl Imported {
    /// Turns a record back into what the parser found and what analysts added.
    ///
    /// # Errors
    /// Says which correction, verdict or rejected value has not the form of its field.
    pub fn of(record: Record, line: usize) -> Result<Self, String> {
        let Record { id, mut kind, source, text, mut facts, triage, .. } = record;
        let misshapen = |field: Field, e: serde_json::Error| format!("the value of {field}: {e}");
        for (field, correction) in &triage.corrections {
            if *field == Field::Kind {
                let named = |v: &Value| v.as_str().and_then(super::document::Kind::from_name);
                let wrong = || "the correction of kind names no kind".to_owned();
                named(&correction.value).ok_or_else(wrong)?;
                kind = named(&correction.parsed).ok_or_else(wrong)?;
                continue;
            }
            super::facts::Facts::default().set(*field, &correction.value).map_err(|e| misshapen(*field, e))?;
            facts.set(*field, &correction.parsed).map_err(|e| misshapen(*field, e))?;
        }
        for (field, value) in &triage.rejected {
            if triage.corrections.contains_key(field) || triage.reviewed.get(field).is_none_or(|v| !v.rejects()) {
                return Err(format!("`rejected` holds {field}, which no verdict rejects"));
            }
            facts.set(*field, value).map_err(|e| misshapen(*field, e))?;
        }
        let before = facts.warnings.len();
        facts.warnings.retain(|w| w != Record::GONE);
        let gone = facts.warnings.len() < before;
        let (label, url) = (source.label.clone(), source.url.clone());
        let bytes = (source.bytes.start, source.bytes.end);
        let entry = ParsedEntry { kind, text, line: source.line, bytes, label, url, facts };
        Ok(Self { line, id, source, entry, gone, triage })
    }
}
