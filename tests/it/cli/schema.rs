//! The published schema of the record against records: the example's and exported ones.

use super::House;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../assets/schema/incident.schema.json")).unwrap()
}

fn example() -> Value {
    serde_json::from_str(include_str!("../../../assets/schema/incident.example.json")).unwrap()
}

/// What breaks the schema, by path: the words of JSON Schema that ours uses, and no others.
fn breaches(root: &Value, node: &Value, value: &Value, at: &str, out: &mut Vec<String>) {
    let Value::Object(words) = node else { return };
    for (word, rule) in words {
        let sound = match word.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "properties" | "required" | "additionalProperties" | "propertyNames" if !value.is_object() => true,
            "items" | "minItems" | "maxItems" if !value.is_array() => true,
            "$ref" => {
                let target = rule.as_str().unwrap().strip_prefix('#').unwrap();
                breaches(root, root.pointer(target).unwrap(), value, at, out);
                true
            }
            "oneOf" => rule.as_array().unwrap().iter().filter(|r| fits(root, r, value)).count() == 1,
            "enum" => rule.as_array().unwrap().contains(value),
            "type" => match rule {
                Value::Array(names) => names.iter().any(|n| is_a(value, n)),
                name => is_a(value, name),
            },
            "minimum" => value.as_f64().is_none_or(|v| v >= rule.as_f64().unwrap()),
            "pattern" => {
                let pattern = regex::Regex::new(rule.as_str().unwrap()).unwrap();
                value.as_str().is_none_or(|s| pattern.is_match(s))
            }
            "minItems" => value.as_array().unwrap().len() as u64 >= rule.as_u64().unwrap(),
            "maxItems" => value.as_array().unwrap().len() as u64 <= rule.as_u64().unwrap(),
            "items" => {
                for (i, item) in value.as_array().unwrap().iter().enumerate() {
                    breaches(root, rule, item, &format!("{at}[{i}]"), out);
                }
                true
            }
            "required" => rule.as_array().unwrap().iter().all(|k| value.get(k.as_str().unwrap()).is_some()),
            "properties" | "additionalProperties" | "propertyNames" => {
                members(root, words, word, rule, value.as_object().unwrap(), at, out);
                true
            }
            other => panic!("the schema uses `{other}`, which this test does not know"),
        };
        if !sound {
            out.push(format!("{at}: {word} {rule} does not hold for {value}"));
        }
    }
}

fn members(
    root: &Value,
    words: &Map<String, Value>,
    word: &str,
    rule: &Value,
    object: &Map<String, Value>,
    at: &str,
    out: &mut Vec<String>,
) {
    let named = words.get("properties").and_then(Value::as_object);
    for (key, value) in object {
        let at = format!("{at}.{key}");
        let known = named.is_some_and(|n| n.contains_key(key));
        match (word, rule) {
            ("properties", _) if known => breaches(root, &rule[key.as_str()], value, &at, out),
            ("additionalProperties", Value::Bool(false)) if !known => out.push(format!("{at}: no such property")),
            ("additionalProperties", _) if !known => breaches(root, rule, value, &at, out),
            ("propertyNames", _) => breaches(root, rule, &Value::String(key.clone()), &at, out),
            _ => {}
        }
    }
}

fn fits(root: &Value, node: &Value, value: &Value) -> bool {
    let mut out = Vec::new();
    breaches(root, node, value, "", &mut out);
    out.is_empty()
}

fn is_a(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other}"),
    }
}

fn assert_fits(value: &Value) {
    let (schema, mut out) = (schema(), Vec::new());
    breaches(&schema, &schema, value, "", &mut out);
    assert!(out.is_empty(), "{out:#?}");
}

#[test]
fn the_example_has_every_property_and_is_a_record() {
    assert_fits(&example());
    let keys = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&example()), keys(&schema()["properties"]));
    let record: jikenbo::domain::Record = serde_json::from_value(example()).unwrap();
    assert_eq!(serde_json::to_value(&record).unwrap(), example(), "nothing is lost on the way");
}

#[test]
fn what_is_wrong_breaks_the_schema() {
    let schema = schema();
    for (pointer, value) in [
        ("/kind", "accident".into()),
        ("/org", 5.into()),
        ("/published", "2024/05/31".into()),
        ("/affected/unit", "persons".into()),
        ("/timeline/0/precision", "second".into()),
        ("/source/bytes", serde_json::json!([1])),
        ("/id", "i".into()),
    ] {
        let mut record = example();
        *record.pointer_mut(pointer).unwrap() = value;
        assert!(!fits(&schema, &schema, &record), "{pointer}");
    }
    let mut record = example();
    record.as_object_mut().unwrap().remove("tags");
    assert!(!fits(&schema, &schema, &record));
}

#[test]
fn exported_records_fit_the_schema() {
    let house = House::furnished();
    house.ok(&["tag", "+a/b", "--", "誤送信"]);
    let lines = house.ok(&["export", "kind:any", "status:any", "--format", "ndjson"]);
    assert_eq!(lines.lines().count(), 3);
    for line in lines.lines() {
        assert_fits(&serde_json::from_str(line).unwrap());
    }
    let demo: Value = example();
    assert_eq!(demo["evidence"]["org"], serde_json::json!([[0, 9]]));
}
