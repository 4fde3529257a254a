//! What outlives a run: what the workbench has learnt ([`App::remember`]), what the analyst is at (saved within a second
//! of a change), and the offer to go on where the last run was cut off.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::keys::{KeyCode, KeyPress};
use crate::app::layout::Pane;
use crate::app::session::{Kept, LeftOver, QUERY_COLUMNS, Stamp};
use crate::app::status::Tone;
use crate::config::sitting::{Sitting, from_ranges};
use crate::domain::Key;
use crate::lang::grouped;
use crate::text::fit;

impl App {
    /// Has the state written to its file; whoever changes [`App::state`] calls this.
    pub fn remember(&mut self) {
        self.outbox.push(Effect::Remember(Box::new(self.state.clone())));
    }

    /// What was cut off and is neither taken up nor dropped yet.
    pub fn offer(&self) -> Option<&LeftOver> {
        self.outliving.offer.as_ref()
    }

    /// Has what the analyst is at saved, where it has changed since that was last done.
    pub(super) fn keep(&mut self) {
        let list = &self.list;
        let row = list.current().and_then(|key| list.row(key));
        let stamp = Stamp {
            marked_anew: list.marked_anew,
            query: self.query.input.text().to_owned(),
            filters: self.filters.clone(),
            cursor: list.current(),
            known: row.is_some(),
            focus: self.focus,
            whole: self.whole,
            offered: self.outliving.offer.is_some(),
        };
        if self.outliving.kept.as_ref() == Some(&stamp) || !list.loaded {
            return;
        }
        let sitting = Sitting {
            saved: String::new(),
            query: stamp.query.clone(),
            filters: stamp.filters.clone(),
            cursor: stamp.cursor.map(|key| key.0),
            incident: row.map(|r| r.id.as_str().to_owned()),
            moved: list.cursor > 0,
            focus: self.focus.name().to_owned(),
            whole: self.whole,
            marks: String::new(),
            marked: list.marks.len(),
            print: None,
        };
        let same_marks = self.outliving.kept.as_ref().is_some_and(|k| k.marked_anew == stamp.marked_anew);
        let marks = (!same_marks).then(|| list.marks.clone());
        let offered = stamp.offered;
        self.outliving.kept = Some(stamp);
        self.outbox.push(Effect::Keep(Box::new(Kept { sitting, marks, offered })));
    }

    /// Tells of a sitting that was cut off. It takes no key that was typed before it came.
    pub(super) fn offer_left_over(&mut self, left: LeftOver) {
        self.outliving.listens = !self.outliving.touched && self.layers.is_empty();
        self.outliving.offer = Some(left);
        self.say_offer();
        self.dirty = true;
    }

    fn say_offer(&mut self) {
        let Some(LeftOver { sitting, when, lost }) = &self.outliving.offer else { return };
        let lang = self.lang();
        let mut parts = Vec::new();
        let filters = sitting.filters.iter().filter(|f| f.on).map(|f| f.text.as_str());
        let words = filters.chain([sitting.query.trim()]).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ▸ ");
        if !words.is_empty() {
            let words = fit(&words, QUERY_COLUMNS, self.setup.ambiguous);
            parts.push(lang.fill("ui.offer.query", &[("query", &words)]));
        }
        if sitting.marked > 0 {
            parts.push(lang.fill("ui.offer.marks", &[("n", &grouped(sitting.marked as u64))]));
        }
        if *lost > 0 {
            parts.push(lang.fill("ui.offer.lost", &[("n", &grouped(*lost as u64))]));
        }
        if parts.is_empty() {
            parts.push(lang.text("ui.offer.place").to_owned());
        }
        let key = if self.outliving.listens { "ui.offer.fresh" } else { "ui.offer.later" };
        let text =
            self.setup.keymap.fill(lang, key, &[("when", when), ("what", &parts.join(lang.text("ui.offer.comma")))]);
        self.status.say(Tone::Hint, text);
    }

    /// Gives a key to the offer; false where it is meant for the workbench, which it is once another key came first.
    pub(super) fn answers_offer(&mut self, key: KeyPress) -> bool {
        self.outliving.touched = true;
        self.outliving.wish = None;
        if !std::mem::take(&mut self.outliving.listens) || self.outliving.offer.is_none() {
            return false;
        }
        match key.code {
            KeyCode::Enter => self.take_up(),
            KeyCode::Esc => {
                self.outliving.offer = None;
                self.outbox.push(Effect::Answered);
                let text = self.lang().text("ui.offer.dropped").to_owned();
                self.status.say(Tone::Hint, text);
            }
            _ => return false,
        }
        self.keep();
        true
    }

    /// Goes on where the last run was cut off.
    pub(super) fn take_up(&mut self) {
        let Some(LeftOver { sitting, lost, .. }) = self.outliving.offer.take() else {
            let text = self.lang().text("ui.offer.none").to_owned();
            return self.status.say(Tone::Hint, text);
        };
        self.outbox.push(Effect::Answered);
        self.query.input.set(&sitting.query);
        self.filters = sitting.filters;
        let marks = from_ranges(&sitting.marks).unwrap_or_default();
        self.list.set_marks(marks.into_iter().map(Key));
        self.focus = Pane::from_name(&sitting.focus).unwrap_or_default();
        self.whole = sitting.whole && self.focus != Pane::List;
        if self.focus != Pane::List {
            self.lower = self.focus;
        }
        self.query.anchor = sitting.cursor.map(Key);
        self.query.anchor_row = None;
        self.outliving.wish = self.query.anchor;
        let n = self.list.marks.len();
        let text = match lost {
            0 => self.lang().count("ui.offer.taken", "ui.offer.taken_one", n, &[]),
            _ => self.lang().fill("ui.offer.taken_lost", &[("n", &grouped(lost as u64))]),
        };
        self.status.say(Tone::Done, text);
        self.search();
    }

    /// Takes the cursor to where the cut-off sitting had it, once all hits are known.
    pub(super) fn grant_wish(&mut self) {
        let Some(wish) = self.outliving.wish.take() else { return };
        if self.list.current() != Some(wish) {
            self.list.go_to_key(wish);
        }
    }
}
