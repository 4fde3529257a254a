//! Tab in the query line: what is offered comes of the query language and of what has been seen of the case book.

use crate::app::App;
use crate::app::layers::Layer;
use crate::app::search::completing::Completing;
use crate::app::status::Tone;
use crate::domain::{ListRow, Request, Tag};
use crate::query::{Known, complete};
use crate::text::search_fold;
use chrono::NaiveDate;
use std::cell::Cell;
use std::collections::BTreeSet;

/// What the workbench knows of the case book.
struct Seen<'a> {
    app: &'a App,
    /// Tags were asked for that are not known yet.
    tags_wanted: Cell<bool>,
}

impl Seen<'_> {
    /// Names that rows at hand hold, sorted, each once.
    fn of_rows(&self, typed: &str, most: usize, name: fn(&ListRow) -> Option<&String>) -> Vec<String> {
        let names: BTreeSet<&String> = self.app.list.rows().filter_map(name).collect();
        names.into_iter().filter(|n| search_fold(n).contains(typed)).take(most).cloned().collect()
    }
}

impl Known for Seen<'_> {
    fn today(&self) -> NaiveDate {
        self.app.setup.today
    }

    fn text(&self, key: &str) -> Option<&'static str> {
        self.app.setup.lang.get(key)
    }

    fn tags(&self, typed: &str, most: usize) -> Vec<String> {
        self.tags_wanted.set(self.app.tags.is_none());
        let tags = self.app.tags.iter().flatten().map(Tag::as_str);
        tags.filter(|t| search_fold(t).contains(typed)).take(most).map(str::to_owned).collect()
    }

    fn orgs(&self, typed: &str, most: usize) -> Vec<String> {
        self.of_rows(typed, most, |row| row.org.as_ref())
    }

    fn third_parties(&self, typed: &str, most: usize) -> Vec<String> {
        self.of_rows(typed, most, |row| row.third_party.as_ref())
    }

    fn gangs(&self, typed: &str, most: usize) -> Vec<String> {
        self.of_rows(typed, most, |row| row.gang.as_ref())
    }

    fn analysts(&self, typed: &str, _: usize) -> Vec<String> {
        let own = &self.app.setup.analyst;
        if search_fold(own).contains(typed) { vec![own.clone()] } else { Vec::new() }
    }

    fn cases(&self, typed: &str, most: usize) -> Vec<String> {
        self.of_rows(typed, most, |row| row.case_no.as_ref())
    }
}

impl App {
    /// Tab in the query line: writes what all offers have in common, else the next of them.
    pub(super) fn complete_query(&mut self, forward: bool) {
        match self.query.completing.take() {
            Some(completing) => self.next_offer(completing, forward),
            None => self.first_offer(forward),
        }
    }

    fn first_offer(&mut self, forward: bool) {
        let (text, cursor) = (self.query.input.text().to_owned(), self.query.input.cursor());
        let seen = Seen { app: self, tags_wanted: Cell::new(false) };
        let offers = complete(&text, cursor, &seen);
        let tags_wanted = seen.tags_wanted.get();
        if tags_wanted && !std::mem::replace(&mut self.tags_asked, true) {
            self.ask(Request::TagCounts { keys: Vec::new() });
        }
        let completing = Completing { offers, chosen: None, text };
        match completing.offers.as_slice() {
            // The answer completes it.
            [] if tags_wanted => self.query.awaits_tags = true,
            [] => {
                let text = self.lang().text("ui.hint.no_completion").to_owned();
                self.status.say(Tone::Hint, text);
            }
            [only] => {
                if self.query.write(&completing, only) {
                    self.search();
                }
            }
            _ => match completing.common() {
                Some(common) if self.query.write(&completing, &common) => {
                    self.query.completing = Some(completing);
                    self.search();
                }
                _ => self.next_offer(completing, forward),
            },
        }
    }

    fn next_offer(&mut self, mut completing: Completing, forward: bool) {
        let n = completing.offers.len();
        let next = match completing.chosen {
            Some(i) if forward => (i + 1) % n.max(1),
            Some(i) => (i + n.saturating_sub(1)) % n.max(1),
            None if forward => 0,
            None => n.saturating_sub(1),
        };
        completing.chosen = Some(next);
        if let Some(offer) = completing.offers.get(next).cloned()
            && self.query.write(&completing, &offer)
        {
            self.query.completing = Some(completing);
            self.search();
        }
    }

    /// Tells the command palette the tags once a verb of tags stands in it.
    pub(super) fn tell_palette_the_tags(&mut self) {
        let lang = self.lang();
        let Some(Layer::Palette(palette)) = self.layers.last_mut() else { return };
        if !palette.takes_tags() {
            return;
        }
        match &self.tags {
            Some(tags) => palette.know(tags, lang),
            None if std::mem::replace(&mut self.tags_asked, true) => {}
            None => self.ask(Request::TagCounts { keys: Vec::new() }),
        }
    }

    /// Keeps the case book's tags, and goes on where they were waited for.
    pub(super) fn tags_known(&mut self, tags: Vec<Tag>) {
        if !std::mem::take(&mut self.tags_asked) {
            return;
        }
        self.tags = Some(tags);
        self.tell_palette_the_tags();
        if std::mem::take(&mut self.query.awaits_tags) && self.query.active {
            self.first_offer(true);
        }
    }
}
