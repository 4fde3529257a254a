//! The total affected: one of the many numbers of a notice, or none.
//!
//! Every count is weighed by the words around it; parts of a total, recipients of mails and the people who made the
//! mistake are left out. People win over records where both are given for the same thing.

use super::counts::{self, CountExpr};
use super::doc::{Doc, Section, Sentence};
use crate::domain::{Affected, Confidence, Facts, Field, Modifier, Money, Unit};
use crate::text::{first_chars, last_chars};

/// Most counts of one entry that are looked at.
const MOST_COUNTS: usize = 5000;

/// The score from which a number is believed.
const ENOUGH: i32 = 4;

struct Candidate {
    count: CountExpr,
    score: i32,
    in_title: bool,
    /// Number of its sentence.
    sentence: usize,
    /// Called a total.
    total: bool,
}

impl Candidate {
    fn value(&self) -> u64 {
        self.count.hi.or(self.count.lo).unwrap_or(0)
    }
}

/// The total itself; `None` where the number is one of several that stand side by side and no total is stated.
fn sum_of_parts<'a>(doc: &Doc, all: &'a [Candidate], best: &'a Candidate) -> Option<&'a Candidate> {
    if best.in_title {
        return Some(larger(doc, all, best).unwrap_or_else(|| exacter(all, best)));
    }
    if best.total {
        return Some(best);
    }
    let beside = |c: &&Candidate| {
        !c.in_title
            && !c.total
            && c.score + 3 >= best.score
            && c.score >= ENOUGH
            && c.count.span != best.count.span
            && c.value() != best.value()
            && stand_side_by_side(doc, best, c)
    };
    let others: Vec<&Candidate> = all.iter().filter(beside).collect();
    if others.is_empty() {
        return Some(best);
    }
    let sum = best.value() + others.iter().map(|c| c.value()).sum::<u64>();
    all.iter().find(|c| c.value() == sum)
}

/// A larger number that the body gives for those who may be affected, beside the headline's: `可能性がある患者は150人`.
fn larger<'a>(doc: &Doc, all: &'a [Candidate], title: &Candidate) -> Option<&'a Candidate> {
    let feared = |c: &&Candidate| {
        let before = last_chars(doc.get(c.count.span.start.saturating_sub(60), c.count.span.start), 18);
        !c.in_title
            && c.count.unit == title.count.unit
            && c.value() > title.value()
            && c.score >= ENOUGH
            && ["可能性がある", "可能性のある", "おそれがある", "恐れがある", "おそれのある", "恐れのある"]
                .iter()
                .any(|w| before.contains(w))
    };
    all.iter().filter(feared).max_by_key(|c| c.value())
}

/// The body's own number where the headline rounds it: `1.4万件` for 14,127.
fn exacter<'a>(all: &'a [Candidate], title: &'a Candidate) -> &'a Candidate {
    let stated = title.value();
    let rounds = |c: &&Candidate| {
        let value = c.value();
        !c.in_title
            && c.count.unit == title.count.unit
            && value != stated
            && c.score > 0
            && stated >= 100
            && zeros(value) < zeros(stated)
            && value.abs_diff(stated) * 20 <= stated
    };
    all.iter().filter(rounds).max_by_key(|c| c.score).unwrap_or(title)
}

/// How many zeros a number ends with.
fn zeros(number: u64) -> u32 {
    let mut left = number;
    let mut count = 0;
    while left > 0 && left.is_multiple_of(10) {
        (left, count) = (left / 10, count + 1);
    }
    count
}

/// `【件数:20件】…【件数:15件】`: the same label before both, in two lines of one list.
fn are_labelled_alike(doc: &Doc, a: &Candidate, b: &Candidate) -> bool {
    let label = |c: &Candidate| last_chars(doc.get(doc.line_at(c.count.span.start).0, c.count.span.start), 4);
    let one = label(a);
    one.chars().count() == 4
        && one.ends_with([':', '|'])
        && one == label(b)
        && doc.line_at(a.count.span.start) != doc.line_at(b.count.span.start)
}

/// `園児20名分の写真と保護者15名分の名簿`, or two bullets with a number each.
fn stand_side_by_side(doc: &Doc, a: &Candidate, b: &Candidate) -> bool {
    let (first, second) = if a.count.span.start < b.count.span.start { (a, b) } else { (b, a) };
    let people = |c: &Candidate| c.count.unit == Unit::People;
    let between = doc.get(first.count.span.end, second.count.span.start);
    if a.sentence == b.sentence {
        let joined = ["と", "、", "及び", "および", "並びに"].iter().any(|w| between.contains(w));
        return people(a) == people(b)
            && joined
            && between.chars().count() <= 60
            && !between.contains(['(', ')', '※'])
            && !doc.has("part_cues", between)
            && !doc.has("nested", between);
    }
    if are_labelled_alike(doc, first, second) {
        return true;
    }
    let bullet = |c: &Candidate| {
        let (start, _) = doc.line_at(c.count.span.start);
        let head = doc.get(start, c.count.span.start);
        head.starts_with(['・', '•', '-', '(', '①', '②', '③', '④', '○', '●', '※'])
            && head.chars().count() <= 24
            && !head.starts_with('※')
    };
    a.sentence.abs_diff(b.sentence) <= 2
        && bullet(a)
        && bullet(b)
        && !between.contains("。")
        && !doc.has("nested", between)
        && !doc.has("part_cues", between)
}

pub fn extract(doc: &Doc, facts: &mut Facts) {
    let mut counts = counts::scan_folded(doc.text(), doc.places((0, doc.text().len())));
    counts.truncate(MOST_COUNTS);
    money(doc, &counts, facts);
    if facts.actions.first().is_some_and(|a| a == "error.malfunction") {
        // An outage hinders people; it exposes none of their data.
        return;
    }
    let mut all: Vec<Candidate> = counts.into_iter().filter_map(|c| weigh(doc, c)).collect();
    prefer_people(doc, &mut all);
    let best = all.iter().max_by_key(|c| (c.score, c.value()));
    let Some(best) = best.filter(|b| b.score >= ENOUGH).and_then(|b| sum_of_parts(doc, &all, b)) else { return };
    let c = &best.count;
    facts.affected =
        Some(Affected { count: c.count, unit: c.unit, lo: c.lo, hi: c.hi, modifier: c.modifier, approx: c.approx });
    let level = if best.score >= 6 { Confidence::Medium } else { Confidence::Low };
    let rule = if best.in_title { "affected.title" } else { "affected.body" };
    facts.prove(Field::Affected, [doc.span(c.span.start, c.span.end)], level, rule);
}

fn is_countable(unit: Unit) -> bool {
    !matches!(
        unit,
        Unit::Times | Unit::Btc | Unit::Jpy | Unit::Usd | Unit::Other
            // Carriers, places and what was sent: not what stood on them.
            | Unit::Media | Unit::Devices | Unit::Items | Unit::Mails | Unit::Facilities | Unit::Schools
    )
}

fn weigh(doc: &Doc, count: CountExpr) -> Option<Candidate> {
    let span = count.span;
    let in_title = doc.title.0 <= span.start && span.end <= doc.title.1;
    let in_body = doc.body.0 <= span.start && span.end <= doc.body.1;
    if !is_countable(count.unit) || !(in_title || in_body) || count.hi == Some(0) {
        return None;
    }
    let whole = Sentence { start: doc.title.0, end: doc.title.1, section: Section::Preface, heading: false };
    let sentence = if in_title { whole } else { *doc.sentence_at(span.start)? };
    let before = doc.get(sentence.start, span.start);
    let after = doc.get(span.end, sentence.end);
    let text = doc.of(&sentence);
    let mut score = if in_title { 6 } else { 0 };
    score += i32::from(doc.has("victim_cues", text) || doc.has("victim_cues", label_of(doc, span.start))) * 3;
    score += section_weight(sentence.section);
    let labelled = ["総数):", "総数:", "合計:", "合計人数:", "合計)", "="].iter().any(|w| before.ends_with(w))
        || ["合計", "計", "総計", "総数", "合計人数"].contains(&line_before(doc, span.start));
    score += i32::from(count.total || labelled) * 3;
    let stated = doc.get(span.start, span.end);
    score += i32::from(stated.contains('分') || after.starts_with("分") || after.starts_with("の個人情報")) * 3;
    let ahead = first_chars(after, 14);
    score += i32::from(names_data(doc, ahead) || doc.starting("counted_whose", ahead).is_some()) * 3;
    // What is stated at most is what may have been exposed.
    score += i32::from(count.modifier == Some(Modifier::Max)) * 2;
    // Of persons and of visits the persons are the total.
    score += i32::from(stated.starts_with("実人")) * 6;
    score += unit_weight(count.unit);
    score += size_bonus(&count);
    if !count.total && is_itemised(doc, span.start) {
        score -= 5;
    }
    score -= penalties(doc, &count, before, after);
    let total = count.total || labelled;
    Some(Candidate { score, in_title, sentence: doc.sentence_index(span.start), total, count })
}

/// A kind of data is named by a word that tells by itself.
fn names_data(doc: &Doc, text: &str) -> bool {
    let data = &doc.lexicon.data_types;
    doc.data_hits(text).any(|h| data.group(h.group).is_some_and(|g| g.weight > 0))
}

/// The heading that a sentence stands right below.
fn label_of(doc: &Doc, at: usize) -> &str {
    let index = doc.sentence_index(at);
    let above = index.checked_sub(1).and_then(|i| doc.sentences.get(i));
    above.filter(|s| s.heading).map_or("", |s| doc.of(s))
}

/// The line above one that begins with the number, as a table's cells stand.
fn line_before(doc: &Doc, at: usize) -> &str {
    let (start, _) = doc.line_at(at);
    if !doc.get(start, at).trim().is_empty() || start == 0 {
        return "";
    }
    let (above, end) = doc.line_at(start - 1);
    doc.get(above, end).trim()
}

fn section_weight(section: Section) -> i32 {
    match section {
        Section::Data => 3,
        Section::Chronology | Section::Preface => 1,
        Section::Other => 0,
        Section::Prevention | Section::Contact => -6,
    }
}

fn unit_weight(unit: Unit) -> i32 {
    match unit {
        Unit::People | Unit::Records | Unit::Accounts => 1,
        Unit::Companies | Unit::Facilities | Unit::Schools | Unit::Items => -1,
        Unit::Media | Unit::Devices | Unit::Mails => -3,
        _ => 0,
    }
}

/// One of the numbers of a breakdown: behind 内訳 in its sentence or the one before.
fn is_itemised(doc: &Doc, at: usize) -> bool {
    let index = doc.sentence_index(at);
    let before = index.checked_sub(1).and_then(|i| doc.sentences.get(i)).map_or("", |s| doc.of(s));
    let own = doc.sentences.get(index).map_or("", |s| doc.get(s.start, at));
    own.contains("内訳") || before.contains("内訳")
}

/// The largest total counts, and totals are seldom below ten.
fn size_bonus(count: &CountExpr) -> i32 {
    match count.hi.or(count.lo).unwrap_or(0) {
        0..=2 => -2,
        3..=9 => 0,
        10..=999 => 1,
        _ => 2,
    }
}

/// What speaks against a number: a part, recipients, actors, an enumeration of small numbers.
fn penalties(doc: &Doc, count: &CountExpr, before: &str, after: &str) -> i32 {
    let tail = last_chars(before, 8);
    let near = first_chars(after, 14);
    let mut minus = 0;
    if is_part(doc, before) {
        minus += 6;
    }
    if doc.has("recipient_cues", near) {
        minus += 6;
    }
    if count.unit == Unit::Records && ["メールは", "メールが", "メール", "メールを"].iter().any(|w| tail.ends_with(w))
    {
        minus += 3;
    }
    if near.starts_with("のうち") {
        minus += 3;
    }
    if is_base(after) || is_sent(doc, after) {
        minus += 6;
    }
    if HANDED_BACK.iter().any(|w| near.contains(w)) && !near.contains("未回収") {
        minus += 4;
    }
    if doc.has("actor_cues", tail) && count.hi.is_some_and(|h| h <= 5) {
        minus += 7;
    }
    if near.starts_with(['が', 'は']) && count.hi.is_some_and(|h| h <= 3) && count.unit == Unit::People {
        minus += 3;
    }
    if matches!(count.unit, Unit::People)
        && (near.starts_with("体制") || near.starts_with("以上で確認") || near.starts_with("で確認"))
    {
        minus += 8;
    }
    if doc.has("counted_actors", near) && count.unit == Unit::People {
        minus += 12;
    }
    // `個人120件、法人30件`: either is a part.
    if count.unit == Unit::Companies && last_chars(before, 14).contains("個人")
        || ["個人", "法人"].iter().any(|w| tail.ends_with(w))
            && ["法人", "個人"].iter().any(|w| first_chars(after, 12).contains(w) || last_chars(before, 14).contains(w))
    {
        minus += if tail.ends_with("個人") && !near.contains("法人") { 0 } else { 5 };
    }
    if doc.has("counted_else", near) || doc.has("counted_things", tail) {
        minus += 8;
    }
    if tail.ends_with("他") || near.starts_with("目") {
        minus += 2;
    }
    if count.hi == Some(1) && count.unit != Unit::People {
        minus += 3;
    }
    minus
}

/// What was got back is a part of what was lost.
const HANDED_BACK: &[&str] = &["回収", "お返し", "返却", "返送", "戻っ", "取り戻"];

/// The whole of which only a named part was exposed: `全412件のうち、閲覧できたのは187名分`.
fn is_base(after: &str) -> bool {
    let ahead = first_chars(after, 60);
    let Some((own, part)) = ahead.contains("のうち").then(|| ahead.split_once("のうち")).flatten() else {
        return false;
    };
    own.chars().count() <= 10 && !own.contains(['。', '、']) && exposes(part)
}

/// All that was sent out, of which some went astray: `412件の通知書を発送したところ`.
fn is_sent(doc: &Doc, after: &str) -> bool {
    let clause = first_chars(after, 40).split('。').next().unwrap_or_default();
    doc.has("sent_out", clause)
}

/// Words that say of a part that it is the one that matters.
fn exposes(part: &str) -> bool {
    let clause = part.split('。').next().unwrap_or_default();
    ["のは", "た者は", "た方は"].iter().any(|w| clause.contains(w))
        && ["閲覧", "状態", "漏", "流出", "表示", "画面に", "対象", "影響", "含まれ", "紛失", "届い"]
            .iter()
            .any(|w| clause.contains(w))
}

/// A part of a total: behind うち, 内訳 or an open bracket that begins with 内.
fn is_part(doc: &Doc, before: &str) -> bool {
    let tail = last_chars(before, 44);
    if tail.contains("のうち") && !tail.contains("。") {
        if ["発送総数", "発送した", "配布", "試行"].iter().any(|w| tail.contains(w)) {
            return false;
        }
        let behind = tail.rsplit("のうち").next().unwrap_or_default();
        if exposes(behind) {
            return false;
        }
        return behind.chars().count() < 36 && !behind.contains('、');
    }
    let open = tail.rfind('(').filter(|i| !tail.get(*i..).unwrap_or_default().contains(')'));
    match open {
        Some(i) => doc.has("part_cues", tail.get(i..).unwrap_or_default()),
        None => last_chars(before, 6).contains("うち") || tail.contains("内訳"),
    }
}

/// `96件(88名)` counts people, in either order.
fn prefer_people(doc: &Doc, all: &mut [Candidate]) {
    let mut lifts = Vec::new();
    for (i, pair) in all.windows(2).enumerate() {
        let [a, b] = pair else { continue };
        let between = doc.get(a.count.span.end, b.count.span.start);
        let adjacent = between.chars().count() <= 3 && between.chars().all(|c| "(分、計・/の".contains(c));
        let bracketed = a.count.unit == Unit::People && b.count.unit == Unit::Records && {
            between.starts_with('(') && between.chars().count() <= 12 && !between.contains([')', '。', '、'])
        };
        let held = a.count.unit == Unit::People && b.count.unit == Unit::Records && {
            // `420人のカード情報450件`
            between.starts_with(['の', '分'])
                && between.chars().count() <= 20
                && !between.contains(['。', '、'])
                // The children's parents have the addresses: other people.
                && !between.contains("保護者")
                && !doc.has("part_cues", between)
        };
        if bracketed || held {
            lifts.push((i, a.score.max(b.score) + 1));
        }
        if !adjacent || (a.count.unit == Unit::People) == (b.count.unit == Unit::People) {
            continue;
        }
        let best = a.score.max(b.score);
        lifts.push((if a.count.unit == Unit::People { i } else { i + 1 }, best + 1));
    }
    for (i, score) in lifts {
        if let Some(c) = all.get_mut(i) {
            c.score = c.score.max(score);
        }
    }
}

/// Value that was stolen: coins or money in a sentence on theft or outflow.
fn money(doc: &Doc, counts: &[CountExpr], facts: &mut Facts) {
    let stolen = ["流出", "盗", "窃取", "被害額", "詐取", "不正送金", "不正に送"];
    // Each sentence is looked at once, however many sums it holds.
    let (mut asked, mut told) = (usize::MAX, false);
    let mut worth = |c: &&CountExpr| {
        if !matches!(c.unit, Unit::Btc | Unit::Jpy | Unit::Usd) {
            return false;
        }
        let Some(s) = doc.sentence_at(c.span.start) else { return false };
        if s.start != asked {
            (asked, told) = (s.start, stolen.iter().any(|w| doc.of(s).contains(w)));
        }
        told
    };
    let sums: Vec<&CountExpr> = counts.iter().filter(|c| worth(c)).collect();
    let coins = sums.iter().find(|c| c.unit == Unit::Btc);
    let Some(best) = coins.or_else(|| {
        sums.iter().find(|c| {
            let (from, _) = doc.line_at(c.span.start);
            let head = last_chars(doc.get(from, c.span.start), 12);
            ["被害額", "流出", "詐取", "送金"].iter().any(|w| head.contains(w))
        })
    }) else {
        return;
    };
    facts.money = Some(Money { amount: best.amount, currency: best.unit.as_str().to_owned() });
    facts.prove(Field::Money, [doc.span(best.span.start, best.span.end)], Confidence::Medium, "money.stolen");
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_of;

    fn read(title: &str, body: &str) -> Option<u64> {
        facts_of(title, body).affected?.count
    }

    #[test]
    fn parts_side_by_side_are_no_total() {
        let parts = "園児20名分の写真と、保護者35名分の名簿が入ったカードを紛失しました。";
        assert_eq!(read("カードの紛失について", parts), None);
        let total = format!("{parts}\n対象は合計55名です。");
        assert_eq!(read("カードの紛失について", &total), Some(55));
    }

    #[test]
    fn people_come_before_what_belongs_to_them() {
        let body = "流出した可能性があるのは、420人のカード情報450件です。";
        assert_eq!(read("不正アクセスについて", body), Some(420));
    }

    #[test]
    fn actors_viewers_and_pictures_are_not_the_affected() {
        assert_eq!(read("戸籍の不正閲覧 職員41人を懲戒処分", "職員が業務と関係なく戸籍を閲覧していました。"), None);
        assert_eq!(read("サイトの改ざんについて", "改ざんされた間に利用者から55件のアクセスがあった。"), None);
        assert_eq!(
            read("カメラの紛失について", "カメラには行事の写真を300枚ほど記録していました。紛失しました。"),
            None
        );
    }

    #[test]
    fn a_table_row_counts_by_its_label() {
        assert_eq!(read("名簿の紛失について", "漏えい人数 | 128\n名簿を紛失しました。"), Some(128));
    }

    #[test]
    fn the_headline_gives_way_to_a_finer_or_a_larger_number_of_the_body() {
        let body = "持ち出された顧客情報は、調査の結果、約316万件の個人情報と分かった。";
        assert_eq!(read("顧客情報300万件を持ち出し", body), Some(3_160_000));
        let body = "名簿を紛失しました。30人分とみていますが、個人情報が入っていた可能性がある患者は142人です。";
        assert_eq!(read("患者30人分の名簿紛失", body), Some(142));
    }

    #[test]
    fn what_was_sent_out_and_numbers_of_two_kinds_are_no_total() {
        let body = "8月3日、816件の通知書を発送したところ、1名分を誤って別の会員へ送付しました。";
        assert_ne!(read("通知書の誤送付", body), Some(816));
        let body = "伝票には個人120件、法人30件の情報が記載されていました。";
        assert_eq!(read("伝票の紛失について", body), None);
        let body = "紛失した名簿\n①利用者名簿(氏名・住所)【件数:410件】\n②協力者名簿(氏名・住所)【件数:97件】";
        assert_eq!(read("名簿の紛失について", body), None);
    }
}
