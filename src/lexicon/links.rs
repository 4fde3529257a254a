//! Words by which names of organisations and titles of notices are compared (`assets/lexicon/links.toml`); read by
//! `analysis`.

use super::built_in;
use crate::text::{CharSet, search_fold};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

pub(super) const SOURCE: &str = include_str!("../../assets/lexicon/links.toml");

static LINKS: LazyLock<Links> = LazyLock::new(|| Links::of(&built_in("links", SOURCE)));

/// The file as it is written.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    latin_forms: Vec<String>,
    courtesies: Vec<String>,
    asides: Vec<String>,
    characters: Vec<String>,
    platforms: Vec<String>,
    continuations: Vec<String>,
    firsts: Vec<String>,
    fillers: Vec<String>,
}

/// Word lists by which incidents are linked, search-folded, the longest words first; each is described in its file.
#[derive(Debug, Default)]
pub struct Links {
    /// Registered forms of organisations, Japanese ones.
    pub forms: Vec<String>,
    /// Registered forms in Latin letters.
    pub latin_forms: Vec<String>,
    /// What stands after a name out of courtesy.
    pub courtesies: Vec<String>,
    /// Beginnings of remarks after a name.
    pub asides: Vec<String>,
    /// The usual forms of old or odd characters.
    pub characters: HashMap<char, char>,
    /// Those that have another usual form.
    unusual: CharSet,
    /// Third parties that everybody uses.
    pub platforms: Vec<String>,
    /// Words of later releases.
    pub continuations: Vec<String>,
    /// Words of first releases.
    pub firsts: Vec<String>,
    /// Words that say nothing of a notice's subject.
    pub fillers: Vec<String>,
}

impl Links {
    /// The usual form of a character.
    pub fn usual(&self, c: char) -> char {
        if self.unusual.has(c) || c > '\u{FFFF}' { *self.characters.get(&c).unwrap_or(&c) } else { c }
    }

    fn of(file: &File) -> Self {
        let pair = |s: &String| {
            let mut chars = s.chars();
            Some((chars.next()?, chars.next()?))
        };
        let characters: HashMap<char, char> = file.characters.iter().filter_map(pair).collect();
        let unusual = CharSet::of_each(&characters.keys().copied().collect::<Vec<_>>());
        Self {
            forms: folded(&super::headlines::headlines().legal_forms),
            latin_forms: folded(&file.latin_forms),
            courtesies: folded(&file.courtesies),
            asides: folded(&file.asides),
            characters,
            unusual,
            platforms: folded(&file.platforms),
            continuations: folded(&file.continuations),
            firsts: folded(&file.firsts),
            fillers: folded(&file.fillers),
        }
    }
}

fn folded(words: &[String]) -> Vec<String> {
    let mut out: Vec<String> = words.iter().map(|w| search_fold(w)).filter(|w| !w.is_empty()).collect();
    out.sort_by_key(|w| std::cmp::Reverse(w.len()));
    out.dedup();
    out
}

/// The lists, compiled at the first call.
pub fn links() -> &'static Links {
    &LINKS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_a_vocabulary_of_pairs_and_words() {
        let file: File = toml::from_str(SOURCE).unwrap();
        assert!(file.characters.iter().all(|p| p.chars().count() == 2), "{:?}", file.characters);
        let lists = links();
        assert!(lists.forms.iter().any(|f| f == "(株)") && lists.platforms.len() > 20);
        assert!(lists.fillers.first().map(String::len) >= lists.fillers.last().map(String::len));
    }
}
