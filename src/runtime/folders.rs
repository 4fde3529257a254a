//! Looks into folders for whoever completes a path, beside the loop: a folder may lie on a disk that does not answer. The
//! loop asks; the newest question waits while one is answered. Made by `session`.

use super::Wake;
use crate::app::event::Event;
use crate::app::typed::paths::{Listing, Look};
use std::fs;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

/// Names of a folder that are looked at; one that holds more is not listed whole.
const MOST_READ: usize = 100_000;

#[derive(Default)]
struct State {
    busy: bool,
    waiting: Option<Look>,
}

/// The loop's end of it.
pub struct Folders {
    state: Arc<Mutex<State>>,
    wakes: Sender<Wake>,
}

impl Folders {
    /// Nothing is asked yet.
    pub fn new(wakes: Sender<Wake>) -> Self {
        Self { state: Arc::default(), wakes }
    }

    /// Asks for what is in a folder; [`Event::Looked`] answers.
    pub fn look(&self, look: Look) {
        let mut state = lock(&self.state);
        state.waiting = Some(look);
        if std::mem::replace(&mut state.busy, true) {
            return;
        }
        drop(state);
        let (theirs, wakes) = (Arc::clone(&self.state), self.wakes.clone());
        let answer = move || {
            while let Some(look) = next(&theirs) {
                // Where the loop is gone, so is the process, soon.
                let _ = wakes.send(Wake::Event(Event::Looked(listing(look))));
            }
        };
        if thread::Builder::new().name("folders".into()).spawn(answer).is_err() {
            // Without a thread nothing is completed; the next key may fare better.
            lock(&self.state).busy = false;
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn next(state: &Mutex<State>) -> Option<Look> {
    let mut state = lock(state);
    let look = state.waiting.take();
    state.busy = look.is_some();
    look
}

/// What a folder holds of what is wanted; nothing where it can't be read.
fn listing(look: Look) -> Listing {
    let entries = fs::read_dir(&look.folder).into_iter().flatten().take(MOST_READ).flatten();
    let mut names: Vec<(String, bool)> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok().filter(|name| look.wants(name))?;
            // A link to a folder is one.
            let folder = entry.file_type().is_ok_and(|t| t.is_dir() || t.is_symlink() && entry.path().is_dir());
            Some((name, folder))
        })
        .collect();
    names.sort_unstable();
    names.truncate(Look::MOST);
    Listing { look, names }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn a_folder_s_names_are_told_in_their_order() {
        let home = tempfile::tempdir().unwrap();
        for name in ["b.txt", "あ.txt", ".hidden", "a\u{1b}.txt"] {
            fs::write(home.path().join(name), "").unwrap();
        }
        fs::create_dir(home.path().join("digests")).unwrap();
        std::os::unix::fs::symlink(home.path().join("digests"), home.path().join("c")).unwrap();
        let (wakes, arrivals) = channel();
        let folders = Folders::new(wakes);
        let ask = |typed: &str| {
            let look = Look::of(typed, home.path(), None).unwrap();
            folders.look(look.clone());
            loop {
                match arrivals.recv_timeout(Duration::from_secs(20)).unwrap() {
                    Wake::Event(Event::Looked(listing)) if listing.look == look => break listing.offers(),
                    _ => {}
                }
            }
        };
        let texts = |typed: &str| ask(typed).into_iter().map(|o| o.text).collect::<Vec<_>>();
        assert_eq!(texts(""), ["b.txt", "c/", "digests/", "あ.txt"]);
        assert_eq!(texts("d"), ["digests/"]);
        assert_eq!(texts("."), [".hidden"]);
        assert!(texts("nowhere/").is_empty());
        let whole = home.path().join("di").display().to_string();
        assert_eq!(texts(&whole), [format!("{}/digests/", home.path().display())]);
    }
}
