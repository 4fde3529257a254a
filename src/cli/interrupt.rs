//! ^C during long work: the first one asks it to end after the present document, the second ends the process.

use signal_hook::consts::SIGINT;
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The exit code of a process that ^C ended.
const ENDED: i32 = 130;

/// Tells whether ^C was pressed.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// Fails where the system refuses.
    pub(super) fn listen() -> io::Result<Self> {
        let pressed = Arc::new(AtomicBool::new(false));
        // Registered first, so that it acts from the second time on.
        flag::register_conditional_shutdown(SIGINT, ENDED, Arc::clone(&pressed))?;
        flag::register(SIGINT, Arc::clone(&pressed))?;
        Ok(Self(pressed))
    }

    /// Tells whether ^C was pressed since.
    pub(super) fn pressed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
