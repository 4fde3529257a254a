//! Kills at growing shares of the time that a command takes: afterwards the case book is sound, and what the command was
//! to do is done whole or not at all.

use crate::cli::House;
use crate::support::book::{plain_digest, write_digests};
use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

const SHARES: [f64; 5] = [0.15, 0.4, 0.6, 0.8, 0.95];

fn furnished() -> House {
    let house = House::new();
    write_digests(&house.path("in"), 4, 100);
    house.ok(&["ingest", "in"]);
    house.ok(&["tag", "+bulk", "--", "商会"]);
    house
}

/// How long a command takes that is let be.
fn time(house: &House, args: &[&str]) -> Duration {
    let clock = Instant::now();
    house.ok(args);
    clock.elapsed()
}

fn kill_after(house: &House, args: &[&str], patience: Duration) {
    let clock = Instant::now();
    let mut child = house.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while clock.elapsed() < patience && child.try_wait().unwrap().is_none() {
        thread::yield_now();
    }
    let _ = child.kill();
    child.wait().unwrap();
}

fn assert_sound(house: &House, what: &str) {
    let ran = house.run(&["db", "check"]);
    assert!(ran.code == Some(0) && ran.out.contains(": ok, "), "{what}: {ran:?}");
}

#[test]
fn a_killed_undo_and_a_killed_rename_are_whole_or_absent() {
    let house = furnished();
    let counts = || ["tag:bulk", "tag:other"].map(|q| house.ids(&[q]).len());
    let whole = time(&house, &["undo"]);
    house.ok(&["redo"]);
    for share in SHARES {
        kill_after(&house, &["undo"], whole.mul_f64(share));
        assert_sound(&house, "undo");
        match counts() {
            [0, 0] => drop(house.ok(&["redo"])),
            all => assert_eq!(all, [400, 0]),
        }
        kill_after(&house, &["tags", "rename", "bulk", "other"], whole.mul_f64(share));
        assert_sound(&house, "rename");
        match counts() {
            [0, 400] => drop(house.ok(&["undo"])),
            all => assert_eq!(all, [400, 0]),
        }
        assert_eq!(counts(), [400, 0]);
    }
}

#[test]
fn a_killed_export_or_backup_leaves_no_file_or_a_whole_one() {
    let house = furnished();
    let whole = time(&house, &["export", "--format", "html", "-o", "whole.html"]);
    let size = fs::metadata(house.path("whole.html")).unwrap().len();
    let backup = time(&house, &["db", "backup", "whole.db"]);
    for share in SHARES {
        kill_after(&house, &["export", "--format", "html", "-o", "cut.html"], whole.mul_f64(share));
        if let Ok(meta) = fs::metadata(house.path("cut.html")) {
            assert_eq!(meta.len(), size);
            fs::remove_file(house.path("cut.html")).unwrap();
        }
        kill_after(&house, &["db", "backup", "cut.db"], backup.mul_f64(share));
        if house.path("cut.db").exists() {
            assert!(
                house.ok(&["--db", "cut.db", "db", "check"]).contains(": ok, documents=4 incidents=400 operations=1")
            );
            fs::remove_file(house.path("cut.db")).unwrap();
        }
    }
    assert_sound(&house, "export and backup");
}

#[test]
fn a_killed_restore_leaves_one_case_book_or_the_other() {
    let house = furnished();
    house.ok(&["db", "backup", "tagged.db"]);
    house.ok(&["undo"]);
    house.ok(&["db", "backup", "bare.db"]);
    let whole = time(&house, &["db", "restore", "tagged.db"]);
    for share in SHARES {
        kill_after(&house, &["db", "restore", "bare.db"], whole.mul_f64(share));
        assert_sound(&house, "restore");
        let tagged = house.ids(&["tag:bulk"]).len();
        assert!(tagged == 0 || tagged == 400, "{tagged}");
        if tagged == 0 {
            house.ok(&["db", "restore", "tagged.db"]);
        }
    }
}

#[test]
fn a_killed_compact_reparse_merge_or_forget_loses_nothing() {
    let house = furnished();
    let other = house.write("other.txt", plain_digest(9_001, 50));
    house.ok(&["--db", "other.db", "ingest", &other]);
    let whole = time(&house, &["db", "compact"]).max(time(&house, &["reparse"]));
    for (n, share) in SHARES.into_iter().enumerate() {
        let (name, digest) = (format!("more{n}.txt"), plain_digest(2_000 + 10 * n, 10));
        let more = house.write(&name, digest);
        house.ok(&["ingest", &more]);
        for args in [&["db", "compact"][..], &["reparse"], &["db", "merge", "other.db"], &["forget", &more, "--yes"]] {
            kill_after(&house, args, whole.mul_f64(share));
            assert_sound(&house, &format!("{args:?}"));
        }
        let (tagged, all) = (house.ids(&["tag:bulk"]).len(), house.ids(&[]).len());
        assert_eq!(tagged, 400);
        assert!(all.is_multiple_of(10) && (400..=400 + 50 + 10 * (n + 1)).contains(&all), "{all}");
    }
    house.ok(&["db", "merge", "other.db"]);
    assert_eq!(house.ids(&["第9001商会"]).len(), 1);
}

/// Makes the case book at `from` anew with the schema of an earlier version.
fn as_of_version(from: &Path, to: &Path, version: usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/migrations");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let db = Connection::open(to).unwrap();
    for file in files.iter().take(version) {
        db.execute_batch(&fs::read_to_string(file).unwrap()).unwrap();
    }
    db.execute_batch(&format!("PRAGMA foreign_keys = OFF; ATTACH '{}' AS now; BEGIN", from.display())).unwrap();
    let names = |sql: &str| -> Vec<String> {
        db.prepare(sql).unwrap().query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    };
    for table in names("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") {
        let columns = names(&format!("SELECT name FROM pragma_table_info('{table}')")).join(", ");
        db.execute_batch(&format!("INSERT OR REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}"))
            .unwrap();
    }
    db.execute_batch(&format!(
        "COMMIT; DETACH now; PRAGMA application_id = 1246317378; PRAGMA user_version = {version}"
    ))
    .unwrap();
}

#[test]
fn a_killed_migration_leaves_the_old_case_book_or_the_new_one_and_a_whole_copy() {
    const OLD: usize = 5;
    let house = furnished();
    let before = house.ok(&["log", "--json"]);
    as_of_version(&house.path("cases.db"), &house.path("old.db"), OLD);
    let old = fs::read(house.path("old.db")).unwrap();
    let start = |n: usize| {
        let name = format!("run{n}.db");
        fs::write(house.path(&name), &old).unwrap();
        fs::set_permissions(house.path(&name), fs::Permissions::from_mode(0o600)).unwrap();
        name
    };
    let first = start(99);
    let whole = time(&house, &["--db", &first, "list"]);
    assert_eq!(house.ok(&["--db", &first, "log", "--json"]), before);
    for (n, share) in [0.05, 0.15, 0.25, 0.35, 0.5, 0.65, 0.8].into_iter().enumerate() {
        let name = start(n);
        kill_after(&house, &["--db", &name, "list"], whole.mul_f64(share));
        let version: i64 =
            Connection::open(house.path(&name)).unwrap().query_row("PRAGMA user_version", [], |r| r.get(0)).unwrap();
        let copy = house.path(&format!("{name}.bak-v{OLD}"));
        assert!(version == OLD as i64 || copy.exists(), "migrated without a copy");
        assert!(house.ok(&["--db", &name, "db", "check"]).contains(": ok, documents=4 incidents=400 operations=1"));
        assert_eq!(house.ok(&["--db", &name, "log", "--json"]), before);
        // By now it is migrated, and the copy beside it is the case book as it was.
        let kept = Connection::open(&copy).unwrap();
        let told: (String, i64, i64) = kept
            .query_row("SELECT (SELECT * FROM pragma_integrity_check), (SELECT count(*) FROM incidents), user_version FROM pragma_user_version", [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .unwrap();
        assert_eq!(told, ("ok".to_owned(), 400, OLD as i64));
    }
}
