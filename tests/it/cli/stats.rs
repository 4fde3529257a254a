//! `stats`: counts of what a query finds, with bars, in both languages and as JSON.

use super::House;
use crate::support::pty::Pty;
use jikenbo::text::{AmbiguousWidth, width};
use serde_json::{Value, json};

/// Standard output under a locale.
fn under(house: &House, locale: &str, args: &[&str]) -> String {
    let out = house.command(args).env("LC_ALL", locale).output().unwrap();
    assert!(out.status.success(), "{out:?}");
    String::from_utf8(out.stdout).unwrap()
}

fn json_of(house: &House, args: &[&str]) -> Value {
    serde_json::from_str(&house.ok(&[&["stats", "--json"], args].concat())).unwrap()
}

#[test]
fn months_have_bars_of_what_the_locale_can_draw() {
    let house = House::furnished();
    let bar = |sign: &str, n: usize| sign.repeat(n);
    // 80 columns: 7 of the label, 1 of the count, 4 between; a bar is at most 60 long.
    let expected = |full: String, half: String| {
        format!("3 incidents by month\n2024-05  1  {half}\n2024-06  2  {full}\n{}", told(&house))
    };
    assert_eq!(house.ok(&["stats"]), expected(bar("#", 60), bar("#", 30)));
    assert_eq!(under(&house, "C.UTF-8", &["stats"]), expected(bar("█", 60), bar("█", 30)));
    assert_eq!(under(&house, "C.UTF-8", &["stats", "--plain", "--by", "month"]), house.ok(&["stats"]));
    let asked = house.ok(&["stats", "誤送信", "--by", "status"]);
    assert!(
        asked.starts_with(&format!("2 incidents by status\nnew  2  {}\npeople affected: ", bar("#", 60))),
        "{asked}"
    );
}

/// Every record of a query, as `list` tells it.
fn records(house: &House, query: &[&str]) -> Vec<Value> {
    let lines = house.ok(&[&["list", "--format", "ndjson"], query].concat());
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The stated number of people.
fn people(record: &Value) -> Option<u64> {
    record["affected"]["count"].as_u64().filter(|_| record["affected"]["unit"] == "people")
}

/// Days from one of a record's moments to another, both told to the day.
fn days(from: &Value, to: &Value) -> Option<u32> {
    let day = |v: &Value| v.as_str()?.get(..10)?.parse::<chrono::NaiveDate>().ok();
    u32::try_from((day(to)? - day(from)?).num_days()).ok()
}

/// How many, the middle one and the ninth of ten, by another way than the program's.
fn spread(days: impl Iterator<Item = Option<u32>>) -> Value {
    let mut all: Vec<u32> = days.flatten().collect();
    all.sort();
    let at = |share: f64| all.get(((all.len() as f64 * share).ceil() as usize).max(1) - 1);
    json!({ "stated": all.len(), "median": at(0.5), "p90": at(0.9) })
}

fn measures(records: &[&Value]) -> serde_json::Map<String, Value> {
    let stated: Vec<u64> = records.iter().filter_map(|r| people(r)).collect();
    let sum = (!stated.is_empty()).then(|| stated.iter().sum::<u64>());
    let noticed = records.iter().map(|r| days(&r["occurred"]["from"], &r["discovered"]));
    let told = json!({
        "incidents": records.len(), "people": sum, "people_stated": stated.len(), "days_to_discovery": spread(noticed),
        "days_to_publication": spread(records.iter().map(|r| days(&r["discovered"], &r["published"]))),
    });
    told.as_object().unwrap().clone()
}

/// The lines below the bars.
fn told(house: &House) -> String {
    let all = records(house, &[]);
    let m = measures(&all.iter().collect::<Vec<_>>());
    let day = |v: &Value| if *v == 1 { "1 day".to_owned() } else { format!("{v} days") };
    let spread = |what: &str, v: &Value| match v["stated"].as_u64() {
        Some(0) => format!("{what}: not stated\n"),
        _ => {
            let (median, p90, stated) = (day(&v["median"]), day(&v["p90"]), &v["stated"]);
            format!("{what}: median {median}, nine in ten within {p90} (stated by {stated} of {})\n", all.len())
        }
    };
    let people = match m["people"].as_u64() {
        None => "people affected: not stated\n".to_owned(),
        Some(n) => format!(
            "people affected: {}, stated by {} of {}\n",
            jikenbo::lang::grouped(n),
            m["people_stated"],
            all.len()
        ),
    };
    people
        + &spread("from occurrence to discovery", &m["days_to_discovery"])
        + &spread("from discovery to publication", &m["days_to_publication"])
}

#[test]
fn tables_agree_with_the_list_of_the_same_query() {
    let house = House::new();
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/sample");
    assert_eq!(house.run(&["ingest", sample]).code, Some(0));
    house.ok(&["tag", "+a", "+b/c", "--", "漏"]);
    for query in [&["kind:any", "status:any"][..], &[], &["tag:a"]] {
        let all = records(&house, query);
        assert!(all.len() > 2);
        for (by, of) in [
            (
                "month",
                (|r| vec![r["published"].as_str().map_or(Value::Null, |d| d[..7].into())]) as fn(&Value) -> Vec<Value>,
            ),
            ("action", |r| r["actions"].as_array().unwrap().clone()),
            ("tag", |r| r["tags"].as_array().unwrap().clone()),
            ("data", |r| r["data_types"].as_array().unwrap().clone()),
            ("kind", |r| vec![r["kind"].clone()]),
        ] {
            let values = |r: &Value| if of(r).is_empty() { vec![Value::Null] } else { of(r) };
            let args = [&["stats", "--format", "json", "--by", by, "--by", "status"], query].concat();
            let table: Value = serde_json::from_str(&house.ok(&args)).unwrap();
            assert_eq!(table["by"], json!([by, "status"]));
            assert_eq!(table["total"], Value::Object(measures(&all.iter().collect::<Vec<_>>())), "{by} {query:?}");
            let columns = table["columns"].as_array().unwrap();
            let mut told = 0;
            for row in table["rows"].as_array().unwrap() {
                let within: Vec<&Value> = all.iter().filter(|r| values(r).contains(&row["label"])).collect();
                told += within.len();
                for (name, value) in measures(&within) {
                    assert_eq!(row[&name], value, "{by} {} {name}", row["label"]);
                }
                for (column, cell) in columns.iter().zip(row["cells"].as_array().unwrap()) {
                    let both = within.iter().filter(|r| r["status"] == column["label"]).count();
                    assert_eq!(*cell, both, "{by} {} {}", row["label"], column["label"]);
                }
            }
            assert_eq!(told, all.iter().map(|r| values(r).len()).sum::<usize>(), "{by} {query:?}");
        }
    }
}

#[test]
fn tables_are_aligned_and_never_run_as_formulas_or_markup() {
    let house = House::furnished();
    house.ok(&["tag", "+=cmd", "+全角の長い名前のタグ", "--", "誤送信"]);
    let table = house.ok(&["stats", "--by", "tag", "--by", "month"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "3 incidents by tag × month");
    let end = |line: &str| width(line, AmbiguousWidth::Narrow);
    // Below the head: two tags, the untagged, the sum.
    assert!(lines[2..=5].iter().all(|l| end(l) == end(lines[1])), "{table}");
    assert!(lines[1].starts_with("tag ") && lines[1].ends_with("  2024-05  2024-06"), "{table}");
    assert!(lines[5].starts_with("total") && lines[5].ends_with("1        2"), "{table}");
    assert!(lines[6].contains("add up to more"), "{table}");
    let csv = house.ok(&["stats", "--by", "tag", "--format", "csv"]);
    let mut read = csv::Reader::from_reader(csv.as_bytes());
    let names: Vec<String> = read.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names[..5], ["row", "tag", "incidents", "people", "people_stated"]);
    let rows: Vec<Vec<String>> = read.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect();
    assert_eq!(rows.iter().map(|r| r[0].as_str()).collect::<Vec<_>>(), ["group", "group", "without", "total"]);
    assert!(rows.iter().any(|r| r[1] == "'=cmd") && rows[3][2] == "3", "{csv}");
    let markdown = house.ok(&["stats", "--by", "tag", "--format", "markdown"]);
    assert!(markdown.starts_with("| tag | incidents |") && markdown.contains("| =cmd | 2 |"), "{markdown}");
    let sums = house.ok(&["stats", "--by", "tag", "--limit", "1", "--format", "csv"]);
    assert!(sums.contains("\r\nother,,2,") && sums.contains("\r\nwithout,,1,"), "{sums}");
}

#[test]
fn what_no_table_can_be_is_refused() {
    let house = House::furnished();
    house.run(&["stats", "--by", "month,month"]).failed(2, &["two different"]);
    house.run(&["stats", "--by", "month,action,org"]).failed(2, &["two things at most"]);
    house.run(&["stats", "--by", "month,action", "--json"]).failed(2, &["--format json"]);
    house.run(&["stats", "--by", "month,action", "--format", "bars"]).failed(2, &["--format table"]);
    house.run(&["stats", "--format", "json", "--json"]).failed(2, &["--json"]);
    let nothing: Value = serde_json::from_str(&house.ok(&["stats", "無い語", "--format", "json"])).unwrap();
    let never = json!({ "stated": 0, "median": null, "p90": null });
    assert_eq!(nothing["total"]["people"], Value::Null);
    assert_eq!((&nothing["total"]["days_to_publication"], &nothing["rows"]), (&never, &json!([])));
    assert_eq!(house.ok(&["stats", "無い語", "--format", "csv"]).lines().count(), 2);
}

#[test]
fn codes_have_japanese_names_and_columns_stay_aligned() {
    let house = House::furnished();
    let english = house.ok(&["stats", "--by", "action"]);
    assert!(
        english.contains("\nerror.misdelivery  2  ##") && english.contains("\nerror.loss         1  ##"),
        "{english}"
    );
    let japanese = under(&house, "ja_JP.UTF-8", &["stats", "--by", "action"]);
    let lines: Vec<&str> = japanese.lines().collect();
    assert_eq!(lines[0], "3件の事案(種別別)");
    assert!(lines[1].starts_with("誤送付・誤送信  2  █") && lines[2].starts_with("紛失            1  █"), "{japanese}");
    let before_bar = |line: &str| width(line.split('█').next().unwrap(), AmbiguousWidth::Narrow);
    assert_eq!(before_bar(lines[1]), before_bar(lines[2]));
    let exposed = house.ok(&["stats", "--lang", "ja", "--by", "exposure"]);
    assert!(exposed.starts_with("3件の事案(漏えい別)\n確認  3  ##"), "{exposed}");
}

#[test]
fn the_rest_is_summed_up_and_json_holds_all() {
    let house = House::furnished();
    house.ok(&["tag", "+a", "+b", "--", "誤送信"]);
    house.ok(&["tag", "+b", "+c", "--", "紛失"]);
    let shown = house.ok(&["stats", "--by", "tag", "--limit", "1"]);
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "3 incidents by tag");
    assert!(lines[1].starts_with("b           3  ##") && lines[2] == "… 2 others  3", "{shown}");
    let group = |label: Value, n: u64| json!({ "label": label, "incidents": n });
    let all = json!({ "by": "tag", "incidents": 3,
        "groups": [group("b".into(), 3), group("a".into(), 2), group("c".into(), 1)] });
    assert_eq!(json_of(&house, &["--by", "tag", "--limit", "1"]), all);
    let latest = house.ok(&["stats", "--limit", "1"]);
    assert!(latest.contains("\n… earlier  1\n2024-06    2  ##"), "{latest}");
    let third = json_of(&house, &["紛失", "--by", "third_party"]);
    assert_eq!(third, json!({ "by": "third_party", "incidents": 1, "groups": [group(Value::Null, 1)] }));
}

#[test]
fn nothing_found_is_no_error_and_a_wrong_query_is_one() {
    let house = House::furnished();
    assert_eq!(house.ok(&["stats", "存在しない語"]), "nothing matches\n");
    assert_eq!(json_of(&house, &["存在しない語"]), json!({ "by": "month", "incidents": 0, "groups": [] }));
    house.run(&["stats", "titel:紛失"]).failed(2, &["title", "^"]);
    house.run(&["stats", "--by", "colour"]).failed(2, &["colour", "third_party", "exposure"]);
    house.run(&["stats", "--limit", "0"]).failed(2, &["--limit"]);
    House::new().run(&["stats"]).failed(1, &["cases.db", "jikenbo ingest"]);
}

#[test]
fn lines_fit_a_terminal_and_are_whole_in_a_pipe() {
    let house = House::furnished();
    let name = "個人情報の取扱いに関する長い名前のタグ";
    house.ok(&["tag", &format!("+{name}/{name}"), "--", "誤送信"]);
    let (home, db) = (house.path(""), house.path("cases.db"));
    let env = [("HOME", home.to_str().unwrap()), ("JIKENBO_DB", db.to_str().unwrap()), ("LC_ALL", "C.UTF-8")];
    for columns in [40, 100] {
        let program = assert_cmd::cargo::cargo_bin!("jikenbo");
        let mut pty =
            Pty::start(program.to_str().unwrap(), &["stats", "--by", "tag", "--color", "never"], &env, columns, 24);
        pty.wait_for("to publication");
        assert!(pty.wait_for_exit().success());
        let rows: Vec<String> = pty.rows().into_iter().filter(|r| !r.is_empty()).collect();
        let below = rows.iter().position(|r| r.starts_with("people affected")).unwrap();
        assert_eq!(below, 3, "no line is broken: {rows:?}");
        assert!(rows[1].contains("  2  ████████") && rows[2].contains("  1  ████"), "{rows:?}");
    }
    assert!(house.ok(&["stats", "--by", "tag"]).contains(&format!("{name}/{name}  2  ##")));
}
