//! The valid word that a mistyped one probably stands for; error messages name it.

/// The candidate nearest to `word`: one that it begins, else one at most two edits away (and fewer than its letters).
pub fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let letters = word.chars().count();
    candidates
        .into_iter()
        .map(|c| (if letters > 1 && c.starts_with(word) { 1 } else { edits(word, c) }, c))
        .filter(|(d, c)| *d <= 2 && *d < letters.min(c.chars().count()))
        .min_by_key(|(d, _)| *d)
        .map(|(_, c)| c)
}

/// Least number of letters to insert, delete, replace or swap with a neighbour to turn `a` into `b`.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut two_up: Vec<usize> = Vec::new();
    let mut up: Vec<usize> = (0..=b.len()).collect();
    let mut before = None;
    for (i, x) in a.chars().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |r: &[usize], k: usize| r.get(k).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&up, j) + usize::from(x != *y)).min(at(&up, j + 1) + 1).min(at(&row, j) + 1);
            let swapped = j.checked_sub(1).is_some_and(|k| b.get(k) == Some(&x) && before == Some(*y));
            if swapped {
                best = best.min(at(&two_up, j - 1) + 1);
            }
            row.push(best);
        }
        two_up = std::mem::replace(&mut up, row);
        before = Some(x);
    }
    up.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_counted() {
        for (a, b, n) in
            [("", "", 0), ("", "ab", 2), ("ab", "", 2), ("org", "orgg", 1), ("kidn", "kind", 1), ("abc", "xyz", 3)]
        {
            assert_eq!(edits(a, b), n, "{a} {b}");
        }
    }

    #[test]
    fn only_near_words_are_named() {
        let words = ["status", "kind", "published", "id"];
        assert_eq!(nearest("stauts", words), Some("status"));
        assert_eq!(nearest("pub", words), Some("published"));
        assert_eq!(nearest("zebra", words), None);
        assert_eq!(nearest("xy", words), None);
    }
}
