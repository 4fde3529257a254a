//! Runs a target over files and folders, without libFuzzer: `replay TARGET PATH...`. Called by `tests/fuzz/run --coverage`,
//! whose profile is written only where the process ends by itself.

use jikenbo_fuzz::fuzzed::TARGETS;
use std::panic::catch_unwind;
use std::path::PathBuf;
use std::{env, fs};

fn main() {
    let mut words = env::args().skip(1);
    let name = words.next().unwrap_or_default();
    let Some((_, holds)) = TARGETS.into_iter().find(|(n, _)| *n == name) else {
        eprintln!("`{name}` is no target");
        std::process::exit(2);
    };
    let (mut paths, mut count, mut failed): (Vec<PathBuf>, u32, u32) = (words.map(PathBuf::from).collect(), 0, 0);
    while let Some(path) = paths.pop() {
        if let Ok(folder) = fs::read_dir(&path) {
            paths.extend(folder.flatten().map(|e| e.path()));
        } else if let Ok(bytes) = fs::read(&path) {
            count += 1;
            if catch_unwind(|| holds(&bytes)).is_err() {
                failed += 1;
                eprintln!("{} does not hold", path.display());
            }
        }
    }
    println!("{name}: {count} inputs, {failed} of which do not hold");
}
