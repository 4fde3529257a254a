//! Fuzzy matching of what an analyst types against names (tags, commands, titles, organisations); the only user of
//! `fuzzy-matcher`. The palettes of the workbench call it, and the jump over what the view holds.

use crate::domain::Span;
use crate::lexicon::headlines::{ends, headlines};
use crate::lexicon::readings;
use crate::text::{Placed, placed_word, search_fold};
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;
use std::cmp::Reverse;
use std::sync::LazyLock;

/// Parts a candidate from another name in front of it: a word that begins behind it begins the name.
pub const PART: char = '\n';

/// How well a candidate fits: the better, the less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fit {
    /// Where the words stand, most where all begin the candidate.
    stand: Reverse<u32>,
    /// How close together the letters of scattered words are.
    close: Reverse<i64>,
    /// Bytes of the candidate.
    length: usize,
}

/// Where a word stands in a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stand {
    /// Its letters in their order, with others between them.
    Scattered(i64),
    /// In one piece, inside a word.
    Inside,
    /// At a word's start.
    WordStart,
    /// At the start of the candidate, or of a part of it.
    Start,
}

impl Stand {
    fn weight(self) -> u32 {
        match self {
            Self::Scattered(_) => 0,
            Self::Inside => 1,
            Self::WordStart => 2,
            Self::Start => 3,
        }
    }
}

/// A word that was typed.
struct Word {
    /// Search-folded.
    typed: String,
    /// What it is read as, looked for in one piece only.
    read: Vec<String>,
}

/// What was typed, ready to be matched.
pub struct Pattern {
    words: Vec<Word>,
    matcher: SkimMatcherV2,
}

impl Pattern {
    /// Takes what was typed apart into words that all have to match; with `romaji` a word of letters matches what it is
    /// read as too.
    pub fn new(typed: &str, romaji: bool) -> Self {
        let words = typed.split_whitespace().map(search_fold).filter(|word| !word.is_empty()).map(|typed| {
            let read = if romaji { readings::of_word(&typed) } else { Vec::new() };
            Word { typed, read }
        });
        Self { words: words.collect(), matcher: SkimMatcherV2::default().ignore_case() }
    }

    /// Tells whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// How well a search-folded candidate fits; `None` where it does not.
    pub fn fit(&self, folded: &str) -> Option<Fit> {
        let (mut stand, mut close) = (0, 0);
        for word in &self.words {
            let here = self.stand(word, folded)?;
            stand += here.weight();
            if let Stand::Scattered(score) = here {
                close += score;
            }
        }
        Some(Fit { stand: Reverse(stand), close: Reverse(close), length: folded.len() })
    }

    fn stand(&self, word: &Word, folded: &str) -> Option<Stand> {
        let pieces = std::iter::once(&word.typed).chain(&word.read);
        let whole = pieces.filter_map(|piece| place_of(folded, piece)).map(|(_, stand)| stand).max();
        whole.or_else(|| {
            if !is_scattered_in(&word.typed, folded) {
                return None;
            }
            self.matcher.fuzzy_match(folded, &word.typed).map(Stand::Scattered)
        })
    }

    /// The bytes of a name that the words match, in its order, none overlapping another; none where it does not match.
    pub fn spans(&self, name: &str) -> Vec<Span> {
        let placed = Placed::of(name);
        let mut out = Vec::new();
        for word in &self.words {
            let pieces = std::iter::once(&word.typed).chain(&word.read).map(|piece| placed_word(piece));
            let whole = pieces.filter_map(|piece| {
                let (at, stand) = place_of(&placed.text, &piece)?;
                Some((stand, at, at + piece.len()))
            });
            match whole.max_by_key(|(stand, at, _)| (*stand, Reverse(*at))) {
                Some((_, start, end)) => out.push(placed.back(start, end)),
                None => {
                    let found = self.matcher.fuzzy_indices(&placed.text, &placed_word(&word.typed));
                    let indices = found.map(|(_, indices)| indices).unwrap_or_default();
                    let mut wanted = indices.iter().peekable();
                    for (nth, (at, c)) in placed.text.char_indices().enumerate() {
                        if wanted.next_if_eq(&&nth).is_some() {
                            out.push(placed.back(at, at + c.len_utf8()));
                        }
                    }
                }
            }
        }
        joined(out)
    }
}

/// Spans in their order, those that touch as one.
fn joined(mut spans: Vec<(usize, usize)>) -> Vec<Span> {
    spans.sort_unstable();
    let mut out: Vec<Span> = Vec::new();
    for (start, end) in spans {
        match out.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => out.push(Span::new(start, end)),
        }
    }
    out
}

/// Where a word stands best in one piece, and how.
fn place_of(folded: &str, word: &str) -> Option<(usize, Stand)> {
    let mut best = None;
    for (at, _) in folded.match_indices(word) {
        let stand = stand_at(folded, at);
        if best.is_none_or(|(_, b)| stand > b) {
            best = Some((at, stand));
        }
        if stand == Stand::Start {
            break;
        }
    }
    best
}

fn stand_at(folded: &str, at: usize) -> Stand {
    let before = folded.get(..at).unwrap_or_default();
    let before = before.rsplit(PART).next().unwrap_or_default();
    let here = folded.get(at..).and_then(|text| text.chars().next());
    match (before.chars().next_back(), here) {
        (None, _) => Stand::Start,
        // 株式会社若宮 is called 若宮.
        _ if LEGAL_FORMS.iter().any(|form| form == before) => Stand::Start,
        (Some(last), Some(here)) if script(last) != script(here) || last == '/' => Stand::WordStart,
        _ if ends(&headlines().org_suffixes, before).is_some() => Stand::WordStart,
        _ => Stand::Inside,
    }
}

/// What may stand before a company's name, search-folded.
static LEGAL_FORMS: LazyLock<Vec<String>> =
    LazyLock::new(|| headlines().legal_forms.iter().map(|form| search_fold(form)).collect());

/// What kind of characters one belongs to: words begin where that changes, and behind everything that is no letter.
fn script(c: char) -> u8 {
    match c {
        'ー' | 'ァ'..='ヺ' => 1,
        'ぁ'..='ゖ' => 2,
        '一'..='龥' | '々' | '〆' => 3,
        c if c.is_numeric() => 4,
        c if c.is_alphabetic() => 5,
        _ => 0,
    }
}

/// Tells whether all characters of a word stand in a text in their order.
fn is_scattered_in(word: &str, text: &str) -> bool {
    let mut text = text.chars();
    word.chars().all(|c| text.any(|t| t == c))
}

/// Ranks candidates against what was typed: indices of those that match, best first, equal ones in the given order, which
/// tells more of them than their lengths: the most used tag first. Both sides are folded as for search, every word of `typed` has to match, and an empty `typed` keeps all as they are.
pub fn rank<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<usize> {
    let pattern = Pattern::new(typed, false);
    let candidates = candidates.into_iter().enumerate();
    if pattern.is_empty() {
        return candidates.map(|(index, _)| index).collect();
    }
    let typed = search_fold(typed);
    let fits = candidates.filter_map(|(index, c)| {
        let folded = search_fold(c);
        let fit = pattern.fit(&folded)?;
        Some(((fit.stand, folded != typed, fit.close), index))
    });
    let mut hits: Vec<_> = fits.collect();
    hits.sort_unstable();
    hits.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(typed: &str) -> Vec<&'static str> {
        let all = ["mail/leak", "supply/みなと", "supply/若宮", "leak", "USBメモリ"];
        rank(typed, all).into_iter().map(|i| all[i]).collect()
    }

    #[test]
    fn the_closest_name_comes_first() {
        assert_eq!(names("leak"), ["leak", "mail/leak"]);
        assert_eq!(names("sup"), ["supply/みなと", "supply/若宮"]);
        assert_eq!(names("sup 若"), ["supply/若宮"]);
        assert_eq!(names("ｕｓｂ"), ["USBメモリ"]);
        assert_eq!(names("").len(), 5);
        assert!(names("zzz").is_empty());
        assert_eq!(rank("leak", ["leak/mail", "leak"]), [1, 0]);
    }

    fn ordered(typed: &str, all: &[&'static str]) -> Vec<&'static str> {
        let pattern = Pattern::new(typed, true);
        let mut hits: Vec<(Fit, &str)> =
            all.iter().filter_map(|name| Some((pattern.fit(&search_fold(name))?, *name))).collect();
        hits.sort_by_key(|(fit, _)| *fit);
        hits.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn a_start_comes_before_a_words_start_and_that_before_scattered_letters_and_short_before_long() {
        assert_eq!(
            ordered("若宮", &["若い人の宮参り", "東若宮", "社団法人若宮会", "株式会社 若宮", "若宮印刷", "若宮"]),
            ["若宮", "若宮印刷", "株式会社 若宮", "社団法人若宮会", "東若宮", "若い人の宮参り"]
        );
        assert_eq!(
            ordered("青嶺", &["大青嶺", "白樺県青嶺市立小学校", "青嶺市立中学校"]).first(),
            Some(&"青嶺市立中学校")
        );
        assert_eq!(ordered("青嶺", &["大青嶺", "白樺県青嶺市立小学校"]), ["白樺県青嶺市立小学校", "大青嶺"]);
        assert_eq!(
            ordered("メモリ", &["USBメモリの紛失", "メモリ", "メモを盗んだリスト", "カードとメモリー"]),
            ["メモリ", "USBメモリの紛失", "カードとメモリー", "メモを盗んだリスト"]
        );
        assert_eq!(ordered("個漏", &["個人情報の漏えい", "漏えいした個人情報"]), ["個人情報の漏えい"]);
        assert_eq!(ordered("usb 青嶺", &["青嶺市\nUSBメモリの紛失", "青嶺市\nメールの誤送信"]).len(), 1);
        assert_eq!(ordered("mina", &["みなと", "港"]), ["みなと"]);
    }

    #[test]
    fn names_are_found_by_how_they_are_read() {
        let all = ["白樺県", "若宮銀行", "県立東浜病院", "個人データの漏えい", "Rouei"];
        assert_eq!(ordered("ginkou", &all), ["若宮銀行"]);
        assert_eq!(ordered("rouei", &all), ["Rouei", "個人データの漏えい"]);
        assert_eq!(ordered("byouin kenritu", &all), ["県立東浜病院"]);
        assert!(Pattern::new("ginkou", false).fit("若宮銀行").is_none());
    }

    #[test]
    fn what_matches_is_told_in_bytes_of_the_name() {
        let told = |typed: &str, name: &'static str| -> Vec<&'static str> {
            let spans = Pattern::new(typed, true).spans(name);
            spans.iter().filter_map(|s| s.of(name)).collect()
        };
        assert_eq!(told("usb", "ＵＳＢ メモリ"), ["ＵＳＢ"]);
        assert_eq!(told("個漏", "個人情報の漏えい"), ["個", "漏"]);
        assert_eq!(told("rouei こじ", "個人情報の漏えい"), ["個人情報", "漏えい"]);
        assert_eq!(told("メモリ紛失", "メモ リの紛失"), ["メモ", "リ", "紛失"]);
        assert_eq!(told("青嶺 嶺市", "青嶺市"), ["青嶺市"]);
        assert!(told("x", "青嶺市").is_empty());
    }
}
