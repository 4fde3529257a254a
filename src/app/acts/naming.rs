//! What incidents are called in dialogs and in the status line: one by its organisation, several by how they were chosen,
//! and marks that the list does not show by where they are.

use crate::app::App;
use crate::app::others::Restored;
use crate::app::panes::list::{Chosen, Targets};
use crate::app::status::Tone;
use crate::domain::{Acted, Key};
use crate::lang::{Lang, grouped};
use crate::text::fit;

/// Columns that a name may take in a line.
const NAME: usize = 30;

impl App {
    /// An incident's organisation, else its title, cut to fit a line; `None` where neither is known.
    pub fn named(&self, key: Key) -> Option<String> {
        let record = self.detail.record.as_ref().filter(|_| self.detail.key == Some(key));
        let of_row = || self.list.row(key).map(|row| [row.org.clone(), row.title.clone()]);
        let [org, title] = of_row().or_else(|| record.map(|r| [r.facts.org.clone(), r.facts.title.clone()]))?;
        let name = [org, title].into_iter().flatten().find(|name| !name.trim().is_empty())?;
        Some(fit(name.trim(), NAME, self.setup.ambiguous).into_owned())
    }

    /// Who a dialog or a question is about, in words.
    pub fn told(&self, targets: &Targets) -> String {
        let lang = self.lang();
        if let [key] = targets.keys.as_slice()
            && let Some(name) = self.named(*key)
        {
            return name;
        }
        let words = targets.told(lang);
        match self.list.marks_here().filter(|_| targets.from == Chosen::Marks) {
            Some(here) => of_marks(lang, &words, here, self.list.marks.len()),
            None => words,
        }
    }

    /// The marks, as the first line tells them: where not all of them are in the view, how many are.
    pub fn marks_in_words(&self) -> String {
        let lang = self.lang();
        let all = self.list.marks.len();
        let words = lang.fill("ui.top.marked", &[("n", &grouped(all as u64))]);
        self.list.marks_here().map_or_else(|| words.clone(), |here| of_marks(lang, &words, here, all))
    }

    /// Notes that an undo or redo concerned one incident, so that the line says so where the view does not hold it.
    pub(super) fn note_restored(&mut self, acted: Acted, keys: &[Key], told: &str) {
        self.restored = match keys {
            [key] if acted != Acted::Change => Some(Restored { key: *key, told: told.to_owned() }),
            _ => None,
        };
    }

    /// All hits are known: says of what was taken back or brought again whether it is among them.
    pub(super) fn look_for_restored(&mut self) {
        let Some(Restored { key, told }) = self.restored.take() else { return };
        let says_so = self.status.message() == Some((Tone::Done, told.as_str()));
        if says_so && !self.list.found.keys.contains(&key) {
            let text = self.lang().fill("ui.did.elsewhere", &[("what", &told)]);
            self.status.say(Tone::Done, text);
        }
    }
}

/// Marks of which `here` of `all` are in the view.
fn of_marks(lang: Lang, words: &str, here: usize, all: usize) -> String {
    match here {
        0 => lang.fill("ui.top.marked_none_here", &[("marked", words)]),
        n if n < all => lang.fill("ui.top.marked_here", &[("marked", words), ("n", &grouped(n as u64))]),
        _ => words.to_owned(),
    }
}
