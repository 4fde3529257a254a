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
    insta::assert_snapshot!("judged_below_the_list", at((120, 40), "ar"));
}

#[test]
fn correcting() {
    insta::assert_snapshot!("correct_corrected", at((80, 24), "7]c"));
    insta::assert_snapshot!("correct_unknown", at((80, 24), ":correct gang<Enter>"));
    insta::assert_snapshot!("correct_ja", at_ja((80, 24), "]c<^u>紛失"));
    insta::assert_snapshot!("correct_wrong_ja", at_ja((80, 24), "c<^u>120番"));
}

#[test]
fn visited() {
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
    let area = Rect::new(0, 0, 80, 24);
    let cursor = jikenbo::ui::cursor(&Bench::open((80, 24)).press("g/宛名").app, area).map(|p| (p.x, p.y));
    assert_eq!(cursor, Some((10, 22)));
}

#[test]
fn notes() {
    insta::assert_snapshot!("note_empty_ja", at_ja((80, 24), "E<^s>"));
    let area = Rect::new(0, 0, 80, 24);
    let cursor = jikenbo::ui::cursor(&Bench::open((80, 24)).press("E若<Enter>宮x").app, area).map(|p| (p.x, p.y));
    let mut bench = Bench::open((80, 24));
    let buf = bench.press("E若<Enter>宮x").drawn();
    let (x, y) = cursor.unwrap();
    assert_eq!((buf[(x - 1, y)].symbol(), buf[(x - 3, y)].symbol()), ("x", "宮"));
}
