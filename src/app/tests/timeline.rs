//! The timeline pane: of the incident, of the view, of the case, and their keys.

use super::*;
use crate::app::panes::histogram::Step;
use crate::app::panes::scenes::Scene;
use crate::domain::histogram::{Histogram, PartCounts};
use crate::domain::protocol::{CaseMember, CaseMembers};
use crate::domain::{Request, Split};

/// Answers as a store would whose hits are published in these months, and whose incidents 1 to 3 and 9 are one case.
pub fn answered(effect: &Effect) -> Option<Reply> {
    match effect {
        Effect::Store(Request::Histogram { generation, split, .. }) => {
            let histogram = Arc::new(days(*split));
            Some(Reply::Histogram { generation: *generation, histogram })
        }
        Effect::Store(Request::Case { key }) => {
            let keys = if key.0 <= 3 { vec![1, 2, 3, 9] } else { vec![key.0] };
            let member = |k: i64| {
                let record = sample::record(k as usize);
                CaseMember { key: Key(k), id: record.id, facts: record.facts }
            };
            Some(Reply::Case {
                key: *key,
                case: CaseMembers { members: keys.into_iter().map(member).collect(), more: 0 },
            })
        }
        _ => None,
    }
}

fn days(split: Split) -> Histogram {
    let day = |text: &str| {
        let mut counts = PartCounts::default();
        counts[0] = 2;
        (text.parse().unwrap(), counts)
    };
    let days = ["2024-01-05", "2024-02-10", "2024-03-01", "2024-05-28", "2024-06-07"].map(day).to_vec();
    Histogram { split, days, ..Histogram::default() }
}

fn histograms(effects: &[Effect]) -> Vec<(u64, &str, Split)> {
    let asked = effects.iter().filter_map(|e| match e {
        Effect::Store(Request::Histogram { generation, wanted, split }) => {
            Some((generation.0, wanted.query.as_str(), *split))
        }
        _ => None,
    });
    asked.collect()
}

/// What a key has the workbench ask for.
fn asked_by(app: &mut App, key: &str) -> Vec<Effect> {
    app.update(Event::Key(run(key)[0]))
}

#[test]
fn the_view_is_counted_only_while_it_is_shown() {
    let mut app = open();
    press(&mut app, "3<Tab>");
    let effects = asked_by(&mut app, "v");
    assert_eq!(histograms(&effects), [(1, "", Split::Action)]);
    answer(&mut app, effects);
    // Zoom and pan ask for nothing.
    for key in ["+", "-", "h", "l", "D", "Y", "<Space>", "("] {
        assert_eq!(histograms(&asked_by(&mut app, key)), [], "{key}");
    }
    let effects = asked_by(&mut app, "p");
    assert_eq!(histograms(&effects), [(1, "", Split::Tag)]);
    answer(&mut app, effects);
    // Another result is counted when all of it is known.
    press(&mut app, "<Esc><Esc>");
    let generation = app.query.generation;
    type_unanswered(&mut app, "/x");
    assert_ne!(app.query.generation, generation);
    let early = Found { early: true, ..found(1..=2) };
    let generation = app.query.generation;
    let effects = app.update(Event::Reply(Reply::Found { generation, found: early, rows: Vec::new() }));
    assert_eq!(histograms(&effects), []);
    let effects = app.update(Event::Reply(Reply::Found { generation, found: found(1..=3), rows: Vec::new() }));
    assert_eq!(histograms(&effects), [(generation.0, "x", Split::Tag)]);
    answer(&mut app, effects);
    // So is the same one after a change.
    let effects = app.update(Event::Reply(Reply::Changed));
    let left = answer(&mut app, effects);
    assert!(left.is_empty() && app.query.generation.0 == generation.0 + 1);
    press(&mut app, "<Enter>3<Tab>i");
    let effects = app.update(Event::Reply(Reply::Changed));
    assert_eq!(histograms(&effects), []);
    let generation = app.query.generation;
    let effects = app.update(Event::Reply(Reply::Found { generation, found: found(1..=3), rows: Vec::new() }));
    assert_eq!(histograms(&effects), []);
}

#[test]
fn keys_zoom_pan_and_brush_and_enter_narrows_the_query() {
    let cases = [
        ("vM<Space><Enter>", "published:2024-06"),
        ("vMhh<Space>h<Enter>", "published:2024-03..2024-04"),
        ("vMhh<Space>h<Space>hh<Enter>", "published:2024-03..2024-04"),
        ("vMgg(2l)<Enter>", "published:2024-01..2024-03"),
        ("vMgg<Space>G<Enter>", "published:2024-01..2024-06"),
        ("vMgg3j<Space><Enter>", "published:2024-04"),
        ("vM2G<Space><Enter>", "published:2024-02"),
        ("mQ<Space><Enter>", "published:2024-04..2024-06"),
        ("mY<Space><Enter>", "published:2024"),
        ("vM+<Space><Enter>", "published:2024-06-03..2024-06-09"),
        ("vM2+<Space><Enter>", "published:2024-06-07"),
        ("vM-=<Space><Enter>", "published:2024-06"),
        ("vM<Left><Right><Left><Space><Enter>", "published:2024-05"),
        ("vM<Space><Esc><Enter>", ""),
    ];
    for (keys, query) in cases {
        let mut app = open();
        press(&mut app, "3<Tab>");
        press(&mut app, keys);
        assert_eq!(app.query.shown, query, "{keys}");
        if !query.is_empty() {
            assert_eq!((app.focus, app.chart.brush), (Pane::List, None), "{keys}");
            assert!(app.status.message().is_some_and(|m| m.1.contains(query)), "{keys}");
        }
    }
    // The word takes the place of an earlier one, and the query from before is in the history.
    let mut app = open();
    press(&mut app, "/漏えい published:2023<Enter>3<Tab>vM<Space><Enter>");
    assert_eq!(app.query.input.text(), "漏えい published:2024-06");
    press(&mut app, "/<Up><Up><Enter>");
    assert_eq!(app.query.shown, "漏えい published:2023");
}

#[test]
fn the_pane_keeps_to_its_scene_and_other_panes_to_their_keys() {
    let mut app = open();
    press(&mut app, ":timeline view<Enter>");
    assert_eq!((app.focus, app.scene), (Pane::Timeline, Scene::View));
    press(&mut app, "<Tab>v");
    assert!(app.list.visual.is_some());
    press(&mut app, "<Esc>l");
    assert_eq!(app.focus, Pane::Detail);
    press(&mut app, "l");
    assert_eq!((app.focus, app.scene), (Pane::Timeline, Scene::View));
    let at = app.chart.cursor();
    press(&mut app, "h");
    assert_eq!((app.focus, app.chart.cursor()), (Pane::Timeline, at.map(|n| n - 1)));
    press(&mut app, "ih");
    assert_eq!((app.focus, app.scene), (Pane::Detail, Scene::Incident));
    press(&mut app, "l+");
    assert!(app.status.message().is_some_and(|m| m.1.contains("timeline of the view")));
    press(&mut app, "v<Enter>");
    assert!(app.whole);
    press(&mut app, "<Space><Esc>");
    assert!(app.whole && app.chart.brush.is_none());
    press(&mut app, "<Esc>");
    assert_eq!((app.whole, app.focus), (false, Pane::List));
    press(&mut app, "3<Tab>vY-");
    assert_eq!(app.chart.step, Step::Year);
    assert!(app.status.message().is_some_and(|m| m.1.contains("coarser")));
}

#[test]
fn a_case_is_fetched_once_and_its_rows_lead_to_their_incidents() {
    let mut app = open();
    press(&mut app, "3<Tab>");
    let effects = asked_by(&mut app, "c");
    assert_eq!(effects, [Effect::Store(Request::Case { key: Key(1) })]);
    answer(&mut app, effects);
    assert_eq!((app.case.members.len(), app.case.cursor), (4, 0));
    press(&mut app, "jj<Enter>");
    assert_eq!((app.list.current(), app.focus, app.case.cursor), (Some(Key(3)), Pane::Timeline, 2));
    press(&mut app, "<Esc>");
    // The next incident is of the same case: nothing is asked for but its detail.
    let effects = asked_by(&mut app, "k");
    let left = answer(&mut app, effects);
    assert!(left.is_empty() && app.case.cursor == 1 && app.case.members.len() == 4);
    press(&mut app, "7G");
    assert_eq!((app.case.members.len(), app.case.current().map(|m| m.key)), (1, Some(Key(7))));
    // A change has it fetched anew.
    let effects = app.update(Event::Reply(Reply::Changed));
    answer(&mut app, effects);
    assert!(app.case.is_of(Key(7)));
    // What the view does not hold is shown alone, and there is a way back.
    press(&mut app, "gg");
    type_unanswered(&mut app, "/x");
    let generation = app.query.generation;
    reply(&mut app, Reply::Found { generation, found: found(1..=3), rows: Vec::new() });
    press(&mut app, "<Enter>3<Tab>G<Enter>");
    assert_eq!((app.here(), app.focus), (Some(Key(9)), Pane::Detail));
    press(&mut app, "<^o>");
    assert_eq!((app.here(), app.focus, app.scene), (Some(Key(1)), Pane::Timeline, Scene::Case));
}
