//! Documents on their way from the parser's threads to the store: a few ahead of it, few enough for the memory, handed on
//! in order. Used by the jobs that parse.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Documents that may be ahead of the store, beside one a core.
const AHEAD: usize = 2;
/// Bytes of documents that may be ahead of the store; one document may always be.
const AHEAD_BYTES: u64 = 64 << 20;

/// The documents under way, first come first.
pub(super) struct Ahead<T> {
    queue: VecDeque<(u64, Receiver<T>)>,
}

impl<T> Ahead<T> {
    /// None is under way.
    pub(super) fn new() -> Self {
        Self { queue: VecDeque::new() }
    }

    /// Tells whether a document of so many bytes may set out beside those that are under way.
    pub(super) fn has_room(&self, size: u64) -> bool {
        let bytes: u64 = self.queue.iter().map(|(size, _)| size).sum();
        self.queue.is_empty()
            || self.queue.len() < rayon::current_num_threads() + AHEAD && bytes.saturating_add(size) <= AHEAD_BYTES
    }

    /// Puts a document of so many bytes under way; what is made of it goes into the sender.
    pub(super) fn set_out(&mut self, size: u64) -> SyncSender<T> {
        let (sender, receiver) = sync_channel(1);
        self.queue.push_back((size, receiver));
        sender
    }

    /// Waits for the document that set out first; `None` when none is under way, or when it was given up.
    pub(super) fn next(&mut self) -> Option<T> {
        self.queue.pop_front()?.1.recv().ok()
    }
}
