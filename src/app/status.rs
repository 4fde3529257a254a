//! The status line: what just happened, how to take it back, what went wrong.

/// How a message is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something was done; stays until the next act or another query.
    Done,
    /// Somebody else did something; stays as what was done oneself.
    News,
    /// A remark on what was pressed; goes with the next key.
    Hint,
    /// Something failed; goes with the next key.
    Error,
}

/// The line's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusLine {
    message: Option<(Tone, String)>,
}

impl StatusLine {
    /// Says something.
    pub fn say(&mut self, tone: Tone, text: String) {
        self.message = Some((tone, text));
    }

    /// What is said now.
    pub fn message(&self) -> Option<(Tone, &str)> {
        self.message.as_ref().map(|(tone, text)| (*tone, text.as_str()))
    }

    /// Says nothing any more.
    pub fn clear(&mut self) {
        self.message = None;
    }

    /// Tells whether what is said goes with the next key.
    pub fn is_passing(&self) -> bool {
        self.message.as_ref().is_some_and(|(tone, _)| !matches!(tone, Tone::Done | Tone::News))
    }

    /// Notes that a key was pressed: passing remarks go.
    pub fn key_pressed(&mut self) {
        if self.is_passing() {
            self.message = None;
        }
    }
}
