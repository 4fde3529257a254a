//! `export`: the formats, the file that is kept, the guard.

use super::House;
use jikenbo::domain::Record;
use std::fs;

#[test]
fn the_formats_hold_what_the_query_finds() {
    let house = House::furnished();
    let ids = house.ids(&["誤送信"]);
    let json: Vec<Record> = serde_json::from_str(&house.ok(&["export", "誤送信", "--format", "json"])).unwrap();
    let ndjson = house.ok(&["export", "--format", "ndjson", "誤送信"]);
    let lines: Vec<Record> = ndjson.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(json, lines);
    assert_eq!(json.iter().map(|r| r.id.to_string()).collect::<Vec<_>>(), ids);
    let markdown = house.ok(&["export", "誤送信", "--format", "markdown"]);
    assert!(markdown.starts_with("# Incident report\n\n2 incidents\n"), "{markdown}");
    assert!(markdown.contains("## 潮路市 — 申請書の誤送信について"), "{markdown}");
}

#[test]
fn csv_guards_against_formulas() {
    let house = House::furnished();
    let org = |extra: &[&str]| {
        let csv = house.ok(&[&["export", "--format", "csv", "件名"], extra].concat());
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let at = reader.headers().unwrap().iter().position(|h| h == "org").unwrap();
        let row = reader.records().next().unwrap().unwrap();
        (csv.starts_with('\u{feff}'), row[at].to_owned())
    };
    assert_eq!(org(&[]), (false, "'=SUM(1+1)株式会社".to_owned()));
    assert_eq!(org(&["--raw", "--bom"]), (true, "=SUM(1+1)株式会社".to_owned()));
    house.run(&["export", "--format", "json", "--raw"]).failed(2, &["csv"]);
}

#[test]
fn an_existing_file_is_kept_unless_told() {
    let house = House::furnished();
    let out = house.ok(&["export", "--format", "ndjson", "-o", "out.ndjson"]);
    assert_eq!(out, "out.ndjson: 3 incidents as ndjson\n");
    let whole = fs::read_to_string(house.path("out.ndjson")).unwrap();
    assert_eq!(whole, house.ok(&["export", "--format", "ndjson"]));
    house.run(&["export", "紛失", "--format", "ndjson", "-o", "out.ndjson"]).failed(1, &["out.ndjson", "--overwrite"]);
    assert_eq!(fs::read_to_string(house.path("out.ndjson")).unwrap(), whole);
    house.ok(&["export", "紛失", "--format", "ndjson", "-o", "out.ndjson", "--overwrite"]);
    assert_eq!(fs::read_to_string(house.path("out.ndjson")).unwrap().lines().count(), 1);
    house.run(&["export", "--format", "csv", "-o", "no/where.csv"]).failed(1, &["no/where.csv"]);
    for own in ["cases.db", "cases.db-index"] {
        let args = ["export", "--format", "csv", "-o", own, "--overwrite"];
        house.run(&args).failed(1, &[own, "is the case book itself"]);
    }
    assert_eq!(house.ids(&[]).len(), 3);
    let left: Vec<_> = fs::read_dir(house.path("")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(!left.iter().any(|n| n.to_string_lossy().ends_with(".tmp")), "{left:?}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let house = House::furnished();
    house.run(&["export", "--format", "ndjson", "-o", "/dev/full"]).failed(1, &["/dev/full", "can't be written"]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = house.command(&["list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
