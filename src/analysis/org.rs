//! Names of organisations as they are compared: legal forms, courtesies, spaces, width and old characters do not count.
//! Given a name as a notice writes it; `links` makes the keys of incidents of it.

use crate::lexicon::links::{Links, links};
use crate::lexicon::variants;
use crate::text::search_fold;

/// Least characters that a name keeps.
const LEAST: usize = 2;

/// The name that an organisation is recognised by; `None` where nothing is left. A subsidiary is not its parent, and an
/// office is not its town: only what never tells two apart goes.
pub fn organisation(name: &str) -> Option<String> {
    let words = links();
    let folded = in_usual_characters(words, name);
    let mut rest = folded.as_str();
    while let Some(shorter) = shortened(words, rest) {
        rest = shorter;
    }
    let bare = |s: &str| s.chars().filter(|c| !is_between(*c)).collect::<String>();
    let name = Some(bare(rest)).filter(|n| n.chars().count() >= LEAST).unwrap_or_else(|| bare(&folded));
    variants::spellings(&name).into_iter().filter(|s| !s.is_empty()).min()
}

/// Search-folded, old and odd characters replaced by the usual ones.
pub(super) fn in_usual_characters(words: &Links, text: &str) -> String {
    search_fold(text).chars().map(|c| words.usual(c)).collect()
}

/// Characters that names are written with or without.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '・' | ',' | '、' | '\'' | '’' | '"' | '“' | '”' | '「' | '」' | '『' | '』' | '.')
}

/// The name without one thing at its start or end that does not count; `None` when there is none, or too little is left.
fn shortened<'n>(words: &Links, name: &'n str) -> Option<&'n str> {
    let trimmed = name.trim_matches(is_between_words);
    if trimmed.len() < name.len() {
        return Some(trimmed);
    }
    let start = words.forms.iter().find_map(|f| name.strip_prefix(f.as_str()));
    let end = || words.forms.iter().chain(&words.courtesies).find_map(|f| name.strip_suffix(f.as_str()));
    let rest = start.or_else(end).or_else(|| without_latin_form(words, name)).or_else(|| without_aside(words, name))?;
    (rest.chars().filter(|c| !is_between(*c)).count() >= LEAST).then_some(rest)
}

/// A full stop may belong to a Latin form at the end.
fn is_between_words(c: char) -> bool {
    c != '.' && is_between(c)
}

fn without_latin_form<'n>(words: &Links, name: &'n str) -> Option<&'n str> {
    let ends = |form: &String| {
        let rest = name.strip_suffix(form.as_str())?;
        rest.chars().next_back().is_some_and(|c| !c.is_ascii_alphanumeric()).then_some(rest)
    };
    words.latin_forms.iter().find_map(ends)
}

/// The name before a remark in brackets that is no part of it.
fn without_aside<'n>(words: &Links, name: &'n str) -> Option<&'n str> {
    let (before, aside) = name.strip_suffix(')')?.rsplit_once('(')?;
    words.asides.iter().any(|a| aside.starts_with(a.as_str())).then_some(before)
}

/// Tells whether a name (as [`organisation`] gives it) is a platform that everybody uses, or no name at all.
pub(super) fn is_platform(name: &str) -> bool {
    let goes_on = |platform: &str| {
        let rest = name.strip_prefix(platform)?;
        let (last, next) = (platform.chars().next_back()?, rest.chars().next());
        Some(next.is_none_or(|n| script(n) != script(last)))
    };
    links().platforms.iter().any(|p| goes_on(p) == Some(true))
}

/// Scripts that a word does not change in its middle.
fn script(c: char) -> u8 {
    match c {
        'ァ'..='ヿ' => 1,
        'ぁ'..='ゟ' => 2,
        c if c.is_ascii_alphabetic() => 3,
        c if c.is_alphabetic() => 4,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_one(names: &[&str]) {
        let all: Vec<_> = names.iter().map(|n| organisation(n)).collect();
        assert!(all.iter().all(|n| n == &all[0] && n.is_some()), "{names:?}: {all:?}");
    }

    #[test]
    fn one_organisation_in_many_spellings() {
        assert_one(&[
            "株式会社若宮印刷",
            "若宮印刷株式会社",
            "(株)若宮印刷",
            "（株）若宮印刷",
            "㈱若宮印刷",
            "若宮印刷㈱",
            "若宮印刷",
            "若宮　印刷 株式会社",
            "若宮印刷株式会社様",
            "若宮印刷 御中",
            "株式会社 若宮印刷（本社：青葉市）",
            "「若宮印刷」",
        ]);
        assert_one(&["有限会社ことの葉", "ことの葉（有）", "㈲ことの葉", "ことの葉"]);
        assert_one(&["学校法人青嶺学園", "青嶺学園", "学校法人 青嶺学園 殿"]);
        assert_one(&[
            "一般社団法人みなと会議",
            "みなと会議",
            "(一般社団法人)みなと会議".trim_start_matches(['(']).trim_start_matches("一般社団法人)"),
        ]);
        assert_one(&["ＫＡＮＯテック株式会社", "KANOテック", "kanoﾃｯｸ（株）", "KANO テック"]);
        assert_one(&["Tidewell Works Co., Ltd.", "TIDEWELL WORKS CO.,LTD.", "Tidewell Works", "tidewell works inc."]);
        assert_one(&["髙瀨澤製作所", "高瀬沢製作所", "株式会社 高瀨沢製作所"]);
        assert_one(&["青ヶ丘市", "青ケ丘市"]);
        assert_one(&["北浜コンピュータ", "北浜コンピューター", "㈱北浜コンピューター"]);
        assert_one(&["アル・ティリア", "アルティリア"]);
    }

    #[test]
    fn others_are_told_apart() {
        for (a, b) in [
            ("若宮印刷株式会社", "若宮印刷ホールディングス株式会社"),
            ("若宮印刷", "若宮印刷サービス"),
            ("青葉市", "青葉市教育委員会"),
            ("青葉市", "青葉町"),
            ("青嶺大学", "青嶺大学病院"),
            ("青嶺学園", "青嶺学院"),
            ("北浜（東支店）", "北浜"),
            ("Tidewell Works", "Tidewell Zinc"),
            ("NTTみなと東", "NTTみなと西"),
        ] {
            assert_ne!(organisation(a), organisation(b), "{a} {b}");
        }
    }

    #[test]
    fn too_little_stays_whole() {
        assert_eq!(organisation("  "), None);
        assert_eq!(organisation("株式会社").as_deref(), Some("株式会社"));
        assert_ne!(organisation("株式会社様"), organisation("有限会社様"));
        assert_eq!(organisation("(株)乙").as_deref(), Some("(株)乙"));
        assert_eq!(organisation("・").as_deref(), None);
    }

    #[test]
    fn platforms_are_known_by_their_first_word() {
        let platform = |n: &str| is_platform(&organisation(n).unwrap());
        for name in [
            "Google",
            "Google フォーム",
            "Microsoft 365",
            "Box",
            "box共有フォルダ",
            "委託先",
            "保守会社",
            "LINE株式会社",
        ] {
            assert!(platform(name), "{name}");
        }
        for name in ["若宮印刷", "Boxcar商事", "市川台印刷", "Linework", "委託先管理協会"] {
            assert!(!platform(name), "{name}");
        }
    }
}
