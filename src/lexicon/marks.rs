//! Every word of every vocabulary of facts found in one pass over a text, and looked up by vocabulary and place.
//!
//! Compiled by `facts`; asked by `ingest::extract`, whose rules look at the same text again and again.

use super::facts::{Cues, Hit};
use crate::text::CharSet;
use std::collections::{BTreeSet, HashMap};

/// The words of several vocabularies as one tree of characters. Vocabularies are told by their place in the list that
/// it was made from.
///
/// An automaton of bytes over as many words takes more memory than a processor has at hand; here one look at each
/// two characters, or two more at three, tell of nearly every place that no word begins there. The work at a place is bounded by the longest
/// word.
#[derive(Debug, Default)]
pub(super) struct Finder {
    /// The number of every character of the basic plane that stands in a word; 0 for the others.
    signs: Vec<u16>,
    /// The same for characters beyond, sorted.
    beyond: Vec<(char, u16)>,
    /// Bits for the first two characters of the words, by [`pair_bit`].
    pairs: Bits,
    /// Bits for the words of two characters and for the first three of the others, by [`bit`].
    beginnings: Bits,
    /// By the number of a character, the node of the words that begin with it; 0 for none.
    roots: Vec<u32>,
    /// By the number of a character, whether it is a word by itself.
    singles: Vec<bool>,
    /// One more at the end.
    nodes: Vec<Node>,
    words: Vec<Word>,
    /// By node, then by character: the next node. Nodes are numbered along the words in their order, so that a word's
    /// own stand side by side.
    edges: Vec<(u16, u32)>,
    vocabularies: usize,
}

/// A word by its vocabulary and the group there.
#[derive(Clone, Copy, Debug)]
struct Word {
    vocabulary: u16,
    group: u16,
}

/// A node of the tree: where its words begin, and where its edges do.
#[derive(Clone, Copy, Debug, Default)]
struct Node {
    words: u32,
    edges: u32,
}

/// From how many edges on a node's are searched by halves.
const MANY: usize = 8;

/// The bit of a word's first characters, the third 0 where it has but two; several beginnings share one.
fn bit(a: u16, b: u16, c: u16) -> usize {
    let all = u64::from(a) << 32 | u64::from(b) << 16 | u64::from(c);
    (all.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 47) as usize
}

/// How many bits [`bit`] knows.
const BITS: usize = 1 << 17;

/// The bit of a word's first two characters: quicker to ask than [`bit`], and most places are ruled out by it.
#[inline]
fn pair_bit(a: u16, b: u16) -> usize {
    ((u32::from(a) << 16 | u32::from(b)).wrapping_mul(0x9E37_79B1) >> 15) as usize
}

/// So many bits.
#[derive(Debug)]
struct Bits(Box<[u64; BITS / 64]>);

impl Default for Bits {
    fn default() -> Self {
        Self(Box::new([0; BITS / 64]))
    }
}

impl Bits {
    #[inline]
    fn has(&self, bit: usize) -> bool {
        self.0.get(bit / 64).is_some_and(|word| word & (1 << (bit % 64)) != 0)
    }

    fn set(&mut self, bit: usize) {
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }
}

impl Finder {
    pub(super) fn new(vocabularies: &[&Cues]) -> Self {
        let numbered = vocabularies.iter().enumerate();
        let words: Vec<(Word, &str)> = numbered
            .flat_map(|(v, cues)| cues.words().map(move |(g, w)| (Word { vocabulary: v as u16, group: g as u16 }, w)))
            .collect();
        let mut finder = Self { vocabularies: vocabularies.len(), ..Self::default() };
        finder.number(words.iter().flat_map(|(_, w)| w.chars()).collect());
        let mut words: Vec<(Vec<u16>, Word)> =
            words.into_iter().map(|(word, text)| (text.chars().map(|c| finder.sign(c)).collect(), word)).collect();
        words.sort_by(|(a, _), (b, _)| a.cmp(b));
        let mut known = HashMap::new();
        // The first node stands for no word at all.
        let mut nodes: Vec<Vec<Word>> = vec![Vec::new()];
        for (signs, word) in words {
            let node = finder.grow(&signs, &mut known, &mut nodes);
            if let Some(words) = nodes.get_mut(node as usize) {
                words.push(word);
            }
        }
        let mut edges: Vec<_> = known.into_iter().map(|((node, sign), to)| (node, sign, to)).collect();
        edges.sort_unstable();
        let last = nodes.len();
        for (node, words) in nodes.into_iter().chain([Vec::new()]).enumerate() {
            let first = edges.partition_point(|e| (e.0 as usize) < node);
            finder.nodes.push(Node { words: finder.words.len() as u32, edges: first as u32 });
            finder.words.extend(words.into_iter().rev());
        }
        debug_assert_eq!(finder.nodes.len(), last + 1);
        finder.edges = edges.into_iter().map(|(_, sign, next)| (sign, next)).collect();
        finder
    }

    /// Gives every character of the words a number.
    fn number(&mut self, chars: BTreeSet<char>) {
        self.signs = vec![0; 1 << 16];
        self.roots = vec![0; chars.len() + 1];
        self.singles = vec![false; chars.len() + 1];
        for (c, sign) in chars.into_iter().zip(1..=u16::MAX) {
            match self.signs.get_mut(c as usize) {
                Some(slot) => *slot = sign,
                None => self.beyond.push((c, sign)),
            }
        }
    }

    /// Adds the nodes of a word and gives the last.
    fn grow(&mut self, signs: &[u16], edges: &mut HashMap<(u32, u16), u32>, nodes: &mut Vec<Vec<Word>>) -> u32 {
        let mut fresh = || {
            nodes.push(Vec::new());
            (nodes.len() - 1) as u32
        };
        let Some((first, rest)) = signs.split_first().filter(|_| !signs.contains(&0)) else { return 0 };
        let Some(root) = self.roots.get_mut(usize::from(*first)) else { return 0 };
        if *root == 0 {
            *root = fresh();
        }
        let mut node = *root;
        for sign in rest {
            node = *edges.entry((node, *sign)).or_insert_with(&mut fresh);
        }
        if let Some(second) = rest.first() {
            self.pairs.set(pair_bit(*first, *second));
            self.beginnings.set(bit(*first, *second, rest.get(1).copied().unwrap_or(0)));
        } else if let Some(single) = self.singles.get_mut(usize::from(*first)) {
            *single = true;
        }
        node
    }

    #[inline]
    fn sign(&self, c: char) -> u16 {
        match self.signs.get(c as usize) {
            Some(sign) => *sign,
            None => {
                self.beyond.binary_search_by_key(&c, |b| b.0).ok().and_then(|i| self.beyond.get(i)).map_or(0, |b| b.1)
            }
        }
    }

    /// Tells whether a word may begin with the first of three characters.
    #[inline]
    fn may_begin(&self, first: u16, second: u16, third: u16) -> bool {
        self.singles.get(usize::from(first)).is_some_and(|single| *single)
            || self.pairs.has(pair_bit(first, second))
                && (self.beginnings.has(bit(first, second, third)) || self.beginnings.has(bit(first, second, 0)))
    }

    /// Finds every word in a folded text, and every character of a set.
    pub(super) fn mark(&self, text: &str, set: &CharSet) -> Marks {
        let mut found = Vec::with_capacity(text.len() / 16);
        let mut places = Vec::with_capacity(text.len() / 32);
        // The two characters before, by byte and number.
        let (mut first, mut second) = ((0, 0), (0, 0));
        for (at, c) in text.char_indices() {
            if set.has(c) {
                places.push(at as u32);
            }
            let sign = self.sign(c);
            if first.1 != 0 && self.may_begin(first.1, second.1, sign) {
                self.walk(text, first.0, &mut found);
            }
            (first, second) = (second, (at, sign));
        }
        for (last, behind) in [(first, second.1), (second, 0)] {
            if last.1 != 0 && self.may_begin(last.1, behind, 0) {
                self.walk(text, last.0, &mut found);
            }
        }
        Marks { places, ..Marks::new(&found, self.vocabularies) }
    }

    /// Notes the words that begin at a byte, the longest first.
    fn walk(&self, text: &str, start: usize, found: &mut Vec<(u16, Mark)>) {
        let rest = text.get(start..).unwrap_or_default();
        let from = found.len();
        let mut node: Option<u32> = None;
        for (i, c) in rest.char_indices() {
            let sign = self.sign(c);
            let next = match node {
                None => self.roots.get(usize::from(sign)).copied().filter(|n| *n != 0),
                Some(node) => self.next(node, sign),
            };
            let Some(next) = next else { break };
            node = Some(next);
            let (start, end) = (start as u32, (start + i + c.len_utf8()) as u32);
            for Word { vocabulary, group } in self.words_of(next) {
                found.push((*vocabulary, Mark { start, end, group: u32::from(*group) }));
            }
        }
        if let Some([_, _, ..]) = found.get(from..) {
            found.get_mut(from..).unwrap_or_default().reverse();
        }
    }

    /// A node and the one behind it.
    #[inline]
    fn bounds(&self, node: u32) -> Option<&[Node; 2]> {
        self.nodes.get(node as usize..)?.first_chunk()
    }

    fn next(&self, node: u32, sign: u16) -> Option<u32> {
        let [own, behind] = self.bounds(node)?;
        let own = self.edges.get(own.edges as usize..behind.edges as usize)?;
        let found = match own.len() {
            0..MANY => own.iter().find(|e| e.0 == sign),
            _ => own.binary_search_by_key(&sign, |e| e.0).ok().and_then(|i| own.get(i)),
        };
        found.map(|e| e.1)
    }

    #[inline]
    fn words_of(&self, node: u32) -> &[Word] {
        let words =
            self.bounds(node).and_then(|[own, behind]| self.words.get(own.words as usize..behind.words as usize));
        words.unwrap_or_default()
    }
}

/// Where a word stands, and the group of its vocabulary that it belongs to.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    start: u32,
    end: u32,
    group: u32,
}

/// Where the words of each vocabulary stand in one text.
#[derive(Debug, Default)]
pub struct Marks {
    /// By vocabulary, then by start, the longest of several that start together first.
    marks: Vec<Mark>,
    /// By vocabulary, where its marks begin; one more at the end.
    firsts: Vec<u32>,
    /// Where the characters of the set stand that was asked for too.
    places: Vec<u32>,
}

impl Marks {
    /// Sorts what was found, in the order of the text, by vocabulary.
    fn new(found: &[(u16, Mark)], vocabularies: usize) -> Self {
        // Where the next mark of a vocabulary goes is kept one place behind its first.
        let mut firsts = vec![0u32; vocabularies + 2];
        for (vocabulary, _) in found {
            if let Some(n) = firsts.get_mut(usize::from(*vocabulary) + 2) {
                *n += 1;
            }
        }
        let mut before = 0;
        for n in &mut firsts {
            before += *n;
            *n = before;
        }
        let mut marks = vec![Mark::default(); found.len()];
        for (vocabulary, mark) in found {
            if let Some(next) = firsts.get_mut(usize::from(*vocabulary) + 1)
                && let Some(slot) = marks.get_mut(*next as usize)
            {
                *slot = *mark;
                *next += 1;
            }
        }
        Self { marks, firsts, places: Vec::new() }
    }

    /// The places of the set's characters between two offsets.
    pub fn places(&self, from: usize, to: usize) -> impl Iterator<Item = usize> {
        let first = self.places.partition_point(|at| (*at as usize) < from);
        self.places.iter().skip(first).map(|at| *at as usize).take_while(move |at| *at < to)
    }

    /// The marks of a vocabulary that begin between two offsets.
    #[inline]
    fn between(&self, vocabulary: usize, from: usize, to: usize) -> impl Iterator<Item = &Mark> {
        let bounds = self.firsts.get(vocabulary..).and_then(|f| f.first_chunk());
        let list = bounds.and_then(|[a, b]| self.marks.get(*a as usize..*b as usize)).unwrap_or_default();
        let first = list.partition_point(|m| (m.start as usize) < from);
        list.iter().skip(first).take_while(move |m| (m.start as usize) < to)
    }

    /// Tells whether a word of the vocabulary lies wholly between two offsets.
    pub fn has(&self, vocabulary: usize, from: usize, to: usize) -> bool {
        self.between(vocabulary, from, to).any(|m| m.end as usize <= to)
    }

    /// Every place of the vocabulary's words between two offsets, overlaps and all. They count from the first offset.
    pub fn all(&self, vocabulary: usize, from: usize, to: usize) -> impl Iterator<Item = Hit> + '_ {
        let within = self.between(vocabulary, from, to).filter(move |m| m.end as usize <= to);
        within.map(move |m| Hit { start: m.start as usize - from, end: m.end as usize - from, group: m.group as usize })
    }

    /// The hits of the vocabulary's words between two offsets, left to right, without overlaps, the longest of those
    /// that begin together: what [`Cues::hits`] gives for that part of the text. They count from the first offset.
    pub fn hits(&self, vocabulary: usize, from: usize, to: usize) -> impl Iterator<Item = Hit> + '_ {
        let mut at = from;
        self.between(vocabulary, from, to).filter_map(move |m| {
            let (start, end) = (m.start as usize, m.end as usize);
            if start < at || end > to {
                return None;
            }
            at = end;
            Some(Hit { start: start - from, end: end - from, group: m.group as usize })
        })
    }
}
