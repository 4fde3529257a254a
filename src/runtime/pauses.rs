//! When the loop wakes without an event: ticks after the last one, and, however many events come, a moment at which what
//! the analyst is at is saved.

use std::time::{Duration, Instant};

/// Between two ticks.
const TICK: Duration = Duration::from_secs(1);

/// Ticks after the last event: for messages that fade and waits to be told; then all is quiet.
const TICKS_AFTER_EVENT: u32 = 5;

/// From the first change that is not saved to the saving: under a second, and few writes.
const KEEP: Duration = Duration::from_millis(700);

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A tick.
    Tick,
    /// What the analyst is at is to be saved.
    Keep,
}

/// When the loop wakes next.
#[derive(Debug)]
pub struct Pauses {
    keeps: bool,
    ticks: u32,
    tick_at: Option<Instant>,
    keep_at: Option<Instant>,
}

impl Pauses {
    /// Before the first event; with `keeps` there is something that saves.
    pub fn new(keeps: bool) -> Self {
        Self { keeps, ticks: TICKS_AFTER_EVENT, tick_at: None, keep_at: None }
    }

    /// Notes that something happened.
    pub fn event(&mut self, now: Instant) {
        self.ticks = TICKS_AFTER_EVENT;
        self.tick_at = Some(now + TICK);
        if self.keeps && self.keep_at.is_none() {
            self.keep_at = Some(now + KEEP);
        }
    }

    /// How long to wait for an event; `None` for as long as it takes.
    pub fn wait(&mut self, now: Instant) -> Option<Duration> {
        if self.tick_at.is_none() && self.ticks > 0 {
            self.tick_at = Some(now + TICK);
        }
        let next = [self.tick_at, self.keep_at].into_iter().flatten().min()?;
        Some(next.saturating_duration_since(now))
    }

    /// What has become due, one after the other.
    pub fn due(&mut self, now: Instant) -> Option<Due> {
        if self.keep_at.is_some_and(|at| at <= now) {
            self.keep_at = None;
            return Some(Due::Keep);
        }
        if self.tick_at.is_some_and(|at| at <= now) {
            self.ticks = self.ticks.saturating_sub(1);
            self.tick_at = (self.ticks > 0).then(|| now + TICK);
            return Some(Due::Tick);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_an_event_it_is_saved_once_and_ticks_a_few_times() {
        let start = Instant::now();
        let (mut pauses, mut now, mut due) = (Pauses::new(true), start, Vec::new());
        pauses.event(now);
        while let Some(wait) = pauses.wait(now) {
            now += wait;
            due.extend(pauses.due(now));
        }
        assert_eq!(due, [vec![Due::Keep], vec![Due::Tick; 5]].concat());
        assert_eq!(now - start, TICK * 5);
    }

    #[test]
    fn a_held_key_puts_off_ticks_but_not_the_saving() {
        let (mut pauses, mut now, mut due) = (Pauses::new(true), Instant::now(), Vec::new());
        for _ in 0..60 {
            pauses.event(now);
            assert!(pauses.wait(now).is_some_and(|w| w <= KEEP));
            now += Duration::from_millis(50);
            due.extend(pauses.due(now));
        }
        assert_eq!(due, [Due::Keep; 4]);
        let mut pauses = Pauses::new(false);
        pauses.event(now);
        assert_eq!(pauses.wait(now), Some(TICK));
    }
}
