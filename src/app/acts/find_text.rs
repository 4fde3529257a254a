//! Looking for words in the text of the incident that is shown: `g/`, then `n` and `N`.

use crate::app::App;
use crate::app::layers::{FindLine, Layer};
use crate::app::layout::Pane;
use crate::app::status::Tone;
use crate::lang::grouped;

impl App {
    /// Opens the line, and gives the detail the focus so that `n` and `N` are heard there.
    pub(super) fn open_find(&mut self) {
        if self.record_at_hand().is_none() {
            return;
        }
        if self.focus != Pane::Detail {
            (self.focus, self.lower) = (Pane::Detail, Pane::Detail);
        }
        self.layers.push(Layer::Find(FindLine::new(self.detail.looked_for())));
    }

    /// Looks for a text, as typed so far or kept.
    pub(super) fn find_in_text(&mut self, text: &str) {
        if self.detail.looked_for() != text.trim() {
            self.detail.look_for(text);
        }
        let (found, at) = (self.detail.matches.len(), self.detail.at_match);
        match self.layers.last_mut() {
            Some(Layer::Find(line)) => (line.found, line.at) = (found, at),
            _ if text.trim().is_empty() => {}
            _ => self.tell_match(),
        }
    }

    /// Pasted text is looked for as typed text is.
    pub(super) fn find_pasted(&mut self) {
        if let Some(Layer::Find(line)) = self.layers.last() {
            let text = line.input.text().to_owned();
            self.find_in_text(&text);
        }
    }

    /// Says which match is looked at, of how many.
    pub(super) fn tell_match(&mut self) {
        let (at, of) = (self.detail.at_match.map_or(0, |i| i + 1), self.detail.matches.len());
        let text = match (of, self.detail.looked_for()) {
            (0, "") => self.lang().text("ui.hint.no_match").to_owned(),
            (0, text) => self.fill("ui.hint.not_in_text", &[("text", text)]),
            _ => {
                let (at, of) = (grouped(at as u64), grouped(of as u64));
                self.lang().fill("ui.hint.match", &[("i", &at), ("n", &of)])
            }
        };
        self.status.say(Tone::Hint, text);
    }

    /// Looks for nothing of its own any more; false if it did not.
    pub(super) fn end_find(&mut self) -> bool {
        let any = self.focus == Pane::Detail && !self.detail.looked_for().is_empty();
        if any {
            self.detail.look_for("");
        }
        any
    }
}
