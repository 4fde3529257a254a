//! What has to hold for any bytes at all, one file a way in. The fuzz targets of `tests/fuzz` look for bytes for which it
//! does not; what they found lies under `tests/fixtures/fuzz/` and is run again by `fuzzed_inputs`.

pub mod config;
pub mod explain;
pub mod export;
pub mod import;
pub mod ingest;
pub mod query;
pub mod text;

use jikenbo::domain::Span;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A way in: its name, which is that of its fuzz target and of its folder of kept inputs, and what has to hold.
pub type Target = (&'static str, fn(&[u8]));

/// Every way in.
pub const TARGETS: [Target; 7] = [
    ("config", config::holds),
    ("explain", explain::holds),
    ("export", export::holds),
    ("import", import::holds),
    ("ingest", ingest::holds),
    ("query", query::holds),
    ("text", text::holds),
];

/// The longest that 100 kB may take; a shorter input has as long, since a machine may be busy with something else.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 5 } else { 1 });

/// Runs a piece of work on so many bytes and holds it to the time that they may take.
fn in_time<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let clock = Instant::now();
    let out = work();
    let most = LONGEST * u32::try_from(bytes / 100_000 + 1).unwrap();
    assert!(clock.elapsed() < most, "{bytes} bytes take {:?}", clock.elapsed());
    out
}

/// Holds a span to a part of the text.
fn stands(span: Span, text: &str) {
    let shown = span.of(text);
    assert!(shown.is_some_and(|s| !s.is_empty()), "{span:?} is no part of {text:?}");
}

/// A folder in memory where there is one: a fuzz target writes thousands of files a second.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}
