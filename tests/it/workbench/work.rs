//! Pictures of exports under way, of paths being completed, and of a sitting whose marks stand for other incidents now.

use super::*;
use jikenbo::app::session::LeftOver;
use jikenbo::app::typed::paths::Listing;
use jikenbo::config::sitting::Sitting;
use jikenbo::domain::jump::JumpFound;
use jikenbo::domain::work::{Progress, Worked, Working};

const NAMES: [(&str, bool); 5] = [
    ("reports", true),
    ("review-2024.csv", false),
    ("review-2024.md", false),
    ("review.xlsx", false),
    ("青嶺.csv", false),
];

fn bench(size: (u16, u16), lang: Lang) -> Bench {
    Bench::new(Setup { lang, ..setup(size) }, false)
}

/// Presses keys, every look into a folder answered.
fn press(bench: &mut Bench, keys: &str) -> String {
    for key in run(keys) {
        bench.effects.clear();
        bench.event(Event::Key(key));
        let looks: Vec<Effect> = bench.effects.drain(..).collect();
        for look in looks.into_iter().filter_map(|e| if let Effect::Look(look) = e { Some(look) } else { None }) {
            let wanted = NAMES.iter().filter(|(name, _)| look.wants(name));
            let names = wanted.map(|(name, folder)| ((*name).to_owned(), *folder)).collect();
            bench.event(Event::Looked(Listing { look, names }));
        }
    }
    bench.screen()
}

fn working(bench: &mut Bench, done: usize) -> &mut Bench {
    bench.reply(Reply::Work(Working::Running(Progress { done, total: 9, incidents: 0 })))
}

#[test]
fn an_export_under_way_and_done() {
    for size in SIZES {
        let name = |what: &str| format!("export_{what}_{}x{}", size.0, size.1);
        let mut bench = Bench::open(size);
        working(bench.press("e<Enter>"), 4);
        insta::assert_snapshot!(name("runs"), bench.screen());
        insta::assert_snapshot!(name("left"), bench.press("q").screen());
        bench.press("<Esc>").reply(Reply::Work(Working::Done(Worked { written: 9, ..Worked::default() })));
        insta::assert_snapshot!(name("done"), bench.screen());
    }
    let mut ja = bench((80, 24), Lang::Ja);
    working(ja.press("e<Enter>"), 4);
    insta::assert_snapshot!("export_runs_ja", ja.screen());
    ja.press("<Esc><Esc>").reply(Reply::Work(Working::Done(Worked { stopped: true, ..Worked::default() })));
    insta::assert_snapshot!("export_stopped_ja", ja.screen());
}

#[test]
fn paths_being_completed() {
    for size in SIZES {
        let name = |what: &str| format!("path_{what}_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name("export"), press(&mut Bench::open(size), "e<^u>~/rev<Tab><Tab>"));
        insta::assert_snapshot!(name("ingest"), press(&mut Bench::open(size), ":ingest ~/re<Down>"));
    }
    insta::assert_snapshot!("path_nothing_ja", press(&mut bench((80, 24), Lang::Ja), "e<^u>zzz<Tab>"));
    insta::assert_snapshot!("settings_ja", press(&mut bench((80, 24), Lang::Ja), ":set "));
    insta::assert_snapshot!("setting_meant", press(&mut Bench::open((80, 24)), ":set layot side"));
}

#[test]
fn a_sitting_without_its_marks_and_a_jump_among_the_newest() {
    for lang in [Lang::En, Lang::Ja] {
        let mut bench = bench((80, 24), lang);
        let sitting = Sitting { query: "白樺県".into(), ..Sitting::default() };
        bench.event(Event::LeftOver(Box::new(LeftOver { sitting, when: "14:32".into(), lost: 12 })));
        insta::assert_snapshot!(format!("offer_lost_{lang:?}"), bench.screen());
        bench.press("<Enter>");
        insta::assert_snapshot!(format!("offer_lost_taken_{lang:?}"), bench.screen());
    }
    let mut bench = Bench::open((80, 24));
    bench.press("f");
    let generation = match bench.app.layers.last() {
        Some(jikenbo::app::layers::Layer::Jump(d)) => d.generation,
        other => panic!("{other:?}"),
    };
    let found = JumpFound { names: 182_344, done: true, newest: Some(100_000), ..JumpFound::default() };
    bench.reply(Reply::Jumped { generation, found });
    insta::assert_snapshot!("jump_newest", bench.screen());
}
