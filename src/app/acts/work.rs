//! Long work as the analyst meets it: begun, told in the status line, stopped by `:cancel` or by Esc twice, with what it
//! had to say under `:messages`.

use crate::app::App;
use crate::app::commands::verbs::Verb;
use crate::app::effect::Effect;
use crate::app::layers::{Confirm, Deed, Help, Layer};
use crate::app::status::Tone;
use crate::app::typed::paths::resolved;
use crate::app::work::{MESSAGES, Work};
use crate::domain::Request;
use crate::domain::work::{Progress, Task, Worked, Working};
use crate::lang::grouped;

impl App {
    /// Takes in what stands at a path as it was typed.
    pub(super) fn ingest(&mut self, typed: &str) {
        let setup = &self.setup;
        match resolved(typed, &setup.export_folder, setup.home.as_deref()) {
            Some(path) => self.begin(Task::Ingest { path }),
            None => {
                let text = self.lang().text("ui.export.tilde").to_owned();
                self.status.say(Tone::Error, text);
            }
        }
    }

    /// Begins work, unless there is some already.
    pub(super) fn begin(&mut self, task: Task) {
        if self.work.is_some() {
            return self.hint("ui.work.one");
        }
        // What an export writes is as of now: what was changed before has to be stored by then.
        let due = matches!(task, Task::Export(_));
        if !due {
            self.messages.clear();
            self.outbox.push(Effect::Store(Request::Work(task.clone())));
        }
        self.work = Some(Work { task, progress: Progress::default(), stopping: false, armed: false, due });
    }

    /// Begins work that waited for changes to be stored.
    pub(super) fn start_due_work(&mut self) {
        let settled = self.ledger.is_settled();
        if let Some(work) = self.work.as_mut().filter(|work| work.due && settled) {
            work.due = false;
            self.outbox.push(Effect::Store(Request::Work(work.task.clone())));
        }
    }

    /// Stops the work that is under way.
    pub(super) fn stop_work(&mut self) {
        let Some(work) = self.work.as_mut() else { return self.hint("ui.work.none") };
        if work.due {
            // Nobody will tell its end.
            return self.worked(Worked { stopped: true, ..Worked::default() });
        }
        work.stopping = true;
        self.outbox.push(Effect::Store(Request::StopWork));
    }

    /// Esc with nothing else to take back: the first time it says what the second does. False where no work is stopped so.
    pub(super) fn stops_by_escape(&mut self) -> bool {
        let Some(work) = self.work.as_mut().filter(|w| !w.stopping) else { return false };
        if std::mem::replace(&mut work.armed, true) {
            self.stop_work();
        } else {
            self.hint("ui.work.again");
        }
        true
    }

    /// Any other key: Esc counts anew.
    pub(super) fn disarm(&mut self) {
        if let Some(work) = self.work.as_mut() {
            work.armed = false;
        }
    }

    /// Leaves; asks first where work would be cut off.
    pub(super) fn leave(&mut self) {
        let Some(work) = self.work.as_ref().filter(|_| self.layers.is_empty()) else {
            return self.outbox.push(Effect::Quit);
        };
        let lang = self.lang();
        let [done, total] = [work.progress.done, work.progress.total].map(|n| grouped(n as u64));
        let exports = matches!(work.task, Task::Export(_));
        let remark = if exports { "ui.work.leave_export" } else { "ui.work.leave_remark" };
        let confirm = Confirm {
            question: lang.fill("ui.work.leave", &[("done", &done), ("total", &total)]),
            remark: lang.text(remark).to_owned(),
            lightly: false,
            deed: Deed::Run(Verb::Leave),
        };
        self.layers.push(Layer::Confirm(confirm));
    }

    /// Shows what the last work had to say.
    pub(super) fn show_messages(&mut self) {
        if self.messages.is_empty() {
            return self.hint("ui.work.no_messages");
        }
        let columns = usize::from(self.size.0.saturating_sub(8)).min(Help::COLUMNS - 4);
        let help = Help::of_messages(&self.messages, columns, self.lang());
        self.layers.push(Layer::Help(help));
    }

    /// Hears of the work.
    pub(super) fn work_told(&mut self, working: Working) {
        match working {
            Working::Running(progress) => {
                if let Some(work) = self.work.as_mut() {
                    work.progress = progress;
                }
                self.export_goes_on();
            }
            Working::Done(worked) => self.worked(worked),
            Working::Failed(why) => match self.work.take().map(|w| w.task) {
                Some(Task::Export(_)) => self.export_failed(&why),
                _ => self.status.say(Tone::Error, why),
            },
            Working::Exists(_) => {
                self.work = None;
                self.export_would_replace();
            }
        }
    }

    fn worked(&mut self, worked: Worked) {
        let lang = self.lang();
        let task = self.work.take().map(|w| w.task);
        if let Some(Task::Export(export)) = task {
            return self.exported(&export, (!worked.stopped).then_some(worked.written));
        }
        let indexed = task == Some(Task::Reindex);
        let key = match (indexed, worked.stopped) {
            (true, false) => "ui.work.indexed",
            (true, true) => "ui.work.index_stopped",
            (false, false) => "ui.work.ingested",
            (false, true) => "ui.work.ingest_stopped",
        };
        let counts = [worked.documents, worked.new, worked.updated, worked.unchanged];
        let [documents, new, updated, unchanged] = counts.map(|n| grouped(n as u64));
        let values = [("documents", documents), ("new", new), ("updated", updated), ("unchanged", unchanged)];
        let mut text = lang.fill(key, &values.each_ref().map(|(name, value)| (*name, value.as_str())));
        let tone = if worked.failures > 0 {
            let failed = lang.count("ui.work.failed", "ui.work.failed_one", worked.failures, &[]);
            text = format!("{failed} {text}");
            Tone::Error
        } else {
            Tone::Done
        };
        self.messages = worked.messages;
        self.messages.truncate(MESSAGES);
        self.status.say(tone, text);
        self.refresh();
    }
}
