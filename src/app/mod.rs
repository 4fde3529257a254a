//! The workbench's state and behaviour, without I/O and without widgets.

pub mod effect;
pub mod event;
