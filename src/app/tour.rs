//! The tour: a few steps in a corner of the screen, each of which waits until the analyst does what it names. It takes no
//! keys itself; `ui` draws the step, Esc leaves it.

use crate::app::keys::Keymap;
use crate::app::keys::actions::Action;
use crate::lang::Lang;

/// What a step waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waits {
    /// An action.
    Does(Action),
    /// The list has the focus again.
    Back,
    /// A query is kept.
    Searches,
    /// Tags are added or removed.
    Tags,
}

/// The steps, and the keys of their texts.
const STEPS: [(Waits, &str); 8] = [
    (Waits::Does(Action::Down), "ui.tour.down"),
    (Waits::Does(Action::NextEvidence), "ui.tour.evidence"),
    (Waits::Does(Action::Open), "ui.tour.open"),
    (Waits::Back, "ui.tour.back"),
    (Waits::Searches, "ui.tour.search"),
    (Waits::Tags, "ui.tour.tag"),
    (Waits::Does(Action::DoneNext), "ui.tour.done"),
    (Waits::Does(Action::Undo), "ui.tour.undo"),
];

/// What a newcomer is met with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Welcome {
    /// Nothing: the case book is the analyst's own.
    #[default]
    None,
    /// A word on the tour: the case book is the sample.
    Offer,
    /// The tour, which was asked for on an empty case book.
    Tour,
}

/// Where the tour is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tour {
    pub(super) step: usize,
}

impl Tour {
    /// Steps in all.
    pub const STEPS: usize = STEPS.len();

    /// The step's number, from 1.
    pub fn number(self) -> usize {
        self.step + 1
    }

    /// What the step says, the keys in it as they are bound.
    pub fn text(self, map: &Keymap, lang: Lang) -> String {
        STEPS.get(self.step).map(|(_, key)| map.text(lang, key)).unwrap_or_default()
    }

    pub(super) fn waits(self) -> Option<Waits> {
        STEPS.get(self.step).map(|(waits, _)| *waits)
    }
}
