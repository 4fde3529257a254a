//! Names that stop where they are told to, so that the order of things is the test's.

use super::*;
use crate::domain::jump::{JumpHit, JumpTo};
use crate::domain::{IncidentId, Kind, Status};
use crate::text::search_fold;
use std::sync::mpsc::{Receiver, channel};

const LONG: Duration = Duration::from_secs(20);

/// As many incidents as are asked for; each slice of names waits for a go, and says that it was read.
struct Fake {
    go: Receiver<()>,
    slices: Sender<usize>,
}

fn org(key: Key) -> String {
    if key.0 == 5_000 { "青嶺市".to_owned() } else { format!("みなと{}", key.0 % 7) }
}

impl Names for Fake {
    fn names(&mut self, keys: &[Key]) -> Result<Vec<Named>, Problem> {
        self.go.recv_timeout(LONG).map_err(|_| Problem::Other("nobody lets it go".into()))?;
        let _ = self.slices.send(keys.len());
        let named = |key: &Key| Named {
            key: *key,
            org_folded: Some(search_fold(&org(*key))),
            title_folded: Some(format!("紛失{}", key.0)),
        };
        Ok(keys.iter().map(named).collect())
    }

    fn newest(&mut self, each: &mut dyn FnMut(Key) -> ControlFlow<()>) -> Result<(), Problem> {
        // The lowest row numbers are the newest.
        let _ = (1..).map(Key).try_for_each(each);
        Ok(())
    }

    fn tags(&mut self) -> Result<Vec<TagCount>, Problem> {
        Ok(Vec::new())
    }

    fn rows(&mut self, keys: &[Key]) -> Result<Vec<ListRow>, Problem> {
        let row = |key: &Key| ListRow {
            key: *key,
            id: IncidentId("0".repeat(12)),
            kind: Kind::Incident,
            status: Status::New,
            published: None,
            case_no: None,
            affected: None,
            exposure: None,
            action: None,
            org: Some(org(*key)),
            title: Some(format!("紛失{}", key.0)),
            tags: Vec::new(),
            third_party: None,
            gang: None,
            noted: false,
            warned: false,
        };
        Ok(keys.iter().map(row).collect())
    }
}

struct Bench {
    jumper: Jumper,
    wakes: Receiver<Wake>,
    go: Sender<()>,
    slices: Receiver<usize>,
}

impl Bench {
    fn new() -> Self {
        let (send, wakes) = channel();
        let (go, gone) = channel();
        let (say, slices) = channel();
        let mut once = Some(Fake { go: gone, slices: say });
        let open = move || once.take().ok_or_else(|| Problem::Other("opened twice".into()));
        Self { jumper: Jumper::start(open, send).unwrap(), wakes, go, slices }
    }

    fn post(&self, generation: u64, text: &str, view: &Arc<Vec<Key>>) {
        let wanted = JumpWanted { text: text.into(), view: Arc::clone(view), readings: true };
        self.jumper.post(Generation(generation), wanted);
    }

    fn let_go(&self, slices: usize) {
        (0..slices).for_each(|_| self.go.send(()).unwrap());
    }

    /// The last answer to a search, all before it being of the same.
    fn answer(&self, generation: u64) -> JumpFound {
        loop {
            match self.wakes.recv_timeout(LONG).unwrap() {
                Wake::Event(Event::Reply(Reply::Jumped { generation: g, found })) => {
                    if found.done && g.0 == generation {
                        return found;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

fn view(n: i64) -> Arc<Vec<Key>> {
    Arc::new((1..=n).rev().map(Key).collect())
}

#[test]
fn names_are_read_once_for_a_view_and_matched_anew_for_every_key() {
    let bench = Bench::new();
    let all = view(6_000);
    bench.let_go(3);
    bench.post(1, "青嶺", &all);
    let found = bench.answer(1);
    assert_eq!((found.matching, found.names, found.newest), (2, 6_008, None));
    assert_eq!(found.hits[0].to, JumpTo::Organisation("青嶺市".into()));
    assert_eq!(found.hits[1].to, JumpTo::Incident(Key(5_000)));
    bench.post(2, "みなと3", &all);
    assert_eq!(bench.answer(2).hits[0].name, "みなと3");
    assert_eq!(bench.slices.try_iter().sum::<usize>(), 6_000);
    // Of equal ones the first of the view come first.
    bench.post(3, "紛失", &all);
    assert_eq!(bench.answer(3).hits[0].to, JumpTo::Incident(Key(9)));
}

#[test]
fn what_is_newer_ends_what_is_under_way() {
    let bench = Bench::new();
    let all = view(10_000);
    bench.post(1, "みなと", &all);
    bench.let_go(1);
    assert_eq!(bench.slices.recv_timeout(LONG).unwrap(), SLICE);
    bench.post(2, "青嶺", &all);
    bench.let_go(4);
    assert_eq!(bench.answer(2).matching, 2);
    bench.post(3, "", &view(10));
    bench.let_go(1);
    let found = bench.answer(3);
    assert_eq!((found.hits.len(), found.names), (0, 17));
}

#[test]
fn of_a_large_view_the_newest_titles_are_read_and_all_organisations() {
    let bench = Bench::new();
    let all = view(MOST_TITLES as i64 + 3);
    bench.let_go(MOST_TITLES / SLICE + 1);
    bench.post(1, "紛失", &all);
    let found = bench.answer(1);
    assert_eq!((found.matching, found.names, found.newest), (MOST_TITLES, MOST_TITLES + 8, Some(MOST_TITLES)));
    bench.post(2, "紛失100000", &all);
    assert_eq!(bench.answer(2).matching, 1);
    bench.post(3, "紛失100001", &all);
    assert_eq!(bench.answer(3).matching, 0, "it is older than the newest");
    bench.post(4, "みなと", &all);
    let count = |hit: &JumpHit| if let JumpTo::Organisation(_) = hit.to { hit.count } else { 0 };
    assert_eq!(bench.answer(4).hits.iter().map(count).sum::<usize>(), MOST_TITLES + 2);
}

#[test]
fn what_fails_is_told_and_the_thread_ends_with_the_program() {
    let bench = Bench::new();
    bench.jumper.forget();
    bench.post(1, "a", &view(3));
    let Bench { jumper, wakes, go, slices: _slices } = bench;
    drop(go);
    let failed = Reply::Failed { failure: Failure::Read, message: "nobody lets it go".into() };
    assert_eq!(wakes.recv_timeout(LONG).unwrap(), Wake::Event(Event::Reply(failed)));
    drop(jumper);
    assert_eq!(wakes.recv_timeout(LONG).unwrap(), Wake::Ended(Part::Jump));
}
