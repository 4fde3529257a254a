//! What the store's answers change. Answers to superseded queries and to incidents that the cursor has left are
//! dropped; nothing on the screen jumps.

use crate::app::App;
use crate::app::layers::Layer;
use crate::app::status::Tone;
use crate::domain::protocol::{Found, Indexing, TagCount};
use crate::domain::{Acted, Applied, Failure, Generation, Key, ListRow, Operation, Record, Reply};
use crate::lang::Lang;
use crate::lexicon::codes;
use crate::text::search_fold;
use std::cmp::Reverse;
use std::path::Path;

impl App {
    pub(super) fn reply(&mut self, reply: Reply) {
        self.dirty = true;
        if self.answers_counting(&reply) {
            return;
        }
        match reply {
            Reply::Found { generation, found, rows } => self.found(generation, found, rows),
            Reply::QueryError { generation, message, at } => self.query_error(generation, message, at),
            Reply::Rows(rows) => {
                self.seek_on(&rows);
                self.list.keep(rows);
            }
            Reply::Jumped { generation, found } => self.jump_found(generation, &found),
            Reply::Detail { key, record, related, log } => self.detail_arrived(key, record, related, log),
            Reply::Related { key, rows } => self.related_arrived(key, &rows),
            Reply::Histogram { generation, histogram } => self.histogram_arrived(generation, histogram),
            Reply::Case { key, case } => {
                let lang = self.lang();
                self.case.take(key, case, lang);
            }
            Reply::TagCounts(counts) => self.tag_counts(counts),
            Reply::TagKeys(keys) => self.tag_keys_told(keys),
            Reply::Applied { acted, applied, keys } => self.applied(acted, &applied, &keys),
            Reply::TagColours(colours) => self.tag_colours = colours,
            Reply::Work(working) => self.work_told(working),
            Reply::Copied { path } => self.copied_to(&path),
            Reply::Others(heard) => self.others_did(&heard),
            Reply::Changed => self.changed_by_others(),
            Reply::Indexing(state) => self.index_told(state),
            Reply::Failed { failure, message } => self.failed(failure, message),
        }
    }

    fn found(&mut self, generation: Generation, found: Found, rows: Vec<ListRow>) {
        if generation != self.query.generation {
            return;
        }
        if found.early {
            return self.first_hits(found, rows);
        }
        self.held = None;
        self.seeking = None;
        if found.scanned && self.indexing == Some(Indexing::Ready) {
            // It has gone, or fallen behind, since that was said.
            self.indexing = None;
        }
        let goes_on = self.list.found.early && self.query.shown_by == generation;
        let same = self.query.answered();
        let before = self.list.current();
        if goes_on {
            self.list.complete(found);
        } else {
            let sent = self.query.anchor.is_some();
            self.show(found, rows, same);
            self.see_exchange(before, same && !sent);
        }
        self.look_for_restored();
        self.grant_wish();
        self.meet_visited();
        if self.query.is_due_again() {
            self.search();
        }
    }

    /// Takes the first hits of a search for a new text, unless that would take the cursor from an incident that the
    /// whole may still hold. A refresh shows nothing before the whole is known.
    fn first_hits(&mut self, found: Found, rows: Vec<ListRow>) {
        if found.keys.is_empty() || self.list.loaded && !self.query.asks_anew() {
            return;
        }
        if self.may_still_come(&found, &rows) {
            self.held = Some((found, rows));
            return;
        }
        self.show_first_hits(found, rows);
    }

    /// Tells whether the incident that the cursor is to stay on may be among the hits that are not known yet: it is not
    /// among the first, and stands behind them in the order.
    fn may_still_come(&self, found: &Found, rows: &[ListRow]) -> bool {
        let Some(wanted) = self.query.anchor.or_else(|| self.list.current()).filter(|_| !self.query.from_top) else {
            return false;
        };
        if found.keys.contains(&wanted) {
            return false;
        }
        let row = self.list.row(wanted).or(self.query.anchor_row.as_ref().filter(|r| r.key == wanted));
        let place = |row: &ListRow| (Reverse(row.published), row.key);
        let before = |row: &ListRow| rows.last().is_some_and(|last| place(row) < place(last));
        !(self.query.by_default_order() && row.is_some_and(before))
    }

    fn show_first_hits(&mut self, found: Found, rows: Vec<ListRow>) {
        self.query.early();
        self.show(found, rows, false);
    }

    /// Shows first hits that were held back, now that the whole takes its time.
    pub(super) fn show_what_is_held(&mut self) {
        if let Some((found, rows)) = self.held.take() {
            self.query.anchor = None;
            self.show_first_hits(found, rows);
        }
    }

    fn show(&mut self, found: Found, rows: Vec<ListRow>, same: bool) {
        let anchor = self.query.anchor;
        // Once the line was left with the query from before, the list stands as it stood.
        let line = self.query.anchor_line.filter(|_| anchor.is_some() && !self.query.active);
        self.list.take_at(found, anchor, line, same);
        self.list.keep(rows);
        if std::mem::take(&mut self.query.from_top) {
            self.list.go(self.list.first_incident());
            self.list.top = 0;
        }
        if !self.query.active {
            (self.query.anchor, self.query.anchor_line) = (None, None);
        }
        let text = self.query.shown.clone();
        self.detail.set_query(&text, self.setup.today, self.setup.romaji);
        self.highlights.set_query(&text, self.setup.today, self.setup.romaji);
        // The detail is fetched anew too: a refresh may have changed its tags, notes or operations.
        self.detail.asked = None;
    }

    /// A search that has been reading texts for long is run again once there is an index.
    fn index_told(&mut self, state: Indexing) {
        let ready = state == Indexing::Ready;
        self.indexing = Some(state);
        if ready && self.query.slow {
            self.search();
        }
    }

    pub(in crate::app) fn query_error(&mut self, generation: Generation, message: String, at: (usize, usize)) {
        if generation != self.query.generation {
            return;
        }
        self.held = None;
        self.query.failed();
        let message = self.wrong_in_words(message);
        if self.goes_back_to_query_in_force() {
            return self.status.say(Tone::Error, message);
        }
        self.query.wrong = Some(crate::app::search::query_line::Wrong { message, at });
        self.say_what_is_wrong();
    }

    /// Where the line is left already, a refused query gives way to the one that the list shows; the history holds it.
    fn goes_back_to_query_in_force(&mut self) -> bool {
        let goes = !self.query.active && self.list.loaded && self.query.take_back();
        if goes {
            self.search();
        }
        goes
    }

    /// What is wrong with the query: the suggestion first, since the line may be short.
    fn wrong_in_words(&self, told: String) -> String {
        let lang = self.lang();
        let text = self.query.input.text();
        let Err(error) = crate::query::parse_without_default(text, self.setup.today) else { return told };
        let piece = text.get(error.at.clone()).unwrap_or_default();
        let of_action = text.get(..error.at.start).is_some_and(|before| before.ends_with("action:"));
        let short = if of_action { code_of(piece) } else { None };
        let values = [("piece", piece), ("message", error.message.as_str())];
        match short.as_ref().or(error.suggestion.as_ref()) {
            Some(meant) => lang.fill("ui.query.meant", &[("meant", meant), values[0], values[1]]),
            None => lang.fill("ui.query.wrong", &values),
        }
    }

    fn detail_arrived(&mut self, key: Key, record: Box<Record>, related: Vec<ListRow>, log: Vec<Operation>) {
        if self.here() != Some(key) {
            return;
        }
        let lang = self.lang();
        self.timeline.load(&record, lang);
        self.detail.load(key, record, (related, log), lang);
    }

    fn tag_counts(&mut self, counts: Vec<TagCount>) {
        let lang = self.lang();
        self.preview_counted(&counts);
        self.tags_known(counts.iter().map(|c| c.tag.clone()).collect());
        let palette = self.layers.iter_mut().find_map(|l| match l {
            Layer::Tags(palette) => Some(palette),
            _ => None,
        });
        if let Some(palette) = palette {
            palette.load(counts, lang);
        }
    }

    fn applied(&mut self, acted: Acted, applied: &Applied, keys: &[Key]) {
        let lang = self.lang();
        let one = if let ([key], true) = (keys, acted != Acted::Change) { self.named(*key) } else { None };
        match self.ledger.answered(acted, applied, one.as_deref(), lang) {
            Ok(summary) => {
                let key = if acted == Acted::Undo { "ui.done.undone" } else { "ui.done.changed" };
                let text = self.setup.keymap.fill(lang, key, &[("summary", &summary)]);
                self.note_own(keys);
                self.note_restored(acted, keys, &text);
                self.status.say(Tone::Done, text);
                self.refresh();
                // What was taken back is shown: unless the cursor is on it, it goes there.
                if acted != Acted::Change && self.here().is_none_or(|here| !keys.contains(&here)) {
                    self.query.anchor = keys.first().copied();
                }
            }
            Err(why) => self.status.say(Tone::Hint, why),
        }
    }

    /// Asks anew for the list, its rows and the detail, keeping cursor and marks.
    pub(super) fn refresh(&mut self) {
        self.list.forget_rows();
        self.tags = None;
        self.tag_keys = None;
        self.detail.asked = None;
        self.case.forget();
        // A search under way is not begun anew: one that takes long would never end while the store keeps changing.
        if self.query.wrong.is_none() && !self.query.once_more() {
            self.search();
        }
    }

    /// What was copied is in a file: its path is what one needs to get at it.
    fn copied_to(&mut self, path: &Path) {
        let text = self.lang().fill("ui.done.copied_to", &[("path", &path.to_string_lossy())]);
        self.status.say(Tone::Done, text);
    }

    fn failed(&mut self, failure: Failure, message: String) {
        match failure {
            Failure::Change => {
                self.ledger.failed();
                // What was shown as done beforehand is not.
                self.detail.asked = None;
            }
            Failure::Search => self.query.failed(),
            _ => {}
        }
        self.status.say(Tone::Error, message);
    }
}

/// The action that the list, in either language, calls so: what is read there is typed.
fn code_of(name: &str) -> Option<String> {
    let name = search_fold(name);
    let called = |code: &&String| {
        let tail = code.rsplit('.').next().unwrap_or(code);
        let keys = ["action_short", "action_name"].map(|table| [format!("{table}.{code}"), format!("{table}.{tail}")]);
        [Lang::En, Lang::Ja].into_iter().any(|lang| {
            let names = keys.iter().filter_map(|[own, shared]| lang.get(own).or_else(|| lang.get(shared)));
            names.map(search_fold).any(|known| known == name)
        })
    };
    codes::actions().iter().find(called).cloned()
}
