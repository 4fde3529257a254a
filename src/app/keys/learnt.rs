//! Which keys an analyst knows by now: those used often enough make room in the footer for others. What is known is kept
//! in the state file; how far the others have come is this run's.

use super::actions::Action;
use std::collections::{BTreeMap, BTreeSet};

/// Uses after which a key is taken to be known.
const ENOUGH: u8 = 12;

/// How often each action's keys were used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    used: BTreeMap<&'static str, u8>,
}

impl Learnt {
    /// Notes a use; gives the hint's name if the key has become known by it.
    pub fn used(&mut self, action: Action) -> Option<&'static str> {
        let entry = action.entry().filter(|e| e.footer > 0)?;
        let n = self.used.entry(entry.place).or_default();
        *n = n.saturating_add(1);
        (*n == ENOUGH).then_some(entry.place)
    }
}

/// Tells whether a key is known, by what is kept.
pub fn knows(hints: &BTreeSet<String>, action: Action) -> bool {
    action.entry().is_some_and(|e| hints.contains(e.place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_after_some_uses() {
        let mut learnt = Learnt::default();
        let told: Vec<(u8, &str)> = (1..=200).filter_map(|n| learnt.used(Action::Tag).map(|hint| (n, hint))).collect();
        assert_eq!(told, [(ENOUGH, "key.tag")]);
        assert_eq!((1..=20).find_map(|_| learnt.used(Action::Down)), None);
        let hints = BTreeSet::from(["key.tag".to_owned()]);
        assert!(knows(&hints, Action::Tag) && !knows(&hints, Action::Query));
    }
}
