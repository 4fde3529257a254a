//! What a notice is about, by its title: the numbers of releases, dates and words of courtesy left out, so that all
//! releases of one notice have one subject. Given a title; `links` makes keys of it.

use super::org::in_usual_characters;
use crate::lexicon::links::{Links, links};
use crate::lexicon::variants;

/// Least characters that tell a subject.
const LEAST: usize = 4;

/// A title taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subject {
    /// What it is about; `None` where the title tells too little.
    pub core: Option<String>,
    /// The title is a later release's.
    pub continues: bool,
}

/// Takes a title apart.
pub(super) fn subject(title: &str) -> Subject {
    let words = links();
    let mut title = in_usual_characters(words, title);
    let mut continues = false;
    while let Some((rest, number)) = without_release(&title) {
        continues |= number > 1;
        title = rest;
    }
    let signs = signs(&title);
    for word in &words.continuations {
        if may_hold(signs, word) && title.contains(word.as_str()) {
            continues = true;
            title = title.replace(word.as_str(), " ");
        }
    }
    Subject { core: core(words, &without_dates(&title)), continues }
}

fn core(words: &Links, title: &str) -> Option<String> {
    let mut title = variants::spellings(title).into_iter().min()?;
    let signs = signs(&title);
    for word in words.firsts.iter().chain(&words.fillers) {
        if may_hold(signs, word) && title.contains(word.as_str()) {
            title = title.replace(word.as_str(), " ");
        }
    }
    let core: String = title.chars().filter(|c| c.is_alphanumeric() && !is_particle(*c)).collect();
    (core.chars().count() >= LEAST).then_some(core)
}

/// A bit for every character of a text, several sharing one, and for the space that takes the place of words.
fn signs(text: &str) -> u64 {
    text.chars().chain([' ']).fold(0, |signs, c| signs | 1 << (u32::from(c) % 64))
}

/// Tells whether a text of these signs may hold a word: most words are ruled out by one of their characters.
fn may_hold(text: u64, word: &str) -> bool {
    word.chars().all(|c| text & 1 << (u32::from(c) % 64) != 0)
}

fn is_particle(c: char) -> bool {
    matches!(c, 'の' | 'と' | 'に' | 'を' | 'が' | 'は' | 'で' | 'も' | 'へ' | 'や')
}

/// The title without its first `第N報` or `N報`, and N.
fn without_release(title: &str) -> Option<(String, u32)> {
    for (at, mark) in title.match_indices('報') {
        let before = title.get(..at)?;
        let Some((start, number)) = last_number(before) else { continue };
        let head = before.get(..start)?;
        // `18報` without a sign before it may be a count of reports; a year or a word with a number is none either.
        let named = head.strip_suffix('第');
        if named.is_none() && !head.is_empty() && !head.ends_with(['(', '【', '[', '<', '「', ' ', '・', '/', '、'])
        {
            continue;
        }
        let tail = title.get(at + mark.len()..)?;
        let tail = tail.strip_prefix('告').unwrap_or(tail);
        return Some((format!("{} {tail}", named.unwrap_or(head)), number));
    }
    None
}

/// The number that a text ends with, in digits or characters, and where it begins.
fn last_number(text: &str) -> Option<(usize, u32)> {
    const SIGNS: &str = "〇一二三四五六七八九十";
    let tail = |test: fn(char) -> bool| text.char_indices().rev().take_while(|(_, c)| test(*c)).last().map(|(i, _)| i);
    if let Some(start) = tail(|c| c.is_ascii_digit()) {
        return Some((start, text.get(start..)?.parse().ok().filter(|n| (1..100).contains(n))?));
    }
    let start = tail(|c| SIGNS.contains(c))?;
    let digit = |c: char| SIGNS.chars().position(|s| s == c).and_then(|p| u32::try_from(p).ok());
    let value = text.get(start..)?.chars().try_fold(0u32, |n, c| match digit(c)? {
        10 => Some(n.max(1) * 10),
        d => n.checked_add(d).filter(|n| *n < 100),
    });
    Some((start, value?))
}

/// The title without years, months and days (`2024年6月5日`, `6/5`).
fn without_dates(title: &str) -> String {
    let mut out = String::with_capacity(title.len());
    let mut digits = String::new();
    for c in title.chars() {
        match c {
            c if c.is_ascii_digit() => digits.push(c),
            '年' | '月' | '日' | '/' if !digits.is_empty() => digits.clear(),
            c => {
                out.push_str(&digits);
                digits.clear();
                out.push(c);
            }
        }
    }
    out.push_str(&digits);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_of_one_notice_have_one_subject() {
        let first = subject("不正アクセスによる個人情報漏えいに関するお知らせとお詫び");
        assert_eq!((first.core.as_deref(), first.continues), (Some("不正アクセス個人情報漏えい"), false));
        for (title, continues) in [
            ("不正アクセスによる個人情報漏えいに関するお知らせとお詫び（第２報）", true),
            ("【第三報】不正アクセスによる個人情報漏洩について", true),
            ("不正アクセスによる個人情報の漏えいについて(第1報)", false),
            ("不正アクセスによる個人情報の漏えいについて（第１０報告）", true),
            ("【続報】不正アクセスによる個人情報漏えいの可能性に関するご報告", true),
            ("不正アクセスによる個人情報漏えいに関する調査結果のご報告（最終報）", true),
            ("不正アクセスによる個人情報の漏えいについて（6月5日更新）", true),
            ("【速報】不正アクセスによる個人情報漏えい", false),
        ] {
            let got = subject(title);
            assert_eq!((got.core.as_deref(), got.continues), (first.core.as_deref(), continues), "{title}");
        }
    }

    #[test]
    fn other_subjects_differ() {
        let core = |t| subject(t).core;
        assert_ne!(core("USBメモリの紛失について"), core("書類の紛失について"));
        assert_ne!(core("Microsoft365への不正アクセス"), core("Microsoft への不正アクセス"));
        assert_eq!(core("お詫びとお知らせ"), None);
        assert!(!subject("広報紙の誤配布について").continues);
        assert!(!subject("生徒18報告書の紛失").continues);
    }

    #[test]
    fn numbers_are_read_in_both_scripts() {
        for (text, number) in
            [("第2", Some(2)), ("第十二", Some(12)), ("第二十", Some(20)), ("2024", None), ("第", None)]
        {
            assert_eq!(last_number(text).map(|(_, n)| n), number, "{text}");
        }
    }
}
