//! Errors of single calls: each read, write, flush, open, lock, rename that a command makes fails once, or from then on.
//! The user reads what, where and what to do; nothing that was there is lost; the command, given again, completes.
//!
//! Every test takes some of the calls; `every_call` (`cargo test --test it every_call -- --ignored --nocapture`) all.

use crate::cli::{House, Ran};
use crate::support::book::{plain_digest, write_digests};
use crate::support::io_errors::{EIO, ENOSPC, Fault, Shim, call};
use jikenbo::domain::{ExportFormat, Key};
use jikenbo::export::{self, Options};
use jikenbo::jobs::JobError;
use jikenbo::query::ast::{Expr, Query, Sort};
use jikenbo::store::{LogFilter, Store};
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// How calls fail.
const FAULTS: [(&str, Fault); 6] = [
    ("EIO once", Fault { calls: call::ALL, errno: EIO, lasting: false, cut: false }),
    ("EIO from then on", Fault { calls: call::ALL, errno: EIO, lasting: true, cut: false }),
    ("ENOSPC once", Fault { calls: call::ROOM, errno: ENOSPC, lasting: false, cut: false }),
    ("ENOSPC from then on", Fault { calls: call::ROOM, errno: ENOSPC, lasting: true, cut: false }),
    ("cut, ENOSPC once", Fault { calls: call::WRITE, errno: ENOSPC, lasting: false, cut: true }),
    ("cut, ENOSPC from then on", Fault { calls: call::WRITE, errno: ENOSPC, lasting: true, cut: true }),
];

/// What a command may leave behind that fails.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    /// All of it or nothing.
    Never,
    /// Whole documents, or records.
    Some,
}

/// A command and the house it is given in.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    args: &'static [&'static str],
    furnish: fn(&House),
    half: Half,
    /// A file that it writes: as it was, or whole.
    file: Option<&'static str>,
}

const fn case(name: &'static str, args: &'static [&'static str], furnish: fn(&House)) -> Case {
    Case { name, args, furnish, half: Half::Never, file: None }
}

const fn in_parts(mut case: Case) -> Case {
    case.half = Half::Some;
    case
}

const fn writing(mut case: Case, file: &'static str) -> Case {
    case.file = Some(file);
    case
}

/// Two digests, one tag, one note, one status, one thing undone.
pub fn worked_on(house: &House) {
    write_digests(&house.path("first"), 2, 4);
    house.ok(&["ingest", "first"]);
    house.ok(&["tag", "+kept", "--", "第3商会"]);
    house.ok(&["note", &house.ids(&["第4商会"])[0], "電話で確認"]);
    house.ok(&["tag", "+all", "--", "商会"]);
    write_digests(&house.path("in"), 5, 4);
}

/// Beside it another case book, and records of a third.
fn with_others(house: &House) {
    worked_on(house);
    let text = house.write("others.txt", plain_digest(900, 6));
    house.ok(&["--db", "other.db", "ingest", &text]);
    house.ok(&["--db", "other.db", "tag", "+other", "--", "商会"]);
    house.ok(&["--db", "other.db", "export", "--format", "ndjson", "-o", "records.ndjson"]);
    house.ok(&["--db", "other.db", "db", "backup", "backup.db"]);
    house.ok(&["export", "第3商会", "--format", "csv", "-o", "out.csv"]);
}

/// A case book of the first schema.
fn old(house: &House) {
    let db = Connection::open(house.path("cases.db")).unwrap();
    db.execute_batch(include_str!("../fixtures/stores/schema-1.sql")).unwrap();
    fs::set_permissions(house.path("cases.db"), fs::Permissions::from_mode(0o600)).unwrap();
}

/// Nothing but digests.
fn bare(house: &House) {
    write_digests(&house.path("in"), 3, 4);
}

const ID: &str = "<id>";

const CASES: &[Case] = &[
    in_parts(case("ingest", &["ingest", "in"], worked_on)),
    in_parts(case("ingest anew", &["ingest", "in"], bare)),
    in_parts(case("import", &["ingest", "records.ndjson"], with_others)),
    case("tag", &["tag", "+new", "--", "商会"], worked_on),
    case("status", &["status", "done", "--", "第3商会"], worked_on),
    case("correct", &["correct", ID, "org=葦原組合"], worked_on),
    case("note", &["note", ID, "折り返し待ち"], worked_on),
    case("undo", &["undo"], worked_on),
    case("tags rename", &["tags", "rename", "all", "every"], worked_on),
    case("forget", &["forget", "1", "--yes"], worked_on),
    case("reparse", &["reparse"], worked_on),
    in_parts(case("merge", &["db", "merge", "other.db"], with_others)),
    writing(case("backup", &["db", "backup", "backup.db", "--overwrite"], with_others), "backup.db"),
    case("restore", &["db", "restore", "backup.db"], with_others),
    case("compact", &["db", "compact"], worked_on),
    case("migration", &["list", "--format", "ids"], old),
    writing(case("export", &["export", "--format", "csv", "-o", "out.csv", "--overwrite"], with_others), "out.csv"),
    writing(case("export xlsx", &["export", "--format", "xlsx", "-o", "new.xlsx"], worked_on), "new.xlsx"),
    case("list", &["list"], worked_on),
    case("show", &["show", "--json", ID], worked_on),
    case("search", &["list", "名簿の紛失 第3商会", "--format", "ids"], worked_on),
    case("export to standard output", &["export", "--format", "ndjson"], worked_on),
    case("log", &["log", "--json"], worked_on),
    case("check", &["db", "check"], worked_on),
    case("config", &["config", "init"], worked_on),
];

/// All that a case book holds, without moments and ids that are made anew each time.
#[derive(Debug, Default, PartialEq, Clone)]
pub struct State {
    pub records: BTreeMap<String, Value>,
    pub log: Vec<Value>,
    documents: Vec<String>,
    tags: String,
}

/// Leaves out what differs each time that the same is done, or that hangs on other records.
fn timeless(value: &mut Value, left_out: &[&str]) {
    match value {
        Value::Object(all) => {
            all.retain(|key, _| !left_out.contains(&key.as_str()));
            all.values_mut().for_each(|v| timeless(v, left_out));
        }
        Value::Array(all) => all.iter_mut().for_each(|v| timeless(v, left_out)),
        _ => {}
    }
}

pub fn read_state(house: &House) -> Result<State, String> {
    let path = house.path("cases.db");
    if !path.exists() {
        return Ok(State::default());
    }
    let store = Store::open_existing(&path).map_err(|e| format!("it does not open: {e}"))?;
    let problems = store.check().map_err(|e| format!("it can't be checked: {e}"))?;
    if !problems.is_empty() {
        return Err(format!("it is damaged: {problems:?}"));
    }
    let all = Query { filter: Expr::And(Vec::new()), sort: Sort::default() };
    let keys: Vec<Key> = store.search(&all).map_err(|e| e.to_string())?.keys.to_vec();
    let mut out = Vec::new();
    {
        let mut exporter = export::exporter(ExportFormat::Ndjson, &mut out, Options::default());
        store.each_record::<JobError>(&keys, &mut |r| Ok(exporter.record(&r)?)).map_err(|e| e.to_string())?;
        exporter.finish().map_err(|e| e.to_string())?;
    }
    let text = String::from_utf8(out).unwrap().replace(house.path("").to_str().unwrap(), "");
    let records = text.lines().map(|line| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        let id = record["id"].as_str().unwrap().to_owned();
        timeless(&mut record, &["at", "related", "related_total", "case"]);
        (id, record)
    });
    let mut log = serde_json::to_value(store.log(&LogFilter::default()).map_err(|e| e.to_string())?).unwrap();
    timeless(&mut log, &["at", "id", "of"]);
    let mut documents: Vec<String> =
        store.document_list().map_err(|e| e.to_string())?.into_iter().map(|d| d.sha256).collect();
    documents.sort();
    let mut tags = serde_json::to_value(store.tags().map_err(|e| e.to_string())?).unwrap();
    timeless(&mut tags, &["at"]);
    Ok(State { records: records.collect(), log: log.as_array().unwrap().clone(), documents, tags: tags.to_string() })
}

impl State {
    /// Holds a state on the way to that of the end: every record and operation is of before or of the end.
    fn is_between(&self, before: &Self, end: &Self) -> bool {
        let known =
            |id: &String, record: &Value| [before, end].iter().any(|s| s.records.get(id).is_some_and(|r| r == record));
        before.records.keys().all(|id| self.records.contains_key(id))
            && before.documents.iter().all(|d| self.documents.contains(d))
            && before.log.iter().all(|op| self.log.contains(op))
            && self.records.iter().all(|(id, record)| known(id, record))
            && self.log.iter().all(|op| end.log.contains(op))
    }
}

/// A template, and what the command makes of it where nothing fails.
struct Trial<'c> {
    case: &'c Case,
    template: House,
    args: Vec<String>,
    before: State,
    end: State,
    out: String,
    file: (Option<Vec<u8>>, Option<Vec<u8>>),
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn copy_of(template: &House) -> House {
    let house = House::new();
    copy(&template.path(""), &house.path(""));
    house
}

/// An output without what differs from house to house.
fn plain(text: &str, house: &House) -> String {
    text.replace(house.path("").to_str().unwrap().trim_end_matches('/'), "~")
}

/// The same for a file, where it is no text that can be compared.
fn contents(house: &House, name: Option<&str>) -> Option<Vec<u8>> {
    let bytes = fs::read(house.path(name?)).ok()?;
    // What holds moments and ids is compared by what is to be seen.
    Some(if bytes.starts_with(b"SQLite") || bytes.starts_with(b"PK") { vec![bytes[0]] } else { bytes })
}

impl<'c> Trial<'c> {
    fn new(case: &'c Case) -> Self {
        let template = House::new();
        (case.furnish)(&template);
        let first = || template.ids(&["第4商会"]).remove(0);
        let args: Vec<String> = case.args.iter().map(|a| if *a == ID { first() } else { (*a).to_owned() }).collect();
        let before = read_state(&copy_of(&template)).unwrap();
        let house = copy_of(&template);
        let words: Vec<&str> = args.iter().map(String::as_str).collect();
        let ran = house.run(&words);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let end = read_state(&house).unwrap();
        let file = (contents(&template, case.file), contents(&house, case.file));
        Self { case, args, before, end, out: plain(&ran.out, &house), file, template }
    }

    fn run(&self, house: &House, shim: Option<&Shim>) -> Ran {
        let words: Vec<&str> = self.args.iter().map(String::as_str).collect();
        let mut command = house.command(&words);
        if let Some(shim) = shim {
            command.envs(shim.env());
        }
        let output = command.env("TMPDIR", house.path("tmp")).output().unwrap();
        let text = |b: Vec<u8>| String::from_utf8_lossy(&b).into_owned();
        Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Lets the n-th call fail and holds what comes of it to the rules; gives how many failed and what was said.
    fn fail(&self, fault: Fault, n: u64) -> (u64, u64, Ran, Vec<String>) {
        let house = copy_of(&self.template);
        fs::create_dir(house.path("tmp")).unwrap();
        let shim = Shim::new(&house.path(""), &["*"]);
        shim.arm(fault, n);
        let clock = Instant::now();
        let ran = self.run(&house, Some(&shim));
        let heard = shim.heard();
        let ran = Ran { code: ran.code, out: plain(&ran.out, &house), err: plain(&ran.err, &house) };
        let mut wrong = Vec::new();
        if clock.elapsed() > Duration::from_secs(3) {
            wrong.push(format!("takes {:?}", clock.elapsed()));
        }
        if heard.injected > 0 {
            wrong.extend(self.wrong_words(fault, &ran));
            wrong.extend(self.wrong_outcome(&house, &ran));
        } else if n == 0 {
            // Counted only.
        } else if ran.code != Some(0) {
            wrong.push("fails without a fault".into());
        }
        let what = format!("call {n}, {}: exit {:?}, said {:?}", heard.first, ran.code, ran.err);
        let wrong = wrong.into_iter().map(|w| format!("{w} ({what})")).collect();
        (heard.seen, heard.injected, ran, wrong)
    }

    fn wrong_words(&self, fault: Fault, ran: &Ran) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut hold = |good: bool, what: &str| {
            if !good {
                wrong.push(what.to_owned());
            }
        };
        hold(!ran.err.contains("panicked") && !ran.err.contains("RUST_BACKTRACE"), "panics");
        hold(matches!(ran.code, Some(0 | 1)), "ends with another code");
        hold(ran.code == Some(0) || !ran.err.trim().is_empty(), "fails without a word");
        // Where it fails the last line says where and what to do.
        const WHAT_TO_DO: [&str; 10] = [
            "check ",
            "make room",
            "try again",
            "run `",
            "is built anew",
            "name another",
            "itself is whole",
            "bring back",
            "open it",
            "given again",
        ];
        for line in ran.err.lines().filter(|line| !line.starts_with("jikenbo: the log keeps")) {
            hold(line.contains('~') || NAMES.iter().any(|n| line.contains(n)), "names no file");
            hold(WHAT_TO_DO.iter().any(|w| line.contains(w)), "does not say what to do");
            // A disk that fails is no question of permissions, of damage or of moved files.
            let misleading = ["no permission", "its permissions", "damaged", "moved, removed", "no case book here"];
            let told = ["Input/output error", "can't be read", "I/O error"].iter().any(|w| line.contains(w));
            hold(fault.errno != EIO || told || !misleading.iter().any(|w| line.contains(w)), "misleads");
        }
        wrong
    }

    fn wrong_outcome(&self, house: &House, ran: &Ran) -> Vec<String> {
        let mut wrong = Vec::new();
        let found = match read_state(house) {
            Ok(found) => found,
            Err(e) => return vec![e],
        };
        let file = contents(house, self.case.file);
        if file != self.file.0 && file != self.file.1 {
            wrong.push("half a file".into());
        }
        if ran.code == Some(0) {
            if found != self.end || file != self.file.1 {
                wrong.push("tells of success, but it is not done".into());
            }
            if ran.out != self.out && self.is_told_alike() {
                wrong.push(format!("tells another answer: {:?}", ran.out));
            }
        }
        let whole = found == self.before || found == self.end;
        if !whole && (self.case.half == Half::Never || !found.is_between(&self.before, &self.end)) {
            wrong.push(format!("half done: {found:#?}"));
        }
        if ran.code != Some(0)
            && found != self.before
            && found == self.end
            && ran.err.contains("nothing of this change")
        {
            wrong.push("says that nothing was kept, but it is done".into());
        }
        wrong.extend(self.untold(ran, &found));
        // What is done whole is not done again: a note would be there twice.
        let again = found != self.end || file != self.file.1 || self.before == self.end;
        if again {
            let ran = self.run(house, None);
            if ran.code != Some(0) {
                wrong.push(format!("fails when given again: {ran:?}"));
            }
            match read_state(house) {
                Ok(found) if found == self.end => {}
                Ok(found) => wrong.push(format!("ends in another state when given again: {found:#?}")),
                Err(e) => wrong.push(format!("given again: {e}")),
            }
            if contents(house, self.case.file) != self.file.1 {
                wrong.push("writes another file when given again".into());
            }
        }
        wrong
    }

    /// Some answers hold moments or names made anew.
    fn is_told_alike(&self) -> bool {
        !matches!(self.case.name, "restore" | "compact" | "ingest" | "ingest anew" | "import" | "backup" | "forget")
    }

    /// Documents that were told as taken in and are not there.
    fn untold(&self, ran: &Ran, found: &State) -> Option<String> {
        let told = ran.out.lines().filter(|l| l.contains(": numbered-blog new=4 ")).count();
        let there = found.documents.len().saturating_sub(self.before.documents.len());
        (self.case.name.starts_with("ingest") && told > there)
            .then(|| format!("{told} documents are told, {there} are there"))
    }
}

/// Names by which files are named that are given to the program so.
const NAMES: [&str; 9] =
    ["cases.db", "other.db", "backup.db", "in/", "in:", "records.ndjson", "out.csv", "new.xlsx", "config.toml"];

/// Lets calls of a command fail: all, or so many of each kind of fault. Gives how many failed, and what was wrong.
fn hold(case: &Case, most: Option<u64>) -> (u64, Vec<String>, BTreeMap<String, usize>) {
    let trial = Trial::new(case);
    let (mut injected, mut wrong, mut said) = (0, Vec::new(), BTreeMap::new());
    for (round, (name, fault)) in FAULTS.iter().enumerate() {
        let (calls, _, _, _) = trial.fail(*fault, 0);
        assert!(calls > 0 || *name != "EIO once", "{}: no call was seen", case.name);
        let step = most.map_or(1, |most| calls.div_ceil(most).max(1));
        // Another call in each round.
        let mut n = 1 + (round as u64 * 5) % step;
        loop {
            let (_, failed, ran, found) = trial.fail(*fault, n);
            injected += u64::from(failed > 0);
            wrong.extend(found.into_iter().map(|w| format!("{}, {name}: {w}", case.name)));
            for line in ran.err.lines() {
                *said.entry(format!("{:?} {line}", ran.code.unwrap_or(-1))).or_default() += 1;
            }
            if failed == 0 {
                break;
            }
            n += step;
        }
    }
    (injected, wrong, said)
}

fn assert_held(names: &[&str]) {
    for name in names {
        let case = CASES.iter().find(|c| c.name == *name).unwrap();
        let (injected, wrong, _) = hold(case, Some(5));
        assert!(injected >= 10, "{name}: only {injected} calls failed");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}

#[test]
fn calls_that_fail_under_an_ingest() {
    assert_held(&["ingest", "ingest anew"]);
}

#[test]
fn calls_that_fail_under_a_change() {
    assert_held(&["tag", "status", "tags rename"]);
}

#[test]
fn calls_that_fail_under_copies_and_exports() {
    assert_held(&["backup", "restore", "export"]);
}

#[test]
fn calls_that_fail_under_reading() {
    assert_held(&["list", "show", "search", "export to standard output", "log"]);
}

#[test]
#[ignore = "takes minutes: cargo test --test it every_call -- --ignored --nocapture"]
#[allow(clippy::print_stdout)] // what it is run for
fn every_call() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut all = Vec::new();
    for case in CASES.iter().filter(|c| only.is_empty() || only.split(',').any(|o| o == c.name)) {
        let (injected, wrong, said) = hold(case, None);
        println!("{}: {injected} faults, {} wrong", case.name, wrong.len());
        for (line, times) in said {
            println!("    {times} × {line}");
        }
        for line in &wrong {
            println!("  ! {}", line.chars().take(600).collect::<String>());
        }
        all.extend(wrong);
    }
    assert!(all.is_empty(), "{} things are wrong", all.len());
}
