//! Facts chosen and judged.

use super::*;
use crate::domain::{Field, Verdict};

/// What was asked to be judged: field, verdict, incidents.
fn reviews(effects: &[Effect]) -> Vec<(Field, Option<Verdict>, Vec<i64>)> {
    let one = |(change, keys)| match change {
        Change::Review { field, verdict } => Some((field, verdict, keys)),
        _ => None,
    };
    applies(effects).into_iter().filter_map(one).collect()
}

fn chosen(app: &App) -> usize {
    app.detail.chosen.map_or(0, |i| i + 1)
}

#[test]
fn every_fact_is_chosen_in_turn_whether_the_text_proves_it_or_not() {
    let mut app = open();
    let n = app.detail.facts.len();
    assert_eq!(chosen(&app), 1);
    for place in (2..=n).chain([1]) {
        press(&mut app, "]");
        assert_eq!(chosen(&app), place);
        let proven = app.detail.facts[place - 1].evidence.is_empty();
        assert_eq!(app.status.message().is_some(), proven, "{:?}", app.status);
    }
    press(&mut app, "[");
    assert_eq!(chosen(&app), n);
    press(&mut app, "3]");
    assert_eq!(chosen(&app), 3);
}

#[test]
fn a_notice_is_checked_by_one_key() {
    let mut app = open();
    let fields: Vec<Field> = app.detail.facts.iter().map(|f| f.field).collect();
    let accepted = |field: &Field| (*field, Some(Verdict::Accepted), vec![1]);
    assert_eq!(reviews(&press(&mut app, "aa")), [accepted(&fields[0]), accepted(&fields[1])]);
    assert_eq!((chosen(&app), app.detail.reviewed()), (3, 2));
    // What has a verdict is passed over.
    press(&mut app, "]a[[");
    assert_eq!(chosen(&app), 3);
    press(&mut app, "a");
    assert_eq!((chosen(&app), app.detail.reviewed()), (5, 4));
    assert_eq!(reviews(&press(&mut app, "99a")).len(), fields.len() - 4);
    assert_eq!(app.detail.reviewed(), fields.len());
}

#[test]
fn the_same_verdict_again_takes_it_back_and_another_replaces_it() {
    let mut app = open();
    let field = app.detail.facts[0].field;
    assert_eq!(reviews(&press(&mut app, "r[")), [(field, Some(Verdict::Rejected), vec![1])]);
    assert_eq!(reviews(&press(&mut app, "a[")), [(field, Some(Verdict::Accepted), vec![1])]);
    assert_eq!(reviews(&press(&mut app, "a")), [(field, None, vec![1])]);
    assert_eq!((chosen(&app), app.detail.reviewed()), (1, 0));
}

#[test]
fn only_the_incident_that_is_shown_is_judged() {
    let mut app = open();
    // The row has moved, the detail has not followed yet.
    let effects = type_unanswered(&mut app, "ja");
    assert!(reviews(&effects).is_empty());
    answer(&mut app, effects);
    assert_eq!(reviews(&press(&mut app, "a"))[0].2, [2]);
    // Marks are not meant.
    let mut app = open();
    assert_eq!(reviews(&press(&mut app, "*a"))[0].2, [1]);
    // Where the detail is not shown, nothing is judged unseen.
    let (mut app, effects) = App::new(setup((80, 24)));
    answer(&mut app, effects);
    assert!(reviews(&press(&mut app, "wa")).is_empty());
    assert!(app.status.message().is_some_and(|m| m.1.contains("not shown")));
}

#[test]
fn a_verdict_that_is_not_stored_is_not_shown_for_long() {
    let mut app = open();
    press(&mut app, "a");
    assert_eq!(app.detail.reviewed(), 1);
    reply(&mut app, Reply::Failed { failure: Failure::Change, message: "the disk is full".into() });
    assert_eq!(app.detail.reviewed(), 0);
}
