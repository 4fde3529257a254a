//! Words of letters that stand for what they are read as: the switch, and what is added to the query.

use crate::app::App;
use crate::app::status::Tone;
use crate::query;

impl App {
    /// Turns the reading of letters on or off, and searches again.
    pub(super) fn toggle_romaji(&mut self) {
        self.setup.romaji = !self.setup.romaji;
        self.search();
        let text = match (self.setup.romaji, self.query.also.is_empty()) {
            (false, _) => self.words("ui.romaji.off"),
            (true, true) => self.words("ui.romaji.on"),
            (true, false) => self.fill("ui.romaji.on_also", &[("words", &self.query.also.join(" "))]),
        };
        self.status.say(Tone::Hint, text);
    }

    /// Notes what the words of the newest query are read as; a wrong query says nothing.
    pub(in crate::app) fn tell_readings(&mut self) {
        let query = query::parse_typed(self.query.input.text(), self.setup.today, self.setup.romaji);
        self.query.also = query.map(|q| q.added_readings()).unwrap_or_default();
    }
}
