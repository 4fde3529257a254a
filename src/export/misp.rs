//! MISP: a JSON array of events, one an incident, with objects by the templates of misp-objects: `incident`, `victim`,
//! `confidentiality-impact`, `report`, and an `event` for each dated happening; tags of the case book as they are, and those
//! of the TLP, VERIS, GDPR and workflow taxonomies.

use super::happenings::{self, What};
use super::{standards, words};
use crate::domain::date::in_tokyo;
use crate::domain::{Exposure, Field, Record, Status};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// A template of misp-objects.
struct Template {
    name: &'static str,
    uuid: &'static str,
    version: &'static str,
    description: &'static str,
}

const INCIDENT: Template = Template {
    name: "incident",
    uuid: "38597424-f9bb-4865-9b4b-819172df0334",
    version: "1",
    description: "Incident object template as described in STIX 2.1 Incident object and its core extension.",
};
const VICTIM: Template = Template {
    name: "victim",
    uuid: "a8806e40-39ad-435f-be02-ac2a13d6fc7d",
    version: "10",
    description: "Victim object describes the target of an attack or abuse.",
};
const IMPACT: Template = Template {
    name: "confidentiality-impact",
    uuid: "b0027f13-56e4-4c85-9632-3cf81208429b",
    version: "1",
    description: "Confidentiality Impact object as described in STIX 2.1 Incident object extension.",
};
const REPORT: Template = Template {
    name: "report",
    uuid: "70a68471-df22-4e3f-aa1a-5a3be19f82df",
    version: "8",
    description: "Report object to describe a report along with its metadata.",
};
const EVENT: Template = Template {
    name: "event",
    uuid: "3853b726-6a9c-43b3-8ffb-23839b07d5a9",
    version: "1",
    description: "Event object as described in STIX 2.1 Incident object extension.",
};

/// An attribute of an object: relation, type, value, and whether equal values in other events mean something.
struct Part {
    relation: &'static str,
    kind: &'static str,
    category: &'static str,
    value: String,
    correlates: bool,
}

impl Part {
    fn text(relation: &'static str, value: impl Into<String>) -> Self {
        Self { relation, kind: "text", category: "Other", value: value.into(), correlates: false }
    }

    fn of(relation: &'static str, kind: &'static str, category: &'static str, value: impl Into<String>) -> Self {
        Self { relation, kind, category, value: value.into(), correlates: true }
    }
}

/// An object of a record, the `number`th of its template.
fn object(record: &Record, template: &Template, number: usize, comment: &str, parts: &[Part]) -> Value {
    let id = record.id.to_string();
    let name = |what: &str| standards::uuid("misp", &[&id, template.name, &number.to_string(), what]);
    let attribute = |(i, p): (usize, &Part)| {
        json!({
            "uuid": name(&format!("{}-{i}", p.relation)),
            "object_relation": p.relation,
            "type": p.kind,
            "category": p.category,
            "value": p.value,
            "to_ids": false,
            "disable_correlation": !p.correlates,
        })
    };
    json!({
        "name": template.name,
        "meta-category": "misc",
        "template_uuid": template.uuid,
        "template_version": template.version,
        "description": template.description,
        "uuid": name(""),
        "comment": comment,
        "distribution": "5",
        "sharing_group_id": "0",
        "Attribute": parts.iter().filter(|p| !p.value.trim().is_empty()).enumerate().map(attribute).collect::<Vec<_>>(),
    })
}

/// The event of an incident; `now` dates one whose text dates nothing.
pub(super) fn event(record: &Record, now: DateTime<Utc>) -> Value {
    let facts = &record.facts;
    let headline: Vec<&str> = [facts.org.as_deref(), facts.title.as_deref()].into_iter().flatten().collect();
    let info = words::one_line(&headline.join(" "));
    let happened = happenings::of(record);
    let date = facts.published.or_else(|| Some(happened.first()?.from.date()));
    let mut objects = vec![incident(record, &info)];
    objects.extend(victim(record));
    objects.extend(impact(record));
    objects.push(report(record));
    objects.extend(happened.iter().enumerate().map(|(i, h)| {
        let kind = if h.what == What::Published { "" } else { event_type(record) };
        let to = h.to.map(words::with_offset).unwrap_or_default();
        let mut parts = vec![
            Part::text("name", words::one_line(&h.words())),
            Part::text("status", "occurred"),
            Part::of("start_time", "datetime", "Other", words::with_offset(h.from)),
            Part::text("start_time_fidelity", fidelity(h.precision)),
            Part::of("end_time", "datetime", "Other", to),
            Part::text("description", h.quote),
        ];
        if h.what == What::Occurred {
            parts.push(Part::text("event_type", kind));
        }
        object(record, &EVENT, i, h.what.as_str(), &parts)
    }));
    json!({"Event": {
        "uuid": standards::uuid("misp", &[&record.id.to_string()]),
        "info": if info.is_empty() { "(no headline)" } else { &info },
        "date": date.unwrap_or_else(|| in_tokyo(&now).date()).to_string(),
        "distribution": "0",
        "threat_level_id": "4",
        "analysis": match record.triage.status {
            Status::New => "0",
            Status::Open => "1",
            Status::Done | Status::Dismissed => "2",
        },
        "published": false,
        "Tag": tags(record),
        "Object": objects,
    }})
}

fn event_type(record: &Record) -> &'static str {
    standards::actions_of(record).next().map_or("", |a| a.incident_type.as_str())
}

/// The nearest step that the extension knows, never a finer one.
fn fidelity(precision: crate::domain::Precision) -> &'static str {
    use crate::domain::Precision as P;
    match precision {
        P::Minute => "minute",
        P::Hour => "hour",
        P::Part | P::Day => "day",
        P::PartMonth | P::Month => "month",
        P::Year | P::FiscalYear => "year",
    }
}

fn incident(record: &Record, info: &str) -> Value {
    let mut parts = vec![
        Part::of("name", "text", "Other", if info.is_empty() { "(no headline)" } else { info }),
        Part::text("determination", standards::determination(record)),
        Part::text("investigation_status", standards::investigation_status(record)),
        Part::text("description", record.text.trim()),
    ];
    parts.extend(standards::incident_types(record).into_iter().map(|t| Part::text("incident_type", t)));
    object(record, &INCIDENT, 0, "", &parts)
}

fn victim(record: &Record) -> Option<Value> {
    let org = record.facts.org.as_deref()?;
    let roles = record.facts.third_party.as_deref().map(|t| format!("where it happened: {t}")).unwrap_or_default();
    let parts = [
        Part::of("name", "target-org", "Targeting data", words::one_line(org)),
        Part::of("regions", "target-location", "Targeting data", "Japan"),
        Part::text("description", roles),
    ];
    Some(object(record, &VICTIM, 0, "", &parts))
}

fn impact(record: &Record) -> Option<Value> {
    let facts = &record.facts;
    let loss = match facts.exposure {
        Some(Exposure::Confirmed) => "confirmed-loss",
        Some(Exposure::Suspected) => "suspected-loss",
        Some(Exposure::None) => "no-loss",
        None if facts.data_types.is_empty() => return None,
        None => "suspected-loss",
    };
    let kinds = standards::data_types_of(record, |d| &d.information);
    let count = standards::records_affected(record).map(|n| n.to_string()).unwrap_or_default();
    let quoted: Vec<&str> = words::quotes(record, Field::DataTypes).collect();
    let parts = [
        Part::text("loss_type", loss),
        // The template takes one; the kinds are all in the description.
        Part::text("information_type", kinds.first().copied().unwrap_or_default()),
        Part { relation: "record_count", kind: "counter", category: "Other", value: count, correlates: false },
        Part::text("description", format!("{} {}", facts.data_types.join(", "), quoted.join(" / ")).trim()),
    ];
    Some(object(record, &IMPACT, 0, "", &parts))
}

fn report(record: &Record) -> Value {
    let source = &record.source;
    let link = source.url.as_deref().filter(|u| u.starts_with("http")).unwrap_or_default();
    let notes: Vec<&str> = record.triage.notes.iter().map(|n| n.text.as_str()).collect();
    let parts = [
        Part::text("title", words::one_line(record.facts.title.as_deref().unwrap_or("(no headline)"))),
        Part::of("link", "link", "External analysis", link),
        Part::text("case-number", record.facts.case_no.clone().unwrap_or_default()),
        Part::text("summary", notes.join("\n")),
        Part::text("type", "Report"),
    ];
    object(record, &REPORT, 0, &format!("{}:{}", source.path, source.line), &parts)
}

/// The case book's tags as they are, and what taxonomies have a tag for.
fn tags(record: &Record) -> Vec<Value> {
    let mut names = vec!["tlp:clear".to_owned()];
    for action in standards::actions_of(record) {
        names.push(format!("veris:action:{}:variety=\"{}\"", action.category, action.variety));
    }
    if record.facts.data_types.iter().any(|t| t == "health") {
        names.push("gdpr:special-categories=\"health\"".to_owned());
    }
    let state = match record.triage.status {
        Status::New => "incomplete",
        Status::Open => "ongoing",
        Status::Done => "complete",
        Status::Dismissed => "rejected",
    };
    names.push(format!("workflow:state=\"{state}\""));
    names.extend(record.triage.tags.iter().map(ToString::to_string));
    names.into_iter().map(|name| json!({"name": name})).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bare, exported, full};
    use super::super::{ExportFormat, Options};
    use super::*;

    fn one(record: Record) -> Value {
        let json = exported(ExportFormat::Misp, &[record], Options::default());
        serde_json::from_str::<Vec<Value>>(&json).unwrap().remove(0)["Event"].clone()
    }

    fn value<'v>(event: &'v Value, object: &str, relation: &str) -> &'v Value {
        let objects = event["Object"].as_array().unwrap();
        let object = objects.iter().find(|o| o["name"] == object).unwrap();
        let attributes = object["Attribute"].as_array().unwrap();
        attributes.iter().find(|a| a["object_relation"] == relation).map_or(&Value::Null, |a| &a["value"])
    }

    #[test]
    fn an_incident_is_an_event_with_its_objects() {
        let event = one(full());
        assert_eq!(event["info"], "鈴代市 印刷の委託先が止まった件");
        assert_eq!(event["date"], "2024-05-31");
        assert_eq!(value(&event, "incident", "incident_type"), "ransomware");
        assert_eq!(value(&event, "victim", "name"), "鈴代市");
        assert_eq!(value(&event, "confidentiality-impact", "record_count"), "1512");
        assert_eq!(value(&event, "report", "case-number"), "2024-217");
        assert_eq!(value(&event, "event", "start_time"), "2024-05-19T00:00:00+09:00");
        assert!(
            event["Tag"].as_array().unwrap().contains(&json!({"name": "veris:action:malware:variety=\"Ransomware\""}))
        );
        assert!(event["Tag"].as_array().unwrap().contains(&json!({"name": "supply/海鳴印刷"})));
    }

    #[test]
    fn every_name_is_its_own_and_empty_attributes_are_left_out() {
        for record in [full(), bare()] {
            let event = one(record);
            let mut names = vec![event["uuid"].as_str().unwrap().to_owned()];
            for object in event["Object"].as_array().unwrap() {
                names.push(object["uuid"].as_str().unwrap().to_owned());
                for a in object["Attribute"].as_array().unwrap() {
                    names.push(a["uuid"].as_str().unwrap().to_owned());
                    assert!(!a["value"].as_str().unwrap().trim().is_empty(), "{a}");
                }
            }
            let all = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), all);
        }
    }
}
