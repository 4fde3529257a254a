//! ^C, and the signals of `kill` and of a terminal that goes, during long work: the first one asks it to end after the
//! present document, the second ends the process.

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::fs;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the exit code of a process is above the number of the signal that ended it.
const ENDED: i32 = 128;

/// Tells whether ^C was pressed, or another signal asked for the end.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    ///
    /// # Errors
    /// Fails where the system refuses.
    pub(super) fn listen() -> io::Result<Self> {
        let pressed = Arc::new(AtomicBool::new(false));
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // Under `nohup` the work goes on without its terminal.
            if signal == SIGHUP && ignores(&status, signal) {
                continue;
            }
            // Registered first, so that it acts from the second time on.
            flag::register_conditional_shutdown(signal, ENDED + signal, Arc::clone(&pressed))?;
            flag::register(signal, Arc::clone(&pressed))?;
        }
        Ok(Self(pressed))
    }

    /// What is true once ^C was pressed, for those who wait.
    pub(super) fn flag(&self) -> &Arc<AtomicBool> {
        &self.0
    }

    /// Tells whether ^C was pressed since, or another signal came.
    pub(super) fn pressed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Tells whether a process ignores a signal, by what /proc says of its status.
fn ignores(status: &str, signal: i32) -> bool {
    let mask = status.lines().find_map(|l| l.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok()).unwrap_or_default();
    mask >> (signal - 1) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_signal_is_told() {
        let status = "Name:\tjikenbo\nSigBlk:\tffff\nSigIgn:\t0000000000001001\n";
        assert!(ignores(status, SIGHUP));
        assert!(!ignores(status, SIGINT) && !ignores(status, SIGTERM) && !ignores("", SIGHUP));
    }
}
