//! The vocabularies behind the extracted facts: cue words of actions, data types, units, parts of the day, phrases.
//!
//! Read from `assets/lexicon` and compiled once; asked by `ingest::extract`. A broken built-in file yields an empty
//! vocabulary at run time and a failing test here.

use super::frames::Frames;
use crate::domain::Unit;
use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
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

/// Words compiled into one automaton, each leading to its group; the leftmost longest word wins.
#[derive(Debug, Default)]
pub struct Cues {
    groups: Vec<Group>,
    owner: Vec<usize>,
    automaton: Option<AhoCorasick>,
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
    fn new(groups: Vec<Group>) -> Self {
        let mut owner = Vec::new();
        let mut words: Vec<&str> = Vec::new();
        for (i, g) in groups.iter().enumerate() {
            for w in g.words.iter().filter(|w| !w.is_empty()) {
                owner.push(i);
                words.push(w);
            }
        }
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&words).ok();
        Self { groups, owner, automaton }
    }

    /// Every hit in a folded text, left to right, without overlaps.
    pub fn hits<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Hit> + 'a {
        self.automaton.iter().flat_map(move |a| a.find_iter(text)).map(|m| Hit {
            start: m.start(),
            end: m.end(),
            group: self.owner.get(m.pattern().as_usize()).copied().unwrap_or_default(),
        })
    }

    /// Tells whether any word of the vocabulary stands in the text.
    pub fn is_in(&self, text: &str) -> bool {
        self.automaton.as_ref().is_some_and(|a| a.is_match(text))
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
    /// Unit words, longest first.
    pub units: Vec<(String, Unit)>,
    /// Words that begin like a unit and are none.
    pub not_units: Vec<String>,
    /// VERIS action codes.
    pub actions: Cues,
    /// VERIS action codes told by two words together.
    pub action_frames: Frames,
    /// Kinds of data.
    pub data_types: Cues,
    phrases: BTreeMap<String, Cues>,
    empty: Cues,
    /// Every phrase of every group in one automaton, and the group that each belongs to.
    together: Option<AhoCorasick>,
    owners: Vec<usize>,
    numbers: BTreeMap<String, usize>,
}

/// Where the phrases of each group stand in one text, found in a single pass.
#[derive(Debug, Default)]
pub struct Marks {
    /// Byte ranges by group, each list sorted.
    groups: Vec<Vec<(usize, usize)>>,
}

impl Marks {
    /// Tells whether a phrase of the group lies wholly between two offsets.
    pub fn has(&self, group: usize, from: usize, to: usize) -> bool {
        let Some(list) = self.groups.get(group) else { return false };
        let first = list.partition_point(|m| m.0 < from);
        list.iter().skip(first).take_while(|m| m.0 < to).any(|m| m.1 <= to)
    }
}

impl FactLexicon {
    /// The phrases of one heading of `phrases.toml`; empty for an unknown one.
    pub fn phrases(&self, name: &str) -> &Cues {
        self.phrases.get(name).unwrap_or(&self.empty)
    }

    /// The number of a heading of `phrases.toml`, for [`Marks::has`].
    pub fn number(&self, name: &str) -> Option<usize> {
        self.numbers.get(name).copied()
    }

    /// Finds every phrase of every group in a folded text.
    pub fn mark(&self, text: &str) -> Marks {
        let mut groups = vec![Vec::new(); self.numbers.len()];
        for m in self.together.iter().flat_map(|a| a.find_overlapping_iter(text)) {
            let owner = self.owners.get(m.pattern().as_usize()).copied().unwrap_or_default();
            if let Some(list) = groups.get_mut(owner) {
                list.push((m.start(), m.end()));
            }
        }
        groups.iter_mut().for_each(|list| list.sort_unstable());
        Marks { groups }
    }
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

fn longest_first(words: &mut [(String, Unit)]) {
    words.sort_by_key(|(w, _)| std::cmp::Reverse(w.len()));
}

fn read() -> Result<FactLexicon, toml::de::Error> {
    let day_parts: DayPartFile = super::read("day_parts", DAY_PARTS)?;
    let units: UnitFile = super::read("units", UNITS)?;
    let actions: GroupFile = super::read("actions", ACTIONS)?;
    let (frames, actions) = actions.group.into_iter().partition(|g| !g.then.is_empty());
    let data_types: GroupFile = super::read("data_types", DATA_TYPES)?;
    let phrases: PhraseFile = super::read("phrases", PHRASES)?;
    let mut unit_words: Vec<(String, Unit)> =
        units.unit.into_iter().flat_map(|g| g.words.into_iter().map(move |w| (w, g.unit))).collect();
    longest_first(&mut unit_words);
    let mut owners = Vec::new();
    let mut every: Vec<&str> = Vec::new();
    for (i, words) in phrases.values().enumerate() {
        for w in words.iter().filter(|w| !w.is_empty()) {
            owners.push(i);
            every.push(w);
        }
    }
    // Overlapping hits are wanted: a group's phrase may stand inside another's.
    let together = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&every).ok();
    let numbers = phrases.keys().cloned().zip(0..).collect();
    let single = |(name, words): (String, Vec<String>)| {
        (name.clone(), Cues::new(vec![Group { code: name, weight: 1, words, then: Vec::new() }]))
    };
    Ok(FactLexicon {
        day_parts: day_parts.part,
        units: unit_words,
        not_units: units.not_units.words,
        actions: Cues::new(actions),
        action_frames: Frames::new(frames),
        data_types: Cues::new(data_types.group),
        phrases: phrases.into_iter().map(single).collect(),
        empty: Cues::default(),
        together,
        owners,
        numbers,
    })
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
        assert!(!l.day_parts.is_empty() && l.units.len() > 20 && l.actions.len() > 10 && l.data_types.len() > 10);
        for cues in [&l.actions, &l.data_types].into_iter().chain(l.phrases.values()) {
            assert!(cues.automaton.is_some() && !cues.owner.is_empty());
            for w in cues.groups.iter().flat_map(|g| &g.words) {
                assert_eq!(&fold(w).text, w, "a word must stand in its folded spelling");
            }
        }
        for w in l.action_frames.groups().iter().flat_map(|g| g.words.iter().chain(&g.then)) {
            assert_eq!(&fold(w).text, w, "a word must stand in its folded spelling");
        }
    }

    #[test]
    fn marks_say_what_the_single_automata_say() {
        let l = read().unwrap();
        let text =
            "受付時間は平日のみ。個人情報保護委員会に報告し、漏えいは確認されておりません。盗まれた端末が見つかった。";
        let marks = l.mark(text);
        let cuts: Vec<usize> = text.char_indices().map(|(i, _)| i).step_by(3).chain([text.len()]).collect();
        for (name, cues) in &l.phrases {
            let number = l.number(name).unwrap();
            for from in &cuts {
                for to in cuts.iter().filter(|to| *to >= from) {
                    assert_eq!(marks.has(number, *from, *to), cues.is_in(&text[*from..*to]), "{name} {from} {to}");
                }
            }
        }
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
