//! Cases and links: the link keys of incidents (made by `analysis`, written at ingest), which incidents share them, and
//! which of these are one case. Called by `ingest` through `incidents`, and by `read` for every record.
//!
//! Cases are worked out when they are read: nothing is kept that an ingest in another order, an update or a deletion
//! could leave wrong. Every rule looks at both sides alike, so a case is the same from each of its incidents.

mod cases;
mod edges;
mod nearest;
mod node;
mod related;
#[cfg(test)]
mod tests;
mod why;
mod write;

pub(super) use cases::cases;
pub(super) use related::Links;
pub(super) use write::{complete, forget, mark_stale, write};
