//! Pictures of what helps through a pile: the keys of tags, questions that say what they do, help and palette
//! with other keys than usual.

use super::*;
use jikenbo::app::keys::keymap::Keymap;
use jikenbo::config::KeySet;

fn in_japanese(size: (u16, u16)) -> Bench {
    Bench::new(Setup { lang: Lang::Ja, ..setup(size) }, false)
}

#[test]
fn the_keys_of_tags() {
    insta::assert_snapshot!("leader_marks_ja", in_japanese((80, 24)).press("<Space><Space>,q").screen());
}

#[test]
fn questions_with_what_they_do() {
    insta::assert_snapshot!("confirm_tag", Bench::open((80, 24)).press("<Space><Space><Space>,1").screen());
}

#[test]
fn the_plain_set_is_what_help_footer_and_palette_show() {
    let plain = || Setup { keymap: Arc::new(Keymap::of(KeySet::Plain)), ..setup((80, 24)) };
    insta::assert_snapshot!("plain_set_help", Bench::new(plain(), false).press("<F1>").screen());
    insta::assert_snapshot!("plain_set_palette", Bench::new(plain(), false).press("<F10>un").screen());
    insta::assert_snapshot!("plain_set_empty", Bench::new(plain(), true).screen());
}
