//! Notes, in an editor and in the box.

use super::*;

fn note(text: &str) -> Change {
    Change::Note { text: text.into() }
}

/// Presses `E` where there is an editor; gives the text that it is handed.
fn begin(app: &mut App, keys: &str) -> String {
    match type_unanswered(app, keys).pop() {
        Some(Effect::Edit(text)) => text,
        other => panic!("{other:?}"),
    }
}

fn written(app: &mut App, text: &str) -> Vec<(Change, Vec<i64>)> {
    let effects = app.update(Event::Edited(Edited::Text(text.into())));
    applies(&effects)
}

fn said(app: &App) -> String {
    app.status.message().map(|m| m.1.to_owned()).unwrap_or_default()
}

#[test]
fn the_editor_is_told_what_the_note_is_about_and_gives_what_stands_above() {
    let mut app = open();
    let handed = begin(&mut app, "E");
    assert!(handed.contains("白樺県") && handed.starts_with("\n\n---"), "{handed}");
    let filled = format!("一行目\n\n# 二行目  {handed}");
    assert_eq!(written(&mut app, &filled), [(note("一行目\n\n# 二行目"), vec![1])]);
    // Somebody may take the dashes away.
    begin(&mut app, "E");
    assert_eq!(written(&mut app, "x\n"), [(note("x"), vec![1])]);
    // An answer that nobody waits for changes nothing.
    assert_eq!(written(&mut app, "x"), []);
}

#[test]
fn nothing_written_and_a_failing_editor_change_nothing_and_say_so() {
    let mut app = open();
    let handed = begin(&mut app, "E");
    assert_eq!(written(&mut app, &handed), []);
    assert!(said(&app).starts_with("nothing was written"), "{}", said(&app));
    begin(&mut app, "E");
    app.update(Event::Edited(Edited::Failed("the editor `x` failed".into())));
    assert_eq!(said(&app), "no note was added: the editor `x` failed");
    assert!(app.layers.is_empty());
}

#[test]
fn the_note_stays_with_the_incidents_it_was_begun_for() {
    let mut app = open();
    begin(&mut app, "3jE");
    reply(&mut app, Reply::Changed);
    app.list.go(0);
    assert_eq!(written(&mut app, "n"), [(note("n"), vec![4])]);
}

#[test]
fn several_incidents_are_asked_about_and_the_text_is_not_lost() {
    let mut app = open();
    let handed = begin(&mut app, "<Space><Space>E");
    assert!(handed.contains("2 marked incidents"), "{handed}");
    assert_eq!(written(&mut app, "n"), []);
    assert_eq!(applies(&press(&mut app, "y")), [(note("n"), vec![1, 2])]);
    assert!(app.layers.is_empty());
    begin(&mut app, "E");
    written(&mut app, "n");
    press(&mut app, "<Esc>o");
    assert_eq!(applies(&press(&mut app, "<^s>")), [(note("no"), vec![1, 2])]);
}

#[test]
fn without_an_editor_a_box_takes_lines_and_is_not_left_with_text_by_a_slip() {
    let mut app = open();
    press(&mut app, "Ea<Enter>b");
    assert_eq!(applies(&press(&mut app, "<^s>")), [(note("a\nb"), vec![1])]);
    press(&mut app, "Ea");
    let alt_enter = keys::KeyPress { alt: true, ..keys::KeyPress::plain(keys::KeyCode::Enter) };
    assert_eq!(applies(&app.update(Event::Key(alt_enter))), [(note("a"), vec![1])]);
    press(&mut app, "E<Esc>");
    assert!(app.layers.is_empty());
    press(&mut app, "Ea<Esc>");
    assert!(matches!(app.layers.last(), Some(Layer::Confirm(_))));
    press(&mut app, "<Esc>");
    assert!(matches!(app.layers.last(), Some(Layer::Note(_))));
    press(&mut app, "<Esc>y");
    assert!(app.layers.is_empty());
}
