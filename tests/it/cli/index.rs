//! The search index as commands keep it: up to date after whatever changes texts, and no reason for anything to fail.

use super::{DIGEST, House};
use jikenbo::store::{IndexState, Store};
use std::fs;
use std::os::unix::fs::PermissionsExt;

fn state(house: &House) -> IndexState {
    Store::open_existing(&house.path("cases.db")).unwrap().index_state().unwrap()
}

/// After a command the index knows all, and finds so many.
fn assert_ready(house: &House, after: &str, word: &str, hits: usize) {
    assert_eq!(state(house), IndexState::Ready, "after {after}");
    assert_eq!(house.ids(&["kind:any", "status:any", word]).len(), hits, "after {after}");
}

#[test]
fn whatever_changes_texts_brings_the_index_along() {
    let house = House::furnished();
    assert_ready(&house, "ingest", "申請書", 1);
    let mode = fs::metadata(house.path("cases.db-index")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let digest = house.write("2024-06.txt", DIGEST.replace("申請書", "願書"));
    house.ok(&["ingest", &digest]);
    assert_ready(&house, "a changed document", "申請書", 0);
    assert_ready(&house, "a changed document", "願書", 1);
    house.ok(&["reparse"]);
    assert_ready(&house, "reparse", "願書", 1);
    house.ok(&["db", "backup", "copy.db"]);
    assert!(!house.path("copy.db-index").exists());
    let form = "organisation: 白樺銀行\ntitle: 書類の誤廃棄\npublished: 2024-06-10\n\n願書を誤って廃棄しました。\n";
    house.write("form.txt", form);
    house.ok(&["add", "form.txt"]);
    assert_ready(&house, "add", "願書", 2);
    house.ok(&["db", "compact"]);
    assert_eq!(state(&house), IndexState::Ready);
    house.ok(&["db", "restore", "copy.db"]);
    assert_ready(&house, "restore", "願書", 1);
    let other = House::new();
    let digest = DIGEST.replace("2024-90", "2024-91").replace("潮路市", "霞浦町");
    let digest = other.write("other.txt", digest);
    other.ok(&["ingest", &digest]);
    house.ok(&["db", "merge", other.path("cases.db").to_str().unwrap()]);
    assert_ready(&house, "merge", "霞浦町", 1);
    assert_eq!(house.run(&["forget", "--yes", "1"]).code, Some(0));
    assert_ready(&house, "forget", "願書", 0);
    let left = fs::read_dir(house.path("")).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
    let left: Vec<String> = left.filter(|n| n.starts_with("cases.db-index")).collect();
    assert_eq!(left.len(), 2, "the index and its lock: {left:?}");
}

#[test]
fn a_broken_index_is_noted_and_replaced() {
    let house = House::furnished();
    fs::write(house.path("cases.db-index"), b"nothing of the kind").unwrap();
    assert_eq!(house.ids(&["申請書"]).len(), 1);
    let checked = house.run(&["db", "check"]);
    assert_eq!(checked.code, Some(0));
    assert!(checked.out.contains(": ok, ") && checked.err.contains("search index will be built anew"), "{checked:?}");
    house.ok(&["ingest", "2024-06.txt"]);
    assert_eq!(state(&house), IndexState::Ready);
    assert_eq!(house.run(&["db", "check"]).err, "");
}

#[test]
fn an_index_that_can_not_be_made_is_told_and_no_failure() {
    let house = House::new();
    let digest = house.write("2024-06.txt", DIGEST);
    // A folder stands where the index would be built.
    fs::create_dir_all(house.path("cases.db-index.new/in-the-way")).unwrap();
    let ran = house.run(&["ingest", &digest]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("cases.db-index.new") && ran.err.contains("the case book itself is whole"), "{ran:?}");
    assert_eq!(house.ids(&["申請書"]).len(), 1);
}
