//! Which keys an analyst knows by now: those used often enough make room in the footer for others. The counts are kept
//! with what else the program remembers.

use super::actions::{Action, TABLE};
use std::collections::BTreeMap;

/// Uses after which a key is taken to be known.
const ENOUGH: u8 = 12;

/// How often each action's keys were used, up to [`ENOUGH`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learnt {
    used: BTreeMap<&'static str, u8>,
}

impl Learnt {
    /// What was remembered: names of actions and how often their keys were used. Unknown names are dropped.
    pub fn from_counts<'n>(counts: impl IntoIterator<Item = (&'n str, u8)>) -> Self {
        let known = |(name, n): (&str, u8)| Some((TABLE.iter().find(|e| e.name == name)?.name, n.min(ENOUGH)));
        Self { used: counts.into_iter().filter_map(known).collect() }
    }

    /// What is to be remembered.
    pub fn counts(&self) -> impl Iterator<Item = (&'static str, u8)> + '_ {
        self.used.iter().map(|(name, n)| (*name, *n))
    }

    /// Notes a use; true if the key has become known by it.
    pub fn used(&mut self, action: Action) -> bool {
        let Some(entry) = action.entry().filter(|e| e.footer > 0) else { return false };
        let n = self.used.entry(entry.name).or_default();
        let before = *n;
        *n = before.saturating_add(1).min(ENOUGH);
        before + 1 == ENOUGH
    }

    /// Tells whether a key is known.
    pub fn knows(&self, action: Action) -> bool {
        action.entry().and_then(|e| self.used.get(e.name)).is_some_and(|n| *n >= ENOUGH)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_after_some_uses_and_that_is_remembered() {
        let mut learnt = Learnt::default();
        let told: Vec<u8> = (1..=20).filter(|_| learnt.used(Action::Tag)).collect();
        assert_eq!(told, [ENOUGH]);
        assert!(learnt.knows(Action::Tag) && !learnt.knows(Action::Query));
        assert!(!learnt.used(Action::Down) && learnt.counts().count() == 1);
        let again = Learnt::from_counts(learnt.counts().chain([("no_such_action", 9)]));
        assert_eq!(again, learnt);
    }
}
