//! Changes of triage data as pure functions: which operations count, what they add up to, and how they read in words.
//!
//! `store` gives it rows of the operation log; the tables that hold tags, status and notes are a cache of [`fold`].

mod fold;
mod summary;

pub use fold::{cancelled, fold};
pub use summary::{redone, summary, undone};
