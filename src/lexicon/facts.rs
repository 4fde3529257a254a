//! The vocabularies behind the extracted facts: cue words of actions, data types, units, parts of the day, phrases.
//!
//! Read from `assets/lexicon` and compiled once; asked by `ingest::extract`. A broken built-in file yields an empty
//! vocabulary at run time and a failing test here.

use super::frames::Frames;
use super::marks::{Finder, Marks};
use crate::domain::Unit;
use crate::text::CharSet;
use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A part of the day and the hours that it means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayPart {
    /// The words for it, longest first.
    pub words: Vec<String>,
    /// First hour, 0–23.
    pub from: u32,
    /// Hour at which it ends; above 24 on the next day.
    pub to: u32,
    /// Hours to add to a clock time below twelve that follows the word.
    pub add: u32,
}

/// One group of words in a file: a code and the weight that a hit has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// The code that the words stand for.
    pub code: String,
    /// How much one hit counts.
    #[serde(default = "one")]
    pub weight: i32,
    /// The words, in folded spelling.
    pub words: Vec<String>,
    /// Words of which one has to stand shortly behind; none: the word alone tells.
    #[serde(default)]
    pub then: Vec<String>,
}

fn one() -> i32 {
    1
}

/// Words in groups; the leftmost longest word wins.
#[derive(Debug, Default)]
pub struct Cues {
    groups: Vec<Group>,
    /// The group of each word, by the number of the automaton's pattern.
    owner: Vec<usize>,
    /// Compiled when it is first asked: most words are only ever looked for together with all others.
    automaton: OnceLock<Option<AhoCorasick>>,
    /// The words by their first character, the longest first; sorted when it is first asked.
    by_first: OnceLock<Vec<(char, String)>>,
}

/// A hit of a cue word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Index of the group, for [`Cues::group`].
    pub group: usize,
}

impl Cues {
    pub(super) fn new(groups: Vec<Group>) -> Self {
        let mut cues = Self { groups, ..Self::default() };
        cues.owner = cues.words().map(|(group, _)| group).collect();
        cues
    }

    /// Every word with the index of its group.
    pub fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        let groups = self.groups.iter().enumerate();
        groups.flat_map(|(i, g)| g.words.iter().filter(|w| !w.is_empty()).map(move |w| (i, w.as_str())))
    }

    fn automaton(&self) -> Option<&AhoCorasick> {
        let compile = || {
            let words = self.words().map(|(_, word)| word);
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(words).ok()
        };
        self.automaton.get_or_init(compile).as_ref()
    }

    /// Every hit in a folded text, left to right, without overlaps.
    pub fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Hit> + 'a {
        self.automaton().into_iter().flat_map(move |a| a.find_iter(text)).map(|m| Hit {
            start: m.start(),
            end: m.end(),
            group: self.owner.get(m.pattern().as_usize()).copied().unwrap_or_default(),
        })
    }

    /// Tells whether any word of the vocabulary stands in the text.
    pub fn is_in(&self, text: &str) -> bool {
        self.automaton().is_some_and(|a| a.is_match(text))
    }

    /// How many bytes the longest word takes that the text begins with.
    pub fn starting(&self, text: &str) -> Option<usize> {
        let by_first = self.by_first.get_or_init(|| {
            let with_first = |(_, w): (usize, &str)| Some((w.chars().next()?, w.to_owned()));
            let mut words: Vec<(char, String)> = self.words().filter_map(with_first).collect();
            words.sort_by_key(|(first, w)| (*first, Reverse(w.len())));
            words
        });
        let first = text.chars().next()?;
        starting(by_first, first, |w| w.0).find(|(_, w)| text.starts_with(w.as_str())).map(|(_, w)| w.len())
    }

    /// The group of a hit.
    pub fn group(&self, index: usize) -> Option<&Group> {
        self.groups.get(index)
    }

    /// How many groups there are.
    pub fn len(&self) -> usize {
        self.groups.len()
    }

    /// Tells whether the vocabulary is empty.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }
}

/// All vocabularies of the extractor.
#[derive(Debug, Default)]
pub struct FactLexicon {
    /// Parts of the day.
    pub day_parts: Vec<DayPart>,
    /// The characters that a part of the day may begin with.
    day_part_signs: Vec<char>,
    /// Unit words by their first character, longest first.
    units: Vec<(char, String, Unit)>,
    /// Words that begin like a unit and are none, by their first character.
    not_units: Vec<(char, String)>,
    /// VERIS action codes.
    pub actions: Cues,
    /// VERIS action codes told by two words together.
    pub action_frames: Frames,
    /// Kinds of data.
    pub data_types: Cues,
    /// The lists of phrases, by number.
    phrases: Vec<Cues>,
    empty: Cues,
    together: Finder,
    /// By number, whether a list of phrases is left out of `together`.
    apart: Vec<bool>,
    /// The lists of phrases by name: a list's number in the slot of its name.
    slots: Vec<Vec<(String, Number)>>,
}

/// The slot of a name: rules ask for lists by name, over and over, and this is quicker than comparing names. Where the
/// name is a literal, it is known when the program is compiled.
#[inline]
fn slot(name: &str) -> usize {
    let bytes = name.as_bytes();
    let ends = bytes.first().zip(bytes.last()).map_or(0, |(a, b)| 5 * usize::from(*a) + 11 * usize::from(*b));
    (ends + 3 * bytes.len() + 7 * usize::from(bytes.get(2).copied().unwrap_or_default())) % SLOTS
}

const SLOTS: usize = 1024;

/// A vocabulary of the extractor by number.
pub type Number = usize;

impl FactLexicon {
    /// The phrases of one heading of `phrases.toml`; empty for an unknown one.
    pub fn phrases(&self, name: &str) -> &Cues {
        self.phrases_of(self.number(name).unwrap_or(Number::MAX))
    }

    /// The number of a heading of `phrases.toml`.
    #[inline]
    pub fn number(&self, name: &str) -> Option<Number> {
        self.number_in(slot(name), name)
    }

    fn number_in(&self, slot: usize, name: &str) -> Option<Number> {
        self.slots.get(slot)?.iter().find(|(n, _)| n == name).map(|(_, number)| *number)
    }

    /// The phrases of a number; empty for an unknown one.
    pub fn phrases_of(&self, number: Number) -> &Cues {
        self.phrases.get(number).unwrap_or(&self.empty)
    }

    /// The number of [`Self::actions`].
    pub fn number_of_actions(&self) -> Number {
        self.phrases.len()
    }

    /// The number of [`Self::data_types`].
    pub fn number_of_data_types(&self) -> Number {
        self.phrases.len() + 1
    }

    /// The first number of [`Self::action_frames`].
    pub fn number_of_frames(&self) -> Number {
        self.phrases.len() + 2
    }

    /// Every vocabulary, by number.
    fn vocabularies(&self) -> Vec<&Cues> {
        let others = [&self.actions, &self.data_types].into_iter().chain(self.action_frames.vocabularies());
        self.phrases.iter().chain(others).collect()
    }

    /// Tells whether [`Self::mark`] finds the words of a vocabulary. Lists with words that stand everywhere (は, した)
    /// are asked about a few characters at a time, and to note all of them would cost more than it saves.
    pub fn is_marked(&self, number: Number) -> bool {
        !self.apart.get(number).is_some_and(|apart| *apart)
    }

    /// Finds every word of every marked vocabulary in a folded text, and every character of a set.
    pub fn mark(&self, text: &str, set: &CharSet) -> Marks {
        self.together.mark(text, set)
    }

    /// The words of units, as they are written.
    pub fn unit_words(&self) -> impl Iterator<Item = (&str, Unit)> {
        self.units.iter().map(|(_, word, unit)| (word.as_str(), *unit))
    }

    /// The unit word that a folded text begins with, unless it only looks like one.
    pub fn unit_at(&self, text: &str) -> Option<(&str, Unit)> {
        let first = text.chars().next()?;
        if starting(&self.not_units, first, |w| w.0).any(|(_, w)| text.starts_with(w.as_str())) {
            return None;
        }
        let (_, word, unit) = starting(&self.units, first, |w| w.0).find(|(_, w, _)| text.starts_with(w.as_str()))?;
        Some((word, *unit))
    }

    /// Tells whether a part of the day may begin with a character.
    pub fn may_begin_day_part(&self, c: char) -> bool {
        self.day_part_signs.binary_search(&c).is_ok()
    }
}

/// Of words sorted by their first character those that begin with one.
fn starting<T>(words: &[T], c: char, first: impl Fn(&T) -> char + Copy) -> impl Iterator<Item = &T> {
    let from = words.partition_point(|w| first(w) < c);
    words.iter().skip(from).take_while(move |w| first(w) == c)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayPartFile {
    part: Vec<DayPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitGroup {
    pub(super) unit: Unit,
    pub(super) words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    pub(super) words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnitFile {
    pub(super) unit: Vec<UnitGroup>,
    pub(super) not_units: Words,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupFile {
    group: Vec<Group>,
}

/// The lists of phrases by name.
pub(super) type PhraseFile = BTreeMap<String, Vec<String>>;

pub(super) const DAY_PARTS: &str = include_str!("../../assets/lexicon/day_parts.toml");
pub(super) const UNITS: &str = include_str!("../../assets/lexicon/units.toml");
pub(super) const ACTIONS: &str = include_str!("../../assets/lexicon/actions.toml");
pub(super) const DATA_TYPES: &str = include_str!("../../assets/lexicon/data_types.toml");
pub(super) const PHRASES: &str = include_str!("../../assets/lexicon/phrases.toml");

fn read() -> Result<FactLexicon, toml::de::Error> {
    let day_parts: DayPartFile = super::read("day_parts", DAY_PARTS)?;
    let units: UnitFile = super::read("units", UNITS)?;
    let actions: GroupFile = super::read("actions", ACTIONS)?;
    let (frames, actions) = actions.group.into_iter().partition(|g| !g.then.is_empty());
    let data_types: GroupFile = super::read("data_types", DATA_TYPES)?;
    let phrases: PhraseFile = super::read("phrases", PHRASES)?;
    let unit_words = units.unit.into_iter().flat_map(|g| g.words.into_iter().map(move |w| (w, g.unit)));
    let mut unit_words: Vec<(char, String, Unit)> =
        unit_words.filter_map(|(w, unit)| Some((w.chars().next()?, w, unit))).collect();
    unit_words.sort_by_key(|(first, w, _)| (*first, Reverse(w.len())));
    let mut not_units: Vec<(char, String)> =
        units.not_units.words.into_iter().filter_map(|w| Some((w.chars().next()?, w))).collect();
    not_units.sort_by_key(|w| w.0);
    let mut day_part_signs: Vec<char> =
        day_parts.part.iter().flat_map(|p| &p.words).filter_map(|w| w.chars().next()).collect();
    day_part_signs.sort_unstable();
    let mut slots = vec![Vec::new(); SLOTS];
    for (number, name) in phrases.keys().enumerate() {
        if let Some(slot) = slots.get_mut(slot(name)) {
            slot.push((name.clone(), number));
        }
    }
    let single =
        |(code, words): (String, Vec<String>)| Cues::new(vec![Group { code, weight: 1, words, then: Vec::new() }]);
    let mut lexicon = FactLexicon {
        day_parts: day_parts.part,
        day_part_signs,
        units: unit_words,
        not_units,
        actions: Cues::new(actions),
        action_frames: Frames::new(frames),
        data_types: Cues::new(data_types.group),
        phrases: phrases.into_iter().map(single).collect(),
        empty: Cues::default(),
        together: Finder::default(),
        apart: Vec::new(),
        slots,
    };
    lexicon.apart = lexicon.phrases.iter().map(|list| list.words().any(|(_, w)| is_everywhere(w))).collect();
    let all = lexicon.vocabularies();
    let marked = all.into_iter().enumerate().map(|(n, cues)| if lexicon.is_marked(n) { cues } else { &lexicon.empty });
    lexicon.together = Finder::new(&marked.collect::<Vec<_>>());
    Ok(lexicon)
}

/// A character of kana by itself, or an ending that nearly every sentence has.
fn is_everywhere(word: &str) -> bool {
    let single = word.chars().nth(1).is_none() && word.chars().all(|c| matches!(c, '\u{3001}'..='\u{309F}'));
    single || matches!(word, "した" | "しま" | "から")
}

/// The built-in vocabularies and the words that were added to them.
pub fn get() -> &'static FactLexicon {
    static LEXICON: OnceLock<FactLexicon> = OnceLock::new();
    LEXICON.get_or_init(|| read().unwrap_or_default())
}

#[cfg(test)]
#[allow(clippy::string_slice)] // Offsets come from char_indices.
mod tests {
    use super::*;
    use crate::text::fold;

    #[test]
    fn the_built_in_files_are_sound() {
        let l = read().unwrap();
        assert!(!l.day_parts.is_empty() && l.units.len() > 20);
        assert!(l.actions.len() > 10 && l.data_types.len() > 10);
        for cues in l.vocabularies() {
            assert!(cues.automaton().is_some() && !cues.owner.is_empty());
            for (_, w) in cues.words() {
                assert_eq!(&fold(w).text, w, "a word must stand in its folded spelling");
            }
        }
    }

    #[test]
    fn marks_say_what_the_single_automata_say() {
        let l = read().unwrap();
        let text =
            "受付時間は平日のみ。個人情報保護委員会に報告し、漏えいは確認されておりません。盗まれた端末が見つかった。";
        let marks = l.mark(text, &CharSet::of(&[]));
        let cuts: Vec<usize> = text.char_indices().map(|(i, _)| i).step_by(3).chain([text.len()]).collect();
        for (number, cues) in l.vocabularies().into_iter().enumerate().filter(|(n, _)| l.is_marked(*n)) {
            for from in &cuts {
                for to in cuts.iter().filter(|to| *to >= from) {
                    let part = &text[*from..*to];
                    assert_eq!(marks.has(number, *from, *to), cues.is_in(part), "{number} {part}");
                    let (told, expected): (Vec<Hit>, Vec<Hit>) =
                        (marks.hits(number, *from, *to).collect(), cues.hits(part).collect());
                    assert_eq!(told, expected, "{number} {part}");
                }
            }
        }
    }

    #[test]
    fn every_list_of_phrases_has_its_number() {
        let l = read().unwrap();
        let names: Vec<&String> = l.slots.iter().flatten().map(|(name, _)| name).collect();
        assert_eq!(names.len(), l.phrases.len());
        for name in names {
            assert_eq!(l.phrases(name).group(0).map(|g| &g.code), Some(name));
        }
        assert_eq!((l.number("no such list"), l.number("")), (None, None));
    }

    #[test]
    fn the_longest_unit_is_read_and_look_alikes_are_not() {
        let l = read().unwrap();
        assert_eq!(l.unit_at("名分の"), Some(("名分", Unit::People)));
        assert_eq!(l.unit_at("アカウント"), Some(("アカウント", Unit::Accounts)));
        assert_eq!((l.unit_at(&l.not_units[0].1), l.unit_at(""), l.unit_at("☆")), (None, None, None));
    }

    #[test]
    fn the_longest_word_wins() {
        let cues = Cues::new(vec![
            Group { code: "a".into(), weight: 1, words: vec!["誤送".into()], then: vec![] },
            Group { code: "b".into(), weight: 1, words: vec!["誤送信".into()], then: vec![] },
        ]);
        let hits: Vec<usize> = cues.hits("誤送信と誤送付").map(|h| h.group).collect();
        assert_eq!(hits, [1, 0]);
    }
}
