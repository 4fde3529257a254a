//! The detail pane drawn: facts judged and corrected, and what is done about them.

use super::*;

fn at(size: (u16, u16), keys: &str) -> String {
    Bench::open(size).press(keys).screen()
}

fn at_ja(size: (u16, u16), keys: &str) -> String {
    Bench::new(Setup { lang: Lang::Ja, ..setup(size) }, false).press(keys).screen()
}

#[test]
fn judged_facts() {
    insta::assert_snapshot!("judged_120x40", at((120, 40), "<Enter>aar]]a"));
    insta::assert_snapshot!("judged_80x24", at((80, 24), "<Enter>aar]]a"));
    insta::assert_snapshot!("judged_below_the_list", at((120, 40), "ar"));
    insta::assert_snapshot!("judged_ja", at_ja((120, 40), "<Enter>aar]]a"));
    let plain = Setup { plain: true, ..setup((80, 24)) };
    insta::assert_snapshot!("judged_plain", Bench::new(plain, false).press("<Enter>ar").screen());
}

#[test]
fn correcting() {
    for size in SIZES {
        let name = |what: &str| format!("{what}_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name("correct"), at(size, "c"));
    }
    insta::assert_snapshot!("correct_wrong", at((80, 24), "]c<^u>malware.ransom,error.lost"));
    insta::assert_snapshot!("correct_offers", at((80, 24), "]c<^u>error.<Tab><Tab>"));
    insta::assert_snapshot!("correct_corrected", at((80, 24), "7]c"));
    insta::assert_snapshot!("correct_unknown", at((80, 24), ":correct gang<Enter>"));
    insta::assert_snapshot!("correct_ja", at_ja((80, 24), "]c<^u>紛失"));
    insta::assert_snapshot!("correct_wrong_ja", at_ja((80, 24), "c<^u>120番"));
}
