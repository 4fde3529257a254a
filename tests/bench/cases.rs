//! Inputs that nobody would write, made from a number: arbitrary bytes, sample digests with changes, fragments of
//! several joined. What has to hold for them is what holds for every fuzzed input. The long run is the bench `fuzz`, a
//! short one is among the tests.

use super::fuzzed::{explain, ingest};

/// What the inputs are made from.
const SEEDS: [&[u8]; 9] = [
    include_bytes!("../../assets/sample/2013-10-digest.txt"),
    include_bytes!("../../assets/sample/2022-10-blog.txt"),
    include_bytes!("../../assets/sample/2023-06-category.txt"),
    include_bytes!("../../assets/sample/2024-05-jikenbo.txt"),
    include_bytes!("../../assets/sample/2024-06-blog-sjis.txt"),
    include_bytes!("../../assets/sample/2025-02-jikenbo.txt"),
    include_bytes!("../fixtures/digests/news-2014.txt"),
    include_bytes!("../fixtures/digests/category.txt"),
    include_bytes!("../fixtures/digests/numbered.html"),
];

/// Pieces that rules take notice of.
const PIECES: [&str; 48] = [
    "\n",
    "\n\n",
    " ",
    "\u{3000}",
    "\u{a0}",
    "\r\n",
    "\t",
    "、",
    "。",
    "(",
    ")",
    "「",
    "」",
    "【",
    "】",
    "~",
    "から",
    "まで",
    "令和6年5月28日",
    "2024/6/6",
    "R6.6.6",
    "20240606",
    "同日",
    "翌",
    "6月",
    "28日(火)",
    "午後3時半頃",
    "13:00-15:00",
    "1,234件",
    "数百名",
    "最大で5万人",
    "１２",
    "ｶﾞ",
    "\u{3099}",
    "\u{301}",
    "⽉",
    "㈱",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "◎",
    "・",
    "【事件簿#2024-123】",
    "組織名",
    "<br>",
    "<article><h2>",
    "&amp;",
    "を委託する株式会社",
];

/// Numbers that follow from a first one (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    fn part<'b>(&mut self, bytes: &'b [u8], most: usize) -> &'b [u8] {
        let start = self.below(bytes.len());
        let end = (start + 1 + self.below(most)).min(bytes.len());
        &bytes[start..end]
    }
}

/// The input of a number.
pub fn case(number: u64) -> Vec<u8> {
    let mut n = Numbers(number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut bytes = match n.below(8) {
        0 => (0..n.below(300)).map(|_| n.below(256) as u8).collect(),
        1 => (0..n.below(120)).flat_map(|_| PIECES[n.below(PIECES.len())].bytes()).collect(),
        2 | 3 => {
            let pieces = 1 + n.below(4);
            let mut piece = |_| {
                let seed = SEEDS[n.below(SEEDS.len())];
                n.part(seed, 600).to_vec()
            };
            (0..pieces).flat_map(&mut piece).collect()
        }
        _ => {
            let seed = SEEDS[n.below(SEEDS.len())];
            n.part(seed, 1500).to_vec()
        }
    };
    for _ in 0..n.below(12) {
        change(&mut bytes, &mut n);
    }
    if n.below(3) == 0 {
        let head = "【事件簿#2024-001】若草市 名簿の紛失について 2024年6月6日\n\n";
        drop(bytes.splice(0..0, head.bytes()));
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, n: &mut Numbers) {
    let at = n.below(bytes.len() + 1);
    let to = (at + n.below(40)).min(bytes.len());
    match n.below(6) {
        0 if at < bytes.len() => bytes[at] = n.below(256) as u8,
        1 => drop(bytes.drain(at..to)),
        2 => {
            let again = bytes[at..to].to_vec();
            drop(bytes.splice(at..at, again));
        }
        3 => {
            let end = (0..=at).rev().find(|i| at - *i > 600).unwrap_or(0);
            bytes.drain(end..at);
        }
        _ => drop(bytes.splice(at..at, PIECES[n.below(PIECES.len())].bytes())),
    }
}

/// Reads an input as a file and as a text whose expressions are explained, and checks what comes out. Gives the bytes
/// read.
///
/// # Panics
/// Panics where something does not hold.
pub fn check(number: u64) -> usize {
    let bytes = case(number);
    ingest::holds(&bytes);
    explain::holds(&bytes);
    bytes.len()
}
