//! `db`: backups, the way back, room, sharing.

use super::{DIGEST, House};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// All there is to be seen, and the log.
pub fn contents(house: &House, db: &str) -> (Vec<String>, String) {
    let told = house.ok(&["--db", db, "export", "kind:any status:any", "--format", "ndjson"]);
    let mut lines: Vec<String> = told.lines().map(str::to_owned).collect();
    lines.sort();
    (lines, house.ok(&["--db", db, "log", "--json"]))
}

#[test]
fn a_backup_comes_back_as_it_was() {
    let house = House::furnished();
    house.ok(&["tag", "+kept", "--", "紛失"]);
    let before = contents(&house, "cases.db");
    let told = house.ok(&["db", "backup", "copy.db"]);
    assert!(told.starts_with("copy.db: backup of ") && told.contains(" bytes"), "{told}");
    assert_eq!(mode(&house.path("copy.db")), 0o600);
    assert!(house.ok(&["--db", "copy.db", "db", "check"]).contains(": ok, documents=1 incidents=3 operations=1"));
    assert_eq!(contents(&house, "copy.db"), before);
    house.run(&["db", "backup", "copy.db"]).failed(1, &["copy.db: exists already", "--overwrite"]);
    house.run(&["db", "backup", "cases.db", "--overwrite"]).failed(1, &["is the case book itself"]);
    house.run(&["db", "backup", "no/copy.db"]).failed(1, &["no/copy.db: "]);
    house.ok(&["tag", "+lost", "--", "誤送信"]);
    let later = contents(&house, "cases.db");
    let told = house.ok(&["db", "restore", "copy.db"]);
    assert!(told.contains("restored from copy.db"), "{told}");
    let kept = told.lines().nth(1).unwrap().rsplit(' ').next().unwrap();
    assert!(kept.contains("cases.db.before-restore-"), "{told}");
    assert_eq!(contents(&house, "cases.db"), before);
    assert_eq!(contents(&house, kept), later);
    house.ok(&["undo"]);
    assert_eq!(house.ids(&["tag:kept"]).len(), 0);
    house.ok(&["db", "backup", "copy.db", "--overwrite"]);
    assert_eq!(contents(&house, "copy.db"), contents(&house, "cases.db"));
    // Where there is nothing yet it makes a case book.
    house.ok(&["--db", "new/place.db", "db", "restore", "copy.db"]);
    assert_eq!(contents(&house, "new/place.db"), contents(&house, "cases.db"));
}

#[test]
fn only_a_sound_case_book_is_restored() {
    let house = House::furnished();
    let before = fs::read(house.path("cases.db")).unwrap();
    house.write("text.db", "text\n");
    let mut cut = before.clone();
    cut.truncate(before.len() / 2);
    house.write("cut.db", &cut);
    house.run(&["db", "restore", "text.db"]).failed(1, &["text.db: is no case book"]);
    house.run(&["db", "restore", "cut.db"]).failed(1, &["cut.db: the case book is damaged"]);
    house.run(&["db", "restore", "none.db"]).failed(1, &["none.db: there is no such file"]);
    house.run(&["db", "restore", "cases.db"]).failed(1, &["is the case book itself"]);
    house.run(&["db", "restore"]).failed(2, &["FILE"]);
    assert_eq!(fs::read(house.path("cases.db")).unwrap(), before);
}

#[test]
fn a_case_book_that_is_shared_says_so_and_compacts() {
    let house = House::furnished();
    let gid = fs::metadata(house.path("cases.db")).unwrap().gid().to_string();
    let groups = fs::read_to_string("/etc/group").unwrap();
    let own = groups.lines().find(|l| l.split(':').nth(2) == Some(&gid)).unwrap().split(':').next().unwrap();
    house.run(&["db", "share", "no-such-group"]).failed(1, &["there is no group `no-such-group`", "getent group"]);
    assert_eq!(mode(&house.path("cases.db")), 0o600);
    assert!(house.ok(&["db", "share", own]).contains("shared with group"));
    assert_eq!((mode(&house.path("cases.db")), mode(&house.path(""))), (0o660, 0o2770));
    let told = house.ok(&["db", "compact"]);
    assert!(told.contains(" bytes before, ") && told.contains(" bytes after"), "{told}");
    assert_eq!(mode(&house.path("cases.db")), 0o660);
    fs::set_permissions(house.path("cases.db"), fs::Permissions::from_mode(0o604)).unwrap();
    let ran = house.run(&["db", "check"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.err.contains("warning: every user of this machine may open it"), "{ran:?}");
}

/// The ids of what a query finds in one of two case books.
fn ids(house: &House, db: &str, query: &str) -> Vec<String> {
    house.ok(&["--db", db, "list", query, "--format", "ids"]).lines().map(str::to_owned).collect()
}

#[test]
fn two_case_books_become_one_whichever_takes_the_other_in() {
    let house = House::new();
    house.write("june.txt", DIGEST);
    house.ok(&["--db", "a.db", "ingest", "june.txt"]);
    house.ok(&["--db", "a.db", "tag", "+一次", "--as", "kei", "--", "紛失"]);
    house.ok(&["--db", "a.db", "status", "open", "--as", "kei", "--", "潮路市"]);
    // The same file, later and with a corrected headline, a corrected number and one notice less.
    let later = DIGEST.replace("USBメモリの紛失について", "USBメモリ紛失のお詫び").replace("申請者30名", "申請者32名");
    let later = later.split("【セキュリティ事件簿#2024-903】").next().unwrap().to_owned();
    house.write("june.txt", later);
    house.ok(&["--db", "b.db", "ingest", "june.txt"]);
    let own = house.write("july.txt", DIGEST.replace("2024-90", "2024-95").replace("潮路市", "霞浦町"));
    house.ok(&["--db", "b.db", "ingest", &own]);
    house.ok(&["--db", "b.db", "tag", "+二次", "--as", "aya", "--", "紛失"]);
    for (name, first, second) in [("ab.db", "a.db", "b.db"), ("ba.db", "b.db", "a.db")] {
        house.ok(&["--db", first, "db", "backup", name]);
        let told = house.ok(&["--db", name, "db", "merge", second]);
        assert!(told.contains(&format!("merged {second}: documents=")), "{told}");
        let again = house.ok(&["--db", name, "db", "merge", second]);
        assert!(again.contains("documents=0 updated=0 forgotten=0 incidents=0 operations=0"), "{again}");
        assert!(house.ok(&["--db", name, "db", "check"]).contains(": ok, documents=2 incidents=5 operations=3"));
    }
    assert_eq!(contents(&house, "ab.db"), contents(&house, "ba.db"));
    // The later version counts, under the id and with the tags that the earlier one was given.
    let id = ids(&house, "a.db", "tag:一次");
    assert_eq!(ids(&house, "ab.db", "tag:一次"), id);
    assert_eq!(ids(&house, "ab.db", "tag:二次 お詫び"), id);
    assert_eq!(ids(&house, "ab.db", "status:open"), ids(&house, "a.db", "潮路市"));
    assert_eq!(ids(&house, "ab.db", "申請者32名"), ids(&house, "a.db", "潮路市"));
    for db in ["ab.db", "ba.db"] {
        assert!(house.ok(&["--db", db, "undo", "--as", "kei"]).contains("undid: status open on 1 incident"));
    }
    assert_eq!(contents(&house, "ab.db").0, contents(&house, "ba.db").0);
}

#[test]
fn what_one_has_forgotten_the_other_forgets_too() {
    let house = House::furnished();
    house.ok(&["db", "backup", "other.db"]);
    house.ok(&["--db", "other.db", "tag", "+x", "--", "紛失"]);
    house.run(&["forget", "1", "--yes"]).failed(0, &[]);
    let told = house.ok(&["--db", "other.db", "db", "merge", "cases.db"]);
    assert!(told.contains("forgotten=1"), "{told}");
    house.ok(&["db", "merge", "other.db"]);
    assert_eq!(contents(&house, "cases.db"), contents(&house, "other.db"));
    for db in ["cases.db", "other.db"] {
        assert!(house.ok(&["--db", db, "db", "check"]).contains("documents=0 incidents=0 operations=1"));
        assert!(memchr::memmem::find(&fs::read(house.path(db)).unwrap(), "渡瀬書房".as_bytes()).is_none());
    }
}

#[test]
fn only_a_sound_case_book_is_merged() {
    let house = House::furnished();
    let before = contents(&house, "cases.db");
    house.write("text.db", "text\n");
    house.run(&["db", "merge", "text.db"]).failed(1, &["text.db: is no case book"]);
    house.run(&["db", "merge", "none.db"]).failed(1, &["none.db: there is no such file"]);
    house.run(&["db", "merge", "cases.db"]).failed(1, &["is the case book itself"]);
    house.ok(&["db", "backup", "new.db"]);
    let db = rusqlite::Connection::open(house.path("new.db")).unwrap();
    db.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(db);
    house.run(&["db", "merge", "new.db"]).failed(1, &["new.db: ", "version 99", "upgrade jikenbo"]);
    assert_eq!(contents(&house, "cases.db"), before);
}
