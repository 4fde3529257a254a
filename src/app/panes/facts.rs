//! An incident's facts in words: what the detail pane lists, line by line, with what each rests on.

use crate::app::panes::timeline::{Wait, waits};
use crate::domain::{Affected, Bound, Confidence, Facts, Field, Money, Period, Record, Span, Verdict};
use crate::lang::{Lang, grouped};
use serde_json::Value;

/// One fact, ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct FactRow {
    /// Which field.
    pub field: Field,
    /// Its name in the interface's language.
    pub label: &'static str,
    /// Its value in words.
    pub value: String,
    /// How sure the parser is.
    pub confidence: Option<Confidence>,
    /// An analyst's value stands in its place.
    pub corrected: bool,
    /// An analyst's verdict.
    pub verdict: Option<Verdict>,
    /// The bytes of the text that it rests on.
    pub evidence: Vec<Span>,
}

/// The fields in the order of the pane: what is asked first stands first.
pub const ORDER: [Field; 18] = [
    Field::Affected,
    Field::Actions,
    Field::ThirdParty,
    Field::Exposure,
    Field::Occurred,
    Field::Discovered,
    Field::Published,
    Field::DataTypes,
    Field::Money,
    Field::SecondaryDamage,
    Field::Ppc,
    Field::Police,
    Field::Gang,
    Field::Follows,
    Field::Org,
    Field::Title,
    Field::CaseNo,
    Field::Kind,
];

/// All facts of an incident that have a value.
pub fn rows(record: &Record, lang: Lang) -> Vec<FactRow> {
    ORDER.into_iter().filter_map(|field| row(record, field, lang)).collect()
}

fn row(record: &Record, field: Field, lang: Lang) -> Option<FactRow> {
    // What is not used is still shown, so that the verdict can be seen and taken back.
    let rejected = || told(field, record.triage.rejected.get(&field)?, lang);
    let stated = match field {
        // What every incident has is told only where an analyst said so.
        Field::Kind => record.triage.corrections.get(&field).map(|_| {
            let name = record.kind.as_str();
            lang.get(&format!("kind.{name}")).unwrap_or(name).to_owned()
        }),
        _ => value(&record.facts, field, lang).filter(|v| !v.is_empty()),
    };
    // A field that was corrected to unknown has a row too.
    let unknown = || record.triage.corrections.get(&field).map(|_| lang.text("ui.fact.unknown").to_owned());
    let value = stated.or_else(rejected).filter(|v| !v.is_empty()).or_else(unknown)?;
    let good = |s: &Span| s.of(&record.text).is_some_and(|t| !t.is_empty());
    let trimmed = |s: &Span| {
        let text = s.of(&record.text).unwrap_or_default();
        let start = s.start + text.len() - text.trim_start().len();
        Span::new(start, start + text.trim().len())
    };
    let evidence = record.facts.evidence.get(&field).map(|e| e.iter().map(trimmed).filter(good).collect());
    Some(FactRow {
        field,
        label: label(field, lang),
        value,
        confidence: record.facts.confidence.get(&field).copied(),
        corrected: record.triage.corrections.contains_key(&field),
        verdict: record.triage.reviewed.get(&field).copied(),
        evidence: evidence.unwrap_or_default(),
    })
}

/// A value in the record's form, in words; `None` where it says nothing.
pub fn told(field: Field, stated: &Value, lang: Lang) -> Option<String> {
    if field == Field::Kind {
        let name = stated.as_str()?;
        return Some(lang.get(&format!("kind.{name}")).unwrap_or(name).to_owned());
    }
    let mut facts = Facts::default();
    facts.set(field, stated).ok()?;
    value(&facts, field, lang).filter(|v| !v.is_empty())
}

/// A field's name in the interface's language.
pub fn label(field: Field, lang: Lang) -> &'static str {
    lang.get(&format!("field.{field}")).unwrap_or(field.as_str())
}

fn value(f: &Facts, field: Field, lang: Lang) -> Option<String> {
    let word = |group: &str, name: &str| lang.get(&format!("{group}.{name}")).unwrap_or_default().to_owned();
    Some(match field {
        Field::Kind => return None,
        Field::CaseNo => format!("#{}", f.case_no.as_ref()?),
        Field::Org => f.org.clone()?,
        Field::Title => f.title.clone()?,
        Field::Published => published(f, lang)?,
        Field::Actions => listed(f.actions.iter().map(|a| action(a, lang)), lang),
        Field::Affected => affected(f.affected.as_ref()?, lang),
        Field::Money => money(f.money.as_ref()?),
        Field::DataTypes => {
            let told = |t: &String| lang.get(&format!("data_type.{t}")).map_or_else(|| t.clone(), str::to_owned);
            listed(f.data_types.iter().map(told), lang)
        }
        Field::Exposure => word("exposure", f.exposure?.as_str()),
        Field::SecondaryDamage => word("secondary", f.secondary_damage?.as_str()),
        Field::Ppc => f.ppc.then(|| lang.text("ui.fact.ppc").to_owned())?,
        Field::Police => f.police.then(|| lang.text("ui.fact.police").to_owned())?,
        Field::ThirdParty => f.third_party.clone()?,
        Field::Occurred => period(f.occurred.as_ref()?),
        Field::Discovered => discovered(f, lang)?,
        Field::Timeline => return None,
        Field::Follows => f.follows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        Field::Gang => f.gang.clone()?,
    })
}

fn listed(items: impl Iterator<Item = String>, lang: Lang) -> String {
    let gap = if lang == Lang::Ja { "、" } else { " " };
    items.collect::<Vec<_>>().join(gap)
}

/// An action in the interface's language; English shows the code, which is English.
fn action(code: &str, lang: Lang) -> String {
    let name = code.rsplit('.').next().unwrap_or(code);
    let told = || lang.get(&format!("action_name.{code}")).or_else(|| lang.get(&format!("action_name.{name}")));
    if lang == Lang::En { code.to_owned() } else { told().unwrap_or(code).to_owned() }
}

/// When it was noticed, and how long that took.
fn discovered(facts: &Facts, lang: Lang) -> Option<String> {
    let at = facts.discovered?;
    let told = moment(&at.to_string());
    let took = facts.occurred.and_then(|_| waited(facts, &[Wait::TO_DISCOVERY], lang));
    Some(match took {
        Some(days) => format!("{told} ({})", lang.fill("ui.fact.since_occurrence", &[("days", &days)])),
        None => told,
    })
}

/// When it was published, and how long after it was noticed, or else happened.
fn published(facts: &Facts, lang: Lang) -> Option<String> {
    let day = facts.published?;
    let key = if facts.discovered.is_some() { "ui.fact.since_discovery" } else { "ui.fact.since_occurrence" };
    let took = waited(facts, &[Wait::FROM_DISCOVERY, Wait::FROM_OCCURRENCE], lang);
    let took = took.map(|days| lang.fill(key, &[("days", &days)]));
    Some(took.map_or_else(|| day.to_string(), |took| format!("{day} ({took})")))
}

/// How long it took, as the timeline tells it: both stand on one screen.
fn waited(facts: &Facts, which: &[&str], lang: Lang) -> Option<String> {
    let wait = waits(facts, lang).into_iter().find(|w| which.contains(&w.key))?;
    Some(wait.gap.words(lang))
}

fn moment(text: &str) -> String {
    text.replace('T', " ")
}

/// A period; its end leaves out the year, or the day, that it shares with the beginning.
fn period(p: &Period) -> String {
    let from = p.from.to_string();
    match p.to {
        Some(to) if to == p.from => moment(&from),
        Some(to) => {
            let to = to.to_string();
            let shared = ["T", "-"].iter().find_map(|sep| {
                let (head, rest) = to.split_once(sep)?;
                from.starts_with(&format!("{head}{sep}")).then_some(rest)
            });
            format!("{} … {}", moment(&from), moment(shared.unwrap_or(&to)))
        }
        None => format!("{} …", moment(&from)),
    }
}

fn money(m: &Money) -> String {
    if m.amount.fract() == 0.0 && m.amount >= 0.0 && m.amount < 1e15 {
        format!("{} {}", grouped(m.amount as u64), m.currency)
    } else {
        format!("{} {}", m.amount, m.currency)
    }
}

/// The total in words: `about 2,150,000 people`.
pub fn affected(a: &Affected, lang: Lang) -> String {
    let units = if a.count == Some(1) { "unit_one" } else { "unit" };
    let unit = lang.get(&format!("{units}.{}", a.unit)).unwrap_or_default();
    let number = match (a.count, a.lo, a.hi) {
        (Some(n), ..) => grouped(n),
        (None, Some(lo), Some(hi)) => format!("{}-{}", grouped(lo), grouped(hi)),
        (None, Some(lo), None) => format!("{}+", grouped(lo)),
        (None, None, Some(hi)) => format!("0-{}", grouped(hi)),
        (None, None, None) => "?".to_owned(),
    };
    let bound = if a.bound() == Bound::Vague && a.approx { Bound::About } else { a.bound() };
    lang.fill(bound.wording(), &[("n", &number), ("unit", unit)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::sample;
    use crate::domain::{Correction, Modifier, Unit};

    #[test]
    fn facts_come_with_proof_and_without_empty_ones() {
        let rows = rows(&sample::record(1), Lang::En);
        let told: Vec<(&str, &str)> = rows.iter().map(|r| (r.label, r.value.as_str())).collect();
        assert_eq!(told.first(), Some(&("affected", "96 records")));
        assert!(told.contains(&("discovered", "2024-05-28 (+2 d)")));
        assert!(told.contains(&("published", "2024-06-06 (+9 d)")));
        assert!(told.contains(&("exposure", "suspected")));
        assert!(!told.iter().any(|(l, _)| *l == "gang"));
        assert!(rows.iter().all(|r| !r.value.is_empty()));
        assert!(rows.iter().find(|r| r.field == Field::DataTypes).is_some_and(|r| r.corrected));
    }

    #[test]
    fn rejected_and_unknown_values_are_still_listed() {
        let mut record = sample::record(1);
        record.triage.rejected.insert(Field::Affected, serde_json::to_value(record.facts.affected).unwrap());
        record.triage.reviewed.insert(Field::Affected, Verdict::Rejected);
        record.facts.affected = None;
        let unknown = Correction { value: Value::Null, parsed: "x".into(), by: "kei".into(), at: String::new() };
        record.triage.corrections.insert(Field::Gang, unknown.clone());
        record.triage.corrections.insert(Field::Kind, unknown);
        let rows = rows(&record, Lang::En);
        let row = |field| rows.iter().find(|r| r.field == field).map(|r| (r.value.as_str(), r.corrected, r.verdict));
        assert_eq!(row(Field::Affected), Some(("96 records", false, Some(Verdict::Rejected))));
        assert_eq!(row(Field::Gang), Some(("unknown", true, None)));
        assert_eq!(row(Field::Kind), Some(("incident", true, None)));
    }

    #[test]
    fn codes_are_told_in_the_interfaces_language() {
        let rows = rows(&sample::record(1), Lang::Ja);
        let value = |field| rows.iter().find(|r| r.field == field).map(|r| r.value.as_str());
        assert_eq!(value(Field::Actions), Some("ランサムウェア"));
        assert_eq!(value(Field::DataTypes), Some("住所、氏名、車両"));
    }

    #[test]
    fn the_end_of_a_period_leaves_out_what_it_shares() {
        let told = |from: &str, to: &str| period(&Period { from: from.parse().unwrap(), to: to.parse().ok() });
        assert_eq!(told("2024-02-15T21:00", "2024-02-16T08:35"), "2024-02-15 21:00 … 02-16 08:35");
        assert_eq!(told("2024-02-15T21:00", "2024-02-15T23:35"), "2024-02-15 21:00 … 23:35");
        assert_eq!(told("2023-12-28", "2024-01-06"), "2023-12-28 … 2024-01-06");
        assert_eq!(told("2024", "2024-01-06"), "2024 … 2024-01-06");
    }

    #[test]
    fn totals_are_told_with_their_bounds() {
        let base =
            Affected { count: Some(2000), unit: Unit::People, lo: None, hi: None, modifier: None, approx: false };
        assert_eq!(affected(&base, Lang::En), "2,000 people");
        assert_eq!(affected(&Affected { modifier: Some(Modifier::Max), ..base }, Lang::En), "up to 2,000 people");
        let above = Affected { modifier: Some(Modifier::Min), lo: Some(2001), ..base };
        assert_eq!(affected(&above, Lang::En), "more than 2,000 people");
        assert_eq!(affected(&Affected { approx: true, ..base }, Lang::En), "about 2,000 people");
        let vague = Affected { count: None, lo: Some(100), hi: Some(999), modifier: Some(Modifier::Vague), ..base };
        assert_eq!(affected(&vague, Lang::En), "100-999 people");
    }
}
