//! Exports: what is written and in which order, when writing begins, how it is told, stopped and left.

use super::*;
use crate::domain::work::{Export, Progress};

fn message(app: &App) -> String {
    app.status.message().map(|(_, text)| text.to_owned()).unwrap_or_default()
}

fn exports(effects: &[Effect]) -> Vec<&Export> {
    let export = |e: &'_ Effect| matches!(e, Effect::Store(Request::Work(Task::Export(_))));
    let all = effects.iter().filter(|e| export(e));
    all.filter_map(|e| if let Effect::Store(Request::Work(Task::Export(x))) = e { Some(x) } else { None }).collect()
}

fn written(effects: &[Effect]) -> Vec<i64> {
    let [export] = exports(effects)[..] else { panic!("{effects:?}") };
    export.keys.iter().map(|k| k.0).collect()
}

const STOP: Effect = Effect::Store(Request::StopWork);

#[test]
fn the_marked_else_the_view_is_written_in_the_view_s_order() {
    // The view turned round, as another order would have it.
    let turned = || {
        let mut app = open();
        press(&mut app, ":query x<Enter>");
        let generation = app.query.generation;
        reply(&mut app, Reply::Found { generation, found: found([4, 9, 2, 7, 1]), rows: Vec::new() });
        reply(&mut app, Reply::Found { generation, found: found([4, 9, 2, 7, 1]), rows: Vec::new() });
        app
    };
    assert_eq!(written(&press(&mut turned(), "e<Enter>")), [4, 9, 2, 7, 1]);
    // Marked from below upwards: the order is the view's all the same.
    assert_eq!(written(&press(&mut turned(), "G<Space>gg<Space>jj<Space>e<Enter>")), [4, 7, 1]);
    // What was marked and has left the view is written too, behind the rest.
    let mut app = turned();
    press(&mut app, "gg2<Space>");
    app.list.found = found([1, 9]);
    assert_eq!(written(&press(&mut app, "e<Enter>")), [9, 4]);
    // A visual range comes first.
    assert_eq!(written(&press(&mut turned(), "<Space>ggjvje<Enter>")), [9, 2]);
    assert_eq!(written(&press(&mut turned(), ":export csv a.csv<Enter>")), [4, 9, 2, 7, 1]);
}

#[test]
fn what_was_changed_before_is_stored_before_it_begins() {
    let mut app = open();
    let effects = type_unanswered(&mut app, "x");
    assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::Apply { .. }))), "{effects:?}");
    let effects = type_unanswered(&mut app, "e<Enter>");
    assert!(exports(&effects).is_empty() && app.work.is_some(), "{effects:?}");
    let applied = |summary: &str| {
        let applied = Applied { op: Some(OpId("1-a".into())), targets: 2, changed: 2, summary: summary.into() };
        Event::Reply(Reply::Applied { acted: Acted::Change, applied, keys: vec![Key(1)] })
    };
    let effects = app.update(applied("done"));
    assert_eq!(exports(&effects).len(), 1);
    assert_eq!(exports(&app.update(Event::Tick)).len(), 0, "once");
    // A change that fails is answered too; one that waits can be called off.
    let mut app = open();
    type_unanswered(&mut app, "xe<Enter>");
    let failed = Reply::Failed { failure: Failure::Change, message: "the disk is full".into() };
    assert_eq!(exports(&app.update(Event::Reply(failed))).len(), 1);
    let mut app = open();
    type_unanswered(&mut app, "xe<Enter><Esc>");
    assert_eq!(exports(&type_unanswered(&mut app, ":cancel<Enter>")).len(), 0);
    assert!(app.work.is_none() && message(&app).contains("was not written"), "{}", message(&app));
    assert_eq!(exports(&app.update(applied("done"))).len(), 0);
}

#[test]
fn the_dialog_goes_once_there_is_a_file_and_the_workbench_goes_on() {
    let mut app = open();
    press(&mut app, "e<Enter>");
    assert!(matches!(app.layers.last(), Some(Layer::Export(d)) if d.waiting));
    assert_eq!(press(&mut app, "<Enter>"), [], "not twice");
    reply(&mut app, Reply::Work(Working::Running(Progress { done: 4, total: 9, incidents: 0 })));
    assert!(app.layers.is_empty());
    assert_eq!(app.work.as_ref().unwrap().words(Lang::En), "writing 4/9 incidents, 44% · :cancel");
    let effects = type_unanswered(&mut app, "jx");
    assert!(effects.iter().any(|e| matches!(e, Effect::Store(Request::Apply { .. }))), "{effects:?}");
    reply(&mut app, Reply::Work(Working::Done(Worked { written: 9, ..Worked::default() })));
    assert_eq!(
        (message(&app).as_str(), app.work.is_none()),
        ("wrote 9 incidents to /home/hanako/jikenbo-2024-06-08.csv", true)
    );
}

#[test]
fn it_is_stopped_and_left_like_other_work_and_waits_for_none() {
    let begun = || {
        let mut app = open();
        press(&mut app, "e<Enter>");
        reply(&mut app, Reply::Work(Working::Running(Progress { done: 0, total: 9, incidents: 0 })));
        app
    };
    let mut app = begun();
    assert_eq!(press(&mut app, "<Esc><Esc>"), [STOP]);
    reply(&mut app, Reply::Work(Working::Done(Worked { stopped: true, ..Worked::default() })));
    assert_eq!(message(&app), "stopped: /home/hanako/jikenbo-2024-06-08.csv was not written");
    let mut app = begun();
    assert_eq!(press(&mut app, "q"), []);
    let Some(Layer::Confirm(confirm)) = app.layers.last() else { panic!("{:?}", app.layers) };
    assert!(confirm.remark.contains("file"), "{}", confirm.remark);
    assert_eq!(press(&mut app, "y"), [Effect::Quit]);
    // One at a time, told where it was asked for.
    let mut app = open();
    press(&mut app, ":reindex<Enter>");
    assert_eq!(press(&mut app, "e<Enter>"), []);
    assert!(matches!(app.layers.last(), Some(Layer::Export(d)) if !d.waiting && d.error.is_some()));
    assert!(message(&app).contains("one at a time"));
}

#[test]
fn what_failed_is_told_in_the_dialog_or_without_one() {
    let mut app = open();
    press(&mut app, "e<^u>no/x.csv<Enter>");
    reply(&mut app, Reply::Work(Working::Failed("/home/hanako/no/x.csv: can't be written".into())));
    assert!(
        matches!(app.layers.last(), Some(Layer::Export(d)) if !d.waiting && d.error.as_deref() == Some("no/x.csv: can't be written"))
    );
    assert!(app.work.is_none());
    let mut app = open();
    press(&mut app, ":export csv x.csv<Enter>");
    reply(&mut app, Reply::Work(Working::Running(Progress::default())));
    reply(&mut app, Reply::Work(Working::Failed("/home/hanako/x.csv: the disk is full".into())));
    assert_eq!((message(&app).as_str(), app.layers.is_empty()), ("x.csv: the disk is full", true));
    // It appeared meanwhile.
    press(&mut app, ":export csv x.csv<Enter>");
    reply(&mut app, Reply::Work(Working::Running(Progress::default())));
    reply(&mut app, Reply::Work(Working::Exists("/home/hanako/x.csv".into())));
    let effects = press(&mut app, "y");
    assert!(exports(&effects)[0].overwrite);
}
