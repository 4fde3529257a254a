//! A menu of a few choices, each with a letter: the status, the order of the list.

use super::deed::{Advance, Deed, Outcome, moved};
use crate::app::keys::keymap::Keymap;
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::panes::list::Targets;
use crate::domain::grouping::{GroupBy, Grouping};
use crate::domain::{Change, Status};
use crate::lang::Lang;
use crate::query::ast::{Sort, SortField};
use crate::text::{AmbiguousWidth, width};

/// One choice.
#[derive(Debug)]
pub struct Item {
    /// The key that takes it.
    pub letter: char,
    /// Its name.
    pub label: String,
    /// It is what holds now.
    pub current: bool,
    /// What it does.
    pub deed: Deed,
}

/// The menu's state.
#[derive(Debug)]
pub struct Menu {
    /// What is chosen, and for which incidents.
    pub title: String,
    /// How many are touched, and how to take it back.
    pub remark: String,
    /// The choices.
    pub items: Vec<Item>,
    /// Index of the choice under the cursor.
    pub selected: usize,
}

const STATUS: [(char, Status, &str); 4] = [
    ('n', Status::New, "status.new"),
    ('o', Status::Open, "status.open"),
    ('d', Status::Done, "status.done"),
    ('x', Status::Dismissed, "status.dismissed"),
];

const SORT: [(char, SortField, &str); 7] = [
    ('p', SortField::Published, "sort.published"),
    ('n', SortField::People, "sort.people"),
    ('o', SortField::Org, "sort.org"),
    ('t', SortField::Title, "sort.title"),
    ('a', SortField::Action, "sort.action"),
    ('s', SortField::Status, "sort.status"),
    ('c', SortField::Case, "sort.case"),
];

const GROUP: [(char, GroupBy, &str); 8] = [
    ('c', GroupBy::Case, "group.case"),
    ('m', GroupBy::Month, "group.month"),
    ('y', GroupBy::Year, "group.year"),
    ('a', GroupBy::Action, "group.action"),
    ('t', GroupBy::ThirdParty, "group.third_party"),
    ('o', GroupBy::Org, "group.org"),
    ('s', GroupBy::Status, "group.status"),
    ('g', GroupBy::Tag, "group.tag"),
];

impl Menu {
    /// The menu of statuses for targets and what they are called; `now` is the cursor row's.
    pub fn status((targets, told): (&Targets, &str), now: Option<Status>, map: &Keymap, lang: Lang) -> Self {
        let item = |(letter, to, label): (char, Status, &'static str)| Item {
            letter,
            label: lang.text(label).to_owned(),
            current: now == Some(to) && targets.keys.len() == 1,
            deed: Deed::Apply { change: Change::Status { to }, targets: targets.clone(), advance: Advance::Stay },
        };
        let title = lang.fill("ui.status.title", &[("targets", told)]);
        let remark = map.text(lang, "ui.undo_later");
        Self::new(title, remark, STATUS.into_iter().map(item).collect())
    }

    /// The menu of orders; taking the present one turns it round.
    pub fn sort(now: Sort, lang: Lang) -> Self {
        let item = |(letter, field, label): (char, SortField, &'static str)| Item {
            letter,
            label: lang.text(label).to_owned(),
            current: now.field == field,
            deed: Deed::Sort(field),
        };
        let items = SORT.into_iter().map(item).collect();
        Self::new(lang.text("ui.sort.title").to_owned(), lang.text("ui.sort.remark").to_owned(), items)
    }

    /// The menu of groupings; the last choice turns the order of the groups.
    pub fn group(now: Option<Grouping>, lang: Lang) -> Self {
        let by_size = now.is_some_and(|g| g.by_size);
        let none = Item {
            letter: 'n',
            label: lang.text("group.none").to_owned(),
            current: now.is_none(),
            deed: Deed::Group(None),
        };
        let item = |(letter, by, label): (char, GroupBy, &'static str)| Item {
            letter,
            label: lang.text(label).to_owned(),
            current: now.is_some_and(|g| g.by == by),
            deed: Deed::Group(Some(Grouping { by, by_size })),
        };
        let mut items: Vec<Item> = std::iter::once(none).chain(GROUP.into_iter().map(item)).collect();
        items.extend(now.map(|g| Item {
            letter: 'z',
            label: lang.text(if g.by_size { "group.by_first" } else { "group.by_size" }).to_owned(),
            current: false,
            deed: Deed::Group(Some(Grouping { by_size: !g.by_size, ..g })),
        }));
        Self::new(lang.text("ui.group.title").to_owned(), lang.text("ui.group.remark").to_owned(), items)
    }

    fn new(title: String, remark: String, items: Vec<Item>) -> Self {
        let selected = items.iter().position(|i| i.current).unwrap_or(0);
        Self { title, remark, items, selected }
    }

    pub(super) fn columns(&self) -> usize {
        let items = self.items.iter().map(|i| width(&i.label, AmbiguousWidth::Wide) + 12);
        let texts = [&self.title, &self.remark].into_iter().map(|t| width(t, AmbiguousWidth::Wide) + 6);
        items.chain(texts).max().unwrap_or(0)
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        if let Some(at) = moved(key, self.selected, self.items.len(), 4) {
            self.selected = at;
            return Outcome::Stay;
        }
        let chosen = match key.code {
            KeyCode::Enter => self.items.get(self.selected),
            KeyCode::Char(c) => self.items.iter().find(|i| i.letter == c),
            _ => None,
        };
        match (chosen, key.code) {
            (Some(item), _) => Outcome::Do(item.deed.clone()),
            (None, KeyCode::Char('j')) => self.press(KeyPress::plain(KeyCode::Down)),
            (None, KeyCode::Char('k')) => self.press(KeyPress::plain(KeyCode::Up)),
            (None, KeyCode::Char('q')) => Outcome::Close,
            _ => Outcome::Stay,
        }
    }
}
