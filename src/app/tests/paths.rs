//! Paths, views and settings that Tab completes.

use super::*;
use crate::app::typed::paths::{Listing, Look};

fn looks(effects: &[Effect]) -> Vec<Look> {
    effects.iter().filter_map(|e| if let Effect::Look(look) = e { Some(look.clone()) } else { None }).collect()
}

/// Presses keys; every look into a folder finds those of `names` that it wants, folders with `/`.
fn press_with(app: &mut App, keys: &str, names: &[&str]) -> Vec<Effect> {
    let mut out = Vec::new();
    for key in run(keys) {
        let effects = app.update(Event::Key(key));
        for look in looks(&effects) {
            let all = names.iter().map(|n| (n.trim_end_matches('/').to_owned(), n.ends_with('/')));
            let names = all.filter(|(name, _)| look.wants(name)).collect();
            out.extend(app.update(Event::Looked(Listing { look, names })));
        }
        out.extend(effects);
    }
    out
}

fn export_line(keys: &str, names: &[&str]) -> (String, Option<String>) {
    let mut app = open();
    press_with(&mut app, &format!("e<^u>{keys}"), names);
    match app.layers.last() {
        Some(Layer::Export(d)) => (d.input.text().to_owned(), d.error.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn tab_completes_the_file_of_an_export() {
    let names = ["reports/", "review.csv", "review.md", "青嶺.csv", ".hidden"];
    let cases = [
        ("青<Tab>", "青嶺.csv"),
        ("~/rep<Tab>", "~/reports/"),
        ("rev<Tab>", "review."),
        ("rev<Tab><Tab>", "review.csv"),
        ("rev<Tab><Tab><Tab>", "review.md"),
        ("rev<Tab><Tab><Tab><Tab>", "review.csv"),
        ("review.<Tab>", "review.csv"),
        ("review.<Tab><BackTab>", "review.md"),
        ("re<Tab>", "reports/"),
        (".h<Tab>", ".hidden"),
        ("zzz<Tab>", "zzz"),
        ("~kei/<Tab>", "~kei/"),
    ];
    for (keys, line) in cases {
        assert_eq!(export_line(keys, &names).0, line, "{keys}");
    }
    assert!(export_line("zzz<Tab>", &names).1.is_some_and(|e| e.contains("nothing")));
    assert!(export_line("~kei/<Tab>", &names).1.is_some_and(|e| e.contains('~')));
    // An ending that names a format chooses it, and a key takes what stands there.
    let mut app = open();
    press_with(&mut app, "e<^u>review.<Tab><Tab>x", &names);
    let Some(Layer::Export(dialog)) = app.layers.last() else { panic!() };
    assert_eq!((dialog.input.text(), dialog.choice.is_none()), ("review.mdx", true));
    press_with(&mut app, "<Backspace>", &names);
    let Some(Layer::Export(dialog)) = app.layers.last() else { panic!() };
    assert_eq!(dialog.format().as_str(), "markdown");
}

#[test]
fn an_answer_that_comes_late_changes_nothing() {
    let mut app = open();
    let look = looks(&press(&mut app, "e<^u>re<Tab>")).remove(0);
    assert_eq!((look.folder.to_str(), look.begun.as_str()), (Some("/home/hanako/"), "re"));
    press(&mut app, "x");
    app.update(Event::Looked(Listing { look: look.clone(), names: vec![("review.csv".into(), false)] }));
    let Some(Layer::Export(dialog)) = app.layers.last() else { panic!() };
    assert_eq!(dialog.input.text(), "rex");
    press(&mut app, "<Esc>");
    app.update(Event::Looked(Listing { look, names: vec![("review.csv".into(), false)] }));
    assert!(app.layers.is_empty());
}

#[test]
fn the_palette_completes_paths_views_and_settings() {
    let names = ["digests/", "digest.txt", "notes.txt"];
    let line = |keys: &str| {
        let mut app = open();
        let view = crate::config::state::SavedView { name: "this week".into(), ..Default::default() };
        app.state.views.push(view);
        press_with(&mut app, keys, &names);
        match app.layers.last() {
            Some(Layer::Palette(d)) => d.input.text().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    for (keys, text) in [
        (":ingest n<Tab>", "ingest notes.txt"),
        (":ingest ~/digests<Tab>", "ingest ~/digests/"),
        (":ingest d<Down><Tab>", "ingest digests/"),
        // What they share, then one after the other, which Enter takes; what leads nowhere stays.
        (":ingest d<Tab>", "ingest digest"),
        (":ingest d<Tab><Tab>", "ingest digest"),
        (":ingest d<Tab><Tab><Enter>", "ingest digests/"),
        (":ingest d<Tab><Tab><Tab><Enter>", "ingest digest.txt"),
        (":ingest ~/dijests/two<Tab>", "ingest ~/dijests/two"),
        (":ingest notes.txt<Tab>", "ingest notes.txt"),
        (":ingest digests/<Tab>", "ingest digests/"),
        (":ingest d<Down><Down><Enter>", "ingest digest.txt"),
        (":export csv no<Tab>", "export csv notes.txt"),
        (":view w<Tab>", "view this week"),
        (":set laout<Esc>:set lay<Tab>", "set layout"),
        (":set group mo<Tab>", "set group month"),
    ] {
        assert_eq!(line(keys), text, "{keys}");
    }
    // What stands there is taken as it is, unless another was gone to.
    let mut app = open();
    let effects = press_with(&mut app, ":ingest d<Enter>", &names);
    assert!(
        effects.iter().any(|e| matches!(e, Effect::Store(Request::Work(Task::Ingest { path })) if path.ends_with("d")))
    );
    // One look for each change of the path, none for other verbs.
    let mut app = open();
    assert_eq!(looks(&press(&mut app, ":ingest d<Left><Right>")).len(), 2);
    assert!(looks(&press(&mut open(), ":tag +a")).is_empty());
}

#[test]
fn settings_change_what_keys_change() {
    let set = |keys: &str| {
        let mut app = open();
        press(&mut app, keys);
        app
    };
    assert!(!set(":set romaji off<Enter>").setup.romaji && set(":set romaji on<Enter>").setup.romaji);
    assert_eq!(set(":set lower timeline<Enter>").lower, Pane::Timeline);
    assert_eq!(set(":set lower detail<Enter>").lower, Pane::Detail);
    assert_eq!(set(":set group month<Enter>").grouping.map(|g| g.by.as_str()), Some("month"));
    assert!(set(":set group month<Enter>:set group none<Enter>").grouping.is_none());
    assert_eq!(set(":set timeline case<Enter>").scene, Scene::Case);
    assert_eq!(set(":set bars year<Enter>").chart.step, panes::histogram::Step::Year);
    assert_eq!(set(":set split tag<Enter>").chart.split, crate::domain::Split::Tag);
    let app = set(":set layot side<Enter>");
    assert!(
        matches!(app.layers.last(), Some(Layer::Palette(d)) if d.preview(Lang::En).is_err_and(|e| e.contains("layout")))
    );
}

#[test]
fn words_of_filters_are_set_off_like_the_query_s_own() {
    use crate::app::panes::highlights::Cell;
    let mut app = open();
    press(&mut app, "/宛名<Enter>Fa<Esc>/usb<Enter>");
    assert_eq!((app.query.input.text(), app.filters.len()), ("usb", 1));
    let spans = |app: &App, text: &str| app.highlights.of(Cell::Title, text).len();
    assert_eq!((spans(&app, "宛名の誤り"), spans(&app, "USBの紛失")), (1, 1));
    // In the text, too, and only while the filter is on.
    press(&mut app, "/<^u><Enter>");
    assert!(!app.detail.matches.is_empty());
    press(&mut app, "F <Esc>");
    assert_eq!((spans(&app, "宛名の誤り"), app.filters[0].on), (0, false));
}
