//! Work beside others: what they did is said in the status line, and where it took the row from under the cursor, the
//! next key that would act on the row in its place says so first.

use crate::app::App;
use crate::app::keys::actions::Action;
use crate::app::panes::list::Chosen;
use crate::app::status::Tone;
use crate::app::wording::{changed_on, on_words};
use crate::domain::protocol::Heard;
use crate::domain::{Acted, Key};
use crate::lang::grouped;
use std::time::Duration;

/// How long a row must have stood under the cursor, after another one was taken away there, to be acted on.
const MOMENT: Duration = Duration::from_millis(500);

impl App {
    /// Hears what others did.
    pub(super) fn others_did(&mut self, heard: &[Heard]) {
        let Some((newest, before)) = heard.split_first() else { return };
        let lang = self.lang();
        let name = newest.key.and_then(|key| self.named(key));
        let on = name.unwrap_or_else(|| on_words(newest.targets, newest.changed, lang));
        let what = changed_on(&newest.change, &on, lang);
        let what = match newest.acted {
            Acted::Change => what,
            Acted::Undo => lang.fill("ui.did.undid", &[("what", &what)]),
            Acted::Redo => lang.fill("ui.did.redid", &[("what", &what)]),
        };
        let mut text = lang.fill("ui.others.did", &[("by", &newest.by), ("what", &what)]);
        if !before.is_empty() {
            let n = grouped(before.len() as u64);
            text = lang.fill("ui.others.and_more", &[("what", &text), ("n", &n)]);
        }
        // What was done from here is not talked over, nor what one is typing.
        if self.status.message().is_none_or(|(tone, _)| tone == Tone::News) {
            self.status.say(Tone::News, text.clone());
        }
        self.others.news = Some(text);
    }

    /// The case book was changed from outside.
    pub(super) fn changed_by_others(&mut self) {
        self.others.changed = true;
        self.refresh();
    }

    /// Notes that the cursor's incident was among those that were changed from here.
    pub(super) fn note_own(&mut self, keys: &[Key]) {
        self.others.own = self.list.current().filter(|here| keys.contains(here));
    }

    /// A result is shown. Where others' changes took the incident away that the cursor stood on, that is said, and the
    /// keys are held back for a moment.
    pub(super) fn see_exchange(&mut self, before: Option<Key>, same_query: bool) {
        let own = self.others.own.take();
        let (changed, news) = (std::mem::take(&mut self.others.changed), self.others.news.take());
        let now = self.list.current();
        let gone = before.filter(|key| now != Some(*key) && own != Some(*key));
        if !(changed && same_query) || gone.is_none() {
            return;
        }
        self.others.exchanged = Some(self.clock);
        if self.query.active && self.query.wrong.is_some() {
            return;
        }
        let text = news.unwrap_or_else(|| self.words("ui.others.gone"));
        self.status.say(Tone::News, text);
    }

    /// Tells whether a key comes too soon after the cursor's row was exchanged to be meant for the row that stands there
    /// now; says so then. The next one acts.
    pub(super) fn comes_too_soon(&mut self, action: Action) -> bool {
        let Some(at) = self.others.exchanged else { return false };
        if self.clock.saturating_sub(at) >= MOMENT {
            self.others.exchanged = None;
            return false;
        }
        let here = matches!(self.acting_on().from, Chosen::Cursor | Chosen::Group) || action.is_of_one();
        if !action.is_on_rows() || !here || self.jumps.visited().is_some() {
            return false;
        }
        self.others.exchanged = None;
        let name = self.list.current().and_then(|key| self.named(key));
        let text = match name {
            Some(name) => self.fill("ui.others.exchanged", &[("name", &name)]),
            None => self.words("ui.others.exchanged_unnamed"),
        };
        self.status.say(Tone::Hint, text);
        true
    }
}
