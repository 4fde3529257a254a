//! Jumps from one incident to another, and the way back.
//!
//! Whatever leads to an incident that is not a neighbour in the list (related incidents, the fuzzy finder) calls
//! [`App::jump_to`]. An incident that the view does not hold is shown alone until the list has the focus again.

use crate::app::App;
use crate::app::jumps::{Jumps, Place};
use crate::app::layers::{Layer, RelatedBox};
use crate::app::layout::Pane;
use crate::app::panes::list::{Chosen, Targets};
use crate::domain::{Key, ListRow, Request};

impl App {
    /// The incident that the analyst is on: the visited one, else the cursor's.
    pub fn here(&self) -> Option<Key> {
        self.jumps.visited.or_else(|| self.list.current())
    }

    /// Goes to an incident, wherever it is: the list's cursor where the view holds it, else the detail shows it alone.
    /// The way back is remembered. Asking for its rows and texts is [`App::update`]'s.
    pub fn jump_to(&mut self, key: Key) {
        let from = self.place();
        if from.is_some_and(|p| p.key == key) {
            return;
        }
        Jumps::remember(&mut self.jumps.back, from);
        self.jumps.ahead.clear();
        self.show_incident(key);
    }

    /// Goes back to where the last jump began, or forward again.
    pub(super) fn retrace(&mut self, back: bool, count: Option<usize>) {
        for step in 0..count.unwrap_or(1).clamp(1, Jumps::REMEMBERED) {
            let here = self.place();
            let stack = if back { &mut self.jumps.back } else { &mut self.jumps.ahead };
            let mut place = stack.pop();
            while place.is_some_and(|p| here.is_some_and(|h| h.key == p.key)) {
                place = stack.pop();
            }
            let Some(place) = place else {
                if step == 0 {
                    self.hint(if back { "ui.hint.no_way_back" } else { "ui.hint.no_way_ahead" });
                }
                return;
            };
            Jumps::remember(if back { &mut self.jumps.ahead } else { &mut self.jumps.back }, here);
            self.show_incident(place.key);
            if self.jumps.visited.is_none() {
                (self.focus, self.lower, self.whole) = (place.focus, place.lower, place.whole);
            }
        }
    }

    fn place(&self) -> Option<Place> {
        let place = |key| Place { key, focus: self.focus, lower: self.lower, whole: self.whole };
        self.here().map(place)
    }

    fn show_incident(&mut self, key: Key) {
        self.list.visual = None;
        if self.go_in_view(key) {
            return;
        }
        self.jumps.visited = Some(key);
        if self.focus == Pane::List {
            self.from_list = true;
        }
        (self.focus, self.lower, self.whole) = (Pane::Detail, Pane::Detail, true);
    }

    /// Puts the cursor on an incident, where the view holds it; nothing is visited then.
    fn go_in_view(&mut self, key: Key) -> bool {
        let found = self.list.go_to_key(key);
        if found {
            self.jumps.visited = None;
        }
        found
    }

    /// The cursor goes to the visited incident once the view holds it: the rest of a search came, or it was changed.
    pub(super) fn meet_visited(&mut self) {
        if let Some(key) = self.jumps.visited {
            self.go_in_view(key);
        }
    }

    /// The visit ends once the list has the focus.
    pub(super) fn end_visit(&mut self) {
        if self.focus == Pane::List {
            self.jumps.visited = None;
        }
    }

    /// What an act is done to: the visual range, else the marks, else the incident that the analyst is on.
    pub(super) fn acting_on(&self) -> Targets {
        let targets = self.list.targets();
        match self.jumps.visited {
            Some(key) if matches!(targets.from, Chosen::Cursor | Chosen::Group) => {
                Targets { keys: vec![key], from: Chosen::Cursor }
            }
            _ => targets,
        }
    }
}

impl App {
    /// Opens the list of what is related to the incident that the analyst is on.
    pub(super) fn open_related(&mut self) {
        let Some((key, record)) = self.record_at_hand() else { return };
        if record.related_total == 0 {
            return self.hint("ui.hint.nothing_related");
        }
        let rows = &self.detail.related;
        let Some(record) = &self.detail.record else { return };
        let dialog = RelatedBox::new(key, record, rows);
        if dialog.links.len() < record.related.len() {
            self.ask(Request::Related { key });
        }
        self.layers.push(Layer::Related(dialog));
    }

    /// The rows of all that is related to an incident have come.
    pub(super) fn related_arrived(&mut self, of: Key, rows: &[ListRow]) {
        for layer in &mut self.layers {
            if let Layer::Related(dialog) = layer
                && dialog.of == of
            {
                dialog.load(rows);
            }
        }
    }
}
