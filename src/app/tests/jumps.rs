//! Jumps and the way back.

use super::*;
use crate::domain::{ListRow, Related};

/// A workbench whose view holds the first five of nine incidents.
fn narrowed() -> App {
    let mut app = open();
    type_unanswered(&mut app, "/x");
    let generation = app.query.generation;
    reply(&mut app, Reply::Found { generation, found: found(1..=5), rows: Vec::<ListRow>::new() });
    press(&mut app, "<Enter>");
    app
}

fn jump(app: &mut App, key: i64) {
    app.jump_to(Key(key));
    let effects = app.update(Event::Tick);
    answer(app, effects);
}

fn shown(app: &App) -> (Option<i64>, Option<i64>) {
    (app.list.current().map(|k| k.0), app.detail.key.map(|k| k.0))
}

#[test]
fn a_jump_within_the_view_moves_the_cursor_and_is_taken_back() {
    let mut app = open();
    jump(&mut app, 6);
    jump(&mut app, 8);
    jump(&mut app, 8);
    assert_eq!((shown(&app), app.focus), ((Some(8), Some(8)), Pane::List));
    press(&mut app, "<^o>");
    assert_eq!(shown(&app), (Some(6), Some(6)));
    press(&mut app, "<^o><^o>");
    assert_eq!(shown(&app), (Some(1), Some(1)));
    assert!(app.status.message().is_some_and(|m| m.1.starts_with("no jump")));
    press(&mut app, "<^n>");
    assert_eq!(shown(&app), (Some(6), Some(6)));
    press(&mut app, "<^n>");
    assert_eq!(shown(&app), (Some(8), Some(8)));
    press(&mut app, "2<^o>");
    assert_eq!(shown(&app), (Some(1), Some(1)));
}

#[test]
fn what_the_view_does_not_hold_is_shown_alone() {
    let mut app = narrowed();
    press(&mut app, "j");
    jump(&mut app, 9);
    assert_eq!((shown(&app), app.focus, app.whole), ((Some(2), Some(9)), Pane::Detail, true));
    assert_eq!(app.jumps.visited(), Some(Key(9)));
    press(&mut app, "<^o>");
    assert_eq!((shown(&app), app.focus, app.whole), ((Some(2), Some(2)), Pane::List, false));
    press(&mut app, "<^n>");
    assert_eq!((shown(&app), app.focus), ((Some(2), Some(9)), Pane::Detail));
    for keys in ["<Esc>", "q", "<Enter>", "/<Esc>"] {
        let mut app = narrowed();
        jump(&mut app, 9);
        press(&mut app, keys);
        assert_eq!((shown(&app), app.focus, app.jumps.visited()), ((Some(1), Some(1)), Pane::List, None), "{keys}");
    }
}

#[test]
fn acts_on_a_visited_incident_leave_the_cursor_s_alone() {
    let done = Change::Status { to: Status::Done };
    for (keys, change) in [
        ("x", done.clone()),
        ("3x", done.clone()),
        ("sd", done),
        (":tag +a<Enter>", tag(&["a"], &[])),
        (":note n<Enter>", Change::Note { text: "n".into() }),
    ] {
        let mut app = narrowed();
        jump(&mut app, 9);
        assert_eq!(applies(&press(&mut app, keys)), [(change, vec![9])], "{keys}");
        assert_eq!(shown(&app), (Some(1), Some(9)));
    }
    let mut app = narrowed();
    jump(&mut app, 9);
    let Effect::Copy(copied) = press(&mut app, "y").remove(0) else { panic!() };
    assert!(copied.starts_with(sample::record(9).id.as_str()), "{copied}");
    // Marks come first, as everywhere.
    let mut app = narrowed();
    press(&mut app, "<Space>");
    jump(&mut app, 9);
    assert_eq!(applies(&press(&mut app, "x"))[0].1, [1]);
}

#[test]
fn a_visit_becomes_a_row_when_the_view_comes_to_hold_it() {
    let mut app = narrowed();
    jump(&mut app, 9);
    let effects = app.update(Event::Reply(Reply::Changed));
    answer(&mut app, effects);
    assert_eq!((shown(&app), app.jumps.visited(), app.focus), ((Some(9), Some(9)), None, Pane::Detail));
}

/// A workbench on an incident that has relations, of which one row is at hand.
fn with_relations() -> App {
    let mut app = narrowed();
    let mut record = sample::record(1);
    let link = |key: usize, why: &str| Related { id: sample::record(key).id, why: why.into() };
    record.related = vec![link(3, "later release"), link(9, "same third party")];
    record.related_total = 4;
    let near = vec![sample::row(Key(3), &sample::record(3))];
    reply(&mut app, Reply::Detail { key: Key(1), record: Box::new(record), related: near, log: vec![] });
    app
}

#[test]
fn related_incidents_are_listed_with_why_and_gone_to() {
    let mut app = with_relations();
    let asked = press(&mut app, "o");
    assert_eq!(asked, [Effect::Store(Request::Related { key: Key(1) })]);
    let listed = |app: &App| match app.layers.last() {
        Some(Layer::Related(d)) => d.links.iter().map(|(why, row)| (why.clone(), row.key.0)).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(listed(&app), [("later release".to_owned(), 3)]);
    let rows = [9, 3].map(|key| sample::row(Key(key as i64), &sample::record(key)));
    reply(&mut app, Reply::Related { key: Key(1), rows: rows.to_vec() });
    assert_eq!(listed(&app), [("later release".to_owned(), 3), ("same third party".to_owned(), 9)]);
    press(&mut app, "j<Enter>");
    assert_eq!((shown(&app), app.jumps.visited()), ((Some(1), Some(9)), Some(Key(9))));
    press(&mut app, "<^o>");
    assert_eq!((shown(&app), app.focus), ((Some(1), Some(1)), Pane::List));
    // Within the view it is the cursor that goes.
    let mut app = with_relations();
    press(&mut app, "o<Enter>");
    assert_eq!(shown(&app), (Some(3), Some(3)));
}

#[test]
fn without_relations_it_says_so() {
    let mut app = open();
    press(&mut app, "4Go");
    assert!(app.layers.is_empty());
    assert!(app.status.message().is_some_and(|m| m.1.starts_with("nothing in the case book is related")));
}
