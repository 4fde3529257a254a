//! Pictures of what helps through a pile: the keys of tags, questions that say what they do, the tour, help and palette
//! with other keys than usual.

use super::*;
use jikenbo::app::keymap::Keymap;
use jikenbo::config::KeySet;

fn in_japanese(size: (u16, u16)) -> Bench {
    Bench::new(Setup { lang: Lang::Ja, ..setup(size) }, false)
}

#[test]
fn the_keys_of_tags() {
    for size in SIZES {
        let name = format!("leader_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, Bench::open(size).press(",").screen());
    }
    insta::assert_snapshot!("leader_marks_ja", in_japanese((80, 24)).press("<Space><Space>,q").screen());
    insta::assert_snapshot!("tag_keys", Bench::open((80, 24)).press(",<Tab>").screen());
    insta::assert_snapshot!("tag_keys_asked", Bench::open((80, 24)).press(",<Tab>clo<Enter>").screen());
    let plain = Setup { plain: true, ..setup((80, 24)) };
    insta::assert_snapshot!("leader_plain", Bench::new(plain, false).press(",").screen());
}

#[test]
fn questions_with_what_they_do() {
    insta::assert_snapshot!("confirm_tag", Bench::open((80, 24)).press("<Space><Space><Space>,1").screen());
    insta::assert_snapshot!("confirm_tag_ja", in_japanese((120, 40)).press("*:tag +cloud +web -新規<Enter>").screen());
}

#[test]
fn the_tour_and_the_sample() {
    for size in SIZES {
        let name = format!("tour_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, Bench::open(size).press("g?j").screen());
    }
    insta::assert_snapshot!("tour_ja", in_japanese((80, 24)).press("g?").screen());
    let sample = Setup { welcome: Welcome::Offer, ..setup((80, 24)) };
    insta::assert_snapshot!("sample", Bench::new(sample, false).screen());
}

#[test]
fn the_plain_set_is_what_help_footer_and_palette_show() {
    let plain = || Setup { keymap: Arc::new(Keymap::of(KeySet::Plain)), ..setup((80, 24)) };
    insta::assert_snapshot!("plain_set_help", Bench::new(plain(), false).press("<F1>").screen());
    insta::assert_snapshot!("plain_set_palette", Bench::new(plain(), false).press("<F10>un").screen());
    insta::assert_snapshot!("plain_set_empty", Bench::new(plain(), true).screen());
}
