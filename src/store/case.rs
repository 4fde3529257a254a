//! Reads the incidents of one case with their facts: what a timeline of the case is drawn from. Called by `Store`.

use super::error::StoreError;
use super::links::Links;
use super::{Store, facts, read};
use crate::domain::Key;
use crate::domain::protocol::{CaseMember, CaseMembers};
use rusqlite::Connection;
use std::cmp::Reverse;

impl Store {
    /// The incidents of an incident's case: that one and the newest of the others, at most `most` in all.
    ///
    /// # Errors
    /// Reports what SQLite reports.
    pub fn case(&self, key: Key, most: usize) -> Result<CaseMembers, StoreError> {
        let members = self.connection.unchecked_transaction().map_err(StoreError::from);
        self.placed(members.and_then(|tx| members_of(&tx, key, most)))
    }
}

fn members_of(tx: &Connection, key: Key, most: usize) -> Result<CaseMembers, StoreError> {
    let mut found = Links::default().members(tx, key.0)?;
    if found.is_empty() {
        found.push((key.0, None));
    }
    let all = found.len();
    // The one that was asked for, then the newest.
    found.sort_unstable_by_key(|(incident, day)| (*incident != key.0, Reverse(*day), *incident));
    found.truncate(most.max(1));
    found.sort_unstable_by_key(|(incident, day)| (day.is_none(), *day, *incident));
    let keys: Vec<Key> = found.iter().map(|(incident, _)| Key(*incident)).collect();
    let mut members = Vec::with_capacity(keys.len());
    for key in keys {
        let Some(id) = read::ids(tx, &[key])?.pop() else { continue };
        members.push(CaseMember { key, id, facts: facts::read_all(tx, key.0)?.0 });
    }
    let more = all.saturating_sub(members.len());
    Ok(CaseMembers { members, more })
}

#[cfg(test)]
mod tests {
    use crate::domain::Key;
    use crate::store::testing::{all, entry, store_of};

    #[test]
    fn a_case_is_read_oldest_first_and_bounded() {
        let mut entries: Vec<_> = (0..6)
            .map(|n| entry(&format!("葦原{n}会"), &format!("件名{n}"), &format!("本文{n}は別の話です")))
            .collect();
        for (n, e) in entries.iter_mut().enumerate() {
            e.facts.published = format!("2024-05-{:02}", 20 - n).parse().ok();
            e.facts.case_no = (n < 5).then(|| "2024-77".to_owned());
        }
        entries[3].facts.published = None;
        let store = store_of(entries);
        let mut keys = all(&store);
        keys.sort();
        let told = |at: usize, most: usize| {
            let case = store.case(keys[at], most).unwrap();
            let orgs = case.members.iter().map(|m| m.facts.org.clone().unwrap_or_default()).collect::<Vec<_>>();
            (orgs, case.more)
        };
        let names = |list: &[usize]| list.iter().map(|n| format!("葦原{n}会")).collect::<Vec<_>>();
        assert_eq!(told(0, 50), (names(&[4, 2, 1, 0, 3]), 0));
        assert_eq!(told(4, 3), (names(&[4, 1, 0]), 2));
        assert_eq!(told(5, 50), (names(&[5]), 0));
        assert!(store.case(Key(999), 50).unwrap().members.is_empty());
    }
}
