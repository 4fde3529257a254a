//! When it happened: a stated period, a label, or the event of the chronology that tells of the deed.
//!
//! Called by `moments` with the events of the chronology and the day of discovery, before which it must have happened.

use super::dates::DateExpr;
use super::doc::{Doc, Section};
use super::moments::{
    first, heading_of, is_announcement, is_aside, is_coarse, is_past, is_said_to_be, is_undone, notices,
    starts_noticing, words_after,
};
use crate::domain::{Confidence, Facts, Field, Moment, Period};
use crate::text::{first_chars, last_chars};

/// What is known when it is asked for the happening.
struct Tale<'a, 'd> {
    doc: &'a Doc,
    events: &'a [&'d DateExpr],
    /// The codes of the actions, most important first.
    actions: Vec<String>,
    /// The event of the discovery.
    noticed: Option<&'d DateExpr>,
}

/// Settles when it happened; `noticed` is the event of the discovery, where one was found.
pub fn extract(doc: &Doc, events: &[&DateExpr], noticed: Option<&DateExpr>, facts: &mut Facts) {
    let tale = Tale { doc, events, actions: facts.actions.clone(), noticed };
    let primary = facts.actions.first().map(String::as_str).unwrap_or_default();
    let periods = events.iter().filter(|e| tale.is_in_time(e));
    let period = periods.filter_map(|e| Some((period_weight(doc, e)?, *e))).fold(None, first_best);
    let found = match period {
        Some((weight, e)) if weight > 0 => {
            // Of several acts of one hand the first counts.
            let by_staff = weight < 3 && primary.starts_with("misuse.");
            let sooner = happening(&tale).filter(|(tier, h)| by_staff && *tier > 1 && is_sooner(h, e));
            sooner.map(|(_, h)| (h, "occurred.chronology")).or(Some((e, "occurred.period")))
        }
        faint => labelled(doc, events)
            .map(|e| (e, "occurred.labelled"))
            .or_else(|| opened(&tale).map(|e| (e, "occurred.opened")))
            .or_else(|| happening(&tale).map(|(_, e)| (e, "occurred.chronology")))
            .or_else(|| slipped_away(doc, events, primary).map(|e| (e, "occurred.before")))
            .or_else(|| broad(&tale).map(|e| (e, "occurred.told")))
            .or_else(|| plain(&tale).map(|e| (e, "occurred.first")))
            .or_else(|| met_at_once(&tale).map(|e| (e, "occurred.at_once")))
            .or_else(|| faint.map(|(_, e)| (e, "occurred.range"))),
    };
    let Some((e, rule)) = found else { return };
    let stood_open = rule == "occurred.opened" || matches!(primary, "error.misconfiguration" | "error.publishing");
    let end = if e.until.is_none() && stood_open { closed(doc, e, events) } else { e.until };
    facts.occurred = Some(Period { from: e.at, to: end.or((!e.ongoing).then_some(e.at)) });
    let level = match rule {
        "occurred.range" | "occurred.chronology" | "occurred.first" | "occurred.told" | "occurred.at_once" => {
            Confidence::Low
        }
        _ => Confidence::Medium,
    };
    facts.prove(Field::Occurred, [doc.span(e.span.start, e.span.end)], level, rule);
}

impl Tale<'_, '_> {
    /// Nothing happens after it was discovered.
    fn is_in_time(&self, e: &DateExpr) -> bool {
        let Some(n) = self.noticed else { return true };
        let last = n.hi.and_then(|h| h.last_day()).or_else(|| n.at.last_day());
        last.zip(e.at.first_day()).is_none_or(|(last, day)| day <= last)
    }

    /// Told behind the discovery as of the same day: what was done then is an answer, unless its hour lies before.
    fn is_answer(&self, e: &DateExpr) -> bool {
        let Some(n) = self.noticed.filter(|n| n.span.start < e.span.start) else { return false };
        let sooner = matches!((e.at, n.at), (Moment::Minute(a), Moment::Minute(b)) if a <= b);
        e.at.first_day() == n.at.first_day() && !sooner
    }

    fn primary(&self) -> &str {
        self.actions.first().map(String::as_str).unwrap_or_default()
    }

    /// Where a deed of one of the actions stands.
    fn deed(&self, words: &str) -> Option<usize> {
        // What was lost may have been thrown away; what else was done with it does not tell when.
        let tells = |(i, a): &(usize, &String)| *i == 0 || self.primary() != "error.loss" || *a == "error.disposal";
        let cues = self.actions.iter().take(2).enumerate().filter(tells).filter_map(|(_, a)| deeds_of(a));
        cues.filter_map(|name| first(self.doc, name, words)).min()
    }
}

/// The list of words for the deeds that make up an action.
fn deeds_of(action: &str) -> Option<&'static str> {
    Some(match action {
        "error.misdelivery" => "deed_misdelivery",
        "error.publishing" => "deed_publishing",
        "error.misconfiguration" => "deed_misconfiguration",
        "error.disposal" => "deed_disposal",
        "error.loss" => "deed_loss",
        "error.programming" => "deed_programming",
        "error.data_entry" => "deed_data_entry",
        "error.malfunction" => "deed_malfunction",
        "physical.theft" => "deed_theft",
        a if a.starts_with("misuse.") => "deed_misuse",
        a if a.starts_with("hacking.") || a.starts_with("malware.") => "broke_in",
        a if a.starts_with("social.") => "deceived",
        _ => return None,
    })
}

fn is_sooner(a: &DateExpr, b: &DateExpr) -> bool {
    a.at.first_day().zip(b.at.first_day()).is_some_and(|(a, b)| a < b)
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
    if is_said_to_be(doc, doc.get(s.start, e.span.start), &["happened", "lost"]) {
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
        let is_when = is_said_to_be(doc, before, &["happened", "lost", "broke_in"])
            || label.chars().count() <= 14 && doc.has("when_heading", label) && label.contains("発生");
        e.until.is_none() && is_when && !other && first(doc, "noticed", near).is_none()
    })
}

/// A date from which on the data stood open (`7月22日以降に…閲覧できる状態でした`).
fn opened<'d>(tale: &Tale<'_, 'd>) -> Option<&'d DateExpr> {
    let doc = tale.doc;
    tale.events.iter().copied().filter(|e| tale.is_in_time(e)).find(|e| {
        let Some(s) = doc.sentence_at(e.span.start) else { return false };
        let after = doc.get(e.span.end, s.end).trim_start_matches("頃").trim_start_matches("ごろ");
        let since = ["以降", "から", "より"].iter().any(|w| after.starts_with(w));
        let near = first_chars(after, 90);
        let open =
            ["状態", "状況", "閲覧できる", "閲覧可能", "公開され", "表示されて"].iter().any(|w| near.contains(w));
        since
            && (open || begins_standing_open(doc, e, after))
            && e.until.is_none()
            && first(doc, "noticed", near).is_none()
            && !doc.has("prevention", near)
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

/// `資料の公開は4月から。`: what is open since the date stands before it.
fn begins_standing_open(doc: &Doc, e: &DateExpr, after: &str) -> bool {
    let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
    let short = after.chars().count() <= 8;
    short && ["公開は", "掲載は", "公表は", "表示は", "提供は", "運用は"].iter().any(|w| before.ends_with(w))
}

/// How surely an event tells of the deed: with a word for a slip or a wrong beside one of its own (3), with one of its
/// own (2), with any (1).
fn tier(tale: &Tale, e: &DateExpr) -> Option<u8> {
    let (doc, events) = (tale.doc, tale.events);
    let words = words_after(doc, e, events);
    let short = first_chars(words, 160);
    let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
    let primary = tale.primary();
    let sanctioned = [before, heading_of(doc, e.span.start), short].iter().any(|t| is_sanction(doc, primary, t));
    let inquired = follows_inquiry(doc, before);
    let found_out = starts_noticing(doc, short) && !inquired;
    if e.until.is_some() || words.starts_with("まで") || sanctioned || found_out || !tale.is_in_time(e) {
        return None;
    }
    if is_announcement(doc, e, events) || is_aside(doc, e) || tells_whose(short) {
        return None;
    }
    let answer = doc.hits("responses", short).find(|h| is_reply(short, h.start, h.end)).map(|h| h.start);
    let answered = |deed: &usize| answer.is_none_or(|a| *deed < a);
    if primary == "error.loss" && first(doc, "noticed", short).is_some()
        || primary == "physical.theft" && is_missing(doc, e, events)
    {
        return None;
    }
    let is_discovery = tale.noticed.is_some_and(|n| n.span == e.span);
    let slip = !is_discovery && (inquired || doc.has("slip", short.split('。').next().unwrap_or_default()));
    if tale.deed(short).filter(answered).is_some() {
        return (slip || !tale.is_answer(e)).then_some(if slip { 3 } else { 2 });
    }
    let any = match primary.split('.').next() {
        Some("hacking" | "malware" | "social" | "physical" | "misuse") => return None,
        _ => first(doc, "happened", short).filter(answered),
    };
    (any.is_some() && primary != "error.loss" && !tale.is_answer(e)).then_some(1)
}

/// A word of answering that is not part of another (届出書) and no circumstance (勤務中).
fn is_reply(words: &str, start: usize, end: usize) -> bool {
    let behind = words.get(end..).unwrap_or_default();
    let asked = first_chars(behind, 14).contains("ほしいとの");
    words.get(start..end) != Some("勤務") && !asked && !behind.starts_with(['書', '先', '用', '者', '票', '類'])
}

/// Speaks of a sanction; of papers 処分した says that they were thrown away.
fn is_sanction(doc: &Doc, primary: &str, words: &str) -> bool {
    let papers = matches!(primary, "error.disposal" | "error.loss");
    let named = || ["停職", "減給", "戒告", "訓告", "懲戒", "免職"].iter().any(|w| words.contains(w));
    doc.has("sanction", words) && (!papers || named())
}

/// `7月に転入された方から…`: the date says who somebody is.
fn tells_whose(words: &str) -> bool {
    let own = words.split(['、', '。']).next().unwrap_or_default();
    own.starts_with('に') && ["た方", "たお客", "た者", "た生徒", "た患者", "た会員"].iter().any(|w| own.contains(w))
}

/// `調査の結果、6月3日に…たことが判明した`: what was found out happened on that day.
fn follows_inquiry(doc: &Doc, before: &str) -> bool {
    let near = last_chars(before, 24).trim_end_matches(['、', ' ']);
    let near = near.rsplit('。').next().unwrap_or_default();
    doc.hits("after_inquiry", near).last().is_some_and(|h| h.end == near.len())
}

/// The event that tells of the deed and how surely it does: the surest, of those the first, a day before its month.
fn happening<'d>(tale: &Tale<'_, 'd>) -> Option<(u8, &'d DateExpr)> {
    let told: Vec<_> = tale.events.iter().filter_map(|e| Some((tier(tale, e)?, *e))).collect();
    let best = told.iter().map(|(tier, _)| *tier).max()?;
    let (_, first) = told.iter().find(|(tier, _)| *tier == best)?;
    let inside = |e: &DateExpr| first.lo.first_day() <= e.lo.first_day() && Some(e.lo) <= first.hi;
    let finer = || told.iter().find(|(tier, e)| !is_coarse(e) && (*tier + 1 >= best || inside(e))).map(|(_, e)| *e);
    Some((best, if is_coarse(first) { finer().unwrap_or(first) } else { first }))
}

/// A deed that is told in the sentences behind the one of the date, before the next date.
fn broad<'d>(tale: &Tale<'_, 'd>) -> Option<&'d DateExpr> {
    let doc = tale.doc;
    let primary = tale.primary();
    if !["error.", "misuse.", "social."].iter().any(|k| primary.starts_with(k)) || primary == "error.loss" {
        return None;
    }
    tale.events.iter().enumerate().map(|(i, e)| (i, *e)).find_map(|(i, e)| {
        let words = words_after(doc, e, tale.events);
        let own = first_chars(words, 160);
        let apart = e.until.is_some()
            || is_announcement(doc, e, tale.events)
            || !tale.is_in_time(e)
            || tale.is_answer(e)
            || first(doc, "noticed", own).is_some()
            || ["responses", "sanction"].iter().any(|p| doc.has(p, own) && !own.contains("勤務"))
            || words.starts_with("まで");
        if apart || is_coarse(e) {
            return None;
        }
        let next = tale.events.get(i + 1).map_or(doc.body.1, |n| n.span.start);
        let index = doc.sentence_index(e.span.start);
        let behind = doc.sentences.iter().skip(index + 1).take(3).take_while(|s| !s.heading && s.end <= next);
        let told = behind.into_iter().any(|s| {
            let words = doc.of(s);
            tale.deed(words).is_some_and(|d| first(doc, "responses", words).is_none_or(|a| d < a))
        });
        told.then_some(e)
    })
}

/// The first event before the discovery that tells of no answer: a slip of the hand has its moment, while it is seldom
/// known when somebody broke in.
fn plain<'d>(tale: &Tale<'_, 'd>) -> Option<&'d DateExpr> {
    let (doc, events) = (tale.doc, tale.events);
    let primary = tale.primary();
    let by_hand = ["error.", "misuse.", "physical."].iter().any(|k| primary.starts_with(k));
    if !by_hand || primary == "error.loss" {
        return None;
    }
    let notice = events.iter().position(|e| notices(doc, e, events));
    let earlier = events.get(..notice.unwrap_or(events.len()))?;
    let plain = |e: &&&DateExpr| {
        let words = words_after(doc, e, events);
        let short = first_chars(words, 40);
        e.until.is_none()
            && tale.is_in_time(e)
            && !is_announcement(doc, e, events)
            && !doc.has("sanction", short)
            && !doc.has("sanction", heading_of(doc, e.span.start))
            && !words.starts_with("まで")
            && !is_aside(doc, e)
            && !tells_whose(short)
            && (notice.is_some() || doc.sentence_at(e.span.start).is_some_and(|s| s.section == Section::Chronology))
            && is_past(words)
            && !doc.has("responses", short)
    };
    earlier.iter().find(|e| plain(e) && !is_coarse(e)).or_else(|| earlier.iter().find(plain)).copied()
}

/// `1月8日、…不正なアクセスがあったことを確認しました`: with no other date the break-in was met as it went on.
fn met_at_once<'d>(tale: &Tale<'_, 'd>) -> Option<&'d DateExpr> {
    let doc = tale.doc;
    if !tale.actions.iter().any(|a| a.starts_with("hacking.")) {
        return None;
    }
    let e = tale.noticed.filter(|e| e.until.is_none() && !is_coarse(e))?;
    let words = words_after(doc, e, tale.events);
    let own = words.split('。').next().unwrap_or_default();
    let attack = ["不正アクセス", "不正なアクセス", "不正ログイン", "攻撃"].iter().filter_map(|w| own.find(w)).min()?;
    let met = own.get(attack..)?;
    let told = ["から連絡", "から報告", "から通報", "より連絡", "より報告", "との", "旨の", "判明", "可能性"];
    let seen = ["を確認", "を検知", "が確認", "を覚知", "が検知", "を認識", "を把握", "に気"];
    (seen.iter().any(|w| met.contains(w)) && !told.iter().any(|w| own.contains(w))).then_some(e)
}

/// What follows 車内に where the things lay there before.
const STAYED: [&str; 4] = ["置いていた", "あった", "保管", "残していた"];

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
        // What was left in the car says nothing of when.
        let carried = carried.filter(|c| !words.get(c.end..).is_some_and(|b| STAYED.iter().any(|w| b.starts_with(w))));
        carried.zip(gone).is_some_and(|(c, g)| c.start < g) && doc.lexicon.phrases("lost").is_in(&words)
    };
    if let Some(e) =
        events.iter().copied().find(|e| !is_announcement(doc, e, events) && e.until.is_none() && underway(e))
    {
        return Some(e);
    }
    let missed = |e: &&DateExpr| e.until.is_none() && !is_announcement(doc, e, events) && is_missing(doc, e, events);
    let n = events.iter().position(missed)?;
    // `店に寄り、約1時間後に戻るとなくなっていた`: one date for both.
    if let Some(e) = events.get(n).copied().filter(|e| {
        let words = first_chars(words_after(doc, e, events), 140);
        let gone = doc.hits("missing", words).next().map(|h| h.start);
        let back = words.find('戻').filter(|b| gone.is_some_and(|g| *b < g)).or(gone);
        let away = doc.hits("parked", words).next().map(|h| h.start);
        primary == "physical.theft" && away.zip(back).is_some_and(|(a, b)| a < b)
    }) {
        return Some(e);
    }
    let noticed = events.get(n)?.at.first_day()?;
    events.get(..n)?.iter().rev().copied().find(|e| {
        let near = e.at.first_day().is_some_and(|d| (0..=3).contains(&(noticed - d).num_days()));
        let words = first_chars(words_after(doc, e, events), 80);
        near && e.until.is_none()
            && !is_coarse(e)
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

#[cfg(test)]
mod tests {
    use crate::ingest::extract::testing::facts_of;

    fn occurred(title: &str, body: &str) -> String {
        let text = format!("2024年7月10日\n\n{body}");
        facts_of(title, &text).occurred.map_or_else(|| "-".to_owned(), |p| p.from.to_string())
    }

    #[test]
    fn the_deed_of_the_action_tells_when() {
        for (title, body, expected) in [
            (
                "帳簿の誤廃棄について",
                "経緯\n・3月24日、担当者が書庫から帳簿を借り受けた。\n・4月12日、帳簿が見当たらないことが判明した。\n※3月31日に不要な紙を廃棄した際、誤って処分した可能性が高い。",
                "2024-03-31",
            ),
            (
                "申請書の誤送信について",
                "6月24日の夜に診療所から送られてきた届を、翌25日、係に回す際、3人分を誤って別の会社にFAXで送信した。",
                "2024-06-25",
            ),
            (
                "サーバーへの不正アクセスについて",
                "7月4日朝、社員が保管庫に入れなくなり、不正アクセスが行われたことを確認しました。調査の結果、7月3日朝に何者かによる不正アクセスが行われており、名簿が漏えいしたと判断しました。",
                "2024-07-03",
            ),
            (
                "サポート詐欺による情報流出のおそれ",
                "係員は6月29日、事務室でパソコンを操作した。絵を探していると、感染したという警告が表示された。相手の言うとおりに操作したため、遠隔操作された。",
                "2024-06-29",
            ),
            (
                "帳票を入れたかばんの盗難",
                "係員は6月13日午後5時10分頃、店に立ち寄り、約1時間後に戻ると、車の鍵が壊され、かばんが無くなっていることに気付いた。",
                "2024-06-13T17:10",
            ),
        ] {
            assert_eq!(occurred(title, body), expected, "{body}");
        }
    }

    #[test]
    fn what_follows_the_discovery_is_no_happening() {
        for (title, body) in [
            (
                "名簿がホームページで閲覧できる状態",
                "5月19日に来庁した方の指摘で発覚しました。町は6月3日、対象者に通知文を発送しました。",
            ),
            (
                "検査票の誤送信について",
                "(1)6月9日、病院から検査票が届いていない旨の連絡を受けて誤送信先が判明した。\n(2)同日、誤送信先に電話で謝罪。6月10日、訪問し謝罪。",
            ),
            (
                "納付書の誤送付",
                "別の方の納付書を誤って送ったもので、5月13日、受け取った方から窓口に届け出がありました。",
            ),
        ] {
            assert_eq!(occurred(title, body), "-", "{body}");
        }
    }
}
