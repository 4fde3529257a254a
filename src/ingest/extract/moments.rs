//! When it happened, when it was noticed, and which earlier releases a notice continues: read from the chronology.

use super::dates::DateExpr;
use super::doc::Doc;
use super::releases::{announces, follows, is_release};
use super::{discovery, occurrence};
use crate::domain::{Facts, Precision};
use crate::text::first_chars;

pub fn extract(doc: &Doc, events: &[&DateExpr], dates: &[DateExpr], facts: &mut Facts) {
    let noticed = discovery::find(doc, events, facts);
    occurrence::extract(doc, events, noticed.map(|(e, _)| e), facts);
    discovery::extract(doc, events, noticed, facts);
    follows(doc, dates, facts);
}

/// No more than a month is named.
pub fn is_coarse(e: &DateExpr) -> bool {
    matches!(e.precision, Precision::Month | Precision::PartMonth)
}

/// The words that belong to a date: up to the next date of its sentence, or the next line where it stands alone.
pub fn words_after<'d>(doc: &'d Doc, e: &DateExpr, all: &[&DateExpr]) -> &'d str {
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
    if end.saturating_sub(e.span.end) < 12 && !doc.of(s).ends_with('。') {
        // A date on a line of its own heads the next lines.
        let more = doc.sentences.iter().skip(doc.sentence_index(e.span.start) + 1).take(3);
        end = more.take_while(|m| !m.heading).last().map_or(end, |m| m.end);
    }
    doc.get(e.span.end, next.map_or(end, |n| n.min(end)).max(e.span.end))
}

/// The date on which the matter was announced.
pub fn is_announcement(doc: &Doc, e: &DateExpr, all: &[&DateExpr]) -> bool {
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
pub fn heading_of(doc: &Doc, at: usize) -> &str {
    let index = doc.sentence_index(at).min(doc.sentences.len());
    let before = doc.sentences.get(..index).unwrap_or_default();
    before.iter().rev().take(6).find(|s| s.heading).map_or("", |s| doc.of(s))
}

/// `なくなったのは`, `誤送信したのは` before a date: the deed of one of the groups, and no other, is dated by it.
pub fn is_said_to_be(doc: &Doc, before: &str, groups: &[&str]) -> bool {
    let Some(clause) = before.trim_end_matches(['、', ' ']).strip_suffix("のは") else { return false };
    let clause = clause.rsplit(['、', '。']).next().unwrap_or_default();
    let tail = clause.char_indices().rev().nth(9).map_or(clause, |(i, _)| clause.get(i..).unwrap_or_default());
    groups.iter().any(|g| doc.has(g, tail))
}

/// Where the first cue of a group stands that is not undone by what follows it.
pub fn first(doc: &Doc, name: &str, words: &str) -> Option<usize> {
    let hit = doc.hits(name, words).find(|h| {
        // 誤認識 is no 認識.
        let wrong = words.get(..h.start).is_some_and(|b| b.ends_with('誤')) && name == "noticed";
        let behind = words.get(h.end..).unwrap_or_default();
        // `…してほしいとの連絡を送る` asks for something.
        let own = words.get(h.start..h.end).is_some_and(|w| w.ends_with("の連絡") || w.ends_with("の指摘"));
        let sent =
            own && behind.starts_with('を') && !["を受", "をいただ", "を頂"].iter().any(|w| behind.starts_with(w));
        !wrong && !sent && !is_undone(behind)
    });
    hit.map(|h| h.start)
}

/// `判明することがないよう`, `通報を受け付ける`, `見つかっていない`: the word stands there, the deed does not.
pub fn is_undone(behind: &str) -> bool {
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
pub fn is_aside(doc: &Doc, e: &DateExpr) -> bool {
    let Some(s) = doc.sentence_at(e.span.start) else { return true };
    let (before, after) = (doc.get(s.start, e.span.start), doc.get(e.span.end, s.end));
    let index = doc.sentence_index(e.span.start);
    let above = index.checked_sub(1).and_then(|i| doc.sentences.get(i)).map_or("", |s| doc.of(s));
    let labelled = before.is_empty() && above.chars().count() <= 14 && doc.has("sanction", above);
    labelled || before.len() > 1 && before.ends_with('(') && after.starts_with(')')
}

/// Says nothing that lies ahead.
pub fn is_past(words: &str) -> bool {
    let short = first_chars(words, 60);
    !["予定", "まで有効", "見込", "目途"].iter().any(|w| short.contains(w))
}

/// What makes the deed before it something that was found out.
const FOUND_OUT: [&str; 9] =
    ["発覚", "が判明", "が分か", "がわか", "に気", "が見つか", "が発見", "が明らか", "事実を確認"];

/// `誤送信を指摘する連絡があった`: the deed is what somebody told of, not what came before.
fn is_told_of(clause: &str, noticed: usize) -> bool {
    let own = clause
        .get(..noticed)
        .is_some_and(|deed| ["ところ", "際", "後", "とき", "時に", "ため", "中に"].iter().all(|w| !deed.contains(w)));
    own && ["を指摘", "する連絡", "の連絡", "の指摘", "の問い合わせ", "相談を受け", "の通報", "の第一報", "の報告"]
        .iter()
        .any(|w| clause.contains(w))
}

/// The first cue behind a date tells whether it speaks of the happening or of the noticing.
pub fn starts_noticing(doc: &Doc, words: &str) -> bool {
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
            n <= h || FOUND_OUT.iter().any(|w| clause.contains(w)) || is_told_of(clause, n - h)
        }
        (Some(_), None) => true,
        _ => false,
    }
}

/// The event tells that something was noticed, or that somebody was told.
pub fn notices(doc: &Doc, e: &DateExpr, events: &[&DateExpr]) -> bool {
    let words = words_after(doc, e, events);
    let short = first_chars(words, 90);
    let close = short.find(')').filter(|i| *i < 30 && !short.get(..*i).unwrap_or_default().contains('('));
    // `…は確認されていないとの報告があった` tells of the report all the same.
    let reported = ["との報告があ", "旨の報告があ", "との連絡があ", "旨の連絡があ"].iter().any(|w| short.contains(w));
    let denied = doc.has("none_found", short) && !reported;
    let told_before = first(doc, "noticed", short.split("確認され").next().unwrap_or_default()).is_some();
    let noticed = first(doc, "noticed", short).is_some() && (!denied || told_before) || is_confirmed(doc, e, words);
    let held = ["から", "より"].iter().any(|w| words.starts_with(w))
        && ["実施", "開催", "販売", "開始"].iter().any(|w| first_chars(short, 12).contains(w));
    // `11月20日までの調査で…を確認した`: how far they have come.
    let so_far = ["まで", "現在", "時点"].iter().any(|w| words.starts_with(w));
    e.until.is_none()
        && !so_far
        && noticed
        && close.is_none()
        && !held
        && !is_announcement(doc, e, events)
        && !is_release(doc, e)
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
