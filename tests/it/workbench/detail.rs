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

#[test]
fn related_and_visited() {
    for size in SIZES {
        insta::assert_snapshot!(format!("related_{}x{}", size.0, size.1), at(size, "o"));
    }
    insta::assert_snapshot!("related_ja", at_ja((80, 24), "o"));
    let mut bench = Bench::open((80, 24));
    let keys = Arc::new(vec![Key(1), Key(3)]);
    bench.press("/x");
    let generation = bench.app.query.generation;
    let found = Found { keys, in_store: 9, ..Found::default() };
    bench.reply(Reply::Found { generation, found, rows: Vec::new() });
    insta::assert_snapshot!("visited", bench.press("<Enter>o<Enter>").screen());
}

#[test]
fn looking_for_words() {
    insta::assert_snapshot!("find_80x24", at((80, 24), "<Enter>g/宛名"));
    insta::assert_snapshot!("find_none_ja", at_ja((80, 24), "g/無い語"));
    let area = Rect::new(0, 0, 80, 24);
    let cursor = jikenbo::ui::cursor(&Bench::open((80, 24)).press("g/宛名").app, area).map(|p| (p.x, p.y));
    assert_eq!(cursor, Some((8, 22)));
}

#[test]
fn notes() {
    let text = "E若宮印刷へ電話で確認した。機器の調査は今月末までかかる見込みで、件数は増える可能性があるという。<Enter><Enter>次は月末";
    for size in SIZES {
        insta::assert_snapshot!(format!("note_{}x{}", size.0, size.1), at(size, text));
    }
    insta::assert_snapshot!("note_empty_ja", at_ja((80, 24), "E<^s>"));
    insta::assert_snapshot!("note_drop", at((80, 24), "Ex<Esc>"));
    let area = Rect::new(0, 0, 80, 24);
    let cursor = jikenbo::ui::cursor(&Bench::open((80, 24)).press("E若<Enter>宮x").app, area).map(|p| (p.x, p.y));
    let mut bench = Bench::open((80, 24));
    let buf = bench.press("E若<Enter>宮x").drawn();
    let (x, y) = cursor.unwrap();
    assert_eq!((buf[(x - 1, y)].symbol(), buf[(x - 3, y)].symbol()), ("x", "宮"));
}
