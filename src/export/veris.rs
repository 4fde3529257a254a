//! VERIS 1.4.1: a JSON array of incidents by the community schema (`verisc`). `assets/docs/veris.md` documents the mapping.
//!
//! What the schema asks for and no notice tells is `Unknown`; what only we know stands under `plus.jikenbo`.

use super::happenings::{self, Happening, What};
use super::standards::{self, Action};
use super::words;
use crate::domain::date::in_tokyo;
use crate::domain::{Affected, Exposure, Kind, Moment, Record, SecondaryDamage};
use chrono::{DateTime, Datelike, TimeDelta, Timelike, Utc};
use serde_json::{Map, Value, json};

/// The years that the schema takes.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2050;

/// One incident; `now` is the year of one whose text dates nothing, which is said under `plus`.
pub(super) fn incident(record: &Record, now: DateTime<Utc>) -> Value {
    let facts = &record.facts;
    let actions: Vec<&Action> = standards::actions_of(record).collect();
    let happened = happenings::of(record);
    let (timeline, dated_by) = timeline(&happened, now);
    let summary = [facts.org.as_deref(), facts.title.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut out = json!({
        "schema_version": "1.4.1",
        "schema_name": "verisc",
        "incident_id": standards::uuid("veris", &[&record.id.to_string()]),
        "source_id": "jikenbo",
        "security_incident": security_incident(record, &actions),
        "confidence": confidence(record),
        "summary": words::one_line(&summary),
        "timeline": timeline,
        "victim": victim(record),
        "action": action(&actions),
        "actor": actor(record, &actions),
        "asset": asset(record),
        "attribute": attribute(record, &actions),
        "discovery_method": {"unknown": true},
        "plus": plus(record, &happened, dated_by),
    });
    if let (Some(map), Some(url)) = (out.as_object_mut(), &record.source.url) {
        map.insert("reference".into(), json!(url));
    }
    if actions.iter().any(|a| a.code == "malware.ransomware")
        && let Some(map) = out.as_object_mut()
    {
        map.insert("value_chain".into(), json!({"cash-out": {"variety": ["Cryptocurrency"]}}));
    }
    out
}

fn security_incident(record: &Record, actions: &[&Action]) -> &'static str {
    match record.kind {
        Kind::Other => "False positive",
        Kind::Claim => "Suspected",
        Kind::Incident if actions.is_empty() && record.facts.exposure != Some(Exposure::Confirmed) => "Suspected",
        Kind::Incident => "Confirmed",
    }
}

/// How sure the coding is: that of the action, which the rest hangs on.
fn confidence(record: &Record) -> &'static str {
    use crate::domain::{Confidence, Field};
    match record.facts.confidence.get(&Field::Actions) {
        Some(Confidence::High) => "High",
        Some(Confidence::Medium) => "Medium",
        Some(Confidence::Low) => "Low",
        None => "None",
    }
}

/// When it happened, and how long until it was noticed; beside it, what dates it.
fn timeline(all: &[Happening<'_>], now: DateTime<Utc>) -> (Value, &'static str) {
    let first = |what: What| all.iter().find(|h| h.what == what && YEARS.contains(&h.from.year()));
    let order = [What::Occurred, What::Discovered, What::Dated, What::Published];
    let begun = order.into_iter().find_map(first);
    let mut incident = Map::new();
    let Some(begun) = begun else {
        incident.insert("year".into(), json!(in_tokyo(&now).year()));
        return (json!({"incident": incident}), "export");
    };
    incident.insert("year".into(), json!(begun.from.year()));
    if !matches!(begun.at, Moment::Year(_)) {
        incident.insert("month".into(), json!(begun.from.month()));
    }
    if matches!(begun.at, Moment::Day(_) | Moment::Minute(_)) {
        incident.insert("day".into(), json!(begun.from.day()));
    }
    if begun.is_timed() {
        let (pm, hour) = begun.from.hour12();
        let half = if pm { "PM" } else { "AM" };
        incident.insert("time".into(), json!(format!("{hour:02}:{:02}:00 {half}", begun.from.minute())));
    }
    let mut timeline = json!({"incident": incident});
    let noticed = first(What::Discovered).filter(|n| begun.what == What::Occurred && n.from >= begun.from);
    let whole = |m: &Moment| matches!(m, Moment::Day(_) | Moment::Minute(_));
    if let Some(noticed) = noticed.filter(|n| whole(&n.at) && whole(&begun.at))
        && let Some(map) = timeline.as_object_mut()
    {
        let clock = noticed.is_timed() && begun.is_timed();
        map.insert("discovery".into(), stretch(noticed.from - begun.from, clock));
    }
    (timeline, begun.what.as_str())
}

/// A stretch of time in the largest unit that tells it whole.
fn stretch(time: TimeDelta, clock: bool) -> Value {
    let minutes = time.num_minutes();
    match minutes {
        _ if !clock || minutes % 1440 == 0 => json!({"unit": "Days", "value": minutes / 1440}),
        _ if minutes % 60 == 0 => json!({"unit": "Hours", "value": minutes / 60}),
        _ => json!({"unit": "Minutes", "value": minutes}),
    }
}

/// Endings of organisations' names that tell their industry (NAICS) and, of public bodies, their level.
const INDUSTRIES: &[(&[&str], &str, &str)] = &[
    (&["省", "庁", "財務局", "労働局", "税務署", "裁判所", "年金機構"], "92", "Federal"),
    (&["県", "府", "道", "東京都", "県警", "県警察", "都庁", "県庁"], "92", "Regional"),
    (&["市", "区", "町", "村", "市役所", "区役所", "役場", "教育委員会", "消防本部"], "92", "Local"),
    (&["大学", "短期大学", "高校", "高等学校", "中学校", "小学校", "学園", "学院", "専門学校", "高専"], "61", "NA"),
    (&["病院", "医院", "クリニック", "医療センター", "医師会", "保健所"], "62", "NA"),
    (&["銀行", "信用金庫", "信用組合", "証券", "保険", "生命", "損保"], "52", "NA"),
];

fn victim(record: &Record) -> Value {
    let org = record.facts.org.as_deref().unwrap_or_default();
    let bare =
        ["株式会社", "有限会社", "(株)", "（株）"].iter().fold(org.trim(), |org, form| org.trim_end_matches(form));
    // A company may be called after a town.
    let company = bare.len() < org.trim().len() || org.contains("会社");
    let known = INDUSTRIES
        .iter()
        .find(|(ends, industry, _)| (!company || *industry == "52") && ends.iter().any(|e| bare.ends_with(e)));
    let (industry, government) = known.map_or(("00", "NA"), |(_, industry, government)| (*industry, *government));
    let mut victim = json!({
        "employee_count": "Unknown",
        "industry": industry,
        "government": [government],
        "country": ["JP"],
        "region": ["142030"],
    });
    if let (Some(map), false) = (victim.as_object_mut(), org.is_empty()) {
        map.insert("victim_id".into(), json!(org));
    }
    victim
}

fn action(actions: &[&Action]) -> Value {
    let mut out = Map::new();
    for action in actions {
        let category = out.entry(action.category.as_str()).or_insert_with(|| json!({}));
        for (name, value) in
            [("variety", Some(&action.variety)), ("vector", action.vector.as_ref()), ("target", action.target.as_ref())]
        {
            if let (Some(map), Some(value)) = (category.as_object_mut(), value) {
                add(map, name, value);
            }
        }
    }
    if out.is_empty() {
        out.insert("unknown".into(), json!({}));
    }
    Value::Object(out)
}

/// Adds a value to a list without repeating it.
fn add(map: &mut Map<String, Value>, name: &str, value: &str) {
    let list = map.entry(name).or_insert_with(|| json!([]));
    if let Some(list) = list.as_array_mut()
        && !list.iter().any(|v| v == value)
    {
        list.push(json!(value));
    }
}

/// Who acted. An attacker stays external where a contractor was breached; what a contractor's own staff did wrong is the
/// partner's.
fn actor(record: &Record, actions: &[&Action]) -> Value {
    let mut out = Map::new();
    for action in actions {
        let by_partner = action.actor == "internal" && record.facts.third_party.is_some();
        match action.actor.as_str() {
            "external" => {
                let motive = if action.code == "malware.ransomware" { "Financial" } else { "Unknown" };
                let external = out.entry("external").or_insert_with(|| json!({"variety": ["Unknown"], "motive": []}));
                if let Some(map) = external.as_object_mut() {
                    add(map, "motive", motive);
                    if let Some(gang) = record.facts.gang.as_deref() {
                        map.insert("variety".into(), json!(["Organized crime"]));
                        map.insert("name".into(), json!([gang]));
                    }
                }
            }
            _ if by_partner => {
                out.insert("partner".into(), json!({"motive": [motive(action)], "country": ["Unknown"]}));
            }
            "internal" => {
                out.insert("internal".into(), json!({"variety": ["Unknown"], "motive": [motive(action)]}));
            }
            _ => {}
        }
    }
    if out.is_empty() {
        out.insert("unknown".into(), json!({}));
    }
    Value::Object(out)
}

/// An error has no motive.
fn motive(action: &Action) -> &'static str {
    if action.category == "error" { "NA" } else { "Unknown" }
}

fn asset(record: &Record) -> Value {
    let ownership = if record.facts.third_party.is_some() { "Partner" } else { "Unknown" };
    json!({"assets": [{"variety": "Unknown"}], "cloud": ["Unknown"], "ownership": [ownership]})
}

fn attribute(record: &Record, actions: &[&Action]) -> Value {
    let facts = &record.facts;
    let mut out = Map::new();
    let disclosure = match facts.exposure {
        Some(Exposure::Confirmed) => Some("Yes"),
        Some(Exposure::Suspected) => Some("Potentially"),
        Some(Exposure::None) => Some("No"),
        None if facts.data_types.is_empty() => None,
        None => Some("Unknown"),
    };
    if let Some(disclosure) = disclosure {
        out.insert("confidentiality".into(), confidentiality(record, disclosure));
    }
    for action in actions {
        for (name, varieties) in [("integrity", &action.integrity), ("availability", &action.availability)] {
            for variety in varieties {
                let part = out.entry(name).or_insert_with(|| json!({}));
                if let Some(map) = part.as_object_mut() {
                    add(map, "variety", variety);
                }
            }
        }
    }
    if out.is_empty() {
        out.insert("unknown".into(), json!({}));
    }
    Value::Object(out)
}

fn confidentiality(record: &Record, disclosure: &str) -> Value {
    let mut varieties = standards::data_types_of(record, |d| &d.veris);
    let total = standards::records_affected(record).filter(|n| i64::try_from(*n).is_ok());
    let mut part = Map::new();
    part.insert("data_disclosure".into(), json!(disclosure));
    // Data that did not get out is no data lost.
    if disclosure != "No" {
        if varieties.is_empty() && total.is_some() {
            varieties.push("Unknown");
        }
        let one = varieties.len() == 1;
        let data = |variety: &&str| match total.filter(|_| one) {
            Some(n) => json!({"variety": variety, "amount": n}),
            None => json!({"variety": variety}),
        };
        let data: Vec<Value> = varieties.iter().map(data).collect();
        if !data.is_empty() {
            part.insert("data".into(), json!(data));
        }
        if let Some(n) = total {
            part.insert("data_total".into(), json!(n));
        }
    }
    Value::Object(part)
}

/// What VERIS has no place for.
fn plus(record: &Record, happened: &[Happening<'_>], dated_by: &str) -> Value {
    let facts = &record.facts;
    let quotes = |field| words::quotes(record, field).collect::<Vec<_>>();
    let evidence: Map<String, Value> =
        facts.evidence.keys().map(|f| (f.as_str().to_owned(), json!(quotes(*f)))).collect();
    let events: Vec<Value> = happened
        .iter()
        .map(|h| json!({"at": h.at.to_string(), "what": h.what.as_str(), "approx": h.approx, "text": h.text}))
        .collect();
    json!({
        "master_id": standards::uuid("veris", &[&record.id.to_string()]),
        "jikenbo": {
            "id": record.id.to_string(),
            "kind": record.kind.to_string(),
            "case_no": facts.case_no,
            "published": facts.published.map(|d| d.to_string()),
            "affected": facts.affected.as_ref().map(stated),
            "third_party": facts.third_party,
            "gang": facts.gang,
            "secondary_damage": facts.secondary_damage.map(SecondaryDamage::as_str),
            "reported_to_ppc": facts.ppc,
            "police_told": facts.police,
            "data_types": facts.data_types,
            "dated_by": dated_by,
            "timeline": events,
            "evidence": evidence,
            "tags": record.triage.tags,
            "status": record.triage.status.as_str(),
            "notes": record.triage.notes.iter().map(|n| n.text.as_str()).collect::<Vec<_>>(),
            "corrected": record.triage.corrections.keys().map(|f| f.as_str()).collect::<Vec<_>>(),
        },
    })
}

fn stated(a: &Affected) -> Value {
    json!({"count": a.count, "unit": a.unit.as_str(), "lo": a.lo, "hi": a.hi, "approx": a.approx})
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bare, exported, full, of_org};
    use super::super::{ExportFormat, Options};
    use super::*;

    fn one(record: Record) -> Value {
        let json = exported(ExportFormat::Veris, &[record], Options::default());
        serde_json::from_str::<Vec<Value>>(&json).unwrap().remove(0)
    }

    #[test]
    fn a_notice_is_coded() {
        let v = one(full());
        assert_eq!(v["action"], json!({"malware": {"variety": ["Ransomware"], "vector": ["Unknown"]}}));
        assert_eq!(v["timeline"]["incident"], json!({"year": 2024, "month": 5, "day": 19}));
        assert_eq!(v["timeline"]["discovery"], json!({"unit": "Days", "value": 2}));
        assert_eq!(v["attribute"]["confidentiality"]["data_disclosure"], "Potentially");
        assert_eq!(v["attribute"]["confidentiality"]["data"], json!([{"variety": "Personal", "amount": 1512}]));
        assert_eq!(v["attribute"]["availability"]["variety"], json!(["Obscuration"]));
        assert_eq!(v["actor"]["external"]["name"], json!(["Grey Heron"]));
        assert_eq!(v["asset"]["ownership"], json!(["Partner"]));
        assert_eq!(v["security_incident"], "Suspected");
        assert_eq!(v["victim"]["government"], json!(["Local"]));
        assert_eq!(v["plus"]["jikenbo"]["evidence"]["org"], json!(["鈴代市"]));
    }

    #[test]
    fn what_is_not_told_is_unknown() {
        let v = one(bare());
        assert_eq!(
            (&v["action"], &v["actor"], &v["attribute"]),
            (&json!({"unknown": {}}), &json!({"unknown": {}}), &json!({"unknown": {}}))
        );
        assert_eq!(v["plus"]["jikenbo"]["dated_by"], "export");
        assert_eq!(v["timeline"]["incident"], json!({"year": 1970}));
    }

    #[test]
    fn names_tell_an_industry_only_where_they_are_clear() {
        for (org, industry, government) in [
            ("白樺県", "92", "Regional"),
            ("霞岡薬科大学", "61", "NA"),
            ("株式会社青い町", "00", "NA"),
            ("みなと市立病院", "62", "NA"),
            ("南雲市", "92", "Local"),
            ("株式会社北銀行", "52", "NA"),
            ("ヨルノ", "00", "NA"),
        ] {
            let v = one(of_org(org));
            assert_eq!(
                (&v["victim"]["industry"], &v["victim"]["government"]),
                (&json!(industry), &json!([government])),
                "{org}"
            );
        }
    }

    #[test]
    fn an_error_of_a_contractor_is_the_partners() {
        let mut record = bare();
        record.facts.actions = vec!["error.misdelivery".into(), "error.loss".into()];
        record.facts.third_party = Some("海鳴印刷株式会社".into());
        let v = one(record);
        assert_eq!(v["action"]["error"], json!({"variety": ["Misdelivery", "Loss"], "vector": ["Unknown"]}));
        assert_eq!(v["actor"], json!({"partner": {"motive": ["NA"], "country": ["Unknown"]}}));
        assert_eq!(v["attribute"], json!({"availability": {"variety": ["Loss"]}}));
    }
}
