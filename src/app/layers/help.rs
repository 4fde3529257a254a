//! The help screen of a pane, made from the table of actions.

use super::deed::Outcome;
use crate::app::commands::pages::{HelpLine, PAGES, Page, broken, remark};
use crate::app::keys::actions::{Entry, Scope, TABLE};
use crate::app::keys::keymap::Keymap;
use crate::app::keys::{KeyCode, KeyPress, normalise};
use crate::app::layout::Pane;
use crate::lang::Lang;

/// Which actions the help shows together.
const GROUPS: &str = include_str!("../../../assets/keys/groups.toml");

/// Headings, and the names of the actions that stand under each.
fn groups() -> Vec<(&'static str, Vec<String>)> {
    let table: toml::Table = GROUPS.parse().unwrap_or_default();
    let names = |group: &str| {
        let names = table.get(group).and_then(toml::Value::as_array);
        names.into_iter().flatten().filter_map(|n| n.as_str().map(str::to_owned)).collect()
    };
    [("ui.help.moving", "moving"), ("ui.help.triage", "triage"), ("ui.help.finding", "finding")]
        .map(|(heading, group)| (heading, names(group)))
        .into()
}

/// The screen's state.
#[derive(Debug)]
pub struct Help {
    /// What it is about.
    pub title: &'static str,
    /// What it says.
    pub lines: Vec<HelpLine>,
    /// First line on the screen.
    pub scroll: usize,
    /// Lines that fit on the screen.
    pub page: usize,
    /// Columns at which remarks are broken.
    columns: usize,
    lang: Lang,
    /// Digits open the pages of the documentation.
    pub leads: bool,
    /// The pane's help that a page was opened from.
    back: Option<Before>,
}

/// What stood there before: title, lines, first line on the screen.
type Before = (&'static str, Vec<HelpLine>, usize);

impl Help {
    /// Columns of the screen, frame included, where there is room.
    pub const COLUMNS: usize = 96;

    /// The help of a pane, remarks broken at so many columns.
    pub fn of(pane: Pane, columns: usize, map: &Keymap, lang: Lang) -> Self {
        let title = match pane {
            Pane::List => lang.text("ui.pane.list"),
            Pane::Detail => lang.text("ui.pane.detail"),
            Pane::Timeline => lang.text("ui.pane.timeline"),
        };
        let line = |e: &Entry| HelpLine::Action { keys: map.joined(e.action), text: lang.text(e.help), twin: e.twin };
        let mut lines = Vec::new();
        let mut section = |heading: &'static str, entries: Vec<&Entry>| {
            if !entries.is_empty() {
                lines.push(HelpLine::Heading(lang.text(heading).to_owned()));
                lines.extend(entries.into_iter().map(line));
                lines.push(HelpLine::Blank);
            }
        };
        let (shared, own): (Vec<&Entry>, Vec<&Entry>) =
            TABLE.iter().filter(|e| e.scope.covers(pane)).partition(|e| e.scope == Scope::Everywhere);
        section("ui.help.here", own);
        let groups = groups();
        for (heading, names) in &groups {
            section(heading, shared.iter().copied().filter(|e| names.iter().any(|n| n == e.name)).collect());
        }
        let grouped = |e: &&Entry| groups.iter().any(|(_, names)| names.iter().any(|n| n == e.name));
        section("ui.help.everywhere", shared.into_iter().filter(|e| !grouped(e)).collect());
        lines.push(HelpLine::Heading(lang.text("ui.help.signs").to_owned()));
        let mut remarks = |keys: &[&'static str], line: fn(String) -> HelpLine| {
            let told = keys.iter().flat_map(|key| broken(&map.text(lang, key), columns));
            lines.extend(told.map(line));
        };
        remarks(
            &["ui.help.counts", "ui.help.targets", "ui.help.status_signs", "ui.help.confidence_signs"],
            HelpLine::Text,
        );
        remarks(&["ui.help.event_signs"], HelpLine::Events);
        remarks(&["ui.help.units", "ui.help.query"], HelpLine::Text);
        lines.push(HelpLine::Blank);
        lines.push(HelpLine::Heading(lang.text("ui.help.pages").to_owned()));
        lines.extend(PAGES.iter().zip(1..).map(|(page, n)| HelpLine::Page {
            key: n,
            text: lang.text(page.title),
            name: page.name,
        }));
        Self { leads: true, ..Self::with(title, lines, columns, lang) }
    }

    fn with(title: &'static str, lines: Vec<HelpLine>, columns: usize, lang: Lang) -> Self {
        Self { title, lines, scroll: 0, page: 1, columns, lang, leads: false, back: None }
    }

    /// A page of the documentation alone, broken at so many columns.
    pub fn of_page(page: &Page, columns: usize, lang: Lang) -> Self {
        Self { leads: true, ..Self::with(lang.text(page.title), page.lines(columns, lang), columns, lang) }
    }

    /// The help on queries alone, remarks broken at so many columns.
    pub fn of_queries(columns: usize, lang: Lang) -> Self {
        let [queries, ..] = &PAGES;
        Self { leads: false, ..Self::of_page(queries, columns, lang) }
    }

    /// What long work had to say, a message after the other, broken at so many columns.
    pub fn of_messages(messages: &[String], columns: usize, lang: Lang) -> Self {
        let lines = messages.iter().flat_map(|text| remark(text, columns)).collect();
        Self::with(lang.text("ui.work.messages"), lines, columns, lang)
    }

    /// Notes the room there is.
    pub fn settle(&mut self, page: usize) {
        self.page = page.max(1);
        self.scroll = self.scroll.min(self.lines.len().saturating_sub(self.page));
    }

    /// Opens the page of a digit, or with `/` the one on queries, which `/` leaves again.
    fn turn(&mut self, key: char) {
        let at = if key == '/' { Some(0) } else { key.to_digit(10).and_then(|n| (n as usize).checked_sub(1)) };
        let Some(page) = at.and_then(|at| PAGES.get(at)) else { return };
        let title = self.lang.text(page.title);
        if key == '/' && self.title == title && self.step_back() {
            return;
        }
        let was = std::mem::replace(&mut self.lines, page.lines(self.columns, self.lang));
        self.back.get_or_insert((self.title, was, self.scroll));
        (self.title, self.scroll) = (title, 0);
    }

    /// Goes back from a page to the help that it was opened from; false if it was opened by itself.
    pub(super) fn step_back(&mut self) -> bool {
        let Some((title, lines, scroll)) = self.back.take() else { return false };
        (self.title, self.lines, self.scroll) = (title, lines, scroll);
        true
    }

    /// What the frame says of the way back.
    pub fn is_page(&self) -> bool {
        self.back.is_some()
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        if let KeyCode::Char(c @ ('/' | '0'..='9')) = key.code
            && self.leads
        {
            self.turn(c);
            return Outcome::Stay;
        }
        let page = self.page.saturating_sub(1).max(1);
        self.scroll = match (key.code, key.ctrl) {
            (KeyCode::Char('q'), false) | (KeyCode::Backspace, _) if self.step_back() => return Outcome::Stay,
            (KeyCode::Char('q' | '?'), false) | (KeyCode::F(1), _) => return Outcome::Close,
            (KeyCode::Char('j'), false) | (KeyCode::Down, _) => self.scroll + 1,
            (KeyCode::Char('k'), false) | (KeyCode::Up, _) => self.scroll.saturating_sub(1),
            (KeyCode::Char('d'), true) | (KeyCode::PageDown | KeyCode::Char(' '), _) => self.scroll + page,
            (KeyCode::Char('u'), true) | (KeyCode::PageUp, _) => self.scroll.saturating_sub(page),
            (KeyCode::Char('g'), _) | (KeyCode::Home, _) => 0,
            (KeyCode::Char('G'), _) | (KeyCode::End, _) => self.lines.len(),
            _ => self.scroll,
        };
        Outcome::Stay
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::AmbiguousWidth;
    use crate::text::width;

    #[test]
    fn the_page_on_queries_names_every_field_and_keeps_within_the_columns() {
        for lang in [Lang::En, Lang::Ja] {
            let help = Help::of_queries(76, lang);
            let lines: Vec<&str> = help
                .lines
                .iter()
                .map(|l| match l {
                    HelpLine::Heading(text) => text,
                    HelpLine::Text(text) => text.as_str(),
                    _ => "",
                })
                .collect();
            for field in crate::query::fields() {
                let told = lang.text(field.help);
                let told = crate::text::first_chars(told, 10);
                assert!(lines.iter().any(|l| l.starts_with(field.name)), "{}", field.name);
                assert!(lines.iter().any(|l| l.contains(told)), "{}", field.name);
            }
            assert!(!lines.iter().any(|l| l.starts_with(['|', '<', '#'])), "{lines:#?}");
            let wide = |l: &&&str| width(l, AmbiguousWidth::Wide) > 76;
            assert_eq!(lines.iter().find(wide), None);
            let mut pane = Help::of(Pane::List, 76, &Keymap::default(), lang);
            let (title, own) = (pane.title, pane.lines.clone());
            assert!(pane.press(KeyPress::plain(KeyCode::Char('/'))) == Outcome::Stay && pane.lines == help.lines);
            pane.press(KeyPress::plain(KeyCode::Char('/')));
            assert!(pane.title == title && pane.lines == own);
            // A digit opens its page, another one the next; Esc goes back to the pane's, then leaves.
            for (page, digit) in PAGES.iter().zip('1'..) {
                pane.press(KeyPress::plain(KeyCode::Char(digit)));
                assert_eq!(pane.title, lang.text(page.title));
            }
            assert!(pane.step_back() && pane.title == title && pane.lines == own && !pane.step_back());
        }
    }
}
