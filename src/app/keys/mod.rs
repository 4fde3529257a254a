//! From a key to what it means: the key itself, how it is written, the table of actions, the map of both, and the buffer
//! that gathers counts and sequences.

pub mod actions;
mod buffer;
pub mod keymap;
pub mod learnt;
mod press;
mod spelling;

pub use buffer::{KeyBuffer, Step};
pub use keymap::Keymap;
pub use press::{KeyCode, KeyPress};
pub use spelling::{BadKey, normalise, read, run, sequence, spelt};
