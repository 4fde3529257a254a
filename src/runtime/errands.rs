//! Long work in a thread of its own, one at a time, so that the workbench goes on meanwhile.
//!
//! The loop starts and stops it; what it tells comes back as [`Reply::Work`], its end always and once.

use super::hand::Hand;
use super::labour::Step;
use super::worker::Problem;
use super::{Part, Wake};
use crate::app::event::Event;
use crate::domain::Reply;
use crate::domain::work::{Task, Worked, Working};
use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// Does a task, reporting its steps.
pub type Doer = dyn Fn(&Task, Step<'_>) -> Result<Worked, Problem> + Send + Sync;

/// How often it tells how far it has come.
const TELLING: Duration = Duration::from_millis(200);

/// How long leaving waits for the document at hand to be stored; one that is not is read again by the next ingest.
const FAREWELL: Duration = Duration::from_secs(5);

/// The loop's end of it.
pub struct Errands {
    doer: Arc<Doer>,
    wakes: Sender<Wake>,
    stop: Arc<AtomicBool>,
    hand: Option<Hand>,
}

impl Errands {
    /// Nothing is being done yet.
    pub fn new(doer: Arc<Doer>, wakes: Sender<Wake>) -> Self {
        Self { doer, wakes, stop: Arc::default(), hand: None }
    }

    /// Begins a task. The workbench asks for one at a time: what was done before has told its end.
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start(&mut self, task: Task) -> io::Result<()> {
        if let Some(mut before) = self.hand.take() {
            before.join();
        }
        self.stop = Arc::default();
        let (doer, stop, wakes) = (Arc::clone(&self.doer), Arc::clone(&self.stop), self.wakes.clone());
        let work = move || {
            // Told also where the work panics, which its thread's end then explains.
            let mut told =
                LastWord { wakes: &wakes, word: Some(Working::Failed("the work ended unexpectedly".into())) };
            let mut last = None::<Instant>;
            let done = doer(&task, &mut |progress| {
                if last.is_none_or(|t| t.elapsed() >= TELLING) {
                    last = Some(Instant::now());
                    send(&wakes, Working::Running(progress));
                }
                if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            told.word = Some(done.map_or_else(unable, Working::Done));
        };
        self.hand = Some(Hand::start(Part::Errand, self.wakes.clone(), work)?);
        Ok(())
    }

    /// Ends what is being done after its next step.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Drop for Errands {
    fn drop(&mut self) {
        self.stop();
        if let Some(hand) = &mut self.hand {
            hand.join_within(FAREWELL);
        }
    }
}

/// Tells how it ended when it goes, however it goes.
struct LastWord<'w> {
    wakes: &'w Sender<Wake>,
    word: Option<Working>,
}

impl Drop for LastWord<'_> {
    fn drop(&mut self) {
        if let Some(word) = self.word.take() {
            send(self.wakes, word);
        }
    }
}

fn unable(problem: Problem) -> Working {
    match problem {
        Problem::Exists(why) => Working::Exists(why),
        Problem::Other(why) => Working::Failed(why),
        Problem::Query(e) => Working::Failed(e.to_string()),
        Problem::Interrupted => Working::Failed("the work was interrupted; do it again".into()),
    }
}

fn send(wakes: &Sender<Wake>, working: Working) {
    // Where the loop is gone, the thread is about to be told.
    let _ = wakes.send(Wake::Event(Event::Reply(Reply::Work(working))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ExportFormat;
    use crate::domain::work::{Export, Progress};
    use std::sync::mpsc::{Receiver, channel};

    fn errands(doer: Arc<Doer>) -> (Errands, Receiver<Wake>) {
        let (wakes, arrivals) = channel();
        (Errands::new(doer, wakes), arrivals)
    }

    /// What is told until the thread has ended.
    fn told(arrivals: &Receiver<Wake>) -> Vec<Working> {
        let mut out = Vec::new();
        for wake in arrivals {
            match wake {
                Wake::Event(Event::Reply(Reply::Work(working))) => out.push(working),
                Wake::Ended(Part::Errand) => break,
                other => panic!("{other:?}"),
            }
        }
        out
    }

    #[test]
    fn steps_and_the_end_are_told_and_another_follows() {
        let (mut errands, arrivals) = errands(Arc::new(|task, step| match task {
            Task::Reindex => {
                let _ = step(Progress { done: 1, total: 2, incidents: 0 });
                Ok(Worked { new: 3, ..Worked::default() })
            }
            Task::Ingest { path } => Err(Problem::Other(path.display().to_string())),
            Task::Export(export) => Err(Problem::Exists(export.path.display().to_string())),
        }));
        errands.start(Task::Reindex).unwrap();
        let all = told(&arrivals);
        assert_eq!(all.first(), Some(&Working::Running(Progress { done: 1, total: 2, incidents: 0 })));
        assert_eq!(all.last(), Some(&Working::Done(Worked { new: 3, ..Worked::default() })));
        errands.start(Task::Ingest { path: "a".into() }).unwrap();
        assert_eq!(told(&arrivals), [Working::Failed("a".into())]);
        let (format, keys) = (ExportFormat::Csv, Arc::default());
        errands.start(Task::Export(Export { format, path: "b".into(), overwrite: false, keys })).unwrap();
        assert_eq!(told(&arrivals), [Working::Exists("b".into())]);
    }

    #[test]
    fn it_stops_when_told_and_when_the_program_ends() {
        let endless: Arc<Doer> = Arc::new(|_, step| {
            while step(Progress::default()).is_continue() {
                std::thread::yield_now();
            }
            Ok(Worked { stopped: true, ..Worked::default() })
        });
        let (mut errands, arrivals) = errands(endless);
        errands.start(Task::Reindex).unwrap();
        errands.stop();
        assert!(matches!(told(&arrivals).last(), Some(Working::Done(Worked { stopped: true, .. }))));
        errands.start(Task::Reindex).unwrap();
        drop(errands);
        assert!(matches!(told(&arrivals).last(), Some(Working::Done(Worked { stopped: true, .. }))));
    }

    #[test]
    fn a_panic_is_an_end_too() {
        let (mut errands, arrivals) = errands(Arc::new(|_, _| panic!("the work panics")));
        errands.start(Task::Reindex).unwrap();
        assert!(matches!(told(&arrivals).as_slice(), [Working::Failed(_)]));
    }
}
