//! Saved views as the analyst uses them: opened from their dialog, by a key of their own or by name; saved, renamed,
//! deleted, and their incidents counted while no search of the analyst's is under way.

use crate::app::App;
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::layers::views::Count;
use crate::app::layers::{Confirm, Deed, Layer, Views};
use crate::app::search::filters::joined;
use crate::app::search::query_line::{order_in_words, without_order};
use crate::app::search::views::{Counting, ViewAct, grouping_of, in_words, line_of};
use crate::app::status::Tone;
use crate::config::sitting::Filter;
use crate::config::state::SavedView;
use crate::domain::protocol::Wanted;
use crate::domain::{Failure, Key, Reply, Request};
use crate::query;

impl App {
    /// What the list shows, as a view without a name.
    pub(super) fn present_view(&self) -> SavedView {
        let line = self.query.input.text();
        SavedView {
            query: without_order(line),
            sort: order_in_words(line),
            filters: self.filters_on().map(str::to_owned).collect(),
            group: self.grouping.map(in_words),
            ..SavedView::default()
        }
    }

    pub(super) fn open_views(&mut self) {
        let views = Views::new(&self.state.views, self.present_view(), self.lang());
        self.layers.push(Layer::Views(views));
    }

    /// Waits for the key of a view, and says which there are.
    pub(super) fn await_view_key(&mut self) {
        let keyed = self.state.views.iter().filter_map(|v| Some(format!("{} {}", v.key?, v.name)));
        let keyed: Vec<String> = keyed.collect();
        let text = if keyed.is_empty() {
            self.words("ui.views.no_keys")
        } else {
            self.awaits_view = true;
            self.lang().fill("ui.views.keys", &[("keys", &keyed.join(" · "))])
        };
        self.status.say(Tone::Hint, text);
    }

    /// Takes the key after `'`; false where none was awaited.
    pub(super) fn takes_view_key(&mut self, key: KeyPress) -> bool {
        if !std::mem::take(&mut self.awaits_view) {
            return false;
        }
        let KeyCode::Char(c) = normalise(key).code else { return true };
        match self.state.views.iter().find(|v| v.key == Some(c)).cloned() {
            Some(view) => self.open_view(view),
            None => {
                let text = self.fill("ui.views.no_such_key", &[("key", &c.to_string())]);
                self.status.say(Tone::Hint, text);
            }
        }
        true
    }

    /// Opens the view of a name, or of its beginning where only one begins so.
    pub(super) fn open_view_named(&mut self, name: &str) {
        let views = &self.state.views;
        let begins = || {
            let mut found = views.iter().filter(|v| v.name.to_lowercase().starts_with(&name.to_lowercase()));
            found.next().filter(|_| found.next().is_none())
        };
        match views.iter().find(|v| v.name == name).or_else(begins).cloned() {
            Some(view) => self.open_view(view),
            None => {
                let text = self.fill("ui.views.no_such_name", &[("name", name)]);
                self.status.say(Tone::Error, text);
            }
        }
    }

    /// Shows a view: its query in the line, its filters switched on, all others off.
    fn open_view(&mut self, view: SavedView) {
        self.focus_list();
        self.query.active = false;
        self.query.input.set(&line_of(&view));
        self.filters.iter_mut().for_each(|f| f.on = view.filters.contains(&f.text));
        for text in view.filters {
            if !self.filters.iter().any(|f| f.text == text) {
                self.filters.push(Filter { text, on: true });
            }
        }
        let grouping = view.group.as_deref().and_then(grouping_of);
        if self.grouping.map(|g| g.by) != grouping.map(|g| g.by) {
            self.list.forget_folds();
        }
        self.grouping = grouping;
        let text = self.lang().fill("ui.views.opened", &[("name", &view.name)]);
        self.status.say(Tone::Done, text);
        self.search();
    }

    pub(super) fn view_deed(&mut self, act: ViewAct) {
        let lang = self.lang();
        match act {
            ViewAct::Open(view) => self.open_view(view),
            ViewAct::Save { name, key } => self.save_view(&name, key),
            ViewAct::Rename { before, name, key } => {
                if let Some(view) = self.state.views.iter_mut().find(|v| v.name == before) {
                    (view.name, view.key) = (name.clone(), key);
                    self.status.say(Tone::Done, lang.fill("ui.views.renamed", &[("name", &name)]));
                }
                self.views_changed(Some(&name));
            }
            ViewAct::AskDelete(name) => {
                let question = lang.fill("ui.views.delete", &[("name", &name)]);
                let remark = lang.text("ui.views.delete_remark").to_owned();
                let deed = Deed::View(ViewAct::Delete(name));
                self.layers.push(Layer::Confirm(Confirm { question, remark, lightly: true, deed }));
            }
            ViewAct::Delete(name) => {
                self.state.views.retain(|v| v.name != name);
                self.status.say(Tone::Done, lang.fill("ui.views.deleted", &[("name", &name)]));
                self.views_changed(None);
            }
        }
    }

    /// Saves what the list shows; a view of that name is replaced.
    pub(super) fn save_view(&mut self, name: &str, key: Option<char>) {
        let lang = self.lang();
        if self.query.wrong.is_some() {
            return self.status.say(Tone::Error, lang.text("ui.filters.wrong").to_owned());
        }
        let view = SavedView { name: name.to_owned(), key, ..self.present_view() };
        match self.state.views.iter_mut().find(|v| v.name == name) {
            Some(old) => *old = view,
            None => self.state.views.push(view),
        }
        let text = self.fill("ui.views.saved", &[("name", name)]);
        self.status.say(Tone::Done, text);
        self.views_changed(Some(name));
    }

    /// The key of a saved view.
    pub(super) fn key_of_view(&self, name: &str) -> Option<char> {
        self.state.views.iter().find(|v| v.name == name).and_then(|v| v.key)
    }

    fn views_changed(&mut self, name: Option<&str>) {
        self.remember();
        self.counting = None;
        let (lang, saved) = (self.lang(), self.state.views.clone());
        if let Some(Layer::Views(dialog)) = self.layers.last_mut() {
            dialog.load(&saved, lang);
            name.into_iter().for_each(|n| dialog.select(n));
        }
    }

    /// Asks how many incidents the next view of the dialog holds.
    pub(super) fn count_views(&mut self) {
        let Some(Layer::Views(dialog)) = self.layers.last() else {
            self.counting = None;
            return;
        };
        if self.query.waiting || self.counting.is_some() {
            return;
        }
        let uncounted = dialog.rows.iter().enumerate().find(|(_, r)| r.count == Count::Unknown);
        let Some((row, view)) = uncounted.map(|(i, r)| (i, r.view.clone())) else { return };
        let filters: Vec<Filter> = view.filters.into_iter().map(|text| Filter { text, on: true }).collect();
        // The order does not change their number.
        let query = joined(&filters, &view.query).text;
        let Ok(parsed) = query::parse(&query, self.setup.today) else {
            self.counted(row, Count::Wrong);
            return self.count_views();
        };
        let mut marks: Vec<Key> =
            if parsed.asks_for_marks() { self.list.marks.iter().copied().collect() } else { Vec::new() };
        marks.sort_unstable();
        let generation = self.query.next_generation();
        self.counting = Some(Counting { generation, row });
        self.ask(Request::Search {
            generation,
            wanted: Wanted { query, marks: marks.into(), readings: self.setup.romaji, group: None },
        });
    }

    fn counted(&mut self, row: usize, count: Count) {
        self.counting = None;
        if let Some(row) = self.layers.iter_mut().find_map(|l| match l {
            Layer::Views(dialog) => dialog.rows.get_mut(row),
            _ => None,
        }) {
            row.count = count;
        }
    }

    /// Takes an answer that was asked for to count a view; false for all others.
    pub(super) fn answers_counting(&mut self, reply: &Reply) -> bool {
        let Some(Counting { generation, row }) = &self.counting else { return false };
        let row = *row;
        match reply {
            Reply::Found { generation: of, found, .. } if of == generation => {
                if !found.early {
                    self.counted(row, Count::Known(found.keys.len()));
                }
            }
            Reply::QueryError { generation: of, .. } if of == generation => self.counted(row, Count::Wrong),
            Reply::Failed { failure: Failure::Search, .. } => self.counted(row, Count::Wrong),
            _ => return false,
        }
        self.dirty = true;
        true
    }
}
