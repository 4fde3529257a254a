//! The news digest: `◎ORG、HEADLINE`, a paragraph, `・TITLE(ORG) URL` (the address may stand on the next line); also a page
//! with one item and no sign.

use super::marker::{is_furniture, is_item};
use super::{Draft, Split, Sure, trim_end};
use crate::domain::{Confidence, Kind};
use crate::ingest::doc::{Doc, trimmed_range};
use crate::ingest::extract::Head;
use crate::ingest::headline::{Part, is_org_like, lead_org, org_last};
use crate::ingest::year;
use crate::lexicon::headlines::{headlines, holds};

const SIGN: char = '◎';

/// Tells whether a line is an item's headline: the sign, and text below it that is no further headline.
fn is_headline(doc: &Doc, i: usize) -> bool {
    let line = doc.trimmed(i);
    line.starts_with(SIGN) && line.chars().count() > 4 && !line.ends_with('。')
}

fn body_below(doc: &Doc, i: usize) -> Option<usize> {
    doc.next_text(i + 1).filter(|b| b - i <= 3 && !is_headline(doc, *b))
}

/// Tells whether an item's headline without the sign stands in line `i`: a word of incidents, no sentence, and below it
/// a paragraph of news that announces something.
fn is_bare_headline(doc: &Doc, i: usize) -> bool {
    let line = doc.trimmed(i);
    let words = headlines();
    if line.starts_with(SIGN) || line.contains('。') || is_item(line) || !(8..=100).contains(&line.chars().count()) {
        return false;
    }
    let told = holds(&words.incident_words, line) && (comma(line).is_some() || org_last(line).is_some());
    told && doc.next_text(i + 1).filter(|b| b - i <= 3).is_some_and(|b| {
        let body = doc.line(b);
        is_news(body) && holds(&words.announcements, body)
    })
}

fn is_news(line: &str) -> bool {
    line.contains('。') && line.chars().count() > 60
}

/// Tells whether a short paragraph and the link to its source stand below a sign.
fn is_linked_sentence(doc: &Doc, body: usize) -> bool {
    let link = doc.next_text(body + 1).filter(|l| l - body <= 3).map(|l| doc.line(l));
    doc.trimmed(body).ends_with('。') && link.is_some_and(|l| is_link(l) && l.contains("http"))
}

/// Lines at which items begin: those with the sign; where there is none, the page's first line and those below an
/// item's link.
fn items(doc: &Doc) -> Vec<usize> {
    let signed: Vec<usize> = (0..doc.count()).filter(|i| doc.is_text(*i) && is_headline(doc, *i)).collect();
    if !signed.is_empty() {
        return signed;
    }
    let opens = |i: usize| {
        let above = (0..i).rev().find(|k| doc.is_text(*k) && !is_furniture(doc.line(*k)));
        above.is_none_or(|a| is_link(doc.line(a)) && address(doc.line(a)).is_some() || a + 1 < i && a < 3)
    };
    (0..doc.count()).filter(|i| doc.is_text(*i) && is_bare_headline(doc, *i) && opens(*i)).collect()
}

/// How well a document fits: by items whose paragraph reads like news, or is a sentence with the source's link below.
pub fn fits(doc: &Doc) -> f32 {
    let heads: Vec<usize> = items(doc).into_iter().take(50).collect();
    let is_item = |h: usize| body_below(doc, h).is_some_and(|b| is_news(doc.line(b)) || is_linked_sentence(doc, b));
    let news = heads.iter().filter(|h| is_item(**h)).count();
    let opening = heads.first().is_some_and(|h| doc.text_before(*h).is_none());
    match (news, opening) {
        (0, _) => 0.0,
        (1, false) => 0.45,
        (1, true) => 0.8,
        _ => 0.95,
    }
}

/// Takes a digest apart.
pub fn split(doc: &Doc) -> Split {
    let heads = items(doc);
    let found = year::of_digest(doc);
    let mut drafts = Vec::with_capacity(heads.len());
    for (n, first) in heads.iter().enumerate() {
        let next = heads.get(n + 1).copied().unwrap_or(doc.count());
        drafts.push(item(doc, *first, next, found.year));
    }
    Split { drafts, warnings: found.note.into_iter().collect() }
}

fn item(doc: &Doc, first: usize, next: usize, year: Option<i32>) -> Draft {
    let body = body_below(doc, first).filter(|b| *b < next);
    let links: Vec<usize> =
        (body.unwrap_or(first) + 1..next).filter(|i| doc.is_text(*i) && is_link(doc.line(*i))).collect();
    // Below the last link stands the page's own text, if anything.
    let mut after = trim_end(doc, first, links.last().map_or(next, |l| l + 1));
    while after > first + 1 && is_furniture(doc.line(after - 1)) {
        after = trim_end(doc, first, after - 1);
    }
    let line = doc.line(first);
    let (org, title) = parts(line);
    let take = |part: Part| (line.get(part.0..part.1).unwrap_or_default().to_owned(), doc.span(first, part));
    let body_start = body.map_or(doc.end(after - 1), |b| doc.start(b));
    let body_after = links.iter().find(|l| body.is_some_and(|b| **l > b)).map_or(after, |l| trim_end(doc, first, *l));
    let head = Head {
        org: org.map(|(p, _)| take(p)),
        title: title.map(take),
        body: body_start,
        body_end: doc.end(body_after - 1).max(body_start),
        ..Head::default()
    };
    let sure = org.map_or(Confidence::Medium, |(_, c)| c);
    Draft {
        kind: Kind::Incident,
        first,
        headline: first,
        after,
        head,
        sure: Sure { org: sure, title: sure, day: Confidence::High },
        label: None,
        url: links.iter().find_map(|l| address(doc.line(*l))).map(str::to_owned),
        year,
    }
}

fn is_link(line: &str) -> bool {
    let line = line.trim_start_matches(crate::ingest::doc::is_space);
    line.starts_with('・') || line.starts_with("http") || line.starts_with("URL") || line.starts_with('⇒')
}

/// The address in a line.
pub fn address(line: &str) -> Option<&str> {
    let at = line.find("http://").or_else(|| line.find("https://"))?;
    let rest = line.get(at..)?;
    let end = rest.find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"')).unwrap_or(rest.len());
    rest.get(..end).filter(|u| u.len() > 10)
}

/// Organisation and title of a headline line: the organisation stands before the first comma outside brackets, or is
/// part of the sentence.
fn parts(line: &str) -> (Option<(Part, Confidence)>, Option<Part>) {
    let sign = line.find(SIGN).map_or(0, |at| at + SIGN.len_utf8());
    let (start, end) = trimmed_range(line.get(sign..).unwrap_or_default());
    let (start, end) = (sign + start, sign + end);
    let text = line.get(start..end).unwrap_or_default();
    if text.is_empty() {
        return (None, None);
    }
    let comma = comma(text).and_then(|at| Some((at, text.get(..at)?)));
    if let Some((at, org)) = comma.filter(|(_, org)| is_named(org)) {
        let after = text.get(at..).and_then(|t| t.chars().next()).map_or(1, char::len_utf8);
        let title = trimmed_range(text.get(at + after..).unwrap_or_default());
        let sure = if is_org_like(org) { Confidence::High } else { Confidence::Medium };
        let from = start + at + after;
        return (Some(((start, start + at), sure)), Some((from + title.0, from + title.1)));
    }
    if let Some((org, title)) = org_last(text) {
        let shift = |(a, b): Part| (start + a, start + b);
        return (org.map(|(p, c)| (shift(p), c)), title.map(|(p, _)| shift(p)));
    }
    let lead = lead_org(headlines(), text).map(|at| ((start, start + at), Confidence::Medium));
    (lead, Some((start, end)))
}

/// The first comma outside brackets.
fn comma(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '「' | '『' | '(' | '（' | '【' | '“' => depth += 1,
            '」' | '』' | ')' | '）' | '】' | '”' => depth = depth.saturating_sub(1),
            '、' | '，' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Tells whether what stands before the comma is a name and no part of a sentence.
fn is_named(org: &str) -> bool {
    let count = org.chars().count();
    let sentence = org.contains('を')
        || ["され", "した", "する", "して", "から", "まで", "により", "による"].iter().any(|w| org.contains(w));
    (2..=40).contains(&count)
        && !sentence
        && if org.contains(['「', '『', '」', '』']) { ends_quoted(org) } else { is_whole(org) }
}

/// Tells whether a name is not just the beginning of a sentence.
fn is_whole(org: &str) -> bool {
    lead_org(headlines(), org).is_none_or(|end| end == org.len() || is_org_like(org))
}

/// Tells whether a phrase ends with the quoted name of a service or product, and nothing before the quote is more than
/// a noun.
fn ends_quoted(org: &str) -> bool {
    let Some(at) = org.find(['「', '『']) else { return false };
    let noun = org.get(..at).unwrap_or_default();
    org.ends_with(['」', '』']) && !noun.ends_with(['が', 'は', 'で', 'に', 'と', 'も', 'や', 'へ'])
}

#[cfg(test)]
#[allow(clippy::string_slice)]
mod tests {
    use super::*;

    #[test]
    fn headlines_at_the_first_comma() {
        let cases = [
            ("◎若草銀行、伝票を紛失 計41枚", Some("若草銀行"), "伝票を紛失 計41枚"),
            ("◎ 青嶺市、「みどり」の委託先が、名簿を流出", Some("青嶺市"), "「みどり」の委託先が、名簿を流出"),
            ("◎若草銀行(本店、青嶺市)、伝票を紛失", Some("若草銀行(本店、青嶺市)"), "伝票を紛失"),
            ("◎「みどり、あお」利用者の名簿、ネットに流出", None, "「みどり、あお」利用者の名簿、ネットに流出"),
            ("◎名簿を紛失、青嶺市が発表", None, "名簿を紛失、青嶺市が発表"),
            ("◎青嶺市が名簿を紛失", Some("青嶺市"), "青嶺市が名簿を紛失"),
            ("◎通販サイト「くるみ堂」、不正ログインで停止", Some("通販サイト「くるみ堂」"), "不正ログインで停止"),
            ("◎青嶺市が「みどり」、「あお」の名簿を紛失", Some("青嶺市"), "青嶺市が「みどり」、「あお」の名簿を紛失"),
            ("◎生徒の名簿を紛失 - 青嶺市", Some("青嶺市"), "生徒の名簿を紛失"),
            ("◎生徒の名簿が所在不明【青嶺市】", Some("青嶺市"), "生徒の名簿が所在不明"),
            ("◎不正アクセスで停止", None, "不正アクセスで停止"),
        ];
        for (line, org, title) in cases {
            let (o, t) = parts(line);
            assert_eq!(o.map(|((a, b), _)| &line[a..b]), org, "{line}");
            assert_eq!(t.map(|(a, b)| &line[a..b]), Some(title), "{line}");
        }
    }

    #[test]
    fn addresses_end_where_they_end() {
        assert_eq!(address("・題名(青嶺市) http://a.example/b?c=1 "), Some("http://a.example/b?c=1"));
        assert_eq!(address("https://a.example/あ"), Some("https://a.example/"));
        assert_eq!(address("なし"), None);
    }
}
