//! The codes of actions and kinds of data (`assets/lexicon/codes.toml`); `query` holds the values of its fields to them.

use super::built_in;
use serde::Deserialize;
use std::sync::LazyLock;

const SOURCE: &str = include_str!("../../assets/lexicon/codes.toml");

static CODES: LazyLock<Codes> = LazyLock::new(|| built_in("codes", SOURCE));

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Codes {
    actions: Vec<String>,
    data_types: Vec<String>,
}

/// The VERIS action varieties that a record may hold, in snake case.
pub fn actions() -> &'static [String] {
    &CODES.actions
}

/// The groups of actions (`error`), in the order of their first member.
pub fn action_groups() -> Vec<&'static str> {
    let mut groups: Vec<&str> = CODES.actions.iter().filter_map(|a| Some(a.split_once('.')?.0)).collect();
    groups.dedup();
    groups
}

/// The kinds of data that a record may hold, sorted.
pub fn data_types() -> &'static [String] {
    &CODES.data_types
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_codes_are_there_and_sorted() {
        assert!(toml::from_str::<Codes>(SOURCE).is_ok());
        assert_eq!(action_groups(), ["malware", "hacking", "social", "misuse", "physical", "error"]);
        assert_eq!(data_types().len(), 30);
        assert!(data_types().is_sorted());
    }
}
