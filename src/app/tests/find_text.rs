//! Words looked for in the text of the incident that is shown.

use super::*;

fn line(app: &App) -> (usize, Option<usize>) {
    match app.layers.last() {
        Some(Layer::Find(d)) => (d.found, d.at),
        other => panic!("{other:?}"),
    }
}

fn said(app: &App) -> String {
    app.status.message().map(|m| m.1.to_owned()).unwrap_or_default()
}

#[test]
fn matches_are_found_as_typed_and_gone_through() {
    let mut app = open();
    press(&mut app, "<Enter>g/宛名");
    let n = sample::record(1).text.matches("宛名").count();
    assert_eq!((line(&app), app.focus), ((n, Some(0)), Pane::Detail));
    press(&mut app, "<Enter>n");
    assert_eq!(said(&app), format!("match 2 of {n}"));
    press(&mut app, "NN");
    assert_eq!(said(&app), format!("match {n} of {n}"));
    // Case, width and line breaks are folded as in searches.
    press(&mut app, "g/６ 月<Enter>");
    assert!(said(&app).starts_with("match 1 of"), "{}", said(&app));
    press(&mut app, "g/存在しない語");
    assert_eq!(line(&app), (0, None));
    press(&mut app, "<Enter>");
    assert!(said(&app).starts_with("存在しない語 does not stand"));
}

#[test]
fn leaving_it_brings_back_what_was_looked_for_before() {
    let mut app = open();
    press(&mut app, "/漏えい<Enter>");
    let before = app.detail.matches.clone();
    press(&mut app, "g/宛名<Esc>");
    assert_eq!((app.detail.looked_for(), &app.detail.matches), ("", &before));
    press(&mut app, "g/宛名<Enter>g/委託<Esc>");
    assert_eq!(app.detail.looked_for(), "宛名");
    press(&mut app, "<Esc>");
    assert_eq!((app.detail.looked_for(), &app.detail.matches, app.focus), ("", &before, Pane::Detail));
    press(&mut app, "<Esc>");
    assert_eq!(app.focus, Pane::List);
}

#[test]
fn it_goes_on_in_the_next_incident_and_takes_pastes() {
    let mut app = open();
    press(&mut app, "g/");
    app.update(Event::Paste("ウイルス".into()));
    assert!(line(&app).0 > 0);
    press(&mut app, "<Enter>");
    press(&mut app, "<Esc>");
    press(&mut app, "g/ウイルス<Enter>1<Tab>2j");
    assert_eq!((app.detail.key, app.detail.looked_for()), (Some(Key(3)), "ウイルス"));
    assert!(!app.detail.matches.is_empty());
    press(&mut app, "/メール<Enter>");
    assert_eq!(app.detail.looked_for(), "");
}
