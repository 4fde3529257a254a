//! The values of the record's fields as an analyst types them, and back: `correct ID FIELD=VALUE` and the workbench's
//! editor of a fact. Text goes in, a value in the record's form or an error that names what is allowed comes out.

use super::affected_text;
use crate::domain::date::in_tokyo;
use crate::domain::{Affected, Event, Facts, Field, Kind, Moment, Money, Period, Precision, Span};
use crate::lexicon::codes;
use crate::text::{AmbiguousWidth, fit, fold, is_invisible, nearest};
use chrono::{DateTime, NaiveDate};
use serde_json::{Value, json};
use std::fmt;

/// Most characters of a name.
pub const LONGEST: usize = 500;

/// A text that is no value of its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue {
    /// The field.
    pub field: Field,
    /// What is wrong.
    pub why: Wrong,
    /// What is wrong, and what is allowed, in English.
    pub message: String,
    /// The nearest allowed word, where one is near.
    pub suggestion: Option<String>,
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It has none of the forms of the field's values.
    Form,
    /// It names something that the vocabulary does not hold.
    Code(String),
    /// A code that goes with no other stands beside others.
    Company(String),
    /// A character that no name holds.
    Character(char),
    /// So many characters are too many.
    Length(usize),
    /// The JSON is wrong: why.
    Json(String),
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)?;
        match &self.suggestion {
            Some(s) => write!(f, "; did you mean `{s}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for BadValue {}

/// What a field's value may be, in a few words.
pub fn allowed(field: Field) -> &'static str {
    match field {
        Field::Kind => "incident, claim or other",
        Field::CaseNo => "a case number, as 2024-217",
        Field::Org | Field::Title | Field::ThirdParty | Field::Gang => "a name",
        Field::Published => "a day, as 2024-05-28",
        Field::Actions => "VERIS actions joined by commas, as error.loss,error.misdelivery",
        Field::Affected => "a number and what is counted, as 約1,200人, 1200 people or at most 500 records",
        Field::Money => "an amount and its currency, as 1500000 JPY",
        Field::DataTypes => "kinds of data joined by commas, as name,address",
        Field::Exposure => "confirmed, suspected or none",
        Field::SecondaryDamage => "none_found or found",
        Field::Ppc | Field::Police => "true or false",
        Field::Occurred => "a moment or two, as 2024-05-01..2024-05-03 (2024-05.. goes on)",
        Field::Discovered => "a moment, as 2024, 2024-05, 2024-05-28 or 2024-05-28T12:30",
        Field::Timeline => "a JSON array, as [{\"at\":\"2024-05-28\",\"text\":\"…\"}]",
        Field::Follows => "days joined by commas, as 2024-05-01,2024-05-09",
    }
}

/// Reads a value. Nothing, and the word `null`, is "the text does not say": null. JSON is understood for every field
/// that is more than a word.
///
/// # Errors
/// Says what is wrong, what is allowed, and which allowed word is near.
pub fn parse_value(field: Field, text: &str) -> Result<Value, BadValue> {
    let text = text.trim();
    if text.is_empty() || text == "null" {
        return match field {
            Field::Kind => {
                let message = format!("write {}", allowed(field));
                Err(BadValue { message, field, why: Wrong::Form, suggestion: None })
            }
            _ => Ok(Value::Null),
        };
    }
    if text.starts_with(['[', '{']) && !field.is_name() {
        return from_json(field, text);
    }
    let wrong = || wrong(field, text);
    match field {
        Field::Kind => one_of(field, text, &["incident", "claim", "other"]),
        Field::Exposure => one_of(field, text, &["confirmed", "suspected", "none"]),
        Field::SecondaryDamage => one_of(field, text, &["none_found", "found"]),
        Field::Ppc | Field::Police => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(wrong()),
        },
        Field::Org | Field::Title | Field::ThirdParty | Field::Gang => name(field, text),
        Field::CaseNo => case_no(text).map(Value::String).ok_or_else(wrong),
        Field::Published => day(text).map(|d| json!(d)).ok_or_else(wrong),
        Field::Discovered => moment(text).map(|m| json!(m)).ok_or_else(wrong),
        Field::Occurred => period(text).map(|p| json!(p)).ok_or_else(wrong),
        Field::Follows => {
            let days: Option<Vec<NaiveDate>> = listed(text).into_iter().map(day).collect();
            Ok(json!(days.ok_or_else(wrong)?))
        }
        Field::Affected => affected_text::parse(text).map(|a| json!(a)).ok_or_else(wrong),
        Field::Money => money(text).map(|m| json!(m)).ok_or_else(wrong),
        Field::Actions => actions(listed(text)).map(|l| json!(l)),
        Field::DataTypes => data_types(listed(text)).map(|l| json!(l)),
        Field::Timeline => Err(wrong()),
    }
}

/// A field's value as [`parse_value`] reads it, on one line; a timeline is told by the number of its events.
pub fn written(field: Field, value: &Value) -> String {
    let mut facts = Facts::default();
    if facts.set(field, value).is_err() {
        return value.to_string();
    }
    let list = |l: &[String]| l.join(",");
    let told = match field {
        _ if value.is_null() => None,
        Field::Affected => facts.affected.as_ref().map(affected_text::written),
        Field::Money => facts.money.map(|m| format!("{} {}", m.amount, m.currency)),
        Field::Actions => Some(list(&facts.actions)),
        Field::DataTypes => Some(list(&facts.data_types)),
        Field::Follows => Some(facts.follows.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")),
        Field::Occurred => facts.occurred.map(|p| match p.to {
            Some(to) if to == p.from => p.from.to_string(),
            Some(to) => format!("{}..{to}", p.from),
            None => format!("{}..", p.from),
        }),
        Field::Timeline => Some(match facts.timeline.len() {
            1 => "1 event".to_owned(),
            n => format!("{n} events"),
        }),
        _ => Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned)),
    };
    told.unwrap_or_else(|| "unknown".to_owned())
}

fn wrong(field: Field, text: &str) -> BadValue {
    let message = format!("{} is not understood: write {}, or nothing for unknown", quoted(text), allowed(field));
    BadValue { field, why: Wrong::Form, message, suggestion: None }
}

fn quoted(text: &str) -> String {
    format!("`{}`", fit(text, 40, AmbiguousWidth::Narrow))
}

fn one_of(field: Field, text: &str, words: &[&'static str]) -> Result<Value, BadValue> {
    let asked = fold(text).text.to_lowercase();
    match words.iter().find(|w| **w == asked) {
        Some(word) => Ok(Value::String((*word).to_owned())),
        None => {
            let suggestion = nearest(&asked, words.iter().copied()).map(str::to_owned);
            Err(BadValue { suggestion, ..wrong(field, text) })
        }
    }
}

fn name(field: Field, text: &str) -> Result<Value, BadValue> {
    let bad = |why: Wrong, message: String| BadValue { field, why, message, suggestion: None };
    if let Some(c) = text.chars().find(|c| c.is_control() && !c.is_whitespace() || is_invisible(*c)) {
        return Err(bad(Wrong::Character(c), format!("a name can't hold {c:?}")));
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.chars().count() {
        n if n > LONGEST => {
            Err(bad(Wrong::Length(n), format!("the name is too long: {n} characters, {LONGEST} at most")))
        }
        _ => Ok(Value::String(text)),
    }
}

fn case_no(text: &str) -> Option<String> {
    let text = fold(text).text;
    let number = text.trim_start_matches('#');
    let (year, serial) = number.split_once('-')?;
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let sound = year.len() == 4 && digits(year) && digits(serial) && serial.len() <= 9;
    sound.then(|| number.to_owned())
}

/// The items of a list.
fn listed(text: &str) -> Vec<&str> {
    text.split([',', ';', '、', '，', '\n']).map(str::trim).filter(|s| !s.is_empty()).collect()
}

fn code(field: Field, text: &str, codes: &[String]) -> Result<String, BadValue> {
    let asked = fold(text).text.to_lowercase();
    if codes.contains(&asked) {
        return Ok(asked);
    }
    let all = || codes.iter().map(String::as_str);
    // What stands after the group's dot is often all that people remember.
    let tail = all().find(|c| c.split_once('.').is_some_and(|(_, tail)| tail == asked));
    let suggestion = tail.or_else(|| nearest(&asked, all())).map(str::to_owned);
    let message = format!("{} is none of {}", quoted(text), codes.join(", "));
    Err(BadValue { field, why: Wrong::Code(asked), message, suggestion })
}

fn actions(items: Vec<&str>) -> Result<Vec<String>, BadValue> {
    let mut out: Vec<String> = Vec::new();
    for item in items {
        let code = code(Field::Actions, item, codes::actions())?;
        if !out.contains(&code) {
            out.push(code);
        }
    }
    match out.iter().find(|a| !a.contains('.')) {
        Some(alone) if out.len() > 1 => {
            let message = format!("`{alone}` stands alone: leave it out, or the others");
            Err(BadValue { field: Field::Actions, why: Wrong::Company(alone.clone()), message, suggestion: None })
        }
        _ => Ok(out),
    }
}

fn data_types(items: Vec<&str>) -> Result<Vec<String>, BadValue> {
    let find = |item| code(Field::DataTypes, item, codes::data_types());
    let mut out = items.into_iter().map(find).collect::<Result<Vec<_>, _>>()?;
    out.sort();
    out.dedup();
    Ok(out)
}

/// An amount with the currency's code or sign before or after it.
fn money(text: &str) -> Option<Money> {
    const SIGNS: [(&str, &str); 9] = [
        ("円", "JPY"),
        ("¥", "JPY"),
        ("米ドル", "USD"),
        ("ドル", "USD"),
        ("$", "USD"),
        ("€", "EUR"),
        ("ユーロ", "EUR"),
        ("£", "GBP"),
        ("ビットコイン", "BTC"),
    ];
    let folded = fold(text).text;
    let is_amount = |c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | '万' | '億');
    let start = folded.find(|c: char| c.is_ascii_digit())?;
    let tail = folded.get(start..)?;
    let end = tail.find(|c: char| !is_amount(c)).unwrap_or(tail.len());
    let digits = tail.get(..end)?;
    let unit = format!("{}{}", folded.get(..start)?, tail.get(end..)?);
    let unit = unit.trim();
    let letters = (3..=5).contains(&unit.len()) && unit.bytes().all(|b| b.is_ascii_alphabetic());
    let currency = match SIGNS.iter().find(|(sign, _)| *sign == unit) {
        Some((_, code)) => (*code).to_owned(),
        None if letters => unit.to_ascii_uppercase(),
        None => return None,
    };
    let (number, factor) = match (digits.strip_suffix('万'), digits.strip_suffix('億')) {
        (Some(d), _) => (d, 1e4),
        (_, Some(d)) => (d, 1e8),
        _ => (digits, 1.0),
    };
    let amount = number.replace(',', "").parse::<f64>().ok()? * factor;
    Some(Money { amount, currency })
}

/// A written day.
fn day(text: &str) -> Option<NaiveDate> {
    match moment(text)? {
        Moment::Day(day) => Some(day),
        _ => None,
    }
}

/// A written moment: with `-`, `/` or 年月日 between its parts, a clock time after a space or `T`.
fn moment(text: &str) -> Option<Moment> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text.trim()) {
        return Some(Moment::Minute(in_tokyo(&time))).map(|m| m.to_string()).and_then(|m| m.parse().ok());
    }
    let folded =
        fold(text).text.replace(['/', '年', '月'], "-").replace('日', " ").replace('時', ":").replace('分', "");
    let text = folded.trim();
    let (date, clock) = match text.split_once([' ', 'T', 't']) {
        Some((date, clock)) => (date, Some(clock.trim())),
        None => (text, None),
    };
    let mut parts = date.trim_end_matches('-').split('-');
    let year = parts.next().filter(|y| y.len() == 4)?.to_owned();
    let padded = |p: &str| format!("{p:0>2}");
    let rest: Vec<String> = parts.map(padded).collect();
    let mut written = [&[year], rest.as_slice()].concat().join("-");
    if let Some(clock) = clock {
        let (hour, minute) = clock.split_once(':')?;
        let minute = if minute.is_empty() { "00" } else { minute };
        written = format!("{written}T{}:{}", padded(hour), padded(minute));
    }
    written.parse().ok()
}

fn period(text: &str) -> Option<Period> {
    let ends = text.split_once("..").or_else(|| text.split_once(['~', '〜', '～', '…']));
    let Some((from, to)) = ends else {
        let from = moment(text)?;
        return Some(Period { from, to: Some(from) });
    };
    let from = moment(from)?;
    let to = if to.trim().is_empty() { None } else { Some(moment(to)?) };
    let ordered = to.is_none_or(|to| from.first_day() <= to.last_day());
    ordered.then_some(Period { from, to })
}

/// A value given as JSON: read as the record does, its words held to the vocabularies.
fn from_json(field: Field, text: &str) -> Result<Value, BadValue> {
    let bad = |why: String| BadValue {
        field,
        message: format!("the JSON is not understood ({why}): write {}", allowed(field)),
        why: Wrong::Json(why),
        suggestion: None,
    };
    let mut value: Value = serde_json::from_str(text).map_err(|e| bad(e.to_string()))?;
    if field == Field::Timeline {
        value = timeline(&value).map_err(bad)?;
    }
    let mut facts = Facts::default();
    facts.set(field, &value).map_err(|e| bad(e.to_string()))?;
    if let Some(Affected { lo: Some(lo), hi: Some(hi), .. }) = facts.affected
        && lo > hi
    {
        return Err(bad(format!("{lo} is more than {hi}")));
    }
    match field {
        Field::Actions => facts.actions = actions(facts.actions.iter().map(String::as_str).collect())?,
        Field::DataTypes => facts.data_types = data_types(facts.data_types.iter().map(String::as_str).collect())?,
        _ => {}
    }
    facts.get(field).map_err(|e| bad(e.to_string()))
}

/// Events with what their `at` says of them filled in.
fn timeline(value: &Value) -> Result<Value, String> {
    let list = value.as_array().ok_or("it is no array")?;
    let mut events = Vec::new();
    for item in list {
        let read = |key: &str| match item.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(s)) => s.parse::<Moment>().map(Some).map_err(|e| e.to_string()),
            Some(other) => Err(format!("{other} is no moment")),
        };
        let at = read("at")?.ok_or("an event needs an `at`")?;
        let text = item.get("text").and_then(Value::as_str).ok_or("an event needs a `text`")?;
        let until = read("until")?;
        let last = until.unwrap_or(at);
        let hi = if let Moment::Minute(_) = last { Some(last) } else { last.last_day().map(Moment::Day) };
        let lo = if let Moment::Minute(_) = at { Some(at) } else { at.first_day().map(Moment::Day) };
        let stated = match at {
            Moment::Year(_) => Precision::Year,
            Moment::Month(..) => Precision::Month,
            Moment::Day(_) => Precision::Day,
            Moment::Minute(_) => Precision::Minute,
        };
        let given = |key: &str| item.get(key).filter(|v| !v.is_null()).cloned();
        let own = |e: serde_json::Error| e.to_string();
        events.push(Event {
            at,
            until,
            lo: read("lo")?.or(lo).unwrap_or(at),
            hi: if item.get("hi").is_some() { read("hi")? } else { hi },
            precision: given("precision").map_or(Ok(stated), serde_json::from_value).map_err(own)?,
            approx: given("approx").map_or(Ok(false), serde_json::from_value).map_err(own)?,
            span: given("span").map_or(Ok(Span::new(0, 0)), serde_json::from_value).map_err(own)?,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        });
    }
    serde_json::to_value(&events).map_err(|e| e.to_string())
}

/// The kind that a corrected value names.
pub fn kind_of(value: &Value) -> Option<Kind> {
    value.as_str().and_then(Kind::from_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(field: Field, text: &str) -> Value {
        parse_value(field, text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    #[test]
    fn values_are_read_as_people_write_them() {
        let affected =
            json!({"count": 1200, "unit": "people", "lo": 1200, "hi": 1200, "modifier": "approx", "approx": true});
        for (field, text, value) in [
            (Field::Kind, "Claim", json!("claim")),
            (Field::Org, "  株式会社 若宮\n印刷 ", json!("株式会社 若宮 印刷")),
            (Field::Org, "[仮] 若宮印刷", json!("[仮] 若宮印刷")),
            (Field::CaseNo, "#２０２４-217", json!("2024-217")),
            (Field::Published, "2024/5/8", json!("2024-05-08")),
            (Field::Published, "2024年5月8日", json!("2024-05-08")),
            (Field::Actions, "error.loss, Error.Misdelivery、error.loss", json!(["error.loss", "error.misdelivery"])),
            (Field::Actions, "[\"error.loss\"]", json!(["error.loss"])),
            (Field::DataTypes, "name,address", json!(["address", "name"])),
            (Field::Affected, "約1,200人", affected.clone()),
            (Field::Affected, &affected.to_string(), affected),
            (Field::Money, "150万円", json!({"amount": 1_500_000.0, "currency": "JPY"})),
            (Field::Money, "USD 20.5", json!({"amount": 20.5, "currency": "USD"})),
            (Field::Exposure, "suspected", json!("suspected")),
            (Field::SecondaryDamage, "none_found", json!("none_found")),
            (Field::Ppc, "yes", json!(true)),
            (Field::Police, "false", json!(false)),
            (Field::Occurred, "2024-05-01..2024-05-03", json!({"from": "2024-05-01", "to": "2024-05-03"})),
            (Field::Occurred, "2024-05", json!({"from": "2024-05", "to": "2024-05"})),
            (Field::Occurred, "2024/5/1 3:05～", json!({"from": "2024-05-01T03:05", "to": null})),
            (Field::Discovered, "2024年5月1日 15時", json!("2024-05-01T15:00")),
            (Field::Discovered, "2024-05-01T00:30:00Z", json!("2024-05-01T09:30")),
            (Field::Follows, "2024-05-01, 2024/5/9", json!(["2024-05-01", "2024-05-09"])),
            (Field::Gang, "", Value::Null),
            (Field::Affected, " null ", Value::Null),
        ] {
            assert_eq!(read(field, text), value, "{field}={text}");
        }
    }

    #[test]
    fn a_timeline_is_given_as_json_and_filled_in() {
        let events =
            read(Field::Timeline, r#"[{"at":"2024-05","text":"紛失  した"},{"at":"2024-05-28T12:30","text":"x"}]"#);
        assert_eq!((&events[0]["lo"], &events[0]["hi"]), (&json!("2024-05-01"), &json!("2024-05-31")));
        assert_eq!((&events[0]["precision"], &events[0]["text"]), (&json!("month"), &json!("紛失 した")));
        assert_eq!((&events[1]["hi"], &events[1]["span"]), (&json!("2024-05-28T12:30"), &json!([0, 0])));
        assert_eq!(written(Field::Timeline, &events), "2 events");
    }

    #[test]
    fn errors_name_what_is_allowed_and_the_nearest_word() {
        for (field, text, expected) in [
            (
                Field::Kind,
                "clain",
                "kind: `clain` is not understood: write incident, claim or other, or nothing for \
                unknown; did you mean `claim`?",
            ),
            (Field::Actions, "loss", "did you mean `error.loss`?"),
            (Field::Actions, "error.loss,unknown", "`unknown` stands alone"),
            (Field::DataTypes, "adress", "did you mean `address`?"),
            (Field::Published, "2024-05", "write a day, as 2024-05-28"),
            (Field::Published, "2024-02-30", "write a day"),
            (Field::Occurred, "2024-05-03..2024-05-01", "write a moment or two"),
            (Field::Affected, "many", "1200 people"),
            (Field::Money, "5", "as 1500000 JPY"),
            (Field::Ppc, "maybe", "true or false"),
            (Field::Org, "a\u{202e}b", "can't hold"),
            (Field::CaseNo, "217", "as 2024-217"),
            (Field::Affected, "{\"count\":1}", "the JSON is not understood"),
            (Field::Timeline, "2024-05-28 found", "a JSON array"),
            (Field::Timeline, "[{\"text\":\"x\"}]", "needs an `at`"),
        ] {
            let error = parse_value(field, text).unwrap_err().to_string();
            assert!(error.contains(expected), "{field}={text}: {error}");
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for (field, text) in [
            (Field::Occurred, "2024-05-01..2024-05-03"),
            (Field::Occurred, "2024-05.."),
            (Field::Discovered, "2024-05-28T12:30"),
            (Field::Money, "20.5 USD"),
            (Field::Actions, "error.loss,error.misdelivery"),
            (Field::Affected, "at most 500 records"),
            (Field::Ppc, "true"),
            (Field::Follows, "2024-05-01,2024-05-09"),
            (Field::Org, "若宮印刷"),
            (Field::Kind, "other"),
        ] {
            assert_eq!(written(field, &read(field, text)), text);
        }
        assert_eq!(written(Field::Org, &Value::Null), "unknown");
        assert_eq!(written(Field::Affected, &json!("odd")), "\"odd\"");
    }

    #[test]
    fn every_field_says_what_is_allowed() {
        assert!(Field::ALL.into_iter().all(|f| !allowed(f).is_empty()));
    }
}
