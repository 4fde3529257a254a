//! Spellings of one word that notices mix: 漏洩 and 漏えい, サーバ and サーバー.
//!
//! Given a search-folded word, tells all its spellings. The table is `assets/lexicon/variants.toml`; `query` asks while
//! it parses, so that the search index need not know of variants.

use crate::text::search_fold;
use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;
use std::sync::LazyLock;

/// Most spellings of one word: six places with two spellings each.
pub const MAX_SPELLINGS: usize = 64;

static BUILT_IN: LazyLock<Variants> =
    LazyLock::new(|| Variants::from_toml(include_str!("../../assets/lexicon/variants.toml")).unwrap_or_default());

/// What is wrong with a table of variants.
#[derive(Debug, thiserror::Error)]
pub enum BadVariants {
    /// Not TOML, or not of the table's form.
    #[error("the variants are no list of groups: {0}")]
    Form(#[from] toml::de::Error),
    /// The same spelling in two groups, or an empty one.
    #[error("the variant `{0}` is empty or stands in two groups: keep it in one")]
    Repeated(String),
    /// The spellings make no automaton.
    #[error("the variants can't be compiled: {0}")]
    Compile(#[from] aho_corasick::BuildError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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
    /// Compiles a table: `groups = [["a", "b"], …]`.
    ///
    /// # Errors
    /// Says what is wrong with a text of another form, and names a spelling that stands in two groups.
    pub fn from_toml(text: &str) -> Result<Self, BadVariants> {
        let file: File = toml::from_str(text)?;
        let mut groups: Vec<Vec<String>> = Vec::new();
        let (mut patterns, mut group_of) = (Vec::<String>::new(), Vec::new());
        for group in &file.groups {
            let group: Vec<String> = group.iter().map(|s| search_fold(s)).collect();
            for spelling in &group {
                if spelling.is_empty() || patterns.contains(spelling) {
                    return Err(BadVariants::Repeated(spelling.clone()));
                }
                patterns.push(spelling.clone());
                group_of.push(groups.len());
            }
            groups.push(group);
        }
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

/// All spellings of a search-folded word by the built-in table, the word itself first, at most [`MAX_SPELLINGS`].
pub fn spellings(word: &str) -> Vec<String> {
    BUILT_IN.spellings(word)
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
        let table = Variants::from_toml(include_str!("../../assets/lexicon/variants.toml")).unwrap();
        assert!(table.groups.len() >= 10);
    }

    #[test]
    fn every_spelling_of_a_group_finds_all_of_it() {
        for group in &BUILT_IN.groups {
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
    fn a_bad_table_is_refused() {
        assert!(matches!(Variants::from_toml("groups = [[\"a\",\"b\"],[\"b\"]]"), Err(BadVariants::Repeated(_))));
        assert!(matches!(Variants::from_toml("words = 3"), Err(BadVariants::Form(_))));
    }
}
