//! Exports as the analyst sees them: what is written, the dialog, the question before a file is replaced, how it ended.
//! The writing itself is long work like an ingest ([`crate::app::work`]).

use crate::app::App;
use crate::app::layers::export::default_name;
use crate::app::layers::{Confirm, Deed, ExportDialog, Job, Layer};
use crate::app::panes::list::{Chosen, Targets};
use crate::app::status::Tone;
use crate::app::typed::paths::resolved;
use crate::domain::ExportFormat;
use crate::domain::work::{Export, Task};
use crate::lang::grouped;
use std::sync::Arc;

impl App {
    /// What an export writes: the visual range, else the marks, else the whole view.
    pub(super) fn export_targets(&self) -> Targets {
        let targets = self.acting_on();
        match targets.from {
            Chosen::Cursor if self.jumps.visited().is_none() => {
                Targets { keys: self.list.found.keys.to_vec(), from: Chosen::View }
            }
            _ => targets,
        }
    }

    pub(super) fn open_export(&mut self) {
        let targets = self.export_targets();
        if targets.keys.is_empty() {
            return self.hint("ui.hint.nothing_here");
        }
        if targets.from == Chosen::View && self.is_counting() {
            return;
        }
        let setup = &self.setup;
        let dialog = ExportDialog::new(targets, &setup.export_folder, setup.home.as_deref(), setup.today);
        self.layers.push(Layer::Export(dialog));
    }

    /// Has a file written, unless other work is under way.
    pub(super) fn export(&mut self, job: Job) {
        if self.work.is_some() {
            let text = self.lang().text("ui.work.one").to_owned();
            return self.export_refused(text);
        }
        let keys = Arc::new(job.targets.keys.clone());
        let export = Export { format: job.format, path: job.path.clone(), overwrite: job.overwrite, keys };
        if let Some(Layer::Export(dialog)) = self.layers.last_mut() {
            dialog.waiting = true;
        }
        self.exporting = Some(job);
        self.begin(Task::Export(export));
    }

    pub(super) fn run_export(&mut self, format: ExportFormat, typed: Option<String>) {
        let setup = &self.setup;
        let typed = typed.unwrap_or_else(|| default_name(setup.today, format));
        let Some(path) = resolved(&typed, &setup.export_folder, setup.home.as_deref()) else {
            let text = self.lang().text("ui.export.tilde").to_owned();
            return self.status.say(Tone::Error, text);
        };
        let targets = self.export_targets();
        if targets.keys.is_empty() {
            return self.hint("ui.hint.nothing_here");
        }
        if targets.from == Chosen::View && self.is_counting() {
            return;
        }
        self.export(Job { format, path, typed, overwrite: false, targets });
    }

    /// There is a file to write to: the dialog has done its part, and the workbench goes on.
    pub(super) fn export_goes_on(&mut self) {
        let waits = |l: &Layer| matches!(l, Layer::Export(dialog) if dialog.waiting);
        self.layers.retain(|l| !waits(l));
    }

    /// The file is written, or its writing was stopped.
    pub(super) fn exported(&mut self, export: &Export, written: Option<usize>) {
        self.export_goes_on();
        self.exporting = None;
        let lang = self.lang();
        let path = export.path.to_string_lossy();
        let values = [("path", &*path)];
        let text = match written {
            Some(n) => lang.count("ui.done.exported", "ui.done.exported_one", n, &values),
            None => lang.fill("ui.work.export_stopped", &values),
        };
        self.status.say(if written.is_some() { Tone::Done } else { Tone::Hint }, text);
    }

    /// The file could not be written: told where it was asked for.
    pub(super) fn export_failed(&mut self, why: &str) {
        let message = match self.exporting.take() {
            // The path as it was typed: that is the one that has to be put right.
            Some(job) => why.replacen(&*job.path.to_string_lossy(), &job.typed, 1),
            None => why.to_owned(),
        };
        self.export_refused(self.lang().fill("ui.export.failed", &[("message", &message)]));
    }

    fn export_refused(&mut self, message: String) {
        if let Some(Layer::Export(dialog)) = self.layers.last_mut() {
            dialog.waiting = false;
            dialog.error = Some(message.clone());
        }
        self.status.say(Tone::Error, message);
    }

    /// The file is there already: the analyst is asked.
    pub(super) fn export_would_replace(&mut self) {
        let Some(job) = self.exporting.take() else { return };
        if let Some(Layer::Export(dialog)) = self.layers.last_mut() {
            // A question needs no error beside it.
            (dialog.waiting, dialog.error) = (false, None);
        }
        let confirm = self.overwrite_question(job);
        self.layers.push(Layer::Confirm(confirm));
    }

    fn overwrite_question(&self, job: Job) -> Confirm {
        let lang = self.lang();
        let path = job.typed.clone();
        let n = grouped(job.targets.keys.len() as u64);
        Confirm {
            question: lang.fill("ui.overwrite.question", &[("path", &path)]),
            remark: lang.fill("ui.overwrite.remark", &[("n", &n)]),
            lightly: false,
            deed: Deed::Export(Job { overwrite: true, ..job }),
        }
    }
}
