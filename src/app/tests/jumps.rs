//! Jumps and the way back.

use super::*;
use crate::domain::ListRow;

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
