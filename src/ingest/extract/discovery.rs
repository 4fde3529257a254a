//! When it was discovered: the first event that says so, the contractor's report, or the deed's own moment.
//!
//! Called by `moments` with the events of the chronology.

use super::dates::DateExpr;
use super::doc::Doc;
use super::moments::{heading_of, is_coarse, is_said_to_be, notices, words_after};
use crate::domain::{Confidence, Facts, Field};
use crate::text::{first_chars, fold};

/// The event of the discovery and the rule that found it.
pub fn find<'d>(doc: &Doc, events: &[&'d DateExpr], facts: &Facts) -> Option<(&'d DateExpr, &'static str)> {
    let org = facts.org.as_ref().map(|o| fold(o).text).filter(|o| o.chars().count() > 2);
    let outage = facts.actions.first().is_some_and(|a| a == "error.malfunction");
    let seen = |e: &DateExpr| {
        let words = words_after(doc, e, events);
        !outage || ["気づ", "気付", "検知", "覚知", "発見", "判明"].iter().any(|w| words.contains(w))
    };
    let found = |e: &&DateExpr| is_first_report(doc, e) || notices(doc, e, events) && seen(e);
    let mut first = events.iter().copied().find(found);
    if let Some(later) = first
        .filter(|e| is_headline_news(doc, e))
        .and_then(|news| events.iter().copied().filter(|e| e.at.first_day() < news.at.first_day()).find(found))
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
    if let Some(day) = first.filter(|e| is_coarse(e)).and_then(|month| {
        let inside = |e: &&DateExpr| month.lo.first_day() <= e.lo.first_day() && Some(e.lo) <= month.hi;
        events.iter().copied().filter(|e| !is_coarse(e)).filter(inside).find(found)
    }) {
        first = Some(day);
    }
    let reported = events.iter().copied().filter(|_| facts.third_party.is_some()).find(|e| {
        is_told_by_contractor(doc, e, events) || org.as_deref().is_some_and(|o| is_told_by_name(doc, e, events, o))
    });
    // `…連絡を受け、初めて知った`: what came before was known to others only.
    let at_last = events.iter().copied().find(|e| e.until.is_none() && is_first_knowledge(doc, e, events));
    let met = || events.iter().copied().find(|e| is_met(doc, e, events));
    let hacked = facts.actions.iter().any(|a| a.starts_with("hacking."));
    match (reported, at_last.or(first).or_else(|| met().filter(|_| hacked))) {
        (Some(e), _) => Some((e, "discovered.told")),
        (None, Some(e)) => Some((e, "discovered.chronology")),
        (None, None) => None,
    }
}

/// Settles when it was discovered; what nothing else tells was noticed when it happened, where its doer did.
pub fn extract(doc: &Doc, events: &[&DateExpr], found: Option<(&DateExpr, &'static str)>, facts: &mut Facts) {
    let at_once = || {
        let own = events.iter().find(|e| facts.occurred.is_some_and(|o| o.from == e.at));
        let tricked = facts.actions.first().is_some_and(|a| a == "social.pretexting");
        let soon = doc.reports().iter().any(|s| right_after(doc.of(s)));
        own.filter(|e| soon || is_noticed_at_once(doc, e, events, tricked)).map(|e| (*e, "discovered.at_once"))
    };
    let Some((e, rule)) = found.or_else(at_once) else { return };
    facts.discovered = Some(e.at);
    facts.prove(Field::Discovered, [doc.span(e.span.start, e.span.end)], Confidence::Medium, rule);
}

/// `16時頃から22時頃にかけて不正アクセスを検知`: seen from the first minute on.
fn is_met(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = first_chars(words_after(doc, e, events), 60);
    let own = words.split('。').next().unwrap_or_default();
    e.until.is_some() && ["を検知", "を覚知", "を確認"].iter().any(|w| own.contains(w))
}

/// `送信直後に誤りに気付き`
fn right_after(sentence: &str) -> bool {
    let soon = ["直後に", "後すぐに", "後、すぐに", "後まもなく"].iter().find_map(|w| sentence.find(w));
    let behind = soon.and_then(|i| sentence.get(i..)).unwrap_or_default();
    ["気付", "気づ", "気が付", "気がつ", "判明", "発覚"].iter().any(|w| first_chars(behind, 18).contains(w))
}

/// `初めて紛失を知った`, `初めて把握した`.
fn is_first_knowledge(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = first_chars(words_after(doc, e, events), 90);
    let own = words.split('。').next().unwrap_or_default();
    own.find("初めて").and_then(|i| own.get(i..)).is_some_and(|b| {
        ["知っ", "知り", "把握", "認識", "気付", "気づ", "判明"].iter().any(|w| first_chars(b, 24).contains(w))
    })
}

/// The deed's own sentence or one of the next ones before another date says that its doer noticed.
fn is_noticed_at_once(doc: &Doc, e: &DateExpr, events: &[&DateExpr], tricked: bool) -> bool {
    const NOTICED: [&str; 8] =
        ["に気付き", "に気づき", "に気付いた", "に気づいた", "不審に思", "に気がつ", "に気が付", "不審を感じ"];
    // Who cuts the line has seen through the trick.
    const CUT: [&str; 8] =
        ["回線を切", "電源を切", "電源を落", "強制終了", "を遮断し", "ケーブルを抜", "警察に相談し", "警察に知らせ"];
    let next = events.iter().find(|o| o.span.start >= e.span.end).map_or(doc.body.1, |n| n.span.start);
    let index = doc.sentence_index(e.span.start);
    let mut near = doc.sentences.iter().skip(index).take(5).take_while(|s| s.start <= e.span.start || s.end <= next);
    near.any(|s| {
        let words = doc.get(s.start.max(e.span.end), s.end);
        let says = |list: &[&str]| list.iter().any(|w| words.contains(w));
        says(&NOTICED) || tricked && says(&CUT)
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

/// The contractor tells the organisation: that is when the organisation knew.
fn is_told_by_contractor(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = words_after(doc, e, events);
    let short = first_chars(words, 60);
    let to_us = |words: &str| OUR_SIDE.iter().any(|w| words.contains(w));
    let told = |words: &str| ["報告", "連絡", "第一報", "通報"].iter().any(|w| words.contains(w));
    let behind = match short.find("から").and_then(|i| short.get(i..)) {
        Some(behind) => behind,
        // `7月1日に本市へ報告がありました`
        None if to_us(first_chars(short, 8)) => short,
        None => return false,
    };
    to_us(behind) && told(behind) && !behind.contains("依頼") && e.until.is_none()
}

/// `若草市に対し、委託先から報告があった`: the organisation is told, by its name.
fn is_told_by_name(doc: &Doc, e: &DateExpr, events: &[&DateExpr], org: &str) -> bool {
    let words = words_after(doc, e, events);
    let own = words.split('。').next().unwrap_or_default();
    let behind = own.find(org).and_then(|i| own.get(i + org.len()..)).unwrap_or_default();
    let to = ["に対し", "に、", "へ"].iter().any(|w| behind.starts_with(w));
    to && e.until.is_none() && ["報告があ", "連絡があ", "報告を受", "連絡が入"].iter().any(|w| behind.contains(w))
}

/// The organisation, to which somebody tells something.
const OUR_SIDE: &[&str] = &[
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
    "同学に",
    "同市に",
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

#[cfg(test)]
mod tests {
    use crate::ingest::extract::testing::facts_of;

    fn discovered(title: &str, body: &str) -> String {
        let text = format!("2024年7月10日\n\n{body}");
        facts_of(title, &text).discovered.map_or_else(|| "-".to_owned(), |d| d.to_string())
    }

    #[test]
    fn who_knew_first_and_when() {
        for (title, body, expected) in [
            (
                "捜査資料の紛失",
                "5月23日、他県の警察が車の中から紙袋を発見した。本県は同26日に連絡を受け、初めて紛失を知った。",
                "2024-05-26",
            ),
            (
                "委託先への不正アクセスについて",
                "委託先の若竹システム株式会社では3月7日に不正アクセスを覚知し、3月27日に本学に第一報を、4月17日に漏えいの可能性がある旨の報告を行いました。",
                "2024-03-27",
            ),
            (
                "名簿の誤送信",
                "6月14日、職員が名簿を誤って一斉送信する事案が発生しました。市は6月21日に公表しました。職員は送信直後に誤りに気付き、削除を求めました。",
                "2024-06-14",
            ),
        ] {
            assert_eq!(discovered(title, body), expected, "{body}");
        }
    }
}
