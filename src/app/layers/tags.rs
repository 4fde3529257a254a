//! The tag palette: finds tags as one types, shows how many of the targets carry each, gathers what to add and remove,
//! creates new ones, gives them keys.

use super::deed::{Advance, Deed, Outcome, moved};
use crate::analysis::fuzzy;
use crate::app::commands::wrong::bad_tag;
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::panes::list::Targets;
use crate::app::typed::input::InputLine;
use crate::domain::protocol::{TagCount, TagKey};
use crate::domain::{Change, Tag};
use crate::lang::{Lang, grouped};
use crate::text::search_fold;
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

/// What the palette is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Adding and removing tags.
    Add,
    /// Removing tags.
    Remove,
    /// Giving keys to tags.
    Key,
}

/// The palette's state.
#[derive(Debug)]
pub struct TagPalette {
    /// What it is opened for.
    pub purpose: Purpose,
    /// The tags that a key sets.
    pub keys: Vec<TagKey>,
    /// The tag that the next key is given to.
    pub keying: Option<Tag>,
    /// That key can be none: it is no letter and no digit.
    pub no_key: bool,
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
    /// Index of the row under the cursor; the new tag's row is behind the last tag, or before the first.
    pub selected: usize,
    /// Something was typed or gone to, so that Enter takes the row under the cursor.
    pub chosen: bool,
    /// What was toggled: true adds, false removes.
    pub changes: BTreeMap<Tag, bool>,
    /// The new tag that the input would make, or why it makes none.
    pub new: Option<Result<Tag, String>>,
    /// No tag begins as what was typed: the new one stands before those that only resemble it.
    pub new_first: bool,
}

impl TagPalette {
    /// A palette for these targets.
    pub fn new(targets: Targets, purpose: Purpose) -> Self {
        Self {
            purpose,
            keys: Vec::new(),
            keying: None,
            no_key: false,
            targets,
            input: InputLine::default(),
            loaded: false,
            tags: Vec::new(),
            shown: Vec::new(),
            selected: 0,
            chosen: false,
            changes: BTreeMap::new(),
            new: None,
            new_first: false,
        }
    }

    /// It offers what can be removed only.
    pub fn removing(&self) -> bool {
        self.purpose == Purpose::Remove
    }

    /// The key that sets a tag.
    pub fn key_of(&self, tag: &Tag) -> Option<char> {
        self.keys.iter().find(|k| k.tag == *tag).map(|k| k.key)
    }

    /// Takes the counts: tags that targets carry come first.
    pub fn load(&mut self, mut counts: Vec<TagCount>, lang: Lang) {
        if self.removing() {
            counts.retain(|c| c.on_targets > 0);
        }
        counts.sort_by_key(|c| c.on_targets == 0);
        let made = self.tags.drain(..).filter(|t| t.total == 0 && !counts.iter().any(|c| c.tag == t.tag));
        let made: Vec<TagCount> = made.collect();
        // A tag may have a key before any incident carries it.
        let unused =
            self.keys.iter().filter(|k| self.purpose == Purpose::Key && !counts.iter().any(|c| c.tag == k.tag));
        let unused = unused.map(|k| TagCount { tag: k.tag.clone(), total: 0, on_targets: 0 }).collect::<Vec<_>>();
        self.tags = counts;
        self.tags.extend(made);
        self.tags.extend(unused.into_iter().filter(|u| !self.tags.iter().any(|t| t.tag == u.tag)).collect::<Vec<_>>());
        self.loaded = true;
        self.filter(lang);
    }

    /// Rows that can be chosen, the new tag's included.
    pub fn rows(&self) -> usize {
        self.shown.len() + usize::from(self.new.is_some())
    }

    /// The tag under the cursor; `None` on the new tag's row, and before one is chosen.
    pub fn under_cursor(&self) -> Option<&TagCount> {
        if !self.chosen {
            return None;
        }
        self.tag_of_row(self.selected)
    }

    /// The tag of a row; `None` for the new one's.
    pub fn tag_of_row(&self, row: usize) -> Option<&TagCount> {
        let index = row.checked_sub(usize::from(self.new_first))?;
        self.shown.get(index).and_then(|i| self.tags.get(*i))
    }

    /// How many of the targets carry it.
    pub fn carried(&self, count: &TagCount) -> Carried {
        match count.on_targets {
            0 => Carried::None,
            n if n >= self.targets.keys.len() => Carried::All,
            _ => Carried::Some,
        }
    }

    pub(super) fn paste(&mut self, text: &str, lang: Lang) {
        self.input.insert(text);
        self.filter(lang);
    }

    pub(super) fn press(&mut self, key: KeyPress, lang: Lang) -> Outcome {
        if let Some(tag) = self.keying.clone() {
            return self.give(tag, key);
        }
        if key.ctrl && key.code == KeyCode::Char('k') {
            self.ask_for_key();
            return Outcome::Stay;
        }
        if let Some(at) = moved(key, self.selected, self.rows(), 8) {
            // The first step only chooses: the row at the top, or upwards the last.
            let first = !std::mem::replace(&mut self.chosen, true);
            self.selected = if first && at == 1 { 0 } else { at };
            return Outcome::Stay;
        }
        match key.code {
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Enter if self.purpose == Purpose::Key => self.ask_for_key(),
            KeyCode::Tab | KeyCode::BackTab => self.toggle(lang),
            KeyCode::Enter => return self.apply(),
            _ => {
                if self.input.press(key) == Some(true) {
                    self.filter(lang);
                }
            }
        }
        Outcome::Stay
    }

    /// Waits for the key of the tag under the cursor, or of the new one.
    fn ask_for_key(&mut self) {
        let new = self.new.as_ref().and_then(|new| new.as_ref().ok());
        self.keying = self.under_cursor().map(|c| &c.tag).or(new).cloned();
        self.no_key = false;
    }

    /// Gives a tag a letter or digit as its key; Delete or Backspace take the one that it has.
    fn give(&mut self, tag: Tag, key: KeyPress) -> Outcome {
        let given = match normalise(key) {
            KeyPress { code: KeyCode::Char(c), ctrl: false, alt: false } if c.is_ascii_alphanumeric() => Some(c),
            KeyPress { code: KeyCode::Delete | KeyCode::Backspace, .. } => None,
            _ => {
                self.no_key = true;
                return Outcome::Stay;
            }
        };
        let targets = Targets { keys: Vec::new(), ..self.targets.clone() };
        Outcome::Do(Deed::Apply { change: Change::Key { tag, key: given }, targets, advance: Advance::Stay })
    }

    fn filter(&mut self, lang: Lang) {
        let typed = self.input.text().trim();
        self.chosen = !typed.is_empty();
        self.shown = fuzzy::rank(typed, self.tags.iter().map(|t| t.tag.as_str()));
        let made = if typed.is_empty() || self.removing() { None } else { Some(Tag::new(typed)) };
        self.new = match made {
            Some(Ok(tag)) if self.tags.iter().any(|t| t.tag == tag) => None,
            Some(made) => Some(made.map_err(|e| bad_tag(&e, lang))),
            None => None,
        };
        // A tag that only resembles what was typed must not be taken for it: then the new one stands under the cursor.
        let typed = search_fold(typed);
        let tags = &self.tags;
        let begins = |i: &usize| tags.get(*i).is_some_and(|t| begins(&search_fold(t.tag.as_str()), &typed));
        if !typed.is_empty() {
            self.shown.sort_by_cached_key(|i| !begins(i));
        }
        self.new_first = self.new.is_some() && !self.shown.first().is_some_and(begins);
        self.selected = 0;
    }

    /// Turns the change of the tag under the cursor: what makes a difference first, then back to none.
    fn toggle(&mut self, lang: Lang) {
        self.chosen = true;
        if self.under_cursor().is_none() {
            if let Some(Ok(tag)) = self.new.clone() {
                self.tags.push(TagCount { tag: tag.clone(), total: 0, on_targets: 0 });
                self.changes.insert(tag, true);
                self.input.set("");
                self.filter(lang);
                self.chosen = true;
                self.selected = self.shown.len().saturating_sub(1);
            }
            return;
        }
        let Some(count) = self.under_cursor().cloned() else { return };
        let next = match (self.carried(&count), self.changes.get(&count.tag)) {
            (Carried::None, None) => Some(true),
            (Carried::All, None) => Some(false),
            (Carried::Some, None) => Some(!self.removing()),
            (Carried::Some, Some(now)) if *now != self.removing() => Some(!now),
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
            (Some(count), _) => BTreeMap::from([(count.tag.clone(), !self.removing())]),
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
        if let Some(tag) = &self.keying {
            let taken: Vec<String> = self.keys.iter().map(|k| format!("{}:{}", k.key, k.tag)).collect();
            let key = if self.no_key { "ui.tags.no_key" } else { "ui.tags.which_key" };
            let which = lang.fill(key, &[("tag", tag.as_str())]);
            let taken = if taken.is_empty() { String::new() } else { format!(" · {}", taken.join(" · ")) };
            return format!("{which}{taken}");
        }
        if let (None, Some(Err(why)), true) = (self.under_cursor(), &self.new, self.changes.is_empty()) {
            return why.clone();
        }
        if self.purpose == Purpose::Key {
            return lang.text("ui.tags.choose_for_key").to_owned();
        }
        let parts = previews(&self.effective(), &self.tags, self.targets.keys.len(), lang);
        if parts.is_empty() { lang.text("ui.tags.choose").to_owned() } else { parts.join(" · ") }
    }
}

/// Tells whether a tag, or one of its parts behind a `/`, begins as what was typed.
fn begins(tag: &str, typed: &str) -> bool {
    tag.starts_with(typed)
        || tag.match_indices('/').any(|(at, _)| tag.get(at + 1..).is_some_and(|t| t.starts_with(typed)))
}

/// What changes of tags would do to `n` incidents, in words: tags that change the same number are told as one.
pub fn previews(changes: &BTreeMap<Tag, bool>, counts: &[TagCount], n: usize, lang: Lang) -> Vec<String> {
    let on = |tag: &Tag| counts.iter().find(|c| c.tag == *tag).map_or(0, |c| c.on_targets).min(n);
    let mut parts = Vec::new();
    for adds in [true, false] {
        let tags: Vec<(&Tag, usize)> = changes.iter().filter(|(_, a)| **a == adds).map(|(t, _)| (t, on(t))).collect();
        let alike = tags.iter().all(|(_, on)| tags.first().is_some_and(|(_, first)| first == on));
        match tags.first() {
            Some((_, on)) if tags.len() > 1 && alike => {
                let (touched, rest) = if adds { (n - on, *on) } else { (*on, n - on) };
                let (k, rest) = (grouped(tags.len() as u64), grouped(rest as u64));
                let values = [("k", k.as_str()), ("n", &grouped(touched as u64)), ("rest", rest.as_str())];
                parts.push(match (adds, touched, on) {
                    (true, 0, _) => lang.fill("ui.tags.many_carried_by_all", &values),
                    (true, _, 0) => lang.fill("ui.tags.adds_many", &values),
                    (true, ..) => lang.fill("ui.tags.adds_many_to_some", &values),
                    (false, ..) => lang.fill("ui.tags.removes_many", &values),
                });
            }
            _ => parts.extend(tags.into_iter().map(|(tag, on)| preview_of(tag, adds, on, n, lang))),
        }
    }
    parts
}

/// What one tag would do.
fn preview_of(tag: &Tag, adds: bool, on: usize, n: usize, lang: Lang) -> String {
    let touched = if adds { n - on } else { on };
    let (rest, touched) = (grouped((n - touched) as u64), grouped(touched as u64));
    let values = [("tag", tag.as_str()), ("n", touched.as_str()), ("rest", rest.as_str())];
    match (adds, n - on) {
        (true, 0) => lang.fill("ui.tags.carried_by_all", &values),
        (true, _) if on == 0 => lang.fill("ui.tags.adds", &values),
        (true, _) => lang.fill("ui.tags.adds_to_some", &values),
        (false, _) if on == 0 => lang.fill("ui.tags.carried_by_none", &values),
        (false, _) => lang.fill("ui.tags.removes", &values),
    }
}
