//! Groups with keys: what is folded, where the cursor goes, what acts on a header are done to.

use super::*;
use crate::app::panes::groups::Row;
use crate::domain::grouping::{GroupBy, Grouping};

/// A workbench on the sample records by month: 2024-06 holds 1 to 5 (in the store's order), 2024-05 6 to 8, the last
/// has no day.
fn by_month() -> App {
    let mut app = open();
    press(&mut app, "bm");
    assert!(app.list.is_grouped(), "{:?}", app.list.found);
    app
}

/// The rows as text: headers by their label and size, incidents by their key; the cursor's in brackets.
fn rows(app: &App) -> String {
    let one = |row: usize| {
        let text = match app.list.row_at(row).unwrap() {
            Row::Head(group) => {
                let span = app.list.group(group).unwrap();
                format!("{}/{}", span.label.as_deref().unwrap_or("?"), span.len)
            }
            Row::Incident(_) => app.list.key_at(row).unwrap().0.to_string(),
        };
        if row == app.list.cursor { format!("[{text}]") } else { text }
    };
    (0..app.list.len()).map(one).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_list_is_grouped_and_ungrouped_with_the_cursor_on_its_incident() {
    let mut app = open();
    press(&mut app, "4Gbm");
    assert_eq!(rows(&app), "2024-06/5 1 2 3 [4] 5 2024-05/3 6 7 8 ?/1 9");
    press(&mut app, "bz");
    assert!(app.grouping.is_some_and(|g| g.by_size));
    press(&mut app, "bn");
    assert_eq!(rows(&app), "1 2 3 [4] 5 6 7 8 9");
    let effects = type_unanswered(&mut app, "bt");
    let asked = |e: &Effect| {
        matches!(e, Effect::Store(Request::Search { wanted, .. })
        if wanted.group == Some(Grouping { by: GroupBy::ThirdParty, by_size: false }))
    };
    assert!(effects.iter().any(asked), "{effects:?}");
}

#[test]
fn groups_fold_and_unfold() {
    let cases = [
        ("za", "[2024-06/5] 2024-05/3 6 7 8 ?/1 9"),
        ("3jza", "[2024-06/5] 2024-05/3 6 7 8 ?/1 9"),
        ("3jzaza", "[2024-06/5] 1 2 3 4 5 2024-05/3 6 7 8 ?/1 9"),
        ("gg<Enter>", "[2024-06/5] 2024-05/3 6 7 8 ?/1 9"),
        ("zM", "[2024-06/5] 2024-05/3 ?/1"),
        ("GzM", "2024-06/5 2024-05/3 [?/1]"),
        ("zMj<Enter>j", "2024-06/5 2024-05/3 [6] 7 8 ?/1"),
        ("zMjzazR", "2024-06/5 1 2 3 4 5 [2024-05/3] 6 7 8 ?/1 9"),
        // Rows are counted by incidents, as the first line counts them.
        ("7G", "2024-06/5 1 2 3 4 5 2024-05/3 6 [7] 8 ?/1 9"),
        ("zM:7<Enter>", "2024-06/5 [2024-05/3] ?/1"),
    ];
    for (keys, expected) in cases {
        let mut app = by_month();
        press(&mut app, keys);
        assert_eq!(rows(&app), expected, "{keys}");
    }
    let mut app = open();
    press(&mut app, "za");
    assert_eq!(app.status.message().map(|m| m.1), Some("the list is not grouped: b groups it"));
}

#[test]
fn marks_of_headers_are_marks_of_their_incidents() {
    let cases = [
        ("gg<Space>", "7 [1, 2, 3, 4, 5]"),
        ("gg<Space>gg<Space>", "7 []"),
        ("gg<Space><Space>", "11 [1, 2, 3, 4, 5, 6, 7, 8]"),
        // From the last incident of a group to the first of the next, not to its header.
        ("4G<Space><Space>", "8 [4, 5]"),
        ("5G<Space><Space>", "9 [5, 6]"),
        ("zM<Space><Space>", "3 [1, 2, 3, 4, 5, 6, 7, 8]"),
        ("ggv<Space>", "1 [1, 2, 3, 4, 5]"),
        ("ggvjj<Space>", "3 [1, 2]"),
        ("zMvj<Space>", "2 [1, 2, 3, 4, 5, 6, 7, 8]"),
        ("5Gvjj<Space>", "8 [5, 6]"),
        ("zM*", "1 [1, 2, 3, 4, 5, 6, 7, 8, 9]"),
    ];
    for (keys, expected) in cases {
        let mut app = by_month();
        press(&mut app, keys);
        assert_eq!(told(&app), expected, "{keys}");
    }
}

#[test]
fn acts_on_a_header_go_to_its_incidents_and_are_asked_for_before() {
    let done = Change::Status { to: Status::Done };
    let mut app = by_month();
    assert!(applies(&press(&mut app, "zMjx")).is_empty());
    let Some(Layer::Confirm(confirm)) = app.layers.last() else { panic!("{:?}", app.layers) };
    assert_eq!(confirm.question, "Set the 3 incidents of this group to done");
    assert_eq!(applies(&press(&mut app, "y")), [(done.clone(), vec![6, 7, 8])]);
    assert_eq!(rows(&app), "2024-06/5 2024-05/3 [?/1]");
    let cases = [
        ("ggsd", vec![(done.clone(), vec![1, 2, 3, 4, 5])]),
        ("Gxy", vec![(done.clone(), vec![9])]),
        ("zMGx", vec![(done.clone(), vec![9])]),
        ("ggj2xy", vec![(done, vec![1, 2])]),
        ("gg:tag +a<Enter><Enter>", vec![(tag(&["a"], &[]), vec![1, 2, 3, 4, 5])]),
    ];
    for (keys, expected) in cases {
        assert_eq!(applies(&press(&mut by_month(), keys)), expected, "{keys}");
    }
    let mut app = by_month();
    let asked = press(&mut app, "ggt");
    assert_eq!(asked.first(), Some(&Effect::Store(Request::TagCounts { keys: (1..=5).map(Key).collect() })));
    let mut app = by_month();
    let copied = press(&mut app, "ggy");
    assert_eq!(copied, [Effect::Copy("2024-06  5 incidents  triaged 1/5".into())]);
}

#[test]
fn a_header_has_no_detail_and_the_first_line_counts_incidents() {
    let mut app = by_month();
    press(&mut app, "gg");
    assert_eq!((app.list.current(), app.detail.key, app.list.place()), (None, None, 1));
    press(&mut app, "j");
    assert_eq!((app.detail.key, app.list.place()), (Some(Key(1)), 1));
    press(&mut app, "G");
    assert_eq!((app.detail.key, app.list.place(), app.list.len()), (Some(Key(9)), 9, 12));
    assert!(app.title().ends_with(" 9/9"), "{}", app.title());
}

#[test]
fn a_change_by_others_keeps_cursor_marks_and_folds() {
    let mut app = by_month();
    press(&mut app, "gg<Space>8Gza");
    let before = rows(&app);
    assert_eq!(before, "2024-06/5 1 2 3 4 5 [2024-05/3] ?/1 9");
    reply(&mut app, Reply::Changed);
    assert_eq!((rows(&app), app.list.marks.len()), (before, 5));
    press(&mut app, "bt");
    assert!(!(0..3).any(|g| app.list.is_folded(g)), "other groups are unfolded");
}

#[test]
fn the_next_untriaged_is_found_in_a_folded_group_too() {
    let mut app = by_month();
    press(&mut app, "zM}");
    assert_eq!((rows(&app).as_str(), app.list.current()), ("2024-06/5 [1] 2 3 4 5 2024-05/3 ?/1", Some(Key(1))));
    // 5, 6 and 8 are triaged.
    press(&mut app, "4}");
    assert_eq!((app.list.current(), app.list.is_folded(1), app.list.is_folded(2)), (Some(Key(7)), false, true));
    press(&mut app, "{");
    assert_eq!(app.list.current(), Some(Key(4)));
}

#[test]
fn a_new_result_is_begun_at_its_first_incident() {
    let mut app = by_month();
    type_unanswered(&mut app, "3j/x");
    let generation = app.query.generation;
    let mut grouped = app.list.found.clone();
    grouped.keys = Arc::new((11..=19).map(Key).collect());
    app.update(Event::Reply(Reply::Found { generation, found: grouped.clone(), rows: Vec::new() }));
    assert_eq!((app.list.current(), app.list.top), (Some(Key(11)), 0));
    type_unanswered(&mut app, "<Enter>zM");
    type_unanswered(&mut app, "/y");
    let generation = app.query.generation;
    grouped.keys = Arc::new((21..=29).map(Key).collect());
    app.update(Event::Reply(Reply::Found { generation, found: grouped, rows: Vec::new() }));
    assert_eq!((app.list.current(), app.list.cursor), (None, 0));
}
