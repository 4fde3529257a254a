//! Notes: written in the analyst's editor where there is one, else in a box.

use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::Edited;
use crate::app::layers::{Advance, Confirm, Deed, Layer, NoteBox};
use crate::app::status::Tone;
use crate::domain::Change;
use crate::text::neutralise;

/// What stands below it is for the writer only.
const SCISSORS: &str = "------------------------ >8 ------------------------";

impl App {
    /// Asks for a note on the targets; the runtime tells whether there is an editor.
    pub(super) fn open_note(&mut self) {
        let Some(targets) = self.targets() else { return };
        let lang = self.lang();
        let about = match (targets.keys.len(), self.row_here()) {
            (1, Some([id, org, title, day])) => format!("{org} {title} {day} ({id})"),
            _ => targets.told(lang),
        };
        let about = neutralise(about.trim()).into_owned();
        let text = format!("\n\n{SCISSORS}\n{about}\n{}\n", lang.text("ui.note.above"));
        self.noting = Some(targets);
        self.outbox.push(Effect::Edit(text));
    }

    /// What came of the editor. On several incidents the note is shown and asked about first.
    pub(super) fn edited(&mut self, edited: Edited) {
        self.dirty = true;
        let Some(targets) = self.noting.take() else { return };
        let lang = self.lang();
        match edited {
            Edited::NoEditor => self.layers.push(Layer::Note(NoteBox::new(targets, ""))),
            Edited::Failed(why) => self.status.say(Tone::Error, lang.fill("ui.note.failed", &[("why", &why)])),
            Edited::Text(text) => {
                let text = above_scissors(&text);
                if text.is_empty() {
                    return self.hint("ui.note.nothing");
                }
                if targets.keys.len() > 1 {
                    self.layers.push(Layer::Note(NoteBox::new(targets.clone(), &text)));
                }
                self.carefully(Change::Note { text }, targets, Advance::Stay);
            }
        }
    }

    /// Asks whether a text that was typed is to be thrown away.
    pub(super) fn ask_to_drop(&mut self) {
        let lang = self.lang();
        self.layers.push(Layer::Confirm(Confirm {
            question: lang.text("ui.note.drop").to_owned(),
            remark: lang.text("ui.note.go_on").to_owned(),
            lightly: false,
            deed: Deed::Drop,
        }));
    }

    /// Breaks the lines of an open box for the room it has.
    pub(super) fn settle_note(&mut self) {
        let ((width, height), ambiguous) = (self.size, self.setup.ambiguous);
        for layer in &mut self.layers {
            let inner = layer.area(width, height).inner();
            if let Layer::Note(note) = layer {
                let (columns, rows) = NoteBox::room(inner);
                note.text.settle(usize::from(columns), usize::from(rows), ambiguous);
            }
        }
    }
}

fn above_scissors(text: &str) -> String {
    let lines = text.lines().take_while(|l| l.trim_end() != SCISSORS);
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}
