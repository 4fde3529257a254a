//! The rules of the configuration, read as queries and tags: for `ingest`, which lets them act, and `config check`.

use crate::config::{Config, ConfigError};
use crate::jobs::rules::Rule;
use crate::query;
use chrono::NaiveDate;
use std::path::Path;

/// The rules that are right, and what is wrong with the others.
pub(super) fn compiled(config: &Config, path: &Path, today: NaiveDate) -> (Vec<Rule>, Vec<ConfigError>) {
    let (mut rules, mut problems) = (Vec::new(), Vec::new());
    for (i, rule) in config.rules.iter().enumerate() {
        let before = config.rules.get(..i).unwrap_or_default();
        let tags = rule.check(before, path);
        let query = query::parse(&rule.query.text, today).map_err(|e| {
            let message = format!("wrong query of rule `{}`: {e}", rule.name.text);
            rule.wrong(&rule.query, e.at.start, message, path)
        });
        match (tags, query) {
            (Ok(tags), Ok(query)) => rules.push(Rule { name: rule.name.text.trim().to_owned(), query, tags }),
            (tags, query) => problems.extend(tags.err().into_iter().chain(query.err())),
        }
    }
    (rules, problems)
}
