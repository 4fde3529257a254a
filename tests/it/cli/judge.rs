//! `correct` and `review`: what analysts say counts everywhere, outlives a new ingest, and can be taken back.

use super::House;
use serde_json::{Value, json};

fn record(house: &House, id: &str) -> Value {
    serde_json::from_str(&house.ok(&["show", "--json", id])).unwrap()
}

/// A house and the id of its loss.
fn lost() -> (House, String) {
    let house = House::furnished();
    let id = house.ids(&["title:紛失"]).remove(0);
    (house, id)
}

#[test]
fn a_corrected_value_counts_everywhere() {
    let (house, id) = lost();
    let said = house.ok(&["correct", &id, "org=渡瀬書房（仮）", "affected=約2,000人", "kind=claim"]);
    assert!(said.contains("corrected affected of 1 incident to about 2000 people"), "{said}");
    assert!(said.ends_with("`jikenbo undo 3` takes them back\n"), "{said}");
    let r = record(&house, &id);
    assert_eq!(
        (&r["org"], &r["kind"], &r["affected"]["count"]),
        (&json!("渡瀬書房（仮）"), &json!("claim"), &json!(2000))
    );
    let org = &r["corrections"]["org"];
    assert_eq!((&org["parsed"], &org["by"]), (&json!("株式会社渡瀬書房"), &json!("hanako")));
    assert_eq!(r["corrections"]["affected"]["parsed"]["count"], 1660);
    for query in ["org:仮", "people>=2000", "kind:claim", "is:corrected", "by:hanako"] {
        assert_eq!(house.ids(&[query]), std::slice::from_ref(&id), "{query}");
    }
    assert_eq!(house.ids(&["people=1660"]), Vec::<String>::new());
    assert_eq!(house.ids(&["sort:-people"])[0], id);
    let csv = house.ok(&["export", "--format", "csv", "is:corrected"]);
    assert!(csv.contains("渡瀬書房（仮）") && csv.contains(",2000,") && csv.contains("kind;org;affected"), "{csv}");
    assert!(house.ok(&["list"]).contains("渡瀬書房（仮）"));
    let shown = house.ok(&["show", &id]);
    assert!(shown.contains("(corrected by hanako, parsed was 1660 people)"), "{shown}");
    let log = house.ok(&["log", "is:corrected"]);
    assert!(log.contains("corrected org of 1 incident to 渡瀬書房（仮） (was 株式会社渡瀬書房)"), "{log}");
    house.ok(&["undo", "3"]);
    let back = record(&house, &id);
    assert_eq!((&back["org"], &back["kind"]), (&json!("株式会社渡瀬書房"), &json!("incident")));
    assert_eq!((&back["affected"]["count"], &back["corrections"]), (&json!(1660), &json!({})));
    assert_eq!(house.ids(&["people=1660"]), [id]);
    assert_eq!(house.ok(&["db", "check"]).lines().count(), 1);
}

#[test]
fn unknown_is_a_value_and_a_correction_can_be_dropped() {
    let (house, id) = lost();
    house.ok(&["correct", &id, "affected=", "police=false", "actions=null"]);
    let r = record(&house, &id);
    assert_eq!((&r["affected"], &r["police"], &r["actions"]), (&Value::Null, &json!(false), &json!([])));
    assert_eq!(r["corrections"]["actions"]["value"], json!([]));
    assert!(house.ok(&["show", &id]).contains("affected          unknown  (corrected by hanako"));
    house.ok(&["--as", "aya", "correct", &id, "--drop", "affected"]);
    assert_eq!(record(&house, &id)["affected"]["count"], 1660);
    assert!(house.ok(&["correct", &id, "--drop", "affected"]).contains("nothing to change"));
    // The later of two analysts wins, and both stand in the log.
    house.ok(&["correct", &id, "org=甲社"]);
    house.ok(&["--as", "aya", "correct", &id, "org=乙社"]);
    assert!(house.ok(&["undo"]).contains("; 1 keeps aya's later org 乙社"));
    assert_eq!(record(&house, &id)["corrections"]["org"]["by"], "aya");
}

#[test]
fn a_rejected_value_is_not_used() {
    let (house, id) = lost();
    assert!(house.ok(&["review", &id, "affected", "rejected"]).contains("rejected affected of 1 incident"));
    house.ok(&["review", &id, "org", "accepted"]);
    let r = record(&house, &id);
    assert_eq!((&r["affected"], &r["reviewed"]), (&Value::Null, &json!({"affected": "rejected", "org": "accepted"})));
    assert_eq!((&r["rejected"]["affected"]["count"], &r["corrections"]), (&json!(1660), &json!({})));
    assert_eq!(house.ids(&["people>0 title:紛失"]), Vec::<String>::new());
    assert_eq!(house.ids(&["is:reviewed"]), std::slice::from_ref(&id));
    let shown = house.ok(&["show", &id]);
    assert!(shown.contains("unknown  (rejected, parsed was 1660 people)"), "{shown}");
    assert!(shown.contains("accepted)"), "{shown}");
    assert!(house.ok(&["export", "--format", "markdown", "is:reviewed"]).contains("| affected | unknown | rejected |"));
    // A correction stands in its place, verdict or not.
    house.ok(&["correct", &id, "affected=5"]);
    assert_eq!(record(&house, &id)["affected"]["count"], 5);
    house.ok(&["undo"]);
    house.ok(&["review", &id, "affected", "none"]);
    assert_eq!(record(&house, &id)["affected"]["count"], 1660);
}

#[test]
fn what_analysts_said_outlives_a_new_ingest() {
    let (house, id) = lost();
    house.ok(&["correct", &id, "affected=1700 people", "org=渡瀬"]);
    house.ok(&["review", &id, "published", "rejected"]);
    let revised = super::DIGEST.replace("会員1,660名分", "会員1,690名分");
    let path = house.write("2024-06.txt", revised);
    assert!(house.ok(&["ingest", &path]).contains("updated=1"));
    let r = record(&house, &id);
    assert_eq!((&r["affected"]["count"], &r["org"], &r["published"]), (&json!(1700), &json!("渡瀬"), &Value::Null));
    assert_eq!(r["corrections"]["affected"]["parsed"]["count"], 1690, "what the parser finds now");
    let shown = house.ok(&["show", &id]);
    assert!(shown.contains("revised\n  affected  1660 people until "), "{shown}");
    assert!(shown.contains("parsed was 1690 people"), "{shown}");
    house.ok(&["correct", &id, "--drop", "affected"]);
    assert_eq!(record(&house, &id)["affected"]["count"], 1690);
    assert_eq!(house.ids(&["people=1690"]), [id]);
    // The headline that the analyst changed is still the one that the incident is recognised by.
    let path = house.write("2024-06.txt", super::DIGEST.replace("USBメモリの紛失について", "端末の紛失"));
    assert!(house.ok(&["ingest", &path]).contains("new=0"));
    assert_eq!(house.ok(&["db", "check"]).lines().count(), 1);
}

#[test]
fn wrong_calls_are_refused_and_change_nothing() {
    let (house, id) = lost();
    for (args, words) in [
        (&["correct", &id, "kind=clam"][..], &["did you mean `claim`?"][..]),
        (&["correct", &id, "org=甲", "actions=loss"], &["did you mean `error.loss`?"]),
        (&["correct", &id, "afected=5"], &["did you mean `affected`?"]),
        (&["correct", &id, "published=May"], &["write a day, as 2024-05-28"]),
        (&["correct", &id], &["nothing to correct"]),
        (&["review", &id, "kind", "rejected"], &["kind=…"]),
        (&["review", &id, "affected", "maybe"], &["accepted", "rejected", "none"]),
    ] {
        house.run(args).failed(2, words);
    }
    house.run(&["correct", "zzzzzzzzzzzz", "org=x"]).failed(1, &["zzzzzzzzzzzz"]);
    assert_eq!(house.ok(&["log", "--json"]), "[]\n");
    let help = house.ok(&["correct", "--help"]);
    assert!(help.contains("affected") && help.contains("約1,200人") && help.contains("--drop"), "{help}");
}
