//! Warnings where headline and body disagree: on who reports, and on how many are affected.
//!
//! Called by `extract` when the facts are known; it changes none of them.

use super::doc::Doc;
use super::{Head, counts};
use crate::domain::{Facts, Unit};
use crate::text::last_chars;

/// What a body calls the one that reports, behind its name: `青葉商会株式会社(以下「当社」`.
const OURSELVES: &[&str] = &[
    "当社",
    "弊社",
    "本学",
    "当院",
    "当行",
    "当組合",
    "当協会",
    "当会",
    "当法人",
    "当財団",
    "本市",
    "本県",
    "当金庫",
    "当園",
];
/// Words of a name that many names share.
const FORMS: &[&str] = &[
    "株式会社",
    "有限会社",
    "合同会社",
    "一般社団法人",
    "一般財団法人",
    "公益財団法人",
    "公益社団法人",
    "社会福祉法人",
    "医療法人",
    "学校法人",
    "(株)",
    "(有)",
    "ホールディングス",
    "グループ",
];

pub fn warn(doc: &Doc, head: &Head, facts: &mut Facts) {
    if let Some((org, _)) = &head.org
        && let Some(own) = own_name(doc)
        && !same(&crate::text::fold(org).text, own)
    {
        facts.warnings.push("headline and body name different organisations".to_owned());
    }
    if counts_differ(doc) {
        facts.warnings.push("headline and body name different counts".to_owned());
    }
}

/// The name that the body explains as its own.
fn own_name(doc: &Doc) -> Option<&str> {
    let text = doc.body_text();
    let (at, _) = text.match_indices("(以下").find(|(i, m)| {
        let behind = text.get(i + m.len()..).unwrap_or_default().trim_start_matches(['、', ' ', ',', '「', '"', '『']);
        OURSELVES.iter().any(|w| behind.starts_with(w))
    })?;
    let before = last_chars(text.get(..at).unwrap_or_default(), 30);
    let name = before.rsplit(['。', '、', '\n', '「', '」', ' ', ')', ':', 'る', 'た']).next()?.trim();
    // Without a legal form the words before the bracket may be any.
    let whole = FORMS.iter().any(|f| name.contains(f))
        || ["大学", "病院", "銀行", "市", "協会", "組合", "信用金庫"].iter().any(|f| name.ends_with(f));
    (whole && bare(name).chars().count() >= 2).then_some(name)
}

fn bare(name: &str) -> String {
    let mut name: String =
        name.to_lowercase().chars().filter(|c| !c.is_whitespace() && !matches!(c, '・' | '-' | '.')).collect();
    for form in FORMS {
        name = name.replace(form, "");
    }
    name
}

/// Two spellings of one name, an abbreviation, or two of one house: they share three characters in a row, or all of a
/// shorter name.
fn same(a: &str, b: &str) -> bool {
    let (a, b) = (bare(a), bare(b));
    if a.is_empty() || b.is_empty() || a.contains(&b) || b.contains(&a) || a.is_ascii() != b.is_ascii() {
        return true;
    }
    let chars: Vec<char> = a.chars().collect();
    chars.windows(3).any(|w| b.contains(&w.iter().collect::<String>()))
}

/// The headline's number against a total of the same unit in the body, where no number of the body comes near it.
fn counts_differ(doc: &Doc) -> bool {
    let near = |a: u64, b: u64| a.abs_diff(b) * 10 <= a.max(b);
    let title = counts::scan_folded(doc.title_text(), doc.places(doc.title));
    let told = |unit: Unit| matches!(unit, Unit::People | Unit::Records | Unit::Accounts);
    let [headline] = title.iter().filter(|c| told(c.unit)).collect::<Vec<_>>()[..] else { return false };
    let Some(stated) = headline.count.filter(|n| *n >= 10 && headline.modifier.is_none()) else { return false };
    let body = counts::scan_folded(doc.body_text(), doc.places(doc.body));
    let alike = || body.iter().filter(|c| c.unit == headline.unit).filter_map(|c| c.count.map(|n| (n, c.total)));
    let sum: u64 = alike().map(|(n, _)| n).sum();
    alike().any(|(n, total)| total && !near(n, stated)) && !alike().any(|(n, _)| near(n, stated)) && !near(sum, stated)
}

#[cfg(test)]
mod tests {
    use super::super::{Surroundings, extract};
    use super::*;
    use crate::domain::{Kind, Span};

    fn warnings(org: &str, title: &str, body: &str) -> Vec<String> {
        let text = format!("{org} {title}\n\n{body}\n");
        let from = org.len() + 1;
        let head = Head {
            org: Some((org.to_owned(), Span::new(0, org.len()))),
            title: Some((title.to_owned(), Span::new(from, from + title.len()))),
            body: from + title.len(),
            body_end: text.len(),
            ..Head::default()
        };
        extract(&text, &head, Surroundings { kind: Kind::Incident, year: None, published: None }).warnings
    }

    #[test]
    fn another_name_is_noticed_and_a_spelling_is_not() {
        let body = "このたび、若竹印房株式会社(以下「当社」といいます)は書類を紛失しました。";
        assert_eq!(
            warnings("すみれ堂株式会社", "書類の紛失について", body),
            ["headline and body name different organisations"]
        );
        for org in ["若竹印房", "㈱若竹印房", "株式会社 若竹印房ホールディングス", "若竹印房サービス"]
        {
            assert_eq!(warnings(org, "書類の紛失について", body), Vec::<String>::new(), "{org}");
        }
    }

    #[test]
    fn another_number_is_noticed_and_a_rounded_one_is_not() {
        let title = "会員1200名の名簿を紛失";
        let body = |n: u32| format!("名簿を紛失しました。対象は合計{n}名です。");
        assert_eq!(warnings("すみれ会", title, &body(340)), ["headline and body name different counts"]);
        assert_eq!(warnings("すみれ会", title, &body(1187)), Vec::<String>::new());
        assert_eq!(warnings("すみれ会", title, "名簿を紛失しました。うち20名は退会しています。"), Vec::<String>::new());
    }
}
