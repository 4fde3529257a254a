//! `explain`: what is found in a text, where, and what it means.

use super::{House, Ran};
use serde_json::{Value, json};

fn lines(ran: &Ran) -> Vec<Value> {
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    ran.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn dates_and_counts_stand_in_the_order_of_the_text() {
    let house = House::new();
    let text = "６月４日（火）に約1,660名分の名簿を紛失し、令和６年６月３日午後３時頃まで5,000件超を公開した。";
    let found = lines(&house.run_with(&["explain", "--published", "2024-06-10", "-"], text.as_bytes()));
    for f in &found {
        let at = |i: usize| usize::try_from(f["span"][i].as_u64().unwrap()).unwrap();
        assert_eq!(&text[at(0)..at(1)], f["text"].as_str().unwrap(), "{f}");
    }
    let kinds: Vec<&str> = found.iter().map(|f| f["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["date", "count", "date", "count"], "{found:?}");
    let [day, people, clock, records] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&day["lo"], &day["hi"]), (&json!("2024-06-04"), &json!("2024-06-04")));
    assert_eq!((&day["precision"], &day["approx"]), (&json!("day"), &json!(false)));
    assert!(day["rule"].is_string());
    assert_eq!(
        [&people["lo"], &people["hi"], &people["unit"], &people["modifier"]],
        [&json!(1660), &json!(1660), &json!("people"), &json!("approx")]
    );
    assert_eq!((&clock["lo"], &clock["approx"]), (&json!("2024-06-03T15:00"), &json!(true)));
    assert_eq!((&records["lo"], &records["hi"]), (&json!(5001), &json!(null)), "an open end is null");
    let fields = |f: &Value| f.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(fields(day), "approx hi kind lo precision rule span text");
    assert_eq!(fields(people), "hi kind lo modifier span text unit");
}

#[test]
fn the_last_date_before_the_text_and_a_file_may_be_given() {
    let house = House::new();
    let file = house.write("notice.txt", "翌7日に判明した。");
    let found = lines(&house.run(&["explain", &file, "--antecedent", "2024-10-06", "--published", "2024-10-21"]));
    assert_eq!(found[0]["lo"], "2024-10-07");
    assert_eq!(house.run_with(&["explain"], "第2版、1日当たり".as_bytes()).out, "");
    assert!(!house.path("cases.db").exists(), "no case book is needed");
}

#[test]
fn what_can_not_be_read_is_said() {
    let house = House::new();
    house.run(&["explain", "missing.txt"]).failed(1, &["missing.txt"]);
    house.run(&["explain", "--published", "6月4日"]).failed(2, &["YYYY-MM-DD"]);
    let sjis = house.write("sjis.txt", b"ab\x8c\x8e");
    house.run(&["explain", &sjis]).failed(1, &["byte 2", "iconv"]);
}
