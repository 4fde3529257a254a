//! Frames replayed through a terminal emulator have to give the picture that was drawn; and they have to be short.

use super::*;
use crate::runtime::ability::Colours;
use proptest::prelude::*;
use ratatui::style::{Color, Modifier, Style};
use std::num::NonZeroU16;

const COLUMNS: u16 = 24;
const ROWS: u16 = 9;

fn size(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

fn emulator() -> vt100::Parser {
    vt100::Parser::new(size(ROWS), size(COLUMNS), 0)
}

fn draw(screen: &mut Screen, lines: &[&str]) -> Vec<u8> {
    let canvas = screen.canvas();
    for (y, line) in lines.iter().enumerate() {
        canvas.set_string(0, y as u16, line, Style::new());
    }
    screen.frame(None)
}

fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\x1b', "^")
}

/// What the emulator shows has to be what the glyphs of the buffer say.
fn compare(emulator: &vt100::Parser, shown: &Buffer, traits: Traits) -> Result<(), String> {
    for (y, cells) in shown.content.chunks(usize::from(COLUMNS)).enumerate() {
        for (x, glyph) in glyph::row(cells, traits.ambiguous, traits.palette).iter().enumerate() {
            let place = format!("column {x} row {y}: {glyph:?}");
            let cell = emulator.screen().cell(y as u16, x as u16).ok_or("no cell")?;
            if glyph.columns == 0 {
                if !cell.is_wide_continuation() {
                    return Err(format!("{place} is not covered"));
                }
                continue;
            }
            let text = if cell.has_contents() { cell.contents() } else { " " };
            if text != glyph.text {
                return Err(format!("{place}, but shown {text:?}"));
            }
            let colour = |c: Option<u8>| c.map_or(vt100::Color::Default, vt100::Color::Idx);
            let ink_shows = !glyph.is_blank();
            if cell.bgcolor() != colour(glyph.look.paper) || ink_shows && cell.fgcolor() != colour(glyph.look.ink) {
                return Err(format!("{place}, colours {:?} on {:?}", cell.fgcolor(), cell.bgcolor()));
            }
            let a = glyph.look.attributes;
            let lines = cell.underline() == a.contains(Modifier::UNDERLINED)
                && cell.inverse() == a.contains(Modifier::REVERSED);
            if !lines || ink_shows && cell.bold() != a.contains(Modifier::BOLD) {
                return Err(format!("{place}, attributes"));
            }
        }
    }
    Ok(())
}

fn symbol() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-z0-9 ]",
        4 => "[あ-んア-ヶ漏洩事件簿個人情報、。「」]",
        2 => "[○●※→─│┌┐▌…◆■]",
        1 => "[ｱ-ﾝ]",
        1 => "[é§ñ]",
        1 => "[\u{1b}\u{7}\u{202e}\u{200b}\u{9b}]",
        3 => Just(" ".to_owned()),
    ]
}

fn look() -> impl Strategy<Value = Style> {
    prop_oneof![
        4 => Just(Style::new()),
        1 => Just(Style::new().fg(Color::Cyan)),
        1 => Just(Style::new().bg(Color::Blue).fg(Color::White)),
        1 => Just(Style::new().add_modifier(Modifier::BOLD)),
        1 => Just(Style::new().add_modifier(Modifier::REVERSED | Modifier::UNDERLINED)),
    ]
}

/// Runs of one style: position, symbols, style.
type Strokes = Vec<(u16, u16, Vec<String>, Style)>;

fn strokes() -> impl Strategy<Value = Strokes> {
    let stroke = (0..COLUMNS, 0..ROWS, prop::collection::vec(symbol(), 1..16), look());
    prop::collection::vec(stroke, 0..14)
}

fn paint(canvas: &mut Buffer, strokes: &Strokes) {
    for (x, y, symbols, style) in strokes {
        for (i, symbol) in symbols.iter().enumerate() {
            if let Some(cell) = canvas.cell_mut((x + i as u16, *y)) {
                cell.set_symbol(symbol).set_style(*style);
            }
        }
    }
}

proptest! {
    #[test]
    fn frames_replay_to_the_picture(
        pictures in prop::collection::vec((strokes(), any::<bool>(), prop::option::of((0..COLUMNS, 0..ROWS))), 1..6),
        colour in any::<bool>(),
        up in -3i16..4,
    ) {
        let colours = if colour { Colours::Sixteen } else { Colours::None };
        let palette = Palette { colours, ..Palette::default() };
        let traits = Traits { palette, ..Traits::default() };
        let mut screen = Screen::new(COLUMNS, ROWS, traits);
        let mut terminal = emulator();
        for (strokes, over, cursor) in &pictures {
            // Either a new picture, or the one shown, moved and painted over.
            let before = screen.shown.clone();
            let canvas = screen.canvas();
            if *over {
                *canvas = before;
                let by = usize::from(up.unsigned_abs()) * usize::from(COLUMNS);
                if up > 0 { canvas.content.rotate_left(by) } else { canvas.content.rotate_right(by) }
                paint(canvas, &strokes.iter().take(2).cloned().collect());
            } else {
                paint(canvas, strokes);
            }
            let cursor = cursor.map(Position::from);
            let bytes = screen.frame(cursor);
            terminal.process(&bytes);
            if let Err(e) = compare(&terminal, &screen.shown, traits) {
                prop_assert!(false, "{e}\n{}", printable(&bytes));
            }
            prop_assert_eq!(terminal.screen().hide_cursor(), cursor.is_none());
            if let Some(p) = cursor {
                prop_assert_eq!(terminal.screen().cursor_position(), (p.y, p.x));
            }
        }
        // The same picture again costs nothing.
        let same = screen.shown.clone();
        *screen.canvas() = same;
        let cursor = screen.cursor;
        prop_assert!(screen.frame(cursor).is_empty());
    }
}

#[test]
fn neighbours_need_no_moves_and_sure_wide_characters_none_after() {
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    let first = printable(&draw(&mut screen, &["漏えいabc事件", "二行目"]));
    assert_eq!(first, "^[?2026h^[?25l^[r^[m^[2J^[1H漏えいabc事件\r\n二行目^[?2026l");
    let second = printable(&draw(&mut screen, &["漏えいaxc事故", "二行目"]));
    assert_eq!(second, "^[?2026h^[1;8Hx^[3C故^[?2026l");
    assert_eq!(printable(&draw(&mut screen, &["漏えいaxc事故", "二行目"])), "");
}

#[test]
fn an_unsure_width_is_followed_by_a_move() {
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    draw(&mut screen, &[]);
    assert_eq!(printable(&draw(&mut screen, &["○a"])), "^[?2026h^[1H○^[2Ga^[?2026l");
}

#[test]
fn a_cleared_row_costs_one_clearing() {
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    draw(&mut screen, &["0123456789"]);
    assert_eq!(printable(&draw(&mut screen, &["01"])), "^[?2026h^[1;3H^[K^[?2026l");
}

#[test]
fn attributes_are_set_once_a_run() {
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    draw(&mut screen, &[]);
    screen.canvas().set_string(0, 0, "a b c", Style::new().fg(Color::Red));
    assert_eq!(printable(&screen.frame(None)), "^[?2026h^[1H^[31ma b c^[m^[?2026l");
    let mut grey = Screen::new(
        COLUMNS,
        ROWS,
        Traits { palette: Palette { colours: Colours::None, ..Palette::default() }, ..Traits::default() },
    );
    grey.canvas().set_string(0, 0, "a", Style::new().fg(Color::Red).bold());
    assert!(printable(&grey.frame(None)).ends_with("^[1H^[1ma^[m^[?2026l"));
}

#[test]
fn a_scrolled_list_costs_about_one_row() {
    let rows: Vec<String> = (0..12).map(|i| format!("{i:02} 漏えいの件 第{i:02}号")).collect();
    let window = |from: usize| rows.iter().skip(from).take(ROWS.into()).map(String::as_str).collect::<Vec<_>>();
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    let mut terminal = emulator();
    terminal.process(&draw(&mut screen, &window(0)));
    for from in [1, 2, 1, 3, 0] {
        let bytes = draw(&mut screen, &window(from));
        terminal.process(&bytes);
        compare(&terminal, &screen.shown, Traits::default()).unwrap();
        assert!(bytes.len() < 180, "{}", printable(&bytes));
    }
}

#[test]
fn the_cursor_alone_moves_cheaply_and_off_screen_cursors_are_hidden() {
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    draw(&mut screen, &["a"]);
    let mut again = |cursor: Option<(u16, u16)>| {
        screen.canvas().set_string(0, 0, "a", Style::new());
        printable(&screen.frame(cursor.map(Position::from)))
    };
    assert_eq!(again(Some((1, 0))), "^[?2026h^[1;2H^[?25h^[?2026l");
    assert_eq!(again(Some((2, 0))), "^[?2026h^[1;3H^[?2026l");
    assert_eq!(again(Some((200, 0))), "^[?2026h^[?25l^[?2026l");
    assert_eq!(again(None), "");
}

#[test]
fn a_new_size_draws_everything() {
    let mut screen = Screen::new(COLUMNS, ROWS, Traits::default());
    draw(&mut screen, &["a"]);
    screen.resize(3, 2);
    assert_eq!(screen.area(), Rect::new(0, 0, 3, 2));
    assert!(printable(&draw(&mut screen, &["bcd"])).contains("^[2J^[1Hbcd"));
    let mut nothing = Screen::new(0, 0, Traits::default());
    assert!(!nothing.frame(None).is_empty());
}

/// A list of 22 rows over a lower pane at 120 columns, with the cursor's gutter bar on one row.
fn list(canvas: &mut Buffer, first: usize, cursor: usize) {
    for y in 0..22 {
        let bar = if first + y == cursor { "▌" } else { " " };
        let n = first + y;
        let row = format!(
            "│{bar} N 2024-06-{:02} {:>9} 件 区分{}",
            n % 30 + 1,
            n * 7919,
            "個人情報の漏えいについて".repeat(3)
        );
        canvas.set_stringn(0, y as u16 + 1, row, 119, Style::new());
        canvas.set_string(119, y as u16 + 1, "│", Style::new());
    }
    canvas.set_string(0, 0, format!("┌{}┐", "─".repeat(118)), Style::new());
    canvas.set_string(0, 23, format!("└{}┘", "─".repeat(118)), Style::new());
}

#[test]
fn a_move_and_a_scroll_in_a_japanese_list_are_cheap() {
    let mut screen = Screen::new(120, 40, Traits::default());
    let mut frame = |first, cursor| {
        list(screen.canvas(), first, cursor);
        screen.frame(None).len()
    };
    frame(0, 20);
    let moved = frame(0, 21);
    assert!(moved <= 60, "a move takes {moved} bytes");
    let scrolled = frame(1, 22);
    assert!(scrolled <= 250, "a scroll takes {scrolled} bytes");
    frame(1, 2);
    frame(1, 1);
    let back = frame(0, 0);
    assert!(back <= 250, "scrolling back takes {back} bytes");
}
