//! Kinds of data that were or may have been exposed, from the lists that notices give.

use super::doc::{Doc, Section, Sentence};
use super::modality::{clause_behind, denies, first_chars, is_report, last_chars};
use crate::domain::{Confidence, Facts, Field, Span};
use crate::lexicon::facts::Hit;
use crate::text::find;
use std::collections::BTreeSet;

/// Kinds whose words are also everyday words: they have to be an item of a list or what was exposed.
const WIDE: &[&str] = &[
    "employment",
    "education",
    "family",
    "other",
    "corporate",
    "business_document",
    "contract",
    "account_id",
    "health",
    "photo",
    "location",
    "vehicle",
    "consultation",
];
/// What parts the items of a list.
const PARTS: &[char] = &[
    '、', '・', ',', '(', ')', '/', '「', '」', '\n', ':', '●', '■', '-', '①', '②', '③', '④', '⑤', '⑥', ' ', '.', '『',
    '』', '&', '+', '▽', '△', '◇', '|', '※',
];
/// Longest line, in characters, that is an item by itself.
const SHORT: usize = 32;

/// A kind of data where it is named.
struct Item {
    code: String,
    span: Span,
    /// Number of its sentence.
    sentence: usize,
    /// One of several in its sentence.
    listed: bool,
}

pub fn extract(doc: &Doc, facts: &mut Facts) {
    let primary = facts.actions.first().map(String::as_str).unwrap_or_default();
    // An outage exposes what a list of exposed data holds, and nothing else; a wrong entry is told with what was entered:
    // exposed is what such a list holds, or where the words say so.
    let (outage, entered) = (primary == "error.malfunction", primary == "error.data_entry");
    let mut items: Vec<Item> = Vec::new();
    let mut spared = false;
    let mut listing = false;
    if doc.title.1 > doc.title.0 {
        let title = Sentence { start: doc.title.0, end: doc.title.1, section: Section::Preface, heading: false };
        gather(doc, &title, usize::MAX, false, &mut items);
    }
    for (number, s) in doc.sentences.iter().enumerate() {
        let text = doc.of(s);
        if s.heading {
            // `漏えいしていない情報` stands above a list of its own.
            spared = is_spared(doc, text);
            // A numbered item looks like a heading.
            listing &= is_bare_item(doc, text);
        }
        let says = || ["exposed", "viewed", "possible_leak"].iter().any(|p| doc.has(p, text));
        let told = !outage && !entered || entered && says() || listing || s.section == Section::Data;
        if told && !spared && !is_spared(doc, first_chars(text, 24)) {
            gather(doc, s, number, listing || says_only(doc, s), &mut items);
        }
        listing = asks_for_data(doc, text)
            || if s.heading { listing || s.section == Section::Data } else { listing && is_bare_item(doc, text) };
    }
    if let Some(only) =
        doc.sentences.iter().position(|s| says_only(doc, s)).filter(|n| items.iter().any(|i| i.sentence == *n))
    {
        items.retain(|i| i.sentence == only);
    }
    if items.is_empty() {
        return;
    }
    let listed = items.iter().any(|i| i.listed);
    let codes: BTreeSet<&str> = items.iter().map(|i| i.code.as_str()).collect();
    facts.data_types = codes.into_iter().map(str::to_owned).collect();
    let level = if listed { Confidence::Medium } else { Confidence::Low };
    facts.prove(Field::DataTypes, items.iter().map(|i| i.span), level, "data_types.lists");
}

/// Takes the kinds that a sentence names as exposed.
fn gather(doc: &Doc, s: &Sentence, number: usize, listing: bool, items: &mut Vec<Item>) {
    let text = doc.of(s);
    if doc.data_hits(text).next().is_none() {
        return;
    }
    let others: Vec<Hit> = doc.hits("not_data", text).collect();
    let free = |h: &Hit| !others.iter().any(|o| o.start < h.end && h.start < o.end);
    let hits: Vec<Hit> = doc.data_hits(text).filter(free).collect();
    if hits.is_empty() || !is_about_data(doc, s, text, hits.len(), listing) {
        return;
    }
    let title = number == usize::MAX;
    let own = s.section == Section::Data || listing;
    let short = own && text.chars().count() <= SHORT;
    for (n, h) in hits.iter().enumerate() {
        let Some(g) = doc.lexicon.data_types.group(h.group) else { continue };
        let item = is_item(doc, text, h);
        if is_denied(doc, text, h.end)
            || is_used_elsewhere(doc, text, h.end)
            || g.weight == 0 && !is_whole_item(doc, text, h)
        {
            continue;
        }
        let object = is_object(doc, text, h.end);
        let next = hits.get(n + 1);
        let wide = WIDE.contains(&g.code.as_str());
        if wide && next.is_some_and(|n| n.start == h.end) {
            // `給与振込口座` is an account, whatever stands before the word.
            continue;
        }
        let fits = match () {
            () if title => object && !wide,
            () if own => item || object || short || !wide && ends(doc, text, h).1,
            () if hits.len() > 1 => !wide && !goes_on(doc, text, h) || item || object,
            () => object,
        };
        if fits {
            let hashed = g.code == "password" && is_hashed(text, h.start, h.end);
            let code = if hashed { "password_hash".to_owned() } else { g.code.clone() };
            let span = doc.span(s.start + h.start, s.start + h.end);
            if code == "account_id" && text.get(h.start..h.end).is_some_and(|w| w.ends_with("パスワード")) {
                items.push(Item { code: "password".to_owned(), span, sentence: number, listed: true });
            }
            items.push(Item { code, span, sentence: number, listed: hits.len() > 1 });
        }
    }
}

/// A sentence lists data where several kinds stand together, or where it speaks of the leak itself.
fn is_about_data(doc: &Doc, s: &Sentence, text: &str, hits: usize, listing: bool) -> bool {
    if !is_report(doc, s) || doc.has("office_hours", text) || doc.has("not_reached", text) || doc.has("bogus", text) {
        return false;
    }
    if s.heading && hits < 2 && !listing && !text.contains("情報") && !doc.has("exposed", text) {
        return false;
    }
    if s.section == Section::Data || listing {
        return true;
    }
    let parted = ['、', '・', 'や', 'と', ','].iter().any(|c| text.contains(*c))
        || text.contains("及び")
        || text.contains("および");
    let about = doc.has("victim_cues", text) || doc.has("contained", text);
    hits >= 2 && parted && about
        || doc.has("exposed", text)
        || doc.has("possible_leak", text)
        || doc.has("contained", text)
}

/// A line that holds a kind of data and little else: `2)誕生日`.
fn is_bare_item(doc: &Doc, text: &str) -> bool {
    let named: usize = doc.data_hits(text).map(|h| h.end - h.start).sum();
    named > 0 && text.chars().count() <= SHORT && named * 5 >= text.len() * 2
}

/// Words above or at the start of a list of what was not exposed.
fn is_spared(doc: &Doc, text: &str) -> bool {
    doc.has("spared", text)
}

/// `どのような情報が漏えいしたのですか`: the answer is a list.
fn asks_for_data(doc: &Doc, text: &str) -> bool {
    (text.ends_with('?') || text.ends_with("か。") || text.ends_with('か') || text.ends_with(':'))
        && ["情報", "項目", "データ", "内容"].iter().any(|w| text.contains(w))
        && (doc.has("exposed", text) || doc.has("contained", text))
}

/// `流出した情報はメールアドレスのみ`: nothing else was.
fn says_only(doc: &Doc, s: &Sentence) -> bool {
    let text = doc.of(s);
    if !doc.has("only", text) {
        return false;
    }
    let Some(at) = ["のみ", "だけ"].iter().filter_map(|w| find(text, w)).min() else { return false };
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at..).unwrap_or_default());
    let ends = doc.starting("only", after).is_some();
    let subject =
        ["情報は", "内容は", "項目は", "データは", "のは", "ものは"].iter().filter_map(|w| find(before, w)).min();
    let subject = subject.and_then(|i| before.get(..i)).unwrap_or_default();
    ends && !after.starts_with("だけでな")
        && !after.starts_with("のみでな")
        && (doc.has("contained", subject) || doc.has("exposed", subject))
}

/// Denied where the words up to the clause's end say 含まれておりません or the like; in brackets, also where the clause
/// behind them does.
fn is_denied(doc: &Doc, text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let inside =
        first_chars(rest, 60).find(['(', ')', '。']).filter(|i| rest.get(*i..).is_some_and(|r| r.starts_with(')')));
    rest.starts_with("なし")
        || is_denied_in_clause(doc, text, at)
        || inside.is_some_and(|i| is_denied_in_clause(doc, text, at + i + 1))
}

fn is_denied_in_clause(doc: &Doc, text: &str, at: usize) -> bool {
    let clause = clause_behind(text, at, 90);
    if !doc.has("negation", &clause) && !doc.has("negative_endings", &clause) {
        return false;
    }
    let end = ["ですが", "で、", "であり", "が、", "ました", "ます", "です"]
        .iter()
        .filter_map(|w| find(&clause, w).map(|i| i + w.len()))
        .min();
    let clause = clause.get(..end.unwrap_or(clause.len())).unwrap_or_default();
    doc.has("negation", clause) || denies(doc, clause, "data_verbs")
}

/// Named for another reason than having been exposed: the address that a notice is sent to, a password to be changed.
fn is_used_elsewhere(doc: &Doc, text: &str, at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let near = first_chars(rest.trim_start_matches("など").trim_start_matches('等'), 9);
    doc.starting("used_elsewhere", near).is_some()
}

/// The word stands in a list: a separator or an end directly before or behind it.
fn is_item(doc: &Doc, text: &str, h: &Hit) -> bool {
    let (opens, closes) = ends(doc, text, h);
    let parted = |c: char| matches!(c, '、' | '・' | ',');
    opens && closes
        || text.get(..h.start).is_some_and(|b| b.ends_with(parted))
        || rest(doc, text, h).starts_with(parted)
}

/// The word is all of an item: a part of a longer word is none, nor is one that is spoken of.
fn is_whole_item(doc: &Doc, text: &str, h: &Hit) -> bool {
    let before = text.get(..h.start).unwrap_or_default();
    let after = rest(doc, text, h);
    let tail = last_chars(before, 4);
    let opens =
        || before.is_empty() || before.ends_with(PARTS) || doc.hits("list_words", tail).any(|w| w.end == tail.len());
    let closes =
        after.is_empty() || after.starts_with(PARTS) || doc.starting("list_words", first_chars(after, 4)).is_some();
    let numbered = text.get(h.start..h.end) == Some("番号");
    closes
        && if numbered {
            before.ends_with(char::is_alphanumeric) && !before.ends_with("カード") && !before.ends_with("カードの")
        } else {
            opens()
        }
}

/// The word is the beginning of a longer one, a document's name for example: `口座振替依頼書`.
fn goes_on(doc: &Doc, text: &str, h: &Hit) -> bool {
    let next = rest(doc, text, h).chars().next();
    next.is_some_and(|c| {
        ('\u{4e00}'..='\u{9fff}').contains(&c) && !"録簿等欄他一及並又以記漏流入登含計約各延掲付".contains(c)
    })
}

/// What stands behind a word and the endings that leave its kind as it is (`名`, `番号`, `情報`).
fn rest<'a>(doc: &Doc, text: &'a str, h: &Hit) -> &'a str {
    let after = text.get(h.end..).unwrap_or_default();
    let ending = doc.starting("item_endings", first_chars(after, 6));
    after.get(ending.unwrap_or(0)..).unwrap_or_default()
}

fn ends(doc: &Doc, text: &str, h: &Hit) -> (bool, bool) {
    let before = text.get(..h.start).unwrap_or_default();
    let opens = before.is_empty()
        || before.ends_with(PARTS)
        || doc.hits("item_openers", last_chars(before, 4)).any(|o| o.end == last_chars(before, 4).len());
    let after = rest(doc, text, h);
    let closes =
        after.is_empty() || after.starts_with(PARTS) || doc.starting("item_closers", first_chars(after, 6)).is_some();
    (opens, closes)
}

/// The word is what was exposed, lost or listed: `診療記録を紛失`, `契約内容が記載された`.
fn is_object(doc: &Doc, text: &str, at: usize) -> bool {
    let near = first_chars(text.get(at..).unwrap_or_default(), 16);
    let near = near.split('。').next().unwrap_or_default();
    doc.has("contained", near)
        || ["情報", "データ", "のデータ", "の情報", "等の", "を含"].iter().any(|w| near.starts_with(w))
}

/// A password that was stored as a hash or encrypted, said shortly before or behind the word.
fn is_hashed(text: &str, start: usize, end: usize) -> bool {
    let before = last_chars(text.get(..start).unwrap_or_default(), 10);
    let after = first_chars(text.get(end..).unwrap_or_default(), 12);
    ["ハッシュ", "暗号化", "不可逆"].iter().any(|w| before.contains(w) || after.contains(w))
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts_of;

    fn read(body: &str) -> Vec<String> {
        let title = "名簿の紛失について";
        facts_of(title, body).data_types
    }

    #[test]
    fn lists_in_every_form() {
        for (body, expected) in [
            ("名簿には氏名、住所及び電話番号が記載されていました。", &["address", "name", "phone"][..]),
            ("2 紛失した情報\n1)フリガナ\n2)誕生日\n3)所属部署名\n", &["birth_date", "employment", "kana"]),
            ("漏えいした情報\n・お名前\n・ご住所\n・給与振込口座\n", &["address", "bank_account", "name"]),
            ("Q2 どのような情報が含まれていましたか。\n性別と学年です。", &["education", "gender"]),
            ("ファイルには、注文番号▽購入した品の名称▽メールアドレスが入っていた。", &["email", "id_number"]),
        ] {
            assert_eq!(read(body), expected, "{body}");
        }
    }

    #[test]
    fn what_is_denied_is_left_out() {
        for body in [
            "名簿には氏名が記載されていましたが、口座番号や暗証番号は一切記載されておりません。",
            "名簿には氏名が記載されていました(電話番号は入っていません)。",
            "紛失した情報\n氏名\n含まれない情報\n住所、電話番号\n",
            "紛失した情報\n氏名(電話番号なし)\n",
            "名簿には氏名が記載されていました。これ以外の情報(性別、住所など)が閲覧された痕跡はございません。",
            "紛失した情報は氏名のみです。会員には住所変更の届けをお願いしております。",
        ] {
            assert_eq!(read(body), ["name"], "{body}");
        }
    }

    #[test]
    fn words_of_another_sense_are_no_data() {
        for body in ["経済学部の事務室で紛失しました。", "電話や文書でお詫びを申し上げ、所属長が訪問しました。"]
        {
            assert_eq!(read(body), Vec::<String>::new(), "{body}");
        }
    }
}
