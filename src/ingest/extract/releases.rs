//! Dates on which somebody tells the public: the announcement that a report quotes, and the earlier releases that a
//! notice continues.
//!
//! Given date expressions by `moments` and `timeline`; the words are those of `phrases.toml`.

use super::dates::DateExpr;
use super::doc::Doc;
use crate::domain::{Confidence, Facts, Field, Moment};
use crate::text::last_chars;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Tells whether a date says when the matter was announced (`若草市は6月4日、…と発表した`), not when it happened.
pub fn announces<'d>(doc: &Doc, e: &DateExpr, dates: impl Iterator<Item = &'d DateExpr>) -> bool {
    let Some(s) = doc.sentence_at(e.span.start) else { return false };
    let Some((verb, quotes)) = verb_of_announcing(doc, doc.of(s)).map(|(at, quotes)| (s.start + at, quotes)) else {
        return false;
    };
    if e.span.end > verb {
        return false;
    }
    let (mut first, mut last) = (e.span, e.span);
    for d in dates.filter(|d| s.start <= d.span.start && d.span.end <= verb && !d.clock_only) {
        if d.span.start < first.start {
            first = d.span;
        }
        if d.span.start > last.start {
            last = d.span;
        }
    }
    let gap = |end: usize| doc.get(end, verb).chars().count();
    if last != e.span {
        return first == e.span && gap(last.end) > 8 && quotes && is_topical(doc, s.start, e);
    }
    if gap(e.span.end) <= 8 {
        return true;
    }
    let between = doc.get(e.span.end, verb);
    let told = doc.has("noticed", between) || doc.has("happened", between);
    if quotes {
        return first == e.span && (is_topical(doc, s.start, e) || !told);
    }
    !told
}

/// `若草市は6月4日、`, or a date at the head of its sentence before a comma.
fn is_topical(doc: &Doc, start: usize, e: &DateExpr) -> bool {
    let before = doc.get(start, e.span.start).trim_end_matches(['、', ' ']);
    let after = doc.text().get(e.span.end..).unwrap_or_default();
    let headed = before.is_empty() || before.ends_with(['は', 'が']);
    headed && ["、", "に、", "まで", "付", "に記者"].iter().any(|w| after.starts_with(w))
}

/// Where the verb of announcing stands in a sentence, and whether it quotes (`…したと発表した`).
fn verb_of_announcing(doc: &Doc, text: &str) -> Option<(usize, bool)> {
    let hits = doc.hits("announce", text);
    let kept = hits.filter_map(|h| {
        let quotes = text.get(h.start..h.end)?.starts_with('と')
            || text.get(..h.start)?.ends_with(['と', '旨', '、'])
            || text.get(..h.start)?.ends_with("ことを");
        // What is reported without a quotation is reported to somebody, not to the public.
        (quotes || !text.get(h.start..h.end)?.starts_with("報告")).then_some((h.start, quotes))
    });
    kept.last()
}

/// Words that tie a date to what follows it.
const TIES: [&str; 12] = ["付けの", "付けで", "付けに", "付の", "付で", "付け", "付", "にて", "に", "の", "で", "、"];

/// A day on which the organisation itself has told of the matter before: `2024年3月29日に公表`, `5月31日付「…」で
/// お伝えした`, `【2024/2/5リリース分】`, `前回のお知らせ(5月31日)`.
pub fn is_release(doc: &Doc, e: &DateExpr) -> bool {
    let Some(s) = doc.sentence_at(e.span.start) else { return false };
    let before = doc.get(s.start, e.span.start);
    let mut after = doc.get(e.span.end, s.end).trim_start();
    // `1月17日及び2月14日付「…」`: both days are named by what follows the last.
    let joined = ["及び", "および", "並びに", "ならびに", "、", "・", "と"].iter().find_map(|j| after.strip_prefix(j));
    if let Some(behind) = joined.and_then(behind_date) {
        after = behind;
    }
    if ["リリース分", "公表分", "掲載分", "発表分", "公開分", "お知らせ分"].iter().any(|w| after.starts_with(w))
    {
        return true;
    }
    if is_labelled(doc, before, after) {
        return true;
    }
    if !is_ours(doc, before) {
        return false;
    }
    let dated = ["付けの", "付の", "付け", "付"].iter().find_map(|t| after.strip_prefix(t)).unwrap_or_default();
    let title = dated.trim_start().strip_prefix(['「', '『']).and_then(|t| t.split(['」', '』']).next());
    if title.is_some_and(|t| doc.lexicon.phrases("releases").is_in(t) || t.contains("について")) {
        return true;
    }
    let own = own_words(after);
    let Some(named) = doc.lexicon.phrases("releases").hits(&own).next() else { return false };
    let head = own.get(..named.start).unwrap_or_default();
    let behind = own.get(named.end..).unwrap_or_default();
    let told_to = ["者への", "宛", "様へ", "に対し", "委員会", "警察", "本人", "から"];
    let received = ["を受", "があ", "が入", "をいただ"];
    if told_to.iter().any(|w| head.contains(w))
        || own.contains("予定")
        || received.iter().any(|w| behind.starts_with(w))
        || doc.has("noticed", head)
    {
        return false;
    }
    let done = doc.lexicon.phrases("has_told").hits(behind).next().is_some_and(|t| t.start <= 12);
    let numbered = own.get(named.start..).is_some_and(|r| r.starts_with('第'));
    let posted =
        behind.starts_with('し') && ["サイト", "ホームページ", "HP", "ウェブ"].iter().any(|w| head.contains(w));
    done || posted || (head.is_empty() || numbered) && is_noun(behind)
}

/// `【2024/2/5リリース分】` on a line of its own: whose text stands below, not what happened.
pub fn marks_release(doc: &Doc, e: &DateExpr) -> bool {
    let sign = |c: char| c.is_whitespace() || "()[]【】〔〕<>〈〉・→※■:".contains(c);
    let (start, end) = doc.line_at(e.span.start);
    let words = doc.get(e.span.end, end).trim_matches(sign);
    let words = ["付けの", "付の", "付け", "付", "の"].iter().find_map(|t| words.strip_prefix(t)).unwrap_or(words);
    let parts = ["分", "文", ""].iter().filter_map(|p| words.strip_suffix(p)).any(|w| {
        ["リリース", "プレスリリース", "ニュースリリース"].contains(&w)
            || words.ends_with('分') && ["公表", "掲載", "発表", "公開", "お知らせ"].contains(&w)
    });
    parts && doc.get(start, e.span.start).chars().all(sign)
}

/// What follows the date that a text begins with.
fn behind_date(text: &str) -> Option<&str> {
    let raw = super::raw::read_end(text, 0).filter(|r| !r.is_clock_only())?;
    Some(text.get(raw.end..)?.trim_start())
}

/// Most characters of the words right behind a date.
const OWN_WORDS: usize = 40;

/// The words right behind a date, without what ties them to it and without titles in quotation marks.
fn own_words(after: &str) -> String {
    let mut rest = after.trim_start_matches([')', ' ']);
    // A weekday's or a bracket's remains, then one or two ties (`付けの`, `に、`).
    for _ in 0..2 {
        rest = TIES.iter().find_map(|t| rest.strip_prefix(t)).unwrap_or(rest).trim_start();
    }
    let mut own = String::with_capacity(OWN_WORDS * 4);
    let (mut depth, mut count) = (0usize, 0);
    for c in rest.chars().take(160) {
        match c {
            '「' | '『' | '"' if depth == 0 => depth = 1,
            '」' | '』' | '"' if depth > 0 => depth = 0,
            '。' | '、' if depth == 0 && !own.is_empty() => break,
            _ if depth == 0 => {
                own.push(c);
                count += 1;
                if count == OWN_WORDS {
                    break;
                }
            }
            _ => {}
        }
    }
    own
}

/// What follows a release named by a noun: nothing more, a bracket, or a particle (`第1報)`, `公表の`).
fn is_noun(behind: &str) -> bool {
    behind.is_empty()
        || behind
            .starts_with([')', ']', '】', 'の', 'に', 'で', 'を', '済', '分', '(', '」', ':', 'し', 'い', '及', 'も'])
        || behind.starts_with("から")
        || behind.starts_with("以降")
        || behind.starts_with("として")
}

/// `第一報(5月31日)`, `前回のお知らせ:5月31日`.
fn is_labelled(doc: &Doc, before: &str, after: &str) -> bool {
    let opened = before.trim_end_matches([' ', '(', ':', '・', 'は', 'の', '、', '[', '【', '/', '|']);
    let tail = last_chars(opened, 12);
    let label = doc.hits("release_labels", tail).last().is_some_and(|h| h.end == tail.len());
    let closed = [")", "、", "に", "付", "]", "公", "お", "掲", "発", "】", "。"];
    label && (after.is_empty() || closed.iter().any(|w| after.starts_with(w)))
}

/// The organisation itself, or nobody, is named before the date as the one who tells; nobody is told in particular.
fn is_ours(doc: &Doc, before: &str) -> bool {
    let clause = before.rsplit(['。', '、']).find(|c| !c.trim().is_empty()).unwrap_or_default().trim_end();
    let to_somebody = ["へは", "には", "へ", "に対し", "宛に", "に対して"].iter().any(|w| clause.ends_with(w));
    let someone = ["様", "方", "者", "客", "員", "本人", "生徒", "保護者", "先", "ユーザー", "委員会", "警察"];
    if to_somebody && someone.iter().any(|w| clause.trim_end_matches(['へ', 'は', 'に', '対', 'し', 'て']).ends_with(w))
    {
        return false;
    }
    let topic = before.trim_end_matches(['、', ' ']);
    if !topic.ends_with(['が', 'は', 'も']) {
        return true;
    }
    // 当社 stands first in its clause, について last; inside a name they mean nothing.
    let name = topic.rsplit(['、', '。', '\n']).next().unwrap_or_default().trim_end_matches(['が', 'は', 'も']);
    let name = name.trim_start();
    doc.lexicon.phrases("ourselves").hits(name).any(|h| h.start == 0 || h.end == name.len())
}

/// Earlier releases that the notice continues.
pub fn follows(doc: &Doc, dates: &[DateExpr], facts: &mut Facts) {
    let mut spans = Vec::new();
    let mut days: BTreeSet<NaiveDate> = BTreeSet::new();
    for e in dates.iter().filter(|e| e.until.is_none() && !e.clock_only) {
        let day = match e.at {
            Moment::Day(day) => day,
            Moment::Minute(at) => at.date(),
            _ => continue,
        };
        if facts.published.is_some_and(|p| day >= p) {
            continue;
        }
        if !days.contains(&day) && is_release(doc, e) {
            days.insert(day);
            spans.push(doc.span(e.span.start, e.span.end));
        }
    }
    if !days.is_empty() {
        facts.follows = days.into_iter().collect();
        facts.prove(Field::Follows, spans, Confidence::Medium, "follows.released");
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Facts, Kind, Span};
    use crate::ingest::extract::{Head, Surroundings, extract};

    fn read(body: &str) -> Facts {
        let text = format!("若草出版 名簿の流出について\n\n{body}\n");
        let published = "2024-07-10".parse().ok().map(|d| (d, Span::new(0, 6)));
        let body = text.find("\n\n").map_or(0, |i| i + 2);
        let head = Head { body, body_end: text.len(), published, ..Head::default() };
        extract(&text, &head, Surroundings { kind: Kind::Incident, year: None, published: None })
    }

    fn follows(body: &str) -> String {
        read(body).follows.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_earlier_release_is_named_in_many_ways() {
        for body in [
            "2024年5月31日に公表しました名簿の流出について、続報をお知らせします。",
            "5月31日付でお知らせしました件につき、調査の結果をご報告します。",
            "5月31日付けの当社ホームページでお知らせいたしましたとおりです。",
            "令和6年5月31日付お知らせ(第1報)の続報です。",
            "第1報(2024年5月31日)に続き、次のとおりです。",
            "既報(5月31日)のとおり、名簿が流出しました。",
            "2024年5月31日の第1報でお伝えしたとおりです。",
            "本件は、5月31日に公表済みです。",
            "先日(5月31日)お知らせした件の続報です。",
            "5月31日に「名簿の流出について」と題してお知らせしました。",
            "5月31日に「名簿の流出について」を公表しました。",
            "・2024年5月31日 第1報",
            "5月31日公表の「名簿の流出について」をご覧ください。",
            "2024年5月31日プレスリリースもご参照ください。",
            "前回(5月31日)のお知らせ以降に分かったことを記します。",
            "5月31日に当社のウェブサイトで第一報を公表いたしました。",
            "当社は5月31日に、本件の第一報を公表いたしました。",
            "5月31日にお知らせのとおり、名簿が流出しました。",
            "【2024/5/31リリース分】",
            "2024年5月31日付「名簿の流出について(第一報)」でお伝えしました。",
            "5月31日のお知らせの続報です。",
            "2024年5月31日、この調査の結果を当社ウェブサイトでお知らせし、個別にもご連絡しました。",
            "5月31日8時30分に当社ホームページでお知らせいたしました件の続報です。",
            "5月31日に第一報として、以下のとおり掲載しております。",
        ] {
            assert_eq!(follows(body), "2024-05-31", "{body}");
        }
        assert_eq!(follows("5月31日、6月7日に公表いたしました件の続報です。"), "2024-05-31 2024-06-07");
        let titled = "5月31日及び6月7日付「名簿の流出に関するお知らせ」で、流出が発生したことをお知らせしました。";
        assert_eq!(follows(titled), "2024-05-31 2024-06-07");
        assert_eq!(follows("第1報:2024年5月31日\n第2報:2024年6月7日"), "2024-05-31 2024-06-07");
    }

    #[test]
    fn what_others_told_or_what_was_told_to_somebody_is_no_release() {
        for body in [
            "5月31日に個人情報保護委員会へ報告しました。",
            "5月31日に対象のお客様へお知らせしました。",
            "対象のお客様には5月31日にご案内いたしました。",
            "委託先が5月31日に公表しました。",
            "株式会社あおば印刷は5月31日に公表しました。",
            "5月31日に委託先から第一報を受けました。",
            "5月31日に発生し、6月20日に判明しました。",
            "5月31日に誤って名簿を公開しました。",
            "若草出版は5月31日、名簿が流出したと発表した。",
            "山本県庁舎組合は5月31日、公表しました。",
            "7月31日に公表する予定です。",
            "5月31日に保護者の皆様へご報告しました。",
        ] {
            assert_eq!(follows(body), "", "{body}");
        }
    }

    #[test]
    fn an_announcement_is_not_the_deed_that_it_tells() {
        let f = read("白砂病院は7月8日、元職員が6月15日にUSBメモリを紛失していたと発表した。");
        assert_eq!(f.occurred.map(|p| p.from.to_string()).as_deref(), Some("2024-06-15"));
        let f = read("白砂市教育委員会は8日、講師が今月2日、車上荒らしに遭い名簿を盗まれたと発表した。");
        assert_eq!(f.occurred.map(|p| p.from.to_string()).as_deref(), Some("2024-07-02"));
        let f = read("白砂市は7月8日、申請書を誤って送付したと発表した。市によると、6月28日に発送した。");
        assert_eq!(f.occurred.map(|p| p.from.to_string()).as_deref(), Some("2024-06-28"));
        assert_eq!(f.timeline.len(), 2);
    }
}
