//! One record from its JSON, held to its form: whatever the file says, what comes out is what a case book may keep.
//! Called by the import of `jobs` for every piece of a file.

use super::super::error::MAX_FILE;
use crate::domain::{Actor, Event, Facts, Field, Imported, IncidentId, Kind, Moment, Record, Source, Span, Triage};
use crate::text::neutral::{is_unsafe, neutralise};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, TimeDelta, Utc};
use serde::Deserialize;
use serde_json::Value;

/// What of a record is taken in: its case and the related ones follow from all incidents, and what a later version
/// adds is passed over.
#[derive(Deserialize)]
#[serde(expecting = "an object with id, kind, source and text")]
struct Line {
    id: IncidentId,
    kind: Kind,
    source: Source,
    text: String,
    #[serde(flatten)]
    facts: Facts,
    #[serde(flatten)]
    triage: Triage,
}

/// Members whose own members are named by fields.
const BY_FIELD: [&str; 6] = ["evidence", "confidence", "rules", "corrections", "reviewed", "rejected"];

/// Longest code of an action or a kind of data, in bytes.
const LONGEST_CODE: usize = 200;

/// How far a remark may lie ahead of this machine's clock.
const AHEAD: TimeDelta = TimeDelta::days(1);

/// Reads the record that begins on a line of a file; `now` is the moment of the import.
///
/// # Errors
/// Says in words what is wrong with it.
pub fn read(json: &[u8], line: usize, now: DateTime<Utc>) -> Result<Imported, String> {
    // What is wrong is quoted from the file.
    checked(json, line, now).map_err(|what| neutralise(&what).into_owned())
}

fn checked(json: &[u8], line: usize, now: DateTime<Utc>) -> Result<Imported, String> {
    let text = std::str::from_utf8(json).map_err(|_| "not valid UTF-8; export it again".to_owned())?;
    let Line { id, kind, source, text, facts, mut triage } = parse(text)?;
    if text.trim().is_empty() {
        return Err("its text is empty".into());
    }
    times(&mut triage, now)?;
    corrected_spans(&facts.timeline, &text)?;
    let record = Record { id, kind, source, text, case: None, facts, related: Vec::new(), related_total: 0, triage };
    let record = Imported::of(record, line)?;
    place(&record)?;
    words(&record)?;
    spans(&record.entry.facts, &record.entry.text)?;
    days(&record.entry.facts)?;
    corrections(&record)?;
    Ok(record)
}

/// What analysts put in the place of values is held to the same as those.
fn corrections(record: &Imported) -> Result<(), String> {
    for (field, c) in record.triage.corrections.iter().filter(|(f, _)| **f != Field::Kind) {
        let mut said = Facts::default();
        let checked = said.set(*field, &c.value).map_err(|e| e.to_string()).and_then(|()| {
            codes(&said)?;
            if names(&said).any(|s| s.contains('\0')) {
                return Err(NUL.into());
            }
            corrected_spans(&said.timeline, &record.entry.text)?;
            days(&said)
        });
        checked.map_err(|what| format!("corrections.{field}: {what}"))?;
    }
    Ok(())
}

fn parse(text: &str) -> Result<Line, String> {
    let wrong = match serde_json::from_str(text) {
        Ok(line) => return Ok(line),
        Err(e) => e,
    };
    // A field that this version does not know, where a map is named by fields.
    if wrong.is_data()
        && wrong.to_string().contains("unknown variant")
        && let Ok(Value::Object(mut members)) = serde_json::from_str(text)
    {
        for name in BY_FIELD {
            if let Some(Value::Object(map)) = members.get_mut(name) {
                map.retain(|field, _| Field::from_name(field).is_some());
            }
        }
        return serde_json::from_value(Value::Object(members)).map_err(|e| in_words(&e));
    }
    Err(in_words(&wrong))
}

/// What serde says, without its own line: a record is one.
fn in_words(e: &serde_json::Error) -> String {
    let said = e.to_string();
    let what = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
    if e.is_data() { format!("this is no record: {what}") } else { format!("this is no JSON: {what}") }
}

/// Where it stands has to be a place, and its id an id.
fn place(record: &Imported) -> Result<(), String> {
    let Source { path, line, sha256, bytes, .. } = &record.source;
    if record.id.number().is_none() {
        return Err(format!("`{}` is no id: 12 characters of 0-9 and a-z without i, l, o and u", record.id));
    }
    if sha256.len() != 64 || !sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err("source.sha256 is no SHA-256: 64 hexadecimal digits in lower case".into());
    }
    if path.trim().is_empty() {
        return Err("source.path is empty".into());
    }
    if !(1..=MAX_FILE).contains(line) || bytes.end > MAX_FILE {
        return Err(format!("source.line and source.bytes do not lie in a file of at most {MAX_FILE} bytes"));
    }
    Ok(())
}

/// What is said of the character that ends texts for others.
const NUL: &str = "it holds a NUL character";

fn codes(facts: &Facts) -> Result<(), String> {
    let code = |s: &String| {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.');
        (1..=LONGEST_CODE).contains(&s.len()) && s.bytes().all(fits)
    };
    if let Some(wrong) = facts.actions.iter().chain(&facts.data_types).find(|s| !code(s)) {
        return Err(format!("`{wrong}` is no code of an action or a kind of data"));
    }
    Ok(())
}

fn names(facts: &Facts) -> impl Iterator<Item = &String> {
    [&facts.case_no, &facts.org, &facts.title, &facts.third_party, &facts.gang].into_iter().flatten()
}

/// Names and codes have to be such, and nothing may hold the character that ends texts for others.
fn words(record: &Imported) -> Result<(), String> {
    let facts = &record.entry.facts;
    codes(facts)?;
    let Source { path, url, label, .. } = &record.source;
    let mut all = names(facts).chain([&record.entry.text, path]).chain(url).chain(label);
    let remarks = || record.triage.notes.iter().map(|n| &n.text);
    if all.any(|s| s.contains('\0')) || remarks().any(|s| s.contains('\0')) {
        return Err(NUL.into());
    }
    let by = record.triage.notes.iter().map(|n| &n.by).chain(record.triage.corrections.values().map(|c| &c.by));
    for name in by {
        if name.trim().is_empty() || name.len() > Actor::LONGEST_NAME || name.chars().any(is_unsafe) {
            return Err("the name of an analyst is empty, too long or holds control characters".into());
        }
    }
    Ok(())
}

/// Moments of remarks as the log writes them.
fn times(triage: &mut Triage, now: DateTime<Utc>) -> Result<(), String> {
    let notes = triage.notes.iter_mut().map(|n| &mut n.at);
    for at in notes.chain(triage.corrections.values_mut().map(|c| &mut c.at)) {
        let Ok(moment) = DateTime::parse_from_rfc3339(at) else { return Err(format!("`{at}` is no RFC 3339 time")) };
        let moment = moment.to_utc();
        if moment < DateTime::UNIX_EPOCH || moment > now + AHEAD {
            return Err(format!("`{at}` lies in the future, or before 1970"));
        }
        *at = moment.to_rfc3339_opts(SecondsFormat::Millis, true);
    }
    Ok(())
}

fn within(span: &Span, text: &str, what: &dyn std::fmt::Display) -> Result<(), String> {
    match span.of(text) {
        Some(_) => Ok(()),
        None => {
            let Span { start, end } = span;
            Err(format!(
                "{what}: the bytes {start} to {end} are not whole characters of its text ({} bytes)",
                text.len()
            ))
        }
    }
}

fn corrected_spans(timeline: &[Event], text: &str) -> Result<(), String> {
    timeline.iter().try_for_each(|e| within(&e.span, text, &"timeline"))
}

fn spans(facts: &Facts, text: &str) -> Result<(), String> {
    corrected_spans(&facts.timeline, text)?;
    facts
        .evidence
        .iter()
        .try_for_each(|(f, list)| list.iter().try_for_each(|s| within(s, text, &format!("evidence.{f}"))))
}

/// Days have four digits, whatever a calendar can hold.
fn days(facts: &Facts) -> Result<(), String> {
    let plain = |day: &NaiveDate| (1..10_000).contains(&day.year());
    if let Some(day) = facts.published.iter().chain(&facts.follows).find(|d| !plain(d)) {
        return Err(format!("`{day}` is no day of a year of four digits"));
    }
    let ends = facts.timeline.iter().flat_map(|e| [Some(e.lo), e.hi]).flatten();
    let coarse = |m: &Moment| matches!(m, Moment::Year(_) | Moment::Month(..));
    if let Some(moment) = ends.into_iter().find(coarse) {
        return Err(format!("`{moment}` is no day and no minute, which an event lies between"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Field;
    use serde_json::json;

    const EXAMPLE: &str = include_str!("../../../assets/schema/incident.example.json");

    fn now() -> DateTime<Utc> {
        DateTime::parse_from_rfc3339("2031-01-01T00:00:00Z").unwrap().to_utc()
    }

    /// The example with one member changed.
    fn with(pointer: &str, value: Value) -> String {
        let mut example: Value = serde_json::from_str(EXAMPLE).unwrap();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        example.pointer_mut(parent).unwrap()[name] = value;
        example.to_string()
    }

    /// The example with one correction more, which is consistent with what it states.
    fn corrected(field: &str, value: &Value) -> String {
        let mut example: Value = serde_json::from_str(EXAMPLE).unwrap();
        let parsed = example.get(field).cloned().unwrap_or(Value::Null);
        example["corrections"][field] =
            json!({"value": value, "parsed": parsed, "by": "a", "at": "2024-06-01T00:00:00Z"});
        example.to_string()
    }

    fn said(json: &str) -> String {
        read(json.as_bytes(), 3, now()).unwrap_err()
    }

    #[test]
    fn a_record_comes_apart_into_what_was_found_and_what_was_added() {
        let record = read(EXAMPLE.as_bytes(), 3, now()).unwrap();
        assert_eq!((record.line, record.id.as_str(), record.gone), (3, "4k7v0m2xq9hd", false));
        assert_eq!(record.entry.facts.org.as_deref(), Some("鈴代"));
        assert!(record.entry.facts.secondary_damage.is_some());
        assert_eq!((record.entry.line, record.entry.bytes), (12, (120, 318)));
        assert_eq!(record.triage.notes[0].at, "2024-06-01T03:04:05.678Z");
        let gone = read(with("/warnings", json!(["a", Record::GONE])).as_bytes(), 1, now()).unwrap();
        assert_eq!((gone.gone, gone.entry.facts.warnings), (true, vec!["a".to_owned()]));
    }

    #[test]
    fn what_a_later_version_adds_is_passed_over() {
        let newer = with("/severity", json!({"level": 7}));
        assert!(read(newer.as_bytes(), 1, now()).is_ok());
        let newer = with("/evidence", json!({"org": [[0, 9]], "severity": [[0, 3]]}));
        let record = read(newer.as_bytes(), 1, now()).unwrap();
        assert_eq!(record.entry.facts.evidence.keys().collect::<Vec<_>>(), [&Field::Org]);
        for optional in ["related", "case", "notes", "rules"] {
            let mut less: Value = serde_json::from_str(EXAMPLE).unwrap();
            less.as_object_mut().unwrap().remove(optional);
            assert!(read(less.to_string().as_bytes(), 1, now()).is_ok(), "{optional}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_words() {
        let cases = [
            (with("/id", json!("4k7v0m2xq9h")), "no id"),
            (with("/id", json!("4K7V0M2XQ9HD")), "no id"),
            (with("/id", json!(7)), "no record: invalid type"),
            (with("/kind", json!("rumour")), "unknown variant `rumour`"),
            (with("/text", json!(" \n")), "text is empty"),
            (with("/text", json!("a\0")), "bytes"),
            (with("/org", json!("鈴代\0市")).replace("\"鈴代\"", "\"x\\u0000\""), "NUL"),
            (with("/source/sha256", json!("9F86")), "SHA-256"),
            (with("/source/line", json!(0)), "source.line"),
            (with("/source/line", json!(-1)), "no record"),
            (with("/source/bytes", json!([0, 1u64 << 40])), "source.bytes"),
            (with("/source/path", json!("")), "source.path"),
            (with("/evidence", json!({"org": [[0, 900]]})), "evidence.org: the bytes 0 to 900"),
            (with("/evidence", json!({"org": [[0, 1]]})), "whole characters"),
            (with("/timeline/0/span", json!([1, 2])), "timeline"),
            (with("/timeline/0/lo", json!("2024-05")), "`2024-05` is no day"),
            (with("/timeline/0/at", json!("yesterday")), "no date"),
            (with("/published", json!("+12024-05-31")), "four digits"),
            (with("/published", json!("2024-02-30")), "no record"),
            (with("/actions", json!(["\u{1b}[2J"])), "no code"),
            (with("/tags", json!(["a b/\u{202e}"])), "a tag can't hold"),
            (with("/status", json!("lost")), "unknown variant"),
            (with("/notes/0/at", json!("yesterday")), "RFC 3339"),
            (with("/notes/0/at", json!("2041-01-01T00:00:00Z")), "future"),
            (with("/notes/0/by", json!("\u{1b}x")), "analyst"),
            (
                with(
                    "/corrections/affected",
                    json!({"value": "many", "parsed": null, "by": "a", "at": "2024-06-01T00:00:00Z"}),
                ),
                "affected",
            ),
            (corrected("published", &json!("+12024-05-31")), "corrections.published: `+12024-05-31` is no day"),
            (corrected("org", &json!("渡\0瀬")), "corrections.org: it holds a NUL"),
            (corrected("actions", &json!(["\u{1b}[2J x"])), "no code"),
            (
                corrected(
                    "timeline",
                    &json!([{"at": "2024-05-01", "lo": "2024-05-01", "hi": null, "precision": "day",
                    "approx": false, "span": [0, 9000], "text": "x"}]),
                ),
                "corrections.timeline: timeline: the bytes 0 to 9000",
            ),
            (with("/rejected", json!({"affected": null})), "no verdict rejects"),
            (with("/affected/count", json!(1e30)), "no record"),
            ("{\"id\":\"4k7v0m2xq9hd\"}".into(), "missing field"),
            ("[]".into(), "no record"),
            ("7".into(), "no record"),
            ("{\"id\":".into(), "no JSON"),
            (EXAMPLE.replacen("\"kind\"", "\"id\": \"4k7v0m2xq9hd\", \"kind\"", 1), "duplicate field `id`"),
            (EXAMPLE.replacen("鈴代市 ", "\\ud800 ", 1), "no JSON"),
            (EXAMPLE.replacen("1512", "1e999", 1), "out of range"),
        ];
        for (json, words) in cases {
            let said = said(&json);
            assert!(said.contains(words) && !said.contains('\u{1b}'), "{words}: {said}");
        }
        assert!(read(b"{\"id\":\"\xFF\"}", 1, now()).unwrap_err().contains("UTF-8"));
    }
}
