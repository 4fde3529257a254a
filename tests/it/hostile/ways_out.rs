//! The table of ways out: everything that the program writes and somebody reads, with what may stand in it.

use crate::cli::House;
use crate::support::pty::Pty;
use crate::support::terminal::{Own, leak};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::Duration;

/// A way out: what it is called, and how it is read; it gives all that was written, held to what may be.
pub struct WayOut {
    pub name: &'static str,
    pub read: fn(&House) -> String,
}

macro_rules! ways {
    ($($name:literal, $read:expr;)*) => {
        /// All of them.
        pub const WAYS_OUT: &[WayOut] = &[$(WayOut { name: $name, read: $read }),*];
    };
}

const COLUMNS: &str = "id,kind,status,published,people,action,org,title,tags,case,line,path,third,exposure";

ways! {
    "list: table", |h| on_terminal(h, &[&["list", "kind:any", "--columns", COLUMNS]]);
    "list: csv, tsv", |h| on_terminal(h, &[&["list", "kind:any", "--format", "csv", "--columns", COLUMNS], &["list", "kind:any", "--format", "tsv", "--columns", COLUMNS]]);
    "list: json, ndjson", |h| on_terminal(h, &[&["list", "kind:any", "--format", "json"], &["list", "kind:any", "--format", "ndjson", "--columns", COLUMNS]]);
    "list in colour", |h| styled(h, &["list", "kind:any", "--columns", COLUMNS, "--color", "always"]);
    "show", |h| show(h, &["show", "--evidence"]);
    "show --json", |h| show(h, &["show", "--json"]);
    "log", |h| on_terminal(h, &[&["log"]]);
    "log --json", |h| on_terminal(h, &[&["log", "--json"]]);
    "tags", |h| on_terminal(h, &[&["tags"], &["tags", "--json"]]);
    "stats", |h| on_terminal(h, &[&["stats", "kind:any", "--by", "org"], &["stats", "kind:any", "--by", "tag"], &["stats", "kind:any", "--by", "action"], &["stats", "kind:any", "--by", "third_party"], &["stats", "kind:any", "--by", "org", "--json"]]);
    "explain", explain;
    "db check, db path", |h| told(h, &[&["db", "check"], &["db", "path"]], Own::Nothing);
    "ingest's progress", progress;
    "errors on a terminal", errors;
    "export: csv", |h| both(h, "csv", true);
    "export: tsv", |h| both(h, "tsv", true);
    "export: json", |h| both(h, "json", false);
    "export: ndjson", |h| both(h, "ndjson", false);
    "export: markdown", |h| both(h, "markdown", false);
    "export: html", |h| both(h, "html", false);
    "export: xlsx", xlsx;
    "export: veris", |h| both(h, "veris", false);
    "export: stix", |h| both(h, "stix", false);
    "export: misp", |h| both(h, "misp", false);
    "export: timesketch", |h| both(h, "timesketch", true);
    "export: iris", |h| both(h, "iris", true);
    "export: mermaid", |h| both(h, "mermaid", false);
    "export: ics", |h| both(h, "ics", false);
    "export to the terminal by path", by_path;
    "workbench: list", |h| in_workbench(h, &[], pages);
    "workbench: list, plain", |h| in_workbench(h, &["--plain"], pages);
    "workbench: detail, timeline", |h| in_workbench(h, &[], incidents);
    "workbench: dialogs", |h| in_workbench(h, &[], dialogs);
    "clipboard", |h| in_workbench(h, &[], copies);
}

fn clean(what: &str, bytes: &[u8], own: Own) -> String {
    assert_eq!(leak(bytes, own), None, "{what}");
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a command writes to a terminal of its own, and its exit code.
fn ran(house: &House, args: &[&str]) -> (Vec<u8>, u32) {
    let mut pty = house.workbench(args, 1000, 30);
    let status = pty.wait_for_exit();
    (pty.since_mark().to_vec(), status.exit_code())
}

fn on_terminal(house: &House, commands: &[&[&str]]) -> String {
    let read = |args: &&[&str]| {
        let (written, code) = ran(house, &[*args, &["--color", "never"]].concat());
        assert_eq!(code, 0, "{args:?}: {}", String::from_utf8_lossy(&written));
        clean(&args.join(" "), &written, Own::Nothing)
    };
    commands.iter().map(read).collect()
}

fn styled(house: &House, args: &[&str]) -> String {
    clean("in colour", &ran(house, args).0, Own::Styles)
}

fn show(house: &House, args: &[&str]) -> String {
    let ids = house.ids(&["kind:any"]);
    let some = |ids: &[String]| {
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        on_terminal(house, &[&[args, &ids].concat()])
    };
    ids.chunks(400).map(some).collect()
}

/// The texts of all incidents, as `explain` repeats what it finds in them.
fn explain(house: &House) -> String {
    let lines = house.ok(&["list", "kind:any", "--format", "ndjson"]);
    let text =
        |l: &str| serde_json::from_str::<serde_json::Value>(l).unwrap()["text"].as_str().unwrap().replace('\0', "");
    let all: String = lines.lines().map(text).collect::<Vec<_>>().join("\n");
    let file = house.write("all.txt", all);
    on_terminal(house, &[&["explain", &file]])
}

/// Ingests again what cannot be ingested, under a bar.
fn progress(house: &House) -> String {
    let folder = house.path("");
    let (written, _) = ran(house, &["ingest", folder.to_str().unwrap(), "--dry-run"]);
    clean("progress", &written, Own::Progress)
}

fn errors(house: &House) -> String {
    let p = "w99p000\u{1b}]52;p;eA==\u{7}\u{9b}31m\u{202e}\u{200b}\u{fffe}b";
    let commands: [&[&str]; 8] = [
        &["list", "--columns", p],
        &[p],
        &["list", &format!("--{p}")],
        &["show", p],
        &["list", &format!("status:{p}")],
        &["undo", "--as", p],
        &["list", "--db", p],
        &["list", "--config", p],
    ];
    told(house, &commands, Own::Styles)
}

/// What commands say that may fail.
fn told(house: &House, commands: &[&[&str]], own: Own) -> String {
    let told = |args: &&[&str]| {
        let (written, code) = ran(house, args);
        assert!(code <= 2, "{args:?}");
        clean(&args.join(" "), &written, own)
    };
    commands.iter().map(told).collect()
}

/// An export onto a terminal and into a file. Tables for machines hold in a file what the records hold.
fn both(house: &House, format: &str, as_it_is: bool) -> String {
    let shown = on_terminal(house, &[&["export", "kind:any", "--format", format]]);
    let file = house.path("out").join(format);
    let _ = fs::create_dir_all(house.path("out"));
    house.ok(&["export", "kind:any", "--format", format, "-o", file.to_str().unwrap(), "--overwrite"]);
    let written = fs::read(&file).unwrap();
    if as_it_is {
        assert!(std::str::from_utf8(&written).is_ok(), "{format}");
        return shown;
    }
    shown + &clean(format, &written, Own::Nothing)
}

fn xlsx(house: &House) -> String {
    let (told, code) = ran(house, &["export", "--format", "xlsx"]);
    assert_eq!(code, 2, "{}", String::from_utf8_lossy(&told));
    let _ = fs::create_dir_all(house.path("out"));
    let file = house.path("out/all.xlsx");
    house.ok(&["export", "kind:any", "--format", "xlsx", "-o", file.to_str().unwrap(), "--overwrite"]);
    sheets(&file).map_or_else(String::new, |sheets| {
        let mut reader = quick_xml::Reader::from_str(&sheets);
        while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        clean("xlsx", sheets.as_bytes(), Own::Nothing)
    })
}

/// The texts of a workbook's parts; `None` without `unzip`, and it says so.
#[allow(clippy::print_stderr)] // a check that is skipped has to say so
pub fn sheets(file: &std::path::Path) -> Option<String> {
    let part = |name: &str| {
        let output = Command::new("unzip").arg("-p").arg(file).arg(name).output();
        let Ok(output) = output else {
            eprintln!("skipped: what stands in a workbook can't be read without `unzip`");
            return None;
        };
        String::from_utf8(output.stdout).ok()
    };
    let parts =
        ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml", "xl/sharedStrings.xml"];
    let texts: Option<Vec<String>> = parts.iter().map(|p| part(p)).collect();
    // One declaration is enough.
    Some(texts?.iter().map(|t| t.split_once("?>").map_or(t.as_str(), |(_, rest)| rest)).collect())
}

fn by_path(house: &House) -> String {
    let (written, code) = ran(house, &["export", "kind:any", "--format", "csv", "-o", "/dev/tty", "--overwrite"]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&written));
    clean("-o /dev/tty", &written, Own::Progress)
}

/// A session of the workbench; what it wrote, and what stood on its screens.
fn in_workbench(house: &House, args: &[&str], act: fn(&mut Pty, &mut String)) -> String {
    let mut pty = house.workbench(args, 200, 60);
    pty.wait_for("1 of ");
    let mut seen = String::new();
    act(&mut pty, &mut seen);
    // From whatever dialog: a signal gives the terminal back.
    pty.signal("TERM");
    pty.wait_for_exit();
    clean(&format!("workbench {args:?}"), pty.since_mark(), Own::Workbench);
    seen
}

fn note(pty: &Pty, seen: &mut String) {
    seen.push_str(&pty.rows().join("\n"));
    seen.push('\n');
}

/// The whole list, page by page.
fn pages(pty: &mut Pty, seen: &mut String) {
    pty.send("/kind:any\r");
    pty.wait_for_quiet(Duration::from_millis(150));
    loop {
        note(pty, seen);
        let before = pty.rows();
        pty.send("\x1b[6~");
        // At the end nothing moves any more.
        if !pty.changes_within(Duration::from_millis(300), |s| s.contents() != before.join("\n")) {
            return;
        }
        pty.wait_for_quiet(Duration::from_millis(15));
    }
}

/// Every incident whose facts another program wrote, in detail.
fn incidents(pty: &mut Pty, seen: &mut String) {
    let way = super::ways_in::WAYS_IN.iter().position(|w| w.name == "SQLite, facts").unwrap();
    pty.send(&format!("/w{way:02}p\r"));
    pty.wait_for_quiet(Duration::from_millis(300));
    let mut last = String::new();
    for _ in 0..200 {
        pty.wait_for_quiet(Duration::from_millis(70));
        note(pty, seen);
        let row = pty.rows().join("\n");
        if row == last {
            break;
        }
        last = row;
        pty.send("j");
    }
}

/// Every dialog over a hostile incident, with hostile text pasted where text can be typed.
fn dialogs(pty: &mut Pty, seen: &mut String) {
    let pasted = "\x1b[200~w98p000\u{1b}]52;p;eA==\u{7}\u{9b}31m\u{202e}\u{200b}x\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\u{335}\x1b[201~";
    for keys in ["t", "T", "s", "S", "b", "e", "c", "E", "f", "V", ":", "/", "?", "o", ",", "'", "gr", "gf", "C", "zz"]
    {
        pty.send(keys);
        pty.wait_for_quiet(Duration::from_millis(60));
        note(pty, seen);
        pty.send(pasted);
        pty.wait_for_quiet(Duration::from_millis(60));
        note(pty, seen);
        // What was typed may have to be dropped first. Two at once would be another key.
        for _ in 0..3 {
            pty.send("\x1b");
            pty.wait_for_quiet(Duration::from_millis(50));
        }
    }
}

/// What goes onto the clipboard, of a few incidents.
fn copies(pty: &mut Pty, seen: &mut String) {
    pty.send("/kind:any\r");
    pty.wait_for_quiet(Duration::from_millis(200));
    for _ in 0..40 {
        pty.send("y");
        pty.send("jjjjj");
        pty.wait_for_quiet(Duration::from_millis(30));
    }
    let written = String::from_utf8_lossy(pty.since_mark()).into_owned();
    let copied: BTreeSet<&str> =
        written.split("\u{1b}]52;c;").skip(1).filter_map(|c| c.split('\u{7}').next()).collect();
    assert!(copied.len() > 3, "{copied:?}");
    for text in copied {
        seen.push_str(&clean("the clipboard", &STANDARD.decode(text).unwrap(), Own::Nothing));
    }
}
