//! Whole sessions of the workbench on a pseudo-terminal: what the screen says, the log and the files say too.

use crate::cli::House;
use crate::support::pty::Pty;
use jikenbo::domain::{Operation, Record};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A case book with the sample digests, and the program that opens it.
struct Desk {
    house: House,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { house: House::new() };
        let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample");
        desk.run(&["ingest", sample, "--year", "2013"]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.house.path(name)
    }

    fn program() -> &'static str {
        env!("CARGO_BIN_EXE_jikenbo")
    }

    fn run(&self, args: &[&str]) -> String {
        self.house.done(args)
    }

    fn ids(&self, query: &str) -> BTreeSet<String> {
        self.run(&["list", "--format", "ids", "--", query]).lines().map(str::to_owned).collect()
    }

    fn log(&self) -> Vec<Operation> {
        serde_json::from_str(&self.run(&["log", "--json"])).unwrap()
    }

    fn start(&self, columns: u16, rows: u16) -> Pty {
        self.house.workbench(&[], columns, rows)
    }

    fn open(&self, columns: u16, rows: u16) -> Pty {
        let mut pty = self.start(columns, rows);
        pty.wait_for("1 of ");
        pty.wait_for("? help");
        pty
    }

    /// Holds the store to its own rules.
    fn check(&self) {
        let told = self.run(&["db", "check"]);
        assert!(told.contains("ok"), "{told}");
    }
}

impl Desk {
    /// A case book with a few hundred synthetic incidents.
    fn busy() -> Self {
        let desk = Self { house: House::new() };
        let digests = desk.path("digests");
        desk.run(&["gen", "--incidents", "300", "--seed", "7", digests.to_str().unwrap()]);
        desk.run(&["ingest", digests.to_str().unwrap()]);
        desk
    }
}

/// Searches, marks the first three hits and tags them.
fn tag_three(desk: &Desk, pty: &mut Pty, word: &str, tag: &str) {
    let hits = desk.ids(word).len();
    pty.send("/");
    pty.send(word);
    pty.wait_for(&format!("1 of {hits} "));
    pty.send("\r   ");
    pty.wait_for("3 marked");
    pty.send("t");
    pty.wait_for("Tag 3 marked incidents");
    pty.send(tag);
    pty.wait_for(&format!("create \"{tag}\""));
    pty.send("\r");
    pty.wait_for(&format!("tagged 3 incidents {tag}"));
}

#[test]
fn search_mark_tag_undo_redo_export_agree_with_the_log() {
    for (columns, rows) in [(120, 40), (80, 24), (200, 60)] {
        let desk = Desk::new();
        let hits = desk.ids("誤送信");
        assert!(hits.len() >= 3);
        let mut pty = desk.open(columns, rows);
        tag_three(&desk, &mut pty, "誤送信", "review/misdelivery");
        let tagged = desk.ids("tag:review");
        assert_eq!(tagged.len(), 3);
        assert!(tagged.is_subset(&hits));

        pty.send("u");
        pty.wait_for("undid: tagged 3 incidents");
        assert!(desk.ids("tag:review").is_empty());
        pty.send("\x12");
        pty.wait_for("redid: tagged 3 incidents");
        assert_eq!(desk.ids("tag:review"), tagged);

        let file = desk.path("marked.csv");
        pty.send("e");
        pty.wait_for("Export 3 marked incidents");
        pty.send("\x15");
        pty.send(file.to_str().unwrap());
        pty.send("\r");
        pty.wait_for("wrote 3 incidents");
        let mut csv = csv::Reader::from_path(&file).unwrap();
        let headers = csv.headers().unwrap().clone();
        let column = |name: &str| headers.iter().position(|h| h == name).unwrap();
        let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
        assert_eq!(rows.iter().map(|r| r[column("id")].to_owned()).collect::<BTreeSet<_>>(), tagged);
        assert!(rows.iter().all(|r| &r[column("tags")] == "review/misdelivery"));
        // What the list shows of an organisation, the file holds.
        let screen = pty.screen().contents();
        for row in &rows {
            let org: String = row[column("org")].chars().take(3).collect();
            assert!(screen.contains(&org), "{org} is not on the screen:\n{screen}");
        }

        pty.send(":q\r");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
        let log = desk.log();
        let words: Vec<&str> = log.iter().map(|o| o.summary.split(':').next().unwrap()).collect();
        assert_eq!(words, ["redid", "undid", "tagged 3 incidents review/misdelivery"]);
        for operation in &log {
            assert_eq!(operation.by, "hanako");
            assert_eq!(operation.incidents.iter().map(ToString::to_string).collect::<BTreeSet<_>>(), tagged);
        }
        desk.check();
    }
}

#[test]
fn no_applied_tag_is_lost_however_the_workbench_ends() {
    for signal in ["HUP", "TERM", "KILL"] {
        let desk = Desk::new();
        let mut pty = desk.open(120, 40);
        tag_three(&desk, &mut pty, "誤送信", "kept");
        pty.signal(signal);
        pty.wait_for_exit();
        assert_eq!(desk.ids("tag:kept").len(), 3, "after {signal}");
        assert_eq!(desk.log().len(), 1, "after {signal}");
        if signal != "KILL" {
            assert!(!pty.screen().alternate_screen(), "the terminal was not given back after {signal}");
            assert!(!pty.screen().bracketed_paste(), "bracketed paste was left on after {signal}");
        }
        desk.check();
        // The next session takes back what the last one did.
        let mut pty = desk.open(80, 24);
        pty.send("u");
        pty.wait_for("undid: tagged 3 incidents kept");
        pty.send(":q\r");
        pty.wait_for_exit();
        assert!(desk.ids("tag:kept").is_empty());
    }
}

/// Waits until what the analyst is at has been saved: the file of the case book holds these words.
fn wait_for_sitting(desk: &Desk, words: &[&str]) {
    let folder = desk.path(".local/state/jikenbo/sessions");
    let until = Instant::now() + Duration::from_secs(60);
    let held = || {
        let files = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|f| f.path());
        let texts = files
            .filter(|p| p.extension().is_some_and(|e| e == "json"))
            .filter_map(|p| std::fs::read_to_string(p).ok());
        texts.collect::<Vec<_>>()
    };
    while !held().iter().any(|text| words.iter().all(|w| text.contains(w))) {
        assert!(Instant::now() < until, "{words:?} is not in {:?}", held());
        std::thread::yield_now();
    }
}

#[test]
fn marks_query_and_cursor_survive_a_hangup_and_a_kill() {
    for signal in ["HUP", "TERM", "KILL"] {
        let desk = Desk::new();
        let hits = desk.ids("誤送信").len();
        let mut pty = desk.open(120, 40);
        pty.send("/誤送信");
        pty.wait_for(&format!("1 of {hits} "));
        pty.send("\r  k");
        pty.wait_for("2 marked");
        pty.wait_for(&format!("2 of {hits} "));
        if signal == "KILL" {
            // Within a second; the others save at once.
            wait_for_sitting(&desk, &["誤送信", "\"marked\":2"]);
        }
        pty.signal(signal);
        pty.wait_for_exit();
        let mut pty = desk.start(100, 30);
        pty.wait_for("Enter resumes");
        pty.wait_for("誤送信, 2 marks");
        pty.send("\r");
        pty.wait_for(&format!("2 of {hits} "));
        pty.wait_for("2 marked");
        // They are the incidents that were marked.
        pty.send("ttaken\r");
        pty.wait_for("tagged 2 incidents taken");
        let newest: BTreeSet<String> =
            desk.run(&["list", "--format", "ids", "--limit", "2", "--", "誤送信"]).lines().map(str::to_owned).collect();
        assert_eq!(desk.ids("tag:taken"), newest, "after {signal}");
        pty.send(":q\r");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
        // Left as one does, nothing is offered.
        let mut pty = desk.start(100, 30);
        pty.wait_for("? help");
        pty.send("gr");
        pty.wait_for("nothing was cut off");
        pty.send(":q\r");
        pty.wait_for_exit();
    }
}

/// A terminal that goes without a signal: its process is killed, and the workbench is in a session of its own.
#[test]
fn a_terminal_that_is_gone_ends_the_workbench_and_keeps_the_sitting() {
    let desk = Desk::new();
    let (pid, db) = (desk.path("pid"), desk.path("cases.db"));
    let program = Desk::program();
    let inner = format!("echo $$ > {}; exec {program} --db {}", pid.display(), db.display());
    let mut terminal = Command::new("script")
        .args(["-qec", &format!("setsid -w sh -c '{inner}'"), "/dev/null"])
        .env_clear()
        .env("PATH", std::env::var("PATH").unwrap_or_default())
        .env("HOME", desk.path(""))
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .env("USER", "hanako")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // It reads keys as they are typed once it has a place for the sitting.
    let until = Instant::now() + Duration::from_secs(60);
    let sessions = desk.path(".local/state/jikenbo/sessions");
    while std::fs::read_dir(&sessions).into_iter().flatten().count() == 0 {
        assert!(Instant::now() < until, "it never began");
        std::thread::yield_now();
    }
    let keys = terminal.stdin.as_mut().unwrap();
    keys.write_all(b"/\xe8\xaa\xa4\xe9\x80\x81\xe4\xbf\xa1\r").unwrap();
    keys.flush().unwrap();
    wait_for_sitting(&desk, &["誤送信", "\"incident\""]);
    keys.write_all(b" ").unwrap();
    keys.flush().unwrap();
    wait_for_sitting(&desk, &["誤送信", "\"marked\":1"]);
    let pid = std::fs::read_to_string(pid).unwrap().trim().to_owned();
    terminal.kill().unwrap();
    terminal.wait().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    while std::fs::read_to_string(format!("/proc/{pid}/cmdline")).is_ok_and(|line| !line.is_empty()) {
        assert!(Instant::now() < until, "it goes on without a terminal");
        std::thread::yield_now();
    }
    let mut pty = desk.start(100, 30);
    pty.wait_for("誤送信, 1 mark");
    pty.send("\x1b");
    pty.wait_for("dropped");
    pty.send(":q\r");
    pty.wait_for_exit();
}

#[test]
fn an_open_workbench_is_not_offered_to_a_second_one() {
    let desk = Desk::new();
    let mut one = desk.open(100, 30);
    one.send("  ");
    one.wait_for("2 marked");
    wait_for_sitting(&desk, &["\"marked\":2"]);
    let mut two = desk.open(100, 30);
    two.send("   ");
    two.wait_for("3 marked");
    wait_for_sitting(&desk, &["\"marked\":3"]);
    two.send("gr");
    two.wait_for("nothing was cut off");
    // The second one is cut off while the first goes on: what it held is offered, not the first one's.
    two.signal("KILL");
    two.wait_for_exit();
    let mut two = desk.start(100, 30);
    two.wait_for("3 marks");
    two.send("\x1b");
    two.wait_for("dropped");
    two.send(":q\r");
    two.wait_for_exit();
    one.send("gr");
    one.wait_for("nothing was cut off");
    one.send(":q\r");
    one.wait_for_exit();
}

#[test]
fn kept_queries_are_there_in_the_next_run() {
    let desk = Desk::new();
    let mut pty = desk.open(80, 24);
    pty.send("/誤送信\rq");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    let state = desk.path(".local/state/jikenbo/state.toml");
    assert!(std::fs::read_to_string(&state).unwrap().contains("誤送信"));
    let mut pty = desk.open(80, 24);
    pty.send("/\x1b[A");
    pty.wait_for(" / 誤送信");
    pty.send("\rq");
    pty.wait_for_exit();
    // Damaged, it is moved aside, and the workbench says so.
    std::fs::write(&state, "views = 1").unwrap();
    let mut pty = desk.start(160, 30);
    pty.wait_for("state.toml: damaged (line 1");
    pty.wait_for("1 of ");
    pty.send(":q\r");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    assert_eq!(std::fs::read_to_string(state.with_extension("toml.damaged")).unwrap(), "views = 1");
}

#[test]
fn two_workbenches_see_each_other_without_a_jump() {
    let desk = Desk::new();
    let (mut one, mut two) = (desk.open(120, 40), desk.open(120, 40));
    two.send("jjj");
    two.wait_for("4 of ");
    one.send("t");
    one.wait_for("┌─ Tag ");
    one.send("seen\r");
    one.wait_for("tagged 1 incident seen");
    two.wait_for("seen");
    assert!(two.rows()[0].contains("4 of "), "the cursor moved: {}", two.rows()[0]);
    for pty in [&mut one, &mut two] {
        pty.send(":q\r");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
    }
}

#[test]
fn a_burst_of_keys_ends_in_the_last_query() {
    let desk = Desk::busy();
    let query = "個人情報 since:2020 kind:any sort:people";
    let hits = desk.ids(query);
    assert!(query.chars().count() >= 30 && hits.len() >= 20, "{}", hits.len());
    for (columns, rows) in [(120, 40), (80, 24)] {
        let mut pty = desk.open(columns, rows);
        // All at once, prefixes among them that are no queries and such that find nothing or everything.
        pty.send(&format!("/{query}"));
        let place = format!("1 of {} ·", hits.len());
        pty.wait_until(&place, |s| s.contents().contains(&place) && !s.contents().contains("counting"));
        assert!(pty.rows()[1].contains(query), "{}", pty.rows()[1]);
        // The list is the last query's: so many rows as fit, the fewest people first.
        let first = desk.run(&["list", query, "--limit", "1", "--columns", "org"]);
        let org: String = first.lines().nth(1).unwrap().trim().chars().take(5).collect();
        pty.wait_until("the first row", |s| s.rows(0, columns).nth(4).is_some_and(|row| row.contains(&org)));
        // It is taken back as fast.
        pty.send(&"\x7f".repeat(query.chars().count()));
        let all = format!("1 of {} ·", desk.ids("").len());
        pty.wait_for(&all);
        pty.send("\rq");
        assert_eq!(pty.wait_for_exit().exit_code(), 0);
    }
}

#[test]
fn without_its_index_the_workbench_says_so_and_makes_it_anew() {
    let desk = Desk::busy();
    let (index, lock) = (desk.path("cases.db-index"), desk.path("cases.db-index.lock"));
    let mut pty = desk.open(120, 40);
    let search = |pty: &mut Pty, word: &str, note: Option<&str>| {
        let found = format!("1 of {} ·", desk.ids(word).len());
        pty.send(&format!("/{word}"));
        pty.wait_until("the hits", |s| {
            let text = s.contents();
            text.contains(&found) && note.map_or(!text.contains("reading all texts"), |n| text.contains(n))
        });
    };
    search(&mut pty, "漏えい", None);
    pty.send("\x15");
    pty.wait_for(&format!("1 of {} ·", desk.ids("").len()));
    // As if another process were at work on it, which keeps the workbench from making it.
    let held = File::options().write(true).create(true).truncate(false).open(&lock).unwrap();
    held.lock().unwrap();
    std::fs::remove_file(&index).unwrap();
    pty.send("\r");
    // Another word: what the first one found is remembered as long as nothing is written.
    search(&mut pty, "個人情報", Some("reading all texts: no search index yet"));
    drop(held);
    pty.wait_until("the note to go", |s| !s.contents().contains("reading all texts"));
    assert!(index.exists());
    pty.send("\rq");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    desk.check();
}

#[test]
fn the_demo_opens_on_the_sample_and_leaves_nothing_behind() {
    let desk = Desk::new();
    let home = desk.path("");
    let home = home.to_str().unwrap();
    let temp = desk.path("tmp");
    std::fs::create_dir(&temp).unwrap();
    let env = [("HOME", home), ("USER", "hanako"), ("TMPDIR", temp.to_str().unwrap()), ("LANG", "C.UTF-8")];
    let mut pty = Pty::start(Desk::program(), &["demo"], &env, 120, 40);
    pty.wait_for("1 of ");
    pty.send("?");
    pty.wait_for("half a page down");
    pty.send("\x1b");
    pty.wait_until("the help closed", |s| !s.contents().contains("half a page down"));
    pty.send(":q\r");
    assert_eq!(pty.wait_for_exit().exit_code(), 0);
    assert_eq!(std::fs::read_dir(&temp).unwrap().count(), 0);
    assert!(!desk.path(".local/state").exists());
}

#[test]
fn the_exported_records_are_those_of_the_store() {
    let desk = Desk::new();
    let file = desk.path("all.ndjson");
    desk.run(&["export", "kind:any", "--format", "ndjson", "-o", file.to_str().unwrap()]);
    let lines = std::fs::read_to_string(&file).unwrap();
    let records: Vec<Record> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(records.len(), desk.ids("kind:any").len());
    for record in &records {
        for span in record.facts.evidence.values().flatten() {
            assert!(span.of(&record.text).is_some_and(|t| !t.is_empty()), "{}: {span:?}", record.id);
        }
    }
}
