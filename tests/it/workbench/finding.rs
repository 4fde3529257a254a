//! The fuzzy jump's dialog, readings behind the query, and what the query's words match in the list.

use super::*;
use jikenbo::analysis::jump::{Candidates, Search};
use jikenbo::domain::jump::{JumpFound, JumpTo, JumpWanted, Named};
use jikenbo::text::search_fold;
use ratatui::style::Modifier;

/// What the names of the records give for what was typed.
pub fn jumped(records: &[Record], wanted: &JumpWanted) -> JumpFound {
    let mut among = Candidates::default();
    among.add_tags(counts(0));
    let record = |key: Key| &records[key.0 as usize - 1];
    for (place, key) in wanted.view.iter().enumerate() {
        let facts = &record(*key).facts;
        let folded = |name: &Option<String>| name.as_deref().map(search_fold);
        let (org_folded, title_folded) = (folded(&facts.org), folded(&facts.title));
        among.add(&Named { key: *key, org_folded, title_folded }, place, true);
    }
    let mut search = Search::new(&wanted.text, wanted.readings);
    while search.step(&among, 64) {}
    let rows: Vec<ListRow> = search.incidents(&among).into_iter().map(|k| row(k, record(k))).collect();
    JumpFound {
        hits: search.hits(&among, &rows),
        matching: search.matching(),
        names: among.len(),
        done: true,
        newest: None,
    }
}

/// The screen with what is underlined between brackets.
fn with_matches(bench: &Bench) -> String {
    let (buf, ambiguous) = (bench.drawn(), bench.app.setup.ambiguous);
    let mut out = String::new();
    for y in buf.area.top()..buf.area.bottom() {
        let (mut line, mut x, mut inside) = (String::new(), buf.area.left(), false);
        while x < buf.area.right() {
            let cell = &buf[(x, y)];
            if cell.modifier.contains(Modifier::UNDERLINED) != inside {
                inside = !inside;
                line.push(if inside { '[' } else { ']' });
            }
            line.push_str(cell.symbol());
            x += grapheme_width(cell.symbol(), ambiguous).max(1) as u16;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[test]
fn the_jump() {
    insta::assert_snapshot!("jump_120x40", with_matches(Bench::open((120, 40)).press("f市")));
    let ja = |keys: &str| Bench::new(Setup { lang: Lang::Ja, ..setup((120, 40)) }, false).press(keys).screen();
    insta::assert_snapshot!("jump_ja", ja("fsup"));
    let plain = Setup { plain: true, no_color: true, ..setup((80, 24)) };
    insta::assert_snapshot!("jump_plain", with_matches(Bench::new(plain, false).press("fmail<Down>")));
    insta::assert_snapshot!("jump_nothing", Bench::open((80, 24)).press("f無い名").screen());
}

#[test]
fn a_jump_lands_on_the_incident() {
    let mut bench = Bench::open((120, 40));
    let last = Key(bench.records.len() as i64);
    let title = bench.record(last).facts.title.clone().unwrap();
    bench.press(&format!("f{title}"));
    let hit = |to: &JumpTo| matches!(to, JumpTo::Incident(key) if *key == last);
    let Some(jikenbo::app::layers::Layer::Jump(dialog)) = bench.app.layers.last() else { panic!() };
    let place = dialog.found.hits.iter().position(|h| hit(&h.to)).unwrap();
    bench.press(&"<Down>".repeat(place)).press("<Enter>");
    assert_eq!((bench.app.list.current(), bench.app.layers.len()), (Some(last), 0));
}

#[test]
fn matches_in_the_list() {
    insta::assert_snapshot!("list_matches", with_matches(Bench::open((120, 40)).press("/市 OR usb<Enter>")));
    let plain = Setup { plain: true, no_color: true, ..setup((120, 40)) };
    insta::assert_snapshot!(
        "list_matches_plain",
        with_matches(Bench::new(plain, false).press("/me-ru OR rouei<Enter>"))
    );
    let ja = Setup { lang: Lang::Ja, ..setup((120, 40)) };
    insta::assert_snapshot!("list_readings_ja", with_matches(Bench::new(ja, false).press("/rouei OR tag:supply")));
    insta::assert_snapshot!("romaji_off", Bench::open((80, 24)).press("/rouei<Enter>R").screen());
}
