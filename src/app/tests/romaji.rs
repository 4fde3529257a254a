//! Words of letters that stand for what they are read as: what is asked of the store, what is told.

use super::*;

fn wanted(effects: &[Effect]) -> Vec<(String, bool)> {
    let wanted = |e: &Effect| match e {
        Effect::Store(Request::Search { wanted, .. }) => Some((wanted.query.clone(), wanted.readings)),
        _ => None,
    };
    effects.iter().filter_map(wanted).collect()
}

#[test]
fn letters_are_read_until_the_key_says_otherwise() {
    let (mut app, effects) = App::new(Setup { query: "rouei".into(), ..setup((120, 40)) });
    assert_eq!(wanted(&effects), [("rouei".into(), true)]);
    answer(&mut app, effects);
    assert!(app.query.also.contains(&"漏えい".to_owned()), "{:?}", app.query.also);
    let r = |app: &mut App| app.update(Event::Key(run("R")[0]));
    let effects = r(&mut app);
    assert_eq!(wanted(&effects), [("rouei".into(), false)]);
    answer(&mut app, effects);
    assert!(app.query.also.is_empty());
    assert!(app.status.message().unwrap().1.contains("off"));
    let effects = r(&mut app);
    assert_eq!(wanted(&effects), [("rouei".into(), true)]);
    answer(&mut app, effects);
    assert!(app.status.message().unwrap().1.contains("ろうえい"));
}

#[test]
fn a_field_of_its_own_is_always_read_and_a_phrase_never() {
    let mut app = open();
    press(&mut app, "R/reading:rouei<Enter>");
    assert!(app.query.also.contains(&"漏洩".to_owned()), "{:?}", app.query.also);
    press(&mut app, "R/<^u>\"rouei\"<Enter>");
    assert!(app.setup.romaji && app.query.also.is_empty());
    press(&mut app, "/<^u>rouei (<Enter>");
    assert!(app.query.also.is_empty(), "a wrong query says nothing");
}
