//! What can be worked out over incidents beyond single facts.

pub mod fuzzy;
