//! First hits before all of them: what is shown when, and that nothing jumps.

use super::*;
use crate::domain::ListRow;

/// The first hits of a search, with their rows.
fn first(app: &mut App, keys: impl IntoIterator<Item = i64>) {
    let found = Found { early: true, triaged: 0, in_store: 0, ..found(keys) };
    let rows: Vec<ListRow> = found.keys.iter().map(|k| sample::row(*k, &sample::record(k.0 as usize))).collect();
    let generation = app.query.generation;
    reply(app, Reply::Found { generation, found, rows });
}

fn whole(app: &mut App, keys: impl IntoIterator<Item = i64>) {
    let generation = app.query.generation;
    reply(app, Reply::Found { generation, found: found(keys), rows: Vec::new() });
}

fn shown(app: &App) -> Vec<i64> {
    app.list.found.keys.iter().map(|k| k.0).collect()
}

/// Day of publication and number of the sample's incidents, in the list's order.
fn in_order() -> Vec<i64> {
    let mut rows: Vec<ListRow> = (1..=9).map(|n| sample::row(Key(n), &sample::record(n as usize))).collect();
    rows.sort_by_key(|r| (std::cmp::Reverse(r.published), r.key));
    rows.iter().map(|r| r.key.0).collect()
}

/// A workbench whose list is in the default order, the cursor on that place of it.
fn open_at(place: usize) -> (App, Vec<i64>) {
    let (mut app, effects) = App::new(setup((120, 40)));
    let order = in_order();
    drop(effects);
    first(&mut app, order.clone());
    whole(&mut app, order.clone());
    app.list.go(place);
    app.update(Event::Tick);
    (app, order)
}

#[test]
fn the_first_hits_are_a_list_of_which_not_all_is_known() {
    let (mut app, _) = App::new(setup((120, 40)));
    first(&mut app, [1, 2, 3]);
    assert_eq!((shown(&app), app.list.count().as_str()), (vec![1, 2, 3], "3+"));
    assert!(!app.store_is_empty() && app.hidden() == 0 && app.query.waiting);
    assert!(app.list.row(Key(3)).is_some() && app.list.wanted().is_empty());
    press(&mut app, "jj");
    whole(&mut app, 1..=7);
    assert_eq!((shown(&app).len(), app.list.count().as_str(), app.hidden()), (7, "7", 2));
    assert_eq!((told(&app).as_str(), app.query.waiting), ("3 []", false));
    // The rows that came with the first hits are still good.
    assert!(!app.list.wanted().contains(&Key(3)));
}

#[test]
fn no_first_hits_say_nothing() {
    let (mut app, _) = App::new(setup((120, 40)));
    first(&mut app, []);
    assert!(!app.list.loaded);
    whole(&mut app, []);
    assert!(app.list.loaded && !app.store_is_empty());
}

#[test]
fn first_hits_wait_where_the_cursors_incident_may_still_come() {
    let (mut app, order) = open_at(1);
    type_unanswered(&mut app, "/x");
    // It stands before hits of the result, so it is not in it.
    first(&mut app, [order[0], order[4]]);
    assert_eq!(shown(&app), [order[0], order[4]]);
    whole(&mut app, [order[0], order[4], order[7]]);
    assert_eq!((shown(&app).len(), app.list.cursor), (3, 0));

    let (mut app, order) = open_at(5);
    type_unanswered(&mut app, "/x");
    first(&mut app, [order[0], order[4]]);
    assert_eq!((shown(&app).len(), app.list.current()), (9, Some(Key(order[5]))));
    whole(&mut app, [order[0], order[4], order[5], order[7]]);
    assert_eq!(app.list.current(), Some(Key(order[5])));

    let (mut app, order) = open_at(4);
    type_unanswered(&mut app, "/x");
    first(&mut app, [order[0], order[4]]);
    assert_eq!((shown(&app).len(), app.list.current()), (2, Some(Key(order[4]))));
}

#[test]
fn in_another_order_first_hits_wait_for_the_cursors_incident() {
    let (mut app, order) = open_at(1);
    type_unanswered(&mut app, "/x sort:org");
    first(&mut app, [order[0], order[4]]);
    assert_eq!(shown(&app).len(), 9);
}

#[test]
fn first_hits_that_wait_are_shown_when_the_whole_takes_its_time() {
    let (mut app, order) = open_at(5);
    type_unanswered(&mut app, "/x");
    first(&mut app, [order[0], order[4]]);
    app.drawn();
    app.update(Event::Tick);
    assert_eq!((shown(&app), app.list.cursor), (vec![order[0], order[4]], 0));
    assert!(app.needs_draw());
    // From now on nothing jumps to where the cursor was.
    whole(&mut app, [order[0], order[4], order[5]]);
    assert_eq!((shown(&app).len(), app.list.cursor), (3, 0));
}

#[test]
fn first_hits_of_an_older_search_are_not_shown_later() {
    let (mut app, order) = open_at(5);
    type_unanswered(&mut app, "/x");
    first(&mut app, [order[0]]);
    type_unanswered(&mut app, "y");
    app.update(Event::Tick);
    assert_eq!(shown(&app).len(), 9);
}

#[test]
fn a_refresh_shows_nothing_before_all_is_known() {
    let (mut app, order) = open_at(0);
    let effects = app.update(Event::Reply(Reply::Changed));
    assert_eq!(searches(&effects).len(), 1);
    first(&mut app, [order[0], order[1]]);
    assert_eq!(shown(&app).len(), 9);
    whole(&mut app, order[1..].iter().copied());
    assert_eq!(shown(&app), order[1..]);
}

#[test]
fn changes_during_a_search_have_it_run_again_and_not_begun_anew() {
    let (mut app, order) = open_at(0);
    type_unanswered(&mut app, "/x");
    let generation = app.query.generation;
    for _ in 0..3 {
        assert!(searches(&app.update(Event::Reply(Reply::Changed))).is_empty());
    }
    assert_eq!(app.query.generation, generation);
    let found = Reply::Found { generation, found: found(order.iter().copied()), rows: Vec::new() };
    assert_eq!(searches(&app.update(Event::Reply(found))), [(generation.0 + 1, "x")]);
    whole(&mut app, order);
    assert!(!app.query.waiting);
}

#[test]
fn a_search_that_failed_is_not_waited_for() {
    let (mut app, _) = open_at(0);
    type_unanswered(&mut app, "/x");
    reply(&mut app, Reply::Failed { failure: Failure::Search, message: "the file is gone".into() });
    assert!(!app.query.waiting);
    assert_eq!(app.status.message().map(|m| m.1), Some("the file is gone"));
}

#[test]
fn the_end_of_the_list_is_gone_to_when_it_is_known() {
    for (keys, place) in [("G", 9), ("8G", 8), ("Gk", 2), ("G2G", 2), ("7j", 8)] {
        let (mut app, _) = App::new(setup((120, 40)));
        first(&mut app, [1, 2, 3]);
        press(&mut app, keys);
        assert!(app.list.cursor < 3);
        whole(&mut app, 1..=9);
        assert_eq!(app.list.cursor + 1, place, "{keys}");
    }
}

#[test]
fn what_is_done_to_the_whole_view_waits_until_it_is_known() {
    let (mut app, _) = App::new(setup((120, 40)));
    first(&mut app, [1, 2, 3]);
    for keys in ["*", "e", ":export csv<Enter>"] {
        let effects = press(&mut app, keys);
        assert!(effects.is_empty() && app.layers.is_empty() && app.list.marks.is_empty(), "{keys}");
        assert!(app.status.message().is_some_and(|m| m.1.contains("still being counted")), "{keys}");
    }
    whole(&mut app, 1..=9);
    press(&mut app, "*");
    assert_eq!(app.list.marks.len(), 9);
}

#[test]
fn reading_all_texts_is_told_until_the_index_is_there() {
    let (mut app, _) = open_at(0);
    let scanned = |app: &mut App| {
        let generation = app.query.generation;
        reply(app, Reply::Found { generation, found: Found { scanned: true, ..found(1..=2) }, rows: Vec::new() });
    };
    let note = |app: &App| app.reads_all_texts().map(|[full, short]| format!("{full} | {short}"));
    assert_eq!(note(&app), None);
    type_unanswered(&mut app, "/x");
    scanned(&mut app);
    assert!(note(&app).unwrap().contains("no search index yet"));
    reply(&mut app, Reply::Indexing(Indexing::Running { done: 43, total: 100 }));
    assert!(note(&app).unwrap().ends_with("43 % | index 43 %"));
    reply(&mut app, Reply::Indexing(Indexing::Ready));
    assert_eq!(note(&app), None);
    // It was taken away meanwhile.
    type_unanswered(&mut app, "y");
    scanned(&mut app);
    assert!(note(&app).unwrap().contains("no search index yet"));
    reply(&mut app, Reply::Indexing(Indexing::Failed("the disk is full".into())));
    assert!(note(&app).unwrap().contains("can't be built"));
}

#[test]
fn a_slow_search_begins_anew_once_there_is_an_index() {
    let (mut app, _) = open_at(0);
    type_unanswered(&mut app, "/x");
    assert!(searches(&app.update(Event::Reply(Reply::Indexing(Indexing::Ready)))).is_empty());
    app.update(Event::Tick);
    assert_eq!(searches(&app.update(Event::Reply(Reply::Indexing(Indexing::Ready)))).len(), 1);
}
