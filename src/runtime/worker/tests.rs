//! A backend that stops where it is told to, so that the order of things is the test's.

use super::*;
use crate::domain::{Failure, Status};
use std::sync::mpsc::{Receiver, channel};

const LONG: Duration = Duration::from_secs(20);

/// Says what it starts; a write runs until it is let go.
struct Fake {
    started: Sender<String>,
    go_on: Receiver<()>,
    versions: Vec<i64>,
}

impl Backend for Fake {
    fn rows(&mut self, keys: &[Key]) -> Result<Vec<ListRow>, Problem> {
        self.started.send(format!("rows {}", keys.len())).unwrap();
        Ok(Vec::new())
    }

    fn detail(&mut self, key: Key) -> Result<(Record, Vec<ListRow>, Vec<Operation>), Problem> {
        Err(Problem::Other(format!("no incident {}", key.0)))
    }

    fn related(&mut self, _: Key) -> Result<Vec<ListRow>, Problem> {
        Ok(Vec::new())
    }
    fn case(&mut self, _: Key) -> Result<CaseMembers, Problem> {
        Ok(CaseMembers::default())
    }

    fn tag_counts(&mut self, keys: &[Key]) -> Result<Vec<TagCount>, Problem> {
        self.started.send(format!("tags {}", keys.len())).unwrap();
        Ok(Vec::new())
    }

    fn tag_keys(&mut self) -> Result<Vec<TagKey>, Problem> {
        Ok(Vec::new())
    }

    fn apply(&mut self, _: Change, keys: &[Key]) -> Result<Applied, Problem> {
        self.started.send(format!("apply {}", keys.len())).unwrap();
        self.go_on.recv_timeout(LONG).unwrap();
        Ok(Applied { op: None, targets: keys.len(), changed: 0, summary: String::new() })
    }

    fn undo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        Ok(None)
    }

    fn redo(&mut self) -> Result<Option<(Applied, Vec<Key>)>, Problem> {
        Ok(None)
    }

    fn version(&mut self) -> Result<i64, Problem> {
        Ok(if self.versions.len() > 1 { self.versions.remove(0) } else { self.versions[0] })
    }
}

struct Bench {
    worker: Worker,
    wakes: Receiver<Wake>,
    started: Receiver<String>,
    let_go: Sender<()>,
}

impl Bench {
    fn new() -> Self {
        Self::polling(LONG, vec![1])
    }

    fn polling(poll: Duration, versions: Vec<i64>) -> Self {
        let (send, wakes) = channel();
        let (say, started) = channel();
        let (let_go, go_on) = channel();
        let fake = Fake { started: say, go_on, versions };
        Self { worker: Worker::start(fake, send, poll).unwrap(), wakes, started, let_go }
    }

    fn rows(&self, n: i64) {
        self.worker.post(Request::Rows { keys: (0..n).map(Key).collect() });
    }

    fn apply(&self, n: i64) {
        let change = Change::Status { to: Status::Done };
        self.worker.post(Request::Apply { change, keys: (0..n).map(Key).collect() });
    }

    fn started(&self) -> String {
        self.started.recv_timeout(LONG).unwrap()
    }

    fn reply(&self) -> Reply {
        match self.wakes.recv_timeout(LONG).unwrap() {
            Wake::Event(Event::Reply(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn of_queued_reads_the_newest_stays_and_writes_keep_their_order() {
    let bench = Bench::new();
    bench.apply(1);
    assert_eq!(bench.started(), "apply 1");
    bench.worker.post(Request::TagCounts { keys: Vec::new() });
    bench.apply(2);
    bench.worker.post(Request::TagCounts { keys: vec![Key(1)] });
    bench.rows(1);
    bench.rows(2);
    bench.apply(3);
    (0..3).for_each(|_| bench.let_go.send(()).unwrap());
    let order: Vec<String> = (0..4).map(|_| bench.started()).collect();
    assert_eq!(order, ["apply 2", "tags 1", "rows 2", "apply 3"]);
    let targets = |r: &Reply| if let Reply::Applied { applied, .. } = r { applied.targets } else { 0 };
    let replies: Vec<Reply> = (0..5).map(|_| bench.reply()).collect();
    assert_eq!(replies.iter().map(targets).collect::<Vec<_>>(), [1, 2, 0, 0, 3]);
}

#[test]
fn leaving_does_the_writes_and_drops_the_reads() {
    let mut bench = Bench::new();
    bench.apply(1);
    assert_eq!(bench.started(), "apply 1");
    bench.rows(1);
    bench.apply(2);
    bench.worker.close();
    (0..2).for_each(|_| bench.let_go.send(()).unwrap());
    assert!(matches!(bench.reply(), Reply::Applied { .. }) && matches!(bench.reply(), Reply::Applied { .. }));
    assert_eq!(bench.wakes.recv_timeout(LONG).unwrap(), Wake::Ended(Part::Store));
    bench.worker.join();
    assert_eq!(bench.started.try_iter().collect::<Vec<_>>(), ["apply 2"]);
}

#[test]
fn writes_are_done_even_if_the_loop_is_gone() {
    let Bench { worker, wakes, started, let_go } = Bench::new();
    for n in 1..=2 {
        worker.post(Request::Apply { change: Change::Status { to: Status::Done }, keys: vec![Key(n)] });
    }
    worker.post(Request::Rows { keys: Vec::new() });
    drop(wakes);
    (0..2).for_each(|_| let_go.send(()).unwrap());
    drop(worker);
    assert_eq!(started.try_iter().collect::<Vec<_>>(), ["apply 1", "apply 1"]);
}

#[test]
fn failures_are_answers() {
    let bench = Bench::new();
    bench.worker.post(Request::Detail { key: Key(9) });
    assert_eq!(bench.reply(), Reply::Failed { failure: Failure::Read, message: "no incident 9".into() });
    bench.worker.post(Request::Undo);
    assert!(matches!(bench.reply(), Reply::Applied { applied, .. } if applied.op.is_none()));
}

#[test]
fn anothers_change_is_told_once() {
    let bench = Bench::polling(Duration::from_millis(2), vec![1, 1, 2]);
    assert_eq!(bench.reply(), Reply::Changed);
    bench.worker.close();
    assert_eq!(bench.wakes.recv_timeout(LONG).unwrap(), Wake::Ended(Part::Store));
}
