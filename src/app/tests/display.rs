//! Settings: what keys and `:set` change, and what the analyst hears of it.

use super::*;
use crate::app::display::Display;
use crate::app::layout::Shape;
use crate::config::{Arrangement, Theme};

#[test]
fn panes_are_turned_and_settings_taken_by_keys() {
    let cases = [
        ("gw", Arrangement::Side, Theme::Standard, false),
        ("gwgw", Arrangement::Stacked, Theme::Standard, false),
        (":set layout side<Enter>", Arrangement::Side, Theme::Standard, false),
        (":set theme high-contrast<Enter>", Arrangement::Stacked, Theme::HighContrast, false),
        (":set era on<Enter>", Arrangement::Stacked, Theme::Standard, true),
        (":set era on<Enter>:set era off<Enter>", Arrangement::Stacked, Theme::Standard, false),
        (":set era maybe<Enter><Esc>", Arrangement::Stacked, Theme::Standard, false),
        (":turn panes<Enter>", Arrangement::Side, Theme::Standard, false),
    ];
    for (keys, arrangement, theme, era) in cases {
        let mut app = open();
        assert_eq!(press(&mut app, keys), [], "{keys}");
        let display = &app.setup.display;
        assert_eq!((display.arrangement, display.theme, display.era), (arrangement, theme, era), "{keys}");
    }
}

fn heard(setup: Setup, keys: &str) -> String {
    let (mut app, effects) = App::new(setup);
    answer(&mut app, effects);
    press(&mut app, keys);
    app.status.message().map(|(_, text)| text.to_owned()).unwrap_or_default()
}

#[test]
fn what_can_not_be_seen_yet_is_told() {
    assert!(heard(setup((120, 40)), "gw").contains("at the right"));
    assert!(heard(setup((100, 40)), "gw").contains("from 120 columns on"));
    assert!(heard(Setup { plain: true, ..setup((120, 40)) }, "gw").contains("plain form"));
    assert!(heard(Setup { no_color: true, ..setup((120, 40)) }, ":set theme light<Enter>").contains("switched off"));
    let display = Display { remark: Some("ui.hint.console"), ascii: true, ..Display::default() };
    let poor = Setup { display, ..setup((80, 24)) };
    assert!(heard(poor.clone(), "").contains("no Japanese letters"));
    assert_eq!(heard(poor, "j"), "");
}

#[test]
fn the_plain_form_is_linear_whatever_is_set() {
    let (mut app, effects) = App::new(Setup { plain: true, ..setup((200, 60)) });
    answer(&mut app, effects);
    press(&mut app, ":set layout side<Enter>");
    assert_eq!((app.shape(), app.layout.wide), (Shape::Linear, false));
}

#[test]
fn a_copy_that_went_into_a_file_names_it() {
    let mut app = open();
    assert!(matches!(press(&mut app, "y").as_slice(), [Effect::Copy(_)]));
    reply(&mut app, Reply::Copied { path: "/run/user/1/jikenbo/copied.txt".into() });
    assert!(app.status.message().is_some_and(|(_, text)| text.contains("/run/user/1/jikenbo/copied.txt")));
}
