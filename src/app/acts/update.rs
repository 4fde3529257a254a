//! From an event to its effects: who takes a key, and what has to be true after every event.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::keys::actions::Action;
use crate::app::keys::keymap::Bound;
use crate::app::keys::{KeyCode, KeyPress, Step};
use crate::app::layers::{Layer, Outcome};
use crate::app::layout::{Layout, Pane};
use crate::app::panes::detail::Room;
use crate::app::panes::timeline::Timeline;
use crate::app::search::query_line::Typed;
use crate::app::status::Tone;
use crate::app::tour::Waits;
use crate::domain::Request;

impl App {
    /// Takes an event; the effects are to be carried out in order. Does no I/O.
    pub fn update(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) => self.paste(&text),
            Event::Resize(width, height) => {
                self.size = (width, height);
                self.dirty = true;
            }
            Event::Reply(reply) => self.reply(reply),
            Event::Edited(edited) => self.edited(edited),
            Event::Looked(listing) => self.looked(&listing),
            Event::Tick => {
                self.list.stop_waiting();
                if self.query.tick() {
                    self.dirty = true;
                    self.show_what_is_held();
                }
            }
            Event::Keep => self.keep(),
            Event::LeftOver(left) => self.offer_left_over(*left),
        }
        self.settle();
        self.tour_sees_focus();
        std::mem::take(&mut self.outbox)
    }

    fn key(&mut self, key: KeyPress) {
        self.dirty = true;
        self.status.key_pressed();
        self.seeking = None;
        if self.answers_offer(key) {
            return;
        }
        if (self.query.active || !self.layers.is_empty()) && self.asks_for_help(key) {
            return;
        }
        if let Some(layer) = self.layers.pop() {
            return self.layer_key(layer, key);
        }
        if self.query.active {
            return self.query_key(key);
        }
        if self.leads_to_sample(key) {
            return;
        }
        if self.takes_view_key(key) {
            return;
        }
        match self.keys.press(key, self.focus, &self.setup.keymap) {
            Step::Do(action, count) => self.perform(action, count),
            Step::Wait => {}
            Step::Nothing => {
                let text = self.words("ui.hint.unknown_key");
                self.status.say(Tone::Hint, text);
            }
        }
    }

    /// A key of the help that is no text opens it over dialogs and inputs too; true if it was one.
    fn asks_for_help(&mut self, key: KeyPress) -> bool {
        let asks = |b: &Bound| b.action == Action::Help && b.keys == [key];
        let typed = matches!(key, KeyPress { code: KeyCode::Char(_), ctrl: false, alt: false });
        let shown = matches!(self.layers.last(), Some(Layer::Help(_)));
        let asked = !typed && !shown && self.setup.keymap.heard_in(self.focus).any(asks);
        if asked {
            self.open_help();
        }
        asked
    }

    fn layer_key(&mut self, mut layer: Layer, key: KeyPress) {
        match layer.press(key, self.lang()) {
            Outcome::Stay => {
                self.layers.push(layer);
                self.tell_palette_the_tags();
                self.look_for_palette();
            }
            Outcome::Close => {}
            Outcome::Do(deed) => self.deed(deed),
            Outcome::Try(deed) => {
                self.layers.push(layer);
                self.deed(deed);
            }
        }
    }

    fn query_key(&mut self, key: KeyPress) {
        match self.query.press(key) {
            Typed::Changed => {
                self.status.clear();
                self.search();
            }
            Typed::Complete(forward) => self.complete_query(forward),
            Typed::Keep if self.query.wrong.is_some() => self.say_what_is_wrong(),
            Typed::Keep => {
                self.keep_query();
                self.tour_sees(Waits::Searches);
            }
            Typed::Help => self.open_query_help(),
            Typed::Restore => {
                if self.query.restore() {
                    self.search();
                } else {
                    (self.query.anchor, self.query.anchor_line) = (None, None);
                }
            }
            Typed::Nothing => {}
        }
    }

    /// Says in the status line what is wrong with the query.
    pub(super) fn say_what_is_wrong(&mut self) {
        if let Some(wrong) = &self.query.wrong {
            self.status.say(Tone::Error, wrong.message.clone());
        }
    }

    fn paste(&mut self, text: &str) {
        self.dirty = true;
        let lang = self.lang();
        if self.query.active {
            self.query.completing = None;
            self.query.input.insert(text);
            self.search();
            return;
        }
        if !self.layers.last_mut().is_some_and(|l| l.paste(text, lang)) {
            self.hint("ui.hint.paste");
        }
        self.look_for_palette();
        self.find_pasted();
    }

    /// Solves the layout, scrolls what has to be scrolled, and asks for the rows and the detail that are seen.
    pub(in crate::app) fn settle(&mut self) {
        let height = self.size.1;
        self.end_visit();
        self.layout = Layout::solve(self.size, self.focus, self.lower, self.whole, self.shape());
        // A pane that is not shown keeps the page of a screen, so that prefetching still makes sense.
        let list = self.layout.list.map_or(height.saturating_sub(7), |a| a.inner().height.saturating_sub(1));
        self.list.settle(usize::from(list));
        let (lang, ambiguous) = (self.lang(), self.setup.ambiguous);
        if let Some(area) = self.layout.detail {
            let inner = area.inner();
            let room = Room {
                width: usize::from(inner.width),
                height: usize::from(inner.height),
                whole: self.layout.list.is_none(),
                sign: self.evidence_sign(),
            };
            self.detail.settle(room, ambiguous, lang);
        }
        let timeline = self.layout.timeline.map_or(0, |a| a.inner().height);
        self.timeline.settle(usize::from(timeline));
        if let Some(Layer::Help(help)) = self.layers.last_mut() {
            let page = help_page(help.lines.len(), height);
            help.settle(page);
        }
        self.settle_scene();
        self.settle_note();
        self.follow_marks();
        self.ask_jump();
        self.prepare_highlights();
        self.count_views();
        self.ask_for_what_is_seen();
        self.start_due_work();
    }

    fn ask_for_what_is_seen(&mut self) {
        let keys = self.list.wanted();
        if !keys.is_empty() {
            self.ask(Request::Rows { keys });
        }
        match self.here() {
            Some(key) if self.detail.asked != Some(key) => {
                self.detail.asked = Some(key);
                self.ask(Request::Detail { key });
            }
            None if self.list.loaded && self.detail.key.is_some() => {
                self.detail.clear();
                self.timeline = Timeline::default();
            }
            _ => {}
        }
    }

    /// Goes back to the list from another pane; false if the list has the focus already.
    pub(super) fn step_back(&mut self) -> bool {
        let away = self.focus != Pane::List || self.whole;
        self.focus_list();
        away
    }

    /// Gives the list the focus, so that what changes in it is seen.
    pub(super) fn focus_list(&mut self) {
        self.focus = Pane::List;
        self.whole = false;
    }
}

/// Lines of help that fit on a screen.
fn help_page(lines: usize, height: u16) -> usize {
    lines.min(usize::from(height.saturating_sub(4)))
}
