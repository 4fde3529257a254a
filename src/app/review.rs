//! Judging and correcting the facts of the incident that is shown: `a` accepts, `r` rejects, `c` corrects the chosen one.

use super::App;
use crate::domain::{Change, Field, Key, Request, Verdict};

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
