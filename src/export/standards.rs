//! What our codes are in the vocabularies of VERIS, STIX and MISP (`assets/standards`), and names that stay the same from
//! export to export.

use crate::domain::{Exposure, Kind, Record, Status, Unit};
use crate::text::hex;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const ACTIONS: &str = include_str!("../../assets/standards/actions.toml");
const DATA_TYPES: &str = include_str!("../../assets/standards/data_types.toml");

/// What a code of an action is elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Our code.
    pub code: String,
    /// VERIS: the member of `action`.
    pub category: String,
    /// VERIS: the variety.
    pub variety: String,
    /// VERIS: the vector, where the category has one.
    pub vector: Option<String>,
    /// VERIS: the target of a social action.
    pub target: Option<String>,
    /// VERIS: who acts, where nothing says more.
    pub actor: String,
    /// VERIS: integrity attributes that come with it.
    #[serde(default)]
    pub integrity: Vec<String>,
    /// VERIS: availability attributes that come with it.
    #[serde(default)]
    pub availability: Vec<String>,
    /// STIX and MISP: the type of incident.
    pub incident_type: String,
}

/// What a code of a kind of data is elsewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataType {
    /// VERIS: the variety of data.
    pub veris: String,
    /// STIX and MISP: the type of information.
    pub information: String,
}

#[derive(Default, Deserialize)]
struct Actions {
    action: Vec<Action>,
}

static TABLE: LazyLock<Vec<Action>> = LazyLock::new(|| toml::from_str::<Actions>(ACTIONS).unwrap_or_default().action);
static DATA: LazyLock<BTreeMap<String, DataType>> = LazyLock::new(|| toml::from_str(DATA_TYPES).unwrap_or_default());

/// Every action that is something elsewhere, in the order of the table.
pub fn actions() -> &'static [Action] {
    &TABLE
}

/// What the record's actions are, in its order; `unknown` is nothing elsewhere.
pub fn actions_of(record: &Record) -> impl Iterator<Item = &'static Action> {
    record.facts.actions.iter().filter_map(|code| TABLE.iter().find(|a| a.code == *code))
}

/// The types of incident of its actions, as STIX and MISP name them, each once.
pub fn incident_types(record: &Record) -> Vec<&'static str> {
    sorted_once(actions_of(record).map(|a| a.incident_type.as_str()))
}

/// Its kinds of data in another vocabulary, each once.
pub fn data_types_of(record: &Record, named: fn(&DataType) -> &str) -> Vec<&'static str> {
    sorted_once(record.facts.data_types.iter().filter_map(|code| data_type(code)).map(named))
}

fn sorted_once(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether it happened, as the incident core extension words it.
pub fn determination(record: &Record) -> &'static str {
    match (record.kind, record.facts.exposure) {
        (Kind::Other, _) => "false-positive",
        (Kind::Claim, _) | (_, Some(Exposure::Suspected)) => "suspected",
        (Kind::Incident, _) => "confirmed",
    }
}

/// How far its triage has come, as the incident core extension words it.
pub fn investigation_status(record: &Record) -> &'static str {
    match record.triage.status {
        Status::New => "new",
        Status::Open => "open",
        Status::Done | Status::Dismissed => "closed",
    }
}

/// How many people, records or accounts are stated to be affected.
pub fn records_affected(record: &Record) -> Option<u64> {
    record.facts.affected.filter(|a| matches!(a.unit, Unit::People | Unit::Records | Unit::Accounts))?.count
}

/// What a kind of data is.
pub fn data_type(code: &str) -> Option<&'static DataType> {
    DATA.get(code)
}

/// Kinds of data, by our code.
pub fn data_types() -> &'static BTreeMap<String, DataType> {
    &DATA
}

/// A UUID that is the same for the same thing, whoever exports it: of the form of version 4, its bits from SHA-256.
pub fn uuid(kind: &str, parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"jikenbo\0");
    for part in std::iter::once(&kind).chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut bits = hash.finalize();
    for (i, byte) in bits.iter_mut().enumerate() {
        match i {
            6 => *byte = *byte & 0x0F | 0x40,
            8 => *byte = *byte & 0x3F | 0x80,
            _ => {}
        }
    }
    let digits = hex(bits);
    [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digits.get(part).unwrap_or_default()).join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon;

    #[test]
    fn every_code_is_something_elsewhere() {
        let codes: Vec<&str> = actions().iter().map(|a| a.code.as_str()).collect();
        let ours: Vec<&str> =
            lexicon::codes::actions().iter().map(String::as_str).filter(|c| *c != "unknown").collect();
        assert_eq!(codes, ours);
        let ours: Vec<&String> = lexicon::codes::data_types().iter().collect();
        assert_eq!(data_types().keys().collect::<Vec<_>>(), ours);
    }

    #[test]
    fn a_name_is_the_same_again_and_of_version_four() {
        let one = uuid("incident", &["4k7v0m2xq9hd"]);
        assert_eq!(one, uuid("incident", &["4k7v0m2xq9hd"]));
        assert_ne!(uuid("a", &["bc"]), uuid("ab", &["c"]));
        let groups: Vec<usize> = one.split('-').map(str::len).collect();
        assert_eq!(groups, [8, 4, 4, 4, 12]);
        assert!(one.split('-').nth(2).unwrap().starts_with('4'));
    }
}
