//! The filter stack as the analyst changes it: a query put on it, switched, taken away.

use crate::app::App;
use crate::app::layers::{Filters, Layer};
use crate::app::search::filters::{FilterAct, Searched};
use crate::app::search::query_line::{order_word, without_order};
use crate::app::status::Tone;
use crate::config::sitting::Filter;
use crate::query;

impl App {
    /// The filters that are switched on.
    pub fn filters_on(&self) -> impl Iterator<Item = &str> {
        self.filters.iter().filter(|f| f.on).map(|f| f.text.as_str())
    }

    /// What is wrong with the line by itself: a bracket of its own must not close one of the filters'. Else what is
    /// wrong with all of it, at the line as a whole.
    pub(in crate::app) fn wrong_beside_filters(&self, searched: &Searched) -> Option<(String, (usize, usize))> {
        let (line, today) = (self.query.input.text(), self.setup.today);
        self.filters_on().next()?;
        if let Err(e) = query::parse_without_default(line, today) {
            return Some((e.to_string(), (e.at.start, e.at.end)));
        }
        let error = query::parse(&searched.text, today).err()?;
        Some((error.to_string(), (0, line.len())))
    }

    pub(super) fn open_filters(&mut self) {
        let dialog = Filters::new(self.filters.clone(), &without_order(self.query.input.text()));
        self.layers.push(Layer::Filters(dialog));
    }

    pub(super) fn filter_deed(&mut self, act: FilterAct) {
        let lang = self.lang();
        match act {
            FilterAct::Push => {
                let line = self.query.input.text().to_owned();
                let text = without_order(&line);
                if text.is_empty() || self.query.wrong.is_some() {
                    let key = if text.is_empty() { "ui.filters.no_query" } else { "ui.filters.wrong" };
                    let text = self.words(key);
                    return self.status.say(Tone::Error, text);
                }
                self.filters.retain(|f| f.text != text);
                self.filters.push(Filter { text, on: true });
                self.query.input.set(&order_word(&line));
            }
            FilterAct::Switch(index) => {
                let Some(filter) = self.filters.get_mut(index) else { return };
                filter.on = !filter.on;
            }
            FilterAct::Delete(index) => {
                if index >= self.filters.len() {
                    return;
                }
                let gone = self.filters.remove(index);
                self.status.say(Tone::Done, lang.fill("ui.filters.gone", &[("query", &gone.text)]));
            }
        }
        let line = without_order(self.query.input.text());
        let now = self.filters.clone();
        if let Some(Layer::Filters(dialog)) = self.layers.last_mut() {
            dialog.load(now, &line);
        }
        self.search();
    }
}
