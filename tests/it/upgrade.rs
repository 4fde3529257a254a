//! A case book of the first schema, made by the program of then, opens in today's with nothing lost.

use crate::cli::House;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// The file, as SQLite's own dump of it.
const FIRST: &str = include_str!("../fixtures/stores/schema-1.sql");

fn house() -> House {
    let house = House::new();
    let db = Connection::open(house.path("cases.db")).unwrap();
    db.execute_batch(FIRST).unwrap();
    fs::set_permissions(house.path("cases.db"), fs::Permissions::from_mode(0o600)).unwrap();
    house
}

fn version(house: &House, name: &str) -> i64 {
    let db = Connection::open(house.path(name)).unwrap();
    db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// The records that the case book holds, by id.
fn records(house: &House) -> BTreeMap<String, Value> {
    let lines = house.ok(&["list", "kind:any", "status:any", "--format", "ndjson"]);
    let records = lines.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    records.map(|r| (r["id"].as_str().unwrap().to_owned(), r)).collect()
}

#[test]
fn the_first_case_book_opens_with_its_tags_notes_and_log() {
    let house = house();
    // The first look brings it up to date and says what it kept.
    let ran = house.run(&["list", "--format", "ids", "tag:要確認"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.out, "r771cc1xsa6e\ndrpy2cvavj0h\n");
    assert!(version(&house, "cases.db") > 1);
    let copies: Vec<String> = fs::read_dir(house.path("."))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".bak-v"))
        .collect();
    assert_eq!(copies.len(), 1, "{copies:?}");
    assert_eq!(version(&house, &copies[0]), 1);

    let records = records(&house);
    assert_eq!(records.len(), 12);
    assert_eq!(records["mfjdrt9azxfs"]["status"], "done");
    assert_eq!(records["xe7bgr0bxkz0"]["notes"][0]["text"], "電話で確認した");
    assert_eq!(records["xe7bgr0bxkz0"]["notes"][0]["by"], "taro");
    assert_eq!(records["r771cc1xsa6e"]["tags"], serde_json::json!(["misconfiguration", "要確認"]));
    assert!(records.values().all(|r| r["tags"].as_array().unwrap().iter().all(|t| t != "mistake")));
    let log = house.ok(&["log", "--json"]);
    let words: Vec<Value> = serde_json::from_str(&log).unwrap();
    assert_eq!(words.len(), 5, "{log}");
    assert!(house.ok(&["db", "check"]).contains("ok"));
}

#[test]
fn an_old_case_book_works_on() {
    let house = house();
    house.run(&["list"]);
    assert_eq!(house.ids(&["霧岬"]).len(), 2);
    house.ok(&["tag", "+new", "--", "霧岬 status:any"]);
    assert_eq!(house.ids(&["tag:new"]).len(), 2);
    house.ok(&["undo"]);
    assert!(house.ids(&["tag:new"]).is_empty());
    // Reading the same document again finds the incidents of then.
    let digest = house.write("numbered.txt", include_str!("../fixtures/digests/numbered.txt"));
    let before: Vec<String> = records(&house).into_keys().collect();
    house.ok(&["ingest", &digest]);
    house.ok(&["reparse"]);
    let after = records(&house);
    let lost: Vec<&String> = before.iter().filter(|id| !after.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(after["r771cc1xsa6e"]["tags"], serde_json::json!(["misconfiguration", "要確認"]));
    assert!(house.ok(&["db", "check"]).contains("ok"));
}

#[test]
fn the_version_names_the_commit_and_sqlite() {
    let line = House::new().ok(&["--version"]);
    let form =
        regex::Regex::new(r"^jikenbo \d+\.\d+\.\d+ \(([0-9a-f]{7,40}(-modified)?, )?SQLite 3\.\d+\.\d+\)\n$").unwrap();
    assert!(form.is_match(&line), "{line}");
}
