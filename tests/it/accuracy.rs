//! How well the parser reads labelled digests of invented incidents, field by field, and how far its `high` can be
//! trusted. The least that is accepted stands in `tests/fixtures/floors.json`; floors only ever rise.

use crate::support::score::{confidence, labels, macro_f1, records, score};
use jikenbo::ingest::{Options, parse};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Every set: its name, its documents' folder and its labels.
const SETS: [(&str, &str, &str); 2] = [
    ("sample", "assets/sample", "tests/fixtures/sample_gold.jsonl"),
    ("labelled", "tests/fixtures/labelled", "tests/fixtures/labelled/gold.jsonl"),
];

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The labels of a set, and what the parser makes of its documents.
fn read(folder: &str, gold: &str) -> (Vec<Value>, Vec<Value>) {
    let mut all = Vec::new();
    for file in fs::read_dir(path(folder)).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        if file.extension().is_some_and(|e| e == "txt") {
            let document = parse(&fs::read(&file).unwrap(), &format!("{name}.txt"), &Options::default()).unwrap();
            all.extend(records(&name, &document));
        }
    }
    (labels(&fs::read_to_string(path(gold)).unwrap()), all)
}

fn floors() -> Value {
    serde_json::from_str(&fs::read_to_string(path("tests/fixtures/floors.json")).unwrap()).unwrap()
}

#[test]
fn every_field_is_read_as_well_as_before() {
    let floors = floors();
    let mut below = Vec::new();
    for (set, folder, gold) in SETS {
        let (gold, records) = read(folder, gold);
        assert!(gold.len() > 30, "{set}");
        let tallies = score(&gold, &records);
        let least = floors[set].as_object().unwrap();
        let scored: Vec<(&str, f64)> =
            tallies.iter().map(|(name, t)| (*name, t.f1())).chain([("macro_f1", macro_f1(&tallies))]).collect();
        assert_eq!(least.len(), scored.len(), "every field of {set} has a floor");
        for (name, f1) in scored {
            println!("{set} {name} {f1:.4}");
            if f1 + 0.00005 < least[name].as_f64().unwrap() {
                let misses = tallies.get(name).map(|t| t.misses.join("\n  ")).unwrap_or_default();
                below.push(format!("{set} {name}: {f1:.4} is below {}\n  {misses}", least[name]));
            }
        }
    }
    assert!(below.is_empty(), "{}", below.join("\n"));
}

#[test]
fn high_confidence_can_be_trusted() {
    let least = floors()["high"].as_f64().unwrap();
    let (mut right, mut total, mut wrong) = (0, 0, Vec::new());
    for (_, folder, gold) in SETS {
        let (gold, records) = read(folder, gold);
        let (r, t, w) = confidence(&gold, &records, "high");
        (right, total) = (right + r, total + t);
        wrong.extend(w);
    }
    println!("high: {right} of {total}\n{}", wrong.join("\n"));
    assert!(total > 300, "only {total} values are told with high confidence");
    assert!(right as f64 >= least * total as f64, "{right} of {total} are right:\n{}", wrong.join("\n"));
}
