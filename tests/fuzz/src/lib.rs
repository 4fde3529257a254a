//! What the fuzz targets run: the same functions that the program's tests hold the kept inputs to.

#[path = "../../it/fuzzed/mod.rs"]
pub mod fuzzed;
