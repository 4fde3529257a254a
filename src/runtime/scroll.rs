//! Finds rows that only moved up or down, so that the terminal can move them itself.
//!
//! `screen` asks with the rows shown and the rows wanted; a list that scrolls by one row then costs one row.

use ratatui::buffer::{Buffer, Cell};
use std::hash::{Hash, Hasher};
use std::ops::RangeInclusive;

/// Rows of the terminal to move together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scroll {
    /// The rows of the region, from 0.
    pub rows: RangeInclusive<u16>,
    /// By how many rows; up is positive.
    pub up: i32,
}

/// Furthest move that is looked for.
const FURTHEST: i32 = 12;

/// Fewest rows that must come out right for a move to be worth trying.
const FEWEST: usize = 4;

/// One in how many cells of a row at the edge may differ from the one that moved there, as where the cursor's mark went.
const MARKS: usize = 16;

/// The move after which most rows stand where they are wanted, if any is worth trying. Both buffers are of one size.
pub fn find(shown: &Buffer, wanted: &Buffer) -> Option<Scroll> {
    if changed_rows(shown, wanted) < FEWEST {
        return None;
    }
    let (old, new) = (row_hashes(shown), row_hashes(wanted));
    let height = i32::try_from(new.len()).ok()?;
    let at = |rows: &[u64], y: i32| usize::try_from(y).ok().and_then(|y| rows.get(y).copied());
    let mut best: Option<(usize, i32, i32, i32)> = None;
    for up in (1..=FURTHEST.min(height - 1)).flat_map(|d| [d, -d]) {
        let moved = |y: &i32| {
            let wanted = at(&new, *y);
            wanted.is_some() && wanted == at(&old, y + up) && wanted != at(&old, *y)
        };
        let rows: Vec<i32> = (0..height).filter(moved).collect();
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { continue };
        if rows.len() >= FEWEST && best.is_none_or(|(n, ..)| rows.len() > n) {
            best = Some((rows.len(), up, *first, *last));
        }
    }
    let (_, up, first, last) = best?;
    let follows = |y: &i32| at(&new, *y) != at(&old, *y) && alike(row(wanted, *y), row(shown, *y + up));
    let first = (0..first).rev().take_while(follows).last().unwrap_or(first);
    let last = (last + 1..height).take_while(follows).last().unwrap_or(last);
    let (top, bottom) = (first.min(first + up), last.max(last + up));
    Some(Scroll { rows: u16::try_from(top).ok()?..=u16::try_from(bottom).ok()?, up })
}

/// The cells of a row; none outside the picture.
fn row(buffer: &Buffer, y: i32) -> Option<&[Cell]> {
    buffer.content.chunks(usize::from(buffer.area.width).max(1)).nth(usize::try_from(y).ok()?)
}

/// Tells whether two rows are the same but for a mark or two.
fn alike(one: Option<&[Cell]>, other: Option<&[Cell]>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    one.iter().zip(other).filter(|(a, b)| a != b).count() * MARKS <= one.len()
}

/// Does to a buffer what the terminal does: moves the rows, and clears those that nothing moved to.
pub fn apply(scroll: &Scroll, buffer: &mut Buffer) {
    let width = usize::from(buffer.area.width);
    let (first, last) = (usize::from(*scroll.rows.start()) * width, (usize::from(*scroll.rows.end()) + 1) * width);
    let Some(region) = buffer.content.get_mut(first..last) else { return };
    let by = (scroll.up.unsigned_abs() as usize * width).min(region.len());
    if scroll.up > 0 {
        region.rotate_left(by);
        let kept = region.len() - by;
        region.iter_mut().skip(kept).for_each(Cell::reset);
    } else {
        region.rotate_right(by);
        region.iter_mut().take(by).for_each(Cell::reset);
    }
}

/// Appends the bytes that make the terminal do it; the pen must be plain, and stands nowhere known afterwards. Line feeds
/// on the region's last row and their reverse on its first are what every terminal knows since the VT100; SU and SD are
/// unknown to the Linux console, SD to tmux before 3.4.
pub fn write(scroll: &Scroll, out: &mut Vec<u8>) {
    let (top, bottom) = (scroll.rows.start() + 1, scroll.rows.end() + 1);
    let (from, step) = if scroll.up > 0 { (bottom, "\n") } else { (top, "\x1bM") };
    let steps = step.repeat(scroll.up.unsigned_abs() as usize);
    out.extend_from_slice(format!("\x1b[{top};{bottom}r\x1b[{from}H{steps}\x1b[r").as_bytes());
}

fn changed_rows(shown: &Buffer, wanted: &Buffer) -> usize {
    let width = usize::from(wanted.area.width).max(1);
    let rows = shown.content.chunks(width).zip(wanted.content.chunks(width));
    rows.filter(|(old, new)| old != new).take(FEWEST).count()
}

/// A number a row that tells different rows apart (a clash costs bytes, not correctness).
fn row_hashes(buffer: &Buffer) -> Vec<u64> {
    buffer
        .content
        .chunks(usize::from(buffer.area.width).max(1))
        .map(|row| {
            let mut hasher = Quick::default();
            row.hash(&mut hasher);
            hasher.finish()
        })
        .collect()
}

/// Hashes cells by a multiplication a value: every frame hashes all of them, and nobody gains by a clash.
#[derive(Default)]
struct Quick(u64);

impl Quick {
    fn mix(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517C_C1B7_2722_0A95);
    }
}

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            self.mix(part.iter().fold(0, |n, byte| n << 8 | u64::from(*byte)));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.mix(n.into());
    }

    fn write_u16(&mut self, n: u16) {
        self.mix(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.mix(n.into());
    }

    fn write_isize(&mut self, n: isize) {
        self.mix(n.cast_unsigned() as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_moved_is_found_between_its_borders() {
        let shown = Buffer::with_lines(["top", "aa ", "bb ", "cc ", "dd ", "ee ", "ff ", "end"]);
        let mut wanted = Buffer::with_lines(["top", "bb ", "cc ", "dd ", "ee ", "ff ", "gg ", "end"]);
        let scroll = find(&shown, &wanted).unwrap();
        assert_eq!(scroll, Scroll { rows: 1..=6, up: 1 });
        let mut moved = shown.clone();
        apply(&scroll, &mut moved);
        wanted.content.iter_mut().skip(18).take(3).for_each(Cell::reset);
        assert_eq!(moved, wanted);
        let back = find(&wanted, &shown).unwrap();
        assert_eq!(back, Scroll { rows: 1..=6, up: -1 });
    }

    #[test]
    fn the_row_that_the_cursor_left_moves_along() {
        let rows = |texts: [&str; 8]| Buffer::with_lines(texts.map(|text| format!("{text:16}")));
        let shown = rows(["top", " aaa", " bbb", " ccc", " ddd", " eee", ">fff", "end"]);
        let wanted = rows(["top", " bbb", " ccc", " ddd", " eee", " fff", ">ggg", "end"]);
        assert_eq!(find(&shown, &wanted), Some(Scroll { rows: 1..=6, up: 1 }));
        let shown = rows(["top", ">bbb", " ccc", " ddd", " eee", " fff", " ggg", "end"]);
        let wanted = rows(["top", ">aaa", " bbb", " ccc", " ddd", " eee", " fff", "end"]);
        assert_eq!(find(&shown, &wanted), Some(Scroll { rows: 1..=6, up: -1 }));
    }

    #[test]
    fn small_and_no_moves_are_left_alone() {
        let shown = Buffer::with_lines(["aa", "bb", "cc", "dd"]);
        assert_eq!(find(&shown, &shown), None);
        assert_eq!(find(&shown, &Buffer::with_lines(["bb", "cc", "dd", "ee"])), None);
    }
}
