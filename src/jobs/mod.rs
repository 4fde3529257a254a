//! Long work with progress: what commands and the workbench start and may cancel.

pub mod synth;
