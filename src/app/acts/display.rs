//! How the workbench is to look: what `:set` and `W` change, and what the panes and signs are drawn by.

use crate::app::App;
use crate::app::display::Setting;
use crate::app::layout::Shape;
use crate::app::panes::scenes::Scene;
use crate::app::status::Tone;
use crate::config::Arrangement;
use crate::text::AmbiguousWidth;

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
    pub(in crate::app) fn remark_on_terminal(&mut self) {
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
            other => return self.set_as_keys_do(other),
        };
        let columns = Shape::SIDE_FROM.to_string();
        let text = self.setup.keymap.fill(self.lang(), key, &[("n", &columns)]);
        self.status.say(Tone::Hint, text);
    }

    /// Changes what has keys of its own.
    fn set_as_keys_do(&mut self, setting: Setting) {
        match setting {
            Setting::Theme(_) | Setting::Arrangement(_) | Setting::Era(_) => {}
            Setting::Romaji(on) => {
                self.setup.romaji = !on;
                self.toggle_romaji();
            }
            Setting::Lower(pane) => {
                if self.lower != pane {
                    self.swap_lower();
                }
            }
            Setting::Group(grouping) => self.group(grouping),
            Setting::Scene(scene) => self.show_scene(scene),
            Setting::Bars(step) => {
                self.show_scene(Scene::View);
                self.chart.choose(step);
            }
            Setting::Split(split) => {
                self.show_scene(Scene::View);
                self.chart.split = split;
            }
        }
    }
}
