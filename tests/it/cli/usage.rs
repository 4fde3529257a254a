//! Wrong calls: exit code 2, what is wrong, and what would be right.

use super::House;
use std::fs;

#[test]
fn a_wrong_call_says_what_would_be_right() {
    let house = House::furnished();
    for (args, words) in [
        (&["frobnicate"][..], &["frobnicate"][..]),
        (&["list", "--format", "xls"], &["xls", "ndjson", "tsv"]),
        (&["list", "--columns", "id,titel"], &["titel", "title", "exposure"]),
        (&["list", "--sort", "size"], &["published people org"]),
        (&["list", "-件名"], &["--"]),
        (&["export", "--format", "pdf"], &["pdf", "markdown"]),
        (&["export"], &["--format"]),
        (&["export", "--format", "csv", "--overwrite"], &["--output"]),
        (&["show"], &["ID"]),
        (&["tag", "+a"], &["no query"]),
        (&["tag", "+a", "--"], &["no query"]),
        (&["tag", "+a", "--", " "], &["no query"]),
        (&["tag", "+a", "--", "sort:people"], &["no query"]),
        (&["tag", "+a", "--", "sort：people"], &["no query"]),
        (&["status", "done", "--", "(sort:org)"], &["no query"]),
        (&["tag", "+a", "誤送信"], &["after `--`"]),
        (&["tag", "--", "誤送信"], &["no tag"]),
        (&["tag", "+a;b", "--", "誤送信"], &["a;b"]),
        (&["status", "finished", "--", "x"], &["finished", "dismissed"]),
        (&["status", "done"], &["no query"]),
        (&["undo", "0"], &["0"]),
        (&["list", "--lang", "fr"], &["fr", "en, ja"]),
        (&["ingest"], &["PATH"]),
        (&["ingest", "--year", "24", "x"], &["24"]),
    ] {
        let ran = house.run(args);
        ran.failed(2, words);
        assert_eq!(ran.out, "", "{args:?}");
    }
    house.run(&["undo", "--as", " "]).failed(2, &["--as"]);
    assert_eq!(house.ok(&["log"]), "", "nothing was changed");
}

#[test]
fn a_wrong_query_is_pointed_at() {
    let house = House::furnished();
    for args in [&["list", "誤送信", "titel:紛失"][..], &["export", "--format", "csv", "誤送信", "titel:紛失"]]
    {
        let ran = house.run(args);
        ran.failed(2, &["title", "  誤送信 titel:紛失\n", "\n         ^"]);
    }
    house.run(&["tag", "+a", "--", "(誤送信"]).failed(2, &["^"]);
    house.run(&["log", "published:soon"]).failed(2, &["soon", "^"]);
}

#[test]
fn reading_makes_no_case_book() {
    let house = House::new();
    for args in [&["list"][..], &["show", "x"], &["tag", "+a", "--", "x"], &["log"], &["undo"], &["db", "check"]] {
        house.run(args).failed(1, &["cases.db", "jikenbo ingest"]);
    }
    assert!(!house.path("cases.db").exists());
}

#[test]
fn the_case_book_is_where_flag_environment_and_configuration_say() {
    let house = House::furnished();
    let path = |p: &str| house.path(p).display().to_string() + "\n";
    assert_eq!(house.ok(&["db", "path"]), path("cases.db"));
    assert_eq!(house.ok(&["db", "path", "--db", "other.db"]), "other.db\n");
    house.write(".config/jikenbo/config.toml", "db = \"~/mine.db\"\n");
    let output = house.command(&["db", "path"]).env_remove("JIKENBO_DB").output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), path("mine.db"));
    assert!(house.ok(&["db", "check"]).contains("documents=1 incidents=3 operations=0"));
}

#[test]
fn a_wrong_configuration_names_its_line() {
    let house = House::new();
    let config = house.write("c.toml", "lang = \"en\"\n\ncolour = true\n");
    house.run(&["--config", &config, "list"]).failed(1, &["c.toml:3: ", "colour"]);
    house.run(&["config", "check", "--config", &config]).failed(1, &["c.toml:3: "]);
    house.run(&["list", "--config", "missing.toml"]).failed(1, &["missing.toml"]);
    assert!(house.ok(&["config", "check"]).contains("defaults"));
    let path = house.ok(&["config"]);
    assert!(house.ok(&["config", "init"]).contains(path.trim_end()));
    house.run(&["config", "init"]).failed(1, &["kept"]);
    assert!(house.ok(&["config", "check"]).contains("right"));
    assert!(house.ok(&["man", "--config", &config]).contains(".SH COMMANDS"));
}

#[test]
fn the_workbench_wants_a_terminal() {
    let house = House::new();
    house.run(&[]).failed(1, &["terminal", "jikenbo list"]);
    assert!(!house.path("cases.db").exists());
}

#[test]
fn control_characters_of_a_notice_reach_no_terminal_format() {
    let house = House::new();
    let digest = house.write("evil.txt", super::DIGEST.replace("潮路市 申請書", "潮路市 \u{1b}[31m\u{202e}申請書"));
    house.run(&["ingest", &digest]);
    let id = house.ids(&["申請書"]).remove(0);
    for args in [&["list"][..], &["show", &id], &["show", "--json", &id], &["export", "--format", "markdown"]] {
        let out = house.ok(args);
        assert!(!out.contains(['\u{1b}', '\u{202e}']), "{args:?}: {out}");
    }
}

#[test]
fn synthetic_digests_are_made_and_can_be_read() {
    let house = House::new();
    let made = house.ok(&["gen", "--incidents", "40", "--seed", "7", "in"]);
    assert!(made.contains(" incidents=40 "), "{made}");
    let ran = house.run(&["ingest", "in"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    house.run(&["gen", "--incidents", "40", "in"]).failed(1, &["exists already"]);
}

#[test]
fn completions_and_the_manual_page_name_every_command() {
    let house = House::new();
    let (bash, man) = (house.ok(&["completions", "bash"]), house.ok(&["man"]));
    for command in ["demo", "ingest", "list", "show", "tag", "status", "note", "undo", "redo", "log", "export", "gen"] {
        assert!(bash.contains(command), "{command}");
        assert!(man.contains(&format!("jikenbo {command}")), "{command}");
    }
    assert!(fs::read_dir(house.path("")).unwrap().next().is_none(), "nothing was written");
}
