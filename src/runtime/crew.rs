//! The threads behind the loop as one: who serves which request, when the index is looked after, how all of them end.
//!
//! `session` makes it of the real store; the loop posts to it and shows it every answer that passes.

use super::errands::Errands;
use super::folders::Folders;
use super::index::Indexer;
use super::jumper::Jumper;
use super::memory::Memory;
use super::search::Searcher;
use super::worker::Worker;
use crate::domain::{Reply, Request};

/// The threads that serve the workbench.
pub struct Crew {
    /// Serves everything but searches.
    pub store: Worker,
    /// Serves searches and counts their hits.
    pub search: Searcher,
    /// Keeps the search index, where there is one to keep.
    pub index: Option<Indexer>,
    /// Looks among names, where there is one that does.
    pub jump: Option<Jumper>,
    /// Writes what outlives the run, where that is wanted.
    pub memory: Option<Memory>,
    /// Looks into folders, where paths are typed.
    pub folders: Option<Folders>,
    /// Does long work, where there is any to do.
    pub errands: Option<Errands>,
    /// The first query has been answered.
    pub answered: bool,
    /// The analyst left for the built-in sample.
    pub wants_sample: bool,
}

impl Crew {
    /// The threads, as they were started.
    pub fn new(store: Worker, search: Searcher, index: Option<Indexer>) -> Self {
        let (answered, wants_sample) = (false, false);
        let (jump, memory, folders, errands) = (None, None, None, None);
        Self { store, search, index, jump, memory, folders, errands, answered, wants_sample }
    }

    /// Posts a request to the thread that serves it.
    pub fn post(&self, request: Request) {
        match request {
            Request::Search { generation, wanted } => self.search.post(generation, wanted),
            Request::Jump { generation, wanted } => {
                if let Some(jump) = &self.jump {
                    jump.post(generation, wanted);
                }
            }
            Request::JumpDone => {
                if let Some(jump) = &self.jump {
                    jump.forget();
                }
            }
            Request::Histogram { generation, wanted, split } => self.search.count(generation, wanted, split),
            other => self.store.post(other),
        }
    }

    /// Looks at an answer that passes: the index is looked after once the first query is answered, and again whenever
    /// the store has changed or a search went without it.
    pub fn heard(&mut self, reply: &Reply) {
        let due = match reply {
            Reply::Found { found, .. } if !found.early => !std::mem::replace(&mut self.answered, true) || found.scanned,
            Reply::Changed => self.answered,
            _ => false,
        };
        if let Some(index) = self.index.as_ref().filter(|_| due) {
            index.nudge();
        }
    }

    /// Ends what only reads, and lets the store's thread end once its writes are done.
    pub fn close(&self) {
        self.search.close();
        if let Some(index) = &self.index {
            index.close();
        }
        if let Some(jump) = &self.jump {
            jump.close();
        }
        if let Some(errands) = &self.errands {
            errands.stop();
        }
        self.store.close();
    }
}
