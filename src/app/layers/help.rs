//! The help screen of a pane, made from the table of actions.

use super::Outcome;
use crate::app::actions::{Entry, Scope, TABLE};
use crate::app::event::{KeyCode, KeyPress};
use crate::app::keymap::Keymap;
use crate::app::keys::normalise;
use crate::app::layout::Pane;
use crate::lang::Lang;
use crate::text::{AmbiguousWidth, pad_right, width, wrap};

/// The page on queries in English and Japanese.
const QUERIES: [&str; 2] =
    [include_str!("../../../assets/docs/query.md"), include_str!("../../../assets/docs/query.ja.md")];

/// Which actions the help shows together.
const GROUPS: &str = include_str!("../../../assets/keys/groups.toml");

/// Columns of what is written, before what it finds.
const WRITTEN: usize = 28;

/// One line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading.
    Heading(&'static str),
    /// An action: its keys, what it does, the command line that does the same.
    Action {
        /// Its keys.
        keys: String,
        /// What it does.
        text: &'static str,
        /// The command line.
        twin: Option<&'static str>,
    },
    /// A remark.
    Text(String),
    /// Free room.
    Blank,
}

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

/// A remark in lines that fit.
fn remark(text: &str, columns: usize) -> Vec<HelpLine> {
    let line = |(from, to)| HelpLine::Text(text.get(from..to).unwrap_or_default().trim_end().to_owned());
    wrap(text, columns, AmbiguousWidth::Wide).into_iter().map(line).collect()
}

/// The page on queries, broken at so many columns.
fn queries(columns: usize, lang: Lang) -> Vec<HelpLine> {
    let [en, ja] = QUERIES;
    let page = if lang == Lang::Ja { ja } else { en };
    let mut out: Vec<HelpLine> = Vec::new();
    let mut lines = page.lines().skip_while(|l| !l.starts_with("## ")).peekable();
    while let Some(line) = lines.next() {
        // A table's head says what is plain to see.
        let head = lines.peek().is_some_and(|next| next.starts_with("|---"));
        if line.starts_with("<!--") || line.starts_with("|---") || head {
            continue;
        }
        if let Some(heading) = line.strip_prefix("## ") {
            out.push(HelpLine::Heading(heading));
        } else if let Some(row) = line.strip_prefix("| ") {
            out.extend(row_lines(row.trim_end_matches(" |"), columns));
        } else if !line.is_empty() {
            out.extend(remark(line, columns));
        } else if !matches!(out.last(), None | Some(HelpLine::Blank | HelpLine::Heading(_))) {
            out.push(HelpLine::Blank);
        }
    }
    out
}

/// A row of a table: what is written, and beside it, or below where it is long, what it finds.
fn row_lines(row: &str, columns: usize) -> Vec<HelpLine> {
    let mut cells = row.split(" | ").map(|cell| cell.replace("\\|", "|"));
    let written = cells.next().unwrap_or_default().replace('`', "");
    let told: Vec<String> = cells.collect();
    let told = told.join("  ");
    let room = columns.saturating_sub(WRITTEN + 2).max(WRITTEN);
    let mut left = written.as_str();
    let mut out = Vec::new();
    if width(left, AmbiguousWidth::Wide) > WRITTEN {
        out.push(HelpLine::Text(std::mem::take(&mut left).to_owned()));
    }
    for (from, to) in wrap(&told, room, AmbiguousWidth::Wide) {
        let beside = pad_right(std::mem::take(&mut left), WRITTEN, AmbiguousWidth::Wide);
        out.push(HelpLine::Text(format!("{beside}  {}", told.get(from..to).unwrap_or_default().trim_end())));
    }
    out
}

/// The screen's state.
#[derive(Debug)]
pub struct Help {
    /// The pane's name.
    pub title: &'static str,
    /// What it says.
    pub lines: Vec<HelpLine>,
    /// First line on the screen.
    pub scroll: usize,
    /// Lines that fit on the screen.
    pub page: usize,
    /// What `/` shows instead: the page on queries, and from there the pane again.
    other: Option<Page>,
}

/// What a help screen says, and its name.
type Page = (&'static str, Vec<HelpLine>);

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
                lines.push(HelpLine::Heading(lang.text(heading)));
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
        lines.push(HelpLine::Heading(lang.text("ui.help.signs")));
        lines.extend(
            [
                "ui.help.counts",
                "ui.help.targets",
                "ui.help.status_signs",
                "ui.help.confidence_signs",
                "ui.help.event_signs",
                "ui.help.units",
                "ui.help.query",
            ]
            .into_iter()
            .flat_map(|key| remark(&map.text(lang, key), columns)),
        );
        let Self { title: on_queries, lines: page, .. } = Self::of_queries(columns, lang);
        Self { title, lines, scroll: 0, page: 1, other: Some((on_queries, page)) }
    }

    /// The help on queries alone, remarks broken at so many columns.
    pub fn of_queries(columns: usize, lang: Lang) -> Self {
        Self { title: lang.text("label.query"), lines: queries(columns, lang), scroll: 0, page: 1, other: None }
    }

    /// What long work had to say, a message after the other, broken at so many columns.
    pub fn of_messages(messages: &[String], columns: usize, lang: Lang) -> Self {
        let lines = messages.iter().flat_map(|text| remark(text, columns)).collect();
        Self { title: lang.text("ui.work.messages"), lines, scroll: 0, page: 1, other: None }
    }

    /// Notes the room there is.
    pub fn settle(&mut self, page: usize) {
        self.page = page.max(1);
        self.scroll = self.scroll.min(self.lines.len().saturating_sub(self.page));
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
        if key.code == KeyCode::Char('/')
            && let Some((title, lines)) = self.other.take()
        {
            let was = (std::mem::replace(&mut self.title, title), std::mem::replace(&mut self.lines, lines));
            self.other = Some(was);
            self.scroll = 0;
            return Outcome::Stay;
        }
        let page = self.page.saturating_sub(1).max(1);
        self.scroll = match (key.code, key.ctrl) {
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
        }
    }
}
