//! Rules: tags for what an ingest adds or changes, by queries of the configuration. Given compiled rules by `cli ingest`
//! after the documents are stored; what they do stands in the log like any other change.

use crate::domain::{Actor, Change, Command, Key, Tag};
use crate::query::Query;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashSet;

/// A rule, ready to act.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// What it finds.
    pub query: Query,
    /// What it tags them with.
    pub tags: Vec<Tag>,
}

impl Rule {
    /// The name under which it acts.
    pub fn analyst(&self) -> String {
        format!("rule:{}", self.name)
    }
}

/// Lets every rule act on those of the incidents that it finds and has not acted on before, in the order of the rules,
/// and gives what the log says of each that did something.
///
/// # Errors
/// Fails when the store fails; what earlier rules did stays.
pub fn act(
    store: &mut Store,
    rules: &[Rule],
    touched: &[Key],
    uid: u32,
    at: DateTime<Utc>,
) -> Result<Vec<(String, String)>, StoreError> {
    let mut said = Vec::new();
    if touched.is_empty() {
        return Ok(said);
    }
    let touched: HashSet<Key> = touched.iter().copied().collect();
    for rule in rules {
        let found = store.search(&rule.query)?;
        let keys: Vec<Key> = found.keys.iter().copied().filter(|k| touched.contains(k)).collect();
        let change = Change::Tag { add: rule.tags.clone(), remove: Vec::new() };
        let command = Command { change, targets: store.ids(&keys)? };
        let applied = store.apply_once(&command, &Actor { name: rule.analyst(), uid }, at)?;
        if applied.changed > 0 {
            said.push((rule.analyst(), applied.summary));
        }
    }
    Ok(said)
}
