//! The help screen of a pane, made from the table of actions.

use super::Outcome;
use crate::app::actions::{Scope, TABLE};
use crate::app::event::{KeyCode, KeyPress};
use crate::app::keys::normalise;
use crate::app::layout::Pane;
use crate::lang::Lang;
use crate::text::{AmbiguousWidth, wrap};

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

/// A remark in lines that fit.
fn remark(text: &str, columns: usize) -> Vec<HelpLine> {
    let line = |(from, to)| HelpLine::Text(text.get(from..to).unwrap_or_default().to_owned());
    wrap(text, columns, AmbiguousWidth::Wide).into_iter().map(line).collect()
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
}

impl Help {
    /// Columns of the screen, frame included, where there is room.
    pub const COLUMNS: usize = 96;

    /// The help of a pane, remarks broken at so many columns.
    pub fn of(pane: Pane, columns: usize, lang: Lang) -> Self {
        let title = match pane {
            Pane::List => lang.text("ui.pane.list"),
            Pane::Detail => lang.text("ui.pane.detail"),
            Pane::Timeline => lang.text("ui.pane.timeline"),
        };
        let mut lines = Vec::new();
        let own = TABLE.iter().filter(|e| e.scope != Scope::Everywhere && e.scope.covers(pane)).count();
        for (heading, everywhere) in [("ui.help.here", false), ("ui.help.everywhere", true)] {
            if !everywhere && own == 0 {
                continue;
            }
            lines.push(HelpLine::Heading(lang.text(heading)));
            let entries = TABLE.iter().filter(|e| e.scope.covers(pane) && (e.scope == Scope::Everywhere) == everywhere);
            lines.extend(entries.map(|e| HelpLine::Action {
                keys: e.keys.join(" "),
                text: lang.text(e.help),
                twin: e.twin,
            }));
            lines.push(HelpLine::Blank);
        }
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
            .flat_map(|key| remark(lang.text(key), columns)),
        );
        Self { title, lines, scroll: 0, page: 1 }
    }

    /// Notes the room there is.
    pub fn settle(&mut self, page: usize) {
        self.page = page.max(1);
        self.scroll = self.scroll.min(self.lines.len().saturating_sub(self.page));
    }

    pub(super) fn press(&mut self, key: KeyPress) -> Outcome {
        let key = normalise(key);
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
