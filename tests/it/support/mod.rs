//! What several tests share.

pub mod book;
#[cfg(target_os = "linux")]
pub mod io_errors;
pub mod payloads;
pub mod pty;
pub mod score;
pub mod terminal;
mod workbench;
