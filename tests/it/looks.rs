//! How the workbench looks under its settings: themes as styles, panes at the list's side, the plain form, eras.

use crate::workbench::{Bench, setup};
use jikenbo::app::Setup;
use jikenbo::app::display::Display;
use jikenbo::config::{Arrangement, Theme};
use jikenbo::domain::{Colour, Tag};
use jikenbo::lang::Lang;
use jikenbo::text::AmbiguousWidth;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::collections::BTreeMap;

fn displayed(size: (u16, u16), display: Display) -> Setup {
    Setup { display, ..setup(size) }
}

/// Tags in colours of their own, as the store would tell.
fn coloured(mut bench: Bench) -> Bench {
    let tags = [("supply/若宮印刷", Colour::Red), ("web", Colour::Cyan)];
    bench.app.tag_colours = tags.into_iter().map(|(name, colour)| (Tag::new(name).unwrap(), colour)).collect();
    bench
}

/// The styles of a screen: a letter a style, a row a row, and what the letters stand for.
fn styles(buf: &Buffer) -> String {
    let mut letters: BTreeMap<String, char> = BTreeMap::new();
    let mut out = String::new();
    let width = usize::from(buf.area.width);
    for row in buf.content.chunks(width) {
        let mut line = String::new();
        for cell in row {
            let style = style_of(cell);
            let next = char::from(b'a' + u8::try_from(letters.len()).unwrap());
            line.push(if style.is_empty() { '.' } else { *letters.entry(style).or_insert(next) });
        }
        out.push_str(line.trim_end_matches('.'));
        out.push('\n');
    }
    let mut legend: Vec<(char, String)> = letters.into_iter().map(|(style, letter)| (letter, style)).collect();
    legend.sort_unstable();
    legend.into_iter().for_each(|(letter, style)| out.push_str(&format!("{letter} {style}\n")));
    out
}

fn style_of(cell: &Cell) -> String {
    let colour = |c: Color, before: &str| if c == Color::Reset { String::new() } else { format!("{before}{c}") };
    let attributes = cell.modifier.iter_names().map(|(name, _)| name.to_lowercase());
    let parts = [colour(cell.fg, ""), colour(cell.bg, "on ")].into_iter().chain(attributes);
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn themes_differ_in_their_styles_and_not_in_their_words() {
    let mut words = Vec::new();
    for (theme, name) in Theme::ALL {
        let display = Display { theme, ..Display::default() };
        let mut bench = coloured(Bench::new(displayed((120, 40), display), false));
        bench.press("<Space>j]");
        insta::assert_snapshot!(format!("styles_{name}"), styles(&bench.drawn()));
        words.push(bench.screen().replace(['⟪', '⟫'], ""));
    }
    // Monochrome puts evidence in brackets.
    assert_eq!(words[0], words[1]);
    assert_eq!(words[0], words[2]);
    assert_eq!(words[3].lines().next(), words[0].lines().next());
}

#[test]
fn only_tags_take_the_colours_of_tags() {
    let mut bench = Bench::open((120, 40));
    let before = bench.drawn();
    bench = coloured(bench);
    let after = bench.drawn();
    let changed: Vec<usize> = (0..before.content.len()).filter(|i| before.content[*i] != after.content[*i]).collect();
    assert!(!changed.is_empty());
    let shown: String = changed.iter().map(|i| after.content[*i].symbol()).collect();
    assert!(shown.contains("supply"), "{shown}");
    assert!(changed.iter().all(|i| [Color::Red, Color::Cyan].contains(&after.content[*i].fg)));
    assert!(changed.iter().all(|i| before.content[*i].symbol() == after.content[*i].symbol()));
}

#[test]
fn panes_at_the_side() {
    let side = |size, lang| {
        let display = Display { arrangement: Arrangement::Side, ..Display::default() };
        Bench::new(Setup { lang, ..displayed(size, display) }, false)
    };
    // Too narrow, it is as ever.
    assert_eq!(side((100, 40), Lang::En).screen(), Bench::open((100, 40)).screen());
    let mut bench = Bench::open((160, 45));
    let stacked = bench.screen();
    let turned = bench.press("gw").screen();
    assert_ne!(turned, stacked);
    assert!(turned.contains("gw turns them"), "{turned}");
    assert_eq!(bench.press("gw").press("j").press("k").screen().lines().nth(5), stacked.lines().nth(5));
}

#[test]
fn the_plain_form_has_no_frames_and_the_cursor_on_the_row() {
    for size in [(80, 24), (120, 40)] {
        let plain = Setup { plain: true, no_color: true, ..setup(size) };
        let mut bench = Bench::new(plain, false);
        insta::assert_snapshot!(format!("plain_{}x{}", size.0, size.1), bench.screen());
        let area = Rect::new(0, 0, size.0, size.1);
        let row = |bench: &Bench| {
            let at = jikenbo::ui::cursor(&bench.app, area).unwrap();
            bench.screen().lines().nth(usize::from(at.y)).unwrap_or_default().trim().to_owned()
        };
        let first = row(&bench);
        assert!(first.starts_with('>'), "{first}");
        let third = row(bench.press("jj"));
        assert!(third.starts_with('>') && third != first, "{third}");
        // In a menu it is on the chosen item, in the incident on its first line.
        assert!(row(bench.press("s")).contains("new"));
        assert!(row(bench.press("j")).contains("open"));
        assert!(row(bench.press("<Esc><Enter>")).contains("2024-"));
        assert!(!row(bench.press("<Esc>?")).is_empty());
        for keys in ["", "<Esc>e", "<Esc>t", "<Esc>:", "<Esc>S", "<Esc><Tab>", "<Tab>"] {
            let screen = bench.press(keys).screen();
            assert!(!screen.contains(['─', '│', '┌', '●', '…', '·']), "{keys}\n{screen}");
            assert!(!screen.contains("+--") && !screen.contains("#####"), "{keys}\n{screen}");
        }
    }
}

#[test]
fn signs_are_ascii_where_the_terminal_or_the_width_asks_for_it() {
    let ascii = Display { ascii: true, remark: Some("ui.hint.no_utf8"), ..Display::default() };
    let narrow = Bench::new(displayed((120, 40), ascii), false).screen();
    assert!(narrow.contains("the locale is not UTF-8"), "{narrow}");
    let wide = Setup { ambiguous: AmbiguousWidth::Wide, ..setup((120, 40)) };
    let wide = Bench::new(wide, false).screen();
    for screen in [&narrow, &wide] {
        assert!(screen.contains("+---"), "{screen}");
        // What is left of such characters is the notices' own.
        let ours = screen.lines().take(14).collect::<String>();
        assert!(!ours.contains(['─', '│', '┌', '●', '▌', '✓', '▇', '…', '·', '↓']), "{ours}");
    }
}

#[test]
fn eras_stand_beside_the_dates_of_detail_and_timeline_only() {
    let mut bench = Bench::open((120, 40));
    let list = |screen: &str| screen.lines().take(19).collect::<Vec<_>>().join("\n");
    let before = bench.screen();
    let after = bench.press(":set era on<Enter>").screen();
    assert_eq!(list(&before), list(&after));
    insta::assert_snapshot!("eras", after);
    let off = bench.press(":set era off<Enter>").screen();
    assert!(!off.contains("令和6年6月6日"), "{off}");
}

#[test]
fn settings_that_are_none_are_told_in_the_palette() {
    let screen = Bench::open((120, 40)).press(":set theme red<Enter>").screen();
    assert!(screen.contains("`red` is none of: standard, light, high-contrast, monochrome"), "{screen}");
    let mut bench = Bench::open((120, 40));
    bench.press(":set theme light<Enter>");
    assert_eq!(bench.app.setup.display.theme, Theme::Light);
    let dims = bench.drawn().content.iter().filter(|c| c.modifier.contains(Modifier::DIM)).count();
    assert_eq!(dims, 0);
}
