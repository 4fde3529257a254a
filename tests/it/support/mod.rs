//! What several tests share.

pub mod book;
pub mod payloads;
pub mod pty;
pub mod score;
pub mod terminal;
mod workbench;
