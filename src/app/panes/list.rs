//! The list pane: the keys of the current result (up to millions), a cache of the rows around the cursor, marks and the
//! visual range. It asks only for rows that are or may soon be seen.

use crate::app::panes::groups::{Groups, Row, Spot};
use crate::domain::protocol::Found;
use crate::domain::{Key, ListRow};
use crate::lang::{Lang, grouped};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// Marked incidents; a million are marked with one key, so their numbers are hashed the short way.
pub type Marks = HashSet<Key, BuildHasherDefault<RowHasher>>;

/// Hashes a row number by one multiplication: the numbers are the store's own, nobody can choose them to collide.
#[derive(Default)]
pub struct RowHasher(u64);

impl Hasher for RowHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|b| self.write_u64(u64::from(*b)));
    }

    fn write_i64(&mut self, n: i64) {
        self.write_u64(n.cast_unsigned());
    }

    fn write_u64(&mut self, n: u64) {
        // The golden ratio spreads neighbours; the swap brings the well-mixed high bits to where the table looks.
        self.0 = (self.0 ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15).swap_bytes();
    }
}

/// The list's state.
#[derive(Debug, Default)]
pub struct List {
    /// The current result.
    pub found: Found,
    /// A result has arrived.
    pub loaded: bool,
    /// The cursor's row: headers of groups count.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    /// Rows that fit on the screen.
    pub page: usize,
    /// Marked incidents, in the view or not.
    pub marks: Marks,
    /// How many of them are in the view, where all of that is known.
    marked_here: usize,
    /// Counts the changes of the marks.
    pub marked_anew: u64,
    /// Where a visual range began, and its row.
    pub visual: Option<(Spot, usize)>,
    pub(super) groups: Groups,
    /// Where the cursor was sent beyond the first hits: it goes there once all are known.
    wish: Option<usize>,
    rows: HashMap<Key, (u64, ListRow)>,
    pending: HashSet<Key>,
    epoch: u64,
}

/// What an act is done to, and why these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    /// The incidents, in the list's order.
    pub keys: Vec<Key>,
    /// How they were chosen.
    pub from: Chosen,
}

/// How targets were chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The marked ones.
    Marks,
    /// The visual range.
    Range,
    /// The cursor's row.
    Cursor,
    /// So many from the cursor's row on.
    Next,
    /// All that the query finds.
    View,
    /// Those of the group whose header is the cursor's row.
    Group,
}

impl Targets {
    /// Who these are, in words.
    pub fn told(&self, lang: Lang) -> String {
        let n = self.keys.len();
        match self.from {
            Chosen::Marks => lang.count("ui.targets.marks", "ui.targets.marks_one", n, &[]),
            Chosen::Range => lang.count("ui.targets.range", "ui.targets.range_one", n, &[]),
            Chosen::Next => lang.count("ui.targets.next", "ui.targets.next_one", n, &[]),
            Chosen::Cursor => lang.text("ui.targets.cursor").to_owned(),
            Chosen::Group => lang.count("ui.targets.group", "ui.targets.group_one", n, &[]),
            Chosen::View => lang.count("ui.targets.view", "ui.targets.view_one", n, &[]),
        }
    }
}

impl List {
    /// How many of the old list's rows below (then above) a vanished cursor row are tried as its successor.
    const SUCCESSORS: usize = 256;

    /// Incidents in the view.
    pub fn incidents(&self) -> usize {
        self.found.keys.len()
    }

    /// Tells whether the view holds nothing.
    pub fn is_empty(&self) -> bool {
        self.found.keys.is_empty()
    }

    /// How many incidents are in the view, in words: `200+` where only the first are known.
    pub fn count(&self) -> String {
        let more = if self.found.early { "+" } else { "" };
        format!("{}{more}", grouped(self.incidents() as u64))
    }

    /// The cursor's incident; none on a group's header.
    pub fn current(&self) -> Option<Key> {
        self.key_at(self.cursor)
    }

    /// A row, where it is cached.
    pub fn row(&self, key: Key) -> Option<&ListRow> {
        self.rows.get(&key).map(|(_, row)| row)
    }

    /// All rows at hand.
    pub fn rows(&self) -> impl Iterator<Item = &ListRow> {
        self.rows.values().map(|(_, row)| row)
    }

    /// The nearest incident above another, headers and what is folded away passed over.
    pub fn above(&self, key: Key) -> Option<Key> {
        let row = self.row_of_spot(&Spot::Incident(key))?;
        (0..row).rev().find_map(|row| self.key_at(row))
    }

    /// Moves the cursor to a row, or the nearest there is.
    pub fn go(&mut self, index: usize) {
        self.wish = (self.found.early && index >= self.len()).then_some(index);
        self.stay_inside(index);
    }

    fn stay_inside(&mut self, index: usize) {
        self.cursor = index.min(self.len().saturating_sub(1));
    }

    /// Moves the cursor down (or up) by rows.
    pub fn step(&mut self, rows: isize) {
        self.go(self.cursor.saturating_add_signed(rows));
    }

    /// Scrolls as little as brings the cursor onto the page.
    pub fn settle(&mut self, page: usize) {
        self.page = page.max(1);
        self.stay_inside(self.cursor);
        self.top = self.top.min(self.len().saturating_sub(self.page));
        if self.cursor < self.top {
            self.top = self.cursor;
        } else if self.cursor >= self.top + self.page {
            self.top = self.cursor + 1 - self.page;
        }
    }

    /// Takes all hits after the first ones of the same search, which stay where they are.
    pub fn complete(&mut self, found: Found) {
        if !found.groups.is_empty() || !found.keys.starts_with(&self.found.keys) {
            return self.take(found, None, true);
        }
        self.found = found;
        self.count_marks();
        if let Some(index) = self.wish.take() {
            self.go(index);
        }
    }

    /// Takes a new result, as [`List::take_at`], on the cursor's own line.
    pub fn take(&mut self, found: Found, anchor: Option<Key>, same_query: bool) {
        self.take_at(found, anchor, None, same_query);
    }

    /// Takes a new result. The cursor stays on `anchor` (else on its own incident) where the result still holds it; else,
    /// if the query is the same as before, it goes to the nearest neighbour, else to the top. It stands on `back_on` of
    /// the screen's lines, else on the one it had; but what is found anew is shown from its top where that shows the
    /// cursor.
    pub fn take_at(&mut self, found: Found, anchor: Option<Key>, back_on: Option<usize>, same_query: bool) {
        let line = back_on.unwrap_or(self.cursor.saturating_sub(self.top));
        let wanted = anchor.map(Spot::Incident).or_else(|| self.spot(self.cursor));
        let successor = if same_query { self.successor(&found.keys) } else { None };
        let was_grouped = self.is_grouped();
        self.groups.take(&found.groups);
        self.found = found;
        self.count_marks();
        self.loaded = true;
        let place = wanted.and_then(|spot| self.row_of_spot(&spot));
        let place = place.or_else(|| successor.map(|index| self.row_of(index)));
        self.cursor = place.unwrap_or_else(|| self.first_incident());
        let visual = self.visual.take();
        self.visual = visual.and_then(|(spot, _)| self.row_of_spot(&spot).map(|row| (spot, row)));
        self.top = self.cursor.saturating_sub(line);
        // The header above the first row comes to be seen with it.
        let hidden = self.top.checked_sub(1).filter(|_| !was_grouped && line + 1 < self.page);
        self.top = hidden.filter(|row| matches!(self.row_at(*row), Some(Row::Head(_)))).unwrap_or(self.top);
        if place.is_none() || back_on.is_none() && !same_query && self.cursor < self.page {
            self.top = 0;
        }
        if let Some(index) = self.wish.take().filter(|_| same_query) {
            self.go(index);
        }
        self.forget_rows();
    }

    /// The row of the first incident; where its group is folded, of the group's header.
    pub(in crate::app) fn first_incident(&self) -> usize {
        match self.row_at(0) {
            Some(Row::Head(group)) if !self.is_folded(group) => 1,
            _ => 0,
        }
    }

    /// The new index of the old list's nearest row that is still there, rows below first.
    fn successor(&self, new: &[Key]) -> Option<usize> {
        let old = self.found.keys.as_slice();
        let here = self.place().saturating_sub(1);
        let below = old.iter().skip(here).take(Self::SUCCESSORS);
        let above = old.get(..here.min(old.len()))?.iter().rev().take(Self::SUCCESSORS);
        let rank: HashMap<Key, usize> = below.chain(above).enumerate().map(|(i, k)| (*k, i)).collect();
        let ranked = new.iter().enumerate().filter_map(|(i, k)| rank.get(k).map(|r| (*r, i)));
        ranked.min().map(|(_, index)| index)
    }

    /// Has every row fetched anew when it is next seen; until then the old ones are drawn.
    pub fn forget_rows(&mut self) {
        self.epoch += 1;
        self.pending.clear();
    }

    /// Keeps rows that arrived.
    pub fn keep(&mut self, rows: Vec<ListRow>) {
        for row in rows {
            self.pending.remove(&row.key);
            self.rows.insert(row.key, (self.epoch, row));
        }
        let room = self.page * 8 + 1_000;
        if self.rows.len() > room * 2 {
            let near: HashSet<Key> = self.window(self.page * 4).collect();
            self.rows.retain(|key, _| near.contains(key));
        }
    }

    /// The rows to ask for now: when a visible one is missing or half a page ahead is, all that the page and one page
    /// around it lack. The newest request stands for all before it, which the store's thread may have dropped.
    pub fn wanted(&mut self) -> Vec<Key> {
        let missing: Vec<Key> = self.window(self.page).filter(|k| !self.is_there(*k)).collect();
        let asked = |k: &Key| self.pending.contains(k);
        let visible = self.window(0).any(|k| !self.is_there(k) && !asked(&k));
        let new = missing.iter().filter(|k| !asked(k)).count();
        if new == 0 || !(visible || new * 2 >= self.page) {
            return Vec::new();
        }
        self.pending = missing.iter().copied().collect();
        missing
    }

    /// Gives up waiting for rows that were asked for, so that those still missing are asked for again.
    pub fn stop_waiting(&mut self) {
        self.pending.clear();
    }

    /// Tells whether a row is cached and nothing has changed since it was read.
    pub fn is_there(&self, key: Key) -> bool {
        self.rows.get(&key).is_some_and(|(epoch, _)| *epoch == self.epoch)
    }

    fn window(&self, around: usize) -> impl Iterator<Item = Key> + '_ {
        let start = self.top.saturating_sub(around);
        let end = (self.top + self.page + around).min(self.len());
        // A group's name is spelt as its first incident spells it.
        (start..end).filter_map(|row| match self.row_at(row)? {
            Row::Incident(index) => self.found.keys.get(index).copied(),
            Row::Head(group) => self.of_group(group).first().copied(),
        })
    }

    /// The rows of the visual range, both ends included.
    pub fn range(&self) -> Option<(usize, usize)> {
        self.visual.as_ref().map(|(_, from)| ((*from).min(self.cursor), (*from).max(self.cursor)))
    }

    /// What an act is done to: the visual range (the newest gesture and the one in sight), else the marks, else the
    /// cursor's row: an incident, or all of a group.
    pub fn targets(&self) -> Targets {
        if let Some((from, to)) = self.range() {
            return Targets { keys: self.keys_between(from, to), from: Chosen::Range };
        }
        if !self.marks.is_empty() {
            return Targets { keys: self.marked_in_order(), from: Chosen::Marks };
        }
        self.targets_here()
    }

    fn marked_in_order(&self) -> Vec<Key> {
        let mut out: Vec<Key> = self.found.keys.iter().filter(|k| self.marks.contains(k)).copied().collect();
        if out.len() < self.marks.len() {
            let seen: HashSet<Key> = out.iter().copied().collect();
            let mut rest: Vec<Key> = self.marks.iter().filter(|k| !seen.contains(k)).copied().collect();
            rest.sort_unstable_by(|a, b| b.cmp(a));
            out.extend(rest);
        }
        out
    }

    /// Marks the cursor's row (a header's whole group), or takes its mark; over a visual range, marks all of it (unless all are) and ends it.
    pub fn mark(&mut self) {
        if let Some((from, to)) = self.range() {
            let keys = self.keys_between(from, to);
            self.visual = None;
            return self.toggle(&keys);
        }
        let keys = self.targets_here().keys;
        self.toggle(&keys);
    }

    /// Marks the visual range and ends it; false where there is none.
    pub fn mark_range(&mut self) -> bool {
        let Some((from, to)) = self.range() else { return false };
        let mut keys = self.keys_between(from, to);
        keys.retain(|key| !self.marks.contains(key));
        self.visual = None;
        if !keys.is_empty() {
            self.toggle(&keys);
        }
        true
    }

    /// How many of the marks are in the view, unless all are or that is not known yet.
    pub fn marks_here(&self) -> Option<usize> {
        (self.marked_here < self.marks.len() && !self.found.early).then_some(self.marked_here)
    }

    fn count_marks(&mut self) {
        let marked = |keys: &[Key]| keys.iter().filter(|k| self.marks.contains(k)).count();
        self.marked_here = if self.marks.is_empty() { 0 } else { marked(&self.found.keys) };
    }

    /// Marks all of the view, or takes the marks of all of it if all are marked.
    pub fn mark_all(&mut self) {
        let keys = self.found.keys.clone();
        self.toggle(&keys);
    }

    /// Marks these and no others.
    pub fn set_marks(&mut self, keys: impl IntoIterator<Item = Key>) {
        self.marks = keys.into_iter().collect();
        self.count_marks();
        self.marked_anew += 1;
    }

    /// Takes all marks.
    pub fn clear_marks(&mut self) {
        self.marks.clear();
        self.marked_here = 0;
        self.marked_anew += 1;
    }

    /// Turns the marks of rows of the view.
    fn toggle(&mut self, keys: &[Key]) {
        self.marked_anew += 1;
        let before = self.marks.len();
        if keys.iter().all(|k| self.marks.contains(k)) {
            keys.iter().for_each(|k| {
                self.marks.remove(k);
            });
        } else {
            self.marks.extend(keys);
        }
        self.marked_here = (self.marked_here + self.marks.len()).saturating_sub(before);
    }

    /// So many rows from the cursor's on; with `untriaged` only those that are not triaged, or not known yet, after it.
    pub fn next(&self, n: usize, untriaged: bool) -> Targets {
        let open = |k: &Key| self.row(*k).is_none_or(|r| !r.status.is_triaged());
        let below = (self.cursor + 1..self.len()).filter_map(|i| self.key_at(i)).filter(|k| !untriaged || open(k));
        let keys: Vec<Key> = self.current().into_iter().chain(below).take(n.max(1)).collect();
        let from = if keys.len() > 1 { Chosen::Next } else { Chosen::Cursor };
        Targets { keys, from }
    }

    /// Moves to a row below, if it is there.
    pub fn go_down_to(&mut self, key: Key) {
        if let Some(index) = (self.cursor..self.len()).find(|i| self.key_at(*i) == Some(key)) {
            self.cursor = index;
        }
    }

    /// Moves to the next row below that is not triaged; stops at a row that is not known yet. False if there is none.
    pub fn next_untriaged(&mut self) -> bool {
        for index in self.cursor + 1..self.len() {
            let Some(key) = self.key_at(index) else { continue };
            let row = self.row(key);
            if row.is_none_or(|r| !r.status.is_triaged()) {
                self.cursor = index;
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn found(keys: &[i64]) -> Found {
        Found { keys: Arc::new(keys.iter().map(|k| Key(*k)).collect()), in_store: 99, ..Found::default() }
    }

    fn list(keys: &[i64], cursor: usize, top: usize) -> List {
        let mut l = List { page: 3, ..List::default() };
        l.take(found(keys), None, false);
        (l.cursor, l.top) = (cursor, top);
        l
    }

    #[test]
    fn a_refresh_keeps_the_cursor_on_its_incident_and_line() {
        let mut l = list(&[1, 2, 3, 4, 5, 6], 3, 2);
        l.take(found(&[9, 8, 1, 2, 3, 4, 5]), None, true);
        assert_eq!((l.current(), l.cursor - l.top), (Some(Key(4)), 1));
        l.take(found(&[1, 2, 5, 6]), None, true);
        assert_eq!(l.current(), Some(Key(5)));
        l.take(found(&[1]), None, true);
        assert_eq!(l.current(), Some(Key(1)));
        l.take(found(&[7, 8]), None, false);
        assert_eq!(l.current(), Some(Key(7)));
    }

    #[test]
    fn only_rows_near_the_page_are_asked_for_and_only_once() {
        let keys: Vec<i64> = (0..1_000).collect();
        let mut l = list(&keys, 500, 499);
        assert_eq!(l.wanted().len(), 9);
        assert!(l.wanted().is_empty());
        l.cursor = 502;
        l.settle(3);
        assert!(l.wanted().is_empty());
        l.go(999);
        l.settle(3);
        assert_eq!(l.wanted(), (994..1_000).map(Key).collect::<Vec<_>>());
        l.forget_rows();
        assert_eq!(l.wanted().len(), 6);
    }

    #[test]
    fn rows_of_a_request_that_was_superseded_are_asked_for_again() {
        let keys: Vec<i64> = (0..100).collect();
        let mut l = list(&keys, 0, 0);
        assert!(l.wanted().contains(&Key(0)));
        l.go(5);
        l.settle(3);
        assert!(l.wanted().contains(&Key(4)));
        l.go(50);
        l.settle(3);
        assert!(l.wanted().contains(&Key(50)));
        l.go(4);
        l.settle(3);
        assert!(l.wanted().contains(&Key(4)));
        assert!(l.wanted().is_empty());
        l.stop_waiting();
        assert!(l.wanted().contains(&Key(4)));
    }

    #[test]
    fn targets_are_range_then_marks_then_cursor() {
        let mut l = list(&[1, 2, 3, 4], 1, 0);
        assert_eq!((l.targets().keys, l.targets().from), (vec![Key(2)], Chosen::Cursor));
        l.visual = Some((Spot::Incident(Key(2)), 1));
        l.step(2);
        assert_eq!(l.targets().keys, [Key(2), Key(3), Key(4)]);
        l.marks.insert(Key(1));
        assert_eq!((l.targets().keys.len(), l.targets().from), (3, Chosen::Range));
        l.marks.clear();
        l.mark();
        l.marks.insert(Key(77));
        assert_eq!((l.targets().keys, l.visual.is_none()), (vec![Key(2), Key(3), Key(4), Key(77)], true));
        l.mark_all();
        assert_eq!(l.marks.len(), 5);
        l.mark_all();
        assert_eq!(l.targets().keys, [Key(77)]);
    }
}
