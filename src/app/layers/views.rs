//! The saved views as a dialog: opened, saved, renamed, deleted. Where there are none yet, examples stand there.

use super::deed::{Deed, Outcome, moved};
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::search::views::ViewAct;
use crate::app::typed::input::InputLine;
use crate::config::state::SavedView;
use crate::lang::Lang;

/// Keys that the dialog itself hears: no view is opened by them.
pub const TAKEN: &str = "adjkqr+'";

/// One view on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The view.
    pub view: SavedView,
    /// How many incidents it holds.
    pub count: Count,
}

/// How many incidents a view holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Not asked yet.
    Unknown,
    /// So many.
    Known(usize),
    /// Its query is wrong by now.
    Wrong,
}

/// What is being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Nothing: keys choose.
    Choosing,
    /// A name for what the list shows.
    Naming,
    /// Another name for the view of this one.
    Renaming(String),
    /// The key of a view of this name; before, it had another name.
    Keying {
        /// The name that was typed.
        name: String,
        /// The name it had, where it is renamed.
        before: Option<String>,
    },
}

/// The dialog's state.
#[derive(Debug)]
pub struct Views {
    /// The views.
    pub rows: Vec<Row>,
    /// They are examples: none is saved.
    pub examples: bool,
    /// Index of the one under the cursor.
    pub selected: usize,
    /// What is being typed.
    pub mode: Mode,
    /// The name as it is typed.
    pub input: InputLine,
    /// What is wrong with what was typed.
    pub error: Option<String>,
    /// What the list shows now: what `a` would save.
    pub present: SavedView,
}

/// Views of what analysts look for first: name, query.
const EXAMPLES: [(&str, &str); 6] = [
    ("ui.views.untriaged", "status:new"),
    ("ui.views.marked", "is:marked"),
    ("ui.views.warned", "has:warning"),
    ("ui.views.corrected", "is:corrected"),
    ("ui.views.untagged", "is:untagged"),
    ("ui.views.month", "since:30d"),
];

impl Views {
    /// The dialog on the saved views; `present` is what the list shows.
    pub fn new(saved: &[SavedView], present: SavedView, lang: Lang) -> Self {
        let mut out = Self {
            rows: Vec::new(),
            examples: false,
            selected: 0,
            mode: Mode::Choosing,
            input: InputLine::default(),
            error: None,
            present,
        };
        out.load(saved, lang);
        out
    }

    /// Shows the views as they are now.
    pub fn load(&mut self, saved: &[SavedView], lang: Lang) {
        self.examples = saved.is_empty();
        let example = |(name, query): &(&'static str, &str)| SavedView {
            name: lang.text(name).to_owned(),
            query: (*query).to_owned(),
            ..SavedView::default()
        };
        let views: Vec<SavedView> = if self.examples { EXAMPLES.iter().map(example).collect() } else { saved.to_vec() };
        let known = std::mem::take(&mut self.rows);
        let counted = |view: &SavedView| {
            let same = |r: &&Row| r.view.query == view.query && r.view.filters == view.filters;
            known.iter().find(same).map_or(Count::Unknown, |r| r.count)
        };
        self.rows = views.into_iter().map(|view| Row { count: counted(&view), view }).collect();
        self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        (self.mode, self.error) = (Mode::Choosing, None);
    }

    /// Puts the cursor on a view.
    pub fn select(&mut self, name: &str) {
        self.selected = self.rows.iter().position(|r| r.view.name == name).unwrap_or(self.selected);
    }

    /// The view under the cursor.
    pub fn chosen(&self) -> Option<&SavedView> {
        self.rows.get(self.selected).map(|r| &r.view)
    }

    /// A name is being typed.
    pub fn is_typing(&self) -> bool {
        matches!(self.mode, Mode::Naming | Mode::Renaming(_))
    }

    /// Goes back to choosing; false where nothing was being typed.
    pub(super) fn step_back(&mut self) -> bool {
        self.error = None;
        std::mem::replace(&mut self.mode, Mode::Choosing) != Mode::Choosing
    }

    pub(super) fn paste(&mut self, text: &str) -> bool {
        if self.is_typing() {
            self.input.insert(text);
            self.error = None;
        }
        self.is_typing()
    }

    pub(super) fn press(&mut self, key: KeyPress, lang: Lang) -> Outcome {
        match self.mode.clone() {
            Mode::Choosing => self.choose(normalise(key)),
            Mode::Naming => self.typed(key, None, lang),
            Mode::Renaming(before) => self.typed(key, Some(before), lang),
            Mode::Keying { name, before } => self.keyed(normalise(key), name, before, lang),
        }
    }

    fn choose(&mut self, key: KeyPress) -> Outcome {
        if let Some(at) = moved(key, self.selected, self.rows.len(), 5) {
            self.selected = at;
            return Outcome::Stay;
        }
        let chosen = self.chosen().cloned();
        match (key.code, chosen) {
            (KeyCode::Enter, Some(view)) => return Outcome::Do(Deed::View(ViewAct::Open(view))),
            (KeyCode::Char('j'), _) => return self.choose(KeyPress::plain(KeyCode::Down)),
            (KeyCode::Char('k'), _) => return self.choose(KeyPress::plain(KeyCode::Up)),
            (KeyCode::Char('q'), _) => return Outcome::Close,
            (KeyCode::Char('a' | '+'), _) => {
                self.mode = Mode::Naming;
                self.input = InputLine::default();
            }
            (KeyCode::Char('r'), Some(view)) if !self.examples => {
                self.input = InputLine::new(&view.name);
                self.mode = Mode::Renaming(view.name);
            }
            (KeyCode::Char('d') | KeyCode::Delete, Some(view)) if !self.examples => {
                return Outcome::Try(Deed::View(ViewAct::AskDelete(view.name)));
            }
            (KeyCode::Char(c), _) if !TAKEN.contains(c) => {
                if let Some(row) = self.rows.iter().find(|r| r.view.key == Some(c)) {
                    return Outcome::Do(Deed::View(ViewAct::Open(row.view.clone())));
                }
            }
            _ => {}
        }
        Outcome::Stay
    }

    fn typed(&mut self, key: KeyPress, before: Option<String>, lang: Lang) -> Outcome {
        if key.code != KeyCode::Enter {
            if self.input.press(key) == Some(true) {
                self.error = None;
            }
            return Outcome::Stay;
        }
        let name = self.input.text().trim().to_owned();
        let another = before.as_ref().is_some_and(|b| *b != name) && self.is_saved(&name);
        self.error = match name.is_empty() {
            true => Some(lang.text("ui.views.no_name").to_owned()),
            false if another => Some(lang.fill("ui.views.exists", &[("name", &name)])),
            false => None,
        };
        if self.error.is_none() {
            self.mode = Mode::Keying { name, before };
        }
        Outcome::Stay
    }

    /// Takes the key that is to open the view: Enter leaves it the one it has, Backspace takes it away.
    fn keyed(&mut self, key: KeyPress, name: String, before: Option<String>, lang: Lang) -> Outcome {
        let had = self.key_of(before.as_ref().unwrap_or(&name));
        let key = match key.code {
            KeyCode::Enter => had,
            KeyCode::Backspace | KeyCode::Delete => None,
            KeyCode::Char(c) if key.ctrl || key.alt || c.is_whitespace() || c.is_control() || TAKEN.contains(c) => {
                self.error = Some(lang.fill("ui.views.bad_key", &[("taken", TAKEN)]));
                return Outcome::Stay;
            }
            KeyCode::Char(c) => {
                let mine = before.as_ref().unwrap_or(&name);
                let other = self.saved().find(|v| v.key == Some(c) && v.name != *mine && v.name != name);
                if let Some(other) = other {
                    let values = [("key", c.to_string()), ("name", other.name.clone())];
                    let values: Vec<(&str, &str)> = values.iter().map(|(n, v)| (*n, v.as_str())).collect();
                    self.error = Some(lang.fill("ui.views.key_used", &values));
                    return Outcome::Stay;
                }
                Some(c)
            }
            _ => return Outcome::Stay,
        };
        self.mode = Mode::Choosing;
        Outcome::Try(Deed::View(match before {
            Some(before) => ViewAct::Rename { before, name, key },
            None => ViewAct::Save { name, key },
        }))
    }

    fn saved(&self) -> impl Iterator<Item = &SavedView> {
        let any = !self.examples;
        self.rows.iter().filter(move |_| any).map(|r| &r.view)
    }

    /// Tells whether a view of that name is saved.
    pub fn is_saved(&self, name: &str) -> bool {
        self.saved().any(|v| v.name == name)
    }

    /// The key of a saved view.
    pub fn key_of(&self, name: &str) -> Option<char> {
        self.saved().find(|v| v.name == name).and_then(|v| v.key)
    }
}
