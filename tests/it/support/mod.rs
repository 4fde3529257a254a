//! What several tests share.

pub mod book;
pub mod pty;
pub mod score;
