//! What long work of the workbench does: an ingest, a new search index, or an export, with a connection of its own.
//!
//! `errands` runs it in a thread; it reports each step and ends where it is told to.

use super::worker::Problem;
use crate::domain::work::{Export, Progress, Task, Worked};
use crate::domain::{Actor, DigestFormat};
use crate::export;
use crate::ingest::Options;
use crate::jobs::export::to_file_stepwise;
use crate::jobs::ingest::{Heard, Taker};
use crate::jobs::rules::{self, Rule};
use crate::jobs::{JobError, index, ingest};
use crate::lang::Lang;
use crate::store::Place;
use chrono::{DateTime, Utc};
use std::ops::ControlFlow;
use std::path::Path;

/// KiB that SQLite may keep of the file for an errand: the upper pages of its tables, but nothing of what is read once.
const CACHE: i64 = 8_000;

/// Hears how far it has come and says whether to go on.
pub type Step<'s> = &'s mut dyn FnMut(Progress) -> ControlFlow<()>;

/// What it works with.
#[derive(Clone, Debug)]
pub struct Labour {
    /// The case book.
    pub place: Place,
    /// What an ingest tags by itself.
    pub rules: Vec<Rule>,
    /// In whose name what records bring is taken over; rules act by its number.
    pub actor: Actor,
    /// The language of reports.
    pub lang: Lang,
    /// The clock.
    pub now: fn() -> DateTime<Utc>,
}

impl Labour {
    /// Does a task.
    ///
    /// # Errors
    /// Says what, where, what to do; what was stored before stays. [`Problem::Exists`] where a file would be replaced.
    pub fn perform(&self, task: &Task, step: Step<'_>) -> Result<Worked, Problem> {
        let done = match task {
            Task::Ingest { path } => self.ingest(path, step),
            Task::Reindex => self.reindex(step),
            Task::Export(export) => self.export(export, step),
        };
        done.map_err(|e| match e {
            JobError::Exists(path) => Problem::Exists(path),
            other => Problem::Other(other.to_string()),
        })
    }

    fn ingest(&self, path: &Path, step: Step<'_>) -> Result<Worked, JobError> {
        let mut listing = ingest::list(&[path.to_owned()]);
        listing.leave_out(self.place.path());
        let mut worked =
            Worked { messages: listing.failed.iter().map(ToString::to_string).collect(), ..Worked::default() };
        let total = listing.inputs.len();
        let mut progress = Progress { total, ..Progress::default() };
        worked.stopped = step(progress).is_break();
        let mut store = self.place.open()?;
        store.keep_at_most(CACHE)?;
        let (at, mut touched) = ((self.now)(), Vec::new());
        let inputs = if worked.stopped { &[] } else { listing.inputs.as_slice() };
        let mut took = Vec::new();
        let taker = Taker { actor: &self.actor, at, stop: None };
        let stored = ingest::run(Some(&mut store), inputs, &Options::default(), taker, &mut |_, heard| {
            let result = match heard {
                Heard::Part { incidents, .. } => {
                    let on = step(Progress { incidents: worked.new + worked.updated + incidents, ..progress });
                    worked.stopped |= on.is_break();
                    return on;
                }
                Heard::Whole(result) => result,
            };
            match result {
                Ok(report) => {
                    worked.messages.extend(report.failures().iter().map(ToString::to_string));
                    took.extend(
                        report
                            .said
                            .into_iter()
                            .chain(report.warnings.into_iter().filter(|_| report.format == DigestFormat::Records)),
                    );
                    if let Some(done) = report.ingested {
                        worked.new += done.new;
                        worked.updated += done.updated;
                        worked.unchanged += done.unchanged;
                        touched.extend(done.touched);
                    }
                }
                Err(e) => worked.messages.push(e.to_string()),
            }
            if worked.stopped {
                return ControlFlow::Break(());
            }
            worked.documents += 1;
            progress = Progress { done: worked.documents, incidents: worked.new + worked.updated, ..progress };
            let on = step(progress);
            worked.stopped = on.is_break() && worked.documents < total;
            on
        });
        // However the rest went, what is stored is tagged: it will not be new again.
        let said = rules::act(&mut store, &self.rules, &touched, self.actor.uid, at)?;
        stored?;
        worked.failures = worked.messages.len();
        worked.messages.extend(took);
        worked.messages.extend(said.into_iter().map(|(by, summary)| format!("{by}: {summary}")));
        Ok(worked)
    }

    fn reindex(&self, step: Step<'_>) -> Result<Worked, JobError> {
        let store = self.place.open()?;
        let mut stopped = false;
        index::rebuild(&store, &mut |done, total| {
            let on = step(Progress { done, total, incidents: 0 });
            stopped |= on.is_break();
            on
        })?;
        Ok(Worked { stopped, ..Worked::default() })
    }

    fn export(&self, export: &Export, step: Step<'_>) -> Result<Worked, JobError> {
        let Export { format, path, overwrite, keys } = export;
        let store = self.place.open()?;
        store.keep_at_most(CACHE)?;
        let options = export::Options { now: (self.now)(), lang: self.lang, ..export::Options::default() };
        let total = keys.len();
        let mut each = |done| step(Progress { done, total, incidents: 0 });
        match to_file_stepwise(&store, (*format, options), (path, *overwrite), keys, &mut each) {
            Ok(written) => Ok(Worked { written, ..Worked::default() }),
            Err(JobError::Stopped) => Ok(Worked { stopped: true, ..Worked::default() }),
            Err(e) => Err(e),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ExportFormat, Key};
    use crate::store::Store;
    use std::fs;
    use std::sync::Arc;

    const DIGEST: &str = "【セキュリティ事件簿#2031-1】架空運輸株式会社 個人情報の紛失について 2031/4/2\n\n\
        配送の控え 12件を紛失しました。\n";

    fn labour(folder: &Path) -> Labour {
        let path = folder.join("cases.db");
        let place = Store::open(&path).unwrap().place();
        let actor = Actor { name: "kei".into(), uid: 1000 };
        Labour { place, rules: Vec::new(), actor, lang: Lang::En, now: || DateTime::UNIX_EPOCH }
    }

    #[test]
    fn an_ingest_reports_its_steps_what_came_and_what_failed() {
        let folder = tempfile::tempdir().unwrap();
        let labour = labour(folder.path());
        let digests = folder.path().join("digests");
        fs::create_dir(&digests).unwrap();
        fs::write(digests.join("a.txt"), DIGEST).unwrap();
        fs::write(digests.join("b.txt"), b"\0\0").unwrap();
        let task = Task::Ingest { path: digests };
        let mut steps = Vec::new();
        let done = labour.perform(&task, &mut |p| {
            steps.push((p.done, p.total));
            ControlFlow::Continue(())
        });
        let done = done.unwrap();
        assert_eq!(steps, [(0, 2), (1, 2), (2, 2)]);
        assert_eq!((done.documents, done.new, done.failures, done.stopped), (2, 1, 1, false));
        assert!(done.messages[0].contains("b.txt"), "{:?}", done.messages);
        let again = labour.perform(&task, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!((again.new, again.unchanged), (0, 1));
        // The case book itself is no digest.
        let own = labour.perform(&Task::Ingest { path: folder.path().to_owned() }, &mut |_| ControlFlow::Continue(()));
        assert_eq!(own.unwrap().documents, 2);
        let nowhere = Task::Ingest { path: folder.path().join("no.txt") };
        let nothing = labour.perform(&nowhere, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(nothing.failures == 1 && nothing.messages[0].contains("no.txt: there is no such file"));
    }

    #[test]
    fn it_ends_where_it_is_told_and_keeps_what_is_stored() {
        let folder = tempfile::tempdir().unwrap();
        let labour = labour(folder.path());
        let digests = folder.path().join("digests");
        fs::create_dir(&digests).unwrap();
        for n in 0..5 {
            fs::write(digests.join(format!("{n}.txt")), DIGEST.replace("2031-1】架空", &format!("2031-{n}】架空{n}")))
                .unwrap();
        }
        let task = Task::Ingest { path: digests };
        let until = |n| move |p: Progress| if p.done >= n { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        let done = labour.perform(&task, &mut until(2)).unwrap();
        assert_eq!((done.documents, done.new, done.stopped), (2, 2, true));
        let none = labour.perform(&task, &mut until(0)).unwrap();
        assert_eq!((none.documents, none.stopped), (0, true));
        let rest = labour.perform(&task, &mut until(9)).unwrap();
        assert_eq!((rest.new, rest.unchanged, rest.stopped), (3, 2, false));
    }

    #[test]
    fn the_index_is_built_anew() {
        let folder = tempfile::tempdir().unwrap();
        let labour = labour(folder.path());
        let file = folder.path().join("a.txt");
        fs::write(&file, DIGEST).unwrap();
        labour.perform(&Task::Ingest { path: file }, &mut |_| ControlFlow::Continue(())).unwrap();
        let done = labour.perform(&Task::Reindex, &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(!done.stopped && folder.path().join("cases.db-index").exists());
    }

    #[test]
    fn an_export_goes_beside_everything_else_and_leaves_nothing_where_it_is_stopped() {
        let folder = tempfile::tempdir().unwrap();
        let labour = labour(folder.path());
        let digests = folder.path().join("digests");
        fs::create_dir(&digests).unwrap();
        for n in 0..5 {
            let text = DIGEST.replace("2031-1】架空", &format!("2031-{n}】架空{n}"));
            fs::write(digests.join(format!("{n}.txt")), text).unwrap();
        }
        labour.perform(&Task::Ingest { path: digests }, &mut |_| ControlFlow::Continue(())).unwrap();
        let out = folder.path().join("out");
        fs::create_dir(&out).unwrap();
        let path = out.join("x.csv");
        let task = |overwrite, keys: &[i64]| {
            let keys = Arc::new(keys.iter().map(|k| Key(*k)).collect());
            Task::Export(Export { format: ExportFormat::Csv, path: path.clone(), overwrite, keys })
        };
        let mut steps = Vec::new();
        let until = |n| move |p: Progress| if p.done >= n { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
        for n in 0..5 {
            let stopped = labour.perform(&task(false, &[1, 2, 3, 4, 5]), &mut until(n)).unwrap();
            assert_eq!((stopped.stopped, fs::read_dir(&out).unwrap().count()), (true, 0), "{n}");
        }
        let done = labour.perform(&task(false, &[3, 1, 5]), &mut |p| {
            steps.push((p.done, p.total));
            ControlFlow::Continue(())
        });
        assert_eq!(done.unwrap(), Worked { written: 3, ..Worked::default() });
        assert_eq!((steps.first(), steps.last()), (Some(&(0, 3)), Some(&(3, 3))));
        let text = fs::read_to_string(&path).unwrap();
        let places: Vec<_> = [2, 0, 4].iter().map(|n| text.find(&format!("架空{n}運輸")).unwrap()).collect();
        assert!(places.is_sorted(), "{text}");
        assert!(matches!(
            labour.perform(&task(false, &[1]), &mut |_| ControlFlow::Continue(())),
            Err(Problem::Exists(_))
        ));
        // A file that is being replaced stays as it was, too.
        assert!(labour.perform(&task(true, &[1, 2]), &mut until(1)).unwrap().stopped);
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    }
}
