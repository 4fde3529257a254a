//! Long work as the analyst sees it, begun by `:ingest`, `:reindex` and exports: how far it has come, in words.

use crate::domain::work::{Progress, Task};
use crate::lang::{Lang, grouped};

/// Most messages that are kept of one piece of work.
pub(in crate::app) const MESSAGES: usize = 1_000;

/// Work that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// What is being done.
    pub task: Task,
    /// How far it has come.
    pub progress: Progress,
    /// It was told to stop.
    pub stopping: bool,
    /// Esc was pressed once: once more stops it.
    pub(super) armed: bool,
    /// It is not begun yet: changes that were made before it are on their way to the store.
    pub(super) due: bool,
}

impl Work {
    /// How far it has come, in words.
    pub fn words(&self, lang: Lang) -> String {
        let Progress { done, total, incidents } = self.progress;
        let percent = (done.saturating_mul(100)).checked_div(total).unwrap_or(0).min(100).to_string();
        let [done, total, incidents] = [done, total, incidents].map(|n| grouped(n as u64));
        let key = match (&self.task, self.stopping) {
            (_, true) => "ui.work.stopping",
            (Task::Ingest { .. }, false) => "ui.work.ingesting",
            (Task::Reindex, false) => "ui.work.indexing",
            (Task::Export(_), false) => "ui.work.exporting",
        };
        lang.fill(key, &[("done", &done), ("total", &total), ("n", &incidents), ("p", &percent)])
    }
}
