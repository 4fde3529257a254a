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
fn words_after<'t>(doc: &'t Doc, e: &DateExpr, all: &[&DateExpr]) -> &'t str {
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

fn occurred(doc: &Doc, events: &[&DateExpr], facts: &mut Facts) {
    let exposure_period = |e: &&&DateExpr| {
        let Some(s) = doc.sentence_at(e.span.start) else { return false };
        let text = doc.of(s);
        e.until.is_some() && (doc.has("happened", text) || text.contains("期間")) && !doc.has("prevention", text)
    };
    let happens = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short: String = words.chars().take(60).collect();
        doc.has("happened", &short)
            && !is_announcement(doc, words)
            && !starts_noticing(doc, &short)
            && !doc.has("told", &short.chars().take(8).collect::<String>())
    };
    let found = events.iter().find(exposure_period).or_else(|| events.iter().find(happens));
    let Some(e) = found else { return };
    facts.occurred = Some(Period { from: e.at, to: Some(e.until.unwrap_or(e.at)) });
    let level = if e.until.is_some() { Confidence::Medium } else { Confidence::Low };
    facts.prove(Field::Occurred, [doc.span(e.span.start, e.span.end)], level, "occurred.chronology");
}

/// The first cue behind a date tells whether it speaks of the happening or of the noticing.
fn starts_noticing(doc: &Doc, words: &str) -> bool {
    let first = |name: &str| doc.lexicon.phrases(name).hits(words).next().map(|h| h.start);
    match (first("noticed"), first("happened")) {
        (Some(n), Some(h)) => n < h,
        (Some(_), None) => true,
        _ => false,
    }
}

fn discovered(doc: &Doc, events: &[&DateExpr], facts: &mut Facts) {
    let notices = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short: String = words.chars().take(90).collect();
        !is_announcement(doc, words) && doc.has("noticed", &short) && e.until.is_none()
    };
    let Some(e) = events.iter().find(notices) else { return };
    facts.discovered = Some(e.at);
    facts.prove(Field::Discovered, [doc.span(e.span.start, e.span.end)], Confidence::Low, "discovered.chronology");
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
