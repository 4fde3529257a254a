//! Folding: one spelling for the many that notices use, with a map back to the bytes of the original.

use super::charset::CharSet;
use super::radicals::unify;
use super::spaced::end_of_run;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A folded text and the original bytes that each part of it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folded {
    /// The folded text.
    pub text: String,
    /// Where each part comes from, by its beginning; together they cover the folded text.
    parts: Vec<Part>,
}

/// A part of a folded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    /// Its first folded byte; it ends where the next part begins.
    at: u32,
    /// The original byte at which it begins.
    from: u32,
    /// The end of the original cluster that all of the part came from; none where each of its characters came from one
    /// of as many bytes, one after the other.
    to: Option<u32>,
}

impl Folded {
    /// The original byte range behind a folded one: from the start of the first cluster to the end of the last. An
    /// empty or impossible range gives an empty range where it stands.
    pub fn back(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.cluster(start).0;
        if end <= start {
            return (first, first);
        }
        (first, self.cluster(end - 1).1.max(first))
    }

    /// The first folded byte that comes from the original byte `offset` or a later one.
    pub fn forward(&self, offset: usize) -> usize {
        let index = self.parts.partition_point(|p| p.from as usize <= offset);
        let next = self.parts.get(index).map_or(self.text.len(), |p| p.at as usize);
        let mut at = match index.checked_sub(1).and_then(|i| self.parts.get(i)) {
            None => next,
            Some(p) if p.from as usize == offset => {
                // Several parts may come from one cluster: the first of them counts.
                let first = self.parts.partition_point(|q| (q.from as usize) < offset);
                return self.parts.get(first).map_or(next, |q| q.at as usize);
            }
            Some(Part { to: Some(_), .. }) => next,
            Some(p) => (p.at as usize + (offset - p.from as usize)).min(next),
        };
        while at < self.text.len() && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at
    }

    /// The original cluster that a folded byte came from; beyond the last, an empty one after it.
    fn cluster(&self, at: usize) -> (usize, usize) {
        let index = self.parts.partition_point(|p| p.at as usize <= at);
        let Some(part) = index.checked_sub(1).and_then(|i| self.parts.get(i)) else { return (0, 0) };
        let from = part.from as usize;
        if at >= self.text.len() {
            let after = part.to.map_or(from + self.text.len() - part.at as usize, |to| to as usize);
            return (after, after);
        }
        if let Some(to) = part.to {
            return (from, to as usize);
        }
        let (mut start, mut end) = (at, at + 1);
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        (from + start - part.at as usize, from + end - part.at as usize)
    }

    /// Adds what came from the original bytes `start..end`: one character, alone or with others, or characters that
    /// stayed as they were.
    fn push(&mut self, s: &str, start: usize, end: usize, alone: bool) {
        let at = self.text.len();
        let same = alone && s.len() == end - start;
        let (from, to) = (start as u32, (!same).then_some(end as u32));
        let goes_on = self.parts.last().is_some_and(|last| match (last.to, to) {
            (None, None) => start.checked_sub(last.from as usize) == Some(at - last.at as usize),
            (a, b) => a == b && last.from == from,
        });
        if !goes_on {
            self.parts.push(Part { at: at as u32, from, to });
        }
        self.text.push_str(s);
    }
}

/// Folds for extraction: NFKC, radicals as characters, dash, wave and colon variants as `-`, `~` and `:`, white space
/// other than line feeds as one space, and spaces dropped where Japanese needs none (`5 月 28 日`, `令 和`) and inside
/// a spaced-out number before a unit (`1 6 日`); a circled number keeps apart from the digits behind it. Line feeds stay, carriage returns go. A text holds less than 4 GiB
/// (`ingest` takes files up to 256 MiB).
pub fn fold(text: &str) -> Folded {
    let mut out = Folded { text: String::with_capacity(text.len()), parts: Vec::new() };
    let mut pending = Space::default();
    let mut buffer = String::new();
    let mut clusters = Clusters::new(text);
    loop {
        clusters.at = fold_plain(text, clusters.at, &mut pending, &mut out);
        let Some((start, end)) = clusters.next() else { break };
        buffer.clear();
        let cluster = text.get(start..end).unwrap_or_default();
        fold_cluster(cluster, &mut buffer);
        if is_circled(cluster) && char_at(text, end).and_then(plain).is_some_and(|c| c.is_ascii_digit()) {
            // `①2024年` would read as one number.
            buffer.push(')');
        }
        let alone = buffer.chars().nth(1).is_none();
        for c in buffer.chars() {
            fold_char(c, (start, end, alone), text, &mut pending, &mut out);
        }
    }
    out
}

/// White space that may be needed, and what was found out of the number around it.
#[derive(Default)]
struct Space {
    /// The original bytes of white space before what comes.
    at: Option<(usize, usize)>,
    /// The original byte at which a spaced-out number ends.
    number: usize,
}

impl Space {
    /// Tells whether the white space `from..to` before the character at `next` stands inside a spaced-out number.
    fn is_inside(&mut self, c: char, (from, to, next): (usize, usize, usize), text: &str, folded: &str) -> bool {
        if !(c.is_ascii_digit() || c == ',') {
            return false;
        }
        let one = text.get(from..to).is_some_and(|s| s != "\t" && s.chars().nth(1).is_none());
        if next >= self.number && one {
            self.number = end_of_run(folded, text, next).unwrap_or(self.number);
        }
        next < self.number
    }
}

/// Adds one folded character that came from a cluster of the text, alone or with others; `pending` is white space that
/// may be needed.
fn fold_char(c: char, from: (usize, usize, bool), text: &str, pending: &mut Space, out: &mut Folded) {
    let (start, end, alone) = from;
    if c == '\r' {
        return;
    }
    if c != '\n' && c.is_whitespace() {
        pending.at = Some(pending.at.map_or((start, end), |(s, _)| (s, end)));
        return;
    }
    if let Some((s, e)) = pending.at.take() {
        let before = out.text.chars().next_back();
        if keeps_space(before, c) && !pending.is_inside(c, (s, e, start), text, &out.text) {
            out.push(" ", s, e, true);
        }
    }
    out.push(c.encode_utf8(&mut [0; 4]), start, end, alone);
}

/// Folds the characters from `from` on that fold one by one, and tells where they end: plain ones before another plain
/// one or the end of the text, so that nothing joins them from behind. Stretches that stay as they are go over whole.
fn fold_plain(text: &str, from: usize, pending: &mut Space, out: &mut Folded) -> usize {
    let keep = |from: usize, to: usize, out: &mut Folded| {
        if from < to {
            out.push(text.get(from..to).unwrap_or_default(), from, to, true);
        }
    };
    let mut at = from;
    loop {
        // Behind a space each character is asked whether it keeps it.
        let same = if pending.at.is_some() { at } else { SAME.run(text, at) };
        let Some(c) = char_at(text, same) else {
            keep(at, same, out);
            return text.len();
        };
        let next = same + c.len_utf8();
        if !PLAIN.has(c) {
            // What comes may join the character before.
            let last = last_of(text, at, same);
            keep(at, last, out);
            return last;
        }
        if char_at(text, next).is_some_and(|c| !PLAIN.has(c)) {
            keep(at, same, out);
            return same;
        }
        keep(at, same, out);
        fold_char(plain(c).unwrap_or(c), (same, next, true), text, pending, out);
        at = next;
    }
}

/// A number in a circle: ① to ⑳.
fn is_circled(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    matches!((chars.next(), chars.next()), (Some('\u{2460}'..='\u{2473}'), None))
}

fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Where the last character before `to` begins, not before `from`.
fn last_of(text: &str, from: usize, to: usize) -> usize {
    text.get(from..to).and_then(|t| t.char_indices().next_back()).map_or(to, |(i, _)| from + i)
}

/// Folds for search: NFKC, lower case, radicals as characters; white space is dropped between two characters of which
/// one is not ASCII, so that a hard line break inside a word vanishes, else it is one space; none at the ends.
pub fn search_fold(text: &str) -> String {
    let mut out = SearchFolded { text: String::with_capacity(text.len()), space: false };
    let mut at = 0;
    while at < text.len() {
        let run = out.push_plain(text, at);
        // The rest up to the next plain character is normalised as one, with the character that it may alter.
        at = text
            .get(run..)
            .unwrap_or_default()
            .char_indices()
            .skip(1)
            .find(|(_, c)| PLAIN.has(*c))
            .map_or(text.len(), |(i, _)| run + i);
        // Small letters may stand in another order than their capital with its marks: İ has one mark more.
        let folded = text.get(run..at).unwrap_or_default().nfkc().map(unify).flat_map(char::to_lowercase).nfc();
        folded.for_each(|c| out.push(c));
    }
    out.text
}

/// A text that is being folded for search.
struct SearchFolded {
    text: String,
    /// White space stands before what comes.
    space: bool,
}

impl SearchFolded {
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.space = true;
            return;
        }
        // A combining mark keeps the space that carries it, or it would land on the letter before.
        if std::mem::take(&mut self.space)
            && (is_combining_mark(c) || c.is_ascii() && self.text.as_bytes().last().is_some_and(u8::is_ascii))
        {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    /// Adds the characters from `from` on that fold one by one, and tells where they end, as [`fold_plain`] does.
    fn push_plain(&mut self, text: &str, from: usize) -> usize {
        let mut at = from;
        loop {
            let same = if self.space { at } else { SEARCHED.run(text, at) };
            let stays = |to: usize| text.get(at..to).unwrap_or_default();
            let Some(c) = char_at(text, same) else {
                self.text.push_str(stays(same));
                return text.len();
            };
            if !PLAIN.has(c) {
                let last = last_of(text, at, same);
                self.text.push_str(stays(last));
                return last;
            }
            self.text.push_str(stays(same));
            let next = same + c.len_utf8();
            if char_at(text, next).is_some_and(|c| !PLAIN.has(c)) {
                return same;
            }
            self.push(plain(c).unwrap_or(c).to_ascii_lowercase());
            at = next;
        }
    }
}

/// Characters beyond ASCII that NFKC leaves as they are and joins with nothing before them: kana, ideographs, their
/// punctuation. With ASCII and its full-width forms they are what most of a notice consists of.
const JAPANESE: CharSet = CharSet::of(&[
    ('\u{3041}', '\u{3096}'),
    ('\u{30A1}', '\u{30FC}'),
    ('\u{4E00}', '\u{9FFF}'),
    ('\u{3001}', '\u{3003}'),
    ('\u{3005}', '\u{3013}'),
    ('\u{25A0}', '\u{25EF}'),
]);
/// Characters that fold one by one.
static PLAIN: CharSet =
    CharSet::of(&[('\0', '\u{7F}'), ('\u{3000}', '\u{3000}'), ('\u{FF01}', '\u{FF5E}')]).with(&JAPANESE);
/// Those of them that stay as they are where no space stands before them.
static SAME: CharSet = CharSet::of(&[('!', '~'), ('\n', '\n')]).with(&JAPANESE);
/// Those of them that folding for search leaves as they are where no space stands before them.
static SEARCHED: CharSet = CharSet::of(&[('!', '@'), ('[', '~')]).with(&JAPANESE);

/// What NFKC makes of a character that folds by itself.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{3000}' => Some(' '),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        _ => PLAIN.has(c).then_some(c),
    }
}

/// Splits a text into a base character with the combining marks after it, so that half-width kana compose.
struct Clusters<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Clusters<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl Iterator for Clusters<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        let start = self.at;
        let mut rest = self.text.get(start..)?.chars();
        let mut end = start + rest.next()?.len_utf8();
        for c in rest {
            if !(is_combining_mark(c) || matches!(c, '\u{FF9E}' | '\u{FF9F}')) {
                break;
            }
            end += c.len_utf8();
        }
        self.at = end;
        Some((start, end))
    }
}

fn fold_cluster(cluster: &str, out: &mut String) {
    if let [b] = cluster.as_bytes() {
        out.push(char::from(*b));
        return;
    }
    out.extend(cluster.nfkc().map(|c| plain_sign(unify(c))));
}

fn plain_sign(c: char) -> char {
    match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => '-',
        '\u{301C}' | '\u{3030}' | '\u{223C}' => '~',
        '\u{2236}' | '\u{FE13}' | '\u{FE55}' => ':',
        other => other,
    }
}

/// A space between two characters says something only where both are of scripts that part words, or at a bracket-free
/// line edge.
fn keeps_space(before: Option<char>, after: char) -> bool {
    match before {
        None | Some('\n') => false,
        Some(b) => after != '\n' && !is_japanese(b) && !is_japanese(after),
    }
}

fn is_japanese(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x30FF | 0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF
        | 0x2_0000..=0x3_FFFF)
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(s: &str) -> String {
        fold(s).text
    }

    #[test]
    fn dates_in_any_spelling_fold_to_one() {
        for s in ["令和5年5月16日", "令 和 5 年 5 月 1 6 日", "令和５年５⽉１６⽇", "令和5年5\u{a0}月 16\u{3000}日"]
        {
            assert_eq!(folded(s), "令和5年5月16日", "{s}");
        }
        assert_eq!(folded("14：06～14﹕22"), "14:06~14:22");
        assert_eq!(folded("2024‐06−06"), "2024-06-06");
        assert_eq!(folded("ｶﾞｲﾄﾞ ⺠間"), "ガイド民間");
        assert_eq!(folded("USB メモリ"), "USBメモリ");
        assert_eq!(folded("9:00 10:00 and 3 4"), "9:00 10:00 and 3 4");
        assert_eq!(folded(" a\r\n b "), "a\nb");
        assert_eq!(folded("②2024年６月 ①概要"), "2)2024年6月1概要");
    }

    #[test]
    fn spans_lead_back() {
        let text = "発生は令 和 5 年 ５ 月 1 6 日(火)です";
        let f = fold(text);
        let at = f.text.find("5月16日").unwrap();
        let (s, e) = f.back(at, at + "5月16日".len());
        assert_eq!(&text[s..e], "５ 月 1 6 日");
    }

    #[test]
    fn search_folding_joins_broken_words() {
        assert_eq!(search_fold("ＵＳＢ メモ\nリ"), "usbメモリ");
        assert_eq!(search_fold("Microsoft  365 の"), "microsoft 365の");
        assert_eq!(search_fold(" VPN機器 "), "vpn機器");
    }

    /// Both foldings without the short way for plain characters.
    fn fold_slowly(text: &str) -> Folded {
        let mut out = Folded::default();
        let mut pending = Space::default();
        for (start, end) in Clusters::new(text) {
            let mut buffer = String::new();
            fold_cluster(&text[start..end], &mut buffer);
            if is_circled(&text[start..end])
                && text[end..].starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c))
            {
                buffer.push(')');
            }
            let alone = buffer.chars().count() == 1;
            buffer.chars().for_each(|c| fold_char(c, (start, end, alone), text, &mut pending, &mut out));
        }
        out
    }

    fn forward_slowly(f: &Folded, offset: usize) -> usize {
        let comes_later = |i: &usize| f.text.is_char_boundary(*i) && f.back(*i, *i).0 >= offset;
        (0..f.text.len()).find(comes_later).unwrap_or(f.text.len())
    }

    fn search_fold_slowly(text: &str) -> String {
        let mut out = SearchFolded { text: String::new(), space: false };
        text.nfkc().map(unify).flat_map(char::to_lowercase).nfc().for_each(|c| out.push(c));
        out.text
    }

    #[test]
    fn plain_characters_are_what_normalisation_makes_of_them_whatever_stands_before() {
        for c in ('\0'..=char::MAX).filter(|c| plain(*c).is_some()) {
            let folded = plain(c).unwrap();
            assert_eq!(c.to_string().nfkc().collect::<String>(), folded.to_string(), "{c:?}");
            assert_eq!(plain_sign(unify(folded)), folded, "{c:?}");
            assert_eq!(folded.to_lowercase().collect::<String>(), folded.to_ascii_lowercase().to_string(), "{c:?}");
            assert!(!is_combining_mark(c), "{c:?}");
            for before in ["か", "e", "\u{1100}", "\u{AC00}"] {
                assert_eq!(format!("{before}{c}").nfkc().collect::<String>(), format!("{before}{folded}"), "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_short_way_leads_to_the_same(
            text in "(\\PC|[ 　\n\r\tA-Za-z0-9]|[ぁ-んァ-ヴー、。（）一-龥]|[ｱ-ﾟ\u{3099}\u{309A}\u{0301}]|[０-９Ａ-Ｚ～⼀-⿕⺀-⻳]){0,80}"
        ) {
            prop_assert_eq!(search_fold(&text), search_fold_slowly(&text));
            prop_assert_eq!(fold(&text), fold_slowly(&text));
        }

        #[test]
        fn back_always_slices_the_original(text in "(\\PC|[ 　\n\r]|[ｱ-ﾟ]|[０-９⼀-⿕⺀-⻳]){0,60}") {
            let f = fold(&text);
            for offset in 0..=text.len() + 1 {
                prop_assert_eq!(f.forward(offset), forward_slowly(&f, offset), "{}", offset);
            }
            let bounds: Vec<usize> = f.text.char_indices().map(|(i, _)| i).chain([f.text.len()]).collect();
            for w in bounds.windows(2) {
                let (s, e) = f.back(w[0], w[1]);
                prop_assert!(text.get(s..e).is_some(), "{s}..{e}");
                prop_assert!(s < e);
            }
            let (s, e) = f.back(0, f.text.len());
            prop_assert!(text.get(s..e).is_some());
        }

        #[test]
        fn search_folding_is_idempotent(text in "(\\PC|[ 　\n]){0,60}") {
            let once = search_fold(&text);
            prop_assert_eq!(search_fold(&once), once);
        }
    }
}
