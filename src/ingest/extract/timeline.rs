//! The chronology: the dated events of an entry, each once, in text order.
//!
//! Given the resolved date expressions of the body by `extract`; leaves out what is no happening of the incident or of
//! the response.

use super::dates::DateExpr;
use super::doc::{Doc, Section};
use super::releases::{announces, is_release};
use crate::domain::{Confidence, Event, Facts, Field, Precision};
use crate::text::{first_chars, last_chars};
use chrono::{Datelike, NaiveDate};
use std::collections::{HashMap, HashSet};

/// Longest text of an event, in characters.
const MAX_TEXT: usize = 160;

/// Puts the events that [`events`] kept into the timeline; the day of publication is settled by then.
pub fn extract(doc: &Doc, dates: &[DateExpr], kept: &[&DateExpr], facts: &mut Facts) {
    let mut sure = true;
    // The period of payments by card is when the data were taken, and no event.
    let kept: Vec<&DateExpr> = kept.iter().copied().filter(|e| !is_card_period(doc, e)).collect();
    for e in &kept {
        let span = doc.span(e.span.start, e.span.end);
        let odd = e.wrong_weekday.then(|| wrong_weekday(doc, e)).or_else(|| odd_year(doc, e, facts.published));
        if let Some(warning) = odd.filter(|w| !facts.warnings.contains(w)) {
            facts.warnings.push(warning);
        }
        sure &= !e.wrong_weekday;
        facts.timeline.push(Event {
            at: e.at,
            until: e.until,
            lo: e.lo,
            hi: e.hi,
            precision: e.precision,
            approx: e.approx,
            span,
            text: clause(doc, e, dates),
        });
    }
    if !kept.is_empty() {
        let spans: Vec<_> = facts.timeline.iter().map(|e| e.span).collect();
        let stated = kept.iter().all(|e| matches!(e.rule, "stated" | "range" | "carried" | "clock"));
        let level = match (sure && facts.published.is_some(), stated) {
            (true, true) => Confidence::Medium,
            _ => Confidence::Low,
        };
        facts.prove(Field::Timeline, spans, level, "timeline.dates");
    }
}

/// The expressions that are events, in text order.
pub fn events<'d>(doc: &Doc, dates: &'d [DateExpr], published: Option<NaiveDate>) -> Vec<&'d DateExpr> {
    let mut kept: Vec<&DateExpr> = Vec::new();
    for (i, e) in dates.iter().enumerate() {
        if !is_event(doc, e, published) || is_header_of_next(doc, e, dates.get(i + 1)) {
            continue;
        }
        kept.push(e);
    }
    once(doc, &kept)
}

/// Each event once: a plain day that was told before, or that the opening paragraph tells ahead of the chronology.
fn once<'d>(doc: &Doc, all: &[&'d DateExpr]) -> Vec<&'d DateExpr> {
    let mut mentions: HashMap<_, Mentions> = HashMap::new();
    let mut out: Vec<&DateExpr> = Vec::new();
    for (e, retold_finer) in all.iter().zip(retold_finer(doc, all)) {
        // A period of which both ends were told each by itself.
        let ends = e.until.is_some_and(|u| {
            matches!(e.precision, Precision::Minute | Precision::Hour)
                && [e.at, u].iter().all(|at| out.iter().any(|o| o.until.is_none() && o.at == *at))
        });
        if ends {
            continue;
        }
        let before = mentions.entry((e.at, e.until, e.precision, e.lo)).or_default();
        if !retold_finer && !before.tell(doc, e) {
            before.fresh.push(e);
            out.push(e);
        }
    }
    out
}

/// For each event whether one behind it tells it again, in the chronology or with its hour.
fn retold_finer(doc: &Doc, all: &[&DateExpr]) -> Vec<bool> {
    let (mut chronology, mut hours, mut ranges) = (HashSet::new(), HashSet::new(), HashSet::new());
    let mut retold = vec![false; all.len()];
    for (e, retold) in all.iter().zip(&mut retold).rev() {
        let preface = doc.sentence_at(e.span.start).is_some_and(|s| s.section == Section::Preface);
        let (day, single) = (e.at.first_day(), e.until.is_none());
        let summary = doc.sentence_index(e.span.start) < 2 && matches!(e.precision, Precision::Day | Precision::Part);
        let again = preface && e.precision == Precision::Day && chronology.contains(&day);
        let finer = (summary || is_labelled(doc, e)) && hours.contains(&day);
        *retold = (again || finer) && single && !says_announced(doc, e);
        // `7日から8日にかけて`, told again with its hours.
        let span = (day, e.until.and_then(|u| u.last_day()));
        let opening = doc.sentence_index(e.span.start) < 2 && e.precision == Precision::Day;
        *retold |= !single && opening && ranges.contains(&span);
        if !single && matches!(e.precision, Precision::Minute | Precision::Hour) {
            ranges.insert(span);
        }
        if !preface {
            chronology.insert(day);
        }
        if matches!(e.precision, Precision::Minute | Precision::Hour) && !leans(doc, e) {
            hours.insert(day);
        }
    }
    retold
}

/// `発生日:5月23日`: the day alone, of which the chronology tells the hours.
fn is_labelled(doc: &Doc, e: &DateExpr) -> bool {
    let before = doc.sentence_at(e.span.start).map_or("", |s| doc.get(s.start, e.span.start));
    let label = before.trim_end_matches([':', ' ', '】', ')']);
    e.precision == Precision::Day
        && ["発生日", "判明日", "発覚日", "発生日時", "判明日時"].iter().any(|w| label.ends_with(w))
}

/// The mentions of one moment that are events.
#[derive(Default)]
struct Mentions<'d> {
    /// Those of which it was not asked yet whether they announce.
    fresh: Vec<&'d DateExpr>,
    /// Whether there are some that do not announce, and some that do.
    known: [bool; 2],
}

impl Mentions<'_> {
    /// Tells whether a further mention tells no other event: the text does not say 同日 or another part of the day.
    fn tell(&mut self, doc: &Doc, e: &DateExpr) -> bool {
        if self.fresh.is_empty() && self.known == [false; 2] || leans(doc, e) {
            return false;
        }
        let behind = doc.text().get(e.span.end..).unwrap_or_default();
        if behind.starts_with("現在") || behind.starts_with("時点") {
            return true;
        }
        // `6月3日中に`, `3日のうちに`: what else was done on that day.
        if ["中に", "のうちに", "のうちで"].iter().any(|w| behind.starts_with(w)) {
            return false;
        }
        // The day on which it was announced is another event than what else was done on that day.
        let told = |e| announces(doc, e, [e].into_iter()) || is_release(doc, e);
        for before in self.fresh.drain(..) {
            let [silent, telling] = &mut self.known;
            *(if told(before) { telling } else { silent }) = true;
        }
        let [silent, telling] = self.known;
        if told(e) { telling } else { silent }
    }
}

fn says_announced(doc: &Doc, e: &DateExpr) -> bool {
    doc.sentence_at(e.span.start).is_some_and(|s| doc.has("announce", doc.of(s)))
}

/// 同日 and 翌朝 add to what was told; they do not tell it again.
fn leans(doc: &Doc, e: &DateExpr) -> bool {
    doc.get(e.span.start, e.span.end).starts_with(['同', '翌', '即', 'こ'])
}

/// A line that holds nothing but a day, before a line that begins with an hour.
fn is_header_of_next(doc: &Doc, e: &DateExpr, next: Option<&DateExpr>) -> bool {
    let Some(next) = next.filter(|n| n.clock_only && e.precision == Precision::Day) else { return false };
    let (start, end) = doc.line_at(e.span.start);
    let own = end.saturating_sub(e.span.end) + e.span.start.saturating_sub(start) <= 6;
    own && doc.get(e.span.end, next.span.start).chars().all(|c| c.is_whitespace() || "・•-○●()【】※:〇".contains(c))
}

fn is_event(doc: &Doc, e: &DateExpr, published: Option<NaiveDate>) -> bool {
    if e.birth || matches!(e.precision, Precision::Year | Precision::FiscalYear) {
        return false;
    }
    let Some(sentence) = doc.sentence_at(e.span.start) else { return false };
    let text = doc.of(sentence);
    let after = doc.get(e.span.end, sentence.end);
    let before = doc.get(sentence.start, e.span.start);
    if doc.has("office_hours", text) || doc.has("not_events", text) {
        return false;
    }
    let hours = e.clock_only && (e.until.is_some() || text.contains("まで"));
    if hours && doc.has("contact_heading", text) || sentence.section == Section::Contact && !is_dispatch(e, text) {
        return false;
    }
    let said = doc.get(e.span.start, e.span.end);
    let nears = |words: &[&str]| words.iter().any(|w| after.starts_with(w));
    if nears(&["まで休", "休業", "休み", "版", "号", "生まれ", "現在の", "入学", "卒業", "採用", "付け改正"])
    {
        return false;
    }
    if leans_on_nothing(said, after) || follows_label(doc, e, before) {
        return false;
    }
    if said == "前日" && nears(&["から", "の", "まで"]) {
        return false;
    }
    if said.starts_with("この日") && nears(&["まで", "は"]) {
        return false;
    }
    if said == "本日" && nears(&["の", "まで", "現在", "時点"]) {
        return false;
    }
    if is_deadline(e, text, after)
        || is_state_date(e, said, before, after)
        || is_held(before, after)
        || is_bracketed_period(e, before, after)
    {
        return false;
    }
    if said.starts_with("当日")
        || e.precision == Precision::Month && nears(&["頃から", "以降"]) && doc.has("prevention", text)
    {
        return false;
    }
    // A line of links to other posts tells of other cases.
    if doc.get(sentence.start, sentence.end).contains("http") && text.starts_with('・') || text.contains("事件簿#")
    {
        return false;
    }
    if names_a_dataset(doc, e, sentence.section, text) || is_idle_month(doc, e, after) {
        return false;
    }
    !is_letterhead(doc, e, published) && !is_plan(e, text, published) && !is_period(doc, e, before, after)
}

/// `6月1日現在`, `(4月24日15時30分時点)`: when something was counted, not when it happened.
fn is_state_date(e: &DateExpr, said: &str, before: &str, after: &str) -> bool {
    let spoken = after.starts_with("の時点で");
    let after = after.strip_prefix('の').unwrap_or(after);
    let now = after.starts_with("現在") || after.starts_with("時点");
    let timed = matches!(e.precision, Precision::Minute | Precision::Hour) && spoken;
    let headed = before.trim_start_matches(['・', '※', ' ']).is_empty();
    now && !timed && (said.starts_with(['本', '同']) || !headed)
}

/// `7月12日開催の講座`, `8日に開催予定の`: the day of something that was to be held.
fn is_held(before: &str, after: &str) -> bool {
    let own = after.strip_prefix('に').unwrap_or(after);
    let own = own.strip_prefix('の').unwrap_or(own);
    let held = ["開催", "実施予定", "開かれる", "開く予定", "発売", "開園", "開校", "開設予定", "開設される", "開幕"];
    held.iter().any(|w| own.starts_with(w)) && !before.trim_end_matches('、').ends_with('を')
}

/// `綴り3冊(2015年1~3月)`: months in brackets behind a thing say which it is.
fn is_bracketed_period(e: &DateExpr, before: &str, after: &str) -> bool {
    let coarse = matches!(e.precision, Precision::Month | Precision::PartMonth);
    coarse && e.until.is_some() && before.ends_with('(') && after.starts_with([')', '分', '、'])
}

/// A period of payments by card: in it the data were taken, but nothing is told to have been done.
fn is_card_period(doc: &Doc, e: &DateExpr) -> bool {
    let Some(s) = doc.sentence_at(e.span.start).filter(|_| e.until.is_some()) else { return false };
    let after = doc.get(e.span.end, s.end);
    // A period on a line of its own goes on in the next.
    let next = doc.sentences.get(doc.sentence_index(e.span.start) + 1).filter(|n| !n.heading);
    let goes_on = if after.chars().count() < 4 { next.map(|n| doc.of(n)) } else { None };
    is_of_payments(goes_on.unwrap_or(after))
}

/// Speaks of paying by card.
fn is_of_payments(after: &str) -> bool {
    let near = first_chars(after, 120);
    let near = near.split('。').next().unwrap_or_default();
    near.find("カード").and_then(|i| near.get(i..)).is_some_and(|b| {
        ["決済", "利用", "ご利用", "入力", "登録", "支払"].iter().any(|w| first_chars(b, 14).contains(w))
    })
}

/// `送信日が翌日になっている`, `先週`: no day of the chronology.
fn leans_on_nothing(said: &str, after: &str) -> bool {
    let vague = said.ends_with('週') || said.ends_with("週末");
    vague
        || said.starts_with(['翌', '当'])
            && ["になって", "扱い", "配達", "以降の", "以降も", "の日付"].iter().any(|w| after.starts_with(w))
}

/// The date of a label that tells of the page, not of the incident: `掲載日:`, `最終更新日:`.
fn follows_label(doc: &Doc, e: &DateExpr, before: &str) -> bool {
    let label = before.trim_end_matches([':', ' ', '|', '/', '】', ']', ')']);
    let from = label.char_indices().rev().nth(9).map_or(0, |(i, _)| i);
    let tail = label.get(from..).unwrap_or_default();
    e.until.is_none() && doc.hits("page_labels", tail).last().is_some_and(|h| h.end == tail.len())
}

/// A month in a list of what was exposed says which data they are, not when something happened.
fn names_a_dataset(doc: &Doc, e: &DateExpr, section: Section, sentence: &str) -> bool {
    let coarse = e.precision == Precision::Month && e.until.is_none();
    coarse && section == Section::Data && !doc.has("noticed", sentence) && !doc.has("leaked", sentence)
}

/// A bare month without any deed near it (`8月の健診`).
fn is_idle_month(doc: &Doc, e: &DateExpr, after: &str) -> bool {
    if e.precision != Precision::Month || e.until.is_some() {
        return false;
    }
    let near = first_chars(after, 60);
    let deed = ["noticed", "happened", "responses", "sanction", "released"].iter().any(|p| doc.has(p, near));
    // `公開は4月から。`
    let since = near.starts_with("から。") || near.starts_with("からだ") || near.starts_with("からで");
    !deed && !near.starts_with("に") && !since
}

/// In a section on contacts only what is sent out on a day is an event.
fn is_dispatch(e: &DateExpr, sentence: &str) -> bool {
    e.precision == Precision::Day
        && e.until.is_none()
        && ["発送", "送付", "郵送", "通知", "報告", "連絡し"].iter().any(|w| sentence.contains(w))
}

/// A line with nothing but the day of publication.
fn is_letterhead(doc: &Doc, e: &DateExpr, published: Option<NaiveDate>) -> bool {
    let alone = || {
        let (start, end) = doc.line_at(e.span.start);
        let rest = [doc.get(start, e.span.start), doc.get(e.span.end, end)];
        rest.iter().all(|r| r.chars().all(|c| c.is_whitespace() || "()[]【】〔〕".contains(c)))
    };
    published.is_some() && e.at.first_day() == published && e.precision == Precision::Day && alone() && {
        let index = doc.sentence_index(e.span.start);
        index <= 3 || index + 4 >= doc.sentences.len()
    }
}

/// `2月末までに改修する`: a month that lies ahead, whatever its year.
fn is_deadline(e: &DateExpr, sentence: &str, after: &str) -> bool {
    let coarse = matches!(e.precision, Precision::Month | Precision::PartMonth) && e.until.is_none();
    let done = ["た。", "たと", "ました", "ている", "ております", "済"].iter().any(|w| sentence.contains(w));
    coarse && after.starts_with("までに") && !done
}

/// A plan that names no day, or that says outright that it is one.
fn is_plan(e: &DateExpr, sentence: &str, published: Option<NaiveDate>) -> bool {
    let Some((published, lo)) = published.zip(e.lo.first_day()) else { return false };
    let planned = || {
        ["予定", "計画", "見込", "検討", "目途", "目指", "めど", "開始します", "実施します"]
            .iter()
            .any(|w| sentence.contains(w))
    };
    let coarse = matches!(e.precision, Precision::Month | Precision::PartMonth);
    let end = e.hi.and_then(|h| h.last_day()).unwrap_or(lo);
    let answer = || ["順次", "送付", "発送", "お送り", "再開", "開設", "設置"].iter().any(|w| sentence.contains(w));
    let ahead = (lo - published).num_days();
    let past = || ["た。", "たと", "ました", "済"].iter().any(|w| sentence.contains(w)) || sentence.ends_with('た');
    (lo > published && (coarse || ahead > 14 && (planned() || !answer() && !past())))
        || (coarse && end > published && planned())
}

/// A period that only says who is affected, or when something was on offer.
fn is_period(doc: &Doc, e: &DateExpr, before: &str, after: &str) -> bool {
    let near = first_chars(after, 40);
    let head = last_chars(before, 12);
    let by_card = near.contains("カード") && ["決済", "番号", "情報", "利用"].iter().any(|w| near.contains(w));
    if by_card || e.until.is_some() && is_of_payments(after) {
        // Paying by card is how the data were taken: the period is the exposure's own.
        return false;
    }
    let within = head.ends_with("中の") || head.ends_with("中に");
    if doc.has("periods", head) && !within || doc.has("periods", near) && e.until.is_some() {
        return true;
    }
    let ranged = e.until.is_some() || near.starts_with("まで");
    if e.until.is_some() && (names_people(after) || names_things(near)) {
        return true;
    }
    // `5月9日13時30分まで、ほかのお客様にも閲覧できた`: the exposure itself.
    let open = ["閲覧でき", "閲覧可能", "表示され", "見られる"].iter().any(|w| near.contains(w));
    ranged
        && doc.has("subjects", near)
        && !head.ends_with("期間")
        && !(open && matches!(e.precision, Precision::Minute | Precision::Hour))
}

/// `4月から6月の間に健診をお申込みされた受診者さま`
fn names_people(after: &str) -> bool {
    let own = after.split(['。', '\n']).next().unwrap_or_default();
    let own = first_chars(own, 90);
    let people = [
        "た受診者",
        "た利用者",
        "たお客",
        "た患者",
        "た会員",
        "た皆",
        "た学生",
        "た生徒",
        "た児童",
        "た応募者",
        "た申込者",
    ];
    let begins = ["の間に", "の期間に", "に", "までに", "まで"].iter().any(|w| own.starts_with(w));
    begins && people.iter().any(|w| own.contains(w))
}

/// `4月1日から10月26日までのメール`: which things they are.
fn names_things(after: &str) -> bool {
    let own = after.strip_prefix("まで").unwrap_or(after).trim_start();
    let Some(thing) = own.strip_prefix('の') else { return own.starts_with('分') };
    let things = [
        "メール",
        "データ",
        "書類",
        "文書",
        "記録",
        "申請",
        "帳票",
        "伝票",
        "名簿",
        "履歴",
        "申込",
        "診療",
        "写真",
        "資料",
        "相談",
        "取引",
    ];
    things.iter().any(|w| thing.starts_with(w))
}

/// The first year that an incident of a case book is likely to have.
const FIRST_YEAR: i32 = 1990;

/// How many days after publication an event may lie: an answer that is announced ahead.
const AHEAD: i64 = 92;

/// What to tell of an event long before all case books, or so long after publication that one of the years is wrong.
fn odd_year(doc: &Doc, e: &DateExpr, published: Option<NaiveDate>) -> Option<String> {
    let first = e.at.first_day()?;
    let said = doc.get(e.span.start, e.span.end).split_whitespace().collect::<String>();
    if first.year() < FIRST_YEAR {
        return Some(format!("「{said}」 lies before {FIRST_YEAR}: check the year"));
    }
    let published = published?;
    let past = (first - published).num_days() > AHEAD;
    past.then(|| format!("「{said}」 lies after the publication of {published}: check both years"))
}

/// What to tell of a weekday that does not belong to its day.
fn wrong_weekday(doc: &Doc, e: &DateExpr) -> String {
    let said = doc.get(e.span.start, e.span.end).split_whitespace().collect::<String>();
    match (e.at.first_day(), e.until) {
        (Some(day), None) => {
            let (name, month) = (day.format("%A"), day.format("%Y-%m"));
            format!("「{said}」 is a {name} in {month}: check the date")
        }
        _ => format!("「{said}」 names a weekday that is another in that year: check the date"),
    }
}

/// What happened: the clause of the date without the date's own words, from after the date before it in the sentence
/// to the next one. A date that stands alone takes what stands before it, or the next sentence.
fn clause(doc: &Doc, e: &DateExpr, dates: &[DateExpr]) -> String {
    let Some(own) = doc.sentence_at(e.span.start) else { return String::new() };
    // The dates stand in text order and apart from each other.
    let around = |d: &&DateExpr| own.start <= d.span.start && d.span.end <= own.end;
    let index = dates.partition_point(|d| d.span.end <= e.span.start);
    let from = index.checked_sub(1).and_then(|i| dates.get(i)).filter(around).map(|d| d.span.end);
    let before = tidy(doc.get(from.unwrap_or(own.start), e.span.start));
    // Dates that stand in a row tell of one happening.
    let index = dates.partition_point(|d| d.span.start < e.span.end + 12);
    let next = dates.get(index).filter(around).map(|d| d.span.start);
    let mut after = doc.get(e.span.end, next.unwrap_or(own.end));
    if next.is_some() {
        after = after.rfind('、').filter(|cut| *cut >= 12).and_then(|cut| after.get(..cut)).unwrap_or(after);
    }
    let after = tidy(after);
    let after = without_particle(&after);
    let mut text = format!("{}{after}", subject(&before));
    if after.chars().count() < 2 {
        text = before.trim_end_matches([':', '/', '、', ' ', '(']).to_owned();
    }
    if text.is_empty() {
        let index = doc.sentence_index(e.span.start);
        let heading = index.checked_sub(1).and_then(|i| doc.sentences.get(i)).filter(|s| s.heading);
        let next = doc.sentences.get(index + 1).filter(|n| !n.heading);
        text = heading.or(next).map(|n| tidy(doc.of(n))).unwrap_or_default();
    }
    first_chars(text.trim_end_matches(['。', '、', '(', '「']), MAX_TEXT).to_owned()
}

/// White space collapsed, bullets and colons at the front gone.
fn tidy(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    words.trim_start_matches(['・', '•', '○', '●', '〇', '■', '▼', '◆', '※', '-', '→', ':', ';', ' ']).to_owned()
}

/// Without what ties a date to its clause: a qualifier, then a particle, then punctuation.
fn without_particle(text: &str) -> &str {
    const TIES: [&[&str]; 4] = [
        &["頃", "ごろ", "ころ", "付けで", "付けの", "付で", "付け"],
        &["までの間", "の間", "まで", "以降", "にかけて", "から", "より"],
        &["には", "に", "は", "の", "で"],
        &["、", ":", ")", "~"],
    ];
    let text = text.strip_prefix('中').filter(|t| !t.starts_with(['学', '央', '国', '部', '小', '野'])).unwrap_or(text);
    let rest = TIES.iter().fold(text, |rest, ties| ties.iter().find_map(|t| rest.strip_prefix(t)).unwrap_or(rest));
    rest.trim_start()
}

/// The subject that stands right before a date (`職員が、10月4日に…`), where it is short.
fn subject(before: &str) -> &str {
    let bare = before.trim_end_matches(['、', ' ']);
    let piece = bare.rsplit(['、', '。']).next().unwrap_or(bare);
    let ends = ["が", "は", "では", "にて", "において"].iter().any(|w| piece.ends_with(w));
    if ends && piece.chars().count() <= 40 { before.get(bare.len() - piece.len()..).unwrap_or(piece) } else { "" }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Facts, Kind};
    use crate::ingest::extract::{Head, Surroundings, extract};

    fn read(body: &str, published: &str) -> Facts {
        let text = format!("白砂町 名簿の誤送信\n\n{body}\n");
        let at = text.find("\n\n").map_or(0, |i| i + 2);
        let head = Head { body: at, body_end: text.len(), ..Head::default() };
        extract(&text, &head, Surroundings { kind: Kind::Incident, year: None, published: published.parse().ok() })
    }

    fn told(body: &str) -> String {
        read(body, "2024-07-10").timeline.iter().map(|e| e.at.to_string()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_dates_something_else_is_no_event() {
        for body in [
            "掲載日:2024年7月1日",
            "記者発表資料 発表日:2024年7月1日",
            "誤って送った件数(6月24日15時30分時点)は70件です。",
            "利用者は6月1日現在で80名です。",
            "送信日が翌日になっているメールにご注意ください。",
            "平成15年法律第57号に基づきます。",
            "令和5年度に作成した名簿です。",
            "担当者は1980年5月1日生まれです。",
            "来年10月1日の開園を前に準備しております。",
            "対策は来年3月までに実施する予定です。",
            "対象は7月12日開催の講座に申し込まれた方です。",
            "6月8日に開催予定の交流会の案内を用意しております。",
            "帳票綴3冊(2015年1~3月)が対象です。",
            "2020年4月から2023年3月の間に健診をお申込みされた受診者さまです。",
            "対象は2023年4月1日から2024年1月5日までのメールです。",
            "市は2月末までに仕組みを改める。",
        ] {
            assert_eq!(told(body), "", "{body}");
        }
    }

    #[test]
    fn one_event_told_twice_appears_once_and_two_of_a_day_twice() {
        for (body, expected) in [
            (
                "6月26日に通信が止まり、27日朝に復旧しました。止まったのは26日午前11時ごろで、復旧したのは27日午前7時30分ごろです。",
                "2024-06-26T11:00 2024-06-27T07:30",
            ),
            (
                "白砂町は6月26日、名簿を誤って送信したと発表した。町は26日、送信先に削除を依頼した。",
                "2024-06-26 2024-06-26",
            ),
            ("6月26日に送信した。同日、削除を依頼した。", "2024-06-26 2024-06-26"),
            ("6月26日に送信した。6月26日中に削除を依頼した。", "2024-06-26 2024-06-26"),
            ("6月3日に回収を始め、この日までに94件を回収した。", "2024-06-03"),
            (
                "2023年11月7日~2024年3月12日の期間に、カードで決済をされたお客様が対象です。3月12日に連絡を受けました。",
                "2024-03-12",
            ),
            (
                "経過\n6月7日、係員が紛失した。\n5月13日、別の係員が使おうとした。\n係は7日、署に届け出た。",
                "2024-06-07 2024-05-13",
            ),
            ("6月26日(水)\n・9時15分 送信した。\n・10時 気づいた。", "2024-06-26T09:15 2024-06-26T10:00"),
        ] {
            assert_eq!(told(body), expected, "{body}");
        }
    }

    #[test]
    fn unlikely_years_are_warned_of() {
        let warned = |body: &str, day: &str| read(body, day).warnings.join("; ");
        let body = "2025年2月3日、書庫の点検で不足が見つかりました。";
        assert!(warned(body, "2015-02-12").contains("after the publication of 2015-02-12"));
        assert_eq!(warned(body, "2025-02-12"), "");
        assert!(warned("1925年2月3日に名簿を紛失しました。", "2025-02-12").contains("before 1990"));
        assert!(warned("2025年2月3日(火)に紛失しました。", "2025-02-12").contains("is a Monday"));
        let letter = "2024年6月30日\n\n名簿を誤って送信しました。";
        let head = |day: &str| {
            let text = format!("白砂町 名簿の誤送信\n\n{letter}\n");
            let at = text.find("\n\n").map_or(0, |i| i + 2);
            let published = day.parse().ok().map(|d| (d, crate::domain::Span::new(0, 6)));
            let head = Head { body: at, body_end: text.len(), published, ..Head::default() };
            extract(&text, &head, Surroundings { kind: Kind::Incident, year: None, published: None }).warnings.join("")
        };
        assert!(head("2024-07-10").contains("the body 2024-06-30"));
        assert_eq!(head("2024-06-30"), "");
    }
}
