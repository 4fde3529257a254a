//! The rows of the list where it is grouped and where it is not: what a row shows, where an incident stands, what is
//! folded, and what acts on a header are done to.

use super::groups::{Folds, Row, Spot};
use super::list::{Chosen, List, Targets};
use crate::domain::Key;
use crate::domain::grouping::GroupSpan;
use std::collections::HashSet;

impl List {
    /// Tells whether the hits stand in groups.
    pub fn is_grouped(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Rows of the list: incidents that are not folded away, and headers.
    pub fn len(&self) -> usize {
        if self.is_grouped() { self.groups.rows } else { self.incidents() }
    }

    /// What a row shows.
    pub fn row_at(&self, row: usize) -> Option<Row> {
        if self.is_grouped() { self.groups.at(row) } else { (row < self.incidents()).then_some(Row::Incident(row)) }
    }

    /// The incident of a row; `None` for a header.
    pub fn key_at(&self, row: usize) -> Option<Key> {
        match self.row_at(row)? {
            Row::Incident(index) => self.found.keys.get(index).copied(),
            Row::Head(_) => None,
        }
    }

    /// The row of a hit; of one that is folded away its group's header.
    pub fn row_of(&self, index: usize) -> usize {
        if self.is_grouped() { self.groups.row_of(index) } else { index }
    }

    /// Forgets what is folded, for groups by something else.
    pub(in crate::app) fn forget_folds(&mut self) {
        self.groups.forget();
    }

    /// A group.
    pub fn group(&self, group: usize) -> Option<&GroupSpan> {
        self.groups.span(group)
    }

    /// Tells whether a group is folded.
    pub fn is_folded(&self, group: usize) -> bool {
        self.groups.is_folded(group)
    }

    /// The group whose header the cursor stands on.
    pub fn head(&self) -> Option<usize> {
        match self.row_at(self.cursor)? {
            Row::Head(group) => Some(group),
            Row::Incident(_) => None,
        }
    }

    /// The group that the cursor is in.
    pub fn group_here(&self) -> Option<usize> {
        self.groups.of_row(self.cursor)
    }

    /// The incidents of a group.
    pub fn of_group(&self, group: usize) -> &[Key] {
        let span = self.group(group);
        span.and_then(|s| self.found.keys.get(s.start..s.start + s.len)).unwrap_or_default()
    }

    /// How far down the hits the cursor stands, from 1; at a header, where its group begins.
    pub fn place(&self) -> usize {
        match self.row_at(self.cursor) {
            Some(Row::Incident(index)) => index + 1,
            Some(Row::Head(group)) => self.group(group).map_or(0, |span| span.start + 1),
            None => 0,
        }
    }

    /// What the cursor stands on.
    pub(in crate::app) fn spot(&self, row: usize) -> Option<Spot> {
        Some(match self.row_at(row)? {
            Row::Head(group) => Spot::Group(self.group(group)?.label.clone()),
            Row::Incident(index) => Spot::Incident(self.found.keys.get(index).copied()?),
        })
    }

    /// The row of something, where the result still holds it.
    pub(super) fn row_of_spot(&self, spot: &Spot) -> Option<usize> {
        match spot {
            Spot::Incident(key) => self.found.keys.iter().position(|k| k == key).map(|index| self.row_of(index)),
            Spot::Group(label) => {
                let group = self.groups.spans.iter().position(|span| span.label == *label)?;
                Some(self.groups.start(group))
            }
        }
    }

    /// The hits of some rows, both ends included: of a folded header all of its group, of another one those below it. A
    /// header alone stands for its group.
    fn hits_between(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let of = |group: usize| self.group(group).map_or(0..0, |span| span.start..span.start + span.len);
        let first = match self.row_at(from) {
            Some(Row::Incident(index)) => index,
            Some(Row::Head(group)) => of(group).start,
            None => self.incidents(),
        };
        let behind = match self.row_at(to.min(self.len().saturating_sub(1))) {
            Some(Row::Incident(index)) => index + 1,
            Some(Row::Head(group)) if from == to || self.is_folded(group) => of(group).end,
            Some(Row::Head(group)) => of(group).start,
            None => 0,
        };
        first..behind.max(first)
    }

    /// The incidents of some rows, both ends included.
    pub(super) fn keys_between(&self, from: usize, to: usize) -> Vec<Key> {
        self.found.keys.get(self.hits_between(from, to)).unwrap_or_default().to_vec()
    }

    /// How many incidents the visual range holds.
    pub fn in_range(&self) -> Option<usize> {
        self.range().map(|(from, to)| self.hits_between(from, to).len())
    }

    /// What an act on the cursor's row is done to.
    pub(super) fn targets_here(&self) -> Targets {
        match self.head() {
            Some(group) => Targets { keys: self.of_group(group).to_vec(), from: Chosen::Group },
            None => Targets { keys: self.current().into_iter().collect(), from: Chosen::Cursor },
        }
    }

    /// Goes to the next row that is an incident or a folded group; at a header, behind its group.
    pub(in crate::app) fn step_over(&mut self) {
        let next = match self.head() {
            Some(group) => self.groups.start(group + 1),
            None => self.cursor + 1,
        };
        let unfolded = |row| matches!(self.row_at(row), Some(Row::Head(group)) if !self.is_folded(group));
        // Behind a group its neighbour's header is where one goes on from header to header.
        let skips = self.head().is_none() && unfolded(next) && next + 1 < self.len();
        self.go(next + usize::from(skips));
    }

    /// Folds the group that the cursor is in, or unfolds it; false where there is none.
    pub(in crate::app) fn fold_here(&mut self) -> bool {
        let Some(group) = self.group_here() else { return false };
        let Some(label) = self.group(group).map(|span| span.label.clone()) else { return false };
        self.groups.folds.turn(&label);
        self.groups.lay_out();
        self.visual = None;
        // The header stays where it is; the cursor goes to it.
        self.go(self.groups.start(group));
        true
    }

    /// Folds all groups, or unfolds them; the cursor stays in its group.
    pub(in crate::app) fn fold_all(&mut self, folded: bool) {
        let line = self.cursor.saturating_sub(self.top);
        let spot = self.spot(self.cursor);
        self.groups.folds = Folds { all: folded, except: HashSet::new() };
        self.groups.lay_out();
        self.visual = None;
        let row = spot.and_then(|spot| self.row_of_spot(&spot)).unwrap_or(0);
        self.go(row);
        self.top = self.cursor.saturating_sub(line);
    }

    /// Goes to an incident, and unfolds its group if need be; false where the result does not hold it.
    pub fn go_to_key(&mut self, key: Key) -> bool {
        let index = self.found.keys.iter().position(|k| *k == key);
        if let Some(index) = index {
            self.reveal(index);
        }
        index.is_some()
    }

    /// Goes to a hit, and unfolds its group if need be.
    pub(in crate::app) fn reveal(&mut self, index: usize) {
        if let Some(group) = self.groups.of_hit(index).filter(|g| self.is_folded(*g)) {
            let label = self.group(group).and_then(|span| span.label.clone());
            self.groups.folds.turn(&label);
            self.groups.lay_out();
            self.visual = None;
        }
        self.go(self.row_of(index));
    }
}

#[cfg(test)]
#[allow(clippy::field_reassign_with_default)]
mod tests {
    use super::*;
    use crate::domain::protocol::Found;
    use proptest::prelude::*;
    use std::sync::Arc;

    fn found(sizes: &[usize]) -> Found {
        let mut start = 0;
        let span = |(n, len): (usize, &usize)| {
            start += len;
            let label = Some(format!("g{n}"));
            GroupSpan { label, start: start - len, len: *len, people: 0, counted: 0, triaged: 0 }
        };
        let groups: Vec<GroupSpan> = sizes.iter().enumerate().map(span).collect();
        let keys = (0..start as i64).map(Key).collect();
        Found { keys: Arc::new(keys), groups: groups.into(), ..Found::default() }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
        #[test]
        fn every_row_is_a_header_or_an_incident_and_is_found_again(
            sizes in proptest::collection::vec(1usize..6, 1..8),
            folds in proptest::collection::vec(0usize..40, 0..6),
            all in any::<bool>(),
        ) {
            let mut list = List::default();
            list.page = 5;
            list.take(found(&sizes), None, false);
            if all {
                list.fold_all(true);
            }
            for at in folds {
                list.go(at);
                list.fold_here();
            }
            let mut rows = Vec::new();
            for group in 0..sizes.len() {
                rows.push(Row::Head(group));
                let span = list.group(group).unwrap();
                if !list.is_folded(group) {
                    rows.extend((span.start..span.start + span.len).map(Row::Incident));
                }
            }
            let told: Vec<Row> = (0..list.len()).filter_map(|row| list.row_at(row)).collect();
            prop_assert_eq!(&told, &rows);
            prop_assert_eq!(list.row_at(list.len()), None);
            for (row, what) in rows.iter().enumerate() {
                prop_assert_eq!(list.row_of_spot(&list.spot(row).unwrap()), Some(row));
                if let Row::Incident(index) = what {
                    prop_assert_eq!((list.row_of(*index), list.key_at(row)), (row, Some(Key(*index as i64))));
                }
            }
        }
    }

    #[test]
    fn a_refresh_keeps_cursor_marks_and_folds() {
        let mut list = List::default();
        list.page = 5;
        list.take(found(&[2, 3, 2]), None, false);
        list.go(3);
        list.fold_here();
        list.marks.insert(Key(6));
        list.go(6);
        assert_eq!(list.current(), Some(Key(6)));
        // Another incident came, under a group of its own at the top.
        let mut more = found(&[1, 2, 3, 2]);
        more.keys = Arc::new((0..8).map(|n| Key((n + 7) % 8)).collect());
        let names = ["new", "g0", "g1", "g2"];
        let groups = more.groups.iter().zip(names).map(|(g, name)| GroupSpan { label: Some(name.into()), ..g.clone() });
        more.groups = groups.collect::<Vec<_>>().into();
        list.take(more.clone(), None, true);
        assert_eq!((list.current(), list.cursor, list.marks.len()), (Some(Key(6)), 8, 1));
        assert!(list.is_folded(2) && !list.is_folded(1));
        list.go(5);
        assert_eq!(list.head(), Some(2));
        list.take(found(&[2, 3, 2]), None, true);
        assert_eq!((list.head(), list.cursor), (Some(1), 3));
        assert!(list.go_to_key(Key(3)) && list.current() == Some(Key(3)) && !list.is_folded(1));
    }
}
