//! Columns chosen with keys.

use super::*;
use crate::config::{Column, Shown};

fn chosen(keys: &str) -> Vec<(Column, Option<u16>)> {
    let mut app = open();
    press(&mut app, keys);
    assert!(app.layers.is_empty(), "{keys}");
    app.columns.shown.iter().map(|Shown { column, width }| (*column, *width)).collect()
}

#[test]
fn columns_are_shown_hidden_moved_and_made_wider() {
    use Column::{Action, Org, People, Published, Tags, Third, Title};
    let usual = [Published, People, Action, Org, Title, Tags].map(|c| (c, None));
    assert_eq!(chosen("C<Enter>"), [], "nothing was chosen");
    assert_eq!(chosen("Cj<Space><Esc>"), [], "Esc leaves it");
    assert_eq!(chosen("Cj<Space><Enter>")[..2], [usual[0], usual[2]]);
    assert_eq!(chosen("Cj<Space><Space><Enter>"), usual);
    assert_eq!(chosen("CJJ<Enter>")[..3], [usual[1], usual[2], usual[0]]);
    assert_eq!(chosen("CjjKk<Space><Enter>")[..2], [(Action, None), (People, None)]);
    assert_eq!(chosen("Cjj>>><lt><Enter>")[2], (Action, Some(13)));
    assert_eq!(chosen("Cjj<Right>=<Enter>")[2], (Action, None));
    assert_eq!(chosen("C<Up><Up><Up><Up><Up><Space><Enter>").last(), Some(&(Column::Case, None)));
    assert_eq!(chosen("CＪ　<Enter>")[..2], [usual[1], usual[2]], "letters of an input method");
    let only = "Cj<Space>j<Space>j<Space>j<Space>j<Space>";
    assert_eq!(chosen(&format!("{only}<Enter>")), [(Published, None)]);
    assert_eq!(chosen(&format!("{only}gg<Up><Space><Enter>")).len(), 2);
    assert_eq!(chosen(&format!("{only}<Enter>Cd<Enter>")), [], "back to the usual ones");
    assert_eq!(chosen("C<PgDn><PgUp><Space>j<Space>j<Space>j<Space>j<Space>j<Space><Enter>"), [(Tags, None)]);
    assert_eq!(chosen("C<PgDn><Up><Up><Space><Enter>")[5..], [(Tags, None), (Third, None)]);
}

#[test]
fn the_list_is_sorted_from_the_dialog() {
    let mut app = open();
    let effects = type_unanswered(&mut app, "Cjs");
    assert_eq!(searches(&effects), [(2, "sort:-people")]);
    assert_eq!(app.sorted_by(Some(Column::People)), Some(true));
    let Some(Layer::Columns(dialog)) = app.layers.last() else { panic!() };
    assert_eq!(dialog.sorted_by(Column::People), Some(true));
    let effects = type_unanswered(&mut app, "s");
    assert_eq!(searches(&effects), [(3, "sort:people")]);
    let effects = type_unanswered(&mut app, "<Up><Up>s");
    assert!(searches(&effects).is_empty() && app.status.message().is_some_and(|m| m.1.contains("can't be sorted")));
}

#[test]
fn the_choice_is_remembered_and_found_again() {
    let mut app = open();
    let effects = press(&mut app, "CJ<Enter>");
    let [Effect::Remember(state)] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!(state.arrangement.columns, app.columns);
    let (again, _) = App::new(Setup { state: *state.clone(), ..setup((120, 40)) });
    assert_eq!((again.columns, app.columns.shown[0].column), (app.columns.clone(), Column::People));
}
