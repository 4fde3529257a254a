//! While the analyst's editor has the terminal: the store's answers are taken in, nothing is drawn, and the keys and
//! their signals are the editor's.

use super::{Console, Face, Flow, MainLoop};
use crate::app::event::{Edited, Event};
use crate::runtime::{Part, RuntimeError, Wake};
use signal_hook::consts::{SIGHUP, SIGTERM};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// How often it is looked whether the editor has ended.
const GLANCE: Duration = Duration::from_millis(30);

impl<F: Face, C: Console> MainLoop<'_, F, C> {
    /// Has the analyst edit a text and tells the workbench what came of it.
    pub(super) fn edit(&mut self, text: &str) -> Result<Flow, RuntimeError> {
        let edited = match self.console.begin_edit(text) {
            Some(Edited::NoEditor) => return self.take(Wake::Event(Event::Edited(Edited::NoEditor))),
            Some(edited) => edited,
            None => match self.sit_out() {
                Ok(Some(edited)) => edited,
                ended => {
                    self.console.end_edit();
                    return ended.map(|_| Flow::Leave);
                }
            },
        };
        if self.look_anew()? == Flow::Leave {
            return Ok(Flow::Leave);
        }
        self.take(Wake::Event(Event::Edited(edited)))
    }

    /// Waits for the editor's end; `None` where the program is to end before.
    fn sit_out(&mut self) -> Result<Option<Edited>, RuntimeError> {
        loop {
            let edited = self.console.edited()?;
            if edited.is_some() {
                // The signal of a key that ended the editor may lag behind.
                let until = Instant::now() + GLANCE;
                while let Ok(wake) = self.wakes.recv_timeout(until.saturating_duration_since(Instant::now())) {
                    if self.overhear(wake)? == Flow::Leave {
                        return Ok(None);
                    }
                }
                return Ok(edited);
            }
            match self.wakes.recv_timeout(GLANCE) {
                Ok(wake) => {
                    if self.overhear(wake)? == Flow::Leave {
                        return Ok(None);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(RuntimeError::Thread(Part::Store)),
            }
        }
    }

    fn overhear(&mut self, wake: Wake) -> Result<Flow, RuntimeError> {
        match wake {
            Wake::Signal(signal) if !matches!(signal, SIGTERM | SIGHUP) => Ok(Flow::GoOn),
            // Typed before the editor had the keys: it can't be given to it, and was not meant for the workbench.
            Wake::Event(Event::Key(_) | Event::Paste(_)) => Ok(Flow::GoOn),
            other => self.take(other),
        }
    }
}
