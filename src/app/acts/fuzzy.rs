//! The fuzzy jump's way through the workbench: the dialog opens, what is typed is asked of the thread that looks among
//! names, and the hit that was chosen is gone to.

use crate::app::App;
use crate::app::layers::{JumpBox, Layer};
use crate::app::status::Tone;
use crate::domain::jump::{JumpFound, JumpTo, JumpWanted};
use crate::domain::{Generation, Request};
use std::sync::Arc;

impl App {
    pub(super) fn open_jump(&mut self) {
        self.layers.push(Layer::Jump(JumpBox::default()));
    }

    /// Asks for what the dialog needs: after a key, when the view has changed, and to begin with. Where the dialog is
    /// gone, what was read for it goes too.
    pub(super) fn ask_jump(&mut self) {
        let (readings, view) = (self.setup.romaji, &self.list.found.keys);
        let open = self.layers.iter_mut().find_map(|l| if let Layer::Jump(d) = l { Some(d) } else { None });
        let Some(dialog) = open else {
            if std::mem::take(&mut self.jumping) {
                self.ask(Request::JumpDone);
            }
            return;
        };
        // First hits are soon followed by all: their names would be read in vain.
        if self.list.found.early {
            return;
        }
        let text = dialog.input.text();
        let same =
            |(asked, of, read): &(String, Arc<_>, bool)| asked == text && Arc::ptr_eq(of, view) && *read == readings;
        if dialog.asked.as_ref().is_some_and(same) {
            return;
        }
        let wanted = JumpWanted { text: text.to_owned(), view: Arc::clone(view), readings };
        dialog.asked = Some((wanted.text.clone(), Arc::clone(view), readings));
        self.jumps_asked.0 += 1;
        dialog.generation = self.jumps_asked;
        self.jumping = true;
        self.ask(Request::Jump { generation: self.jumps_asked, wanted });
    }

    /// Takes what was found, unless something else was typed meanwhile.
    pub(super) fn jump_found(&mut self, generation: Generation, found: &JumpFound) {
        let dialogs = self.layers.iter_mut().filter_map(|l| if let Layer::Jump(d) = l { Some(d) } else { None });
        for dialog in dialogs.filter(|d| d.generation == generation) {
            dialog.take(found.clone());
        }
    }

    /// Goes where a hit leads: to an incident, or to those of an organisation or a tag by a query.
    pub(super) fn leap(&mut self, to: JumpTo) {
        let query = match to {
            JumpTo::Incident(key) => {
                self.focus_list();
                return self.jump_to(key);
            }
            JumpTo::Organisation(name) => format!("org:{}", quoted(&name)),
            JumpTo::Tag(name) => format!("tag:{name}"),
        };
        let sort = self.query.sort();
        self.focus_list();
        // However it came to stand there, the query that gives way is one step up the history.
        let before = self.query.input.text().trim().to_owned();
        self.keep_query();
        self.open_query();
        self.query.input.set(&query);
        self.query.set_sort(sort);
        self.keep_query();
        if !before.is_empty() && before != self.query.input.text() {
            let told = self.setup.keymap.fill(self.lang(), "ui.jump.instead", &[("query", &before)]);
            self.status.say(Tone::Hint, told);
        }
        self.search();
    }
}

/// A name as a phrase; of one that holds quotes, the longest part between them.
fn quoted(name: &str) -> String {
    let parts = name.split(['"', '＂', '“', '”', '„', '‟']);
    let longest = parts.max_by_key(|part| part.chars().count()).unwrap_or_default();
    format!("\"{}\"", longest.trim())
}
