//! Files that are not what they were: pages flipped, logs and indexes left over, a case book that goes away under an open
//! workbench, an output without room. Whatever it is, it is told, what can be read is read, and the case book is kept.

use crate::cli::House;
use crate::support::book::{plain_digest, write_digests};
use rusqlite::Connection;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// So many incidents, tagged.
fn house_of(incidents: usize) -> House {
    let house = House::new();
    let digest = house.write("all.txt", plain_digest(1, incidents));
    house.ok(&["ingest", &digest]);
    house.ok(&["tag", "+kept", "--", "商会"]);
    house
}

fn assert_sound(house: &House) {
    let told = house.ok(&["db", "check"]);
    assert!(told.contains(": ok, "), "{told}");
}

#[test]
fn an_output_without_room_is_told_by_every_command() {
    let house = house_of(3);
    let id = house.ids(&[]).remove(0);
    for args in [
        &["list"][..],
        &["list", "--format", "json"],
        &["show", &id],
        &["log"],
        &["tags"],
        &["stats"],
        &["export", "--format", "csv"],
        &["export", "--format", "xlsx"],
        &["db", "check"],
        &["explain", "all.txt"],
        &["man"],
        &["--help"],
        &["tag", "--help"],
        &["--version"],
        &["completions", "bash"],
    ] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = house.command(args).stdout(full).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {err}");
        assert!(err.contains("the output can't be written") && err.contains("No space left"), "{args:?}: {err}");
    }
}

/// Fills a stretch of a file with what no page looks like.
fn damage(file: &Path, at: usize, bytes: usize) {
    let mut all = fs::read(file).unwrap();
    all.iter_mut().skip(at).take(bytes).for_each(|b| *b ^= 0x5A);
    fs::write(file, all).unwrap();
}

#[test]
fn a_damaged_page_is_told_wherever_it_is_and_the_rest_is_read() {
    const PAGE: usize = 8192;
    let house = house_of(150);
    let copy = house.path("damaged.db");
    let pages = fs::metadata(house.path("cases.db")).unwrap().len() as usize / PAGE;
    let id = house.ids(&[]).remove(0);
    // The header's size of pages, its format, its first free page, and twelve whole pages, the schema's among them.
    let spread = (0..12).map(|n| (n * pages / 12 * PAGE, PAGE));
    let places: Vec<(usize, usize)> = [(16, 2), (18, 2), (100, 8)].into_iter().chain(spread).collect();
    let (mut found, mut read) = (0, 0);
    for (at, bytes) in places.iter().copied() {
        for end in ["-wal", "-shm", "-index"] {
            let _ = fs::remove_file(house.path(&format!("damaged.db{end}")));
        }
        fs::copy(house.path("cases.db"), &copy).unwrap();
        damage(&copy, at, bytes);
        let commands: [&[&str]; 5] = [
            &["db", "check"],
            &["list"],
            &["show", &id],
            &["export", "--format", "ndjson"],
            &["tag", "+new", "--", "商会"],
        ];
        for (n, args) in commands.iter().enumerate() {
            let ran = house.run(&[&["--db", "damaged.db"], *args].concat());
            let what = format!("{bytes} bytes at {at}, {args:?}: {ran:?}");
            assert!(matches!(ran.code, Some(0 | 1)) && !ran.err.contains("panicked"), "{what}");
            if ran.code == Some(0) {
                read += usize::from(n > 0);
                continue;
            }
            found += usize::from(n == 0);
            let words = ["damaged", "no case book", "backup", "upgrade jikenbo"];
            assert!(ran.err.contains("damaged.db") && words.iter().any(|w| ran.err.contains(w)), "{what}");
        }
    }
    assert!(found + 2 >= places.len(), "`db check` found {found} of {}", places.len());
    assert!(read > places.len(), "only {read} commands of {} read anything", 4 * places.len());
    assert_sound(&house);
}

#[test]
fn a_search_index_that_is_lost_damaged_or_of_another_changes_no_answer() {
    let house = house_of(60);
    let other = house_of(20);
    let index = house.path("cases.db-index");
    let whole = fs::read(&index).unwrap();
    let foreign = fs::read(other.path("cases.db-index")).unwrap();
    let expected = house.ids(&["第7商会"]);
    assert_eq!(expected.len(), 1);
    let mut flipped = whole.clone();
    flipped.iter_mut().skip(whole.len() / 3).take(whole.len() / 3).for_each(|b| *b ^= 0x5A);
    let cut = whole[..whole.len() / 2].to_vec();
    let cases = [
        ("lost", None),
        ("empty", Some(Vec::new())),
        ("cut", Some(cut)),
        ("flipped", Some(flipped)),
        ("foreign", Some(foreign)),
        ("text", Some(b"text\n".repeat(99))),
    ];
    for (name, bytes) in cases {
        for end in ["-index", "-index-wal", "-index-shm"] {
            let _ = fs::remove_file(house.path(&format!("cases.db{end}")));
        }
        if let Some(bytes) = bytes {
            fs::write(&index, bytes).unwrap();
        }
        assert_eq!(house.ids(&["第7商会"]), expected, "{name}");
        assert!(house.run(&["db", "check"]).out.contains(": ok, "), "{name}");
        house.ok(&["ingest", "all.txt"]);
        let checked = house.run(&["db", "check"]);
        assert!(checked.out.contains(": ok, ") && checked.err.is_empty(), "{name}: {checked:?}");
        assert_eq!(house.ids(&["第7商会"]), expected, "{name}, made anew");
    }
}

#[test]
fn a_log_that_was_cut_or_is_none_loses_nothing_that_was_in_the_file() {
    let house = house_of(40);
    let wal = house.path("cases.db-wal");
    // As a kill leaves it: written, not yet moved into the file.
    let reader = Connection::open(house.path("cases.db")).unwrap();
    reader.execute_batch("BEGIN; SELECT count(*) FROM incidents").unwrap();
    house.ok(&["tag", "+first", "--", "第7商会"]);
    let after_first = fs::metadata(&wal).unwrap().len() as usize;
    house.ok(&["tag", "+second", "--", "第8商会"]);
    let (db, log) = (fs::read(house.path("cases.db")).unwrap(), fs::read(&wal).unwrap());
    assert!(log.len() > after_first, "{} bytes, {after_first} after the first", log.len());
    let mut flipped = log.clone();
    flipped.iter_mut().skip(after_first + 40).for_each(|b| *b ^= 0x5A);
    for (name, log, first, second) in [
        ("whole", log.clone(), 1, 1),
        ("cut in the second", log[..log.len() - 100].to_vec(), 1, 0),
        ("cut after the first", log[..after_first].to_vec(), 1, 0),
        ("flipped from the second on", flipped, 1, 0),
        ("none", b"no log at all".repeat(100), 0, 0),
        ("empty", Vec::new(), 0, 0),
    ] {
        let left = House::new();
        for (file, bytes) in [("cases.db", &db), ("cases.db-wal", &log)] {
            fs::write(left.path(file), bytes).unwrap();
            fs::set_permissions(left.path(file), fs::Permissions::from_mode(0o600)).unwrap();
        }
        assert_sound(&left);
        let tagged = ["tag:kept", "tag:first", "tag:second"].map(|q| left.ids(&[q]).len());
        assert_eq!(tagged, [40, first, second], "{name}");
        left.ok(&["tag", "+third", "--", "第9商会"]);
        assert_sound(&left);
    }
}

#[test]
fn a_case_book_that_goes_away_under_an_open_workbench_is_told() {
    for replaced in [false, true] {
        let house = House::new();
        let digest = house.write("all.txt", plain_digest(1, 3));
        house.ok(&["--db", "box/cases.db", "ingest", &digest]);
        let db = house.path("box/cases.db");
        let mut workbench = house.workbench(&["--db", db.to_str().unwrap()], 160, 30);
        // The detail is there too: everyone has opened the case book.
        workbench.wait_for("occurrence → publication");
        if replaced {
            // As a restore by hand does it.
            fs::rename(house.path("box"), house.path("away")).unwrap();
            house.ok(&["--db", "box/cases.db", "ingest", &digest]);
        } else {
            // What is still making a file there may be in the way for a moment.
            while house.path("box").exists() {
                let _ = fs::remove_dir_all(house.path("box"));
            }
        }
        workbench.wait_for("moved, removed or replaced");
        workbench.send("x");
        workbench.wait_for_quiet(std::time::Duration::from_millis(150));
        workbench.wait_for("moved, removed or replaced");
        assert!(!workbench.screen().contents().contains("status done on"), "{}", workbench.rows().join("\n"));
        workbench.send(":q\r");
        workbench.wait_for_exit();
        let written = String::from_utf8_lossy(workbench.since_mark()).into_owned();
        assert!(!written.contains("panicked"), "{written}");
        if replaced {
            assert_eq!(house.ok(&["--db", "box/cases.db", "log"]), "", "nothing is written to the other one either");
            assert_eq!(house.ok(&["--db", "away/cases.db", "log"]), "");
            // Its index may have been in the making.
            assert!(house.run(&["--db", "away/cases.db", "db", "check"]).out.contains(": ok, "));
        }
    }
}

/// Whether this process holds a lock on a file, as SQLite does as long as it has it open; `None` where that is not told.
fn is_locked_here(file: &Path) -> Option<bool> {
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let (own, inode) = (std::process::id().to_string(), format!(":{}", fs::metadata(file).unwrap().ino()));
    Some(locks.lines().map(|l| l.split_whitespace().collect::<Vec<_>>()).any(|words| {
        words.contains(&"POSIX") && words.contains(&own.as_str()) && words.iter().any(|w| w.ends_with(&inode))
    }))
}

#[test]
fn a_second_connection_of_a_process_leaves_the_locks_of_the_first() {
    use crate::support::book::{actor, at, ids};
    use jikenbo::domain::{Change, Command, Tag};
    use jikenbo::store::Store;
    let house = house_of(5);
    let mut first = Store::open_existing(&house.path("cases.db")).unwrap();
    let targets = ids(&first);
    let mut tag = |name: &str, n: u32| {
        let change = Change::Tag { add: vec![Tag::new(name).unwrap()], remove: Vec::new() };
        first.apply(&Command { change, targets: targets.clone() }, &actor("hanako"), at(n)).unwrap();
    };
    tag("before", 1);
    // As the workbench does for each of its threads, one after the other.
    let second = Store::open_existing(&house.path("cases.db")).unwrap();
    second.backup(&house.path("copy.db"), false).unwrap();
    second.permission_warnings();
    assert_ne!(is_locked_here(&house.path("cases.db")), Some(false), "the lock on the case book is gone");
    // Whoever is the last to close a case book removes its write-ahead log, in which the next change would be lost.
    house.ok(&["tag", "+other", "--", "第1商会"]);
    assert!(house.path("cases.db-wal").exists(), "another process took the case book for unused");
    tag("after", 2);
    drop((first, second));
    assert_eq!(["tag:before", "tag:other", "tag:after"].map(|q| house.ids(&[q]).len()), [5, 1, 5]);
    assert_sound(&house);
}

#[test]
fn a_clock_that_jumps_leaves_the_order_of_the_log() {
    use crate::support::book::{actor, entry, ids, ingest};
    use chrono::{TimeZone as _, Utc};
    use jikenbo::domain::{Change, Command, Facts, OpId, Tag};
    use jikenbo::store::{LogFilter, Store};
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("cases.db")).unwrap();
    let facts = Facts { org: Some("組織".into()), ..Facts::default() };
    ingest(&mut store, "a.txt", vec![entry("組織 件名\n\n本文\n".into(), facts)]);
    let (targets, who) = (ids(&store), actor("hanako"));
    // Forward to the end of the century, back before the epoch, and to where it was.
    let years = [2024, 2099, 1960, 1970, 2024, 2024];
    for (n, year) in years.into_iter().enumerate() {
        let add = vec![Tag::new(&format!("t{n}")).unwrap()];
        let change = Change::Tag { add, remove: Vec::new() };
        let at = Utc.with_ymd_and_hms(year, 5, 1, 0, 0, 0).unwrap();
        assert_eq!(store.apply(&Command { change, targets: targets.clone() }, &who, at).unwrap().changed, 1);
    }
    let newest_first: Vec<OpId> = store.log(&LogFilter::default()).unwrap().into_iter().map(|o| o.id).collect();
    assert!(newest_first.windows(2).all(|w| w[0] > w[1]), "{newest_first:?}");
    // What is undone is what was done last, whatever the clock said then and says now.
    let at = Utc.with_ymd_and_hms(1999, 1, 1, 0, 0, 0).unwrap();
    for n in (0..years.len()).rev() {
        let (undone, _) = store.undo(&who, at).unwrap().unwrap();
        assert!(undone.summary.contains(&format!("t{n}")), "{}", undone.summary);
    }
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn other_files_of_the_same_folder_are_left_alone() {
    let house = house_of(5);
    write_digests(&house.path("in"), 2, 5);
    for name in ["cases.db.bak-v1", "cases.db.before-restore-x", ".jikenbo-left.tmp", "cases.db-other"] {
        fs::write(house.path(name), name).unwrap();
    }
    house.ok(&["ingest", "in"]);
    house.ok(&["db", "compact"]);
    house.ok(&["db", "backup", "copy.db"]);
    house.ok(&["db", "restore", "copy.db"]);
    for name in ["cases.db.bak-v1", "cases.db.before-restore-x", ".jikenbo-left.tmp", "cases.db-other"] {
        assert_eq!(fs::read_to_string(house.path(name)).unwrap(), name);
    }
}
