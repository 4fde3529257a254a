//! Two workbenches on one case book, marks out of sight, and what an act is said to be about.

use super::*;
use crate::domain::protocol::Heard;
use std::time::Duration;

fn heard(to: Status, key: i64) -> Heard {
    let change = Change::Status { to };
    let op = OpId("1-b".into());
    Heard { op, by: "taro".into(), acted: Acted::Change, change, targets: 1, changed: 1, key: Some(Key(key)) }
}

/// Answers the newest search with these hits.
fn hits(app: &mut App, keys: impl IntoIterator<Item = i64>) {
    let generation = app.query.generation;
    reply(app, Reply::Found { generation, found: found(keys), rows: Vec::new() });
}

/// Somebody else takes the incident of the first row out of the view.
fn taken_away() -> App {
    let mut app = open();
    app.clock = Duration::from_secs(9);
    app.update(Event::Reply(Reply::Others(vec![heard(Status::Done, 1)])));
    app.update(Event::Reply(Reply::Changed));
    hits(&mut app, 2..=9);
    app
}

fn said(app: &App) -> &str {
    app.status.message().map_or("", |m| m.1)
}

#[test]
fn what_others_do_is_said_and_the_row_that_came_in_between_is_not_acted_on_at_once() {
    let mut app = taken_away();
    assert_eq!((app.list.current(), said(&app)), (Some(Key(2)), "taro: status done on 白樺県"));
    app.clock += Duration::from_millis(200);
    assert!(applies(&press(&mut app, "x")).is_empty());
    assert!(said(&app).starts_with("the row under the cursor has just changed: press again to act on "), "{app:?}");
    assert_eq!(applies(&press(&mut app, "x")), [(Change::Status { to: Status::Done }, vec![2])]);
    for keys in ["jx", "t", "a", "<Space>", ",", "E", "."] {
        let mut app = taken_away();
        press(&mut app, keys);
        assert!(said(&app).contains("press again") && app.layers.is_empty(), "{keys} {}", said(&app));
    }
    let mut app = taken_away();
    app.clock += Duration::from_millis(600);
    assert_eq!(applies(&press(&mut app, "x")).len(), 1);
}

#[test]
fn one_s_own_changes_and_rows_that_stay_hold_no_key_back() {
    let mut app = open();
    let applied = Applied { op: Some(OpId("1-a".into())), targets: 1, changed: 1, summary: String::new() };
    app.update(Event::Reply(Reply::Applied { acted: Acted::Change, applied, keys: vec![Key(1)] }));
    app.update(Event::Reply(Reply::Changed));
    hits(&mut app, 2..=9);
    hits(&mut app, 2..=9);
    assert_eq!(applies(&press(&mut app, "x")).len(), 1);
    let mut app = open();
    app.update(Event::Reply(Reply::Others(vec![heard(Status::Open, 4), heard(Status::Open, 5)])));
    assert!(said(&app).ends_with(" · and 1 more"), "{}", said(&app));
    app.update(Event::Reply(Reply::Changed));
    hits(&mut app, 1..=9);
    assert_eq!(applies(&press(&mut app, "x")).len(), 1);
    let mut marked = taken_away();
    marked.list.set_marks([Key(3), Key(4)]);
    press(&mut marked, "t");
    assert!(matches!(marked.layers.last(), Some(Layer::Tags(_))));
}

#[test]
fn news_of_others_do_not_talk_over_what_was_done_from_here() {
    let mut app = open();
    press(&mut app, ":sort org<Enter>");
    let own = said(&app).to_owned();
    app.update(Event::Reply(Reply::Others(vec![heard(Status::Open, 4)])));
    assert_eq!(said(&app), own);
    press(&mut app, "v<Esc>");
    app.update(Event::Reply(Reply::Others(vec![heard(Status::Open, 4)])));
    assert!(said(&app).starts_with("taro: status open on "), "{}", said(&app));
    press(&mut app, "jk");
    assert!(said(&app).starts_with("taro: "));
}

#[test]
fn one_incident_is_called_by_its_organisation_and_marks_by_where_they_are() {
    let mut app = open();
    let told = |app: &App| app.told(&app.list.targets());
    assert_eq!(told(&app), "白樺県");
    press(&mut app, "s");
    assert!(matches!(app.layers.last(), Some(Layer::Menu(m)) if m.title == "Status of 白樺県"), "{:?}", app.layers);
    press(&mut app, "<Esc><Space><Space>");
    assert_eq!((told(&app), app.marks_in_words()), ("2 marked incidents".into(), "2 marked".into()));
    for (keys, here) in [(3..=9, ", none in this view"), (2..=9, ", 1 in this view"), (1..=9, "")] {
        app.update(Event::Reply(Reply::Changed));
        hits(&mut app, keys);
        assert_eq!(told(&app), format!("2 marked incidents{here}"));
        assert_eq!(app.marks_in_words(), format!("2 marked{here}"));
    }
    press(&mut app, "gg<Space>");
    assert_eq!(app.marks_in_words(), "1 marked");
}

#[test]
fn a_second_v_marks_the_range() {
    for (keys, marks, hint) in [
        ("vjjv", "3 [1, 2, 3]", "3 marked · Esc clears all marks"),
        ("j<Space>ggv2jv", "3 [1, 2, 3]", "3 marked · Esc clears all marks"),
        ("vv", "1 [1]", "1 marked · Esc clears the mark"),
    ] {
        let mut app = open();
        press(&mut app, keys);
        assert_eq!((told(&app).as_str(), said(&app), app.list.visual.is_none()), (marks, hint, true), "{keys}");
    }
    let mut app = open();
    press(&mut app, "vjjvt");
    assert!(matches!(app.layers.last(), Some(Layer::Tags(d)) if d.targets.keys.len() == 3));
}

#[test]
fn marks_are_not_given_up_by_one_key() {
    let mut app = open();
    assert!(press(&mut app, "<Space><Space>q").is_empty());
    assert_eq!(said(&app), "2 marked: q again leaves");
    assert!(press(&mut app, "jq").is_empty());
    assert_eq!(press(&mut app, "q"), [Effect::Quit]);
    assert_eq!(press(&mut open(), "<Space>q"), [Effect::Quit]);
    assert_eq!(press(&mut open(), "<Space><Space>:q<Enter>"), [Effect::Quit]);
}

#[test]
fn an_undo_names_its_incident_and_says_where_the_view_lacks_it() {
    let undone = |app: &mut App, change: &str| {
        let applied = Applied { op: Some(OpId("1-c".into())), targets: 1, changed: 1, summary: change.into() };
        app.update(Event::Reply(Reply::Applied { acted: Acted::Undo, applied, keys: vec![Key(1)] }));
    };
    let mut app = open();
    press(&mut app, "xu");
    let applied =
        Applied { op: Some(OpId("1-a".into())), targets: 1, changed: 1, summary: "status done on 1 incident".into() };
    reply(&mut app, Reply::Applied { acted: Acted::Change, applied, keys: vec![Key(1)] });
    undone(&mut app, "undid: status done on 1 incident");
    assert_eq!(said(&app), "undid: status done on 白樺県 · ^r redoes it");
    hits(&mut app, 2..=9);
    assert_eq!(said(&app), "undid: status done on 白樺県 · ^r redoes it · not in this view");
    press(&mut app, "u");
    undone(&mut app, "undid: noted 1 incident");
    assert_eq!(said(&app), "undid: noted 1 incident: 白樺県 · ^r redoes it");
    hits(&mut app, 1..=9);
    assert!(!said(&app).contains("not in this view"));
}

#[test]
fn a_refused_query_gives_way_to_the_one_in_force() {
    let mut app = open();
    press(&mut app, "/漏<Enter>");
    type_unanswered(&mut app, ":query peple:3<Enter>");
    let generation = app.query.generation;
    let effects =
        app.update(Event::Reply(Reply::QueryError { generation, message: "no field `peple`".into(), at: (0, 6) }));
    assert_eq!(searches(&effects).last().map(|s| s.1), Some("漏"));
    assert!(said(&app).contains("did you mean `people"), "{}", said(&app));
    assert_eq!((app.query.input.text(), app.query.wrong.is_some()), ("漏", false));
    answer(&mut app, effects);
    assert!(said(&app).contains("did you mean"));
    press(&mut app, "/<Up>");
    assert_eq!(app.query.input.text(), "peple:3");
}
