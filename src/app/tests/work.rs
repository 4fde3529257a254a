//! Long work: how it is begun, told, stopped and left.

use super::*;
use crate::domain::work::{Progress, Task, Worked, Working};

fn message(app: &App) -> String {
    app.status.message().map(|(_, text)| text.to_owned()).unwrap_or_default()
}

fn ingest(path: &str) -> Effect {
    Effect::Store(Request::Work(Task::Ingest { path: path.into() }))
}

/// Effects but for looks into folders, which paths have on their way.
fn acts(effects: Vec<Effect>) -> Vec<Effect> {
    effects.into_iter().filter(|e| !matches!(e, Effect::Look(_))).collect()
}

const STOP: Effect = Effect::Store(Request::StopWork);

#[test]
fn paths_are_those_of_the_analyst() {
    let cases = [
        (":ingest /data/2024<Enter>", vec![ingest("/data/2024")]),
        (":ingest notices one.txt<Enter>", vec![ingest("/home/hanako/notices one.txt")]),
        (":ingest ~/digests<Enter>", vec![ingest("/home/hanako/digests")]),
        (":ingest ~kei/digests<Enter>", vec![]),
        (":reindex<Enter>", vec![Effect::Store(Request::Work(Task::Reindex))]),
    ];
    for (keys, effects) in cases {
        assert_eq!(acts(press(&mut open(), keys)), effects, "{keys}");
    }
}

#[test]
fn one_at_a_time_and_esc_twice_or_cancel_stops_it() {
    let mut app = open();
    press(&mut app, ":ingest a<Enter>");
    assert_eq!(press(&mut app, ":reindex<Enter>"), []);
    assert!(message(&app).contains("one at a time"), "{}", message(&app));
    // Esc first takes back what is open; another key in between begins anew.
    assert_eq!(press(&mut app, "<Space><Esc><Esc>j<Esc>"), []);
    assert!(message(&app).contains("once more"), "{}", message(&app));
    assert_eq!(press(&mut app, "<Esc>"), [STOP]);
    assert_eq!(press(&mut app, "<Esc><Esc>"), []);
    reply(&mut app, Reply::Work(Working::Done(Worked { documents: 1, new: 2, stopped: true, ..Worked::default() })));
    assert!(app.work.is_none() && message(&app).contains("stopped"), "{}", message(&app));
    assert_eq!(press(&mut app, ":cancel<Enter>"), []);
    press(&mut app, ":ingest a<Enter>");
    assert_eq!(press(&mut app, ":cancel<Enter>"), [STOP]);
}

#[test]
fn how_far_it_has_come_is_told_and_the_workbench_goes_on() {
    let mut app = open();
    press(&mut app, ":ingest a<Enter>");
    reply(&mut app, Reply::Work(Working::Running(Progress { done: 3, total: 12, incidents: 1_204 })));
    let words = app.work.as_ref().unwrap().words(Lang::En);
    assert_eq!(words, "ingesting 3/12 files, 1,204 incidents · :cancel");
    press(&mut app, "jj");
    assert_eq!(told(&app), "3 []");
}

#[test]
fn what_failed_is_counted_and_listed() {
    let mut app = open();
    press(&mut app, ":messages<Enter>");
    assert!(app.layers.is_empty() && message(&app).contains("nothing"), "{}", message(&app));
    press(&mut app, ":ingest a<Enter>");
    let messages = vec!["a/x.txt: can't be read".to_owned(), "rule:lost: tagged 1 incident".to_owned()];
    let worked = Worked { documents: 2, new: 1, messages, failures: 1, ..Worked::default() };
    reply(&mut app, Reply::Work(Working::Done(worked)));
    assert!(message(&app).contains("1 problem") && message(&app).contains(":messages"), "{}", message(&app));
    press(&mut app, ":messages<Enter>");
    let Some(Layer::Help(help)) = app.layers.last() else { panic!("no dialog") };
    assert!(format!("{:?}", help.lines).contains("a/x.txt"));
    let mut failed = open();
    press(&mut failed, ":reindex<Enter>");
    reply(&mut failed, Reply::Work(Working::Failed("the disk is full".into())));
    assert!(failed.work.is_none() && message(&failed).contains("the disk is full"));
}

#[test]
fn leaving_asks_while_it_runs() {
    for keys in ["q", ":q<Enter>"] {
        let mut app = open();
        press(&mut app, ":ingest a<Enter>");
        assert_eq!(press(&mut app, keys), [], "{keys}");
        assert!(matches!(app.layers.last(), Some(Layer::Confirm(_))), "{keys}");
        assert_eq!(press(&mut app, "n"), []);
        assert_eq!(press(&mut app, keys), []);
        assert_eq!(press(&mut app, "y"), [Effect::Quit]);
    }
    let mut app = open();
    press(&mut app, ":ingest a<Enter>");
    assert_eq!(press(&mut app, ":q!<Enter>"), [Effect::Quit]);
}

#[test]
fn an_export_that_would_replace_a_file_asks_first() {
    let mut app = open();
    let export = |effects: &[Effect]| match effects {
        [Effect::Store(Request::Work(Task::Export(e)))] => {
            (e.format.as_str(), e.path.to_string_lossy().into_owned(), e.overwrite, e.keys.len())
        }
        other => panic!("{other:?}"),
    };
    let effects = acts(press(&mut app, "e<Down><Enter>"));
    assert_eq!(export(&effects), ("tsv", "/home/hanako/jikenbo-2024-06-08.tsv".into(), false, 9));
    reply(&mut app, Reply::Work(Working::Exists("x.json".into())));
    assert!(app.layers.iter().all(|l| !matches!(l, Layer::Export(d) if d.error.is_some())));
    assert!(press(&mut app, "<Enter>").is_empty());
    let effects = acts(press(&mut app, "y"));
    assert_eq!(export(&effects), ("tsv", "/home/hanako/jikenbo-2024-06-08.tsv".into(), true, 9));
    reply(&mut app, Reply::Work(Working::Done(Worked { written: 9, ..Worked::default() })));
    assert!(app.layers.is_empty());
    assert_eq!(app.status.message().map(|m| m.1), Some("wrote 9 incidents to /home/hanako/jikenbo-2024-06-08.tsv"));
    let effects = acts(press(&mut app, "<Space>:export csv a.csv<Enter>"));
    assert_eq!(export(&effects), ("csv", "/home/hanako/a.csv".into(), false, 1));
}

#[test]
fn an_export_path_that_only_a_shell_understands_is_refused() {
    let mut app = open();
    assert!(press(&mut app, "e<^u>~taro/x.csv<Enter>").is_empty());
    let Some(Layer::Export(dialog)) = app.layers.last() else { panic!() };
    assert!(dialog.error.as_deref().is_some_and(|e| e.contains('~')));
    assert!(acts(press(&mut open(), ":export csv ~taro/x.csv<Enter>")).is_empty());
    let path = |keys: &str| match acts(press(&mut open(), keys)).as_slice() {
        [Effect::Store(Request::Work(Task::Export(e)))] => format!("{} {}", e.format, e.path.display()),
        other => panic!("{keys} {other:?}"),
    };
    assert_eq!(path(":export csv ~/x.csv<Enter>"), "csv /home/hanako/x.csv");
    assert_eq!(path(":export json<Enter>"), "json /home/hanako/jikenbo-2024-06-08.json");
    assert_eq!(path("e<^u>~/a/x.md<Enter>"), "markdown /home/hanako/a/x.md");
}
