//! STIX 2.1: one bundle with an incident (incident core extension) and the identity of its organisation for each record, and
//! a report that refers to all of them. Ids are the same from export to export.
//!
//! An incident's `modified` is that of the newest correction or note, so that a later export supersedes an earlier one.

use super::happenings::{self, Happening};
use super::{Exporter, Options, standards, words};
use crate::domain::{Record, Tag};
use crate::text::json::write_compact;
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use std::collections::HashSet;
use std::io::{self, Write};

/// The incident core extension of the OASIS incident extension suite.
const CORE: &str = "extension-definition--ef765651-680c-498d-9894-99799f2fa126";

/// Writes one bundle.
pub(super) struct Stix<'w> {
    out: &'w mut dyn Write,
    now: DateTime<Utc>,
    /// Everything that the report refers to; identities once.
    refs: Vec<String>,
    identities: HashSet<String>,
    ids: Vec<String>,
}

impl<'w> Stix<'w> {
    pub(super) fn new(out: &'w mut dyn Write, options: Options) -> Self {
        Self { out, now: options.now, refs: Vec::new(), identities: HashSet::new(), ids: Vec::new() }
    }

    /// Writes an object; the bundle's own id is known only at the end, which JSON does not mind.
    fn object(&mut self, object: &Value) -> io::Result<()> {
        let before: &[u8] = if self.refs.is_empty() { b"{\"type\":\"bundle\",\"objects\":[\n" } else { b",\n" };
        self.out.write_all(before)?;
        if let Some(id) = object.get("id").and_then(Value::as_str) {
            self.refs.push(id.to_owned());
        }
        Ok(write_compact(&mut self.out, object)?)
    }
}

impl Exporter for Stix<'_> {
    fn record(&mut self, record: &Record) -> io::Result<()> {
        let created = created(record);
        let org = record.facts.org.as_deref().map(words::one_line).filter(|o| !o.is_empty());
        let identity = org.as_deref().map(|org| format!("identity--{}", standards::uuid("identity", &[org])));
        if let (Some(id), Some(org)) = (&identity, &org)
            && self.identities.insert(id.clone())
        {
            self.object(&json!({
                "type": "identity", "spec_version": "2.1", "id": id, "created": EPOCH, "modified": EPOCH,
                "name": org, "identity_class": "organization", "lang": "ja",
            }))?;
        }
        let incident = incident(record, &created);
        self.object(&incident)?;
        self.ids.push(record.id.to_string());
        if let Some(identity) = identity {
            let target = format!("incident--{}", standards::uuid("incident", &[&record.id.to_string()]));
            let id = standards::uuid("relationship", &[&target, &identity]);
            self.object(&json!({
                "type": "relationship", "spec_version": "2.1", "id": format!("relationship--{id}"),
                "created": created, "modified": created, "relationship_type": "targets",
                "source_ref": target, "target_ref": identity,
            }))?;
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        let bundle = format!("bundle--{}", standards::uuid("bundle", &ids));
        if self.refs.is_empty() {
            // A bundle without objects has no member for them.
            write_compact(&mut self.out, &json!({"type": "bundle", "id": bundle}))?;
            self.out.write_all(b"\n")?;
            return self.out.flush();
        }
        let now = zulu(self.now.naive_utc());
        let report = json!({
            "type": "report", "spec_version": "2.1", "id": format!("report--{}", standards::uuid("report", &ids)),
            "created": now, "modified": now, "name": format!("Incidents of the case book ({})", ids.len()),
            "published": now, "report_types": ["observed-data"], "object_refs": std::mem::take(&mut self.refs),
        });
        self.out.write_all(b",\n")?;
        write_compact(&mut self.out, &report)?;
        writeln!(self.out, "\n],\"id\":\"{bundle}\"}}")?;
        self.out.flush()
    }
}

/// When an organisation came to be known does not matter, only that it stays the same.
const EPOCH: &str = "2000-01-01T00:00:00.000Z";

/// A UTC time as STIX writes it.
fn zulu(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn tokyo(at: NaiveDateTime) -> String {
    zulu(at.checked_sub_signed(TimeDelta::hours(9)).unwrap_or(at))
}

/// The day of publication, else of the first event; the same in every export.
fn created(record: &Record) -> String {
    let published = record.facts.published.map(|d| d.and_time(chrono::NaiveTime::MIN));
    let at = published.or_else(|| happenings::of(record).first().map(|h| h.from));
    at.map_or_else(|| EPOCH.to_owned(), tokyo)
}

fn incident(record: &Record, created: &str) -> Value {
    let facts = &record.facts;
    let id = record.id.to_string();
    let name = facts.title.as_deref().or(facts.org.as_deref()).unwrap_or("(no headline)");
    // Both are written the way STIX does, so that they compare as they stand.
    let (notes, corrections) = (record.triage.notes.iter(), record.triage.corrections.values());
    let newest = notes.map(|n| n.at.as_str()).chain(corrections.map(|c| c.at.as_str())).max();
    let modified = newest.filter(|t| *t > created).unwrap_or(created);
    let types = standards::incident_types(record);
    let mut core = json!({
        "extension_type": "property-extension",
        "determination": standards::determination(record),
        "investigation_status": standards::investigation_status(record),
    });
    if let Some(map) = core.as_object_mut() {
        if !types.is_empty() {
            map.insert("incident_types".into(), json!(types));
        }
        if let Some(counts) = counts(record) {
            map.insert("impacted_entity_counts".into(), counts);
        }
    }
    let mut out = json!({
        "type": "incident",
        "spec_version": "2.1",
        "id": format!("incident--{}", standards::uuid("incident", &[&id])),
        "created": created,
        "modified": modified,
        "lang": "ja",
        "name": words::one_line(name),
        "description": description(record),
        "external_references": references(record),
        "extensions": {CORE: core},
    });
    let labels: Vec<&str> = record.triage.tags.iter().map(Tag::as_str).collect();
    if let (Some(map), false) = (out.as_object_mut(), labels.is_empty()) {
        map.insert("labels".into(), json!(labels));
    }
    out
}

/// The people or accounts affected. What is stated as a range has no number here.
fn counts(record: &Record) -> Option<Value> {
    use crate::domain::Unit;
    let affected = record.facts.affected?;
    let count = affected.count.filter(|n| i64::try_from(*n).is_ok())?;
    let entity = match affected.unit {
        Unit::People => "individual",
        Unit::Companies => "organization",
        Unit::Accounts => "account",
        _ => return None,
    };
    Some(json!({"entity_type": entity, "count": count}))
}

/// Facts and chronology in words, with the text that proves them.
fn description(record: &Record) -> String {
    use crate::domain::Field;
    let mut out = String::new();
    for field in Field::ALL {
        let Some(value) = words::value(record, field).filter(|_| !matches!(field, Field::Title | Field::Org)) else {
            continue;
        };
        // What the text proves is the parser's value, not an analyst's.
        let corrected = record.triage.corrections.contains_key(&field);
        let quotes: String = match corrected {
            true => " (corrected)".to_owned(),
            false => words::quotes(record, field).take(3).map(|q| format!(" 「{}」", words::one_line(q))).collect(),
        };
        out.push_str(&format!("{}: {value}{quotes}\n", words::label(field)));
    }
    for h in happenings::of(record) {
        out.push_str(&line(&h));
    }
    out.trim_end().to_owned()
}

fn line(h: &Happening<'_>) -> String {
    format!("{} {} {}\n", h.sign(), h.at, words::one_line(&h.words()))
}

fn references(record: &Record) -> Vec<Value> {
    let mut own = Map::new();
    own.insert("source_name".into(), json!("jikenbo"));
    own.insert("external_id".into(), json!(record.id.to_string()));
    if let Some(url) =
        record.source.url.as_deref().filter(|u| u.starts_with("http") && u.chars().all(|c| c.is_ascii_graphic()))
    {
        own.insert("url".into(), json!(url));
    }
    let mut out = vec![Value::Object(own)];
    if let Some(case) = &record.facts.case_no {
        out.push(json!({"source_name": "case book", "external_id": case}));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::ExportFormat;
    use super::super::samples::{exported, full, of_org};
    use super::*;

    fn objects(records: &[Record]) -> Vec<Value> {
        let json = exported(ExportFormat::Stix, records, Options::default());
        let bundle: Value = serde_json::from_str(&json).unwrap();
        assert!(bundle["id"].as_str().unwrap().starts_with("bundle--"));
        bundle["objects"].as_array().cloned().unwrap_or_default()
    }

    #[test]
    fn an_organisation_stands_once_and_the_report_refers_to_all() {
        let mut again = full();
        again.id = crate::domain::IncidentId::from_hash(9);
        let all = objects(&[full(), again, of_org("甲社")]);
        let of = |t: &str| all.iter().filter(|o| o["type"] == t).count();
        assert_eq!((of("identity"), of("incident"), of("relationship"), of("report")), (2, 3, 3, 1));
        let report = all.last().unwrap();
        let refs: HashSet<&str> = report["object_refs"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let ids: HashSet<&str> =
            all.iter().filter(|o| o["type"] != "report").filter_map(|o| o["id"].as_str()).collect();
        assert_eq!(refs, ids);
    }

    #[test]
    fn an_incident_tells_its_facts_and_is_the_same_again() {
        let incident = |o: &[Value]| o.iter().find(|o| o["type"] == "incident").cloned().unwrap();
        let one = incident(&objects(&[full()]));
        assert_eq!(one["created"], "2024-05-30T15:00:00.000Z");
        assert_eq!(one["modified"], "2024-06-01T03:04:05.678Z");
        let core = &one["extensions"][CORE];
        assert_eq!(core["incident_types"], json!(["ransomware"]));
        assert_eq!(core["impacted_entity_counts"], json!({"entity_type": "individual", "count": 1512}));
        assert_eq!(core["investigation_status"], "open");
        assert!(one["description"].as_str().unwrap().contains("affected: about 1,512 people 「1,512名」"), "{one}");
        assert_eq!(one, incident(&objects(&[full()])));
    }

    #[test]
    fn nothing_is_a_bundle_too() {
        let empty: Value = serde_json::from_str(&exported(ExportFormat::Stix, &[], Options::default())).unwrap();
        assert_eq!(empty["type"], "bundle");
        assert!(empty.get("objects").is_none());
    }
}
