//! Saved views and the filter stack, by keys.

use super::marks::wanted;
use super::*;
use crate::app::layers::Views;
use crate::app::layers::views::{Count, Mode};
use crate::config::sitting::Filter;
use crate::config::state::{SavedView, State};

fn view(name: &str, key: Option<char>, query: &str) -> SavedView {
    SavedView { name: name.into(), key, query: query.into(), ..SavedView::default() }
}

fn open_with(views: &[SavedView]) -> App {
    let state = State { views: views.to_vec(), ..State::default() };
    let (mut app, effects) = App::new(Setup { state, ..setup((120, 40)) });
    answer(&mut app, effects);
    app
}

fn dialog(app: &App) -> &Views {
    match app.layers.last() {
        Some(Layer::Views(dialog)) => dialog,
        other => panic!("{other:?}"),
    }
}

fn said(app: &App) -> &str {
    app.status.message().map_or("", |(_, text)| text)
}

/// The newest query that was searched for, and how the first line tells it.
fn searched(app: &mut App, keys: &str) -> (String, String) {
    let mut last = String::new();
    for key in run(keys) {
        let effects = app.update(Event::Key(key));
        last = wanted(&effects).pop().map_or(last, |w| w.0);
        answer(app, effects);
    }
    (last, app.query.shown_parts.join(" ▸ "))
}

fn stack(app: &App) -> String {
    let told = |f: &Filter| format!("{}{}", if f.on { '+' } else { '-' }, f.text);
    app.filters.iter().map(told).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_view_brings_its_grouping_back() {
    use crate::domain::grouping::{GroupBy, Grouping};
    let by = |by, by_size| Some(Grouping { by, by_size });
    for (keys, grouping, saved) in [
        ("bm", by(GroupBy::Month, false), Some("month")),
        ("babz", by(GroupBy::Action, true), Some("-action")),
        ("", None, None),
    ] {
        let mut app = open();
        press(&mut app, keys);
        assert_eq!(app.grouping, grouping, "{keys}");
        press(&mut app, ":save one<Enter>bo");
        assert_eq!(app.state.views[0].group.as_deref(), saved, "{keys}");
        press(&mut app, ":view one<Enter>");
        assert_eq!(app.grouping, grouping, "{keys}");
    }
}

#[test]
fn a_view_is_saved_under_a_name_with_a_key_and_opened_by_it() {
    let mut app = open();
    let effects = press(&mut app, "/漏えい sort:-people<Enter>Va大きな漏えい<Enter>b");
    let saved = SavedView { sort: Some("-people".into()), ..view("大きな漏えい", Some('b'), "漏えい") };
    assert!(effects.iter().any(|e| matches!(e, Effect::Remember(state) if state.views == [saved.clone()])));
    assert_eq!(said(&app), "saved the view 大きな漏えい · V lists the views");
    assert!(!dialog(&app).examples && dialog(&app).rows.len() == 1);
    for keys in ["'b", "Vb", "V<Enter>", ":view 大き<Enter>"] {
        press(&mut app, "<Esc>/<^u>other<Enter>");
        assert_eq!(searched(&mut app, keys).0, "漏えい sort:-people", "{keys}");
        assert!(app.layers.is_empty() && app.focus == Pane::List, "{keys}");
        assert_eq!(app.query.input.text(), "漏えい sort:-people");
    }
    // Saved again by name, its key stays.
    press(&mut app, "/<^u>誤送信<Enter>:save 大きな漏えい<Enter>");
    assert_eq!(app.state.views, [view("大きな漏えい", Some('b'), "誤送信")]);
    press(&mut app, "Vr2<Enter><Enter>");
    assert_eq!(app.state.views, [view("大きな漏えい2", Some('b'), "誤送信")]);
    press(&mut app, "d");
    assert!(matches!(app.layers.last(), Some(Layer::Confirm(_))));
    press(&mut app, "n");
    assert_eq!(app.state.views.len(), 1);
    let effects = press(&mut app, "dy");
    assert!(effects.iter().any(|e| matches!(e, Effect::Remember(state) if state.views.is_empty())));
    assert!(dialog(&app).examples);
}

#[test]
fn names_and_keys_that_do_not_go_are_told() {
    let views = [view("a", Some('1'), "x"), view("b", None, "y")];
    let cases = [
        ("Va<Enter>", "a view needs a name"),
        ("Vjra<Backspace><Backspace>a<Enter>", "there is a view a already"),
        ("Vanew<Enter>j", "this key is taken: not one of adjkqr+', no space, no Control"),
        ("Vanew<Enter>1", "1 opens a: choose another key"),
    ];
    for (keys, error) in cases {
        let mut app = open_with(&views);
        press(&mut app, keys);
        assert_eq!(dialog(&app).error.as_deref(), Some(error), "{keys}");
        assert_eq!(app.state.views, views);
        press(&mut app, "<Esc>");
        assert_eq!(dialog(&app).mode, Mode::Choosing);
    }
    for (keys, hint) in [
        ("'9", "no view has the key 9 · V lists them"),
        (":view zz<Enter>", "no view is called zz · V lists them"),
        ("'", "open a view: 1 a"),
    ] {
        let mut app = open_with(&views);
        press(&mut app, keys);
        assert_eq!(said(&app), hint, "{keys}");
    }
    // Escape after the quote goes nowhere, and the next key is its own again.
    let mut app = open_with(&views);
    press(&mut app, "'<Esc>j");
    assert_eq!(told(&app), "2 []");
    let mut app = open();
    press(&mut app, "'j");
    assert_eq!((told(&app).as_str(), said(&app)), ("2 []", ""));
}

#[test]
fn examples_are_shown_and_not_stored() {
    let mut app = open();
    press(&mut app, "V");
    assert!(dialog(&app).examples && dialog(&app).rows.len() > 3);
    press(&mut app, "dr");
    assert_eq!(dialog(&app).mode, Mode::Choosing);
    press(&mut app, "j<Enter>");
    assert_eq!((app.query.input.text(), app.state.views.len()), ("is:marked", 0));
}

#[test]
fn views_are_counted_one_after_the_other_and_step_back_for_a_search() {
    let mut app = open_with(&[view("a", None, "x"), view("b", None, "sta:"), view("c", None, "is:marked")]);
    press(&mut app, "<Space>");
    let shown = app.list.found.clone();
    let effects = app.update(Event::Key(run("V")[0]));
    assert_eq!(wanted(&effects), [("x".into(), vec![])]);
    let generation = app.query.generation;
    let effects = app.update(Event::Reply(Reply::Found { generation, found: found(1..=4), rows: Vec::new() }));
    // The list shows what it showed; the wrong one is told at once, and the next is asked.
    assert_eq!((&app.list.found, wanted(&effects)), (&shown, vec![("is:marked".into(), vec![1])]));
    let counts: Vec<Count> = dialog(&app).rows.iter().map(|r| r.count).collect();
    assert_eq!(counts, [Count::Known(4), Count::Wrong, Count::Unknown]);
    // The store changes: the analyst's own search goes first, and the count is asked for again.
    let effects = app.update(Event::Reply(Reply::Changed));
    assert_eq!(wanted(&effects), [("".into(), vec![])]);
    let late = Reply::Found { generation: Generation(generation.0 + 1), found: found([]), rows: Vec::new() };
    assert!(wanted(&app.update(Event::Reply(late))).is_empty());
    let generation = app.query.generation;
    let effects = app.update(Event::Reply(Reply::Found { generation, found: found(1..=9), rows: Vec::new() }));
    assert_eq!((app.list.len(), wanted(&effects).len()), (9, 1));
    let effects = app.update(Event::Key(run("<Esc>")[0]));
    assert!(wanted(&effects).is_empty() && app.counting.is_none());
}

#[test]
fn filters_narrow_every_search_until_they_are_switched_off() {
    let mut app = open();
    let (text, told) = searched(&mut app, "/a OR b sort:people<Enter>Fa");
    assert_eq!((text.as_str(), told.as_str()), ("( a OR b ) ( sort:people )", "a OR b ▸ sort:people"));
    assert_eq!((app.query.input.text(), stack(&app).as_str()), ("sort:people", "+a OR b"));
    let (text, told) = searched(&mut app, "<Esc>/<^u>kind:other<Enter>Fa<Esc>/x");
    assert_eq!(text, "( a OR b ) ( kind:other ) ( x )");
    assert_eq!(told, "a OR b ▸ kind:other ▸ x");
    let (text, _) = searched(&mut app, "<Enter>F<Space>");
    assert_eq!((text.as_str(), stack(&app).as_str()), ("( kind:other ) ( x )", "-a OR b +kind:other"));
    let (text, told) = searched(&mut app, "j<Space>");
    assert_eq!((text.as_str(), told.as_str()), ("x", "x"));
    searched(&mut app, "d");
    assert_eq!((said(&app), stack(&app).as_str()), ("took away the filter kind:other", "-a OR b"));
    press(&mut app, "q/<^u><Enter>Fa");
    assert_eq!(said(&app), "the query line is empty: / types a query first");
}

#[test]
fn a_wrong_line_is_told_in_the_line_and_breaks_no_filter() {
    let mut app = open();
    press(&mut app, "/a<Enter>Faq");
    for (line, at) in [("b ) OR ( c", (2, 3)), ("b sta:x", (2, 6))] {
        let effects = type_unanswered(&mut app, &format!("/<^u>{line}"));
        assert!(!wanted(&effects).iter().any(|w| w.0.contains(line)), "{line}");
        assert_eq!(app.query.wrong.as_ref().map(|w| w.at), Some(at), "{line}");
        assert!(!app.query.waiting);
        answer(&mut app, effects);
        press(&mut app, "<Esc>");
        assert_eq!(app.query.wrong, None);
    }
}

#[test]
fn filters_for_marks_follow_them_and_views_keep_their_filters() {
    let mut app = open();
    press(&mut app, "j<Space>/is:marked<Enter>Faq/x<Enter>");
    assert_eq!(wanted(&type_unanswered(&mut app, "<Space>")), [("( is:marked ) ( x )".into(), vec![2, 3])]);
    let generation = app.query.generation;
    reply(&mut app, Reply::Found { generation, found: found(1..=9), rows: Vec::new() });
    press(&mut app, "Vamine<Enter>m");
    assert_eq!(app.state.views[0].filters, ["is:marked"]);
    // Another view switches it off and leaves it on the stack; its own view switches it on again.
    press(&mut app, "<Esc>/<^u>y<Enter>Va other<Enter>o<Esc>F<Space>q:save plain<Enter>");
    assert_eq!(app.state.views[2].filters, Vec::<String>::new());
    assert_eq!(searched(&mut app, ":view plain<Enter>").0, "y");
    assert_eq!(stack(&app), "-is:marked");
    assert_eq!(searched(&mut app, "'m").0, "( is:marked ) ( x )");
    assert_eq!(stack(&app), "+is:marked");
}
