//! The tour: a few steps in a corner of the screen, each of which waits until the analyst does what it names. It takes no
//! keys itself; `ui` draws the step, Esc leaves it.

use super::App;
use super::actions::Action;
use super::effect::Effect;
use super::event::{KeyCode, KeyPress};
use super::keys::normalise;
use super::layout::Pane;
use super::status::Tone;

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
    step: usize,
}

impl Tour {
    /// Steps in all.
    pub const STEPS: usize = STEPS.len();

    /// The step's number, from 1.
    pub fn number(self) -> usize {
        self.step + 1
    }

    /// What the step says, the keys in it as they are bound.
    pub fn text(self, app: &App) -> String {
        STEPS.get(self.step).map(|(_, key)| app.setup.keymap.text(app.setup.lang, key)).unwrap_or_default()
    }

    fn waits(self) -> Option<Waits> {
        STEPS.get(self.step).map(|(waits, _)| *waits)
    }
}

impl App {
    /// Meets a newcomer.
    pub(super) fn meet(&mut self) {
        match self.setup.welcome {
            Welcome::None => {}
            Welcome::Offer => {
                let text = self.words("ui.tour.offer");
                self.status.say(Tone::Done, text);
            }
            Welcome::Tour => self.tour = Some(Tour::default()),
        }
    }

    /// On an empty case book one more key leads to the sample and its tour; true if it was that one.
    pub(super) fn leads_to_sample(&mut self, key: KeyPress) -> bool {
        let leads = self.store_is_empty() && normalise(key) == KeyPress::plain(KeyCode::Char('T'));
        if leads {
            self.outbox.push(Effect::OpenSample);
        }
        leads
    }

    /// Begins the tour anew, from the list; on an empty case book, on the sample.
    pub(super) fn start_tour(&mut self) {
        if self.store_is_empty() {
            return self.outbox.push(Effect::OpenSample);
        }
        if self.list.is_empty() {
            return self.hint("ui.tour.needs_incidents");
        }
        self.focus_list();
        self.tour = Some(Tour::default());
    }

    /// Leaves the tour; false if there is none.
    pub(super) fn leave_tour(&mut self) -> bool {
        let left = self.tour.take().is_some();
        if left {
            self.hint("ui.tour.left");
        }
        left
    }

    /// Notes what the analyst did: the tour goes on if that is what its step waits for.
    pub(super) fn tour_sees(&mut self, done: Waits) {
        let Some(tour) = self.tour.filter(|tour| tour.waits() == Some(done)) else { return };
        let next = Tour { step: tour.step + 1 };
        self.tour = next.waits().map(|_| next);
        if self.tour.is_none() {
            let text = self.words("ui.tour.end");
            self.status.say(Tone::Done, text);
        }
    }

    /// Notes where the focus is after an event.
    pub(super) fn tour_sees_focus(&mut self) {
        if self.tour.is_some() && self.focus == Pane::List && self.layers.is_empty() {
            self.tour_sees(Waits::Back);
        }
    }
}
