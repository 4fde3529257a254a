//! Pictures of every pane and every dialog: in three sizes, two languages, in ASCII signs and in the plain form. One
//! table, one snapshot a row; of a dialog its own rectangle and the lines below the panes are kept.

use super::views::{left_over, saved};
use super::*;
use jikenbo::app::layers::Layer;
use jikenbo::config::Arrangement;

/// One picture: what is pressed, and what else leads there.
struct Picture {
    name: &'static str,
    keys: &'static str,
    /// What the workbench is opened with instead.
    with: fn(Setup) -> Setup,
    /// The case book holds nothing.
    empty: bool,
    /// What comes besides keys, before them.
    event: Option<fn() -> Event>,
}

const fn picture(name: &'static str, keys: &'static str) -> Picture {
    Picture { name, keys, with: |setup| setup, empty: false, event: None }
}

fn with_views(setup: Setup) -> Setup {
    Setup { state: saved(), ..setup }
}

fn at_the_side(setup: Setup) -> Setup {
    let display = Display { arrangement: Arrangement::Side, ..setup.display };
    Setup { display, ..setup }
}

const ROWS: &[Picture] = &[
    // Panes.
    picture("list", ""),
    picture("list_marks_and_range", "<Space><Space>jvjj"),
    picture("list_in_groups", "bazaj"),
    picture("detail", "<Enter>]]ajr"),
    picture("detail_end", "<Enter>G"),
    picture("timeline_of_incident", "3<Tab>"),
    picture("timeline_of_view", "3<Tab>v"),
    picture("timeline_of_view_brush", "3<Tab>v6h<Space>3hp"),
    picture("timeline_of_case", "3<Tab>cj"),
    Picture { with: at_the_side, ..picture("side_by_side", "2<Tab>]") },
    Picture { empty: true, ..picture("empty_store", "") },
    // The lines around them.
    picture("query_completions", "/漏えい status:<Tab><Tab>"),
    picture("query_wrong", "/漏えい sta:new"),
    picture("query_nothing", "/無い<Enter>"),
    Picture { event: Some(left_over), ..picture("offer", "") },
    Picture { with: |setup| Setup { welcome: Welcome::Offer, ..setup }, ..picture("sample", "") },
    picture("tour", "g?j"),
    // Dialogs.
    picture("tags", "<Space><Space>tsup"),
    picture("tags_new", "t新規"),
    picture("untag", "T"),
    picture("tag_keys", ",<Tab>"),
    picture("tag_keys_asked", ",<Tab>clo<Enter>"),
    picture("leader", "<Space><Space>,"),
    picture("status", "js"),
    picture("sort", "S"),
    picture("group_menu", "btb"),
    picture("columns", "Cj<Space>JJ"),
    picture("export", "e"),
    picture(
        "note",
        "E若宮印刷へ電話で確認した。機器の調査は今月末までかかる見込みで、件数は増える可能性があるという。<Enter><Enter>次は月末",
    ),
    picture("note_drop", "Ex<Esc>"),
    picture("jump", "f市"),
    picture("jump_empty", "f"),
    picture("correct", "c"),
    picture("correct_wrong", "]c<^u>malware.ransom,error.lost"),
    picture("correct_offers", "]c<^u>error.<Tab><Tab>"),
    picture("related", "o"),
    picture("find", "<Enter>g/宛名"),
    picture("find_none", "g/無い語"),
    picture("palette", ":tag +新しい"),
    picture("commands", ":un"),
    Picture { with: with_views, ..picture("views", "Vj") },
    Picture { with: with_views, ..picture("views_naming", "Va委託先<Enter>") },
    picture("views_examples", "V"),
    picture("filters", "/since:2024-05<Enter>Faq/委託 OR tag:supply<Enter>Fa<Space>q/紛失<Enter>F"),
    picture("filters_none", "F"),
    picture("help", "?"),
    picture("help_end", "?<End>"),
    picture("help_timeline", "3<Tab>?"),
    picture("help_queries", "?/"),
    picture("help_exports", "?3"),
    picture("help_csv", ":help csv<Enter>"),
    picture("help_keys", "?4<End>"),
    picture("help_config", "?7"),
    picture("confirm", "*x"),
    picture("confirm_tag", "*:tag +cloud +web -新規<Enter>"),
];

macro_rules! kinds {
    ($($kind:ident)+) => {
        /// Every kind of dialog.
        const KINDS: &[&str] = &[$(stringify!($kind)),+];

        /// The kind of a dialog: a new one is to be added here, and a picture of it above.
        fn kind(layer: &Layer) -> &'static str {
            match layer {
                $(Layer::$kind(_) => stringify!($kind),)+
            }
        }
    };
}

kinds! { Tags Menu Columns Export Note Jump Correct Related Find Palette Views Filters Help Confirm Leader }

/// The forms in which everything is drawn.
fn forms() -> Vec<(String, Setup)> {
    let mut out = Vec::new();
    for size in SIZES {
        for (lang, name) in [(Lang::En, "en"), (Lang::Ja, "ja")] {
            out.push((format!("{}x{} {name}", size.0, size.1), Setup { lang, ..setup(size) }));
        }
    }
    let ascii = Display { ascii: true, ..Display::default() };
    out.push(("100x30 en, ASCII signs".into(), Setup { display: ascii, ..setup((100, 30)) }));
    out.push(("80x24 ja, plain form".into(), Setup { lang: Lang::Ja, plain: true, no_color: true, ..setup((80, 24)) }));
    out
}

impl Picture {
    fn drawn(&self, form: Setup) -> Bench {
        let mut bench = Bench::new((self.with)(form), self.empty);
        if let Some(event) = self.event {
            bench.event(event());
        }
        bench.press(self.keys);
        bench
    }
}

/// What is kept of a screen: all of it, or the top dialog and the two last lines.
fn kept(bench: &Bench) -> String {
    let Some(layer) = bench.app.layers.last() else { return bench.screen() };
    let (width, height) = bench.app.size;
    let area = layer.area(width, height);
    let buf = bench.drawn();
    let foot = Rect::new(0, height - 2, width, 2);
    let cut = |part: Rect, buf: &Buffer| {
        let mut out = Buffer::empty(part);
        for position in part.positions() {
            out[position] = buf[position].clone();
        }
        rows(&out, bench.app.setup.ambiguous)
    };
    let dialog = cut(Rect::new(area.x, area.y, area.width, area.height), &buf);
    let foot = cut(foot, &buf);
    format!("({}, {}) {}x{}\n{dialog}\n{foot}", area.x, area.y, area.width, area.height)
}

#[test]
fn every_pane_and_dialog() {
    let mut seen = Vec::new();
    for picture in ROWS {
        let mut pictures = String::new();
        for (form, setup) in forms() {
            let bench = picture.drawn(setup);
            seen.extend(bench.app.layers.last().map(kind));
            pictures.push_str(&format!("=== {form}\n{}", kept(&bench)));
        }
        insta::with_settings!({omit_expression => true, prepend_module_to_snapshot => false}, {
            insta::assert_snapshot!(format!("picture_{}", picture.name), pictures);
        });
    }
    let missing: Vec<&&str> = KINDS.iter().filter(|kind| !seen.contains(*kind)).collect();
    assert!(missing.is_empty(), "no picture shows {missing:?}");
}
