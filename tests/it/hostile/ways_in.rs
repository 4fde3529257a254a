//! The table of ways in: every place where a notice, a file name, an analyst or another program can put a text.
//!
//! Each way is given every payload; before it stands a token (`w07p012`), by which it is known again on the ways out.

use crate::cli::House;
use crate::support::payloads::Payload;
use crate::support::terminal::{Own, leak};
use rusqlite::{Connection, params};
use std::cell::RefCell;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A way in: what it is called, and how all payloads are put in.
pub struct WayIn {
    pub name: &'static str,
    put: fn(&Visit),
}

/// One way being walked.
pub struct Visit<'h> {
    pub house: &'h House,
    pub way: usize,
    pub payloads: &'h [Payload],
    /// A third of the payloads is enough, another third by the next way in.
    sparing: bool,
    /// Runs of the program, and how many of them refused what they were given.
    runs: RefCell<(usize, usize)>,
}

macro_rules! ways {
    ($($name:literal, $put:expr;)*) => {
        /// All of them.
        pub const WAYS_IN: &[WayIn] = &[$(WayIn { name: $name, put: $put }),*];
    };
}

ways! {
    "numbered digest", |v| v.files("txt", &[], numbered);
    "plain digest", |v| v.files("txt", &[], |tok, p| [tok.as_bytes(), "株式会社 ".as_bytes(), &p.line(), "名簿の紛失について 2024年6月6日\n\n".as_bytes(), &body(tok, p), "\n株式会社かすみ書房 名簿の紛失について 2024年6月5日\n\n紛失しました。\n".as_bytes()].concat());
    "news digest", |v| v.files("txt", &["--year", "2024"], |tok, p| ["◎".as_bytes(), tok.as_bytes(), "株式会社、".as_bytes(), &p.line(), "名簿を紛失\n".as_bytes(), &body(tok, p), "・".as_bytes(), &p.line(), "について(".as_bytes(), tok.as_bytes(), "株式会社)\nhttp://www.host.example/".as_bytes(), &p.line(), b"\n"].concat());
    "category page", |v| v.files("txt", &[], |tok, p| ["設定不備\n".as_bytes(), tok.as_bytes(), "株式会社\n\n2024年6月6日\n\n".as_bytes(), &p.line(), "名簿の紛失について\n\n".as_bytes(), &body(tok, p), b"\n", &p.line(), "名簿の紛失について\n".as_bytes()].concat());
    "gang's list", |v| v.files("txt", &[], |tok, p| ["【セキュリティ事件簿#2024-904】ランサムウェアギャングの被害組織 2024/6/9\n\n".as_bytes(), tok.as_bytes(), b" ", &p.line(), "\n\n組織名:".as_bytes(), tok.as_bytes(), &p.line(), "株式会社\n\nランサムウエアギャング:".as_bytes(), &p.line(), "\n関連事件簿\n\nリリース文アーカイブ\n".as_bytes()].concat());
    "HTML page", |v| v.files("html", &[], |tok, p| [b"<html><body><h2>", &headline(tok, p)[..], b"</h2><p>", &body(tok, p), b"</p></body></html>"].concat());
    "HTML page of entities", |v| v.files("html", &[], |tok, p| {
        let text = [headline(tok, p), b"\n".to_vec(), body(tok, p)].concat();
        let marked: String = String::from_utf8_lossy(&text).chars().map(|c| if c == '\n' { "<br>".to_owned() } else { format!("&#x{:x};", u32::from(c)) }).collect();
        format!("<html><body><p>{marked}</p></body></html>").into_bytes()
    });
    "Atom feed", |v| v.files("atom", &[], |tok, p| {
        let safe = |b: &[u8]| String::from_utf8_lossy(b).replace('&', "&amp;").replace('<', "&lt;").replace(['\0', '\u{b}', '\u{c}'], " ");
        format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{0}</title><entry><title>{0}</title><link href=\"http://www.host.example/{1}\"/><category term=\"{1}\"/><published>2024-06-06T00:00:00+09:00</published><content type=\"html\">{2}</content></entry></feed>", safe(&headline(tok, p)), safe(&p.line()).replace('"', "&quot;"), safe(&body(tok, p))).into_bytes()
    });
    "RSS with CDATA", |v| v.files("rss", &[], |tok, p| [b"<rss version=\"2.0\"><channel><title>x</title><item><title><![CDATA[", &headline(tok, p)[..], b"]]></title><description><![CDATA[", &body(tok, p), b"]]></description></item></channel></rss>"].concat());
    "one notice", |v| v.files("txt", &["--as-notice"], |tok, p| [tok.as_bytes(), "株式会社\n".as_bytes(), &p.line(), "名簿の紛失について\n2024年6月6日\n\n".as_bytes(), &body(tok, p)].concat());
    "digest in Shift_JIS", |v| v.files("txt", &[], |tok, p| encoding_rs::SHIFT_JIS.encode(&String::from_utf8_lossy(&numbered(tok, p))).0.into_owned());
    "JSON Lines", |v| v.records(|line, tok, p| line.replace(tok, &format!("{tok}{}", inside_json(&p.line()))));
    "JSON Lines, lone surrogates", |v| v.records(|line, tok, _| line.replace(tok, &format!("{tok}\\ud800\\udc00\\udfff")));
    "standard input", |v| v.each(|v, tok, p| v.run_with(&["ingest", "-"].map(Into::into), &numbered(tok, p)));
    "add", |v| v.each(|v, tok, p| {
        let form = ["organisation: ".as_bytes(), tok.as_bytes(), &p.line(), b"\ntitle: ", &p.line(), "について\npublished: 2024年7月2日\n\n".as_bytes(), &body(tok, p)].concat();
        v.run_with(&["add", "-"].map(Into::into), &form);
    });
    "names of files and folders", |v| {
        let folder = v.folder();
        for (tok, p) in v.given() {
            let below = folder.join(p.file_name(&format!("{tok}d"), ""));
            fs::create_dir(&below).unwrap();
            fs::write(below.join(p.file_name(&tok, ".txt")), numbered(&tok, &v.payloads[0])).unwrap();
            fs::write(below.join(p.file_name(&tok, "-bad.txt")), b"x\n").unwrap();
        }
        v.run(&["ingest".into(), folder.into()]);
        for (tok, p) in v.given() {
            v.run(&["ingest".into(), p.argument(&tok)]);
        }
    };
    "--source-url", |v| v.each(|v, tok, p| v.run_with(&["ingest".into(), "-".into(), "--source-url".into(), p.argument(&format!("https://host.example/{tok}"))], &plain(tok)));
    "note", |v| v.on_clean(|v, tok, p| v.run(&["note".into(), v.id(tok), p.argument(tok)]));
    "tag", |v| v.on_clean(|v, tok, p| v.run(&["tag".into(), p.argument(&format!("+{tok}")), "--".into(), tok.into()]));
    "description of a tag", |v| v.on_clean(|v, tok, p| v.run(&["tags".into(), "describe".into(), tok.into(), p.argument(tok)]));
    "correction", |v| v.on_clean(|v, tok, p| {
        let id = v.id(tok);
        for field in ["org", "title", "third_party", "gang"] {
            v.run(&["correct".into(), id.clone(), p.argument(&format!("{field}={tok}"))]);
        }
    });
    "status and verdict", |v| v.each(|v, tok, p| {
        v.run(&["status".into(), p.argument(tok), "--".into(), "紛失".into()]);
        v.run(&["review".into(), "x".into(), p.argument(tok), p.argument(tok)]);
    });
    "query", |v| v.each(|v, tok, p| {
        for before in ["", "(\"", "nofield"] {
            v.run(&["list".into(), p.argument(&format!("{before}{tok}"))]);
        }
    });
    "--as", |v| v.on_clean(|v, tok, p| v.run(&["note".into(), v.id(tok), "x".into(), "--as".into(), p.argument(tok)]));
    "$USER", |v| v.on_clean(|v, tok, p| v.run_in(&[("USER", p.argument(tok))], &["note".into(), v.id(tok), "x".into()]));
    "other arguments", |v| v.each(|v, tok, p| {
        let hostile = || p.argument(tok);
        v.run(&["list".into(), "--columns".into(), hostile()]);
        v.run(&["export".into(), "--format".into(), "csv".into(), "-o".into(), p.argument(&format!("no/{tok}"))]);
        v.run(&["show".into(), hostile()]);
        v.run(&["list".into(), "--db".into(), hostile()]);
        v.run(&[p.argument(&format!("--{tok}"))]);
        v.run(&["forget".into(), hostile(), "--yes".into()]);
        v.run(&["db".into(), "share".into(), hostile()]);
    });
    "environment", |v| v.each(|v, tok, p| {
        let hostile = || p.argument(tok);
        v.run_in(&[("JIKENBO_DB", hostile())], &["list".into()]);
        v.run_in(&[("XDG_CONFIG_HOME", hostile()), ("LANG", hostile()), ("LC_ALL", hostile())], &["config".into(), "check".into()]);
    });
    "configuration", |v| {
        let path = v.folder().join("config.toml");
        for (tok, p) in v.given() {
            let value = toml_string(&tok, p);
            for text in [
                format!("analyst = {value}\n[keys]\n{value} = \"x\"\nstatus = {value}\n[[rules]]\nname = {value}\nquery = {value}\ntags = [{value}]\n"),
                format!("{value} = {value}\n"),
            ] {
                fs::write(&path, text).unwrap();
                v.run(&["config".into(), "check".into(), "--config".into(), path.clone().into()]);
            }
            fs::write(&path, [b"analyst = \"", tok.as_bytes(), &p.bytes, b"\"\n"].concat()).unwrap();
            v.run(&["tags".into(), "--config".into(), path.clone().into()]);
        }
    };
    "lexicon files", |v| {
        let folder = v.folder();
        fs::create_dir_all(folder.join("lexicon")).unwrap();
        fs::write(folder.join("c.toml"), "").unwrap();
        for (tok, p) in v.given() {
            let value = toml_string(&tok, p);
            fs::write(folder.join("lexicon/variants.toml"), format!("groups = [[{value}, \"b\"]]\n{value} = 1\n")).unwrap();
            fs::write(folder.join("lexicon/units.toml"), format!("[[unit]]\nunit = {value}\nwords = [{value}]\n")).unwrap();
            fs::write(folder.join("lexicon").join(p.file_name(&tok, ".toml")), &p.bytes).unwrap();
            v.run(&["config".into(), "check".into(), "--config".into(), folder.join("c.toml").into()]);
        }
        v.run(&["list".into(), "x".into(), "--config".into(), folder.join("c.toml").into()]);
    };
    "state file and sitting", |v| {
        let state = v.house.path(".local/state/jikenbo");
        fs::create_dir_all(&state).unwrap();
        let views = v.given().map(|(tok, p)| {
            let value = toml_string(&tok, p);
            format!("[[views]]\nname = {value}\nquery = {value}\nsort = {value}\ngroup = {value}\nfilters = [{value}]\n")
        });
        let history: Vec<String> = v.given().map(|(tok, p)| toml_string(&tok, p)).collect();
        let text = format!("{}\n[queries]\nhistory = [{}]\n[hints]\nlearnt = [{}]\n", views.collect::<String>(), history.join(", "), history.join(", "));
        fs::write(state.join("state.toml"), text).unwrap();
    };
    "SQLite, facts", |v| v.on_clean(|v, tok, p| {
        let db = v.database();
        let value = text_of(tok, p);
        let json = serde_json::to_string(&value).unwrap();
        let key: i64 = db.query_row("SELECT key FROM incidents WHERE org LIKE ?1", [format!("{tok}%")], |r| r.get(0)).unwrap();
        db.execute("UPDATE incidents SET org = ?2, title = ?2, label = ?2, url = ?2, case_no = ?2, action = ?2 WHERE key = ?1", params![key, value]).unwrap();
        db.execute("UPDATE texts SET text = ?2 || text WHERE incident = ?1", params![key, value]).unwrap();
        db.execute("UPDATE facts SET value = ?2, rule = ?3 WHERE incident = ?1 AND field IN ('org', 'title')", params![key, json, value]).unwrap();
        for field in ["third_party", "gang", "case_no"] {
            db.execute("INSERT OR REPLACE INTO facts (incident, field, value) VALUES (?1, ?2, ?3)", params![key, field, json]).unwrap();
        }
        db.execute("INSERT OR REPLACE INTO facts (incident, field, value) VALUES (?1, 'actions', ?2)", params![key, format!("[{json}]")]).unwrap();
        db.execute("INSERT OR IGNORE INTO actions VALUES (?1, ?2)", params![key, value]).unwrap();
        db.execute("INSERT OR REPLACE INTO facts (incident, field, value) VALUES (?1, 'data_types', ?2)", params![key, format!("[{json}]")]).unwrap();
        db.execute("UPDATE events SET text = ?2 WHERE incident = ?1", params![key, value]).unwrap();
        db.execute("INSERT OR REPLACE INTO warnings VALUES (?1, 0, ?2)", params![key, value]).unwrap();
        db.execute("INSERT INTO revisions (incident, field, was, at) VALUES (?1, 'title', ?2, ?3)", params![key, json, value]).unwrap();
        db.execute("UPDATE documents SET path = ?2, encoding = ?2, source_url = ?2, warnings = ?3 WHERE key = (SELECT document FROM incidents WHERE key = ?1)", params![key, value, format!("[{json}]")]).unwrap();
    });
    "SQLite, triage and log", |v| v.on_clean(|v, tok, p| {
        let id = v.id(tok);
        v.run(&["note".into(), id.clone(), tok.into()]);
        v.run(&["tags".into(), "describe".into(), tok.into(), tok.into()]);
        v.run(&["correct".into(), id, "title=x".into()]);
        let db = v.database();
        let (value, like) = (text_of(tok, p), format!("%{tok}%"));
        let json = serde_json::to_string(&value).unwrap();
        db.execute("UPDATE notes SET text = ?1 WHERE text LIKE ?2", params![value, like]).unwrap();
        db.execute("UPDATE tag_traits SET description = ?1 WHERE tag LIKE ?2", params![value, like]).unwrap();
        let of = "(SELECT key FROM incidents WHERE org LIKE ?2)";
        db.execute(&format!("UPDATE corrections SET value = ?3, by = ?1 WHERE incident IN {of}"), params![value, like, json]).unwrap();
        db.execute("UPDATE operations SET by = ?1, at = at WHERE change LIKE ?2 OR key IN (SELECT operation FROM operation_targets t JOIN incidents i ON i.id = t.incident WHERE i.org LIKE ?2)", params![value, like]).unwrap();
    });
}

/// What stands in a text file of notices.
fn numbered(tok: &str, p: &Payload) -> Vec<u8> {
    [
        &headline(tok, p)[..],
        b"\n\n",
        tok.as_bytes(),
        "株式会社\n\n\n".as_bytes(),
        &body(tok, p),
        "\nリリース文アーカイブ\n".as_bytes(),
    ]
    .concat()
}

fn headline(tok: &str, p: &Payload) -> Vec<u8> {
    [
        "【セキュリティ事件簿#2024-901】".as_bytes(),
        tok.as_bytes(),
        "株式会社 ".as_bytes(),
        &p.line(),
        "名簿の紛失について 2024/6/6".as_bytes(),
    ]
    .concat()
}

fn body(tok: &str, p: &Payload) -> Vec<u8> {
    let first = format!("令和6年6月4日(火)午後3時頃、{tok}");
    [
        first.as_bytes(),
        &p.bytes,
        "職員が顧客30名の氏名".as_bytes(),
        &p.bytes,
        "を記した名簿を紛失しました。\n6月5日 委託先の".as_bytes(),
        &p.line(),
        "株式会社から連絡を受けた。\n".as_bytes(),
    ]
    .concat()
}

/// A notice without a payload.
fn plain(tok: &str) -> Vec<u8> {
    numbered(tok, &Payload { name: "", class: "", bytes: Vec::new() })
}

fn text_of(tok: &str, p: &Payload) -> String {
    // What is no UTF-8 has a test of its own.
    format!("{tok}{}", String::from_utf8_lossy(&p.line()))
}

fn inside_json(bytes: &[u8]) -> String {
    let json = serde_json::to_string(&String::from_utf8_lossy(bytes)).unwrap();
    json.trim_matches('"').to_owned()
}

/// A basic string of TOML, in which every control character can be written.
fn toml_string(tok: &str, p: &Payload) -> String {
    let escaped: String =
        String::from_utf8_lossy(&p.bytes).chars().map(|c| format!("\\U{:08X}", u32::from(c))).collect();
    format!("\"{tok}{escaped}\"")
}

impl Visit<'_> {
    pub fn token(&self, n: usize) -> String {
        format!("w{:02}p{n:03}", self.way)
    }

    fn folder(&self) -> PathBuf {
        let folder = self.house.path(&format!("in{:02}", self.way));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    fn database(&self) -> Connection {
        Connection::open(self.house.path("cases.db")).unwrap()
    }

    fn id(&self, tok: &str) -> OsString {
        let id =
            self.database().query_row("SELECT id FROM incidents WHERE org LIKE ?1", [format!("{tok}%")], |r| r.get(0));
        id.map_or_else(|_| "none".into(), |id: String| id.into())
    }

    /// A file for each payload, ingested together, twice.
    fn files(&self, extension: &str, flags: &[&str], make: fn(&str, &Payload) -> Vec<u8>) {
        let folder = self.folder();
        for (tok, p) in self.given() {
            fs::write(folder.join(format!("{tok}.{extension}")), make(&tok, p)).unwrap();
        }
        let mut args = vec!["ingest".into(), folder.into()];
        args.extend(flags.iter().map(Into::into));
        self.run(&args);
        args.push("--json".into());
        self.run(&args);
    }

    /// Whole records, changed, ingested from JSON Lines.
    fn records(&self, change: fn(&str, &str, &Payload) -> String) {
        let other = House::new();
        for (tok, _) in self.given() {
            other.write(&format!("in/{tok}.txt"), plain(&tok));
        }
        other.ok(&["ingest", "in"]);
        for id in other.ids(&[]) {
            other.ok(&["note", &id, "覚え書き"]);
        }
        let lines = other.ok(&["export", "--format", "ndjson"]);
        let folder = self.folder();
        for (tok, p) in self.given() {
            let line = lines.lines().find(|l| l.contains(&tok)).unwrap();
            // Proofs would point beside what they prove.
            let mut record: serde_json::Value = serde_json::from_str(line).unwrap();
            record["evidence"] = serde_json::json!({});
            record["timeline"] = serde_json::json!([]);
            let line = serde_json::to_string(&record).unwrap();
            fs::write(folder.join(format!("{tok}.ndjson")), change(&line, &tok, p) + "\n").unwrap();
        }
        self.run(&["ingest".into(), folder.into()]);
    }

    /// The payloads that are put in by this way, with their tokens.
    fn given(&self) -> impl Iterator<Item = (String, &Payload)> {
        let all =
            self.payloads.iter().enumerate().filter(move |(n, _)| !self.sparing || (n + self.way).is_multiple_of(3));
        all.map(|(n, p)| (self.token(n), p))
    }

    fn each(&self, act: fn(&Self, &str, &Payload)) {
        self.given().for_each(|(tok, p)| act(self, &tok, p));
    }

    /// As [`Self::each`], on incidents that hold nothing hostile yet, each in a document of its own.
    fn on_clean(&self, act: fn(&Self, &str, &Payload)) {
        self.clean();
        self.each(act);
    }

    fn clean(&self) {
        let folder = self.folder();
        for (tok, _) in self.given() {
            fs::write(folder.join(format!("{tok}.txt")), plain(&tok)).unwrap();
        }
        self.run(&["ingest".into(), folder.into()]);
    }

    fn run(&self, args: &[OsString]) {
        self.run_as(&[], args, b"");
    }

    fn run_in(&self, env: &[(&str, OsString)], args: &[OsString]) {
        self.run_as(env, args, b"");
    }

    fn run_with(&self, args: &[OsString], input: &[u8]) {
        self.run_as(&[], args, input);
    }

    /// Runs the program and holds to the rules what it prints: into a pipe, where nothing but CSV and TSV is as it was.
    fn run_as(&self, env: &[(&str, OsString)], args: &[OsString], input: &[u8]) {
        let mut command = self.house.command(&[]);
        command.args(args).envs(env.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Who refuses its arguments reads no input.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        let shown = |a: &OsString| String::from_utf8_lossy(OsStr::as_bytes(a)).chars().take(60).collect::<String>();
        let what = format!("{}: {:?}", WAYS_IN[self.way].name, args.iter().map(shown).collect::<Vec<_>>());
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(matches!(output.status.code(), Some(0..=2)), "{what}: {output:?}");
        assert!(!told.contains("panicked"), "{what}: {told}");
        assert_eq!(leak(&output.stderr, Own::Nothing), None, "{what}, standard error");
        assert_eq!(leak(&output.stdout, Own::Nothing), None, "{what}, standard output");
        let mut runs = self.runs.borrow_mut();
        runs.0 += 1;
        runs.1 += usize::from(output.status.code() != Some(0));
    }
}

/// Walks every way in with every payload; gives how often the program ran and how often it refused, by way.
pub fn walk(house: &House, payloads: &[Payload], sparing: bool) -> Vec<(usize, usize)> {
    let (next, runs) = (AtomicUsize::new(0), Mutex::new(vec![(0, 0); WAYS_IN.len()]));
    let work = || {
        while let (way, Some(way_in)) = {
            let way = next.fetch_add(1, Ordering::Relaxed);
            (way, WAYS_IN.get(way))
        } {
            let visit = Visit { house, way, payloads, sparing, runs: RefCell::default() };
            (way_in.put)(&visit);
            runs.lock().unwrap()[way] = visit.runs.into_inner();
        }
    };
    // Several at once, as several analysts.
    thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    runs.into_inner().unwrap()
}
