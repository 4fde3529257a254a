//! The workbench as an analyst meets it: keys in, effects and state out.

use super::*;
use crate::app::event::{Edited, Event};
use crate::app::keys::run;
use crate::app::layers::Layer;
use crate::domain::protocol::{Found, TagCount};
use crate::domain::work::{Task, Worked, Working};
use crate::domain::{Acted, Applied, Change, Failure, Generation, Key, OpId, Reply, Status};
use std::sync::Arc;

mod columns;
mod completing;
mod correct;
mod display;
mod early;
mod exporting;
mod find_text;
mod groups;
mod jumping;
mod jumps;
mod keys_bound;
mod marks;
mod noting;
mod others;
mod paths;
mod review;
mod romaji;
mod session;
mod timeline;
mod triage;
mod views;
mod work;

fn setup(size: (u16, u16)) -> Setup {
    Setup {
        store_name: "2024.db".into(),
        analyst: "hanako".into(),
        lang: Lang::En,
        plain: false,
        no_color: false,
        display: Display::default(),
        ambiguous: AmbiguousWidth::Narrow,
        query: String::new(),
        romaji: true,
        size,
        today: NaiveDate::from_ymd_opt(2024, 6, 8).unwrap(),
        export_folder: "/home/hanako".into(),
        welcome: Welcome::None,
        keymap: Arc::default(),
        home: Some("/home/hanako".into()),
        state: State::default(),
        greeting: None,
    }
}

fn found(keys: impl IntoIterator<Item = i64>) -> Found {
    Found { keys: Arc::new(keys.into_iter().map(Key).collect()), triaged: 3, in_store: 9, ..Found::default() }
}

/// A workbench that shows the sample records, every request answered.
fn open() -> App {
    let (mut app, effects) = App::new(setup((120, 40)));
    answer(&mut app, effects);
    app
}

/// Answers searches, rows and details as a store of the sample records would; gives back all other effects.
fn answer(app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
    let mut left = Vec::new();
    let mut queue = std::collections::VecDeque::from(effects);
    while let Some(effect) = queue.pop_front() {
        let reply = match &effect {
            Effect::Store(Request::Search { generation, wanted }) => {
                let found = sample::in_groups(found(1..=9), wanted.group);
                Reply::Found { generation: *generation, found, rows: Vec::new() }
            }
            Effect::Store(Request::Rows { keys }) => {
                let row = |k: &Key| sample::row(*k, &sample::record(k.0 as usize));
                Reply::Rows(keys.iter().map(row).collect())
            }
            Effect::Store(Request::Detail { key }) => {
                let record = Box::new(sample::record(key.0 as usize));
                Reply::Detail { key: *key, record, related: Vec::new(), log: Vec::new() }
            }
            Effect::Edit(_) => {
                queue.extend(app.update(Event::Edited(Edited::NoEditor)));
                continue;
            }
            _ => match timeline::answered(&effect) {
                Some(reply) => reply,
                None => {
                    left.push(effect);
                    continue;
                }
            },
        };
        queue.extend(app.update(Event::Reply(reply)));
    }
    left
}

/// Presses keys, answering what can be; gives the other effects.
fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut out = Vec::new();
    for key in run(keys) {
        let effects = app.update(Event::Key(key));
        out.extend(answer(app, effects));
    }
    out
}

fn reply(app: &mut App, reply: Reply) -> Vec<Effect> {
    let effects = app.update(Event::Reply(reply));
    answer(app, effects)
}

/// Cursor row (from 1) and marks, as `row marks`.
fn told(app: &App) -> String {
    let mut marks: Vec<i64> = app.list.marks.iter().map(|k| k.0).collect();
    marks.sort_unstable();
    format!("{} {marks:?}", app.list.cursor + 1)
}

#[test]
fn keys_move_and_mark() {
    let cases = [
        ("", "1 []"),
        ("jjk", "2 []"),
        ("3j", "4 []"),
        ("G", "9 []"),
        ("Ggg", "1 []"),
        ("5G", "5 []"),
        ("99j", "9 []"),
        ("<Down><End><Up>", "8 []"),
        ("<PgDn><Home>", "1 []"),
        ("<^d><^u>", "1 []"),
        ("ｊｊ", "3 []"),
        ("<Space><Space>", "3 [1, 2]"),
        ("<Space>k<Space>", "2 []"),
        ("jv2j<Space>", "4 [2, 3, 4]"),
        ("*", "1 [1, 2, 3, 4, 5, 6, 7, 8, 9]"),
        ("**", "1 []"),
        ("<Space>v<Esc>", "2 [1]"),
        ("<Space>v<Esc><Esc>", "2 []"),
        (":7<Enter>", "7 []"),
        ("nnN", "2 []"),
        ("3<Space>", "4 [1, 2, 3]"),
        ("99<Space>", "9 [1, 2, 3, 4, 5, 6, 7, 8, 9]"),
        ("3<Esc>j", "2 []"),
    ];
    for (keys, after) in cases {
        let mut app = open();
        press(&mut app, keys);
        assert_eq!(told(&app), after, "{keys}");
    }
}

#[test]
fn panes_are_walked_and_opened() {
    let cases = [
        ("<Tab>", Pane::Detail, false),
        ("<Tab><Tab>", Pane::Timeline, false),
        ("<Tab><Tab><Tab>", Pane::List, false),
        ("h", Pane::Timeline, false),
        ("3<Tab>", Pane::Timeline, false),
        ("<Enter>", Pane::Detail, true),
        ("<Enter>q", Pane::List, false),
        ("<Enter><Esc>", Pane::List, false),
        ("<Enter><Enter>", Pane::List, false),
        ("<Enter><Enter><Enter>", Pane::Detail, true),
        ("<Tab><Enter>", Pane::Detail, true),
        ("<Tab><Enter><Enter>", Pane::Detail, false),
        ("<Enter><Tab>", Pane::Timeline, true),
        ("<Enter>/漏<Enter>", Pane::List, false),
        ("<Tab>:query 漏<Enter>", Pane::List, false),
        ("<Tab>So", Pane::List, false),
    ];
    for (keys, focus, whole) in cases {
        let mut app = open();
        press(&mut app, keys);
        assert_eq!((app.focus, app.whole), (focus, whole), "{keys}");
    }
    assert_eq!(press(&mut open(), "q"), [Effect::Quit]);
    assert_eq!(press(&mut open(), ":q<Enter>"), [Effect::Quit]);
    assert_eq!(press(&mut open(), "<^l><^z>"), [Effect::Repaint, Effect::Suspend]);
}

fn applies(effects: &[Effect]) -> Vec<(Change, Vec<i64>)> {
    let one = |e: &Effect| match e {
        Effect::Store(Request::Apply { change, keys }) => Some((change.clone(), keys.iter().map(|k| k.0).collect())),
        _ => None,
    };
    effects.iter().filter_map(one).collect()
}

fn tag(add: &[&str], remove: &[&str]) -> Change {
    let all = |names: &[&str]| names.iter().map(|n| Tag::new(n).unwrap()).collect();
    Change::Tag { add: all(add), remove: all(remove) }
}

#[test]
fn acts_go_to_the_range_else_marks_else_cursor() {
    let done = Change::Status { to: Status::Done };
    let cases = [
        ("sd", vec![(done.clone(), vec![1])]),
        ("s<Down><Enter>", vec![(done.clone(), vec![1])]),
        ("<Space>jvjso", vec![(Change::Status { to: Status::Open }, vec![3, 4])]),
        ("<Space>jvjxy", vec![(done.clone(), vec![3, 4])]),
        ("jvjso", vec![(Change::Status { to: Status::Open }, vec![2, 3])]),
        ("j<Space>j<Space>ggsx", vec![(Change::Status { to: Status::Dismissed }, vec![2, 4])]),
        ("x", vec![(done.clone(), vec![1])]),
        ("*x", vec![]),
        ("<Space><Space>xy", vec![(done.clone(), vec![1, 2])]),
        (":tag +a/b -c<Enter>", vec![(tag(&["a/b"], &["c"]), vec![1])]),
        (":status done<Enter>", vec![(done, vec![1])]),
        ("E要確認<^s>", vec![(Change::Note { text: "要確認".into() }, vec![1])]),
        (":note 要確認<Enter>", vec![(Change::Note { text: "要確認".into() }, vec![1])]),
        ("s<Esc>", vec![]),
    ];
    for (keys, expected) in cases {
        assert_eq!(applies(&press(&mut open(), keys)), expected, "{keys}");
    }
}

#[test]
fn done_and_next_skips_what_is_triaged() {
    let mut app = open();
    press(&mut app, "4Gx");
    assert_eq!(told(&app), "7 []");
}

fn counts() -> Reply {
    let count = |name: &str, total, on_targets| TagCount { tag: Tag::new(name).unwrap(), total, on_targets };
    Reply::TagCounts(vec![count("cloud", 9, 0), count("supply/若宮印刷", 3, 1), count("web", 2, 2)])
}

#[test]
fn the_tag_palette_applies_what_it_previews() {
    let cases = [
        ("web<Enter>", tag(&["web"], &[]), "web is on all of them already"),
        ("若宮<Enter>", tag(&["supply/若宮印刷"], &[]), "Enter adds supply/若宮印刷 to 1, already on 1"),
        ("cl<Enter>", tag(&["cloud"], &[]), "Enter adds cloud to 2"),
        ("web<Tab><Enter>", tag(&[], &["web"]), "Enter removes web from 2"),
        ("新規/印<Enter>", tag(&["新規/印"], &[]), "Enter adds 新規/印 to 2"),
        ("sup<Down><Enter>", tag(&["sup"], &[]), "Enter adds sup to 2"),
        ("cd<Enter>", tag(&["cd"], &[]), "Enter adds cd to 2"),
        ("L<Enter>", tag(&["L"], &[]), "Enter adds L to 2"),
        ("ou<Enter>", tag(&["ou"], &[]), "Enter adds ou to 2"),
        ("ou<Down><Enter>", tag(&["cloud"], &[]), "Enter adds cloud to 2"),
        ("b<Enter>", tag(&["b"], &[]), "Enter adds b to 2"),
        ("新規<Tab><Down><Tab><Enter>", tag(&["supply/若宮印刷", "新規"], &[]), ""),
    ];
    for (keys, change, preview) in cases {
        let mut app = open();
        let asked = press(&mut app, "<Space><Space>t");
        let counted = Effect::Store(Request::TagCounts { keys: vec![Key(1), Key(2)] });
        assert_eq!(asked, [counted, Effect::Store(Request::TagKeys)]);
        reply(&mut app, counts());
        press(&mut app, keys.strip_suffix("<Enter>").unwrap());
        let Some(Layer::Tags(palette)) = app.layers.last() else { panic!("{keys}") };
        assert!(preview.is_empty() || palette.preview(Lang::En) == preview, "{keys} {}", palette.preview(Lang::En));
        assert_eq!(applies(&press(&mut app, "<Enter>")), [(change, vec![1, 2])], "{keys}");
        assert!(app.layers.is_empty());
    }
}

#[test]
fn a_bad_new_tag_says_why_and_is_not_applied() {
    let mut app = open();
    press(&mut app, "t");
    reply(&mut app, counts());
    assert!(press(&mut app, "a//b<Enter>").is_empty());
    let Some(Layer::Tags(palette)) = app.layers.last() else { panic!() };
    assert!(palette.preview(Lang::En).contains("empty"), "{}", palette.preview(Lang::En));
}

#[test]
fn tagging_is_repeated_on_the_next_row() {
    let mut app = open();
    press(&mut app, ":tag +a<Enter>j");
    assert_eq!(applies(&press(&mut app, "..")), [(tag(&["a"], &[]), vec![2]), (tag(&["a"], &[]), vec![3])]);
    assert_eq!(told(&app), "4 []");
    assert!(applies(&press(&mut app, "<Space><Space>.")).is_empty());
    assert_eq!(applies(&press(&mut app, "<Enter>")), [(tag(&["a"], &[]), vec![4, 5])]);
}

fn searches(effects: &[Effect]) -> Vec<(u64, &str)> {
    let one = |e: &'_ Effect| match e {
        Effect::Store(Request::Search { generation, wanted }) => Some((generation.0, wanted.query.clone())),
        _ => None,
    };
    let owned: Vec<(u64, String)> = effects.iter().filter_map(one).collect();
    owned.into_iter().map(|(g, q)| (g, &*Box::leak(q.into_boxed_str()))).collect()
}

fn type_unanswered(app: &mut App, keys: &str) -> Vec<Effect> {
    run(keys).into_iter().flat_map(|k| app.update(Event::Key(k))).collect()
}

#[test]
fn every_keystroke_searches_and_only_the_newest_answer_counts() {
    let mut app = open();
    press(&mut app, "3G");
    let effects = type_unanswered(&mut app, "/漏え");
    assert_eq!(searches(&effects), [(2, "漏"), (3, "漏え")]);
    reply(&mut app, Reply::Found { generation: Generation(2), found: found([7]), rows: Vec::new() });
    assert_eq!(app.list.len(), 9);
    reply(&mut app, Reply::Found { generation: Generation(3), found: found([5, 3]), rows: Vec::new() });
    assert_eq!((app.list.len(), app.list.current()), (2, Some(Key(3))));
    let effects = type_unanswered(&mut app, "<Esc>");
    assert_eq!(searches(&effects), [(4, "")]);
    reply(&mut app, Reply::Found { generation: Generation(4), found: found(1..=9), rows: Vec::new() });
    assert_eq!((app.list.current(), app.query.active), (Some(Key(3)), false));
}

#[test]
fn a_wrong_query_keeps_the_list_and_says_where() {
    let mut app = open();
    type_unanswered(&mut app, "/sta:");
    let error = |g| Reply::QueryError { generation: Generation(g), message: "no field `sta`".into(), at: (0, 4) };
    reply(&mut app, error(3));
    assert!(app.query.wrong.is_none());
    let newest = app.query.generation.0;
    reply(&mut app, error(newest));
    assert_eq!(app.query.wrong.as_ref().map(|w| w.at), Some((0, 4)));
    assert!(app.status.message().is_some_and(|m| m.1.starts_with("did you mean `sta")), "{:?}", app.status);
    assert_eq!(app.list.len(), 9);
    press(&mut app, "<Enter>");
    assert!(app.query.active);
    press(&mut app, "<Esc>");
    assert!(!app.query.active && app.query.wrong.is_none());
}

#[test]
fn after_a_change_the_list_is_fetched_anew_with_cursor_and_marks_kept() {
    let mut app = open();
    press(&mut app, "<Space>2j");
    let applied =
        Applied { op: Some(OpId("1-a".into())), targets: 3, changed: 3, summary: "tagged 3 incidents web".into() };
    let effects = app.update(Event::Reply(Reply::Applied { acted: Acted::Change, applied, keys: vec![Key(1)] }));
    assert_eq!(app.status.message().map(|m| m.1), Some("tagged 3 incidents web · u undoes it"));
    assert_eq!(searches(&effects).len(), 1);
    assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::Rows { .. }))));
    answer(&mut app, effects);
    assert_eq!(told(&app), "4 [1]");
    let effects = app.update(Event::Reply(Reply::Changed));
    assert_eq!(searches(&effects).len(), 1);
    assert_eq!(press(&mut app, "u<^r>"), [Effect::Store(Request::Undo), Effect::Store(Request::Redo)]);
}

#[test]
fn stale_details_are_dropped_and_rows_asked_for_once() {
    let mut app = open();
    let effects = type_unanswered(&mut app, "jj");
    let details = effects.iter().filter(|e| matches!(e, Effect::Store(Request::Detail { .. }))).count();
    assert_eq!(details, 2);
    let stale =
        Reply::Detail { key: Key(2), record: Box::new(sample::record(2)), related: Vec::new(), log: Vec::new() };
    reply(&mut app, stale);
    assert_eq!(app.detail.key, Some(Key(1)));
    reply(
        &mut app,
        Reply::Detail { key: Key(3), record: Box::new(sample::record(3)), related: Vec::new(), log: Vec::new() },
    );
    assert_eq!(app.detail.key, Some(Key(3)));
    assert!(app.update(Event::Tick).is_empty());
    app.drawn();
    app.update(Event::Tick);
    assert!(!app.needs_draw());
}

#[test]
fn rows_whose_request_was_superseded_are_not_left_blank() {
    let (mut app, effects) = App::new(setup((120, 40)));
    let search = effects.iter().find_map(|e| match e {
        Effect::Store(Request::Search { generation, .. }) => Some(*generation),
        _ => None,
    });
    let mut posted =
        app.update(Event::Reply(Reply::Found { generation: search.unwrap(), found: found(1..=200), rows: Vec::new() }));
    posted.extend(type_unanswered(&mut app, &"j".repeat(40)));
    // The store's thread keeps the newest queued request only.
    let newest = |effects: &[Effect]| {
        effects.iter().rev().find_map(|e| match e {
            Effect::Store(Request::Rows { keys }) => Some(keys.clone()),
            _ => None,
        })
    };
    let record = sample::record(1);
    let mut wanted = newest(&posted);
    while let Some(keys) = wanted {
        let rows = keys.iter().map(|k| sample::row(*k, &record)).collect();
        wanted = newest(&app.update(Event::Reply(Reply::Rows(rows))));
    }
    let blank: Vec<usize> = (app.list.top..app.list.top + app.list.page)
        .filter(|i| app.list.row(app.list.key_at(*i).unwrap()).is_none())
        .collect();
    assert!(blank.is_empty(), "{blank:?}");
}

#[test]
fn messages_go_with_the_next_act() {
    let applied = || Reply::Applied {
        acted: Acted::Change,
        applied: Applied {
            op: Some(OpId("1-a".into())),
            targets: 1,
            changed: 1,
            summary: "tagged 1 incident a".into(),
        },
        keys: vec![Key(1)],
    };
    for (keys, stays) in [("jk<Tab>", true), ("v<Esc>", false), ("<Space>", false), ("/漏", false), ("t<Esc>", false)]
    {
        let mut app = open();
        reply(&mut app, applied());
        press(&mut app, keys);
        assert_eq!(app.status.message().is_some(), stays, "{keys} {:?}", app.status);
    }
}

#[test]
fn a_number_before_an_act_is_that_many_incidents() {
    let done = Change::Status { to: Status::Done };
    let mut app = open();
    assert!(applies(&press(&mut app, "3x")).is_empty());
    let acts = applies(&press(&mut app, "y"));
    assert_eq!(acts.len(), 1);
    let (change, keys) = acts.into_iter().next().unwrap();
    assert_eq!((change, keys.len(), keys.first()), (done.clone(), 3, Some(&1)));
    assert!(app.list.cursor as i64 + 1 > *keys.last().unwrap());
    assert_eq!(applies(&press(&mut open(), "<Space>j3x")), [(done, vec![1])]);
    assert_eq!(press(&mut open(), "2u"), [Effect::Store(Request::Undo), Effect::Store(Request::Undo)]);
    let mut app = open();
    press(&mut app, ":tag +a<Enter>");
    assert_eq!(applies(&press(&mut app, "2.y")), [(tag(&["a"], &[]), vec![1, 2])]);
    assert_eq!(told(&app), "3 []");
}

#[test]
fn enter_tags_nothing_before_a_tag_is_chosen() {
    for (keys, expected) in [
        ("<Enter>", vec![]),
        ("<Down><Enter>", vec![(tag(&["supply/若宮印刷"], &[]), vec![1])]),
        ("<Tab><Enter>", vec![(tag(&[], &["supply/若宮印刷"]), vec![1])]),
        ("x<Backspace><Enter>", vec![]),
    ] {
        let mut app = open();
        press(&mut app, "t");
        reply(&mut app, counts());
        assert_eq!(applies(&press(&mut app, keys)), expected, "{keys}");
    }
}

#[test]
fn an_empty_note_says_so() {
    let mut app = open();
    assert!(press(&mut app, "E <^s>").is_empty());
    assert!(matches!(app.layers.last(), Some(Layer::Note(d)) if d.empty));
    press(&mut app, "要");
    assert!(matches!(app.layers.last(), Some(Layer::Note(d)) if !d.empty));
}

#[test]
fn an_undo_goes_to_what_it_restores_and_an_order_to_its_top() {
    let mut app = open();
    press(&mut app, "u");
    let applied = Applied { op: Some(OpId("1-a".into())), targets: 1, changed: 1, summary: "undid: x".into() };
    reply(&mut app, Reply::Applied { acted: Acted::Undo, applied, keys: vec![Key(6)] });
    assert_eq!(told(&app), "6 []");
    press(&mut app, "So");
    assert_eq!(told(&app), "1 []");
}

#[test]
fn a_slow_search_is_told_and_hidden_incidents_are_counted() {
    let mut app = open();
    assert_eq!(app.hidden(), 0);
    type_unanswered(&mut app, "/漏");
    app.drawn();
    app.update(Event::Tick);
    assert!(app.query.slow && app.needs_draw());
    let newest = app.query.generation;
    reply(&mut app, Reply::Found { generation: newest, found: found(1..=2), rows: Vec::new() });
    assert_eq!((app.query.slow, app.hidden()), (false, 0));
    press(&mut app, "<Esc>");
    let newest = app.query.generation;
    reply(&mut app, Reply::Found { generation: newest, found: found(1..=2), rows: Vec::new() });
    assert_eq!(app.hidden(), 7);
}

#[test]
fn pastes_go_into_inputs_only() {
    let mut app = open();
    app.update(Event::Paste("x".into()));
    assert!(app.status.message().is_some_and(|m| m.1.starts_with("pasted text goes")));
    press(&mut app, "/");
    let effects = app.update(Event::Paste("漏え\u{1b}い\n".into()));
    assert_eq!(searches(&effects).last().map(|s| s.1), Some("漏えい"));
    press(&mut app, "<Esc>t");
    app.update(Event::Paste("web".into()));
    assert_eq!(app.layers.last().and_then(Layer::input).map(typed::input::InputLine::text), Some("web"));
}

#[test]
fn sorting_writes_the_order_into_the_query() {
    let mut app = open();
    press(&mut app, "Sn");
    assert_eq!(app.query.shown, "sort:-people");
    press(&mut app, "Sn");
    assert_eq!(app.query.shown, "sort:people");
    press(&mut app, ":sort org<Enter>");
    assert_eq!(app.query.shown, "sort:org");
}

#[test]
fn a_row_is_copied_as_one_safe_line() {
    let effects = press(&mut open(), "y");
    assert_eq!(
        effects,
        [Effect::Copy("2s7k9q4m1xw0  白樺県  宛名印刷の委託先で機器が暗号化された件  2024-06-06".into())]
    );
    let effects = press(&mut open(), "Gy");
    let [Effect::Copy(text)] = effects.as_slice() else { panic!("{effects:?}") };
    assert!(text.contains("⟦U+202E⟧") && !text.contains('\u{202e}'));
}

#[test]
fn every_word_that_is_looked_up_by_name_has_a_text() {
    use crate::domain::{Confidence, ExportFormat, Exposure, Field, SecondaryDamage, Unit};
    let mut keys: Vec<String> = Field::ALL.iter().map(|f| format!("field.{f}")).collect();
    keys.extend(Status::ALL.iter().map(|s| format!("status.{s}")));
    keys.extend(ExportFormat::ALL.iter().map(|f| format!("format.{f}")));
    keys.extend(query::ast::SortField::ALL.iter().map(|(_, name)| format!("sort.{name}")));
    keys.extend(commands::verbs::VERBS.iter().map(|(.., help)| (*help).to_owned()));
    keys.extend(crate::domain::Related::WHYS.iter().map(|w| format!("why.{w}")));
    let confidences = [Confidence::Low, Confidence::Medium, Confidence::High];
    keys.extend(confidences.iter().map(|c| format!("confidence.{}", c.as_str())));
    let exposures = [Exposure::Confirmed, Exposure::Suspected, Exposure::None];
    keys.extend(exposures.iter().map(|e| format!("exposure.{}", e.as_str())));
    let damages = [SecondaryDamage::Found, SecondaryDamage::NoneFound];
    keys.extend(damages.iter().map(|d| format!("secondary.{}", d.as_str())));
    let units = "people records accounts households companies schools facilities files documents sheets mails devices \
                 media items times BTC JPY USD other";
    for unit in units.split_whitespace() {
        assert!(Unit::from_name(unit).is_some(), "{unit}");
        keys.push(format!("unit.{unit}"));
    }
    for key in keys {
        assert!(Lang::En.get(&key).is_some() && Lang::Ja.get(&key).is_some(), "{key}");
    }
}

#[test]
fn matches_are_counted_in_the_detail() {
    let mut app = open();
    press(&mut app, "/宛名<Enter><Tab>n");
    assert!(app.status.message().is_some_and(|m| m.1.starts_with("match 1 of ")), "{:?}", app.status);
    press(&mut app, "N");
    let n = app.detail.matches.len();
    assert_eq!(app.status.message().map(|m| m.1.to_owned()), Some(format!("match {n} of {n}")));
}
