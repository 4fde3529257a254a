//! Keys of the ways through a pile: tags by one key, untriaged rows, bulk acts that say what they do, the tour.

use super::*;
use crate::app::layers::tags::Purpose;
use crate::domain::protocol::TagKey;

fn keys() -> Reply {
    let key = |key, name: &str| TagKey { key, tag: Tag::new(name).unwrap() };
    Reply::TagKeys(vec![key('a', "web"), key('1', "supply/若宮印刷")])
}

/// A workbench that knows the keys of tags.
fn open_with_keys() -> App {
    let mut app = open();
    assert_eq!(press(&mut app, ","), [Effect::Store(Request::TagKeys)]);
    reply(&mut app, keys());
    press(&mut app, "<Esc>");
    app
}

#[test]
fn one_key_tags_the_cursor_the_marks_or_the_range() {
    let web = || tag(&["web"], &[]);
    let cases = [
        // The first sample record carries supply/若宮印刷 and no other of them: its key takes it off.
        (",a", vec![(web(), vec![1])], "1 []"),
        (",1", vec![(tag(&[], &["supply/若宮印刷"]), vec![1])], "1 []"),
        ("，ａ", vec![(web(), vec![1])], "1 []"),
        ("<Space><Space>,a", vec![], "3 [1, 2]"),
        ("<Space><Space>,a<Enter>", vec![(web(), vec![1, 2])], "3 [1, 2]"),
        ("jv2j,ay", vec![(web(), vec![2, 3, 4])], "4 []"),
        ("3,a<Enter>", vec![(web(), vec![1, 2, 3])], "4 []"),
        (",z", vec![], "1 []"),
        (",za", vec![(web(), vec![1])], "1 []"),
        (",<Esc>", vec![], "1 []"),
        (",aj.", vec![(web(), vec![1]), (web(), vec![2])], "3 []"),
    ];
    for (typed, acts, after) in cases {
        let mut app = open_with_keys();
        let effects = press(&mut app, typed);
        assert_eq!((applies(&effects), told(&app)), (acts, after.into()), "{typed}");
    }
}

#[test]
fn a_key_pressed_before_the_tags_are_known_is_not_lost() {
    let mut app = open();
    assert!(applies(&press(&mut app, ",a")).is_empty());
    let effects = reply(&mut app, keys());
    assert_eq!(applies(&effects), [(tag(&["web"], &[]), vec![1])]);
    assert!(app.layers.is_empty());
    // Another's change may have given keys anew.
    reply(&mut app, Reply::Changed);
    assert_eq!(press(&mut app, ","), [Effect::Store(Request::TagKeys)]);
}

#[test]
fn keys_are_given_to_tags_from_inside() {
    let bound = |name: &str, key| Change::Key { tag: Tag::new(name).unwrap(), key };
    for (typed, change) in [
        (",<Tab>cloud<Enter>c", bound("cloud", Some('c'))),
        (",<Tab>新しい<Enter>９", bound("新しい", Some('9'))),
        (",<Tab>web<Enter><Backspace>", bound("web", None)),
        (",<Tab>web<Enter>/x", bound("web", Some('x'))),
        ("tclo<^k>c", bound("cloud", Some('c'))),
    ] {
        let mut app = open_with_keys();
        let mut effects = Vec::new();
        for key in run(typed) {
            let now = app.update(Event::Key(key));
            if now.iter().any(|e| matches!(e, Effect::Store(Request::TagCounts { .. }))) {
                reply(&mut app, counts());
            }
            effects.extend(now);
        }
        assert_eq!(applies(&effects), [(change, vec![])], "{typed}");
        assert!(app.layers.is_empty());
    }
    let mut app = open_with_keys();
    press(&mut app, ",<Tab><Esc>");
    assert!(app.layers.is_empty());
    press(&mut app, ",<Tab>");
    assert!(
        matches!(app.layers.last(), Some(Layer::Tags(d)) if d.purpose == Purpose::Key && d.key_of(&Tag::new("web").unwrap()) == Some('a'))
    );
}

#[test]
fn a_bulk_act_says_how_many_it_changes_before_it_is_done() {
    for (typed, told) in [
        ("<Space><Space>:tag +cloud +new<Enter>", "Enter adds 2 tags to 2 incidents · u takes it back afterwards"),
        (
            "<Space><Space>:tag +supply/若宮印刷 -web<Enter>",
            "Enter adds supply/若宮印刷 to 1, already on 1 · Enter removes web from 2 · u takes it back afterwards",
        ),
    ] {
        let mut app = open();
        let effects = press(&mut app, typed);
        assert!(effects.contains(&Effect::Store(Request::TagCounts { keys: vec![Key(1), Key(2)] })), "{typed}");
        let Some(Layer::Confirm(confirm)) = app.layers.last() else { panic!("{typed}") };
        assert_eq!(confirm.remark, "counting tags · u takes it back afterwards");
        reply(&mut app, counts());
        let Some(Layer::Confirm(confirm)) = app.layers.last() else { panic!("{typed}") };
        assert_eq!(confirm.remark, told, "{typed}");
    }
}

#[test]
fn a_bulk_act_that_changes_nothing_is_not_asked_about() {
    for (typed, told) in [
        ("<Space><Space>:tag +web<Enter>", "web is on all of them already"),
        ("<Space><Space>:tag -cloud<Enter>", "cloud is on none of them"),
    ] {
        let mut app = open();
        press(&mut app, typed);
        assert_eq!(app.layers.len(), 1, "{typed}");
        assert_eq!(applies(&reply(&mut app, counts())), []);
        assert!(app.layers.is_empty(), "{typed}");
        assert_eq!(app.status.message().map(|m| m.1), Some(told));
    }
}

#[test]
fn a_key_of_a_tag_is_one_that_can_be_pressed_without_an_input_method() {
    let mut app = open_with_keys();
    press(&mut app, ",<Tab>");
    reply(&mut app, counts());
    let effects = press(&mut app, "cloud<Enter>約");
    assert_eq!((applies(&effects), app.layers.len()), (vec![], 1));
}

#[test]
fn one_key_tags_as_the_incident_above() {
    let supply = || tag(&["supply/若宮印刷"], &[]);
    let cases = [
        ("jj\"", vec![(supply(), vec![3])], "4 []", ""),
        // Row 4 carries it too; held down, the key hands it on though no answer has come.
        (
            "jjjj\"\"\"",
            vec![(supply(), vec![5]), (supply(), vec![6]), (tag(&["cloud", "supply/若宮印刷"], &[]), vec![7])],
            "8 []",
            "",
        ),
        ("jj3\"<Enter>", vec![(supply(), vec![3, 4, 5])], "6 []", ""),
        ("jjvj\"<Enter>", vec![(supply(), vec![3, 4])], "4 []", ""),
        ("jj<Space>G<Space>gg\"<Enter>", vec![(supply(), vec![3, 9])], "1 [3, 9]", ""),
        ("jj＂", vec![(supply(), vec![3])], "4 []", ""),
        (
            "jj\":tag -supply/若宮印刷 +web<Enter>",
            vec![(supply(), vec![3]), (tag(&["web"], &["supply/若宮印刷"]), vec![4])],
            "4 []",
            "",
        ),
        ("jj:tag +new<Enter>j\"", vec![(tag(&["new"], &[]), vec![3]), (tag(&["new"], &[]), vec![4])], "5 []", ""),
        ("j:tag -supply/若宮印刷<Enter>j\"", vec![(tag(&[], &["supply/若宮印刷"]), vec![2])], "3 []", "carries no tag"),
        ("\"", vec![], "1 []", "nothing stands above"),
        ("jjj\"", vec![], "4 []", "carries no tag"),
        ("jju\"", vec![], "3 []", "again in a moment"),
    ];
    for (typed, acts, after, hint) in cases {
        let mut app = open();
        let effects = press(&mut app, typed);
        assert_eq!((applies(&effects), told(&app)), (acts, after.into()), "{typed}");
        let said = app.status.message().map_or("", |m| m.1);
        assert!(said.contains(hint), "{typed}: {said}");
    }
    // What folds away is passed over: rows of another group lie between.
    let mut app = open();
    press(&mut app, "bs");
    let above = app.list.above(Key(3));
    assert!(above.is_some() && app.list.above(app.list.found.keys[0]).is_none());
}

#[test]
fn what_was_marked_when_the_question_came_is_what_is_changed() {
    let mut app = open_with_keys();
    press(&mut app, "<Space><Space>,a");
    // Another's change shortens the list meanwhile; the marks go on as they were.
    reply(&mut app, Reply::Changed);
    app.list.marks.insert(Key(7));
    assert_eq!(applies(&press(&mut app, "y")), [(tag(&["web"], &[]), vec![1, 2])]);
}

#[test]
fn untriaged_rows_are_gone_to_in_both_directions() {
    // Rows 5 and 6 of the sample are done, row 8 is dismissed.
    let triaged: Vec<usize> = (1..=9).filter(|n| sample::record(*n).triage.status.is_triaged()).collect();
    assert_eq!(triaged, [5, 6, 8]);
    for (typed, after) in [
        ("}", "2 []"),
        ("4G}", "7 []"),
        ("4G}}", "9 []"),
        ("7G{", "4 []"),
        ("3}", "4 []"),
        ("4}", "7 []"),
        ("G2{", "4 []"),
        ("99}", "9 []"),
        ("G}", "9 []"),
        ("{", "1 []"),
    ] {
        let mut app = open();
        press(&mut app, typed);
        assert_eq!(told(&app), after, "{typed}");
    }
    let mut app = open();
    press(&mut app, "G}");
    assert_eq!(app.status.message().map(|m| m.1), Some("nothing below is left to triage"));
    press(&mut app, "gg{");
    assert_eq!(app.status.message().map(|m| m.1), Some("nothing above is left to triage"));
}

#[test]
fn the_next_untriaged_row_is_found_beyond_the_rows_at_hand() {
    let (mut app, effects) = App::new(setup((120, 40)));
    let generation = effects.iter().find_map(|e| match e {
        Effect::Store(Request::Search { generation, .. }) => Some(*generation),
        _ => None,
    });
    let row = |k: &Key| {
        let mut row = sample::row(*k, &sample::record(1));
        row.status = if k.0 == 3_000 { Status::New } else { Status::Done };
        row
    };
    let reply = Reply::Found { generation: generation.unwrap(), found: found(1..=5_000), rows: Vec::new() };
    let mut queue = std::collections::VecDeque::from(app.update(Event::Reply(reply)));
    queue.extend(app.update(Event::Key(keys::sequence("}")[0])));
    let mut asked = 0;
    while let Some(effect) = queue.pop_front() {
        if let Effect::Store(Request::Rows { keys }) = effect {
            asked += 1;
            assert!(asked < 40);
            queue.extend(app.update(Event::Reply(Reply::Rows(keys.iter().map(row).collect()))));
        }
    }
    assert_eq!(app.list.current(), Some(Key(3_000)));
}

#[test]
fn the_tour_waits_for_each_key_and_goes_on() {
    let step = |app: &App| app.tour.map(Tour::number);
    let mut app = open();
    press(&mut app, "j");
    assert_eq!(step(&app), None);
    press(&mut app, "g?");
    for (typed, now) in [
        ("k", Some(1)),
        ("j", Some(2)),
        ("]", Some(3)),
        ("<Enter>", Some(4)),
        ("<Esc>", Some(5)),
        ("/委託<Enter>", Some(6)),
        (":tag +a<Enter>", Some(7)),
        ("x", Some(8)),
        ("u", None),
    ] {
        press(&mut app, typed);
        assert_eq!(step(&app), now, "{typed}");
    }
    assert!(app.status.message().is_some_and(|m| m.1.starts_with("That was the tour")), "{:?}", app.status);
    press(&mut app, ":tour<Enter>");
    assert_eq!(step(&app), Some(1));
    // Esc first does what it does without a tour.
    press(&mut app, "<Space><Esc>");
    assert_eq!(step(&app), Some(1));
    press(&mut app, "<Esc>");
    assert_eq!(step(&app), None);
}

#[test]
fn the_help_opens_over_dialogs_and_inputs() {
    for (typed, title) in
        [("t<F1>", "Incidents"), ("/漏<F1>", "Queries: words, fields, dates"), ("S<F1>", "Incidents"), ("?<F1>", "")]
    {
        let mut app = open();
        press(&mut app, typed);
        let shown = app.layers.last().and_then(|l| if let Layer::Help(h) = l { Some(h.title) } else { None });
        assert_eq!(shown.unwrap_or_default(), title, "{typed}");
    }
    let mut app = open();
    press(&mut app, "/漏<F1><Esc>え");
    assert_eq!(app.query.input.text(), "漏え");
}

#[test]
fn a_verb_s_arguments_are_offered_and_written() {
    for (typed, change) in [
        (":status di<Tab><Enter>", Change::Status { to: Status::Dismissed }),
        (":status <Down><Enter><Enter>", Change::Status { to: Status::New }),
        (":tag we<Tab><Enter>", tag(&["web"], &[])),
        (":tag +we<Enter>", tag(&["we"], &[])),
        (":tag +a -w<Down><Enter><Enter>", tag(&["a"], &["web"])),
    ] {
        let mut app = open();
        let mut effects = Vec::new();
        for key in run(typed) {
            let now = app.update(Event::Key(key));
            if now.iter().any(|e| matches!(e, Effect::Store(Request::TagCounts { .. }))) {
                reply(&mut app, counts());
            }
            effects.extend(now);
        }
        assert_eq!(applies(&effects), [(change, vec![1])], "{typed}");
    }
}

#[test]
fn an_empty_case_book_leads_to_the_sample() {
    let (mut app, effects) = App::new(setup((120, 40)));
    let searched = effects.iter().find_map(|e| match e {
        Effect::Store(Request::Search { generation, .. }) => Some(*generation),
        _ => None,
    });
    let generation = searched.unwrap();
    reply(&mut app, Reply::Found { generation, found: Found::default(), rows: Vec::new() });
    assert_eq!(press(&mut app, "T"), [Effect::OpenSample]);
    assert_eq!(press(&mut app, "g?"), [Effect::OpenSample]);
    assert_eq!(press(&mut app, ":tour<Enter>"), [Effect::OpenSample]);
    assert!(app.layers.is_empty() && app.tour.is_none());
    // On a case book with incidents the key keeps its meaning, and nothing is offered.
    let mut app = open();
    assert_eq!(app.status.message(), None);
    press(&mut app, "T");
    assert!(matches!(app.layers.last(), Some(Layer::Tags(_))));
    let (app, _) = App::new(Setup { welcome: Welcome::Tour, ..setup((120, 40)) });
    assert_eq!(app.tour.map(Tour::number), Some(1));
}
