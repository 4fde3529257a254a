//! What the parser found out about one entry: values, and the proof of each.

use super::count::{Affected, Money};
use super::date::{Moment, Period, Precision};
use super::span::Span;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A field of the incident record that evidence, confidence, corrections and reviews speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the record's own names, documented at `Facts`
pub enum Field {
    Kind,
    CaseNo,
    Org,
    Title,
    Published,
    Actions,
    Affected,
    Money,
    DataTypes,
    Exposure,
    SecondaryDamage,
    Ppc,
    Police,
    ThirdParty,
    Occurred,
    Discovered,
    Timeline,
    Follows,
    Gang,
}

impl Field {
    /// Every field, in the order in which the detail pane shows them.
    pub const ALL: [Field; 19] = [
        Field::Kind,
        Field::CaseNo,
        Field::Org,
        Field::Title,
        Field::Published,
        Field::Actions,
        Field::Affected,
        Field::Money,
        Field::ThirdParty,
        Field::Exposure,
        Field::DataTypes,
        Field::SecondaryDamage,
        Field::Occurred,
        Field::Discovered,
        Field::Ppc,
        Field::Police,
        Field::Follows,
        Field::Gang,
        Field::Timeline,
    ];

    /// The field's name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::CaseNo => "case_no",
            Self::Org => "org",
            Self::Title => "title",
            Self::Published => "published",
            Self::Actions => "actions",
            Self::Affected => "affected",
            Self::Money => "money",
            Self::DataTypes => "data_types",
            Self::Exposure => "exposure",
            Self::SecondaryDamage => "secondary_damage",
            Self::Ppc => "ppc",
            Self::Police => "police",
            Self::ThirdParty => "third_party",
            Self::Occurred => "occurred",
            Self::Discovered => "discovered",
            Self::Timeline => "timeline",
            Self::Follows => "follows",
            Self::Gang => "gang",
        }
    }

    /// Tells whether its value is a name or a headline, which words are looked for in.
    pub fn is_name(self) -> bool {
        matches!(self, Self::Org | Self::Title | Self::ThirdParty | Self::Gang)
    }

    /// What stands in the record where the text does not say: false, an empty list or null.
    pub fn unstated(self) -> Value {
        match self {
            Self::Ppc | Self::Police => Value::Bool(false),
            Self::Actions | Self::DataTypes | Self::Timeline | Self::Follows => Value::Array(Vec::new()),
            _ => Value::Null,
        }
    }

    /// The field of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.as_str() == name)
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How sure the parser is of a value; `high` is meant to be right in at least 98 of 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Confidence {
    Low,
    Medium,
    High,
}

impl Confidence {
    /// The level's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Whether data came into other hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    /// Stated as a fact.
    Confirmed,
    /// Possible, or data stood open with no viewing stated.
    Suspected,
    /// Stated that nothing leaked, or an outage or pure loss of data.
    None,
}

impl Exposure {
    /// The value's name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Suspected => "suspected",
            Self::None => "none",
        }
    }

    /// The value of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Confirmed, Self::Suspected, Self::None].into_iter().find(|e| e.as_str() == name)
    }
}

/// Whether misuse of the data is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondaryDamage {
    /// Looked for, none known.
    NoneFound,
    /// Misuse happened.
    Found,
}

impl SecondaryDamage {
    /// The value's name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoneFound => "none_found",
            Self::Found => "found",
        }
    }
}

/// One dated happening of an incident's chronology.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The stated moment, resolved.
    pub at: Moment,
    /// The end of a stated range.
    pub until: Option<Moment>,
    /// First day or minute that it may mean, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`.
    pub lo: Moment,
    /// Last day or minute that it may mean; `None` is open.
    pub hi: Option<Moment>,
    /// How finely the text states it.
    pub precision: Precision,
    /// True for 頃, ごろ, 約.
    pub approx: bool,
    /// The bytes of `text` that state the date.
    pub span: Span,
    /// What happened: the clause that the date belongs to, white space collapsed.
    pub text: String,
}

/// Everything that one entry states, as the parser reads it. `None`, empty or false where the text does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Serial number of the blog's case, as `2024-217`.
    pub case_no: Option<String>,
    /// The organisation that reports.
    pub org: Option<String>,
    /// The headline without marker, organisation and date.
    pub title: Option<String>,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// VERIS 1.4 action varieties in snake case, most important first.
    pub actions: Vec<String>,
    /// The total affected.
    pub affected: Option<Affected>,
    /// Value stolen.
    pub money: Option<Money>,
    /// Kinds of data, sorted codes.
    pub data_types: Vec<String>,
    /// Whether data came into other hands.
    pub exposure: Option<Exposure>,
    /// Whether misuse is known.
    pub secondary_damage: Option<SecondaryDamage>,
    /// A report to the 個人情報保護委員会 was made.
    pub ppc: bool,
    /// The police were told.
    pub police: bool,
    /// Contractor, vendor, subsidiary or platform where it happened.
    pub third_party: Option<String>,
    /// When the incident itself happened or the data stood open.
    pub occurred: Option<Period>,
    /// When the organisation first noticed or was told.
    pub discovered: Option<Moment>,
    /// The chronology in text order.
    pub timeline: Vec<Event>,
    /// Days of earlier releases that it continues.
    pub follows: Vec<NaiveDate>,
    /// The ransomware gang of a claim.
    pub gang: Option<String>,
    /// Proof: byte ranges of the entry's text by field.
    pub evidence: BTreeMap<Field, Vec<Span>>,
    /// How sure the parser is, by field.
    pub confidence: BTreeMap<Field, Confidence>,
    /// The rule that found the value, by field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: BTreeMap<Field, String>,
    /// What an analyst should look at twice.
    pub warnings: Vec<String>,
}

impl Facts {
    /// A field's value in the record's form, null where the text does not say; [`Field::Kind`] is the record's own and
    /// null here.
    ///
    /// # Errors
    /// Fails where a value can't be JSON.
    pub fn get(&self, field: Field) -> serde_json::Result<Value> {
        fn some<T: Serialize>(value: &Option<T>) -> serde_json::Result<Value> {
            serde_json::to_value(value)
        }
        fn list<T: Serialize>(value: &[T]) -> serde_json::Result<Value> {
            if value.is_empty() { Ok(Value::Null) } else { serde_json::to_value(value) }
        }
        let flag = |set: bool| Ok(if set { Value::Bool(true) } else { Value::Null });
        match field {
            Field::Kind => Ok(Value::Null),
            Field::CaseNo => some(&self.case_no),
            Field::Org => some(&self.org),
            Field::Title => some(&self.title),
            Field::Published => some(&self.published),
            Field::Actions => list(&self.actions),
            Field::Affected => some(&self.affected),
            Field::Money => some(&self.money),
            Field::DataTypes => list(&self.data_types),
            Field::Exposure => some(&self.exposure),
            Field::SecondaryDamage => some(&self.secondary_damage),
            Field::Ppc => flag(self.ppc),
            Field::Police => flag(self.police),
            Field::ThirdParty => some(&self.third_party),
            Field::Occurred => some(&self.occurred),
            Field::Discovered => some(&self.discovered),
            Field::Timeline => list(&self.timeline),
            Field::Follows => list(&self.follows),
            Field::Gang => some(&self.gang),
        }
    }

    /// Gives a field a value in the record's form; null is "the text does not say".
    ///
    /// # Errors
    /// Fails where the value has another form, and leaves the field as it was.
    pub fn set(&mut self, field: Field, value: &Value) -> serde_json::Result<()> {
        fn put<T: serde::de::DeserializeOwned + Default>(slot: &mut T, value: &Value) -> serde_json::Result<()> {
            *slot = if value.is_null() { T::default() } else { T::deserialize(value)? };
            Ok(())
        }
        match field {
            Field::Kind => Ok(()),
            Field::CaseNo => put(&mut self.case_no, value),
            Field::Org => put(&mut self.org, value),
            Field::Title => put(&mut self.title, value),
            Field::Published => put(&mut self.published, value),
            Field::Actions => put(&mut self.actions, value),
            Field::Affected => put(&mut self.affected, value),
            Field::Money => put(&mut self.money, value),
            Field::DataTypes => put(&mut self.data_types, value),
            Field::Exposure => put(&mut self.exposure, value),
            Field::SecondaryDamage => put(&mut self.secondary_damage, value),
            Field::Ppc => put(&mut self.ppc, value),
            Field::Police => put(&mut self.police, value),
            Field::ThirdParty => put(&mut self.third_party, value),
            Field::Occurred => put(&mut self.occurred, value),
            Field::Discovered => put(&mut self.discovered, value),
            Field::Timeline => put(&mut self.timeline, value),
            Field::Follows => put(&mut self.follows, value),
            Field::Gang => put(&mut self.gang, value),
        }
    }

    /// Notes where a value comes from: its spans, the rule that found it, and how sure the rule is.
    pub fn prove(&mut self, field: Field, spans: impl IntoIterator<Item = Span>, confidence: Confidence, rule: &str) {
        let list = self.evidence.entry(field).or_default();
        for s in spans {
            if !list.contains(&s) {
                list.push(s);
            }
        }
        if list.is_empty() {
            self.evidence.remove(&field);
        }
        self.confidence.insert(field, confidence);
        self.rules.insert(field, rule.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_set_to_what_it_gives() {
        let record = include_str!("../../assets/schema/incident.example.json");
        let facts: Facts = serde_json::from_str(record).unwrap();
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.as_str()), Some(field));
            let value = facts.get(field).unwrap();
            let mut other = Facts::default();
            assert_eq!(other.get(field).unwrap(), Value::Null);
            other.set(field, &value).unwrap();
            assert_eq!(other.get(field).unwrap(), value, "{field}");
            other.set(field, &Value::Null).unwrap();
            assert_eq!(other, Facts::default());
            other.set(field, &field.unstated()).unwrap();
            assert_eq!(other, Facts::default());
            assert!(field == Field::Kind || other.set(field, &serde_json::json!({"x": 1})).is_err(), "{field}");
        }
    }
}
