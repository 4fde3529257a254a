//! The dialog that corrects a fact, and `:correct` and `:review`.

use super::*;
use crate::app::layers::CorrectBox;
use crate::domain::{Correction, Field, Verdict};
use serde_json::{Value, json};

fn corrected(effects: &[Effect]) -> Vec<(Field, Option<Value>, Vec<i64>)> {
    let one = |(change, keys)| match change {
        Change::Correct { field, value } => Some((field, value, keys)),
        _ => None,
    };
    applies(effects).into_iter().filter_map(one).collect()
}

fn dialog(app: &App) -> &CorrectBox {
    match app.layers.last() {
        Some(Layer::Correct(d)) => d,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_value_is_read_as_it_is_typed_and_stored_for_the_incident_shown() {
    let mut app = open();
    press(&mut app, "jc");
    assert_eq!(dialog(&app).field, app.detail.chosen_fact().unwrap().field);
    press(&mut app, "<Esc>kc");
    assert_eq!((dialog(&app).field, dialog(&app).input.text()), (Field::Affected, "96 records"));
    press(&mut app, "<^u>120ban");
    assert!(dialog(&app).told(Lang::En).unwrap_err().starts_with("not understood"));
    assert!(corrected(&press(&mut app, "<Enter>")).is_empty());
    press(&mut app, "<^u>120 peo<Tab>");
    assert_eq!((dialog(&app).input.text(), dialog(&app).told(Lang::En)), ("120 people", Ok("120 people".into())));
    let done = corrected(&press(&mut app, "<Enter>"));
    assert_eq!(done.len(), 1);
    let (field, value, keys) = &done[0];
    assert_eq!((field, value.as_ref().unwrap()["count"].as_u64(), keys), (&Field::Affected, Some(120), &vec![1]));
    assert!(app.layers.is_empty());
}

#[test]
fn nothing_is_unknown_and_the_same_is_no_correction() {
    let mut app = open();
    let done = corrected(&press(&mut app, "c<^u><Enter>"));
    assert_eq!(done, [(Field::Affected, Some(Value::Null), vec![1])]);
    assert!(corrected(&press(&mut app, "c<Enter>")).is_empty());
    assert_eq!(dialog(&app).remark, Some("ui.correct.unchanged"));
    assert!(corrected(&press(&mut app, "<^x>")).is_empty());
    assert_eq!(dialog(&app).remark, Some("ui.correct.none_to_take_back"));
}

#[test]
fn a_correction_is_taken_back() {
    let mut app = open();
    let at = app.detail.facts.iter().position(|f| f.corrected).unwrap();
    let field = app.detail.facts[at].field;
    press(&mut app, &format!("{at}]c"));
    assert_eq!(corrected(&press(&mut app, "<^x>")), [(field, None, vec![1])]);
}

#[test]
fn a_rejected_value_is_there_to_be_put_right() {
    let mut app = open();
    let mut record = sample::record(1);
    record.triage.rejected.insert(Field::Affected, serde_json::to_value(record.facts.affected).unwrap());
    record.triage.reviewed.insert(Field::Affected, Verdict::Rejected);
    record.facts.affected = None;
    let wrong = Correction { value: Value::Null, parsed: json!("甲社"), by: "kei".into(), at: String::new() };
    record.facts.third_party = None;
    record.triage.corrections.insert(Field::ThirdParty, wrong);
    reply(&mut app, Reply::Detail { key: Key(1), record: Box::new(record), related: vec![], log: vec![] });
    press(&mut app, "c");
    assert_eq!(dialog(&app).input.text(), "96 records");
    press(&mut app, "<Esc>:correct third_party<Enter>");
    assert_eq!((dialog(&app).input.text(), dialog(&app).parsed()), ("", json!("甲社")));
}

#[test]
fn other_fields_are_reached_unless_something_is_typed() {
    let mut app = open();
    press(&mut app, "c<Down>");
    assert_eq!((dialog(&app).field, dialog(&app).input.text()), (Field::Actions, "malware.ransomware"));
    press(&mut app, "<Up><Up>");
    assert_eq!(dialog(&app).field, Field::Kind);
    press(&mut app, "x<Down>");
    assert_eq!((dialog(&app).field, dialog(&app).remark), (Field::Kind, Some("ui.correct.store_first")));
}

#[test]
fn offers_go_round_and_come_back_to_what_was_typed() {
    let mut app = open();
    press(&mut app, "c<Down><^u>error.mis");
    let offered: Vec<String> = dialog(&app).offers.iter().map(|o| o.text.clone()).collect();
    assert_eq!(offered, ["error.misdelivery", "error.misconfiguration"]);
    press(&mut app, "<Tab><Tab>");
    assert_eq!(dialog(&app).input.text(), "error.misconfiguration");
    press(&mut app, "<Tab>");
    assert_eq!(dialog(&app).input.text(), "error.mis");
    press(&mut app, "<BackTab>,phis");
    assert_eq!(dialog(&app).offers[0].text, "error.misconfiguration,social.phishing");
}

#[test]
fn several_incidents_are_not_corrected_at_once() {
    for keys in ["<Space><Space>c", "vjc", "*:correct org=x<Enter>"] {
        let mut app = open();
        assert!(corrected(&press(&mut app, keys)).is_empty());
        assert!(app.layers.is_empty(), "{keys}");
        assert!(app.status.message().is_some_and(|m| m.1.contains("one incident at a time")), "{keys}");
    }
}

#[test]
fn verbs_correct_and_judge_the_incident_shown() {
    let mut app = open();
    let done = corrected(&press(&mut app, ":correct org=青葉市<Enter>"));
    assert_eq!(done, [(Field::Org, Some(json!("青葉市")), vec![1])]);
    let review = Change::Review { field: Field::Org, verdict: Some(Verdict::Rejected) };
    assert_eq!(applies(&press(&mut app, ":review org rejected<Enter>")), [(review, vec![1])]);
}
