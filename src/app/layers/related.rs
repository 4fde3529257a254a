//! The incidents that are related to one, and why; Enter goes to one of them.

use super::deed::{Deed, Outcome, moved};
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::domain::{Key, ListRow, Record};

/// The dialog's state.
#[derive(Debug)]
pub struct RelatedBox {
    /// Whose relations these are.
    pub of: Key,
    /// Its organisation and title.
    pub name: String,
    /// Each related incident with the reason, closest first.
    pub links: Vec<(String, ListRow)>,
    /// How many there are in all.
    pub total: usize,
    /// Index of the one under the cursor.
    pub selected: usize,
    why: Vec<(String, String)>,
}

impl RelatedBox {
    /// What is related to an incident: the rows at hand, the others follow.
    pub fn new(of: Key, record: &Record, rows: &[ListRow]) -> Self {
        let names = [record.facts.org.as_deref(), record.facts.title.as_deref()];
        let why = record.related.iter().map(|r| (r.id.to_string(), r.why.clone())).collect();
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let mut out = Self { of, name, links: Vec::new(), total: record.related_total, selected: 0, why };
        out.load(rows);
        out
    }

    /// Takes the rows of the related incidents.
    pub fn load(&mut self, rows: &[ListRow]) {
        let link = |(id, why): &(String, String)| {
            let row = rows.iter().find(|r| r.id.as_str() == id)?;
            Some((why.clone(), row.clone()))
        };
        self.links = self.why.iter().filter_map(link).collect();
        self.selected = self.selected.min(self.links.len().saturating_sub(1));
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        if let Some(at) = moved(key, self.selected, self.links.len(), 10) {
            self.selected = at;
            return Outcome::Stay;
        }
        match (key.code, self.links.get(self.selected)) {
            (KeyCode::Enter, Some((_, row))) => Outcome::Do(Deed::Visit(row.key)),
            (KeyCode::Char('j'), _) => self.press(KeyPress::plain(KeyCode::Down)),
            (KeyCode::Char('k'), _) => self.press(KeyPress::plain(KeyCode::Up)),
            (KeyCode::Char('q'), _) => Outcome::Close,
            _ => Outcome::Stay,
        }
    }
}
