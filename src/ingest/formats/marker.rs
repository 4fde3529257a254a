//! Lines that mark something by their own form: the blog's case number, its label banner, closing lines, bullets.

use crate::ingest::day;
use crate::ingest::doc::{is_space, trim};
use crate::lexicon::headlines::{begins, headlines, is};
use crate::text::fold;

/// The marker of a numbered post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The year that it names.
    pub year: i32,
    /// Year and serial number with the bytes of the line that print them; none where only a year is printed.
    pub case_no: Option<(String, (usize, usize))>,
    /// Byte of the line after the marker.
    pub after: usize,
}

/// Reads the marker that a line begins with: `【…#2024-217】`, `【…#2022】`.
pub fn marker(line: &str) -> Option<Marker> {
    let start = line.len() - line.trim_start_matches(is_space).len();
    let inside_start = start + line.get(start..)?.strip_prefix('【').map(|_| '【'.len_utf8())?;
    let close = inside_start + line.get(inside_start..)?.char_indices().take(48).find(|(_, c)| *c == '】')?.0;
    let inside = line.get(inside_start..close)?;
    let (at, sign) = inside.char_indices().find(|(_, c)| matches!(c, '#' | '＃'))?;
    let number_start = inside_start + at + sign.len_utf8();
    let number = line.get(number_start..close)?;
    let folded = fold(number).text.replace(['ー', '_', '/'], "-");
    let (year, serial) = folded.trim().split_once('-').map_or((folded.trim(), None), |(y, s)| (y, Some(s)));
    let digits =
        |s: &str, n: std::ops::RangeInclusive<usize>| n.contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(year.trim(), 4..=4) {
        return None;
    }
    let serial = serial.map(str::trim).filter(|s| !s.is_empty());
    if serial.is_some_and(|s| !digits(s, 1..=6)) {
        return None;
    }
    let (from, to) = crate::ingest::doc::trimmed_range(number);
    let case_no = serial.map(|s| (format!("{}-{s}", year.trim()), (number_start + from, number_start + to)));
    Some(Marker { year: year.trim().parse().ok()?, case_no, after: close + '】'.len_utf8() })
}

/// A numbered post's headline, with its day, that stands in a line behind other text.
pub fn hidden_marker(line: &str) -> Option<&str> {
    if !line.contains(['#', '＃']) || is_item(line) {
        return None;
    }
    let starts = line.match_indices('【').filter(|(at, _)| *at > 0).filter_map(|(at, _)| line.get(at..));
    starts.take(64).find(|rest| marker(rest).is_some_and(|m| rest.get(m.after..).and_then(day::trailing).is_some()))
}

/// Bytes at which numbered headlines begin behind a closing line, another headline with its day, or a sentence's end.
pub fn run_together(line: &str) -> Vec<usize> {
    let mut found = Vec::new();
    if !line.contains(['#', '＃']) {
        return found;
    }
    let mut from = 0;
    for (at, _) in line.match_indices('【').filter(|(at, _)| *at > 0).take(256) {
        let (before, rest) = (line.get(from..at).unwrap_or_default(), line.get(at..).unwrap_or_default());
        let Some(after) = marker(rest).and_then(|m| rest.get(m.after..)) else { continue };
        let headed = || marker(before).is_some() && day::trailing(before).is_some_and(|d| d.day.is_some());
        let ended = closing(before) == Some(Closing::Strong) || trim(before).ends_with('。') || headed();
        if ended && after.chars().nth(5).is_some() && day::trailing(after).is_some() {
            found.push(at);
            from = at;
        }
    }
    found
}

/// The label that a banner line names: `ラベル … の投稿を表示しています。`.
pub fn banner(line: &str) -> Option<&str> {
    if !line.trim_start_matches(is_space).starts_with("ラベル") {
        return None;
    }
    let (before, _) = line.split_once("の投稿を表示しています")?;
    let label = trim(trim(before).strip_prefix("ラベル")?).trim_matches(['"', '「', '」']);
    (!label.is_empty() && label.chars().count() < 80).then_some(label)
}

/// Tells whether a line belongs to the page and to no post.
pub fn is_furniture(line: &str) -> bool {
    let line = trim(line);
    line.len() < 300 && (banner(line).is_some() || is_furniture_words(line) || is_comments_heading(line))
}

/// Tells whether a line is one of the page's own, or several in a row (`次の投稿 前の投稿 ホーム`).
fn is_furniture_words(line: &str) -> bool {
    let words = &headlines().furniture;
    is(words, line) || line.contains(is_space) && line.split(is_space).all(|w| w.is_empty() || is(words, w))
}

/// Tells whether a line is the button below readers' comments, with which they end.
pub fn ends_comments(line: &str) -> bool {
    is(&headlines().comments_ends, trim(line))
}

/// Tells whether a line heads the readers' comments below a post, or is the button to write one.
pub fn is_comments_heading(line: &str) -> bool {
    let line = trim(line);
    if line.len() > 60 {
        return false;
    }
    let folded = fold(line.trim_end_matches([':', '：'])).text;
    let count = folded.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace());
    is(&headlines().comments_headings, count.trim())
}

/// How a line closes a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// As notices do too: `参考情報`, `参考:…`.
    Weak,
    /// As only the blog does: `リリース文アーカイブ`, `【2024/2/5リリース分】`.
    Strong,
}

/// Tells whether and how a line closes a post.
pub fn closing(line: &str) -> Option<Closing> {
    let line = trim(line);
    if line.len() > 400 {
        return None;
    }
    let bare = line.trim_end_matches([':', '：', '▼', '↓']);
    let words = headlines();
    if is(&words.closers, bare) || is_earlier_release(line) {
        return Some(Closing::Strong);
    }
    (is(&words.weak_closers, bare) || begins(&words.closer_prefixes, line).is_some()).then_some(Closing::Weak)
}

/// Tells whether a line closes a post.
pub fn is_closer(line: &str) -> bool {
    closing(line).is_some()
}

/// Tells whether a line names an earlier release: `【2024/2/5リリース分】`.
pub fn is_earlier_release(line: &str) -> bool {
    if line.len() > 100 || !line.contains("リリース") {
        return false;
    }
    let folded = fold(line).text;
    let inside = folded.trim_matches(['【', '】', '[', ']', '(', ')', '<', '>', ' ', '・', '→']);
    let date = ["リリース分", "リリース文", "リリース", "のリリース分", "付リリース分", "付けリリース分"]
        .iter()
        .filter_map(|e| inside.strip_suffix(e))
        .min_by_key(|s| s.len());
    date.is_some_and(|d| day::whole_line(d.trim_end_matches(['の', '付', 'け'])).is_some())
}

/// Tells whether a line is an item, a note, a numbered heading or an address, and so no title.
pub fn is_item(line: &str) -> bool {
    let line = trim(line);
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return true };
    if matches!(
        first,
        '・' | '•'
            | '⚫'
            | '●'
            | '○'
            | '〇'
            | '◯'
            | '■'
            | '□'
            | '◆'
            | '◇'
            | '▼'
            | '▽'
            | '▶'
            | '▷'
            | '►'
            | '→'
            | '⇒'
            | '※'
            | '*'
            | '＊'
            | '-'
            | '－'
            | '–'
            | '—'
            | '‐'
            | '('
            | '（'
            | '<'
            | '＜'
            | '〈'
            | '['
            | '［'
            | '|'
            | '│'
            | '｜'
            | '★'
            | '☆'
            | '+'
            | '>'
            | '＞'
            | '~'
            | '～'
            | '〜'
    ) || matches!(u32::from(first), 0x2460..=0x24FF | 0x2160..=0x217F | 0x3220..=0x3243 | 0x2776..=0x2793)
    {
        return true;
    }
    if line.starts_with("http") || line.contains("://") {
        return true;
    }
    let digits = line.chars().take_while(|c| c.is_numeric()).count();
    let after = line.chars().nth(digits);
    digits > 0
        && digits <= 2
        && after.is_none_or(|c| matches!(c, '.' | '．' | '、' | ',' | ')' | '）' | ':' | '：' | '-') || is_space(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markers_in_several_prints() {
        let m = marker("【セキュリティ事件簿#2024-028】青嶺市 題名").unwrap();
        assert_eq!((m.year, m.case_no.unwrap().0.as_str()), (2024, "2024-028"));
        let m = marker("\u{a0}【事件簿＃２０２３－９０６】 青嶺市").unwrap();
        assert_eq!((m.year, m.case_no.unwrap().0.as_str()), (2023, "2023-906"));
        let m = marker("【セキュリティ事件簿#2022】青嶺市").unwrap();
        assert_eq!((m.year, m.case_no), (2022, None));
        for line in
            ["【重要】青嶺市", "・【セキュリティ事件簿#2024-028】青嶺市", "【概要 #1】", "【2024/2/5リリース分】", ""]
        {
            assert_eq!(marker(line), None, "{line}");
        }
    }

    #[test]
    fn closing_lines() {
        for line in [
            "リリース文アーカイブ",
            "参考情報",
            "参考：青嶺市の発表",
            "【2024/2/5リリース分】",
            "【２０２４年５月31日リリース分】",
            "[2024 年 5 月 31 日 リリース分]",
        ] {
            assert!(is_closer(line), "{line}");
        }
        for line in ["リリース文アーカイブを公開しました。", "参考情報は次のとおり", "【概要】", "プレスリリース"]
        {
            assert!(!is_closer(line), "{line}");
        }
    }

    #[test]
    fn banners_and_items() {
        assert_eq!(
            banner("ラベル インシデント:誤操作 の投稿を表示しています。 すべての投稿を表示"),
            Some("インシデント:誤操作")
        );
        assert_eq!(banner("投稿を表示しています"), None);
        for line in ["1.経緯", "2 原因", "(1)概要", "①", "・項目", "https://example.jp/", "12"] {
            assert!(is_item(line), "{line}");
        }
        for line in ["2024年版 空の旅", "青嶺市", "【続報】"] {
            assert!(!is_item(line), "{line}");
        }
    }
}
