//! Words that tell something only together: an opening word and, shortly behind it, one of the closing ones
//! (`誤って` … `郵送`).
//!
//! Made by `facts` from the groups of a vocabulary that have a `then` list; asked by `ingest::extract`.

use super::facts::{Group, Hit};
use aho_corasick::{AhoCorasick, MatchKind};

/// Most characters between an opening word and the start of its closing one.
const REACH: usize = 26;

/// Pairs of words compiled into automata, each leading to its group.
#[derive(Debug, Default)]
pub struct Frames {
    groups: Vec<Group>,
    openers: Option<AhoCorasick>,
    owner: Vec<usize>,
    /// The closing words, group by group.
    closers: Vec<Option<AhoCorasick>>,
}

impl Frames {
    pub(super) fn new(groups: Vec<Group>) -> Self {
        let (mut owner, mut words): (Vec<usize>, Vec<&str>) = (Vec::new(), Vec::new());
        for (i, g) in groups.iter().enumerate() {
            for w in g.words.iter().filter(|w| !w.is_empty()) {
                owner.push(i);
                words.push(w);
            }
        }
        // One opening word may belong to several groups.
        let openers = AhoCorasick::builder().match_kind(MatchKind::Standard).build(&words).ok();
        let closers = groups
            .iter()
            .map(|g| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&g.then).ok())
            .collect();
        Self { groups, openers, owner, closers }
    }

    /// Every pair in a folded text, left to right. Where an opening word is followed by the closing words of several
    /// groups the nearest decides; a sentence's end parts them.
    pub fn hits(&self, text: &str) -> Vec<Hit> {
        let mut found: Vec<(usize, Hit)> = Vec::new();
        for m in self.openers.iter().flat_map(|a| a.find_overlapping_iter(text)) {
            let group = self.owner.get(m.pattern().as_usize()).copied().unwrap_or_default();
            let Some(Some(closers)) = self.closers.get(group) else { continue };
            let Some(c) = closers.find(window(text, m.end())) else { continue };
            let (from, end) = (m.end() + c.start(), m.end() + c.end());
            let hit = Hit { start: m.start(), end, group };
            match found.last_mut() {
                Some((near, last)) if last.start == hit.start || last.end == hit.end => {
                    if last.start == hit.start && from < *near {
                        (*near, *last) = (from, hit);
                    }
                }
                _ => found.push((from, hit)),
            }
        }
        found.into_iter().map(|(_, h)| h).collect()
    }

    /// The group of a hit.
    pub fn group(&self, index: usize) -> Option<&Group> {
        self.groups.get(index)
    }

    /// Every group with its words.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }
}

/// The characters behind an offset that a closing word may begin in, to the sentence's end.
fn window(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    let reach = rest.char_indices().nth(REACH).map_or(rest.len(), |(i, _)| i);
    let near = rest.get(..reach).unwrap_or_default();
    let end = near.find('。').unwrap_or(near.len());
    near.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames() -> Frames {
        let group = |code: &str, words: &[&str], then: &[&str]| Group {
            code: code.into(),
            weight: 1,
            words: words.iter().map(|w| (*w).to_owned()).collect(),
            then: then.iter().map(|w| (*w).to_owned()).collect(),
        };
        Frames::new(vec![group("sent", &["誤って"], &["郵送", "送付"]), group("shown", &["誤って"], &["掲載"])])
    }

    fn found(text: &str) -> Vec<(String, String)> {
        let f = frames();
        let code = |h: &Hit| f.group(h.group).map(|g| g.code.clone()).unwrap_or_default();
        f.hits(text).iter().map(|h| (code(h), text.get(h.start..h.end).unwrap_or_default().to_owned())).collect()
    }

    #[test]
    fn the_nearest_closing_word_decides() {
        assert_eq!(found("誤って隣の組へ郵送し、掲載"), [("sent".into(), "誤って隣の組へ郵送".into())]);
        assert_eq!(found("誤って全文を掲載し、送付"), [("shown".into(), "誤って全文を掲載".into())]);
    }

    #[test]
    fn a_sentence_end_and_distance_part_the_words() {
        assert!(found("誤って入れた。郵送は翌日").is_empty());
        assert!(found(&format!("誤って{}郵送", "あ".repeat(40))).is_empty());
        assert!(found("郵送は誤って").is_empty());
    }
}
