//! Spellings of one word that notices mix: 漏洩 and 漏えい, サーバ and サーバー.
//!
//! Given a search-folded word, tells all its spellings. The table is `assets/lexicon/variants.toml`; `query` asks while
//! it parses, so that the search index need not know of variants.

use crate::text::search_fold;
use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Most spellings of one word: six places with two spellings each.
pub const MAX_SPELLINGS: usize = 64;

pub(super) const SOURCE: &str = include_str!("../../assets/lexicon/variants.toml");

static TABLE: LazyLock<Variants> =
    LazyLock::new(|| Variants::of(super::built_in("variants", SOURCE)).unwrap_or_default());

/// What is wrong with a table of variants.
#[derive(Debug, thiserror::Error)]
pub enum BadVariants {
    /// Not TOML, or not of the table's form.
    #[error("the variants are no list of groups: {0}")]
    Form(#[from] toml::de::Error),
    /// A spelling of nothing, which would be found everywhere.
    #[error("a variant is empty: take it out")]
    Empty,
    /// The spellings make no automaton.
    #[error("the variants can't be compiled: {0}")]
    Compile(#[from] aho_corasick::BuildError),
}

/// The table as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    groups: Vec<Vec<String>>,
}

/// A compiled table of variants.
#[derive(Default)]
pub struct Variants {
    groups: Vec<Vec<String>>,
    /// Group of each pattern of the automaton.
    group_of: Vec<usize>,
    automaton: Option<AhoCorasick>,
}

impl Variants {
    /// Compiles a table: `groups = [["a", "b"], …]`. Groups that share a spelling are one.
    ///
    /// # Errors
    /// Says what is wrong with a text of another form, and that a spelling is empty.
    pub fn from_toml(text: &str) -> Result<Self, BadVariants> {
        Self::of(toml::from_str(text)?)
    }

    fn of(file: File) -> Result<Self, BadVariants> {
        let groups = joined(file.groups);
        if groups.iter().flatten().any(String::is_empty) {
            return Err(BadVariants::Empty);
        }
        let numbered = groups.iter().enumerate().flat_map(|(i, g)| g.iter().map(move |s| (i, s)));
        let (group_of, patterns): (Vec<usize>, Vec<&String>) = numbered.unzip();
        let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&patterns)?;
        Ok(Self { groups, group_of, automaton: Some(automaton) })
    }

    /// All spellings of a search-folded word, the word itself first, at most [`MAX_SPELLINGS`]. Where there would be
    /// more, the places furthest to the right keep the spelling that they have.
    pub fn spellings(&self, word: &str) -> Vec<String> {
        let mut done = vec![String::new()];
        let mut copied = 0;
        for found in self.automaton.iter().flat_map(|a| a.find_iter(word)) {
            let Some(group) = self.group_of.get(found.pattern().as_usize()).and_then(|g| self.groups.get(*g)) else {
                continue;
            };
            if done.len() * group.len() > MAX_SPELLINGS {
                break;
            }
            let between = word.get(copied..found.start()).unwrap_or_default();
            let here = word.get(found.range()).unwrap_or_default();
            copied = found.end();
            let others = group.iter().map(String::as_str).filter(|s| *s != here);
            done = std::iter::once(here)
                .chain(others)
                .flat_map(|spelling| done.iter().map(move |d| format!("{d}{between}{spelling}")))
                .collect();
        }
        let rest = word.get(copied..).unwrap_or_default();
        done.iter_mut().for_each(|d| d.push_str(rest));
        done
    }
}

/// Folds every spelling, and makes one group of those that share one.
fn joined(groups: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let mut out: Vec<Vec<String>> = Vec::new();
    for group in groups {
        let mut group: Vec<String> = group.iter().map(|s| search_fold(s)).collect();
        let (same, others): (Vec<_>, Vec<_>) = out.into_iter().partition(|g| g.iter().any(|s| group.contains(s)));
        out = others;
        group.splice(0..0, same.into_iter().flatten());
        let mut seen = HashSet::new();
        group.retain(|s| seen.insert(s.clone()));
        out.push(group);
    }
    out
}

/// All spellings of a search-folded word by the built-in table and what was added to it, the word itself first, at most [`MAX_SPELLINGS`].
pub fn spellings(word: &str) -> Vec<String> {
    TABLE.spellings(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn set(word: &str) -> BTreeSet<String> {
        spellings(&search_fold(word)).into_iter().collect()
    }

    #[test]
    fn the_built_in_table_compiles() {
        let table = Variants::from_toml(SOURCE).unwrap();
        assert!(table.groups.len() >= 10);
    }

    #[test]
    fn every_spelling_of_a_group_finds_all_of_it() {
        for group in &TABLE.groups {
            let all: BTreeSet<String> = group.iter().cloned().collect();
            for spelling in group {
                assert_eq!(set(spelling), all);
                assert_eq!(spellings(spelling)[0], *spelling);
                let inside = set(&format!("新{spelling}の件"));
                assert!(group.iter().all(|g| inside.contains(&format!("新{g}の件"))), "{inside:?}");
            }
        }
    }

    #[test]
    fn a_word_without_variants_is_itself() {
        assert_eq!(spellings("usbメモリ"), ["usbメモリ"]);
        assert_eq!(spellings(""), [""]);
    }

    #[test]
    fn places_multiply_up_to_the_cap() {
        assert_eq!(set("ｻｰﾊﾞｰ漏洩").len(), 4);
        assert_eq!(set(&"漏洩と".repeat(6)).len(), 64);
        let many = set(&"漏洩と".repeat(9));
        assert_eq!(many.len(), 64);
        assert!(many.contains(&"漏洩と".repeat(9)));
        assert!(many.iter().all(|s| s.ends_with("漏洩と漏洩と漏洩と")));
    }

    #[test]
    fn groups_that_share_a_spelling_are_one() {
        let table =
            Variants::from_toml("groups = [[\"a\",\"b\"],[\"x\",\"y\"],[\"c\",\"d\"],[\"Ｂ\",\"c\",\"c\"]]").unwrap();
        assert_eq!(table.groups, [vec!["x", "y"], vec!["a", "b", "c", "d"]]);
        assert_eq!(table.spellings("d").len(), 4);
    }

    #[test]
    fn a_bad_table_is_refused() {
        assert!(matches!(Variants::from_toml("groups = [[\"a\",\" \"]]"), Err(BadVariants::Empty)));
        assert!(matches!(Variants::from_toml("words = 3"), Err(BadVariants::Form(_))));
    }
}
