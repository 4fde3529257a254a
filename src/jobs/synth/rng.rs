//! The source of chance: xoshiro256** seeded through SplitMix64, the same on every platform.
//! Given a seed and the number of a document; used by everything in this module that chooses.

/// A small deterministic generator (Blackman and Vigna's xoshiro256**).
#[derive(Clone, Debug)]
pub(super) struct Rng {
    state: [u64; 4],
}

/// One step of SplitMix64: advances `state` and gives a well mixed value.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Rng {
    /// Seeds the stream number `stream` of `seed`; streams do not repeat each other.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut outer = seed;
        let mut inner = split_mix(&mut outer) ^ stream.wrapping_mul(0xd134_2543_de82_ef95);
        Self { state: std::array::from_fn(|_| split_mix(&mut inner)) }
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        let [s0, s1, s2, s3] = self.state;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (s2, s3) = (s2 ^ s0, s3 ^ s1);
        self.state = [s0 ^ s3, s1 ^ s2, s2 ^ (s1 << 17), s3.rotate_left(45)];
        result
    }

    /// A number from 0 up to but not including `n`; 0 for an `n` of 0. Exact for every `n` below 2³².
    pub(super) fn below(&mut self, n: u64) -> u64 {
        ((self.next() >> 32) * (n & 0xffff_ffff)) >> 32
    }

    /// An index into something of length `len`.
    pub(super) fn index(&mut self, len: usize) -> usize {
        self.below(len as u64) as usize
    }

    /// A number between `lo` and `hi`, both included; `lo` when the range is empty.
    pub(super) fn range(&mut self, lo: u64, hi: u64) -> u64 {
        lo + self.below(hi.saturating_sub(lo) + 1)
    }

    /// Like [`Rng::range`] for days.
    pub(super) fn days(&mut self, lo: i32, hi: i32) -> i32 {
        lo + self.below(u64::try_from(hi - lo).unwrap_or(0) + 1) as i32
    }

    /// True in `n` of 100 cases.
    pub(super) fn percent(&mut self, n: u64) -> bool {
        self.below(100) < n
    }

    /// A number whose count of digits is even-handed between those of `lo` and `hi`: real counts are mostly small.
    pub(super) fn magnitude(&mut self, lo: u64, hi: u64) -> u64 {
        let steps = hi.max(1).ilog2().saturating_sub(lo.max(1).ilog2());
        let top = lo.max(1) << self.range(0, u64::from(steps));
        self.range(top, top.saturating_mul(2)).clamp(lo, hi)
    }

    /// One of `items`, or the type's empty value when there is none.
    pub(super) fn pick<T: Copy + Default>(&mut self, items: &[T]) -> T {
        items.get(self.index(items.len())).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_for_a_seed_and_differ_between_seeds() {
        let first = |seed, stream| {
            let mut rng = Rng::new(seed, stream);
            [rng.next(), rng.next(), rng.next()]
        };
        assert_eq!(first(7, 1), first(7, 1));
        assert_ne!(first(7, 1), first(7, 2));
        assert_ne!(first(7, 1), first(8, 1));
    }

    #[test]
    fn numbers_stay_in_their_range_and_reach_its_ends() {
        let mut rng = Rng::new(1, 0);
        let seen: std::collections::BTreeSet<u64> = (0..400).map(|_| rng.range(3, 7)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [3, 4, 5, 6, 7]);
        assert!((0..400).all(|_| (10..=90_000).contains(&rng.magnitude(10, 90_000))));
        assert_eq!(rng.range(5, 5), 5);
        assert_eq!(rng.pick::<u8>(&[]), 0);
    }
}
