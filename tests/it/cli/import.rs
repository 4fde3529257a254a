//! Records of another case book: what `export` writes `ingest` takes in, whole, once, and line by line where some are bad.

use super::House;
use serde_json::Value;
use std::fs;

const ALL: [&str; 2] = ["kind:any", "status:any"];

impl House {
    /// Exports all incidents and gives the file's path and its sorted lines.
    fn exported(&self, name: &str, format: &str) -> (String, Vec<String>) {
        let path = self.path(name).to_str().unwrap().to_owned();
        self.ok(&["export", ALL[0], ALL[1], "--format", format, "-o", &path, "--overwrite"]);
        let text = fs::read_to_string(&path).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        (path, lines)
    }

    /// A house with triage data of every kind, by two analysts.
    fn worked_on() -> Self {
        let house = Self::furnished();
        let ids = house.ids(&["sort:published"]);
        house.ok(&["tag", "+supply/若宮", "+urgent", "--", "org:渡瀬"]);
        house.ok(&["tag", "+urgent", "--as", "aya", "--", "kind:any"]);
        house.ok(&["status", "open", "--", "org:渡瀬"]);
        house.ok(&["status", "dismissed", "--", "org:SUM"]);
        house.ok(&["note", &ids[0], "委託先に確認する\n二行目"]);
        house.ok(&["--as", "aya", "note", &ids[0], "折り返し待ち"]);
        house.ok(&["--as", "aya", "correct", &ids[1], "org=渡瀬書房", "affected=1,700人", "police="]);
        house.ok(&["correct", &ids[2], "kind=other"]);
        house.ok(&["review", &ids[0], "published", "rejected"]);
        house.ok(&["review", &ids[0], "org", "accepted"]);
        house
    }

    fn sound(&self) {
        assert!(self.ok(&["db", "check"]).contains("ok"));
    }
}

#[test]
fn a_round_trip_keeps_every_line() {
    let (old, new) = (House::worked_on(), House::new());
    for (format, name) in [("ndjson", "all.ndjson"), ("json", "all.json")] {
        let (path, lines) = old.exported(name, format);
        let new = House::new();
        let out = new.ok(&["ingest", &path]);
        assert!(out.starts_with(&format!("{path}: records new=3 updated=0 unchanged=0 entries=3")), "{out}");
        assert_eq!(new.exported(name, format).1, lines);
        new.sound();
    }
    // From standard input, whatever the file was called, and with what other programs make of it.
    let (path, lines) = old.exported("all.ndjson", "ndjson");
    let text = fs::read_to_string(&path).unwrap();
    let pretty: Vec<String> = text
        .lines()
        .map(|l| serde_json::to_string_pretty(&serde_json::from_str::<Value>(l).unwrap()).unwrap())
        .collect();
    for input in [text.clone(), format!("\u{feff}{}", text.replace('\n', "\r\n\r\n")), pretty.join("\n")] {
        let new = House::new();
        assert_eq!(new.run_with(&["ingest", "-"], input.as_bytes()).code, Some(0));
        assert_eq!(new.exported("again.ndjson", "ndjson").1, lines);
    }
    let renamed = new.write("no ending", &text);
    new.ok(&["ingest", &renamed]);
    assert_eq!(new.exported("again.ndjson", "ndjson").1, lines);
}

#[test]
fn once_more_changes_nothing_and_a_dry_run_nothing_at_all() {
    let (old, new) = (House::worked_on(), House::new());
    let (path, lines) = old.exported("all.ndjson", "ndjson");
    let foreseen = new.ok(&["ingest", "--dry-run", &path]);
    assert!(foreseen.contains("records entries=3") && foreseen.contains("渡瀬書房"), "{foreseen}");
    assert!(!new.path("cases.db").exists());
    new.ok(&["ingest", &path]);
    let log = new.ok(&["log", "--json"]);
    let again = new.ok(&["ingest", &path]);
    assert!(again.contains("new=0 updated=0 unchanged=3 entries=3"), "{again}");
    assert_eq!((new.ok(&["log", "--json"]), new.exported("b.ndjson", "ndjson").1), (log, lines.clone()));
    // What was taken back since stays so, and the case book that it came from holds all of it already.
    new.ok(&["undo", "2"]);
    let undone = new.exported("b.ndjson", "ndjson").1;
    new.ok(&["ingest", &path]);
    assert_eq!(new.exported("b.ndjson", "ndjson").1, undone);
    let log = old.ok(&["log", "--json"]);
    let home = old.ok(&["ingest", &path]);
    assert!(home.contains("new=0 updated=0 unchanged=3"), "{home}");
    assert_eq!((old.ok(&["log", "--json"]), old.exported("c.ndjson", "ndjson").1), (log, lines));
    old.sound();
}

#[test]
fn tags_and_statuses_come_in_the_name_of_who_imports_and_are_taken_back_by_undo() {
    let (old, new) = (House::worked_on(), House::new());
    let (path, _) = old.exported("all.ndjson", "ndjson");
    let out = new.ok(&["ingest", "--as", "mio", &path]);
    assert!(out.contains("tagged 3 incidents urgent") && out.contains("status open on 1 incident"), "{out}");
    let log: Value = serde_json::from_str(&new.ok(&["log", "--json"])).unwrap();
    let by = |name: &str| log.as_array().unwrap().iter().filter(|o| o["by"] == name).count();
    // Two tags, two statuses, two verdicts; notes and corrections are those of their analysts.
    assert_eq!((by("mio"), by("hanako"), by("aya")), (6, 2, 4), "{log:#}");
    new.ok(&["undo", "6", "--as", "mio"]);
    assert_eq!(new.ids(&["kind:any", "status:any", "is:untagged", "status:new"]).len(), 3);
    assert_eq!(new.ids(&["kind:any", "has:note"]).len(), 1);
    new.sound();
}

#[test]
fn what_was_decided_here_stays_and_what_the_export_changes_comes() {
    let (old, new) = (House::furnished(), House::new());
    let ids = old.ids(&["sort:published"]);
    let (path, _) = old.exported("all.ndjson", "ndjson");
    new.ok(&["ingest", &path]);
    // Here one is done, and there all are open, one with a note.
    new.ok(&["status", "done", "--", &format!("id:{}", ids[0])]);
    new.ok(&["tag", "+mine", "--", &format!("id:{}", ids[0])]);
    new.ok(&["note", &ids[0], "こちらの所見"]);
    old.ok(&["status", "open", "--", "kind:any"]);
    old.ok(&["tag", "+theirs", "--", "kind:any"]);
    old.ok(&["note", &ids[0], "先方の所見"]);
    let (path, _) = old.exported("all.ndjson", "ndjson");
    let ran = new.run(&["ingest", &path]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains(&format!("{}: its status stays done", ids[0])), "{ran:?}");
    let record = |id: &str| -> Value { serde_json::from_str(&new.ok(&["show", "--json", id])).unwrap() };
    let first = record(&ids[0]);
    let first = first.get(0).unwrap_or(&first);
    assert_eq!((first["status"].as_str(), first["tags"].to_string()), (Some("done"), r#"["mine","theirs"]"#.into()));
    assert_eq!(first["notes"].as_array().unwrap().len(), 2);
    assert_eq!(new.ids(&["status:open"]).len(), 2);
    // What an import set, a later export sets anew.
    old.ok(&["status", "done", "--", "kind:any"]);
    let (path, _) = old.exported("all.ndjson", "ndjson");
    new.ok(&["ingest", &path]);
    assert_eq!(new.ids(&["status:done"]).len(), 3);
    new.sound();
}

#[test]
fn records_and_their_digest_are_one_incident_whichever_comes_first() {
    let old = House::worked_on();
    let (path, lines) = old.exported("all.ndjson", "ndjson");
    let digest = old.path("2024-06.txt").to_str().unwrap().to_owned();
    // The digest after the records: its bytes are at hand from now on.
    let new = House::new();
    new.ok(&["ingest", &path]);
    let out = new.ok(&["ingest", &digest]);
    assert!(out.contains("new=0 updated=0 unchanged=3"), "{out}");
    assert_eq!(new.exported("b.ndjson", "ndjson").1, lines);
    assert!(new.ok(&["reparse"]).contains("numbered-blog"), "the document has its bytes");
    new.sound();
    // The records after the digest: only what analysts added comes.
    let new = House::new();
    new.ok(&["ingest", &digest]);
    let out = new.ok(&["ingest", &path]);
    assert!(out.contains("new=0 updated=0 unchanged=3"), "{out}");
    assert_eq!(new.exported("b.ndjson", "ndjson").1, lines);
    new.sound();
}

#[test]
fn records_are_read_anew_from_their_texts() {
    let old = House::worked_on();
    let (path, lines) = old.exported("all.ndjson", "ndjson");
    let poorer: String = lines
        .iter()
        .map(|l| {
            let mut record: Value = serde_json::from_str(l).unwrap();
            record["data_types"] = Value::Array(Vec::new());
            record["evidence"].as_object_mut().unwrap().remove("data_types");
            record["confidence"].as_object_mut().unwrap().remove("data_types");
            record["rules"].as_object_mut().unwrap().remove("data_types");
            format!("{record}\n")
        })
        .collect();
    fs::write(&path, poorer).unwrap();
    let new = House::new();
    new.ok(&["ingest", &path]);
    let foreseen = new.ok(&["reparse", "--dry-run"]);
    assert!(foreseen.contains("would change: data_types"), "{foreseen}");
    new.ok(&["reparse"]);
    assert_eq!(new.exported("b.ndjson", "ndjson").1, lines);
    assert!(new.ok(&["reparse"]).contains("updated=0 unchanged=3"));
    new.sound();
}

#[test]
fn each_bad_line_is_told_and_the_rest_goes_on() {
    let old = House::worked_on();
    let (_, lines) = old.exported("all.ndjson", "ndjson");
    let bad = [
        ("{\"id\":", "this is no JSON"),
        ("{\"id\":\"000000000000\"}", "this is no record: missing field"),
        ("こんにちは", "this is no JSON"),
        ("[]", "this is no record"),
    ];
    let mut text = lines[0].clone() + "\n";
    for (line, _) in bad {
        text += &format!("{line}\n");
    }
    let id = |l: &str| l.split('"').nth(3).unwrap().to_owned();
    let elsewhere = lines[2].replace("/2024-06.txt", "/other.txt");
    let other = elsewhere.replace(&id(&lines[2]), &id(&lines[0]));
    let sha = lines[2].split("\"sha256\":\"").nth(1).unwrap().get(..64).unwrap().to_owned();
    let other = other.replace(&sha, &"0".repeat(64));
    text += &format!("{other}\n{}\n{}", lines[1].replace("[[", "[[9999"), lines[2]);
    let new = House::new();
    let path = new.write("some.jsonl", &text);
    let ran = new.run(&["ingest", &path]);
    for (n, (_, words)) in bad.iter().enumerate() {
        ran.failed(1, &[&format!("jikenbo: {path}:{}: {words}", n + 2)]);
    }
    ran.failed(1, &[&format!("{path}:6: {} is the id of another notice here", id(&lines[0])), &format!("{path}:7: ")]);
    assert!(ran.out.contains("new=2 updated=0 unchanged=0 entries=2"), "{ran:?}");
    assert!(ran.out.contains("failed=6"), "{ran:?}");
    let again = new.run(&["ingest", "--json", &path]);
    let told: Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!((again.code, told.as_array().unwrap().len(), told[0]["failed"].as_u64()), (Some(1), 7, Some(6)));
    assert_eq!(new.ids(&["kind:any", "status:any"]).len(), 2);
    new.sound();
    // As a notice it is not to be read, and JSON of others is no record.
    new.run(&["ingest", "--as-notice", &path]).failed(1, &["leave out --as-notice"]);
    let others = new.write("others.json", "{\"a\":1}\n");
    new.run(&["ingest", &others]).failed(1, &["JSON without records"]);
}

#[test]
fn what_was_forgotten_does_not_come_back_by_records() {
    let house = House::worked_on();
    let (path, _) = house.exported("all.ndjson", "ndjson");
    house.ok(&["forget", "--yes", "--with-notes", house.path("2024-06.txt").to_str().unwrap()]);
    house.run(&["ingest", &path]).failed(1, &[":1: its document was forgotten on ", " by hanako"]);
    assert!(house.ids(&["kind:any", "status:any"]).is_empty());
    // Imported ones are forgotten like others.
    let new = House::new();
    new.ok(&["ingest", &path]);
    new.ok(&["forget", "--yes", "--with-notes", house.path("2024-06.txt").to_str().unwrap()]);
    assert!(new.ids(&["kind:any", "status:any"]).is_empty());
    new.sound();
}

#[test]
fn a_case_book_and_one_that_imported_its_records_merge_into_one() {
    let old = House::worked_on();
    let (path, lines) = old.exported("all.ndjson", "ndjson");
    let db = |house: &House| house.path("cases.db").to_str().unwrap().to_owned();
    let import = |path: &str| {
        let new = House::new();
        new.ok(&["ingest", path]);
        new
    };
    let (one, other) = (import(&path), import(&path));
    one.ok(&["db", "merge", &db(&old)]);
    assert_eq!(one.exported("b.ndjson", "ndjson").1, lines);
    assert!(one.ok(&["reparse"]).contains("numbered-blog"));
    one.sound();
    old.ok(&["db", "merge", &db(&other)]);
    assert_eq!(old.exported("b.ndjson", "ndjson").1, lines);
    old.sound();
    old.ok(&["db", "merge", &db(&other)]);
    assert_eq!(old.exported("b.ndjson", "ndjson").1, lines);
    // Two that imported different records of one document hold both.
    let half = |n: usize| import(&old.write(&format!("half{n}.ndjson"), lines[n..=n].join("\n") + "\n"));
    let (a, b) = (half(0), half(1));
    let (c, d) = (half(0), half(1));
    a.ok(&["db", "merge", &db(&d)]);
    b.ok(&["db", "merge", &db(&c)]);
    let both = a.exported("b.ndjson", "ndjson").1;
    assert_eq!(both.len(), 2);
    assert_eq!(b.exported("b.ndjson", "ndjson").1, both);
    a.sound();
    b.sound();
}

#[test]
fn what_was_taken_off_or_undone_here_does_not_come_back_with_another_export() {
    let (old, new) = (House::furnished(), House::new());
    let ids = old.ids(&["sort:published"]);
    let only = |id: &str| format!("id:{id}");
    old.ok(&["--as", "aya", "note", &ids[0], "折り返し待ち"]);
    old.ok(&["--as", "aya", "correct", &ids[0], "police="]);
    let (early, _) = old.exported("early.ndjson", "ndjson");
    // In a merged case book the log holds the changes themselves, not what an import makes of them.
    let same = House::new();
    same.ok(&["ingest", old.path("2024-06.txt").to_str().unwrap()]);
    same.ok(&["db", "merge", old.path("cases.db").to_str().unwrap()]);
    same.ok(&["undo", "2", "--as", "aya"]);
    same.ok(&["ingest", &early]);
    assert!(same.ids(&["kind:any", "has:note"]).is_empty() && same.ids(&["kind:any", "is:corrected"]).is_empty());
    old.ok(&["status", "open", "--", "kind:any"]);
    old.ok(&["tag", "+urgent", "--", "kind:any"]);
    let (late, _) = old.exported("late.ndjson", "ndjson");
    new.ok(&["ingest", &late]);
    new.ok(&["tag", "-urgent", "--", &only(&ids[0])]);
    // An earlier one, in which nobody had decided yet, takes no status back.
    new.ok(&["ingest", &early]);
    assert_eq!(new.ids(&["status:open"]).len(), 3);
    old.ok(&["note", &ids[1], "後日"]);
    let (latest, _) = old.exported("latest.ndjson", "ndjson");
    let ran = new.run(&["ingest", &latest]);
    assert!(ran.err.contains(&format!("{}: urgent was removed here and stays so", ids[0])), "{ran:?}");
    assert_eq!(new.ids(&["tag:urgent"]).len(), 2);
    new.sound();
    same.sound();
}

#[test]
fn a_file_that_came_before_brings_the_facts_that_another_replaced() {
    let (old, new) = (House::worked_on(), House::new());
    let (path, lines) = old.exported("all.ndjson", "ndjson");
    new.ok(&["ingest", &path]);
    let older: String = lines
        .iter()
        .map(|l| {
            let mut record: Value = serde_json::from_str(l).unwrap();
            record["warnings"] = serde_json::json!(["以前の読み方"]);
            format!("{record}\n")
        })
        .collect();
    let older = new.write("older.ndjson", &older);
    assert!(new.ok(&["ingest", &older]).contains("updated=3"));
    let log = new.ok(&["log", "--json"]);
    assert!(new.ok(&["ingest", &path]).contains("updated=3"));
    assert_eq!((new.exported("b.ndjson", "ndjson").1, new.ok(&["log", "--json"])), (lines, log));
    new.sound();
}

#[test]
fn a_name_that_no_import_would_take_is_refused() {
    let house = House::furnished();
    house.run(&["--as", &"長".repeat(67), "tag", "+x", "--", "kind:any"]).failed(2, &["longer than 200 bytes"]);
    house.ok(&["--as", &"長".repeat(66), "tag", "+x", "--", "kind:any"]);
}

#[test]
fn of_two_exports_in_one_file_the_later_one_counts() {
    let old = House::worked_on();
    let id = old.ids(&["org:渡瀬"]).remove(0);
    let (before, _) = old.exported("before.ndjson", "ndjson");
    old.ok(&["status", "done", "--", "org:渡瀬"]);
    old.ok(&["review", &id, "title", "accepted"]);
    let (middle, _) = old.exported("middle.ndjson", "ndjson");
    old.ok(&["status", "open", "--", "org:渡瀬"]);
    old.ok(&["review", &id, "title", "rejected"]);
    let (after, lines) = old.exported("after.ndjson", "ndjson");
    let all = [before, middle, after].map(|path| fs::read_to_string(path).unwrap()).concat();
    let new = House::new();
    let path = new.write("all.ndjson", format!("{all}broken\n"));
    for _ in 0..2 {
        assert_eq!(new.run(&["ingest", &path]).code, Some(1));
        assert_eq!(new.exported("again.ndjson", "ndjson").1, lines);
    }
    new.sound();
}
