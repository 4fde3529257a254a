//! Which entries of a changed document are which of its known incidents: same first lines, else same body, else same
//! headline, else similar text in the same gap. Called by `ingest` with the marks of both sides in document order.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::Hash;

/// Least share of common character pairs that makes two texts in the same gap one entry.
const SIMILAR: f64 = 0.5;
/// Most comparisons of texts in one gap; beyond that only entries at the same place of the gap are compared.
const COMPARISONS: usize = 2_500;
/// Characters of a text that are compared.
const COMPARED: usize = 4_000;

/// What an entry is recognised by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Hash of the folded first five non-empty lines.
    pub lines: i64,
    /// Hash of all but the first line, where there is more.
    pub body: Option<i64>,
    /// Case number.
    pub case_no: Option<String>,
    /// Folded organisation.
    pub org: Option<String>,
    /// Folded title.
    pub title: Option<String>,
    /// Whether the document no longer held it before; such marks stand after all others.
    pub gone: bool,
    /// Whether analysts worked on it; known only where twins have to be told apart.
    pub touched: bool,
}

/// For every new entry the index of the known incident that it is, if it is one.
pub(super) fn pair<E>(
    old: &[Marks],
    new: &[Marks],
    similarity: &mut dyn FnMut(usize, usize) -> Result<f64, E>,
) -> Result<Vec<Option<usize>>, E> {
    let mut pairs = Pairs { of_new: vec![None; new.len()], taken: vec![false; old.len()] };
    pairs.pass(old, new, false, |m| m.body.map(|b| (m.lines, b)));
    pairs.pass(old, new, false, |m| Some(m.lines));
    pairs.pass(old, new, true, |m| m.body);
    let named = |m: &Marks| (m.org.is_some() || m.title.is_some()).then(|| (m.org.clone(), m.title.clone()));
    pairs.pass(old, new, false, |m| named(m).map(|n| (m.case_no.clone(), n)));
    pairs.pass(old, new, true, named);
    pairs.fill_gaps(old, similarity)?;
    Ok(pairs.of_new)
}

struct Pairs {
    of_new: Vec<Option<usize>>,
    taken: Vec<bool>,
}

/// The places of entries with one key, on both sides in document order.
#[derive(Default)]
struct Alike {
    olds: Vec<usize>,
    news: Vec<usize>,
}

impl Pairs {
    /// Pairs entries with equal keys; with `unique` only where one on each side has it.
    fn pass<K: Hash + Eq>(&mut self, old: &[Marks], new: &[Marks], unique: bool, key: impl Fn(&Marks) -> Option<K>) {
        let mut groups: HashMap<K, Alike> = HashMap::new();
        for (n, marks) in new.iter().enumerate().filter(|(n, _)| self.of_new.get(*n) == Some(&None)) {
            if let Some(k) = key(marks) {
                groups.entry(k).or_default().news.push(n);
            }
        }
        for (o, marks) in old.iter().enumerate().filter(|(o, _)| !self.is_taken(*o)) {
            if let Some(group) = key(marks).and_then(|k| groups.get_mut(&k)) {
                group.olds.push(o);
            }
        }
        let (sure, mut twins): (Vec<Alike>, Vec<Alike>) = groups
            .into_values()
            .filter(|g| !g.olds.is_empty())
            .partition(|g| matches!((g.olds.as_slice(), g.news.as_slice()), ([_], [_])));
        for (o, n) in sure.iter().filter_map(|g| Some((*g.olds.first()?, *g.news.first()?))) {
            self.join(o, n);
        }
        if !unique {
            twins.sort_by_key(|g| g.news.first().copied());
            twins.iter().for_each(|g| self.pair_twins(old, g));
        }
    }

    fn join(&mut self, o: usize, n: usize) {
        if let (Some(slot), Some(taken)) = (self.of_new.get_mut(n), self.taken.get_mut(o)) {
            *slot = Some(o);
            *taken = true;
        }
    }

    /// Pairs entries that nothing in themselves tells apart: by their neighbours, else in order. Where fewer are left
    /// than there were, those that analysts worked on stay.
    fn pair_twins(&mut self, old: &[Marks], twins: &Alike) {
        let mut choices: Vec<(Reverse<usize>, bool, usize, usize)> = Vec::new();
        if twins.olds.len().saturating_mul(twins.news.len()) <= COMPARISONS {
            let fewer = twins.news.len() < twins.olds.len();
            for o in &twins.olds {
                let idle = fewer && !old.get(*o).is_some_and(|m| m.touched);
                let last = old.get(o + 1).is_none_or(|m| m.gone);
                choices.extend(twins.news.iter().map(|n| (Reverse(self.neighbours(*o, *n, last)), idle, *o, *n)));
            }
            choices.sort();
        } else {
            choices.extend(twins.olds.iter().zip(&twins.news).map(|(o, n)| (Reverse(0), false, *o, *n)));
        }
        for (_, _, o, n) in choices {
            if !self.is_taken(o) && self.of_new.get(n) == Some(&None) {
                self.join(o, n);
            }
        }
    }

    /// How many neighbours of two entries are one; the document's ends count as neighbours.
    fn neighbours(&self, o: usize, n: usize, last: bool) -> usize {
        let of = |n: usize| self.of_new.get(n).copied().flatten();
        let before = match (o.checked_sub(1), n.checked_sub(1)) {
            (None, None) => true,
            (Some(o), Some(n)) => of(n) == Some(o),
            _ => false,
        };
        let after = if n + 1 < self.of_new.len() { of(n + 1) == Some(o + 1) } else { last };
        usize::from(before) + usize::from(after)
    }

    fn is_taken(&self, i: usize) -> bool {
        self.taken.get(i).copied().unwrap_or(true)
    }

    /// Pairs what is left between two matched neighbours (or the document's ends) by similar text.
    fn fill_gaps<E>(
        &mut self,
        old: &[Marks],
        similarity: &mut dyn FnMut(usize, usize) -> Result<f64, E>,
    ) -> Result<(), E> {
        let live = old.iter().take_while(|m| !m.gone).count();
        let mut start = 0;
        while start < self.of_new.len() {
            let run = self.of_new.iter().skip(start).take_while(|p| p.is_none()).count();
            if run == 0 {
                start += 1;
                continue;
            }
            let end = start + run;
            let left = start.checked_sub(1).and_then(|i| self.of_new.get(i).copied().flatten());
            let right = self.of_new.get(end).copied().flatten().unwrap_or(live);
            let gap: Vec<usize> = (left.map_or(0, |l| l + 1)..right.min(live)).filter(|i| !self.is_taken(*i)).collect();
            self.fill_gap(start..end, gap, similarity)?;
            start = end;
        }
        Ok(())
    }

    fn fill_gap<E>(
        &mut self,
        news: std::ops::Range<usize>,
        mut olds: Vec<usize>,
        similarity: &mut dyn FnMut(usize, usize) -> Result<f64, E>,
    ) -> Result<(), E> {
        let every = news.len().saturating_mul(olds.len()) <= COMPARISONS;
        for n in news.clone() {
            let mut best: Option<(f64, usize)> = None;
            for (place, o) in olds.iter().enumerate().filter(|(p, _)| every || *p == n - news.start) {
                let share = similarity(*o, n)?;
                if share >= SIMILAR && best.is_none_or(|(b, _)| share > b) {
                    best = Some((share, place));
                }
            }
            let Some((_, place)) = best else { continue };
            let chosen = if every { Some(olds.remove(place)) } else { olds.get(place).copied() };
            if let (Some(slot), Some(o)) = (self.of_new.get_mut(n), chosen) {
                *slot = Some(o);
                if let Some(t) = self.taken.get_mut(o) {
                    *t = true;
                }
            }
        }
        Ok(())
    }
}

/// The share of character pairs that two texts have in common, 0 to 1 (Dice's coefficient).
pub(super) fn common_share(a: &str, b: &str) -> f64 {
    let (a, b) = (bigrams(a), bigrams(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (mut i, mut j, mut common) = (0, 0, 0usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                common += 1;
                i += 1;
                j += 1;
            }
        }
    }
    (2 * common) as f64 / (a.len() + b.len()) as f64
}

fn bigrams(text: &str) -> Vec<(char, char)> {
    let chars = || text.chars().take(COMPARED);
    let mut out: Vec<_> = chars().zip(chars().skip(1)).collect();
    out.sort_unstable();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn m(lines: i64, body: i64) -> Marks {
        Marks { lines, body: Some(body), ..Marks::default() }
    }

    fn paired(old: &[Marks], new: &[Marks]) -> Vec<Option<usize>> {
        pair::<()>(old, new, &mut |_, _| Ok(0.0)).unwrap()
    }

    #[test]
    fn lines_then_body_then_headline() {
        let old = [m(1, 10), m(2, 20), m(3, 30)];
        // Inserted at the front, reordered, a headline corrected (same body).
        assert_eq!(paired(&old, &[m(9, 90), m(3, 30), m(8, 20), m(1, 11)]), [None, Some(2), Some(1), Some(0)]);
        let named = |l, b, org: &str| Marks { org: Some(org.into()), ..m(l, b) };
        assert_eq!(paired(&[named(1, 1, "甲"), named(2, 2, "乙")], &[named(7, 7, "乙")]), [Some(1)]);
        assert_eq!(paired(&[m(1, 1)], &[m(2, 2)]), [None]);
        // Its number corrected and its body edited, it is told by its name.
        let numbered = |l, no: &str| Marks { case_no: Some(no.into()), ..named(l, l, "甲") };
        assert_eq!(paired(&[numbered(1, "2024-1"), m(2, 2)], &[m(2, 2), numbered(3, "2024-2")]), [Some(1), Some(0)]);
    }

    #[test]
    fn twins_are_told_apart_by_their_bodies_and_else_by_order() {
        let old = [m(1, 10), m(1, 20), m(1, 30)];
        assert_eq!(paired(&old, &[m(1, 30), m(1, 10), m(1, 99)]), [Some(2), Some(0), Some(1)]);
        // Neighbours tell twins apart, wherever they moved; of those that are left the one that was worked on stays.
        let twin = |touched| Marks { touched, ..m(7, 70) };
        let old = [m(1, 10), twin(false), m(2, 20), twin(false)];
        assert_eq!(paired(&old, &[m(2, 20), twin(false), m(1, 10), twin(false)]), [Some(2), Some(3), Some(0), Some(1)]);
        assert_eq!(paired(&old, &[m(1, 10), m(2, 20), twin(false)]), [Some(0), Some(2), Some(3)]);
        let old = [m(1, 10), twin(false), twin(true), m(2, 20)];
        assert_eq!(paired(&old, &[m(1, 10), twin(false), m(2, 20)]), [Some(0), Some(2), Some(3)]);
        assert_eq!(paired(&old, &[twin(false), twin(false)]), [Some(1), Some(2)]);
        // A body that several have proves nothing.
        assert_eq!(paired(&[m(1, 5), m(2, 5)], &[m(3, 5)]), [None]);
    }

    #[test]
    fn gaps_are_filled_by_similar_text() {
        let old = [m(1, 1), m(2, 2), m(3, 3), m(4, 4)];
        let new = [m(1, 1), m(8, 8), m(9, 9), m(4, 4)];
        let mut similar = |o: usize, n: usize| Ok::<_, ()>(if o + n == 3 { 0.9 } else { 0.1 });
        assert_eq!(pair(&old, &new, &mut similar).unwrap(), [Some(0), Some(2), Some(1), Some(3)]);
        let gone = Marks { gone: true, ..m(5, 5) };
        let mut all = |_: usize, _: usize| Ok::<_, ()>(1.0);
        assert_eq!(pair(&[gone], &[m(6, 6)], &mut all).unwrap(), [None]);
    }

    #[test]
    fn shares_are_measured_on_character_pairs() {
        assert!(common_share("個人情報を紛失しました", "個人情報を紛失していました") > 0.8);
        assert!(common_share("個人情報を紛失しました", "サーバーが停止した") < 0.2);
        assert_eq!(common_share("", ""), 0.0);
    }
}
