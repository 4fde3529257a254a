//! Counts of what was affected, and money.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unit {
    /// Persons (人, 名).
    #[serde(rename = "people")]
    People,
    /// Records or cases (件).
    #[serde(rename = "records")]
    Records,
    /// User accounts (アカウント).
    #[serde(rename = "accounts")]
    Accounts,
    /// Households (世帯).
    #[serde(rename = "households")]
    Households,
    /// Companies and other organisations (社, 団体).
    #[serde(rename = "companies")]
    Companies,
    /// Schools (校).
    #[serde(rename = "schools")]
    Schools,
    /// Facilities and offices (施設, 事業所).
    #[serde(rename = "facilities")]
    Facilities,
    /// Files (ファイル).
    #[serde(rename = "files")]
    Files,
    /// Documents (文書, 冊, 部).
    #[serde(rename = "documents")]
    Documents,
    /// Sheets of paper (枚).
    #[serde(rename = "sheets")]
    Sheets,
    /// Mails and letters (通).
    #[serde(rename = "mails")]
    Mails,
    /// Devices (台).
    #[serde(rename = "devices")]
    Devices,
    /// Storage media (本, 個 of media).
    #[serde(rename = "media")]
    Media,
    /// Things not told apart further (個, 点).
    #[serde(rename = "items")]
    Items,
    /// Times that something happened (回).
    #[serde(rename = "times")]
    Times,
    /// Bitcoin.
    #[serde(rename = "BTC")]
    Btc,
    /// Yen.
    #[serde(rename = "JPY")]
    Jpy,
    /// US dollars.
    #[serde(rename = "USD")]
    Usd,
    /// Anything else.
    #[serde(rename = "other")]
    Other,
}

impl Unit {
    /// All, the usual ones first.
    pub const ALL: [Unit; 19] = [
        Self::People,
        Self::Records,
        Self::Accounts,
        Self::Households,
        Self::Companies,
        Self::Schools,
        Self::Facilities,
        Self::Files,
        Self::Documents,
        Self::Sheets,
        Self::Mails,
        Self::Devices,
        Self::Media,
        Self::Items,
        Self::Times,
        Self::Btc,
        Self::Jpy,
        Self::Usd,
        Self::Other,
    ];

    /// The unit's name in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Records => "records",
            Self::Accounts => "accounts",
            Self::Households => "households",
            Self::Companies => "companies",
            Self::Schools => "schools",
            Self::Facilities => "facilities",
            Self::Files => "files",
            Self::Documents => "documents",
            Self::Sheets => "sheets",
            Self::Mails => "mails",
            Self::Devices => "devices",
            Self::Media => "media",
            Self::Items => "items",
            Self::Times => "times",
            Self::Btc => "BTC",
            Self::Jpy => "JPY",
            Self::Usd => "USD",
            Self::Other => "other",
        }
    }

    /// The unit of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(serde_json::Value::String(name.to_owned())).ok()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a stated number bounds the true one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Modifier {
    /// About (約).
    Approx,
    /// At most (最大, 未満, 以下).
    Max,
    /// At least (以上, 超).
    Min,
    /// A vague word (数百, 十数).
    Vague,
    /// Counted repeatedly (延べ).
    Cumulative,
}

/// How many were affected: the stated number and the interval that it means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Affected {
    /// The stated number; `None` where the text is only vague (数百人).
    pub count: Option<u64>,
    /// What is counted.
    pub unit: Unit,
    /// Least that it may mean; `None` is open.
    pub lo: Option<u64>,
    /// Most that it may mean; `None` is open.
    pub hi: Option<u64>,
    /// How the number is qualified.
    pub modifier: Option<Modifier>,
    /// True where the text says about (約, ほど).
    pub approx: bool,
}

/// How a stated number is to be read; every listing words it from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The number itself.
    Exact,
    /// About the number (約).
    About,
    /// The number or fewer (最大, 以下).
    AtMost,
    /// Fewer than the number (未満).
    Below,
    /// The number or more (以上).
    AtLeast,
    /// More than the number (超).
    Above,
    /// Counted repeatedly (延べ).
    Cumulative,
    /// No number is stated, only a vague word (数百).
    Vague,
}

impl Bound {
    /// The ASCII sign before the number: `~ <= < >= >`, or nothing.
    pub fn sign(self) -> &'static str {
        match self {
            Self::About => "~",
            Self::AtMost => "<=",
            Self::Below => "<",
            Self::AtLeast => ">=",
            Self::Above => ">",
            Self::Exact | Self::Cumulative | Self::Vague => "",
        }
    }

    /// Key of its wording in the language files.
    pub fn wording(self) -> &'static str {
        match self {
            Self::About => "ui.affected.about",
            Self::AtMost => "ui.affected.max",
            Self::Below => "ui.affected.below",
            Self::AtLeast => "ui.affected.min",
            Self::Above => "ui.affected.above",
            Self::Cumulative => "ui.affected.cumulative",
            Self::Exact | Self::Vague => "ui.affected.plain",
        }
    }
}

impl Affected {
    /// How the stated number is to be read.
    pub fn bound(&self) -> Bound {
        let Some(count) = self.count else { return Bound::Vague };
        match self.modifier {
            Some(Modifier::Max) if self.hi.is_some_and(|hi| hi < count) => Bound::Below,
            Some(Modifier::Max) => Bound::AtMost,
            Some(Modifier::Min) if self.lo.is_some_and(|lo| lo > count) => Bound::Above,
            Some(Modifier::Min) => Bound::AtLeast,
            Some(Modifier::Cumulative) => Bound::Cumulative,
            Some(Modifier::Approx) => Bound::About,
            Some(Modifier::Vague) | None if self.approx => Bound::About,
            Some(Modifier::Vague) | None => Bound::Exact,
        }
    }
}

/// A sum of stolen or lost value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// The amount in units of `currency`.
    pub amount: f64,
    /// `BTC`, `JPY`, `USD` or another currency code.
    pub currency: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_is_not_at_least() {
        let n = |modifier, lo, hi| {
            Affected { count: Some(3000), unit: Unit::People, lo, hi, modifier: Some(modifier), approx: false }.bound()
        };
        assert_eq!(n(Modifier::Min, Some(3001), None), Bound::Above);
        assert_eq!(n(Modifier::Min, Some(3000), None), Bound::AtLeast);
        assert_eq!(n(Modifier::Max, None, Some(2999)), Bound::Below);
        assert_eq!(n(Modifier::Max, Some(0), Some(3000)), Bound::AtMost);
    }
}
