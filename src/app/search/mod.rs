//! What is searched for: the query line, what completes it, the filters beside it, saved views.

pub mod completing;
pub mod filters;
pub mod query_line;
pub mod views;
