//! Words that tell something only together: an opening word and, shortly behind it, one of the closing ones
//! (`誤って` … `郵送`).
//!
//! Made by `facts` from the groups of a vocabulary that have a `then` list; asked by `ingest::extract`.

use super::facts::{Cues, Group, Hit, Number};
use super::marks::Marks;
use crate::text::first_chars;

/// Most characters between an opening word and the start of its closing one.
const REACH: usize = 26;

/// Pairs of words, each leading to its group.
#[derive(Debug, Default)]
pub struct Frames {
    groups: Vec<Group>,
    openers: Cues,
    /// The closing words, group by group.
    closers: Vec<Cues>,
}

impl Frames {
    pub(super) fn new(groups: Vec<Group>) -> Self {
        let closing = |g: &Group| Group { words: g.then.clone(), then: Vec::new(), ..g.clone() };
        let closers = groups.iter().map(|g| Cues::new(vec![closing(g)])).collect();
        Self { openers: Cues::new(groups.clone()), closers, groups }
    }

    /// The opening words, then the closing ones of each group: what has to be marked for [`Self::hits`], in this order.
    pub(super) fn vocabularies(&self) -> impl Iterator<Item = &Cues> {
        std::iter::once(&self.openers).chain(&self.closers)
    }

    /// Every pair between two bytes of a folded text whose words are marked, those of the frames from number `first`
    /// on; left to right, counted from the first of the two bytes. Where an opening word is followed by the closing
    /// words of several groups the nearest decides; a sentence's end parts them.
    pub fn hits(&self, text: &str, marks: &Marks, first: Number, (start, end): (usize, usize)) -> Vec<Hit> {
        let mut found: Vec<(usize, Hit)> = Vec::new();
        // One opening word may belong to several groups.
        let mut openers: Vec<Hit> = marks.all(first, start, end).collect();
        openers.sort_unstable_by_key(|h| (h.end, h.start, h.group));
        for opener in openers {
            let (group, behind) = (opener.group, start + opener.end);
            // Most opening words are followed by no closing one, which is told without looking for the window's end.
            let Some(nearest) = marks.hits(first + 1 + group, behind, end).next() else { continue };
            if nearest.start > REACH * 4 {
                continue;
            }
            let near = window(text.get(behind..end).unwrap_or_default());
            let Some(c) = marks.hits(first + 1 + group, behind, behind + near.len()).next() else { continue };
            let (from, end) = (opener.end + c.start, opener.end + c.end);
            let hit = Hit { start: opener.start, end, group };
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

/// Of the text behind an opening word what a closing word may begin in, to the sentence's end.
fn window(rest: &str) -> &str {
    let near = first_chars(rest, REACH);
    near.split('。').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::marks::Finder;
    use crate::text::CharSet;

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
        let vocabularies: Vec<_> = f.vocabularies().collect();
        let marks = Finder::new(&vocabularies).mark(text, &CharSet::of(&[]));
        f.hits(text, &marks, 0, (0, text.len()))
            .iter()
            .map(|h| (code(h), text.get(h.start..h.end).unwrap_or_default().to_owned()))
            .collect()
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
