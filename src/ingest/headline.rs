//! One headline taken apart: organisation, title, day. Given a line by the blog formats and the news digest.
//!
//! The organisation stands before the first white space outside brackets, unless its name holds a space of its own
//! (legal forms, Latin names) or runs on into a sentence; where neither can be told, it stays unknown.

use super::day::{self, PrintedDay};
use super::doc::{is_space, trimmed_range};
use crate::domain::Confidence;
use crate::lexicon::headlines::{Headlines, begins, ends, headlines, is};

/// A byte range of the line.
pub type Part = (usize, usize);

/// What a headline says; ranges are bytes of the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Headline {
    /// The organisation and how surely it is one.
    pub org: Option<(Part, Confidence)>,
    /// The title.
    pub title: Option<(Part, Confidence)>,
    /// The day at the end.
    pub day: Option<PrintedDay>,
}

/// Reads `line` from byte `from` on.
pub fn read(line: &str, from: usize) -> Headline {
    let text = line.get(from..).unwrap_or_default();
    let bracketed = day::bracketed(text);
    let day = bracketed.map(|(_, d)| d).or_else(|| day::trailing(text).filter(|d| fits_at_end(text, d)));
    let cut = bracketed.map(|(open, _)| open).or(day.map(|d| d.start));
    let before = text.get(..cut.unwrap_or(text.len())).unwrap_or_default();
    let (start, end) = trimmed_range(before);
    let base = from + start;
    let rest = before.get(start..end).unwrap_or_default();
    let (org, title) = split(rest);
    let shift = |(a, b): Part| (base + a, base + b);
    Headline {
        org: org.map(|(p, c)| (shift(p), c)),
        title: title.map(|(p, c)| (shift(p), c)),
        day: day.map(|d| PrintedDay { start: d.start + from, end: d.end + from, ..d }),
    }
}

/// A mistyped day counts only after a space; a sound one may follow a word directly, but not a word that it completes.
fn fits_at_end(text: &str, day: &PrintedDay) -> bool {
    match text.get(..day.start).and_then(|t| t.chars().next_back()) {
        None => false,
        Some(c) if is_space(c) => true,
        Some(c) => day.day.is_some() && !matches!(c, '(' | '（' | '「' | '~' | '〜' | '～' | 'ら'),
    }
}

/// A part and how surely it is one.
pub type Sure = Option<(Part, Confidence)>;

/// Splits what is left of a headline without marker and day.
fn split(rest: &str) -> (Sure, Sure) {
    if rest.is_empty() {
        return (None, None);
    }
    let words = headlines();
    let whole = Some(((0, rest.len()), Confidence::Medium));
    let gaps = gaps(rest);
    let head = gaps.first().and_then(|g| rest.get(..g.0)).unwrap_or_default();
    if head.is_empty()
        || rest.starts_with(['「', '『', '"', '“', '”', '※'])
        || day::begins(head)
        || runs_on(words, head)
    {
        return sentence(words, rest, whole);
    }
    if let Some(last) = org_last(rest).filter(|_| !is_org_like(head)) {
        return last;
    }
    let gap = last_gap_of_name(words, rest, &gaps);
    let org = rest.get(..gap.0).unwrap_or_default();
    let title = (gap.1, rest.len());
    let likely = is_org_like(org);
    if !likely
        && (org.chars().count() > 30
            || holds_particle(org)
            || ends(&words.title_endings, org).is_some_and(|e| e.len() > 9))
    {
        return sentence(words, rest, whole);
    }
    let sure = if likely && gaps.first() == Some(&gap) { Confidence::High } else { Confidence::Medium };
    (Some(((0, gap.0), sure)), Some((title, sure)))
}

/// An organisation that is part of the sentence: it is named where its name can be told, and the title keeps it.
fn sentence(words: &Headlines, rest: &str, whole: Sure) -> (Sure, Sure) {
    if let Some(end) = before_quote(rest) {
        return (Some(((0, end), Confidence::Medium)), whole);
    }
    match (lead_org(words, rest), org_last(rest)) {
        (None, Some(last)) => last,
        (lead, _) => (lead.map(|end| ((0, end), Confidence::Medium)), whole),
    }
}

/// An organisation after the title, as news sites print it: `… - 青嶺市`, `…【青嶺市】`.
pub fn org_last(rest: &str) -> Option<(Sure, Sure)> {
    let (at, from, to) = if let Some(inside) = rest.strip_suffix('】') {
        let open = inside.rfind('【')?;
        (open, open + '【'.len_utf8(), inside.len())
    } else {
        let sign =
            [" - ", " – ", " | ", "｜", " － ", " ― "].iter().filter_map(|s| Some((rest.rfind(s)?, s.len()))).max()?;
        (sign.0, sign.0 + sign.1, rest.len())
    };
    let org = trimmed_range(rest.get(from..to)?);
    let title = trimmed_range(rest.get(..at)?);
    let org = (from + org.0, from + org.1);
    let named = is_org_like(rest.get(org.0..org.1)?) && title.1 > title.0;
    named.then_some((Some((org, Confidence::Medium)), Some((title, Confidence::Medium))))
}

/// An organisation that a quoted name follows without a space: part of the sentence.
fn before_quote(rest: &str) -> Option<usize> {
    let at = rest.find(['「', '『']).filter(|at| *at > 0)?;
    let org = rest.get(..at)?;
    (is_org_like(org) && org.chars().count() <= 30).then_some(at)
}

/// White space outside brackets, as byte ranges.
fn gaps(s: &str) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let mut depth = 0_usize;
    for (at, c) in s.char_indices() {
        match c {
            '「' | '『' | '【' | '(' | '（' | '[' | '［' | '〈' | '《' | '〔' | '“' => depth += 1,
            '」' | '』' | '】' | ')' | '）' | ']' | '］' | '〉' | '》' | '〕' | '”' => {
                depth = depth.saturating_sub(1);
            }
            c if is_space(c) && depth == 0 => {
                let end = at + c.len_utf8();
                match found.last_mut() {
                    Some(last) if last.1 == at => last.1 = end,
                    _ => found.push((at, end)),
                }
            }
            _ => {}
        }
    }
    found
}

/// The gap that ends the organisation's name: the first, or a later one where the name goes on.
fn last_gap_of_name(words: &Headlines, rest: &str, gaps: &[Part]) -> Part {
    let mut chosen = gaps.first().copied().unwrap_or((rest.len(), rest.len()));
    for (i, next) in gaps.iter().enumerate().skip(1).take(6) {
        let name = rest.get(..chosen.0).unwrap_or_default();
        let word = rest.get(chosen.1..next.0).unwrap_or_default();
        if !goes_on(words, name, word, i == 1) {
            break;
        }
        chosen = *next;
    }
    chosen
}

/// Tells whether `word`, after a space, still belongs to the organisation's `name`.
fn goes_on(words: &Headlines, name: &str, word: &str, first: bool) -> bool {
    if is(&words.legal_forms, name) || is(&words.legal_forms, word) {
        return true;
    }
    let lower = word.to_lowercase();
    if is_latin(word) {
        if is(&words.latin_continuations, &lower) {
            return name.chars().next_back().is_some_and(|c| c.is_ascii());
        }
        let bare = begins(&words.legal_forms, name).map_or(name, |f| name.get(f.len()..).unwrap_or_default());
        return is_latin(bare) && !is(&words.latin_products, &lower);
    }
    // 学校法人A B大学, A県 県立B病院: a second name that is an institution by itself.
    let institution = ["大学", "病院", "学校", "教育委員会", "高等学校", "幼稚園", "医療センター", "事務所"];
    let plain = |s: &str| !s.contains(['の', 'を', 'が', 'は', 'に', 'で', 'と', '、']);
    let body = name.contains("法人")
        || name.ends_with(['都', '道', '府', '県', '市', '区', '町', '村'])
        || name.ends_with("機構");
    first && body && plain(word) && word.chars().count() <= 16 && institution.iter().any(|i| word.ends_with(i))
}

fn is_latin(s: &str) -> bool {
    s.chars().any(|c| c.is_ascii_alphabetic())
        && s.chars().all(|c| {
            c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '&' | '-' | '\'' | '＆' | '・' | '+' | '!' | '_')
        })
}

/// Tells whether a text looks like an organisation's name: a legal form at either end, or a last word that names one.
pub fn is_org_like(s: &str) -> bool {
    let words = headlines();
    let name =
        s.rfind(['(', '（']).filter(|at| s.ends_with([')', '）']) && *at > 0).and_then(|at| s.get(..at)).unwrap_or(s);
    let count = name.chars().count();
    (2..=40).contains(&count)
        && !name.contains(['。', '、'])
        && (begins(&words.legal_forms, name).is_some_and(|f| f.len() < name.len())
            || ends(&words.legal_forms, name).is_some_and(|f| f.len() < name.len())
            || ends(&words.org_suffixes, name).is_some_and(|f| f.len() < name.len())
            || begins(&words.org_prefixes, name).is_some_and(|f| f.len() < name.len()))
}

/// Tells whether the first word of a headline is the beginning of a sentence: an organisation, a particle, more words.
fn runs_on(words: &Headlines, head: &str) -> bool {
    lead_org(words, head).is_some_and(|end| end < head.len()) && ends(&words.org_suffixes, head).is_none()
}

/// The end of the organisation that a sentence begins with: its last word, followed by a particle or a person's role.
pub fn lead_org(words: &Headlines, sentence: &str) -> Option<usize> {
    let form = begins(&words.legal_forms, sentence).map_or(0, str::len);
    for (at, _) in sentence.char_indices().skip_while(|(at, _)| *at <= form).take(40) {
        let (name, after) = sentence.split_at_checked(at)?;
        let last = name.chars().next_back()?;
        if matches!(last, '、' | '。' | '「' | '」' | '『' | '』') {
            return None;
        }
        let follows = begins(&words.after_org, after).is_some();
        let complete = follows && {
            let named = ends(&words.org_suffixes, name).or_else(|| ends(&words.legal_forms, name));
            named.is_some_and(|s| s.len() < name.len()) && name.chars().nth(1).is_some()
        };
        // After a legal form the name itself ends where a particle follows a character that is no hiragana.
        let formed =
            form > 0 && !is_hiragana(last) && after.starts_with(['が', 'は', 'で', 'に', 'の', 'を', '、', '「']);
        if complete || formed {
            return (!holds_particle(name)).then_some(at);
        }
    }
    None
}

fn is_hiragana(c: char) -> bool {
    matches!(u32::from(c), 0x3041..=0x309F)
}

/// Tells whether a would-be name holds a particle after a word, as a sentence does.
fn holds_particle(name: &str) -> bool {
    let mut before = ' ';
    for c in name.chars() {
        if matches!(c, 'を' | 'で' | 'に' | 'は' | 'が') && (!is_hiragana(before) && before != ' ') {
            return true;
        }
        before = c;
    }
    name.contains('を')
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    fn parts(line: &str) -> (Option<&str>, Option<&str>) {
        let h = read(line, 0);
        (h.org.map(|((a, b), _)| &line[a..b]), h.title.map(|((a, b), _)| &line[a..b]))
    }

    #[test]
    fn the_organisation_stands_before_the_first_space() {
        let cases = [
            ("青嶺市 名簿の紛失について 2024/6/6", "青嶺市", "名簿の紛失について"),
            (" 株式会社すみれ出版 弊社 EC サイトの件  2024年6月6日", "株式会社すみれ出版", "弊社 EC サイトの件"),
            ("青嶺市 2024年5月1日付け処分について 2024/6/6", "青嶺市", "2024年5月1日付け処分について"),
            ("みどり堂 「みどりの窓 通販」 への攻撃について", "みどり堂", "「みどりの窓 通販」 への攻撃について"),
            ("株式会社青嶺(旧 みどり商事) 誤送信について", "株式会社青嶺(旧 みどり商事)", "誤送信について"),
            ("株式会社Aoi group 当社サイトの件", "株式会社Aoi group", "当社サイトの件"),
            ("Aomine Inc. 不正アクセスについて", "Aomine Inc.", "不正アクセスについて"),
            ("青嶺BP Microsoft 365 への攻撃", "青嶺BP", "Microsoft 365 への攻撃"),
            ("税理士法人 青嶺事務所 盗難について", "税理士法人 青嶺事務所", "盗難について"),
            ("学校法人青嶺学園 青嶺大学 USBの紛失について", "学校法人青嶺学園 青嶺大学", "USBの紛失について"),
            ("青嶺組合 南支部における紛失について", "青嶺組合", "南支部における紛失について"),
            ("株式会社青嶺「みどり」への攻撃について", "株式会社青嶺", "株式会社青嶺「みどり」への攻撃について"),
            (
                "すずかけ市立図書館「電子図書館」の不具合で閲覧できた件",
                "すずかけ市立図書館",
                "すずかけ市立図書館「電子図書館」の不具合で閲覧できた件",
            ),
        ];
        for (line, org, title) in cases {
            assert_eq!(parts(line), (Some(org), Some(title)), "{line}");
        }
    }

    #[test]
    fn an_organisation_may_stand_last() {
        for line in ["生徒の名簿を 紛失 - 青嶺市", "生徒の名簿を 紛失【青嶺市】", "名簿の紛失｜青嶺市 2024/6/6"]
        {
            assert_eq!(parts(line).0, Some("青嶺市"), "{line}");
            assert!(parts(line).1.is_some_and(|t| t.ends_with("紛失")), "{line}");
        }
        assert_eq!(parts("サイトに侵入か 名簿が流出"), (None, Some("サイトに侵入か 名簿が流出")));
    }

    #[test]
    fn a_sentence_keeps_its_organisation() {
        for (line, org) in [
            ("青嶺県立青嶺高の教諭が宛先を誤り、140人分が流出", Some("青嶺県立青嶺高")),
            ("青嶺協会が預かる名簿の 一部が流出", Some("青嶺協会")),
            ("株式会社青嶺が運営する通販サイトに攻撃", Some("株式会社青嶺")),
            ("青嶺市職員を逮捕", Some("青嶺市")),
            ("名簿を市の職員が紛失", None),
            ("サポート詐欺にご注意", None),
            ("「みどりの窓」 への不正アクセスについて", None),
        ] {
            assert_eq!(parts(line), (org, Some(line)), "{line}");
        }
    }

    #[test]
    fn a_structural_split_is_surer_than_an_odd_one() {
        let sure = |line: &str| read(line, 0).org.map(|(_, c)| c);
        assert_eq!(sure("青嶺市 名簿の紛失について"), Some(Confidence::High));
        assert_eq!(sure("LastPeak 名簿の紛失について"), Some(Confidence::Medium));
    }

    #[test]
    fn a_bare_marker_has_neither() {
        assert_eq!(parts(""), (None, None));
        assert_eq!(parts("  "), (None, None));
    }
}
