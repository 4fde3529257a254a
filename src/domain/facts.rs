//! What the parser found out about one entry: values, and the proof of each.

use super::count::{Affected, Money};
use super::date::{Moment, Period, Precision};
use super::span::Span;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A field of the incident record that evidence, confidence, corrections and reviews speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the record's own names, documented at `Facts`
pub enum Field {
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
    pub const ALL: [Field; 18] = [
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
