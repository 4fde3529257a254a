//! What is typed: a line, a text of several lines, a path.

pub mod input;
pub mod paths;
pub mod textbox;
