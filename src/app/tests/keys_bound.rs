//! Every action is reached by its keys, in both sets, and texts name the keys that are bound.

use super::*;
use crate::config::{Config, KeySet};
use std::path::Path;

#[test]
fn every_action_of_the_table_is_performed_by_its_keys() {
    for map in [Keymap::default(), Keymap::of(KeySet::Plain)] {
        let map = Arc::new(map);
        for entry in keys::actions::TABLE {
            for spec in map.keys(entry.action) {
                let (mut app, effects) = App::new(Setup { keymap: Arc::clone(&map), ..setup((120, 40)) });
                answer(&mut app, effects);
                app.list.step(2);
                let panes = [Pane::List, Pane::Detail, Pane::Timeline];
                app.focus = panes.into_iter().find(|p| entry.scope.covers(*p)).unwrap();
                let panes = [Pane::List, Pane::Detail, Pane::Timeline];
                app.focus = panes.into_iter().find(|p| entry.scope.covers(*p)).unwrap();
                app.drawn();
                for key in keys::sequence(spec) {
                    app.update(Event::Key(key));
                }
                assert!(app.needs_draw(), "{spec}");
                let unknown = app.words("ui.hint.unknown_key");
                assert!(app.status.message().is_none_or(|m| m.1 != unknown), "{spec}");
            }
        }
    }
}

#[test]
fn texts_and_keys_are_those_of_the_keymap() {
    let config = "key-set = \"plain\"\n[keys]\nundo = \"F20\"\n";
    let config = Config::parse(config, Path::new("c.toml")).unwrap();
    let (map, problems) = Keymap::read(config.key_set, &config.keys.lines);
    assert_eq!((problems, map.set()), (Vec::new(), KeySet::Plain));
    let (mut app, effects) = App::new(Setup { keymap: Arc::new(map), ..setup((120, 40)) });
    answer(&mut app, effects);
    assert_eq!(press(&mut app, "<F20><^y>"), [Effect::Store(Request::Undo), Effect::Store(Request::Redo)]);
    press(&mut app, "<Down><Down>j");
    assert_eq!(told(&app), "3 []");
    assert_eq!(app.status.message().map(|m| m.1), Some("no such key here · F1 lists the keys"));
    let applied = Applied { op: Some(OpId("1-a".into())), targets: 1, changed: 1, summary: "x".into() };
    reply(&mut app, Reply::Applied { acted: Acted::Change, applied, keys: vec![Key(1)] });
    assert_eq!(app.status.message().map(|m| m.1), Some("x · F20 undoes it"));
}
