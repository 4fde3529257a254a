//! When it happened, when it was noticed, and which earlier releases a notice continues: read from the chronology.

use super::dates::DateExpr;
use super::doc::{Doc, Section};
use super::releases::{announces, follows, is_release};
use crate::domain::{Confidence, Facts, Field, Moment, Period, Precision};
use crate::text::first_chars;

pub fn extract(doc: &Doc, events: &[&DateExpr], dates: &[DateExpr], facts: &mut Facts) {
    occurred(doc, events, facts);
    discovered(doc, events, facts);
    follows(doc, dates, facts);
}

/// The words that belong to a date: up to the next date of its sentence, or the next line where it stands alone.
fn words_after<'d>(doc: &'d Doc, e: &DateExpr, all: &[&DateExpr]) -> &'d str {
    let Some(s) = doc.sentence_at(e.span.start) else { return "" };
    let later = all.get(all.partition_point(|o| o.span.start < e.span.end)..).unwrap_or_default();
    let mut later = later.iter().map(|o| (o.span.start, o.span.end));
    let mut next = later.next();
    // `12月7日に、…から12月8日に、それぞれ連絡があり`: dates in a row share the verb behind the last.
    if next.is_some_and(|n| n.0 < s.end && shares_verb(doc.get(e.span.end, n.0))) {
        next = later.next();
    }
    let next = next.map(|n| n.0);
    let mut end = s.end;
    if end.saturating_sub(e.span.end) < 12 {
        // A date on a line of its own heads the next lines.
        let more = doc.sentences.iter().skip(doc.sentence_index(e.span.start) + 1).take(3);
        end = more.take_while(|m| !m.heading).last().map_or(end, |m| m.end);
    }
    doc.get(e.span.end, next.map_or(end, |n| n.min(end)).max(e.span.end))
}

fn is_announcement(doc: &Doc, e: &DateExpr, all: &[&DateExpr]) -> bool {
    let Some(s) = doc.sentence_at(e.span.start) else { return false };
    let from = all.partition_point(|o| o.span.start < s.start);
    announces(doc, e, all.iter().skip(from).take_while(|o| o.span.start < s.end).copied())
}

/// Words between two dates that only join them or say who the first one's doer was.
fn shares_verb(between: &str) -> bool {
    let joins = ["及び", "および", "と", "、", "・", "並びに", "ならびに"].contains(&between.trim());
    joins
        || between.chars().count() <= 24
            && ["から", "より"].iter().any(|w| between.trim_end().ends_with(w))
            && between.contains('、')
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
        Some((weight, e)) if weight > 0 => Some((e, "occurred.period")),
        faint => labelled(doc, events)
            .map(|e| (e, "occurred.labelled"))
            .or_else(|| opened(doc, events).map(|e| (e, "occurred.opened")))
            .or_else(|| happening(doc, events, primary).map(|e| (e, "occurred.chronology")))
            .or_else(|| slipped_away(doc, events, primary).map(|e| (e, "occurred.before")))
            .or_else(|| faint.map(|(_, e)| (e, "occurred.range"))),
    };
    let Some((e, rule)) = found else { return };
    let stood_open = rule == "occurred.opened" || matches!(primary, "error.misconfiguration" | "error.publishing");
    let end = if e.until.is_none() && stood_open { closed(doc, e, events) } else { e.until };
    facts.occurred = Some(Period { from: e.at, to: Some(end.unwrap_or(e.at)) });
    let level = match rule {
        "occurred.range" | "occurred.chronology" => Confidence::Low,
        _ => Confidence::Medium,
    };
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
    let mut behind = doc.get(e.span.end, s.end);
    if behind.chars().count() < 4 {
        // A period on a line of its own goes on in the next.
        let next = doc.sentences.get(doc.sentence_index(e.span.start) + 1).filter(|n| !n.heading);
        behind = next.map_or(behind, |n| doc.of(n));
    }
    if behind.contains("カード") && ["利用", "登録", "決済", "入力"].iter().any(|w| behind.contains(w)) {
        return Some(3);
    }
    let near = first_chars(behind, 30);
    let wide = first_chars(behind, 45);
    let answer = first(doc, "responses", near);
    let deed = first(doc, "happened", near);
    let answered = answer.is_some_and(|a| deed.is_none_or(|d| a < d));
    let heading = heading_of(doc, e.span.start);
    if doc.has("sanction", text) || doc.has("sanction", heading) || doc.has("prevention", text) || answered {
        return None;
    }
    let open = ["可能", "状態", "公開", "掲載", "ことができ"].iter().any(|w| text.contains(w) || heading.contains(w));
    if open {
        return Some(3);
    }
    if doc.has("when_heading", heading) || doc.has("open_period", text) || doc.has("open_period", heading) {
        return Some(2);
    }
    if doc.has("happened", wide) {
        return Some(1);
    }
    let told = matches!(s.section, Section::Preface | Section::Chronology | Section::Other);
    (told && first(doc, "noticed", near).is_none()).then_some(0)
}

/// A moment that a label or heading gives for the happening: `発生日時`, `起きたのは…`.
fn labelled<'d>(doc: &Doc, events: &[&'d DateExpr]) -> Option<&'d DateExpr> {
    events.iter().copied().find(|e| {
        let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
        let words = words_after(doc, e, events);
        let near = first_chars(words, 40);
        let label = if before.chars().count() > 1 { before } else { heading_of(doc, e.span.start) };
        let other = ["noticed", "sanction", "responses", "announce"].iter().any(|p| doc.has(p, label));
        let is_when = is_said_to_be(doc, before, &["happened", "lost"])
            || label.chars().count() <= 14 && doc.has("when_heading", label) && label.contains("発生");
        e.until.is_none() && is_when && !other && first(doc, "noticed", near).is_none()
    })
}

/// `なくなったのは`, `誤送信したのは` before a date: the deed of one of the groups, and no other, is dated by it.
fn is_said_to_be(doc: &Doc, before: &str, groups: &[&str]) -> bool {
    let Some(clause) = before.trim_end_matches(['、', ' ']).strip_suffix("のは") else { return false };
    let clause = clause.rsplit(['、', '。']).next().unwrap_or_default();
    let tail = clause.char_indices().rev().nth(9).map_or(clause, |(i, _)| clause.get(i..).unwrap_or_default());
    groups.iter().any(|g| doc.has(g, tail))
}

/// A date from which on the data stood open (`7月22日以降に…閲覧できる状態でした`).
fn opened<'d>(doc: &Doc, events: &[&'d DateExpr]) -> Option<&'d DateExpr> {
    events.iter().copied().find(|e| {
        let Some(s) = doc.sentence_at(e.span.start) else { return false };
        let after = doc.get(e.span.end, s.end).trim_start_matches("頃").trim_start_matches("ごろ");
        let since = ["以降", "から", "より"].iter().any(|w| after.starts_with(w));
        let near = first_chars(after, 90);
        let open =
            ["状態", "状況", "閲覧できる", "閲覧可能", "公開され", "表示されて"].iter().any(|w| near.contains(w));
        since && open && e.until.is_none() && first(doc, "noticed", near).is_none() && !doc.has("prevention", near)
    })
}

/// When what stood open was closed: the first event after it that says so.
fn closed(doc: &Doc, from: &DateExpr, events: &[&DateExpr]) -> Option<Moment> {
    let start = from.at.first_day()?;
    let later = |e: &&&DateExpr| e.until.is_none() && e.at != from.at && e.at.first_day().is_some_and(|d| d >= start);
    let shut = events.iter().filter(later).find(|e| {
        let words = words_after(doc, e, events);
        let short = first_chars(words, 80);
        doc.hits("closed", short).any(|h| !is_undone(short.get(h.end..).unwrap_or_default()))
            && !is_announcement(doc, e, events)
    });
    shut.map(|e| e.at)
}

/// The event that tells of the happening: with its words, or else the first one before the discovery.
fn happening<'d>(doc: &Doc, events: &[&'d DateExpr], primary: &str) -> Option<&'d DateExpr> {
    let lost = primary == "error.loss";
    // When somebody broke in is seldom known; a slip of the hand has its moment.
    let by_hand = ["error.", "misuse.", "physical."].iter().any(|k| primary.starts_with(k));
    let cues = match primary.split('.').next() {
        Some("hacking" | "malware") => "broke_in",
        Some("social") => "deceived",
        _ => "happened",
    };
    let told = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short = first_chars(words, 160);
        let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
        let answer = first(doc, "responses", short);
        let deed = first(doc, cues, short);
        let first_word: bool = deed.is_some_and(|d| answer.is_none_or(|a| d < a));
        let loss = !lost
            || ["紛失", "落と", "置き忘れ", "なくし", "盗", "置いたまま", "置き去り", "発生し", "発生いた"]
                .iter()
                .any(|w| short.contains(w))
                && first(doc, "noticed", short).is_none();
        first_word
            && loss
            && e.until.is_none()
            && !is_announcement(doc, e, events)
            && !words.starts_with("まで")
            && !starts_noticing(doc, short)
            && !(primary == "physical.theft" && is_missing(doc, e, events))
            && !doc.has("sanction", before)
            && !doc.has("sanction", heading_of(doc, e.span.start))
            && !doc.has("sanction", short)
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
    let notice = events.iter().position(|e| notices(doc, e, events));
    let earlier = events.get(..notice.unwrap_or(events.len()))?;
    let plain = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short = first_chars(words, 40);
        e.until.is_none()
            && !is_announcement(doc, e, events)
            && !doc.has("sanction", short)
            && !doc.has("sanction", heading_of(doc, e.span.start))
            && !words.starts_with("まで")
            && !is_aside(doc, e)
            && (notice.is_some() || doc.sentence_at(e.span.start).is_some_and(|s| s.section == Section::Chronology))
            && is_past(words)
            && !doc.has("responses", short)
    };
    earlier.iter().find(|e| plain(e) && !coarse(e)).or_else(|| earlier.iter().find(plain)).copied()
}

/// Of a loss or a theft that was noticed soon after: what its keeper did last before (`18日夜、店に寄った。翌朝…`).
fn slipped_away<'d>(doc: &Doc, events: &[&'d DateExpr], primary: &str) -> Option<&'d DateExpr> {
    if !matches!(primary, "error.loss" | "physical.theft") {
        return None;
    }
    // On the way, and gone when looked for: one event tells both.
    let underway = |e: &&DateExpr| {
        let words: String = words_after(doc, e, events).chars().take(120).collect();
        let carried = doc.lexicon.phrases("carried").hits(&words).next();
        let gone = first(doc, "noticed", &words);
        carried.zip(gone).is_some_and(|(c, g)| c.start < g) && doc.lexicon.phrases("lost").is_in(&words)
    };
    if let Some(e) =
        events.iter().copied().find(|e| !is_announcement(doc, e, events) && e.until.is_none() && underway(e))
    {
        return Some(e);
    }
    let missed = |e: &&DateExpr| e.until.is_none() && !is_announcement(doc, e, events) && is_missing(doc, e, events);
    let n = events.iter().position(missed)?;
    let noticed = events.get(n)?.at.first_day()?;
    events.get(..n)?.iter().rev().copied().find(|e| {
        let near = e.at.first_day().is_some_and(|d| (0..=3).contains(&(noticed - d).num_days()));
        let words = first_chars(words_after(doc, e, events), 80);
        near && e.until.is_none()
            && !matches!(e.precision, Precision::Month | Precision::PartMonth)
            && !is_announcement(doc, e, events)
            && is_past(words)
            && doc.has("astray", words)
            && first(doc, "responses", words).is_none()
            && first(doc, "noticed", words).is_none()
            && !doc.has("sanction", words)
    })
}

/// Says that something was found to be gone.
fn is_missing(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = first_chars(words_after(doc, e, events), 100);
    doc.has("missing", words)
}

/// Where the first cue of a group stands that is not undone by what follows it.
fn first(doc: &Doc, name: &str, words: &str) -> Option<usize> {
    let hit = doc.hits(name, words).find(|h| {
        // 誤認識 is no 認識.
        let wrong = words.get(..h.start).is_some_and(|b| b.ends_with('誤')) && name == "noticed";
        !wrong && !is_undone(words.get(h.end..).unwrap_or_default())
    });
    hit.map(|h| h.start)
}

/// `判明することがないよう`, `通報を受け付ける`, `見つかっていない`: the word stands there, the deed does not.
fn is_undone(behind: &str) -> bool {
    const UNDONE: &[&str] = &[
        "することがない",
        "することのない",
        "しないよう",
        "することを防",
        "付け",
        "ておりません",
        "ておらず",
        "ていない",
        "ていません",
        "っておりません",
        "っておらず",
        "っていない",
        "っていません",
        "できませ",
        "できず",
        "できなかった",
        "できてい",
        "れておりません",
        "れておらず",
        "次第",
        "した場合",
        "された場合",
    ];
    UNDONE.iter().any(|w| behind.starts_with(w))
}

/// A date in brackets behind a word, or below a label that speaks of a sanction: it dates something else.
fn is_aside(doc: &Doc, e: &DateExpr) -> bool {
    let Some(s) = doc.sentence_at(e.span.start) else { return true };
    let (before, after) = (doc.get(s.start, e.span.start), doc.get(e.span.end, s.end));
    let index = doc.sentence_index(e.span.start);
    let above = index.checked_sub(1).and_then(|i| doc.sentences.get(i)).map_or("", |s| doc.of(s));
    let labelled = before.is_empty() && above.chars().count() <= 14 && doc.has("sanction", above);
    labelled || before.len() > 1 && before.ends_with('(') && after.starts_with(')')
}

/// Says nothing that lies ahead.
fn is_past(words: &str) -> bool {
    let short = first_chars(words, 60);
    !["予定", "まで有効", "見込", "目途"].iter().any(|w| short.contains(w))
}

/// The first cue behind a date tells whether it speaks of the happening or of the noticing.
fn starts_noticing(doc: &Doc, words: &str) -> bool {
    match (first(doc, "noticed", words), first(doc, "happened", words)) {
        (Some(n), Some(h)) => {
            // What another has told is what was noticed, not when it happened.
            let sentence = words.split('。').next().unwrap_or_default();
            if [
                "との連絡",
                "旨の連絡",
                "との報告",
                "旨の報告",
                "との指摘",
                "との通報",
                "旨の通報",
                "との申し出",
                "との電話",
            ]
            .iter()
            .any(|w| sentence.contains(w))
            {
                return true;
            }
            let clause = words.get(h..).unwrap_or_default().split(['、', '。']).next().unwrap_or_default();
            n < h || ["発覚", "が判明", "が分か", "がわか", "に気"].iter().any(|w| clause.contains(w))
        }
        (Some(_), None) => true,
        _ => false,
    }
}

fn notices(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = words_after(doc, e, events);
    let short = first_chars(words, 90);
    let close = short.find(')').filter(|i| *i < 30 && !short.get(..*i).unwrap_or_default().contains('('));
    let denied = doc.has("none_found", short);
    let told_before = first(doc, "noticed", short.split("確認され").next().unwrap_or_default()).is_some();
    let noticed = first(doc, "noticed", short).is_some() && (!denied || told_before) || is_confirmed(doc, e, words);
    let held = ["から", "より"].iter().any(|w| words.starts_with(w))
        && ["実施", "開催", "販売", "開始"].iter().any(|w| first_chars(short, 12).contains(w));
    e.until.is_none() && noticed && close.is_none() && !held && !is_announcement(doc, e, events) && !is_release(doc, e)
}

fn discovered(doc: &Doc, events: &[&DateExpr], facts: &mut Facts) {
    let outage = facts.actions.first().is_some_and(|a| a == "error.malfunction");
    let seen = |e: &DateExpr| {
        let words = words_after(doc, e, events);
        !outage || ["気づ", "気付", "検知", "覚知", "発見", "判明"].iter().any(|w| words.contains(w))
    };
    let found = |e: &&&DateExpr| is_first_report(doc, e) || notices(doc, e, events) && seen(e);
    let mut first = events.iter().find(found);
    if let Some(later) = first
        .filter(|e| is_headline_news(doc, e))
        .and_then(|news| events.iter().filter(|e| e.at.first_day() < news.at.first_day()).find(found))
    {
        first = Some(later);
    }
    // News of it on the day before the report tells of no discovery.
    let fresh = |e: &DateExpr| {
        let days = facts.published.zip(e.at.first_day()).map(|(p, d)| (p - d).num_days());
        is_headline_news(doc, e) && days.is_some_and(|d| (0..=3).contains(&d))
    };
    first = first.filter(|e| !fresh(e));
    // A month told ahead of its day.
    let coarse = |e: &DateExpr| matches!(e.precision, Precision::Month | Precision::PartMonth);
    if let Some(day) = first.filter(|e| coarse(e)).and_then(|month| {
        let inside = |e: &&&DateExpr| month.lo.first_day() <= e.lo.first_day() && Some(e.lo) <= month.hi;
        events.iter().filter(|e| !coarse(e)).filter(inside).find(found)
    }) {
        first = Some(day);
    }
    let reported =
        events.iter().filter(|_| facts.third_party.is_some()).find(|e| is_told_by_contractor(doc, e, events));
    let at_once =
        || events.iter().find(|e| facts.occurred.is_some_and(|o| o.from == e.at) && is_noticed_at_once(doc, e));
    let Some(e) = reported.or(first).or_else(at_once) else { return };
    facts.discovered = Some(e.at);
    let rule = match (reported, first) {
        (Some(_), _) => "discovered.told",
        (None, Some(_)) => "discovered.chronology",
        (None, None) => "discovered.at_once",
    };
    facts.prove(Field::Discovered, [doc.span(e.span.start, e.span.end)], Confidence::Medium, rule);
}

/// The deed's own sentence or one of the next two, without a date between, says that its doer noticed.
fn is_noticed_at_once(doc: &Doc, e: &DateExpr) -> bool {
    let index = doc.sentence_index(e.span.start);
    let mut near = doc.sentences.iter().skip(index).take(3).take_while(|s| {
        s.start <= e.span.start
            || !doc.of(s).contains(['日', '月'])
            || !doc.of(s).contains(|c: char| c.is_ascii_digit())
    });
    near.any(|s| {
        let words = doc.get(s.start.max(e.span.end), s.end);
        ["に気付き", "に気づき", "に気付いた", "に気づいた", "不審に思", "に気がつ", "に気が付"]
            .iter()
            .any(|w| words.contains(w))
    })
}

/// `…していたことが13日、分かった` in the first sentence: when the public learnt of it.
fn is_headline_news(doc: &Doc, e: &DateExpr) -> bool {
    let index = doc.sentence_index(e.span.start);
    let before = doc.sentences.get(index).map_or("", |s| doc.get(s.start, e.span.start));
    index < 2 && before.trim_end_matches('、').ends_with("ことが")
}

/// `第一報は5月22日であった`.
fn is_first_report(doc: &Doc, e: &DateExpr) -> bool {
    let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
    let label = if before.chars().count() > 1 { before } else { heading_of(doc, e.span.start) };
    let labelled = label.chars().count() <= 14
        && ["判明日", "発覚日", "発見日", "覚知日", "認知日", "判明した日", "発覚した日"]
            .iter()
            .any(|w| label.contains(w));
    labelled || ["第一報は", "第1報は"].iter().any(|w| before.ends_with(w)) || is_said_to_be(doc, before, &["noticed"])
}

/// `…したことを10月21日に確認しました`: the verb stands right behind the date, its object before it.
fn is_confirmed(doc: &Doc, e: &DateExpr, words: &str) -> bool {
    let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
    let verb = words.trim_start_matches(['に', '、']);
    before.trim_end_matches('、').ends_with('を')
        && ["確認し", "確認いた", "確認致", "把握", "認識", "検知", "検出", "特定し", "発見"]
            .iter()
            .any(|w| verb.starts_with(w))
}

/// The contractor tells the organisation: that is when the organisation knew.
fn is_told_by_contractor(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = words_after(doc, e, events);
    let short = first_chars(words, 60);
    let Some(i) = short.find("から") else { return false };
    let behind = short.get(i..).unwrap_or_default();
    let us = [
        "本院",
        "当院",
        "当局に",
        "当局へ",
        "当会に",
        "当会へ",
        "当行",
        "当庫",
        "当財団",
        "当法人",
        "当協会",
        "本町",
        "本会",
        "小社に",
        "小社へ",
        "当センター",
        "当機構",
        "当校",
        "村に",
        "村へ",
        "教育委員会に",
        "教育委員会へ",
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

#[cfg(test)]
mod tests {
    use crate::domain::{Facts, Kind};
    use crate::ingest::extract::{Head, Surroundings, extract};

    /// What a notice of 2024-07-10 says of `title` and tells in its body.
    fn read(title: &str, body: &str) -> Facts {
        let text = format!("{title}\n\n{body}\n");
        let at = title.len() + 2;
        let head = Head { body: at, body_end: text.len(), ..Head::default() };
        let published = "2024-07-10".parse().ok();
        extract(&text, &head, Surroundings { kind: Kind::Incident, year: None, published })
    }

    fn occurred(title: &str, body: &str) -> String {
        read(title, body).occurred.map_or_else(|| "-".to_owned(), |p| p.from.to_string())
    }

    fn discovered(body: &str) -> String {
        read("名簿の誤送信", body).discovered.map_or_else(|| "-".to_owned(), |d| d.to_string())
    }

    #[test]
    fn when_it_happened() {
        for (title, body, expected) in [
            (
                "名簿が閲覧できる状態",
                "6月20日に外部から指摘を受けて判明しました。画面を改めた2021年7月22日以降、ほかの方の氏名を閲覧できる状態でした。",
                "2021-07-22",
            ),
            ("カメラの紛失", "なくなったのは6月6日の遠足中。園は道を捜しましたが、見つかっていません。", "2024-06-06"),
            (
                "名簿の盗難",
                "教諭は6月18日午後11時20分ごろ仕事を終え、車で店に寄った。19日午前1時45分ごろ戻ると、車の窓が割られ、名簿の入ったかばんがなくなっていた。",
                "2024-06-18T23:20",
            ),
            (
                "不正アクセスによるカード情報の流出",
                "対象となるお客様\n2023年4月1日~2024年1月27日\n当店でクレジットカードをご利用になったお客様",
                "2023-04-01",
            ),
            ("伝票の紛失", "5月11~12日に扱った伝票を紛失しました。6月8日に判明しました。", "-"),
        ] {
            assert_eq!(occurred(title, body), expected, "{body}");
        }
    }

    #[test]
    fn when_it_was_noticed() {
        for (body, expected) in [
            ("6月7日、応募された方から、ほかの方の情報が見えるとのご報告をいただきました。", "2024-06-07"),
            ("12/7 外部の機関から、不審な通信が出ているとの通報がありました。", "2023-12-07"),
            ("当社の端末が感染したことを6月21日に確認いたしました。", "2024-06-21"),
            ("6月24日及び25日、別の方の通知書が届いたと事業者から連絡があり、判明した。", "2024-06-24"),
            (
                "昨年10月に紛失を知り、捜したが見つからなかった。昨年10月22日、教諭が名簿のないことに気づいた。",
                "2023-10-22",
            ),
            ("名簿が流出していたことが7月9日、取材で分かった。6月22日、職員が流出に気づいた。", "2024-06-22"),
            ("受付期間中の6月7日、応募された方から、ほかの方の情報が見えるとのご連絡がありました。", "2024-06-07"),
            ("6月10日より会員から苦情が寄せられた。", "2024-06-10"),
            ("当社は個人情報を適切に管理しております。", "-"),
        ] {
            assert_eq!(discovered(body), expected, "{body}");
        }
    }
}
