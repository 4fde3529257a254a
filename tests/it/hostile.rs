//! Text that attacks whoever reads it: escape sequences, bidi controls, invisible characters, in every place where a
//! notice, a file name or an analyst can put them, and on every way out of the program.
//!
//! The payloads stand in `support::payloads`, the ways in and out in `ways_in` and `ways_out`, what a terminal may be sent
//! in `support::terminal`; `matrix` drives them all, `injection` holds each format of export to its structure, `large`
//! holds documents that are hostile by their size to time and words. What is harmless is said by `text::neutral` alone.

use crate::cli::House;
use crate::support::book::{actor, at, document, entry, ids};
use crate::support::payloads;
use crate::support::pty::Pty;
use crate::support::terminal::{Own, leak};
use chrono::NaiveDate;
use jikenbo::domain::{
    Change, Command, Confidence, Event, Facts, Field, Moment, ParsedEntry, Precision, Record, Span, Tag,
};
use jikenbo::store::{Ready, Store};
use jikenbo::text::neutral::is_unsafe;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

mod injection;
mod large;
mod matrix;
mod ways_in;
mod ways_out;

/// The payloads that a record can hold.
fn payloads() -> Vec<(&'static str, String)> {
    payloads::texts()
}

/// An incident that holds a payload wherever text can stand.
fn entry_of(payload: &str) -> ParsedEntry {
    let p = |name: &str| Some(format!("{name}{payload}終"));
    let text = format!("{payload} 見出し{payload}\n\n本文{payload}\t{payload}\n{payload}\n");
    let day = Moment::Day(NaiveDate::from_ymd_opt(2024, 5, 28).unwrap());
    let all = Span::new(0, text.len());
    let event = Event {
        at: day,
        until: None,
        lo: day,
        hi: Some(day),
        precision: Precision::Day,
        approx: false,
        span: all,
        text: format!("出来事{payload}"),
    };
    let mut facts = Facts {
        org: p("組織"),
        title: p("件名"),
        third_party: p("委託先"),
        gang: p("集団"),
        case_no: p("2024-1"),
        actions: vec![format!("error.{payload}")],
        data_types: vec![format!("name{payload}")],
        warnings: vec![format!("警告{payload}")],
        timeline: vec![event],
        ..Facts::default()
    };
    for field in [Field::Org, Field::Title, Field::ThirdParty, Field::Actions] {
        facts.prove(field, [all], Confidence::High, payload);
    }
    ParsedEntry { label: p("札"), url: p("https://例.jp/"), ..entry(text, facts) }
}

/// A house whose case book holds an incident and a note of every payload, from a document whose path holds one too.
fn haunted() -> House {
    let house = House::new();
    let mut store = Store::open(&house.path("cases.db")).unwrap();
    for (n, (_, payload)) in payloads().iter().enumerate() {
        let (mut parsed, raw) = document(&format!("/nowhere/{payload}.txt"), vec![entry_of(payload)]);
        parsed.warnings.push(format!("全体{payload}"));
        store.ingest(&Ready::new(parsed).unwrap().linked(jikenbo::analysis::links::keys), &raw, at(n as u32)).unwrap();
    }
    for (n, id) in ids(&store).into_iter().enumerate() {
        let (_, payload) = &payloads()[n];
        let note = Change::Note { text: format!("覚え書き{payload}\n二行目{payload}") };
        let tags = Change::Tag { add: vec![Tag::new("迷惑").unwrap()], remove: Vec::new() };
        for change in [note, tags] {
            // The command line refuses such a name; a log that was merged or restored may hold one.
            let by = actor(&format!("分析者{payload}"));
            store.apply(&Command { change, targets: vec![id.clone()] }, &by, at(n as u32)).unwrap();
        }
    }
    house
}

/// The first character that must not stand in text for people: any control or invisible one, line feeds and tabs apart.
fn first_unsafe(text: &str) -> Option<(usize, char)> {
    text.char_indices().find(|(_, c)| is_unsafe(*c) && !matches!(c, '\n' | '\t'))
}

/// Holds bytes that were written to a terminal to the characters that may be.
fn assert_harmless(what: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{what}: {e}"));
    // The terminal's own line ends.
    let text = text.replace("\r\n", "\n");
    if let Some((at, c)) = first_unsafe(&text) {
        let around: String = text[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
        panic!("{what}: U+{:04X} reached the terminal after …{around:?}", u32::from(c));
    }
}

/// Runs the program on a terminal of its own; gives what it wrote and its exit code.
fn on_terminal(house: &House, args: &[&str]) -> (Vec<u8>, u32) {
    let (home, db) = (house.path(""), house.path("cases.db"));
    let env = [("HOME", home.to_str().unwrap()), ("USER", "hanako"), ("JIKENBO_DB", db.to_str().unwrap())];
    let program = house.command(&[]).get_program().to_str().unwrap().to_owned();
    let mut pty = Pty::start(&program, &[args, &["--color", "never"]].concat(), &env, 100, 30);
    let status = pty.wait_for_exit();
    (pty.since_mark().to_vec(), status.exit_code())
}

/// Every way out that prints what the case book holds.
fn ways_out(id: &str) -> Vec<Vec<&str>> {
    let columns = "id,kind,status,published,people,action,org,title,tags,case,line,path,third,exposure";
    let mut ways: Vec<Vec<&str>> = Vec::new();
    for format in ["table", "csv", "tsv", "json", "ndjson", "ids"] {
        ways.push(vec!["list", "--format", format]);
        ways.push(vec!["list", "--format", format, "--columns", columns]);
    }
    for format in ["csv", "json", "ndjson", "markdown"] {
        ways.push(vec!["export", "--format", format]);
    }
    ways.push(vec!["export", "--format", "csv", "--raw"]);
    ways.push(vec!["show", id]);
    ways.push(vec!["show", "--evidence", id]);
    ways.push(vec!["show", "--json", id]);
    ways.push(vec!["log"]);
    ways.push(vec!["log", "--json"]);
    ways.push(vec!["db", "check"]);
    ways
}

fn is_json(args: &[&str]) -> bool {
    args.iter().any(|a| matches!(*a, "json" | "ndjson" | "--json"))
}

#[test]
fn no_way_out_lets_it_reach_a_terminal() {
    let house = haunted();
    let ids = house.ids(&[]);
    assert_eq!(ids.len(), payloads().len());
    for args in ways_out(&ids[0]) {
        let (written, code) = on_terminal(&house, &args);
        assert_eq!(code, 0, "{args:?}: {}", String::from_utf8_lossy(&written));
        assert!(!written.is_empty(), "{args:?}");
        assert_harmless(&args.join(" "), &written);
    }
    for id in &ids {
        assert_harmless(id, &on_terminal(&house, &["show", "--evidence", id]).0);
    }
}

#[test]
fn a_pipe_gets_json_escaped_and_lines_for_people_harmless() {
    let house = haunted();
    let ids = house.ids(&[]);
    for args in ways_out(&ids[0]) {
        let out = house.ok(&args);
        if args[0] == "export" && !is_json(&args) || args.contains(&"csv") || args.contains(&"tsv") {
            // Machines get these as they are.
            continue;
        }
        assert_eq!(first_unsafe(&out), None, "{args:?}");
    }
    // And yet nothing is lost: what was escaped reads back as it was.
    let lines = house.ok(&["list", "--format", "ndjson"]);
    let records: Vec<Record> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    for (name, payload) in payloads() {
        let whole = entry_of(&payload);
        let same = |r: &&Record| r.text == whole.text && r.facts.org == whole.facts.org && r.source.url == whole.url;
        assert_eq!(records.iter().filter(same).count(), 1, "{name}");
    }
    let array: Vec<Value> = serde_json::from_str(&house.ok(&["list", "--format", "json"])).unwrap();
    assert_eq!(array.len(), records.len());
    let log: Vec<Value> = serde_json::from_str(&house.ok(&["log", "--json"])).unwrap();
    assert_eq!(log.len(), 2 * records.len());
}

#[test]
fn a_row_stays_a_row_in_every_form() {
    let house = haunted();
    let n = payloads().len();
    let csv = house.ok(&["list", "--format", "csv", "--columns", "id,org,title"]);
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), n);
    assert!(rows.iter().all(|r| r[0].len() == 12));
    let tsv = house.ok(&["list", "--format", "tsv", "--columns", "id,org,title"]);
    assert_eq!(tsv.split('\n').filter(|l| !l.is_empty()).count(), n + 1);
    assert!(tsv.split('\n').filter(|l| !l.is_empty()).all(|l| l.split('\t').count() == 3));
    let table = house.ok(&["list", "--columns", "id,org,title"]);
    assert_eq!(table.lines().count(), n + 1);
    assert_eq!(house.ok(&["log"]).lines().count(), 2 * n);
    let whole = house.ok(&["export", "--format", "csv"]);
    assert_eq!(csv::Reader::from_reader(whole.as_bytes()).records().map(Result::unwrap).count(), n);
}

#[test]
fn words_of_an_analyst_are_refused_or_shown_harmless() {
    let house = House::furnished();
    let id = house.ids(&[]).remove(0);
    // The system passes no NUL in an argument.
    let all: String = payloads().iter().map(|(_, payload)| payload.replace('\0', "")).collect();
    let all: String = all.chars().take(3_000).collect();
    for (name, p) in [("all", all.as_str()), ("bidi", "\u{202e}x"), ("c1", "\u{9b}2J"), ("line end", "a\r\nb\tc")] {
        let (plus, field) = (format!("+{p}"), format!("nofield{p}:x"));
        let (open, status, out) = (format!("(\"{p}"), format!("status:{p}"), format!("no/{p}/x.csv"));
        let (short, long) = (format!("x{p}"), format!("--{p}"));
        for args in [
            &["list", p][..],
            &["list", &field],
            &["list", &open],
            &["list", &status],
            &["list", "--columns", p],
            &["list", "--sort", p],
            &["list", "--format", p],
            &["list", "--limit", p],
            &[&short],
            &["list", &long],
            &["show", p],
            &["tag", &plus, "--", "誤送信"],
            &["tag", p, "--", "誤送信"],
            &["status", p, "--", "誤送信"],
            &["note", p, "text"],
            &["note", &id, p],
            &["undo", "--as", p],
            &["log", "--by", p],
            &["log"],
            &["show", &id],
            &["list", "--db", p],
            &["db", "path", "--db", p],
            &["list", "--config", p],
            &["export", "--format", "csv", "-o", &out],
            &["ingest", p, "--dry-run"],
        ] {
            let ran = house.run(args);
            assert!(matches!(ran.code, Some(0..=2)), "{name} {args:?}: {ran:?}");
            assert_eq!(first_unsafe(&ran.err), None, "{name} {args:?}: {:?}", ran.err);
            assert_eq!(first_unsafe(&ran.out), None, "{name} {args:?}: {:?}", ran.out);
        }
    }
}

#[test]
fn messages_are_harmless_on_a_terminal_too() {
    let house = House::furnished();
    let p = "a\u{1b}]52;c;eA==\u{7}\u{9b}31m\u{202e}\u{200b}b";
    for args in [
        &["list", "--columns", p][..],
        &[p],
        &["list", &format!("--{p}")],
        &["show", p],
        &["list", &format!("status:{p}")],
        &["tag", &format!("+{p}"), "--", "誤送信"],
        &["undo", "--as", p],
        &["list", "--db", p],
        &["list", "--config", p],
    ] {
        let (written, code) = on_terminal(&house, args);
        assert!(matches!(code, 1 | 2), "{args:?}");
        assert_harmless(&format!("{args:?}"), &written);
        assert!(String::from_utf8_lossy(&written).contains('a'), "{args:?}");
    }
}

#[test]
fn files_with_hostile_names_and_texts_are_told_of_harmlessly() {
    let house = House::new();
    fs::create_dir(house.path("in")).unwrap();
    for (name, payload) in payloads() {
        let file: String = payload.chars().filter(|c| !matches!(c, '/' | '\0')).take(40).collect();
        let text = super::cli::DIGEST.replace("潮路市 申請書", &format!("潮路市 {payload}申請書"));
        fs::write(house.path("in").join(format!("{file}.txt")), text).unwrap_or_else(|e| panic!("{name}: {e}"));
        fs::write(house.path("in").join(format!("{file}-bad.txt")), format!("{payload}\n")).unwrap();
        fs::write(house.path("in").join(format!("{file}-bin")), b"\0\x01").unwrap();
    }
    fs::write(house.path("in").join(OsStr::from_bytes(b"\xed\xa0\x80\xff.txt")), b"\xed\xa0\x80\xff\xfe").unwrap();
    for args in [&["ingest", "in", "--dry-run"][..], &["ingest", "in"], &["ingest", "in", "--json"], &["ingest", "in"]]
    {
        let ran = house.run(args);
        assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
        assert_eq!(first_unsafe(&ran.out), None, "{args:?}");
        assert_eq!(first_unsafe(&ran.err), None, "{args:?}");
    }
    // The progress bar moves the cursor, so its own sequences are taken out first.
    let folder = house.path("in").to_str().unwrap().to_owned();
    let (written, code) = on_terminal(&house, &["ingest", &folder]);
    assert_eq!(code, 1);
    let mut text = String::from_utf8(written).unwrap();
    for own in ["\u{1b}[2K", "\u{1b}[1A", "\u{1b}[1B", "\r"] {
        text = text.replace(own, "");
    }
    assert_harmless("ingest", text.as_bytes());
    assert!(text.contains('␛'), "the names were printed");
    for args in [&["list", "--format", "table", "--columns", "path,title,org"][..], &["export", "--format", "csv"]] {
        assert_harmless(&format!("{args:?}"), &on_terminal(&house, args).0);
    }
}

#[test]
fn a_file_with_a_nul_or_a_lone_surrogate_is_refused() {
    let house = House::new();
    let digest = super::cli::DIGEST;
    let nul = house.write("nul.txt", digest.replace("潮路市 申請書", "潮路市\0申請書"));
    house.run(&["ingest", &nul]).failed(1, &["nul.txt: ", "no text file"]);
    let mut bytes = digest.as_bytes().to_vec();
    bytes.extend(b"\xed\xa0\x80\xed\xb0\x80\n");
    let surrogate = house.write("surrogate.txt", bytes);
    house.run(&["ingest", &surrogate]).failed(1, &["surrogate.txt: ", "UTF-8"]);
}

#[test]
fn the_workbench_draws_it_harmlessly() {
    let house = haunted();
    let (home, db) = (house.path(""), house.path("cases.db"));
    let env = [("HOME", home.to_str().unwrap()), ("USER", "hanako"), ("JIKENBO_DB", db.to_str().unwrap())];
    let program = house.command(&[]).get_program().to_str().unwrap().to_owned();
    let mut pty = Pty::start(&program, &[], &env, 120, 40);
    pty.wait_for(&format!("of {}", payloads().len()));
    for _ in payloads() {
        pty.send("j");
    }
    pty.wait_for_quiet(std::time::Duration::from_millis(200));
    pty.send(":q\r");
    assert!(pty.wait_for_exit().success());
    assert_eq!(leak(pty.since_mark(), Own::Workbench), None);
}
