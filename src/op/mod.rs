//! Changes of triage data as pure functions: which operations count, what they add up to, and how they read in words.
//!
//! `store` gives it rows of the operation log; the tables that hold tags, status, notes, corrections and reviews are a
//! cache of [`fold`], what is said of tags one of [`fold_traits`].

mod affected_text;
mod field_text;
mod fold;
mod summary;

pub use field_text::{BadValue, LONGEST, Wrong, allowed, kind_of, parse_value, written};
pub use fold::{cancelled, fold, fold_traits};
pub use summary::{kept, redone, replaced, summary, unchanged, undone};
