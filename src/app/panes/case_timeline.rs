//! The timeline of a case: its incidents as rows, the events of all of them on one scale. Given the facts of the
//! incidents that belong to the case of the list's cursor.

use crate::app::panes::timeline::{Entry, entries};
use crate::domain::protocol::CaseMembers;
use crate::domain::{IncidentId, Key};
use crate::lang::Lang;
use chrono::{NaiveDate, NaiveDateTime};

/// One incident of the case.
#[derive(Clone, Debug)]
pub struct Member {
    /// The row number.
    pub key: Key,
    /// The id.
    pub id: IncidentId,
    /// The organisation.
    pub org: Option<String>,
    /// The title.
    pub title: Option<String>,
    /// Day of publication.
    pub published: Option<NaiveDate>,
    /// Its events, in time order.
    pub entries: Vec<Entry>,
}

/// The state of the case's timeline.
#[derive(Debug, Default)]
pub struct CaseChart {
    /// The incidents, oldest first.
    pub members: Vec<Member>,
    /// How many more belong to the case.
    pub more: usize,
    /// Index of the cursor's.
    pub cursor: usize,
    /// First row on the screen.
    pub scroll: usize,
    /// The incident of the list that it was asked for.
    asked: Option<Key>,
}

impl CaseChart {
    /// Tells whether the case of an incident is to be asked for, and notes that it is. A case that holds the incident
    /// is there already: its row becomes the cursor's.
    pub fn asks(&mut self, key: Key) -> bool {
        if self.asked == Some(key) {
            return false;
        }
        let known = self.asked.is_some() && self.more == 0 && self.members.iter().any(|m| m.key == key);
        self.asked = Some(key);
        if known {
            self.put_on(key);
        }
        !known
    }

    /// Has the case asked for anew: the store has changed.
    pub fn forget(&mut self) {
        self.asked = None;
    }

    /// Takes the case of an incident, if it is still the one that was asked for.
    pub fn take(&mut self, key: Key, case: CaseMembers, lang: Lang) {
        if self.asked != Some(key) {
            return;
        }
        let member = |m: crate::domain::protocol::CaseMember| Member {
            key: m.key,
            id: m.id,
            entries: entries(&m.facts, lang),
            org: m.facts.org,
            title: m.facts.title,
            published: m.facts.published,
        };
        self.members = case.members.into_iter().map(member).collect();
        self.more = case.more;
        self.put_on(key);
    }

    fn put_on(&mut self, key: Key) {
        self.cursor = self.members.iter().position(|m| m.key == key).unwrap_or(0);
    }

    /// The cursor's incident.
    pub fn current(&self) -> Option<&Member> {
        self.members.get(self.cursor)
    }

    /// Tells whether the case of the list's cursor is shown.
    pub fn is_of(&self, key: Key) -> bool {
        self.asked == Some(key) && self.members.iter().any(|m| m.key == key)
    }

    /// Moves the cursor by rows.
    pub fn go(&mut self, rows: isize) {
        self.go_to(self.cursor.saturating_add_signed(rows));
    }

    /// Moves the cursor to a row, counted from 0.
    pub fn go_to(&mut self, row: usize) {
        self.cursor = row.min(self.members.len().saturating_sub(1));
    }

    /// Rows of incidents on a pane of so many: below them stand the scale and, where there is room, the chosen one.
    pub fn rows(height: usize) -> usize {
        height.saturating_sub(if height >= 6 { 3 } else { 1 })
    }

    /// Scrolls as little as brings the cursor onto so many rows.
    pub fn settle(&mut self, rows: usize) {
        let rows = rows.max(1);
        self.cursor = self.cursor.min(self.members.len().saturating_sub(1));
        self.scroll = self.scroll.min(self.members.len().saturating_sub(rows));
        self.scroll = self.scroll.clamp((self.cursor + 1).saturating_sub(rows), self.cursor);
    }

    /// The first and the last moment of all events; `None` where there are none.
    pub fn span(&self) -> Option<(NaiveDateTime, NaiveDateTime)> {
        let all = || self.members.iter().flat_map(|m| &m.entries);
        Some((all().map(Entry::begins).min()?, all().map(Entry::ends).max()?))
    }
}
