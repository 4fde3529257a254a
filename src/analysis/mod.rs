//! What can be worked out over incidents beyond single facts.

pub mod fuzzy;
pub mod jump;
pub mod links;
mod near;
mod org;
mod shelf;
mod subject;

pub use org::organisation;
