//! Judging and correcting the facts of the incident that is shown: `a` accepts, `r` rejects, `c` corrects the chosen one.

use crate::app::App;
use crate::app::layers::offers::Names;
use crate::app::layers::{CorrectBox, Layer};
use crate::domain::{Change, Field, Key, Record, Request, Verdict};

impl App {
    /// Judges the chosen fact and goes on to the next one without a verdict; the same verdict again takes it back.
    pub(super) fn review(&mut self, verdict: Verdict, count: Option<usize>) {
        for step in 0..count.unwrap_or(1).clamp(1, Field::ALL.len()) {
            if step > 0 && self.detail.chosen_fact().is_none_or(|f| f.verdict.is_some()) {
                return;
            }
            let Some((key, field)) = self.fact_at_hand() else { return };
            // Every incident has a kind.
            if field == Field::Kind && verdict == Verdict::Rejected {
                return self.hint("ui.hint.kind_stays");
            }
            let verdict = self.detail.judge(verdict);
            self.ask(Request::Apply { change: Change::Review { field, verdict }, keys: vec![key] });
        }
    }

    /// The chosen fact and its incident; says why where there is none.
    pub(super) fn fact_at_hand(&mut self) -> Option<(Key, Field)> {
        if self.here().is_none() {
            self.hint("ui.hint.nothing_here");
            return None;
        }
        if self.layout.detail.is_none() {
            self.hint("ui.hint.detail_hidden");
            return None;
        }
        // What the pane still shows of the incident before would be judged in the wrong place.
        let Some(key) = self.detail.key.filter(|key| Some(*key) == self.here()) else {
            self.hint("ui.hint.reading");
            return None;
        };
        let field = self.detail.chosen_fact().map(|f| f.field);
        if field.is_none() {
            self.hint("ui.hint.no_fact");
        }
        field.map(|field| (key, field))
    }
}

impl App {
    /// Opens the dialog that corrects a field of the incident that is shown, the chosen fact's where none is named.
    pub(super) fn open_correct(&mut self, field: Option<Field>) {
        if self.acting_on().keys.len() > 1 {
            return self.hint("ui.hint.correct_one");
        }
        let field = field.or_else(|| self.detail.chosen_fact().map(|f| f.field)).unwrap_or(Field::Affected);
        let Some((key, record)) = self.record_at_hand() else { return };
        let record = Box::new(record.clone());
        let names = Names::of(self.list.rows());
        self.detail.choose_field(field);
        self.layers.push(Layer::Correct(Box::new(CorrectBox::new(key, record, field, names, self.lang()))));
    }

    /// Corrects or judges a field of the incident that is shown, as typed after `:`.
    pub(super) fn change_fact(&mut self, change: Change) {
        if self.acting_on().keys.len() > 1 {
            return self.hint("ui.hint.correct_one");
        }
        let Some(key) = self.record_at_hand().map(|(key, _)| key) else { return };
        self.ask(Request::Apply { change, keys: vec![key] });
    }

    /// The record of the incident that the analyst is on; says why where it is not there.
    pub(super) fn record_at_hand(&mut self) -> Option<(Key, &Record)> {
        let here = self.here();
        if here.is_none() || self.detail.key != here {
            self.hint(if here.is_none() { "ui.hint.nothing_here" } else { "ui.hint.reading" });
            return None;
        }
        here.zip(self.detail.record.as_deref())
    }
}
