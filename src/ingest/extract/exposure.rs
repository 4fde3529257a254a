//! Whether data came into other hands, whether misuse is known, and who was told of it.

use super::doc::{Doc, Section, Sentence};
use crate::domain::{Confidence, Exposure, Facts, Field, SecondaryDamage, Span};

pub fn extract(doc: &Doc, facts: &mut Facts) {
    secondary(doc, facts);
    told(doc, facts);
    exposure(doc, facts);
}

fn span_of(doc: &Doc, s: &Sentence) -> Span {
    doc.span(s.start, s.end)
}

fn exposure(doc: &Doc, facts: &mut Facts) {
    let relevant = |s: &&Sentence| {
        !matches!(s.section, Section::Prevention | Section::Contact) && !doc.has("prevention", doc.of(s))
    };
    let primary = facts.actions.first().map(String::as_str).unwrap_or_default();
    let carrier = matches!(
        primary,
        "physical.theft" | "error.loss" | "error.misdelivery" | "misuse.data_mishandling" | "misuse.privilege_abuse"
    );
    let sure = |s: &&Sentence| {
        let text = doc.of(s);
        doc.has("exposed", text) && !doc.has("possible_leak", text) && !doc.has("none_found", text)
    };
    let open = |s: &&Sentence| doc.has("possible_leak", doc.of(s));
    let denied = doc.sentences.iter().filter(relevant).find(|s| doc.has("nothing_leaked", doc.of(s)));
    let confirmed = doc.sentences.iter().filter(relevant).find(sure);
    let suspected = doc.sentences.iter().filter(relevant).find(open);
    let title = doc.title_text();
    let (value, spans, rule) = if primary == "error.malfunction" || primary == "error.disposal" && suspected.is_none() {
        (Exposure::None, Vec::new(), "exposure.outage")
    } else if carrier {
        let s = confirmed.map(|s| span_of(doc, s)).into_iter().collect();
        (Exposure::Confirmed, s, "exposure.carrier")
    } else if let (Some(s), None) = (denied, confirmed) {
        (Exposure::None, vec![span_of(doc, s)], "exposure.denied")
    } else if let Some(s) = confirmed {
        (Exposure::Confirmed, vec![span_of(doc, s)], "exposure.stated")
    } else if let Some(s) = suspected {
        (Exposure::Suspected, vec![span_of(doc, s)], "exposure.possible")
    } else if doc.has("exposed", title) && !doc.has("possible", title) {
        (Exposure::Confirmed, vec![doc.span(doc.title.0, doc.title.1)], "exposure.title")
    } else if doc.has("possible", title) {
        (Exposure::Suspected, vec![doc.span(doc.title.0, doc.title.1)], "exposure.title")
    } else {
        return;
    };
    facts.exposure = Some(value);
    facts.prove(Field::Exposure, spans, Confidence::Low, rule);
}

fn secondary(doc: &Doc, facts: &mut Facts) {
    for s in &doc.sentences {
        let text = doc.of(s);
        if !doc.has("secondary", text) && !text.contains("不審な") && !text.contains("不正な")
            || !doc.has("none_found", text)
        {
            continue;
        }
        // `漏えいは確認されていない` alone says nothing of misuse.
        let cue = [
            "二次被害",
            "不正利用",
            "不正使用",
            "悪用",
            "不正に利用",
            "不正に使用",
            "被害の報告",
            "被害は",
            "被害報告",
            "被害等",
            "被害も",
            "被害を受けたとの",
            "被害が",
            "被害に関する",
        ];
        if cue.iter().any(|w| text.contains(w)) {
            facts.secondary_damage = Some(SecondaryDamage::NoneFound);
            facts.prove(Field::SecondaryDamage, [span_of(doc, s)], Confidence::Medium, "secondary.none_found");
            return;
        }
    }
    let s = doc.sentences.iter().find(|s| {
        let text = doc.of(s);
        s.section != Section::Prevention
            && doc.has("found", text)
            && text.contains("二次")
            && !doc.has("possible", text)
    });
    if let Some(s) = s {
        facts.secondary_damage = Some(SecondaryDamage::Found);
        facts.prove(Field::SecondaryDamage, [span_of(doc, s)], Confidence::Low, "secondary.found");
    }
}

/// Reports to the commission and to the police, where they are done and not only planned.
fn told(doc: &Doc, facts: &mut Facts) {
    let done = |s: &&Sentence, who: &str| {
        let text = doc.of(s);
        doc.lexicon.phrases(who).hits(text).any(|h| {
            let after: String = text.get(h.end..).unwrap_or_default().chars().take(60).collect();
            (doc.has("told", &after) || h.end > 0 && doc.has("told", text.get(h.start..).unwrap_or_default()))
                && !doc.has("not_done", &after)
        })
    };
    if let Some(s) = doc.sentences.iter().find(|s| done(s, "ppc")) {
        facts.ppc = true;
        facts.prove(Field::Ppc, [span_of(doc, s)], Confidence::Medium, "ppc.reported");
    }
    if let Some(s) = doc.sentences.iter().find(|s| done(s, "police")) {
        facts.police = true;
        facts.prove(Field::Police, [span_of(doc, s)], Confidence::Medium, "police.told");
    }
}
