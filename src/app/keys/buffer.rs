//! The buffer of keys: gathers counts and sequences until they mean an action of the keymap. Given every key that no
//! dialog, no line and no offer takes.

use super::actions::Action;
use super::keymap::Keymap;
use super::press::KeyPress;
use super::spelling::{digit, normalise, spelt};
use crate::app::layout::Pane;

/// What a key came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// More keys are needed.
    Wait,
    /// An action, with the count typed before it.
    Do(Action, Option<usize>),
    /// The keys mean nothing here.
    Nothing,
}

/// Gathers counts (`12j`) and sequences (`gg`).
#[derive(Clone, Debug, Default)]
pub struct KeyBuffer {
    count: Option<usize>,
    held: Vec<KeyPress>,
}

impl KeyBuffer {
    /// Largest count; more digits leave it there.
    const MAX_COUNT: usize = 9_999_999;

    /// Takes one key while `pane` has the focus.
    pub fn press(&mut self, key: KeyPress, pane: Pane, map: &Keymap) -> Step {
        let key = normalise(key);
        let digit = digit(key).filter(|d| self.held.is_empty() && (*d > 0 || self.count.is_some()));
        if let Some(digit) = digit {
            let count = self.count.unwrap_or(0).saturating_mul(10).saturating_add(digit);
            self.count = Some(count.min(Self::MAX_COUNT));
            return Step::Wait;
        }
        self.held.push(key);
        let mut prefix = false;
        for bound in map.heard_in(pane) {
            if bound.keys == self.held {
                let count = self.count.take();
                self.held.clear();
                return Step::Do(bound.action, count);
            }
            prefix |= bound.keys.starts_with(&self.held);
        }
        if prefix {
            return Step::Wait;
        }
        self.clear();
        Step::Nothing
    }

    /// Forgets what was gathered; true if there was anything.
    pub fn clear(&mut self) -> bool {
        let any = self.count.is_some() || !self.held.is_empty();
        self.count = None;
        self.held.clear();
        any
    }

    /// What was gathered, as typed.
    pub fn shown(&self) -> String {
        let count = self.count.map(|n| n.to_string()).unwrap_or_default();
        if self.held.is_empty() { count } else { count + &spelt(&self.held) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::actions::TABLE;
    use super::super::spelling::{read, run};
    use super::*;

    fn meant(keys: &str) -> Vec<Step> {
        let mut buffer = KeyBuffer::default();
        let map = Keymap::default();
        run(keys).into_iter().map(|k| buffer.press(k, Pane::List, &map)).filter(|s| *s != Step::Wait).collect()
    }

    #[test]
    fn counts_and_sequences_are_gathered() {
        assert_eq!(meant("12j"), [Step::Do(Action::Down, Some(12))]);
        assert_eq!(meant("10G"), [Step::Do(Action::Last, Some(10))]);
        assert_eq!(meant("gg"), [Step::Do(Action::First, None)]);
        assert_eq!(meant("gx"), [Step::Nothing]);
        assert_eq!(meant("0"), [Step::Nothing]);
        assert_eq!(meant("99999999999999999999999k"), [Step::Do(Action::Up, Some(9_999_999))]);
    }

    #[test]
    fn letters_of_an_input_method_act_as_ascii() {
        assert_eq!(meant("ｊ"), [Step::Do(Action::Down, None)]);
        assert_eq!(meant("・"), [Step::Do(Action::Query, None)]);
        assert_eq!(meant("１２ｊ"), [Step::Do(Action::Down, Some(12))]);
        assert_eq!(meant("：」"), [Step::Do(Action::Command, None), Step::Do(Action::NextEvidence, None)]);
    }

    #[test]
    fn every_action_is_reached_by_each_of_its_keys() {
        for map in [Keymap::default(), Keymap::of(crate::config::KeySet::Plain)] {
            for e in TABLE {
                let pane = [Pane::List, Pane::Detail, Pane::Timeline].into_iter().find(|p| e.scope.covers(*p)).unwrap();
                for spec in map.keys(e.action) {
                    let mut buffer = KeyBuffer::default();
                    let last = read(spec).unwrap().into_iter().map(|k| buffer.press(k, pane, &map)).last();
                    assert_eq!(last, Some(Step::Do(e.action, None)), "{spec}");
                }
            }
        }
    }
}
