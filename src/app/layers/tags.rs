//! The tag palette: finds tags as one types, shows how many of the targets carry each, gathers what to add and remove,
//! creates new ones.

use super::{Advance, Deed, Outcome, moved};
use crate::analysis::fuzzy;
use crate::app::event::{KeyCode, KeyPress};
use crate::app::input::InputLine;
use crate::app::list::Targets;
use crate::domain::protocol::TagCount;
use crate::domain::{Change, Tag};
use crate::lang::Lang;
use std::collections::BTreeMap;

/// How many of the targets carry a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried {
    /// Every one.
    All,
    /// Some.
    Some,
    /// None.
    None,
}

/// The palette's state.
#[derive(Debug)]
pub struct TagPalette {
    /// It offers what can be removed only.
    pub removing: bool,
    /// Whom it concerns.
    pub targets: Targets,
    /// What is typed.
    pub input: InputLine,
    /// The counts have arrived.
    pub loaded: bool,
    /// All tags offered.
    pub tags: Vec<TagCount>,
    /// Indices of those that match, best first.
    pub shown: Vec<usize>,
    /// Index of the row under the cursor; the row after the last tag is the new one.
    pub selected: usize,
    /// What was toggled: true adds, false removes.
    pub changes: BTreeMap<Tag, bool>,
    /// The new tag that the input would make, or why it makes none.
    pub new: Option<Result<Tag, String>>,
}

impl TagPalette {
    /// A palette for these targets.
    pub fn new(targets: Targets, removing: bool) -> Self {
        Self {
            removing,
            targets,
            input: InputLine::default(),
            loaded: false,
            tags: Vec::new(),
            shown: Vec::new(),
            selected: 0,
            changes: BTreeMap::new(),
            new: None,
        }
    }

    /// Takes the counts: tags that targets carry come first.
    pub fn load(&mut self, mut counts: Vec<TagCount>) {
        if self.removing {
            counts.retain(|c| c.on_targets > 0);
        }
        counts.sort_by_key(|c| c.on_targets == 0);
        let made = self.tags.drain(..).filter(|t| t.total == 0 && !counts.iter().any(|c| c.tag == t.tag));
        let made: Vec<TagCount> = made.collect();
        self.tags = counts;
        self.tags.extend(made);
        self.loaded = true;
        self.filter();
    }

    /// Rows that can be chosen, the new tag's included.
    pub fn rows(&self) -> usize {
        self.shown.len() + usize::from(self.new.is_some())
    }

    /// The tag under the cursor; `None` on the new tag's row.
    pub fn under_cursor(&self) -> Option<&TagCount> {
        self.shown.get(self.selected).and_then(|i| self.tags.get(*i))
    }

    /// How many of the targets carry it.
    pub fn carried(&self, count: &TagCount) -> Carried {
        match count.on_targets {
            0 => Carried::None,
            n if n >= self.targets.keys.len() => Carried::All,
            _ => Carried::Some,
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.input.insert(text);
        self.filter();
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        if let Some(at) = moved(key, self.selected, self.rows(), 8) {
            self.selected = at;
            return Outcome::Stay;
        }
        match key.code {
            KeyCode::Tab | KeyCode::BackTab => self.toggle(),
            KeyCode::Enter => return self.apply(),
            _ => {
                if self.input.press(key) == Some(true) {
                    self.filter();
                }
            }
        }
        Outcome::Stay
    }

    fn filter(&mut self) {
        let typed = self.input.text().trim();
        self.shown = fuzzy::rank(typed, self.tags.iter().map(|t| t.tag.as_str()));
        let made = if typed.is_empty() || self.removing { None } else { Some(Tag::new(typed)) };
        self.new = match made {
            Some(Ok(tag)) if self.tags.iter().any(|t| t.tag == tag) => None,
            Some(made) => Some(made.map_err(|e| e.to_string())),
            None => None,
        };
        self.selected = 0;
    }

    /// Turns the change of the tag under the cursor: what makes a difference first, then back to none.
    fn toggle(&mut self) {
        if self.under_cursor().is_none() {
            if let Some(Ok(tag)) = self.new.clone() {
                self.tags.push(TagCount { tag: tag.clone(), total: 0, on_targets: 0 });
                self.changes.insert(tag, true);
                self.input.set("");
                self.filter();
                self.selected = self.shown.len().saturating_sub(1);
            }
            return;
        }
        let Some(count) = self.under_cursor().cloned() else { return };
        let next = match (self.carried(&count), self.changes.get(&count.tag)) {
            (Carried::None, None) => Some(true),
            (Carried::All, None) => Some(false),
            (Carried::Some, None) => Some(!self.removing),
            (Carried::Some, Some(now)) if *now != self.removing => Some(!now),
            _ => None,
        };
        match next {
            Some(change) => self.changes.insert(count.tag, change),
            None => self.changes.remove(&count.tag),
        };
    }

    /// What Enter would do: what was toggled, else the tag under the cursor.
    pub fn effective(&self) -> BTreeMap<Tag, bool> {
        if !self.changes.is_empty() {
            return self.changes.clone();
        }
        match (self.under_cursor(), &self.new) {
            (Some(count), _) => BTreeMap::from([(count.tag.clone(), !self.removing)]),
            (None, Some(Ok(tag))) => BTreeMap::from([(tag.clone(), true)]),
            _ => BTreeMap::new(),
        }
    }

    fn apply(&self) -> Outcome {
        let (mut add, mut remove) = (Vec::new(), Vec::new());
        for (tag, adds) in self.effective() {
            if adds { add.push(tag) } else { remove.push(tag) }
        }
        if add.is_empty() && remove.is_empty() {
            return Outcome::Stay;
        }
        let change = Change::Tag { add, remove };
        Outcome::Do(Deed::Apply { change, targets: self.targets.clone(), advance: Advance::Stay })
    }

    /// What Enter would do, in words: how many change, how many need no change.
    pub fn preview(&self, lang: Lang) -> String {
        if let (None, Some(Err(why)), true) = (self.under_cursor(), &self.new, self.changes.is_empty()) {
            return why.clone();
        }
        let n = self.targets.keys.len();
        let mut parts = Vec::new();
        for (tag, adds) in self.effective() {
            let on = self.tags.iter().find(|t| t.tag == tag).map_or(0, |t| t.on_targets).min(n);
            let touched = if adds { n - on } else { on };
            let rest = (n - touched).to_string();
            let touched = touched.to_string();
            let values = [("tag", tag.as_str()), ("n", touched.as_str()), ("rest", rest.as_str())];
            parts.push(match (adds, n - on) {
                (true, 0) => lang.fill("ui.tags.carried_by_all", &values),
                (true, _) if on == 0 => lang.fill("ui.tags.adds", &values),
                (true, _) => lang.fill("ui.tags.adds_to_some", &values),
                (false, _) => lang.fill("ui.tags.removes", &values),
            });
        }
        if parts.is_empty() { lang.text("ui.tags.type").to_owned() } else { parts.join(" · ") }
    }
}
