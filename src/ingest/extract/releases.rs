//! Dates on which somebody tells the public: the announcement that a report quotes, and the earlier releases that a
//! notice continues.
//!
//! Given date expressions by `moments` and `timeline`; the words are those of `phrases.toml`.

use super::dates::DateExpr;
use super::doc::Doc;
use crate::domain::{Confidence, Facts, Field, Moment, Precision};
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
    let after = doc.get(e.span.end, s.end).trim_start();
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
    let own = own_words(after);
    let told_to = ["予定", "者への", "宛", "様へ", "に対し", "委員会", "警察", "本人", "から"];
    if told_to.iter().any(|w| own.contains(w)) || doc.has("noticed", &own.replace("第一報", "").replace("第1報", ""))
    {
        return false;
    }
    let named = doc.hits("releases", &own).next();
    named.is_some_and(|n| {
        let behind = own.get(n.end..).unwrap_or_default();
        let tied = own.get(..n.start).is_some_and(str::is_empty);
        let done = doc.hits("has_told", behind).next().is_some_and(|t| t.start <= 12);
        done || (tied || own.get(n.start..).is_some_and(|r| r.starts_with('第'))) && is_noun(behind)
    })
}

/// The words right behind a date, without what ties them to it and without titles in quotation marks.
fn own_words(after: &str) -> String {
    let mut rest = after.trim_start_matches([')', ' ']);
    // A weekday's or a bracket's remains, then one or two ties (`付けの`, `に、`).
    for _ in 0..2 {
        rest = TIES.iter().find_map(|t| rest.strip_prefix(t)).unwrap_or(rest).trim_start();
    }
    let mut own = String::new();
    let mut depth = 0usize;
    for c in rest.chars().take(160) {
        match c {
            '「' | '『' | '"' if depth == 0 => depth = 1,
            '」' | '』' | '"' if depth > 0 => depth = 0,
            '。' | '、' if depth == 0 && !own.is_empty() => break,
            _ if depth == 0 => own.push(c),
            _ => {}
        }
    }
    own.chars().take(40).collect()
}

/// What follows a release named by a noun: nothing more, a bracket, or a particle (`第1報)`, `公表の`).
fn is_noun(behind: &str) -> bool {
    behind.is_empty()
        || behind.starts_with([')', ']', '】', 'の', 'に', 'で', 'を', '済', '分', '(', '」', ':', 'し', 'い', '及'])
        || behind.starts_with("から")
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
    let name: String = topic.chars().rev().skip(1).take(8).collect::<Vec<_>>().into_iter().rev().collect();
    doc.has("ourselves", &name)
}

/// Earlier releases that the notice continues.
pub fn follows(doc: &Doc, dates: &[DateExpr], facts: &mut Facts) {
    let mut spans = Vec::new();
    let mut days: BTreeSet<NaiveDate> = BTreeSet::new();
    for e in dates.iter().filter(|e| e.until.is_none() && e.precision == Precision::Day) {
        let Moment::Day(day) = e.at else { continue };
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
