//! The command palette: every action by name, and verbs with arguments.

use super::deed::{Deed, Outcome, moved};
use crate::analysis::fuzzy;
use crate::app::commands::arguments::{Argument, Known, offers, path_in};
use crate::app::commands::verbs::{self, VERBS, Verb};
use crate::app::keys::actions::{Action, Entry, TABLE};
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::panes::list::Targets;
use crate::app::typed::input::InputLine;
use crate::app::typed::paths::{Look, PathOffer, common_beginning};
use crate::domain::Tag;
use crate::lang::{Lang, grouped};
use crate::text::search_fold;

/// One thing on offer.
#[derive(Clone, Debug)]
pub enum Item {
    /// An action of the table.
    Action(&'static Entry),
    /// A verb: word, usage, key of its help line.
    Verb(&'static str, &'static str, &'static str),
    /// A word that may follow a verb.
    Argument(Argument),
}

impl Item {
    /// What it does.
    pub fn help(&self, lang: Lang) -> &str {
        match self {
            Self::Action(e) => lang.text(e.help),
            Self::Verb(_, _, help) => lang.text(help),
            Self::Argument(a) => &a.help,
        }
    }
}

/// The palette's state.
#[derive(Debug)]
pub struct Palette {
    /// What is typed.
    pub input: InputLine,
    /// What matches, best first.
    pub shown: Vec<Item>,
    /// Index of the one under the cursor.
    pub selected: usize,
    /// The one under the cursor was gone to.
    pub chosen: bool,
    /// What was typed, read as a verb with arguments.
    pub verb: Option<Result<Verb, String>>,
    targets: Targets,
    export: Targets,
    known: Known,
    /// What was last looked for, so that the path in it can go on.
    pub(in crate::app) looked: Option<Look>,
}

impl Palette {
    /// The row under the cursor, where it is one that Enter takes.
    pub fn under_cursor(&self) -> Option<&Item> {
        self.shown.get(self.selected).filter(|_| self.chosen || self.verb.is_none())
    }

    /// An empty palette; verbs act on `targets`, an export writes `export`, `views` are the names of saved ones.
    pub fn new(targets: Targets, export: Targets, views: Vec<String>, lang: Lang) -> Self {
        let mut out = Self {
            input: InputLine::default(),
            shown: Vec::new(),
            selected: 0,
            chosen: false,
            verb: None,
            targets,
            export,
            known: Known { views, ..Known::default() },
            looked: None,
        };
        out.filter(lang);
        out
    }

    /// Tells whether tags may follow what is typed.
    pub fn takes_tags(&self) -> bool {
        self.input.text().trim_start().starts_with("tag ")
    }

    /// Takes the case book's tags.
    pub fn know(&mut self, tags: &[Tag], lang: Lang) {
        if self.known.tags != tags {
            tags.clone_into(&mut self.known.tags);
            self.filter(lang);
        }
    }

    /// The path that is being typed, where a verb takes one.
    pub(in crate::app) fn path(&self) -> Option<&str> {
        path_in(self.input.text())
    }

    /// Takes what was found where that path leads; what was gone to in the meantime stays.
    pub(in crate::app) fn know_paths(&mut self, paths: Vec<PathOffer>, lang: Lang) {
        self.known.paths = paths;
        self.filter(lang);
    }

    pub(super) fn paste(&mut self, text: &str, lang: Lang) {
        self.input.insert(text);
        self.filter(lang);
    }

    pub(super) fn press(&mut self, key: KeyPress, lang: Lang) -> Outcome {
        if let Some(at) = moved(key, self.selected, self.shown.len(), 10) {
            // The first step onto words that may follow chooses the one at the top.
            let first = !std::mem::replace(&mut self.chosen, true) && self.offers_arguments();
            self.selected = if first && at == 1 { 0 } else { at };
            return Outcome::Stay;
        }
        match key.code {
            KeyCode::Enter => return self.run(lang),
            KeyCode::Tab if self.path().is_some() => self.complete_path(lang),
            KeyCode::Tab => self.complete(lang),
            KeyCode::Backspace if self.input.is_empty() => return Outcome::Close,
            _ => {
                if self.input.press(key) == Some(true) {
                    self.filter(lang);
                }
            }
        }
        Outcome::Stay
    }

    fn offers_arguments(&self) -> bool {
        matches!(self.shown.first(), Some(Item::Argument(_)))
    }

    fn run(&mut self, lang: Lang) -> Outcome {
        if self.offers_arguments() && (self.chosen || matches!(self.verb, Some(Err(_)) | None)) {
            self.complete(lang);
            return Outcome::Stay;
        }
        match (&self.verb, self.shown.get(self.selected)) {
            (Some(Ok(verb)), _) => Outcome::Do(Deed::Run(verb.clone())),
            (Some(Err(_)), _) | (None, None) => Outcome::Stay,
            (None, Some(Item::Action(entry))) => Outcome::Do(Deed::Perform(entry.action)),
            (None, Some(Item::Verb(..) | Item::Argument(_))) => {
                self.complete(lang);
                Outcome::Stay
            }
        }
    }

    /// Writes the name under the cursor into the input, ready for arguments.
    fn complete(&mut self, lang: Lang) {
        let name = match self.shown.get(self.selected) {
            Some(Item::Action(entry)) => entry.name.to_owned(),
            Some(Item::Verb(word, usage, _)) if usage.contains(' ') => format!("{word} "),
            Some(Item::Verb(word, ..)) => (*word).to_owned(),
            Some(Item::Argument(argument)) => argument.line.clone(),
            None => return,
        };
        self.input.set(&name);
        self.filter(lang);
    }

    /// Writes what all the paths on offer have in common; where that stands there, goes to the next of them, which Enter
    /// takes. With none on offer, what was typed stays.
    fn complete_path(&mut self, lang: Lang) {
        let lines = || self.shown.iter().filter_map(|i| if let Item::Argument(a) = i { Some(&*a.line) } else { None });
        let typed = self.input.text();
        match common_beginning(lines()).to_owned() {
            _ if lines().all(|line| line == typed) => {}
            common if common.len() <= typed.len() => {
                let next = if self.chosen { (self.selected + 1) % self.shown.len().max(1) } else { 0 };
                (self.selected, self.chosen) = (next, true);
            }
            _ if self.chosen => self.complete(lang),
            common => {
                self.input.set(&common);
                self.filter(lang);
            }
        }
    }

    fn filter(&mut self, lang: Lang) {
        let text = self.input.text();
        self.verb = verbs::parse(text, lang);
        (self.selected, self.chosen) = (0, false);
        if let Some(arguments) = offers(text, &self.known, lang).filter(|all| !all.is_empty()) {
            self.shown = arguments.into_iter().map(Item::Argument).collect();
            return;
        }
        let usable = TABLE.iter().filter(|e| !matches!(e.action, Action::Command | Action::Cancel));
        // What takes words first, what only moves last: keys do that better.
        let (moves, acts): (Vec<&Entry>, Vec<&Entry>) = usable.partition(|e| e.action.only_moves());
        let verbs = VERBS.iter().map(|(w, u, h)| Item::Verb(w, u, h));
        let all: Vec<Item> = verbs.chain(acts.into_iter().chain(moves).map(Item::Action)).collect();
        let first_word = if self.verb.is_some() { text.split_whitespace().next().unwrap_or("") } else { text };
        let names: Vec<String> = all.iter().map(Item::name).collect();
        let mut ranked = fuzzy::rank(first_word, names.iter().map(String::as_str));
        let typed = search_fold(first_word);
        let told = |i: &usize| all.get(*i).is_some_and(|item| search_fold(item.help(lang)).contains(&typed));
        let told: Vec<usize> = (0..all.len()).filter(|i| !ranked.contains(i) && told(i)).collect();
        ranked.extend(told);
        self.shown = ranked.into_iter().filter_map(|i| all.get(i).cloned()).collect();
    }

    /// What Enter would do with a verb, in words; what is wrong with it, as an error.
    pub fn preview(&self, lang: Lang) -> Result<String, String> {
        match &self.verb {
            Some(Err(why)) => Err(why.clone()),
            Some(Ok(Verb::Row(n))) => Ok(lang.fill("ui.palette.row", &[("n", &grouped(*n as u64))])),
            Some(Ok(verb)) => Ok(match verbs::concerns(verb, &self.targets, &self.export) {
                Some(targets) => lang.fill("ui.palette.acts_on", &[("targets", &targets.told(lang))]),
                None => lang.text("ui.palette.enter").to_owned(),
            }),
            None if self.offers_arguments() => Ok(lang.text("ui.palette.goes_on").to_owned()),
            None if self.shown.is_empty() => Err(lang.text("ui.palette.nothing").to_owned()),
            None => Ok(lang.text("ui.palette.choose").to_owned()),
        }
    }
}

impl Item {
    fn name(&self) -> String {
        match self {
            Self::Action(e) => e.name.replace('_', " "),
            Self::Verb(word, ..) => (*word).to_owned(),
            Self::Argument(argument) => argument.word.clone(),
        }
    }
}
