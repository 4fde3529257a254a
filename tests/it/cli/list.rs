//! `list`, `show` and `demo`: the query's words, the forms, the columns.

use super::House;
use crate::support::pty::Pty;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

#[test]
fn newest_first_in_an_aligned_table() {
    let house = House::furnished();
    let table = house.ok(&["list", "--columns", "published,people,org,title"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("published   "), "{table}");
    let days: Vec<&str> = lines[1..].iter().map(|l| &l[..10]).collect();
    assert_eq!(days, ["2024-06-06", "2024-06-03", "2024-05-28"]);
    let before_title = |line: &str, title: &str| {
        let at = line.find(title).unwrap_or_else(|| panic!("{title} in {line}"));
        jikenbo::text::width(&line[..at], jikenbo::text::AmbiguousWidth::Narrow)
    };
    assert_eq!(before_title(lines[1], "申請書の"), before_title(lines[2], "USBメモリの"));
}

#[test]
fn flags_stand_anywhere_and_dashed_words_after_two_dashes() {
    let house = House::furnished();
    let all = house.ids(&["誤送信"]);
    assert_eq!(all.len(), 2);
    let out = house.ok(&["list", "誤送信", "--format", "ids", "--", "-件名"]);
    assert_eq!(out.lines().collect::<Vec<_>>(), [&all[0]]);
    assert_eq!(house.ok(&["list", "誤送信", "NOT", "件名", "--format", "ids"]), out);
}

#[test]
fn every_form_tells_the_same_incidents() {
    let house = House::furnished();
    let ids = house.ids(&[]);
    let of = |v: &serde_json::Value| v["id"].as_str().unwrap().to_owned();
    let array: Vec<serde_json::Value> = serde_json::from_str(&house.ok(&["list", "--format", "json"])).unwrap();
    assert_eq!(array.iter().map(of).collect::<Vec<_>>(), ids);
    let lines = house.ok(&["list", "--format", "ndjson"]);
    assert_eq!(lines.lines().map(|l| of(&serde_json::from_str(l).unwrap())).collect::<Vec<_>>(), ids);
    let csv = house.ok(&["list", "--format", "csv", "--columns", "id,org"]);
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|r| r[0].to_owned()).collect::<Vec<_>>(), ids);
    assert_eq!(&rows[2][1], "'=SUM(1+1)株式会社");
    let tsv = house.ok(&["list", "--format", "tsv", "--columns", "id,line"]);
    assert_eq!(tsv.lines().next(), Some("id\tline"));
    assert_eq!(tsv.lines().nth(1), Some(format!("{}\t1", ids[0]).as_str()));
    let chosen = house.ok(&["list", "--format", "ndjson", "--columns", "people,tags,third", "--limit", "1"]);
    assert_eq!(chosen, "{\"people\":30,\"tags\":[],\"third\":null}\n");
}

#[test]
fn a_terminal_gets_lines_that_fit_and_a_pipe_whole_cells() {
    let house = House::furnished();
    house.ok(&["tag", "+supply/若宮印刷/封入", "--", "status:new"]);
    let home = house.path("");
    let db = house.path("cases.db");
    let env = [("HOME", home.to_str().unwrap()), ("JIKENBO_DB", db.to_str().unwrap())];
    for columns in [40, 80, 120] {
        let program = assert_cmd::cargo::cargo_bin!("jikenbo");
        let mut pty = Pty::start(program.to_str().unwrap(), &["list", "--color", "never"], &env, columns, 24);
        pty.wait_for("2024-05-28");
        assert!(pty.wait_for_exit().success());
        let rows: Vec<String> = pty.rows().into_iter().filter(|r| !r.is_empty()).collect();
        assert_eq!(rows.len(), 4, "no line is broken: {rows:?}");
        assert_eq!(rows[0].contains("title"), columns >= 80, "{rows:?}");
        assert!(rows[0].starts_with("id  ") && rows[1].contains("潮路市"), "{rows:?}");
    }
    assert!(house.ok(&["list"]).contains("  supply/若宮印刷/封入"));
}

#[test]
fn nothing_found_is_no_error() {
    let house = House::furnished();
    for (form, expected) in [("ids", ""), ("ndjson", ""), ("json", "[]\n"), ("csv", "id\r\n"), ("tsv", "id\n")] {
        let columns: &[&str] = if form == "csv" || form == "tsv" { &["--columns", "id"] } else { &[] };
        assert_eq!(house.ok(&[&["list", "存在しない語", "--format", form], columns].concat()), expected, "{form}");
    }
}

#[test]
fn order_and_limit() {
    let house = House::furnished();
    let people = |args: &[&str]| house.ok(&[&["list", "--format", "tsv", "--columns", "people"], args].concat());
    assert_eq!(people(&["--sort", "people"]), "people\n12\n30\n1660\n");
    assert_eq!(people(&["--sort", "-people", "--limit", "1"]), "people\n1660\n");
    assert_eq!(people(&["sort:-people"]), "people\n1660\n30\n12\n");
}

#[test]
fn an_id_may_be_cut_short_while_it_is_unique() {
    let house = House::furnished();
    let ids = house.ids(&[]);
    let unique = (1..).map(|n| &ids[0][..n]).find(|p| ids.iter().filter(|i| i.starts_with(p)).count() == 1).unwrap();
    let shown = house.ok(&["show", unique]);
    assert!(shown.contains(&ids[0]) && shown.contains("申請書の誤送信について"), "{shown}");
    house.run(&["show", "zzzzzzzzzzzz"]).failed(1, &["zzzzzzzzzzzz"]);
}

#[test]
fn show_gives_facts_and_their_proof() {
    let house = House::furnished();
    let ids = house.ids(&[]);
    let shown = house.ok(&["show", "--evidence", &ids[0]]);
    for words in ["30 people", "timeline", "「潮路市」", "2024-06.txt:1"] {
        assert!(shown.contains(words), "no {words} in: {shown}");
    }
    let json = house.ok(&["show", "--json", &ids[1], &ids[0]]);
    let read: Vec<jikenbo::domain::Record> = json.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(read.iter().map(|r| r.id.to_string()).collect::<Vec<_>>(), [ids[1].clone(), ids[0].clone()]);
    for r in &read {
        for span in r.facts.evidence.values().flatten() {
            assert!(span.of(&r.text).is_some(), "{span:?}");
        }
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let house = House::new();
    let entry = |n: usize| {
        let body = "お客様の情報を含む書類を誤送信しました。\n".repeat(20);
        format!(
            "【セキュリティ事件簿#2024-{n}】潮路市第{n}課 書類の誤送信について 2024/6/6\n\n{body}\nリリース文アーカイブ\n"
        )
    };
    let digest = house.write("many.txt", (100..400).map(entry).collect::<String>());
    house.run(&["ingest", &digest]);
    for args in
        [&["list", "--format", "ndjson"][..], &["export", "--format", "csv"], &["export", "--format", "markdown"]]
    {
        let mut child = house.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::with_capacity(64, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{args:?}");
        assert!(!line.is_empty());
    }
}

#[test]
fn the_demo_lists_its_sample_where_there_is_no_terminal() {
    let house = House::new();
    let out = house.ok(&["demo"]);
    assert!(out.lines().count() > 40, "{out}");
    assert!(out.contains("supply/若宮印刷") && out.contains("In a terminal"), "{out}");
    assert!(!house.path("cases.db").exists());
}
