//! A thread of the workbench: tells the loop when it ends, however it ends, and can be waited for no longer than one
//! cares to. The store's, the search's and the index's threads are such.

use super::{Part, Wake};
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A running thread.
pub struct Hand {
    thread: Option<JoinHandle<()>>,
    /// Hears nothing; its other end goes with the thread.
    ended: Receiver<()>,
}

/// Tells the loop that a thread has ended.
struct Farewell {
    wakes: Sender<Wake>,
    part: Part,
}

impl Drop for Farewell {
    fn drop(&mut self) {
        // Nobody listens any more where the loop is gone.
        let _ = self.wakes.send(Wake::Ended(self.part));
    }
}

impl Hand {
    /// Starts a thread; [`Wake::Ended`] tells when it is done.
    ///
    /// # Errors
    /// The thread can't be started.
    pub fn start(part: Part, wakes: Sender<Wake>, work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (alive, ended) = channel();
        let thread = thread::Builder::new().name(part.to_string()).spawn(move || {
            let _alive: Sender<()> = alive;
            let _farewell = Farewell { wakes, part };
            work();
        })?;
        Ok(Self { thread: Some(thread), ended })
    }

    /// Waits for the thread's end.
    pub fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was printed and reported as its unexpected end.
            let _ = thread.join();
        }
    }

    /// Waits for the thread's end as long as `patience`, then lets go of it: it goes down with the process.
    pub fn join_within(&mut self, patience: Duration) {
        if self.ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
            self.thread = None;
        }
        self.join();
    }

    /// Lets go of the thread; it goes down with the process.
    pub fn abandon(&mut self) {
        self.thread = None;
    }
}
