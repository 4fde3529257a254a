//! What fuzzing found once holds for good: every input that was kept is run again, in the time that it may take.

use crate::fuzzed::TARGETS;
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;

#[test]
fn kept_inputs_hold() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/fuzz");
    let mut failed = Vec::new();
    for (name, holds) in TARGETS {
        let mut inputs: Vec<_> = fs::read_dir(kept.join(name)).unwrap().map(|e| e.unwrap().path()).collect();
        inputs.sort();
        assert!(!inputs.is_empty(), "{name} has no inputs");
        for input in inputs {
            let bytes = fs::read(&input).unwrap();
            if catch_unwind(|| holds(&bytes)).is_err() {
                failed.push(input);
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    let folders = fs::read_dir(&kept).unwrap().count();
    assert_eq!(folders, TARGETS.len(), "every folder of {} belongs to a target", kept.display());
}
