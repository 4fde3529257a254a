//! Pictures of saved views, of the filter stack and of the offer to go on.

use super::*;
use jikenbo::app::session::LeftOver;
use jikenbo::config::sitting::{Filter, Sitting};
use jikenbo::config::state::{SavedView, State};

pub fn saved() -> State {
    let view = |name: &str, key, query: &str| SavedView {
        name: name.into(),
        key,
        query: query.into(),
        ..SavedView::default()
    };
    let large = SavedView {
        sort: Some("-people".into()),
        filters: vec!["since:2024-05".into()],
        ..view("大規模な漏えい", Some('1'), "漏えい people>10000")
    };
    State {
        views: vec![view("untriaged", Some('u'), "status:new"), large, view("委託先", None, "has:third sta:x")],
        ..State::default()
    }
}

fn bench(size: (u16, u16), lang: Lang) -> Bench {
    Bench::new(Setup { lang, state: saved(), ..setup(size) }, false)
}

pub fn left_over() -> Event {
    let sitting = Sitting {
        query: "漏えい org:白樺県".into(),
        filters: vec![Filter { text: "since:2024-05".into(), on: true }],
        marked: 12,
        marks: "1-12".into(),
        ..Sitting::default()
    };
    Event::LeftOver(Box::new(LeftOver { sitting, when: "14:32".into(), lost: 0 }))
}

#[test]
fn a_name_that_is_taken() {
    insta::assert_snapshot!("views_naming", bench((80, 24), Lang::En).press("Vauntriaged").screen());
}

#[test]
fn the_cursor_stands_after_the_filters() {
    let area = Rect::new(0, 0, 80, 24);
    let at = |keys: &str| jikenbo::ui::cursor(&bench((80, 24), Lang::En).press(keys).app, area).map(|p| (p.x, p.y));
    assert_eq!(at("/tag:x<Enter>Faq/ab"), Some((3 + "▸ tag:x ▸ ".chars().count() as u16 + 2, 1)));
    assert_eq!(at("V"), None);
    assert!(at("Va漏").is_some());
}
