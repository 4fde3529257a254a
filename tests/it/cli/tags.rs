//! `tags`: renaming, merging, deleting, describing, and the keys of tags.

use super::House;
use serde_json::Value;

fn tagged() -> House {
    let house = House::furnished();
    house.ok(&["tag", "+supply", "--", "紛失"]);
    house.ok(&["tag", "+supply/若宮", "+later", "--", "誤送信"]);
    house
}

fn list(house: &House) -> Vec<(String, u64, u64)> {
    let tags: Vec<Value> = serde_json::from_str(&house.ok(&["tags", "--json"])).unwrap();
    let n = |t: &Value, key: &str| t[key].as_u64().unwrap();
    tags.iter().map(|t| (t["tag"].as_str().unwrap().to_owned(), n(t, "count"), n(t, "own"))).collect()
}

#[test]
fn a_tag_counts_with_those_below_it() {
    let house = tagged();
    let row = |t: &str, count, own| (t.to_owned(), count, own);
    assert_eq!(list(&house), [row("supply", 3, 1), row("later", 2, 2), row("supply/若宮", 2, 2)]);
    assert_eq!(house.ok(&["tags"]), "3  supply\n2  later\n2  supply/若宮\n");
}

#[test]
fn a_renamed_tag_takes_along_what_is_below_it_and_comes_back() {
    let house = tagged();
    let said = house.ok(&["tags", "rename", "supply", "chain/supply"]);
    assert!(said.starts_with("renamed tag supply to chain/supply on 3 incidents\n"), "{said}");
    assert_eq!(house.ids(&["tag:chain/supply/若宮"]).len(), 2);
    assert_eq!(house.ids(&["tag:supply"]), Vec::<String>::new());
    house.ok(&["undo"]);
    assert_eq!(house.ids(&["tag:supply"]).len(), 3);
    house.ok(&["redo"]);
    assert_eq!(list(&house)[0].0, "chain/supply");
    house.run(&["tags", "rename", "chain", "later"]).failed(1, &["`later` is in use", "tags merge chain later"]);
    house.run(&["tags", "rename", "latr", "x"]).failed(1, &["did you mean `later`?"]);
    house.run(&["tags", "rename", "later", "later"]).failed(2, &["has that name already"]);
    house.run(&["tags", "merge", "later", "nowhere"]).failed(1, &["tags rename later nowhere"]);
    let long = format!("x/{}", "あ".repeat(76));
    house.run(&["tags", "rename", "chain/supply", &long]).failed(1, &["longer than 80"]);
}

#[test]
fn merged_and_deleted_tags_come_back_with_an_undo() {
    let house = tagged();
    assert!(house.ok(&["tags", "merge", "supply/若宮", "later"]).starts_with("merged tag supply/若宮 into later"));
    assert_eq!(house.ids(&["tag:later"]).len(), 2);
    house.ok(&["undo"]);
    assert_eq!(house.ids(&["tag:supply/若宮"]).len(), 2);
    house.ok(&["tags", "delete", "supply"]);
    assert_eq!(list(&house).len(), 1);
    house.ok(&["undo"]);
    assert_eq!(list(&house).len(), 3);
    assert_eq!(house.ok(&["db", "check"]).lines().count(), 1);
}

#[test]
fn what_is_said_of_a_tag_is_listed_and_undone() {
    let house = tagged();
    house.ok(&["tags", "describe", "supply", "委託先で", "起きたもの", "--colour", "red"]);
    house.ok(&["tags", "key", "supply", "s"]);
    house.ok(&["tags", "key", "later", "s"]);
    house.ok(&["tags", "describe", "unused", "まだない"]);
    let text = house.ok(&["tags"]);
    assert!(text.contains("3  supply  (red) 委託先で 起きたもの\n"), "{text}");
    assert!(text.contains("2  later   [s]\n"), "{text}");
    assert!(text.contains("0  unused  まだない\n"), "{text}");
    house.ok(&["undo", "2"]);
    let text = house.ok(&["tags"]);
    assert!(text.contains("supply  [s] (red) 委託先で 起きたもの") && !text.contains("unused"), "{text}");
    house.ok(&["tags", "key", "supply"]);
    assert!(!house.ok(&["tags"]).contains("[s]"));
    assert!(house.ok(&["tags", "key", "supply"]).contains("nothing to change on tag supply"));
    house.ok(&["tags", "rename", "supply", "contractor"]);
    assert!(house.ok(&["tags"]).contains("contractor  (red)"));
    assert!(house.ok(&["log", "--tag", "contractor"]).contains("renamed tag supply"));
    house.run(&["tags", "key", "supply", "+"]).failed(2, &["letter or a digit"]);
    house.run(&["tags", "describe", "supply"]).failed(2, &["--colour"]);
}
