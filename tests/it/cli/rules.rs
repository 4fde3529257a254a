//! Rules of the configuration: they tag what an ingest brings, once, and are checked.

use super::{DIGEST, House};

const RULES: &str = "\
[[rules]]
name = \"lost\"
query = \"紛失\"
tags = [\"lost\", \"media/usb\"]

[[rules]]
name = \"mail\"
query = \"action:error.misdelivery OR 誤送信\"
tags = [\"mail\"]
";

fn house() -> House {
    let house = House::new();
    house.write(".config/jikenbo/config.toml", RULES);
    house
}

#[test]
fn a_rule_acts_once_on_what_an_ingest_brings() {
    let house = house();
    let digest = house.write("2024-06.txt", DIGEST);
    let out = house.ok(&["ingest", &digest]);
    assert!(
        out.ends_with("rule:lost: tagged 1 incident lost, media/usb\nrule:mail: tagged 2 incidents mail\n"),
        "{out}"
    );
    assert_eq!(house.ids(&["tag:media", "by:rule:lost"]).len(), 1);
    assert_eq!(house.ids(&["by:rule"]).len(), 3);
    // What an analyst takes off stays off, whatever the document says later; what is new is tagged.
    house.ok(&["tag", "-lost", "--", "紛失"]);
    let more = DIGEST.replace("遺失届を提出", "遺失届をすでに提出")
        + &DIGEST.replace("渡瀬書房", "白樺書房").replace("-90", "-91");
    let digest = house.write("2024-06.txt", more);
    let out = house.ok(&["ingest", &digest]);
    assert!(out.contains("rule:lost: tagged 1 incident lost, media/usb\n"), "{out}");
    assert_eq!(house.ids(&["tag:lost"]).len(), 1);
    assert_eq!(house.ids(&["tag:lost", "白樺"]).len(), 1);
    assert!(!house.ok(&["ingest", &digest]).contains("rule:"));
    assert!(house.ok(&["undo", "--as", "rule:mail"]).starts_with("undid: tagged"));
    assert_eq!(house.ok(&["db", "check"]).lines().count(), 1);
}

#[test]
fn a_rule_whose_tags_stood_already_has_acted_too() {
    let house = House::furnished();
    house.ok(&["tag", "+lost", "+media/usb", "--", "紛失"]);
    house.write(".config/jikenbo/config.toml", RULES);
    let digest = house.write("2024-06.txt", DIGEST.replace("遺失届を提出", "遺失届をすでに提出"));
    assert!(!house.ok(&["ingest", &digest]).contains("rule:lost"), "nothing changed");
    house.ok(&["tag", "-lost", "-media/usb", "--", "紛失"]);
    let digest = house.write("2024-06.txt", DIGEST.replace("遺失届を提出", "遺失届をもう提出"));
    house.ok(&["ingest", &digest]);
    assert_eq!(house.ids(&["tag:lost"]), Vec::<String>::new());
}

#[test]
fn wrong_rules_are_told_by_their_place_and_do_nothing() {
    let house = house();
    assert!(house.ok(&["config", "check"]).contains("config.toml: right, rules=2\n"));
    let wrong = RULES.replace("action:error.misdelivery", "acton:error").replace("\"media/usb\"", "\"media//usb\"");
    house.write(".config/jikenbo/config.toml", wrong);
    let checked = house.run(&["config", "check"]);
    checked.failed(
        1,
        &["config.toml:4:18: `media//usb` is no tag", "config.toml:8:10: wrong query of rule `mail`", "action"],
    );
    let digest = house.write("2024-06.txt", DIGEST);
    let ran = house.run(&["ingest", &digest]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.err.contains("until then the rule does nothing") && !ran.out.contains("rule:"), "{ran:?}");
    assert_eq!(house.ids(&["is:untagged"]).len(), 3);
}
