//! `tag`, `status`, `note`, `undo`, `redo` and `log`.

use super::House;
use serde_json::Value;

fn tags(house: &House, query: &str) -> Vec<String> {
    house.ok(&["list", query, "--format", "tsv", "--columns", "tags"]).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn tags_come_and_go_and_come_back() {
    let house = House::furnished();
    let out = house.ok(&["tag", "+supply/海鳴", "+later", "--", "誤送信"]);
    assert!(out.contains('2') && out.contains("`jikenbo undo`"), "{out}");
    assert_eq!(tags(&house, "誤送信"), ["later;supply/海鳴", "later;supply/海鳴"]);
    assert_eq!(house.ids(&["tag:supply"]).len(), 2);
    house.ok(&["tag", "-later", "--as", "taro", "--", "誤送信", "-件名"]);
    assert_eq!(tags(&house, "誤送信"), ["supply/海鳴", "later;supply/海鳴"]);

    // Each analyst undoes their own.
    assert!(house.ok(&["undo", "--as", "jiro"]).contains("nothing to undo"));
    house.ok(&["undo", "--as", "taro"]);
    assert_eq!(tags(&house, "誤送信"), ["later;supply/海鳴", "later;supply/海鳴"]);
    house.ok(&["undo"]);
    assert_eq!(tags(&house, "誤送信"), ["", ""]);
    house.ok(&["redo"]);
    assert_eq!(tags(&house, "誤送信"), ["later;supply/海鳴", "later;supply/海鳴"]);
    assert!(house.ok(&["redo", "3"]).contains("nothing to redo"));
}

#[test]
fn what_changes_nothing_says_so() {
    let house = House::furnished();
    assert!(house.ok(&["tag", "+a", "--", "存在しない語"]).contains("nothing matches"));
    house.ok(&["tag", "+a", "--", "誤送信"]);
    let again = house.ok(&["tag", "+a", "--", "誤送信"]);
    assert!(again.contains("there is nothing to undo") && !again.contains("takes it back"), "{again}");
    let nothing = house.ok(&["tag", "+a", "--", "存在しない語"]);
    assert!(nothing.contains("there is nothing to undo"), "{nothing}");
    let log: Vec<Value> = serde_json::from_str(&house.ok(&["log", "--json"])).unwrap();
    assert_eq!(log.len(), 1);
}

#[test]
fn log_and_undo_name_the_incident_where_it_is_one() {
    let house = House::furnished();
    let id = house.ids(&["紛失"]).remove(0);
    house.ok(&["tag", "+a", "--", &format!("id:{id}")]);
    house.ok(&["tag", "+b", "--", "誤送信"]);
    let log = house.ok(&["log"]);
    let lines: Vec<&str> = log.lines().collect();
    let named = format!("  [{id} ");
    assert!(lines[1].contains(&named) && !lines[0].contains(" ["), "{log}");
    assert!(lines.iter().all(|line| line.contains("+09:00  ")), "in the time that --since is in: {log}");
    assert!(!house.ok(&["undo"]).contains(" ["));
    let undone = house.ok(&["undo"]);
    assert!(undone.contains(&named), "{undone}");
}

#[test]
fn a_status_is_set_with_or_without_dashes() {
    let house = House::furnished();
    house.ok(&["status", "done", "紛失"]);
    house.ok(&["status", "dismissed", "--", "誤送信", "-件名"]);
    assert_eq!(house.ids(&["status:done"]).len(), 1);
    assert_eq!(house.ids(&[]).len(), 2, "what is dismissed is hidden");
    assert_eq!(house.ids(&["status:any"]).len(), 3);
    house.ok(&["undo", "2"]);
    assert_eq!(house.ids(&["status:new"]).len(), 3);
}

#[test]
fn a_note_is_given_as_words_or_piped_in() {
    let house = House::furnished();
    let id = house.ids(&["紛失"]).remove(0);
    house.ok(&["note", &id, "本社に", "確認する"]);
    assert_eq!(house.run_with(&["note", &id[..11]], "二行の\n覚え書き\n".as_bytes()).code, Some(0));
    let shown = house.ok(&["show", &id]);
    assert!(shown.contains("hanako: 本社に 確認する") && shown.contains("覚え書き"), "{shown}");
    assert_eq!(house.ids(&["note:確認"]), std::slice::from_ref(&id));
    house.run_with(&["note", &id], b" \n").failed(2, &["empty"]);
    house.run(&["note", "zzzzzzzzzzzz", "x"]).failed(1, &["zzzzzzzzzzzz"]);
}

#[test]
fn the_log_tells_who_did_what() {
    let house = House::furnished();
    house.ok(&["tag", "+a", "--", "紛失"]);
    house.ok(&["--as", "taro", "status", "open", "誤送信"]);
    house.ok(&["undo"]);
    let log: Vec<Value> = serde_json::from_str(&house.ok(&["log", "--json"])).unwrap();
    let who: Vec<&str> = log.iter().map(|o| o["by"].as_str().unwrap()).collect();
    assert_eq!(who, ["hanako", "taro", "hanako"], "newest first");
    assert_eq!((&log[0]["act"], &log[2]["cancelled"]), (&"undo".into(), &true.into()));
    assert_eq!(log[1]["incidents"].as_array().unwrap().len(), 2);
    let taro: Vec<Value> = serde_json::from_str(&house.ok(&["log", "--by", "taro", "--json"])).unwrap();
    assert_eq!(taro, [log[1].clone()]);
    let lost: Vec<Value> = serde_json::from_str(&house.ok(&["log", "紛失", "--json"])).unwrap();
    assert_eq!(lost.len(), 2);
    house.ok(&["status", "dismissed", "--", "紛失"]);
    let hidden: Vec<Value> = serde_json::from_str(&house.ok(&["log", "紛失", "--json"])).unwrap();
    assert_eq!(hidden.len(), 3, "also what is dismissed by now");
    house.ok(&["undo"]);
    let open: Vec<Value> = serde_json::from_str(&house.ok(&["log", "紛失", "status:dismissed", "--json"])).unwrap();
    assert_eq!(open, Vec::<Value>::new());
    let of_tag: Vec<Value> = serde_json::from_str(&house.ok(&["log", "--tag", "a", "--json"])).unwrap();
    assert_eq!(of_tag.len(), 2, "the change and its undo");
    assert_eq!(house.ok(&["log", "--since", "1d", "--until", "2999"]).lines().count(), 5);
    assert_eq!(house.ok(&["log", "--until", "2020"]), "");
    assert_eq!(house.ok(&["log", "--since", "2999-01-01"]), "");
    house.run(&["log", "--since", "soon"]).failed(2, &["--since", "`soon` is no date"]);
    house.run(&["log", "--tag", "a;b"]).failed(2, &["is no tag"]);
    let status = log[1]["was"].as_array().unwrap();
    assert_eq!(status, &[serde_json::json!({"value": "new", "incidents": 2})]);
    let text = house.ok(&["log"]);
    assert!(text.contains("status open on 2 incidents (was new)"), "{text}");
    assert_eq!(text.lines().count(), 5);
    assert!(text.lines().last().unwrap().contains("hanako") && text.contains("[cancelled]"), "{text}");
}

#[test]
fn the_tags_in_use_are_counted() {
    let house = House::furnished();
    assert_eq!(house.ok(&["tags"]), "");
    assert_eq!(house.ok(&["tags", "--json"]), "[]\n");
    house.ok(&["tag", "+supply/若宮", "--", "誤送信"]);
    house.ok(&["tag", "+lost", "--", "紛失"]);
    house.ok(&["status", "dismissed", "--", "紛失"]);
    assert_eq!(house.ok(&["tags"]), "2  supply/若宮\n1  lost\n", "most used first, whatever the status");
    assert_eq!(house.ok(&["tags", "list"]), house.ok(&["tags"]));
    let tags: Value = serde_json::from_str(&house.ok(&["tags", "list", "--json"])).unwrap();
    let row = |tag: &str, n: usize| serde_json::json!({"tag": tag, "count": n, "own": n, "description": null, "colour": null, "key": null});
    assert_eq!(tags, serde_json::json!([row("supply/若宮", 2), row("lost", 1)]));
    assert_eq!(house.ok(&["tags", "--json"]), house.ok(&["tags", "list", "--json"]));
}

#[test]
fn triage_outlives_a_second_ingest() {
    let house = House::furnished();
    house.ok(&["tag", "+kept", "--", "紛失"]);
    let changed = house.write("2024-06.txt", super::DIGEST.replace("遺失届を提出", "遺失届をすでに提出"));
    let out = house.ok(&["ingest", &changed]);
    assert!(out.contains(" new=0 updated=1 unchanged=2 "), "{out}");
    assert_eq!(house.ids(&["tag:kept", "すでに提出"]).len(), 1);
}

#[test]
fn an_undo_keeps_what_another_did_later_and_says_so() {
    let house = House::furnished();
    house.ok(&["status", "open", "--", "status:any"]);
    house.ok(&["--as", "aya", "status", "done", "--", "紛失"]);
    let said = "undid: status open on 3 incidents; 1 keeps aya's later status done\n";
    assert_eq!(house.ok(&["undo"]), said);
    assert_eq!((house.ids(&["status:done"]).len(), house.ids(&["status:new"]).len()), (1, 2));
    assert!(house.ok(&["log"]).lines().next().unwrap().ends_with(said.trim_end()));
    assert_eq!(house.ids(&["status:any", "by:aya"]).len(), 1);
    assert_eq!(house.ids(&["status:any", "by:hanako"]), Vec::<String>::new(), "what is undone is nobody's");
    assert!(house.ok(&["redo"]).ends_with("; 1 keeps aya's later status done\n"));
}
