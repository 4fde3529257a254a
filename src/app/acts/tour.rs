//! The tour as it goes on: begun, left, and told what the analyst did.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::layout::Pane;
use crate::app::status::Tone;
use crate::app::tour::{Tour, Waits, Welcome};

impl App {
    /// Meets a newcomer.
    pub(in crate::app) fn meet(&mut self) {
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
