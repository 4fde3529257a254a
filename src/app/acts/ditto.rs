//! Tags by one key as the incident above is tagged: notices about one contractor's breach stand together in the list.
//! `perform` calls it; the list's rows say what stands above.

use crate::app::App;
use crate::app::layers::Advance;
use crate::domain::{Change, Key, Tag};

impl App {
    /// Tags the targets as the incident above the first of them is tagged, and goes on.
    pub(super) fn tag_as_above(&mut self, count: Option<usize>) {
        let Some(targets) = self.repeated(count, false) else { return };
        let above = targets.keys.first().and_then(|key| self.list.above(*key));
        let Some(above) = above else { return self.hint("ui.hint.nothing_above") };
        match self.tags_of(above) {
            None => self.hint("ui.hint.reading"),
            Some(add) if add.is_empty() => self.hint("ui.hint.untagged_above"),
            Some(add) => self.carefully(Change::Tag { add, remove: Vec::new() }, targets, Advance::Down),
        }
    }

    /// The tags of a row. The last tagging counts before the store has answered it and the row was read again, so that
    /// the key can be held down.
    fn tags_of(&self, key: Key) -> Option<Vec<Tag>> {
        let mut tags = self.list.row(key).filter(|_| !self.ledger.is_open())?.tags.clone();
        let behind = !self.ledger.is_settled() || !self.list.is_there(key);
        if let Some((add, remove)) = self.last_tagging.as_ref().filter(|_| behind && self.tagged_last.contains(&key)) {
            tags.retain(|tag| !remove.contains(tag) && !add.contains(tag));
            tags.extend(add.iter().cloned());
            tags.sort_unstable();
        }
        Some(tags)
    }
}
