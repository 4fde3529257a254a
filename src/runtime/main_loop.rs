//! The loop: waits, hands what arrived to the workbench, carries out what it wants, draws when something changed.
//!
//! Synchronous and generic over the workbench ([`Face`]) and the terminal ([`Console`]), so that a test is a list of
//! events in and frames out. `session` runs it with the real ones.

use super::clipboard::{Copier, Copy};
use super::crew::Crew;
use super::pauses::{Due, Pauses};
use super::screen::Screen;
use super::{Part, RuntimeError, Wake};
use crate::app::effect::Effect;
use crate::app::event::{Edited, Event};
use crate::domain::{Failure, Reply, Request};
use crate::text::neutral::neutralise_lines;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM};
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The workbench, as the loop sees it.
pub trait Face {
    /// Takes what happened and says what is to be done.
    fn update(&mut self, event: Event) -> Vec<Effect>;
    /// Draws itself.
    fn render(&self, area: Rect, buffer: &mut Buffer);
    /// Where the cursor stands, if it is to be seen.
    fn cursor(&self, area: Rect) -> Option<Position>;
}

/// The terminal, as the loop sees it.
pub trait Console {
    /// Writes all of it, at once.
    ///
    /// # Errors
    /// The terminal is gone.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Gives the terminal back, stops the process, and takes the terminal again once it is continued.
    ///
    /// # Errors
    /// The terminal can't be taken again.
    fn suspend(&mut self) -> io::Result<()>;
    /// Takes the terminal again after the process was stopped and continued from outside.
    ///
    /// # Errors
    /// The terminal can't be taken again.
    fn resumed(&mut self) -> io::Result<()>;
    /// Gives the terminal to the analyst's editor on a text. What came of it at once, where there is no editor or it
    /// can't be started; `None` while it runs.
    fn begin_edit(&mut self, _text: &str) -> Option<Edited> {
        Some(Edited::NoEditor)
    }
    /// What came of the editor, the terminal being taken again; `None` while it runs.
    ///
    /// # Errors
    /// The terminal can't be taken again.
    fn edited(&mut self) -> io::Result<Option<Edited>> {
        Ok(Some(Edited::NoEditor))
    }
    /// Ends an editor that runs, since the program is to end.
    fn end_edit(&mut self) {}
    /// Columns and rows, if the terminal tells.
    fn size(&self) -> Option<(u16, u16)>;
}

/// How long events are taken in before a frame is drawn all the same.
const LONGEST_DRAIN: Duration = Duration::from_millis(50);

/// How long the store's thread may take to finish its writes on leaving; longer than its waits for a locked file.
const FAREWELL: Duration = Duration::from_secs(30);

/// How long a broken terminal's hangup signal may lag behind its first failed write.
const HANGUP_LAG: Duration = Duration::from_millis(200);

/// Everything that the loop works with.
pub struct MainLoop<'w, F, C> {
    /// The workbench.
    pub face: F,
    /// The terminal.
    pub console: C,
    /// The picture.
    pub screen: Screen,
    /// Where everything arrives.
    pub wakes: Receiver<Wake>,
    /// Where copies go.
    pub copier: Copier,
    /// The threads that serve it.
    pub crew: &'w mut Crew,
}

/// Whether the loop goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    GoOn,
    Leave,
}

impl<F: Face, C: Console> MainLoop<'_, F, C> {
    /// Carries out the workbench's first effects, draws the first frame, and goes on until the workbench or a signal
    /// ends it. Returns once all changes that were asked for are stored.
    ///
    /// # Errors
    /// The terminal or the store's thread fails, or a change could not be stored.
    pub fn run(mut self, first: Vec<Effect>) -> Result<(), RuntimeError> {
        let ended = self.turn(first);
        self.keep_at_once();
        let (saved, hung_up) = self.farewell();
        match ended {
            Err(RuntimeError::Terminal(e)) if !(hung_up || self.hangs_up()) => Err(RuntimeError::Terminal(e)),
            Err(RuntimeError::Thread(part)) => Err(RuntimeError::Thread(part)),
            _ => saved,
        }
    }

    fn turn(&mut self, first: Vec<Effect>) -> Result<(), RuntimeError> {
        if self.carry_out(first)? == Flow::Leave {
            return Ok(());
        }
        let mut pauses = Pauses::new(self.crew.memory.is_some());
        loop {
            self.draw()?;
            let wake = match pauses.wait(Instant::now()) {
                None => self.wakes.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(wait) => self.wakes.recv_timeout(wait),
            };
            let flow = match wake {
                Ok(wake) => {
                    pauses.event(Instant::now());
                    self.drain(wake)?
                }
                Err(RecvTimeoutError::Timeout) => Flow::GoOn,
                Err(RecvTimeoutError::Disconnected) => return Err(RuntimeError::Thread(Part::Store)),
            };
            if flow == Flow::Leave {
                return Ok(());
            }
            while let Some(due) = pauses.due(Instant::now()) {
                let event = if due == Due::Tick { Event::Tick } else { Event::Keep };
                if self.take(Wake::Event(event))? == Flow::Leave {
                    return Ok(());
                }
            }
        }
    }

    /// However the run ends, unless the analyst leaves as one does, what was done last is saved.
    fn keep_at_once(&mut self) {
        let Some(memory) = self.crew.memory.as_ref().filter(|m| !m.has_left()) else { return };
        for effect in self.face.update(Event::Keep) {
            if let Effect::Keep(kept) = effect {
                memory.keep(kept);
            }
        }
    }

    /// Takes a wake and all that have queued up behind it.
    fn drain(&mut self, first: Wake) -> Result<Flow, RuntimeError> {
        let began = Instant::now();
        let mut next = Some(first);
        while let Some(wake) = next {
            if self.take(wake)? == Flow::Leave {
                return Ok(Flow::Leave);
            }
            next = if began.elapsed() < LONGEST_DRAIN { self.wakes.try_recv().ok() } else { None };
        }
        Ok(Flow::GoOn)
    }

    fn take(&mut self, wake: Wake) -> Result<Flow, RuntimeError> {
        match wake {
            Wake::Event(event) => {
                if let Event::Resize(columns, rows) = event {
                    self.screen.resize(columns, rows);
                }
                if let Event::Reply(reply) = &event {
                    self.crew.heard(reply);
                }
                let effects = self.face.update(event);
                self.carry_out(effects)
            }
            Wake::Signal(SIGTERM | SIGHUP | SIGINT | SIGQUIT) => Ok(Flow::Leave),
            Wake::Signal(SIGCONT) => {
                self.console.resumed()?;
                self.look_anew()
            }
            Wake::Signal(_) => Ok(Flow::GoOn),
            Wake::InputEnded(why) => Err(RuntimeError::Terminal(io::Error::other(why))),
            // It has told how it ended.
            Wake::Ended(Part::Errand) => Ok(Flow::GoOn),
            Wake::Ended(part) => Err(RuntimeError::Thread(part)),
        }
    }

    /// Draws everything in the next frame, after asking for a size that may have changed meanwhile.
    fn look_anew(&mut self) -> Result<Flow, RuntimeError> {
        self.screen.forget();
        let area = self.screen.area();
        match self.console.size() {
            Some((columns, rows)) if (columns, rows) != (area.width, area.height) => {
                self.take(Wake::Event(Event::Resize(columns, rows)))
            }
            _ => Ok(Flow::GoOn),
        }
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> Result<Flow, RuntimeError> {
        let mut flow = Flow::GoOn;
        for effect in effects {
            match effect {
                Effect::Store(request) => self.post(request)?,
                Effect::Quit => {
                    if let Some(memory) = &self.crew.memory {
                        memory.leave();
                    }
                    flow = Flow::Leave;
                }
                Effect::OpenSample => {
                    self.crew.wants_sample = true;
                    flow = Flow::Leave;
                }
                Effect::Remember(state) => {
                    if let Some(memory) = &self.crew.memory {
                        memory.remember(state);
                    }
                }
                Effect::Keep(kept) => {
                    if let Some(memory) = &self.crew.memory {
                        memory.keep(kept);
                    }
                }
                Effect::Look(look) => {
                    if let Some(folders) = &self.crew.folders {
                        folders.look(look);
                    }
                }
                Effect::Answered => {
                    if let Some(memory) = &self.crew.memory {
                        memory.answered();
                    }
                }
                Effect::Suspend => {
                    self.console.suspend()?;
                    if self.look_anew()? == Flow::Leave {
                        flow = Flow::Leave;
                    }
                }
                Effect::Edit(text) => {
                    if self.edit(&text)? == Flow::Leave {
                        flow = Flow::Leave;
                    }
                }
                Effect::Repaint => self.screen.forget(),
                Effect::Copy(text) => {
                    if self.copy(&text)? == Flow::Leave {
                        flow = Flow::Leave;
                    }
                }
            }
        }
        Ok(flow)
    }

    fn post(&mut self, request: Request) -> io::Result<()> {
        match (request, self.crew.errands.as_mut()) {
            (Request::Work(task), Some(errands)) => errands.start(task)?,
            (Request::StopWork, Some(errands)) => errands.stop(),
            (other, _) => self.crew.post(other),
        }
        Ok(())
    }

    /// Puts a text on the clipboard of the terminal's user, else into a file, which is told.
    fn copy(&mut self, text: &str) -> Result<Flow, RuntimeError> {
        let text = neutralise_lines(text);
        let reply = match self.copier.copy(&text) {
            Copy::Bytes(bytes) => {
                self.console.write(&bytes)?;
                return Ok(Flow::GoOn);
            }
            Copy::File(path) => Reply::Copied { path },
            Copy::Refused(message) => Reply::Failed { failure: Failure::Copy, message },
        };
        self.take(Wake::Event(Event::Reply(reply)))
    }

    fn draw(&mut self) -> Result<(), RuntimeError> {
        let area = self.screen.area();
        self.face.render(area, self.screen.canvas());
        let bytes = self.screen.frame(self.face.cursor(area));
        if !bytes.is_empty() {
            self.console.write(&bytes)?;
        }
        Ok(())
    }

    /// Waits until the store's thread has done what was asked of it (an interrupt or quit signal cuts that short), and
    /// tells whether the line was hung up meanwhile.
    fn farewell(&mut self) -> (Result<(), RuntimeError>, bool) {
        self.crew.close();
        let until = Instant::now() + FAREWELL;
        let (mut failed, mut hung_up) = (Vec::new(), false);
        loop {
            match self.wakes.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Wake::Ended(Part::Store)) => {
                    self.crew.store.join();
                    break;
                }
                Ok(Wake::Event(Event::Reply(Reply::Failed { failure, message: told })))
                    if !matches!(failure, Failure::Read | Failure::Search) =>
                {
                    failed.push(told);
                }
                Ok(Wake::Signal(SIGINT | SIGQUIT)) | Err(RecvTimeoutError::Timeout) => {
                    failed.push("the store did not finish in time; look at `jikenbo log`".to_owned());
                    self.crew.store.abandon();
                    break;
                }
                Ok(Wake::Signal(SIGHUP | SIGTERM)) => hung_up = true,
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let saved = if failed.is_empty() { Ok(()) } else { Err(RuntimeError::Unsaved(failed.join("; "))) };
        (saved, hung_up)
    }

    /// Tells whether the terminal failed because its line is being hung up.
    fn hangs_up(&self) -> bool {
        let until = Instant::now() + HANGUP_LAG;
        while let Ok(wake) = self.wakes.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if matches!(wake, Wake::Signal(SIGHUP | SIGTERM)) {
                return true;
            }
        }
        false
    }
}

mod editing;
#[cfg(test)]
mod tests;
