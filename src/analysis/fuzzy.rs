//! Fuzzy matching of what an analyst types against names (tags, commands); the only user of `fuzzy-matcher`. The
//! palettes of the workbench call it.

use crate::text::search_fold;
use fuzzy_matcher::FuzzyMatcher;
use fuzzy_matcher::skim::SkimMatcherV2;

/// Ranks candidates against what was typed: indices of those that match, best first, equal ones in the given order.
/// Both sides are folded as for search, every word of `typed` has to match, and an empty `typed` keeps all as they are.
pub fn rank<'c>(typed: &str, candidates: impl IntoIterator<Item = &'c str>) -> Vec<usize> {
    let typed = search_fold(typed);
    let words: Vec<&str> = typed.split_whitespace().collect();
    let matcher = SkimMatcherV2::default().ignore_case();
    let mut hits: Vec<(i64, usize)> = Vec::new();
    for (index, candidate) in candidates.into_iter().enumerate() {
        let folded = search_fold(candidate);
        let score = words.iter().try_fold(0, |sum, word| Some(sum + score(&matcher, &folded, word)?));
        if let Some(score) = score {
            hits.push((score, index));
        }
    }
    hits.sort_by_key(|(score, index)| (std::cmp::Reverse(*score), *index));
    hits.into_iter().map(|(_, index)| index).collect()
}

/// A whole or leading match beats every scattered one.
fn score(matcher: &SkimMatcherV2, candidate: &str, word: &str) -> Option<i64> {
    let base = matcher.fuzzy_match(candidate, word)?;
    let bonus = if candidate == word {
        1_000
    } else if candidate.starts_with(word) {
        200
    } else {
        0
    };
    Some(base + bonus)
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
    }
}
