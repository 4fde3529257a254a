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
    let expected =
        |full: String, half: String| format!("3 incidents by month\n2024-05  1  {half}\n2024-06  2  {full}\n");
    assert_eq!(house.ok(&["stats"]), expected(bar("#", 60), bar("#", 30)));
    assert_eq!(under(&house, "C.UTF-8", &["stats"]), expected(bar("█", 60), bar("█", 30)));
    assert_eq!(under(&house, "C.UTF-8", &["stats", "--plain", "--by", "month"]), house.ok(&["stats"]));
    let asked = house.ok(&["stats", "誤送信", "--by", "status"]);
    assert_eq!(asked, format!("2 incidents by status\nnew  2  {}\n", bar("#", 60)));
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
        pty.wait_for("(untagged)");
        assert!(pty.wait_for_exit().success());
        let rows: Vec<String> = pty.rows().into_iter().filter(|r| !r.is_empty()).collect();
        assert_eq!(rows.len(), 3, "no line is broken: {rows:?}");
        assert!(rows[1].contains("  2  ████████") && rows[2].contains("  1  ████"), "{rows:?}");
    }
    assert!(house.ok(&["stats", "--by", "tag"]).contains(&format!("{name}/{name}  2  ##")));
}
