//! When it happened, when it was noticed, and which earlier releases a notice continues: read from the chronology.

use super::dates::DateExpr;
use super::doc::{Doc, Section};
use crate::domain::{Confidence, Facts, Field, Moment, Period, Precision};
use chrono::NaiveDate;

pub fn extract(doc: &Doc, events: &[&DateExpr], dates: &[DateExpr], facts: &mut Facts) {
    occurred(doc, events, facts);
    discovered(doc, events, facts);
    follows(doc, dates, facts);
}

/// The words that belong to a date: up to the next date of its sentence, or the next line where it stands alone.
fn words_after<'d>(doc: &'d Doc, e: &DateExpr, all: &[&DateExpr]) -> &'d str {
    let Some(s) = doc.sentence_at(e.span.start) else { return "" };
    let next = all.iter().map(|o| o.span.start).find(|o| *o >= e.span.end);
    let mut end = s.end;
    if end.saturating_sub(e.span.end) < 12 {
        let more = doc.sentences.get(doc.sentence_index(e.span.start) + 1);
        end = more.filter(|m| !m.heading).map_or(end, |m| m.end);
    }
    doc.get(e.span.end, next.map_or(end, |n| n.min(end)).max(e.span.end))
}

fn is_announcement(doc: &Doc, words: &str) -> bool {
    doc.has("announce", words)
}

/// The heading of the section that a sentence stands in.
fn heading_of(doc: &Doc, at: usize) -> &str {
    let index = doc.sentence_index(at).min(doc.sentences.len());
    let before = doc.sentences.get(..index).unwrap_or_default();
    before.iter().rev().take(6).find(|s| s.heading).map_or("", |s| doc.of(s))
}

fn occurred(doc: &Doc, events: &[&DateExpr], facts: &mut Facts) {
    let primary = facts.actions.first().map(String::as_str).unwrap_or_default();
    let period = events.iter().filter_map(|e| Some((period_weight(doc, e)?, *e))).fold(None, first_best);
    let found = match period {
        Some((_, e)) => Some((e, "occurred.period")),
        None => happening(doc, events, primary).map(|e| (e, "occurred.chronology")),
    };
    let Some((e, rule)) = found else { return };
    facts.occurred = Some(Period { from: e.at, to: Some(e.until.unwrap_or(e.at)) });
    let level = if e.until.is_some() { Confidence::Medium } else { Confidence::Low };
    facts.prove(Field::Occurred, [doc.span(e.span.start, e.span.end)], level, rule);
}

fn first_best<'d>(best: Option<(i32, &'d DateExpr)>, next: (i32, &'d DateExpr)) -> Option<(i32, &'d DateExpr)> {
    match best {
        Some((weight, _)) if weight >= next.0 => best,
        _ => Some(next),
    }
}

/// How well a range fits as the time of the incident; `None` for a sanction, a response or a single moment.
fn period_weight(doc: &Doc, e: &DateExpr) -> Option<i32> {
    e.until?;
    let s = doc.sentence_at(e.span.start)?;
    let text = doc.of(s);
    let behind = doc.get(e.span.end, s.end);
    let near: String = behind.chars().take(30).collect();
    if doc.has("sanction", text) || doc.has("prevention", text) || doc.has("responses", &near) {
        return None;
    }
    let heading = heading_of(doc, e.span.start);
    let open = ["可能", "状態", "公開", "掲載"].iter().any(|w| text.contains(w) || heading.contains(w));
    if open {
        return Some(3);
    }
    if doc.has("when_heading", heading) || doc.has("open_period", text) {
        return Some(2);
    }
    doc.has("happened", &near).then_some(1)
}

/// The event that tells of the happening: with its words, or else the first one before the discovery.
fn happening<'d>(doc: &Doc, events: &[&'d DateExpr], primary: &str) -> Option<&'d DateExpr> {
    let lost = primary == "error.loss";
    // When somebody broke in is seldom known; a slip of the hand has its moment.
    let by_hand = ["error.", "misuse.", "physical."].iter().any(|k| primary.starts_with(k));
    let broken_in = ["hacking.", "malware."].iter().any(|k| primary.starts_with(k));
    let told = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short: String = words.chars().take(160).collect();
        let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
        let answer = first(doc, "responses", &short);
        let deed = first(doc, if broken_in { "broke_in" } else { "happened" }, &short);
        let first_word: bool = deed.is_some_and(|d| answer.is_none_or(|a| d < a));
        let loss = !lost
            || ["紛失", "落と", "置き忘れ", "なくし", "盗"].iter().any(|w| short.contains(w))
                && first(doc, "noticed", &short).is_none();
        first_word
            && loss
            && e.until.is_none()
            && !is_announcement(doc, words)
            && !starts_noticing(doc, &short)
            && !doc.has("sanction", before)
            && !doc.has("sanction", heading_of(doc, e.span.start))
            && !doc.has("sanction", &short)
    };
    let coarse = |e: &&&DateExpr| matches!(e.precision, Precision::Month | Precision::PartMonth);
    let first = events.iter().find(told);
    let finer = first.filter(coarse).and_then(|_| events.iter().find(|e| told(e) && !coarse(e)));
    if let Some(e) = finer.or(first) {
        return Some(e);
    }
    if lost || !by_hand {
        return None;
    }
    let notice = events.iter().position(|e| notices(doc, e, events))?;
    let earlier = events.get(..notice)?;
    let plain = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short: String = words.chars().take(40).collect();
        e.until.is_none()
            && !is_announcement(doc, words)
            && !doc.has("sanction", &short)
            && !doc.has("sanction", heading_of(doc, e.span.start))
            && !words.starts_with("まで")
            && !doc.has("responses", &short)
    };
    earlier.iter().find(|e| plain(e) && !coarse(e)).or_else(|| earlier.iter().find(plain)).copied()
}

fn first(doc: &Doc, name: &str, words: &str) -> Option<usize> {
    doc.lexicon.phrases(name).hits(words).next().map(|h| h.start)
}

/// The first cue behind a date tells whether it speaks of the happening or of the noticing.
fn starts_noticing(doc: &Doc, words: &str) -> bool {
    match (first(doc, "noticed", words), first(doc, "happened", words)) {
        (Some(n), Some(h)) => {
            let clause = words.get(h..).unwrap_or_default().split(['、', '。']).next().unwrap_or_default();
            n < h || clause.contains("発覚") || clause.contains("が判明")
        }
        (Some(_), None) => true,
        _ => false,
    }
}

fn notices(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = words_after(doc, e, events);
    let short: String = words.chars().take(90).collect();
    let close = short.find(')').filter(|i| *i < 30 && !short.get(..*i).unwrap_or_default().contains('('));
    let denied = doc.has("none_found", &short);
    let told_before = doc.has("noticed", short.split("確認され").next().unwrap_or_default());
    let noticed = doc.has("noticed", &short) && (!denied || told_before);
    e.until.is_none() && noticed && close.is_none() && !is_announcement(doc, words)
}

fn discovered(doc: &Doc, events: &[&DateExpr], facts: &mut Facts) {
    let outage = facts.actions.first().is_some_and(|a| a == "error.malfunction");
    let seen = |e: &DateExpr| {
        let words = words_after(doc, e, events);
        !outage || ["気づ", "気付", "検知", "覚知", "発見", "判明"].iter().any(|w| words.contains(w))
    };
    let first = events.iter().find(|e| is_first_report(doc, e) || notices(doc, e, events) && seen(e));
    let reported =
        events.iter().filter(|_| facts.third_party.is_some()).find(|e| is_told_by_contractor(doc, e, events));
    let Some(e) = reported.or(first) else { return };
    facts.discovered = Some(e.at);
    let rule = if reported.is_some() { "discovered.told" } else { "discovered.chronology" };
    facts.prove(Field::Discovered, [doc.span(e.span.start, e.span.end)], Confidence::Low, rule);
}

/// `第一報は5月22日であった`.
fn is_first_report(doc: &Doc, e: &DateExpr) -> bool {
    let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
    ["第一報は", "第1報は", "連絡があったのは", "判明したのは", "気づいたのは", "発覚したのは"]
        .iter()
        .any(|w| before.ends_with(w))
}

/// The contractor tells the organisation: that is when the organisation knew.
fn is_told_by_contractor(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = words_after(doc, e, events);
    let short: String = words.chars().take(60).collect();
    let Some(i) = short.find("から") else { return false };
    let behind = short.get(i..).unwrap_or_default();
    let us = [
        "市へ",
        "市に",
        "市の",
        "県へ",
        "県に",
        "県の",
        "町へ",
        "町に",
        "区へ",
        "区に",
        "本市",
        "当市",
        "本県",
        "本学",
        "本校",
        "当社に",
        "弊社に",
        "当社へ",
        "弊社へ",
    ];
    let told = ["報告", "連絡", "第一報", "通報"];
    us.iter().any(|w| behind.contains(w))
        && told.iter().any(|w| behind.contains(w))
        && !behind.contains("依頼")
        && e.until.is_none()
}

/// Earlier releases: `2024年3月29日に公表`, `【2024/2/5リリース分】`.
fn follows(doc: &Doc, dates: &[DateExpr], facts: &mut Facts) {
    let mut spans = Vec::new();
    let mut days: Vec<NaiveDate> = Vec::new();
    for e in dates.iter().filter(|e| e.until.is_none() && e.precision == Precision::Day) {
        let Moment::Day(day) = e.at else { continue };
        if facts.published.is_some_and(|p| day >= p) {
            continue;
        }
        let Some(s) = doc.sentence_at(e.span.start) else { continue };
        let near: String = doc.get(e.span.end, s.end).chars().take(22).collect();
        let own = near.split(['、', '。']).next().unwrap_or_default();
        if !doc.has("released", own) || doc.has("noticed", own) || s.section == Section::Prevention {
            continue;
        }
        let ours = ["リリース", "お知らせ", "公表", "第一報", "第1報", "既報"].iter().any(|w| own.contains(w));
        if ours && !days.contains(&day) {
            days.push(day);
            spans.push(doc.span(e.span.start, e.span.end));
        }
    }
    if !days.is_empty() {
        days.sort_unstable();
        facts.follows = days;
        facts.prove(Field::Follows, spans, Confidence::Medium, "follows.released");
    }
}
