//! How the workbench looks: theme, arrangement of the panes, eras. Opened with what the configuration says; `:set`
//! and `W` change it for the time being.

use super::App;
use super::layout::Shape;
use super::status::Tone;
use crate::config::{Arrangement, Theme};
use crate::lang::Lang;
use crate::text::AmbiguousWidth;

/// What can be set while the workbench runs, and what the terminal needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Display {
    /// The colours.
    pub theme: Theme,
    /// How the panes stand.
    pub arrangement: Arrangement,
    /// Dates are shown in Japanese eras too.
    pub era: bool,
    /// The terminal, or the locale, knows no signs but ASCII.
    pub ascii: bool,
    /// Key of what the analyst is told first: what the terminal lacks.
    pub remark: Option<&'static str>,
}

/// One thing to set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// The colours.
    Theme(Theme),
    /// How the panes stand.
    Arrangement(Arrangement),
    /// Eras beside dates.
    Era(bool),
}

/// What `:set` takes, as its usage line shows it.
pub const USAGE: &str = "set theme NAME | layout stacked|side | era on|off";

/// Reads what stands after `set`: a name and a value.
///
/// # Errors
/// Says what can be set, or to what.
pub fn setting(words: &str, lang: Lang) -> Result<Setting, String> {
    let (name, value) = words.split_once([' ', '=']).unwrap_or((words, ""));
    let value = value.trim();
    match name {
        "theme" => named(&Theme::ALL, value, lang).map(Setting::Theme),
        "layout" => named(&Arrangement::ALL, value, lang).map(Setting::Arrangement),
        "era" => named(&[(true, "on"), (false, "off")], value, lang).map(Setting::Era),
        _ => Err(lang.fill("ui.verb.bad_setting", &[("word", name)])),
    }
}

fn named<T: Copy>(all: &[(T, &str)], value: &str, lang: Lang) -> Result<T, String> {
    let found = all.iter().find(|(_, name)| *name == value).map(|(of, _)| *of);
    let names = || all.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
    found.ok_or_else(|| lang.fill("ui.verb.bad_value", &[("word", value), ("names", &names())]))
}

impl App {
    /// Tells whether signs are those of ASCII: where others are not wanted, not known, or drawn too wide.
    pub fn ascii(&self) -> bool {
        // Frames and columns are laid out for signs of one column: where those would be drawn wide, ASCII stands in.
        self.setup.plain || self.setup.display.ascii || self.setup.ambiguous == AmbiguousWidth::Wide
    }

    /// How the panes are to stand.
    pub fn shape(&self) -> Shape {
        match self.setup.display.arrangement {
            _ if self.setup.plain => Shape::Linear,
            Arrangement::Stacked => Shape::Stacked,
            Arrangement::Side => Shape::Side,
        }
    }

    /// Says what the terminal lacks.
    pub(super) fn remark_on_terminal(&mut self) {
        if let Some(key) = self.setup.display.remark {
            self.hint(key);
        }
    }

    /// Lets the panes stand the other way.
    pub(super) fn turn_panes(&mut self) {
        let turned = match self.setup.display.arrangement {
            Arrangement::Stacked => Arrangement::Side,
            Arrangement::Side => Arrangement::Stacked,
        };
        self.set(Setting::Arrangement(turned));
    }

    /// Changes how the workbench looks, and says so.
    pub(super) fn set(&mut self, setting: Setting) {
        let display = &mut self.setup.display;
        let key = match setting {
            Setting::Theme(theme) => {
                display.theme = theme;
                if self.setup.no_color { "ui.set.no_colour" } else { "ui.set.theme" }
            }
            Setting::Arrangement(arrangement) => {
                display.arrangement = arrangement;
                match arrangement {
                    _ if self.setup.plain => "ui.set.plain",
                    Arrangement::Stacked => "ui.set.stacked",
                    Arrangement::Side if self.shape().stands_in(self.size) => "ui.set.side",
                    Arrangement::Side => "ui.set.side_later",
                }
            }
            Setting::Era(on) => {
                display.era = on;
                if on { "ui.set.era" } else { "ui.set.no_era" }
            }
        };
        let columns = Shape::SIDE_FROM.to_string();
        let text = self.setup.keymap.fill(self.lang(), key, &[("n", &columns)]);
        self.status.say(Tone::Hint, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_and_wrong_ones_say_what_is_right() {
        let ok = |words: &str| setting(words, Lang::En);
        assert_eq!(ok("theme high-contrast"), Ok(Setting::Theme(Theme::HighContrast)));
        assert_eq!(ok("layout=side"), Ok(Setting::Arrangement(Arrangement::Side)));
        assert_eq!(ok("era on"), Ok(Setting::Era(true)));
        assert!(ok("theme red").unwrap_err().contains("monochrome"));
        assert!(ok("colour red").unwrap_err().contains("theme"));
        assert!(ok("era").unwrap_err().contains("on, off"));
    }
}
