//! Grouping the list, folding its groups, and what the header under the cursor says.

use crate::app::App;
use crate::app::layers::{Layer, Menu};
use crate::app::status::Tone;
use crate::domain::grouping::Grouping;
use crate::lang::grouped;

impl App {
    /// What stands in the place of an incident's timeline where the cursor is on a group's header.
    pub fn group_in_words(&self) -> Option<String> {
        let group = self.list.head().filter(|_| self.jumps.visited().is_none())?;
        let n = self.list.of_group(group).len();
        let incidents = self.lang().count("ui.group.incidents", "ui.group.incidents_one", n, &[]);
        let key = if self.list.is_folded(group) { "ui.group.opens" } else { "ui.group.folds" };
        Some(self.fill(key, &[("incidents", &incidents)]))
    }

    pub(super) fn open_grouping(&mut self) {
        self.layers.push(Layer::Menu(Menu::group(self.grouping, self.lang())));
    }

    /// Groups the list, or no longer. The cursor stays on its incident.
    pub(super) fn group(&mut self, grouping: Option<Grouping>) {
        if grouping.is_none() && self.grouping.is_none() {
            return self.hint("ui.hint.not_grouped");
        }
        if self.grouping.map(|g| g.by) != grouping.map(|g| g.by) {
            self.list.forget_folds();
        }
        // A header is of no use in another grouping: the cursor stays with the first incident below it.
        if let Some(first) = self.list.head().and_then(|group| self.list.of_group(group).first().copied()) {
            self.query.anchor = Some(first);
        }
        self.grouping = grouping;
        let lang = self.lang();
        let text = match grouping {
            None => lang.text("ui.group.none_now").to_owned(),
            Some(Grouping { by, by_size }) => {
                let by = lang.get(&format!("group.{}", by.as_str())).unwrap_or(by.as_str());
                self.fill(if by_size { "ui.group.by_size" } else { "ui.group.by" }, &[("by", by)])
            }
        };
        self.status.say(Tone::Done, text);
        self.focus_list();
        self.grouping_changed();
        self.search();
    }

    /// What has to follow from another grouping.
    fn grouping_changed(&mut self) {
        self.dirty = true;
    }

    pub(super) fn fold(&mut self) {
        if !self.list.fold_here() {
            self.hint("ui.hint.not_grouped");
        }
    }

    pub(super) fn fold_all(&mut self, folded: bool) {
        if !self.list.is_grouped() {
            return self.hint("ui.hint.not_grouped");
        }
        self.list.fold_all(folded);
    }

    /// Copies what the header under the cursor says.
    pub(super) fn head_in_words(&self) -> Option<String> {
        let lang = self.lang();
        let span = self.list.group(self.list.head().filter(|_| self.jumps.visited().is_none())?)?;
        let label = span.label.clone().unwrap_or_else(|| lang.text("ui.group.without").to_owned());
        let (n, done) = (grouped(span.len as u64), grouped(span.triaged as u64));
        let triaged = lang.fill("ui.group.triaged", &[("n", &done), ("all", &n)]);
        Some(format!(
            "{label}  {}  {triaged}",
            lang.count("ui.group.incidents", "ui.group.incidents_one", span.len, &[])
        ))
    }
}
