//! The filter stack: queries beside the query line that narrow every search, each switched on and off. The text that is
//! searched for is made here.

use super::App;
use super::layers::{Filters, Layer};
use super::query_line::{order_word, without_order};
use super::status::Tone;
use crate::config::sitting::Filter;
use crate::query;

/// What is done to the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterAct {
    /// The query line's text becomes a filter, and the line empty.
    Push,
    /// Switches the one at an index on or off.
    Switch(usize),
    /// Takes the one at an index away.
    Delete(usize),
}

/// What is searched for, and how it is told.
pub(super) struct Searched {
    /// The query.
    pub text: String,
    /// The filters that are on, and the line's text last, where there is one.
    pub parts: Vec<String>,
}

/// Joins filters and a line so that all have to hold: each in brackets of its own, which keep an `OR` inside. The line
/// stands last, so that its order is the one that counts.
pub(super) fn joined(filters: &[Filter], line: &str) -> Searched {
    let on = filters.iter().filter(|f| f.on).map(|f| f.text.trim());
    let mut parts: Vec<String> = on.map(str::to_owned).collect();
    let trimmed = line.trim();
    if parts.is_empty() {
        let parts = if trimmed.is_empty() { Vec::new() } else { vec![trimmed.to_owned()] };
        return Searched { text: line.to_owned(), parts };
    }
    let mut text = parts.iter().map(|p| format!("( {p} )")).collect::<Vec<_>>().join(" ");
    if !trimmed.is_empty() {
        text.push_str(&format!(" ( {line} )"));
        parts.push(trimmed.to_owned());
    }
    Searched { text, parts }
}

impl App {
    /// The filters that are switched on.
    pub fn filters_on(&self) -> impl Iterator<Item = &str> {
        self.filters.iter().filter(|f| f.on).map(|f| f.text.as_str())
    }

    /// What is wrong with the line by itself: a bracket of its own must not close one of the filters'. Else what is
    /// wrong with all of it, at the line as a whole.
    pub(super) fn wrong_beside_filters(&self, searched: &Searched) -> Option<(String, (usize, usize))> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_and_line_are_joined_so_that_each_holds() {
        let filter = |text: &str, on| Filter { text: text.into(), on };
        let text = |filters: &[Filter], line: &str| joined(filters, line).text;
        assert_eq!(text(&[], " a "), " a ");
        assert_eq!(text(&[filter("x", false)], "a OR b"), "a OR b");
        let stack = [filter("a OR b", true), filter("off", false), filter("tag:x", true)];
        assert_eq!(text(&stack, ""), "( a OR b ) ( tag:x )");
        let all = joined(&stack, "c sort:people");
        assert_eq!(all.text, "( a OR b ) ( tag:x ) ( c sort:people )");
        assert_eq!(all.parts, ["a OR b", "tag:x", "c sort:people"]);
        let today = chrono::NaiveDate::default();
        for line in ["", "sort:people", "c OR d"] {
            assert!(query::parse(&text(&stack, line), today).is_ok(), "{line}");
        }
    }
}
