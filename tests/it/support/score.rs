//! Scores what the parser reads against labelled entries, field by field: precision and recall over all entries of kind
//! incident, and how often a value that is told with high confidence is right. Labels are one JSON object a line.

use jikenbo::domain::ParsedDocument;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use unicode_normalization::UnicodeNormalization;

/// Right, wrong and missed values of a field.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    right: usize,
    wrong: usize,
    missed: usize,
    /// What differs: where, the label, what was read.
    pub misses: Vec<String>,
}

impl Tally {
    fn sets(&mut self, gold: &[String], got: &[String], at: &str) {
        let mut rest = got.to_vec();
        let mut right = 0;
        for value in gold {
            if let Some(i) = rest.iter().position(|v| v == value) {
                rest.remove(i);
                right += 1;
            }
        }
        self.right += right;
        self.missed += gold.len() - right;
        self.wrong += rest.len();
        if right < gold.len() || !rest.is_empty() {
            self.misses.push(format!("{at}: {gold:?}, read {got:?}"));
        }
    }

    fn exact(&mut self, gold: &Value, got: &Value, at: &str) {
        if gold == got {
            self.right += 1;
        } else {
            self.wrong += 1;
            self.missed += 1;
            self.misses.push(format!("{at}: {gold}, read {got}"));
        }
    }

    /// The harmonic mean of precision and recall; 1 where there is nothing to find and nothing was found.
    pub fn f1(&self) -> f64 {
        let all = 2 * self.right + self.wrong + self.missed;
        if all == 0 { 1.0 } else { 2.0 * self.right as f64 / all as f64 }
    }
}

/// Reads labels.
pub fn labels(jsonl: &str) -> Vec<Value> {
    jsonl.lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// The entries of a document as records are printed.
pub fn records(name: &str, document: &ParsedDocument) -> Vec<Value> {
    let record = |e: &jikenbo::domain::ParsedEntry| {
        let mut record = serde_json::to_value(&e.facts).unwrap();
        record["doc"] = json!(name);
        record["line"] = json!(e.line);
        record["kind"] = json!(e.kind);
        record
    };
    document.entries.iter().map(record).collect()
}

/// Every label with the record that it labels: of the same document, its headline at most a line away.
fn pairs<'a>(gold: &'a [Value], records: &'a [Value]) -> (Vec<(&'a Value, Option<&'a Value>)>, usize) {
    let mut used = BTreeSet::new();
    let line = |v: &Value| v["line"].as_i64().unwrap();
    let mut pair = |g: &'a Value| {
        let mut best: Option<(i64, usize)> = None;
        for (i, r) in records.iter().enumerate().filter(|(_, r)| r["doc"] == g["doc"]) {
            let gap = (line(r) - line(g)).abs();
            if gap <= 1 && !used.contains(&i) && best.is_none_or(|(b, _)| gap < b) {
                best = Some((gap, i));
            }
        }
        used.extend(best.map(|(_, i)| i));
        (g, best.map(|(_, i)| &records[i]))
    };
    let pairs = gold.iter().map(&mut pair).collect();
    (pairs, records.len() - used.len())
}

/// The score of every field.
pub fn score(gold: &[Value], records: &[Value]) -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let (pairs, stray) = pairs(gold, records);
    let found = pairs.iter().filter(|(_, r)| r.is_some()).count();
    tallies
        .insert("segmentation", Tally { right: found, wrong: stray, missed: pairs.len() - found, misses: Vec::new() });
    for (g, r) in pairs {
        let at = format!("{}:{}", g["doc"].as_str().unwrap(), g["line"]);
        let r = r.unwrap_or(&Value::Null);
        tallies.entry("kind").or_default().exact(&g["kind"], &r["kind"], &at);
        match g["kind"].as_str() {
            Some("claim") => tallies.entry("claim_org").or_default().exact(&plain(&g["org"]), &plain(&r["org"]), &at),
            Some("incident") => incident(g, r, &at, &mut tallies),
            _ => {}
        }
    }
    tallies
}

fn incident(g: &Value, r: &Value, at: &str, tallies: &mut BTreeMap<&'static str, Tally>) {
    let mut exact = |name, gold: &Value, got: &Value| tallies.entry(name).or_default().exact(gold, got, at);
    for name in ["case_no", "published", "exposure", "secondary_damage"] {
        exact(name, &g[name], &r[name]);
    }
    for name in ["ppc", "police"] {
        exact(name, &g[name], &r[name]);
    }
    for name in ["org", "title"] {
        exact(name, &plain(&g[name]), &plain(&r[name]));
    }
    exact("primary_action", &g["actions"][0], &r["actions"][0]);
    exact("affected", &g["affected"]["count"], &r["affected"]["count"]);
    let (want, got) = (plain(&g["third_party"]), plain(&r["third_party"]));
    exact("third_party", &want, if names_the_same(&want, &got) { &want } else { &got });
    exact("discovered", &day(&g["discovered"]), &day(&r["discovered"]));
    exact("occurred", &day(&g["occurred"]["from"]), &day(&r["occurred"]["from"]));
    let mut sets = |name, gold: Vec<String>, got: Vec<String>| tallies.entry(name).or_default().sets(&gold, &got, at);
    for name in ["actions", "data_types", "follows"] {
        sets(name, strings(&g[name]), strings(&r[name]));
    }
    sets("timeline_day", moments(&g["timeline"], true), moments(&r["timeline"], true));
    sets("timeline_strict", moments(&g["timeline"], false), moments(&r["timeline"], false));
}

/// The mean over all fields but the splitting.
pub fn macro_f1(tallies: &BTreeMap<&'static str, Tally>) -> f64 {
    let fields: Vec<f64> = tallies.iter().filter(|(name, _)| **name != "segmentation").map(|(_, t)| t.f1()).collect();
    fields.iter().sum::<f64>() / fields.len() as f64
}

/// How many values that are told with this confidence are right, and how many there are, with those that are wrong.
pub fn confidence(gold: &[Value], records: &[Value], level: &str) -> (usize, usize, Vec<String>) {
    let (mut right, mut total, mut wrong) = (0, 0, Vec::new());
    for (g, r) in pairs(gold, records).0.into_iter().filter(|(g, _)| g["kind"] == "incident") {
        let Some(r) = r else { continue };
        for (field, _) in r["confidence"].as_object().unwrap().iter().filter(|(_, l)| *l == level) {
            let (good, all) = values(field, g, r);
            (right, total) = (right + good, total + all);
            if good < all {
                wrong.push(format!("{}:{} {field}: {}, read {}", g["doc"], g["line"], g[field], r[field]));
            }
        }
    }
    (right, total, wrong)
}

/// How many of a field's values are right, and how many there are.
fn values(field: &str, g: &Value, r: &Value) -> (usize, usize) {
    let (want, got) = match field {
        "timeline" => (moments(&g[field], true), moments(&r[field], true)),
        "actions" | "data_types" | "follows" => (strings(&g[field]), strings(&r[field])),
        _ => return (usize::from(is_right(field, &g[field], &r[field])), 1),
    };
    let mut tally = Tally::default();
    tally.sets(&want, &got, "");
    (tally.right, got.len())
}

fn is_right(field: &str, want: &Value, got: &Value) -> bool {
    match field {
        "org" | "title" => plain(want) == plain(got),
        "third_party" => names_the_same(&plain(want), &plain(got)),
        "affected" => want["count"] == got["count"],
        "money" => want["amount"] == got["amount"],
        "occurred" => day(&want["from"]) == day(&got["from"]),
        "discovered" => day(want) == day(got),
        _ => want == got,
    }
}

/// 委託業者 names the same as …の委託業者.
fn names_the_same(a: &Value, b: &Value) -> bool {
    let (a, b) = (a.as_str().unwrap_or_default(), b.as_str().unwrap_or_default());
    !a.is_empty() && !b.is_empty() && (a.contains(b) || b.contains(a))
}

/// A text without white space, in one width and case.
fn plain(text: &Value) -> Value {
    let text: String = text.as_str().unwrap_or_default().nfkc().filter(|c| !c.is_whitespace()).collect();
    json!(text.to_lowercase())
}

/// The day of a moment.
fn day(moment: &Value) -> Value {
    moment.as_str().filter(|m| !m.is_empty()).map_or(Value::Null, |m| json!(m.get(..10).unwrap_or(m)))
}

fn strings(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|v| v.as_str().unwrap_or_default().to_owned()).collect()
}

fn moments(events: &Value, days: bool) -> Vec<String> {
    let at = |e: &Value| if days { day(&e["at"]) } else { e["at"].clone() };
    events.as_array().into_iter().flatten().map(|e| at(e).as_str().unwrap_or_default().to_owned()).collect()
}
