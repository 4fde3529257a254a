//! What the terminal can do, as far as its name tells: colours, signs, modes, clipboard. Nothing is asked of the terminal
//! itself, since the first frame waits for no answer.
//!
//! `cli` hands over what the environment says; `session`, `terminal` and `screen` send only what stands here. The table
//! is `assets/terminals.toml`.

use super::RuntimeError;
use ratatui::style::Modifier;
use serde::Deserialize;

const TABLE: &str = include_str!("../../assets/terminals.toml");

/// What the environment says of the terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `$TERM`; empty where it is not set.
    pub term: String,
    /// `$COLORTERM` is set: whatever the name, it knows colours.
    pub colorterm: bool,
    /// tmux runs between here and the terminal.
    pub tmux: bool,
    /// The locale's characters are UTF-8.
    pub utf8: bool,
}

/// How many colours are sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Colours {
    /// Attributes only.
    None,
    /// Eight; a bright ink is bold instead.
    Eight,
    /// Sixteen. Themes have no more, so that they follow the terminal's own palette.
    #[default]
    Sixteen,
}

/// How a text gets onto the clipboard of the terminal's user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// Not at all.
    None,
    /// By OSC 52.
    #[default]
    Osc52,
    /// By OSC 52, plain and wrapped for GNU screen: what is between throws away the one that it does not know.
    Wrapped,
}

/// What the terminal is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ability {
    /// Colours.
    pub colours: Colours,
    /// Signs and frames are to be ASCII.
    pub ascii: bool,
    /// Why: the terminal's own letters are few, rather than the locale's.
    pub few_letters: bool,
    /// It has a second screen (mode 1049).
    pub second_screen: bool,
    /// It puts pastes in brackets (mode 2004).
    pub pastes: bool,
    /// It draws a frame at once (mode 2026), or passes over the sequence in silence.
    pub frames: bool,
    /// It knows the move to a column of the same row (CHA).
    pub columns: bool,
    /// Attributes that it draws as such.
    pub attributes: Modifier,
    /// Its clipboard.
    pub clipboard: Clipboard,
}

impl Default for Ability {
    /// That of the emulators in common use.
    fn default() -> Self {
        Self {
            colours: Colours::Sixteen,
            ascii: false,
            few_letters: false,
            second_screen: true,
            pastes: true,
            frames: true,
            columns: true,
            attributes: Modifier::all(),
            clipboard: Clipboard::Osc52,
        }
    }
}

#[derive(Deserialize)]
struct Table {
    terminal: Vec<Row>,
}

/// A row of the table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    names: Vec<String>,
    #[serde(default)]
    refused: bool,
    #[serde(default)]
    colours: u8,
    #[serde(default)]
    ascii: bool,
    #[serde(default)]
    modes: Vec<String>,
    #[serde(default)]
    columns: bool,
    #[serde(default)]
    attributes: String,
    #[serde(default)]
    clipboard: String,
}

impl Row {
    fn fits(&self, term: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| term.starts_with(name.as_str()))
    }

    fn has(&self, mode: &str) -> bool {
        self.modes.iter().any(|m| m == mode)
    }
}

impl Ability {
    /// What a terminal in such surroundings can do.
    ///
    /// # Errors
    /// [`RuntimeError::Refused`] for one that can't place its cursor, or has no name.
    pub fn of(around: &Surroundings) -> Result<Self, RuntimeError> {
        let term = around.term.as_str();
        let table: Vec<Row> = toml::from_str::<Table>(TABLE).map(|t| t.terminal).unwrap_or_default();
        let row = table.iter().find(|row| row.fits(term));
        let Some(row) = row.filter(|row| !row.refused && !term.is_empty()) else {
            return Err(RuntimeError::Refused(term.to_owned()));
        };
        let mono = ["-m", "-mono"].iter().any(|ending| term.ends_with(ending));
        let colours = match row.colours {
            _ if mono => Colours::None,
            _ if around.colorterm => Colours::Sixteen,
            0 => Colours::None,
            8 if !term.contains("256color") => Colours::Eight,
            _ => Colours::Sixteen,
        };
        let clipboard = match row.clipboard.as_str() {
            "osc52" => Clipboard::Osc52,
            "wrapped" if around.tmux => Clipboard::Osc52,
            "wrapped" => Clipboard::Wrapped,
            _ => Clipboard::None,
        };
        Ok(Self {
            colours,
            ascii: row.ascii || !around.utf8,
            few_letters: row.ascii,
            second_screen: row.has("screen"),
            pastes: row.has("paste"),
            frames: row.has("frame"),
            columns: row.columns,
            attributes: attributes(&row.attributes),
            clipboard,
        })
    }

    /// Key of what the analyst should know of the terminal, if anything.
    pub fn remark(&self) -> Option<&'static str> {
        match (self.few_letters, self.ascii) {
            (true, _) => Some("ui.hint.console"),
            (false, true) => Some("ui.hint.no_utf8"),
            (false, false) => None,
        }
    }
}

fn attributes(words: &str) -> Modifier {
    let of = |word| match word {
        "bold" => Modifier::BOLD,
        "dim" => Modifier::DIM,
        "italic" => Modifier::ITALIC,
        "underline" => Modifier::UNDERLINED,
        "reverse" => Modifier::REVERSED,
        "strike" => Modifier::CROSSED_OUT,
        _ => Modifier::empty(),
    };
    words.split_whitespace().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(term: &str) -> Option<Ability> {
        Ability::of(&Surroundings { term: term.into(), utf8: true, ..Surroundings::default() }).ok()
    }

    #[test]
    fn the_table_can_be_read_and_fits_every_name() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert!(table.terminal.last().is_some_and(|row| row.names.is_empty() && !row.refused));
        assert!(table.terminal.iter().all(|row| row.refused == row.attributes.is_empty()));
    }

    #[test]
    fn terminals_are_sent_what_they_know() {
        let colours = |term: &str| of(term).map(|a| a.colours);
        assert_eq!(colours("xterm"), Some(Colours::Sixteen));
        assert_eq!(colours("linux"), Some(Colours::Eight));
        assert_eq!(colours("screen"), Some(Colours::Eight));
        assert_eq!(colours("screen-256color"), Some(Colours::Sixteen));
        assert_eq!(colours("vt100"), Some(Colours::None));
        assert_eq!(colours("xterm-mono"), Some(Colours::None));
        assert_eq!(colours("newterm-256color"), Some(Colours::Sixteen));
        assert_eq!([colours("dumb"), colours("")], [None, None]);
        assert!(of("xterm-kitty").is_some_and(|a| a == Ability { attributes: a.attributes, ..Ability::default() }));
        assert!(
            of("linux").is_some_and(|a| a.ascii && !a.frames && !a.second_screen && a.clipboard == Clipboard::None)
        );
        assert!(of("screen").is_some_and(|a| !a.frames && !a.attributes.contains(Modifier::ITALIC)));
        assert!(of("vt100").is_some_and(|a| !a.columns && !a.pastes));
        assert!(of("tmux-256color").is_some_and(|a| a.clipboard == Clipboard::Osc52));
    }

    #[test]
    fn the_surroundings_count_too() {
        let around = Surroundings { term: "screen".into(), colorterm: true, tmux: true, utf8: false };
        let ability = Ability::of(&around).unwrap();
        assert_eq!((ability.colours, ability.clipboard), (Colours::Sixteen, Clipboard::Osc52));
        assert_eq!((ability.ascii, ability.remark()), (true, Some("ui.hint.no_utf8")));
        assert_eq!(of("linux").unwrap().remark(), Some("ui.hint.console"));
        assert_eq!(of("xterm").unwrap().remark(), None);
    }
}
