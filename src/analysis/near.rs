//! Sketches of texts: hashes that near-identical texts share most of the time and others hardly ever. Given a
//! search-folded text; `links` makes keys of them, and the store compares the texts that share one.
//!
//! One-permutation minwise hashing (Li, Owen and Zhang 2012) over runs of four characters: each run falls into one of
//! eight bins, the least hash of a bin stands for it, and four bins together make a sketch.

use crate::text::CharSet;

/// Fewest characters that a sketch is made of.
const LEAST: usize = 80;
/// Most characters that are looked at.
const MOST: usize = 20_000;
/// Bins of both sketches together.
const BINS: usize = 8;

/// Letters and figures that most of a text consists of.
static JAPANESE: CharSet =
    CharSet::of(&[('ぁ', 'ゖ'), ('ァ', 'ヺ'), ('ー', 'ヿ'), ('々', '〇'), ('\u{4E00}', '\u{9FFF}')]);

/// The two sketches of a text; `None` for a text that is too short to tell.
pub(super) fn sketches(folded: &str) -> [Option<i64>; 2] {
    let mut bins = [u64::MAX; BINS];
    let (mut run, mut length) = (0u64, 0usize);
    for c in folded.chars().filter(|c| JAPANESE.has(*c) || c.is_alphanumeric()).take(MOST) {
        // Characters beyond the first plane are cut, which only makes them alike.
        run = run << 16 | u64::from(u32::from(c)) & 0xFFFF;
        length += 1;
        if length >= 4 {
            let hash = mixed(run);
            if let Some(bin) = bins.get_mut((hash >> 61) as usize) {
                *bin = (*bin).min(hash & (u64::MAX >> 3));
            }
        }
    }
    let sketch = |bins: &[u64]| bins.iter().fold(0u64, |h, b| mixed(h ^ *b)).cast_signed();
    let (first, second) = bins.split_at(BINS / 2);
    if length < LEAST { [None, None] } else { [Some(sketch(first)), Some(sketch(second))] }
}

/// The finaliser of SplitMix64: every bit of the input moves every bit of the output.
pub(super) fn mixed(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of n clauses drawn from a seed.
    fn text(seed: u64, n: usize) -> String {
        let pieces = [
            "職員が",
            "端末を",
            "紛失し",
            "宛先に",
            "誤って",
            "名簿を",
            "送信し",
            "確認後",
            "連絡し",
            "復旧中",
            "委託先",
            "調査を",
        ];
        (0..n).map(|i| pieces[(mixed(seed * 1000 + i as u64) % 12) as usize]).collect()
    }

    #[test]
    fn the_set_holds_letters_only() {
        assert!(('\0'..=char::MAX).all(|c| !JAPANESE.has(c) || c.is_alphanumeric()));
    }

    fn share_one(a: &str, b: &str) -> bool {
        sketches(a).iter().zip(sketches(b)).any(|(x, y)| x.is_some() && *x == y)
    }

    #[test]
    fn near_identical_texts_mostly_share_a_sketch_and_others_do_not() {
        let near = (0..200).filter(|s| {
            let body = text(*s, 300);
            share_one(&format!("青葉市 名簿の紛失 {body}"), &format!("{body} 写真は庁舎"))
        });
        assert!(near.count() >= 160);
        let others = (0..200).filter(|s| share_one(&text(*s, 60), &text(*s + 1000, 60)));
        assert!(others.count() <= 4);
    }

    #[test]
    fn signs_and_space_do_not_count_and_short_texts_have_none() {
        let body = text(7, 60);
        let spaced: String = body.chars().flat_map(|c| [c, '。']).collect();
        assert_eq!(sketches(&body), sketches(&spaced));
        assert_eq!(sketches("短い文"), [None, None]);
    }
}
