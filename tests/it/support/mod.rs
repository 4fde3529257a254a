//! What several tests share.

#![allow(dead_code)] // each part of the house uses what it needs

pub mod book;
pub mod pty;
