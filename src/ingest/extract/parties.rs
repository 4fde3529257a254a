//! The contractor, vendor or platform at which it happened, where that is not the organisation itself.

use super::Head;
use super::doc::{Doc, Section};
use super::modality::is_report;
use crate::domain::{Confidence, Facts, Field};
use crate::text::{CharSet, find, first_chars, last_chars};

pub fn extract(doc: &Doc, head: &Head, facts: &mut Facts) {
    let own = head.org.as_ref().map(|(o, _)| crate::text::fold(o).text).unwrap_or_default();
    let found = labelled(doc)
        .or_else(|| entrusted(doc))
        .or_else(|| quoted(doc))
        .or_else(|| service(doc))
        .or_else(|| relation(doc))
        .or_else(|| operated(doc, &own))
        .or_else(|| platform(doc))
        .or_else(|| unnamed(doc))
        .or_else(|| described(doc));
    let Some((start, end, confidence, rule)) = found else { return };
    let name = doc.get(start, end);
    if name.is_empty() || !own.is_empty() && (name.contains(own.as_str()) || own.contains(name)) {
        return;
    }
    facts.third_party = Some(name.to_owned());
    facts.prove(Field::ThirdParty, [doc.span(start, end)], confidence, rule);
}

type Found = (usize, usize, Confidence, &'static str);

/// Longest name of a company that is read, in characters.
const LONGEST_NAME: usize = 200;

/// What stands in no company's name.
static ENDS_NAME: CharSet = CharSet::of_each(&[
    '、', '。', '(', '（', ')', '「', '」', '『', '』', ':', '・', ',', '【', '】', '<', '>', 'を', 'に', 'は', 'が',
    'の', 'へ', 'と', 'で', 'や', '/', '※',
]);

/// The company's name that covers an offset: a legal form with the name before or after it.
fn company_in(doc: &Doc, from: usize, to: usize) -> Option<(usize, usize)> {
    let area = doc.get(from, to);
    let hit = doc.hits("company_forms", area).next()?;
    let (at, form) = (hit.start, area.get(hit.start..hit.end)?);
    let name = |c: char| !(c.is_whitespace() || ENDS_NAME.has(c));
    let behind = first_chars(area.get(at + form.len()..)?, LONGEST_NAME);
    let length = behind.find(|c| !name(c)).unwrap_or(behind.len());
    if length > 0 {
        let stop = ["から", "より", "様", "及び"]
            .iter()
            .filter_map(|w| find(behind.get(..length)?, w))
            .min()
            .unwrap_or(length);
        return (stop > 0).then_some((from + at, from + at + form.len() + stop));
    }
    let head = last_chars(area.get(..at)?, LONGEST_NAME);
    let at_head = at - head.len();
    let start = head.char_indices().rev().take_while(|(_, c)| name(*c)).last().map(|(i, _)| i)?;
    (at_head + start < at).then_some((from + at_head + start, from + at + form.len()))
}

/// `2.業務委託先` and the line below it, or `委託先:株式会社…`.
fn labelled(doc: &Doc) -> Option<Found> {
    for (i, s) in doc.sentences.iter().enumerate() {
        let text = doc.of(s);
        if !doc.has("entrusted_label", text) || text.chars().count() > 40 && !s.heading {
            continue;
        }
        if let Some(colon) = text.find(':')
            && let Some((a, b)) = company_in(doc, s.start + colon, s.end)
        {
            return Some((a, b, Confidence::Medium, "third_party.labelled"));
        }
        if s.heading {
            let next = doc.sentences.get(i + 1)?;
            if let Some((a, b)) = company_in(doc, next.start, next.end) {
                return Some((a, b, Confidence::Medium, "third_party.labelled"));
            }
        }
    }
    None
}

/// A company in a sentence that says work was entrusted to it, that it runs the system, or that it is a subsidiary.
fn relation(doc: &Doc) -> Option<Found> {
    let cues = [
        "委託",
        "受託",
        "を担う",
        "を担当する",
        "請け負",
        "が開発",
        "を開発した",
        "保守を行う",
        "が提供",
        "が運営",
        "子会社",
        "運営する",
        "提供する",
        "が管理",
        "開発・運営",
        "利用しているサービス",
        "再委託",
        "グループ会社",
        "配送業者",
        "運送",
    ];
    for s in doc.sentences.iter().take(14) {
        if matches!(s.section, Section::Prevention | Section::Contact) {
            continue;
        }
        let text = doc.of(s);
        if !doc.has("company_forms", text) {
            continue;
        }
        for cue in cues {
            let Some(i) = find(text, cue) else { continue };
            let behind = s.start + i + cue.len();
            if let Some((a, b)) = company_in(doc, behind, s.end.min(window(doc, behind, 40))) {
                return Some((a, b, Confidence::Medium, "third_party.relation"));
            }
        }
    }
    None
}

/// `株式会社…に管理を委託する`: a company before the words of entrusting; `受託する…が`: a name behind them.
fn entrusted(doc: &Doc) -> Option<Found> {
    let forms = doc.lexicon.phrases("company_forms").group(0);
    let forms = forms.map_or(&[][..], |g| &g.words);
    for s in doc.sentences.iter().take(10) {
        let text = doc.of(s);
        let named = doc.has("company_forms", text);
        for form in forms.iter().filter(|_| named) {
            for (i, _) in text.match_indices(form.as_str()) {
                let Some((a, b)) = company_in(doc, s.start + i.saturating_sub(form.len()), s.end) else { continue };
                let after = first_chars(doc.get(b, s.end), 45);
                let bare = after
                    .find(')')
                    .filter(|_| after.starts_with('('))
                    .and_then(|c| after.get(c + 1..))
                    .unwrap_or(after);
                let given = bare.starts_with(['に', 'へ']) && first_chars(bare, 22).contains("委託");
                if given {
                    return Some((a, b, Confidence::Medium, "third_party.entrusted"));
                }
            }
        }
        if !doc.has("entrusting", text) {
            continue;
        }
        for cue in doc.lexicon.phrases("entrusting").words() {
            let Some(i) = find(text, cue.1) else { continue };
            let start = i + cue.1.len();
            let rest = text.get(start..)?;
            let stop =
                rest.find(['が', 'は', 'の', '、', 'に', 'を', 'で', 'と', '。', '(', ' ']).unwrap_or(rest.len());
            let told = ["から", "より"].iter().filter_map(|w| find(rest.get(..stop)?, w)).min();
            let stop = told.unwrap_or(stop);
            let name = rest.get(..stop)?;
            let acts = told.is_some() || rest.get(stop..).is_some_and(|r| r.starts_with(['が', 'は', 'の', 'に', '(']));
            let general =
                ["業者", "会社", "事業者", "企業", "団体", "際", "先", "者"].iter().any(|w| name.ends_with(w))
                    && !name.contains("株式会社");
            let plain = !name.starts_with('者') && !name.contains(['「', '」', '『', '』']);
            if acts && name.chars().count() >= 3 && !general && plain {
                return Some((s.start + start, s.start + start + stop, Confidence::Medium, "third_party.entrusted"));
            }
        }
    }
    None
}

/// `廃棄を請け負った処理会社「みどり環境」`: a name in quotes behind the word for what it is.
fn quoted(doc: &Doc) -> Option<Found> {
    const WORK: &[&str] = &["委託", "請け負", "受託", "運営する", "提供する", "担う", "保守する", "管理する"];
    const KIND: &[&str] = &[
        "会社",
        "業者",
        "企業",
        "事業者",
        "委託先",
        "委託先の",
        "委託している",
        "委託した",
        "委託する",
        "法人",
        "メーカー",
    ];
    for s in doc.sentences.iter().filter(|s| is_report(doc, s)).take(14) {
        let text = doc.of(s);
        for (i, _) in text.match_indices('「') {
            let before = last_chars(text.get(..i).unwrap_or_default(), 26);
            let Some(name) = text.get(i + "「".len()..).and_then(|r| r.split_once('」')).map(|(n, _)| n) else {
                continue;
            };
            let named = KIND.iter().any(|k| before.ends_with(k)) && WORK.iter().any(|w| before.contains(w));
            if named && (2..=30).contains(&name.chars().count()) && !name.contains('。') {
                let start = s.start + i + "「".len();
                return Some((start, start + name.len(), Confidence::Medium, "third_party.quoted"));
            }
        }
    }
    None
}

/// `利用している学習支援サービス「まなびの灯」`: a service's name in quotes behind the words that it is used.
fn service(doc: &Doc) -> Option<Found> {
    for s in doc.sentences.iter().filter(|s| is_report(doc, s)).take(14) {
        let text = doc.of(s);
        for (i, _) in text.match_indices('「') {
            let before = last_chars(text.get(..i).unwrap_or_default(), 30);
            let Some((name, _)) = text.get(i + "「".len()..).and_then(|r| r.split_once('」')) else { continue };
            let kind = doc.hits("service_kinds", before).any(|h| h.end == before.len());
            if kind && doc.has("used_services", before) && (2..=30).contains(&name.chars().count()) {
                let start = s.start + i + "「".len();
                return Some((start, start + name.len(), Confidence::Medium, "third_party.service"));
            }
        }
    }
    None
}

/// `みどり株式会社のクラウド環境が不正アクセスを受け`: a company whose machines were broken into.
fn operated(doc: &Doc, own: &str) -> Option<Found> {
    for s in doc.sentences.iter().filter(|s| is_report(doc, s)).take(8) {
        let text = doc.of(s);
        if !doc.has("company_forms", text) || !doc.has("broke_in", text) {
            continue;
        }
        let Some((a, b)) = company_in(doc, s.start, s.end) else { continue };
        let after = first_chars(doc.get(b, s.end), 12);
        let name = doc.get(a, b);
        let theirs = after.strip_prefix('の').is_some_and(|rest| doc.starting("machines", rest).is_some());
        if theirs && (own.is_empty() || !own.contains(name) && !name.contains(own)) {
            return Some((a, b, Confidence::Medium, "third_party.operated"));
        }
    }
    None
}

/// `運用を委託している企業`: a contractor that the text only describes.
fn described(doc: &Doc) -> Option<Found> {
    doc.sentences.iter().filter(|s| is_report(doc, s)).take(14).find_map(|s| {
        let h = doc.hits("described_contractors", doc.of(s)).next()?;
        Some((s.start + h.start, s.start + h.end, Confidence::Low, "third_party.described"))
    })
}

/// The byte that lies at most `n` characters behind `at`.
fn window(doc: &Doc, at: usize, n: usize) -> usize {
    let rest = doc.text().get(at..).unwrap_or_default();
    at + rest.char_indices().nth(n).map_or(rest.len(), |(i, _)| i)
}

fn platform(doc: &Doc) -> Option<Found> {
    if !doc.has("platforms", doc.text()) {
        return None;
    }
    doc.sentences
        .iter()
        .filter(|s| !matches!(s.section, Section::Prevention | Section::Contact) && !doc.has("prevention", doc.of(s)))
        .find_map(|s| {
            let h = doc.hits("platforms", doc.of(s)).next()?;
            Some((s.start + h.start, s.start + h.end, Confidence::Low, "third_party.platform"))
        })
}

/// An unnamed contractor in the text's own words, where it is the one who acts.
fn unnamed(doc: &Doc) -> Option<Found> {
    if !doc.has("contractors", doc.text()) {
        return None;
    }
    doc.sentences
        .iter()
        .filter(|s| !matches!(s.section, Section::Prevention | Section::Contact) && !doc.has("prevention", doc.of(s)))
        .find_map(|s| {
            let text = doc.of(s);
            let acts = [
                "が",
                "は",
                "から",
                "の従業員",
                "の機械",
                "の作業",
                "のシステム",
                "のメール",
                "の不具合",
                "の誤り",
                "のミス",
                "で、",
                "に引き渡",
                "の社員",
                "のサーバ",
                "において",
                "による",
                "に対する",
                "における",
                "の担当",
                "より",
            ];
            let h = doc.hits("contractors", text).find(|h| {
                let after = text.get(h.end..).unwrap_or_default();
                // Who settles payments tells of the leak; it did not happen there.
                let before = text.get(..h.start).unwrap_or_default();
                !before.ends_with("決済") && acts.iter().any(|w| after.starts_with(w))
            })?;
            Some((s.start + h.start, s.start + h.end, Confidence::Low, "third_party.unnamed"))
        })
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_of;

    #[test]
    fn a_quoted_service_that_is_used_is_where_it_happened() {
        for (body, expected) in [
            (
                "6月3日、本学園が利用している学習支援サービス「まなびの灯」で、生徒31名の氏名が見える状態になりました。",
                Some("まなびの灯"),
            ),
            (
                "当館が導入している予約システム「しおり便」に不正アクセスがあり、会員の氏名が漏えいしました。",
                Some("しおり便"),
            ),
            // One's own service, and a quote behind another word.
            ("当館の予約システム「しおり便」に不正アクセスがあり、会員の氏名が漏えいしました。", None),
            ("6月3日、利用しているサービスの行事「みどりの日」の名簿を紛失しました。", None),
        ] {
            let facts = facts_of("名簿の漏えいについて", body);
            assert_eq!(facts.third_party.as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn a_company_whose_machines_were_entered_and_a_contractor_in_plain_words() {
        for (body, expected) in [
            (
                "名簿を預けている、みどり野株式会社のクラウド環境が、第三者による不正アクセスを受けました。",
                Some("みどり野株式会社"),
            ),
            ("名簿の印刷を委託している企業のパソコンがウイルスに感染しました。", Some("委託している企業")),
            ("申込みにはグーグルフォームを使っていました。", Some("グーグルフォーム")),
            ("決済代行会社から、カード情報の流出懸念について連絡を受けました。", None),
        ] {
            assert_eq!(facts_of("名簿の漏えいについて", body).third_party.as_deref(), expected, "{body}");
        }
    }
}
