//! The query line: what is typed, what is shown, the history, and where a query is wrong.

use crate::app::keys::{KeyCode, KeyPress};
use crate::app::search::completing::Completing;
use crate::app::search::filters::Searched;
use crate::app::typed::input::InputLine;
use crate::config::state::push_query;
use crate::domain::{Generation, Key, ListRow};
use crate::query::Completion;
use crate::query::ast::{Sort, SortField};

/// Where a query is wrong, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// In words.
    pub message: String,
    /// Byte range of the query's text.
    pub at: (usize, usize),
}

/// The query line's state.
#[derive(Debug, Default)]
pub struct QueryLine {
    /// The text, typed or kept.
    pub input: InputLine,
    /// The line has the focus.
    pub active: bool,
    /// What is wrong with it, if the store said so.
    pub wrong: Option<Wrong>,
    /// The newest query sent.
    pub generation: Generation,
    /// An answer is awaited.
    pub waiting: bool,
    /// It has been awaited so long that the analyst is told.
    pub slow: bool,
    /// The cursor's incident when the line was opened: live results come back to it.
    pub anchor: Option<Key>,
    /// The text of the result that the list shows.
    pub shown: String,
    /// The search whose result the list shows.
    pub shown_by: Generation,
    /// The line of the screen that the cursor stood on then.
    pub anchor_line: Option<usize>,
    /// The anchor's row, which tells where in the order it stands.
    pub anchor_row: Option<ListRow>,
    /// What Tab offers.
    pub completing: Option<Completing>,
    /// Tab was pressed where tags are wanted, which are being asked for.
    pub awaits_tags: bool,
    /// What its words are read as, which is looked for too.
    pub also: Vec<String>,
    /// The next result is shown from its top.
    pub from_top: bool,
    /// What that result was asked for: the filters that were on, and the line's text last.
    pub shown_parts: Vec<String>,
    sent: String,
    /// The line's own text of what was sent, and of what the list shows.
    sent_line: String,
    shown_line: String,
    sent_parts: Vec<String>,
    again: bool,
    before: String,
    history: Vec<String>,
    place: Option<usize>,
    draft: String,
}

/// What a key did to the query line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The text changed.
    Changed,
    /// Keep the query and leave.
    Keep,
    /// Restore the query from before and leave.
    Restore,
    /// Complete what stands before the cursor; backwards where false.
    Complete(bool),
    /// Show the help on queries.
    Help,
    /// Nothing that matters.
    Nothing,
}

impl QueryLine {
    /// A line that holds `text`.
    pub fn new(text: &str) -> Self {
        Self { input: InputLine::new(text), shown: text.to_owned(), ..Self::default() }
    }

    /// The line with the queries that were kept before, the newest last.
    #[must_use]
    pub fn with_history(mut self, history: &[String]) -> Self {
        self.history = history.to_vec();
        self
    }

    /// The queries that were kept, the newest last.
    pub fn history(&self) -> &[String] {
        &self.history
    }

    /// Gives the line the focus, ready for a further word; the anchor comes with its row, where that is known.
    pub fn open(&mut self, anchor: Option<Key>, row: Option<ListRow>) {
        self.active = true;
        self.anchor = anchor;
        self.anchor_row = row;
        self.before = self.input.text().to_owned();
        if !self.before.is_empty() && self.before.trim_end() == self.before {
            self.input.set(&format!("{} ", self.before));
        }
        self.place = None;
    }

    /// Stamps the next search with a generation of its own.
    pub(in crate::app) fn stamp(&mut self, searched: Searched) -> (Generation, String) {
        self.next_generation();
        self.waiting = true;
        self.slow = false;
        self.again = false;
        self.sent_line = self.input.text().trim().to_owned();
        (self.sent, self.sent_parts) = (searched.text, searched.parts);
        (self.generation, self.sent.clone())
    }

    /// A generation of its own for a search beside the line's, which supersedes those before it.
    pub(in crate::app) fn next_generation(&mut self) -> Generation {
        self.generation.0 += 1;
        self.generation
    }

    /// Notes that the newest search was refused.
    pub fn failed(&mut self) {
        self.waiting = false;
        self.slow = false;
        self.again = false;
        self.from_top = false;
    }

    /// Puts the text back that the list shows the result of; false where the line holds it.
    pub(in crate::app) fn take_back(&mut self) -> bool {
        let differs = self.input.text().trim() != self.shown_line;
        if differs {
            let shown = self.shown_line.clone();
            self.input.set(&shown);
            self.wrong = None;
        }
        differs
    }

    /// Asks that the search under way is run once more when it is done, since the store has changed; false where none
    /// is under way.
    pub fn once_more(&mut self) -> bool {
        self.again = self.waiting;
        self.waiting
    }

    /// Tells whether the answered search is to be run once more.
    pub fn is_due_again(&mut self) -> bool {
        std::mem::take(&mut self.again)
    }

    /// Tells whether the search under way is for another text than the list shows.
    pub fn asks_anew(&self) -> bool {
        self.shown != self.sent
    }

    /// Tells whether the search under way orders its hits by the default order.
    pub fn by_default_order(&self) -> bool {
        sort_in(&self.sent) == Sort::default()
    }

    /// Notes that the list shows the first hits of the search under way.
    pub fn early(&mut self) {
        self.wrong = None;
        self.shown.clone_from(&self.sent);
        self.shown_parts.clone_from(&self.sent_parts);
        self.shown_line.clone_from(&self.sent_line);
        self.shown_by = self.generation;
    }

    /// Notes that time passed; true if the wait has just become one to be told.
    pub fn tick(&mut self) -> bool {
        self.waiting && !std::mem::replace(&mut self.slow, self.waiting)
    }

    /// Notes that the newest search was answered; true if its text is that of the result shown before.
    pub fn answered(&mut self) -> bool {
        self.waiting = false;
        self.slow = false;
        let same = !self.asks_anew();
        self.early();
        same
    }

    /// Takes a key while the line has the focus.
    pub fn press(&mut self, key: KeyPress) -> Typed {
        self.awaits_tags = false;
        match (key.code, key.ctrl) {
            (KeyCode::Tab, _) => return Typed::Complete(true),
            (KeyCode::BackTab, _) => return Typed::Complete(false),
            _ => self.completing = None,
        }
        match (key.code, key.ctrl) {
            (KeyCode::Enter, _) => Typed::Keep,
            // In a text a question mark is looked for.
            (KeyCode::Char('?' | '？'), false) if self.input.is_empty() => Typed::Help,
            (KeyCode::F(1), _) => Typed::Help,
            (KeyCode::Esc, _) | (KeyCode::Char('c' | 'g'), true) => Typed::Restore,
            (KeyCode::Up, _) | (KeyCode::Char('p'), true) => self.older(),
            (KeyCode::Down, _) | (KeyCode::Char('n'), true) => self.newer(),
            _ => match self.input.press(key) {
                Some(true) => Typed::Changed,
                _ => Typed::Nothing,
            },
        }
    }

    /// Leaves the line with its text, which becomes the newest of the history; false where there is none.
    pub fn keep(&mut self) -> bool {
        self.active = false;
        (self.anchor, self.anchor_line) = (None, None);
        let text = self.input.text().trim().to_owned();
        self.input.set(&text);
        if !text.is_empty() {
            push_query(&mut self.history, &text);
        }
        !text.is_empty()
    }

    /// Leaves the line with the text from before; true if that differs from what stood there.
    pub fn restore(&mut self) -> bool {
        self.active = false;
        let differs = self.before.trim_end() != self.input.text().trim_end() || self.wrong.is_some();
        let before = std::mem::take(&mut self.before);
        self.input.set(&before);
        differs
    }

    /// The next older query; where something was typed, of those that begin so, if any do.
    fn older(&mut self) -> Typed {
        if self.place.is_none() {
            self.draft = self.input.text().to_owned();
        }
        let place = self.place.unwrap_or(self.history.len());
        let older = self.history.get(..place).unwrap_or_default();
        let Some(found) = older.iter().rposition(|query| self.is_meant(query)) else {
            return Typed::Nothing;
        };
        self.show_kept(found)
    }

    fn newer(&mut self) -> Typed {
        let Some(place) = self.place else { return Typed::Nothing };
        let newer = self.history.iter().skip(place + 1).position(|query| self.is_meant(query));
        if let Some(steps) = newer {
            return self.show_kept(place + 1 + steps);
        }
        self.place = None;
        let text = std::mem::take(&mut self.draft);
        self.input.set(&text);
        Typed::Changed
    }

    fn show_kept(&mut self, place: usize) -> Typed {
        self.place = Some(place);
        let text = self.history.get(place).cloned().unwrap_or_default();
        self.input.set(&text);
        Typed::Changed
    }

    /// Tells whether going through the history stops at a query: it begins as what was typed, or none does.
    fn is_meant(&self, query: &str) -> bool {
        let typed = self.draft.trim();
        let begins = |query: &str| query.starts_with(typed) && query != typed;
        query != typed && (typed == self.before.trim() || begins(query) || !self.history.iter().any(|h| begins(h)))
    }

    /// The order that the text names, else the default.
    pub fn sort(&self) -> Sort {
        sort_in(self.input.text())
    }

    /// Puts an order into the text: the default order needs no word.
    pub fn set_sort(&mut self, sort: Sort) {
        let text = self.input.text();
        let mut words: Vec<String> =
            text.split_whitespace().filter(|w| !w.starts_with("sort:")).map(str::to_owned).collect();
        if sort != Sort::default() {
            let minus = if sort.descending { "-" } else { "" };
            words.push(format!("sort:{minus}{}", sort_name(sort.field)));
        }
        let text = words.join(" ");
        self.input.set(&text);
    }

    /// Writes an offer into the line; false where it does not fit there.
    pub(in crate::app) fn write(&mut self, completing: &Completing, offer: &Completion) -> bool {
        let Some((text, end)) = completing.with(offer) else { return false };
        self.input.set_at(&text, end);
        true
    }
}

/// A query line's text without the words that name an order.
pub fn without_order(line: &str) -> String {
    line.split_whitespace().filter(|w| !w.starts_with("sort:")).collect::<Vec<_>>().join(" ")
}

/// The word of a query line that names its order; empty for the default one.
pub fn order_word(line: &str) -> String {
    order_in_words(line).map(|order| format!("sort:{order}")).unwrap_or_default()
}

/// The order of a query line as it stands after `sort:`; `None` for the default one.
pub fn order_in_words(line: &str) -> Option<String> {
    let Sort { field, descending } = Some(sort_in(line)).filter(|s| *s != Sort::default())?;
    Some(format!("{}{}", if descending { "-" } else { "" }, sort_name(field)))
}

/// The field's word and the direction (falling is true) of an order as it stands after `sort:`.
pub fn order_of(words: &str) -> Option<(&'static str, bool)> {
    let (falling, name) = words.strip_prefix('-').map_or((false, words), |n| (true, n));
    SortField::ALL.iter().find(|(_, n)| *n == name).map(|(_, n)| (*n, falling))
}

/// The order that a query names, else the default.
fn sort_in(query: &str) -> Sort {
    let named = query.split_whitespace().filter_map(|w| w.strip_prefix("sort:")).next_back();
    let read = |name: &str| {
        let (descending, name) = name.strip_prefix('-').map_or((false, name), |n| (true, n));
        let field = SortField::ALL.iter().find(|(_, n)| *n == name)?.0;
        Some(Sort { field, descending })
    };
    named.and_then(read).unwrap_or_default()
}

/// The query word of an order's field.
pub fn sort_name(field: SortField) -> &'static str {
    SortField::ALL.iter().find(|(f, _)| *f == field).map_or("published", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::keys::run;

    fn typed(line: &mut QueryLine, keys: &str) -> Vec<Typed> {
        run(keys).into_iter().map(|k| line.press(k)).collect()
    }

    #[test]
    fn history_goes_up_and_comes_back_to_the_draft() {
        let mut q = QueryLine::default();
        for kept in ["a", "b", "a"] {
            q.open(None, None);
            q.input.set(kept);
            q.keep();
        }
        q.open(None, None);
        q.input.set("c");
        typed(&mut q, "<Up><Up><Up>");
        assert_eq!(q.input.text(), "b");
        typed(&mut q, "<Down>");
        assert_eq!(q.input.text(), "a");
        typed(&mut q, "<Down><Down>");
        assert_eq!(q.input.text(), "c");
    }

    #[test]
    fn an_order_is_one_word_of_the_query() {
        let mut q = QueryLine::new("漏えい sort:org x");
        assert_eq!(q.sort(), Sort { field: SortField::Org, descending: false });
        q.set_sort(Sort { field: SortField::People, descending: true });
        assert_eq!(q.input.text(), "漏えい x sort:-people");
        q.set_sort(Sort::default());
        assert_eq!(q.input.text(), "漏えい x");
    }
}
