//! What goes wrong around a case book, with the program itself: kills, full and read-only disks, locks, files that are
//! none. Each time the user reads what, where and what to do, and nothing is lost.
//!
//! | fault | how it is made | what the user sees | what is lost |
//! |---|---|---|---|
//! | killed ingest, tag, undo, rename | SIGKILL at growing delays (here, `faults_kills`) | `db check` ok, the next command goes on | nothing that was told as done |
//! | killed export, backup | the same | no file under the name, or a whole one | a temporary file may stay |
//! | killed restore | the same | one case book or the other, the old one kept beside it | nothing |
//! | killed compact, reparse, merge, forget | the same | whole or absent | nothing |
//! | killed migration | the same, on a schema of version 5 | the next start migrates; `.bak-v5` is whole | nothing |
//! | killed workbench | SIGKILL, SIGHUP, SIGTERM (here, `session`) | the next start offers the sitting | nothing |
//! | full disk | a small tmpfs of one's own (here, `faults_db`) | "the disk is full; nothing of this change was kept, make room" | the change |
//! | output without room | `/dev/full` (`faults_files`) | "the output can't be written: No space left", exit 1 | nothing |
//! | read-only disk | a bind mount that is read-only | reading works; writing: "no permission … check the owner and mode" | nothing |
//! | a read, write, flush, open, lookup or rename fails once or from then on (EIO, ENOSPC, half a write) | a library before libc counts the calls and fails the n-th (`io_errors`) | exit 1, "reading or writing failed … check the disk", "the disk is full … make room"; of pages that can't be read "damaged, or its disk can't be read … `db check`" | the change that was refused; given again it completes |
//! | the same under the search index | the same | "the search index can't be read or written … the case book itself is whole", exit 0; searches read the texts | nothing |
//! | the same under an export, a backup, a restore | the same | the file as it was, or whole; its name and the system's words | nothing |
//! | the same under an open workbench | the same, switched on and off (`io_errors_workbench`) | the words on the screen, one reads on; a state file that stays unwritten: "not everything was saved before leaving", exit 1 | what was refused |
//! | locks lost to a file opened and closed beside SQLite | two connections in one process, `/proc/locks` (`faults_files`) | nothing: no second descriptor is opened | nothing |
//! | lock held | `BEGIN EXCLUSIVE` of another process | readers go on; writers after 5 s: "another process … try again" | the change |
//! | newer case book | `user_version` 99 | "version 99 … upgrade jikenbo" | nothing |
//! | no case book | text, noise, cut and empty files, pipes, folders | named, "is no case book", left as it is | nothing |
//! | damaged page | pages and header bytes flipped (`faults_files`) | `db check` names it; other commands read on or say "damaged … bring back a backup" | what stood on the page |
//! | index lost, damaged, foreign | removed, cut, flipped, another's (`faults_files`) | the same answers, slower; the next ingest makes it | nothing |
//! | log cut, flipped, none | `-wal` cut and flipped (`faults_files`) | nothing: whole changes before the cut are there | changes behind the cut |
//! | folder goes away | removed or renamed under an open workbench (`faults_files`) | "was moved, removed or replaced while it was open", within a second | changes after it, which are refused |
//! | clock jumps | moments of 1960 to 2099 (`faults_files`) | nothing: ids go up, undo takes the newest | nothing |

use crate::cli::{House, Ran};
use crate::support::book::{plain_digest, write_digests};
use crate::support::pty::Pty;
use rusqlite::Connection;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Small numbers in an order that looks random and is the same each time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// A house with 40 digests of so many incidents each below `in`, not yet ingested.
fn house_with(each: usize) -> House {
    let house = House::new();
    write_digests(&house.path("in"), 40, each);
    house
}

fn assert_sound(house: &House) {
    let told = house.ok(&["db", "check"]);
    assert!(told.contains(": ok, "), "{told}");
}

/// The operations of the log.
fn log(house: &House) -> Vec<Value> {
    serde_json::from_str(&house.ok(&["log", "--json"])).unwrap()
}

#[test]
fn a_killed_ingest_leaves_whole_documents_and_the_next_one_completes() {
    let house = house_with(25);
    let mut dice = Dice(7);
    let mut left_over = 0;
    for round in 0..10 {
        for name in ["cases.db", "cases.db-index"] {
            let _ = fs::remove_file(house.path(name));
        }
        let mut child = house.command(&["ingest", "in"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // So many documents were told as done; the next is at any point of its way.
        let done = dice.below(39) as usize;
        let told: Vec<String> = lines.by_ref().take(done).map(Result::unwrap).collect();
        for n in 0..dice.below(2_000_000) {
            std::hint::black_box(n);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        left_over += usize::from(house.path("cases.db-wal").exists());
        if house.path("cases.db").exists() {
            assert_sound(&house);
            let ids = house.ids(&[]).len();
            assert!(ids.is_multiple_of(25) && ids >= 25 * told.len(), "round {round}: {ids} after {told:?}");
        }
        let out = house.ok(&["ingest", "in"]);
        assert!(out.lines().last().unwrap().contains("documents=40 "), "{out}");
        assert_eq!(house.ids(&[]).len(), 1000);
        assert_sound(&house);
    }
    assert!(left_over > 3, "only {left_over} of 10 kills left a write-ahead log behind");
}

/// Waits until a file has so many bytes or its writer has ended.
fn wait_for_size(path: &Path, bytes: u64, writer: &mut Child) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while fs::metadata(path).map_or(0, |m| m.len()) < bytes && writer.try_wait().unwrap().is_none() {
        assert!(Instant::now() < deadline, "{} never grows", path.display());
        thread::yield_now();
    }
}

#[test]
fn a_killed_bulk_tag_is_whole_or_absent() {
    let house = house_with(50);
    house.ok(&["ingest", "in"]);
    let wal = house.path("cases.db-wal");
    let mut dice = Dice(11);
    let (mut whole, mut absent) = (0, 0);
    for round in 0..10 {
        let before = log(&house).len();
        let mut child =
            house.command(&["tag", "+bulk", "--", "商会"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // A change is written at once when it is committed: some of the kills hit the very middle of it.
        wait_for_size(&wal, 1 + dice.below(500_000), &mut child);
        child.kill().unwrap();
        child.wait().unwrap();
        assert_sound(&house);
        let (tagged, after) = (house.ids(&["tag:bulk"]).len(), log(&house).len());
        match (tagged, after - before) {
            (2000, 1) => {
                whole += 1;
                house.ok(&["undo"]);
                assert_eq!(house.ids(&["tag:bulk"]).len(), 0);
            }
            (0, 0) => absent += 1,
            other => panic!("round {round}: {other:?}"),
        }
    }
    assert_eq!(whole + absent, 10);
    assert!(house.ok(&["tag", "+bulk", "--", "商会"]).contains("tagged 2000 incidents bulk"));
    assert_sound(&house);
}

/// Runs a shell script as root of a mount table of its own; `None`, with the reason told, where that is not allowed.
#[allow(clippy::print_stderr)] // a test that is skipped has to say so
pub fn with_own_mounts(house: &House, script: &str) -> Option<Ran> {
    let trial = Command::new("unshare").args(["-m", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if !trial.as_ref().is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no mounts of one's own here (`unshare -m` with `mount`): {trial:?}");
        return None;
    }
    let program = house.command(&[]);
    let mut command = Command::new("unshare");
    command.args(["-m", "sh", "-c", script]).current_dir(house.path("")).env("JIKENBO", program.get_program());
    for (name, value) in program.get_envs().filter_map(|(n, v)| Some((n, v?))) {
        command.env(name, value);
    }
    let output = command.output().unwrap();
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    Some(Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) })
}

#[test]
fn from_a_read_only_disk_one_reads_and_is_told_why_one_can_not_write() {
    let house = House::furnished();
    house.ok(&["tag", "+kept", "--", "紛失"]);
    let before = fs::read(house.path("cases.db")).unwrap();
    let listed = house.ok(&["list", "紛失"]);
    fs::write(house.path("new.txt"), plain_digest(1, 2)).unwrap();
    let script = "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\" || exit 99
        for args in 'list 紛失' 'list tag:kept' 'log' 'stats' 'export --format ndjson' 'db check' 'tags'; do
            \"$JIKENBO\" $args; echo \"read $?\"
        done
        for args in 'tag +a -- 紛失' 'undo' 'ingest new.txt' 'ingest new.txt --db fresh.db'; do
            \"$JIKENBO\" $args; echo \"write $?\"
        done";
    let Some(ran) = with_own_mounts(&house, script) else { return };
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!((ran.out.matches("read 0\n").count(), ran.out.matches("write 1\n").count()), (7, 4), "{ran:?}");
    assert!(ran.out.starts_with(&listed) && ran.out.contains(": ok, documents=1 incidents=3 operations=1"), "{ran:?}");
    // Beside what `db check` notes of the search index.
    let errors: Vec<&str> = ran.err.lines().filter(|line| !line.contains(": note: ")).collect();
    assert_eq!(errors.len(), 4, "{ran:?}");
    for line in errors {
        assert!(line.contains(".db: ") && line.contains("check the owner and mode"), "{line}");
    }
    assert_eq!(fs::read(house.path("cases.db")).unwrap(), before);
    assert!(!house.path("fresh.db").exists());
    assert_sound(&house);
}

#[test]
fn a_full_disk_keeps_what_was_there() {
    let house = House::furnished();
    house.ok(&["tag", "+kept", "--", "紛失"]);
    write_digests(&house.path("in"), 4, 400);
    fs::create_dir(house.path("small")).unwrap();
    // What stands on the small disks is gone with their mounts, so the outcome is copied away. The second one has not
    // even room for the files that SQLite reads by.
    let script = "mount -t tmpfs -o size=1536k none small && cp cases.db small/ || exit 99
        \"$JIKENBO\" --db small/cases.db ingest in >out.txt; echo \"ingest $?\"
        \"$JIKENBO\" --db small/cases.db db check && cp small/* . || exit 98
        mount -t tmpfs -o size=1536k none small && cp kept.db small/cases.db || exit 97
        export JIKENBO_DB=small/cases.db
        dd if=/dev/zero of=small/fill bs=1k 2>/dev/null
        \"$JIKENBO\" tag +lost -- 誤送信; echo \"tag $?\"
        \"$JIKENBO\" list; echo \"list $?\"
        rm small/fill
        \"$JIKENBO\" db check && \"$JIKENBO\" tag +found -- 誤送信; echo \"again $?\"
        cp small/cases.db again.db";
    fs::copy(house.path("cases.db"), house.path("kept.db")).unwrap();
    let Some(ran) = with_own_mounts(&house, script) else { return };
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(
        ran.out.contains("ingest 1\n") && ran.out.contains("tag 1\nlist 1\n") && ran.out.contains("again 0\n"),
        "{ran:?}"
    );
    assert_eq!(ran.out.matches(": ok, ").count(), 2, "{ran:?}");
    let told: Vec<&str> = ran.err.lines().collect();
    assert_eq!(told.len(), 3, "{ran:?}");
    for line in told {
        assert!(line.contains("small/cases.db: the disk is full") && line.contains("make room"), "{line}");
    }
    // Whole documents or none.
    let count = |db: &str, query: &str| house.ok(&["--db", db, "list", query, "--format", "ids"]).lines().count();
    let stored = count("cases.db", "商会");
    assert!(stored.is_multiple_of(400) && stored < 1600, "{stored}");
    assert_eq!(count("cases.db", "tag:kept"), 1);
    assert_eq!(["tag:kept", "tag:lost", "tag:found"].map(|q| count("again.db", q)), [1, 0, 2]);
}

#[test]
fn a_lock_held_for_long_stops_writers_and_no_reader() {
    let house = House::furnished();
    let other = Connection::open(house.path("cases.db")).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let start = |args: &[&str]| house.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Both writers wait at once, so that the test takes one patience and not two.
    let digest = house.write("new.txt", plain_digest(1, 2));
    let writers = [start(&["tag", "+a", "--", "紛失"]), start(&["ingest", &digest])];
    assert_eq!(house.ids(&[]).len(), 3);
    assert!(house.ok(&["db", "check"]).contains("ok"));
    for child in writers {
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(err.contains("cases.db: another process has kept the case book locked"), "{err}");
        assert!(err.contains("try again"), "{err}");
    }
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(log(&house), Vec::<Value>::new());
    house.ok(&["tag", "+a", "--", "紛失"]);
    assert_sound(&house);
}

#[test]
fn a_case_book_of_a_newer_program_is_left_alone() {
    let house = House::furnished();
    let db = Connection::open(house.path("cases.db")).unwrap();
    db.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99").unwrap();
    drop(db);
    let before = fs::read(house.path("cases.db")).unwrap();
    let digest = house.write("new.txt", plain_digest(1, 2));
    for args in [&["list"][..], &["tag", "+a", "--", "紛失"], &["ingest", &digest], &["db", "check"], &["undo"]] {
        house.run(args).failed(1, &["cases.db: ", "version 99", "upgrade jikenbo"]);
    }
    assert_eq!(fs::read(house.path("cases.db")).unwrap(), before);
}

#[test]
fn a_file_that_is_no_case_book_is_named_and_kept() {
    let house = House::furnished();
    let whole = fs::read(house.path("cases.db")).unwrap();
    let mut noise = Dice(3);
    let mut garbage = b"SQLite format 3\0".to_vec();
    garbage.extend((0..20_000).map(|_| noise.below(256) as u8));
    let head: Vec<u8> = whole.iter().copied().take(100).chain([0; 50_000]).collect();
    let cut = whole[..whole.len() / 2].to_vec();
    for (name, bytes) in [("garbage.db", garbage), ("head.db", head), ("cut.db", cut), ("text.db", b"text\n".to_vec())]
    {
        let path = house.write(name, &bytes);
        for args in [&["list", "紛失"][..], &["tag", "+a", "--", "紛失"], &["db", "check"]] {
            let ran = house.run(&[&["--db", path.as_str()], args].concat());
            ran.failed(1, &[name]);
            let told = ["no case book", "damaged", "SQLite: "];
            assert!(told.iter().any(|t| ran.err.contains(t)), "{name} {args:?}: {ran:?}");
            assert!(!ran.err.contains("panicked"), "{ran:?}");
        }
    }
    assert_eq!(fs::read(house.path("text.db")).unwrap(), b"text\n");
}

#[test]
fn places_where_no_case_book_can_be() {
    let house = House::furnished();
    let digest = house.write("new.txt", plain_digest(1, 2));
    house.run(&["--db", ".", "list"]).failed(1, &[".: is a folder", "./jikenbo.db"]);
    house.run(&["--db", ".", "ingest", &digest]).failed(1, &["is a folder"]);
    house.run(&["--db", "no/such/a.db", "list"]).failed(1, &["no/such/a.db: there is no case book", "--db"]);
    assert!(!house.path("no").exists(), "reading makes no folder");
    house.ok(&["--db", "made/now/a.db", "ingest", &digest]);
    assert_eq!(house.ok(&["--db", "made/now/a.db", "list", "--format", "ids"]).lines().count(), 2);
    house.run(&["--db", "new.txt/a.db", "ingest", &digest]).failed(1, &["new.txt", "check the path"]);
    house.run(&["--db", "/dev/null", "list"]).failed(1, &["/dev/null: is no case book"]);
    // A pipe that nobody writes to would be waited for without end.
    assert!(Command::new("mkfifo").arg(house.path("pipe.db")).status().unwrap().success());
    house.run(&["--db", "pipe.db", "list"]).failed(1, &["pipe.db: is no case book", "no regular file"]);
    house.run(&["--db", "", "list"]).failed(2, &["--db"]);
    let long = "x".repeat(5000);
    house.run(&["--db", &long, "list"]).failed(1, &["xxx: "]);
}

/// Tags, takes back and lists in processes of its own, and gives how many operations were logged.
fn work(house: &House, who: usize) -> usize {
    let (name, tag) = (format!("analyst{who}"), format!("+team/{who}"));
    let mut logged = 0;
    for n in 0..8 {
        let args: &[&str] = match n % 4 {
            0 => &["tag", &tag, "--as", &name, "--", "誤送信"],
            1 => &["list", "--as", &name, "商会", "--format", "ids"],
            2 => &["undo", "--as", &name],
            _ => &["show", "--json", "--as", &name, &house.ids(&["誤送信"])[0]],
        };
        let out = house.ok(args);
        match n % 4 {
            0 => assert!(out.contains("tagged 2 incidents"), "{out}"),
            2 => assert!(out.contains("undid: "), "{out}"),
            _ => {}
        }
        logged += usize::from(n % 2 == 0);
    }
    logged
}

#[test]
fn eight_who_tag_and_a_workbench_that_is_open_do_not_disturb_an_ingest() {
    let house = House::furnished();
    write_digests(&house.path("in"), 40, 50);
    let (home, db) = (house.path(""), house.path("cases.db"));
    let env = [("HOME", home.to_str().unwrap()), ("USER", "hanako"), ("JIKENBO_DB", db.to_str().unwrap())];
    let program = house.command(&[]).get_program().to_str().unwrap().to_owned();
    let mut workbench = Pty::start(&program, &[], &env, 100, 30);
    workbench.wait_for("of 3");
    let logged: usize = thread::scope(|scope| {
        let ingest = scope.spawn(|| house.ok(&["ingest", "in"]));
        let all: Vec<_> = (0..8)
            .map(|who| {
                scope.spawn({
                    let house = &house;
                    move || work(house, who)
                })
            })
            .collect();
        let logged = all.into_iter().map(|t| t.join().unwrap()).sum();
        assert!(ingest.join().unwrap().contains("documents=40 new=2000 "));
        logged
    });
    // The workbench has seen it all come.
    workbench.wait_for("of 2,003");
    workbench.send(":q\r");
    assert!(workbench.wait_for_exit().success());
    assert_eq!(log(&house).len(), logged);
    assert_eq!(house.ids(&[]).len(), 2003);
    assert_sound(&house);
}

#[test]
fn a_workbench_that_is_killed_loses_no_change() {
    let house = House::furnished();
    let (home, db) = (house.path(""), house.path("cases.db"));
    let env = [("HOME", home.to_str().unwrap()), ("USER", "hanako"), ("JIKENBO_DB", db.to_str().unwrap())];
    let program = house.command(&[]).get_program().to_str().unwrap().to_owned();
    let mut workbench = Pty::start(&program, &[], &env, 100, 30);
    workbench.wait_for("of 3");
    workbench.send("x");
    workbench.wait_for("status done on 1 incident");
    workbench.signal("KILL");
    workbench.wait_for_exit();
    assert_sound(&house);
    assert_eq!((log(&house).len(), house.ids(&["status:done"]).len()), (1, 1));
    house.ok(&["undo"]);
    assert_eq!(house.ids(&["status:new"]).len(), 3);
}
