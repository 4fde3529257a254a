//! What outlives a run: what is remembered, what is kept, and the offer to go on.

use super::*;
use crate::app::session::{Kept, LeftOver};
use crate::config::sitting::{Filter, Sitting};
use crate::config::state::State;

fn kept(app: &mut App) -> Option<Kept> {
    let effects = app.update(Event::Keep);
    effects.into_iter().find_map(|e| if let Effect::Keep(kept) = e { Some(*kept) } else { None })
}

fn marks(kept: &Kept) -> Option<Vec<i64>> {
    let mut keys: Vec<i64> = kept.marks.as_ref()?.iter().map(|k| k.0).collect();
    keys.sort_unstable();
    Some(keys)
}

fn remembered(effects: &[Effect]) -> Vec<&State> {
    effects.iter().filter_map(|e| if let Effect::Remember(state) = e { Some(&**state) } else { None }).collect()
}

fn left_over(query: &str) -> LeftOver {
    let sitting = Sitting {
        query: query.into(),
        filters: vec![Filter { text: "tag:x".into(), on: true }],
        cursor: Some(4),
        focus: "detail".into(),
        marks: "2-3,7".into(),
        marked: 3,
        ..Sitting::default()
    };
    LeftOver { sitting, when: "14:32".into(), lost: 0 }
}

fn offer(app: &mut App, query: &str) {
    let effects = app.update(Event::LeftOver(Box::new(left_over(query))));
    answer(app, effects);
}

fn said(app: &App) -> String {
    app.status.message().map(|(_, text)| text.to_owned()).unwrap_or_default()
}

#[test]
fn what_the_analyst_is_at_is_kept_once_for_each_change() {
    let mut app = open();
    let first = kept(&mut app).unwrap();
    assert!(!first.sitting.is_worth_keeping() && marks(&first).as_deref() == Some(&[]));
    assert_eq!(kept(&mut app), None);
    press(&mut app, "j<Space>/漏<Enter>");
    let next = kept(&mut app).unwrap();
    assert_eq!((next.sitting.query.as_str(), next.sitting.cursor, marks(&next)), ("漏", Some(3), Some(vec![2])));
    assert_eq!(next.sitting.incident.as_deref(), Some(sample::record(3).id.as_str()));
    press(&mut app, "k<Tab>");
    let moved = kept(&mut app).unwrap();
    // A million marks are not copied for a step of the cursor.
    assert_eq!((moved.sitting.focus.as_str(), moved.marks, moved.sitting.marked), ("detail", None, 1));
    press(&mut app, "?<Esc>");
    assert_eq!(kept(&mut app), None);
}

#[test]
fn a_cut_off_sitting_is_taken_up_by_enter_and_dropped_by_escape() {
    let mut app = open();
    kept(&mut app);
    offer(&mut app, "漏えい");
    let text = "session cut off 14:32: query tag:x ▸ 漏えい, 3 marks · Enter resumes · Esc drops it";
    assert_eq!(said(&app), text);
    assert!(!kept(&mut app).unwrap().sitting.is_worth_keeping());
    let effects = press(&mut app, "<Enter>");
    assert_eq!((told(&app).as_str(), app.query.input.text(), app.focus), ("4 [2, 3, 7]", "漏えい", Pane::Detail));
    assert!(app.offer().is_none() && app.filters.len() == 1);
    assert!(effects.iter().any(|e| matches!(e, Effect::Keep(kept) if !kept.offered && kept.marks.is_some())));

    let mut app = open();
    offer(&mut app, "漏えい");
    let effects = press(&mut app, "<Esc>");
    assert_eq!((told(&app).as_str(), app.query.input.text()), ("1 []", ""));
    assert!(effects.iter().any(|e| matches!(e, Effect::Keep(kept) if !kept.offered)));
}

#[test]
fn marks_that_stand_for_other_incidents_now_are_told_and_left_out() {
    let mut app = open();
    let mut left = left_over("漏えい");
    (left.sitting.marks, left.sitting.marked, left.lost) = (String::new(), 0, 3);
    let effects = app.update(Event::LeftOver(Box::new(left)));
    answer(&mut app, effects);
    assert!(said(&app).contains("漏えい, without its 3 marks"), "{}", said(&app));
    press(&mut app, "<Enter>");
    assert_eq!((told(&app).as_str(), app.query.input.text()), ("4 []", "漏えい"));
    assert!(said(&app).contains("without its 3 marks"), "{}", said(&app));
}

#[test]
fn an_offer_takes_no_key_that_was_meant_for_the_workbench() {
    // Typed before it came.
    let mut app = open();
    press(&mut app, "/漏");
    offer(&mut app, "x");
    assert!(said(&app).ends_with("gr resumes"), "{}", said(&app));
    press(&mut app, "え<Enter>");
    assert_eq!((app.query.input.text(), app.offer().is_some()), ("漏え", true));
    // Another key first: it does what it does, and so does Enter after it; the offer can still be taken up.
    let mut app = open();
    offer(&mut app, "x");
    press(&mut app, "j<Enter>");
    assert_eq!((told(&app).as_str(), app.focus, app.offer().is_some()), ("2 []", Pane::Detail, true));
    press(&mut app, "qgr");
    assert_eq!((told(&app).as_str(), app.query.input.text()), ("4 [2, 3, 7]", "x"));
    press(&mut app, "gr");
    assert_eq!(said(&app), "nothing was cut off");
}

#[test]
fn the_cursor_goes_back_once_all_hits_are_known_unless_a_key_moved_it() {
    for (keys, row) in [("", 4), ("jj", 3)] {
        let mut app = open();
        let mut left = left_over("x");
        left.sitting.focus = "list".into();
        app.update(Event::LeftOver(Box::new(left)));
        let effects = app.update(Event::Key(run("<Enter>")[0]));
        assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::Search { .. }))));
        let generation = app.query.generation;
        reply(&mut app, Reply::Found { generation, found: Found { early: true, ..found(1..=3) }, rows: Vec::new() });
        app.update(Event::Tick);
        press(&mut app, keys);
        reply(&mut app, Reply::Found { generation, found: found(1..=9), rows: Vec::new() });
        assert_eq!(app.list.cursor + 1, row, "{keys}");
    }
}

#[test]
fn kept_queries_and_the_lower_pane_are_remembered() {
    let mut app = open();
    let effects = press(&mut app, "/漏えい<Enter>");
    assert_eq!(remembered(&effects).last().unwrap().history, ["漏えい"]);
    let effects = press(&mut app, "w");
    assert_eq!(remembered(&effects)[0].arrangement.lower.as_deref(), Some("timeline"));
    assert!(remembered(&press(&mut app, "/x<Esc>jj")).is_empty());
    let state = State { history: vec!["a".into(), "b".into()], ..app.state.clone() };
    let (mut app, effects) = App::new(Setup { state, ..setup((80, 24)) });
    answer(&mut app, effects);
    assert_eq!(app.lower, Pane::Timeline);
    press(&mut app, "/<Up><Up>");
    assert_eq!(app.query.input.text(), "a");
}

#[test]
fn history_is_searched_by_what_was_typed() {
    let history = ["tag:a", "漏えい", "tag:b", "org:x"].map(str::to_owned).to_vec();
    let cases = [
        ("/tag<Up>", "tag:b"),
        ("/tag<Up><Up>", "tag:a"),
        ("/tag<Up><Up><Up>", "tag:a"),
        ("/tag<Up><Up><Down>", "tag:b"),
        ("/tag<Up><Down>", "tag"),
        ("/zzz<Up><Up>", "tag:b"),
        ("/<Up><Up><Up>", "漏えい"),
        ("/<Up><Enter>/<Up>", "tag:b"),
        ("/zzz<Enter>/<Up><Up>", "tag:b"),
    ];
    for (keys, text) in cases {
        let state = State { history: history.clone(), ..State::default() };
        let (mut app, effects) = App::new(Setup { state, ..setup((80, 24)) });
        answer(&mut app, effects);
        press(&mut app, keys);
        assert_eq!(app.query.input.text(), text, "{keys}");
    }
}

#[test]
fn a_question_mark_shows_the_help_on_queries_and_is_text_elsewhere() {
    let mut app = open();
    press(&mut app, "/?");
    assert!(matches!(app.layers.last(), Some(Layer::Help(_))) && app.query.active);
    press(&mut app, "jj<Esc>漏<F1>");
    assert!(matches!(app.layers.last(), Some(Layer::Help(_))));
    press(&mut app, "<Esc>?");
    assert_eq!((app.query.input.text(), app.layers.len()), ("漏?", 0));
}

#[test]
fn a_further_word_of_a_kept_query_is_a_word_of_its_own() {
    let searched = |effects: &[Effect]| -> Vec<String> {
        let one = |e: &Effect| match e {
            Effect::Store(Request::Search { wanted, .. }) => Some(wanted.query.clone()),
            _ => None,
        };
        effects.iter().filter_map(one).collect()
    };
    let mut app = open();
    press(&mut app, "/people>1000<Enter>");
    // The blank is none of the analyst's, and asks for nothing.
    assert!(searched(&type_unanswered(&mut app, "/<Esc>/<Enter>/")).is_empty());
    let effects = type_unanswered(&mut app, "USB<Enter>");
    assert_eq!(searched(&effects).last().map(String::as_str), Some("people>1000 USB"));
    assert_eq!((app.query.input.text(), app.query.active), ("people>1000 USB", false));
    press(&mut app, "/x<Esc>");
    assert_eq!(app.query.input.text(), "people>1000 USB");
}

#[test]
fn a_query_taken_back_leaves_the_list_where_it_stood() {
    let (mut app, effects) = App::new(setup((120, 40)));
    answer(&mut app, effects);
    let whole = |app: &mut App, keys: std::ops::RangeInclusive<i64>| {
        let generation = app.query.generation;
        app.update(Event::Reply(Reply::Found { generation, found: found(keys), rows: Vec::new() }));
    };
    type_unanswered(&mut app, ":query a<Enter>");
    whole(&mut app, 1..=90);
    app.list.go(0);
    type_unanswered(&mut app, "60jkkk");
    let stood = (app.list.cursor, app.list.top);
    assert!(stood.1 > 0 && stood.0 > stood.1, "{stood:?}");
    type_unanswered(&mut app, "/x");
    whole(&mut app, 57..=58);
    assert_eq!((app.list.cursor, app.list.top), (stood.0 - 56, 0));
    type_unanswered(&mut app, "<Esc>");
    whole(&mut app, 1..=90);
    assert_eq!((app.list.cursor, app.list.top), stood);
    // What a shorter query found at the top does not hide what comes before it in a longer one.
    type_unanswered(&mut app, "/x<Enter>");
    whole(&mut app, 2..=3);
    app.list.go(0);
    type_unanswered(&mut app, "/<^u><Enter>");
    whole(&mut app, 1..=90);
    assert_eq!((app.list.current(), app.list.top), (Some(Key(2)), 0));
}

#[test]
fn where_one_lower_pane_is_shown_tab_goes_into_that_one() {
    for (keys, focus) in [
        ("<Tab>", Pane::Detail),
        ("<Tab><Tab><Tab>", Pane::List),
        ("w<Tab>", Pane::Timeline),
        ("w<Tab><Tab>", Pane::Detail),
        ("w<Tab><Tab><Tab>", Pane::List),
        ("w<BackTab>", Pane::Detail),
        ("w<Tab><Tab>w", Pane::Timeline),
        ("w2<Tab>", Pane::Detail),
    ] {
        let (mut app, effects) = App::new(setup((80, 24)));
        answer(&mut app, effects);
        press(&mut app, keys);
        assert_eq!(app.focus, focus, "{keys}");
    }
}
