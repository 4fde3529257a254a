//! The fuzzy jump: what is asked for, what is taken, where Enter leads.

use super::*;
use crate::domain::Span;
use crate::domain::jump::{JumpFound, JumpHit, JumpTo};

fn jumps(effects: &[Effect]) -> Vec<(u64, String)> {
    let jump = |e: &Effect| match e {
        Effect::Store(Request::Jump { generation, wanted }) => Some((generation.0, wanted.text.clone())),
        _ => None,
    };
    effects.iter().filter_map(jump).collect()
}

fn queries(effects: &[Effect]) -> Vec<String> {
    let query = |e: &Effect| match e {
        Effect::Store(Request::Search { wanted, .. }) => Some(wanted.query.clone()),
        _ => None,
    };
    effects.iter().filter_map(query).collect()
}

fn hit(to: JumpTo) -> JumpHit {
    JumpHit { to, name: "青嶺市".into(), spans: vec![Span::new(0, 3)], day: None, count: 1 }
}

fn told(app: &mut App, generation: u64, hits: Vec<JumpTo>) {
    let hits: Vec<JumpHit> = hits.into_iter().map(hit).collect();
    let found = JumpFound { matching: hits.len(), hits, names: 18, done: true, newest: None };
    reply(app, Reply::Jumped { generation: Generation(generation), found });
}

fn box_of(app: &App) -> &layers::JumpBox {
    match app.layers.last() {
        Some(Layer::Jump(d)) => d,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_key_asks_anew_and_only_the_newest_answer_counts() {
    let mut app = open();
    let asked = press(&mut app, "f青x<Backspace>");
    assert_eq!(jumps(&asked), [(1, "".into()), (2, "青".into()), (3, "青x".into()), (4, "青".into())]);
    told(&mut app, 2, vec![JumpTo::Tag("late".into())]);
    assert!(box_of(&app).found.hits.is_empty());
    told(&mut app, 4, vec![JumpTo::Incident(Key(3)), JumpTo::Incident(Key(5))]);
    assert_eq!(box_of(&app).found.hits.len(), 2);
    // What moves only asks for nothing.
    assert!(jumps(&press(&mut app, "<Down><Left>")).is_empty());
    assert_eq!(box_of(&app).selected, 1);
}

#[test]
fn enter_goes_to_an_incident_of_the_view() {
    let mut app = open();
    press(&mut app, "<Tab>f青");
    // Not before the hits are those of what is typed.
    press(&mut app, "<Enter>");
    assert_eq!(app.layers.len(), 1);
    told(&mut app, 2, vec![JumpTo::Incident(Key(3)), JumpTo::Incident(Key(5))]);
    let effects = press(&mut app, "<Down><Enter>");
    assert_eq!((app.list.current(), app.layers.len()), (Some(Key(5)), 0));
    assert!(effects.contains(&Effect::Store(Request::JumpDone)));
    assert!(!press(&mut app, "j").contains(&Effect::Store(Request::JumpDone)));
}

#[test]
fn organisations_and_tags_become_the_query() {
    for (to, query) in [
        (JumpTo::Organisation("青嶺市 水道局".into()), "org:\"青嶺市 水道局\" sort:-people"),
        (JumpTo::Organisation("みなと\"本店\"商会".into()), "org:\"みなと\" sort:-people"),
        (JumpTo::Tag("supply/若宮".into()), "tag:supply/若宮 sort:-people"),
    ] {
        let mut app = open();
        press(&mut app, ":query 漏えい sort:-people<Enter>f青");
        told(&mut app, 2, vec![to]);
        let effects = app.update(Event::Key(run("<Enter>")[0]));
        assert_eq!(queries(&effects), [query]);
        assert_eq!((app.query.input.text(), app.query.active, app.layers.len()), (query, false, 0));
        let said = app.status.message().map(|m| m.1.to_owned());
        assert_eq!(said.as_deref(), Some("shown instead of 漏えい sort:-people: / Up brings that back"));
        assert!(query::parse(query, app.setup.today).is_ok());
    }
}

#[test]
fn another_view_is_read_anew_and_leaving_gives_its_names_back() {
    let mut app = open();
    press(&mut app, "f青");
    let effects = app.update(Event::Reply(Reply::Changed));
    let left = answer(&mut app, effects);
    assert_eq!(jumps(&left), [(3, "青".into())]);
    let effects = press(&mut app, "<Esc>");
    assert_eq!(effects, [Effect::Store(Request::JumpDone)]);
}

#[test]
fn a_paste_is_asked_for_too() {
    let mut app = open();
    press(&mut app, "f");
    let effects = app.update(Event::Paste("若宮\n".into()));
    assert_eq!(jumps(&effects), [(2, "若宮".into())]);
}
