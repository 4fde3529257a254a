//! Facts in words of the report's language.

use super::words;
use crate::domain::{Affected, Field, Record, Verdict};
use crate::lang::{Lang, grouped};

/// The value of a field in one line, or `None` where the record does not say.
pub(super) fn value(record: &Record, field: Field, lang: Lang) -> Option<String> {
    let facts = &record.facts;
    let list =
        |items: Vec<String>| (!items.is_empty()).then(|| items.join(if lang == Lang::Ja { "、" } else { ", " }));
    match field {
        Field::Actions => list(facts.actions.iter().map(|a| action(a, lang)).collect()),
        Field::DataTypes => {
            list(facts.data_types.iter().map(|t| word("data_type", t, lang).replace('_', " ")).collect())
        }
        Field::Affected => facts.affected.as_ref().map(|a| affected(a, lang)),
        Field::Exposure => facts.exposure.map(|e| word("exposure", e.as_str(), lang)),
        Field::SecondaryDamage => facts.secondary_damage.map(|d| word("secondary", d.as_str(), lang)),
        Field::Ppc => facts.ppc.then(|| lang.text("ui.fact.ppc").to_owned()),
        Field::Police => facts.police.then(|| lang.text("ui.fact.police").to_owned()),
        Field::Kind => words::value(record, field).map(|_| word("kind", record.kind.as_str(), lang)),
        _ => words::value(record, field),
    }
}

/// As [`value`]; a field without one that an analyst had a say on is told as unknown.
pub(super) fn value_or_unknown(record: &Record, field: Field, lang: Lang) -> Option<String> {
    let judged = record.triage.corrections.contains_key(&field) || record.triage.rejected.contains_key(&field);
    let unknown = || (judged && field != Field::Timeline).then(|| lang.text("ui.fact.unknown").to_owned());
    value(record, field, lang).or_else(unknown)
}

/// How sure a fact is and what analysts said of it.
pub(super) fn standing(r: &Record, field: Field, lang: Lang) -> String {
    let mut parts = Vec::new();
    if let Some(correction) = r.triage.corrections.get(&field) {
        parts.push(lang.fill("report.corrected", &[("by", &words::one_line(&correction.by))]));
    } else if let Some(confidence) = r.facts.confidence.get(&field).filter(|_| !r.triage.rejected.contains_key(&field))
    {
        parts.push(word("confidence", confidence.as_str(), lang));
    }
    parts.extend(r.triage.reviewed.get(&field).map(|v| {
        let key = if *v == Verdict::Accepted { "ui.fact.accepted" } else { "ui.fact.rejected" };
        lang.text(key).trim().to_owned()
    }));
    parts.join(", ")
}

/// A word of a vocabulary; the code itself where the language has none.
pub(super) fn word(group: &str, name: &str, lang: Lang) -> String {
    lang.get(&format!("{group}.{name}")).unwrap_or(name).to_owned()
}

/// An action in words.
pub(super) fn action(code: &str, lang: Lang) -> String {
    let name = code.rsplit('.').next().unwrap_or(code);
    let told = lang.get(&format!("action_name.{code}")).or_else(|| lang.get(&format!("action_name.{name}")));
    told.unwrap_or(code).to_owned()
}

/// The total affected in words.
pub(super) fn affected(a: &Affected, lang: Lang) -> String {
    if lang == Lang::En {
        return words::affected(a);
    }
    let end = |n: Option<u64>| n.map(grouped).unwrap_or_default();
    let number = a.count.map_or_else(|| format!("{}–{}", end(a.lo), end(a.hi)), grouped);
    lang.fill(a.bound().wording(), &[("n", &number), ("unit", &word("unit", a.unit.as_str(), lang))])
}
