//! A storm of sizes and keys: whatever is open, whatever the size, nothing breaks and nothing is drawn outside.

use crate::workbench::{Bench, setup};
use jikenbo::app::Setup;
use jikenbo::app::event::Event;
use jikenbo::config::Arrangement;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Sizes of the storm; most are small, where trouble is.
const SIZES: usize = 10_000;

/// Keys that open every pane and every dialog, and some that leave them.
const KEYS: &[&str] = &[
    "j",
    "k",
    "G",
    "gg",
    "<Tab>",
    "<BackTab>",
    "<Enter>",
    "<Esc>",
    "q",
    "w",
    "gw",
    "/",
    "漏",
    "<Esc><Esc>",
    "t",
    "T",
    "s",
    "S",
    "e",
    "E",
    ":",
    ":set era on<Enter>",
    ":set era off<Enter>",
    ":set layout side<Enter>",
    "?",
    "<PgDn>",
    "<End>",
    "v",
    "<Space>",
    "*",
    "x",
    "n",
    "N",
    "]",
    "[",
    "y",
    "u",
    ".",
    "12",
    "<^d>",
    "<^u>",
    "<^l>",
    "<^c>",
    "<Esc><Esc>gg",
];

/// Numbers that look random and are the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    /// Columns and rows from 1 × 1 to 300 × 100, the smaller the likelier.
    fn size(&mut self) -> (u16, u16) {
        let mut side = |most: u64| {
            let most = [most, most / 4, most / 4, 60.min(most)][self.below(4) as usize];
            (1 + self.below(most)) as u16
        };
        (side(300), side(100))
    }
}

#[test]
fn a_storm_of_sizes_and_keys_breaks_nothing() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let shapes = [(false, Arrangement::Stacked), (false, Arrangement::Side), (true, Arrangement::Stacked)];
    for (plain, arrangement) in shapes {
        let mut setup = Setup { plain, ..setup((80, 24)) };
        setup.display.arrangement = arrangement;
        let mut bench = Bench::new(setup, false);
        for n in 0..SIZES / shapes.len() {
            let (columns, rows) = dice.size();
            bench.event(Event::Resize(columns, rows));
            bench.press(KEYS[dice.below(KEYS.len() as u64) as usize]);
            let area = Rect::new(0, 0, columns, rows);
            if let Some(at) = jikenbo::ui::cursor(&bench.app, area) {
                assert!(area.contains(at), "{at} of {columns}x{rows}");
            }
            // Drawing is what takes the time: every size below that of a usual terminal, of the others every eighth.
            if columns <= 100 && rows <= 30 || n % 8 == 0 {
                jikenbo::ui::render(&bench.app, area, &mut Buffer::empty(area));
            }
        }
    }
}

#[test]
fn every_pane_and_dialog_stands_every_size() {
    let places = [
        "",
        "<Tab>",
        "<Tab><Tab>",
        "<Enter>",
        "/漏",
        "/sta:x",
        "t",
        "T",
        "s",
        "S",
        "e",
        "E",
        ":",
        ":set theme x",
        "?",
        "*x",
        "*t",
        "y",
    ];
    for keys in places {
        let mut bench = Bench::open((120, 40));
        bench.press(keys);
        for (columns, rows) in (1..=6).flat_map(|r| (1..=46).map(move |c| (c * 3, r * 5))) {
            bench.event(Event::Resize(columns, rows));
            let area = Rect::new(0, 0, columns, rows);
            jikenbo::ui::render(&bench.app, area, &mut Buffer::empty(area));
        }
    }
}
