//! What happened, as VERIS action varieties: cue words weighed over title and body.

use super::doc::{Doc, Section, Sentence};
use crate::domain::{Confidence, Facts, Field, Span};
use crate::text::first_chars;
use std::collections::BTreeMap;

#[derive(Default)]
struct Tally {
    score: i32,
    title: bool,
    first: usize,
    spans: Vec<Span>,
    /// Nothing was said but that there was an attack.
    vague: bool,
}

/// How much a hit in the title counts against one in the body.
const TITLE: i32 = 3;
/// Codes that only say that somebody broke in.
const GENERAL: &[&str] = &["hacking.unknown", "malware.other"];
/// The score from which a finer code is believed beside a general one that ranks higher.
const SPECIFIC: i32 = 5;
/// Most hits of one code that count, so that repetition does not win.
const ENOUGH: usize = 3;

pub fn extract(doc: &Doc, facts: &mut Facts) {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    if doc.title.1 > doc.title.0 {
        let title = Sentence { start: doc.title.0, end: doc.title.1, section: Section::Preface, heading: false };
        tally(doc, &title, TITLE, &mut tallies);
    }
    for s in doc.sentences.iter().filter(|s| counts_here(doc, s)) {
        let weight = if s.section == Section::Preface { 2 } else { 1 };
        tally(doc, s, weight, &mut tallies);
    }
    settle(&mut tallies);
    let mut ranked: Vec<(&str, &Tally)> = tallies.iter().filter(|(_, t)| t.score > 0).map(|(c, t)| (*c, t)).collect();
    ranked.sort_by_key(|(_, t)| (std::cmp::Reverse(t.score), t.first));
    let Some(top) = ranked.first().map(|(_, t)| t.score) else {
        discipline(doc, facts);
        return;
    };
    let mut spans = Vec::new();
    let general = ranked.first().is_some_and(|(c, _)| GENERAL.contains(c));
    // Beside a break-in of no known kind a finer code counts by itself.
    let measure = ranked.iter().filter(|(c, t)| general && is_finer(c) && t.score >= SPECIFIC).map(|(_, t)| t.score);
    let measure = measure.max().unwrap_or(top);
    for (code, t) in &ranked {
        let measure = if is_finer(code) || GENERAL.contains(code) { measure } else { top };
        let finer = general && is_finer(code) && t.score >= SPECIFIC;
        if !finer && !is_cause(code, t, &ranked) && (t.score * 2 < measure && !t.title || t.score * 4 < measure) {
            continue;
        }
        facts.actions.push((*code).to_owned());
        spans.extend(t.spans.iter().copied());
    }
    drop_general(&mut facts.actions);
    let clear = ranked.get(1).is_none_or(|(_, t)| t.score * 2 < top) && ranked.first().is_some_and(|(_, t)| t.title);
    let level = if clear { Confidence::Medium } else { Confidence::Low };
    facts.prove(Field::Actions, spans, level, "actions.cues");
}

/// What explains an account's abuse or a ransom: how its password was got is told once, the abuse over and over.
fn is_cause(code: &str, t: &Tally, ranked: &[(&str, &Tally)]) -> bool {
    let Some((top, _)) = ranked.first() else { return false };
    let explains = match *top {
        "hacking.use_of_stolen_creds" => code.starts_with("social.phishing") || code == "hacking.brute_force",
        "malware.ransomware" => ["hacking.use_of_stolen_creds", "hacking.exploit_vuln"].contains(&code),
        _ => false,
    };
    explains && t.score >= SPECIFIC
}

/// Drops what only follows from another act: the outage after an attack, the attack that was a virus, the person named
/// beside the data that he took.
fn settle(tallies: &mut BTreeMap<&str, Tally>) {
    let score = |t: &BTreeMap<&str, Tally>, kind: &str| {
        t.iter().filter(|(c, _)| c.starts_with(kind)).map(|(_, t)| t.score).max().unwrap_or(0)
    };
    if score(tallies, "malware.ransomware") >= SPECIFIC || score(tallies, "hacking.") >= 2 * SPECIFIC {
        tallies.remove("error.malfunction");
    }
    if score(tallies, "malware.") > 0 && tallies.get("hacking.unknown").is_some_and(|t| t.vague) {
        tallies.remove("hacking.unknown");
    }
    let taken = score(tallies, "misuse.data_mishandling");
    if taken > SPECIFIC && tallies.get("misuse.privilege_abuse").is_some_and(|t| t.score <= taken) {
        tallies.remove("misuse.privilege_abuse");
    }
}

/// A notice on a disciplinary act that names no known deed is about the abuse of a position.
fn discipline(doc: &Doc, facts: &mut Facts) {
    let title = doc.title_text();
    if title.contains("懲戒") || title.contains("処分") && title.contains("職員") {
        facts.actions.push("misuse.privilege_abuse".to_owned());
        facts.prove(Field::Actions, [doc.span(doc.title.0, doc.title.1)], Confidence::Low, "actions.discipline");
    }
}

/// Prevention and contact sections, and sentences on what will be done, say nothing about what happened.
fn counts_here(doc: &Doc, s: &Sentence) -> bool {
    !matches!(s.section, Section::Prevention | Section::Contact) && !doc.has("prevention", doc.of(s))
}

fn tally<'d>(doc: &'d Doc, s: &Sentence, weight: i32, tallies: &mut BTreeMap<&'d str, Tally>) {
    let text = doc.of(s);
    let cues = doc.lexicon.actions();
    for hit in doc.hits_of(cues, text) {
        let after = first_chars(text.get(hit.end..).unwrap_or_default(), 24);
        if doc.has("none_found", after) || doc.has("negation", after) {
            continue;
        }
        let Some(g) = doc.lexicon.vocabulary(cues).group(hit.group) else { continue };
        let t = tallies.entry(g.code.as_str()).or_insert_with(|| Tally {
            first: s.start + hit.start,
            vague: true,
            ..Tally::default()
        });
        t.vague &= text.get(hit.start..hit.end) == Some("サイバー攻撃");
        if weight == TITLE {
            t.title = true;
        } else if t.spans.len() >= ENOUGH {
            continue;
        }
        t.score += g.weight * weight;
        t.spans.push(doc.span(s.start + hit.start, s.start + hit.end));
    }
}

fn is_finer(code: &str) -> bool {
    !GENERAL.contains(&code) && ["hacking.", "malware.", "social."].iter().any(|k| code.starts_with(k))
}

/// A general code says nothing beside a finer one of its kind, and a break-in has its cause for a first name.
fn drop_general(actions: &mut Vec<String>) {
    let finer = |list: &[String], kind: &str, general: &str| list.iter().any(|a| a.starts_with(kind) && a != general);
    let caused = ["hacking.", "social.", "malware.ransomware"].iter().any(|k| finer(actions, k, "hacking.unknown"));
    if caused {
        actions.retain(|a| a != "hacking.unknown");
    }
    if actions.iter().any(|a| a == "hacking.brute_force") {
        actions.retain(|a| a != "hacking.use_of_stolen_creds");
    }
    if let Some(i) = actions.iter().position(|a| a == "social.phishing")
        && actions.first().is_some_and(|a| a == "hacking.use_of_stolen_creds")
    {
        // The password was phished before it was used.
        actions.swap(0, i);
    }
    if actions.first().is_some_and(|a| a == "malware.other") && finer(actions, "hacking.", "hacking.unknown") {
        // What the intruder planted comes after the hole that let him in.
        actions.rotate_left(1);
    }
    if finer(actions, "malware.", "malware.other") {
        actions.retain(|a| a != "malware.other");
    }
}
